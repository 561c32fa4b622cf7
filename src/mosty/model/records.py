"""What `show`, `find`, `why` and `stats` answer with."""

from __future__ import annotations

from typing import NamedTuple

from mosty.model.terms import IRI, Term


class Property(NamedTuple):
    """One property of a thing; `derived` when a rule made it."""

    predicate: IRI
    object: Term
    derived: bool = False


class Record(NamedTuple):
    """A record: its properties, its parts (the subordinate nodes of its file) and what points at it."""

    iri: IRI
    properties: tuple[Property, ...]
    parts: tuple[Record, ...] = ()
    incoming: tuple[tuple[IRI, IRI], ...] = ()
    """Pairs of subject and predicate."""
    file: str | None = None

    def objects(self, predicate: str) -> list[Term]:
        """Objects of one property, by the IRI of its predicate."""
        return [p.object for p in self.properties if p.predicate.value == predicate]


class Match(NamedTuple):
    """A thing found by name: the name that matched and how well (0 to 100)."""

    iri: IRI
    name: str
    language: str | None
    classes: tuple[IRI, ...]
    score: float


class Evidence(NamedTuple):
    """Why a triple stands: a passage of a source, or a basis of our own.

    Attributes:
        url: the address of the source, where it is known.
        start, end: character offsets of the passage in the text of the source, end exclusive.
        quote: the passage itself, when a copy of the text was at hand.
        rule: name of the rule, when the triple is derived; empty when the ontology does not name it.
    """

    subject: IRI
    predicate: IRI
    object: Term
    source: IRI | None = None
    start: int | None = None
    end: int | None = None
    url: str | None = None
    basis: IRI | None = None
    checked_against: IRI | None = None
    quote: str | None = None
    rule: str | None = None


class Statistics(NamedTuple):
    """Figures of a graph."""

    triples: tuple[tuple[str, int], ...]
    """Triples by part of the graph: records, evidence, ontology, derived."""
    classes: tuple[tuple[IRI, int, int], ...]
    """Class, things of it, thin records among them."""
    evidence: tuple[tuple[IRI | None, IRI | None, int], ...]
    """Source, basis, number of statements that rest on them."""
