"""Between pyoxigraph's terms and our own."""

from __future__ import annotations

import hashlib

import pyoxigraph as ox

from mosty.model.errors import InputError
from mosty.model.terms import IRI, BlankNode, Literal, Term, Triple


def to_model(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Term:
    """Turn a pyoxigraph term into a model term.

    Raises:
        InputError: a triple term (RDF 1.2), which answers do not carry yet.
    """
    if isinstance(term, ox.NamedNode):
        return IRI(term.value)
    if isinstance(term, ox.Literal):
        return Literal(term.value, term.datatype.value, term.language)
    if isinstance(term, ox.BlankNode):
        return BlankNode(term.value)
    raise InputError(
        f"a triple term (RDF 1.2) cannot be shown yet: {term}",
        "ask for its parts with SUBJECT(), PREDICATE() and OBJECT()",
    )


def to_oxigraph(term: Term) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """Turn a model term into a pyoxigraph term."""
    if isinstance(term, IRI):
        return ox.NamedNode(term.value)
    if isinstance(term, BlankNode):
        return ox.BlankNode(term.label)
    if term.language:
        return ox.Literal(term.lexical, language=term.language)
    return ox.Literal(term.lexical, datatype=ox.NamedNode(term.datatype))


def to_triple(triple: ox.Triple | ox.Quad) -> Triple:
    """Turn a pyoxigraph triple, or the triple of a quad, into a model triple."""
    predicate = IRI(triple.predicate.value)
    return Triple(to_model(triple.subject), predicate, to_model(triple.object))


def fingerprint(triple: ox.Triple) -> str:
    """Make 16 hexadecimal digits from a triple: the start of the SHA-256 of its canonical N-Triples line.

    The IRI of its statement ends in them, so this must never change.
    """
    line = f"{triple.subject} {triple.predicate} {triple.object} ."
    return hashlib.sha256(line.encode("utf-8")).hexdigest()[:16]
