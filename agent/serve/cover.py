"""Covers: for items without a picture of their own, a typographic one drawn as SVG, always the same for the same item."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Sequence
from html import escape

__all__ = ["cover", "picture"]

WIDTH, HEIGHT = 200, 280
_PALETTES = (
    ("#6d1f3a", "#8d3552", "#f6e7d7", "#e3b26b"),  # wine
    ("#1f3d3a", "#2f5a52", "#f3ead8", "#d9a15b"),  # bottle
    ("#29334f", "#3e4c74", "#f2e9dc", "#e0a48a"),  # dusk
    ("#a4492c", "#bf6440", "#fdf1e1", "#f3cf8e"),  # terracotta
    ("#4a3a26", "#665238", "#f5ead6", "#dcb36a"),  # oak
    ("#50305f", "#6b4780", "#f4e8ee", "#e6b3a3"),  # plum
    ("#8a6415", "#a57c25", "#fff5e0", "#fbe2a8"),  # ochre
    ("#24425a", "#35607f", "#eef0ea", "#efc27c"),  # slate
    ("#57632c", "#72803f", "#f7f1dd", "#ecd28b"),  # olive
    ("#7a2a24", "#98443a", "#fbeadb", "#efb98a"),  # brick
)
"""Ground, ornament, letters, accent: letters on ground have a contrast above 5 to 1 in each."""

_DATA_IMAGE = re.compile(r"data:image/(png|jpeg|webp|gif);base64,[A-Za-z0-9+/=]+")


def picture(item_id: str, title: str, sub: str, image: str | None = None) -> str:
    """Return an item's picture: its own where it travels with the catalogue as a `data:` address, else a drawn cover.

    Pictures elsewhere on the network are never fetched: it would tell others what somebody looks at.
    """
    if image and _DATA_IMAGE.fullmatch(image):
        return f'<img class="sm-cover" src="{image}" alt="{escape(title)}" width="{WIDTH}" height="{HEIGHT}" loading="lazy">'
    return cover(item_id, title, sub)


def cover(item_id: str, title: str, sub: str = "") -> str:
    """Return the drawn cover of an item; `sub` is set small at the foot."""
    seed = hashlib.sha256(item_id.encode()).digest()
    ground, ornament, letters, accent = _PALETTES[seed[0] % len(_PALETTES)]
    draw = _ORNAMENTS[seed[1] % len(_ORNAMENTS)]
    lines, size = _set(title)
    top = 34 + size * 0.8
    words = "".join(f'<tspan x="18" y="{top + n * size * 1.14:.1f}">{escape(line)}</tspan>' for n, line in enumerate(lines))
    foot = (
        f'<text x="18" y="262" font-size="12.5" letter-spacing="1.2" fill="{accent}" font-weight="600">{escape(sub)}</text>' if sub else ""
    )
    return (
        f'<svg class="sm-cover" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(f"Cover of {title}")}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{ground}"/>{draw(seed, ornament, accent)}'
        f'<rect x="18" y="20" width="34" height="3" fill="{accent}"/>'
        f'<text class="sm-cover-title" font-size="{size}" fill="{letters}">{words}</text>{foot}</svg>'
    )


def _set(title: str) -> tuple[list[str], float]:
    """Break a title into at most five lines of the largest size at which it fits."""
    words = title.split() or ["?"]
    for size in (31.0, 27.0, 23.5, 20.5, 18.0, 15.5):
        room = (WIDTH - 34) / (size * 0.53)
        lines = _wrap(words, room)
        if all(len(line) <= room + 0.5 for line in lines) and len(lines) * size * 1.14 <= 132:
            return lines, size
    room = (WIDTH - 34) / (15.5 * 0.53)
    cut = [line if len(line) <= room else line[: int(room) - 1] + "…" for line in _wrap(words, room)]
    return (cut if len(cut) <= 7 else [*cut[:6], cut[6][: int(room) - 1] + "…"]), 15.5


def _wrap(words: Sequence[str], room: float) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + 1 + len(word) <= room:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


def _sun(seed: bytes, ornament: str, accent: str) -> str:
    x, y, r = 60 + seed[2] % 90, 176 + seed[3] % 24, 22 + seed[4] % 16
    hill, far = 214 + seed[5] % 16, 200 + seed[6] % 16
    return (
        f'<circle cx="{x}" cy="{y}" r="{r}" fill="{accent}" opacity=".85"/>'
        f'<path d="M0 {far}q50-{20 + seed[7] % 24} 104 4t96-14v90H0z" fill="{ornament}" opacity=".7"/>'
        f'<path d="M0 {hill + 14}q64-{26 + seed[8] % 22} 120-4t80 2v70H0z" fill="{ornament}"/>'
    )


def _rings(seed: bytes, ornament: str, accent: str) -> str:
    x, y = (148 if seed[2] % 2 else 54), 206 + seed[3] % 18
    rings = "".join(f'<circle cx="{x}" cy="{y}" r="{16 * n}" fill="none" stroke="{ornament}" stroke-width="7"/>' for n in range(2, 8))
    return f'{rings}<circle cx="{x}" cy="{y}" r="13" fill="{accent}"/>'


def _arches(seed: bytes, ornament: str, accent: str) -> str:
    wide = 44 + seed[2] % 3 * 8
    found = []
    for n in range(-1, 200 // wide + 1):
        x = n * wide + seed[3] % wide
        lit = (n + seed[4]) % 4 == 0
        high = 166 + (seed[5 + (n % 6)] % 34)
        fill = accent if lit else ornament
        found.append(
            f'<path d="M{x} 290V{high + wide / 2}a{wide / 2 - 4} {wide / 2 - 4} 0 0 1 {wide - 8} 0V290z" fill="{fill}" '
            f'opacity="{".8" if lit else ".75"}"/>'
        )
    return "".join(found)


def _waves(seed: bytes, ornament: str, accent: str) -> str:
    deep, high = 16 + seed[2] % 8, 12 + seed[3] % 12
    rows = []
    for n in range(6):
        y = 178 + n * deep
        colour = accent if n == seed[4] % 4 else ornament
        rows.append(
            f'<path d="M-20 {y}q30-{high} 60 0t60 0 60 0 60 0" fill="none" stroke="{colour}" stroke-width="6" stroke-linecap="round"/>'
        )
    return "".join(rows)


def _leaf(seed: bytes, ornament: str, accent: str) -> str:
    turn = -32 + seed[2] % 24
    leaves = []
    for n in range(5):
        y = 190 + n * 21
        long = 62 - n * 5 + seed[3 + n] % 10
        colour = accent if n == seed[9] % 5 else ornament
        leaves.append(f'<path d="M120 {y}q{long * 0.5:.0f}-34 {long} -26q-8 28 -{long} 26z" fill="{colour}"/>')
        leaves.append(f'<path d="M120 {y}q-{long * 0.5:.0f}-34 -{long} -26q8 28 {long} 26z" fill="{ornament}"/>')
    return f'<g transform="rotate({turn} 120 240)"><path d="M120 150V330" stroke="{accent}" stroke-width="3"/>{"".join(leaves)}</g>'


def _tiles(seed: bytes, ornament: str, accent: str) -> str:
    side = 40
    found = []
    for row in range(3):
        for column in range(5):
            pick = seed[(row * 5 + column + 2) % 32]
            x, y = column * side, 168 + row * side
            colour = accent if pick % 7 == 0 else ornament
            turn = pick % 4 * 90
            found.append(
                f'<path d="M{x} {y}h{side}a{side} {side} 0 0 1-{side} {side}z" fill="{colour}" '
                f'transform="rotate({turn} {x + 20} {y + 20})"/>'
            )
    return "".join(found)


def _rays(seed: bytes, ornament: str, accent: str) -> str:
    x, count = 40 + seed[2] % 120, 13 + seed[3] % 5
    rays = []
    for n in range(count):
        a, b = math.pi * (1 + n / count), math.pi * (1 + (n + 0.5) / count)
        rays.append(
            f'<path d="M{x} 280L{x + 330 * math.cos(a):.0f} {280 + 130 * math.sin(a):.0f}L{x + 330 * math.cos(b):.0f} '
            f'{280 + 130 * math.sin(b):.0f}z" fill="{ornament}"/>'
        )
    return f'{"".join(rays)}<circle cx="{x}" cy="282" r="{30 + seed[4] % 14}" fill="{accent}"/>'


_ORNAMENTS: tuple[Callable[[bytes, str, str], str], ...] = (_sun, _rings, _arches, _waves, _leaf, _tiles, _rays)
