"""A session: one conversation with one person. What is said is kept; a turn is durable before it is acknowledged."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from agent.conversation import Conversation
from agent.errors import SessionBusy, TurnTooSlow
from agent.events import Because, Done, Event, Failed, SlateItem, Turn, Usage
from agent.learning import Lesson
from agent.profile import Entry
from agent.slates import as_item
from agent.state import TurnContext, TurnState
from agent.store import Lease, SessionRow
from agent.view import ProfileView
from knowledge.errors import BadInput, SommelierError
from tools.base import TURNS

if TYPE_CHECKING:
    from agent.sommelier import Sommelier

__all__ = ["Session"]

Verdict = Literal["like", "dislike", "seen", "reject", "taken"]
VERDICTS = ("like", "dislike", "seen", "reject", "taken")
MAX_UTTERANCE = 4_000
"""Characters of an utterance that are read."""


class Session:
    """Talk to Sommelier. Safe to use from several threads: turns of one session queue."""

    def __init__(self, somm: Sommelier, row: SessionRow, *, anonymous: bool) -> None:
        """Use `Sommelier.session`."""
        self._somm = somm
        self._row = row
        self._anonymous = anonymous
        self._gate = asyncio.Lock()
        self._conversation: Conversation | None = None
        self._revision = -1

    @property
    def id(self) -> str:
        """The session's id; give it to `Sommelier.session` to go on later."""
        return self._row.id

    @property
    def user(self) -> str | None:
        """Whose session it is, or None for a guest (whose profile ends with the session)."""
        return None if self._anonymous else self._row.user

    @property
    def profile(self) -> ProfileView:
        """What is remembered of the person, to see and to change."""
        return ProfileView(self._somm.store, self._row.user, self._somm.base)

    @property
    def conversation(self) -> Conversation:
        """What stands now (constraints, topic, slates shown)."""
        return self._current()

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The turns that count, oldest first; long past ones hold what was shown only."""
        return tuple(self._turn_of(row) for row in self._somm.store.turns(self.id))

    @property
    def usage(self) -> Usage:
        """What the language model has cost in this session, all turns that count together."""
        spent = [t.usage for t in self.turns]
        return Usage(
            calls=sum(u.calls for u in spent),
            tokens_in=sum(u.tokens_in for u in spent),
            tokens_out=sum(u.tokens_out for u in spent),
            cost=sum(u.cost for u in spent),
            ms=round(sum(u.ms for u in spent), 1),
        )

    # Talking

    def say(self, utterance: str) -> Turn:
        """Take one utterance and return the finished turn. Raises SommelierError."""
        return self._somm.runner.run(self._whole(utterance))

    async def asay(self, utterance: str) -> Turn:
        """Like `say`, for async callers."""
        return await self._somm.runner.arun(self._whole(utterance))

    def stream(self, utterance: str) -> Iterator[Event]:
        """Yield the events of a turn as they come (`agent.events`); leaving early stops the work, and the turn never was."""
        return self._somm.runner.iterate(lambda emit: self._work(utterance, emit))

    def astream(self, utterance: str) -> AsyncIterator[Event]:
        """Like `stream`, for async callers."""
        return self._somm.runner.aiterate(lambda emit: self._work(utterance, emit))

    async def _whole(self, utterance: str) -> Turn:
        done: list[Turn] = []

        def keep(event: Event) -> None:
            if isinstance(event, Done):
                done.append(event.turn)

        await self._work(utterance, keep, raising=True)
        return done[0]

    async def _work(self, utterance: str, emit: Callable[[Event], None], *, raising: bool = False) -> None:
        """Run one turn. What we raise on purpose becomes an `error` event for streams; bugs rise."""
        try:
            async with self._gate:
                lease = await self._lease()
                try:
                    await self._turn(utterance, lease, emit)
                finally:
                    self._somm.store.release(lease)
        except SommelierError as error:
            if raising:
                raise
            emit(Failed(message=str(error)))

    async def _lease(self) -> Lease:
        """Wait for the session's lease. Raises SessionBusy."""
        settings = self._somm.settings
        until = time.monotonic() + settings.lease_wait_s
        while True:
            lease = self._somm.store.acquire(self.id, self._somm.holder, settings.lease_s)
            if lease is not None:
                return lease
            if time.monotonic() > until:
                raise SessionBusy(
                    f"session {self.id!r} is in use elsewhere for more than {settings.lease_wait_s:g} s; try again or use another session"
                )
            await asyncio.sleep(0.02)

    async def _turn(self, utterance: str, lease: Lease, emit: Callable[[Event], None]) -> None:
        from agent.graph import RECURSION_LIMIT, turn_graph

        somm = self._somm
        text = " ".join(utterance.split())[:MAX_UTTERANCE]
        # What is loaded once (the graph of the turn, names, vectors) is no part of the time a turn may take.
        graph = turn_graph()
        await asyncio.to_thread(somm.ready)
        talk = self._current()
        now = _now()

        async def commit(turn: Turn, after: Conversation, lesson: Lesson) -> None:
            if lesson.forget_all:
                somm.store.forget(self._row.user, None)
            for entity in lesson.forget:
                somm.store.forget(self._row.user, entity)
            row = {**_slim(turn), "state": after.snapshot(), "reset": turn.request.get("intent") == "reset"}
            self._revision = somm.store.commit(lease, turn.turn, row, lesson.entries, user=self._row.user, now=now)
            self._conversation = after
            if turn.turn % 50 == 0:
                somm.store.prune(self.id, somm.settings.keep_turns)

        brain, builtin = somm.brains()
        context = TurnContext(
            base=somm.base,
            tools=somm.tools,
            brain=brain,
            builtin=builtin,
            settings=somm.settings,
            conversation=talk,
            profile=somm.store.profile(self._row.user, now),
            session=self.id,
            now=now,
            started=time.perf_counter(),
            commit=commit,
            emit=emit,
            recall=self._recall,
        )
        state: TurnState = {"utterance": text, "turn": talk.turn + 1, "seed": self._row.seed * TURNS + talk.turn + 1}
        limit = somm.settings.deadline_s * 2
        from langgraph.errors import NodeTimeoutError

        try:
            async with asyncio.timeout(limit):
                await graph.ainvoke(state, config={"recursion_limit": RECURSION_LIMIT}, context=context)
        except NodeTimeoutError as slow:
            # A part of the turn has a limit of its own, whatever the deadline.
            raise TurnTooSlow(f"{slow.node!r} was not done within {slow.timeout:g} s and the turn was not kept; say it again") from slow
        except TimeoutError as slow:
            raise TurnTooSlow(f"the turn was not done within {limit:g} s and was not kept; say it again, or raise deadline_s") from slow

    def _current(self) -> Conversation:
        """Return the conversation as it stands in the store; what another process wrote is read again."""
        row = self._somm.store.row(self.id)
        if self._conversation is None or row.revision != self._revision:
            self._conversation = Conversation.restore(self._somm.store.turns(self.id), self._somm.settings.history_turns)
            self._revision = row.revision
        return self._conversation

    def _recall(self, item_id: str) -> list[dict[str, Any]]:
        """Return the reasons given for an item when it was last shown."""
        for row in reversed(self._somm.store.turns(self.id)):
            for item in row.get("slate", ()):
                if item["id"] == item_id and item["because"]:
                    return list(item["because"])
        return []

    # Besides talking

    def feedback(self, item_id: str, verdict: Verdict) -> None:
        """Record what the person thinks of an item: it will not be shown again, and counts at once. Raises BadInput."""
        if verdict not in VERDICTS:
            raise BadInput(f"feedback {verdict!r} is not known; write one of {', '.join(VERDICTS)}")
        known = item_id.removeprefix("item:")
        if known not in self._somm.base.catalogue:
            raise BadInput(f"there is no item {known!r} in {self._somm.base.name!r}; give the id of an item shown")
        self._somm.runner.run(self._change(lambda lease, talk: self._judge(lease, talk, known, verdict)))

    async def afeedback(self, item_id: str, verdict: Verdict) -> None:
        """Like `feedback`, for async callers."""
        await asyncio.to_thread(self.feedback, item_id, verdict)

    def rewind(self, turn: int) -> None:
        """Go back to after turn `turn` (0 for the start): later turns and what they taught no longer count. Raises NoSuchTurn."""
        self._somm.runner.run(self._change(lambda lease, _: self._somm.store.rewind(lease, turn, _now())))

    async def arewind(self, turn: int) -> None:
        """Like `rewind`, for async callers."""
        await asyncio.to_thread(self.rewind, turn)

    def reset(self) -> None:
        """Start over: nothing said in this conversation stands any more; the profile stays."""
        self.rewind(0)

    def delete(self) -> None:
        """Delete the session with all its turns. A guest's profile goes with it."""
        self._somm.store.delete_session(self.id)
        if self._anonymous:
            self._somm.store.forget(self._row.user, None)

    async def _change(self, change: Callable[[Lease, Conversation], int]) -> None:
        async with self._gate:
            lease = await self._lease()
            try:
                self._revision = -1
                change(lease, self._current())
            finally:
                self._somm.store.release(lease)
            self._revision = -1

    def _judge(self, lease: Lease, talk: Conversation, item_id: str, verdict: Verdict) -> int:
        now = _now()
        entry = Entry(entity=f"item:{item_id}", kind=verdict, words=f"({verdict})", when=now, session=self.id, turn=talk.turn)
        return self._somm.store.commit(lease, None, None, (entry,), user=self._row.user, now=now)

    def item(self, item_id: str) -> SlateItem:
        """Return an item's record as a slate item without reasons. Raises KeyError."""
        return as_item(self._somm.base, item_id)

    def _turn_of(self, row: dict[str, Any]) -> Turn:
        if row.get("pruned"):
            return Turn(turn=row["turn"], utterance="", reply="")
        base = self._somm.base
        slate = tuple(
            replace(as_item(base, i["id"], i["score"]), because=tuple(_because(b) for b in i["because"]), contributions=i["contributions"])
            for i in row["slate"]
            if i["id"] in base.catalogue
        )
        rest: dict[str, Any] = {name: row[name] for name in ("turn", "utterance", "reply", "request", "asked", "brain", "ms")}
        rest |= {name: tuple(row[name]) for name in ("plan", "trace", "notices", "chips")}
        return Turn(**rest, slate=slate, usage=Usage(**row["usage"]), calls=tuple(row.get("calls", ())))


def _because(data: dict[str, Any]) -> Because:
    return Because(kind=data["kind"], text=data["text"], ids=tuple(data["ids"]))


def _slim(turn: Turn) -> dict[str, Any]:
    """Return the turn as kept: attributes are read from the catalogue again."""
    data = asdict(turn)
    for item in data["slate"]:
        del item["attributes"]
    return {**data, "shown": [i.id for i in turn.slate]}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
