"""What every vector index promises."""

import numpy as np
import pytest

from knowledge.errors import BadInput
from knowledge.vectors import VectorIndex


def clustered(n: int = 400, dim: int = 16, seed: int = 3) -> np.ndarray:
    """Unit rows around a few centres, as texts are; two rows alike, one of zeros."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(12, dim))[rng.integers(12, size=n)] + 0.35 * rng.normal(size=(n, dim))
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    rows[7] = rows[3]
    rows[5] = 0
    return rows


class VectorIndexContract:
    """Needs a fixture `index` over `clustered()`."""

    @pytest.fixture
    def rows(self):
        return clustered()

    def test_is_a_vector_index(self, index, rows):
        assert isinstance(index, VectorIndex)
        assert len(index) == len(rows)
        assert index.dim == rows.shape[1]
        np.testing.assert_array_equal(index.matrix, rows)
        with pytest.raises(ValueError, match="read-only"):
            index.matrix[0, 0] = 1

    def test_finds_the_nearest_in_order(self, index, rows):
        for i in (0, 50, 399):
            found, cosines = index.search(rows[i], 10)
            assert found[0] == i
            assert cosines[0] == pytest.approx(1.0, abs=1e-5)
            assert (np.diff(cosines) <= 0).all()
            np.testing.assert_allclose(cosines, rows[found] @ rows[i], atol=1e-5)

    def test_equal_rows_come_by_number(self, index, rows):
        assert index.search(rows[7], 2)[0].tolist() == [3, 7]
        assert index.search(rows[7], 1)[0].tolist() == [3]
        assert index.search(rows[7], 2, np.array([7, 100, 3]))[0].tolist() == [3, 7]

    def test_a_filter_is_exact(self, index, rows):
        rng = np.random.default_rng(0)
        for size in (1, 7, 60, 250, 400):
            within = rng.permutation(400)[:size]
            found, cosines = index.search(rows[11], 10, within)
            best = sorted(within.tolist(), key=lambda i: (-float(rows[i] @ rows[11]), i))[:10]
            np.testing.assert_allclose(cosines, rows[best] @ rows[11], atol=1e-5)
            assert set(found.tolist()) <= set(within.tolist())
            assert len(found) == min(10, size)

    def test_no_more_than_there_are(self, index, rows):
        assert len(index.search(rows[0], 1000)[0]) == 400
        assert len(index.search(rows[0], 0)[0]) == 0
        assert len(index.search(rows[0], 5, np.array([], dtype=np.int64))[0]) == 0

    def test_length_does_not_matter_and_nothing_finds_nothing(self, index, rows):
        np.testing.assert_array_equal(index.search(rows[9] * 20, 5)[0], index.search(rows[9], 5)[0])
        found, cosines = index.search(np.zeros(16, dtype=np.float32), 5)
        assert len(found) == len(cosines) == 0

    def test_cosines_of_all_and_of_some(self, index, rows):
        np.testing.assert_allclose(index.cosines(rows[4]), rows @ rows[4], atol=1e-5)
        for some in (np.array([9, 2, 399]), np.arange(399, -1, -1)):
            np.testing.assert_allclose(index.cosines(rows[4], some), rows[some] @ rows[4], atol=1e-5)

    def test_bad_queries_are_named(self, index):
        with pytest.raises(BadInput, match=r"shape \(3,\)"):
            index.search(np.ones(3, dtype=np.float32), 5)
        with pytest.raises(BadInput, match="not finite"):
            index.search(np.full(16, np.nan, dtype=np.float32), 5)
        with pytest.raises(BadInput, match="k is -1"):
            index.search(np.ones(16, dtype=np.float32), -1)
