"""The items' vectors: what of an item is encoded, with which encoder, and what of an older base can be kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from knowledge.home import home
from knowledge.items import Item
from knowledge.schema import Facet, Schema

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase
    from knowledge.build import Progress
    from knowledge.encoders import Encoder

__all__ = ["cache_file", "embed_items", "item_text"]

_VALUES = 6
"""Values of one facet that are encoded at most: past these the text is a list and its vector the mean of everything."""


def _telling(facet: Facet) -> bool:
    """Whether a facet's values say what an item is like. Names and countries do not; full text and the graph find those."""
    return facet.kind != "person" and (facet.askable >= 0.6 or facet.weight >= 0.5)


def item_text(item: Item, schema: Schema) -> str:
    """Return the text of an item that is encoded: title, description, the values of telling facets. Its length is what encoding costs."""
    parts = [item.title, item.description]
    for facet in filter(_telling, schema.facets):
        values = item.facets.get(facet.name, ())
        # A yes or no says nothing without the facet's name.
        if values and not {v.casefold() for v in values} <= {"yes", "no", "true", "false"}:
            parts.append(", ".join(values[:_VALUES]))
        elif values and values[0].casefold() in ("yes", "true"):
            parts.append(facet.label or facet.name)
    return ". ".join(part.strip().rstrip(".") for part in parts if part.strip())


def cache_file() -> Path:
    """Return where embeddings are kept by content, so that a rebuild encodes only what changed."""
    return home() / "cache" / "embeddings.sqlite"


def embed_items(
    items: Sequence[Item], schema: Schema, spec: str, progress: Progress, before: KnowledgeBase | None = None
) -> tuple[Encoder, npt.NDArray[np.float32]]:
    """Return the encoder and the items' unit vectors, (n_items, dim), rows in the order of the items.

    Args:
        items: in catalogue order.
        schema: which facets there are.
        spec: what `open_encoder` takes.
        progress: called as the work goes on.
        before: an older base whose encoder is taken instead, and whose rows are kept where the text is the same.

    Raises:
        Unavailable: the model asked for is not on this machine.
    """
    from knowledge.encoders import SentenceEncoder, embed, open_encoder

    texts = [item_text(item, schema) for item in items]
    if before is not None:
        return before.encoder, _partly(items, texts, before, progress)
    progress("fitting the encoder", 0, 0)
    encoder = open_encoder(spec, texts=texts, progress=lambda done, total: progress("fitting the encoder", done, total))
    progress("encoding texts", 0, len(texts))
    # The other encoder is fitted on these very texts: its rows are of no use to any other build.
    cache = cache_file() if isinstance(encoder, SentenceEncoder) else None
    return encoder, embed(encoder, texts, cache=cache, progress=lambda done, total: progress("encoding texts", done, total))


def _partly(items: Sequence[Item], texts: Sequence[str], before: KnowledgeBase, progress: Progress) -> npt.NDArray[np.float32]:
    held = before.catalogue
    old = before.vectors.matrix
    result = np.zeros((len(items), old.shape[1]), dtype=np.float32)
    todo = []
    same = {item.id: item_text(item, before.schema) for item in held.all_items()}
    for row, (item, text) in enumerate(zip(items, texts, strict=True)):
        if same.get(item.id) == text:
            result[row] = old[held.index(item.id)]
        else:
            todo.append(row)
    progress("encoding texts", len(items) - len(todo), len(items))
    if todo:
        result[todo] = before.encoder.encode([texts[row] for row in todo])
    progress("encoding texts", len(items), len(items))
    return result
