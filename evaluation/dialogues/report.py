"""Results of scripted dialogues as text, JUnit XML, JSON and one HTML page."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from textwrap import shorten
from xml.etree import ElementTree

from evaluation.dialogues.run import Result, summary

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
                told = [f"turn {n}: {t.say}\n  {line}" for n, t in enumerate(row.turns, start=1) for line in t.failed]
                failure = ElementTree.SubElement(case, "failure", message=_xml(told[0].replace("\n", " ")))
                failure.text = _xml("\n".join(told))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _xml(text: str) -> str:
    """Return the text without characters XML cannot hold."""
    return "".join(c for c in text if c in "\n\t" or ord(c) >= 32)


_STYLE = """
:root{color-scheme:light dark;--ink:#2b2320;--soft:#7d716a;--paper:#fbf8f4;--line:#e4dcd3;--bad:#9c1f3a;--good:#3d6b4a}
@media (prefers-color-scheme:dark){:root{--ink:#eee6de;--soft:#a99d93;--paper:#1d1917;--line:#3a332f;--bad:#e77a90;--good:#8fc39d}}
body{font:16px/1.5 Georgia,serif;max-width:52rem;margin:2rem auto;padding:0 1rem;background:var(--paper);color:var(--ink)}
details{border-top:1px solid var(--line);padding:.5rem 0}summary{cursor:pointer}.bad{color:var(--bad)}.good{color:var(--good)}
.say{font-weight:bold;margin:.8rem 0 .2rem}.reply{white-space:pre-wrap;color:var(--soft)}small{color:var(--soft)}
"""


def as_html(results: Sequence[Result], title: str = "Dialogues") -> str:
    """Return one page: counts, then each dialogue to open, failed ones first and open."""
    counts = summary(results)
    name = html.escape(title)
    head = f"<meta charset='utf-8'><meta name='viewport' content='width=device-width'><title>{name}</title><style>{_STYLE}</style>"
    told = f"{counts['passed']} of {counts['runs']} passed, {counts['turns']} turns, p95 {counts['ms p95']:.0f} ms"
    parts = [f"<!doctype html><html lang='en'>{head}<h1>{name}</h1><p>{told}</p>"]
    for result in sorted(results, key=lambda r: r.passed):
        mark = "<span class='good'>passed</span>" if result.passed else "<span class='bad'>failed</span>"
        opened = "" if result.passed else " open"
        parts.append(f"<details{opened}><summary>{mark} {html.escape(result.name)} <small>{html.escape(result.file)}</small></summary>")
        for turn in result.turns:
            parts.append(f"<p class='say'>{html.escape(turn.say)}</p><p class='reply'>{html.escape(turn.reply)}</p>")
            parts += [f"<p class='bad'>{html.escape(line)}</p>" for line in turn.failed]
            if turn.failed and turn.understood:
                parts.append(f"<p><small>understood: {html.escape(turn.understood)}</small></p>")
        parts.append("</details>")
    return "\n".join([*parts, "</html>\n"])


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
