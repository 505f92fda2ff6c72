"""Results of scripted dialogues as text, JUnit XML, JSON and one HTML page."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from textwrap import shorten
from xml.etree import ElementTree

from evaluation.dialogues.run import Result, TurnResult, summary

__all__ = ["as_html", "as_json", "as_junit", "as_text", "write_reports"]


def as_text(results: Sequence[Result]) -> str:
    """Return every failure with its turn, then the counts."""
    lines: list[str] = []
    for result in results:
        if result.passed:
            continue
        lines.append(f"FAILED {result.name} ({result.file})" + (f", repeat {result.repeat + 1}" if result.repeat else ""))
        for number, turn in enumerate(result.turns, start=1):
            if turn.failed:
                lines.append(f"  turn {number}: {turn.say}")
                lines += [f"    - {line}" for line in turn.failed]
                if turn.understood:
                    lines.append(f"    understood: {turn.understood}")
                lines.append(f"    reply: {shorten(turn.reply, 300, placeholder=' ...')}")
    counts = summary(results)
    lines.append(
        f"{counts['passed']} of {counts['runs']} dialogues passed; {counts['turns']} turns, {counts['turns failed']} with a failure; "
        f"p50 {counts['ms p50']:.0f} ms, p95 {counts['ms p95']:.0f} ms"
    )
    if len(counts["pass^k"]) > 1:
        lines.append("pass^k: " + ", ".join(f"{k} {p:.3f}" for k, p in enumerate(counts["pass^k"], start=1)))
    return "\n".join(lines)


def as_junit(results: Sequence[Result]) -> str:
    """Return JUnit XML: a suite a file, a case a run."""
    root = ElementTree.Element("testsuites", tests=str(len(results)), failures=str(sum(not r.passed for r in results)))
    for file in dict.fromkeys(r.file for r in results):
        rows = [r for r in results if r.file == file]
        suite = ElementTree.SubElement(root, "testsuite", name=file, tests=str(len(rows)), failures=str(sum(not r.passed for r in rows)))
        for row in rows:
            name = row.name + (f" #{row.repeat + 1}" if row.repeat else "")
            case = ElementTree.SubElement(suite, "testcase", classname=file, name=name, time=f"{sum(t.ms for t in row.turns) / 1000:.3f}")
            if not row.passed:
                told = [
                    f"turn {n}: {t.say}\n" + "\n".join(f"  {x}" for x in t.failed) for n, t in enumerate(row.turns, start=1) if t.failed
                ]
                first = next((n, t) for n, t in enumerate(row.turns, start=1) if t.failed)
                failure = ElementTree.SubElement(case, "failure", message=_xml(f"turn {first[0]}, {first[1].failed[0]}"))
                failure.text = _xml("\n".join(told))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _xml(text: str) -> str:
    """Return the text without characters XML cannot hold."""
    return "".join(c for c in text if c in "\n\t" or ord(c) >= 32)


_STYLE = """
:root{color-scheme:light dark;--ink:#2b2320;--soft:#6d625b;--paper:#fbf8f4;--line:#e4dcd3;--bad:#9c1f3a;--good:#3d6b4a;--tint:#f7e9ea}
@media (prefers-color-scheme:dark){
:root{--ink:#eee6de;--soft:#b3a79d;--paper:#1d1917;--line:#3a332f;--bad:#f08ca0;--good:#8fc39d;--tint:#34211f}}
body{font:16px/1.5 Georgia,serif;max-width:52rem;margin:2rem auto;padding:0 1rem;background:var(--paper);color:var(--ink)}
details{border-top:1px solid var(--line);padding:.6rem 0}summary{cursor:pointer}
.bad{color:var(--bad)}.good{color:var(--good)}small{color:var(--soft)}
.turn{margin:.9rem 0 0 1.2rem}.say{font-weight:bold;margin:0}.say small{font-weight:normal;margin-right:.5rem}
.reply{white-space:pre-wrap;color:var(--soft);margin:.2rem 0}.reply b{color:var(--ink)}
.why{background:var(--tint);border-left:3px solid var(--bad);margin:.4rem 0;padding:.4rem .8rem}.why p{margin:0}
"""


def as_html(results: Sequence[Result], title: str = "Dialogues") -> str:
    """Return one page: counts, then each dialogue to open, failed ones first and open."""
    counts = summary(results)
    name = html.escape(title)
    head = f"<meta charset='utf-8'><meta name='viewport' content='width=device-width'><title>{name}</title><style>{_STYLE}</style>"
    kind = "good" if counts["passed"] == counts["runs"] else "bad"
    told = f"<b class='{kind}'>{counts['passed']} of {counts['runs']} passed</b>, {counts['turns']} turns, p95 {counts['ms p95']:.0f} ms"
    parts = [f"<!doctype html><html lang='en'>{head}<h1>{name}</h1><p>{told}</p>"]
    for result in sorted(results, key=lambda r: r.passed):
        mark = "<span class='good'>passed</span>" if result.passed else "<span class='bad'>failed</span>"
        repeat = f" #{result.repeat + 1}" if result.repeat else ""
        # Of several runs of one dialogue the first is open; the others would say the same at length.
        opened = "" if result.passed or result.repeat else " open"
        where = f"<small>{html.escape(result.file)}</small>"
        parts.append(f"<details{opened}><summary>{mark} {html.escape(result.name)}{repeat} {where}</summary>")
        parts += [_turn(number, turn) for number, turn in enumerate(result.turns, start=1)]
        parts.append("</details>")
    return "\n".join([*parts, "</html>\n"])


def _turn(number: int, turn: TurnResult) -> str:
    reply = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", html.escape(turn.reply))
    why = "".join(f"<p class='bad'>{html.escape(line)}</p>" for line in turn.failed)
    if turn.failed and turn.understood:
        why += f"<p><small>understood: {html.escape(turn.understood)}</small></p>"
    said = f"<p class='say'><small>{number}</small>{html.escape(turn.say)}</p><p class='reply'>{reply}</p>"
    return f"<div class='turn'>{said}{f'<div class=why>{why}</div>' if why else ''}</div>"


def as_json(results: Sequence[Result]) -> str:
    """Return the counts and every run as JSON."""
    return json.dumps({**summary(results), "results": [x.to_json() for x in results]}, indent=1) + "\n"


def write_reports(results: Sequence[Result], *, junit: Path | None = None, page: Path | None = None, data: Path | None = None) -> None:
    """Write the reports asked for."""
    texts: list[tuple[Path | None, Callable[[Sequence[Result]], str]]] = [(junit, as_junit), (page, as_html), (data, as_json)]
    for path, make in texts:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(make(results), encoding="utf-8")
