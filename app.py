"""The front door: the `sommelier` command line and the page. Wiring only."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from knowledge.errors import SommelierError

__all__ = ["main"]


def _parser() -> argparse.ArgumentParser:
    import agent.commands
    import evaluation.commands
    import knowledge.commands
    import tools.commands

    parser = argparse.ArgumentParser(prog="sommelier", description="A conversational recommender agent over your own catalogue.")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for room in (knowledge.commands, tools.commands, agent.commands, evaluation.commands):
        room.add_commands(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status. What a person can mend is one line on standard error and status 2."""
    arguments = _parser().parse_args(argv)
    try:
        status: int = arguments.run(arguments) or 0
    except SommelierError as error:
        sys.stderr.write(f"sommelier: {error}\n")
        status = 2
    except KeyboardInterrupt:
        sys.stderr.write("sommelier: stopped\n")
        status = 130
    except BrokenPipeError:
        status = 0
    return status


if __name__ == "__main__":
    sys.exit(main())
