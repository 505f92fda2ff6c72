"""The rail: which catalogue, new and earlier conversations, who answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from agent.serve.icons import GLASS, ICONS
from agent.serve.marks import attributes, button
from agent.serve.people import ago
from agent.serve.shelf import Choice

__all__ = ["Talk", "rail_html"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """An earlier conversation."""

    id: str
    title: str
    updated: str


def rail_html(choices: Sequence[Choice], chosen: str, talks: Sequence[Talk], current: str, brain: str, now: datetime | None = None) -> str:
    """Return the rail. `brain` says in a few words who answers."""
    now = now or datetime.now(UTC)
    options = "".join(f"<option{attributes(value=c.key, selected=c.key == chosen)}>{escape(c.label)}</option>" for c in choices)
    rows = "".join(_row(talk, current, now) for talk in talks)
    earlier = (
        f"<ul>{rows}</ul>" if rows else '<p class="sm-lead">Conversations you have here can be taken up again, also after a restart.</p>'
    )
    return (
        f'<div class="sm-brand">{GLASS}<span>Sommelier</span>'
        f"{button('', 'close', kind='round', icon=ICONS['close'], name='Close the menu')}</div>"
        f"{button('New conversation', 'new', kind='solid', icon=ICONS['new'])}"
        f'<label class="sm-field"><span>Catalogue</span><select data-pick="base" aria-label="Catalogue">{options}</select></label>'
        f"{button('Bring your own table', 'own', kind='line', icon=ICONS['table'])}"
        f'<nav aria-label="Earlier conversations"><h2>Earlier</h2>{earlier}</nav>'
        f'<div class="sm-state"><p class="sm-brain"><i></i>{escape(brain)}</p>'
        f"{button('', 'dark', kind='round', icon=ICONS['moon'], name='Light or dark')}</div>"
    )


def _row(talk: Talk, current: str, now: datetime) -> str:
    name = f"Delete the conversation: {talk.title}"
    delete = button("", "delete", kind="round", icon=ICONS["trash"], name=name, session=talk.id, confirm="Delete?")
    here = attributes(aria_current="true" if talk.id == current else None)
    return (
        f'<li{here}><button type="button" class="sm-talk-row" data-do="resume" data-session="{escape(talk.id)}"{here}>'
        f"<span>{escape(talk.title)}</span><small>{escape(ago(talk.updated, now))}</small></button>"
        f"{delete}</li>"
    )
