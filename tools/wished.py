"""Reasons for a wish in free words: what the items found for it have in common, and telling words of it in a description."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from knowledge.entities import entity, facet_kind, item_entity
from tools.candidates import Candidates, Evidence, best_few
from tools.derived import entity_idf, kept
from tools.scope import entities_of, positions_of
from tools.values import distinct, runs
from tools.words import join, value_words

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["character", "common_themes", "goes_with", "suiting", "wish_reasons"]

LEAST_FOUND = 8
"""Fewer matches have nothing in common but by chance."""
NEAREST = 30
"""Best matches of a wish that are looked through for what they have in common."""

LEAST_TIMES, LEAST_LIFT, MOST_THEMES, NEAR_BEST = 3, 6.0, 12, 0.3
"""A value is common to what was found where so many have it, and so much more often than the catalogue
has it; at most so many are told of, each at least so telling as a share of the most telling one."""

GOES_WITH = 1.8
"""Likewise for what goes with a preferred value."""

RARE = 0.015
"""Share of descriptions above which a word says nothing of a wish."""

MOST_READ = 5_000
"""Descriptions read for that; of more, an even sample."""

_WORD = re.compile(r"[^\W\d_]{4,}")
_EMPTY = frozenset(
    {"with", "that", "this", "about", "from", "some", "something", "somebody", "someone", "where"}
    | {"which", "what", "when", "have", "want", "like", "really", "very", "just", "into", "same"}
    | {"they", "them", "their", "good", "nice", "great", "please", "people", "person"}
)


@lru_cache(maxsize=32_768)
def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=8_192)
def _stems(text: str) -> frozenset[str]:
    """Return the words of a text, cut to their stems. Kept: the values of a catalogue come again with every item that has them."""
    return frozenset(_stem(w) for w in _WORD.findall(text.casefold()))


def common_themes(base: KnowledgeBase, found: Candidates) -> Mapping[str, float]:
    """Return the tags and categories that the best matches of a wish share far beyond chance, entity name -> 0..1.

    They say what the wish is about in the catalogue's own words: of the items nearest to "someone relives the same day"
    many have "time loop".
    """
    scores = found.columns.get("search")
    if scores is None or not len(found):
        return {}
    rows = np.flatnonzero(~np.isnan(scores))
    if len(rows) < LEAST_FOUND:
        return {}
    order = rows[best_few(np.nan_to_num(scores[rows], nan=-np.inf), rows, NEAREST)]
    return _shared(base, found.positions[order], LEAST_LIFT, NEAR_BEST, MOST_THEMES)


def goes_with(base: KnowledgeBase, prefer: Sequence[str]) -> Mapping[str, float]:
    """Return the tags and categories that go with preferred values in this catalogue, entity name -> 0..1: with "cosy" goes "gentle"."""
    tags = {facet_kind(f) for f in base.schema.facets if f.kind == "tag" and "{}" in (f.phrase or "{}") and "for {}" not in f.phrase}

    def make() -> Mapping[str, float]:
        has = [positions_of(base, name) for name in dict.fromkeys(prefer)]
        times = np.bincount(np.concatenate(has)) if has else np.zeros(0, dtype=np.int64)
        found = np.flatnonzero(times == times.max()) if times.any() else np.zeros(0, dtype=np.int64)
        shared = _shared(base, found[:: max(1, len(found) // 200)], GOES_WITH, 0.1, 4 * MOST_THEMES)
        return {name: w for name, w in shared.items() if name not in prefer and name.partition(":")[0] in tags}

    return kept(base, f"company:{sorted(set(prefer))}", make)


def _shared(base: KnowledgeBase, positions: npt.NDArray[np.int64], least: float, near: float, most: int) -> Mapping[str, float]:
    """Return what items share far beyond chance, entity name -> how telling, the most telling 1."""
    telling: dict[str, float] = {}
    n_items = len(base.catalogue)
    for facet in base.schema.facets:
        if facet.kind not in {"tag", "category"}:
            continue
        column = base.catalogue.facet(facet.name)
        rows, codes = column.of_many(positions)
        shared, _, times = runs(distinct(codes, rows)[0])
        often = times >= LEAST_TIMES
        for code, count in zip(shared[often].tolist(), times[often].tolist(), strict=True):
            lift = (count / len(positions)) / (int(column.counts[code]) / n_items)
            if lift >= least:
                telling[entity(facet_kind(facet), column.values[code])] = count * float(np.log(lift))
    best = sorted(telling.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
    return {name: weight / best[0][1] for name, weight in best if weight >= near * best[0][1]}


def _common_words(base: KnowledgeBase) -> frozenset[str]:
    """Return the stems that too many descriptions use to mean anything."""

    def make() -> frozenset[str]:
        ids = base.catalogue.ids
        read = ids[:: max(1, -(-len(ids) // MOST_READ))]
        counts: Counter[str] = Counter()
        for item in base.catalogue.items(read):
            counts.update({_stem(w) for w in _WORD.findall(item.description.casefold())})
        return frozenset(w for w, n in counts.items() if n > max(2.0, RARE * len(read)))

    return kept(base, "common_words", make)


def wish_reasons(base: KnowledgeBase, item_id: str, position: int, wish: str, themes: Mapping[str, float]) -> list[Evidence]:
    """Return what in an item answers a wish: values named in it, themes common to what was found, words of its description."""
    noun = base.schema.item
    idle = _EMPTY | {_stem(w) for w in (noun.singular, noun.plural, *noun.also)}
    wanted = _stems(wish) - idle
    if not wanted:
        return []
    own = item_entity(item_id)
    found = []
    for name, (facet_name, value, _) in entities_of(base, position).items():
        words = _stems(value)
        if not (words and words <= wanted) and name not in themes:
            continue
        facet = base.schema.facet(facet_name)
        if words and words <= wanted:
            found.append(Evidence(kind="attribute", text=f"{value_words(facet, value)}, as you describe", ids=(own, name), weight=0.75))
        else:
            text = value_words(facet, value)
            if facet.kind == "tag" and facet.phrase in {"", "{}"}:
                text = f"has the {value} {facet.label or facet.name}"
            text = f"{text}, close to what you describe"
            found.append(Evidence(kind="attribute", text=text, ids=(own, name), weight=0.5 + 0.2 * themes[name]))
    description = base.catalogue.item(item_id).description
    telling = wanted - _common_words(base)
    spoken = list(dict.fromkeys(w for w in _WORD.findall(description) if _stem(w.casefold()) in telling)) if telling else []
    if spoken:
        text = f"its description speaks of {join([f'“{w}”' for w in spoken[:3]])}"
        found.append(Evidence(kind="text", text=text, ids=(own,), weight=0.4 + 0.1 * min(3, len(spoken))))
    elif description and not found:
        sentence = re.split(r"(?<=[.!?])\s", description, maxsplit=1)[0]
        if len(sentence) <= 200:
            found.append(Evidence(kind="text", text=f"in its own words: “{sentence}”", ids=(own,), weight=0.3))
    return found


def suiting(base: KnowledgeBase, item_id: str, position: int, prefer: Sequence[str], themes: Mapping[str, float]) -> list[Evidence]:
    """Return what in an item goes with the preferred values it has: "with its gentle mood and summer theme"."""
    held = [name for name in prefer if position in positions_of(base, name)]
    mine = entities_of(base, position)
    telling = sorted((name for name in mine if name in themes and name not in prefer), key=lambda n: (-themes[n], n))[:2]
    if not held or not telling:
        return []
    parts = []
    for name in telling:
        facet_name, value, _ = mine[name]
        facet = base.schema.facet(facet_name)
        parts.append(f"{value} {facet.label or facet.name}")
    text = f"with its {join(parts)}"
    return [Evidence(kind="attribute", text=text, ids=(item_entity(item_id), *telling), weight=0.6)]


def character(base: KnowledgeBase, item_id: str, position: int) -> list[Evidence]:
    """Return what an item is known for by its own record, where nothing asked for speaks for it: "with its heist theme"."""
    mine, idf = entities_of(base, position), entity_idf(base)
    kinds = {f.name: f.kind for f in base.schema.facets}
    tags = {f.name for f in base.schema.facets if f.kind == "tag" and (f.phrase or "{}") == "{}"}
    # A value no other item has says little: nobody can place the item by it, and it may be one person's slip or remark.
    telling = sorted(
        (n for n, (facet, _, _) in mine.items() if facet in tags), key=lambda n: (len(positions_of(base, n)) < 2, mine[n][2], -idf[n], n)
    )[:1]
    if telling:
        facet_name, value, _ = mine[telling[0]]
        facet = base.schema.facet(facet_name)
        text = f"with its {value} {facet.label or facet.name}"
    else:
        telling = sorted((n for n, (facet, _, _) in mine.items() if kinds[facet] in {"category", "person"}), key=lambda n: (-idf[n], n))[:1]
        if not telling:
            return []
        facet_name, value, _ = mine[telling[0]]
        text = value_words(base.schema.facet(facet_name), value)
    return [Evidence(kind="attribute", text=text, ids=(item_entity(item_id), *telling), weight=0.2)]
