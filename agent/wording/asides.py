"""What has to be said before the answer: names I do not know, what cannot be filtered on, what was learnt, what was let go of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agent.brain import Outcome, Situation
from agent.wording.naming import asked_as, clause, entity_name, in_words, item_named, number_words, serving_among
from agent.wording.voice import Voice, capital, listed
from knowledge.entities import facet_kind, split_entity

__all__ = ["asides", "learnt_words", "nothing_found", "question_words", "relaxed_lead", "unknown_words"]


def asides(situation: Situation, outcome: Outcome, voice: Voice) -> Iterator[str]:
    """Yield the sentences that go before a slate."""
    yield from unknown_words(situation, outcome, voice)
    yield from unfilterable_words(situation, outcome, voice)
    yield from unmet_words(situation, outcome)
    # Where nothing was asked, the opening of the slate names what is liked.
    told = outcome.request.intent == "tell"
    words = learnt_words(situation, outcome, voice, likes=not told)
    if words:
        yield words
    elif told:
        yield voice.pick(["Noted", "Good to know", "Right"], "told")


def unknown_words(situation: Situation, outcome: Outcome, voice: Voice) -> Iterator[str]:
    """Yield one sentence a name that stayed unknown, with what may have been meant."""
    for mention in outcome.request.mentions:
        if mention.entity is not None or not mention.text:
            continue
        near = [entity_name(situation.base, n) for n in mention.near[:2]]
        options = [f"I don't know “{mention.text}”", f"“{mention.text}” means nothing to me", f"I have nothing called “{mention.text}”"]
        opening = voice.pick(options, mention.text)
        yield f"{opening}; did you mean {listed(near, 'or')}?" if near else opening


def unmet_words(situation: Situation, outcome: Outcome) -> Iterator[str]:
    """Yield one sentence for what was wished for in this turn and no item of the slate has, or just one of them."""
    schema, unmet = situation.base.schema, []
    said = situation.utterance.lower()
    for name in outcome.request.prefer if outcome.slate else ():
        kind, value = split_entity(name)
        facet = next((f for f in schema.facets if facet_kind(f) == kind), None)
        if facet is None or not any(w.lower() in said for w in (value, *facet.synonyms.get(value, ()))):
            continue
        held = serving_among(situation.base, name, outcome.slate)
        if not held:
            unmet.append(f"“{value}”")
        elif len(held) == 1 < len(outcome.slate) and situation.constraints:
            noun = asked_as(schema, situation.constraints, plural=False)
            yield f"Only one {noun} is marked as “{value}”, {item_named(situation.base, held[0].id)}; the others come nearest"
    if unmet:
        yield f"Nothing left is marked as {listed(unmet, 'or')}; these come nearest"


def unfilterable_words(situation: Situation, outcome: Outcome, voice: Voice) -> Iterator[str]:
    """Yield one sentence for the conditions there is no column for."""
    if outcome.request.unfilterable:
        words = listed([f"“{w}”" for w in outcome.request.unfilterable])
        plural = situation.base.schema.item.plural
        options = [
            f"I can't tell {words} from what I know about these {plural}, so I left that out",
            f"My records say nothing about {words}; the rest I could go by",
            f"{capital(words)} is not something I can check; for the rest",
        ]
        yield voice.pick(options[:2], "unfilterable")


def learnt_words(situation: Situation, outcome: Outcome, voice: Voice, *, likes: bool = True) -> str:
    """Return what was just learnt in half a sentence, or an empty string; facet values in the person's own word for them."""
    base = situation.base
    own = {m.entity: m.text for m in outcome.request.mentions if m.entity and m.text and not m.entity.startswith(("item:", "person:"))}
    groups: dict[str, list[str]] = {}
    for entry in outcome.learnt:
        if entry["kind"] != "taken" and (likes or entry["kind"] != "like"):
            named = entry.get("words") if entry["kind"] == "constraint" else own.get(entry["entity"])
            name = named or entity_name(base, entry["entity"])
            if name not in groups.setdefault(entry["kind"], []):
                groups[entry["kind"]].append(name)
    parts = []
    if "like" in groups and "dislike" in groups:
        parts.append(f"you like {listed(groups['like'])} but not {listed(groups['dislike'], 'or')}")
    elif "like" in groups:
        items = all(e["entity"].startswith("item:") for e in outcome.learnt if e["kind"] == "like")
        ways = ["you like {}", "{} went down well"] if items else ["you like {}"]
        parts.append(voice.pick(ways, "like").format(listed(groups["like"])))
    elif "dislike" in groups:
        parts.append(voice.pick(["no {}", "{} is out", "not {}"], "dislike").format(listed(groups["dislike"], "or")))
    if "reject" in groups:
        parts.append(
            voice.pick(["not {}", "{} is off the list"], "reject").format(listed(groups["reject"], "or"))
            if len(groups["reject"]) < 2
            else "not those"
        )
    if "seen" in groups:
        parts.append(f"you know {listed(groups['seen'])} already")
    if "end" in groups:
        parts.append(f"{listed(groups['end'])} no longer counts")
    if "constraint" in groups:
        parts.append(f"from now on {listed(groups['constraint'])}")
    if not parts:
        return ""
    return voice.pick(["Noted: {}", "Understood: {}", "Right, {}", "Good to know: {}"], "learnt").format(listed(parts))


def relaxed_lead(situation: Situation, outcome: Outcome, voice: Voice) -> str:
    """Return the opening of a slate for which something was let go of: what it was and what holds instead."""
    schema = situation.base.schema
    wider = [r for r in outcome.relaxed if r.get("to")]
    if len(outcome.relaxed) == 1 and wider:
        where = wider[0]["to"]
        number = schema.number(where["number"])
        phrase = in_words(number, where.get("min"), where.get("max"))
        asked = clause(schema, wider[0])
        if phrase:
            return voice.pick(
                [
                    f"Nothing fits “{asked}” as well; the nearest are {phrase}:",
                    f"“{capital(asked)}” leaves nothing, so these are {phrase}:",
                ],
                "wider",
            )
        return f"Nothing fits “{asked}” as well; these come nearest:"
    words = listed(list(dict.fromkeys(f"“{clause(schema, r)}”" for r in outcome.relaxed)))
    if outcome.relaxed and all(not r.get("to") and r.get("gained") == 0 for r in outcome.relaxed):
        rest = asked_as(schema, [*_wished(situation, outcome), *situation.constraints])
        them = "it" if len(outcome.relaxed) == 1 else "them"
        if rest == schema.item.plural:
            return f"Leaving {words} aside now:"
        return voice.pick([f"Leaving {words} aside now, {rest}:", f"That goes badly with {words}, so without {them}, {rest}:"], "aside")
    rest = asked_as(schema, situation.constraints)
    options = [
        f"Nothing fits all of that. Without {words} there are these {rest}:",
        f"All of it together leaves nothing; I let go of {words}:",
    ]
    return voice.pick(options, "relaxed")


def _wished(situation: Situation, outcome: Outcome) -> Iterator[dict[str, Any]]:
    """Yield the soft preferences of the request in the form of constraints, for a noun phrase."""
    for name in outcome.request.prefer:
        kind, value = split_entity(name)
        facet = next((f for f in situation.base.schema.facets if facet_kind(f) == kind), None)
        if facet is not None:
            yield {"where": {"facet": facet.name, "has": [value]}, "words": ""}


def nothing_found(situation: Situation, outcome: Outcome, voice: Voice) -> Iterator[str]:
    """Yield the reply when there is nothing to show: what blocks, and what could be let go of."""
    yield from (f"{capital(a)}. ".replace("?.", "?") for a in asides(situation, outcome, voice))
    schema = situation.base.schema
    if outcome.request.only_unknown:
        yield voice.pick(
            [
                f"Tell me a little about it, or name another {schema.item.singular}.",
                "What is it like? A few words will do.",
                "Describe it, and I will look for something close.",
            ],
            "describe",
        )
        return
    noun = asked_as(schema, situation.constraints)
    blocks = [b for b in outcome.blocked if b["without"] > 0]
    spent: list[str] = next((f["items"] for f in outcome.facts if f.get("tool") == "spent"), [])
    if spent and situation.constraints:
        some = listed([item_named(situation.base, i) for i in spent[:3]])
        more = f" and {number_words(len(spent) - 3)} more" if len(spent) > 3 else ""
        yield voice.pick(
            [
                f"As for {noun}, you know all I have: {some}{more}.",
                f"You have been through all {noun} I have: {some}{more}.",
            ],
            "spent",
        )
        return
    if not situation.constraints:
        yield voice.pick(
            [
                f"I have run out of {schema.item.plural} for that.",
                f"Nothing is left that you have not seen or turned down. Tell me what else you would {schema.item.use}.",
            ],
            "out",
        )
        return
    yield voice.pick([f"I have no {noun}.", f"There are no {noun} here.", f"No {noun}, I am afraid."], "none")
    if blocks:
        best = blocks[0]
        there = "there would be one" if best["without"] == 1 else f"there would be {number_words(best['without'])}"
        yield " " + voice.pick(
            [
                f"Without “{clause(schema, best)}” {there}; shall I drop that?",
                f"What stands in the way is “{clause(schema, best)}”: without it {there}. Drop it?",
            ],
            "block",
        )
    else:
        yield " " + voice.pick(
            [
                "Several of those together rule everything out; tell me which matters most.",
                "More than one of those would have to go; which matters least?",
            ],
            "many",
        )


def question_words(situation: Situation, question: Mapping[str, Any], voice: Voice) -> str:
    """Return the clarifying question as a sentence."""
    if question.get("words"):
        return str(question["words"])
    options = [
        str(o.get("words") or o.get("label") or o.get("value")) if isinstance(o, Mapping) else str(o) for o in question.get("options", ())
    ][:4]
    facet = next((f for f in situation.base.schema.facets if f.name == question.get("attribute")), None)
    choice = listed(options, "or")
    if facet is not None and facet_kind(facet) == "person":
        return f"Anyone you would like to see in it: {choice}?"
    return voice.pick([f"Which is nearer to what you want: {choice}?", f"Would it be {choice}?", f"Are you after {choice}?"], "question")
