"""The ranker of a base: fitted, stored, loaded, refused."""

import json
import shutil

import numpy as np
import pytest

from app import main
from knowledge.base import KnowledgeBase
from knowledge.errors import BaseDamaged
from tools.fit import fit
from tools.rankers import load_ranker


@pytest.fixture
def base(dice, tmp_path):
    folder = tmp_path / "dice"
    shutil.copytree(dice.path, folder)
    shutil.rmtree(folder / "fitted", ignore_errors=True)
    return KnowledgeBase.open(folder)


def test_fitting_stores_what_loading_gives_back(base):
    before = load_ranker(base)
    assert before.choice["protocol"] == "none"
    report = fit(base)
    assert report.folder == base.fitted / "ranker"
    after = load_ranker(base)
    assert after.choice["weights"] == report.ranker["weights"]
    assert after.ranker.name == "auto"
    assert after.score({0: 1.0, 5: 1.0}, {9: 1.0}).shape == (len(base.catalogue),)


def test_fitting_twice_gives_the_same(base):
    fit(base)
    first = load_ranker(base).score({0: 1.0, 5: 1.0})
    fit(base)
    np.testing.assert_array_equal(load_ranker(base).score({0: 1.0, 5: 1.0}), first)
    assert sorted(p.name for p in base.fitted.iterdir()) == ["fusion.json", "ranker"]


def test_what_was_fitted_to_another_build_is_not_used(base):
    folder = fit(base).folder
    record = json.loads((folder / "choice.json").read_text())
    (folder / "choice.json").write_text(json.dumps({**record, "stamp": "other"}))
    assert load_ranker(base).choice["protocol"] == "none"


def test_a_broken_store_says_what_to_run(base):
    folder = fit(base).folder
    (folder / "choice.json").write_text("{")
    with pytest.raises(BaseDamaged, match="sommelier fit"):
        load_ranker(base)


def test_the_command_reports_what_it_chose(base, capsys):
    assert main(["fit", str(base.path), "--quiet", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["ranker"]["weights"]
    assert set(found["ranker"]["alone"]) >= {"ease", "item-knn", "popularity"}
