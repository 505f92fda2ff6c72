"""The state of one conversation: what stands, what it is about, what was shown. Plain values, one snapshot a turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from agent.brain import Exchange
from knowledge.dialogues import Utterance

if TYPE_CHECKING:
    from knowledge.catalogue import Catalogue

__all__ = ["Conversation", "Topic"]

BRIEF = 40
"""Words up to which a reply counts in full as something said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What the talk is about until something else is asked for: examples to resemble, the wish in words, soft preferences, critiques."""

    examples: tuple[str, ...] = ()
    """Entity names to resemble."""
    wish: str = ""
    prefer: tuple[str, ...] = ()
    """Entity names."""
    targets: tuple[Mapping[str, Any], ...] = ()
    """Critiques that still hold: {"attribute", "direction", "strength", "items", "from"}: the items it was said of and
    the value it starts from, None for "in general"."""
    by_popularity: bool = False

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Topic:
        """Read a topic from its JSON form."""
        plain: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
        return cls(**plain)

    def __bool__(self) -> bool:
        """True where anything is being talked about."""
        return bool(self.examples or self.wish or self.prefer or self.targets or self.by_popularity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Everything a session knows besides the person's profile. Made anew each turn, never mutated."""

    turn: int = 0
    """Number of the last finished turn."""
    constraints: tuple[Mapping[str, Any], ...] = ()
    """Constraints in force: agent.request.Constraint in JSON form."""
    topic: Topic = field(default_factory=Topic)
    focus: tuple[str, ...] = ()
    """Entity names talked about, newest first."""
    asked: Mapping[str, Any] | None = None
    """The clarifying question of the turn before."""
    asked_before: tuple[str, ...] = ()
    """Attributes asked about so far."""
    overridden: tuple[str, ...] = ()
    """Standing constraints (their words) and disliked entities the person set aside for this conversation by asking for them."""
    last: tuple[str, ...] = ()
    """Item ids of the slate shown last."""
    pending: Mapping[str, Any] | None = None
    """What was offered and waits for a yes: {"drop": [attributes]} or {"mention": entity}."""
    shown: tuple[tuple[str, ...], ...] = ()
    """Item ids of every slate since the start, oldest first; kept in the turns' rows, not in the snapshot."""
    exchanges: tuple[Exchange, ...] = ()
    """The latest turns; likewise."""

    def snapshot(self) -> dict[str, Any]:
        """Return what is not in the turns' rows, as JSON-plain data of bounded size."""
        # What is left out is left out first: copying every slate ever shown would cost more with each turn.
        data = asdict(replace(self, shown=(), exchanges=()))
        del data["shown"], data["exchanges"]
        return data

    @classmethod
    def restore(cls, rows: Sequence[Mapping[str, Any]], keep: int) -> Conversation:
        """Return the conversation after the turns in `rows` (the store's data, oldest first); `keep` exchanges are held."""
        if not rows:
            return cls()
        data = dict(rows[-1].get("state") or {})
        data["topic"] = Topic.from_json(data.get("topic") or {})
        plain: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
        exchanges = tuple(
            Exchange(utterance=r["utterance"], reply=r["reply"], slate=tuple(r.get("shown", ())), request=r.get("request", {}))
            for r in rows[-keep:]
            if not r.get("pruned")
        )
        start = next((i for i in range(len(rows) - 1, -1, -1) if rows[i].get("reset")), 0)
        shown = tuple(tuple(r["shown"]) for r in rows[start:] if r.get("shown"))
        plain |= {"shown": shown, "exchanges": exchanges}
        return cls(**plain)

    def utterances(self, utterance: str, request: Mapping[str, Any], catalogue: Catalogue) -> tuple[Utterance, ...]:
        """Return the talk so far with the items named, oldest first, and an utterance with its request at the end."""
        said: list[Utterance] = []
        for turn in self.exchanges:
            said.append(Utterance(speaker="seeker", text=turn.utterance, items=_named(turn.request)))
            shown = tuple(i for i in turn.slate if i in catalogue)
            # People say little beside what they name; the reasons of a long reply would drown what the person said.
            text = turn.reply if len(turn.reply.split()) <= BRIEF else ", ".join(catalogue.titles[catalogue.index(i)] for i in shown)
            said.append(Utterance(speaker="recommender", text=text, items=shown))
        return (*said, Utterance(speaker="seeker", text=utterance, items=_named(request)))

    @property
    def shown_ids(self) -> frozenset[str]:
        """Ids of all items shown so far."""
        return frozenset(i for slate in self.shown for i in slate)


def _named(request: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ids of the items a request names, in order."""
    names = (m.get("entity") or "" for m in request.get("mentions", ()))
    return tuple(dict.fromkeys(n.removeprefix("item:") for n in names if n.startswith("item:")))
