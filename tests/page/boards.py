"""Made-up board games as a table, and the page served over them by the real command."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_KINDS = ("strategy", "party", "cooperative", "horror", "family", "economic")
_MAKERS = ("Ada Lindt", "Bruno Vask", "Carla Moyo", "Dev Rao", "Edda Holm")
_NOUNS = ("Harbour", "Orchard", "Lantern", "Glacier", "Caravan", "Foundry", "Masquerade", "Observatory")
_TONES = ("Amber", "Silent", "Crooked", "Northern", "Paper", "Copper")


def rows() -> list[tuple[str, int, int, str, str, str]]:
    """Title, year, minutes, kind, maker, description of 48 games."""
    found = []
    for n in range(48):
        title = f"{_TONES[n % 6]} {_NOUNS[n // 6]}"
        kind, maker = _KINDS[(n * 5 + n // 6) % 6], _MAKERS[(n * 3) % 5]
        about = f"Players meet at the {_NOUNS[n // 6].lower()} and trade {('ships', 'seeds', 'secrets', 'maps')[n % 4]} before night falls."
        found.append((title, 1980 + n, 15 + (n * 7) % 160, kind, maker, about))
    return found


def write_table(path: Path) -> Path:
    """Write the games as CSV."""
    lines = ["title,year,minutes,category,designer,description"]
    lines += [f'{t},{y},{m},{k},{d},"{a}"' for t, y, m, k, d, a in rows()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@contextmanager
def page(home: Path, *arguments: str) -> Iterator[str]:
    """Run `sommelier ui` until the block ends; yields its address."""
    environment = {**os.environ, "SOMMELIER_HOME": str(home), "PYTHONUNBUFFERED": "1", "OMP_NUM_THREADS": "1"}
    for name in ("SOMMELIER_MODEL", "OPENAI_BASE_URL", "OPENAI_API_KEY", "SOMMELIER_STORE", "SOMMELIER_BASE"):
        environment.pop(name, None)
    command = [sys.executable, "app.py", "ui", "--no-browser", *arguments]
    with (home / "page.log").open("w+", encoding="utf-8") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            found = re.search(r"http://\S+/", said)
            assert found, f"the page did not start: {said!r} {(home / 'page.log').read_text()}"
            yield found.group()
        finally:
            process.terminate()
            process.wait(20)
            if process.stdout is not None:
                process.stdout.close()
