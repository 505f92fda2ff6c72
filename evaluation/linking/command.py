"""`sommelier evaluate linking` and `sommelier evaluate sentiment`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evaluation.linking.measure import LinkingReport
    from evaluation.linking.redial_text import MarkedText

__all__ = ["add_command"]

_TYPED = {
    "as written": "titles as the catalogue writes them, the rest as typed",
    "small titles": "titles in small letters, the rest as typed",
    "small": "everything in small letters",
}


def add_command(kinds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add both to the parser of `evaluate`."""
    linking = kinds.add_parser("linking", help="are the titles in what people say found, and nothing else? (ReDial)")
    _shared(linking)
    linking.add_argument("--worst", type=int, default=0, metavar="N", help="list the N names missed, and found wrongly, most often")
    linking.set_defaults(run=_linking)
    sentiment = kinds.add_parser("sentiment", help="is like and dislike read as people said in their forms? (ReDial)")
    _shared(sentiment)
    sentiment.set_defaults(run=_sentiment)


def _shared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="ReDial's folder: movies_with_mentions.csv, train.jsonl, valid.jsonl"
    )
    parser.add_argument("--split", default="valid", metavar="NAME", help="the file NAME.jsonl to measure on (default: valid)")
    parser.add_argument("--json", action="store_true", help="write the numbers as JSON")


def _linking(arguments: argparse.Namespace) -> int:
    from evaluation.linking.measure import measure_linking
    from evaluation.linking.redial_text import RedialText

    data = RedialText(arguments.data)
    linker = data.linker()
    texts = [text for dialogue in data.dialogues(arguments.split) for text in dialogue.texts]
    reports = {name: measure_linking(data, linker, [_typed(text, name) for text in texts], arguments.worst) for name in _TYPED}
    if arguments.json:
        _write(json.dumps({name: report.to_json() for name, report in reports.items()}, ensure_ascii=False, indent=2))
        return 0
    _write(f"{len(texts)} utterances of {arguments.split}, {reports['as written'].by_title.marked} marked titles\n")
    _write(f"{'':14}{'by title':>20}{'by the very item':>22}{'unknown':>10}")
    _write(f"{'typed':14}{'precision':>10}{'recall':>10}{'precision':>12}{'recall':>10}")
    for name, report in reports.items():
        title, item = report.by_title, report.by_id
        _write(f"{name:14}{title.precision:10.3f}{title.recall:10.3f}{item.precision:12.3f}{item.recall:10.3f}{report.unknown:10}")
    for name, report in reports.items():
        _worst(name, report)
    return 0


def _typed(text: MarkedText, name: str) -> MarkedText:
    return text.lowered() if name == "small" else text.small_titles() if name == "small titles" else text


def _worst(name: str, report: LinkingReport) -> None:
    for label, found in (("found where none is marked", report.extra), ("missed", report.missed)):
        if found:
            _write(f"\n{name}, {label}: " + ", ".join(f"{text} {count}" for text, count in found))


def _sentiment(arguments: argparse.Namespace) -> int:
    from evaluation.linking.redial_text import RedialText
    from evaluation.linking.stance_measure import measure_stances

    report = measure_stances(RedialText(arguments.data).dialogues(arguments.split))
    numbers: dict[str, Any] = report.to_json()
    if arguments.json:
        _write(json.dumps(numbers, indent=2))
        return 0
    _write(
        f"{report.cases} mentions by seekers whose form says liked or not; "
        f"in {report.decided} ({numbers['coverage']:.1%}) the sentence holds a word of opinion."
    )
    _write(
        f"Of these read right: {report.accuracy:.3f} (liked {numbers['recall_liked']:.3f}, "
        f"disliked {numbers['recall_disliked']:.3f}, mean of both {numbers['balanced_accuracy']:.3f})."
    )
    _write(f"Of all cases {report.read} were read as like or dislike, {numbers['accuracy_where_read']:.3f} of them rightly.")
    return 0


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
