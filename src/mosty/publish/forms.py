"""What graphs with blank nodes say about a node, as values that can be compared: labels do not count."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import TypeAlias

from mosty.model.terms import RDF
from mosty.rdf.graph import Column, Graph
from mosty.rdf.keys import Key, iri_key

Form: TypeAlias = Hashable
"""A term, or what a blank node says: its properties, each with the forms of its values; or the members of a list."""

_FIRST, _REST, _NIL = (iri_key(RDF + name) for name in ("first", "rest", "nil"))
_DEEPEST = 200


class LoopError(Exception):
    """Blank nodes that lead back to themselves: they cannot be written down without labels."""


class Forms:
    """The forms of the nodes of a graph.

    Args:
        graph: the graph.
        matters: whether a property counts; all do when not given.
    """

    def __init__(self, graph: Graph, matters: Callable[[Key], bool] = lambda _: True) -> None:
        self.graph = graph
        self._properties: dict[Key, list[tuple[Key, list[Key]]]] = {}
        for predicate, column in sorted(graph.columns.items()):
            if matters(predicate):
                for subject in column.one:
                    self._properties.setdefault(subject, []).append((predicate, [*column.values(subject)]))
        self._made: dict[Key, Form] = {}

    def properties(self, node: Key) -> dict[Key, list[Key]]:
        """The properties of a node that count, with their values."""
        return dict(self._properties.get(node, ()))

    def named(self) -> Iterator[Key]:
        """The IRIs that something is said about."""
        return (node for node in self._properties if node[0] == "<")

    def roots(self) -> Iterator[Key]:
        """The blank nodes that nothing leads to."""
        used = {value for column in self.graph.columns.values() for value in column.distinct()}
        return (node for node in self._properties if node[0] == "_" and node not in used)

    def of(self, node: Key, depth: int = 0) -> Form:
        """The form of a node: an IRI or literal is its own.

        Raises:
            LoopError: a blank node leads back to itself, or too deep.
        """
        if node[0] != "_":
            return node
        found = self._made.get(node)
        if found is None:
            if depth > _DEEPEST:
                raise LoopError
            items = self.items(node)
            if items is not None:
                found = ("list", tuple(self.of(item, depth + 1) for item in items))
            else:
                found = self.said(node, depth + 1)
            self._made[node] = found
        return found

    def said(self, node: Key, depth: int = 0) -> Form:
        """What is said about a node, an IRI too."""
        return frozenset(
            (predicate, frozenset(self.of(value, depth) for value in values))
            for predicate, values in self._properties.get(node, ())
        )

    def items(self, head: Key) -> list[Key] | None:
        """The members of a list; None when it is none."""
        if head == _NIL:
            return []
        firsts, rests = self.graph.column(_FIRST), self.graph.column(_REST)
        found: list[Key] = []
        seen: set[Key] = set()
        while head != _NIL:
            if head in seen or len(firsts.values(head)) != 1 or len(rests.values(head)) != 1:
                return None
            seen.add(head)
            found.append(firsts.one[head])
            head = rests.one[head]
        return found


def differences(old: Graph, new: Graph) -> tuple[list[tuple[Key, Key, Key]], list[tuple[Key, Key, Key]]]:
    """The triples that were added and those that were taken away; blank nodes count by their labels."""
    added: list[tuple[Key, Key, Key]] = []
    removed: list[tuple[Key, Key, Key]] = []
    for predicate in sorted(old.columns.keys() | new.columns.keys()):
        before, after = old.column(predicate), new.column(predicate)
        for subject in sorted(_differing(before, after)):
            was, now = {*before.values(subject)}, {*after.values(subject)}
            added += ((subject, predicate, value) for value in sorted(now - was))
            removed += ((subject, predicate, value) for value in sorted(was - now))
    return added, removed


def _differing(before: Column, after: Column) -> set[Key]:
    """Subjects whose values may differ; which of several values comes first does not matter."""
    if before.one == after.one and before.more == after.more:
        return set()
    found = before.one.keys() ^ after.one.keys()
    other = after.one
    found |= {subject for subject, value in before.one.items() if other.get(subject) != value}
    found |= {s for s in before.more.keys() | after.more.keys() if before.more.get(s) != after.more.get(s)}
    return found
