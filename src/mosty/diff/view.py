"""A dataset seen as records: what is said of a node, what kind of thing it is, and which record it belongs to."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from functools import cached_property

from mosty.diff.lines import Lines
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
_REPLACED, _REPLACES = (iri_key("http://purl.org/dc/terms/" + name) for name in ("isReplacedBy", "replaces"))
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
_MOST_KNOWN = 100_000

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
        background: what else is known of classes, where the dataset does not say it.
    """

    def __init__(self, lines: Lines, config: Config, background: View | None = None) -> None:
        self._lines = lines
        self._background = background
        self._derived = iri_key(config.derived_graph)
        self._kinds = {iri_key(kind.record_class): rank for rank, kind in enumerate(config.kinds.values())}
        self._spaces = [config.prefixes[prefix] for prefix in config.kinds]
        self._about: dict[Key, tuple[Properties, Properties]] = {}
        self._ranks: dict[Key, int | None] = {}
        self._homes: dict[Key, Key] = {}
        self._users: dict[Key, list[Key]] = {}

    def outgoing(self, node: Key) -> Properties:
        """What is asserted of a node."""
        return self._known(node)[0]

    def derived(self, node: Key) -> Properties:
        """What only rules say of a node."""
        return self._known(node)[1]

    def values(self, node: Key, predicate: Key) -> Collection[Key]:
        """The asserted values of one property, sorted."""
        return self.outgoing(node).get(predicate, ())

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
            found = self._linked(node) or self._using(node) or min(self._records_of(node), default=node)
            self._homes[node] = found
        return found

    def look_up(self, nodes: Iterable[Key]) -> None:
        """Look up at once what points at those parts of which only that tells their record."""
        needed = {node for node in nodes if node not in self._homes and self._linked(node) is None}
        users: dict[Key, list[Key]] = {node: [] for node in needed}
        for quad in self._lines.pointing_at(needed) if needed else ():
            if quad.graph != self._derived and quad.subject != quad.value:
                users[quad.value].append(quad.subject)
        self._users |= users

    def _linked(self, node: Key, steps: int = _MOST_STEPS) -> Key | None:
        """The record that the links of a node lead to (parts are called after their record), or that its name tells."""
        if self.role(node) is not Role.PART:
            return node
        name, records = slug(node), self._records_of(node)
        for record in records:
            if slug(record) == name:
                return record
        for part in self._links(node) if steps else ():
            if part != node and slug(part) == name and self.role(part) is Role.PART:
                found = self._linked(part, steps - 1)
                if found is not None and self._is_record(found):
                    return found
        called = [key for space in self._spaces if self.rank(key := iri_key(space + name)) is not None]
        if len(called) == 1:
            return called[0]
        return records[0] if len(records) == 1 else None

    def _using(self, node: Key) -> Key | None:
        """The first record that uses a node, itself or through its parts."""
        if node not in self._users:
            self.look_up([node])
        homes = {self._linked(user) for user in self._users.get(node, ()) if user[0] == "<"}
        return min((home for home in homes if home is not None and self._is_record(home)), default=None)

    def _links(self, node: Key) -> list[Key]:
        return [value for values in self.outgoing(node).values() for value in values if value[0] == "<"]

    def _records_of(self, node: Key) -> list[Key]:
        return [value for value in dict.fromkeys(self._links(node)) if self._is_record(value)]

    def _is_record(self, node: Key) -> bool:
        return self.role(node) is Role.RECORD

    @cached_property
    def replacements(self) -> Mapping[Key, Collection[Key]]:
        """What is said to take the place of a node, by `dcterms:isReplacedBy` or `dcterms:replaces`."""
        found: dict[Key, set[Key]] = {}
        for quad in self._lines.with_predicate(_REPLACED):
            found.setdefault(quad.subject, set()).add(quad.value)
        for quad in self._lines.with_predicate(_REPLACES):
            found.setdefault(quad.value, set()).add(quad.subject)
        return found

    def _rank_of(self, kind: Key, path: tuple[Key, ...]) -> int | None:
        if kind not in self._ranks:
            if kind in path:
                return None
            broader = [*self.values(kind, _SUBCLASS)]
            if self._background is not None:
                broader += self._background.values(kind, _SUBCLASS)
            above = (self._rank_of(other, (*path, kind)) for other in broader)
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
            if len(self._about) >= _MOST_KNOWN:
                self._about.clear()
            found = self._about[node] = (asserted, derived)
        return found


def slug(node: Key) -> str:
    """The first word of a node's local name, which parts share with their record.

    >>> slug("<https://example.org/id/name/prague.exonym>")
    'prague'
    """
    match = _LOCAL.search(node)
    return match[0].partition(".")[0] if match else ""


def kinds_of(views: Iterable[View], node: Key) -> Collection[Key]:
    """The classes of a node in the first view that knows any."""
    for view in views:
        if found := view.values(node, TYPE):
            return found
    return ()
