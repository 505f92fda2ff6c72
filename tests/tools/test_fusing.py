"""Learning how much each tool counts, on bases whose right weights are known by how they were made."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from app import main
from knowledge.base import KnowledgeBase
from knowledge.build import build
from knowledge.items import Item
from knowledge.schema import Facet, ItemWords, Schema
from knowledge.sources.base import Events, MemorySource
from tools.collaborative import ranker_of
from tools.fusing import Cases, fit_fusion, learn, store_fusion
from tools.fusing.learn import FURTHEST
from tools.fusing.situations import told
from tools.fusing.worlds import world_without
from tools.fusion import DEFAULT_WEIGHTS, weights_for
from tools.similar import likeness

CHOICE = {"weights": {"item-knn": 1.0}, "settings": {"item-knn": {"shrink": 0.0}}}
CLANS, EACH = 24, 10


def clan_base(folder: Path, *, told_by: str, people: int = 120) -> KnowledgeBase:
    """Two hundred and forty toys of twenty-four clans; a person loves the toys of one clan.

    `told_by` "people": a toy's attributes are dice, only who took what tells the clan. "fame": everybody takes what is famous.
    """
    rng = np.random.default_rng(3)
    schema = Schema(
        name="toys",
        item=ItemWords(singular="toy", plural="toys"),
        facets=(Facet(name="colour", plural="colours", phrase="{}"), Facet(name="shape", plural="shapes", phrase="{}")),
    )
    n = CLANS * EACH
    items = [
        Item(
            id=f"t{at:03d}",
            title=f"Toy {at}",
            facets={"colour": (f"colour {rng.integers(10)}",), "shape": (f"shape {rng.integers(10)}",)},
            popularity=float(n - at) if told_by == "fame" else float(rng.permutation(n)[0]),
        )
        for at in range(n)
    ]
    rows = []
    for person in range(people):
        if told_by == "fame":
            odds = 1.0 / np.arange(1, n + 1)
            loved = rng.choice(n, 10, replace=False, p=odds / odds.sum())
        else:
            loved = person % CLANS + CLANS * rng.permutation(EACH)
        rows += [(f"p{person:03d}", f"t{item:03d}", 1.0, float(at)) for at, item in enumerate(loved.tolist())]
    build(MemorySource(schema, items, events=Events.of(rows)), folder, encoder=None)
    return KnowledgeBase.open(folder)


@pytest.fixture(scope="module")
def clans(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    return clan_base(tmp_path_factory.mktemp("clans") / "toys", told_by="people")


def made_cases(seed: int, n: int = 80) -> Cases:
    """Return cases in which the second of three signals tells what is right and the others are dice."""
    rng = np.random.default_rng(seed)
    right = np.zeros((n, 60), dtype=np.bool_)
    right[:, :5] = True
    signals = rng.random((n, 60, 3)).astype(np.float32)
    signals[:, :, 1] = 0.4 * right + 0.6 * signals[:, :, 1]
    return Cases(
        sources=("a", "b", "c"), signals=signals, against=np.zeros((n, 60), np.float32), right=right, sizes=np.full(n, 5, dtype=np.int64)
    )


def test_what_tells_gains_and_dice_lose() -> None:
    found = learn(made_cases(1), np.array([1.0, 0.5, 1.0]), made_cases(2))
    a, b, c = found.weights
    assert b > 0.5
    assert max(a, c) < 1.0
    assert found.kept
    assert found.after > found.before + 0.1


def test_weights_stay_above_nothing_and_near_the_defaults() -> None:
    default = np.array([1.0, 0.5, 1.0])
    weights = np.array(learn(made_cases(1), default, made_cases(2)).weights)
    assert (weights >= default / FURTHEST - 1e-3).all()
    assert (weights <= default * FURTHEST + 1e-3).all()


def test_dice_alone_leave_the_defaults() -> None:
    cases = made_cases(1)
    rng = np.random.default_rng(9)
    dice = Cases(
        sources=cases.sources,
        signals=rng.random(cases.signals.shape).astype(np.float32),
        against=cases.against,
        right=cases.right,
        sizes=cases.sizes,
    )
    others = Cases(
        sources=cases.sources,
        signals=rng.random(cases.signals.shape).astype(np.float32),
        against=cases.against,
        right=cases.right,
        sizes=cases.sizes,
    )
    assert not learn(dice, np.array([1.0, 1.0, 1.0]), others).kept


def test_what_is_against_stands_behind_all_weights() -> None:
    cases = made_cases(1)
    against = -np.ones_like(cases.against) * cases.right
    barred = Cases(sources=cases.sources, signals=cases.signals, against=against, right=cases.right, sizes=cases.sizes)
    assert barred.ndcg(np.array([1.0, 40.0, 1.0])).max() == 0.0


def test_nobody_held_out_is_in_the_world(clans: KnowledgeBase) -> None:
    gone = list(range(0, 120, 2))
    world = world_without(clans, gone, CHOICE)
    names = {clans.interactions.users[p] for p in gone}
    assert names.isdisjoint(world.interactions.users)
    assert len(world.interactions.users) == 60
    assert not any(world.graph.neighbours(f"user:{name}") for name in names)
    assert all(clans.graph.neighbours(f"user:{name}") for name in names)
    # The even clans are known by those who went alone: nothing is left that ties their toys to each other.
    for tool_scores in (ranker_of(world).score({0: 1.0, CLANS: 1.0}), likeness(world, 0)):
        kin = np.asarray(tool_scores)[2 * CLANS :: CLANS]
        strangers = np.asarray(tool_scores)[2 * CLANS + 1 :: CLANS]
        assert abs(kin.mean() - strangers.mean()) < 0.1 * max(1e-9, np.abs(likeness(clans, 0)).max() + np.abs(kin).max())


def test_popularity_counted_from_people_is_counted_again(tmp_path: Path) -> None:
    schema = Schema(name="toys", item=ItemWords(singular="toy", plural="toys"), facets=())
    rows = [("p1", "a", 1.0, 1.0), ("p1", "b", 1.0, 2.0), ("p2", "a", 1.0, 1.0)]
    items = [Item(id="a", title="A"), Item(id="b", title="B")]
    build(MemorySource(schema, items, events=Events.of(rows)), tmp_path / "toys", encoder=None)
    base = KnowledgeBase.open(tmp_path / "toys")
    world = world_without(base, [0], {"weights": {"popularity": 1.0}})
    assert base.catalogue.popularity.tolist() == [2.0, 1.0]
    assert world.catalogue.popularity.tolist() == [1.0, 0.0]


@pytest.mark.parametrize("situation", ["history", "seeds", "liked", "wish", "cold"])
def test_what_is_told_is_not_what_is_to_be_found(clans: KnowledgeBase, situation) -> None:
    loved = [int(i) for i in np.flatnonzero(clans.interactions.positive()[[5]].toarray()[0])]
    some = 0
    for seed in range(20):
        what = told(clans, situation, loved, np.random.default_rng(seed))
        if what is None:
            continue
        some += 1
        known = {clans.catalogue.index(i) for i in what.taste.seen | what.excluded}
        assert what.hidden <= set(loved)
        assert known.isdisjoint(what.hidden)
        assert what.hidden
        assert bool(what.taste.liked) == (situation in ("history", "liked"))
    assert some


def test_people_who_tell_everything_are_heard_more(clans: KnowledgeBase) -> None:
    report = fit_fusion(clans, CHOICE, seed=1)
    found = report.learnt["seeds"]
    learnt = dict(zip(found.sources, found.weights, strict=True))
    usual = DEFAULT_WEIGHTS["seeds"]
    # Attributes are dice here: what goes by people gains on what goes by attributes.
    assert learnt["collaborative"] / learnt["similar"] > usual["collaborative"] / usual["similar"]
    assert found.after > found.before
    assert found.kept


def test_fame_that_tells_everything_is_heard_more(tmp_path: Path) -> None:
    base = clan_base(tmp_path / "toys", told_by="fame")
    found = fit_fusion(base, CHOICE).learnt["seeds"]
    learnt = dict(zip(found.sources, found.weights, strict=True))
    assert learnt["popular"] > 1.5 * DEFAULT_WEIGHTS["seeds"]["popular"]
    assert found.after > found.before


def test_learning_twice_gives_the_same_and_is_stored(clans: KnowledgeBase) -> None:
    one, two = fit_fusion(clans, CHOICE, seed=1), fit_fusion(clans, CHOICE, seed=1)
    assert one.to_json() == two.to_json()
    store_fusion(clans, one)
    weights = weights_for(clans, "seeds")
    assert weights["collaborative"] == one.weights["seeds"]["collaborative"]
    # What was not learnt keeps its default, and so does every situation in which learning did not help.
    assert weights["wish"] == DEFAULT_WEIGHTS["seeds"]["wish"]
    for situation, found in one.learnt.items():
        if not found.kept:
            assert weights_for(clans, situation) == DEFAULT_WEIGHTS[situation]
    (clans.fitted / "fusion.json").unlink()


def test_too_few_people_leave_the_defaults(games: KnowledgeBase) -> None:
    report = fit_fusion(games, CHOICE)
    assert report.learnt == {}
    assert report.weights == {}


def test_the_command_says_what_it_brought(clans: KnowledgeBase, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fit", str(clans.path), "--quiet", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["fusion"]
    assert found["people"] == 120
    assert set(found["NDCG@20"]["seeds"]) == {"before", "after", "error of the difference", "cases", "kept"}
    stored = json.loads((clans.fitted / "fusion.json").read_text())
    assert stored["measured"]["NDCG@20"] == found["NDCG@20"]
