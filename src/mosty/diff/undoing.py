"""Taking an RDF Patch back: from the dataset that it leads to, and the patch, follows the one that it was made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from mosty.diff.components import canonical, components, relabelled
from mosty.diff.lines import Lines
from mosty.diff.replay import Patch
from mosty.model.errors import FindingsError
from mosty.rdf.canonical import canonical_labels
from mosty.rdf.quads import blank_nodes, cut, holds_blank_node


def undo(patch: Patch, new: Lines) -> Lines:
    """Take a patch back.

    Args:
        patch: the patch.
        new: canonical N-Quads of the dataset that it leads to.

    Returns:
        The dataset that it applies to, as canonical N-Quads.

    Raises:
        FindingsError: it leads to another dataset, or comes from another one than it says.
    """
    if new.hash() != patch.new:
        raise FindingsError(f"{patch.name}: leads to a dataset with the hash {patch.new}, not {new.hash()}")
    last = {line: adds for adds, line in patch.changes}  # of several rows about a quad the last one holds
    (removed, come), (added, gone) = (
        _parted(line for line in last if last[line] is adds) for adds in (True, False)
    )
    if come or gone:
        before = {*new.with_blank_nodes()}
        nodes = {node for line in gone for node in blank_nodes(cut(line))}
        labels = {node: f"_:was{number}" for number, node in enumerate(sorted(nodes))}
        after = {*canonical_labels([*_without(patch, before, come), *relabelled(gone, labels)])}
        removed |= before - after
        added |= after - before
    old = new.edited(removed, added)
    if old.hash() != patch.old:
        raise FindingsError(
            f"{patch.name}: taken back, it makes a dataset with the hash {old.hash()}, "
            f"and says that it comes from {patch.old}"
        )
    return old


def _parted(lines: Iterable[str]) -> tuple[set[str], set[str]]:
    """Lines without blank nodes, and those with some."""
    plain: set[str] = set()
    nested: set[str] = set()
    for line in lines:
        (nested if holds_blank_node(line) else plain).add(line)
    return plain, nested


def _without(patch: Patch, lines: Iterable[str], come: Iterable[str]) -> list[str]:
    """Leave out the blank nodes that the patch adds: under other labels, for those of a patch are new."""
    wanted = Counter(map(canonical, components(come)))
    kept: list[str] = []
    for part in components(lines):
        if wanted and wanted[form := canonical(part)]:
            wanted[form] -= 1
        else:
            kept += part
    if +wanted:
        raise FindingsError(f"{patch.name}: adds blank nodes that the release does not hold")
    return kept
