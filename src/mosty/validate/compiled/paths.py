"""SHACL property paths over a graph of keys: from focus node to value nodes, and back (SHACL, section 2.3.1)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence, Set

from mosty.model.paths import Alternative, Inverse, Path, Repeat
from mosty.model.paths import Sequence as SequencePath
from mosty.model.terms import IRI
from mosty.rdf.graph import Column, Graph
from mosty.rdf.keys import Key, iri_key
from mosty.validate.compiled.constraint import KeyTriple, Values


class Walk(ABC):
    """A path that is walked over one graph, forwards and backwards.

    Attributes:
        ready: whether its column is there already, so that asking for all of it costs nothing.
    """

    ready = False

    @abstractmethod
    def forward(self, nodes: Collection[Key]) -> set[Key]:
        """All nodes that the path leads to from some nodes."""

    @abstractmethod
    def backward(self, nodes: Collection[Key]) -> set[Key]:
        """All nodes from which the path leads to some nodes."""

    @abstractmethod
    def touched(self, changed: Sequence[KeyTriple]) -> set[Key]:
        """All nodes from which the path can go through one of some triples, which the graph holds."""

    def values(self, node: Key) -> Collection[Key]:
        """The value nodes of one focus node, each once."""
        return self.forward((node,))

    def column(self, focus: Set[Key]) -> Column:
        """The value nodes of at least these focus nodes."""
        column = Column()
        for node in focus:
            for value in self.values(node):
                column.add(node, value)
        return column


class Predicate(Walk):
    """One predicate, forwards or (inverse) backwards: its column is there already."""

    ready = True

    def __init__(self, graph: Graph, predicate: Key, inverse: bool) -> None:
        self._graph = graph
        self._predicate = predicate
        self._inverse = inverse

    def column(self, focus: Set[Key]) -> Column:
        """See `Walk.column`."""
        return self._column(self._inverse)

    def _column(self, inverse: bool) -> Column:
        return self._graph.inverse(self._predicate) if inverse else self._graph.column(self._predicate)

    def values(self, node: Key) -> Collection[Key]:
        """See `Walk.values`."""
        return self._column(self._inverse).values(node)

    def forward(self, nodes: Collection[Key]) -> set[Key]:
        """See `Walk.forward`."""
        column = self._column(self._inverse)
        return {value for node in nodes for value in column.values(node)}

    def backward(self, nodes: Collection[Key]) -> set[Key]:
        """See `Walk.backward`."""
        if not nodes:
            return set()
        column = self._column(not self._inverse)
        return {value for node in nodes for value in column.values(node)}

    def touched(self, changed: Sequence[KeyTriple]) -> set[Key]:
        """See `Walk.touched`."""
        end = 2 if self._inverse else 0
        return {triple[end] for triple in changed if triple[1] == self._predicate}


class Steps(Walk):
    """One path after another."""

    def __init__(self, steps: Sequence[Walk]) -> None:
        self._steps = steps

    def forward(self, nodes: Collection[Key]) -> set[Key]:
        """See `Walk.forward`."""
        reached = set(nodes)
        for step in self._steps:
            reached = step.forward(reached)
        return reached

    def column(self, focus: Set[Key]) -> Column:
        """See `Walk.column`: step by step, each node on the way walked from once."""
        column = self._steps[0].column(focus)
        for step in self._steps[1:]:
            column = _joined(focus, column, step.column(Values(focus, column).distinct))
        return column

    def backward(self, nodes: Collection[Key]) -> set[Key]:
        """See `Walk.backward`."""
        reached = set(nodes)
        for step in reversed(self._steps):
            reached = step.backward(reached)
        return reached

    def touched(self, changed: Sequence[KeyTriple]) -> set[Key]:
        """See `Walk.touched`."""
        reached: set[Key] = set()
        for step in reversed(self._steps):
            reached = step.backward(reached) | step.touched(changed)
        return reached


class Choices(Walk):
    """Any one of several paths."""

    def __init__(self, choices: Sequence[Walk]) -> None:
        self._choices = choices

    def forward(self, nodes: Collection[Key]) -> set[Key]:
        """See `Walk.forward`."""
        return set().union(*(choice.forward(nodes) for choice in self._choices))

    def column(self, focus: Set[Key]) -> Column:
        """See `Walk.column`."""
        column = Column()
        for choice in self._choices:
            found = choice.column(focus)
            for node in focus & found.one.keys():
                for value in found.values(node):
                    column.add(node, value)
        return column

    def backward(self, nodes: Collection[Key]) -> set[Key]:
        """See `Walk.backward`."""
        return set().union(*(choice.backward(nodes) for choice in self._choices))

    def touched(self, changed: Sequence[KeyTriple]) -> set[Key]:
        """See `Walk.touched`."""
        return set().union(*(choice.touched(changed) for choice in self._choices))


class Repeated(Walk):
    """A path walked several times: ``*``, ``+`` or ``?``; nodes that were seen are not walked from again."""

    def __init__(self, step: Walk, mark: str) -> None:
        self._step = step
        self._mark = mark

    def forward(self, nodes: Collection[Key]) -> set[Key]:
        """See `Walk.forward`."""
        return self._closure(nodes, back=False)

    def backward(self, nodes: Collection[Key]) -> set[Key]:
        """See `Walk.backward`."""
        return self._closure(nodes, back=True)

    def touched(self, changed: Sequence[KeyTriple]) -> set[Key]:
        """See `Walk.touched`."""
        direct = self._step.touched(changed)
        return direct if self._mark == "?" else direct | self._closure(direct, back=True)

    def _closure(self, nodes: Collection[Key], *, back: bool) -> set[Key]:
        go = self._step.backward if back else self._step.forward
        if self._mark == "?":
            return {*nodes, *go(nodes)}
        reached: set[Key] = set(nodes) if self._mark == "*" else set()
        edge = go(nodes) - reached
        while edge:
            reached |= edge
            edge = go(edge) - reached
        return reached


def _joined(focus: Set[Key], column: Column, further: Column) -> Column:
    """One column after another, for some subjects."""
    joined = Column()
    for node in focus & column.one.keys():
        for middle in column.values(node):
            for value in further.values(middle):
                joined.add(node, value)
    return joined


def make_walk(path: Path, graph: Graph, *, inverse: bool = False) -> Walk:
    """Make the walk of a path; inverses are pushed down to single predicates."""
    if isinstance(path, IRI):
        return Predicate(graph, iri_key(path.value), inverse)
    if isinstance(path, Inverse):
        return make_walk(path.path, graph, inverse=not inverse)
    if isinstance(path, Repeat):
        return Repeated(make_walk(path.path, graph, inverse=inverse), path.mark)
    if isinstance(path, SequencePath):
        steps = reversed(path.steps) if inverse else path.steps
        return Steps([make_walk(step, graph, inverse=inverse) for step in steps])
    assert isinstance(path, Alternative)
    return Choices([make_walk(choice, graph, inverse=inverse) for choice in path.choices])
