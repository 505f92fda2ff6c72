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


def _chat(arguments: argparse.Namespace) -> int:
    from agent.terminal import chat

    return chat(arguments)
