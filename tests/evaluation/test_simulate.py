"""Simulated people: nothing leaks, what they say is true, hits are told by ids, and the same seed says the same."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from agent.carry import adds
from evaluation.baselines import SYSTEMS, open_system
from evaluation.games import SCHEMA, games_source, open_games
from evaluation.simulate.cases import draw_cases, held_out_pairs
from evaluation.simulate.heldout import hold_out
from evaluation.simulate.model_person import ModelPerson
from evaluation.simulate.person import Case, Heard, RulePerson, fault
from evaluation.simulate.run import Plan
from evaluation.simulate.score import paired, scores
from evaluation.simulate.talk import converse
from evaluation.simulate.traits import traits_of
from evaluation.simulate.words import described, refinement, typos
from knowledge.base import KnowledgeBase
from knowledge.build import build
from knowledge.errors import BadInput
from knowledge.items import Item
from knowledge.schema import Facet, ItemWords, Number, Schema
from knowledge.sources import MemorySource


@pytest.fixture(scope="module")
def games() -> KnowledgeBase:
    return open_games()


def test_cases_are_the_same_for_the_same_seed_and_hold_out_what_they_look_for(games: KnowledgeBase) -> None:
    cases = draw_cases(games, 30, seed=3)
    assert cases == draw_cases(games, 30, seed=3)
    assert cases != draw_cases(games, 30, seed=4)
    pairs = set(held_out_pairs(cases))
    assert all((case.user, item) not in pairs for case in cases for item in case.liked)
    assert all(not set(case.targets) & set(case.liked) for case in cases)


def test_more_cases_than_people_take_further_targets(games: KnowledgeBase) -> None:
    cases = draw_cases(games, 300, seed=3)
    pairs = held_out_pairs(cases)
    assert len(cases) > len({c.user for c in cases})
    assert len(set(pairs)) == len(pairs)


def test_the_held_out_base_never_saw_the_targets(games: KnowledgeBase, tmp_path: Path) -> None:
    cases = draw_cases(games, 12, seed=3)
    held = KnowledgeBase.open(hold_out(games, held_out_pairs(cases), tmp_path / "held"))
    before, after = games.interactions, held.interactions
    assert len(before) - len(after) == len(held_out_pairs(cases))
    for case in cases:
        target = held.catalogue.index(case.targets[0])
        assert before.matrix[before.user(case.user), target] > 0
        assert after.matrix[after.user(case.user), target] == 0
        assert target not in after.sequence(after.user(case.user)).tolist()
        took = {n.node for n in held.graph.neighbours(f"user:{case.user}")}
        assert took
        assert f"item:{case.targets[0]}" not in took
    bare = KnowledgeBase.open(hold_out(games, (), tmp_path / "bare", events=False))
    assert not bare.has("interactions")
    assert not any(node.startswith("user:") for node in bare.graph.nodes)


def test_traits_are_true_and_never_name_the_item(games: KnowledgeBase) -> None:
    for item_id in games.catalogue.ids[:40]:
        index = games.catalogue.index(item_id)
        for trait in traits_of(games, item_id):
            assert games.catalogue.select(trait.holds)[index]
            assert not set(trait.words.casefold().split()) & set(games.catalogue.titles[index].casefold().split())


@pytest.mark.parametrize("persona", ["decisive", "vague", "critiquing", "chatty"])
def test_people_say_at_most_three_true_things_a_turn(games: KnowledgeBase, persona: str) -> None:
    for case in draw_cases(games, 12, seed=5, personas=(persona,), noise=0.0):
        person = RulePerson(base=games, case=case)
        said = person.open()
        wrong = [i for i in games.catalogue.ids if i not in case.targets][:5]
        for _ in range(5):
            assert said is not None
            assert said.error == ""
            assert len(said.traits) <= 3
            assert games.catalogue.titles[games.catalogue.index(case.targets[0])].casefold() not in said.text.casefold()
            following = person.answer(Heard(slate=tuple(wrong)))
            if following is None:
                break
            said = following


def test_a_question_is_answered_truthfully(games: KnowledgeBase) -> None:
    case = next(c for c in draw_cases(games, 12, seed=5, personas=("vague",), noise=0.0))
    person = RulePerson(base=games, case=case)
    told = {t.attribute for t in person.open().traits}
    asked = next(t.attribute for t in person._left if t.attribute not in told)
    said = person.answer(Heard(slate=(), asked={"attribute": asked, "options": []}))
    assert said is not None
    assert asked in {t.attribute for t in said.traits}


def test_what_was_said_by_mistake_is_taken_back(games: KnowledgeBase) -> None:
    case = draw_cases(games, 4, seed=5, noise=0.0)[0]
    noisy = Case(id=case.id, user=case.user, targets=case.targets, liked=case.liked, noise=("contradiction",), seed=5)
    person = RulePerson(base=games, case=noisy)
    first = person.open()
    assert "contradiction" in first.noise
    assert first.error == ""
    second = person.answer(Heard(slate=()))
    assert second is not None
    assert len(second.retracts) == 1
    assert second.retracts[0].words in second.text


def test_typos_spare_names_and_values() -> None:
    text = "I loved Copper Harbour and want something about pirates."
    mistyped = typos(text, ["Copper Harbour", "pirates"], random.Random(1))
    assert mistyped != text.lower().rstrip(".")
    assert "copper harbour" in mistyped
    assert "pirates" in mistyped


def test_a_second_demand_of_a_kind_is_said_as_an_addition(games: KnowledgeBase) -> None:
    trait = next(t for t in traits_of(games, games.catalogue.ids[0]) if t.hard and t.form == "noun")
    for seed in range(12):
        chance = random.Random(seed)
        assert adds(refinement(SCHEMA, [trait], "", chance, shown=5, chatty=seed % 2 == 0, also=True))
        assert not adds(refinement(SCHEMA, [trait], "", chance, shown=5, chatty=seed % 2 == 0))


def test_a_person_who_means_both_of_two_values_gets_both(games: KnowledgeBase) -> None:
    category = games.catalogue.facet("category")
    both = [games.catalogue.index(i) for i in games.catalogue.ids if set(category.of(games.catalogue.index(i))) >= {"party", "family"}]
    assert len(both) > 2
    with open_system(SYSTEMS["sommelier"], games, slate=5) as somm:
        for seed in range(8):
            trait = next(t for t in traits_of(games, games.catalogue.ids[both[0]]) if t.words == "family")
            session = somm.session(seed=seed)
            session.say("I'm looking for a party game.")
            said = refinement(SCHEMA, [trait], "", random.Random(seed), shown=5, chatty=False, also=True)
            slate = [games.catalogue.index(i.id) for i in session.say(said).slate]
            assert slate
            assert set(slate) <= set(both), said


def test_a_word_that_is_a_value_too_is_said_only_where_it_is_true_either_way(tmp_path: Path) -> None:
    kinds = Schema(
        name="plays",
        item=ItemWords(singular="play", plural="plays"),
        facets=(Facet(name="mood", kind="tag"),),
        numbers=(Number(name="romance", role="scale", low=0.0, high=4.0, much=("romantic",)),),
    )
    rows = [("a", ("romantic",), 4.0), ("b", ("bleak",), 4.0), ("c", ("bleak",), 0.0), ("d", ("calm",), 0.0), ("e", ("calm",), 1.0)]
    items = [Item(id=i, title=i * 5, facets={"mood": m}, numbers={"romance": r}) for i, m, r in rows]
    build(MemorySource(kinds, items), tmp_path / "plays", encoder=None)
    base = KnowledgeBase.open(tmp_path / "plays")
    said = {i: {t.attribute for t in traits_of(base, i) if t.words == "romantic"} for i in ("a", "b")}
    assert said == {"a": {"mood", "romance"}, "b": set()}


def test_the_reference_joins_words_by_or_and_its_stricter_kind_by_and(games: KnowledgeBase) -> None:
    from evaluation.baselines.interecagent import STRICT_TOOLS, TOOLS
    from tools.base import ToolContext

    facet = next(f.name for f in games.schema.facets if f.kind == "tag")
    held = {i: set(games.catalogue.item(i).facets.get(facet, ())) for i in games.catalogue.ids}
    one, other = sorted(next(values for values in held.values() if len(values) > 1))[:2]
    found = {}
    for name, tools in (("or", TOOLS), ("and", STRICT_TOOLS)):
        tool = tools["search"]
        result = tool.run(ToolContext(base=games), tool.parse({"wish": f"{one}, {other}"}))
        assert result.candidates is not None
        found[name] = set(result.candidates.item_ids)
    assert found["or"] == {i for i, values in held.items() if values & {one, other}}
    assert found["and"] == {i for i, values in held.items() if values >= {one, other}}
    assert found["and"]
    assert found["and"] < found["or"]


def test_the_reference_is_told_what_blocks_so_that_it_can_relax(games: KnowledgeBase) -> None:
    with open_system(SYSTEMS["interecagent"], games, slate=5) as somm:
        session = somm.session(seed=1)
        session.say("a wargame designed by Ada Brandt")
        assert session.say("under 2 dollars and from 1850").reply
        turn = session.say("something under 2 dollars")
    assert turn.slate or "without it" in turn.reply or "matters" in turn.reply


def test_a_description_reads_as_english(games: KnowledgeBase) -> None:
    item = games.catalogue.ids[0]
    text = described(SCHEMA, traits_of(games, item))
    assert text.startswith(("a ", "an "))
    assert "  " not in text


def test_hits_are_told_by_ids_and_stop_the_talk(games: KnowledgeBase) -> None:
    case = draw_cases(games, 4, seed=5, noise=0.0)[0]
    title = games.catalogue.titles[games.catalogue.index(case.targets[0])]
    others = [i for i in games.catalogue.ids if i != case.targets[0]]
    turns = iter([others[:5], others[:5], [*others[5:9], case.targets[0]], others[9:14]])

    def talk(_: str) -> Heard:
        return Heard(slate=tuple(next(turns)), reply=f"What about {title}?")

    outcome = converse(games, case, RulePerson(base=games, case=case), talk, turns=5, slate=5)
    assert outcome.hit == 3
    assert (outcome.turns, outcome.shown, outcome.repeats) == (3, 15, 5)


def test_only_so_many_of_a_slate_count(games: KnowledgeBase) -> None:
    case = draw_cases(games, 4, seed=5, noise=0.0)[0]
    slate = (*[i for i in games.catalogue.ids if i != case.targets[0]][:5], case.targets[0])
    outcome = converse(games, case, RulePerson(base=games, case=case), lambda _: Heard(slate=slate), turns=2, slate=5)
    assert outcome.hit is None


def _rows(hits: Sequence[int | None]) -> list[Mapping[str, object]]:
    plain = {"persona": "vague", "noise": [], "violations": 0, "repeats": 0, "questions": 0, "errors": [], "ms": 1.0}
    return [{"case": str(n), "user": str(n), "hit": h, "turns": h or 5, "shown": 5 * (h or 5), **plain} for n, h in enumerate(hits)]


def test_failures_count_one_turn_more_than_there_are() -> None:
    found = scores(_rows([1, 3, None, None]), 5)
    assert found["Hit@1"] == 0.25
    assert found["Hit@5"] == 0.5
    assert found["AT@5"] == pytest.approx((1 + 3 + 6 + 6) / 4)


def test_paired_differences_have_intervals_and_the_same_seed_gives_the_same() -> None:
    ours, theirs = _rows([1] * 40 + [None] * 10), _rows([2] * 20 + [None] * 30)
    gap = paired(ours, theirs, 5)
    assert gap["Hit@5"]["difference"] == pytest.approx(0.4)
    assert gap["Hit@5"]["ci"][0] > 0
    assert gap["AT@5"]["ci"][1] < 0
    assert (gap["won"], gap["lost"]) == (20, 0)
    assert gap == paired(ours, theirs, 5)
    same = paired(ours, ours, 5)
    assert same["Hit@5"] == {"difference": 0.0, "ci": [0.0, 0.0]}


@pytest.mark.parametrize("name", list(SYSTEMS))
def test_every_system_talks(games: KnowledgeBase, name: str) -> None:
    with open_system(SYSTEMS[name], games, slate=5) as somm:
        turn = somm.session(seed=1).say("I loved Copper Harbour. I'm looking for a party game.")
        assert turn.slate
        assert "copper-harbour" not in {i.id for i in turn.slate}
        parties = set(games.catalogue.facet("category").positions("party").tolist())
        assert all(games.catalogue.index(i.id) in parties for i in turn.slate)


def test_a_model_that_names_the_target_is_asked_again_and_counted(games: KnowledgeBase) -> None:
    case = draw_cases(games, 4, seed=5, noise=0.0)[0]
    title = games.catalogue.titles[games.catalogue.index(case.targets[0])]
    answers = iter([f"I want {title}", "Something for tonight", title, title, title, "GIVE UP"])
    person = ModelPerson(base=games, case=case, complete=lambda _: next(answers))
    assert person.open().text == "Something for tonight"
    spoilt = person.answer(Heard(slate=()))
    assert spoilt is not None
    assert spoilt.error
    assert fault(games, case, spoilt.text, ()) == ""
    assert person.answer(Heard(slate=())) is None


@pytest.mark.parametrize("wrong", [{"users": 0}, {"noise": 2.0}, {"personas": ("rude",)}, {"systems": ("oracle",)}])
def test_a_plan_that_does_not_fit_says_what_would(wrong: dict[str, object]) -> None:
    with pytest.raises(BadInput, match=r"must lie|write some"):
        Plan(base="games", **wrong)  # type: ignore[arg-type]


def test_the_made_up_games_are_the_same_every_time() -> None:
    one, two = games_source(), games_source()
    assert [i for i, _ in one.items()] == [i for i, _ in two.items()]
    assert len(list(one.items())) == 300
