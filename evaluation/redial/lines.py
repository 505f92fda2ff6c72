"""JSON files, with errors that name file and line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.errors import BadInput

__all__ = ["json_lines", "json_object"]


def json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON Lines file; none where the file is missing. Raises BadInput."""
    if not path.is_file():
        return
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise BadInput(f"{path} line {number} is not JSON ({error.msg}); download the file again") from error
            if not isinstance(row, dict):
                raise BadInput(f"{path} line {number} is a {type(row).__name__}; each line must be one dialogue object")
            yield row


def json_object(path: Path) -> dict[str, Any]:
    """Return the object in a JSON file; empty where the file is missing. Raises BadInput."""
    if not path.is_file():
        return {}
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise BadInput(f"{path} is not JSON ({error.msg}); download the file again") from error
    if not isinstance(data, dict):
        raise BadInput(f"{path} holds a {type(data).__name__}; it must be one object")
    return data
