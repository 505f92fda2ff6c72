"""`sommelier chat`: a conversation in the terminal, and the same as JSON lines for programs."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Mapping
from typing import Any, TextIO

from agent.events import StepStarted, TextDelta, Turn
from agent.session import Session
from agent.sommelier import Sommelier
from knowledge.errors import BadInput, SommelierError
from knowledge.longlived import keep_loaded

__all__ = ["chat", "turn_json"]

_HIDDEN = ("contributions",)


def chat(arguments: argparse.Namespace) -> int:
    """Run the chat; return the exit status."""
    from agent.config import Settings

    base = arguments.base or Settings.from_environment().base
    with Sommelier.open(base, brain=arguments.brain, store=arguments.store) as somm:
        if arguments.json:
            return _lines(somm, sys.stdin, sys.stdout, user=arguments.user, session_id=arguments.session)
        return _talk(somm, user=arguments.user, session_id=arguments.session)


def turn_json(turn: Turn, session_id: str) -> dict[str, Any]:
    """Return a turn as the object that `--json` writes."""
    data = turn.to_json()
    slate = [{k: v for k, v in item.items() if k not in _HIDDEN} for item in data["slate"]]
    names = ("reply", "request", "plan", "notices", "brain", "usage", "calls", "ms", "asked", "chips", "trace", "utterance")
    return {"turn": data["turn"], "session": session_id, "slate": slate, **{n: data[n] for n in names}}


def _lines(somm: Sommelier, source: TextIO, sink: TextIO, *, user: str | None, session_id: str | None) -> int:
    """Answer every line with one JSON object; a line that cannot be served is answered with {"error": ...}. Ends with the input."""
    default = somm.session(user=user, session_id=session_id)
    sessions: dict[tuple[str | None, str | None], Session] = {(None, None): default}
    warming: threading.Thread | None = None
    for line in source:
        if not line.strip():
            continue
        try:
            answer = _answer(somm, sessions, line.strip())
        except SommelierError as error:
            answer = {"error": str(error)}
        sink.write(json.dumps(answer, ensure_ascii=False) + "\n")
        sink.flush()
        if warming is None:
            # The first answer comes soonest without the encoder; it is loaded while that answer is read.
            warming = threading.Thread(target=_warm, args=(somm,), name="warm", daemon=True)
            warming.start()
    return 0


def _warm(somm: Sommelier) -> None:
    somm.warm()
    keep_loaded()


def _answer(somm: Sommelier, sessions: dict[tuple[str | None, str | None], Session], line: str) -> dict[str, Any]:
    order = _order(line)
    session = _session(somm, sessions, order)
    if "say" in order:
        return turn_json(session.say(_text(order["say"])), session.id)
    if "feedback" in order:
        return _feedback(session, order["feedback"])
    if "rewind" in order:
        number = order["rewind"]
        if isinstance(number, bool) or not isinstance(number, int):
            raise BadInput(f"'rewind' is {number!r}; write the number of a turn")
        session.rewind(number)
        return {"rewound": number, "session": session.id}
    if "forget" in order:
        entity = order["forget"]
        return {"forgotten": session.profile.forget(None if entity is True else str(entity)), "session": session.id}
    if order.get("profile"):
        return {"profile": session.profile.export(), "session": session.id}
    raise BadInput(f"{line[:80]!r} asks for nothing; write a text, or an object with 'say', 'feedback', 'rewind', 'forget' or 'profile'")


def _order(line: str) -> Mapping[str, Any]:
    """Read a line: an object where it is one, else an utterance."""
    if line.startswith("{"):
        try:
            data = json.loads(line)
        except ValueError:
            return {"say": line}
        if isinstance(data, dict):
            return data
    return {"say": line}


def _session(somm: Sommelier, sessions: dict[tuple[str | None, str | None], Session], order: Mapping[str, Any]) -> Session:
    key = tuple(None if order.get(n) is None else str(order[n]) for n in ("user", "session"))
    pair = (key[0], key[1])
    if pair not in sessions:
        sessions[pair] = somm.session(user=pair[0], session_id=pair[1])
    return sessions[pair]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise BadInput(f"'say' is {value!r}; write a text")
    return value


def _feedback(session: Session, data: object) -> dict[str, Any]:
    """Record feedback: {"item": id, "verdict": "like"} or {id: verdict, ...}."""
    if not isinstance(data, Mapping) or not data:
        raise BadInput(f"'feedback' is {data!r}; write {{'item': ID, 'verdict': 'like'}}")
    item = data.get("item", data.get("item_id", data.get("id")))
    if item is not None:
        pairs = {str(item): str(data.get("verdict", data.get("kind", data.get("feedback", ""))))}
    else:
        pairs = {str(k): str(v) for k, v in data.items()}
    for item_id, verdict in pairs.items():
        session.feedback(item_id, verdict)  # type: ignore[arg-type]
    return {"feedback": pairs, "session": session.id}


def _talk(somm: Sommelier, *, user: str | None, session_id: str | None) -> int:
    """Hold a conversation in the terminal until the input ends."""
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(highlight=False)
    session = somm.session(user=user, session_id=session_id)
    # While the person thinks of what to say, the parts are loaded.
    threading.Thread(target=_warm, args=(somm,), name="warm", daemon=True).start()
    words = somm.base.schema.item
    examples = somm.base.schema.examples
    console.print(
        f"[bold]Sommelier[/] knows {len(somm.base.catalogue):,} {words.plural}. Say what you are in the mood for; "
        "an empty line or Ctrl-D ends it."
    )
    if session.conversation.turn:
        console.print(f"[dim]Going on from turn {session.conversation.turn}.[/]")
    elif examples:
        console.print(f"[dim]For example: {examples[0]}[/]")
    while True:
        try:
            text = console.input("\n[bold green]you[/]  ").strip()
        except (EOFError, KeyboardInterrupt):
            break
        if not text:
            break
        turn = _spoken(console, session, text)
        if turn is not None:
            console.print(Markdown(turn.reply))
            if turn.chips:
                console.print(f"[dim]{'  ·  '.join(turn.chips)}[/]")
    console.print(f"[dim]To go on later: sommelier chat --session {session.id}" + (f" --user {user}" if user else "") + "[/]")
    return 0


def _spoken(console: Any, session: Session, text: str) -> Turn | None:
    """Run a turn behind a status line that names the step at work."""
    from agent.events import Done, Failed

    with console.status("[dim]Listening[/]", spinner="dots") as status:
        for event in session.stream(text):
            if isinstance(event, StepStarted):
                status.update(f"[dim]{event.label}[/]")
            elif isinstance(event, TextDelta):
                status.update("[dim]Writing[/]")
            elif isinstance(event, Failed):
                console.print(f"[red]{event.message}[/]")
            elif isinstance(event, Done):
                return event.turn
    return None
