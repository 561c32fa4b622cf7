"""Copies of sources: the texts that positions of evidence count in. They stay outside the workspace's data."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from mosty.model.errors import InputError, UsageError
from mosty.rdf.reading import read_bytes, walk


class Texts:
    """The copies of sources in a folder, each found by the SHA-256 that the source's record states.

    Args:
        folder: the folder; folders inside it are searched too.

    Raises:
        UsageError: there is no such folder, or no file in it.
        InputError: a file in it cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not folder.is_dir():
            raise UsageError(
                f"{folder}: no texts here: no such folder", "name the folder with copies of the sources"
            )
        files = sorted(path for path in map(Path, walk(folder)) if path.is_file())
        if not files:
            raise UsageError(f"{folder}: no texts here", "name the folder with copies of the sources")
        self._files = {_digest(path): path for path in reversed(files)}
        self._read = cache(read_text)

    def path(self, sha256: str) -> Path | None:
        """The file with this SHA-256; the first by name when there are several."""
        return self._files.get(sha256)

    def find(self, sha256: str) -> str | None:
        """The text with this SHA-256, or None when there is no copy of it.

        Raises:
            InputError: it is not UTF-8.
        """
        path = self._files.get(sha256)
        return None if path is None else self._read(path)


def read_text(path: Path) -> str:
    """Read a text exactly as its bytes are: a byte order mark and every line end count as characters.

    Raises:
        InputError: it cannot be read, or is not UTF-8.
    """
    try:
        return read_bytes(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: not UTF-8 text (byte {error.start})", "positions are counted in UTF-8 text"
        ) from None


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}", "check its rights") from None
