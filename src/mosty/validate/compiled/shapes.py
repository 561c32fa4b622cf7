"""A compiled shape: its constraints over the value nodes of its path, for one focus node or for a hundred thousand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from itertools import islice

from mosty.rdf.keys import Key
from mosty.validate.compiled.constraint import NONE, Constraint, KeyTriple, Values
from mosty.validate.compiled.paths import Walk
from mosty.validate.compiled.targets import Target
from mosty.validate.findings import Finding
from mosty.validate.plan import Shape

_FIRST_PART = 64
_GROWTH = 64
_MOST_PAIRS = 2_000_000
"""Pairs of focus node and value node that are made at a time: about 200 MB."""


class CompiledShape:
    """A shape bound to a graph.

    Attributes:
        shape: the shape.
        constraints: its constraints; none when it is deactivated, so that every node conforms.
        targets: what it is applied to by itself.
    """

    def __init__(
        self, shape: Shape, walk: Walk | None, constraints: Sequence[Constraint], targets: Sequence[Target]
    ) -> None:
        self.shape = shape
        self.constraints = constraints
        self.targets = targets
        self._walk = walk

    def _divided(self, focus: Set[Key]) -> tuple[list[tuple[Constraint, Set[Key]]], Sequence[Constraint]]:
        """Constraints that only seek one term, each with the nodes that reach it, and all others.

        Walking back from the term is one walk; walking to it is one for each focus node.
        """
        if self._walk is None or self._walk.ready or len(focus) <= _FIRST_PART:
            return [], self.constraints
        sought: list[tuple[Constraint, Set[Key]]] = [
            (one, self._walk.backward({one.sought})) for one in self.constraints if one.sought is not None
        ]
        return sought, [one for one in self.constraints if one.sought is None]

    def _parts(self, focus: Set[Key]) -> Iterator[tuple[Set[Key], Values]]:
        """Focus nodes with their value nodes: so many at a time that the pairs fit into memory."""
        if self._walk is None or self._walk.ready or len(focus) <= _FIRST_PART:
            yield focus, Values(focus, None if self._walk is None else self._walk.column(focus))
            return
        nodes = iter(focus)
        size = _FIRST_PART
        while part := set(islice(nodes, size)):
            column = self._walk.column(part)
            yield part, Values(part, column)
            size = max(1, min(_GROWTH * size, _MOST_PAIRS * len(part) // max(1, len(column))))

    def failing(self, focus: Set[Key]) -> Set[Key]:
        """The focus nodes that do not conform: all of them, and no other (SHACL, section 3.4.2)."""
        if not focus or not self.constraints:
            return NONE
        failing: set[Key] = set()
        seeking, others = self._divided(focus)
        for _, found in seeking:
            failing |= focus - found
        for part, values in self._parts(focus) if others else ():
            for constraint in others:
                failing |= constraint.failing(part, values)
        return failing

    def findings(self, focus: Set[Key]) -> Iterator[Finding]:
        """What is wrong with a set of focus nodes (SHACL, section 3.4.1)."""
        if focus and self.constraints:
            seeking, others = self._divided(focus)
            for constraint, found in seeking:
                for node in focus - found:
                    yield from constraint.findings(node, ())
            for part, values in self._parts(focus) if others else ():
                for constraint in others:
                    yield from constraint.all_findings(part, values)

    def focus_nodes(self) -> set[Key]:
        """The focus nodes of its targets (SHACL, section 2.1.3)."""
        return set().union(*(target.nodes() for target in self.targets))

    def targeted(self, nodes: Set[Key]) -> set[Key]:
        """Those of some nodes that are focus nodes."""
        return set().union(*(target.among(nodes) for target in self.targets))

    def holders(self, nodes: Set[Key]) -> Set[Key]:
        """Nodes whose findings can have one of some nodes as their focus node: they may reach it through a path."""
        inner = set().union(*(constraint.holders(nodes) for constraint in self.constraints))
        return nodes | (inner if self._walk is None else self._walk.backward(inner))

    def touched(self, changed: Sequence[KeyTriple]) -> Set[Key] | None:
        """Nodes whose findings can depend on one of some triples that the graph holds; None for any node."""
        found: set[Key] = set() if self._walk is None else self._walk.touched(changed)
        for constraint in self.constraints:
            focus, values = constraint.touched(changed), constraint.touched_values(changed)
            if focus is None or values is None:
                return None
            found |= focus
            found |= values if self._walk is None else self._walk.backward(values)
        return found

    def retargeted(self, changed: Sequence[KeyTriple]) -> set[Key]:
        """Nodes that may be focus nodes because of one of some triples that the graph holds."""
        return set().union(*(target.touched(changed) for target in self.targets))
