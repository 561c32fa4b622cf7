"""Which blank nodes can be written without a label: ``[ ... ]`` where they are used, lists as ``( ... )``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

Properties: TypeAlias = dict[str, list[str]]
"""Predicate -> objects of one subject, each term as its N-Triples token."""

Rows: TypeAlias = dict[str, Properties]
"""Subject -> its properties."""

MAX_DEPTH = 64
"""Blank nodes deeper than this get a label: deeper nesting can overflow the stack of a parser."""

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
FIRST, REST, NIL = f"<{_RDF}first>", f"<{_RDF}rest>", f"<{_RDF}nil>"


class Nesting(NamedTuple):
    """What to do with each blank node of a graph.

    Attributes:
        nested: written inside the one triple that points to them.
        lists: members of well-formed lists, by the first cell (a nested one) or rdf:nil.
        labelled: those that need a label, because several triples, or a cycle, point to them.
    """

    nested: frozenset[str] = frozenset()
    lists: dict[str, list[str]] = {NIL: []}  # noqa: RUF012  (never changed)
    labelled: frozenset[str] = frozenset()


def nest(rows: Rows) -> Nesting:
    """Decide for every blank node of a graph, given by rows, how to write it."""
    uses = Counter(
        token
        for properties in rows.values()
        for objects in properties.values()
        for token in objects
        if _is_blank(token)
    )
    nested: set[str] = set()
    lists: dict[str, list[str]] = {NIL: []}
    broken: set[str] = set()
    # Walk from what surely stands on its own; what only a cycle reaches is never met and keeps a label.
    stack = [(subject, 0) for subject in rows if uses[subject] != 1]
    while stack:
        node, depth = stack.pop()
        for token in lists[node] if node in lists else _objects(rows, node):
            if uses[token] != 1:
                continue
            if depth == MAX_DEPTH:
                stack.append((token, 0))
                continue
            nested.add(token)
            cells = _cells(rows, uses, token, broken)
            if cells:
                lists[token] = [rows[cell][FIRST][0] for cell in cells]
                nested.update(cells)
            stack.append((token, depth + 1))
    labelled = frozenset(token for token in uses if token not in nested)
    return Nesting(frozenset(nested), lists, labelled)


def _cells(rows: Rows, uses: Counter[str], head: str, broken: set[str]) -> list[str]:
    """Give the cells of the well-formed list that starts at a node, or nothing; `broken` remembers failures."""
    cells: dict[str, None] = {}
    cell = head
    while cell != NIL:
        properties = rows.get(cell)
        if (
            cell in cells
            or cell in broken
            or uses[cell] != 1
            or properties is None
            or properties.keys() != {FIRST, REST}
            or len(properties[FIRST]) != 1
            or len(properties[REST]) != 1
        ):
            broken.update(cells)
            return []
        cells[cell] = None
        cell = properties[REST][0]
    return list(cells)


def _objects(rows: Rows, node: str) -> Iterator[str]:
    for objects in rows.get(node, {}).values():
        yield from objects


def _is_blank(token: str) -> bool:
    return token.startswith("_:")
