"""What every compiled constraint can do: find failing focus nodes in a whole set, tell findings, say what it reads."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Sequence, Set
from typing import TypeAlias

from mosty.model.terms import IRI
from mosty.rdf.graph import Column
from mosty.rdf.keys import Key
from mosty.validate.findings import Finding
from mosty.validate.plan import Shape

KeyTriple: TypeAlias = tuple[Key, Key, Key]


class Constraint(ABC):
    """One constraint of one shape, bound to one graph that may change between two calls.

    Attributes:
        component: the constraint component (``sh:MinCountConstraintComponent`` ...).
        shape: the source shape.
        reads_written: whether it must see literals as they were written; what need not can also run as
            SPARQL on an endpoint, which rewrites them.
    """

    reads_written = False

    def __init__(self, component: IRI, shape: Shape) -> None:
        self.component = component
        self.shape = shape

    @abstractmethod
    def failing(self, focus: Set[Key], values: Column) -> Set[Key]:
        """Find the focus nodes that violate the constraint: all of them, and no other.

        Args:
            focus: the focus nodes.
            values: the value nodes of at least these focus nodes (it may hold other subjects too).
        """

    @abstractmethod
    def findings(self, focus: Key, values: Collection[Key]) -> Iterator[Finding]:
        """Tell what is wrong with one focus node, given its value nodes; nothing when it conforms."""

    def touched(self, changed: Sequence[KeyTriple], values: Column | None = None) -> Set[Key]:
        """Find focus nodes whose findings can depend on one of some triples, all of which the graph holds.

        The value nodes themselves are looked after by the shape; a constraint names only what it reads beside
        them. It may name too many, never too few.
        """
        return frozenset()
