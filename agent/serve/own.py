"""Bring your own table: what an uploaded table's columns are taken for, corrected by the person, as a card to build with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

from agent.serve.icons import ICONS
from agent.serve.marks import attributes, button
from knowledge.errors import BadInput
from knowledge.report import Report
from knowledge.schema import Facet, Number
from knowledge.sources.card import Card, CardFacet, CardNumber
from knowledge.sources.cells import as_text, is_missing
from knowledge.sources.faults import Faults
from knowledge.sources.guess import guess_card
from knowledge.sources.rows import Rows, table_kind

__all__ = ["MOST_BYTES", "Table", "base_name", "corrected", "form_html", "guess", "progress_html", "report_panel", "role_of", "upload_html"]

MOST_BYTES = 200_000_000
"""Size of a table that may be uploaded."""

ROLES = {
    "": "leave out",
    "title": "title",
    "id": "identifier",
    "description": "description",
    "text": "further text",
    "category": "category",
    "person": "people or makers",
    "tag": "tags",
    "ordinal": "ordered classes",
    "series": "series",
    "year": "year",
    "duration": "length or duration",
    "price": "price",
    "rating": "rating",
    "count": "count",
    "measure": "other number",
    "date": "date",
    "popularity": "how much it is taken",
    "aliases": "other names",
    "image": "picture",
    "url": "link",
    "lat": "latitude",
    "lon": "longitude",
}
_SINGLE = ("title", "id", "description", "popularity", "aliases", "image", "url", "lat", "lon")
_FACETS = ("category", "person", "tag", "ordinal", "series")
_NUMBERS = ("year", "duration", "price", "rating", "count", "measure", "scale")


class Table:
    """An uploaded table: its columns, a few values of each, and the guessed card."""

    def __init__(self, path: Path, name: str) -> None:
        """Read the head of a table. Raises BadInput where it is none, is too large or has no title."""
        if table_kind(Path(name)) is None or table_kind(path) is None:
            raise BadInput(f"{name!r} is not a table this page can read; bring a .csv, .tsv, .jsonl, .json or .parquet file")
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise BadInput(
                f"{name!r} has {size / 1e6:.0f} MB and the page takes {MOST_BYTES / 1e6:.0f} MB at most; "
                f"build larger ones with: sommelier build {name}"
            )
        self.path, self.name = path, name
        rows = Rows(path, Faults(10**9))
        head = rows.head(200)
        self.columns = tuple(rows.columns)
        self.samples = {c: tuple(dict.fromkeys(as_text(r[c])[:60] for r in head if not is_missing(r.get(c))))[:3] for c in self.columns}
        self.card = guess_card(path)


def guess(path: Path, name: str) -> Table:
    """Return an uploaded table with its guessed roles. Raises BadInput."""
    return Table(path, name)


def base_name(name: str) -> str:
    """Return a directory name made of a file's or a person's: "My Games.csv" -> "my-games"."""
    stem = re.sub(r"\.(csv|tsv|jsonl|json|parquet|ndjson)(\.gz)?$", "", name.strip().lower())
    return re.sub(r"[^a-z0-9]+", "-", stem).strip("-")[:40] or "catalogue"


def role_of(card: Card, column: str) -> str:
    """Return the role a card gives a column, "" for none."""
    for role in _SINGLE:
        if getattr(card, role) == column:
            return role
    if column in card.text:
        return "text"
    for facet in card.facets:
        if facet.column == column:
            return facet.facet.kind
    for number in card.numbers:
        if number.column == column:
            return "measure" if number.number.role == "scale" else ("count" if number.number.role == "popularity" else number.number.role)
    return "date" if column in card.dates.values() else ""


def corrected(card: Card, roles: Mapping[str, str], *, name: str, singular: str = "", plural: str = "") -> Card:
    """Return a card with the roles a person chose; what stays as it was guessed keeps its words. Raises BadInput."""
    single: dict[str, Any] = dict.fromkeys(_SINGLE)
    text: list[str] = []
    facets: list[CardFacet] = []
    numbers: list[CardNumber] = []
    dates: dict[str, str] = {}
    for column, role in roles.items():
        if role not in ROLES:
            raise BadInput(f"column {column!r}: {role!r} is no role; choose one of {', '.join(r for r in ROLES if r)}")
        if role in _SINGLE:
            if single[role] is not None:
                raise BadInput(f"{single[role]!r} and {column!r} are both the {ROLES[role]}; only one column can be")
            single[role] = column
        elif role == "text":
            text.append(column)
        elif role in _FACETS:
            facets.append(_facet(card, column, role))
        elif role in _NUMBERS:
            numbers.append(_number(card, column, role))
        elif role == "date":
            dates[next((n for n, c in card.dates.items() if c == column), _plain(column))] = column
    if single["title"] is None:
        raise BadInput("no column is the title; choose the one that names each thing")
    item = card.item
    if singular.strip():
        item = replace(item, singular=singular.strip()[:40], plural=(plural.strip() or singular.strip() + "s")[:40])
    kept = {f.facet.name for f in facets} | {n.number.name for n in numbers}
    show = tuple(s for s in card.show if s in kept) or tuple(kept)[:4]
    return replace(
        card, name=name, item=item, text=tuple(text), facets=tuple(facets), numbers=tuple(numbers), dates=dates, show=show, **single
    )


def _plain(column: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", column.lower()).strip("_") or "column"


def _facet(card: Card, column: str, role: Any) -> CardFacet:
    known = next((f for f in card.facets if f.column == column), None)
    if known is not None:
        return known if known.facet.kind == role else replace(known, facet=replace(known.facet, kind=role))
    return CardFacet(column=column, facet=Facet(name=_plain(column), kind=role))


def _number(card: Card, column: str, role: Any) -> CardNumber:
    known = next((n for n in card.numbers if n.column == column), None)
    if known is not None:
        return known if role_of(card, column) == role else replace(known, number=replace(known.number, role=role))
    return CardNumber(column=column, number=Number(name=_plain(column), role=role, integer=False))


def _head(title: str) -> str:
    return f"<header><h2>{escape(title)}</h2>{button('', 'close-sheet', kind='round', icon=ICONS['close'], name='Close')}</header>"


def upload_html(problem: str = "") -> str:
    """Return the first sheet: choose a file."""
    bad = f'<p class="sm-note sm-bad" role="alert">{escape(problem)}</p>' if problem else ""
    return (
        f"{_head('Bring your own table')}"
        '<p class="sm-lead">A table of the things to recommend: one row each, with a column that names them. Everything else is guessed '
        "from the columns, and you can put it right. The file stays on the machine this page runs on.</p>"
        f'{bad}<label class="sm-drop">{ICONS["table"]}<b>Choose a file or drop it here</b>'
        f"<span>CSV, TSV, JSON Lines, JSON or Parquet, up to {MOST_BYTES / 1e6:.0f} MB</span>"
        '<input type="file" data-upload accept=".csv,.tsv,.jsonl,.ndjson,.json,.parquet,.gz"></label>'
    )


def form_html(table: Table, problem: str = "") -> str:
    """Return the second sheet: the guessed roles, to be corrected."""
    rows = []
    for at, column in enumerate(table.columns):
        guessed = role_of(table.card, column)
        options = "".join(
            f"<option{attributes(value=role, selected=role == guessed)}>{escape(words)}</option>" for role, words in ROLES.items()
        )
        sample = " · ".join(table.samples.get(column, ())) or "empty"
        rows.append(
            f'<tr><th scope="row"><label for="sm-role-{at}">{escape(column)}</label></th><td class="sm-sample">{escape(sample)}</td>'
            f'<td><select id="sm-role-{at}" data-column="{escape(column)}">{options}</select></td></tr>'
        )
    bad = f'<p class="sm-note sm-bad" role="alert">{escape(problem)}</p>' if problem else ""
    item = table.card.item
    fields = "".join(
        f'<label class="sm-field"><span>{words}</span><input type="text" maxlength="40"{attributes(data_field=name, value=value)}></label>'
        for name, words, value in (
            ("name", "Name of the catalogue", base_name(table.name)),
            ("singular", "One of them is a", item.singular),
            ("plural", "Several are", item.plural),
        )
    )
    start = button("Build it", "build", kind="solid", path=str(table.path), file=table.name)
    return (
        f"{_head('Is this how to read it?')}{bad}<div class='sm-fields'>{fields}</div>"
        f"<div class='sm-scroll'><table class='sm-roles'><thead><tr><th>Column</th><th>For example</th><th>What it is</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>"
        f"<footer class='sm-row'>{start}{button('Another file', 'own', kind='tiny')}</footer>"
    )


def progress_html(title: str, stage: tuple[str, int, int], *, stop: bool = False, note: str = "") -> str:
    """Return a sheet or page part with a progress bar; `stage` as builds report it."""
    what, done, total = stage
    lead = f'<p class="sm-lead">{escape(note)}</p>' if note else ""
    share = attributes(value=f"{done / total:.3f}", max=1) if total else ""
    figure = f"{done:,} of {total:,}" if total else (f"{done:,}" if done else "")
    ending = f"<footer class='sm-row'>{button('Stop', 'stop-build', kind='tiny', icon=ICONS['stop'])}</footer>" if stop else ""
    return (
        f'<div class="sm-progress" role="status"><h2>{escape(title)}</h2><progress{share} aria-label="{escape(what)}"></progress>'
        f"<p><span>{escape(what[:1].upper() + what[1:])}</span><span>{figure}</span></p>{lead}</div>{ending}"
    )


def report_panel(report: Report, key: str) -> str:
    """Return the last sheet: what people can and cannot ask of the new base."""

    def listed(heading: str, lines: tuple[str, ...] | list[str]) -> str:
        return f"<section><h3>{heading}</h3><ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul></section>" if lines else ""

    counts = ", ".join(f"{count:,} {escape(what)}" for what, count in report.counts.items())
    coverage = [(f.name, f.coverage) for f in report.facets] + [(n.name, n.coverage) for n in report.numbers]
    bars = "".join(
        f'<tr><th scope="row">{escape(name.replace("_", " "))}</th><td><i class="sm-bar" style="width:{100 * share:.0f}%"></i></td>'
        f'<td class="sm-figure">{100 * share:.0f} %</td></tr>'
        for name, share in coverage
    )
    filled = f"<section><h3>How much is filled in</h3><table class='sm-bars'><tbody>{bars}</tbody></table></section>" if bars else ""
    return (
        f"{_head(f'{report.name} is ready')}<p class='sm-lead'>{counts}</p><div class='sm-columns'>"
        f"{listed('People can ask', list(report.can))}{listed('People cannot ask', list(report.cannot))}</div>{filled}"
        f"{listed('Notes of the build', list(report.notes))}"
        f"<footer class='sm-row'>{button('Talk to it', 'choose', kind='solid', base=key)}</footer>"
    )
