"""`sommelier evaluate ...`: one subcommand a kind of evaluation, each in a module of its own."""

from __future__ import annotations

import argparse
import importlib

__all__ = ["add_commands"]

MODULES: tuple[str, ...] = (
    "evaluation.dialogues.command",
    "evaluation.simulate.command",
    "evaluation.compare",
    "evaluation.grounding",
    "evaluation.redial.command",
    "evaluation.ranking.command",
    "evaluation.linking.command",
    "evaluation.results.command",
)
"""Modules that expose `add_command(subparsers)`; light to import."""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `evaluate` and its subcommands."""
    parser = commands.add_parser("evaluate", help="measure dialogues, rankers and whole conversations")
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    for name in MODULES:
        importlib.import_module(name).add_command(kinds)
