"""Putting a finished base in place: written in a directory beside, then swapped in, one writer at a time."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from knowledge.errors import BadInput, BaseError, BaseLocked

__all__ = ["publishing", "recover"]


def _previous(place: Path) -> Path:
    return place.with_name(f".{place.name}.previous")


def recover(place: Path) -> None:
    """Bring back a base that was moved aside by a build killed between its two renames; else do nothing.

    A build that lives is waited for: it is about to put the new base in place.
    """
    if place.exists() or not _previous(place).exists():
        return
    import filelock

    try:
        with filelock.FileLock(_lock_file(place), timeout=5):
            _bring_back(place)
    except filelock.Timeout as error:
        raise BaseLocked(f"another process is writing {str(place)!r}; wait for it to end") from error


def _lock_file(place: Path) -> Path:
    return place.with_name(f".{place.name}.lock")


def _bring_back(place: Path) -> None:
    if not place.exists() and (_previous(place) / "manifest.json").is_file():
        _previous(place).rename(place)


@contextmanager
def publishing(place: Path) -> Iterator[Path]:
    """Yield an empty directory to write a base into; put it at `place` when the block ends without an error.

    Whatever stood at `place` stays untouched until then, and stays for good when the block fails or the process is killed.

    Raises:
        BadInput: `place` is a file, or a directory that holds something else than a base.
        BaseLocked: another process is writing the same base.
        BaseError: the disk is full or may not be written.
    """
    import filelock

    if place.exists() and not place.is_dir():
        raise BadInput(f"{str(place)!r} is a file; name a directory for the base")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(_lock_file(place), timeout=0)
        with lock:
            _bring_back(place)
            if place.is_dir() and any(place.iterdir()) and not (place / "manifest.json").is_file():
                raise BadInput(f"{str(place)!r} holds files that are no knowledge base; name an empty or new directory")
            yield from _written(place)
    except filelock.Timeout as error:
        raise BaseLocked(f"another process is writing {str(place)!r}; wait for it to end, or name another directory") from error
    except OSError as error:
        raise _plain(error, place) from error
    except sqlite3.OperationalError as error:
        if "full" in str(error):
            raise _plain(OSError(errno.ENOSPC, "No space left on device"), place) from error
        raise


def _written(place: Path) -> Iterator[Path]:
    # Holding the lock means that no other build lives: what such directories are left over was killed.
    for left in place.parent.glob(f".{place.name}.building-*"):
        shutil.rmtree(left, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=f".{place.name}.building-", dir=place.parent))
    try:
        work.chmod(0o755)
        yield work
        for path in work.rglob("*"):
            if path.is_file():
                _flush(path)
        previous = _previous(place)
        shutil.rmtree(previous, ignore_errors=True)
        if place.exists():
            place.rename(previous)
        work.rename(place)
        shutil.rmtree(previous, ignore_errors=True)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _plain(error: OSError, place: Path) -> BaseError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return BaseError(
            f"the disk is full at {str(place.parent)!r}; free some space and build again (what stood there before is untouched)"
        )
    return BaseError(f"{str(place)!r} cannot be written: {error.strerror or error}; choose another directory with --out")
