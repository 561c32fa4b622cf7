"""The files of a release while it is made: each goes to disk as it comes, and its sums are taken on the way."""

from __future__ import annotations

import gzip as zip_format
import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any, NamedTuple

from mosty.model.errors import InputError

_LEVEL = 6
SCRATCH = ".scratch"
_PIECE = 1 << 16
_NO_NAME = re.compile(r'[\\:*?"<>|\x00-\x1f\x7f]')
_LONGEST_NAME = 255  # in bytes: no file system has longer ones
_MOST_FOLDERS = 30


class ReleaseFile(NamedTuple):
    """A file of a release.

    Attributes:
        path: inside the folder, with ``/``.
        title: what it holds.
        size: in bytes.
        sha256: its SHA-256.
        part: what it is one of many of: ``site``; empty for what stands for itself.
    """

    path: str
    title: str
    size: int
    sha256: str
    part: str = ""


class Stage:
    """A folder in which a release is put together.

    Args:
        folder: where the files go; None to take only their sums.

    Attributes:
        part: what the files that come next are a part of.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.part = ""
        self._files: dict[str, ReleaseFile] = {}

    @property
    def scratch(self) -> Path | None:
        """A folder for files that are made on the way: it goes with the stage, however that ends."""
        if self.folder is None:
            return None
        (self.folder / SCRATCH).mkdir(exist_ok=True)
        return self.folder / SCRATCH

    @property
    def files(self) -> list[ReleaseFile]:
        """The files so far, sorted by path."""
        return [self._files[path] for path in sorted(self._files)]

    def add(
        self,
        path: str,
        title: str,
        content: str | bytes | Iterable[str] | Iterable[bytes],
        *,
        gzip: bool = False,
    ) -> ReleaseFile:
        """Add a file; what comes in pieces never stands in memory as a whole.

        Args:
            path: relative, with ``/``, inside the folder.
            title: what it holds, in a few words.
            content: what stands in it; text becomes UTF-8.
            gzip: put the compressed file (``.gz``) beside it.

        Raises:
            InputError: another file has that path, or it leads out of the folder.
            OSError: it cannot be written.
        """
        self._refuse(path)
        with (
            _Sink(self._target(path)) as plain,
            _Sink(self._target(f"{path}.gz") if gzip else None) as packed,
        ):
            # No name and no time of the day in the header: the same content gives the same bytes.
            packer = zip_format.GzipFile("", "wb", _LEVEL, _Writable(packed), 0) if gzip else None
            for piece in pieces(content):
                plain.write(piece)
                if packer:
                    packer.write(piece)
            if packer:
                packer.close()
                self._files[f"{path}.gz"] = packed.told(f"{path}.gz", f"{title} (gzip)", self.part)
        self._files[path] = plain.told(path, title, self.part)
        return self._files[path]

    def sibling(self) -> Stage:
        """A stage for another process, which makes other files of the same release."""
        return Stage(self.folder)

    def result(self) -> object:
        """What a sibling has to tell; `join` takes it in. It can be pickled."""
        return self.files

    def join(self, result: Any) -> None:
        """Take in the files of a sibling."""
        self._files.update((file.path, file._replace(part=self.part)) for file in result)

    def _refuse(self, path: str) -> None:
        if path in self._files or not is_plain(path):
            raise InputError(
                f"two files of the release are called {path!r}, or it is no name for one", "rename the file"
            )

    def _target(self, path: str) -> Path | None:
        return None if self.folder is None else self.folder / path


def is_plain(name: str) -> bool:
    """Whether a name is a path to a file inside a folder, the same on every system.

    >>> is_plain("tables/a.csv"), is_plain("../a"), is_plain("/a"), is_plain("a//b"), is_plain("C:a")
    (True, False, False, False, False)
    """
    parts = PurePosixPath(name).parts
    return (
        0 < len(parts) <= _MOST_FOLDERS
        and name == "/".join(parts)
        and not {"/", ".."} & {*parts}
        and not _NO_NAME.search(name)
        and all(len(part.encode("utf-8", "replace")) <= _LONGEST_NAME for part in parts)
    )


class _Sink:
    """A file that is written once, with its size and SHA-256."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: IO[bytes] | None = None
        self._digest = hashlib.sha256()
        self._size = 0

    def __enter__(self) -> _Sink:
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("xb")
        return self

    def __exit__(self, failure: object, *_: object) -> None:
        if self._file is not None and self._path is not None:
            self._file.close()
            if failure is not None:  # so that a caller can do without this file
                self._path.unlink()

    def write(self, piece: bytes) -> None:
        self._digest.update(piece)
        self._size += len(piece)
        if self._file is not None:
            self._file.write(piece)

    def told(self, path: str, title: str, part: str) -> ReleaseFile:
        return ReleaseFile(path, title, self._size, self._digest.hexdigest(), part)


class _Writable(io.RawIOBase):
    """A sink as the standard library's compressor wants it."""

    def __init__(self, sink: _Sink) -> None:
        self._sink = sink

    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        data = bytes(memoryview(piece))  # type: ignore[arg-type]
        self._sink.write(data)
        return len(data)


def pieces(content: str | bytes | Iterable[str] | Iterable[bytes]) -> Iterator[bytes]:
    """The content in pieces that are worth a write."""
    if isinstance(content, (str, bytes)):
        content = [content.encode() if isinstance(content, str) else content]
    waiting: list[bytes] = []
    size = 0
    for piece in content:
        data = piece.encode() if isinstance(piece, str) else piece
        waiting.append(data)
        size += len(data)
        if size >= _PIECE:
            yield b"".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)
