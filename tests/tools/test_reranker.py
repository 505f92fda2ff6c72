"""The re-ranker: seeds, lexicon, blocks, sampling, storage."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knowledge.dialogues import Dialogue, Utterance, merge_turns, text_seeds
from knowledge.errors import BadInput, BaseDamaged
from knowledge.items import Item
from knowledge.schema import Facet, Schema
from tools.reranker.collection import Collection, queries_of
from tools.reranker.features import FEATURES, rows_of
from tools.reranker.lexicon import Lexicon
from tools.reranker.net import Inputs, Nets, learn_nets
from tools.reranker.ranker import DialogueRanker
from tools.reranker.scorers import Content, Floats
from tools.reranker.training import Settings, labels, out_of_fold, train

SCHEMA = Schema(name="games", facets=(Facet(name="kind", synonyms={"cooperative": ("co-op",)}), Facet(name="designer", kind="person")))
ITEMS = [
    Item(
        id=f"g{i:02}",
        title=f"Game{i:02}",
        facets={"kind": ("cooperative" if i % 2 else "trading",), "designer": (f"Ada Number{i % 5}",)},
    )
    for i in range(40)
]


def embed(texts: Sequence[str]) -> Floats:
    """Words as directions fixed by their hash: texts that share words are near."""
    rows = []
    for text in texts:
        row = np.full(16, 1e-3)
        for word in text.lower().split():
            row += np.random.default_rng(int(hashlib.sha256(word.encode()).hexdigest()[:8], 16)).standard_normal(16)
        rows.append(row / np.linalg.norm(row))
    return np.array(rows, dtype=np.float32).reshape(-1, 16)


def dialogue(number: int) -> Dialogue:
    """Whoever names item i is told i + 2 and then i + 4, of the same kind."""
    i = number % 34
    told = [f"g{i + 2:02}", f"g{i + 4:02}"]
    kind = "co-op" if i % 2 else "trading"
    return Dialogue(
        id=str(number),
        utterances=(
            Utterance(speaker="seeker", text=f"something {kind} please"),
            Utterance(speaker="seeker", text=f"I liked Game{i:02}", items=(f"g{i:02}",)),
            Utterance(speaker="recommender", text=f"Try Game{i + 2:02}", items=(told[0],)),
            Utterance(speaker="seeker", text="and another"),
            Utterance(speaker="recommender", text=f"Then Game{i + 4:02}", items=(told[1],)),
        ),
    )


@pytest.fixture(scope="module")
def collection() -> Collection:
    content = Content(ITEMS, SCHEMA, embed([i.title for i in ITEMS]))
    return Collection.of([dialogue(n) for n in range(136)], content, SCHEMA, embed)


SETTINGS = Settings(cases=300, rounds=20, blocks=4)


def test_turns_of_one_speaker_are_merged() -> None:
    turns = list(merge_turns(dialogue(0)))
    assert [t.speaker for t in turns] == ["seeker", "recommender", "seeker", "recommender"]
    assert turns[0].text == "something trading please I liked Game00"
    assert turns[0].items == ("g00",)


def test_text_seeds_weigh_what_was_asked_and_favour_the_nearest() -> None:
    similarity = np.array([0.9, 0.1, 0.8, -0.5], dtype=np.float32)
    seeds = text_seeds(similarity, ["dialogue:a", "dialogue:b", "dialogue:a", "dialogue:c"], weight=0.3, neighbours=4)
    assert sum(seeds.values()) == pytest.approx(0.3)
    assert seeds["dialogue:a"] > seeds["dialogue:b"] > seeds.get("dialogue:c", 0.0) == 0.0
    assert text_seeds(np.zeros(3, dtype=np.float32), ["a", "b", "c"]) == {}
    assert text_seeds(np.zeros(0, dtype=np.float32), []) == {}


def test_ties_at_the_cut_go_by_position() -> None:
    seeds = text_seeds(np.full(5, 0.5, dtype=np.float32), [f"dialogue:{i}" for i in range(5)], neighbours=2)
    assert set(seeds) == {"dialogue:0", "dialogue:1"}


def test_the_lexicon_takes_the_longest_match_and_needs_two_words_for_a_name() -> None:
    items = [Item(id="a", title="A", facets={"designer": ("Ada Berg", "Cher"), "kind": ("war game", "war")})]
    found = Lexicon.of(items, SCHEMA)
    assert found.find("a war game by ada berg, co-op, like Cher") == ["kind:war game", "person:Ada Berg", "kind:cooperative"]


def test_titles_are_not_taken_for_what_was_said(collection: Collection) -> None:
    assert all("game" not in word for case in collection.cases for word in case.entities)
    assert "kind:trading" in collection.cases[0].entities


def test_cases_hold_only_what_came_before(collection: Collection) -> None:
    first, second = collection.cases[:2]
    assert ([m.item for m in first.mentions], first.targets) == ([0], (2,))
    assert ([m.item for m in second.mentions], second.targets) == ([0, 2], (4,))
    assert "Game04" not in second.context


def test_blocks_are_runs_in_time_of_equal_length(collection: Collection) -> None:
    block = collection.blocks(4)
    assert (np.diff(block) >= 0).all()
    assert np.bincount(block).tolist() == [34, 34, 34, 34]


def test_a_block_is_scored_by_what_never_saw_it(collection: Collection) -> None:
    block = collection.blocks(4)
    past = collection.past(lambda d: block[d] != 1)
    assert {block[c.dialogue] for c in past.cases} == {0, 2, 3}
    assert not any(f"dialogue:{d}" in past.graph for d in range(34, 68))
    whole = collection.past()
    assert past.popularity.sum() == pytest.approx(whole.popularity.sum() * 3 / 4)


def test_negatives_are_kept_at_the_rate_whatever_their_score_and_weigh_its_inverse(collection: Collection) -> None:
    rows = out_of_fold(collection, Settings(cases=300, rate=0.25))
    every = out_of_fold(collection, Settings(cases=300, rate=1.0))
    negatives, all_negatives = rows.y == 0, every.y == 0
    assert set(rows.weight[negatives]) == {4.0}
    assert set(rows.weight[~negatives]) == {1.0}
    assert (rows.y > 0).sum() == (every.y > 0).sum()
    assert negatives.sum() / all_negatives.sum() == pytest.approx(0.25, abs=0.03)
    rank = FEATURES.index("rank_walk_text")
    # Keeping the hard ones alone would shift this mean.
    assert rows.x[negatives, rank].mean() == pytest.approx(every.x[all_negatives, rank].mean(), abs=0.1)


def test_rows_and_trees_are_the_same_each_time(collection: Collection) -> None:
    a, b = out_of_fold(collection, SETTINGS), out_of_fold(collection, SETTINGS)
    assert np.array_equal(a.x, b.x, equal_nan=True)
    first, second = train(a, SETTINGS), train(b, SETTINGS)
    assert first.models == second.models
    assert first.nets is not None
    assert second.nets is not None
    assert np.array_equal(first.nets.score(a.x), second.nets.score(b.x))
    other = train(a, replace(SETTINGS, seed=8)).nets
    assert other is not None
    assert not np.array_equal(first.nets.score(a.x), other.score(a.x))


def smooth(cases: int, seed: int) -> tuple[Floats, np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Twenty rows a case: wanted is the best sum of two features; a third is noise, sometimes missing, a fourth always the same."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((cases, 20, 4)).astype(np.float32)
    y = np.zeros((cases, 20), dtype=np.int8)
    y[np.arange(cases), (x[:, :, 0] + x[:, :, 1]).argmax(axis=1)] = 1
    x[:, :, 2][rng.random((cases, 20)) < 0.2] = np.nan
    x[:, :, 3] = 5.0
    return x.reshape(-1, 4), y.ravel(), np.repeat(np.arange(cases), 20)


def first_share(nets: Nets, cases: int = 500) -> float:
    """Return the share of unseen cases whose wanted row stands first; chance is .05, the better of the two features alone some .4."""
    x, y, _ = smooth(cases, seed=1)
    return float(np.mean(nets.score(x).reshape(-1, 20).argmax(axis=1) == y.reshape(-1, 20).argmax(axis=1)))


def test_a_net_learns_what_no_feature_says_alone_and_nothing_from_chance() -> None:
    x, y, case = smooth(1500, seed=0)
    weight = np.ones(len(y), dtype=np.float32)
    learnt = learn_nets(x, y, weight, case, count=1, seed=0)
    assert learnt is not None
    assert first_share(learnt) > 0.7
    shuffled = np.random.default_rng(2).permuted(y.reshape(-1, 20), axis=1).ravel()
    chance = learn_nets(x, shuffled, weight, case, count=1, seed=0)
    assert chance is not None
    assert first_share(chance) < 0.15


def test_learning_nets_leaves_torch_as_it_was() -> None:
    import torch

    x, y, case = smooth(40, seed=0)
    torch.manual_seed(3)
    expected, threads = torch.rand(1).item(), torch.get_num_threads()
    torch.manual_seed(3)
    learn_nets(x, y, np.ones(len(y), dtype=np.float32), case, count=1, seed=0)
    assert torch.rand(1).item() == expected
    assert torch.get_num_threads() == threads


def test_inputs_of_a_net_are_bounded_whatever_comes() -> None:
    x, _, _ = smooth(50, seed=0)
    inputs = Inputs.of(x)
    assert inputs.missing.tolist() == [2]
    odd = np.array([[1e9, -1e9, np.nan, 7.0], [0.0, np.nan, 0.0, 5.0]], dtype=np.float32)
    found = inputs(odd)
    assert np.isfinite(found).all()
    assert np.abs(found).max() <= 5.0
    # Standardised, then the scores of the quantiles (nothing to tell apart in the last), then what is missing.
    assert found.shape == (2, 9)
    assert found[0, :2].tolist() == [5.0, -5.0]
    assert (found[:, 7] == 0.0).all()
    assert found[:, 8].tolist() == [1.0, 0.0]
    grid = np.zeros((100, 4), dtype=np.float32)
    grid[:, 0] = np.linspace(-4, 4, 100)
    assert (np.diff(inputs(grid)[:, 4]) >= 0).all()


def test_nets_weigh_as_much_as_the_trees(collection: Collection) -> None:
    rows = out_of_fold(collection, SETTINGS)
    both = train(rows, SETTINGS)
    assert both.nets is not None
    alone = train(rows, replace(SETTINGS, nets=0))
    assert alone.nets is None
    assert np.allclose(both.score(rows.x), (alone.score(rows.x) + both.nets.score(rows.x)) / 2)


def test_without_torch_the_trees_stand_alone_and_it_is_said(
    collection: Collection, ranker: DialogueRanker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ranker.save(tmp_path)
    assert (tmp_path / "nets.npz").is_file()
    monkeypatch.setitem(sys.modules, "torch", None)
    told: list[str] = []
    bare = DialogueRanker.fit(collection, SETTINGS, progress=lambda what, done, total: told.append(what))
    assert bare.trees is not None
    assert bare.trees.nets is None
    assert "torch is not installed" in told[-1]
    queries = collection.queries.part(slice(0, 5))
    # What was learnt with torch is read without it.
    again = DialogueRanker.load(tmp_path, collection.past())
    assert np.array_equal(next(again.scores(queries)), next(ranker.scores(queries)))
    # Nets of an earlier fit must not stand beside the trees of a later one.
    bare.save(tmp_path)
    assert not (tmp_path / "nets.npz").exists()
    again = DialogueRanker.load(tmp_path, collection.past())
    assert np.array_equal(next(again.scores(queries)), next(bare.scores(queries)))


def test_mentioned_items_stay_out_of_the_pool_unless_repeats_count(collection: Collection) -> None:
    past = collection.past()
    queries = collection.queries.part(slice(0, 8))
    pool = rows_of(past, queries)
    assert not any(item in queries.cases[case].mentioned for case, item in zip(pool.case, pool.item, strict=True))
    again = rows_of(past, queries, repeats=True)
    assert all(m in again.item[again.case == q] for q, c in enumerate(queries.cases) for m in c.mentioned)
    assert labels(pool, queries.cases, len(ITEMS), repeats=False).sum() == 8


@pytest.fixture(scope="module")
def ranker(collection: Collection) -> DialogueRanker:
    return DialogueRanker.fit(collection, SETTINGS)


def test_it_finds_what_is_told_next(collection: Collection, ranker: DialogueRanker) -> None:
    queries = collection.queries.part(slice(0, 60))
    top = ranker.order(queries, 3)
    hits = [c.targets[0] in t for c, t in zip(queries.cases, top, strict=True)]
    assert np.mean(hits) > 0.8
    assert all(not set(t.tolist()) & c.mentioned for c, t in zip(queries.cases, top, strict=True))


def test_a_case_without_any_mention_is_ranked_too(collection: Collection, ranker: DialogueRanker) -> None:
    from tools.reranker.cases import situation

    case = situation([("seeker", "anything", ())], [i.title for i in ITEMS], collection.lexicon)
    scores = next(ranker.scores(queries_of([case], embed)))
    assert scores.shape == (1, len(ITEMS))
    assert np.isfinite(scores).all()


def test_what_was_saved_scores_the_same(collection: Collection, ranker: DialogueRanker, tmp_path: Path) -> None:
    ranker.save(tmp_path)
    again = DialogueRanker.load(tmp_path, collection.past())
    queries = collection.queries.part(slice(0, 5))
    assert np.array_equal(next(ranker.scores(queries)), next(again.scores(queries)))
    stored = json.loads((tmp_path / "trees.json").read_text(encoding="utf-8"))
    del stored["nets"]
    (tmp_path / "trees.json").write_text(json.dumps(stored), encoding="utf-8")
    before = DialogueRanker.load(tmp_path, collection.past())
    assert before.trees is not None
    assert before.trees.nets is None
    assert np.isfinite(next(before.scores(queries))).all()
    (tmp_path / "trees.json").write_text(json.dumps({**stored, "nets": True}), encoding="utf-8")
    (tmp_path / "nets.npz").write_bytes((tmp_path / "nets.npz").read_bytes()[:1000])
    with pytest.raises(BaseDamaged, match=r"nets\.npz.*sommelier fit"):
        DialogueRanker.load(tmp_path, collection.past())
    (tmp_path / "trees.json").write_text("{}", encoding="utf-8")
    with pytest.raises(BaseDamaged, match="sommelier fit"):
        DialogueRanker.load(tmp_path, collection.past())


def test_too_few_dialogues_are_said() -> None:
    content = Content(ITEMS, SCHEMA, embed([i.title for i in ITEMS]))
    with pytest.raises(BadInput, match="1 dialogues hold too few"):
        DialogueRanker.fit(Collection.of([dialogue(0)], content, SCHEMA, embed), SETTINGS)


def test_a_base_keeps_its_re_ranker_and_rank_uses_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from knowledge.base import KnowledgeBase
    from knowledge.build import build
    from knowledge.sources.base import MemorySource
    from tools.base import Taste, ToolContext
    from tools.rank import TOOL
    from tools.reranker import stored

    monkeypatch.setenv("SOMMELIER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(stored, "FEWEST", 50)
    build(MemorySource(SCHEMA, ITEMS, dialogues=[dialogue(n) for n in range(136)]), tmp_path / "base", encoder="tfidf")
    base = KnowledgeBase.open(tmp_path / "base")
    said = Utterance(speaker="seeker", text="something trading please", items=("g06", "nowhere"))
    assert stored.dialogue_scores(base, [said]) is None
    assert not stored.has_nets(base)
    assert stored.fit_reranker(base, SETTINGS) == 136
    assert stored.has_nets(base)
    scores = stored.dialogue_scores(base, [said])
    assert scores is not None
    assert base.catalogue.ids[int(np.nanargmax(scores))] in {"g08", "g10"}
    assert np.isnan(scores[base.catalogue.index("g06")])
    ranked = TOOL.run(ToolContext(base=base, text="something trading please"), TOOL.parse({}))
    assert ranked.candidates is not None
    assert any(c.signal("dialogues") for c in ranked.candidates)

    def scored(**more: Any) -> list[float | None]:
        """What the re-ranker gives each item, in catalogue order."""
        found = TOOL.run(ToolContext(base=base, **more), TOOL.parse({})).candidates or ()
        return [s.score if (s := c.signal("dialogues")) else None for c in sorted(found, key=lambda c: c.item_id)]

    # The whole dialogue counts, what the other side named in it, and what is remembered from before as if it had been said first.
    before = [
        Utterance(speaker="seeker", text="something trading please"),
        Utterance(speaker="recommender", text="this one", items=("g06",)),
    ]
    now = Utterance(speaker="seeker", text="and another")
    whole = scored(dialogue=(*before, now))
    assert whole != scored(dialogue=(now,))
    assert whole != scored(dialogue=(before[0], Utterance(speaker="recommender", text="this one"), now))
    remembered = scored(dialogue=(now,), taste=Taste(liked={"item:g06": 1.0}, history=("g06",)))
    assert remembered == scored(dialogue=(Utterance(speaker="seeker", text="", items=("g06",)), now))


def test_the_report_of_a_fit_says_whether_nets_stand_beside_the_trees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from knowledge.base import KnowledgeBase
    from knowledge.build import build
    from knowledge.sources.base import Events, MemorySource
    from tools.fit import fit
    from tools.reranker import stored

    monkeypatch.setenv("SOMMELIER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(stored, "FEWEST", 50)
    monkeypatch.setattr("tools.reranker.ranker.Settings", lambda: SETTINGS)
    events = Events.of((f"u{u}", f"g{i % 40:02}", 1.0, float(i)) for u in range(20) for i in range(u, u + 8))
    build(MemorySource(SCHEMA, ITEMS, events=events, dialogues=[dialogue(n) for n in range(136)]), tmp_path / "base", encoder="tfidf")
    report = fit(KnowledgeBase.open(tmp_path / "base"), fusion=False)
    assert (report.dialogues, report.to_json()["nets"]) == (136, True)
    monkeypatch.setitem(sys.modules, "torch", None)
    report = fit(KnowledgeBase.open(tmp_path / "base"), fusion=False)
    assert (report.dialogues, report.to_json()["nets"]) == (136, False)
