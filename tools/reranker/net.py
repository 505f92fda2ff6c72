"""A small net on the trees' own features, averaged with them.

Trees cut each feature into steps, a net bends it smoothly; the mean of the two is better than either. Learnt with torch, which is imported
for that alone; scored in numpy.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf, ndtri

from knowledge.arrays import write_arrays
from knowledge.errors import BaseDamaged
from tools.reranker.scorers import Floats

__all__ = ["Inputs", "Nets", "learn_nets"]

SHARES = np.unique(np.concatenate([np.arange(1, 100) / 100, [0.0005, 0.001, 0.002, 0.005, 0.995, 0.998, 0.999, 0.9995]]))
"""Shares of the rows at which a feature's quantiles are taken: closer together at the ends, where the best items are."""
FURTHEST = 5.0
"""Standard deviations at which a feature is cut off: scores have long tails, and one row must not decide a layer."""
UNITS = (64, 32)
DROPOUT = 0.2
PASSES = 3
CASES = 32
"""Cases a step learns from, every kept row of each."""
RATE = 2e-3
DECAY = 0.1
RISE = 50
"""Steps over which the rate rises before it falls in a straight line."""
SPREAD_ROWS = 25_600
"""Rows over which the spread of a net is taken."""

Layer = tuple[Floats, Floats]


@dataclass(slots=True)
class Inputs:
    """How rows of features become inputs: standardised, as normal scores of their quantiles, and whether they are missing."""

    fill: Floats
    """What stands for a missing value, `(n_features,)`: the median."""
    centre: Floats
    spread: Floats
    missing: NDArray[np.int64]
    """Features that are missing in some row; each gets an input that says so."""
    quantiles: Floats
    """`(len(SHARES), n_features)`."""
    _knots: list[tuple[Floats, Floats]] = field(default_factory=list)

    @classmethod
    def of(cls, x: Floats) -> Inputs:
        """Learn the transform from the training rows `(n, n_features)`."""
        gone = np.isnan(x)
        fill = np.array([np.median(column[~lost]) if not lost.all() else 0.0 for column, lost in zip(x.T, gone.T, strict=True)], np.float32)
        full = np.where(gone, fill, x)
        spread = (full.std(axis=0) + 1e-6).astype(np.float32)
        quantiles = np.quantile(full, SHARES, axis=0).astype(np.float32)
        return cls(fill, full.mean(axis=0).astype(np.float32), spread, np.flatnonzero(gone.any(axis=0)), quantiles)

    def __call__(self, x: Floats) -> Floats:
        """Return the inputs of some rows, `(n, 2 * n_features + len(missing))`."""
        if not self._knots:
            self._knots = [_knots(column) for column in self.quantiles.T]
        gone = np.isnan(x)
        full = np.where(gone, self.fill, x)
        n = full.shape[1]
        out = np.empty((len(x), 2 * n + len(self.missing)), dtype=np.float32)
        np.clip((full - self.centre) / self.spread, -FURTHEST, FURTHEST, out=out[:, :n])
        for j, (values, scores) in enumerate(self._knots):
            out[:, n + j] = np.interp(full[:, j], values, scores)
        out[:, 2 * n :] = gone[:, self.missing]
        return out


def _knots(quantiles: Floats) -> tuple[Floats, Floats]:
    """Return the distinct quantiles and the normal score of each: the mean over the shares that have it, 0 where all have one value."""
    values, first = np.unique(quantiles, return_index=True)
    ends = [*first[1:], len(quantiles)]
    if len(values) == 1:
        return values, np.zeros(1, dtype=np.float32)
    normal = ndtri(SHARES)
    return values, np.array([normal[a:b].mean() for a, b in zip(first, ends, strict=True)], dtype=np.float32)


@dataclass(slots=True)
class Nets:
    """Nets of one shape on the same inputs; the score is their mean after dividing each by its spread in training."""

    inputs: Inputs
    layers: list[list[Layer]]
    """The layers of each net: weights `(n_in, n_out)` and offsets `(n_out,)`; GELU between them."""
    spread: list[float]

    def score(self, x: Floats) -> NDArray[np.float64]:
        """Return the score of each row, higher better."""
        inputs = self.inputs(x)
        total = np.zeros(len(x), dtype=np.float64)
        for layers, spread in zip(self.layers, self.spread, strict=True):
            total += _forward(layers, inputs) / spread
        return total / len(self.layers)

    def save(self, path: Path) -> None:
        """Write them as one npz file."""
        arrays: dict[str, Any] = {name: getattr(self.inputs, name) for name in ("fill", "centre", "spread", "missing", "quantiles")}
        for k, layers in enumerate(self.layers):
            for d, (weights, offsets) in enumerate(layers):
                arrays[f"weights_{k}_{d}"], arrays[f"offsets_{k}_{d}"] = weights, offsets
        write_arrays(path, {**arrays, "spreads": np.array(self.spread)})

    @classmethod
    def load(cls, path: Path) -> Nets:
        """Read what `save` wrote. Raises BaseDamaged."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
                inputs = Inputs(*(data[name] for name in ("fill", "centre", "spread", "missing", "quantiles")))
                spread: list[float] = data["spreads"].tolist()
                layers = [[(data[f"weights_{k}_{d}"], data[f"offsets_{k}_{d}"]) for d in range(len(UNITS) + 1)] for k in range(len(spread))]
            return cls(inputs, layers, spread)
        except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile, zlib.error) as error:
            raise BaseDamaged(f"{str(path)!r} cannot be read ({error}); run `sommelier fit` on the base again") from error


def _forward(layers: Sequence[Layer], inputs: Floats) -> Floats:
    """Return the output of one net, `(n,)`."""
    for weights, offsets in layers[:-1]:
        sums = inputs @ weights + offsets
        inputs = (sums * (0.5 + 0.5 * erf(sums * np.float32(0.5**0.5)))).astype(np.float32, copy=False)
    weights, offsets = layers[-1]
    return (inputs @ weights + offsets)[:, 0]


def learn_nets(x: Floats, y: NDArray[np.int8], weight: Floats, case: NDArray[np.int64], *, count: int, seed: int) -> Nets | None:
    """Learn some nets from the rows of cases; None where torch is not installed. Deterministic for a seed and one torch version.

    The loss is the softmax over the rows of a case: negatives sampled at a rate count its inverse in the sum. Seven seconds a net for
    640,000 rows, as long for the inputs.

    Args:
        x: features `(n, n_features)`, rows of one case together.
        y: 1 for what was wanted.
        weight: how many rows each stands for.
        case: case number of each row.
        count: nets to learn, with seeds one after the other.
        seed: of the first.
    """
    try:
        import torch
    except ImportError:
        return None
    inputs = Inputs.of(x)
    rows = torch.from_numpy(inputs(x))
    starts = np.flatnonzero(np.concatenate([[True], case[1:] != case[:-1]]))
    ends = np.append(starts[1:], len(case))
    log_weight, wanted = torch.from_numpy(np.log(weight)), torch.from_numpy(y > 0)
    layers, spread = [], []
    threads = torch.get_num_threads()
    # Sums over several threads are rounded in another order each time.
    torch.set_num_threads(1)
    try:
        for number in range(count):
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(seed + number)
                found = _learn(rows, log_weight, wanted, starts, ends, np.random.default_rng(seed + number))
            layers.append(found)
            spread.append(float(np.std(_forward(found, rows[:SPREAD_ROWS].numpy()), dtype=np.float64)) or 1.0)
    finally:
        torch.set_num_threads(threads)
    return Nets(inputs, layers, spread)


def _learn(
    rows: Any, log_weight: Any, wanted: Any, starts: NDArray[np.int64], ends: NDArray[np.int64], rng: np.random.Generator
) -> list[Layer]:
    import torch
    from torch import nn

    first, second = UNITS
    net = nn.Sequential(
        nn.Linear(rows.shape[1], first), nn.GELU(), nn.Dropout(DROPOUT), nn.Linear(first, second), nn.GELU(), nn.Linear(second, 1)
    )
    # All items start level.
    nn.init.zeros_(net[-1].weight)
    optimiser = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=DECAY)
    steps, step = PASSES * -(-len(starts) // CASES), 0
    for _ in range(PASSES):
        order = rng.permutation(len(starts))
        for at in range(0, len(order), CASES):
            chosen = order[at : at + CASES]
            index = torch.from_numpy(np.concatenate([np.arange(starts[c], ends[c]) for c in chosen]))
            case = torch.from_numpy(np.repeat(np.arange(len(chosen)), ends[chosen] - starts[chosen]))
            score = net(rows[index])[:, 0]
            counted = score + log_weight[index]
            top = counted.detach().max()
            total = torch.zeros(len(chosen)).index_add(0, case, (counted - top).exp()).log() + top
            hit = wanted[index]
            loss = (total[case[hit]] - score[hit]).sum() / len(chosen)
            for group in optimiser.param_groups:
                group["lr"] = RATE * min((step + 1) / RISE, 1 - step / steps + 0.01)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            step += 1
    linear = [layer for layer in net if isinstance(layer, nn.Linear)]
    return [(np.ascontiguousarray(one.weight.detach().numpy().T), one.bias.detach().numpy().copy()) for one in linear]
