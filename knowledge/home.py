"""Where named bases lie: $SOMMELIER_HOME, else the user's data directory."""

from __future__ import annotations

import os
import re
from pathlib import Path

from knowledge.errors import BadInput

__all__ = ["home", "resolve"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def home() -> Path:
    """Return the directory that holds what the program keeps; it may not exist yet."""
    named = os.environ.get("SOMMELIER_HOME")
    if named:
        return Path(named).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("sommelier", appauthor=False))


def resolve(base: str | Path) -> Path:
    """Return the directory of a base given by path, or by the name under which it was built without `--out`.

    A plain name means the named base unless a directory of that name stands here. Raises BadInput for an empty name.
    """
    if isinstance(base, Path):
        return base.expanduser()
    if not base.strip():
        raise BadInput("the base's name is empty; give a directory or a name")
    here = Path(base).expanduser()
    if _NAME.fullmatch(base) and not (here / "manifest.json").is_file():
        return home() / "bases" / base
    return here
