"""From what a person writes on the command line to a source."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from knowledge.errors import BadInput
from knowledge.sources.base import Source
from knowledge.sources.card_file import load_card
from knowledge.sources.faults import Faults
from knowledge.sources.rows import table_kind
from knowledge.sources.table import TableSource

__all__ = ["FILMS", "open_source"]

FILMS = Path(__file__).resolve().parent.parent / "films" / "card.yaml"


def open_source(source: str, faults: Faults, *, card: Path | None = None, interactions: Path | None = None) -> Source:
    """Return the source a text names.

    Args:
        source: `films`, a table file, a card file (.yaml), `movielens:DIR` or `dialogues:DIR`.
        faults: where bad rows are noted.
        card: the card of a table; guessed where None.
        interactions: a file of who took what, for a table whose card names none; its columns are guessed.

    Raises:
        BadInput: nothing of that name is there; the text says what would be.
    """
    kind, colon, rest = source.partition(":")
    if colon and kind in ("movielens", "dialogues"):
        if kind == "movielens":
            from knowledge.sources.movielens import MovieLensSource

            return MovieLensSource(Path(rest), faults)
        from knowledge.sources.redial import RedialSource

        return RedialSource(Path(rest), faults)
    path = FILMS if source == "films" else Path(source).expanduser()
    if path.suffix in (".yaml", ".yml"):
        described = load_card(path)
        if not described.source:
            raise BadInput(f"card {path} names no table; write `source: FILE` in it, or pass the table and --card {path}")
        if path == FILMS and described.interactions is not None and not (path.parent / described.interactions.file).is_file():
            # The catalogue stands without the histories too; an installation may leave them out.
            described = replace(described, interactions=None)
        return TableSource(path.parent / described.source, described, faults, folder=path.parent)
    if table_kind(path) is not None:
        return _table(path, faults, card, interactions)
    if path.is_dir():
        raise BadInput(f"{source!r} is a directory; write movielens:{source} or dialogues:{source}, or name a table file in it")
    raise BadInput(f"{source!r} is no source; write films, a .csv, .tsv, .jsonl, .json or .parquet file, movielens:DIR or dialogues:DIR")


def _table(path: Path, faults: Faults, card: Path | None, interactions: Path | None) -> Source:
    from knowledge.sources.guess import guess_card, guess_events

    described = load_card(card) if card is not None else guess_card(path)
    if interactions is not None:
        if described.interactions is not None:
            raise BadInput(f"card {card} names interactions already ({described.interactions.file}); leave out --interactions")
        described = replace(described, interactions=guess_events(interactions))
    return TableSource(path, described, faults, folder=card.parent if card is not None else path.parent)
