"""What stands after an utterance: the conditions in force, what is shunned, what may not be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.carry import adds, for_another, for_oneself, moves_on, narrows, of_a_child, starts_afresh, widens
from agent.constraints import about_subject, conjunction, contradicted, matching, merge, names_value
from agent.conversation import Conversation, Topic
from agent.occasions import outgrown
from agent.profile import Profile
from agent.relaxation import softness
from agent.request import Request
from knowledge.entities import entity, facet_kind, split_entity
from knowledge.predicates import AllOf, Predicate, attributes_of, from_json, to_json
from knowledge.schema import Schema

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["Standing", "stand"]

_BINDING = frozenset({"recommend", "tell", "correct"})
"""Intents whose conditions hold on; those of a question ("how many westerns have you") end with the answer."""

SURE_ENOUGH = 0.5
"""A dislike said with less strength pushes down but does not shut out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What holds for this turn."""

    said: tuple[dict[str, Any], ...]
    """Constraints of this conversation."""
    in_force: tuple[dict[str, Any], ...]
    """Those and the standing ones of the profile."""
    shunned: tuple[dict[str, Any], ...]
    """Predicates of disliked values, in JSON form."""
    overridden: frozenset[str]
    excluded: frozenset[str]
    named: frozenset[str]
    set_aside: tuple[dict[str, Any], ...]
    """Constraints said earlier that leave too little of what is asked for afresh, in the form of a relaxation."""
    softened: tuple[str, ...] = ()
    """Entity names that were demanded and are now only preferred: some of what is asked for afresh has them, but too little."""


def stand(
    base: KnowledgeBase, talk: Conversation, profile: Profile, request: Request, topic: Topic, utterance: str, *, turn: int, want: int
) -> Standing:
    """Return what stands after the utterance."""
    schema = base.schema
    afresh = starts_afresh(request, utterance, schema)
    new = [{**c.model_dump(mode="json"), "turn": turn} for c in request.constraints if request.intent in _BINDING and not c.standing]
    before = [c for c in talk.constraints if not (afresh and (about_subject(c, schema) or _belied(base, c, request)))]
    # What was wanted for one does not bind what is wanted for another; what is out stays out.
    moved_on = afresh and for_another(utterance)
    past = (
        []
        if adds(utterance) or widens(utterance)
        else [c for c in before if outgrown(base, c, request, want) or (moved_on and "not" not in c["where"])]
    )
    if for_oneself(utterance):
        past += [c for c in before if c not in past and of_a_child(str(c["words"]))]
    before = [c for c in before if c not in past]
    said = merge(before, new, drop=request.drop, adding=adds(utterance), widening=widens(utterance))
    overridden = _overridden(talk, request, profile, said, base)
    standing = [c for c in profile.constraints() if c["words"] not in overridden]
    shunned = _shunned(base, profile, request, said, overridden)
    named = _named(request)
    excluded = _excluded(talk, profile, request, topic) - named
    if narrows(request, utterance, len(talk.last)):
        excluded -= set(talk.last) - set(profile.item_ids("dislike", "seen", "reject"))
    aside: tuple[dict[str, Any], ...] = tuple(_as_relaxed(c) for c in past)
    softened: tuple[str, ...] = ()
    if afresh:
        kept = tuple(c for c in said if c["turn"] == turn or softness(from_json(c["where"]), schema) is None)
        if len(kept) < len(said) and _left(base, [*standing, *said], shunned, excluded) < want <= _left(
            base, [*standing, *kept], shunned, excluded
        ):
            aside += tuple(_as_relaxed(c) for c in said if c not in kept)
            said = kept
        elif request.prefer:
            # Of what is wished for softly a little is enough, unless the words say that the talk moves on.
            need = want if moves_on(utterance) else 1
            blocking = _in_the_way(base, said, kept, standing, request, shunned, excluded, need=need, want=want)
            if blocking and _left(base, [*standing, *said], shunned, excluded, request.prefer):
                softened = tuple(name for c in blocking for name in _demanded(c, schema))
            aside += tuple(_as_relaxed(c) for c in blocking)
            said = tuple(c for c in said if c not in blocking)
    return Standing(
        said=said,
        in_force=merge(standing, said, adding=True),
        shunned=tuple(to_json(p) for p in shunned),
        overridden=frozenset(overridden),
        excluded=frozenset(excluded),
        named=frozenset(named),
        set_aside=aside,
        softened=softened,
    )


def _belied(base: KnowledgeBase, constraint: Mapping[str, Any], request: Request) -> bool:
    """True for an earlier demand for a value that none of the examples named now has: who asks for their like has moved on."""
    where = constraint["where"]
    ids = [split_entity(m.entity)[1] for m in request.mentions if m.entity and m.stance == "example" and m.entity.startswith("item:")]
    known = [base.catalogue.index(i) for i in ids if i in base.catalogue]
    if not known or "facet" not in where or constraint.get("standing"):
        return False
    return not bool(base.catalogue.select(from_json(where))[known].any())


def _in_the_way(
    base: KnowledgeBase,
    said: Sequence[dict[str, Any]],
    kept: Sequence[dict[str, Any]],
    standing: Sequence[dict[str, Any]],
    request: Request,
    shunned: list[Predicate],
    excluded: set[str],
    *,
    need: int,
    want: int,
) -> tuple[dict[str, Any], ...]:
    """Return the earlier demands that leave fewer than `need` items with what is preferred now, as few as will do.

    What an item is to be goes before what the person can use at all (a length, a year): the talk has moved on from the first only.
    """

    def left(gone: Sequence[dict[str, Any]]) -> int:
        return _left(base, [*standing, *(c for c in said if c not in gone)], shunned, excluded, request.prefer)

    early = [c for c in said if c not in kept]
    if not early or left(()) >= need:
        return ()
    kinds = [c for c in early if "number" not in c["where"]]
    groups = [*([c] for c in kinds), kinds, early]
    counted = [(left(g), g) for g in groups if g]
    for least in (want, need):
        found = next((tuple(g) for n, g in counted if n >= least), None)
        if found is not None:
            return found
    return ()


def _demanded(constraint: Mapping[str, Any], schema: Schema) -> tuple[str, ...]:
    """Return the entity names of the values a demand asks for."""
    where = constraint["where"]
    if "facet" not in where:
        return ()
    kind = facet_kind(schema.facet(where["facet"]))
    return tuple(entity(kind, v) for v in (*where.get("has", ()), *where.get("has_all", ())))


def _left(
    base: KnowledgeBase, constraints: list[dict[str, Any]], shunned: list[Predicate], excluded: set[str], prefer: Sequence[str] = ()
) -> int:
    """Return how many items satisfy everything, have all that is preferred, and may be shown."""
    wished = [w for name in prefer if (w := matching(name, base.schema, base.catalogue)) is not None]
    mask = base.catalogue.select(AllOf(parts=(conjunction(constraints, shunned), *wished)))
    mask[[base.catalogue.index(i) for i in excluded if i in base.catalogue]] = False
    return int(mask.sum())


def _as_relaxed(constraint: Mapping[str, Any]) -> dict[str, Any]:
    where = dict(constraint["where"])
    entry = {"words": constraint["words"], "where": where, "turn": constraint["turn"], "to": None, "gained": 0}
    return {**entry, "attributes": sorted(attributes_of(from_json(where)))}


def _shunned(
    base: KnowledgeBase, profile: Profile, request: Request, said: tuple[dict[str, Any], ...], overridden: set[str]
) -> list[Predicate]:
    """Return what disliked values stand for, those asked for now left out."""
    asked_for = {m.entity for m in request.mentions if m.entity and m.stance in ("like", "example", "about", "neutral")} | set(
        request.prefer
    )
    found = []
    for entry in profile.of("dislike"):
        name = entry.entity
        if name.startswith("item:") or entry.strength < SURE_ENOUGH or name in overridden or name in asked_for:
            continue
        where = None if names_value(said, name, base.schema) else matching(name, base.schema, base.catalogue)
        if where is not None:
            found.append(where)
    return found


def _excluded(talk: Conversation, profile: Profile, request: Request, topic: Topic) -> set[str]:
    """Return ids that may not be suggested: known, turned down, shown already, or what the talk is about itself."""
    names = [*topic.examples, *(m.entity for m in request.mentions if m.entity), *(c.of for c in request.critiques if c.of)]
    items = {split_entity(n)[1] for n in names if n.startswith("item:")}
    return set(profile.item_ids("like", "dislike", "seen", "reject", "taken")) | talk.shown_ids | items


def _named(request: Request) -> set[str]:
    """Return ids the person asks about by name or reference; those may be shown whatever was said of them."""
    if request.intent not in ("lookup", "compare", "explain", "why_not", "accept"):
        return set()
    names = [m.entity for m in request.mentions if m.entity and m.stance in ("about", "neutral", "like", "example")]
    return {split_entity(n)[1] for n in (*names, *request.refers_to) if n and n.startswith("item:")}


def _overridden(talk: Conversation, request: Request, profile: Profile, said: tuple[dict[str, Any], ...], base: KnowledgeBase) -> set[str]:
    """Return the standing constraints (by words) and disliked entities set aside for this conversation by asking for the contrary."""
    found = set(talk.overridden)
    for constraint in profile.constraints():
        if not merge([constraint], (), drop=request.drop) or contradicted(constraint, said):
            found.add(constraint["words"])
    for entry in profile.of("dislike"):
        if not entry.entity.startswith("item:") and names_value(said, entry.entity, base.schema):
            found.add(entry.entity)
    told = {m.entity for m in request.mentions if m.entity and m.stance in ("dislike", "reject")}
    return {o for o in found if o not in told}
