"""Tables as sources: every format, every role, and every kind of bad input named by file, row and column."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import polars
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.errors import BadInput, BadRows
from knowledge.items import Item
from knowledge.sources.base import Events
from knowledge.sources.card_file import parse_card
from knowledge.sources.cells import as_date, as_number, slug
from knowledge.sources.events import strengths
from knowledge.sources.faults import Faults
from knowledge.sources.table import TableSource

CARD = {
    "name": "shop",
    "columns": {
        "id": "sku",
        "title": "name",
        "description": "text",
        "aliases": "also",
        "lat": "lat",
        "lon": "lon",
        "image": "img",
        "url": "url",
    },
    "facets": {"style": {"column": "styles", "separator": ";"}},
    "numbers": {"price": {"role": "price"}, "year": {"column": "made", "role": "year"}},
    "dates": {"made": "made"},
    "keys": {"ean": "ean"},
}
HEAD = "sku,name,text,also,lat,lon,img,url,styles,price,made,ean"
ROW = 'l1,Luna,"A lamp, round.",Moon|La Luna,52.5,13.4,i.png,https://x.example,modern; round;modern,"€1,299.50",2019-05-01,400'
LUNA = Item(
    id="l1",
    title="Luna",
    aliases=("Moon", "La Luna"),
    description="A lamp, round.",
    facets={"style": ("modern", "round")},
    numbers={"price": 1299.5, "year": 2019.0},
    dates={"made": "2019-05-01"},
    place=(52.5, 13.4),
    image="i.png",
    url="https://x.example",
    keys={"ean": "400"},
)


def source_of(path: Path, card: dict[str, object] | None = None, allowed: int = 0) -> TableSource:
    return TableSource(path, parse_card(card or CARD, "card"), Faults(allowed))


def items_of(path: Path, card: dict[str, object] | None = None, allowed: int = 0) -> list[Item]:
    return [item for item, _ in source_of(path, card, allowed).items()]


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def test_every_role_of_a_csv(tmp_path: Path):
    assert items_of(write(tmp_path / "t.csv", f"{HEAD}\n{ROW}\n")) == [LUNA]


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_other_delimiters_are_found(mark: str, tmp_path: Path):
    text = f"sku{mark}name{mark}price\na{mark}Ada{mark}3\n"
    card = {"columns": {"id": "sku", "title": "name"}, "numbers": {"price": "price"}}
    assert items_of(write(tmp_path / "t.csv", text), card)[0].numbers == {"price": 3.0}


def test_bom_utf16_crlf_blank_lines_and_gzip(tmp_path: Path):
    text = "sku,name\r\n\r\na,Amélie\r\nb,Zoë\r\n"
    card = {"columns": {"id": "sku", "title": "name"}}
    files = {
        "bom.csv": b"\xef\xbb\xbf" + text.encode(),
        "wide.csv": text.encode("utf-16"),
        "packed.csv.gz": gzip.compress(text.encode()),
    }
    for name, data in files.items():
        assert [i.title for i in items_of(write(tmp_path / name, data), card)] == ["Amélie", "Zoë"], name


def test_json_lines_json_and_parquet_are_one(tmp_path: Path):
    rows = [
        {"sku": "a", "name": "Ada", "styles": ["x", "y"], "tones": {"cosy": 3}, "price": None},
        {"sku": "b", "name": "Bo", "styles": [], "tones": {"cosy": None}, "price": 2.5},
    ]
    card = {"columns": {"id": "sku", "title": "name"}, "facets": {"style": "styles"}, "numbers": {"cosy": "tones.cosy", "price": "price"}}
    write(tmp_path / "t.jsonl", "\n".join(map(json.dumps, rows)))
    write(tmp_path / "t.json", json.dumps(rows))
    polars.DataFrame(rows).write_parquet(tmp_path / "t.parquet")
    for name in ("t.jsonl", "t.json", "t.parquet"):
        ada, bo = items_of(tmp_path / name, card)
        assert (ada.facets, ada.numbers) == ({"style": ("x", "y")}, {"cosy": 3.0}), name
        assert (bo.facets, bo.numbers) == ({}, {"price": 2.5}), name


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("l2,,x,,,,,,,,,", "t.csv row 3, column 'name': the title is empty"),
        (",Sol,x,,,,,,,,,", "t.csv row 3, column 'sku': the id is empty"),
        ("l1,Sol,x,,,,,,,,,", "t.csv row 3, column 'sku': id 'l1' stands in row 2 already"),
        ("l2,Sol,x,,,,,,,cheap,,", "t.csv row 3, column 'price': 'cheap' is not a number"),
        ("l2,Sol,x,,,,,,,1e999,,", "t.csv row 3, column 'price': '1e999' is not a finite number"),
        ("l2,Sol,x,,,,,,,,someday,", "t.csv row 3, column 'made': 'someday' is not a"),
        ("l2,Sol,x,,95,1,,,,,,", "t.csv row 3, columns 'lat', 'lon': (95, 1) is no place"),
        ("l2,Sol,x", "t.csv row 3: 3 cells, fewer than the 12 columns"),
        ("l2,Sol,x,,,,,,,,,,,", "t.csv row 3: 14 cells, more than the 12 columns"),
        (f"l2,{'x' * 200_001},x,,,,,,,,,", "t.csv row 3, column 'name': 200001 characters, the limit is 200000"),
    ],
)
def test_a_bad_row_is_named_and_may_be_left_out(row: str, message: str, tmp_path: Path):
    path = write(tmp_path / "t.csv", f"{HEAD}\n{ROW}\n{row}\n")
    with pytest.raises(BadRows) as error:
        items_of(path)
    assert message in str(error.value)
    assert len(str(error.value)) < 400
    assert len(error.value.rows) == 1
    assert items_of(path, allowed=1) == [LUNA]


def test_wrong_encoding_names_the_row(tmp_path: Path):
    path = write(tmp_path / "t.csv", b"sku,name\na,Ada\nb,Am\xe9lie\n")
    card = {"columns": {"id": "sku", "title": "name"}}
    with pytest.raises(BadRows, match=r"t.csv row 3, column 'name': .* not UTF-8; save the file as UTF-8"):
        items_of(path, card)
    assert [i.id for i in items_of(path, card, allowed=1)] == ["a"]


def test_many_bad_rows_are_counted_and_listed(tmp_path: Path):
    path = write(tmp_path / "t.csv", "sku,name\n" + "".join(f"s{i},\n" for i in range(50)))
    with pytest.raises(BadRows) as error:
        items_of(path, {"columns": {"id": "sku", "title": "name"}}, allowed=3)
    assert "rows are bad and 3 were allowed" in str(error.value)
    assert 4 <= len(error.value.rows) <= 50
    assert error.value.rows[0].startswith("t.csv row 2, column 'name'")


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("t.csv", b"", "empty"),
        ("t.csv", b"\n\n", "empty"),
        ("t.csv", b"sku,name\n", "no items"),
        ("t.csv", b"sku,sku,name\n", "two columns are named 'sku'"),
        ("t.csv", b"sku,nmae\na,b\n", "no column 'name', which the card names; did you mean 'nmae'"),
        ("t.csv", b'sku,name\na,"never closed\nb,c\n' + b"d,e\n" * 300_000, "never closed"),
        ("t.xlsx", b"x", "ending"),
        ("t.jsonl", b"", "no rows"),
        ("t.json", b"{}", "write a list"),
        ("t.json", b"{", "not JSON"),
        ("t.parquet", b"x", "not a Parquet file"),
        ("t.csv.gz", b"not gzip", "not a whole gzip file"),
        (
            "t.csv.gz",
            gzip.compress(b"sku,name\n" + b"".join(b"a%d,b%d\n" % (i, i * i) for i in range(10_000)), mtime=0)[:9000],
            "not a whole gzip file",
        ),
    ],
)
def test_a_file_that_cannot_be_read(name: str, data: bytes, message: str, tmp_path: Path):
    path = write(tmp_path / name, data)
    with pytest.raises(BadInput, match=message) as error:
        items_of(path, {"columns": {"id": "sku", "title": "name"}})
    assert "\n" not in str(error.value)


def test_a_missing_file_is_said(tmp_path: Path):
    with pytest.raises(BadInput, match="there is no file"):
        source_of(tmp_path / "none.csv")


def test_bad_json_lines_are_rows(tmp_path: Path):
    path = write(tmp_path / "t.jsonl", '{"sku": "a", "name": "Ada"}\n[1]\n{"sku": \n{"sku": "b", "name": "Bo"}\n')
    card = {"columns": {"id": "sku", "title": "name"}}
    with pytest.raises(BadRows) as error:
        items_of(path, card, allowed=1)
    assert [line.split(":")[0] for line in error.value.rows] == ["t.jsonl row 2", "t.jsonl row 3"]
    assert [i.id for i in items_of(path, card, allowed=2)] == ["a", "b"]


def test_ids_made_of_titles_stay_distinct(tmp_path: Path):
    path = write(tmp_path / "t.csv", "name,year\nLa Vie,1999\nLa Vie,2005\nLa Vie,2005\n!!!,1\n")
    card = {"columns": {"title": "name"}, "numbers": {"year": "year"}}
    assert [i.id for i in items_of(path, card)] == ["la-vie", "la-vie-2005", "la-vie-2", "item"]


def side_files(tmp_path: Path, card: dict[str, object], **files: str) -> TableSource:
    write(tmp_path / "t.csv", "sku,name,style\na,Ada,red|blue\nb,Bo,red\nc,Cy,\n")
    for name, text in files.items():
        write(tmp_path / f"{name}.csv", text)
    base = {"columns": {"id": "sku", "title": "name", "separator": "|"}, "facets": {"style": {"column": "style", "kind": "person"}}}
    source = TableSource(tmp_path / "t.csv", parse_card({**base, **card}, "card"), Faults(0))
    list(source.items())
    return source


def test_aliases_from_a_file(tmp_path: Path):
    write(tmp_path / "also.csv", "item,alias\na,Lady Ada\na,Countess\n")
    write(tmp_path / "t.csv", "sku,name\na,Ada\n")
    card = {"columns": {"id": "sku", "title": "name"}, "aliases": {"file": "also.csv"}}
    assert items_of(tmp_path / "t.csv", card)[0].aliases == ("Lady Ada", "Countess")


def test_relations_name_items_values_and_new_entities(tmp_path: Path):
    text = "head,relation,tail\na,sequel of,b\nb,likes,red\na,set in,place:Rome\n"
    source = side_files(tmp_path, {"relations": {"file": "r.csv"}}, r=text)
    assert [(r.head, r.relation, r.tail) for r in source.relations()] == [
        ("item:a", "sequel of", "item:b"),
        ("item:b", "likes", "person:red"),
        ("item:a", "set in", "place:Rome"),
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a,x,zz", "r.csv row 2: 'zz' is neither an item id nor a value"),
        ("item:zz,x,a", "r.csv row 2: 'item:zz' is neither"),
        ("a,x,a", "r.csv row 2: 'a' points at itself"),
        ("a,,b", "r.csv row 2: the relation is empty"),
    ],
)
def test_dangling_and_circular_relations_are_bad_rows(line: str, message: str, tmp_path: Path):
    source = side_files(tmp_path, {"relations": {"file": "r.csv"}}, r=f"head,relation,tail\n{line}\n")
    with pytest.raises(BadRows) as error:
        list(source.relations())
    assert message in str(error.value)


def events_of(tmp_path: Path, text: str, **spec: str) -> Events:
    source = side_files(tmp_path, {"interactions": {"file": "e.csv", **spec}}, e=text)
    events = source.events()
    assert events is not None
    return events


def rows_of(events: Events) -> list[tuple[str, str, float]]:
    return [(events.users[u], events.items[i], round(float(v), 3)) for u, i, v in zip(events.user, events.item, events.value, strict=True)]


def test_interactions_one_event_a_row(tmp_path: Path):
    events = events_of(tmp_path, "who,what,stars,at\nu1,a,5,100\nu2,a,1,50\nu1,b,3,\n", user="who", item="what", value="stars", time="at")
    assert [r[:2] for r in rows_of(events)] == [("u1", "a"), ("u2", "a"), ("u1", "b")]
    assert [v > 0 for v in events.value] == [True, False, True]
    assert events.time[0] == 100
    assert events.time[2] != events.time[2]


def test_interactions_with_dates(tmp_path: Path):
    events = events_of(tmp_path, "user,item,at\nu,a,1970-01-02 00:00:00\nu,b,1970-01-03 00:00:00\n", time="at")
    assert events.time.tolist() == [86400.0, 172800.0]
    assert events.value.tolist() == [1.0, 1.0]


def test_interactions_one_person_a_row(tmp_path: Path):
    events = events_of(tmp_path, "user,loves,hates\nu1,a|b,c\nu2,,\n", items="loves", disliked="hates")
    assert rows_of(events) == [("u1", "a", 1.0), ("u1", "b", 1.0), ("u1", "c", -1.0)]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("u,zz,1", "e.csv row 3, column 'item': there is no item 'zz' in the catalogue"),
        (",a,1", "e.csv row 3, column 'user': the user is empty"),
        ("u,,1", "e.csv row 3, column 'item': the item is empty"),
        ("u,a,much", "e.csv row 3, column 'value': 'much' is not a number"),
        ("u,a,1,2,3", "e.csv row 3: 5 cells, more than the 3 columns"),
    ],
)
def test_bad_events_are_named(line: str, message: str, tmp_path: Path):
    with pytest.raises(BadRows) as error:
        events_of(tmp_path, f"user,item,value\nu,a,1\n{line}\nu,b,2\n", value="value")
    assert message in str(error.value)


def test_strengths_tell_ratings_from_counts():
    import numpy as np

    assert strengths(np.array([1.0, 2, 3, 4, 5])).tolist()[0] == -1.0
    assert strengths(np.array([1.0, 2, 3, 4, 5]))[2] > 0
    assert strengths(np.array([1.0, 40.0, 2000.0])).min() > 0
    assert strengths(np.array([-2.0, 4.0])).tolist() == [-0.5, 1.0]
    assert strengths(np.array([1.0, 1.0])).tolist() == [1.0, 1.0]
    assert strengths(np.array([0.0, 100.0]), "score").tolist() == [-1.0, 1.0]


@pytest.mark.parametrize(
    ("cell", "number"),
    [("3", 3.0), (" -2.5 ", -2.5), ("$12.99", 12.99), ("1,234,567", 1234567.0), ("90 min", 90.0), ("5%", 5.0), ("1e3", 1000.0), (7, 7.0),
     (True, 1.0), ("", None), ("N/A", None), ("-", None), (float("nan"), None), (None, None), ("12 €", 12.0), (".5", 0.5)],
)  # fmt: skip
def test_numbers_as_people_write_them(cell: object, number: float | None):
    assert as_number(cell) == number


@pytest.mark.parametrize("cell", ["abc", "3,5", "1-2", "inf", "1.2.3", "+", float("inf"), "12 or 13"])
def test_what_is_no_number_is_refused(cell: object):
    with pytest.raises(BadInput):
        as_number(cell)


def test_dates_and_slugs():
    assert as_date("2020/3/4") == "2020-03-04"
    assert as_date("2020-03-04T10:00:00Z") == "2020-03-04"
    assert as_date(1999.0) == "1999"
    assert as_date("unknown") is None
    with pytest.raises(BadInput):
        as_date("3/4/2020")
    with pytest.raises(BadInput):
        as_date("2020-02-31")
    assert slug("Amélie & the Cat!") == "amelie-and-the-cat"


CELLS = st.one_of(st.text(max_size=20), st.sampled_from(["", "1", "abc", "nan", "1,2", '"', "\n", "a|b", "\0", "\ufeff"]))


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(st.lists(CELLS, min_size=0, max_size=5), max_size=8))
def test_a_random_table_gives_good_items_or_one_clear_line(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]):
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["sku", "name", "price", "styles"])
    writer.writerows(rows)
    path = write(tmp_path_factory.mktemp("random") / "t.csv", text.getvalue().encode("utf-8", "surrogatepass"))
    card = {
        "columns": {"id": "sku", "title": "name"},
        "numbers": {"price": "price"},
        "facets": {"style": {"column": "styles", "separator": "|"}},
    }
    try:
        items = items_of(path, card)
    except BadInput as error:
        said = str(error)
    else:
        said = "fine"
    assert said
    assert "\n" not in said
    if said != "fine":
        return
    assert items
    assert len({item.id for item in items}) == len(items)
    for item in items:
        assert item.title
        assert item.title == item.title.strip()
        assert "\0" not in item.title
        assert all(value for values in item.facets.values() for value in values)
        assert all(abs(n) < float("inf") for n in item.numbers.values())
