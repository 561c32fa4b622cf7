"""RDF Patch (https://afs.github.io/rdf-delta/rdf-patch.html): what changed, as rows that a program replays.

The header states the RDFC-1.0 hash of both ends. Blank nodes of the old end bear the labels of its canonical
N-Quads, as they stand in the dump of a release; those that are added bear labels that no canonical N-Quads has.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping

from mosty.diff.components import Component, relabelled
from mosty.rdf.quads import blank_nodes, cut

FROM, TO = "from", "to"
"""Keys of the header rows that hold the hash of the old and of the new dataset."""

_NAMESPACE = uuid.UUID("6f0d9b57-6c1e-5b0c-9e0e-3a1d5a2b7c44")
_NEW = "_:new"


def write(
    removed: Iterable[str],
    added: Iterable[str],
    gone: Iterable[Component] = (),
    come: Iterable[Component] = (),
    *,
    hashes: tuple[str, str],
    prefixes: tuple[Mapping[str, str], Mapping[str, str]] = ({}, {}),
) -> Iterator[str]:
    r"""Write a patch, row by row; no changes make a patch without a transaction.

    Args:
        removed, added: lines of N-Quads without blank nodes.
        gone: components of blank nodes that are deleted, with their labels in the old dataset.
        come: components that are added; they get new labels.
        hashes: RDFC-1.0 hash of the old and of the new dataset.
        prefixes: prefixes that the old and the new file declare.

    >>> line = '<http://e.org/s> <http://e.org/p> "1" .\n'
    >>> list(write([], [line], hashes=("0a", "0b")))[1:]
    ['H from "0a" .\n', 'H to "0b" .\n', 'TX .\n', 'A <http://e.org/s> <http://e.org/p> "1" .\n', 'TC .\n']
    """
    old, new = hashes
    yield f"H id <urn:uuid:{uuid.uuid5(_NAMESPACE, f'{old} {new}')}> .\n"
    yield f'H {FROM} "{old}" .\n'
    yield f'H {TO} "{new}" .\n'
    before, after = prefixes
    rows = _rows(removed, added, gone, come)
    first = next(rows, "")
    if not first and before == after:
        return
    yield "TX .\n"
    yield from (f"PD {_text(prefix)} .\n" for prefix in sorted(before) if prefix not in after)
    for prefix, namespace in sorted(after.items()):
        if before.get(prefix) != namespace:
            yield f"PA {_text(prefix)} <{namespace}> .\n"
    yield first
    yield from rows
    yield "TC .\n"


def _rows(
    removed: Iterable[str], added: Iterable[str], gone: Iterable[Component], come: Iterable[Component]
) -> Iterator[str]:
    yield from (f"D {line}" for line in removed)
    yield from sorted(f"D {line}" for part in gone for line in part)
    yield from (f"A {line}" for line in added)
    count = 0
    for part in come:
        nodes = dict.fromkeys(node for line in part for node in blank_nodes(cut(line)))
        labels = {node: f"{_NEW}{number}" for number, node in enumerate(nodes, count)}
        count += len(nodes)
        yield from (f"A {line}" for line in relabelled(part, labels))


def _text(prefix: str) -> str:
    return f'"{prefix}"'
