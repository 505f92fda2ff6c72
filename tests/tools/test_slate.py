"""The final choice: page-level pairs that must come out right, caps, reasons."""

from __future__ import annotations

from collections import Counter

from knowledge.base import KnowledgeBase
from knowledge.predicates import Has
from tests.tools.running import call, context, ids, steps
from tools.candidates import Candidate


def ranked(games: KnowledgeBase, **scores: float) -> tuple[Candidate, ...]:
    return tuple(Candidate(item_id=i.replace("_", "-"), score=s, contributions={"x": s}) for i, s in scores.items())


def test_plain_best_without_diversity(games: KnowledgeBase) -> None:
    given = ranked(games, gnomes=0.9, pirates=0.8, moon=0.7, quiet=0.1)
    assert ids(call(context(games, candidates=given), "slate", k=3, diversity=0)) == ["gnomes", "pirates", "moon"]


def test_one_of_a_series_and_two_of_a_person_unless_asked_for(games: KnowledgeBase) -> None:
    given = ranked(games, harbour_2=1.0, harbour_3=0.99, harbour=0.98, signal=0.97, quiet=0.1, spice=0.09)
    shown = ids(call(context(games, candidates=given), "slate", k=4))
    assert len({"harbour-2", "harbour-3"} & set(shown)) == 1
    makers = Counter(games.catalogue.item(i).facets["designer"][0] for i in shown)
    assert makers["Ana Berg"] == 2
    asked = context(games, candidates=given, where=Has(facet="designer", values=("Ana Berg",)))
    assert len(ids(call(asked, "slate", k=4))) == 4


def test_caps_give_way_before_the_slate_stays_short(games: KnowledgeBase) -> None:
    given = ranked(games, harbour_2=1.0, harbour_3=0.9)
    assert ids(call(context(games, candidates=given), "slate", k=2)) == ["harbour-2", "harbour-3"]


def test_a_near_duplicate_loses_to_something_new_of_nearly_the_same_worth(games: KnowledgeBase) -> None:
    given = ranked(games, fog=1.0, lantern=0.9, moon=0.88, quiet=0.0)
    assert ids(call(context(games, candidates=given), "slate", k=2)) == ["fog", "moon"]


def test_something_irrelevant_loses_however_new(games: KnowledgeBase) -> None:
    given = ranked(games, fog=1.0, lantern=0.9, gnomes=0.05, quiet=0.0)
    assert ids(call(context(games, candidates=given), "slate", k=2)) == ["fog", "lantern"]


def test_fewer_candidates_than_asked_for(games: KnowledgeBase) -> None:
    result = call(context(games, candidates=ranked(games, fog=1.0), excluded=frozenset({"moon"})), "slate", k=5)
    assert ids(result) == ["fog"]
    nothing = call(context(games, candidates=()), "slate", k=5)
    assert ids(nothing) == []
    assert nothing.data == {"items": [], "why": {}}


def test_unranked_candidates_are_fused_first(games: KnowledgeBase) -> None:
    _, result = steps(context(games), ("popular", {}), ("slate", {"k": 1}))
    assert ids(result) == ["harbour"]
    assert result.candidates is not None
    assert result.candidates[0].score is not None


def test_an_example_is_not_its_own_suggestion(games: KnowledgeBase) -> None:
    plan = [("similar", {"items": ["harbour"]}), ("popular", {}), ("rank", {}), ("slate", {"k": 12})]
    _, result = steps(context(games, named=frozenset({"harbour"})), *plan)
    assert "harbour" not in ids(result)
    assert len(ids(result)) == 11


def test_surprise_is_another_draw_with_each_seed_and_the_same_with_the_same(dice: KnowledgeBase) -> None:
    draws = []
    for seed in (1, 1, 2, 3):
        _, result = steps(context(dice, seed=seed), ("popular", {}), ("rank", {}), ("slate", {"k": 3, "surprise": True}))
        draws.append(tuple(ids(result)))
    assert draws[0] == draws[1]
    assert len(set(draws)) > 1


def test_every_shown_item_carries_its_reasons(games: KnowledgeBase) -> None:
    _, result = steps(context(games), ("similar", {"items": ["harbour"]}), ("rank", {}), ("slate", {"k": 3}))
    assert result.candidates is not None
    for candidate in result.candidates:
        signal = candidate.signal("slate")
        assert signal is not None
        assert [e.text for e in signal.evidence] == [w["text"] for w in result.data["why"][candidate.item_id]]
        assert any("Harbour" in e.text for e in signal.evidence)
