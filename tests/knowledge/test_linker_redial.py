"""The promise of the linker, measured on ReDial's validation split: precision and recall of .90 or more."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.linking.measure import measure_linking
from evaluation.linking.redial_text import RedialText


@pytest.mark.data
@pytest.mark.slow
def test_mentions_of_redial_are_found_and_little_else(shared_data: Path) -> None:
    data = RedialText(shared_data / "redial")
    linker = data.linker()
    texts = [text for dialogue in data.dialogues("valid") for text in dialogue.texts][:4000]
    written = measure_linking(data, linker, texts)
    assert written.by_title.marked > 1000
    assert written.by_title.precision >= 0.90
    assert written.by_title.recall >= 0.90
    small = measure_linking(data, linker, [text.lowered() for text in texts[:2000]])
    assert small.by_title.precision >= 0.88
    assert small.by_title.recall >= 0.88
