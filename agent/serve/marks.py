"""HTML out of plain values: escaping, and the little markup that replies use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

__all__ = ["Piece", "attributes", "button", "inline", "pieces", "prose"]

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_EMPHASIS = re.compile(r"(?<![\w*])[*_](?=\S)(.+?)(?<=\S)[*_](?![\w*])")
_ENTRY = re.compile(r"\s*(?:[-*•]|\d{1,2}[.)])\s+(.*)")


def attributes(**values: object) -> str:
    """Return HTML attributes, escaped; None and False leave one out, True writes it alone. `_` in a name stands for `-`."""
    found = []
    for name, value in values.items():
        plain = name.rstrip("_").replace("_", "-")
        if value is True:
            found.append(f" {plain}")
        elif value is not None and value is not False:
            found.append(f' {plain}="{escape(str(value))}"')
    return "".join(found)


def button(label: str, do: str, *, kind: str = "quiet", icon: str = "", name: str = "", pressed: bool | None = None, **data: object) -> str:
    """Return a button whose press the page's script hands on: `do` says what, `data` is what goes with it.

    Args:
        label: the words on it, or its accessible name where `icon` stands alone.
        do: the event.
        kind: its look, a CSS class.
        icon: SVG from `agent.serve.icons`; with an empty `label` give `name`.
        name: an accessible name longer than the label.
        pressed: makes it a switch.
        data: `data-` attributes.
    """
    known = {f"data_{key}": value for key, value in data.items()}
    state = None if pressed is None else str(pressed).lower()
    opening = attributes(
        type="button", class_=f"sm-{kind}", data_do=do, aria_label=name or None, title=name or None, aria_pressed=state, **known
    )
    return f"<button{opening}>{icon}{f'<span>{escape(label)}</span>' if label else ''}</button>"


def inline(text: str) -> str:
    """Return one line with **bold** and *emphasis* as HTML; everything else is escaped."""
    safe = _BOLD.sub(r"<strong>\1</strong>", escape(text))
    return _EMPHASIS.sub(r"<em>\1</em>", safe)


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph of a reply, or a list of entries."""

    text: str = ""
    entries: tuple[str, ...] = field(default_factory=tuple)


def pieces(text: str) -> list[Piece]:
    """Split a reply into paragraphs and lists."""
    found: list[Piece] = []
    lines: list[str] = []
    entries: list[str] = []

    def end() -> None:
        if lines:
            found.append(Piece(text=" ".join(lines)))
        if entries:
            found.append(Piece(entries=tuple(entries)))
        lines.clear()
        entries.clear()

    for line in text.splitlines():
        entry = _ENTRY.fullmatch(line)
        if entry:
            if lines:
                end()
            entries.append(entry.group(1).strip())
        elif not line.strip():
            end()
        elif entries and line.startswith((" ", "\t")):
            entries[-1] += " " + line.strip()
        else:
            if entries:
                end()
            lines.append(line.strip())
    end()
    return found


def prose(found: Sequence[Piece] | Iterable[Piece]) -> str:
    """Return paragraphs and lists as HTML."""
    out = []
    for piece in found:
        if piece.entries:
            out.append("<ul>" + "".join(f"<li>{inline(e)}</li>" for e in piece.entries) + "</ul>")
        else:
            out.append(f"<p>{inline(piece.text)}</p>")
    return "".join(out)
