"""Which blank nodes can be written without a label: ``[ ... ]`` where they are used, ``( ... )`` for lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

Graph: TypeAlias = dict[str, dict[str, list[str]]]
"""Subject -> predicate -> objects, each term as its N-Triples token."""

MAX_DEPTH = 32
"""Blank nodes deeper than this get a label: people cannot read, and parsers may not survive, deeper nesting."""

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


def nest(graph: Graph) -> Nesting:
    """Decide for every blank node of a graph how to write it."""
    if not any(_is_blank(token) for token in _tokens(graph)):
        return Nesting()
    uses = Counter(
        token for properties in graph.values() for objects in properties.values() for token in objects if _is_blank(token)
    )
    nested: set[str] = set()
    lists: dict[str, list[str]] = {NIL: []}
    # Walk from what surely stands on its own; what only a cycle reaches is never met and keeps a label.
    roots = [subject for subject in graph if uses[subject] != 1]
    while roots:
        stack = [(subject, 0) for subject in roots]
        roots = []
        while stack:
            subject, depth = stack.pop()
            for token in (token for objects in graph.get(subject, {}).values() for token in objects):
                if uses[token] != 1:
                    continue
                if depth == MAX_DEPTH:
                    roots.append(token)
                    continue
                nested.add(token)
                cells = _cells(graph, uses, token)
                if cells:
                    lists[token] = [graph[cell][FIRST][0] for cell in cells]
                    nested.update(cells)
                    stack += [(cell, depth + 1) for cell in cells]
                else:
                    stack.append((token, depth + 1))
    labelled = frozenset(token for token in uses if token not in nested)
    return Nesting(frozenset(nested), lists, labelled)


def _cells(graph: Graph, uses: Counter[str], head: str) -> list[str]:
    """Give the cells of the well-formed list that starts at a node, or nothing."""
    cells: dict[str, None] = {}
    cell = head
    while cell != NIL:
        properties = graph.get(cell)
        if (
            cell in cells
            or uses[cell] != 1
            or properties is None
            or properties.keys() != {FIRST, REST}
            or len(properties[FIRST]) != 1
            or len(properties[REST]) != 1
        ):
            return []
        cells[cell] = None
        cell = properties[REST][0]
    return list(cells)


def _tokens(graph: Graph) -> Iterator[str]:
    for subject, properties in graph.items():
        yield subject
        for objects in properties.values():
            yield from objects


def _is_blank(token: str) -> bool:
    return token.startswith("_:")
