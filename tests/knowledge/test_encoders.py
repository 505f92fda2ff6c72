"""Encoders: the contract for both, finding models without a network, the cache, mismatches."""

import importlib.util
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from knowledge.encoders import LexicalEncoder, SentenceEncoder, embed, open_encoder, read_encoder, write_encoder
from knowledge.encoders.sentence import CARRIER, find_model
from knowledge.errors import BadInput, BaseDamaged, BaseMissing, BaseOutdated, Unavailable
from tests.contracts.encoder import TEXTS, EncoderContract

CORPUS = [*TEXTS, "thieves rob a bank", "a bank robbery", "love by the sea", "a story of the sea", "a last plan", "two quiet thieves"]
needs_minilm = pytest.mark.skipif(importlib.util.find_spec(CARRIER) is None, reason="the package with the model's weights is not installed")


@pytest.fixture(scope="module")
def minilm():
    return open_encoder("minilm")


class TestLexical(EncoderContract):
    @pytest.fixture
    def encoder(self):
        return LexicalEncoder.fit(CORPUS, dim=6)

    def test_unknown_words_give_zeros(self, encoder):
        assert not encoder.encode(["xylophone"]).any()

    def test_case_and_accents_do_not_matter(self, encoder):
        np.testing.assert_array_equal(encoder.encode(["Á LOVE Story"]), encoder.encode(["a love story"]))

    def test_fitting_again_gives_the_same_bytes(self, encoder):
        assert LexicalEncoder.fit(CORPUS, dim=6).fingerprint == encoder.fingerprint

    @pytest.mark.parametrize("texts", [["one"], ["one two", "three"], ["a b", "a b"], ["same"] * 5])
    def test_tiny_catalogues_work(self, texts):
        encoder = LexicalEncoder.fit(texts)
        np.testing.assert_allclose(np.linalg.norm(encoder.encode(texts), axis=1), 1.0, atol=1e-5)

    @pytest.mark.parametrize("texts", [[""], ["?!", " "]])
    def test_wordless_catalogues_are_refused(self, texts):
        with pytest.raises(BadInput, match="holds a word"):
            LexicalEncoder.fit(texts)


@needs_minilm
class TestMiniLM(EncoderContract):
    @pytest.fixture
    def encoder(self, minilm):
        return minilm

    def test_has_384_dimensions_and_is_the_one_auto_picks(self, encoder):
        assert encoder.dim == 384
        assert open_encoder("auto").record() == encoder.record()

    @pytest.mark.slow
    def test_few_texts_and_many_agree(self, encoder, monkeypatch):
        few = encoder.encode([*TEXTS, "", "東京 naïve " * 200])
        other = SentenceEncoder(encoder.name, encoder.folder)
        monkeypatch.setattr("knowledge.encoders.sentence.FEW", -1)
        np.testing.assert_allclose(other.encode([*TEXTS, "", "東京 naïve " * 200]), few, atol=2e-6)

    def test_a_local_folder_comes_first(self, encoder):
        assert find_model(str(encoder.folder))[1] == encoder.folder

    def test_other_weights_under_the_same_name_are_refused(self, encoder, tmp_path, monkeypatch):
        shutil.copytree(encoder.folder, tmp_path / CARRIER / "model")
        (tmp_path / CARRIER / "__init__.py").write_text("raise RuntimeError('its code must not run')\n")
        weights = bytearray((encoder.folder / "model.safetensors").read_bytes())
        weights[-1] ^= 1
        (tmp_path / CARRIER / "model" / "model.safetensors").write_bytes(bytes(weights))
        monkeypatch.syspath_prepend(tmp_path)
        with pytest.raises(BaseDamaged, match="SHA-256"):
            open_encoder("minilm")

    def test_a_base_made_with_other_weights_says_so(self, encoder, tmp_path):
        write_encoder(encoder, tmp_path)
        record = json.loads((tmp_path / "encoder.json").read_text())
        (tmp_path / "encoder.json").write_text(json.dumps(record | {"fingerprint": "0" * 64}))
        with pytest.raises(BaseOutdated, match="fingerprint 000000000000"):
            read_encoder(tmp_path)


def test_auto_falls_back_to_tfidf(monkeypatch):
    def gone(spec):
        raise Unavailable("not installed")

    monkeypatch.setattr("knowledge.encoders.opening.find_model", gone)
    assert open_encoder("auto", texts=lambda: CORPUS).name == "tfidf-svd"


def test_a_model_that_is_nowhere_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(Unavailable, match="hf download somebody/some-model"):
        open_encoder("somebody/some-model")


def test_the_hub_cache_is_looked_into(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    snapshot = tmp_path / "models--somebody--some-model" / "snapshots" / "abc"
    snapshot.mkdir(parents=True)
    (snapshot / "modules.json").write_text("[]")
    (tmp_path / "models--somebody--some-model" / "refs").mkdir()
    (tmp_path / "models--somebody--some-model" / "refs" / "main").write_text("abc")
    assert find_model("somebody/some-model") == ("somebody/some-model", snapshot)


def test_tfidf_needs_texts():
    with pytest.raises(BadInput, match="there are none"):
        open_encoder("tfidf")


def test_a_missing_or_broken_record_says_so(tmp_path):
    with pytest.raises(BaseMissing):
        read_encoder(tmp_path)
    (tmp_path / "encoder.json").write_text('{"kind": "lexical"}')
    with pytest.raises(BaseDamaged):
        read_encoder(tmp_path)


class Counting:
    """An encoder that counts what it is asked; fails once after some texts, as a killed build would."""

    name, dim = "counting", 2

    def __init__(self, fingerprint: str = "one", fail_at: int = 10**9) -> None:
        self.fingerprint, self.fail_at, self.asked = fingerprint, fail_at, []

    def encode(self, texts, *, progress=None):
        if len(self.asked) + len(texts) > self.fail_at:
            raise KeyboardInterrupt
        self.asked.extend(texts)
        angle = np.array([len(t) for t in texts], dtype=np.float32)
        if progress is not None:
            progress(len(texts), len(texts))
        return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def test_the_cache_encodes_only_what_changed(tmp_path):
    cache = tmp_path / "deep" / "cache.sqlite"
    first, second, third = Counting(), Counting(), Counting("two")
    one = embed(first, ["a", "bb", "a", "ccc"], cache=cache)
    assert first.asked == ["a", "bb", "ccc"]
    two = embed(second, ["ccc", "dddd", "bb"], cache=cache)
    assert second.asked == ["dddd"]
    np.testing.assert_array_equal(two[[0, 2]], one[[3, 1]])
    embed(third, ["a"], cache=cache)
    assert third.asked == ["a"], "another encoder's rows are not mixed in"


def test_a_killed_run_goes_on_where_it_stopped(tmp_path):
    texts = ["x" * i for i in range(1, 1500)]
    killed, again = Counting(fail_at=1100), Counting()
    with pytest.raises(KeyboardInterrupt):
        embed(killed, texts, cache=tmp_path / "c.sqlite")
    seen = []
    rows = embed(again, texts, cache=tmp_path / "c.sqlite", progress=lambda done, total: seen.append((done, total)))
    assert len(again.asked) == len(texts) - 1024
    assert seen[0] == (1024, 1499)
    assert seen[-1] == (1499, 1499)
    np.testing.assert_allclose(rows, embed(Counting(), texts), atol=1e-7)


def test_without_a_cache_nothing_is_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert embed(Counting(), []).shape == (0, 2)
    embed(Counting(), ["a"])
    assert list(Path(tmp_path).iterdir()) == []
