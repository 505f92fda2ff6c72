"""What is known of a person, as the page shows it: chips with when and why, each removable."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

from agent.profile import Entry
from agent.serve.icons import ICONS
from agent.serve.marks import button
from agent.view import ProfileView
from knowledge.entities import split_entity

__all__ = ["ago", "marks", "profile_html"]

_GROUPS = (
    ("constraint", "Always holds"),
    ("like", "You like"),
    ("dislike", "Not for you"),
    ("taken", "You took"),
    ("seen", "You know"),
    ("reject", "Turned down"),
)
_NEWEST = 40
"""Chips of a group; the rest is counted."""


def marks(view: ProfileView) -> dict[str, str]:
    """Return item id -> what the person said of it, for the switches on the cards."""
    found: dict[str, str] = {}
    for entry in view.entries:
        kind, value = split_entity(entry.entity)
        if kind == "item" and entry.kind in ("like", "dislike", "seen", "reject"):
            found[value] = "dislike" if entry.kind == "reject" else entry.kind
    return found


def profile_html(view: ProfileView, now: datetime | None = None) -> str:
    """Return the panel "What I know about you"."""
    now = now or datetime.now(UTC)
    entries = view.entries
    head = f"<header><h2>What I know about you</h2>{button('', 'close', kind='round', icon=ICONS['close'], name='Close')}</header>"
    if not entries:
        return (
            f'{head}<p class="sm-lead">Nothing yet. Tell me what you loved, what you could not stand, or what must never come up; '
            "it is kept here, on this machine, and you can take back every line of it.</p>"
        )
    body = []
    for kind, heading in _GROUPS:
        mine = [e for e in entries if e.kind == kind]
        if mine:
            shown = "".join(_chip(view, e, now) for e in reversed(mine[-_NEWEST:]))
            more = f'<li class="sm-rest">and {len(mine) - _NEWEST} earlier</li>' if len(mine) > _NEWEST else ""
            body.append(f'<section><h3>{heading}</h3><ul class="sm-known sm-{kind}">{shown}{more}</ul></section>')
    foot = (
        '<footer class="sm-row">'
        + button("Export", "export", kind="tiny", icon=ICONS["save"], name="Save everything as a file")
        + button(
            "Forget all", "forget-all", kind="tiny", icon=ICONS["trash"], name="Forget everything about me", confirm="Really forget all?"
        )
        + "</footer>"
    )
    lead = '<p class="sm-lead">Kept on this machine only. What you remove is gone, and the next answer goes without it.</p>'
    return head + lead + "".join(body) + foot


def _chip(view: ProfileView, entry: Entry, now: datetime) -> str:
    name = view.label(entry) if entry.kind != "constraint" else (entry.words or entry.entity.partition(":")[2])
    kind = split_entity(entry.entity)[0]
    sort = "" if kind in ("item", "constraint") else f" <small>{escape(kind.replace('_', ' '))}</small>"
    words = entry.words.strip()
    by_button = words.startswith("(") and words.endswith(")")
    why = "" if by_button else (f"“{words}”" if words else "")
    when = ago(entry.when, now)
    told = " · ".join(part for part in (when, f"turn {entry.turn}" if entry.turn else "", "by a button" if by_button else "") if part)
    said = f'<p class="sm-when" title="{escape(why)}">{escape(why)}</p>' if why else ""
    return (
        f'<li><div><b>{escape(name)}</b>{sort}{said}<p class="sm-when">{escape(told)}</p></div>'
        f"{button('', 'forget', kind='round', icon=ICONS['close'], name=f'Forget {name}', entity=entry.entity)}</li>"
    )


def ago(when: str, now: datetime) -> str:
    """Return a moment as people say it: "just now", "2 hours ago", "yesterday", "3 March"."""
    try:
        then = datetime.fromisoformat(when)
    except ValueError:
        return ""
    seconds = (now - then).total_seconds()
    if seconds < 90:
        return "just now"
    if seconds < 5400:
        return f"{seconds / 60:.0f} minutes ago"
    if seconds < 79200:
        hours = round(seconds / 3600)
        return f"{hours} hours ago" if hours > 1 else "an hour ago"
    if seconds < 172800:
        return "yesterday"
    return f"{then.day} {then:%B}" + (f" {then.year}" if then.year != now.year else "")
