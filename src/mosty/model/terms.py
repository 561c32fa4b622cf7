"""RDF terms as frozen values (RDF 1.1 Concepts, section 3).

They carry what was written: a literal keeps its lexical form and its datatype.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
MOSTY = "https://w3id.org/mosty/ontology#"
XSD_STRING = XSD + "string"
RDF_LANG_STRING = RDF + "langString"

# Canonical N-Triples escapes (RDF 1.2 N-Triples, section 4) plus every other C0 control and DEL.
_ESCAPES = {i: f"\\u{i:04X}" for i in (*range(0x20), 0x7F)} | {
    0x08: "\\b",
    0x09: "\\t",
    0x0A: "\\n",
    0x0C: "\\f",
    0x0D: "\\r",
    0x22: '\\"',
    0x5C: "\\\\",
}


class IRI(NamedTuple):
    """An absolute IRI (RFC 3987), without angle brackets."""

    value: str

    def __str__(self) -> str:
        return self.value


class BlankNode(NamedTuple):
    """A blank node; its label means something only within one answer."""

    label: str

    def __str__(self) -> str:
        return f"_:{self.label}"


class Literal(NamedTuple):
    """A literal: lexical form, datatype IRI and, for language-tagged strings, the tag.

    Build it with :func:`literal`, which fills in the datatype.
    """

    lexical: str
    datatype: str
    language: str | None = None

    def __str__(self) -> str:
        return self.lexical


def literal(lexical: str, *, datatype: str | None = None, language: str | None = None) -> Literal:
    """Make a literal with its datatype filled in (xsd:string or rdf:langString when none is given).

    >>> literal("x").datatype
    'http://www.w3.org/2001/XMLSchema#string'
    """
    if language:
        return Literal(lexical, RDF_LANG_STRING, language)
    return Literal(lexical, datatype or XSD_STRING)


Term: TypeAlias = IRI | BlankNode | Literal


class Triple(NamedTuple):
    """A triple of terms."""

    subject: Term
    predicate: IRI
    object: Term


def n_triples(term: Term) -> str:
    r"""Write a term in canonical N-Triples, safe to stand in a query or a file.

    >>> n_triples(IRI("https://w3id.org/mosty/id/org/esf"))
    '<https://w3id.org/mosty/id/org/esf>'
    >>> n_triples(literal('a "b"\n', language="en"))
    '"a \\"b\\"\\n"@en'
    """
    if isinstance(term, IRI):
        return f"<{term.value}>"
    if isinstance(term, BlankNode):
        return f"_:{term.label}"
    text = f'"{term.lexical.translate(_ESCAPES)}"'
    if term.language:
        return f"{text}@{term.language}"
    if term.datatype == XSD_STRING:
        return text
    return f"{text}^^<{term.datatype}>"
