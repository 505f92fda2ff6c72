"""The panel "Why": what speaks for an item, gathered from the turn's evidence, the profile and the knowledge graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from agent.events import Because, SlateItem
from agent.serve.cards import facts, sub_title
from agent.serve.cover import picture
from agent.serve.icons import ICONS
from agent.serve.marks import attributes, button
from agent.serve.paths import Chain, draw
from knowledge.entities import item_entity, split_entity
from tools.words import figure, label

if TYPE_CHECKING:
    from agent.session import Session
    from knowledge.base import KnowledgeBase

__all__ = ["chains", "why_html"]

MOST_SEEDS, MOST_CHAINS = 6, 6
WEAKEST = 0.1
"""Ways weaker than this share of the strongest are not shown."""

_SOURCES = {
    "collaborative": "People with your taste",
    "graph": "Near what you like",
    "similar": "Like your example",
    "era": "Of the same time",
    "search": "Fits your words",
    "wish": "Has what you wished for",
    "taste": "What you like",
    "popular": "Well known",
    "against": "Speaks against it",
    "dialogues": "As people suggest it",
}


@dataclass(frozen=True, slots=True)
class _Seed:
    """Where a path starts, and in which words."""

    entity: str
    weight: float


def why_html(session: Session, base: KnowledgeBase, item: SlateItem) -> str:
    """Return the panel for one item of a slate."""
    sub = sub_title(base.schema, item.attributes)
    about = " · ".join(words for _, words in facts(base.schema, item.attributes))
    head = f"<header><h2>Why {escape(item.title)}?</h2>{button('', 'close', kind='round', icon=ICONS['close'], name='Close')}</header>"
    hero = (
        f'<div class="sm-hero"><div class="sm-frame">{picture(item.id, item.title, sub, item.attributes.get("image"))}</div>'
        f'<div><p class="sm-facts">{escape(" · ".join(p for p in (sub, about) if p))}</p>{_reasons(item)}</div></div>'
    )
    return head + hero + _picture(chains(session, base, item), item) + _bars(item.contributions)


def _reasons(item: SlateItem) -> str:
    if not item.because:
        return '<p class="sm-lead">It was asked for by name or is the answer to a question; nothing had to speak for it.</p>'
    return "<ul class='sm-reasons'>" + "".join(f"<li>{escape(b.text[:1].upper() + b.text[1:])}</li>" for b in item.because) + "</ul>"


def chains(session: Session, base: KnowledgeBase, item: SlateItem) -> list[Chain]:
    """Return the ways from what the person likes or asked for to an item, strongest first; people's histories are never shown."""
    target = item_entity(item.id)
    found: list[Chain] = []
    seeds = _seeds(session, target)
    if base.has("graph"):
        for seed in seeds:
            paths = base.graph.paths(seed.entity, target, k=3, longest=3, avoid=("user", "dialogue"))
            found.extend(Chain(path.nodes, path.relations, seed.weight * path.weight) for path in paths)
    found.sort(key=lambda c: (-c.weight, c.nodes))
    found = [chain for chain in found if chain.weight >= WEAKEST * found[0].weight]
    kept = _varied(found)
    for because in item.because:
        kept.extend(_evident(because, target, {name for chain in kept for name in chain.nodes[1:-1]}))
    return [_named(base, chain) for chain in kept[:MOST_CHAINS]]


def _evident(because: Because, target: str, shown: set[str]) -> Iterator[Chain]:
    """Yield the ways that a reason itself tells: from the item it compares with, else from what was asked."""
    others = [name for name in because.ids if name.startswith("item:") and name != target]
    for name in because.ids:
        if split_entity(name)[0] not in ("item", "user", "dialogue") and name not in shown:
            start = others[0] if others and because.kind != "constraint" else "asked:you"
            yield Chain((start, name, target), ("has", "has"), 0.0)


def _seeds(session: Session, target: str) -> list[_Seed]:
    topic, profile = session.conversation.topic, session.profile.value
    weights: dict[str, float] = {}
    for name in (*topic.examples, *topic.prefer):
        weights.setdefault(name, 1.0)
    for entry in reversed(profile.of("like")):
        weights.setdefault(entry.entity, 0.7)
    return [_Seed(name, weight) for name, weight in weights.items() if name != target][:MOST_SEEDS]


def _varied(found: Sequence[Chain]) -> list[Chain]:
    """Keep at most two ways from each start, and five in all."""
    kept: list[Chain] = []
    for chain in found:
        if sum(c.nodes[0] == chain.nodes[0] for c in kept) < 2:
            kept.append(chain)
        if len(kept) == MOST_CHAINS - 1:
            break
    return kept


def _named(base: KnowledgeBase, chain: Chain) -> Chain:
    """Return a chain with the names people read beside its entities."""
    words = []
    for name in chain.nodes:
        kind, value = split_entity(name)
        if kind == "item":
            words.append(base.catalogue.titles[base.catalogue.index(value)] if value in base.catalogue else value)
        elif name == "asked:you":
            words.append("You asked")
        elif kind == "number":
            words.append(_amount(base, value, chain.nodes[-1]))
        else:
            words.append(value)
    kinds = tuple(_kind(base, name) for name in chain.nodes)
    return Chain(chain.nodes, tuple(r.replace("_", " ") for r in chain.relations), chain.weight, tuple(words), kinds)


def _kind(base: KnowledgeBase, name: str) -> str:
    kind, value = split_entity(name)
    if kind == "number":
        return label(base.schema, value)
    return base.schema.item.singular if kind == "item" else kind.replace("_", " ")


def _amount(base: KnowledgeBase, name: str, target: str) -> str:
    """Return the item's own figure for a number: "2016", "3 of 4" on a scale."""
    number = base.schema.number(name)
    value = float(base.catalogue.number(name)[base.catalogue.index(split_entity(target)[1])])
    if value != value:
        return label(base.schema, name)
    return f"{value:g} of {number.high:g}" if number.is_scale and number.high is not None else figure(number, value)


def _picture(found: Sequence[Chain], item: SlateItem) -> str:
    if not found:
        return ""
    lines = "".join(f"<li>{escape(chain.sentence)}</li>" for chain in found)
    return (
        f"<section><h3>How it hangs together</h3>{draw(found, item.title)}"
        f'<details class="sm-steps"><summary>{ICONS["chevron"]}<span>The same in words</span></summary><ul>{lines}</ul></details></section>'
    )


def _bars(parts: Mapping[str, float]) -> str:
    """Return the parts of the fused score as bars, largest first."""
    shown = sorted(((value, name) for name, value in parts.items() if abs(value) >= 0.0005), key=lambda p: (-abs(p[0]), p[1]))
    if not shown:
        return ""
    top = max(abs(value) for value, _ in shown)
    rows = "".join(
        f"<tr><th scope=row>{escape(_SOURCES.get(name, name.replace('_', ' ').capitalize()))}</th>"
        f"<td><i{attributes(class_='sm-bar sm-minus' if value < 0 else 'sm-bar', style=f'width:{100 * abs(value) / top:.1f}%')}></i></td>"
        f"<td class=sm-figure>{value:+.2f}</td></tr>"
        for value, name in shown
    )
    total = sum(value for value, _ in shown)
    return (
        "<section><h3>What the score is made of</h3><table class=sm-bars><caption class=sm-hidden>Parts of the score</caption><tbody>"
        f'{rows}</tbody><tfoot><tr><th scope=row>Together</th><td></td><td class="sm-figure">{total:.2f}</td></tr></tfoot></table>'
        "</section>"
    )
