"""What every source keeps, whatever it reads."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.entities import split_entity
from knowledge.sources import Source

__all__ = ["SourceContract"]


class SourceContract:
    """Inherit, and give a fixture `source` that makes a fresh source with at least one item."""

    @pytest.fixture
    def source(self) -> Source:
        raise NotImplementedError

    def test_items_fit_the_schema(self, source: Source):
        schema = source.schema()
        items = [item for item, _ in source.items()]
        assert items
        assert len({item.id for item in items}) == len(items)
        for item in items:
            assert item.id
            assert item.title.strip() == item.title != ""
            assert set(item.facets) <= set(schema.facet_names)
            assert set(item.numbers) <= set(schema.number_names)
            assert set(item.dates) <= set(schema.dates)
            assert all(values and all(values) and len(set(values)) == len(values) for values in item.facets.values())
            assert all(np.isfinite(number) for number in item.numbers.values())
            assert item.popularity >= 0
            assert schema.place or item.place is None

    def test_events_are_of_its_items_and_strengths_lie_within_one(self, source: Source):
        ids = {item.id for item, _ in source.items()}
        events = source.events()
        if events is None:
            return
        assert set(events.items) <= ids
        assert len(events.user) == len(events.item) == len(events.value) == len(events.time) == len(events)
        assert (np.abs(events.value) <= 1.0).all()
        assert events.user.max() < len(events.users)
        assert events.item.max() < len(events.items)

    def test_relations_and_dialogues_name_its_items(self, source: Source):
        ids = {item.id for item, _ in source.items()}
        source.events()
        for relation in source.relations():
            assert relation.head != relation.tail
            for end in (relation.head, relation.tail):
                kind, value = split_entity(end)
                assert kind != "item" or value in ids
        for dialogue in source.dialogues():
            for utterance in dialogue.utterances:
                assert utterance.speaker in ("seeker", "recommender")
                assert set(utterance.items) <= ids
