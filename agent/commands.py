"""The commands of this room, for the command line."""

from __future__ import annotations

import argparse

__all__ = ["add_commands"]


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this room's commands to the parser."""
    chat = commands.add_parser("chat", help="talk to Sommelier in the terminal, or drive it with JSON lines")
    chat.add_argument("--base", default=None, help="a base by name or directory (films)")
    chat.add_argument("--user", default=None, help="whose profile counts; a guest where left out")
    chat.add_argument("--session", default=None, help="go on with this session, or start one under this id")
    chat.add_argument("--brain", choices=("auto", "builtin", "model"), default=None, help="who understands, plans and writes (auto)")
    chat.add_argument("--store", default=None, help="file of conversations and profiles; ':memory:' keeps nothing")
    chat.add_argument("--json", action="store_true", help="one utterance or JSON object a line in, one JSON object a line out")
    chat.set_defaults(run=_chat)

    ui = commands.add_parser("ui", help="open the page")
    ui.add_argument("--base", default=None, help="a base by name or directory (films, built on first use)")
    ui.add_argument("--port", type=int, default=None, help="the first free one from 7860 where left out")
    ui.add_argument("--host", default="127.0.0.1", help="address to listen on; 0.0.0.0 lets other machines in (127.0.0.1)")
    ui.add_argument("--auth", action="append", default=[], metavar="NAME:PASSWORD", help="ask for a name and a password; repeatable")
    ui.add_argument("--brain", choices=("auto", "builtin", "model"), default=None, help="who understands, plans and writes (auto)")
    ui.add_argument("--store", default=None, help="file of conversations and profiles; ':memory:' keeps nothing")
    ui.add_argument("--no-browser", action="store_true", help="do not open a browser")
    ui.set_defaults(run=_ui)


def _chat(arguments: argparse.Namespace) -> int:
    from agent.terminal import chat

    return chat(arguments)


def _ui(arguments: argparse.Namespace) -> int:
    from agent.serve.start import Options, serve

    return serve(
        Options(
            base=arguments.base,
            host=arguments.host,
            port=arguments.port,
            auth=Options.read_auth(arguments.auth),
            brain=arguments.brain,
            store=arguments.store,
            browser=not arguments.no_browser,
        )
    )
