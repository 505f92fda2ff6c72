"""The results page is made of the reports that are kept, and of nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import app
from evaluation.results.benchmarks import benchmarks
from evaluation.results.page import render
from evaluation.results.store import keep, last_json, machine, read
from knowledge.errors import BadInput, SommelierError

REDIAL = {
    "protocol": "dedup",
    "split": "valid",
    "turns": 2479,
    "targets": 3200,
    **dict.fromkeys(("R@1", "R@10", "R@50", "MRR@10", "NDCG@10"), 0.0625),
    "controls": {"copy": dict.fromkeys(("R@1", "R@10", "R@50", "MRR@10", "NDCG@10"), 0.0)},
    "se": dict.fromkeys(("R@1", "R@10", "R@50", "MRR@10", "NDCG@10"), 0.0041),
    "slices": {"no item mentioned": {"targets": 12, "R@1": 0.1, "R@10": 0.2, "R@50": 0.3}},
    "seconds": {"fit": 12.3},
}
RANKING = {
    "split": "random",
    "seed": 0,
    "people": 671,
    "items": 9066,
    "interactions": 100004,
    "rankers": {"popularity": {"NDCG@20": 0.17}, "ease": {"NDCG@20": 0.3425, "NDCG@20 se": 0.0096}, "auto": {"NDCG@20": 0.3426}},
    "choice": {"weights": {"ease": 1.0}},
}
SIMULATED = {
    "base": "films",
    "users": 500,
    "turns": 5,
    "slate": 5,
    "seed": 7,
    "systems": {
        "sommelier": {"cases": 500, "Hit@5": 0.95, "Hit@5 ci": [0.93, 0.97]},
        "other": {"cases": 500, "Hit@5": 0.8, "Hit@5 ci": [0.7, 0.9]},
    },
    "paired": {
        "other": {
            "cases": 500,
            "Hit@5": {"difference": 0.15, "ci": [0.1, 0.2]},
            "AT@5": {"difference": -0.5, "ci": [-0.6, -0.4]},
            "won": 9,
            "lost": 2,
        }
    },
}
SCORE = {"precision": 0.931, "recall": 0.972}
REPORTS: dict[str, dict[str, Any]] = {
    "redial-valid": REDIAL,
    "ranking-random": RANKING,
    "simulate-films": SIMULATED,
    "linking": {"as written": {"by_title": SCORE, "by_id": SCORE, "unknown": 17}},
    "sentiment": {"cases": 1959, "accuracy": 0.928},
}


def _record(report: dict[str, Any]) -> dict[str, Any]:
    return {"date": "2026-01-02", "machine": "2 cores, 23 GB of memory", "command": "sommelier evaluate it", "report": report}


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    for name, report in REPORTS.items():
        keep(folder, name, _record(report))
    return folder


def test_the_page_holds_what_the_reports_say(tmp_path: Path, reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "docs" / "results.md"
    assert app.main(["evaluate", "results", "--data", str(tmp_path), "--out", str(out), "--reports", str(reports), "--no-run"]) == 0
    assert "5 of 8 benchmarks" in capsys.readouterr().out
    page = out.read_text(encoding="utf-8")
    assert "2026-01-02, 2 cores, 23 GB of memory." in page
    for line in (
        "| **this project** | 0.062 | 0.062 | 0.062 | 0.062 | 0.062 |",
        "| standard error, by dialogue | 0.004 | 0.004 | 0.004 | 0.004 | 0.004 |",
        "| copy (control) | 0.000 | 0.000 | 0.000 | 0.000 | 0.000 |",
        "| ReFICR-7B (published, test split) | 0.018 | 0.213 | 0.465 | - | - |",
        "| no item mentioned | 12 | 0.100 | 0.200 | 0.300 |",
        "| ease | 0.3425 | 0.0096 |",
        "| EASE, as quoted | 0.346 | - |",
        "| **sommelier** | 0.950 | 0.930 to 0.970 |",
        "| less other | +0.150 (0.100 to 0.200) | -0.50 (-0.60 to -0.40) | 9 | 2 |",
        "| as written | 0.931 | 0.972 | 0.931 | 0.972 | 17 |",
        "| cases | 1,959 |",
    ):
        assert line in page.splitlines()
    assert page.index("| **auto** |") < page.index("| ease |") < page.index("| popularity (control) |")
    assert page.count("Not measured yet.") == 3
    assert str(tmp_path) not in page


def test_only_what_is_missing_is_run_and_then_kept(
    tmp_path: Path, reports: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def fake(benchmark: Any, data: Path) -> dict[str, Any]:
        asked.append(benchmark.name)
        if benchmark.name == "ranking-cold":
            raise SommelierError("no text")
        return _record({"ranking": RANKING, "simulate": SIMULATED}[benchmark.kind])

    monkeypatch.setattr("evaluation.results.store.measure", fake)
    words = ["evaluate", "results", "--data", str(tmp_path), "--out", str(tmp_path / "page.md"), "--reports", str(reports)]
    assert app.main(words) == 1
    assert asked == ["ranking-leave-last", "ranking-cold", "simulate-ablations"]
    assert "no text" in capsys.readouterr().err
    asked.clear()
    assert app.main(words) == 1
    assert asked == ["ranking-cold"]


def test_the_test_split_takes_the_place_of_valid_where_it_is_there(tmp_path: Path) -> None:
    assert benchmarks(tmp_path)[0].shown == "sommelier evaluate redial --split valid --data DATA/redial --json"
    (tmp_path / "redial").mkdir()
    (tmp_path / "redial" / "test.jsonl").write_text("", encoding="utf-8")
    assert [b.name for b in benchmarks(tmp_path) if b.kind == "redial"] == ["redial-test"]
    page = render(benchmarks(tmp_path)[:1], {"redial-test": _record(REDIAL | {"split": "test"})})
    assert "Theirs are of the test split" not in page


def test_every_command_is_one_that_the_product_knows(tmp_path: Path) -> None:
    parser = app._parser()
    for benchmark in benchmarks(tmp_path):
        assert parser.parse_args(["evaluate", *benchmark.words("x")]).json


def test_a_file_that_is_no_report_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{", encoding="utf-8")
    (tmp_path / "b.json").write_text('{"date": "2026-01-02"}', encoding="utf-8")
    with pytest.raises(BadInput, match=r"a\.json is not JSON"):
        read(tmp_path, "a")
    with pytest.raises(BadInput, match=r"b\.json lacks machine, command, report"):
        read(tmp_path, "b")
    assert read(tmp_path, "c") is None


def test_the_last_object_of_an_output_is_the_report() -> None:
    assert last_json('{\n "a": 1\n}\n', "it") == {"a": 1}
    assert last_json(f"a table\n\n{json.dumps({'b': 2})}\n", "it") == {"b": 2}
    with pytest.raises(SommelierError, match="JSON object"):
        last_json("a table\n", "it")


def test_the_machine_is_told_by_class_only() -> None:
    assert machine().split(" cores")[0].isdigit()
