"""Which triple a result is about: the one that leads to its value node, or where one is missing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TypeAlias

from mosty.model.diagnostics import ValidationResult
from mosty.model.paths import Alternative, Inverse, Path, Repeat, Sequence
from mosty.model.terms import IRI
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key, to_key
from mosty.validate.plan import SH

Asked: TypeAlias = tuple[Key, Key | None, Key | None]
"""A triple, or (without object) the property of a subject, or (without property) a subject."""

Question: TypeAlias = tuple[Key, Path | None, Key | None]
"""Focus node, result path and value node of a result."""

_CLOSED = IRI(SH + "ClosedConstraintComponent")
# A path that repeats can lead through the whole graph, for each result anew.
_MOST_STEPS = 10_000


def question_of(result: ValidationResult, graph: Graph) -> Question:
    """What a result asks of `offending`; a closed shape objects to the property, not to its one value."""
    focus, value = to_key(result.focus), None if result.value is None else to_key(result.value)
    if (
        result.component == _CLOSED
        and isinstance(result.path, IRI)
        and len(graph.column(to_key(result.path)).values(focus)) == 1
    ):
        value = None
    return focus, result.path, value


def offending(graph: Graph, focus: Key, path: Path | None, value: Key | None) -> Asked:
    """Find the triple that a result is about.

    Args:
        graph: the triples that were validated.
        focus: the focus node.
        path: the result path.
        value: the value node.

    Returns:
        The triple whose object is the value node (for an inverse path: whose subject it is). Without a value
        the property, which need not be there; without a path the subject.
    """
    if isinstance(path, IRI):
        return focus, iri_key(path.value), value
    if path is None:
        if value is not None and value != focus:
            for predicate, column in graph.columns.items():
                if column.has(focus, value):
                    return focus, predicate, value
        return focus, None, None
    if value is not None:
        for reached, triple in islice(_steps(graph, focus, path), _MOST_STEPS):
            if reached == value:
                return triple
    return focus, _first(path), None


def _first(path: Path) -> Key | None:
    """The property that a path begins with."""
    if isinstance(path, IRI):
        return iri_key(path.value)
    if isinstance(path, Sequence):
        return _first(path.steps[0])
    if isinstance(path, Alternative):
        return _first(path.choices[0])
    return _first(path.path) if isinstance(path, Repeat) else None


def _steps(graph: Graph, node: Key, path: Path) -> Iterator[tuple[Key, Asked]]:
    """The nodes that a path leads to, each with the triple that leads there."""
    if isinstance(path, IRI):
        predicate = iri_key(path.value)
        for value in graph.column(predicate).values(node):
            yield value, (node, predicate, value)
    elif isinstance(path, Inverse):
        if isinstance(path.path, IRI):
            predicate = iri_key(path.path.value)
            for subject in graph.inverse(predicate).values(node):
                yield subject, (subject, predicate, node)
    elif isinstance(path, Alternative):
        for choice in path.choices:
            yield from _steps(graph, node, choice)
    elif isinstance(path, Sequence):
        nodes = [node]
        for step in path.steps[:-1]:
            nodes = list({reached: None for start in nodes for reached, _ in _steps(graph, start, step)})
        for start in nodes:
            yield from _steps(graph, start, path.steps[-1])
    else:
        seen, edge = {node}, [node]
        while edge:
            found = [pair for start in edge for pair in _steps(graph, start, path.path)]
            yield from found
            edge = [] if path.mark == "?" else [n for n in dict(found) if n not in seen]
            seen.update(edge)
