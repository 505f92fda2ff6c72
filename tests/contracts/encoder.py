"""What every encoder promises. A test class for a new one names it in a fixture and inherits the rest."""

import numpy as np

from knowledge.encoders import Encoder, EncoderRecord, read_encoder, write_encoder

TEXTS = ["two thieves plan a last robbery", "a robbery planned by thieves", "a quiet love story by the sea", "the sea and a love story"]


class EncoderContract:
    """Needs a fixture `encoder`: an `Encoder` that knows the words of TEXTS."""

    def test_is_an_encoder(self, encoder):
        assert isinstance(encoder, Encoder)
        assert encoder.name
        assert encoder.dim > 0

    def test_gives_unit_float32_rows(self, encoder):
        rows = encoder.encode(TEXTS)
        assert rows.shape == (len(TEXTS), encoder.dim)
        assert rows.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)

    def test_nothing_gives_no_rows(self, encoder):
        assert encoder.encode([]).shape == (0, encoder.dim)

    def test_strange_texts_give_finite_rows(self, encoder):
        rows = encoder.encode(["", " ", "\x00", "東京 🎬", "x" * 5000, "!?"])
        assert np.isfinite(rows).all()
        assert (np.linalg.norm(rows, axis=1) < 1.0001).all()

    def test_the_same_text_gives_the_same_bytes_alone_or_in_company(self, encoder):
        alone = encoder.encode(TEXTS[:1])
        assert alone.tobytes() == encoder.encode(TEXTS[:1]).tobytes()
        np.testing.assert_allclose(encoder.encode(TEXTS)[0], alone[0], atol=1e-5)

    def test_like_meanings_are_nearer(self, encoder):
        rows = encoder.encode(TEXTS)
        assert rows[0] @ rows[1] > rows[0] @ rows[2]
        assert rows[2] @ rows[3] > rows[2] @ rows[1]

    def test_progress_ends_at_the_total(self, encoder):
        seen = []
        encoder.encode(TEXTS, progress=lambda done, total: seen.append((done, total)))
        assert seen[-1] == (len(TEXTS), len(TEXTS))

    def test_comes_back_from_a_base(self, encoder, tmp_path):
        record = write_encoder(encoder, tmp_path / "encoder")
        assert isinstance(record, EncoderRecord)
        assert record.dim == encoder.dim
        back = read_encoder(tmp_path / "encoder")
        assert back.record() == record
        assert back.encode(TEXTS).tobytes() == encoder.encode(TEXTS).tobytes()
