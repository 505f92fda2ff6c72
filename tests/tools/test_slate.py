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


def test_what_all_share_comes_after_what_sets_one_apart(games: KnowledgeBase) -> None:
    targets = [{"number": "heavy", "direction": "less", "of": ["item:harbour"]}]
    result = steps(context(games), ("similar", {"items": ["harbour"]}), ("rank", {"targets": targets}), ("slate", {"k": 3}))[1]
    why = result.data["why"]
    assert len(why) == 3
    steps_taken = [next(r for r in reasons if r["text"] == "lighter than Harbour") for reasons in why.values()]
    assert len({r["weight"] for r in steps_taken}) == 1
    assert any(reasons[0]["text"] != "lighter than Harbour" for reasons in why.values())


def test_an_item_without_a_reason_of_its_own_is_told_apart_by_what_it_has_most_of(games: KnowledgeBase) -> None:
    from tools.apart import told_apart

    why = told_apart(games, {"harbour": (), "gnomes": (), "moon": ()})
    said = {item_id: [e.text for e in found] for item_id, found in why.items()}
    column = games.catalogue.number("funny")
    funniest = max(said, key=lambda i: float(column[games.catalogue.index(i)]))
    assert all(len(texts) <= 1 for texts in said.values())
    assert len({t for texts in said.values() for t in texts}) == sum(map(len, said.values())) > 0
    for item_id, texts in said.items():
        if texts == ["the funniest of these"]:
            assert item_id == funniest


def test_a_preferred_value_that_enough_items_have_is_held_to(games: KnowledgeBase) -> None:
    prefer = ["theme:sea", "kind:strategy"]
    result = steps(context(games), ("popular", {}), ("rank", {"prefer": prefer}), ("slate", {"k": 3}))[1]
    held = [i for i in games.catalogue.ids if "strategy" in games.catalogue.item(i).facets.get("kind", ())]
    assert len(held) >= 4
    assert set(ids(result)) <= set(held)


def test_what_is_kept_out_in_free_words_is_told_in_those_words(games: KnowledgeBase) -> None:
    from knowledge.predicates import AnyOf, Contains, Has, NotThat
    from tools.evidence import constraint_reason

    unwanted = AnyOf(parts=(Contains(text="submarines"), Has(facet="theme", values=("sea",))))
    for position, item_id in enumerate(games.catalogue.ids):
        reason = constraint_reason(games, item_id, position, NotThat(part=unwanted))
        if games.catalogue.select(unwanted)[position]:
            assert reason is None
        else:
            assert reason is not None
            assert reason.text == "nothing in its record says “submarines”"
