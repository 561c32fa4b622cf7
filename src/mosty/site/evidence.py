"""Which sources say a triple, and where in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from mosty.model.terms import MOSTY, RDF
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key, literal_parts

_SUBJECT, _PREDICATE, _OBJECT = (iri_key(RDF + name) for name in ("subject", "predicate", "object"))
_PASSAGE, _SOURCE, _BASIS, _CHECKED = (
    iri_key(MOSTY + name) for name in ("passage", "source", "basis", "checkedAgainst")
)
_START, _END = (iri_key(f"http://www.w3.org/ns/oa#{name}") for name in ("start", "end"))


class Passage(NamedTuple):
    """A passage of a source: characters from start up to (not with) end, where that is stated."""

    source: Key
    start: int | None
    end: int | None
    key: Key


class Support(NamedTuple):
    """What a triple rests on, as one statement says it.

    Attributes:
        passages: where sources say it, sorted.
        bases: concepts that say what we did: retold, translated, classified.
        checked: sources that it was checked against.
    """

    passages: tuple[Passage, ...]
    bases: tuple[Key, ...]
    checked: tuple[Key, ...]


class EvidenceIndex:
    """Finds the statements about triples.

    Args:
        graph: holds the statements and their passages.
    """

    def __init__(self, graph: Graph) -> None:
        self._statements = graph.inverse(_SUBJECT)
        self._subjects = graph.column(_SUBJECT).one
        self._predicates, self._objects = graph.column(_PREDICATE).one, graph.column(_OBJECT).one
        self._passages, self._bases, self._checked = map(graph.column, (_PASSAGE, _BASIS, _CHECKED))
        self._sources = graph.column(_SOURCE).one
        self._by_source, self._by_passage = graph.inverse(_SOURCE), graph.inverse(_PASSAGE)
        self._starts, self._ends = graph.column(_START).one, graph.column(_END).one

    def about(self, subject: Key) -> Mapping[tuple[Key, Key], Sequence[Support]]:
        """What the triples of one subject rest on, by predicate and object."""
        found: dict[tuple[Key, Key], list[Support]] = defaultdict(list)
        for node in self._statements.values(subject):
            predicate, value = self._predicates.get(node), self._objects.get(node)
            if predicate is not None and value is not None:
                found[predicate, value].append(self._support(node))
        for supports in found.values():
            supports.sort(key=order)
        return found

    def nodes(self, subject: Key) -> set[Key]:
        """The statements about a subject and their passages."""
        statements = self._statements.values(subject)
        return {*statements, *(passage for node in statements for passage in self._passages.values(node))}

    def passage_sources(self) -> Iterator[tuple[Key, Key]]:
        """Each passage and its source."""
        return iter(self._sources.items())

    def cited(self, source: Key) -> list[Passage]:
        """The passages of a source, by their place in it."""
        return sorted(map(self._passage, self._by_source.values(source)), key=_place)

    def subjects(self, passage: Key) -> set[Key]:
        """What statements that rest on a passage are about."""
        nodes = self._by_passage.values(passage)
        return {subject for node in nodes if (subject := self._subjects.get(node)) is not None}

    def statement_sources(self) -> Iterator[tuple[Key, set[Key]]]:
        """The subject of each statement that has passages, and the sources of these."""
        for node, passage in self._passages.one.items():
            subject = self._subjects.get(node)
            if subject is not None:
                more = self._passages.more.get(node, ())
                yield subject, {self._sources.get(each, each) for each in (passage, *more)}

    def _support(self, node: Key) -> Support:
        return Support(
            tuple(sorted(map(self._passage, self._passages.values(node)), key=_place)),
            tuple(sorted(self._bases.values(node))),
            tuple(sorted(self._checked.values(node))),
        )

    def _passage(self, node: Key) -> Passage:
        start, end = (_number(column.get(node)) for column in (self._starts, self._ends))
        return Passage(self._sources.get(node, node), start, end, node)


def _place(passage: Passage) -> tuple[Key, int, int, Key]:
    start = -1 if passage.start is None else passage.start
    return passage.source, start, passage.end or 0, passage.key


def order(support: Support) -> tuple[object, ...]:
    """Sort grounds by source and place in it."""
    return [_place(passage) for passage in support.passages], support.bases, support.checked


def _number(key: Key | None) -> int | None:
    text = literal_parts(key)[0] if key and key[0] == '"' else ""
    return int(text) if text.isdecimal() and len(text) < 16 else None
