"""How replies name things: items with their year, entities, and what was asked for as one noun phrase."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from agent.wording.voice import listed
from knowledge.entities import facet_kind, split_entity
from knowledge.predicates import AnyOf, Has, HasAll, NotThat, Predicate, Within, from_json
from knowledge.schema import Facet, Number, Schema
from tools.wish import serving
from tools.words import describe

if TYPE_CHECKING:
    from agent.events import SlateItem
    from knowledge.base import KnowledgeBase

__all__ = [
    "amount",
    "asked_as",
    "clause",
    "entity_name",
    "in_words",
    "item_named",
    "number_words",
    "pronoun_list",
    "serving_among",
    "superlative",
    "value_named",
]

_PREPOSITIONS = frozenset({"from", "in", "by", "with", "about", "for", "at", "on", "of", "set"})
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def number_words(count: int) -> str:
    """Return a small count in words, a large one in figures with separators."""
    return _SMALL[count] if 0 <= count < len(_SMALL) else f"{count:,}"


def item_named(base: KnowledgeBase, item_id: str, *, year: bool = True) -> str:
    """Return an item's title as replies mark it, with its year where it has one: "**Heat** (1995)"."""
    catalogue = base.catalogue
    index = catalogue.index(item_id)
    title = f"**{catalogue.titles[index]}**"
    number = base.schema.with_role("year")
    if not year or number is None:
        return title
    value = float(catalogue.number(number.name)[index])
    return title if value != value else f"{title} ({value:.0f})"


def entity_name(base: KnowledgeBase, name: str) -> str:
    """Return an entity in plain words: a marked title, a person's name, a value."""
    kind, value = split_entity(name)
    if kind == "item":
        return item_named(base, value, year=False) if value in base.catalogue else value
    if kind == "constraint":
        return value
    facet = next((f for f in base.schema.facets if facet_kind(f) == kind), None)
    if facet is not None and facet.kind == "tag" and "{}" in facet.phrase and facet.phrase != "{}":
        return _phrase(facet, value)
    return value


def amount(number: Number, value: float) -> str:
    """Return a number as people say it: minutes beyond an hour as hours, years plain, the rest with its unit."""
    if number.role == "duration" and number.unit.startswith("min") and value >= 60 and value % 30 == 0:
        hours, half = divmod(int(value), 60)
        if hours == 1:
            return "an hour and a half" if half else "an hour"
        return f"{number_words(hours)} and a half hours" if half else f"{number_words(hours)} hours"
    text = f"{value:,.0f}" if float(value).is_integer() else f"{value:.4g}"
    if number.role == "year":
        return f"{value:.0f}"
    if number.unit in ("$", "€", "£"):
        return f"{number.unit}{text}"
    return f"{text} {number.unit}".strip()


def in_words(number: Number, low: float | None, high: float | None, words: str = "") -> str:
    """Return a range as a phrase that stands after a noun: "from the 1990s", "under two hours", "for 2 to 4 players"."""
    if number.role == "year":
        return _years(low, high)
    if number.role == "duration":
        if low is not None and high is not None:
            return f"of {amount(number, low)} to {amount(number, high)}" if low != high else f"of {amount(number, low)}"
        return f"no longer than {amount(number, high)}" if high is not None else f"of at least {amount(number, low or 0)}"
    if number.role == "price":
        if low is not None and high is not None:
            return f"for {amount(number, low)} to {amount(number, high)}"
        return f"for at most {amount(number, high)}" if high is not None else f"from {amount(number, low or 0)}"
    return words if _READS_ON.match(words) and len(words) <= 40 and "," not in words else ""


def _years(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        if low == high:
            return f"from {low:.0f}"
        if low % 10 == 0 and high - low == 9:
            return f"from the {low:.0f}s"
        if low % 10 == 0 and high % 10 == 9 and high - low < 40:
            return f"from the {low:.0f}s to the {high - 9:.0f}s"
        return f"from {low:.0f} to {high:.0f}"
    return f"from {low:.0f} on" if low is not None else f"from {high:.0f} or before"


def serving_among(base: KnowledgeBase, name: str, slate: Sequence[SlateItem]) -> list[SlateItem]:
    """Return the items of a slate that serve a preferred value: that have it, or stand high on the scale called so."""
    served = set(serving(base, name).tolist())
    return [i for i in slate if base.catalogue.index(i.id) in served]


def asked_as(schema: Schema, constraints: Iterable[Mapping[str, Any]], plural: bool = True, noun: str = "") -> str:
    """Return everything that must hold as one noun phrase: "French crime films from the 1960s, no longer than two hours"."""
    before: list[str] = []
    after: list[str] = []
    without: list[str] = []
    places: dict[str, int] = {}
    for constraint in constraints:
        predicate, words, held = from_json(constraint["where"]), str(constraint.get("words", "")), len(before)
        _place(schema, predicate, words, before, after, without)
        for phrase in before[held:]:
            places[phrase] = _order(schema, predicate, phrase)
    word = noun or (schema.item.plural if plural else schema.item.singular)
    phrase = " ".join([*sorted(dict.fromkeys(before), key=lambda p: places[p]), word, *dict.fromkeys(after)])
    if without:
        phrase += f" without {listed(list(dict.fromkeys(without)), 'or')}"
    return phrase


def _order(schema: Schema, predicate: Predicate, phrase: str) -> int:
    """Return where a word stands before the noun: what it feels like, where it is from, what kind it is."""
    if isinstance(predicate, Has | HasAll):
        facet = schema.facet(predicate.facet)
        if facet.kind == "tag":
            return 0
        return 2 if phrase.lower() in (v.lower() for v in predicate.values) else 1
    return 0


def _place(schema: Schema, predicate: Predicate, words: str, before: list[str], after: list[str], without: list[str]) -> None:
    match predicate:
        case Has(facet=name, values=values) | HasAll(facet=name, values=values):
            facet = schema.facet(name)
            last = "or" if isinstance(predicate, Has) else "and"
            own = _own_adjective(schema, facet, values, words)
            ahead, phrase = (True, own) if own else _facet(facet, values, last)
            (before if ahead else after).append(phrase)
        case Within(number=name, low=low, high=high):
            number = schema.number(name)
            phrase = in_words(number, low, high, words)
            if not phrase and number.role == "count" and not words:
                # One end of a range that was widened: nobody says "most players of at least 5".
                return
            if not phrase:
                phrase = describe(predicate, schema)
                (before if number.is_scale and " " not in phrase else after).append(phrase)
            else:
                after.append(phrase)
        case NotThat(part=AnyOf()) if words.startswith(("no ", "nothing ", "for ", "not ")):
            # Many values stand for one thing said: it is named as it was said.
            kind, _, said = words.partition(" ")
            (after if kind in {"for", "not"} else without).append({"no": said, "nothing": f"anything {said}"}.get(kind, words))
        case NotThat(part=part):
            without.append(_bare(schema, part))
        case AnyOf(parts=parts):
            people = {v for p in parts if isinstance(p, Has) for v in p.values}
            if people and all(isinstance(p, Has) and schema.facet(p.facet).kind == "person" for p in parts):
                after.append(f"with {listed(sorted(people), 'or')}")
            elif (kinds := [_facet(schema.facet(p.facet), p.values, "or") for p in parts if isinstance(p, Has)]) and all(
                ahead for ahead, _ in kinds
            ):
                before.append(listed([phrase for _, phrase in kinds], "or"))
            else:
                after.append(words or describe(predicate, schema))
        case _:
            after.append(words or describe(predicate, schema))


def _facet(facet: Facet, values: tuple[str, ...], last: str) -> tuple[bool, str]:
    """Return whether the values stand before the noun, and how."""
    if facet.kind == "ordinal":
        if len(values) > 1 and facet.order[: len(values)] == tuple(sorted(values, key=facet.order.index)):
            return False, f"rated {max(values, key=facet.order.index)} or lower" if facet.label else f"up to {values[-1]}"
        return False, (facet.phrase or "{}").format(listed(values, last))
    if "{}" in facet.phrase and facet.phrase != "{}":
        if facet.kind == "tag":
            return False, listed([_phrase(facet, v).removeprefix("good ") for v in values], last)
        return False, _phrase(facet, listed(values, last))
    first = facet.words[0].split()[0] if facet.words else ""
    if facet.kind == "category" and first in _PREPOSITIONS:
        return False, f"{first} {listed(values, last)}"
    return True, listed([_plain_case(v) for v in values], last)


def _plain_case(value: str) -> str:
    """Return a value as it stands inside a sentence: "Thriller" small, names as they are."""
    from knowledge.linker.common import is_common

    return value.lower() if value.istitle() and all(is_common(w) for w in re.findall(r"[a-z]+", value.lower())) else value


_READS_ON = re.compile(r"(?:from|under|over|for|at|up|below|above|before|after|with|between|within|around|of)\b", re.IGNORECASE)
_POINTING = frozenset({"him", "her", "them", "it", "that", "this", "those", "these", "he", "she", "they"})
_OCCASION = re.compile(r"(?:night|day|evening|morning|afternoon|weekend|party|trip)$")
_DAY = re.compile(r"\b(monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b")


def _own_adjective(schema: Schema, facet: Facet, values: tuple[str, ...], words: str) -> str:
    """Return the person's own adjective for a value ("French" for France, "silent" for no language), or an empty string."""
    item = schema.item
    nouns = {item.singular, item.plural, *item.also, "a", "an", "in", "some", "the"}
    said = " ".join(w for w in words.lower().split() if w not in nouns)
    if len(values) != 1 or " " in said or not _ADJECTIVE.search(said) or said not in (s.lower() for s in facet.synonyms.get(values[0], ())):
        return ""
    return said.title() if _NATION.search(said) else said


_NATION = re.compile(r"(?:an|ese|ish|ch|ki|li|ss)$")
_ADJECTIVE = re.compile(r"(?:an|ese|ish|ch|ki|li|ent|ic|ss)$")


def _phrase(facet: Facet, value: str) -> str:
    """Fill a facet's phrase as one says it: "good for a rainy Sunday", "good with kids" (not "for with kids")."""
    if " or " not in value and " and " not in value and facet.phrase.endswith("for {}"):
        if _OCCASION.search(value):
            value = f"a {value}"
        value = _DAY.sub(lambda m: m.group().capitalize(), value)
    return re.sub(r"\bfor (with|to|on|in|at|alone|short on)\b", r"\1", facet.phrase.format(value))


def value_named(facet: Facet, value: str) -> str:
    """Return one value as a reply says an item has it."""
    return _phrase(facet, value) if "{}" in facet.phrase else value


def _bare(schema: Schema, part: Predicate) -> str:
    if isinstance(part, Has | HasAll):
        facet = schema.facet(part.facet)
        ahead, phrase = _facet(facet, part.values, "or")
        return listed(part.values, "or") if ahead or facet.kind == "person" else f"anything {phrase}"
    if isinstance(part, AnyOf):
        return listed(sorted({v for p in part.parts if isinstance(p, Has) for v in p.values}), "or") or describe(part, schema)
    if isinstance(part, Within):
        return f"anything {in_words(schema.number(part.number), part.low, part.high) or describe(part, schema)}"
    return describe(part, schema)


def clause(schema: Schema, constraint: Mapping[str, Any]) -> str:
    """Return one condition in the person's words where they are short, else in ours: "under two hours", "from France"."""
    words = str(constraint.get("words", "")).strip(" .,!?")
    if words and len(words) <= 32 and words.lower() not in _POINTING:
        return words
    before: list[str] = []
    after: list[str] = []
    without: list[str] = []
    _place(schema, from_json(constraint["where"]), "", before, after, without)
    return " ".join([*before, *after, *(f"no {w}" for w in without)])


def pronoun_list(base: KnowledgeBase, names: Iterable[str], last: str = "and") -> str:
    """Return entities as a list in words."""
    return listed([entity_name(base, n) for n in names], last)


def superlative(comparative: str) -> str:
    """Return the superlative of a comparative: "shorter" -> "shortest", "more violent" -> "most violent"."""
    first, _, rest = comparative.partition(" ")
    form = {"more": "most", "less": "least", "better": "best", "worse": "worst"}.get(first)
    if form is None:
        form = f"{first[:-1]}st" if first.endswith("er") else f"most {first}"
    return f"{form} {rest}".strip()
