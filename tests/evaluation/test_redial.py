import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from app import main
from evaluation.redial.engine import fitted, ranked
from evaluation.redial.files import write_cases, write_qrels, write_run
from evaluation.redial.protocol import Ranked, check_counts, figures, kept_cases, ranks_of, standard_errors, targets_of
from evaluation.redial.read import layout_of, read_splits
from evaluation.redial.report import numbers, table
from knowledge.errors import BadInput
from tests.evaluation.toy_redial import write
from tools.reranker.cases import Case, Mention
from tools.reranker.training import Settings


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("redial"))


def case(mentioned: tuple[int, ...], targets: tuple[int, ...], dialogue: int = 0) -> Case:
    return Case(
        dialogue=dialogue,
        turn=2,
        context="",
        ask="",
        bare="",
        mentions=tuple(Mention(item=i, turn=0, by_seeker=True) for i in mentioned),
        entities={},
        targets=targets,
    )


def test_titles_stand_in_for_marks_and_mention_counts_are_not_read(folder: Path) -> None:
    splits = read_splits(folder)
    assert splits.layout == "redial"
    said = splits.train[0].utterances[1]
    assert (said.speaker, said.text, said.items) == ("seeker", "I liked Title 100", ("100",))
    # The counts cover every split, the judged one too.
    assert {item.popularity for item in splits.items} == {0.0}


def test_a_line_that_is_no_dialogue_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "valid.jsonl").write_text('{"broken": \n', encoding="utf-8")
    with pytest.raises(BadInput, match=r"valid\.jsonl line 1"):
        read_splits(folder)


def test_an_unknown_folder_says_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="movies_with_mentions"):
        layout_of(tmp_path)


def test_dedup_drops_repeats_and_full_keeps_them() -> None:
    again = case((3,), (3, 4))
    assert targets_of(again, "full") == (3, 4)
    assert targets_of(again, "dedup") == (4,)
    assert kept_cases([case((3,), (3,))], "dedup") == []


def test_ranks_are_exact_ties_go_by_item_and_mentioned_items_leave() -> None:
    scores = np.array([5.0, 9.0, 7.0, 7.0, 1.0], dtype=np.float32)
    cases = [case((1,), (3, 4))]
    assert ranks_of(cases, "full", lambda _: scores).rank.tolist() == [3, 5]
    assert ranks_of(cases, "dedup", lambda _: scores).rank.tolist() == [2, 4]


def test_an_item_without_a_score_is_never_a_hit() -> None:
    scores = np.full(5, -np.inf, dtype=np.float32)
    found = figures(ranks_of([case((), (0,))], "full", lambda _: scores))
    assert set(found.values()) == {0.0}


def test_figures_by_hand() -> None:
    ranked = Ranked(case=np.arange(3), target=np.arange(3), rank=np.array([1, 3, 60]), dialogue=np.array([0, 0, 1]))
    found = figures(ranked)
    assert found["R@1"] == pytest.approx(1 / 3)
    assert found["R@10"] == pytest.approx(2 / 3)
    assert found["R@50"] == pytest.approx(2 / 3)
    assert found["MRR@10"] == pytest.approx((1 + 1 / 3) / 3)
    assert found["NDCG@10"] == pytest.approx((1 + 0.5) / 3)


def test_errors_grow_when_targets_of_a_dialogue_agree() -> None:
    rank = np.array([1, 1, 1, 1, 60, 60, 60, 60])
    apart = Ranked(case=np.arange(8), target=np.arange(8), rank=rank, dialogue=np.arange(8))
    together = Ranked(case=np.arange(8), target=np.arange(8), rank=rank, dialogue=np.array([0, 0, 0, 0, 1, 1, 1, 1]))
    assert standard_errors(together)["R@10"] > standard_errors(apart)["R@10"] > 0


def test_the_test_split_must_have_its_counts() -> None:
    with pytest.raises(BadInput, match="3372"):
        check_counts([case((), (1,))], 1342, "dedup")
    check_counts([case((), (1,))], 1342, "dedup", any_counts=True)
    check_counts([case((), (1,))], 20, "dedup")


@pytest.fixture(scope="module")
def settings() -> Settings:
    return Settings(cases=200, rounds=20, blocks=3)


def test_it_learns_what_is_told_next_and_copying_scores_nothing(folder: Path, settings: Settings) -> None:
    outcome = ranked(fitted(folder, split="valid", protocol="dedup", encoder="tfidf", settings=settings))
    data = numbers(outcome)
    assert data["turns"] == 12
    assert data["targets"] == 12
    assert data["R@10"] == 1.0
    assert data["R@1"] > data["controls"]["popularity"]["R@1"]
    assert set(data["controls"]["copy"].values()) == {0.0}
    assert set(data["controls"]) == {"popularity", "copy", "graph"}
    assert "12 turns, 12 targets" in table(data)


def test_full_counts_the_repeats(folder: Path) -> None:
    outcome = ranked(fitted(folder, split="valid", protocol="full", encoder="tfidf", trees=False))
    assert (len(outcome.cases), len(outcome.main.rank)) == (12, 18)
    assert figures(outcome.controls["copy"])["R@1"] > 0


def test_the_same_input_gives_the_same_files(folder: Path, settings: Settings, tmp_path: Path) -> None:
    written = []
    for name in ("a", "b"):
        outcome = ranked(fitted(folder, split="valid", protocol="dedup", encoder="tfidf", settings=settings))
        write_run(tmp_path / f"{name}.run", outcome.cases, outcome.ids, outcome.items, outcome.top, "t")
        write_cases(tmp_path / f"{name}.jsonl", outcome.cases, outcome.ids, outcome.items, outcome.main, outcome.top)
        written.append((tmp_path / f"{name}.run").read_bytes() + (tmp_path / f"{name}.jsonl").read_bytes())
    assert written[0] == written[1]


def test_run_files_agree_with_an_outside_tool(folder: Path, tmp_path: Path) -> None:
    import ir_measures

    outcome = ranked(fitted(folder, split="valid", protocol="dedup", encoder="tfidf", trees=False))
    write_run(tmp_path / "run", outcome.cases, outcome.ids, outcome.items, outcome.top, "t")
    write_qrels(tmp_path / "qrels", outcome.cases, outcome.ids, outcome.items, "dedup")
    scores: dict[str, list[float]] = {}
    for line in (tmp_path / "run").read_text("utf-8").splitlines():
        query, _, _, _, score, _ = line.split()
        scores.setdefault(query, []).append(float(score))
    assert all(a > b for row in scores.values() for a, b in pairwise(row))
    qrels = list(ir_measures.read_trec_qrels(str(tmp_path / "qrels")))
    found = ir_measures.calc_aggregate([ir_measures.parse_measure("R@10")], qrels, ir_measures.read_trec_run(str(tmp_path / "run")))
    # One target a turn here, so that the mean over turns is the mean over targets.
    assert next(iter(found.values())) == pytest.approx(figures(outcome.main)["R@10"])


def test_the_command_ends_with_one_json_object(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["evaluate", "redial", "--data", str(folder), "--no-reranker", "--encoder", "tfidf", "--json"]
    status = main([*arguments, "--cache", str(tmp_path / "cache.sqlite"), "--out", str(tmp_path / "out")])
    data = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert status == 0
    assert {"protocol", "turns", "targets", "R@1", "R@10", "R@50", "MRR@10", "NDCG@10", "controls", "se", "slices"} <= set(data)
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"run.trec", "qrels.trec", "cases.jsonl", "report.json"}


def test_a_missing_split_is_said(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "redial", "--data", str(folder), "--split", "test", "--cache", str(tmp_path / "c")]) == 2
    assert "no test split" in capsys.readouterr().err


def test_inspired_is_read(tmp_path: Path) -> None:
    head = "dialog_id\tutt_id\tspeaker\ttext\tmovies\tmovie_dict\n"
    rows = (
        "d1\t1\tSEEKER\tI liked QUOTATION_MARKHeatQUOTATION_MARK\tHeat (1995)\t{'Heat (1995)': 0, 'Ronin (1998)': 1}\n"
        "d1\t2\tRECOMMENDER\tthen Ronin\tRonin (1998)\t{'Heat (1995)': 0, 'Ronin (1998)': 1}\n"
    )
    for name in ("train", "dev", "test"):
        (tmp_path / f"{name}.tsv").write_text(head + rows, encoding="utf-8")
    splits = read_splits(tmp_path)
    assert [i.id for i in splits.items] == ["Heat (1995)", "Ronin (1998)"]
    assert [(u.speaker, u.items) for u in splits.test[0].utterances] == [("seeker", ("Heat (1995)",)), ("recommender", ("Ronin (1998)",))]
    assert splits.train[0].utterances[0].text == 'I liked "Heat"'


def test_opendialkg_keeps_judged_dialogues_out_of_the_training(tmp_path: Path) -> None:
    def row(dialogue: int, turn: int, context: list[str], rec: list[str]) -> dict[str, object]:
        return {"dialog_id": dialogue, "turn_id": turn, "context": context, "entity": ["Heat"], "rec": rec, "resp": f"try {rec[0]}"}

    rows = {
        "train": [row(1, 1, ["I like Heat"], ["Ronin"]), row(2, 1, ["I like Heat"], ["Ronin"])],
        "valid": [row(3, 1, ["hello"], ["Ronin"])],
        "test": [row(2, 3, ["I like Heat", "try Ronin", "more"], ["Heat", "Thief"])],
    }
    for split, part in rows.items():
        (tmp_path / f"{split}_data_processed.jsonl").write_text("".join(json.dumps(r) + "\n" for r in part), encoding="utf-8")
    splits = read_splits(tmp_path)
    assert [d.id for d in splits.train] == ["1"]
    assert [u.items for u in splits.train[0].utterances] == [("Heat",), ("Ronin",)]
    assert [u.speaker for u in splits.test[0].utterances] == ["seeker", "recommender", "seeker", "recommender"]
    assert splits.test[0].utterances[-1].items == ("Heat", "Thief")
