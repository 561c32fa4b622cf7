"""An indexed graph of keys: for each predicate a column of its triples, as they were written.

A triple that is stated twice counts once (a graph is a set). The first object of a subject lies in one
dictionary, further ones in a second, much smaller one: most properties have one value, and whole-set questions
("which subjects have none", "which have two") become set operations that run at the speed of C.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Set
from itertools import chain, islice
from typing import Protocol

import pyoxigraph as ox

from mosty.model.terms import RDF
from mosty.rdf.keys import Key, iri_key

_PART = 4096


class Column:
    """The pairs of one predicate, from subject to object (or, inverted, from object to subject).

    Attributes:
        one: the first value of each subject.
        more: all further values of the subjects that have several, as the keys of a dictionary: a class has a
            million instances, and to find one among them must not take long.
    """

    __slots__ = ("more", "one")

    def __init__(self) -> None:
        self.one: dict[Key, Key] = {}
        self.more: dict[Key, dict[Key, None]] = {}

    def add(self, subject: Key, value: Key) -> bool:
        """Add a pair; tells whether it is new."""
        first = self.one.get(subject)
        if first is None:
            self.one[subject] = value
            return True
        if first == value:
            return False
        further = self.more.setdefault(subject, {})
        if value in further:
            return False
        further[value] = None
        return True

    def discard(self, subject: Key, value: Key) -> bool:
        """Take a pair away; tells whether it was there."""
        further = self.more.get(subject)
        if self.one.get(subject) == value:
            if further:
                self.one[subject] = first = next(iter(further))
                del further[first]
            else:
                del self.one[subject]
        elif further and value in further:
            del further[value]
        else:
            return False
        if further is not None and not further:
            del self.more[subject]
        return True

    def values(self, subject: Key) -> Collection[Key]:
        """The values of one subject, each once."""
        first = self.one.get(subject)
        if first is None:
            return ()
        further = self.more.get(subject)
        return (first, *further) if further else (first,)

    def has(self, subject: Key, value: Key) -> bool:
        """Whether a pair is there."""
        return self.one.get(subject) == value or value in self.more.get(subject, ())

    def distinct(self) -> set[Key]:
        """All values, each once."""
        return set(self.one.values()).union(*self.more.values())

    def parts(self) -> Iterator[list[Key]]:
        """All values, some at a time, as often as they are there: nothing is looked up, so memory is read in order."""
        values = chain(self.one.values(), chain.from_iterable(self.more.values()))
        while part := list(islice(values, _PART)):
            yield part

    def pairs(self) -> Iterator[tuple[Key, Key]]:
        """All pairs; those of one subject may lie apart."""
        return chain(
            self.one.items(), ((subject, value) for subject, more in self.more.items() for value in more)
        )

    def subjects_of(self, values: Set[Key]) -> set[Key]:
        """The subjects that have one of some values."""
        found = {subject for subject, value in self.one.items() if value in values}
        found.update(subject for subject, more in self.more.items() if not values.isdisjoint(more))
        return found

    def __len__(self) -> int:
        return len(self.one) + sum(map(len, self.more.values()))

    def __contains__(self, subject: object) -> bool:
        return subject in self.one


_EMPTY = Column()
_FIRST, _REST = (iri_key(RDF + name) for name in ("first", "rest"))


class Watcher(Protocol):
    """Something that follows the changes of a graph."""

    def added(self, subject: Key, predicate: Key, value: Key) -> None:
        """A triple was added."""

    def discarded(self, subject: Key, predicate: Key, value: Key) -> None:
        """A triple was taken away."""


class Graph:
    """The triples that are validated, by predicate.

    Attributes:
        columns: the pairs of each predicate, by its key. Read them; change them with `add` and `discard`.
        watchers: who is told of each change.
    """

    def __init__(self, triples: Iterable[tuple[Key, Key, Key]] = ()) -> None:
        self.columns: dict[Key, Column] = {}
        self._inverses: dict[Key, Column] = {}
        self.watchers: list[Watcher] = []
        for triple in triples:
            self.add(*triple)

    @classmethod
    def of(cls, quads: Iterable[ox.Quad]) -> Graph:
        """The union of all graphs of some quads."""
        return cls((str(quad.subject), str(quad.predicate), str(quad.object)) for quad in quads)

    def column(self, predicate: Key) -> Column:
        """The pairs of a predicate; an empty column when it does not occur."""
        return self.columns.get(predicate, _EMPTY)

    def inverse(self, predicate: Key) -> Column:
        """The pairs of a predicate from object to subject: made when first asked for, then kept up to date."""
        found = self._inverses.get(predicate)
        if found is None:
            found = Column()
            for subject, value in self.column(predicate).pairs():
                found.add(value, subject)
            self._inverses[predicate] = found
        return found

    def add(self, subject: Key, predicate: Key, value: Key) -> bool:
        """Add a triple; tells whether it is new."""
        if not self._own(predicate).add(subject, value):
            return False
        if predicate in self._inverses:
            self._inverses[predicate].add(value, subject)
        for watcher in self.watchers:
            watcher.added(subject, predicate, value)
        return True

    def discard(self, subject: Key, predicate: Key, value: Key) -> bool:
        """Take a triple away; tells whether it was there."""
        if not self._own(predicate).discard(subject, value):
            return False
        if predicate in self._inverses:
            self._inverses[predicate].discard(value, subject)
        for watcher in self.watchers:
            watcher.discarded(subject, predicate, value)
        return True

    def _own(self, predicate: Key) -> Column:
        """The column of a predicate, to change it."""
        column = self.columns.get(predicate)
        if column is None:
            column = self.columns[predicate] = Column()
        return column

    def triples(self) -> Iterator[tuple[Key, Key, Key]]:
        """All triples, those of one predicate together."""
        return (
            (subject, predicate, value)
            for predicate, column in self.columns.items()
            for subject, value in column.pairs()
        )

    def outgoing(self, subject: Key) -> Iterator[tuple[Key, Key]]:
        """Predicate and object of the triples of one subject."""
        for predicate, column in self.columns.items():
            if subject in column.one:
                for value in column.values(subject):
                    yield predicate, value

    def __len__(self) -> int:
        return sum(map(len, self.columns.values()))

    def __contains__(self, triple: tuple[Key, Key, Key]) -> bool:
        subject, predicate, value = triple
        return self.column(predicate).has(subject, value)


def members(graph: Graph, head: Key) -> list[Key]:
    """The members of an RDF list; stops at a loop or a missing end (RDF Schema, section 5.2).

    >>> first, rest, nil = (f"<http://www.w3.org/1999/02/22-rdf-syntax-ns#{name}>" for name in ("first", "rest", "nil"))
    >>> members(Graph([("_:a", first, '"x"'), ("_:a", rest, nil)]), "_:a")
    ['"x"']
    """
    firsts, rests = graph.column(_FIRST).one, graph.column(_REST).one
    found: list[Key] = []
    seen: set[Key] = set()
    node: Key | None = head
    while node is not None and node in firsts and node not in seen:
        seen.add(node)
        found.append(firsts[node])
        node = rests.get(node)
    return found
