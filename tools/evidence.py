"""True reasons for an item, worked out only for the few that are shown.

Each reason is a short clause that fits after "it is" or "it", with the entity names that prove it. What was asked is read from
the candidates (`Candidates.asked`), so that no step has to repeat the arguments of an earlier one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.entities import entity, facet_kind, item_entity, split_entity
from knowledge.predicates import AnyOf, Contains, Has, HasAll, NotThat, OneOf, Predicate, Within, to_json
from tools.base import ToolContext
from tools.candidates import Candidates, Evidence
from tools.derived import entity_idf, fame_line, kept, likes_by_item, scale_matrix
from tools.grounded import conjuncts
from tools.scope import entities_of, item_id_of, positions_of, title_of
from tools.wish import Target, met, reference, scale_of, serving
from tools.wished import goes_with, suiting, wish_reasons
from tools.words import describe, entity_words, figure, join, value_words

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["Asked", "asked_of", "constraint_reason", "reasons", "shared_with"]

MOST_EXAMPLES = 4
"""Examples and liked items an item is compared with, the most recent and strongest first."""

SAME_TIME = 4
"""Years apart up to which two items are from about the same time."""

LEAST_TELLING = 0.8
"""Shared values whose weight (see `facet_idf`) is lower are too common to be a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a recommendation was asked to be, gathered from the steps that made it."""

    examples: Mapping[str, float] = field(default_factory=dict)
    """Item ids to be like, with weights: named now 1, liked before less."""
    entities: Mapping[str, float] = field(default_factory=dict)
    """Other entities that speak for an item: people and values liked or mentioned."""
    wish: str = ""
    targets: tuple[Target, ...] = ()
    prefer: tuple[str, ...] = ()
    themes: Mapping[str, float] = field(default_factory=dict)
    """Entity names that what was found for the wish has in common, with how telling they are, 0..1."""
    company: Mapping[str, float] = field(default_factory=dict)
    """Likewise what goes with the preferred values."""


def asked_of(candidates: Candidates | None, context: ToolContext) -> Asked:
    """Gather what was asked from the candidates' steps and the person's taste."""
    steps: Mapping[str, Mapping[str, Any]] = candidates.asked if candidates is not None else {}
    examples: dict[str, float] = {}
    entities: dict[str, float] = {}
    for item_id in steps.get("similar", {}).get("items", ()):
        examples[item_id_of(item_id)] = 1.0
    remembered = context.taste.liked
    for name, weight in steps.get("graph", {}).get("seeds", {}).items():
        if name not in remembered:
            _add(examples, entities, name, min(1.0, weight))
    for name, weight in remembered.items():
        _add(examples, entities, name, 0.6 * weight)
    rank = steps.get("rank", {})
    prefer = tuple(rank.get("prefer", ()))
    named = {name.partition(":")[2] for name in prefer}
    wish = ", ".join(part for part in steps.get("search", {}).get("wish", "").split(", ") if part not in named)
    return Asked(
        examples=examples,
        entities=entities,
        wish=wish,
        targets=tuple(Target.model_validate(t) for t in rank.get("targets", ())),
        prefer=prefer,
        company=goes_with(context.base, prefer) if prefer else {},
    )


def _add(examples: dict[str, float], entities: dict[str, float], name: str, weight: float) -> None:
    if name.startswith("item:"):
        examples.setdefault(item_id_of(name), weight)
    else:
        entities.setdefault(name, weight)


def reasons(context: ToolContext, item_id: str, asked: Asked, k: int = 4) -> tuple[Evidence, ...]:
    """Return up to k reasons for an item, strongest first, no two saying the same."""
    base = context.base
    position = base.catalogue.index(item_id)
    examples = sorted(((w, i) for i, w in asked.examples.items() if i != item_id and i in base.catalogue), key=lambda e: (-e[0], e[1]))
    found: list[Evidence] = []
    found += _targets(base, item_id, position, asked.targets)
    found += _preferred(base, item_id, position, asked.prefer)
    found += suiting(base, item_id, position, asked.prefer, asked.company)
    found += _constraints(context, item_id, position)
    shared: list[Evidence] = []
    for weight, example in examples[:MOST_EXAMPLES]:
        shared += shared_with(base, example, item_id, weight)
        found += _people(base, example, item_id, weight)
    found += _merged(base, shared)
    found += _liked(context, item_id, position, asked)
    found += wish_reasons(base, item_id, position, asked.wish, asked.themes)
    found += _of_its_time(base, examples[:MOST_EXAMPLES], position)
    found += _fame(base, item_id, position)
    if not shared and sum(e.weight >= 0.3 for e in found) < 1 and examples:
        found += _paths(base, examples[0][1], item_id)
    return _best(found, k)


def _merged(base: KnowledgeBase, shared: Iterable[Evidence]) -> list[Evidence]:
    """Say once what is shared with several examples: "designed by Ada, like This and That"."""
    groups: dict[str, list[Evidence]] = {}
    for evidence in shared:
        groups.setdefault(evidence.text.removesuffix(title_of(base, item_id_of(evidence.ids[0]))), []).append(evidence)
    merged = []
    for start, same in groups.items():
        titles = list(dict.fromkeys(title_of(base, item_id_of(e.ids[0])) for e in same))
        ids = tuple(dict.fromkeys(name for e in same for name in e.ids))
        weight = max(e.weight for e in same) + 0.1 * (len(same) - 1)
        merged.append(Evidence(kind=same[0].kind, text=start + join(titles), ids=ids, weight=weight))
    return merged


def _best(found: Iterable[Evidence], k: int) -> tuple[Evidence, ...]:
    chosen: list[Evidence] = []
    told: set[str] = set()
    for evidence in sorted(found, key=lambda e: (-e.weight, e.kind, e.text)):
        proof = {name for name in evidence.ids if not name.startswith("item:")}
        # A value already told of is not a second reason.
        if (proof and proof <= told) or any(evidence.text == c.text for c in chosen):
            continue
        told |= proof
        chosen.append(evidence)
        if len(chosen) == k:
            break
    return tuple(chosen)


def shared_with(base: KnowledgeBase, example: str, item_id: str, weight: float = 1.0) -> list[Evidence]:
    """Return what an item shares with an example: values facet by facet, and scales on which both stand high."""
    here, there = base.catalogue.index(item_id), base.catalogue.index(example)
    theirs = entities_of(base, there)
    title = title_of(base, example)
    groups: dict[str, list[tuple[float, str, str]]] = {}
    mine, idf = entities_of(base, here), entity_idf(base)
    for name in mine.keys() & theirs.keys():
        facet_name, value, place = mine[name]
        # What a source names first of an item is what it is about; the eighth theme hardly is.
        tells = idf[name] * (1.0 - 0.06 * min(10, place + theirs[name][2]))
        if tells >= LEAST_TELLING:
            groups.setdefault(facet_name, []).append((tells, value, name))
    found = []
    both = (item_entity(example),)
    for facet in base.schema.facets:
        if facet.name not in groups:
            continue
        values = sorted(groups[facet.name], key=lambda v: (-v[0], v[1]))[:2]
        names = [value for _, value, _ in values]
        strength = weight * min(1.0, 0.25 + 0.1 * sum(tells for tells, _, _ in values))
        if facet.kind == "person":
            text = f"{value_words(facet, join(names))}, like {title}"
            if any(theirs[name][0] != facet.name for _, _, name in values):
                text = f"{value_words(facet, join(names))}, also in {title}"
        elif facet.kind == "series":
            text = f"{value_words(facet, names[0])}, like {title}"
        elif facet.kind == "tag" and facet.phrase in {"", "{}"}:
            noun = (facet.label or facet.name) if len(names) == 1 else (facet.plural or (facet.label or facet.name) + "s")
            text = f"shares the {join(names)} {noun} with {title}"
        else:
            text = f"{value_words(facet, join(names))}, like {title}"
            strength *= 0.8
        found.append(Evidence(kind="attribute", text=text, ids=both + tuple(n for _, _, n in values), weight=strength))
    return found + _scales_shared(base, example, here, there, weight)


def _scales_shared(base: KnowledgeBase, example: str, here: int, there: int, weight: float) -> list[Evidence]:
    told = kept(base, "told_scales", lambda: [(at, scale) for at, scale in enumerate(base.schema.scales) if scale.much])
    scales = scale_matrix(base)
    for at, scale in told:
        a, b = scales[here, at], scales[there, at]
        if a >= 0.7 and b >= 0.7:
            text = f"{'as' if a == b else 'about as'} {scale.much[0]} as {title_of(base, example)}"
            return [Evidence(kind="number", text=text, ids=(item_entity(example), f"number:{scale.name}"), weight=0.35 * weight)]
    return []


def _people(base: KnowledgeBase, example: str, item_id: str, weight: float) -> list[Evidence]:
    likes = likes_by_item(base)
    if likes is None:
        return []
    here, there = base.catalogue.index(item_id), base.catalogue.index(example)
    fans_here = likes.indices[likes.indptr[here] : likes.indptr[here + 1]]
    fans_there = likes.indices[likes.indptr[there] : likes.indptr[there + 1]]
    is_fan = np.zeros(likes.shape[0], dtype=np.bool_)
    is_fan[fans_here] = True
    both = int(np.count_nonzero(is_fan[fans_there]))
    expected = len(fans_here) * len(fans_there) / max(1, likes.shape[0])
    if both < 3 or both < 1.5 * expected:
        return []
    text = f"liked by {both} of the {len(fans_there)} people here who like {title_of(base, example)}"
    return [
        Evidence(
            kind="neighbour", text=text, ids=(item_entity(example), item_entity(item_id)), weight=weight * min(0.55, 0.3 + 0.02 * both)
        )
    ]


def _targets(base: KnowledgeBase, item_id: str, position: int, targets: Iterable[Target]) -> list[Evidence]:
    found = []
    for target in targets:
        if not met(base, target, np.array([position], dtype=np.int64))[0]:
            continue
        number = base.schema.number(target.number)
        value = float(base.catalogue.number(number.name)[position])
        words = number.more if target.direction == "more" else number.less
        noun = number.label or number.name
        comparative = words[0] if words else f"{'higher' if target.direction == 'more' else 'lower'} in {noun}"
        start = reference(base, target)
        others = [item_id_of(i) for i in target.of if item_id_of(i) in base.catalogue]
        if start is None:
            ends = number.much if target.direction == "more" else number.little
            text = f"{ends[0] if ends else comparative}, as you wished"
        elif start == value:
            text = f"as far as it goes in {noun}"
        elif len(others) == 1:
            # A judged scale has no unit: its figures say nothing to a person.
            figures = "" if number.is_scale else f" ({figure(number, value)} against {figure(number, start)})"
            text = f"{comparative} than {title_of(base, others[0])}{figures}"
        else:
            text = comparative if number.is_scale else f"{comparative} ({figure(number, value)})"
        ids = (item_entity(item_id), *(item_entity(o) for o in others), f"number:{number.name}")
        found.append(Evidence(kind="number", text=text, ids=ids, weight=1.2))
    return found


def _preferred(base: KnowledgeBase, item_id: str, position: int, prefer: Iterable[str]) -> list[Evidence]:
    found = []
    for name in prefer:
        if position in positions_of(base, name):
            text, proof, weight = f"{entity_words(base.schema, name)}, as you wished", name, 1.0
        elif position in serving(base, name) and (scale := scale_of(base, name)) is not None:
            text, proof, weight = f"{name.partition(':')[2]}, as you wished", f"number:{scale.name}", 0.9
        else:
            continue
        found.append(Evidence(kind="attribute", text=text, ids=(item_entity(item_id), proof), weight=weight))
    return found


def _constraints(context: ToolContext, item_id: str, position: int) -> list[Evidence]:
    found = []
    for part in conjuncts(context.where):
        reason = constraint_reason(context.base, item_id, position, part)
        if reason is not None:
            found.append(reason)
    return found


def constraint_reason(base: KnowledgeBase, item_id: str, position: int, part: Predicate) -> Evidence | None:
    """Return how an item meets one hard condition, with its own value in the words; None where it does not."""
    schema = base.schema
    own = item_entity(item_id)
    match part:
        case Has(facet=name, values=values) | HasAll(facet=name, values=values):
            facet = schema.facet(name)
            held = [v for v in base.catalogue.facet(name).of(position) if v in values]
            if not held:
                return None
            ids = (own, *(entity(facet_kind(facet), v) for v in held))
            return Evidence(kind="constraint", text=f"{value_words(facet, join(held))}, as you asked", ids=ids, weight=0.7)
        case Within(number=name, low=low, high=high):
            number = schema.number(name)
            value = float(base.catalogue.number(name)[position])
            if not ((low is None or value >= low) and (high is None or value <= high)):
                return None
            shown = f"from {figure(number, value)}" if number.role == "year" else figure(number, value)
            if number.is_scale:
                shown = describe(part, schema)
            return Evidence(kind="constraint", text=f"{shown}, as you asked", ids=(own, f"number:{name}"), weight=0.6)
        case AnyOf(parts=parts):
            return next((r for p in parts if (r := constraint_reason(base, item_id, position, p)) is not None), None)
        case NotThat(part=inner):
            if bool(base.catalogue.select(inner)[position]):
                return None
            unsaid = next((p.text for p in inner.parts if isinstance(p, Contains)), None) if isinstance(inner, AnyOf) else None
            text = f"nothing in its record says “{unsaid}”" if unsaid else f"not {describe(inner, schema)}"
            return Evidence(kind="constraint", text=text, ids=(own,), weight=0.25)
        case OneOf():
            # To be among those shown already is what was asked, but no merit of this one.
            return None
        case Contains(text=text):
            return Evidence(kind="text", text=f"its text speaks of “{text}”", ids=(own,), weight=0.6)
        case _ if bool(base.catalogue.select(part)[position]):
            return (
                Evidence(kind="constraint", text=describe(part, schema), ids=(own,), weight=0.3) if to_json(part) != {"all": []} else None
            )
        case _:
            return None


def _liked(context: ToolContext, item_id: str, position: int, asked: Asked) -> list[Evidence]:
    base, found = context.base, []
    for name, weight in sorted(asked.entities.items(), key=lambda e: (-e[1], e[0])):
        kind, value = split_entity(name)
        facet = next(
            (f for f in base.schema.facets if facet_kind(f) == kind and position in base.catalogue.facet(f.name).positions(value)), None
        )
        if facet is not None:
            ending = f"{'whom' if facet.kind == 'person' else 'which'} you {'like' if name in context.taste.liked else 'named'}"
            found.append(
                Evidence(
                    kind="attribute",
                    text=f"{value_words(facet, value)}, {ending}",
                    ids=(item_entity(item_id), name),
                    weight=0.5 + 0.4 * min(1.0, weight),
                )
            )
    return found


def _fame(base: KnowledgeBase, item_id: str, position: int) -> list[Evidence]:
    if not base.catalogue.popularity[position] > max(0.0, fame_line(base)):
        return []
    return [
        Evidence(kind="popularity", text=f"one of the best known {base.schema.item.plural} here", ids=(item_entity(item_id),), weight=0.2)
    ]


def _of_its_time(base: KnowledgeBase, examples: Iterable[tuple[float, str]], position: int) -> list[Evidence]:
    """Return the first example that is at most `SAME_TIME` years off, the signal `era` in words."""
    year = base.schema.with_role("year")
    if year is None:
        return []
    years = base.catalogue.number(year.name)
    for weight, example in examples:
        apart = abs(float(years[position]) - float(years[base.catalogue.index(example)]))
        if apart <= SAME_TIME:
            text = f"from {'the same year' if apart == 0 else 'about the same time'} as {title_of(base, example)}"
            return [Evidence(kind="number", text=text, ids=(item_entity(example), f"number:{year.name}"), weight=0.25 * weight)]
    return []


def _paths(base: KnowledgeBase, example: str, item_id: str) -> list[Evidence]:
    if not base.has("graph"):
        return []
    found = []
    for path in base.graph.paths(item_entity(example), item_entity(item_id), k=2):
        middle = [n for n in path.nodes[1:-1] if not n.startswith(("user:", "dialogue:"))]
        if middle and len(middle) == len(path.nodes) - 2:
            steps = [
                title_of(base, item_id_of(n)) if n.startswith("item:") and item_id_of(n) in base.catalogue else split_entity(n)[1]
                for n in middle
            ]
            text = f"connected with {title_of(base, example)} through {' and '.join(steps)}"
            found.append(Evidence(kind="path", text=text, ids=tuple(path.nodes), weight=0.3))
    return found
