"""Whom "that maker", "the same author as the second", "that guy from Heat" and "her" stand for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.builtin.reading import Mark, Reading
from agent.builtin.references import Reference, pointed_at
from agent.builtin.text import words_of
from knowledge.entities import entity, facet_kind, split_entity

if TYPE_CHECKING:
    from agent.brain import Situation

__all__ = ["behind", "facet_reference", "pronoun_person"]

FEW = 3
"""Up to so many people share a credit; more are a cast."""


def facet_reference(reading: Reading, situation: Situation) -> tuple[str, str, int, int] | None:
    """Return (facet, entity, start, end) for "that designer", "the same author", or None."""
    utterance = reading.utterance
    for mark in reading.of("attribute", "value"):
        sense = next((s for s in mark.senses if s.kind == "facet"), None)
        if sense is None or utterance.between(mark.start - 1, mark.start) not in {"that", "this", "same", "those", "these"}:
            continue
        facet = reading.schema.facet(sense.name)
        kind = facet_kind(facet)
        for name in situation.focus:
            # Whoever was spoken of last need not be of that calling.
            if split_entity(name)[0] == kind and len(situation.base.catalogue.facet(facet.name).positions(split_entity(name)[1])):
                return facet.name, name, mark.start - 1, mark.end
        for item_id in pointed_at(situation):
            values = situation.base.catalogue.item(item_id).facets.get(facet.name, ())
            if values:
                return facet.name, entity(kind, values[0]), mark.start - 1, mark.end
    return None


def behind(reading: Reading, situation: Situation, refs: Sequence[Reference] = ()) -> tuple[str, tuple[str, ...], int, int] | None:
    """Return (facet, values, start, end) for "the designer of Catan", "the same author as the second", or None.

    The tokens run from the attribute's word to the end of the item's name, or of the reference to one item.
    """
    for mark, name in reading.titles:
        somebody = _somebody(reading, situation, mark, name)
        if somebody is not None:
            return somebody
    titles = ((mark.start, mark.end, name) for mark, name in reading.titles)
    for start, end, name in (*titles, *((r.start, r.end, r.items[0]) for r in refs if len(r.items) == 1)):
        at = start - 1
        while at > 0 and reading.utterance.words[at] in {"the", *words_of(reading.schema.item.singular)}:
            at -= 1
        named = reading.at(at - 1)
        if reading.utterance.words[at] not in {"of", "behind", "as", "from"} or named is None or named.kind != "attribute":
            continue
        item_id = split_entity(name)[1]
        sense = next((s for s in named.senses if s.kind == "facet"), None)
        if sense is None or item_id not in situation.base.catalogue:
            continue
        values = situation.base.catalogue.item(item_id).facets.get(sense.name, ())
        if values:
            # A cast is long: who "the lead" is stands first.
            kept = values[:1] if reading.schema.facet(sense.name).kind == "person" and len(values) > FEW else values
            return sense.name, tuple(kept), named.start, end
    return None


def _somebody(reading: Reading, situation: Situation, mark: Mark, title: str) -> tuple[str, tuple[str, ...], int, int] | None:
    """Return the people "that guy from Heat" may be: the first few of the longest list of people the item has."""
    said = r"(?:that|the|this) (?:\w+ )?(?:guy|girl|man|woman|lady|dude|bloke|chap|person|fella)(?: (?:who|that) \w+)? (?:from|in|of|off)"
    f = next((f for f in reading.utterance.all(said) if f.end in {mark.start, mark.start - 1}), None)
    item_id = split_entity(title)[1]
    if f is None or item_id not in situation.base.catalogue:
        return None
    facets = situation.base.catalogue.item(item_id).facets
    people = [(len(facets[p.name]), p.name) for p in reading.schema.facets if p.kind == "person" and facets.get(p.name)]
    if not people:
        return None
    name = max(people)[1]
    return name, tuple(facets[name][:FEW]), f.start, mark.end


def pronoun_person(reading: Reading, situation: Situation) -> tuple[str, int, int] | None:
    """Return (entity, start, end) for "her", "him", "she", "he" after a person was spoken of, or None."""
    nouns = {w for f in reading.schema.facets if f.kind == "person" for w in (f.name, f.label) if w}
    same = reading.utterance.first(rf"(?:that|this|the same) (?:{'|'.join(sorted(map(re.escape, nouns)))})") if nouns else None
    if same is not None:
        person = _person_asked(reading, situation)
        return (person, same.start, same.end) if person is not None else None
    f = reading.utterance.first(
        r"(?:her|him|she|he|them|hers|his|they)(?! (?:with|husband|wife|kids|daughter|son|mother|father|friend|"
        r"boyfriend|girlfriend|birthday|likes?|loves?|hates?))"
    )
    if f is None:
        return None
    person = next((e for e in situation.focus if e.startswith("person:")), None) or _person_asked(reading, situation)
    return (person, f.start, f.end) if person is not None else None


def _person_asked(reading: Reading, situation: Situation) -> str | None:
    """Return the person the last answer named, or the first one behind the item spoken of."""
    people = [f.name for f in reading.schema.facets if f.kind == "person"]
    question = (situation.exchanges[-1].request.get("question") or {}) if situation.exchanges else {}
    wanted = [question["attribute"]] if question.get("attribute") in people else people
    ids = [split_entity(question["entity"])[1]] if wanted != people and question.get("entity") else pointed_at(situation)[:1]
    for item_id in ids:
        if item_id not in situation.base.catalogue:
            continue
        facets = situation.base.catalogue.item(item_id).facets
        found = next((facets[name][0] for name in wanted if facets.get(name)), None)
        if found is not None:
            return entity("person", found)
    return None
