"""The bases that the page can talk about: opened once, built where they are not there yet, shared by everybody who looks."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from agent.config import Settings
from agent.sommelier import BUILT_IN, Sommelier
from knowledge.errors import BadInput, SommelierError
from knowledge.home import home, resolve
from knowledge.longlived import keep_loaded

__all__ = ["Choice", "Opening", "Shelf"]

REST_S = 8.0
"""Seconds after which the models are loaded although nobody has come to look."""
OWN = "own:"
"""Begins the key of a base that a person brought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One base to choose from."""

    key: str
    label: str


class Opening:
    """A base being opened, or built and opened. Read from the event loop, written by one thread."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.future: Future[Sommelier] = Future()
        self.stage: tuple[str, int, int] = ("opening", 0, 0)
        self.building = False

    def progress(self, what: str, done: int, total: int) -> None:
        """Take what a build reports."""
        self.building = True
        self.stage = (what, done, total)


class Shelf:
    """Opens bases in threads, each once; close it at the end."""

    def __init__(self, default: str, *, settings: Settings, brain: Any = None) -> None:
        """Offer the base `default` (a name or a directory), every named base, and what people bring."""
        self.default = default
        self.settings = settings
        self._brain = brain
        self.at_rest = threading.Event()
        """Set once the page has been shown, when nobody waits for this program's time any more."""
        self._openings: dict[str, Opening] = {}
        self._lock = threading.Lock()

    def choices(self, person: str) -> list[Choice]:
        """Return the bases a person may choose: the default, the named ones, their own."""
        found = {self.default: Path(self.default).name or self.default, BUILT_IN: BUILT_IN}
        shared = home() / "bases"
        if shared.is_dir():
            for folder in sorted(shared.iterdir()):
                if (folder / "manifest.json").is_file() and not folder.name.startswith("."):
                    found.setdefault(folder.name, folder.name)
        opened = self._openings.get(self.default)
        if opened is not None and opened.future.done() and opened.future.exception() is None:
            found[self.default] = opened.future.result().base.name
        if found[self.default] == BUILT_IN and self.default != BUILT_IN:
            del found[BUILT_IN]
        mine = self.folder_of(person)
        own = [f for f in sorted(mine.iterdir()) if (f / "manifest.json").is_file() and not f.name.startswith(".")] if mine.is_dir() else []
        return [Choice(key=k, label=v) for k, v in found.items()] + [Choice(key=OWN + f.name, label=f"{f.name} (yours)") for f in own]

    def folder_of(self, person: str) -> Path:
        """Return where the bases lie that a person brought; nobody else is offered them."""
        return home() / "brought" / hashlib.sha256(person.encode()).hexdigest()[:24]

    def place(self, person: str, key: str) -> Path:
        """Return a base's directory. Raises BadInput where it is none the person may choose."""
        if all(choice.key != key for choice in self.choices(person)):
            raise BadInput(f"there is no base {key!r} here; choose one of the list")
        return self.folder_of(person) / key.removeprefix(OWN) if key.startswith(OWN) else resolve(key)

    def start(self, person: str, key: str) -> Opening:
        """Begin opening a base, or return the opening that is under way or done. Raises BadInput."""
        place = self.place(person, key)
        with self._lock:
            found = self._openings.get(str(place))
            failed = found is not None and found.future.done() and found.future.exception() is not None
            if found is None or failed:
                found = self._openings[str(place)] = Opening(key)
                if key == self.default:
                    self._openings[key] = found
                threading.Thread(target=self._open, args=(found, place, key), name=f"opening {key}", daemon=True).start()
        return found

    def _open(self, opening: Opening, place: Path, key: str) -> None:
        wanted: str | Path = key if key == BUILT_IN else place
        try:
            somm = Sommelier.open(wanted, brain=self._brain, settings=self.settings, progress=opening.progress)
        except (SommelierError, OSError) as error:
            opening.future.set_exception(error)
            return
        opening.future.set_result(somm)
        # The page is ready now; everything a turn needs is loaded while the person reads, not while the page itself still loads.
        self.at_rest.wait(REST_S)
        _rehearse(somm)

    async def open(self, person: str, key: str) -> Sommelier:
        """Return an opened base. Raises SommelierError."""
        return await asyncio.wrap_future(self.start(person, key).future)

    def drop(self, person: str, key: str) -> None:
        """Forget an opened base, because it was built anew; talks under way keep the old one."""
        with self._lock:
            self._openings.pop(str(self.place(person, key)), None)

    def close(self) -> None:
        """Close what is open."""
        with self._lock:
            openings = {id(o): o for o in self._openings.values()}
            self._openings.clear()
        for opening in openings.values():
            if opening.future.done() and opening.future.exception() is None:
                opening.future.result().close()


def _rehearse(somm: Sommelier) -> None:
    """Take one turn on the base that nobody sees, so that the first real one is as fast as the others."""
    somm.warm()
    opening = next(iter(somm.base.schema.examples), "anything good?")
    with Sommelier(somm.base, settings=replace(somm.settings, store=":memory:", brain="builtin")) as apart:
        apart.session().say(opening)
    keep_loaded()
