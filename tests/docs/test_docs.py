"""Documentation that is wrong fails here: broken links, pages nobody can reach, commands and options that do not exist."""

from __future__ import annotations

import argparse
import re
import shlex
from pathlib import Path

import pytest

import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
COMMAND = re.compile(r"^\s*(?:\$ )?(sommelier [^\n#|`]+)", re.MULTILINE)


def _fences(text: str) -> str:
    return "\n".join(re.findall(r"^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert missing == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    todo = [ROOT / "README.md"]
    while todo:
        page = todo.pop()
        if page in seen or page.suffix != ".md" or not page.exists():
            continue
        seen.add(page)
        targets = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
        todo += [(page.parent / target).resolve() for target in targets if "://" not in target]
    assert [str(page.relative_to(ROOT)) for page in PAGES if page not in seen] == []


def _parse(parser: argparse.ArgumentParser, line: str) -> str | None:
    """Return what the command line has against the line, or None."""
    words = [word for word in shlex.split(line.replace("...", "")) if word not in ("\\",)]
    level = parser
    rest = words[1:]
    while rest:
        commands = next((a for a in level._actions if isinstance(a, argparse._SubParsersAction)), None)
        if commands is None:
            break
        if rest[0] not in commands.choices:
            return f"no command {rest[0]!r}"
        level, rest = commands.choices[rest[0]], rest[1:]
    known = set(level._option_string_actions)
    unknown = [word.split("=")[0] for word in rest if word.startswith("--") and word.split("=")[0] not in known]
    return f"no option {unknown}" if unknown else None


def test_commands_in_the_documentation_exist() -> None:
    parser = app._parser()
    wrong = []
    for page in PAGES:
        for line in COMMAND.findall(_fences(page.read_text(encoding="utf-8"))):
            plain = re.sub(r"\[[^\]]*\]", "", line).strip()
            if fault := _parse(parser, plain):
                wrong.append(f"{page.name}: {plain}: {fault}")
    assert wrong == []


def test_help_is_quick_to_import_and_names_every_command() -> None:
    text = app._parser().format_help()
    for command in ("build", "chat", "evaluate", "fit", "info", "report", "ui", "update"):
        assert command in text
