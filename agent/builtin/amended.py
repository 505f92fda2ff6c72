"""A number said again: "actually 2", "make it 5", after "a strategy game for 4"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from agent.request import Constraint

if TYPE_CHECKING:
    from agent.builtin.draft import Draft

__all__ = ["amended"]

_AGAIN = (
    r"(?:(?:no|actually|sorry|wait|hm+|or|oh|and|rather|make (?:it|that)|i mean|i meant|we are|there are|let us say|say|then|well|,) )*"
    r"(?P<n>\d+(?:\.\d+)?)(?: (?:maybe|then|please|actually|instead|rather|of us|people|not \d+|sorry|thanks|,))*"
)


def amended(draft: Draft) -> list[Constraint]:
    """Return the latest conditions on a number with the number said now in the place of theirs; none where nothing is amended.

    Both ends of a range that were told by one number ("for 4") change with it.
    """
    said = draft.reading.utterance
    found = re.fullmatch(_AGAIN, said.joined.strip(" .,!?…"))
    held = [c for c in draft.situation.constraints if _number(c["where"])]
    if found is None or not held:
        return []
    latest = max(int(c.get("turn", 0)) for c in held)
    last = [c for c in held if int(c.get("turn", 0)) == latest]
    old = re.findall(r"\d+(?:\.\d+)?", str(last[-1].get("words", "")))
    if len(old) != 1:
        return []
    return [c for each in last if each.get("words") == last[-1].get("words") and (c := _with(each, old[0], found["n"])) is not None]


def _number(where: Mapping[str, Any]) -> bool:
    return "number" in where


def _with(constraint: Mapping[str, Any], old: str, new: str) -> Constraint | None:
    """Return a condition with a number in the place of another; None where it does not hold that one."""
    where = dict(constraint["where"])
    ends = [k for k in ("min", "max") if where.get(k) == float(old)]
    if not ends:
        return None
    words = re.sub(rf"(?<!\d){re.escape(old)}(?!\d)", new, str(constraint["words"]), count=1)
    return Constraint(where={**where, **{k: float(new) for k in ends}}, words=words)
