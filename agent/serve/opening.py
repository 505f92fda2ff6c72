"""What stands in the middle of the page before anything was said."""

from __future__ import annotations

import hashlib
from html import escape
from typing import TYPE_CHECKING

from agent.serve.cards import sub_title
from agent.serve.cover import picture
from agent.serve.marks import button

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["opening_html", "welcome_html"]

FAN = 7
"""Covers fanned out over the question."""


def opening_html(inside: str, *, failed: bool = False) -> str:
    """Return what is shown while a base is opened or built; `inside` is HTML where it begins with a tag, else plain words."""
    body = inside if inside.startswith("<") else f"<h1>{escape(inside)}</h1>" if not failed else ""
    bad = f'<h1>This catalogue cannot be opened</h1><p class="sm-note sm-bad" role="alert">{escape(inside)}</p>' if failed else ""
    return f'<div class="sm-welcome sm-opening">{bad or body}</div>'


def welcome_html(base: KnowledgeBase) -> str:
    """Return the welcome: covers, the question, and openings to press."""
    catalogue, schema = base.catalogue, base.schema
    chosen = _well_known(base)
    covers = []
    for at, item in enumerate(catalogue.items(chosen)):
        drawn = picture(item.id, item.title, sub_title(schema, item.numbers), item.image)
        covers.append(f'<i style="--at:{at - (len(chosen) - 1) / 2:g}">{drawn}</i>')
    examples = "".join(button(text, "say", kind="example", text=text) for text in schema.examples[:6])
    what = schema.item.plural
    return (
        f'<div class="sm-welcome"><div class="sm-fan" aria-hidden="true">{"".join(covers)}</div>'
        f"<h1>What are you in the mood for?</h1>"
        f'<p class="sm-lead">{len(catalogue):,} {escape(what)}, a memory for your taste, and a reason for every suggestion. '
        f"All of it on this machine.</p>"
        f'<div class="sm-examples" role="group" aria-label="Ways to begin">{examples}</div></div>'
    )


def _well_known(base: KnowledgeBase) -> list[str]:
    """Return ids of well-known items, always the same ones, mixed over the alphabet."""
    import numpy as np

    catalogue = base.catalogue
    known = catalogue.popularity
    top = np.flatnonzero(known >= np.sort(known)[-min(FAN, len(known))]) if len(known) else np.zeros(0, dtype=np.int64)
    ids = [catalogue.ids[int(i)] for i in top]
    return sorted(ids, key=lambda i: hashlib.sha256(f"fan {i}".encode()).digest())[:FAN]
