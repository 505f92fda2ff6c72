"""Cards: an item as it is shown in a conversation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from agent.events import SlateItem
from agent.serve.cover import picture
from agent.serve.icons import ICONS
from agent.serve.marks import attributes, button, inline
from knowledge.schema import Schema
from tools.words import figure

__all__ = ["VERDICTS", "card", "facts", "sub_title"]

VERDICTS = {"like": "I like it", "dislike": "Not for me", "seen": "Seen"}
"""What a person may say of a card, with the words on the button; `seen` is said in the words of the catalogue where it has some."""

MOST_VALUES = 2
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def sub_title(schema: Schema, shown: Mapping[str, Any]) -> str:
    """Return what stands small beside a title: its year, else nothing."""
    year = schema.with_role("year")
    value = shown.get(year.name) if year is not None else None
    return figure(year, float(value)) if year is not None and value is not None else ""


def facts(schema: Schema, shown: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the attributes that matter, as (label, words), in the order of the card file; the year is not among them."""
    year = schema.with_role("year")
    found = []
    for name in schema.show:
        value = shown.get(name)
        if value is None or (year is not None and name == year.name):
            continue
        if name in schema.number_names:
            number = schema.number(name)
            found.append((number.label or number.name.replace("_", " "), figure(number, float(value))))
        elif name in schema.facet_names and value:
            facet = schema.facet(name)
            found.append((facet.label or facet.name.replace("_", " "), ", ".join(list(value)[:MOST_VALUES])))
    return found[:4]


def card(schema: Schema, item: SlateItem, turn: int, said: str = "", place: int = 0) -> str:
    """Return one card. `said` is what the reply says of the item; where it says nothing the description stands there."""
    sub = sub_title(schema, item.attributes)
    about = said or str(item.attributes.get("description", ""))
    plain = facts(schema, item.attributes)
    told = "".join(f"<span{attributes(title=name)}>{escape(words)}</span>" for name, words in plain)
    reason = next((b.text for b in item.because), "")
    about = _without(about, {reason, *(words for _, words in plain)})
    because = f'<p class="sm-because">{ICONS["why"]}<span>{escape(_sentence(reason))}</span></p>' if reason else ""
    used = schema.item.used[0].capitalize() if schema.item.used else "Seen"
    words = {**VERDICTS, "seen": used}
    judge = "".join(
        button(
            "",
            "judge",
            kind="round",
            icon=ICONS[verdict],
            name=f"{words[verdict]}: {item.title}",
            pressed=False,
            verdict=verdict,
            item=item.id,
        )
        for verdict in VERDICTS
    )
    return (
        f'<article class="sm-card" data-item="{escape(item.id)}" aria-label="{escape(item.title)}" style="--n:{place}">'
        f'<div class="sm-frame">{picture(item.id, item.title, sub, item.attributes.get("image"))}</div>'
        f'<div class="sm-about"><h3>{escape(item.title)}{f" <small>{escape(sub)}</small>" if sub else ""}</h3>'
        f'<p class="sm-facts">{told}</p><p class="sm-said">{inline(about)}</p>{because}'
        f'<div class="sm-deeds">{judge}'
        f"{button('Why?', 'why', kind='text', name=f'Why {item.title}?', turn=turn, item=item.id)}"
        f"{button('More like this', 'say', kind='text', name=f'More like {item.title}', text=f'More like {item.title}')}"
        "</div></div></article>"
    )


def _without(text: str, told: set[str]) -> str:
    """Return a text without the sentences that stand elsewhere on the card; the whole of it where nothing else would be left."""
    known = {one.casefold() for one in told}
    kept = [one for one in _SENTENCE.split(text) if one.rstrip(".").casefold() not in known]
    return " ".join(kept) or text


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
