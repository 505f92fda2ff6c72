"""Building a base: from a source to a directory, all parts, atomically."""

from __future__ import annotations

import datetime
import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge.errors import BadInput
from knowledge.home import resolve
from knowledge.manifest import Manifest, hash_files
from knowledge.sources import Events, Source, open_source
from knowledge.sources.card import Card
from knowledge.sources.faults import Faults

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase
    from knowledge.catalogue import Catalogue
    from knowledge.dialogues import Dialogue
    from knowledge.graph import KnowledgeGraph
    from knowledge.interactions import Interactions
    from knowledge.items import Item
    from knowledge.schema import Schema

__all__ = ["Progress", "build", "silent", "write_base"]

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done and how much there is (0: unknown)."""

EXACT_UP_TO = 200_000
"""Items up to which the vectors are searched exactly. A search takes some ten milliseconds there, and an approximate index would take
longer to build than everything else together."""


def silent(what: str, done: int, total: int) -> None:
    """Report nothing."""


def build(
    source: str | Source,
    out: str | Path,
    *,
    encoder: str | None = "auto",
    with_: Sequence[str | Source] = (),
    card: Path | None = None,
    interactions: Path | None = None,
    max_bad_rows: int = 0,
    progress: Progress | None = None,
) -> Manifest:
    """Build a base from a source and put it at `out`; what stood there stays until the new one is whole.

    Args:
        source: `films`, a table or card file, `movielens:DIR`, `dialogues:DIR`, or a source object.
        out: the base's directory, or a plain name for a named base.
        encoder: "auto", "minilm", "tfidf", a model's path or name; None leaves out the vectors.
        with_: further sources joined by keys ("imdb_id") or title and year.
        card: the card of a table; guessed where None.
        interactions: a file of who took what, for a table whose card names none; its columns are guessed.
        max_bad_rows: how many bad rows may be left out.
        progress: called as the work goes on.

    Raises:
        BadInput, BadRows: the source cannot be used; nothing was changed.
        BaseLocked, BaseError: the directory cannot be written.
    """
    from knowledge.publish import publishing

    if max_bad_rows < 0:
        raise BadInput(f"max_bad_rows is {max_bad_rows}; it must be 0 or more")
    faults = Faults(max_bad_rows)
    main = open_source(source, faults, card=card, interactions=interactions) if isinstance(source, str) else source
    if with_:
        from knowledge.sources.join import JoinedSource

        main = JoinedSource(main, [open_source(other, faults) if isinstance(other, str) else other for other in with_])
    with publishing(resolve(out)) as work, _collecting_later():
        named = tuple(s if isinstance(s, str) else s.name for s in (source, *with_))
        return write_base(main, work, sources=named, encoder=encoder, faults=faults, progress=progress or silent)


@contextmanager
def _collecting_later() -> Iterator[None]:
    """Hold the cycle collector back: a build makes millions of objects and no cycles, and each run would walk all of them again."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def write_base(
    source: Source,
    work: Path,
    *,
    sources: tuple[str, ...],
    encoder: str | None,
    faults: Faults,
    progress: Progress,
    before: KnowledgeBase | None = None,
) -> Manifest:
    """Write every part of a base into an empty directory, the manifest last.

    Args:
        source: where everything comes from.
        work: the empty directory.
        sources: what the manifest calls them.
        encoder: what `open_encoder` takes; None for no vectors.
        faults: the bad rows; more than allowed raise BadRows at the end of each part.
        progress: called as the work goes on.
        before: an older state of the same base, whose encoder and unchanged vectors are kept.
    """
    from knowledge.catalogue import Catalogue, write_catalogue
    from knowledge.past import save_past
    from knowledge.sources.card_file import save_card

    schema = source.schema()
    items, more = _read(source, progress)
    faults.check()
    events = source.events()
    dialogues = list(source.dialogues())
    items = _with_popularity(items, events)
    progress("writing the catalogue", 0, len(items))
    write_catalogue(work, items, schema, more)
    save_card(_card(source, schema), work / "card.yaml", "The card this base was built with. Edit a copy and pass it with --card.")
    catalogue = Catalogue(work, schema)
    progress("writing the catalogue", len(items), len(items))
    parts, counts = ["catalogue"], {"items": len(items), "values": sum(len(catalogue.facet(name)) for name in schema.facet_names)}
    interactions = None
    if events is not None and len(events):
        progress("writing the interactions", 0, len(events))
        interactions = _interactions(events, catalogue)
        interactions.save(work / "interactions.npz")
        counts |= {"users": len(interactions.users), "interactions": len(interactions)}
        parts.append("interactions")
        progress("writing the interactions", len(events), len(events))
    if dialogues:
        counts["dialogues"] = save_past(dialogues, work / "dialogues")
        parts.append("dialogues")
    progress("linking the graph", 0, 0)
    graph = _graph(source, schema, items, interactions, dialogues)
    if len(graph.weight):
        graph.save(work / "graph.npz")
        counts |= {"nodes": len(graph), "relations": len(graph.weight)}
        parts.append("graph")
    progress("linking the graph", len(graph.weight), len(graph.weight))
    del graph, interactions, events, dialogues
    faults.check()
    record: dict[str, Any] = {}
    if encoder is not None or (before is not None and before.has("vectors")):
        record = _vectors(work, items, schema, encoder or "", progress, before)
        parts.append("vectors")
    notes = tuple(f"left out {line}" for line in faults.lines) + tuple(getattr(source, "notes", ()))
    manifest = Manifest(
        name=schema.name,
        sources=sources,
        made=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        parts=tuple(parts),
        counts=counts,
        encoder=record,
        files=hash_files(work),
        notes=notes,
    )
    manifest.save(work)
    return manifest


def _read(source: Source, progress: Progress) -> tuple[list[Item], dict[str, str]]:
    """All items sorted by id, and the further text of those that have any."""
    items: list[Item] = []
    more: dict[str, str] = {}
    progress("reading items", 0, 0)
    for item, text in source.items():
        items.append(item)
        if text:
            more[item.id] = text
        if len(items) % 5000 == 0:
            progress("reading items", len(items), 0)
    progress("reading items", len(items), len(items))
    items.sort(key=lambda item: item.id)
    return items, more


def _card(source: Source, schema: Schema) -> Card:
    card = getattr(source, "card", None)
    return card if isinstance(card, Card) else Card.of_schema(schema)


def _with_popularity(items: list[Item], events: Events | None) -> list[Item]:
    """Items whose source has no popularity take the number of people who took them."""
    import numpy as np

    if events is None or not len(events) or any(item.popularity for item in items):
        return items
    counts = np.bincount(events.item, minlength=len(events.items)).tolist()
    taken: dict[str, int] = {}
    for item_id, count in zip(events.items, counts, strict=True):
        taken[item_id] = taken.get(item_id, 0) + count
    return [replace(item, popularity=float(taken.get(item.id, 0))) for item in items]


def _interactions(events: Events, catalogue: Catalogue) -> Interactions:
    import numpy as np

    from knowledge.interactions import Interactions

    # Names without an event may be of items that are gone.
    place = np.array([catalogue.index(item) if item in catalogue else -1 for item in events.items], dtype=np.int32)
    users = np.array(events.users, dtype=object)[events.user].tolist()
    return Interactions.from_events(users, place[events.item], events.value, events.time, n_items=len(catalogue))


def _graph(
    source: Source, schema: Schema, items: list[Item], interactions: Interactions | None, dialogues: list[Dialogue]
) -> KnowledgeGraph:
    """Facets, relations, likes and past dialogues as one graph; the seeker of a past dialogue is the dialogue's node, no user's."""
    from knowledge.dialogues import dialogue_entity
    from knowledge.graph import Triple
    from knowledge.graph.compose import compose

    named = {dialogue.id: [item for utterance in dialogue.utterances for item in utterance.items] for dialogue in dialogues}
    if interactions is not None and named:
        seekers = {dialogue_entity(number) for number in named}
        interactions = interactions.without(row for row, user in enumerate(interactions.users) if user in seekers)
    relations = (Triple(relation.head, relation.relation, relation.tail, relation.weight) for relation in source.relations())
    return compose(schema, items, relations=relations, interactions=interactions, dialogues=named)


def _vectors(work: Path, items: list[Item], schema: Schema, spec: str, progress: Progress, before: KnowledgeBase | None) -> dict[str, Any]:
    """Write the items' vectors and their encoder; return the encoder's record for the manifest."""
    from knowledge.embedding import embed_items
    from knowledge.encoders import write_encoder
    from knowledge.vectors import write_vectors

    encoder, matrix = embed_items(items, schema, spec, progress, before)
    write_vectors(work / "vectors", matrix, index="exact" if len(matrix) <= EXACT_UP_TO else "chroma")
    return write_encoder(encoder, work / "encoder").to_json()
