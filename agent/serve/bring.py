"""Building what a person brings: one build a person at a time, in a thread, with progress; stopped or failed, nothing is left of it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from agent.serve.own import Table, base_name, corrected, form_html, guess, progress_html, report_panel, upload_html
from agent.serve.shelf import OWN, Shelf
from knowledge.errors import BadInput, SommelierError

__all__ = ["Bring"]

MOST_OWN = 12
"""Bases one person may keep on the page."""
LEFT_OUT = 50
"""Bad rows that are left out, and listed in the report, before a build is refused."""


class _Stopped(Exception):
    """The person stopped the build."""


class Bring:
    """Reads uploaded tables and builds them."""

    def __init__(self, shelf: Shelf) -> None:
        """Put what is built on a shelf."""
        self._shelf = shelf
        self._stopping: dict[str, bool] = {}

    def stop(self, who: str) -> None:
        """Stop the person's build."""
        if who in self._stopping:
            self._stopping[who] = True

    async def read(self, data: Mapping[str, Any]) -> AsyncIterator[str]:
        """Yield the sheet with the guessed roles, or the problem."""
        try:
            table = await asyncio.to_thread(guess, _uploaded(data), str(data.get("file", "")))
        except (SommelierError, OSError) as error:
            yield upload_html(str(error))
            return
        yield form_html(table)

    async def build(self, who: str, data: Mapping[str, Any]) -> AsyncIterator[str]:
        """Yield the build's progress, then the report; a problem brings the form back."""
        table: Table | None = None
        try:
            if who in self._stopping:
                raise BadInput("a build of yours is under way; wait for it to end or stop it")
            table = await asyncio.to_thread(guess, _uploaded(data), str(data.get("file", "")))
            roles = {str(k): str(v) for k, v in dict(data.get("roles") or {}).items()}
            words = {name: str(data.get(name) or "") for name in ("singular", "plural")}
            name = base_name(str(data.get("name") or table.name))
            card = corrected(table.card, {c: roles.get(c, "") for c in table.columns}, name=name, **words)
            place = self._place(who, name)
            async for html in self._built(who, table, card, place):
                yield html
        except (SommelierError, OSError) as error:
            lines = "; ".join(getattr(error, "rows", ())[:5])
            problem = f"{error}{': ' + lines if lines else ''}"
            yield form_html(table, problem) if table is not None else upload_html(problem)

    def _place(self, who: str, name: str) -> Path:
        folder = self._shelf.folder_of(who)
        taken = {f.name for f in folder.iterdir() if (f / "manifest.json").is_file()} if folder.is_dir() else set()
        if name not in taken and len(taken) >= MOST_OWN:
            raise BadInput(f"you have brought {len(taken)} tables and {MOST_OWN} is the most; build under one of their names to replace it")
        return folder / name

    async def _built(self, who: str, table: Table, card: Any, place: Path) -> AsyncIterator[str]:
        from knowledge.base import KnowledgeBase
        from knowledge.build import build
        from knowledge.report import report_of
        from knowledge.sources.card_file import save_card

        stage: list[tuple[str, int, int]] = [("reading items", 0, 0)]
        self._stopping[who] = False

        def progress(what: str, done: int, total: int) -> None:
            stage[0] = (what, done, total)
            if self._stopping.get(who):
                raise _Stopped

        def work() -> str:
            with tempfile.TemporaryDirectory() as folder:
                written = Path(folder) / "card.yaml"
                save_card(card, written)
                build(str(table.path), place, card=written, max_bad_rows=LEFT_OUT, progress=progress)
            self._shelf.drop(who, OWN + place.name)
            return report_panel(report_of(KnowledgeBase.open(place)), OWN + place.name)

        task = asyncio.create_task(asyncio.to_thread(work))
        try:
            while not task.done():
                yield progress_html(f"Building {place.name}", stage[0], stop=True)
                await asyncio.wait({task}, timeout=0.25)
            yield task.result()
        except _Stopped:
            yield form_html(table, "Stopped; nothing was kept of the build.")
        finally:
            # Whoever leaves in the middle stops the build; its thread ends at the next report.
            self._stopping[who] = True
            await asyncio.wait({task})
            del self._stopping[who]


def _uploaded(data: Mapping[str, Any]) -> Path:
    """Return the path of an uploaded file; any other file of this machine is refused. Raises BadInput."""
    from gradio.utils import get_upload_folder

    folder = Path(get_upload_folder()).resolve()
    path = Path(str(data.get("path", ""))).resolve()
    if not path.is_file() or not path.is_relative_to(folder):
        raise BadInput("the file did not arrive; upload it again")
    return path
