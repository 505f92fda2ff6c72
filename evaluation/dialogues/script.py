"""Dialogue files: reading, variables, and saying where something in them does not fit."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from knowledge.errors import BadInput

__all__ = ["Script", "Step", "read_scripts"]

EXPECTATIONS = (
    "slate", "reply", "intent", "constraint", "no_constraint", "profile", "no_profile", "question", "notices", "wish", "prefer", "accepted",
    "tokens_at_most", "calls_at_most", "ms_at_most", "brain",
)  # fmt: skip
SLATE = ("any", "all", "none", "first", "every", "some", "never", "at_least", "at_most", "exactly", "fresh", "moved", "same_as")
REPLY = ("matches", "not")
TURN = ("say", "feedback", "rewind", "new_session", "expect", "note")
FILE = ("name", "base", "ability", "variables", "repeats", "user", "turns", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One turn of a dialogue: what is said or done, and what is expected of the answer."""

    say: str = ""
    feedback: Mapping[str, str] = field(default_factory=dict)
    rewind: int | None = None
    new_session: bool = False
    expect: Mapping[str, Any] = field(default_factory=dict)
    line: str = ""
    """Where it stands, for messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One dialogue."""

    name: str
    file: str
    base: str = ""
    ability: tuple[int, ...] = ()
    """Which of the agent's abilities it covers (docs/evaluate.md)."""
    user: bool = False
    """True for a named person, whose profile outlives a session."""
    repeats: int = 1
    steps: tuple[Step, ...] = ()


def read_scripts(paths: Iterable[str | Path]) -> list[Script]:
    """Read every dialogue of the files and folders, in order. Raises BadInput naming file, dialogue and turn."""
    scripts: list[Script] = []
    for path in _files(paths):
        scripts += _read(path)
    seen: dict[str, str] = {}
    for script in scripts:
        if script.name in seen:
            raise BadInput(f"{script.file}: the name {script.name!r} is also in {seen[script.name]}; give each dialogue its own")
        seen[script.name] = script.file
    if not scripts:
        raise BadInput(f"no dialogues in {', '.join(str(p) for p in paths)}; write YAML files with 'name' and 'turns'")
    return scripts


def _files(paths: Iterable[str | Path]) -> list[Path]:
    found: list[Path] = []
    for given in paths:
        path = Path(given)
        built_in = Path(__file__).parent / str(given)
        if not path.exists() and built_in.is_dir():
            path = built_in
        if not path.exists():
            raise BadInput(f"{str(path)!r} is not there; name a YAML file, a folder of them, or one of: films, games")
        found += sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
    return found


def _read(path: Path) -> list[Script]:
    import yaml

    try:
        documents = list(yaml.safe_load_all(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
            raise BadInput(f"{path.name} cannot be read: {error}") from error
        line, snippet = error.problem_mark.line + 1, error.problem_mark.get_snippet() or ""
        mend = "put what is said in quotes" if ": " in snippet else "look at its brackets, quotes and indents"
        raise BadInput(f"{path.name} cannot be read: {error.problem} in line {line}; {mend}\n{snippet}") from error
    scripts = []
    for number, data in enumerate(documents, start=1):
        rows = data if isinstance(data, list) else [data]
        scripts += [_script(row, path, number) for row in rows if row is not None]
    return scripts


def _script(data: Any, path: Path, number: int) -> Script:
    where = f"{path.name}, dialogue {number}"
    if not isinstance(data, Mapping):
        raise BadInput(f"{where}: write a mapping with 'name' and 'turns', not {data!r}")
    _known(data, FILE, where)
    name = str(data.get("name") or f"{path.stem} {number}")
    variables = {str(k): v for k, v in (data.get("variables") or {}).items()}
    turns = data.get("turns")
    if not isinstance(turns, list) or not turns:
        raise BadInput(f"{where} ({name}): 'turns' is empty; write a list of turns, each with 'say'")
    ability = data.get("ability", ())
    return Script(
        name=name,
        file=path.name,
        base=str(data.get("base", "")),
        ability=tuple(ability) if isinstance(ability, list | tuple) else (int(ability),),
        user=bool(data.get("user", False)),
        repeats=int(data.get("repeats", 1)),
        steps=tuple(_step(turn, variables, f"{where} ({name}), turn {at}") for at, turn in enumerate(turns, start=1)),
    )


def _step(data: Any, variables: Mapping[str, Any], where: str) -> Step:
    if isinstance(data, str):
        data = {"say": data}
    if not isinstance(data, Mapping):
        raise BadInput(f"{where}: write what is said, or a mapping with 'say' and 'expect', not {data!r}")
    data = _filled(data, variables, where)
    _known(data, TURN, where)
    if not any(k in data for k in ("say", "feedback", "rewind", "new_session")):
        raise BadInput(f"{where}: nothing happens; write 'say', 'feedback', 'rewind' or 'new_session'")
    expect = data.get("expect") or {}
    if not isinstance(expect, Mapping):
        raise BadInput(f"{where}: 'expect' is {expect!r}; write a mapping such as {{slate: {{at_least: 3}}}}")
    _known(expect, EXPECTATIONS, f"{where}, expect")
    if isinstance(expect.get("slate"), Mapping):
        _known(expect["slate"], SLATE, f"{where}, expect.slate")
    if isinstance(expect.get("reply"), Mapping):
        _known(expect["reply"], REPLY, f"{where}, expect.reply")
    return Step(
        say=str(data.get("say", "")),
        feedback={str(k): str(v) for k, v in (data.get("feedback") or {}).items()},
        rewind=data.get("rewind"),
        new_session=bool(data.get("new_session", False)),
        expect=expect,
        line=where,
    )


def _filled(value: Any, variables: Mapping[str, Any], where: str) -> Any:
    """Put variables in: `${name}` alone becomes the value itself, within a text its words."""
    if isinstance(value, Mapping):
        return {k: _filled(v, variables, where) for k, v in value.items()}
    if isinstance(value, list):
        return [_filled(v, variables, where) for v in value]
    if not isinstance(value, str):
        return value

    def named(match: re.Match[str]) -> Any:
        if match[1] not in variables:
            raise BadInput(f"{where}: the variable {match[1]!r} is not among 'variables': {', '.join(variables) or 'none'}")
        return variables[match[1]]

    whole = re.fullmatch(r"\$\{(\w+)\}", value)
    return named(whole) if whole else re.sub(r"\$\{(\w+)\}", lambda m: str(named(m)), value)


def _known(data: Mapping[str, Any], names: Sequence[str], where: str) -> None:
    for key in data:
        if key not in names:
            near = difflib.get_close_matches(str(key), names, n=1, cutoff=0.4)
            raise BadInput(f"{where}: {key!r} is not known" + (f"; did you mean {near[0]!r}?" if near else f"; write {', '.join(names)}"))
