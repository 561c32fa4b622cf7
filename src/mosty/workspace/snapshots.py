"""The files of a workspace as they were last loaded, kept in the user's cache under a digest of their content."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from mosty.model.version import __version__
from mosty.rdf.loading import Loaded
from mosty.rdf.packing import pack, unpack

_SUFFIX = ".loaded"
# All files, and all but one that somebody is working at, before and after a change.
_KEPT = 4


def find(folder: Path, key: str, files: Sequence[tuple[Path, str]]) -> Loaded | None:
    """Give what was loaded from files; None when the cache does not hold just that, whole.

    Args:
        folder: the cache of the workspace.
        key: a digest of all that the result depends on.
        files: path and name of each file.
    """
    try:
        data = (folder / (key + _SUFFIX)).read_bytes()
    except OSError:
        return None
    return unpack(data, _full(key), files)


def keep(folder: Path, key: str, loaded: Loaded) -> None:
    """Write beside, rename, and forget older ones; where nothing can be written, nothing is kept."""
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".building-", suffix=_SUFFIX, dir=folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(pack(loaded, _full(key)))
            Path(name).chmod(0o644)  # private data is never validated, so never in here
            Path(name).replace(folder / (key + _SUFFIX))
        finally:
            with suppress(OSError):
                Path(name).unlink(missing_ok=True)
        _sweep(folder)


def _full(key: str) -> str:
    return f"{__version__} {key}"


def _sweep(folder: Path) -> None:
    """A reader takes a file whole, so an old one can go at any time; one that is being written, after an hour."""
    aged = sorted((path.stat().st_mtime, path) for path in folder.glob("*" + _SUFFIX))
    started = [path for modified, path in aged if path.name.startswith(".") and modified < time.time() - 3600]
    for path in (*started, *[path for _, path in aged if not path.name.startswith(".")][:-_KEPT]):
        with suppress(OSError):
            path.unlink()
