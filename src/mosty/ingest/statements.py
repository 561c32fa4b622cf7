"""How evidence is written down: statements about triples, passages of sources, and their IRIs.

A statement names a triple and the passages that say it, or a basis of our own. Its IRI is made from the
triple, a passage's IRI from its source and position, so that the same evidence is always the same node.
"""

from __future__ import annotations

from typing import NamedTuple

import pyoxigraph as ox

from mosty.model.evidence import Passage
from mosty.model.terms import RDF, XSD
from mosty.rdf.terms import fingerprint

_MOSTY = "https://w3id.org/mosty/ontology#"
_OA = "http://www.w3.org/ns/oa#"

TYPE = ox.NamedNode(RDF + "type")
SUBJECT, PREDICATE, OBJECT = (ox.NamedNode(RDF + name) for name in ("subject", "predicate", "object"))
STATEMENT, PASSAGE_CLASS, SOURCE_CLASS = (
    ox.NamedNode(_MOSTY + name) for name in ("Statement", "Passage", "Source")
)
PASSAGE, BASIS, CHECKED_AGAINST, SOURCE, PHRASE_SHA256, SHA256, SOURCE_KIND, CHARACTERS = (
    ox.NamedNode(_MOSTY + name)
    for name in (
        "passage",
        "basis",
        "checkedAgainst",
        "source",
        "phraseSha256",
        "sha256",
        "sourceKind",
        "characters",
    )
)
START, END = ox.NamedNode(_OA + "start"), ox.NamedNode(_OA + "end")
_INTEGER = ox.NamedNode(XSD + "nonNegativeInteger")

# The bases, like the vocabulary of evidence, are the same in every workspace.
BASIS_SPACE = "https://w3id.org/mosty/id/basis/"
BASES = (
    "absence",
    "acquisition",
    "classification",
    "identity",
    "inference",
    "own-words",
    "reference",
    "structure",
    "translation",
)


class Names(NamedTuple):
    """The IRIs of a workspace's evidence."""

    base: str

    def statement(self, triple: ox.Triple) -> ox.NamedNode:
        """Name the statement of a triple.

        >>> n = ox.NamedNode
        >>> Names("https://example.org/").statement(ox.Triple(n("urn:s"), n("urn:p"), ox.Literal("o"))).value
        'https://example.org/id/statement/8c037cdb4152b9d3'
        """
        return ox.NamedNode(f"{self.base}id/statement/{fingerprint(triple)}")

    def passage(self, passage: Passage) -> ox.NamedNode:
        """Name a passage."""
        return ox.NamedNode(f"{self.base}id/passage/{passage.source}/{passage.start}-{passage.end}")

    def source(self, slug: str) -> ox.NamedNode:
        """Name a source."""
        return ox.NamedNode(f"{self.base}id/source/{slug}")


def statement_triples(
    names: Names,
    triple: ox.Triple,
    *,
    basis: ox.NamedNode | None = None,
    checked_against: ox.NamedNode | None = None,
) -> list[ox.Triple]:
    """Write the statement of a triple, without its passages."""
    node = names.statement(triple)
    written = [
        ox.Triple(node, TYPE, STATEMENT),
        ox.Triple(node, SUBJECT, triple.subject),
        ox.Triple(node, PREDICATE, triple.predicate),
        ox.Triple(node, OBJECT, triple.object),
    ]
    if basis is not None:
        written.append(ox.Triple(node, BASIS, basis))
    if checked_against is not None:
        written.append(ox.Triple(node, CHECKED_AGAINST, checked_against))
    return written


def passage_triples(names: Names, passage: Passage) -> list[ox.Triple]:
    """Describe a passage."""
    node = names.passage(passage)
    return [
        ox.Triple(node, TYPE, PASSAGE_CLASS),
        ox.Triple(node, SOURCE, names.source(passage.source)),
        ox.Triple(node, START, ox.Literal(str(passage.start), datatype=_INTEGER)),
        ox.Triple(node, END, ox.Literal(str(passage.end), datatype=_INTEGER)),
        ox.Triple(node, PHRASE_SHA256, ox.Literal(passage.sha256)),
    ]
