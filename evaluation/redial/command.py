"""`sommelier evaluate redial`: recommendation in real dialogues."""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial
from pathlib import Path

__all__ = ["add_command"]


def add_command(kinds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser of `evaluate`."""
    parser = kinds.add_parser(
        "redial", help="what would the recommender of a real dialogue have named next? (ReDial, INSPIRED, OpenDialKG)"
    )
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the data set's folder, in its published layout")
    parser.add_argument(
        "--split", choices=("valid", "test"), default="valid", help="what is judged; for test, train and valid are fitted on"
    )
    parser.add_argument(
        "--protocol", choices=("dedup", "full"), default="dedup", help="dedup: only items not mentioned before (default); full: all"
    )
    parser.add_argument("--no-reranker", action="store_true", help="the untrained graph walk alone")
    parser.add_argument(
        "--agent", action="store_true", help="ask the whole agent, told what the seeker said; the retrieval stack stands beside it"
    )
    parser.add_argument("--brain", metavar="NAME", help="with --agent: the agent's brain, builtin (default), model or auto")
    parser.add_argument("--cases", type=int, metavar="N", help="with --agent: so many turns, spread evenly, instead of all")
    parser.add_argument("--any-counts", action="store_true", help="do not check the counts of ReDial's test split")
    parser.add_argument("--encoder", default="auto", metavar="NAME", help="auto, minilm, tfidf, or a model's folder or name")
    parser.add_argument(
        "--cache", type=Path, metavar="FILE", help="where embeddings are kept by content (default: the user's data directory)"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="write run.trec, qrels.trec, cases.jsonl and report.json there")
    parser.add_argument("--json", action="store_true", help="end with one JSON object instead of a table")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from evaluation.redial.engine import fitted, ranked
    from evaluation.redial.files import write_cases, write_qrels, write_run
    from evaluation.redial.report import numbers, table
    from evaluation.redial.whole import run_agent
    from knowledge.embedding import cache_file
    from knowledge.errors import BadInput

    if not arguments.agent and (arguments.brain is not None or arguments.cases is not None):
        raise BadInput(f"{'--brain' if arguments.brain is not None else '--cases'} is for the whole agent; add --agent, or leave it out")

    def say(line: str) -> None:
        sys.stderr.write(line + "\n")
        sys.stderr.flush()

    fit = partial(
        fitted,
        arguments.data,
        split=arguments.split,
        protocol=arguments.protocol,
        trees=not arguments.no_reranker,
        any_counts=arguments.any_counts,
        encoder=arguments.encoder,
        cache=arguments.cache or cache_file(),
        say=say,
    )
    if arguments.agent:
        outcome = run_agent(fit, brain=arguments.brain or "builtin", cases=arguments.cases, say=say)
    else:
        outcome = ranked(fit(), say=say)
    data = numbers(outcome)
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        write_qrels(arguments.out / "qrels.trec", outcome.cases, outcome.ids, outcome.items, outcome.protocol)
        write_run(arguments.out / "run.trec", outcome.cases, outcome.ids, outcome.items, outcome.top, "sommelier")
        write_cases(arguments.out / "cases.jsonl", outcome.cases, outcome.ids, outcome.items, outcome.main, outcome.top)
        (arguments.out / "report.json").write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write((json.dumps(data) if arguments.json else table(data)) + "\n")
    return 0
