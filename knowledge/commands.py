"""The commands of this room: build, info, report, update."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledge.build import Progress
    from knowledge.manifest import Manifest

__all__ = ["add_commands"]

_SOURCE = "films, a table (.csv, .tsv, .jsonl, .json, .parquet; .gz too), a card (.yaml), movielens:DIR or dialogues:DIR"


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add build, info, report and update to the parser."""
    build = commands.add_parser("build", help="make a knowledge base from a catalogue")
    build.add_argument("source", metavar="SOURCE", help=_SOURCE)
    build.add_argument("--out", metavar="DIR", help="directory or name of the base (default: the source's name, kept among your own data)")
    build.add_argument("--card", type=Path, metavar="FILE", help="which column of a table plays which role; guessed where absent")
    build.add_argument("--interactions", type=Path, metavar="FILE", help="who took what, for a table whose card names none")
    build.add_argument("--with", dest="with_", action="append", default=[], metavar="SOURCE", help="join a further source; repeatable")
    build.add_argument("--encoder", default="auto", metavar="NAME", help="auto, minilm, tfidf, none, or a model's path or name")
    _shared(build)
    build.set_defaults(run=_build)

    update = commands.add_parser("update", help="add, change or remove items of a base")
    update.add_argument("base", metavar="BASE", help="directory or name of the base")
    update.add_argument("--items", metavar="FILE", help="a table with the columns of the base's card; items of known ids are replaced")
    update.add_argument("--remove", metavar="FILE", type=Path, help="a text file with one item id a line")
    _shared(update)
    update.set_defaults(run=_update)

    info = commands.add_parser("info", help="say what a base holds")
    info.add_argument("base", metavar="BASE", help="directory or name of the base")
    info.add_argument("--verify", action="store_true", help="compare every file with its hash")
    info.set_defaults(run=_info)

    report = commands.add_parser("report", help="say what people can and cannot ask of a base")
    report.add_argument("base", metavar="BASE", help="directory or name of the base")
    report.add_argument("--html", type=Path, metavar="FILE", help="write the report as a page")
    report.add_argument("--json", action="store_true", help="write the report as JSON")
    report.set_defaults(run=_report)


def _shared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--max-bad-rows", type=int, default=0, metavar="N", help="leave out up to N bad rows instead of stopping")
    parser.add_argument("--quiet", action="store_true", help="no progress, no summary")


def _build(arguments: argparse.Namespace) -> int:
    from knowledge.build import build
    from knowledge.home import resolve

    out = arguments.out or _name_of(arguments.source)
    encoder = None if arguments.encoder == "none" else arguments.encoder
    with _bars(arguments.quiet) as progress, _bad_rows():
        manifest = build(
            arguments.source,
            out,
            encoder=encoder,
            with_=arguments.with_,
            card=arguments.card,
            interactions=arguments.interactions,
            max_bad_rows=arguments.max_bad_rows,
            progress=progress,
        )
    place = resolve(out)
    if not arguments.quiet:
        _summary(manifest, place, arguments)
    return 0


def _name_of(source: str) -> str:
    """A base's name made of the source: "games.csv" -> "games", "movielens:ml-1m/" -> "ml-1m"."""
    path = Path(source.rpartition(":")[2] or source)
    name = path.name.removesuffix(".gz")
    return name.rpartition(".")[0] or name or "catalogue"


def _summary(manifest: Manifest, place: Path, arguments: argparse.Namespace) -> None:
    from knowledge.base import KnowledgeBase
    from knowledge.report import report_of, report_text
    from knowledge.sources.guess import is_guessed

    for note in manifest.notes:
        sys.stderr.write(f"{note}\n")
    base = KnowledgeBase.open(place)
    sys.stdout.write(report_text(report_of(base)))
    sys.stdout.write(f"\nThe base stands at {place}\n")
    if base.has("interactions"):
        named = arguments.out or _name_of(arguments.source)
        sys.stdout.write(f"It knows who took what. To learn from that, run:\n  sommelier fit {named}\n")
    if is_guessed(arguments.source, arguments.card):
        sys.stdout.write(
            f"The roles of the columns were guessed. To change them edit a copy of {place / 'card.yaml'} and run:\n"
            f"  sommelier build {arguments.source} --card CARD.yaml --out {place}\n"
        )


def _update(arguments: argparse.Namespace) -> int:
    from knowledge.errors import BadInput
    from knowledge.update import update

    if arguments.items is None and arguments.remove is None:
        raise BadInput("nothing to do: pass --items FILE, --remove FILE or both")
    with _bars(arguments.quiet) as progress, _bad_rows():
        change = update(
            arguments.base, items=arguments.items, remove=arguments.remove, max_bad_rows=arguments.max_bad_rows, progress=progress
        )
    if not arguments.quiet:
        sys.stdout.write(f"{change.added} added, {change.changed} changed, {change.removed} removed; {change.items} items stand\n")
        for note in change.notes:
            sys.stdout.write(f"{note}\n")
    return 0


def _info(arguments: argparse.Namespace) -> int:
    from knowledge.base import KnowledgeBase

    base = KnowledgeBase.open(arguments.base, verify=arguments.verify)
    manifest = base.manifest
    lines = [
        f"{base.name} at {base.path}",
        f"made {manifest.made} from {', '.join(manifest.sources)}, format {manifest.format}, stamp {manifest.stamp}",
        "parts: " + ", ".join(manifest.parts),
        *(f"  {what}: {count:,}" for what, count in manifest.counts.items()),
    ]
    if manifest.encoder:
        lines.append("encoder: " + ", ".join(f"{key} {value}" for key, value in manifest.encoder.items()))
    lines.append(f"size: {sum(entry['bytes'] for entry in manifest.files.values()) / 1e6:.1f} MB in {len(manifest.files)} files")
    lines.append("every file is as it was built" if arguments.verify else "")
    sys.stdout.write("\n".join(line for line in lines if line) + "\n")
    return 0


def _report(arguments: argparse.Namespace) -> int:
    import json

    from knowledge.base import KnowledgeBase
    from knowledge.report import report_data, report_of, report_text
    from knowledge.report_page import report_html

    report = report_of(KnowledgeBase.open(arguments.base))
    if arguments.html is not None:
        arguments.html.write_text(report_html(report), encoding="utf-8")
        sys.stdout.write(f"{arguments.html}\n")
    elif arguments.json:
        sys.stdout.write(json.dumps(report_data(report), ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write(report_text(report))
    return 0


@contextmanager
def _bad_rows() -> Iterator[None]:
    """List the bad rows on standard error before the one line that ends the command."""
    from knowledge.errors import BadRows

    try:
        yield
    except BadRows as error:
        for line in error.rows[1:]:
            sys.stderr.write(f"{line}\n")
        raise


@contextmanager
def _bars(quiet: bool) -> Iterator[Progress | None]:
    """Yield a progress callback that draws bars on standard error; None where nobody looks."""
    if quiet or not sys.stderr.isatty():
        yield None if quiet else _plain_progress()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    with Progress(
        TextColumn("{task.description:32}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=Console(stderr=True)
    ) as bars:
        tasks: dict[str, object] = {}

        def draw(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total or None)
            bars.update(tasks[what], completed=done, total=total or None)  # type: ignore[arg-type]

        yield draw


def _plain_progress() -> Progress:
    """One line a stage, for logs."""
    seen: set[str] = set()

    def write(what: str, done: int, total: int) -> None:
        if what not in seen:
            seen.add(what)
            sys.stderr.write(f"{what}...\n")

    return write
