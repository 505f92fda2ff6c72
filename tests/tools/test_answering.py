"""The tools that answer: lookup, compare, explain, ask."""

from __future__ import annotations

import pytest

from knowledge.base import KnowledgeBase
from knowledge.predicates import AllOf, Has, Within, from_json
from tests.tools.running import call, context, ids, steps
from tools.ask import as_question
from tools.base import BadArguments, Taste


def test_facts_of_an_item(games: KnowledgeBase) -> None:
    fact = call(context(games), "lookup", kind="fact", entity="item:fog", attribute="designer")
    assert fact.data["values"] == ["Cy Dahl"]
    assert fact.data["words"] == "designed by Cy Dahl"
    assert fact.evidence[0].ids == ("item:fog", "person:Cy Dahl")
    assert call(context(games), "lookup", kind="fact", entity="fog", attribute="minutes").data["words"] == "40 minutes"
    missing = call(context(games), "lookup", kind="fact", entity="item:quiet", attribute="family")
    assert (missing.data["known"], missing.data["values"]) == (False, [])


def test_an_unknown_attribute_or_item_names_what_there_is(games: KnowledgeBase) -> None:
    with pytest.raises(BadArguments, match="designer"):
        call(context(games), "lookup", kind="fact", entity="item:fog", attribute="publisher")
    with pytest.raises(BadArguments, match="nowhere"):
        call(context(games), "lookup", kind="describe", entity="item:nowhere")


def test_counts_are_over_the_whole_catalogue_whatever_holds_now(games: KnowledgeBase) -> None:
    ctx = context(games, where=Within(number="year", low=2015), excluded=frozenset({"fog"}), candidates=())
    count = call(ctx, "lookup", kind="count", where={"facet": "kind", "has": ["coop"]})
    assert (count.data["count"], count.data["of"]) == (4, 12)
    assert count.data["words"] == "cooperative"
    by_entity = call(ctx, "lookup", kind="count", entity="person:Cy Dahl")
    assert by_entity.data["count"] == 3


def test_superlatives(games: KnowledgeBase) -> None:
    longest = call(
        context(games), "lookup", kind="superlative", attribute="minutes", direction="most", where={"facet": "kind", "has": ["cooperative"]}
    )
    assert [(i["id"], i["words"]) for i in longest.data["items"][:2]] == [("moon", "120 minutes"), ("signal", "45 minutes")]
    oldest = call(context(games), "lookup", kind="superlative", attribute="year", direction="least")
    assert oldest.data["items"][0]["id"] == "quiet"
    heaviest = call(context(games), "lookup", kind="superlative", attribute="heavy", direction="most")
    assert (heaviest.data["items"][0]["id"], heaviest.data["ties"]) == ("dunes", 2)
    with pytest.raises(BadArguments, match="minutes"):
        call(context(games), "lookup", kind="superlative", attribute="weight")


def test_whether_something_is_there(games: KnowledgeBase) -> None:
    assert call(context(games), "lookup", kind="have", entity="item:fog").data["have"]
    assert call(context(games), "lookup", kind="have", text="too many gnomes").data["items"][0]["id"] == "gnomes"
    absent = call(context(games), "lookup", kind="have", text="Too Many Gnomez")
    assert (absent.data["have"], absent.data["near"][0]) == (False, "Too Many Gnomes")
    assert call(context(games), "lookup", kind="have", text="Blarghfoo").data["near"] == []


def test_other_works_of_a_person_and_of_an_items_makers(games: KnowledgeBase) -> None:
    person = call(context(games), "lookup", kind="other_works", entity="person:Cy Dahl")
    assert [i["id"] for i in person.data["items"]] == ["lantern", "fog", "signal"]
    makers = call(context(games), "lookup", kind="other_works", entity="item:fog")
    assert [i["id"] for i in makers.data["items"]] == ["lantern"]
    assert makers.data["groups"][0]["words"] == "designed by Cy Dahl"


def test_lists_come_by_fame_with_values_counted(games: KnowledgeBase) -> None:
    found = call(context(games), "lookup", kind="list", where={"facet": "theme", "has": ["sea"]}, attribute="designer", limit=2)
    assert [i["id"] for i in found.data["items"]] == ["harbour", "harbour-2"]
    assert found.data["count"] == 4
    assert found.data["values"][0] == {"value": "Ana Berg", "count": 3}


def test_compare_parts_what_is_shared_from_what_differs(games: KnowledgeBase) -> None:
    result = call(context(games), "compare", items=["item:fog", "item:lantern"])
    same = {entry["attribute"]: entry["values"] for entry in result.data["same"]}
    assert same["designer"] == ["Cy Dahl"]
    assert same["funny"] == 1.0
    different = {entry["attribute"]: entry["values"] for entry in result.data["different"]}
    assert different["theme"] == {"fog": ["weather"], "lantern": ["light"]}
    longer = next(e for e in result.data["extremes"] if e["number"] == "minutes")
    assert (longer["most"], longer["words"]["more"]) == ("fog", "longer")
    with pytest.raises(BadArguments, match="two"):
        call(context(games), "compare", items=["item:fog", "item:nowhere"])


def texts(games: KnowledgeBase, *plan: tuple[str, dict[str, object]], of: str, mode: str = "why", **fields: object) -> list[str]:
    ctx, _ = steps(context(games, **fields), *plan)
    return [r["text"] for r in call(ctx, "explain", items=[f"item:{of}"], mode=mode).data["items"][0]["reasons"]]


def test_why_names_what_is_shared_with_the_example(games: KnowledgeBase) -> None:
    why = texts(games, ("similar", {"items": ["harbour"]}), ("rank", {}), of="harbour-3")
    assert any(t == "designed by Ana Berg, like Harbour" for t in why)
    assert any("of the" in t and "people here who like Harbour" in t for t in why)


def test_what_is_shared_with_several_examples_is_said_once(games: KnowledgeBase) -> None:
    why = texts(games, ("similar", {"items": ["harbour", "harbour-2"]}), ("rank", {}), of="harbour-3")
    assert "designed by Ana Berg, like Harbour and Harbour: Storms" in why
    assert "part of Harbour, like Harbour: Storms" in why


def test_why_names_the_condition_the_step_the_wish_and_the_liking(games: KnowledgeBase) -> None:
    taste = Taste(liked={"person:Cy Dahl": 1.0})
    plan = (
        ("filter", {"where": {"all": [{"facet": "kind", "has": ["co-op"]}, {"number": "minutes", "max": 60}]}}),
        ("search", {"wish": "children who find their way home"}),
        ("rank", {"targets": [{"number": "heavy", "direction": "less", "of": ["item:fog"]}], "prefer": ["theme:forest"]}),
    )
    ctx, _ = steps(context(games, taste=taste), *plan)
    why = [r["text"] for r in call(ctx, "explain", items=["lantern"], k=9).data["items"][0]["reasons"]]
    assert "lighter than Fog" in why
    assert "cooperative, as you asked" in why
    assert "30 minutes, as you asked" in why
    assert "forest, as you wished" in why
    assert "designed by Cy Dahl, whom you like" in why
    assert any(t.startswith("its description speaks of") and "“home”" in t for t in why)


def test_what_was_only_named_is_not_said_to_be_liked(games: KnowledgeBase) -> None:
    why = texts(games, ("graph", {"seeds": [{"entity": "person:Cy Dahl"}]}), ("rank", {}), of="fog")
    assert "designed by Cy Dahl, whom you named" in why


def test_why_not_names_the_broken_condition_with_the_items_own_value(games: KnowledgeBase) -> None:
    where = AllOf(parts=(from_json({"number": "minutes", "max": 60}), from_json({"not": {"facet": "theme", "has": ["space"]}})))
    assert texts(games, of="moon", mode="why_not", where=where) == [
        "120 minutes, but you asked for at most 60 minutes",
        "space, which you did not want",
    ]


def test_why_not_names_dislikes_and_what_is_known(games: KnowledgeBase) -> None:
    taste = Taste(disliked={"theme:space": 1.0, "item:quiet": 1.0}, seen=frozenset({"fog"}))
    assert texts(games, of="moon", mode="why_not", taste=taste) == ["space, which you do not like"]
    assert "do not like Quiet" in texts(games, of="quiet", mode="why_not", taste=taste)[0]
    assert "already know Fog" in texts(games, of="fog", mode="why_not", taste=taste)[0]


def test_why_not_says_where_the_score_lost(games: KnowledgeBase) -> None:
    ctx, _ = steps(context(games), ("similar", {"items": ["harbour"]}), ("rank", {}))
    answer = call(ctx, "explain", items=["gnomes"], mode="why_not").data["items"][0]
    assert answer["rank"] > 5
    assert sum(answer["contributions"].values()) == pytest.approx(answer["score"])
    assert any("speaks more for" in r["text"] for r in answer["reasons"])


def test_the_question_splits_and_its_choices_can_be_applied(games: KnowledgeBase) -> None:
    ctx, _ = steps(context(games), ("popular", {}), ("rank", {}))
    result = call(ctx, "ask")
    question = as_question(result.data)
    assert question is not None
    assert 2 <= len(question["options"]) <= 4
    for choice in question["choices"]:
        kept = ids(call(ctx, "filter", where=choice["where"]))
        assert 0 < len(kept) < 12
        assert len(kept) == choice["count"]


def test_what_is_known_or_was_asked_is_not_asked_again(games: KnowledgeBase) -> None:
    first = call(context(games), "ask").data["attribute"]
    assert call(context(games), "ask", avoid=[first]).data["attribute"] != first
    held = context(games, where=Has(facet="kind", values=("cooperative", "strategy")))
    assert call(held, "ask").data["attribute"] != "kind"


def test_few_candidates_are_not_asked_about(games: KnowledgeBase) -> None:
    many = len(games.catalogue)
    assert call(context(games), "ask", least=many).data["question"]
    assert call(context(games), "ask", least=many + 1).data["question"] is None


def test_no_question_where_little_is_left(games: KnowledgeBase) -> None:
    result = call(context(games, where=Has(facet="kind", values=("party",))), "ask")
    assert as_question(result.data) is None
