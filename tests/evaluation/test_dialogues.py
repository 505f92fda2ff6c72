"""Scripted dialogues: files are read strictly, expectations fail for the right reason, reports say so, endpoints are measured alike."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from agent.config import Settings
from agent.sommelier import Sommelier
from evaluation.dialogues.drivers import OwnConversation
from evaluation.dialogues.expect import Answer, failures
from evaluation.dialogues.report import as_html, as_junit, as_text
from evaluation.dialogues.run import Result, TurnResult, pass_power, run_scripts, summary
from evaluation.dialogues.script import read_scripts
from evaluation.games import open_games
from knowledge.base import KnowledgeBase
from knowledge.errors import BadInput


@pytest.fixture(scope="module")
def games() -> KnowledgeBase:
    return open_games()


@pytest.fixture(scope="module")
def somm(games: KnowledgeBase) -> Iterator[Sommelier]:
    with Sommelier.open(games, settings=Settings(store=":memory:", brain="builtin")) as opened:
        yield opened


def _write(folder: Path, text: str) -> Path:
    path = folder / "one.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_variables_are_put_in_as_words_and_as_values(tmp_path: Path) -> None:
    path = _write(
        tmp_path,
        "- name: a\n  variables: {like: Heat, most: 3}\n  turns:\n"
        "    - {say: 'Like ${like}', expect: {slate: {at_most: '${most}', none: ['${like}']}}}\n",
    )
    step = read_scripts([path])[0].steps[0]
    assert step.say == "Like Heat"
    assert step.expect["slate"] == {"at_most": 3, "none": ["Heat"]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- name: a\n  turns:\n    - {say: hi, expects: {}}", "did you mean 'expect'"),
        ("- name: a\n  turns:\n    - {say: hi, expect: {slate: {atleast: 1}}}", "did you mean 'at_least'"),
        ("- name: a\n  turns: []", "'turns' is empty"),
        ("- name: a\n  turns:\n    - {say: 'like ${it}'}", "the variable 'it'"),
        ("- name: a\n  turns:\n    - {expect: {intent: chat}}", "nothing happens"),
        ("- {name: a, turns: [hi]}\n- {name: a, turns: [hi]}", "give each dialogue its own"),
        ("- [", "cannot be read"),
    ],
)
def test_a_wrong_file_says_where_and_what_would_be_right(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        read_scripts([_write(tmp_path, text)])


@pytest.mark.parametrize(
    ("expect", "holds", "fails"),
    [
        ({"slate": {"at_least": 1}}, {"slate": ("copper-harbour",)}, {"slate": ()}),
        ({"slate": {"at_most": 1}}, {"slate": ()}, {"slate": ("copper-harbour", "silent-lantern")}),
        ({"slate": "none"}, {"slate": ()}, {"slate": ("copper-harbour",)}),
        ({"slate": {"any": ["Copper Harbour"]}}, {"slate": ("copper-harbour",)}, {"slate": ("silent-lantern",)}),
        ({"slate": {"none": ["copper-harbour"]}}, {"slate": ("silent-lantern",)}, {"slate": ("copper-harbour",)}),
        ({"slate": {"first": "Copper Harbour"}}, {"slate": ("copper-harbour",)}, {"slate": ("silent-lantern", "copper-harbour")}),
        (
            {"slate": {"every": {"number": "minutes", "max": 15}}},
            {"slate": ("copper-harbour",)},
            {"slate": ("copper-harbour", "silent-lantern")},
        ),
        ({"slate": {"never": {"facet": "category", "has": ["party"]}}}, {"slate": ("silent-lantern",)}, {"slate": ("copper-harbour",)}),
        ({"slate": {"some": {"facet": "category", "has": ["party"]}}}, {"slate": ("copper-harbour",)}, {"slate": ("silent-lantern",)}),
        ({"slate": {"fresh": True}}, {"slate": ("a",), "shown_before": ("b",)}, {"slate": ("a",), "shown_before": ("a",)}),
        (
            {"slate": {"moved": {"minutes": "up"}}},
            {"slate": ("silent-lantern",), "last": ("copper-harbour",)},
            {"slate": ("copper-harbour",), "last": ("silent-lantern",)},
        ),
        ({"reply": "harb.ur"}, {"reply": "Copper Harbour"}, {"reply": "Silent"}),
        ({"reply": {"not": "score"}}, {"reply": "Fine"}, {"reply": "a score of 3"}),
        ({"intent": ["chat", "accept"]}, {"request": {"intent": "chat"}}, {"request": {"intent": "lookup"}}),
        (
            {"constraint": {"number": "year", "min": 1990}},
            {"constraints": ({"all": [{"number": "year", "min": 1990, "max": 1999}]},)},
            {"constraints": ({"number": "year", "max": 1999},)},
        ),
        ({"no_constraint": "year"}, {"constraints": ()}, {"constraints": ({"number": "year", "min": 1},)}),
        ({"profile": {"item:a": "like"}}, {"profile": (("item:a", "like"),)}, {"profile": (("item:a", "dislike"),)}),
        ({"no_profile": "item:a"}, {"profile": ()}, {"profile": (("item:a", "like"),)}),
        ({"question": False}, {"asks": False}, {"asks": True, "asked": {"attribute": "year"}}),
        ({"notices": "Relaxed"}, {"notices": ("Relaxed: year.",)}, {"notices": ()}),
        (
            {"accepted": "Copper Harbour"},
            {"request": {"accepted": "item:copper-harbour"}},
            {"request": {"accepted": "item:silent-lantern"}},
        ),
        ({"calls_at_most": 2}, {"calls": 2}, {"calls": 3}),
        ({"ms_at_most": 100}, {"ms": 99.0}, {"ms": 101.0}),
    ],
)
def test_an_expectation_holds_or_fails(
    games: KnowledgeBase, expect: dict[str, object], holds: dict[str, object], fails: dict[str, object]
) -> None:
    assert failures(expect, Answer(**holds), games) == []  # type: ignore[arg-type]
    assert len(failures(expect, Answer(**fails), games)) == 1  # type: ignore[arg-type]


def test_what_an_endpoint_cannot_tell_is_not_checked(games: KnowledgeBase) -> None:
    expect = {"intent": "lookup", "constraint": {"number": "year"}, "profile": {"item:a": "like"}, "question": True, "calls_at_most": 0}
    assert failures(expect, Answer(reply="x"), games) == []


def test_an_unknown_title_in_an_expectation_is_an_error(games: KnowledgeBase) -> None:
    with pytest.raises(BadInput, match="Nosuchgame"):
        failures({"slate": {"any": ["Nosuchgame"]}}, Answer(slate=("copper-harbour",)), games)


def test_a_dialogue_runs_the_same_for_the_same_seed_and_says_why_it_fails(games: KnowledgeBase, somm: Sommelier, tmp_path: Path) -> None:
    path = _write(
        tmp_path,
        "- name: right\n  turns:\n    - {say: 'a party game', expect: {slate: {every: {facet: category, has: [party]}}}}\n"
        "- name: wrong\n  turns:\n    - {say: 'a party game', expect: {slate: {every: {facet: category, has: [wargame]}}}}\n",
    )

    def run() -> list[Result]:
        return run_scripts(read_scripts([path]), lambda script, seed: OwnConversation(somm, user=None, seed=seed), games, repeats=2)

    results = run()
    assert [r.passed for r in results] == [True, True, False, False]
    assert [t.reply for r in results for t in r.turns] == [t.reply for r in run() for t in r.turns]
    text = as_text(results)
    assert "FAILED wrong" in text
    assert "turn 1: a party game" in text
    assert "every item should be “wargame”, but not" in text
    assert "understood: recommend, party" in text
    root = ElementTree.fromstring(as_junit(results))
    assert (root.get("tests"), root.get("failures")) == ("4", "2")
    assert "<script" not in as_html(results)


def test_reports_escape_what_people_and_agents_say() -> None:
    turn = TurnResult(say="<b>&", reply="<script>x</script>\x00", slate=(), failed=("<oops>\x01",), ms=1.0, checks=1)
    result = Result(name="<n>", file="f.yaml", ability=(1,), repeat=0, turns=(turn,))
    assert "<script>" not in as_html([result])
    assert ElementTree.fromstring(as_junit([result])).find(".//failure") is not None
    json.dumps(result.to_json())


def test_pass_power_is_the_chance_that_k_runs_all_pass() -> None:
    def runs(name: str, passed: list[bool]) -> list[Result]:
        return [
            Result(name=name, file="f", ability=(), repeat=n, turns=(TurnResult(say="", reply="", slate=(), failed=() if p
            else ("x",), ms=1, checks=1),))
            for n, p in enumerate(passed)
        ]  # fmt: skip

    results = [*runs("a", [True, True, True, True]), *runs("b", [True, True, False, False])]
    assert pass_power(results) == pytest.approx([0.75, (1 + 1 / 6) / 2, 0.5, 0.5])
    assert summary(results)["passed"] == 6


@pytest.mark.parametrize(
    ("turn", "message"),
    [
        ("say: hi, expect: {slate: {every: {facet: categories, has: [party]}}}", "no facet 'categories'; did you mean 'category'"),
        ("say: hi, expect: {slate: {every: {facet: category, has: [partie]}}}", "no item has category 'partie'; did you mean 'party'"),
        ("say: hi, expect: {slate: {any: [Copper Wharf Nights]}}", "'Copper Wharf Nights' is neither an id nor a title"),
        ("say: hi, expect: {slate: {at_least: three}}", "'at_least' is 'three'; write a number in digits"),
        ("say: hi, expect: {slate: {moved: {minuts: down}}}", "'minuts' is not known; did you mean 'minutes'"),
        ("say: hi, expect: {slate: {moved: {minutes: smaller}}}", "write one of up, down"),
        ("say: hi, expect: {reply: '(open'}", "no regular expression"),
        ("say: hi, expect: {intent: recomend}", "did you mean 'recommend'"),
        ("say: hi, expect: {question: maybe}", "write true or false"),
        ("say: hi, expect: {profile: {copper-harbour: like}}", "write kind and value in quotes"),
        ("say: hi, expect: {no_constraint: catgory}", "did you mean 'category'"),
        ("say: hi, feedback: {Copper Harbour: loved}", "'loved' is not known"),
        ("say: hi, expect: {ms_at_most: fast}", "write a number in digits"),
        ("say: hi, expect: {slate: many}", "write none, or a mapping"),
        ("say: hi, rewind: back", "write the number of the turn"),
    ],
)
def test_what_cannot_be_checked_is_told_before_anything_runs(
    games: KnowledgeBase, somm: Sommelier, tmp_path: Path, turn: str, message: str
) -> None:
    path = _write(tmp_path, f"- name: a\n  turns:\n    - hello\n    - {{{turn}}}\n")
    opened: list[object] = []
    with pytest.raises(BadInput, match=r"one.yaml, dialogue 1 \(a\), turn 2: ") as caught:
        run_scripts(read_scripts([path]), lambda script, seed: opened.append(seed), games)  # type: ignore[arg-type,return-value]
    assert message in str(caught.value)
    assert opened == []


def test_a_failure_says_what_the_records_hold_and_how_the_words_were_read(games: KnowledgeBase) -> None:
    slate = {"slate": {"every": {"number": "minutes", "max": 15}}}
    told = failures(slate, Answer(slate=("silent-lantern",)), games)[0]
    minutes = games.catalogue.number("minutes")[games.catalogue.index("silent-lantern")]
    assert f"Silent Lantern (minutes {minutes:g})" in told
    assert "{" not in told
    told = failures(
        {"constraint": {"number": "minutes", "max": 15}}, Answer(constraints=({"facet": "category", "has": ["party"]},)), games
    )[0]
    assert told == "constraint: “of at most 15 minutes” was not learnt; what stands: “party”"
    told = failures({"slate": {"fresh": True}}, Answer(slate=("silent-lantern",), shown_before=("silent-lantern",)), games)[0]
    assert told == "slate: shown before: Silent Lantern"


def test_going_back_further_than_said_names_the_turn(games: KnowledgeBase, somm: Sommelier, tmp_path: Path) -> None:
    path = _write(tmp_path, "- name: a\n  turns:\n    - a party game\n    - {rewind: 5, say: more}\n")
    with pytest.raises(BadInput, match=r"one.yaml, dialogue 1 \(a\), turn 2: .*from 0 to 1"):
        run_scripts(read_scripts([path]), lambda script, seed: OwnConversation(somm, user=None, seed=seed), games)


def test_words_with_a_colon_want_quotes(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="in line 3; put what is said in quotes"):
        read_scripts([_write(tmp_path, "- name: a\n  turns:\n    - say: a game: please\n")])


def test_the_built_in_dialogues_cover_every_ability() -> None:
    films, made_up = read_scripts(["films"]), read_scripts(["games"])
    assert len(films) >= 60
    assert len(made_up) >= 20
    assert all(3 <= len(s.steps) <= 12 for s in (*films, *made_up))
    for scripts in (films, made_up):
        assert {a for s in scripts for a in s.ability} == set(range(1, 14))


def test_the_made_up_games_dialogues_pass(games: KnowledgeBase, somm: Sommelier) -> None:
    def open_conversation(script: object, seed: int) -> OwnConversation:
        user = f"{script.name}:{seed}" if script.user else None  # type: ignore[attr-defined]
        return OwnConversation(somm, user=user, seed=seed)

    results = run_scripts(read_scripts(["games"]), open_conversation, games)
    assert all(r.passed for r in results), as_text(results)
