"""The picture of the ways from what somebody likes to an item: columns of labelled nodes joined by curves, as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

__all__ = ["Chain", "draw"]

WIDTH = 372
ROW, NODE, GAP = 58, 40, 26


@dataclass(frozen=True, slots=True)
class Chain:
    """One way: entity names, the relation between each two, how strong it is, and the words and kinds to show."""

    nodes: tuple[str, ...]
    relations: tuple[str, ...]
    weight: float
    words: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The way in words: "Heat — cast — Robert De Niro — cast — Ronin"."""
        parts = [self.words[0]]
        for relation, word in zip(self.relations, self.words[1:], strict=True):
            parts += [relation, word]
        return " — ".join(parts)


def draw(chains: Sequence[Chain], title: str) -> str:
    """Return the picture: starts at the left, the item at the right, what joins them between."""
    deep = max(len(chain.nodes) for chain in chains)
    columns: list[list[str]] = [[] for _ in range(deep)]
    words: dict[str, tuple[str, str]] = {}
    column_of: dict[str, int] = {}
    for chain in chains:
        for at, (name, word, kind) in enumerate(zip(chain.nodes, chain.words, chain.kinds, strict=True)):
            place = deep - 1 if at == len(chain.nodes) - 1 else at
            if name not in words:
                words[name] = (word, kind)
                column_of[name] = place
                columns[place].append(name)
    rows = max(map(len, columns))
    height = rows * ROW + 8
    wide = (WIDTH - GAP * (deep - 1)) / deep
    spots: dict[str, tuple[float, float]] = {}
    for place, names in enumerate(columns):
        free = height / (len(names) or 1)
        for row, name in enumerate(names):
            spots[name] = (place * (wide + GAP), free * (row + 0.5))
    top = max((chain.weight for chain in chains), default=0.0) or 1.0
    curves, drawn = [], set()
    for chain in chains:
        thick = 1.4 + 2.6 * (chain.weight / top) ** 0.5
        for at, relation in enumerate(chain.relations):
            one, other = chain.nodes[at], chain.nodes[at + 1]
            if (one, other) in drawn:
                continue
            drawn.add((one, other))
            curves.append(_curve(spots[one], spots[other], wide, thick, relation, asked=one == "asked:you"))
    boxes = "".join(
        _box(name, spots[name], wide, *words[name], end=name == chains[0].nodes[-1], start=column_of[name] == 0) for name in words
    )
    told = "; ".join(chain.sentence for chain in chains)
    return (
        f'<svg class="sm-paths" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(f"Ways to {title}: {told}")}">'
        f"<title>{escape(f'Ways to {title}')}</title>{''.join(curves)}{boxes}</svg>"
    )


def _curve(start: tuple[float, float], end: tuple[float, float], wide: float, thick: float, relation: str, *, asked: bool) -> str:
    x, y, to_x, to_y = start[0] + wide, start[1], end[0], end[1]
    bend = max(12.0, (to_x - x) / 2)
    line = f"M{x:.1f} {y:.1f}C{x + bend:.1f} {y:.1f} {to_x - bend:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"
    kind = "sm-way sm-asked" if asked else "sm-way"
    return f'<path class="{kind}" d="{line}" stroke-width="{thick:.1f}"><title>{escape(relation)}</title></path>'


def _box(name: str, spot: tuple[float, float], wide: float, word: str, kind: str, *, end: bool, start: bool) -> str:
    x, y = spot[0], spot[1] - NODE / 2
    room = int(wide / 6.2)
    shown = word if len(word) <= room else word[: room - 1].rstrip() + "…"
    look = "sm-node sm-end" if end else ("sm-node sm-start" if start else "sm-node")
    above = "" if name == "asked:you" else kind
    lines = f'<text class="sm-kind" x="{x + 9:.1f}" y="{y + 15:.1f}">{escape(above)}</text>' if above else ""
    low = 30 if above else 25
    return (
        f'<g class="{look}"><title>{escape(word)}</title><rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{NODE}" rx="9"/>{lines}'
        f'<text x="{x + 9:.1f}" y="{y + low:.1f}">{escape(shown)}</text></g>'
    )
