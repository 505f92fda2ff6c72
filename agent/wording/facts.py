"""Answers to questions: facts, counts, superlatives, what else, comparisons, why and why not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from agent.brain import Outcome, Situation
from agent.wording.asides import unfilterable_words, unknown_words
from agent.wording.compared import compared
from agent.wording.naming import amount, asked_as, entity_name, item_named, number_words, superlative
from agent.wording.reasons import reason_clause
from agent.wording.voice import Voice, capital, listed, sentence
from knowledge.entities import facet_kind, split_entity
from knowledge.schema import Number

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["answers", "superlative_form"]

Fact = Mapping[str, Any]


def answers(situation: Situation, outcome: Outcome) -> Iterator[str]:
    """Yield the answer in pieces; nothing where no fact was found."""
    voice = Voice(situation.seed)
    unknown = list(unknown_words(situation, outcome, voice))
    if outcome.request.question is not None and outcome.request.question.kind == "have" and outcome.facts:
        # The answer says itself that it is not here.
        unknown = []
    yield from (f"{sentence(u)} " for u in unknown)
    if outcome.request.unfilterable and not outcome.facts:
        words = listed([f"“{w}”" for w in outcome.request.unfilterable])
        yield voice.pick([f"My records say nothing about {words}.", f"That I can't tell from what I know: {words}."], "unanswered")
        return
    yield from (f"{sentence(u)} " for u in unfilterable_words(situation, outcome, voice))
    told = False
    for fact in outcome.facts:
        for piece in _ANSWERS.get(_kind(fact), _nothing)(situation, fact, voice):
            told = True
            yield piece
    if not told and not unknown:
        yield _shrug(situation, outcome, voice)


def _kind(fact: Fact) -> str:
    return str(fact["kind"]) if fact["tool"] == "lookup" else str(fact["tool"])


def _nothing(situation: Situation, fact: Fact, voice: Voice) -> Iterator[str]:
    yield from ()


def _shrug(situation: Situation, outcome: Outcome, voice: Voice) -> str:
    plural = situation.base.schema.item.plural
    if outcome.request.intent == "compare":
        named = [m.entity for m in outcome.request.mentions if m.entity]
        known = [e for e in dict.fromkeys((*outcome.request.refers_to, *named)) if e.startswith("item:")]
        if len(known) == 1:
            one = entity_name(situation.base, known[0])
            return voice.pick([f"Compared with which other one? I have {one} so far.", f"{one} and which other one?"], "other")
    if outcome.request.intent in ("explain", "why_not", "compare"):
        return voice.pick([f"Which {plural} do you mean? Give me a title.", f"Tell me which {plural} and I will look into it."], "which")
    return voice.pick(
        [
            f"I know these {plural} only by their records, and they don't say.",
            "That is more than my records hold.",
            "I could not find that out.",
        ],
        "shrug",
    )


def _of(base: KnowledgeBase, fact: Fact) -> str:
    return item_named(base, fact["item"]["id"])


def _fact(situation: Situation, fact: Fact, voice: Voice) -> Iterator[str]:
    base, schema = situation.base, situation.base.schema
    name = fact.get("attribute")
    if name is None:
        yield from _describe(
            situation, {**fact, "attributes": fact["values"], "description": base.catalogue.item(fact["item"]["id"]).description}, voice
        )
        return
    of = _of(base, fact)
    if not fact["known"]:
        yield f"My records don't give the {fact['label']} of {of}."
    elif name in schema.number_names:
        yield _number_fact(schema.number(name), float(fact["values"][0]), of, item_named(base, fact["item"]["id"], year=False), voice)
    elif name in schema.facet_names:
        facet = schema.facet(name)
        values = listed([str(v) for v in fact["values"]])
        if facet.kind == "person" and "{}" in facet.phrase:
            yield (
                voice.pick([f"{of} is {facet.phrase.format(values)}.", f"{of}: {facet.phrase.format(values)}."], "person")
                if not facet.phrase.startswith("with")
                else f"{of} is {facet.phrase.format(values)}."
            )
        elif facet.kind == "ordinal" and "{}" in facet.phrase:
            yield f"{of} is {facet.phrase.format(values)}."
        else:
            noun = (facet.plural if len(fact["values"]) > 1 and facet.plural else facet.label or facet.name).replace("_", " ")
            verb = "are" if len(fact["values"]) > 1 and facet.plural else "is"
            yield f"The {noun} of {of} {verb} {values}."
    else:
        yield f"The {fact['label']} of {of}: {fact['words']}."


def _number_fact(number: Number, value: float, of: str, bare: str, voice: Voice) -> str:
    words = amount(number, value)
    noun = number.label or number.name.replace("_", " ")
    if number.role == "year":
        return voice.pick([f"{bare} is from {words}.", f"{bare} came out in {words}."], "year")
    if number.role == "duration":
        text = f"{value:.0f} {number.unit}".strip()
        return voice.pick([f"{of} takes {text}.", f"{text} for {of}."], "duration")
    if number.is_scale and number.low is not None and number.high is not None:
        share = (value - number.low) / max(number.high - number.low, 1e-9)
        much = number.much[0] if number.much else noun
        grade = (
            "not at all" if share < 0.1 else "a little" if share < 0.4 else "fairly" if share < 0.65 else "quite" if share < 0.9 else "very"
        )
        return f"{of} is {grade} {much}."
    return f"The {noun} of {of} is {words}."


def _describe(situation: Situation, fact: Fact, voice: Voice) -> Iterator[str]:
    base, schema = situation.base, situation.base.schema
    description = str(fact.get("description") or "").strip()
    yield f"{_of(base, fact)}: {sentence(description)}" if description else f"{_of(base, fact)}."
    held = fact["attributes"]
    parts = []
    for name in schema.show:
        if name not in held:
            continue
        if name in schema.facet_names:
            facet = schema.facet(name)
            values = listed([str(v) for v in held[name][:3]])
            if facet.kind == "person" and "{}" in facet.phrase:
                parts.append(facet.phrase.format(values))
            elif facet.kind != "person":
                first = facet.words[0] if facet.words and facet.words[0] in ("from", "in") else ""
                parts.append(f"{first} {values}".strip())
        elif schema.number(name).role == "duration":
            parts.append(f"{held[name]:.0f} {schema.number(name).unit}")
        elif schema.number(name).role != "year":
            parts.append(f"{schema.number(name).label or name} {amount(schema.number(name), float(held[name]))}")
    if parts:
        yield f" {sentence(', '.join(parts))}"
    if not description and not parts:
        yield " That is all I have on it."


def _noun(situation: Situation, fact: Fact, count: int) -> str:
    """Return what was counted as a noun phrase: the condition and the entity asked about."""
    schema = situation.base.schema
    constraints: list[dict[str, Any]] = []
    where = fact.get("where") or {}
    constraints += [{"where": p, "words": ""} for p in (where.get("all", ()) if "all" in where else [where] if where else [])]
    name = fact.get("entity")
    if isinstance(name, str) and not name.startswith("item:"):
        kind, value = split_entity(name)
        facet = next((f for f in schema.facets if facet_kind(f) == kind), None)
        if facet is not None:
            constraints.append({"where": {"facet": facet.name, "has": [value]}, "words": ""})
    phrase = asked_as(schema, constraints, plural=count != 1)
    words = str(fact.get("words") or "")
    return f"{phrase} ({words})" if not constraints and words else phrase


def _some(base: KnowledgeBase, items: Sequence[Fact], most: int = 3) -> str:
    return listed([item_named(base, i["id"]) for i in items[:most]])


def _count(situation: Situation, fact: Fact, voice: Voice) -> Iterator[str]:
    count = int(fact["count"])
    noun = _noun(situation, fact, count)
    if not count:
        yield voice.pick([f"None: I have no {noun}.", f"Not one; there are no {noun} here."], "none")
        return
    yield voice.pick(
        [
            f"{capital(number_words(count))} {noun}.",
            f"I have {number_words(count)} {noun}.",
            f"There are {number_words(count)} {noun} here.",
        ],
        "count",
    )
    items = fact.get("items") or ()
    if items:
        some = _some(situation.base, items)
        yield f" {'It is' if count == 1 else 'The best known are' if len(items) > 1 else 'The best known is'} {some}."


def superlative_form(number: Number, direction: str) -> str:
    """Return the superlative of a number's comparative: "longest", "most violent"."""
    words = number.more if direction == "most" else number.less
    if not words:
        return f"highest in {number.label or number.name}" if direction == "most" else f"lowest in {number.label or number.name}"
    return superlative(words[0])


def _superlative(situation: Situation, fact: Fact, voice: Voice) -> Iterator[str]:
    base = situation.base
    number = base.schema.number(fact["attribute"])
    items = fact["items"]
    noun = _noun(situation, fact, 1)
    if not items:
        yield f"I have no {_noun(situation, fact, 2)} to choose from."
        return
    form = superlative_form(number, fact["direction"])
    value = float(items[0]["value"])
    figure = (
        ""
        if number.is_scale or number.role in ("year", "popularity")
        else f", at {amount(number, value) if number.role != 'duration' else f'{value:.0f} {number.unit}'}"
    )
    ties = int(fact.get("ties") or 1)
    if ties > 1:
        others = number_words(ties)
        best = item_named(base, items[0]["id"])
        yield f"{capital(others)} {_noun(situation, fact, 2)} share the top place; the best known of them is {best}{figure}."
    else:
        yield voice.pick(
            [
                f"The {form} {noun} is {item_named(base, items[0]['id'])}{figure}.",
                f"{item_named(base, items[0]['id'])} is the {form} {noun} I have{figure}.",
            ],
            "best",
        )
        if len(items) > 1:
            yield f" Next: {item_named(base, items[1]['id'])}."


def _have(situation: Situation, fact: Fact, voice: Voice) -> Iterator[str]:
    base = situation.base
    if fact.get("have"):
        named = _some(base, fact["items"], 4)
        yield voice.pick([f"Yes, {named}.", f"I do: {named}.", f"{named}, yes."], "yes")
        if len(fact["items"]) == 1:
            description = base.catalogue.item(fact["items"][0]["id"]).description
            if description:
                yield f" {sentence(description)}"
        return
    text = fact.get("text") or "that"
    near = [f"“{t}”" for t in fact.get("near", ())[:3]]
    yield voice.pick([f"No, I don't have “{text}”.", f"“{text}” is not in my catalogue."], "no")
    if near:
        yield f" The nearest titles are {listed(near)}." if len(near) > 1 else f" The nearest title is {near[0]}."


def _other_works(situation: Situation, fact: Fact, voice: Voice) -> Iterator[str]:
    base = situation.base
    groups = [g for g in fact["groups"] if g["items"]]
    if not groups:
        name = entity_name(base, fact["entity"]) if fact.get("entity") else "them"
        yield voice.pick([f"Nothing else of {name} here.", f"That is all I have of {name}."], "nothing else")
        return
    shown: set[str] = set()
    for at, group in enumerate(groups[:3]):
        fresh = [i for i in group["items"] if i["id"] not in shown][:5]
        if not fresh:
            continue
        shown |= {i["id"] for i in fresh}
        more = int(group["count"]) - len(fresh)
        tail = f", and {number_words(more)} more" if more > 0 and at == 0 else ""
        also = "also " if at == 0 and not str(group["words"]).startswith("also") else ""
        titles = [item_named(base, i["id"]) for i in fresh]
        together = f"{', '.join(titles)}{tail}" if tail else listed(titles)
        yield f"{' ' if at else ''}{capital(also + str(group['words']))}: {together}."


def _list(situation: Situation, fact: Fact, voice: Voice) -> Iterator[str]:
    count = int(fact["count"])
    noun = _noun(situation, fact, count)
    if fact.get("values"):
        yield f"{listed([str(v['value']) + ' (' + str(v['count']) + ')' for v in fact['values'][:5]])}."
        return
    if not count:
        yield voice.pick([f"I have no {noun}.", f"No {noun} here."], "none")
        return
    some = _some(situation.base, fact["items"], 5)
    few = count <= len(fact["items"])
    yield (
        f"{capital(number_words(count))} {noun}: {some}."
        if few
        else voice.pick(
            [f"{capital(number_words(count))} {noun}; the best known are {some}.", f"Of {number_words(count)} {noun}, start with {some}."],
            "list",
        )
    )


def _explain(situation: Situation, fact: Fact, voice: Voice) -> Iterator[str]:
    base = situation.base
    for at, item in enumerate(fact["items"][:3]):
        named = item_named(base, item["id"])
        wished = set(situation.topic.get("prefer", ()))
        texts = [_ASKED_FOR.sub(r"asked for something \1", _wished(r, wished)) for r in item["reasons"]]
        if fact.get("mode") == "why_not" and item["id"] in situation.shown:
            place = ("first", "second", "third", "fourth", "fifth")[situation.shown.index(item["id"]) :][:1]
            yield (" " if at else "") + f"But I did suggest {named}: it is the {place[0] if place else 'last'} of those above."
            continue
        if fact.get("mode") == "why_not":
            yield (" " if at else "") + (
                f"{named}: {listed(texts[:2])}." if texts else f"Nothing speaks against {named}; others came out ahead."
            )
            continue
        texts = _asked_once([t for t in dict.fromkeys(texts) if t and not t.startswith(("not ", "in its own words"))][:3])
        picked = item["id"] in situation.shown or any(item["id"] in e.slate for e in situation.exchanges)
        if not texts:
            reason = f"No strong reason: {named} simply came out well among what fitted."
            yield (" " if at else "") + (reason if picked else f"Nothing you have told me speaks for {named} in particular.")
            continue
        first, rest = texts[0], texts[1:]
        because = f"it is {first}" if _adjectival(first) else f"it {first}"
        opening = voice.pick(
            [f"{named}: {first}", f"I picked {named} as {because}" if picked else f"For {named} speaks that {because}"], f"why {at}"
        )
        last = [f"and {rest[-1]}"] if len(rest) > 1 else rest[-1:]
        more = "".join(f"; {r}" for r in (*rest[:-1], *last))
        yield (" " if at else "") + opening + more + "."


def _asked_once(texts: Sequence[str]) -> list[str]:
    """Say "as you asked" once for all that was asked: "with Ada and from 1994, as you asked"."""
    ending = ", as you asked"
    asked = [t.removesuffix(ending) for t in texts if t.endswith(ending)]
    others = [t for t in texts if not t.endswith(ending)]
    return [*others, *([listed(asked) + ending] if asked else [])]


def _wished(plain: Fact, wished: set[str]) -> str:
    text = reason_clause(_because(plain))
    return text.replace(", which you like", ", as you wished") if wished & set(plain["ids"]) else text


_VERBS = ("shares ", "its ", "has ", "stands ")


def _adjectival(text: str) -> bool:
    """True where a reason reads on after "it is"."""
    return not text.startswith(_VERBS)


def _because(plain: Fact) -> Any:
    from agent.events import Because

    return Because(kind=plain["kind"], text=plain["text"], ids=tuple(plain["ids"]))


_ASKED_FOR = re.compile(r"asked for (in|with|from|by|directed|written|rated|made|of|no|for)\b")
_ANSWERS = {
    "fact": _fact,
    "describe": _describe,
    "count": _count,
    "superlative": _superlative,
    "have": _have,
    "other_works": _other_works,
    "list": _list,
    "compare": compared,
    "explain": _explain,
}
