"""Vector indexes: the contract for exact and Chroma, recall, files, locks, a server."""

import json
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from knowledge.errors import BadInput, BaseDamaged, BaseLocked, BaseMissing, Unavailable
from knowledge.vectors import ChromaIndex, ExactIndex, open_vectors, write_vectors
from knowledge.vectors.chroma import write_chroma
from tests.conftest import ROOT
from tests.contracts.vectors import VectorIndexContract, clustered


class TestExact(VectorIndexContract):
    @pytest.fixture
    def index(self):
        return ExactIndex(clustered())


class TestStored(VectorIndexContract):
    @pytest.fixture
    def index(self, tmp_path):
        write_vectors(tmp_path / "vectors", clustered())
        return open_vectors(tmp_path / "vectors")


@pytest.fixture(scope="module")
def chroma(tmp_path_factory):
    folder = tmp_path_factory.mktemp("base") / "vectors"
    write_vectors(folder, clustered(), index="chroma")
    return open_vectors(folder)


class TestChroma(VectorIndexContract):
    @pytest.fixture
    def index(self, chroma):
        assert isinstance(chroma, ChromaIndex)
        return chroma


def test_recall_of_the_approximate_search_against_the_exact_one(tmp_path, monkeypatch):
    monkeypatch.setattr("knowledge.vectors.chroma.FEW", 0)
    rows = clustered(4000, 48)
    write_chroma(rows, tmp_path / "chroma")
    approximate, exact = ChromaIndex.open(rows, tmp_path / "chroma"), ExactIndex(rows)
    rng = np.random.default_rng(1)
    wide = np.sort(rng.permutation(4000)[:2500])
    for within in (None, wide):
        hits = 0
        for i in rng.integers(4000, size=40):
            query = rows[i] + 0.1 * rng.normal(size=48).astype(np.float32)
            hits += len(set(approximate.search(query, 10, within)[0].tolist()) & set(exact.search(query, 10, within)[0].tolist()))
        assert hits / 400 >= 0.95


def test_exact_below_the_limit_and_chroma_above(tmp_path, monkeypatch):
    write_vectors(tmp_path / "small", clustered())
    assert not (tmp_path / "small" / "chroma").exists()
    assert isinstance(open_vectors(tmp_path / "small"), ExactIndex)
    monkeypatch.setattr("knowledge.vectors.store.SMALL", 300)
    write_vectors(tmp_path / "large", clustered())
    assert isinstance(open_vectors(tmp_path / "large"), ChromaIndex)
    assert isinstance(open_vectors(tmp_path / "large", index="exact"), ExactIndex)


def test_writing_again_replaces(tmp_path):
    write_vectors(tmp_path, clustered(), index="chroma")
    write_vectors(tmp_path, clustered(100), index="chroma")
    assert len(open_vectors(tmp_path)) == 100


def test_a_second_writer_is_turned_away(tmp_path):
    with FileLock(tmp_path / "write.lock"), pytest.raises(BaseLocked, match="another process"):
        write_vectors(tmp_path, clustered())


def test_rows_must_have_unit_length(tmp_path):
    with pytest.raises(BadInput, match="vector 2 has length 2"):
        write_vectors(tmp_path, np.array([[1, 0], [0, 0], [0, 2]], dtype=np.float32))
    with pytest.raises(BadInput, match="vector 0 has length nan"):
        write_vectors(tmp_path, np.array([[np.nan, 0]], dtype=np.float32))
    assert not list(tmp_path.iterdir())


def test_missing_and_broken_files(tmp_path):
    with pytest.raises(BaseMissing, match="sommelier build"):
        open_vectors(tmp_path)
    write_vectors(tmp_path, clustered())
    about = json.loads((tmp_path / "vectors.json").read_text())
    (tmp_path / "vectors.json").write_text(json.dumps(about | {"rows": 399}))
    with pytest.raises(BaseDamaged, match=r"\(399, 16\)"):
        open_vectors(tmp_path)
    (tmp_path / "vectors.json").write_text(json.dumps(about))
    (tmp_path / "vectors.npy").write_bytes((tmp_path / "vectors.npy").read_bytes()[:1000])
    with pytest.raises(BaseDamaged, match="not whole"):
        open_vectors(tmp_path)


def test_a_collection_of_other_vectors_is_refused(tmp_path):
    write_vectors(tmp_path / "a", clustered(), index="chroma")
    about = json.loads((tmp_path / "a" / "vectors.json").read_text())
    (tmp_path / "a" / "vectors.json").write_text(json.dumps(about | {"sha256": "f" * 64}))
    with pytest.raises(BaseDamaged, match="ffffffffffff"):
        open_vectors(tmp_path / "a")
    (tmp_path / "a" / "vectors.json").write_text(json.dumps(about | {"collection": "others"}))
    with pytest.raises(BaseMissing, match="'others'"):
        open_vectors(tmp_path / "a")


def test_several_threads_search_at_once(chroma):
    rows = clustered()
    answers = {}
    threads = [threading.Thread(target=lambda i=i: answers.update({i: chroma.search(rows[i], 3)[0][0]})) for i in range(8, 24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {i: i for i in range(8, 24)}


def test_an_unanswered_or_wrong_address_says_so():
    with pytest.raises(BadInput, match="http://host:port"):
        ChromaIndex.open(clustered(), "ftp://somewhere")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unavailable, match="no Chroma server answers"):
        ChromaIndex.open(clustered(), f"http://127.0.0.1:{port}")


USE_SERVER = """
import sys
from pathlib import Path
from knowledge.vectors import ChromaIndex, open_vectors, write_vectors
from tests.contracts.vectors import clustered

write_vectors(Path(sys.argv[1]), clustered(), url=sys.argv[2])
index = open_vectors(Path(sys.argv[1]))
assert isinstance(index, ChromaIndex)
sys.stdout.write(str(index.search(clustered()[20], 3)[0][0]))
"""


@pytest.mark.slow
def test_a_server_by_url(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        str(Path(sys.executable).parent / "chroma"),
        "run",
        "--path",
        str(tmp_path / "server"),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(300):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.2)
            # In a process of its own, as the library's client leaves its sockets to the garbage collector.
            client = [sys.executable, "-c", USE_SERVER, str(tmp_path / "vectors"), f"http://127.0.0.1:{port}"]
            answer = subprocess.run(client, capture_output=True, text=True, check=False, timeout=120, cwd=ROOT)
        finally:
            server.terminate()
    assert answer.stdout == "20", answer.stderr
    assert not (tmp_path / "vectors" / "chroma").exists()
