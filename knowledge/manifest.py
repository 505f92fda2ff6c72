"""The manifest of a base: what is in it, what made it, and hashes by which damage shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from knowledge.errors import BaseDamaged, BaseMissing, BaseOutdated

__all__ = ["FORMAT", "Manifest", "hash_files"]

FORMAT = 1
"""Version of the directory's layout. A base of another version is built again."""

_UNHASHED = ("fitted", "vectors/chroma")
"""Folders that change after the build: what is fitted later, and a database that writes on opening."""

_CHECKED_BYTES = 1 << 20
"""Files up to this size are hashed at every opening; of larger ones only the size is looked at, until `verify`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What `manifest.json` says."""

    name: str
    format: int = FORMAT
    sources: tuple[str, ...] = ()
    made: str = ""
    """When it was built, ISO time in UTC."""
    parts: tuple[str, ...] = ()
    """catalogue, interactions, graph, vectors, dialogues."""
    counts: Mapping[str, int] = field(default_factory=dict)
    encoder: Mapping[str, Any] = field(default_factory=dict)
    """name, dim and hash of the encoder whose vectors these are; empty without vectors."""
    files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """File, relative to the base -> {"bytes", "sha256"}."""
    notes: tuple[str, ...] = ()
    """What the person should know of the build: rows left out, items of a joined source without a match."""

    @property
    def stamp(self) -> str:
        """A hash over all files: the same contents give the same stamp."""
        lines = "".join(f"{name} {entry['sha256']}\n" for name, entry in sorted(self.files.items()))
        return hashlib.sha256(lines.encode()).hexdigest()[:16]

    def save(self, folder: Path) -> None:
        """Write `manifest.json` into the folder."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)
        (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        """Read the manifest of a base.

        Raises:
            BaseMissing: no base stands there.
            BaseDamaged: the manifest is broken.
            BaseOutdated: the base has another format version.
        """
        path = folder / "manifest.json"
        again = f"build it: sommelier build SOURCE --out {folder}"
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError) as error:
            what = "holds no finished knowledge base" if folder.is_dir() else "does not exist"
            raise BaseMissing(f"{str(folder)!r} {what}; {again}") from error
        except (OSError, ValueError) as error:
            raise BaseDamaged(f"{str(path)!r} cannot be read ({error}); {again}") from error
        if not isinstance(data, dict) or not isinstance(data.get("format"), int):
            raise BaseDamaged(f"{str(path)!r} is not a manifest; {again}")
        if data["format"] != FORMAT:
            age = "an older" if data["format"] < FORMAT else "a newer"
            raise BaseOutdated(f"{str(folder)!r} was made by {age} version (format {data['format']}, this one reads {FORMAT}); {again}")
        try:
            lists = {key: tuple(data[key]) for key in ("sources", "parts", "notes")}
            return cls(**{**data, **lists})
        except (KeyError, TypeError) as error:
            raise BaseDamaged(f"{str(path)!r} lacks something ({error}); {again}") from error

    def check(self, folder: Path, *, thorough: bool = False) -> None:
        """Compare the files with the manifest; `thorough` hashes the large ones too. Raises BaseDamaged naming the file."""
        again = f"build the base again: sommelier build SOURCE --out {folder}"
        for name, entry in self.files.items():
            path = folder / name
            try:
                size = path.stat().st_size
            except OSError as error:
                raise BaseDamaged(f"{str(path)!r} is missing; {again}") from error
            if size != entry["bytes"]:
                raise BaseDamaged(f"{str(path)!r} has {size} bytes and should have {entry['bytes']}; {again}")
            if (thorough or size <= _CHECKED_BYTES) and _sha256(path) != entry["sha256"]:
                raise BaseDamaged(f"{str(path)!r} was changed since the build; {again}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_files(folder: Path) -> dict[str, dict[str, Any]]:
    """Return size and hash of every file of a base that does not change after the build, by relative name."""
    result = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != "manifest.json" and not name.startswith(_UNHASHED):
            result[name] = {"bytes": path.stat().st_size, "sha256": _sha256(path)}
    return result
