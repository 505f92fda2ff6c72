"""Cards: read, checked key by key, written and read back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from knowledge.errors import BadInput
from knowledge.sources.card import Card
from knowledge.sources.card_file import load_card, save_card
from knowledge.sources.open import FILMS
from tests.knowledge.games import SCHEMA

FULL = """
name: shop
source: shop.csv
item: {singular: lamp, plural: lamps, also: [light], use: buy, used: [bought]}
columns: {id: sku, title: name, description: text, text: [claim], lat: lat, lon: lon, separator: ";"}
facets:
  style: {column: styles, kind: tag, words: [look], synonyms: {modern: [new, contemporary], no: plain}, askable: 0.7, weight: 0.5}
  colour: colours
numbers:
  price: {unit: EUR, role: price, more: [dearer], less: cheaper}
  cosy: {column: tones.cosy, role: scale, low: 0, high: 4, integer: no}
dates: {made: made_on}
keys: {ean: ean_code}
interactions: {file: sales.csv, user: customer, item: sku, time: at}
relations: {file: goes.csv}
aliases: {file: also.csv, alias: name}
show: [price, style]
examples: [Something like Luna]
"""


def card_of(text: str, tmp_path: Path) -> Card:
    path = tmp_path / "shop.card.yaml"
    path.write_text(text, encoding="utf-8")
    return load_card(path)


def test_every_part_is_read(tmp_path: Path):
    card = card_of(FULL, tmp_path)
    assert card.id == "sku"
    assert card.text == ("claim",)
    assert [f.facet.name for f in card.facets] == ["style", "colour"]
    assert card.facets[1].column == "colours"
    assert card.facets[0].facet.synonyms == {"modern": ("new", "contemporary"), "no": ("plain",)}
    assert card.numbers[0].column == "price"
    assert card.numbers[0].number.less == ("cheaper",)
    assert card.numbers[1].number.integer is False
    assert card.interactions is not None
    assert (card.interactions.user, card.interactions.item, card.interactions.value) == ("customer", "sku", None)
    assert card.relations == {"file": "goes.csv", "head": "head", "relation": "relation", "tail": "tail"}
    assert card.schema.place is True
    assert card.schema.dates == ("made",)
    assert card.schema.item.use == "buy"
    assert card.columns[:4] == ("sku", "name", "text", "claim")


@pytest.mark.parametrize("make", [lambda path: card_of(FULL, path), lambda _: load_card(FILMS), lambda _: Card.of_schema(SCHEMA)])
def test_a_written_card_reads_back_the_same(make, tmp_path: Path):
    card = make(tmp_path)
    save_card(card, tmp_path / "again.yaml", "two\nlines")
    again = load_card(tmp_path / "again.yaml")
    assert again == replace(card, show=again.show)
    assert again.schema == card.schema


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colums: {id: a}", "unknown key 'colums'; did you mean 'columns'"),
        ("columns: {titel: a}", "columns: unknown key 'titel'; did you mean 'title'"),
        ("facets: {style: {kinds: tag}}", "facet 'style': unknown key 'kinds'; did you mean 'kind'"),
        ("facets: {style: {kind: persona}}", "'kind' is 'persona'; did you mean 'person'"),
        ("numbers: {p: {role: prise}}", "'role' is 'prise'; did you mean 'price'"),
        ("numbers: {p: {low: cheap}}", "'low' is 'cheap'; write a number"),
        ("numbers: {p: {low: 4, high: 1}}", "'low' is 4 and 'high' is 1"),
        ("numbers: {p: {role: scale}}", "needs both 'low' and 'high'"),
        ("facets: [a, b]", "expected NAME"),
        ("facets: {a: {synonyms: [x]}}", "'synonyms'"),
        ("columns: {title: [a, b]}", "write one word"),
        ("facets: {a: x}\nnumbers: {a: y}", "two attributes are named 'a'"),
        ("facets: {style: x}\nshow: [styl]", "did you mean 'style'"),
        ("columns: {lat: a}", "go together"),
        ("interactions: {user: u}", "'file' is missing"),
        ("relations: {head: u}", "'file' is missing"),
        ("just a text", "expected keys and values"),
        ("a: [", "line 2, column 1: not YAML"),
    ],
)
def test_a_fault_names_key_value_and_mend(text: str, message: str, tmp_path: Path):
    with pytest.raises(BadInput) as error:
        card_of(text, tmp_path)
    assert message in str(error.value)
    assert "shop.card.yaml" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_card_is_said(tmp_path: Path):
    with pytest.raises(BadInput, match="cannot be read"):
        load_card(tmp_path / "none.yaml")


def test_a_saved_card_is_plain_yaml_with_its_comment(tmp_path: Path):
    save_card(card_of(FULL, tmp_path), tmp_path / "c.yaml", "first\nsecond")
    text = (tmp_path / "c.yaml").read_text(encoding="utf-8")
    assert text.startswith("# first\n# second\nname: shop\n")
    assert yaml.safe_load(text)["facets"]["style"]["synonyms"]["no"] == ["plain"]
