"""The release before: what it held, and what the new one says of the difference."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from mosty.diff import is_release
from mosty.model.errors import UsageError
from mosty.publish.info import ReleaseInfo, read_info
from mosty.publish.versioning import Snapshot, read_snapshot
from mosty.rdf.graph import Graph
from mosty.rdf.loading import load
from mosty.rdf.reading import decode, read_bytes

CHANGES, PATCH, TOMBSTONES = "CHANGES.md", "changes.rdfp", "tombstones.ttl"
HISTORY = {
    CHANGES: "What changed since the release before",
    PATCH: "The same as an RDF Patch",
    TOMBSTONES: "What is no longer there",
}
"""The files that speak of the release before, with their titles; a release of the same data takes them over."""


def changes_path(language: str, first: str) -> str:
    """The file that tells in a language what changed.

    >>> changes_path("en", "en"), changes_path("cs", "en")
    ('CHANGES.md', 'CHANGES.cs.md')
    """
    return CHANGES if language == first else f"CHANGES.{language}.md"


class Before(NamedTuple):
    """The release before.

    Attributes:
        folder: where it lies.
        info: what it says of itself.
        snapshot: what it holds, as far as versions go.
    """

    folder: Path
    info: ReleaseInfo
    snapshot: Snapshot

    def changes(self, name: str) -> str:
        """What one of its files says of changes; empty when it has no such file."""
        path = self.folder / name
        return decode(read_bytes(path), str(path)) if path.is_file() else ""

    @property
    def tombstones(self) -> Graph:
        """What had gone away by then."""
        path = self.folder / TOMBSTONES
        return load([(path, str(path))]).graph if path.is_file() else Graph()


def read_before(target: Path, named: Path | None, base: str) -> Before | None:
    """Read the release before.

    Args:
        target: where the new one goes; a release there is the one before when no other is named.
        named: the folder that somebody named.
        base: of the workspace.

    Returns:
        None when there is none, or one of early days that says nothing of itself.

    Raises:
        UsageError: the named folder is no release, or the release is of another register.
        InputError: a file of it cannot be read.
    """
    folder = named or target
    if not is_release(folder):
        if named:
            raise UsageError(f"{named}: is no release", "name the folder of the previous release")
        return None
    info = read_info(folder)
    if info is None:
        return None
    if info.base != base:
        raise UsageError(
            f"{folder}: is a release of another register ({info.base})",
            "name another folder for this one" if named is None else "name a release of this register",
        )
    return Before(folder, info, read_snapshot(folder, info))
