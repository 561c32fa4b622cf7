"""Two workspaces that differ, and what is told of them."""

from __future__ import annotations

from pathlib import Path

from mosty.api.differences import differences
from mosty.diff.telling import Teller
from mosty.workspace import Workspace

BRIDGE = "data/projects/bridge.ttl"


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def sentences(root: Path, before: Path, language: str | None = None) -> dict[str, list[str]]:
    """What is told of each record between two workspaces, by its CURIE."""
    found = differences(Workspace(root), str(before), str(root))
    return {
        told.curie: [f"{told.change}", *told.sentences]
        for chapter in Teller(found, language, curies=False).chapters()
        for section in chapter.sections
        for told in section.records
    }
