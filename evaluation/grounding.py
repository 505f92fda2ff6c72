"""`sommelier evaluate grounding FILES...`: an audit of transcripts, from outside, by the record alone.

Reads what `sommelier chat --json` writes (one turn a line) and counts: titles in the reply that are not items of the turn, years beside a
title against the
record, evidence that does not resolve, shown items that break a condition read in the same turn, and items shown again though others were
asked for.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge.errors import BadInput

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["Audit", "add_command", "audit"]

_BOLD = re.compile(r"\*\*(.+?)\*\*(?:\s*\((\d{4})\))?")


@dataclass(slots=True, kw_only=True)
class Audit:
    """Counts over a transcript, with an example of each fault."""

    turns: int = 0
    items: int = 0
    titles: int = 0
    """Titles named in replies."""
    evidence: int = 0
    faults: dict[str, list[str]] = field(default_factory=dict)

    def note(self, kind: str, text: str) -> None:
        """Add a fault."""
        self.faults.setdefault(kind, []).append(text)

    def to_json(self) -> dict[str, Any]:
        """Return counts and up to five examples of each fault."""
        return {
            "turns": self.turns,
            "items": self.items,
            "titles": self.titles,
            "evidence": self.evidence,
            "faults": {k: len(v) for k, v in self.faults.items()},
            "examples": {k: v[:5] for k, v in self.faults.items()},
        }


def audit(base: KnowledgeBase, turns: Iterable[Mapping[str, Any]]) -> Audit:
    """Return what is wrong in the turns, in the form `sommelier chat --json` writes them, in order."""
    catalogue = base.catalogue
    by_title: dict[str, list[str]] = {}
    for item_id, title in zip(catalogue.ids, catalogue.titles, strict=True):
        by_title.setdefault(_plain(title), []).append(item_id)
    result = Audit()
    heard: dict[str, set[str]] = {}
    shown: dict[str, set[str]] = {}
    for turn in turns:
        if "reply" not in turn:
            continue
        session = str(turn.get("session", ""))
        where = f"{session} turn {turn.get('turn', result.turns + 1)}"
        ids = [str(i["id"]) for i in turn.get("slate", ())]
        known, before = heard.setdefault(session, set()), shown.setdefault(session, set())
        request = turn.get("request") or {}
        known |= set(ids) | _named(turn)
        result.turns += 1
        result.items += len(ids)
        _check_items(base, turn, where, result)
        _check_words(base, turn, where, known, by_title, result)
        _check_conditions(base, turn, where, ids, result)
        if request.get("others") and set(ids) & before and not _repeats_told(turn):
            result.note("repeat", f"{where}: {sorted(set(ids) & before)}")
        before |= set(ids)
    return result


def _check_items(base: KnowledgeBase, turn: Mapping[str, Any], where: str, result: Audit) -> None:
    """Note unknown items, and reasons whose ids do not all resolve."""
    from agent.slates import resolves

    for item in turn.get("slate", ()):
        if item["id"] not in base.catalogue:
            result.note("unknown item", f"{where}: {item['id']!r}")
        for reason in item.get("because", ()):
            result.evidence += 1
            if any(not resolves(base, name) for name in reason["ids"]):
                result.note("evidence that does not resolve", f"{where}: {reason['text']!r} {reason['ids']}")


def _check_words(
    base: KnowledgeBase, turn: Mapping[str, Any], where: str, known: set[str], by_title: Mapping[str, list[str]], result: Audit
) -> None:
    """Note titles in the reply that are not of the catalogue or the conversation, and years against the record."""
    catalogue, year = base.catalogue, base.schema.with_role("year")
    for title, said in _BOLD.findall(str(turn["reply"])):
        result.titles += 1
        found = by_title.get(_plain(title), [])
        if not found:
            result.note("title not in the catalogue", f"{where}: {title!r}")
        elif not set(found) & known:
            result.note("title not of the conversation", f"{where}: {title!r}")
        elif said and year is not None and all(catalogue.number(year.name)[catalogue.index(i)] != float(said) for i in found):
            result.note("fact against the record", f"{where}: {title!r} is not from {said}")


def _check_conditions(base: KnowledgeBase, turn: Mapping[str, Any], where: str, ids: list[str], result: Audit) -> None:
    """Note shown items that break a condition read in the same turn, unless it was let go of and said so."""
    from knowledge.predicates import from_json

    request = turn.get("request") or {}
    if request.get("intent", "recommend") != "recommend" or any("elaxed" in n for n in turn.get("notices", ())):
        return
    for constraint in request.get("constraints", ()):
        mask = base.catalogue.select(from_json(constraint["where"]))
        for item_id in ids:
            if item_id in base.catalogue and not mask[base.catalogue.index(item_id)]:
                result.note("broken constraint", f"{where}: {item_id} against {constraint['where']}")


def _named(turn: Mapping[str, Any]) -> set[str]:
    """Return the items a turn's request, plan and trace speak of."""
    return set(re.findall(r"item:([^'\"\],} ]+)", json.dumps([turn.get("request"), turn.get("plan"), turn.get("facts")])))


def _repeats_told(turn: Mapping[str, Any]) -> bool:
    return bool(re.search(r"(seen all|everything that fits|again|second look)", str(turn["reply"]), re.IGNORECASE))


def _plain(title: str) -> str:
    return "".join(c for c in title.casefold() if c.isalnum())


def add_command(kinds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser of `evaluate`."""
    parser = kinds.add_parser(
        "grounding", help="audit transcripts of `sommelier chat --json`: titles, facts, evidence, constraints, repeats"
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="transcripts, one turn a line")
    parser.add_argument("--base", default="films", metavar="B")
    parser.add_argument("--json", action="store_true", help="end with one JSON object instead of text")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from knowledge.base import KnowledgeBase

    turns: list[Mapping[str, Any]] = []
    for path in arguments.files:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
            turns += [json.loads(line) for line in lines if line.strip()]
        except (OSError, ValueError) as error:
            raise BadInput(f"{str(path)!r} cannot be read: {error}; give what `sommelier chat --json` wrote") from error
    found = audit(KnowledgeBase.open(arguments.base), turns).to_json()
    if arguments.json:
        sys.stdout.write(json.dumps(found) + "\n")
    else:
        sys.stdout.write(
            f"{found['turns']} turns, {found['items']} items shown, {found['titles']} titles named, {found['evidence']} reasons\n"
        )
        for kind, count in found["faults"].items():
            sys.stdout.write(f"{kind}: {count}\n" + "".join(f"  {e}\n" for e in found["examples"][kind]))
        if not found["faults"]:
            sys.stdout.write("no faults\n")
    return 1 if found["faults"] else 0
