"""The conversation as HTML: what was said, the steps taken, the slate as cards, chips, and what it cost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

from agent.events import Done, Event, Failed, SlateItem, SlateShown, StepFinished, StepStarted, TextDelta, Turn
from agent.serve.cards import card
from agent.serve.icons import ICONS
from agent.serve.marks import Piece, button, pieces, prose
from knowledge.schema import Schema

__all__ = ["Live", "turn_html"]

_NAMED = re.compile(r"\*\*(?P<title>.+?)\*\*(?:\s*\([^)]*\))?\s*[:–—-]?\s*(?P<rest>.*)", re.DOTALL)

_PURPOSES = {
    "plan": "understood and planned",
    "again": "planned once more",
    "step": "chose the next step",
    "judge": "checked the choice",
    "write": "wrote the reply",
    "mend": "wrote it once more",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A turn under way, folded from its events."""

    number: int
    utterance: str
    steps: tuple[Mapping[str, Any], ...] = ()
    running: str = ""
    """Label of the step at work."""
    slate: tuple[SlateItem, ...] = ()
    reply: str = ""
    done: Turn | None = None
    failed: str = ""
    asides: tuple[str, ...] = field(default=())
    """What the page itself has to say of the turn ("Stopped")."""

    def after(self, event: Event) -> Live:
        """Return the turn after one more event."""
        match event:
            case StepStarted(label=label):
                return replace(self, running=label)
            case StepFinished(id=name, tool=tool, note=note, before=before, after=after, ms=ms):
                step = {"id": name, "tool": tool, "note": note, "before": before, "after": after, "ms": ms, "label": self.running}
                return replace(self, steps=(*self.steps, step), running="")
            case SlateShown(items=items):
                return replace(self, slate=items, running="")
            case TextDelta(text=text):
                return replace(self, reply=self.reply + text)
            case Done(turn=turn):
                return replace(self, done=turn, reply=turn.reply, slate=turn.slate, running="")
            case Failed(message=message):
                return replace(self, failed=message, running="")
            case _:
                return self


def turn_html(schema: Schema, turn: Turn | Live, labels: Mapping[str, str], *, last: bool = False, model: bool = False) -> str:
    """Return one turn.

    Args:
        schema: the catalogue's.
        turn: a finished turn, or one under way.
        labels: tool name -> what the page calls the step.
        last: whether chips and "try again" stand under it.
        model: whether a language model was meant to answer, so that the built-in brain is the simpler one.
    """
    live = turn if isinstance(turn, Live) else None
    done = live.done if live is not None else turn
    number = live.number if live is not None else turn.turn  # type: ignore[union-attr]
    reply = done.reply if isinstance(done, Turn) else (live.reply if live is not None else "")
    slate = done.slate if isinstance(done, Turn) else (live.slate if live is not None else ())
    steps = done.trace if isinstance(done, Turn) else (live.steps if live is not None else ())
    said, left = _split(pieces(reply), slate)
    body = [_heard(turn.utterance, number, editable=done is not None or live is None)]
    body.append('<div class="sm-reply">')
    calls = done.calls if isinstance(done, Turn) else ()
    body.append(_steps(steps, labels, live if done is None else None, done.ms if isinstance(done, Turn) else 0.0, calls))
    working = live is not None and done is None and not live.failed
    body.append(f'<div class="sm-prose">{prose(left) if left else _waiting(working)}</div>')
    if slate:
        cards = "".join(card(schema, item, number, said.get(item.title, ""), place) for place, item in enumerate(slate))
        body.append(f'<div class="sm-slate" role="group" aria-label="Suggestions">{cards}</div>')
    if live is not None and live.failed:
        body.append(f'<p class="sm-note sm-bad" role="alert">{escape(live.failed)}</p>')
    body.extend(f'<p class="sm-note">{escape(aside)}</p>' for aside in (live.asides if live is not None else ()))
    if isinstance(done, Turn):
        body.extend(f'<p class="sm-note">{escape(notice)}</p>' for notice in done.notices)
        body.append(_foot(done, number, last=last, model=model))
        if last and done.chips:
            body.append(_chips(done.chips))
    elif live is not None and not working:
        body.append(
            f'<div class="sm-foot">{button("Try again", "retry", kind="tiny", icon=ICONS["retry"], turn=number, text=turn.utterance)}</div>'
        )
    body.append("</div>")
    return "".join(body)


def _heard(utterance: str, number: int, *, editable: bool) -> str:
    edit = button("", "edit", kind="round", icon=ICONS["edit"], name="Change what you said", turn=number) if editable else ""
    return f'<div class="sm-heard"><h2 class="sm-hidden">You said</h2><p>{escape(utterance)}</p>{edit}</div>'


def _waiting(working: bool) -> str:
    return '<p class="sm-waiting" aria-hidden="true"><i></i><i></i><i></i></p>' if working else ""


def _split(found: Sequence[Piece], slate: Sequence[SlateItem]) -> tuple[dict[str, str], list[Piece]]:
    """Part what the reply says of each item shown (it goes on the card) from the rest."""
    titles = {item.title for item in slate}
    said: dict[str, str] = {}
    left: list[Piece] = []
    for piece in found:
        kept = []
        for entry in piece.entries:
            match = _NAMED.match(entry)
            if match and match["title"] in titles and match["title"] not in said:
                said[match["title"]] = match["rest"].strip()
            else:
                kept.append(entry)
        if piece.text or kept:
            left.append(replace(piece, entries=tuple(kept)))
    return said, left


def _steps(
    steps: Sequence[Mapping[str, Any]], labels: Mapping[str, str], live: Live | None, ms: float, calls: Sequence[Mapping[str, Any]] = ()
) -> str:
    """Return the steps as one folded line that opens into a table; what the language model was asked stands below them."""
    if not steps and (live is None or live.failed):
        return ""
    rows = "".join(_step(step, labels) for step in steps) + "".join(_call(call) for call in calls)
    if live is not None:
        head = f'<i class="sm-pulse"></i>{escape(live.running or "Thinking")}…'
    else:
        spent = f" · {ms:,.0f} ms" if ms else ""
        head = f"{_reach(steps)}{len(steps)} step{'s' if len(steps) != 1 else ''}{spent}"
    return f'<details class="sm-steps"><summary>{ICONS["chevron"]}<span>{head}</span></summary><ol>{rows}</ol></details>'


def _reach(steps: Sequence[Mapping[str, Any]]) -> str:
    """Return how far the steps narrowed: "1,803 looked at, 3 chosen · "."""
    after = [step["after"] for step in steps if step.get("after") is not None]
    return f"{max(after):,} looked at, {after[-1]:,} chosen · " if len(after) > 1 and after[-1] < max(after) else ""


def _step(step: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    before, after = step.get("before"), step.get("after")
    counts = f"{before:,} → {after:,}" if before is not None and after is not None else (f"→ {after:,}" if after is not None else "")
    return (
        f"<li><b>{escape(str(labels.get(step['tool'], step['tool'])))}</b><span>{escape(str(step.get('note', '')))}</span>"
        f'<span class="sm-count">{counts}</span><span class="sm-ms">{float(step.get("ms", 0)):,.0f} ms</span></li>'
    )


def _call(call: Mapping[str, Any]) -> str:
    """Return one call of the language model: what for, its tokens, its time."""
    spent = f"{int(call['tokens_in']):,} tokens in, {int(call['tokens_out']):,} out"
    return (
        f"<li><b>Language model</b><span>{escape(_PURPOSES.get(str(call['purpose']), str(call['purpose'])))}</span>"
        f'<span class="sm-count">{spent}</span><span class="sm-ms">{float(call["ms"]):,.0f} ms</span></li>'
    )


def _foot(turn: Turn, number: int, *, last: bool, model: bool) -> str:
    """Return who answered and what it cost, and on the last turn the ways back."""
    usage = turn.usage
    who = "built-in brain" if turn.brain == "builtin" else turn.brain
    calls = f"{usage.calls} model call{'s' if usage.calls != 1 else ''}"
    cost = f"{who} · {calls} · {usage.tokens_in + usage.tokens_out:,} tokens · {turn.ms:,.0f} ms"
    if usage.cost:
        cost += f" · ${usage.cost:.4f}"
    simpler = '<p class="sm-note">The language model did not answer; this reply is the simpler, built-in one.</p>'
    fell_back = simpler if model and turn.brain == "builtin" and not any("language model" in n for n in turn.notices) else ""
    ways = ""
    if last:
        ways = button("Try again", "retry", kind="tiny", icon=ICONS["retry"], turn=number, text=turn.utterance) + button(
            "Undo", "undo", kind="tiny", icon=ICONS["undo"], name="Take back what you said last", turn=number
        )
    return f'{fell_back}<div class="sm-foot"><span>{escape(cost)}</span>{ways}</div>'


def _chips(chips: Sequence[str]) -> str:
    made = "".join(button(chip, "say", kind="chip", text=chip) for chip in chips)
    return f'<div class="sm-chips" role="group" aria-label="What you might say next">{made}</div>'
