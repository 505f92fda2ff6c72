"""The data report as a page: one file of HTML, no scripts, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from knowledge.report import Report, _plain, _share

__all__ = ["report_html"]

_STYLE = """
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); --bar: #8a3b4c; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: .2rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .3rem .6rem .3rem 0;
border-bottom: 1px solid var(--line);
vertical-align: top; } td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
meter { width: 5rem; } .wrap { overflow-x: auto; } ul { padding-left: 1.2rem; } p.lead { margin-top: 0; opacity: .8; }
"""


def report_html(report: Report) -> str:
    """Return the report as an HTML document."""
    counts = ", ".join(f"{count:,} {escape(what)}" for what, count in report.counts.items())
    facets = (
        (
            escape(f.name),
            escape(f.kind),
            _meter(f.coverage),
            f"{f.values:,}",
            escape(", ".join(f"{value} ({count:,})" for value, count in f.top)),
        )
        for f in report.facets
    )
    numbers = (
        (
            escape(n.name),
            escape(n.role),
            _meter(n.coverage),
            *((_plain(n.low), _plain(n.middle), _plain(n.high)) if n.coverage else ("", "", "")),
            escape(n.unit),
        )
        for n in report.numbers
    )
    parts = [
        f"<h1>{escape(report.name)}</h1><p class=lead>{counts}</p>",
        _list("People can ask", report.can),
        _list("People cannot ask", report.cannot),
        _table("Facets", ("facet", "kind", "coverage", "values", "commonest"), facets),
        _table("Numbers", ("number", "role", "coverage", "lowest", "median", "highest", "unit"), numbers),
        _table("Dates", ("date", "coverage"), ((escape(name), _meter(share)) for name, share in report.dates)),
        _table(
            "Text and pictures",
            ("what", "coverage"),
            (
                (f"descriptions, {report.words:.0f} words on average", _meter(report.described)),
                ("pictures", _meter(report.pictures)),
                ("links", _meter(report.links)),
            ),
        ),
        _figures("Graph", report.graph),
        _figures("Interactions", report.interactions),
        _list(
            f"Items that look like the same ({report.duplicate_count:,})", [f"{title}: {a} and {b}" for title, a, b in report.duplicates]
        ),
        _list("Notes of the build", report.notes),
    ]
    head = f'<meta charset=utf-8><meta name=viewport content="width=device-width"><title>{escape(report.name)}: data report</title>'
    return f"<!doctype html><html lang=en><head>{head}<style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>\n"


def _meter(share: float) -> str:
    return f"<meter min=0 max=1 value={share:.3f}></meter> {_share(share)}"


def _table(heading: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    if not body:
        return ""
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    return f"<h2>{escape(heading)}</h2><div class=wrap><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def _figures(heading: str, figures: dict[str, float]) -> str:
    rows = (
        (escape(name.replace("_", " ")), _share(v) if name.startswith("items_") else f"{v:,.1f}".removesuffix(".0"))
        for name, v in figures.items()
    )
    return _table(heading, ("figure", "value"), rows)


def _list(heading: str, entries: Sequence[str]) -> str:
    if not entries:
        return ""
    return f"<h2>{escape(heading)}</h2><ul>" + "".join(f"<li>{escape(entry)}</li>" for entry in entries) + "</ul>"
