r"""Terms as strings: the canonical N-Triples of a term, which is what indexes and set operations work on.

A string hashes once and compares by address when it is the same object, so sets of keys are several times
faster than sets of term objects. The first character tells the kind: ``<`` IRI, ``_`` blank node, ``"`` literal.
Keys keep what was written: ``"01"^^<...integer>`` stays so.
"""

from __future__ import annotations

import re
from typing import TypeAlias

import pyoxigraph as ox

from mosty.model.terms import IRI, RDF_LANG_STRING, XSD_STRING, BlankNode, Literal, Term

Key: TypeAlias = str
"""A term in canonical N-Triples (RDF 1.2 N-Triples, section 4)."""

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_CHARACTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def iri_key(iri: str) -> Key:
    """The key of an IRI.

    >>> iri_key("http://example.org/a")
    '<http://example.org/a>'
    """
    return f"<{iri}>"


def to_key(term: Term) -> Key:
    """Write a term as its key.

    >>> to_key(Literal("a", XSD_STRING))
    '"a"'
    """
    if isinstance(term, IRI):
        return f"<{term.value}>"
    if isinstance(term, BlankNode):
        return f"_:{term.label}"
    if term.language:
        return str(ox.Literal(term.lexical, language=term.language))
    return str(ox.Literal(term.lexical, datatype=ox.NamedNode(term.datatype)))


def from_key(key: Key) -> Term:
    """Read a key back.

    >>> from_key('"a"@en')
    Literal(lexical='a', datatype='http://www.w3.org/1999/02/22-rdf-syntax-ns#langString', language='en')
    """
    if key[0] == "<":
        return IRI(key[1:-1])
    if key[0] == "_":
        return BlankNode(key[2:])
    return Literal(*literal_parts(key))


def literal_parts(key: Key) -> tuple[str, str, str | None]:
    r"""Split the key of a literal into lexical form, datatype IRI and language tag.

    >>> literal_parts('"a\\n"^^<http://example.org/d>')
    ('a\n', 'http://example.org/d', None)
    """
    end = key.rindex('"')
    text = lexical_form(key, end)
    after = key[end + 1 :]
    if not after:
        return text, XSD_STRING, None
    if after[0] == "@":
        return text, RDF_LANG_STRING, after[1:]
    return text, after[3:-1], None


def lexical_form(key: Key, end: int | None = None) -> str:
    """The lexical form of a literal's key; `end` is where its closing quote stands, when that is known."""
    text = key[1 : key.rindex('"') if end is None else end]
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _CHARACTERS.get(match[3], match[3])
