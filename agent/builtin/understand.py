"""From an utterance in its situation to a typed request, by the grammar alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from agent.builtin.acts import does, turns_down
from agent.builtin.amounts import how_many
from agent.builtin.avoided import avoided, for_adults, for_children, kept_out
from agent.builtin.conditions import Conditions, critique_of
from agent.builtin.draft import Draft
from agent.builtin.dropped import dropped, set_aside
from agent.builtin.graded import graded
from agent.builtin.intents import settle
from agent.builtin.lexicon import Lexicon, lexicon_of
from agent.builtin.lifted import lift
from agent.builtin.meant import meant
from agent.builtin.opinions import Opinion, opinion
from agent.builtin.ordinals import ordered
from agent.builtin.polarity import negated
from agent.builtin.questions import question
from agent.builtin.reading import Mark, Reading
from agent.builtin.recounted import recounted
from agent.builtin.references import compared_again, references
from agent.builtin.slots import with_shown, with_titles
from agent.builtin.whose import behind, facet_reference, pronoun_person
from agent.builtin.wishes import description, too_much_of, unfilterable
from agent.request import Constraint, ProfileEdit, Request
from knowledge.entities import entity, facet_kind, split_entity

if TYPE_CHECKING:
    from agent.brain import Situation

__all__ = ["understand"]


LONGEST_GREETING = 80
"""Characters; what is longer is read in full."""


def understand(situation: Situation) -> Request:
    """Read the utterance into a request."""
    lexicon = lexicon_of(situation.base)
    quick = _small_talk(situation.utterance, lexicon)
    if quick is not None:
        return quick
    linker = situation.base.linker
    links = linker.link(situation.utterance, context=situation.focus)
    links = with_titles(situation.utterance, links, linker, lexicon)
    links = with_shown(
        situation.utterance, links, [situation.base.catalogue.item(i) for i in situation.shown if i in situation.base.catalogue]
    )
    reading = Reading(situation.utterance, lexicon, links)
    draft = Draft(situation, reading)
    whole = _whole(draft)
    if whole is not None:
        return whole
    draft.refs = references(reading, situation)
    _take_references(draft)
    draft.question = question(reading, situation, draft.refs)
    _gather(draft)
    return settle(draft)


def _small_talk(text: str, lexicon: Lexicon) -> Request | None:
    """Return the request of a greeting or thanks, which needs no names linked (nor the linker loaded)."""
    if len(text) > LONGEST_GREETING:
        return None
    reading = Reading(text, lexicon, ())
    if (
        does(reading, "chats")
        and not does(reading, "agrees")
        and turns_down(reading) is None
        and not any(reading.of("value", "adjective", "comparative", "amount"))
    ):
        return Request(intent="chat")
    return None


def _whole(draft: Draft) -> Request | None:
    """Return the request of an utterance that is one act as a whole and asks for no items."""
    reading = draft.reading
    if does(reading, "resets"):
        return Request(intent="reset")
    if does(reading, "forgets_all"):
        return Request(intent="correct", edits=(ProfileEdit(action="forget_all"),))
    if does(reading, "shows_profile"):
        return Request(intent="profile")
    compared = compared_again(reading, draft.situation)
    if compared:
        return Request(intent="compare", refers_to=compared)
    if does(reading, "wants_help"):
        return Request(intent="help")
    return None


def _take_references(draft: Draft) -> None:
    draft.pointed = tuple(dict.fromkeys(i for r in draft.refs for i in r.items))
    for ref in draft.refs:
        draft.taken.update(range(ref.start, ref.end))


def _gather(draft: Draft) -> None:
    reading, situation = draft.reading, draft.situation
    lift(draft)
    for words, start, end in (*unfilterable(reading), *too_much_of(reading)):
        if start in draft.taken or _own_tongue(draft, words, start, end):
            continue
        draft.unfilterable.append(words)
        draft.taken.update(range(start, end))
    _behind(draft)
    _keep_out(draft)
    plot = description(reading) if draft.question is None else None
    inside = set(range(*plot)) if plot is not None else set()
    if plot is not None and not inside & draft.taken:
        draft.wish = _phrase(reading, *plot)
        draft.taken |= inside
    elif plot is not None:
        inside = set()
    found = how_many(reading.utterance, reading.items)
    if found is not None and not any(i in draft.taken for i in range(found[1], found[2])):
        draft.count = found[0]
    elif found is None:
        draft.count = _counted(draft)
    conditions = Conditions(situation.base, reading)
    draft.recounted = recounted(reading) if draft.question is None else frozenset()
    for order in ordered(reading):
        if not any(i in draft.taken for i in range(order.start, order.end)):
            draft.constraints.append(Constraint(where=order.where, words=reading.utterance.raw(order.start, order.end)))
            draft.taken.update(range(order.start, order.end))
    for mark in reading.marks:
        _mark(draft, mark, conditions, in_plot=bool(inside & set(range(mark.start, mark.end))))
    draft.taken |= draft.recounted
    draft.constraints = [*conditions.settled(), *draft.constraints]
    draft.prefer = list(dict.fromkeys((*draft.prefer, *conditions.prefer)))
    _that_facet(draft)
    draft.drop.extend(dropped(reading, situation.constraints))


def _own_tongue(draft: Draft, words: str, start: int, end: int) -> bool:
    """Take "nothing with subtitles" as a demand for the language spoken here, where the catalogue knows languages."""
    reading = draft.reading
    out = words.startswith(("no ", "without ")) or negated(reading, Mark(start, start, "attribute"))
    tongue = next((f for f in reading.schema.facets if "language" in (f.name, f.label, *f.words)), None)
    if (
        not out
        or tongue is None
        or not re.search(r"\bsub(?:title)?s\b", words)
        or "English" not in reading.lexicon.values.get(tongue.name, {})
    ):
        return False
    draft.constraints.append(Constraint(where={"facet": tongue.name, "has": ["English"]}, words="no subtitles"))
    draft.taken.update(range(start, end))
    return True


def _behind(draft: Draft) -> None:
    """Take "something by the designer of Catan" as a condition on who stands behind that item."""
    found = behind(draft.reading, draft.situation, draft.refs) if draft.question is None else None
    if found is None:
        return
    facet, values, start, end = found
    link = draft.reading.at(end - 1)
    if link is not None and link.link is not None:
        draft.mention(link.link.text, link.link.entity, Opinion("about"))
    where: dict[str, Any] = {"facet": facet, "has": list(values)}
    words = draft.reading.utterance.raw(start, end)
    out = negated(draft.reading, Mark(start, start, "attribute"))
    draft.constraints.append(Constraint(where={"not": where} if out else where, words=f"not {words}" if out else words))
    draft.taken.update(range(start, end))
    draft.asked = True


def _keep_out(draft: Draft) -> None:
    """Rule out what is not wanted in free words; what the catalogue says nothing about is owned up to."""
    reading = draft.reading
    if draft.question is not None:
        return
    children = for_children(reading)
    if children is not None:
        where_, start, end = children
        draft.constraints.append(Constraint(where=where_, words=reading.utterance.raw(start, end)))
        draft.taken.update(range(start, end))
    adults = for_adults(reading)
    if adults is not None:
        where_, start, end = adults
        draft.constraints.append(Constraint(where=where_, words="for grown-ups"))
        draft.taken.update(range(start, end))
    for phrase, start, end in avoided(reading, draft.taken):
        where = kept_out(draft.situation.base, reading, phrase)
        said = reading.utterance.raw(start, end)
        clause = reading.utterance.words[start - 1] in {"where", "which"}
        words = f"nothing where {said}" if clause else f"no {said}"
        draft.taken.update(range(start, end))
        if where is None:
            draft.unfilterable.append(words)
        else:
            draft.constraints.append(Constraint(where=where, words=words, standing=Conditions(draft.situation.base, reading).standing()))


def _counted(draft: Draft) -> int | None:
    """Return the number before words for items or their values: "3 animal games", "five westerns", "a couple of comedies"."""
    reading, words = draft.reading, draft.reading.utterance.words
    for at, word in enumerate(words[:-1]):
        if reading.at(at) is not None or at in draft.taken or not (word.isdigit() or word == "couple"):
            continue
        start = at + 2 if words[at + 1] == "of" else at + 1
        mark = reading.at(start)
        soft = (
            mark is not None
            and mark.kind == "value"
            and reading.schema.facet(mark.name).kind == "tag"
            and not _names_items(reading, mark.end)
        )
        if (
            mark is None
            or mark.kind not in {"value", "adjective", "item"}
            or soft
            or words[max(at - 1, 0)] in {"for", "with", "rated", "my", "part", "number"}
        ):
            continue
        count = 2 if word == "couple" else int(word)
        if 1 <= count <= 50:
            return count
    return None


def _names_items(reading: Reading, at: int) -> bool:
    mark = reading.at(at)
    return mark is not None and mark.kind == "item"


def _mark(draft: Draft, mark: Mark, conditions: Conditions, *, in_plot: bool) -> None:
    tokens = set(range(mark.start, mark.end))
    if tokens & draft.taken and not (in_plot and mark.kind == "value"):
        return
    if mark.kind == "link":
        _link(draft, mark, conditions, in_plot=in_plot)
    elif mark.kind == "value":
        _value(draft, mark, conditions, in_plot=in_plot)
    elif mark.kind == "amount" and not in_plot:
        _amount(draft, mark, conditions)
    elif mark.kind in {"adjective", "comparative"} and not in_plot and mark.start not in draft.recounted:
        graded(draft, mark)
    elif mark.kind == "superlative" and draft.question is None and not in_plot:
        draft.critiques.append(critique_of(draft.reading, mark, None))


def _link(draft: Draft, mark: Mark, conditions: Conditions, *, in_plot: bool) -> None:
    assert mark.link is not None
    link, reading = mark.link, draft.reading
    told = opinion(reading, mark)
    if in_plot and (link.kind != "item" or told is None or told.stance == "neutral"):
        return
    near = tuple(name for name, _ in link.near) if link.entity is None else ()
    if link.entity is None:
        draft.mention(link.text, None, told if told is not None and not told.asked else Opinion("neutral"), near)
        return
    if link.kind == "person":
        _person(draft, mark, conditions, told)
        return
    if told is None or told.asked or told.stance == "neutral":
        told = meant(draft, mark, told)
    draft.mention(link.text, link.entity, told)
    draft.told |= told.stance in {"like", "dislike", "seen"}


_APART = 3
"""Up to so many words stand between an item and who is told to be in it."""
_LIKING = re.compile(r"(?:^| )(?:i|we) (?:\w+ )?(?:like|love|enjoy)(?: watching| playing| reading)?(?: the| a| an)?$")


def _person(draft: Draft, mark: Mark, conditions: Conditions, told: Opinion | None) -> None:
    assert mark.link is not None
    assert mark.link.entity is not None
    name = mark.link.entity
    if (
        told is not None
        and not told.asked
        and told.stance in {"like", "dislike", "reject", "example"}
        and not (told.stance == "like" and _wants(draft, mark))
    ):
        stance = told
        draft.mention(mark.link.text, name, stance)
        draft.told |= stance.stance in {"like", "dislike"}
        if told.stance == "reject":
            conditions.person(mark, split_entity(name)[1]) if negated(draft.reading, mark) else None
        return
    draft.mention(mark.link.text, name, Opinion("about"))
    if mark.start in draft.recounted or _describes(draft, mark, split_entity(name)[1]):
        return
    if draft.question is None or draft.question.kind in {"count", "superlative", "list"}:
        conditions.person(mark, split_entity(name)[1])
        draft.asked = True


def _describes(draft: Draft, mark: Mark, name: str) -> bool:
    """True where a person only tells which item was meant: "I enjoyed Heat with Al Pacino", who is in it."""
    reading, catalogue = draft.reading, draft.situation.base.catalogue
    before = next((m for m in reversed(list(reading.of("link"))) if m.end <= mark.start), None)
    if before is None or before.link is None or not (before.link.entity or "").startswith("item:"):
        return False
    stances = {m.stance for m in draft.mentions if m.entity == before.link.entity}
    between = set(reading.utterance.words[before.end : mark.start])
    item_id = split_entity(before.link.entity or "")[1]
    if stances & {"example", "about"} or between & {"but", ",", "and", ".", "?", "!"} or len(between) > _APART or item_id not in catalogue:
        return False
    return any(name in catalogue.item(item_id).facets.get(f.name, ()) for f in reading.schema.facets if f.kind == "person")


def _wants(draft: Draft, mark: Mark) -> bool:
    return draft.reading.utterance.has(r"(?:i would|we would) (?:really )?(?:love|like).*")


def _value(draft: Draft, mark: Mark, conditions: Conditions, *, in_plot: bool) -> None:
    reading = draft.reading
    facet = reading.schema.facet(mark.name)
    if in_plot or set_aside(reading, mark, draft.situation.constraints):
        return
    told = opinion(reading, mark)
    if told is not None and told.stance == "example" and _LIKING.search(reading.utterance.between(mark.start - 5, mark.start)):
        # "I really like dramas like Heat" tells a liking.
        told = Opinion("like", 0.9)
    if (
        told is not None
        and told.stance == "like"
        and re.match(rf"(?:{reading.items} )?please(?!\S)", reading.utterance.between(mark.end, mark.end + 3))
    ):
        # "I like Heat, a comedy please" asks for one.
        told = None
    if told is not None and not told.asked and told.stance in {"like", "dislike", "reject"}:
        for sense in mark.senses:
            if sense.kind == "value" and sense.name == facet.name:
                draft.mention(reading.words(mark), entity(facet_kind(facet), sense.value), told)
        draft.told |= told.stance != "reject"
        if told.stance == "reject":
            conditions.value(mark, told=told)
        return
    if draft.question is not None and draft.question.kind in {"fact", "describe", "have", "other_works"}:
        return
    if mark.start in draft.recounted:
        return
    conditions.value(mark, told=told)
    draft.asked = True


def _amount(draft: Draft, mark: Mark, conditions: Conditions) -> None:
    if draft.question is not None and draft.question.kind in {"fact", "describe", "have"}:
        return
    assert mark.amount is not None
    if not mark.amount.wheres:
        return
    if mark.start in draft.recounted:
        return
    conditions.amount(mark)
    draft.asked = True


def _that_facet(draft: Draft) -> None:
    """Take "that designer" as a condition, or as what a question is about."""
    found = facet_reference(draft.reading, draft.situation)
    if found is not None and draft.taken.intersection(range(found[2], found[3])):
        # "The same author as Emma" has said whose.
        return
    person = pronoun_person(draft.reading, draft.situation) if found is None else None
    if found is not None:
        name, said, start, end = found
        draft.mention(draft.reading.utterance.raw(start, end), said, Opinion("about"))
        if draft.question is not None:
            if draft.question.kind == "other_works":
                draft.question = draft.question.model_copy(update={"entity": said})
            return
        value = split_entity(said)[1]
        where: dict[str, Any] = {"facet": name, "has": [value]}
        draft.constraints.append(Constraint(where=where, words=draft.reading.utterance.raw(start, end)))
    elif person is not None and draft.question is None:
        said, start, end = person
        if not draft.reading.utterance.has(r"(?:with|by|from|of|starring|featuring) (?:her|him)(?: .*)?"):
            return
        draft.mention(draft.reading.utterance.raw(start, end), said, Opinion("about"))
        mark = Mark(start, end, "link")
        conditions = Conditions(draft.situation.base, draft.reading)
        conditions.person(mark, split_entity(said)[1])
        draft.constraints.extend(conditions.settled())


def _phrase(reading: Reading, start: int, end: int) -> str:
    """Return a description without its opening connective."""
    text = reading.utterance.raw(start, end)
    return re.sub(
        r"^(?:the \w+ )?(?:about|where|in which|with|w|involving|featuring|that (?:is|are) about|dealing with|deals with)\s+",
        "",
        text,
        flags=re.IGNORECASE,
    ).strip()
