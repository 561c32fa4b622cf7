"""Files of a workspace in canonical Turtle: which there are, and with which prefixes each is written."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from mosty.model.errors import UsageError
from mosty.rdf.formatting import format_turtle
from mosty.rdf.prefixes import Prefixes
from mosty.rdf.reading import read_bytes
from mosty.workspace.config import FILE_NAME
from mosty.workspace.workspace import Workspace


class Formatted(NamedTuple):
    """A Turtle file as it is and as it should be."""

    path: Path
    before: bytes
    after: bytes

    @property
    def changed(self) -> bool:
        """True when the file is not in canonical form."""
        return self.before != self.after


def turtle_files(workspace: Workspace) -> list[Path]:
    """All Turtle files of a workspace: ontology, data (private too), evidence, shapes."""
    files = (
        *workspace.ontology_files(),
        *workspace.data_files(private=True),
        *workspace.evidence_files(),
        *workspace.shape_files(),
    )
    return [path for path in files if path.suffix == ".ttl"]


def format_file(path: Path, prefixes: Prefixes | None, name: str | None = None) -> Formatted:
    """Work out the canonical form of a Turtle file; nothing is written.

    Raises:
        UsageError: not a Turtle file by its name.
        InputError: not readable as Turtle.
        CommentError: comments would be lost.
    """
    if path.suffix not in (".ttl", ".turtle"):
        raise UsageError(f"{path}: not a Turtle file (.ttl)", "only Turtle has a canonical form here")
    before = read_bytes(path)
    return Formatted(path, before, format_turtle(before, name or str(path), prefixes).encode())


def prefixes_around(folder: Path, known: dict[Path, Prefixes | None]) -> Prefixes | None:
    """Find the prefixes of the workspace that a folder lies in; `known` remembers folders already asked for."""
    folder = folder.resolve()
    if folder not in known:
        if (folder / FILE_NAME).is_file():
            known[folder] = Workspace(folder).prefixes
        else:
            known[folder] = None if folder.parent == folder else prefixes_around(folder.parent, known)
    return known[folder]
