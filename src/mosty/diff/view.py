"""A dataset seen as records: what is said of a node, what kind of thing it is, and which record it belongs to."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum

from mosty.diff.lines import Lines, Quad
from mosty.model.terms import MOSTY, RDF
from mosty.rdf.keys import Key, iri_key
from mosty.workspace.config import Config

TYPE = iri_key(RDF + "type")
_RDFS, _OWL, _SKOS, _SH = (
    "http://www.w3.org/2000/01/rdf-schema#",
    "http://www.w3.org/2002/07/owl#",
    "http://www.w3.org/2004/02/skos/core#",
    "http://www.w3.org/ns/shacl#",
)
_SUBCLASS = iri_key(_RDFS + "subClassOf")
_TERMS = frozenset(
    iri_key(iri)
    for iri in (
        *(_OWL + name for name in ("Ontology", "Class", "ObjectProperty", "DatatypeProperty")),
        *(_OWL + name for name in ("AnnotationProperty", "NamedIndividual")),
        *(_RDFS + name for name in ("Class", "Datatype")),
        RDF + "Property",
        *(_SKOS + name for name in ("Concept", "ConceptScheme", "Collection", "OrderedCollection")),
        *(_SH + name for name in ("NodeShape", "PropertyShape", "PropertyGroup", "ConstraintComponent")),
    )
)
_EVIDENCE = frozenset(iri_key(MOSTY + name) for name in ("Statement", "Passage"))
_LOCAL = re.compile(r"[^/#]*(?=>$)")
_MOST_STEPS = 3

Properties = Mapping[Key, Collection[Key]]
"""Predicate -> values of one node."""


class Role(StrEnum):
    """What a node is in a register."""

    RECORD = "record"
    TERM = "term"
    EVIDENCE = "evidence"
    PART = "part"


class View:
    """A dataset, asked about one node after the other.

    Args:
        lines: its canonical N-Quads.
        config: which classes are kinds of records, and which graph holds derived triples.
    """

    def __init__(self, lines: Lines, config: Config) -> None:
        self._lines = lines
        self._derived = iri_key(config.derived_graph)
        self._kinds = {iri_key(kind.record_class): rank for rank, kind in enumerate(config.kinds.values())}
        self._spaces = [config.prefixes[prefix] for prefix in config.kinds]
        self._about: dict[Key, tuple[Properties, Properties]] = {}
        self._ranks: dict[Key, int | None] = {}
        self._homes: dict[Key, Key] = {}

    def outgoing(self, node: Key) -> Properties:
        """What is asserted of a node."""
        return self._known(node)[0]

    def derived(self, node: Key) -> Properties:
        """What only rules say of a node."""
        return self._known(node)[1]

    def values(self, node: Key, predicate: Key) -> Collection[Key]:
        """The asserted values of one property, sorted."""
        return self.outgoing(node).get(predicate, ())

    def pointing_at(self, node: Key) -> Iterator[Quad]:
        """The quads that have a node as their object; the whole dataset is searched."""
        return self._lines.pointing_at(node)

    def rank(self, node: Key) -> int | None:
        """The place of a record's kind among all kinds; None for what is no record."""
        ranks = [rank for kind in self.values(node, TYPE) if (rank := self._rank_of(kind, ())) is not None]
        return min(ranks, default=None)

    def role(self, node: Key) -> Role:
        """What a node is."""
        kinds = self.values(node, TYPE)
        if not _EVIDENCE.isdisjoint(kinds):
            return Role.EVIDENCE
        if self.rank(node) is not None:
            return Role.RECORD
        return Role.PART if _TERMS.isdisjoint(kinds) else Role.TERM

    def home(self, node: Key) -> Key:
        """The record that a part belongs to; a node that belongs to none is a record of its own."""
        found = self._homes.get(node)
        if found is None:
            found = self._homes[node] = self._home(node, slug(node), _MOST_STEPS, {node}) or node
        return found

    def _home(self, node: Key, name: str, steps: int, seen: set[Key]) -> Key | None:
        """By its links first, as parts are called after their record; then by the name alone, then by who uses it."""
        if self.role(node) is not Role.PART:
            return node
        linked = [value for values in self.outgoing(node).values() for value in values if value[0] == "<"]
        records = [value for value in linked if self.role(value) is Role.RECORD]
        for record in records:
            if slug(record) == name:
                return record
        if steps:
            for value in linked:
                if value not in seen and slug(value) == name and self.role(value) is Role.PART:
                    seen.add(value)
                    if (found := self._home(value, name, steps - 1, seen)) is not None and self._is_record(
                        found
                    ):
                        return found
        called = [key for space in self._spaces if self.rank(key := iri_key(space + name)) is not None]
        if len(called) == 1:
            return called[0]
        if len(set(records)) == 1:
            return records[0]
        for quad in self._lines.pointing_at(node) if steps else ():
            if quad.subject not in seen and quad.graph != self._derived:
                seen.add(quad.subject)
                found = self._home(quad.subject, name, steps - 1, seen)
                if found is not None and self._is_record(found):
                    return found
        return min(records, default=None)

    def _is_record(self, node: Key) -> bool:
        return self.role(node) is Role.RECORD

    def _rank_of(self, kind: Key, path: tuple[Key, ...]) -> int | None:
        if kind not in self._ranks:
            if kind in path:
                return None
            above = (self._rank_of(other, (*path, kind)) for other in self.values(kind, _SUBCLASS))
            ranks = [rank for rank in above if rank is not None]
            self._ranks[kind] = self._kinds.get(kind, min(ranks, default=None))
        return self._ranks[kind]

    def _known(self, node: Key) -> tuple[Properties, Properties]:
        found = self._about.get(node)
        if found is None:
            asserted: dict[Key, dict[Key, None]] = {}
            derived: dict[Key, dict[Key, None]] = {}
            for quad in self._lines.about(node):
                side = derived if quad.graph == self._derived else asserted
                side.setdefault(quad.predicate, {})[quad.value] = None
            found = self._about[node] = (asserted, derived)
        return found


def slug(node: Key) -> str:
    """The first word of a node's local name, which parts share with their record.

    >>> slug("<https://example.org/id/name/prague.exonym>")
    'prague'
    """
    match = _LOCAL.search(node)
    return match[0].partition(".")[0] if match else ""


def kinds_of(views: Iterator[View] | Collection[View], node: Key) -> Collection[Key]:
    """The classes of a node in the first view that knows any."""
    for view in views:
        if found := view.values(node, TYPE):
            return found
    return ()
