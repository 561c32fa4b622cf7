"""The SPARQL that a release carries as it is: who has the release can ask and derive again."""

from __future__ import annotations

from pathlib import Path

from mosty.rdf.reading import read_bytes
from mosty.workspace.workspace import Workspace

QUERIES, RULES = "queries", "rules"
"""Folders of a release."""


def texts_of(workspace: Workspace) -> dict[str, bytes]:
    """Read the stored queries and rules of a workspace, by their path in a release.

    Raises:
        InputError: a file cannot be read.
    """
    folders = (
        (QUERIES, workspace.root / "queries", workspace.query_files()),
        (RULES, workspace.root / "ontology" / "rules", workspace.rule_files()),
    )
    return {
        f"{name}/{path.relative_to(folder).as_posix()}": read_bytes(path)
        for name, folder, paths in folders
        for path in paths
    }


def texts_in(release: Path) -> dict[str, bytes]:
    """Read those of a release.

    Raises:
        InputError: a file cannot be read.
    """
    return {
        path.relative_to(release).as_posix(): read_bytes(path)
        for name in (QUERIES, RULES)
        for path in sorted((release / name).rglob("*.rq"))
    }
