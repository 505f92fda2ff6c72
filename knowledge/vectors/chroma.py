"""Approximate search in a Chroma collection: in this process from a folder, or on a server by URL.

Chroma keeps vectors only. It never embeds: left to itself a collection attaches a default embedding function that goes to the network. It
never filters either: its recall falls apart where a filter lets few rows through, and it is slower there than the exact search.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import BadInput, BaseDamaged, BaseMissing, Unavailable
from knowledge.vectors.exact import ExactIndex, Floats, nearest

__all__ = ["ChromaIndex", "write_chroma"]

COLLECTION = "items"
FEW = 50_000
"""Rows in a filter up to which the exact search answers."""
SELECTIVE = 0.2
"""Share of rows in a filter up to which the exact search answers."""
SPARE = 4
"""How many times k is asked for where a wide filter will drop some."""
MORE = 8
"""Rows asked for beyond k, so that equal ones at the border fall by number and near misses of the approximation come in."""
CONFIGURATION = {"hnsw": {"space": "cosine", "ef_construction": 100, "max_neighbors": 16, "ef_search": 128}}


class ChromaIndex:
    """Rows in Chroma for search among all of them, and the same rows as a matrix for everything else.

    What Chroma finds is scored again from the matrix, so cosines are exact and only a missed row can differ from `ExactIndex`.
    """

    def __init__(self, exact: ExactIndex, client: Any, collection: Any) -> None:
        self._exact = exact
        self._client = client
        self._collection = collection

    @classmethod
    def open(cls, matrix: Floats, place: str | Path, *, name: str = COLLECTION, stamp: str = "none") -> ChromaIndex:
        """Open a collection that `write_chroma` made, in a folder or on a server (`http://host:port`).

        Raises:
            BaseMissing: there is no such collection.
            BaseDamaged: it holds other vectors than the matrix.
            Unavailable: the server does not answer.
        """
        from chromadb.errors import NotFoundError

        client = _client(place, make=False)
        try:
            collection = client.get_collection(name, embedding_function=None)
        except NotFoundError as error:
            client.close()
            raise BaseMissing(f"no collection {name!r} in Chroma at {str(place)!r}; build the knowledge base again") from error
        held = (collection.count(), (collection.metadata or {}).get("stamp", ""))
        if held != (len(matrix), stamp):
            client.close()
            raise BaseDamaged(
                f"the Chroma collection {name!r} at {str(place)!r} holds {held[0]} vectors of stamp {held[1][:12]!r}, "
                f"but the base has {len(matrix)} of {stamp[:12]!r}; build the knowledge base again"
            )
        return cls(ExactIndex(matrix), client, collection)

    def close(self) -> None:
        """Let go of the folder or the connection; searches after it fail."""
        self._client.close()

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._exact.dim

    @property
    def matrix(self) -> Floats:
        """All rows, `(n, dim)`."""
        return self._exact.matrix

    def __len__(self) -> int:
        return len(self._exact)

    def cosines(self, query: Floats, within: NDArray[np.integer] | None = None) -> Floats:
        """Return the exact cosines, `(n,)` or `(len(within),)`."""
        return self._exact.cosines(query, within)

    def search(self, query: Floats, k: int, within: NDArray[np.integer] | None = None) -> tuple[NDArray[np.int64], Floats]:
        """Return about the k nearest rows; exactly them where the filter is narrow, or where Chroma found too few."""
        narrow = within is not None and (len(within) <= FEW or len(within) <= SELECTIVE * len(self))
        unit, says = self._exact.checked(query)
        if narrow or k >= len(self) or k <= 0 or not says:
            return self._exact.search(query, k, within)
        wanted = min(len(self), MORE + (k if within is None else k * SPARE))
        answer = self._collection.query(query_embeddings=[unit.tolist()], n_results=wanted, include=[])
        found = np.array(sorted(int(name) for name in answer["ids"][0]), dtype=np.int64)
        if within is not None:
            found = found[np.isin(found, within)]
        if len(found) < min(k, len(self) if within is None else len(within)):
            return self._exact.search(query, k, within)
        cosines = self._exact.cosines(unit, found)
        best = nearest(cosines, k)
        return found[best], cosines[best]


def write_chroma(matrix: Floats, place: str | Path, *, name: str = COLLECTION, stamp: str = "none") -> None:
    """Write all rows to a collection, replacing one of that name.

    Args:
        matrix: unit rows `(n, dim)`.
        place: a folder (the caller holds its lock), or the URL of a server.
        name: of the collection, three characters at least.
        stamp: what tells these rows from others, checked on opening.
    """
    from chromadb.errors import NotFoundError

    # Closed at the end, or the folder stays open under its old name when the finished base is moved into place.
    with _client(place, make=True) as client:
        with suppress(NotFoundError):
            client.delete_collection(name)
        collection = client.create_collection(name, embedding_function=None, configuration=CONFIGURATION, metadata={"stamp": stamp})
        batch = min(5_000, client.get_max_batch_size())
        for start in range(0, len(matrix), batch):
            rows = matrix[start : start + batch]
            collection.add(ids=[str(i) for i in range(start, start + len(rows))], embeddings=rows)


def _client(place: str | Path, *, make: bool) -> Any:
    try:
        import chromadb
    except ImportError as error:
        raise Unavailable("chromadb is not installed; pip install chromadb, or build the base with exact search") from error
    settings = chromadb.Settings(anonymized_telemetry=False)
    if isinstance(place, str) and "://" in place:
        url = urlsplit(place)
        if url.scheme not in {"http", "https"} or not url.hostname:
            raise BadInput(f"{place!r} is not the address of a Chroma server; write http://host:port")
        port = url.port or (443 if url.scheme == "https" else 8000)
        try:
            return chromadb.HttpClient(host=url.hostname, port=port, ssl=url.scheme == "https", settings=settings)
        except (ValueError, OSError) as error:
            raise Unavailable(
                f"no Chroma server answers at {place!r} ({error}); start one with `chroma run --path FOLDER --port {port}`"
            ) from error
    if not make and not Path(place).is_dir():
        raise BaseMissing(f"no Chroma folder at {str(place)!r}; build the knowledge base again")
    return chromadb.PersistentClient(path=str(place), settings=settings)
