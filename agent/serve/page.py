"""What the page does: every press and every line said, answered with new values for its four parts (rail, talk, panel, sheet).

Nothing of a person is kept here between two events: who it is comes from the browser (or the login), which conversation and which
base come with the event, and everything else is read from the store.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import gradio as gr

from agent.errors import NoSuchSession
from agent.events import Event, SlateItem
from agent.serve.bring import Bring
from agent.serve.opening import opening_html, welcome_html
from agent.serve.own import progress_html, upload_html
from agent.serve.people import marks, profile_html
from agent.serve.rail import Talk, rail_html
from agent.serve.shelf import Opening, Shelf
from agent.serve.talk import Live, turn_html
from agent.serve.why import why_html
from agent.session import MAX_UTTERANCE, Session
from agent.sommelier import Sommelier
from knowledge.errors import BadInput, SommelierError

__all__ = ["Page"]

SHOWN_TURNS = 30
"""Turns of a conversation that the page shows; earlier ones stay in the store."""
EARLIER = 14
"""Earlier conversations listed."""
ONCE = "This happens once. You may say something already; the answer comes when it stands."
BEAT_S = 0.03
"""Seconds in which events are gathered into one change of the page."""

Value = Mapping[str, Any]
Parts = tuple[Any, Any, Any, Any]
"""New values of rail, talk, panel and sheet; `gr.skip()` leaves one as it is."""


class Page:
    """The page's answers. One object serves everybody."""

    def __init__(self, shelf: Shelf) -> None:
        """Answer from the bases of a shelf."""
        self.shelf = shelf
        self.bring = Bring(shelf)
        self._stops: dict[tuple[str, str], asyncio.Event] = {}
        self._titles: dict[tuple[str, int], str] = {}

    # Arriving, and what goes between conversations

    async def arrive(self, person: str, request: gr.Request) -> AsyncIterator[tuple[Any, ...]]:
        """Show the page to whoever comes, and the base being built while it is."""
        known = str(person or "") or secrets.token_hex(16)
        who = self._who(known, request)
        yield known, *(await self._opening(who, self.shelf.default))
        async for parts in self._shown(who, self.shelf.default, ""):
            yield known, *parts
        self.shelf.at_rest.set()

    async def go(self, person: str, event: gr.EventData, request: gr.Request) -> AsyncIterator[Parts]:
        """Start a conversation, take an earlier one up again, delete one, or change the base."""
        who, data = self._who(person, request), _data(event)
        key, to = _text(data, "base") or self.shelf.default, _text(data, "to")
        session = _text(data, "session")
        try:
            if to == "delete":
                somm = await self.shelf.open(who, key)
                self._session(somm, who, session).delete()
                current = _text(data, "current")
                session = "" if current == session else current
            if to == "base":
                yield await self._opening(who, key)
            async for parts in self._shown(who, key, session if to in ("resume", "delete") else ""):
                yield parts
        except SommelierError as error:
            yield gr.skip(), gr.skip(), {"say": str(error)}, gr.skip()

    async def _shown(self, who: str, key: str, session_id: str) -> AsyncIterator[Parts]:
        """Wait for a base, showing how far it is, then show a conversation on it."""
        opening = self.shelf.start(who, key)
        before: object = None
        while not opening.future.done():
            if opening.building and opening.stage != before:
                before = opening.stage
                yield gr.skip(), self._building(opening), gr.skip(), gr.skip()
            await asyncio.sleep(0.1)
        error = opening.future.exception()
        if error is not None:
            if not isinstance(error, SommelierError | OSError):
                raise error
            yield self._rail_bare(who, key), {"empty": opening_html(str(error), failed=True), "base": key}, gr.skip(), gr.skip()
            return
        somm = opening.future.result()
        session = None
        if session_id:
            with contextlib.suppress(NoSuchSession):
                session = self._session(somm, who, session_id)
        yield self._rail(who, key, somm, session_id), self._talk(somm, key, session), self._panel(somm, who), gr.skip()

    async def _opening(self, who: str, key: str) -> Parts:
        return self._rail_bare(who, key), {"empty": opening_html("Opening the catalogue"), "base": key, "turns": []}, gr.skip(), gr.skip()

    def _building(self, opening: Opening) -> Value:
        return {
            "empty": opening_html(progress_html("Building the catalogue's knowledge base", opening.stage, note=ONCE)),
            "base": opening.key,
            "turns": [],
        }

    # Talking

    async def say(self, person: str, event: gr.EventData, request: gr.Request) -> AsyncIterator[Parts]:
        """Take an utterance, after going back to an earlier turn where one is named, and show the answer as it comes."""
        who, data = self._who(person, request), _data(event)
        key = _text(data, "base") or self.shelf.default
        text = " ".join(_text(data, "text").split())[:MAX_UTTERANCE]
        if not text:
            return
        try:
            somm = await self.shelf.open(who, key)
            session = self._session(somm, who, _text(data, "session") or secrets.token_hex(8))
            back = data.get("back")
            if isinstance(back, int):
                await session.arewind(max(0, back))
        except SommelierError as error:
            yield gr.skip(), gr.skip(), {"say": str(error)}, gr.skip()
            return
        before = self._talk(somm, key, session, last=False)
        labels = _labels(somm)
        live = Live(number=session.conversation.turn + 1, utterance=text)

        def shown() -> Value:
            html = turn_html(somm.base.schema, live, labels, last=True, model=self._modelled(somm))
            block = {"key": f"t{live.number}", "html": html}
            busy = live.done is None and not live.failed and not live.asides
            return {**before, "turns": [*before["turns"], block], "empty": "", "busy": busy, "next": live.number + (live.done is not None)}

        yield gr.skip(), shown(), gr.skip(), gr.skip()
        stop = self._stops[who, session.id] = asyncio.Event()
        try:
            async for events in _beats(session, text, stop):
                for one in events:
                    live = live.after(one)
                if live.done is None:
                    yield gr.skip(), shown(), gr.skip(), gr.skip()
        except TimeoutError:
            live = replace(live, failed="That took too long and was given up; nothing of this turn is kept.", running="")
        except Exception:
            # A bug rises, into the log; the page says so instead of waiting for ever.
            live = replace(live, failed="Something went wrong in Sommelier itself; nothing of this turn is kept.", running="")
            yield gr.skip(), shown(), gr.skip(), gr.skip()
            raise
        finally:
            self._stops.pop((who, session.id), None)
        if live.done is None and not live.failed:
            live = replace(live, asides=("Stopped. Nothing of this turn is kept.",), running="")
        yield self._rail(who, key, somm, session.id), shown(), self._panel(somm, who), gr.skip()

    async def stop(self, person: str, event: gr.EventData, request: gr.Request) -> None:
        """Stop the work on a conversation's turn."""
        found = self._stops.get((self._who(person, request), _text(_data(event), "session")))
        if found is not None:
            found.set()

    async def undo(self, person: str, event: gr.EventData, request: gr.Request) -> Parts:
        """Take the last turn back, with what it taught; what was said goes back into the line to write in."""
        who, data = self._who(person, request), _data(event)
        key = _text(data, "base") or self.shelf.default
        try:
            somm = await self.shelf.open(who, key)
            session = self._session(somm, who, _text(data, "session"))
            turns = session.turns
            if turns:
                await session.arewind(turns[-1].turn - 1)
        except SommelierError as error:
            return gr.skip(), gr.skip(), {"say": str(error)}, gr.skip()
        said = {"fill": turns[-1].utterance} if turns else {}
        return self._rail(who, key, somm, session.id), {**self._talk(somm, key, session), **said}, self._panel(somm, who), gr.skip()

    # Cards and the panel

    async def panel(self, person: str, event: gr.EventData, request: gr.Request) -> Parts:
        """Answer what is done on cards and in the panel: a verdict, why, forgetting, saving."""
        who, data = self._who(person, request), _data(event)
        key = _text(data, "base") or self.shelf.default
        try:
            somm = await self.shelf.open(who, key)
            return gr.skip(), gr.skip(), await self._change(somm, who, data), gr.skip()
        except SommelierError as error:
            return gr.skip(), gr.skip(), {"say": str(error)}, gr.skip()

    async def _change(self, somm: Sommelier, who: str, data: Mapping[str, Any]) -> Value:
        view, do = somm.profile(_user(who, somm)), _text(data, "do")
        if do == "judge":
            item, verdict = _text(data, "item"), _text(data, "verdict")
            if marks(view).get(item) == verdict:
                view.forget(f"item:{item}")
            else:
                await self._session(somm, who, _text(data, "session")).afeedback(item, verdict)  # type: ignore[arg-type]
        elif do == "why":
            session = self._session(somm, who, _text(data, "session"))
            item_shown = _shown_item(session, data.get("turn"), _text(data, "item"))
            html = await asyncio.to_thread(why_html, session, somm.base, item_shown)
            return {**self._panel(somm, who), "extra": html}
        elif do == "forget":
            view.forget(_text(data, "entity"))
        elif do == "forget-all":
            view.forget()
        elif do == "export":
            return {**self._panel(somm, who), "file": view.export(), "nonce": secrets.token_hex(4)}
        return self._panel(somm, who)

    # Bring your own

    async def sheet(self, person: str, event: gr.EventData, request: gr.Request) -> AsyncIterator[Parts]:
        """Take an uploaded table, show its guessed roles, build it, show the report."""
        who, data = self._who(person, request), _data(event)
        do = _text(data, "do")
        if do == "stop-build":
            self.bring.stop(who)
            return
        if do == "own":
            yield gr.skip(), gr.skip(), gr.skip(), {"html": upload_html(), "show": True}
            return
        steps = self.bring.read(data) if do == "table" else self.bring.build(who, data)
        async for html in steps:
            # A person may close the sheet and go on talking; the end of a build opens it again.
            yield gr.skip(), gr.skip(), gr.skip(), {"html": html, "show": "<progress" not in html}
        if do == "build":
            key = _text(data, "base") or self.shelf.default
            yield self._rail(who, key, await self.shelf.open(who, key), _text(data, "session")), gr.skip(), gr.skip(), gr.skip()

    # The parts

    def _talk(self, somm: Sommelier, key: str, session: Session | None, *, last: bool = True) -> dict[str, Any]:
        turns = [] if session is None else [t for t in session.turns if t.utterance][-SHOWN_TURNS:]
        labels, model = _labels(somm), self._modelled(somm)
        blocks = [
            {"key": f"t{t.turn}", "html": turn_html(somm.base.schema, t, labels, last=last and t is turns[-1], model=model)} for t in turns
        ]
        return {
            "base": key,
            "session": "" if session is None else session.id,
            "turns": blocks,
            "next": (turns[-1].turn if turns else 0) + 1,
            "empty": "" if blocks else welcome_html(somm.base),
            "busy": False,
        }

    def _panel(self, somm: Sommelier, who: str) -> dict[str, Any]:
        view = somm.profile(_user(who, somm))
        return {"html": profile_html(view), "marks": marks(view), "count": len(view)}

    def _rail(self, who: str, key: str, somm: Sommelier, current: str) -> Value:
        talks = []
        for row in somm.store.sessions(_user(who, somm)):
            if row.head and row.base == somm.base.name:
                talks.append(Talk(id=row.id, title=self._title(somm, row.id, row.revision), updated=row.updated))
            if len(talks) == EARLIER:
                break
        return {"html": rail_html(self.shelf.choices(who), key, talks, current, self._brain_words(somm)), "base": key}

    def _rail_bare(self, who: str, key: str) -> Value:
        return {"html": rail_html(self.shelf.choices(who), key, (), "", "waiting for the catalogue"), "base": key}

    def _title(self, somm: Sommelier, session_id: str, revision: int) -> str:
        found = self._titles.get((session_id, revision))
        if found is None:
            said = next((row["utterance"] for row in somm.store.turns(session_id) if row.get("utterance")), "A long conversation")
            if len(self._titles) > 5000:
                self._titles.clear()
            found = self._titles[session_id, revision] = said[:70]
        return found

    def _modelled(self, somm: Sommelier) -> bool:
        return somm.settings.brain == "model" or (somm.settings.brain == "auto" and bool(somm.settings.model))

    def _brain_words(self, somm: Sommelier) -> str:
        return f"Language model {somm.settings.model}" if self._modelled(somm) else "Built-in brain, no language model"

    def _who(self, person: str, request: gr.Request) -> str:
        """Return whose the event is: the name logged in with, else what the browser keeps. Raises BadInput for neither."""
        name = getattr(request, "username", None)
        if name:
            return f"login:{name}"
        if not isinstance(person, str) or len(person) < 16:
            raise BadInput("this page does not know you any more; load it again")
        return f"page:{person}"

    def _session(self, somm: Sommelier, who: str, session_id: str) -> Session:
        """Return a person's session. Raises NoSuchSession where it is somebody else's or none is named."""
        if not session_id:
            raise NoSuchSession("no conversation has begun; say something first")
        return somm.session(user=_user(who, somm), session_id=session_id)


async def _beats(session: Session, text: str, stop: asyncio.Event) -> AsyncIterator[list[Event]]:
    """Yield the events of a turn, those of one beat together; end when `stop` is set, which cancels the work."""
    box: asyncio.Queue[Event | None] = asyncio.Queue()

    async def pump() -> None:
        try:
            async for event in session.astream(text):
                box.put_nowait(event)
        finally:
            box.put_nowait(None)

    work = asyncio.create_task(pump())
    halt = asyncio.create_task(stop.wait())
    try:
        while True:
            take = asyncio.create_task(box.get())
            await asyncio.wait({take, halt}, return_when=asyncio.FIRST_COMPLETED)
            if halt.done():
                take.cancel()
                return
            await asyncio.sleep(BEAT_S)
            events = [take.result()]
            while not box.empty():
                events.append(box.get_nowait())
            yield [e for e in events if e is not None]
            if events[-1] is None:
                await work
                return
    finally:
        halt.cancel()
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work


def _user(who: str, somm: Sommelier) -> str:
    """Return the profile's name: a taste in one catalogue says nothing in another."""
    return f"{who}/{somm.base.name}"


def _labels(somm: Sommelier) -> dict[str, str]:
    return {name: tool.label for name, tool in somm.tools.items()}


def _data(event: gr.EventData) -> Mapping[str, Any]:
    return event._data if isinstance(event._data, dict) else {}


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _shown_item(session: Session, turn: object, item_id: str) -> SlateItem:
    """Return an item as it stood in the slate of a turn. Raises BadInput."""
    for one in reversed(session.turns):
        if turn in (None, one.turn):
            for item in one.slate:
                if item.id == item_id:
                    return item
    raise BadInput(f"{item_id!r} was not shown in this conversation; ask for it by name")
