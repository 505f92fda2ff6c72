"""Two to four items side by side, in a few sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from agent.brain import Situation
from agent.wording.naming import amount, item_named, superlative
from agent.wording.voice import Voice, capital, listed
from knowledge.schema import Number, Schema

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["compared"]

Fact = Mapping[str, Any]


def compared(situation: Situation, fact: Fact, voice: Voice) -> Iterator[str]:
    """Yield what sets the items apart, each with what it has most of, and what they share."""
    base, schema = situation.base, situation.base.schema
    for name in fact.get("unknown", ()):
        yield f"I don't know “{name}”. "
    ids = [i["id"] for i in fact["items"]]
    bare = {i: item_named(base, i, year=False) for i in ids}
    asked, whole, told_of = _asked(situation, fact, bare)
    yield asked
    if whole:
        return
    traits: dict[str, list[tuple[float, str]]] = {i: [] for i in ids}
    for extreme in fact["extremes"]:
        number = schema.number(extreme["number"])
        if not (number.more or number.less) or number.role == "popularity" or number.name == told_of:
            continue
        values = extreme["values"]
        spread = _spread(base, number)
        gap = (values[extreme["most"]] - values[extreme["least"]]) / spread
        word, of = (extreme["words"]["more"], extreme["most"]) if extreme["words"]["more"] else (extreme["words"]["less"], extreme["least"])
        word += _figures(number, values, of, of == extreme["most"])
        if gap >= 0.2:
            traits[of].append((gap, word))
    told = False
    for item_id in ids:
        best = [w for _, w in sorted(traits[item_id], key=lambda t: (-t[0], t[1]))[:3]]
        if best:
            yield (" " if told else "") + f"{bare[item_id]} is {listed(best)}" + (" than the others." if len(ids) > 2 else ".")
            told = True
    common = _common(schema, fact["same"])
    if common:
        both = "Both" if len(ids) == 2 else "All"
        yield (" " if told else "") + f"{both} {common}."
    elif not told:
        yield f"{listed(list(bare.values()))} are much alike, by my records."
    else:
        own = [
            (d["attribute"], d["values"])
            for d in fact["different"]
            if d["attribute"] in schema.facet_names and schema.facet(d["attribute"]).kind == "category"
        ]
        if own:
            parts = [f"{bare[i]} is {listed([str(v) for v in own[0][1][i][:2]])}" for i in ids if own[0][1].get(i)]
            yield f" {capital(listed(parts))}." if len(parts) > 1 else ""


def _figures(number: Number, values: Mapping[str, float], of: str, most: bool) -> str:
    """Return the figures behind a comparison, for numbers that people know by their figures."""
    other = min(values.values()) if most else max(values.values())
    if number.role == "year":
        return f" ({values[of]:.0f} against {other:.0f})"
    if number.is_scale:
        return ""
    return f" ({values[of]:g} {number.unit} against {other:g})".replace("  ", " ")


def _asked(situation: Situation, fact: Fact, bare: Mapping[str, str]) -> tuple[str, bool, str]:
    """Return the answer to "which is shorter?" or "the shortest?" where that is asked, whether it is the whole answer, and its number."""
    said = f" {' '.join(situation.utterance.lower().replace('?', ' ').split())} "
    for extreme in fact["extremes"]:
        number = situation.base.schema.number(extreme["number"])
        for words, side in ((number.more, "most"), (number.less, "least")):
            for word in words:
                best = superlative(word)
                if f" {word} " not in said and f" {best} " not in said:
                    continue
                of = extreme[side]
                value = extreme["values"][of]
                figure = "" if number.is_scale else f", at {amount(number, value)}" if number.role != "year" else f", from {value:.0f}"
                whole = f" {best} " in said
                return f"{bare[of]} is {f'the {best}' if whole else word}{figure}." + ("" if whole else " "), whole, number.name
    return "", False, ""


def _spread(base: KnowledgeBase, number: Number) -> float:
    import numpy as np

    if number.low is not None and number.high is not None:
        return max(number.high - number.low, 1e-9)
    values = base.catalogue.number(number.name)
    return max(float(np.nanpercentile(values, 95) - np.nanpercentile(values, 5)), 1e-9)


def _common(schema: Schema, same: Sequence[Fact]) -> str:
    parts = []
    for entry in same:
        if entry["attribute"] not in schema.facet_names:
            continue
        facet = schema.facet(entry["attribute"])
        values = listed([str(v) for v in entry["values"][:3]])
        if facet.kind == "person" and "{}" in facet.phrase:
            parts.append((2, f"are {facet.phrase.format(values)}"))
        elif facet.kind == "tag" and facet.phrase in ("", "{}"):
            label = facet.label or facet.name
            many = len(entry["values"]) > 1
            parts.append((1, f"share the {values} {(facet.plural or label + 's') if many else label}"))
        elif facet.kind == "category" and not (facet.words and facet.words[0] in ("from", "in")):
            parts.append((3, f"are {values}"))
    return listed([text for _, text in sorted(parts, key=lambda p: -p[0])[:2]])
