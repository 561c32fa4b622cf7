"""Writing down triples about a release: CURIEs and plain Python values in, Turtle out."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import TypeAlias

import pyoxigraph as ox

from mosty.model.terms import RDF, XSD
from mosty.publish.info import Previous
from mosty.rdf.keys import Key, literal_parts
from mosty.rdf.prefixes import Prefixes
from mosty.rdf.writing import turtle

VOCABULARIES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": XSD,
}


Node: TypeAlias = ox.NamedNode | ox.Literal
Value: TypeAlias = Node | int | datetime.date | str


class Description:
    """Triples that describe something, in the vocabularies that data portals know."""

    def __init__(self) -> None:
        self.triples: list[ox.Triple] = []

    def say(self, subject: str, class_: str, **values: Value | Sequence[Node] | None) -> ox.NamedNode:
        """State the class and properties of a subject; a property is written ``prefix_name``, None is left out.

        >>> d = Description()
        >>> node = d.say("urn:x", "dcat_Dataset", dcterms_title="A title", dcterms_issued=None)
        >>> len(d.triples)
        2
        """
        node = ox.NamedNode(subject)
        self.triples.append(ox.Triple(node, ox.NamedNode(RDF + "type"), _named(class_)))
        for name, given in values.items():
            several: Sequence[Value | None] = given if isinstance(given, (list, tuple)) else [given]  # type: ignore[list-item]
            self.triples += [ox.Triple(node, _named(name), _term(one)) for one in several if one is not None]
        return node

    def turtle(self, prefixes: Prefixes, header: Sequence[str] = ()) -> str:
        """Write the triples as canonical Turtle."""
        return turtle(self.triples, with_vocabularies(prefixes), header)


def with_vocabularies(prefixes: Prefixes) -> Prefixes:
    """The prefixes of a workspace, and after them those of the vocabularies that it does not name itself."""
    known = set(prefixes.values())
    more = {p: iri for p, iri in VOCABULARIES.items() if p not in prefixes and iri not in known}
    return Prefixes({**prefixes, **more})


def typed(lexical: str, datatype: str) -> ox.Literal:
    """Make a literal of an XSD datatype, given by its local name."""
    return ox.Literal(lexical, datatype=ox.NamedNode(XSD + datatype))


def read_key(key: Key) -> Node:
    """Make the term of a key that is an IRI or a literal.

    >>> read_key('"a"@en')
    <Literal value=a language=en>
    """
    if key[0] == "<":
        return ox.NamedNode(key[1:-1])
    text, datatype, language = literal_parts(key)
    return (
        ox.Literal(text, language=language) if language else ox.Literal(text, datatype=ox.NamedNode(datatype))
    )


def previous_version(base: str, previous: Previous) -> str:
    """Name the release before: by its version, or by its hash when that makes no name.

    >>> previous_version("https://e.org/", Previous("1.0.0", "ab"))
    'https://e.org/dataset/version/1.0.0'
    >>> previous_version("https://e.org/", Previous(None, "ab"))
    'https://e.org/dataset/version/ab'
    """
    version = previous.version or ""
    name = version if re.fullmatch("[A-Za-z0-9._-]+", version) else previous.hash
    return f"{base}dataset/version/{name}"


def _named(name: str) -> ox.NamedNode:
    prefix, _, local = name.partition("_")
    return ox.NamedNode(VOCABULARIES[prefix] + local)


def _term(value: Value) -> Node:
    if isinstance(value, (ox.NamedNode, ox.Literal)):
        return value
    if isinstance(value, datetime.date):
        return typed(value.isoformat(), "date")
    if isinstance(value, int):
        return typed(str(value), "integer")
    return ox.Literal(value)
