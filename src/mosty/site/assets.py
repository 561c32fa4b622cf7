"""What `make assets` has made: outlines of countries, the query engine for the browser.

A package that was built without them works all the same: its pages say what is absent.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from mosty.model.errors import InputError

FOLDER = Path(__file__).parent / "vendor"
PUBLISHED = "static/vendor"
"""The folder of a site that `pages` writes into."""

OUTLINES, ENGINE = "outlines", "engine"
_HINT = "run `make assets` again, or remove the folder to do without"


class Part(NamedTuple):
    """One thing that is taken from others.

    Attributes:
        name: what it is for: outlines, engine.
        package, version, license, source: where it comes from.
        files: the SHA-256 of each file, by name.
    """

    name: str
    package: str
    version: str
    license: str
    source: str
    files: Mapping[str, str]


class Assets(NamedTuple):
    """The parts that are there, each file checked against the manifest."""

    folder: Path
    parts: Mapping[str, Part]

    def file(self, name: str) -> Path:
        """The path of a file."""
        return self.folder / name


def find_assets(folder: Path | None = None) -> Assets | None:
    """Read what was built; None when nothing was.

    Args:
        folder: where it lies; by default in the package.

    Raises:
        InputError: the manifest cannot be read, or a file is not what it says.
    """
    folder = folder or FOLDER
    manifest = folder / "manifest.json"
    if not manifest.exists():
        return None
    return _checked(folder, manifest.stat().st_mtime_ns)


@cache
def _checked(folder: Path, _: int) -> Assets:
    manifest = folder / "manifest.json"
    try:
        parts = [_part(entry) for entry in json.loads(manifest.read_text("utf-8"))["parts"]]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{manifest}: cannot be read as a manifest: {error}", _HINT) from None
    for part in parts:
        for name, wanted in part.files.items():
            _check(folder / name, wanted)
    return Assets(folder, {part.name: part for part in parts})


def _part(entry: Mapping[str, Any]) -> Part:
    files = {str(name): str(value) for name, value in entry["files"].items()}
    return Part(**{name: str(entry[name]) for name in Part._fields if name != "files"}, files=files)


def _check(path: Path, wanted: str) -> None:
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}", _HINT) from None
    if found != wanted:
        raise InputError(f"{path}: not what manifest.json says (SHA-256 {found}, not {wanted})", _HINT)


def pages(assets: Assets | None) -> Iterator[tuple[str, bytes]]:
    """The files that a site carries: the engine, and the licences of all that it uses."""
    for part in assets.parts.values() if assets else ():
        for name in sorted(part.files):
            if assets and (part.name == ENGINE or name.startswith("LICENSE")):
                yield f"{PUBLISHED}/{name}", assets.file(name).read_bytes()
