"""The tools that score: popular, graph, similar, collaborative, search."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from knowledge.build import build
from knowledge.items import Item
from knowledge.sources.base import MemorySource
from tests.tools.running import call, context, ids, steps
from tests.tools.toy import SCHEMA, game, toy_base
from tools.base import BadArguments, Taste, ToolResult


def scores(result: ToolResult, source: str) -> dict[str, float]:
    assert result.candidates is not None
    return {c.item_id: s.score for c in result.candidates if (s := c.signal(source)) is not None}


def best(result: ToolResult, source: str, n: int = 1) -> list[str]:
    found = scores(result, source)
    return sorted(found, key=lambda i: (-found[i], i))[:n]


def test_popular_scores_all_by_fame(games: KnowledgeBase) -> None:
    assert best(call(context(games), "popular"), "popular", 3) == ["harbour", "lantern", "spice"]


def test_popular_among_values_scores_only_those_and_drops_nobody(games: KnowledgeBase) -> None:
    result = call(context(games), "popular", among=["kind:party", "person:Fay Gil"])
    assert set(scores(result, "popular")) == {"gnomes", "pirates", "moon"}
    assert len(ids(result)) == 12


def test_popular_recent_prefers_new_ones(games: KnowledgeBase) -> None:
    assert best(call(context(games), "popular", recent=True), "popular", 2) == ["moon", "signal"]


def test_graph_reaches_what_is_connected_and_turns_from_dislikes(games: KnowledgeBase) -> None:
    near = call(context(games), "graph", seeds=[{"entity": "item:fog"}])
    assert best(near, "graph") == ["lantern"]
    assert "fog" not in scores(near, "graph")
    away = call(context(games, taste=Taste(disliked={"theme:forest": 1.0, "person:Cy Dahl": 1.0})), "graph", seeds=[{"entity": "item:fog"}])
    assert scores(away, "graph")["lantern"] < scores(near, "graph")["lantern"]


def test_graph_counts_what_is_said_now_above_what_is_remembered(games: KnowledgeBase) -> None:
    ctx = context(games, taste=Taste(liked={"theme:forest": 1.0}))
    assert best(call(ctx, "graph", seeds=[{"entity": "theme:desert"}]), "graph")[0] in {"dunes", "spice"}
    assert best(call(ctx, "graph"), "graph")[0] in {"gnomes", "lantern", "fog"}


def test_graph_without_a_known_seed_scores_nothing(games: KnowledgeBase) -> None:
    result = call(context(games), "graph", seeds=[{"entity": "item:nowhere"}])
    assert scores(result, "graph") == {}
    assert len(ids(result)) == 12


def test_similar_finds_the_family_first(games: KnowledgeBase) -> None:
    assert best(call(context(games), "similar", items=["item:harbour-2"]), "similar", 2) == ["harbour", "harbour-3"]


def test_similar_to_a_mix_has_something_of_each(games: KnowledgeBase) -> None:
    alone = call(context(games), "similar", items=["gnomes"])
    mixed = call(context(games), "similar", items=["gnomes", "harbour"])
    assert best(mixed, "similar") == ["pirates"]
    assert best(alone, "similar") == ["pirates"]
    assert scores(mixed, "similar")["spice"] > scores(mixed, "similar")["quiet"]


def test_similar_but_unlike(games: KnowledgeBase) -> None:
    plain = scores(call(context(games), "similar", items=["harbour"]), "similar")
    unlike = scores(call(context(games), "similar", items=["harbour"], unlike=["harbour-3"]), "similar")
    assert plain["harbour-2"] > plain["spice"]
    assert unlike["spice"] > unlike["harbour-3"]
    assert plain["harbour-2"] - unlike["harbour-2"] > plain["moon"] - unlike["moon"]


def test_similar_to_nothing_known_is_a_bad_argument(games: KnowledgeBase) -> None:
    with pytest.raises(BadArguments, match="nowhere"):
        call(context(games), "similar", items=["item:nowhere"])


def test_search_finds_words_in_text_without_vectors(games: KnowledgeBase) -> None:
    result = call(context(games), "search", wish="carry spice through the desert")
    assert best(result, "search") == ["spice"]
    assert len(ids(result)) == 12


def test_search_by_meaning_and_words(bases: Path) -> None:
    base = toy_base(bases / "search", encoder="tfidf")
    result = call(context(base), "search", wish="children find their way home by light")
    assert best(result, "search") == ["lantern"]
    assert set(scores(result, "search")) == set(base.catalogue.ids)


def test_collaborative_follows_the_tribe(bases: Path) -> None:
    base = toy_base(bases / "tribe")
    ctx = context(base, taste=Taste(liked={"item:harbour": 1.0, "item:spice": 1.0}, history=("harbour", "spice")))
    result = call(ctx, "collaborative")
    assert set(best(result, "collaborative", 3)) == {"harbour-2", "harbour-3", "dunes"}
    assert not {"harbour", "spice"} & set(scores(result, "collaborative"))


def test_collaborative_dislikes_never_push_up(bases: Path) -> None:
    base = toy_base(bases / "dislike")
    liked = Taste(liked={"item:harbour": 1.0}, history=("harbour",))
    both = Taste(liked={"item:harbour": 1.0}, disliked={"item:gnomes": 1.0}, history=("harbour",))
    before, after = (scores(call(context(base, taste=t), "collaborative"), "collaborative") for t in (liked, both))
    assert all(after[i] <= before[i] + 1e-6 for i in after)
    assert after["pirates"] < before["pirates"]


def test_every_scoring_tool_respects_what_must_hold(games: KnowledgeBase) -> None:
    ctx = context(games, excluded=frozenset({"harbour-3"}), taste=Taste(disliked={"item:spice": 1.0}))
    plan = [("filter", {"where": {"facet": "theme", "has": ["sea", "trade"]}}), ("graph", {"seeds": [{"entity": "item:harbour"}]})]
    plan += [("similar", {"items": ["harbour"]}), ("popular", {}), ("search", {"wish": "ships"})]
    _, result = steps(ctx, *plan)
    assert ids(result) == ["harbour", "harbour-2", "pirates"]


def test_what_a_wish_found_has_in_common_is_its_theme(games: KnowledgeBase) -> None:
    import numpy as np

    from tools.candidates import Candidates
    from tools.wished import common_themes, wish_reasons

    sea = games.catalogue.facet("theme").positions("sea")
    near = np.full(len(games.catalogue), 0.1)
    near[sea] = 0.9
    found = Candidates(games.catalogue.ids, np.arange(len(games.catalogue)), columns={"search": near})
    few = found.take(np.argsort(-near, kind="stable"))
    import tools.wished as wished

    before, wished.NEAREST = wished.NEAREST, len(sea)
    least, wished.LEAST_LIFT = wished.LEAST_LIFT, 1.5
    try:
        themes = common_themes(games, few)
    finally:
        wished.NEAREST, wished.LEAST_LIFT = before, least
    assert max(themes, key=lambda n: themes[n]) == "theme:sea"
    item_id = games.catalogue.ids[int(sea[0])]
    texts = [e.text for e in wish_reasons(games, item_id, int(sea[0]), "salty voyages", themes)]
    assert any("sea" in t and t.endswith("close to what you describe") for t in texts)


def test_a_shared_theme_tells_more_of_likeness_than_a_shared_maker(tmp_path: Path) -> None:
    def one(item_id: str, maker: str, theme: str) -> Item:
        return game(item_id, item_id.title(), "party", maker, theme, 2000, 30, 2, 2, 1.0)

    items = [one("here", "Ana", "sea"), one("theme", "Bo", "sea"), one("maker", "Ana", "moon"), one("other", "Cy", "sand")]
    build(MemorySource(SCHEMA, items), tmp_path / "four", encoder=None)
    base = KnowledgeBase.open(tmp_path / "four")
    near = scores(call(context(base), "similar", items=["here"]), "similar")
    assert near["theme"] > near["maker"] > near["other"]


def test_of_what_is_equally_known_each_conversation_meets_another_part(tmp_path: Path) -> None:
    (tmp_path / "toys.csv").write_text("id,title,fame\n" + "\n".join(f"t{i:02},Toy {i:02},{5 if i < 20 else 1}" for i in range(40)))
    card = tmp_path / "card.yaml"
    card.write_text("name: toys\nsource: toys.csv\ncolumns: {id: id, title: title, popularity: fame}\n")
    build(str(tmp_path / "toys.csv"), tmp_path / "base", encoder=None, card=card)
    base = KnowledgeBase.open(tmp_path / "base")

    def first(seed: int) -> list[str]:
        return ids(steps(replace(context(base), seed=seed), ("popular", {}), ("rank", {}))[1])[:20]

    assert first(0) == [f"t{i:02}" for i in range(20)]
    assert set(first(7 * 1_000_003)) == set(first(0))
    assert first(7 * 1_000_003) == first(7 * 1_000_003 + 1) != first(8 * 1_000_003)
