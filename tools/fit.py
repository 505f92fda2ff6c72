"""What `sommelier fit BASE` does: the base's ranker chosen, weighed and stored, then how much each tool counts in each situation."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

__all__ = ["FitReport", "fit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FitReport:
    """What was fitted.

    `ranker` is the choice made on validation (see `tools.rankers.Choice.to_json`), `folder` where it is kept, `cold` how many items have no
    history and get their scores from words, 0 also where the base has no vectors.
    """

    base: str
    folder: Path
    ranker: Mapping[str, Any]
    cold: int
    seconds: float
    dialogues: int = 0
    """Past dialogues the re-ranker was learnt from; 0 where there are too few."""
    nets: bool = False
    """Whether the re-ranker has nets beside its trees; they are learnt where torch is installed."""
    fusion: Mapping[str, Any] = field(default_factory=dict)
    """What fusion was learnt (`tools.fusing.FusionReport.to_json`); empty where it was left out."""

    def to_json(self) -> dict[str, Any]:
        """Return it JSON-plain."""
        return {
            "base": self.base,
            "folder": str(self.folder),
            "ranker": dict(self.ranker),
            "cold": self.cold,
            "dialogues": self.dialogues,
            "nets": self.nets,
            "fusion": dict(self.fusion),
            "seconds": round(self.seconds, 2),
        }


def fit(
    base: KnowledgeBase | str | Path, *, seed: int = 0, fusion: bool = True, progress: Callable[[str], None] | None = None
) -> FitReport:
    """Fit the base's ranker and the weights of fusion, and store them in `BASE/fitted`; the same base and seed give the same.

    Args:
        base: an open base, its directory or its name.
        seed: decides what is held out.
        fusion: learn the weights of fusion as well, which takes the most time.
        progress: told what is being done.

    Raises:
        Unavailable: the base holds no interactions.
        BaseMissing, BaseOutdated, BaseDamaged: it cannot be opened.
    """
    from knowledge.base import KnowledgeBase
    from tools.fusing import fit_fusion, store_fusion
    from tools.rankers import fit_ranker, store_ranker

    opened = base if isinstance(base, KnowledgeBase) else KnowledgeBase.open(base)
    started = time.perf_counter()
    ranker = fit_ranker(opened, seed=seed, progress=progress)
    folder = store_ranker(opened, ranker)
    weighed = fit_fusion(opened, ranker.choice, seed=seed, progress=progress) if fusion else None
    if weighed is not None:
        store_fusion(opened, weighed)
    dialogues, nets = _learn_from_dialogues(opened, progress)
    cold = len(ranker.mapping.cold) if ranker.mapping else 0
    return FitReport(
        base=opened.name,
        folder=folder,
        ranker=ranker.choice,
        cold=cold,
        dialogues=dialogues,
        nets=nets,
        fusion=weighed.to_json() if weighed else {},
        seconds=time.perf_counter() - started,
    )


def _learn_from_dialogues(base: KnowledgeBase, progress: Callable[[str], None] | None) -> tuple[int, bool]:
    """Store what past dialogues teach: the vectors of their contexts and the re-ranker.

    Returns how many dialogues it was learnt from, and whether it has nets.
    """
    if not (base.has("dialogues") and base.has("vectors")):
        return 0, False
    from tools.past import store_contexts
    from tools.reranker.stored import fit_reranker, has_nets

    if progress is not None:
        progress(f"learning from {len(base.dialogues):,} past dialogues")
    store_contexts(base)
    learnt = fit_reranker(base)
    return learnt, learnt > 0 and has_nets(base)
