"""Annotated utterances: reading the files, the compact notation, and exact comparison with a request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent.request import Request
from knowledge.base import KnowledgeBase
from knowledge.build import build

FOLDER = Path(__file__).parent / "utterances"
FLAGS = {"others": "others", "surprise": "surprise", "popular": "by_popularity", "careless": "careless"}


@dataclass(frozen=True)
class Case:
    """One utterance in its situation with the request it should become."""

    say: str
    base: str
    split: str
    shown: tuple[str, ...] = ()
    focus: tuple[str, ...] = ()
    asked: dict[str, Any] | None = None
    want: dict[str, Any] = field(default_factory=dict)


_OPEN: dict[str, KnowledgeBase] = {}


def open_bases(factory: pytest.TempPathFactory) -> Mapping[str, KnowledgeBase]:
    """Return the built-in catalogue and the board games, without vectors; built once a test run."""
    if _OPEN:
        return _OPEN
    folder = factory.mktemp("understand")
    build("films", folder / "films", encoder=None)
    build(str(FOLDER / "games.csv"), folder / "games", encoder=None, card=FOLDER / "games.card.yaml")
    _OPEN.update({name: KnowledgeBase.open(folder / name) for name in ("films", "games")})
    return _OPEN


def cases(split: str | None = None, base: str | None = None) -> Iterator[Case]:
    """Yield the cases of all files."""
    for path in sorted(FOLDER.glob("*_*.yaml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        if (split and data["split"] != split) or (base and data["base"] != base):
            continue
        for row in data["cases"]:
            context = data["contexts"][row["ctx"]] if "ctx" in row else {}
            yield Case(
                say=row["say"],
                base=data["base"],
                split=data["split"],
                shown=tuple(context.get("shown", ())),
                focus=tuple(context.get("focus", ())),
                asked=context.get("asked"),
                want={k: v for k, v in row.items() if k not in {"say", "ctx"}},
            )


def where_text(where: dict[str, Any]) -> str:
    """Return a predicate in the notation of the files: "not genre: horror", "cast: A&B", "year: 1990..1999"."""
    if "not" in where:
        return "not " + where_text(where["not"])
    if "number" in where:
        low, high = (f"{where[k]:g}" if k in where else "" for k in ("min", "max"))
        return f"{where['number']}: {low}..{high}"
    if "has_all" in where:
        return f"{where['facet']}: " + "&".join(sorted(where["has_all"]))
    if "facet" in where:
        return f"{where['facet']}: " + "|".join(sorted(where["has"]))
    return str(where)


def _expected(text: str) -> str:
    year = datetime.now(UTC).year
    text = re.sub(r"now-(\d+)", lambda m: str(year - int(m.group(1))), text)
    head, _, rest = text.partition(": ")
    for sign in "|&":
        if sign in rest and ".." not in rest:
            rest = sign.join(sorted(rest.split(sign)))
    return f"{head}: {rest}"


def _words(text: str) -> set[str]:
    return {w for w in re.findall(r"\w+", text.lower()) if w not in {"a", "the", "an", "of", "to", "who", "in", "at", "and", "on"}}


def _critique(critique: Any) -> str:
    sign = "+" if critique.direction == "more" else "-"
    return f"{critique.attribute}{sign}" + (f" of {critique.of}" if critique.of else "")


def _mentions(request: Request) -> set[str]:
    """Return the mentions that say something no other field says."""
    question = request.question.entity if request.question else None
    elsewhere = {question, request.accepted, *(c.of for c in request.critiques)}
    values = {v for c in request.constraints for v in re.findall(r"'([^']*)'|\"([^\"]*)\"", str(c.where)) for v in v}
    found = set()
    for mention in request.mentions:
        if (
            mention.entity
            and mention.stance in {"about", "neutral"}
            and (mention.entity in elsewhere or mention.entity.partition(":")[2] in values)
        ):
            continue
        if mention.entity and mention.entity.startswith("person:") and mention.stance == "about":
            continue
        name = mention.entity or f"?{mention.text}"
        found.add(f"{name} {mention.stance}" + (" past" if mention.past else ""))
    return found


def differences(case: Case, request: Request) -> list[str]:
    """Return what differs between the expected request and the one made; empty where they are the same."""
    want = case.want
    optional = set(want.get("optional", ()))
    found: list[str] = []

    def check(name: str, expected: Any, got: Any) -> None:
        if name not in optional and expected != got:
            found.append(f"{name}: expected {expected}, got {got}")

    intents = want.get("intent", "recommend")
    if request.intent not in ([intents] if isinstance(intents, str) else intents):
        found.append(f"intent: expected {intents}, got {request.intent}")
    check(
        "constraints",
        {_expected(t) for t in want.get("constraints", ())},
        {where_text(c.where) + (" !" if c.standing else "") for c in request.constraints},
    )
    check("critiques", set(want.get("critiques", ())), {_critique(c) for c in request.critiques})
    check("mentions", set(want.get("mentions", ())), _mentions(request))
    check("prefer", set(want.get("prefer", ())), set(request.prefer))
    check("refers", {f"item:{r}" for r in want.get("refers", ())}, set(request.refers_to))
    check("count", want.get("count"), request.count)
    check("drop", set(want.get("drop", ())), set(request.drop))
    check("accepted", f"item:{want['accepted']}" if "accepted" in want else None, request.accepted)
    check("flags", set(want.get("flags", ())), {f for f, name in FLAGS.items() if getattr(request, name)})
    edits = {" ".join(x for x in (e.action, e.entity) if x) for e in request.edits}
    check("edits", set(want.get("edits", ())), edits)
    question = request.question
    asked = " ".join(x for x in (question.kind, question.attribute, question.direction, question.entity) if x) if question else None
    if question and question.kind == "have" and question.entity is None:
        asked = "have ?"
    check("q", want.get("q"), asked)
    conditions = want.get("unfilterable", ())
    if "unfilterable" not in optional and (
        len(conditions) != len(request.unfilterable) or any(not any(c in u for u in request.unfilterable) for c in conditions)
    ):
        found.append(f"unfilterable: expected {conditions}, got {request.unfilterable}")
    if "wish" not in optional:
        expected, got = _words(want.get("wish", "")), _words(request.wish)
        if not expected <= got or (not expected and got) or len(got) > 2 * len(expected) + 3:
            found.append(f"wish: expected {sorted(expected)}, got {request.wish!r}")
    return found
