"""A graph of columns, read subject by subject: what every writer needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from typing import TypeAlias

from mosty.rdf.canonical import canonical_labels
from mosty.rdf.graph import Column, Graph
from mosty.rdf.keys import Key
from mosty.rdf.loading import collector_paused

Row: TypeAlias = dict[Key, Collection[Key]]
"""Predicate -> objects of one subject; the predicates are sorted, the objects are not."""

_BATCH = 5_000
_PIECE = 1 << 16


def rows(graph: Graph, subjects: Sequence[Key]) -> Iterator[tuple[Key, Row]]:
    """Give the triples of some subjects, in their order, each subject with all it has.

    Columns lie by predicate. They are turned for some thousand subjects at a time, so that no second index of
    the graph stands in memory.

    >>> graph = Graph([("<a:>", "<q:>", '"2"'), ("<a:>", "<p:>", '"1"')])
    >>> list(rows(graph, ["<a:>"]))
    [('<a:>', {'<p:>': ('"1"',), '<q:>': ('"2"',)})]
    """
    columns = sorted(graph.columns.items())
    for start in range(0, len(subjects), _BATCH):
        batch: dict[Key, Row] = {subject: {} for subject in subjects[start : start + _BATCH]}
        with collector_paused():
            for predicate, column in columns:
                one, more = column.one, column.more
                for subject in batch.keys() & one.keys():
                    first = one[subject]
                    batch[subject][predicate] = (first, *more[subject]) if subject in more else (first,)
        yield from batch.items()


def about(graph: Graph, subjects: Set[Key]) -> Graph:
    """Take the triples of a few subjects out of a large graph: what a record is written from.

    The graph that comes back shares values with the large one: read it only.

    >>> len(about(Graph([("<a:>", "<p:>", '"1"'), ("<b:>", "<p:>", '"1"')]), {"<a:>"}))
    1
    """
    part = Graph()
    for predicate, column in graph.columns.items():
        one, more = column.one, column.more
        if found := one.keys() & subjects:
            own = part.columns[predicate] = Column()
            own.one = {subject: one[subject] for subject in found}
            if more:
                own.more = {subject: more[subject] for subject in found if subject in more}
    return part


def labelled(graph: Graph, first: int = 0) -> Graph:
    """Give the blank nodes of a graph the labels of RDFC-1.0, which do not depend on the input.

    Columns without blank nodes are shared with the graph, and a graph without any is given back: read it only.

    Args:
        graph: the graph.
        first: the number in the first label, so that the labels of several graphs of a file stay apart.
    """
    held = {
        predicate: [pair for pair in column.pairs() if pair[0][0] == "_" or pair[1][0] == "_"]
        for predicate, column in graph.columns.items()
    }
    lines = [f"{subject} {p} {value} .\n" for p, pairs in held.items() for subject, value in pairs]
    if not lines:
        return graph
    named = Graph(_terms(line, first) for line in canonical_labels(lines))
    for predicate, column in graph.columns.items():
        if not held[predicate]:
            named.columns[predicate] = column
            continue
        for subject, value in column.pairs():
            if subject[0] != "_" and value[0] != "_":
                named.add(subject, predicate, value)
    return named


def blank_nodes(graph: Graph) -> set[Key]:
    """The blank nodes of a graph."""
    return {
        key
        for column in graph.columns.values()
        for part in (column.one, column.one.values(), *column.more.values())
        for key in part
        if key[0] == "_"
    }


def pieces(texts: Iterable[str]) -> Iterator[str]:
    """Join short texts into pieces that are worth a write.

    >>> list(pieces(["a", "b"]))
    ['ab']
    """
    waiting: list[str] = []
    size = 0
    for text in texts:
        waiting.append(text)
        size += len(text)
        if size >= _PIECE:
            yield "".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield "".join(waiting)


def _terms(line: str, first: int) -> tuple[Key, Key, Key]:
    subject, predicate, rest = line.split(" ", 2)
    value = rest[:-3]
    return _numbered(subject, first), predicate, _numbered(value, first)


def _numbered(key: Key, first: int) -> Key:
    return f"_:c14n{int(key[6:]) + first}" if first and key[0] == "_" else key
