"""The files of a release as they lie there: all that are listed, no others, unchanged, and packed copies that fit."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import stat
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from mosty.model.errors import InputError
from mosty.publish.folder import CHECKSUMS
from mosty.publish.staging import is_plain
from mosty.rdf.reading import decode, read_bytes

_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_PIECE = 1 << 20
_MOST_BYTES = 1 << 28


class Lying(NamedTuple):
    """A file as it lies there: its size in bytes and its SHA-256."""

    size: int
    sha256: str


def listed(folder: Path) -> tuple[dict[str, str], list[str]]:
    """Read the checksums of a release.

    Args:
        folder: of the release.

    Returns:
        SHA-256 by path, and what is wrong with the list.

    Raises:
        InputError: there is no list, so this is no release.
    """
    path = folder / CHECKSUMS
    if not path.is_file() or path.is_symlink():
        raise InputError(f"{folder}: is no release: it has no {CHECKSUMS}", "name the folder of a release")
    if path.stat().st_size > _MOST_BYTES:
        raise InputError(f"{path}: is too large for a list of checksums", "take the release anew")
    return parse(decode(read_bytes(path), str(path)))


def parse(text: str) -> tuple[dict[str, str], list[str]]:
    r"""Read the text of SHA256SUMS; names that lead out of the folder are refused.

    >>> parse("x  a\n")
    ({}, ['SHA256SUMS, line 1: is no checksum with a file name'])
    """
    sums: dict[str, str] = {}
    folders: set[str] = set()
    wrong: list[str] = []
    lines = text.split("\n")
    if lines.pop():
        wrong.append(f"{CHECKSUMS}: the last line has no end")
    for number, line in enumerate(lines, 1):
        match = _LINE.fullmatch(line)
        if match is None:
            wrong.append(f"{CHECKSUMS}, line {number}: is no checksum with a file name")
        elif not is_plain(match[2]) or match[2] == CHECKSUMS:
            wrong.append(
                f"{CHECKSUMS}, line {number}: no name of a file inside the release: {match[2][:300]!r}"
            )
        elif match[2] in sums:
            wrong.append(f"{CHECKSUMS}, line {number}: {match[2]} is listed twice")
        elif match[2] in folders or not sums.keys().isdisjoint(above := _above(match[2])):
            wrong.append(f"{CHECKSUMS}, line {number}: {match[2]}: a file cannot be a folder too")
        else:
            sums[match[2]] = match[1]
            folders.update(above)
    if list(sums) != sorted(sums):
        wrong.append(f"{CHECKSUMS}: is not sorted by file name")
    return sums, wrong


def _above(name: str) -> list[str]:
    """The folders that a file lies in."""
    return [name[:at] for at, letter in enumerate(name) if letter == "/"]


def there(folder: Path) -> tuple[set[str], list[str]]:
    """Find all files of a folder; what is neither file nor folder is wrong in a release, and is not followed.

    Raises:
        InputError: a folder cannot be listed.
    """

    def refuse(error: OSError) -> None:
        raise InputError(f"{error.filename}: cannot be read: {error.strerror}", "check its rights") from None

    found: set[str] = set()
    wrong: list[str] = []
    for parent, folders, names in os.walk(folder, onerror=refuse):
        for name in (*folders, *names):
            path = Path(parent, name)
            mode = path.lstat().st_mode
            shown = path.relative_to(folder).as_posix()
            if stat.S_ISREG(mode):
                found.add(shown)
            elif not stat.S_ISDIR(mode):
                wrong.append(f"{shown}: is {'a link' if stat.S_ISLNK(mode) else 'no file'}")
    return found, sorted(wrong)


def measured(path: Path) -> Lying:
    """Measure a file.

    Raises:
        InputError: it cannot be read.
    """
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
                size += len(piece)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}", "check its rights") from None
    return Lying(size, digest.hexdigest())


def packed_findings(folder: Path, files: Mapping[str, Lying]) -> Iterator[str]:
    """Say which compressed copies do not hold what lies beside them; never unpacks more than that.

    Args:
        folder: of the release.
        files: its files.
    """
    for path in sorted(files):
        if path.endswith(".gz"):
            plain = files.get(path.removesuffix(".gz"))
            if plain is None:
                yield f"{path}: is a copy of a file that is not there"
            elif (wrong := _unpacked_wrong(folder / path, plain)) is not None:
                yield f"{path}: {wrong}"


def _unpacked_wrong(path: Path, plain: Lying) -> str | None:
    digest, size = hashlib.sha256(), 0
    try:
        with gzip.open(path) as file:
            while piece := file.read(_PIECE):
                size += len(piece)
                if size > plain.size:
                    return f"holds more than {path.stem}"
                digest.update(piece)
    except (OSError, EOFError, zlib.error) as error:
        return f"cannot be unpacked: {error}"
    return None if digest.hexdigest() == plain.sha256 else f"does not hold {path.stem}"
