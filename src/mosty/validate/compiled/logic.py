"""Constraints that refer to other shapes (SHACL, sections 4.6, 4.7 and 4.8.1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence, Set
from itertools import islice

from mosty.model.terms import IRI
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key
from mosty.validate.compiled.constraint import Constraint, KeyTriple, ValueConstraint, Values
from mosty.validate.compiled.shapes import CompiledShape
from mosty.validate.findings import Finding
from mosty.validate.plan import Shape

_MOST_DETAILS = 12
"""Details of one branch: enough to see why it fails."""


def why(other: CompiledShape, value: Key) -> Iterator[Finding]:
    """Why a value does not conform to another shape, each finding marked as belonging to it."""
    for finding in islice(other.findings({value}), _MOST_DETAILS):
        yield finding._replace(branch=other.shape.node)


class _Referring(ValueConstraint):
    """A constraint that refers to other shapes."""

    def __init__(self, component: str, shape: Shape, others: Sequence[CompiledShape]) -> None:
        super().__init__(component, shape)
        self.others = others

    def details(self, value: Key) -> tuple[Finding, ...]:
        """See `ValueConstraint.details`."""
        return tuple(finding for other in self.others for finding in why(other, value))

    def touched_values(self, changed: Sequence[KeyTriple]) -> Set[Key] | None:
        """See `Constraint.touched_values`."""
        found: set[Key] = set()
        for other in self.others:
            touched = other.touched(changed)
            if touched is None:
                return None
            found |= touched
        return found


class All(_Referring):
    """``sh:and`` and ``sh:node``: each value node conforms to every one of some shapes (4.6.2, 4.7.1)."""

    def failing_values(self, values: Set[Key]) -> Set[Key]:
        """See `ValueConstraint.failing_values`."""
        return set().union(*(other.failing(values) for other in self.others))


class Any(_Referring):
    """``sh:or``: each value node conforms to one of some shapes at least (section 4.6.3)."""

    def failing_values(self, values: Set[Key]) -> Set[Key]:
        """See `ValueConstraint.failing_values`."""
        for other in self.others:
            values = other.failing(values)
        return values


class One(_Referring):
    """``sh:xone``: each value node conforms to exactly one of some shapes (section 4.6.4)."""

    def failing_values(self, values: Set[Key]) -> Set[Key]:
        """See `ValueConstraint.failing_values`."""
        failures = Counter(value for other in self.others for value in other.failing(values))
        return {value for value in values if failures[value] != len(self.others) - 1}


class Not(_Referring):
    """``sh:not``: no value node conforms to a shape (section 4.6.1)."""

    def failing_values(self, values: Set[Key]) -> Set[Key]:
        """See `ValueConstraint.failing_values`."""
        return values - self.others[0].failing(values)


class Property(_Referring):
    """``sh:property``: the value nodes are focus nodes of a property shape, which tells its own results (4.7.2)."""

    def failing_values(self, values: Set[Key]) -> Set[Key]:
        """See `ValueConstraint.failing_values`."""
        return self.others[0].failing(values)

    def findings(self, focus: Key, values: Collection[Key]) -> Iterator[Finding]:
        """See `Constraint.findings`."""
        return self.others[0].findings(frozenset(values))

    def all_findings(self, focus: Set[Key], values: Values) -> Iterator[Finding]:
        """See `Constraint.all_findings`."""
        other = self.others[0]
        if self.shape.path is None:
            yield from other.findings(focus)
            return
        bad = other.failing(values.distinct)
        told: dict[Key, tuple[Finding, ...]] = {}
        for node in values.holders(bad):  # what several nodes reach is told for each, as the W3C suite has it
            for value in values.of(node):
                if value in bad:
                    if value not in told:
                        told[value] = tuple(other.findings({value}))
                    yield from told[value]

    def holders(self, nodes: Set[Key]) -> Set[Key]:
        """See `Constraint.holders`."""
        return self.others[0].holders(nodes)


class Qualified(Constraint):
    """``sh:qualifiedValueShape``: so many value nodes conform to a shape, and to none of its siblings (4.7.3)."""

    def __init__(
        self,
        component: str,
        shape: Shape,
        other: CompiledShape,
        siblings: Sequence[CompiledShape],
        least: int,
        most: int | None,
    ) -> None:
        super().__init__(component, shape)
        self._other = other
        self._siblings = siblings
        self._least = least
        self._most = most

    def _counted(self, values: Set[Key]) -> Set[Key]:
        counted = values - self._other.failing(values)
        for sibling in self._siblings:
            counted = sibling.failing(counted)
        return counted

    def _fits(self, count: int) -> bool:
        return count >= self._least and (self._most is None or count <= self._most)

    def failing(self, focus: Set[Key], values: Values) -> Set[Key]:
        """See `Constraint.failing`."""
        counted = self._counted(values.distinct)
        column = values.column
        one, more = column.one, column.more
        failing = set()
        for node in focus:
            count = int(one.get(node) in counted)
            if node in more:
                count += sum(value in counted for value in more[node])
            if not self._fits(count):
                failing.add(node)
        return failing

    def findings(self, focus: Key, values: Collection[Key]) -> Iterator[Finding]:
        """See `Constraint.findings`."""
        counted = self._counted(frozenset(values))
        if not self._fits(len(counted)):
            wanting = len(counted) < self._least
            details = (d for value in values if value not in counted for d in why(self._other, value))
            yield self.finding(focus, details=tuple(islice(details, _MOST_DETAILS)) if wanting else ())

    def touched_values(self, changed: Sequence[KeyTriple]) -> Set[Key] | None:
        """See `Constraint.touched_values`."""
        found: set[Key] = set()
        for other in (self._other, *self._siblings):
            touched = other.touched(changed)
            if touched is None:
                return None
            found |= touched
        return found


class Closed(ValueConstraint):
    """``sh:closed``: value nodes have no properties but those of the shape (section 4.8.1)."""

    def __init__(self, shape: Shape, graph: Graph, allowed: Set[Key]) -> None:
        super().__init__("Closed", shape)
        self._graph = graph
        self._allowed = allowed

    def failing_values(self, values: Set[Key]) -> Set[Key]:
        """See `ValueConstraint.failing_values`."""
        found: set[Key] = set()
        for predicate, column in self._graph.columns.items():
            if predicate not in self._allowed:
                found |= column.one.keys() & values
        return found

    def findings(self, focus: Key, values: Collection[Key]) -> Iterator[Finding]:
        """See `Constraint.findings`."""
        for value in values:
            for predicate, found in self._graph.outgoing(value):
                if predicate not in self._allowed:
                    yield self.finding(focus, found)._replace(path=IRI(predicate[1:-1]))

    def all_findings(self, focus: Set[Key], values: Values) -> Iterator[Finding]:
        """See `Constraint.all_findings`."""
        return Constraint.all_findings(self, focus, values)

    def touched_values(self, changed: Sequence[KeyTriple]) -> Set[Key]:
        """See `Constraint.touched_values`."""
        return {subject for subject, predicate, _ in changed if predicate not in self._allowed}
