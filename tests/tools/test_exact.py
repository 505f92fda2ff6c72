"""The best few are the best of all eligible items, at any size: nothing is sampled, nothing cut by id."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.predicates import from_json
from tests.tools.running import context, ids, steps
from tests.tools.toy import dice_base


@pytest.mark.parametrize("n", [2_000, 5_000, 12_000, 36_000])
def test_the_top_is_the_exact_top_over_all_eligible(bases: Path, n: int) -> None:
    base = dice_base(bases, n)
    where = {"all": [{"number": "year", "min": 1985}, {"not": {"facet": "kind", "has": ["kind 3"]}}]}
    _, result = steps(
        context(base), ("filter", {"where": where}), ("popular", {}), ("rank", {}), ("slate", {"k": 20, "diversity": 0, "reasons": 0})
    )
    mask = base.catalogue.select(from_json(where))
    fame = np.where(mask, base.catalogue.popularity, -1.0)
    best = [base.catalogue.ids[p] for p in np.argsort(-fame)[:200]]
    caps: dict[str, int] = {}
    expected = []
    for item_id in best:
        held = base.catalogue.item(item_id).facets
        keys = [(v, 1) for v in held.get("family", ())] + [(v, 2) for v in held["designer"]]
        if all(caps.get(value, 0) < most for value, most in keys):
            expected.append(item_id)
            for value, _ in keys:
                caps[value] = caps.get(value, 0) + 1
    assert ids(result) == expected[:20]
    assert result.data["of"] == int(mask.sum())
