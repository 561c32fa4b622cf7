"""What every compiled constraint can do: find failing focus nodes in a whole set, tell findings, say what it reads."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Sequence, Set
from functools import cached_property
from typing import TypeAlias

from mosty.model.terms import IRI
from mosty.rdf.graph import Column
from mosty.rdf.keys import Key
from mosty.validate.findings import Finding
from mosty.validate.plan import SH, Shape

KeyTriple: TypeAlias = tuple[Key, Key, Key]

NONE: Set[Key] = frozenset()


class Unsupported(Exception):  # noqa: N818 - no error: another engine takes over
    """Something in a shape that the compiler leaves to the other engine; the text says what."""


class Values:
    """The value nodes of a set of focus nodes.

    Args:
        focus: the focus nodes.
        column: their value nodes; it may hold other subjects too. None when each is its own value node,
            as in a node shape.
    """

    def __init__(self, focus: Set[Key], column: Column | None) -> None:
        self.focus = focus
        self._column = column

    @cached_property
    def column(self) -> Column:
        """From focus node to value nodes, at least for `focus`."""
        if self._column is not None:
            return self._column
        column = Column()
        column.one = dict(zip(self.focus, self.focus, strict=True))
        return column

    @cached_property
    def distinct(self) -> Set[Key]:
        """Every value node of the focus nodes, once (and perhaps some of other nodes)."""
        column = self._column
        if column is None:
            return self.focus
        one, more = column.one, column.more
        # Kept in the order of the data: what was read together lies together, and memory is what passes wait for.
        if 2 * len(self.focus) >= len(one):
            found = dict.fromkeys(one.values())
            for further in more.values():
                found |= further
            return found.keys()
        found = {one[node]: None for node in self.focus if node in one}
        if more:
            for node in self.focus:
                if node in more:
                    found |= more[node]
        return found.keys()

    def of(self, focus: Key) -> Collection[Key]:
        """The value nodes of one focus node."""
        return (focus,) if self._column is None else self._column.values(focus)

    def holders(self, bad: Set[Key]) -> Set[Key]:
        """The focus nodes that have one of some value nodes."""
        if not bad:
            return NONE
        column = self._column
        if column is None:
            return self.focus & bad
        if 2 * len(self.focus) >= len(column.one):
            return column.subjects_of(bad) & self.focus
        return {node for node in self.focus if not bad.isdisjoint(column.values(node))}


class Constraint(ABC):
    """One constraint of one shape, bound to one graph that may change between two calls.

    Attributes:
        component: the constraint component (``sh:MinCountConstraintComponent`` ...).
        shape: the source shape.
        reads_written: whether it must see literals as they were written; what need not can also run as
            SPARQL on an endpoint, which rewrites them.
        sought: the term that has to be among the value nodes, when the constraint asks for nothing else.
    """

    reads_written = False
    sought: Key | None = None

    def __init__(self, component: str, shape: Shape) -> None:
        self.component = IRI(component if ":" in component else f"{SH}{component}ConstraintComponent")
        self.shape = shape

    @abstractmethod
    def failing(self, focus: Set[Key], values: Values) -> Set[Key]:
        """Find the focus nodes that violate the constraint: all of them, and no other."""

    @abstractmethod
    def findings(self, focus: Key, values: Collection[Key]) -> Iterator[Finding]:
        """Tell what is wrong with one focus node, given its value nodes; nothing when it conforms."""

    def all_findings(self, focus: Set[Key], values: Values) -> Iterator[Finding]:
        """Tell what is wrong with any of a set of focus nodes."""
        for node in self.failing(focus, values):
            yield from self.findings(node, values.of(node))

    def touched(self, changed: Sequence[KeyTriple]) -> Set[Key] | None:
        """Find focus nodes whose findings can depend on one of some triples, all of which the graph holds.

        The shape itself looks after paths; a constraint names only what it reads beside the value nodes. It
        may name too many, never too few; None stands for any node.
        """
        return NONE

    def touched_values(self, changed: Sequence[KeyTriple]) -> Set[Key] | None:
        """Find value nodes that may fail or conform because of one of some triples; None for any node."""
        return NONE

    def holders(self, nodes: Set[Key]) -> Set[Key]:
        """Value nodes whose findings, told by another shape, can be about one of some nodes."""
        return NONE

    def finding(self, focus: Key, value: Key | None = None, details: tuple[Finding, ...] = ()) -> Finding:
        """A finding of this constraint on the path of its shape."""
        return Finding(self.shape.node, self.component, focus, self.shape.path, value, details=details)


class ValueConstraint(Constraint):
    """A constraint that judges each value node by itself; one result for each that fails."""

    @abstractmethod
    def failing_values(self, values: Set[Key]) -> Set[Key]:
        """Find the value nodes that fail: all of them, and no other."""

    def details(self, value: Key) -> tuple[Finding, ...]:
        """Why a value fails, where the constraint refers to another shape."""
        return ()

    def failing(self, focus: Set[Key], values: Values) -> Set[Key]:
        """See `Constraint.failing`."""
        return values.holders(self.failing_values(values.distinct))

    def findings(self, focus: Key, values: Collection[Key]) -> Iterator[Finding]:
        """See `Constraint.findings`."""
        bad = self.failing_values(frozenset(values))
        for value in values if bad else ():
            if value in bad:
                yield self.finding(focus, value, self.details(value))

    def all_findings(self, focus: Set[Key], values: Values) -> Iterator[Finding]:
        """See `Constraint.all_findings`: each distinct value is judged once."""
        bad = self.failing_values(values.distinct)
        for node in values.holders(bad):
            for value in values.of(node):
                if value in bad:
                    yield self.finding(node, value, self.details(value))
