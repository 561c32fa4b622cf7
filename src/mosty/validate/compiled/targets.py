"""Targets: which nodes a shape is applied to by itself (SHACL, section 2.1.3)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence, Set

from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key
from mosty.validate.compiled.constraint import NONE, KeyTriple
from mosty.validate.compiled.values import TYPE, retyped, subclasses


class Target(ABC):
    """One target declaration over one graph."""

    @abstractmethod
    def nodes(self) -> Set[Key]:
        """All its focus nodes."""

    @abstractmethod
    def among(self, nodes: Set[Key]) -> Set[Key]:
        """Those of some nodes that are its focus nodes."""

    @abstractmethod
    def touched(self, changed: Sequence[KeyTriple]) -> Set[Key]:
        """Nodes that may be its focus nodes because of one of some triples that the graph holds."""


class TargetNode(Target):
    """``sh:targetNode``: a node, whether the data mentions it or not."""

    def __init__(self, node: Key) -> None:
        self._nodes = frozenset({node})

    def nodes(self) -> Set[Key]:
        """See `Target.nodes`."""
        return self._nodes

    def among(self, nodes: Set[Key]) -> Set[Key]:
        """See `Target.among`."""
        return nodes & self._nodes

    def touched(self, changed: Sequence[KeyTriple]) -> Set[Key]:
        """See `Target.touched`: no triple makes it a focus node."""
        return NONE


class TargetClass(Target):
    """``sh:targetClass`` and implicit class targets: the instances of a class and of classes below it."""

    def __init__(self, graph: Graph, kind: Key) -> None:
        self._graph = graph
        self._kind = kind

    def nodes(self) -> Set[Key]:
        """See `Target.nodes`."""
        instances = self._graph.inverse(TYPE)
        kinds = [kind for kind in subclasses(self._graph, (self._kind,)) if kind in instances.one]
        found = {instances.one[kind] for kind in kinds}
        found.update(*(instances.more[kind] for kind in kinds if kind in instances.more))
        return found

    def among(self, nodes: Set[Key]) -> Set[Key]:
        """See `Target.among`."""
        kinds = subclasses(self._graph, (self._kind,))
        column = self._graph.column(TYPE)
        return {node for node in nodes if not kinds.isdisjoint(column.values(node))}

    def touched(self, changed: Sequence[KeyTriple]) -> Set[Key]:
        """See `Target.touched`."""
        return retyped(self._graph, changed, subclasses(self._graph, (self._kind,)))


class TargetEnds(Target):
    """``sh:targetSubjectsOf`` and ``sh:targetObjectsOf``: the nodes at one end of a property."""

    def __init__(self, graph: Graph, predicate: Key, *, objects: bool) -> None:
        self._graph = graph
        self._predicate = predicate
        self._objects = objects

    def nodes(self) -> Set[Key]:
        """See `Target.nodes`."""
        column = self._graph.column(self._predicate)
        return column.distinct() if self._objects else column.one.keys()

    def among(self, nodes: Set[Key]) -> Set[Key]:
        """See `Target.among`."""
        graph = self._graph
        column = graph.inverse(self._predicate) if self._objects else graph.column(self._predicate)
        return nodes & column.one.keys()

    def touched(self, changed: Sequence[KeyTriple]) -> Set[Key]:
        """See `Target.touched`."""
        end = 2 if self._objects else 0
        return {triple[end] for triple in changed if triple[1] == self._predicate}
