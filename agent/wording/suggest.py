"""The reply that shows a slate: what was understood, then each item with its reason, then the question where there is one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.brain import Outcome, Situation
from agent.carry import narrows
from agent.events import SlateItem
from agent.request import Critique
from agent.wording.asides import asides, question_words, relaxed_lead
from agent.wording.naming import asked_as, entity_name, item_named, number_words, serving_among
from agent.wording.reasons import contrast, figure_of, hook, nature, reason, reason_clause
from agent.wording.voice import Voice, capital, listed, sentence
from knowledge.entities import facet_kind, split_entity
from knowledge.predicates import attributes_of, from_json

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["comparatives", "suggest"]

_ENDINGS = (", close to what you describe", ", as you describe", ", as you wished", ", as you asked")
"""Said of one item of a slate and not of the next."""

FEW = 3
"""Up to so many conditions are named in a lead."""
DESCRIBED = 6
"""Up to so many items each get a line on what they are besides the reason."""


@dataclass(frozen=True, slots=True)
class _Lead:
    """The opening and what it has told of all items."""

    text: str
    told: frozenset[str] = frozenset()


def suggest(situation: Situation, outcome: Outcome) -> Iterator[str]:
    """Yield the reply in pieces: asides, lead, a line an item, the question."""
    voice = Voice(situation.seed)
    said_before = [sentence(a) for a in asides(situation, outcome, voice)]
    yield from (f"{a} " for a in said_before)
    lead = _lead(situation, outcome, voice)
    if len(outcome.slate) == 1:
        yield from _single(situation, outcome, lead)
    else:
        yield f"{lead.text}\n"
        yield from _lines(situation, outcome, lead)
    if outcome.request.count and len(outcome.slate) < outcome.request.count:
        few = number_words(len(outcome.slate))
        yield (
            "\n"
            + voice.pick(
                [f"Those {few} are all I have that fit.", "That is everything that fits.", f"There are no more than {few}."], "short"
            )
            if len(outcome.slate) > 1
            else " It is the only one that fits."
        )
    if outcome.question is not None:
        yield "\n" + question_words(situation, outcome.question, voice)


def _lead(situation: Situation, outcome: Outcome, voice: Voice) -> _Lead:
    """Return the opening sentence for this request."""
    request, told = outcome.request, _told(situation, outcome)
    if outcome.relaxed:
        return _Lead(relaxed_lead(situation, outcome, voice), told)
    if "repeats" in outcome.notices:
        again = [
            "You have seen all I have for that; these were the strongest:",
            "I have shown you everything that fits. Worth a second look:",
        ]
        return _Lead(voice.pick(again, "again"))
    now = [m.entity for m in request.mentions if m.stance == "example" and m.entity]
    if not now:
        now = [m.entity for m in request.mentions if m.entity in _examples(situation) and m.stance == "like"]
    moved = [c for c in request.critiques if c.of or (not c.absolute and (now or situation.shown))]
    wanted = [c for c in request.critiques if c not in moved]
    if request.by_popularity:
        fame = situation.base.schema.with_role("popularity")
        moved = [c for c in moved if fame is None or c.attribute != fame.name]
    if narrows(request, situation.utterance, len(situation.shown)) and {i.id for i in outcome.slate} <= set(situation.shown):
        few = "one" if len(outcome.slate) == 1 else number_words(len(outcome.slate))
        return _Lead(voice.pick([f"If it has to be {few}:", "Of those:", f"Then {few} of those:"], "narrowed"), told)
    noun = _noun(situation, outcome, wanted)
    plain = noun == situation.base.schema.item.plural
    if moved:
        return _Lead(_moved_lead(situation, outcome, moved, now, voice, "" if plain or not request.constraints else noun), told)
    if now:
        return _Lead(_example_lead(situation, now, noun, plain, voice), told)
    text = _asked_lead(situation, outcome, noun, voice, wanted=bool(wanted))
    return _Lead(text, told) if text else _taste_lead(situation, noun, plain, told, voice)


def _moved_lead(situation: Situation, outcome: Outcome, moved: Sequence[Critique], examples: Sequence[str], voice: Voice, noun: str) -> str:
    """Return the opening after a critique; where nothing takes the step, that is said."""
    ranked = next((f for f in outcome.facts if f.get("tool") == "rank"), None)
    if ranked is not None and ranked.get("fits") == 0:
        return voice.pick(
            ["Nothing goes that way in every respect; nearest to it:", "That is as far as it goes; these come nearest:"], "end"
        )
    return _critique_lead(situation, moved, examples, voice, noun, len(outcome.slate))


def _asked_lead(situation: Situation, outcome: Outcome, noun: str, voice: Voice, *, wanted: bool) -> str:
    """Return the opening for what was asked in words, or an empty string where nothing in particular was."""
    request, plain = outcome.request, noun == situation.base.schema.item.plural
    count = capital(number_words(len(outcome.slate)))
    if request.wish and not any(i.contributions.get("search") for i in outcome.slate):
        return _unmatched_lead(request.wish, noun, voice)
    if request.wish:
        return _wish_lead(request.wish, noun, plain, voice)
    if request.surprise:
        return voice.pick(["Let me surprise you:", "A lucky dip:", "Shut your eyes and point:", "No questions asked:"], "surprise")
    if request.by_popularity:
        return voice.pick([f"The {noun} most people here go for:", f"Widely loved {noun}:", f"The best known {noun} I have:"], "popular")
    if request.drop and not (request.constraints or request.prefer or wanted or request.count):
        left = noun if not plain else ""
        wider = [f"{capital(left)}, with that left open:", f"{capital(left)}, a wider choice now:"]
        return voice.pick(wider if left else ["With that left open:", "Then the choice is wider:", "That opens up a few more:"], "lifted")
    if not plain and (request.constraints or request.prefer or wanted or request.drop or request.count):
        return voice.pick(_noun_leads(noun, count, len(outcome.slate)), "noun")
    if request.others:
        return voice.pick(["More along those lines:", f"{count} others:", "A few more:", "In the same direction:"], "others")
    if request.intent != "tell" and any(e["kind"] in ("dislike", "reject", "seen") for e in outcome.learnt):
        return voice.pick(["Instead:", "Then how about these:", "In its place:", "Try these instead:"], "instead")
    return ""


def _unmatched_lead(wish: str, noun: str, voice: Voice) -> str:
    """Return the opening where no text here has a word of what was described."""
    return voice.pick(
        [
            f"Nothing I have on these {noun} speaks of “{wish}”. Perhaps one of these all the same:",
            f"I find no mention of “{wish}” here. These I would try:",
        ],
        "unmatched",
    )


def _noun_leads(noun: str, count: str, shown: int) -> list[str]:
    if shown == 1:
        return [f"From the {noun}:", f"Among the {noun} I would pick this:", f"Of all {noun}:"]
    return [f"{capital(noun)}:", f"{count} {noun}:", f"Here are some {noun}:", f"I would start with these {noun}:", f"Some {noun}:"]


def _taste_lead(situation: Situation, noun: str, plain: bool, told: frozenset[str], voice: Voice) -> _Lead:
    liked = [e.entity for e in situation.profile.of("like")][-2:] if situation.profile is not None else []
    names = listed([entity_name(situation.base, e) for e in liked])
    if liked:
        what = "" if plain else f"{capital(noun)}, "
        opening = voice.pick([f"going by {names}:", f"since you like {names}:", f"with {names} in mind:"], "taste")
        return _Lead(capital(what + opening), told | frozenset(liked))
    if not plain:
        return _Lead(voice.pick([f"{capital(noun)}, to begin with:", f"Some {noun}:"], "cold noun"), told)
    if situation.shown:
        return _Lead(voice.pick(["How about one of these:", "Or perhaps one of these:", "A few others:", "Then maybe these:"], "on"), told)
    plural = situation.base.schema.item.plural
    return _Lead(
        voice.pick(
            ["To start somewhere:", f"A few {plural} to begin with:", f"Three quite different {plural}, to find out where you stand:"],
            "cold",
        ),
        told,
    )


def _noun(situation: Situation, outcome: Outcome, wanted: Sequence[Critique]) -> str:
    """Return what was asked for as a noun phrase: conditions in force, moods and adjectives."""
    schema = situation.base.schema
    wished: dict[str, list[str]] = {}
    for name in outcome.request.prefer:
        kind, value = split_entity(name)
        facet = next((f for f in schema.facets if facet_kind(f) == kind), None)
        # A preference is no condition: it is said of the items only where all of them have it.
        if facet is not None and len(serving_among(situation.base, name, outcome.slate)) == len(outcome.slate):
            wished.setdefault(facet.name, []).append(value)
    extra: list[Mapping[str, Any]] = [{"where": {"facet": name, "has_all": values}, "words": ""} for name, values in wished.items()]
    phrase = asked_as(schema, [*extra, *_worth_saying(situation, outcome)])
    adjectives = []
    for critique in wanted:
        if critique.attribute in schema.number_names:
            number = schema.number(critique.attribute)
            if critique.direction == "less" and number.is_scale and number.much and critique.strength <= 1.0:
                adjectives.append(f"not too {number.much[0]}")
            elif words := number.much if critique.direction == "more" else number.little:
                adjectives.append(words[0])
    return " ".join([", ".join(adjectives), phrase]).strip()


def _worth_saying(situation: Situation, outcome: Outcome) -> list[Mapping[str, Any]]:
    """Return the constraints a lead names: all of them while they are few, later on those said just now and the one before them."""
    held = list(situation.constraints)
    if len(held) <= FEW or not outcome.request.constraints:
        return held
    latest = max((int(c.get("turn", 0)) for c in held), default=0)
    now = [c for c in held if int(c.get("turn", 0)) == latest]
    earlier = [c for c in held if int(c.get("turn", 0)) != latest]
    return [*earlier[-max(0, FEW - len(now)) :], *now] if len(now) < FEW else now


def comparatives(situation: Situation, critiques: Sequence[Critique]) -> str:
    """Return critiques as comparatives: "funnier and less violent"."""
    words = []
    for critique in critiques:
        if critique.attribute in situation.base.schema.number_names:
            number = situation.base.schema.number(critique.attribute)
            forms = number.more if critique.direction == "more" else number.less
            base_form = forms[0] if forms else f"{critique.direction} {number.label or number.name}"
            words.append(
                f"a little {base_form}" if critique.strength < 0.75 else f"much {base_form}" if critique.strength > 1.5 else base_form
            )
    return listed(list(dict.fromkeys(words)))


def _critique_lead(
    situation: Situation, critiques: Sequence[Critique], examples: Sequence[str], voice: Voice, noun: str, count: int
) -> str:
    words = comparatives(situation, critiques)
    of = next((c.of for c in critiques if c.of), None)
    base = situation.base
    if not words:
        return voice.pick(["Then these:", "Moving that way:"], "moved")
    if of or examples:
        than = listed([entity_name(base, e) for e in ([of] if of and of not in examples else list(examples))])
        if examples:
            return voice.pick([f"Close to {than}, but {words}:", f"{than}, only {words}:", f"In the vein of {than}, and {words}:"], "but")
        return voice.pick([f"{capital(words)} than {than}:", f"Next to {than}, {words}:", f"Like {than}, but {words}:"], "than")
    last = "that one" if len(situation.shown) == 1 else "those"
    if noun:
        return voice.pick([f"{capital(noun)}, {words}:", f"{capital(words)}, and still {noun}:"], "critique noun")
    if count == 1:
        return voice.pick([f"{capital(words)}, then:", f"This one is {words}:", f"{capital(words)} than {last}:"], "critique one")
    return voice.pick(
        [f"{capital(words)}, then:", f"These are {words}:", f"{capital(words)} than {last}:", f"All of these are {words}:"], "critique"
    )


def _example_lead(situation: Situation, examples: Sequence[str], noun: str, plain: bool, voice: Voice) -> str:
    names = listed([entity_name(situation.base, e) for e in examples])
    many = len(examples) > 1
    ways = (
        ["somewhere between {}:", "with something of {}:", "where {} meet:"]
        if many
        else ["in the vein of {}:", "close to {}:", "with {} in mind:", "not far from {}:"]
    )
    phrase = voice.pick(ways, "like").format(names)
    if plain:
        return capital(phrase)
    return f"{capital(noun)} {phrase}" if noun.endswith(situation.base.schema.item.plural) else f"{capital(noun)}, {phrase}"


def _wish_lead(wish: str, noun: str, plain: bool, voice: Voice) -> str:
    words = noun if not plain else ""
    if len(wish) <= 50:
        options = [f"Nearest to “{wish}”:", f"“{capital(wish)}” makes me think of these:", f"What I have on “{wish}”:"]
        return voice.pick([f"{capital(words)}, nearest to “{wish}”:"] if words else options, "wish")
    options = ["That sounds like one of these:", "Nearest to what you describe:", "It might be one of these:"]
    return voice.pick([f"{capital(words)}, nearest to what you describe:"] if words else options, "wish")


def _told(situation: Situation, outcome: Outcome) -> frozenset[str]:
    """Return what the lead speaks of: attributes and values of conditions, preferences and critiques."""
    schema, found = situation.base.schema, set(outcome.request.prefer)
    for constraint in situation.constraints:
        predicate = from_json(constraint["where"])
        for name in attributes_of(predicate):
            if name in schema.number_names:
                found.add(f"number:{name}")
        found |= {f"{facet_kind(schema.facet(f))}:{v}" for f, v in _pairs(constraint["where"]) if f in schema.facet_names}
    steps = {f"number:{t['attribute']}" for t in situation.topic.get("targets", ())} | set(situation.topic.get("prefer", ()))
    return frozenset(found | steps | {f"number:{c.attribute}" for c in outcome.request.critiques})


def _pairs(where: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "facet" in where:
        yield from ((where["facet"], v) for v in (*where.get("has", ()), *where.get("has_all", ())))
    for key in ("all", "any"):
        for part in where.get(key, ()):
            yield from _pairs(part)


def _about(situation: Situation, outcome: Outcome) -> tuple[str, ...]:
    """Return the numbers asked about in this turn."""
    named = [c.attribute for c in outcome.request.critiques]
    for constraint in outcome.request.constraints:
        named += sorted(attributes_of(from_json(constraint.where)))
    return tuple(dict.fromkeys(n for n in named if n in situation.base.schema.number_names))


def _examples(situation: Situation) -> tuple[str, ...]:
    return tuple(situation.topic.get("examples", ()))


def _single(situation: Situation, outcome: Outcome, lead: _Lead) -> Iterator[str]:
    base, item = situation.base, outcome.slate[0]
    named = item_named(base, item.id)
    opening = lead.text.rstrip(":")
    yield f"{opening}: {named}." if opening else f"{named}."
    about = hook(item)
    if about:
        yield f" {sentence(about)}"
    why = _why(base, item, lead.told, set(), _examples(situation), contrasted=False)
    for more in (why, figure_of(base, item, _about(situation, outcome))):
        if more:
            yield f" {sentence(more)}"


def _lines(situation: Situation, outcome: Outcome, lead: _Lead) -> Iterator[str]:
    base = situation.base
    said: set[str] = set()
    contrasts = 0
    about = _about(situation, outcome)
    for item in outcome.slate:
        why = _why(base, item, lead.told, said, _examples(situation), contrasted=contrasts >= 2)
        contrasts += ", though " in why
        said.add(why)
        ending = next((e for e in _ENDINGS if why.endswith(e)), None)
        if ending is not None and ending in said:
            why = why.removesuffix(ending)
        elif ending is not None:
            said.add(ending)
        what = hook(item) if len(outcome.slate) <= DESCRIBED or not why else ""
        what = what or ("" if why else nature(base, item))
        figure = figure_of(base, item, about)
        tail = "; ".join(w for w in (why, figure) if w) if not what else ". ".join(capital(w) for w in (why, figure) if w)
        text = f"{sentence(what)} {sentence(tail)}".strip() if what else sentence(tail) if tail else ""
        yield f"\n- {item_named(base, item.id)}: {text}" if text else f"\n- {item_named(base, item.id)}"


def _why(base: KnowledgeBase, item: SlateItem, told: frozenset[str], said: set[str], examples: Sequence[str], *, contrasted: bool) -> str:
    """Return the reason for an item as a clause, with how it differs from the example where that is much."""
    best = reason(item, told, said, examples)
    if best is not None and best.kind == "popularity" and hook(item):
        best = None
    if best is None:
        return ""
    text = reason_clause(best)
    apart = contrasted or best.kind == "number" or not any(e in best.ids for e in examples)
    differs = "" if apart else contrast(base, item, examples, told)
    return f"{text}, though {differs}" if differs else text
