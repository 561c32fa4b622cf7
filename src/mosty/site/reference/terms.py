"""The terms of the ontology as their page needs them: what kind each is, what belongs to it, how often it is used."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from mosty.model.terms import RDF
from mosty.publish.staging import ReleaseFile
from mosty.rdf.graph import Graph, members
from mosty.rdf.keys import Key, iri_key, literal_parts
from mosty.rdf.prefixes import STANDARD
from mosty.site.memo import once_for
from mosty.site.paths import safe_name
from mosty.site.things import DERIVED_BY, TYPE, Things

_OWL, _RDFS, _SKOS = (STANDARD[prefix] for prefix in ("owl", "rdfs", "skos"))
ONTOLOGY = iri_key(_OWL + "Ontology")
UNION, ON_PROPERTY, SOME = (iri_key(_OWL + name) for name in ("unionOf", "onProperty", "someValuesFrom"))
SUBCLASS, SUBPROPERTY, DOMAIN, RANGE = (
    iri_key(_RDFS + name) for name in ("subClassOf", "subPropertyOf", "domain", "range")
)
EQUIVALENT, INVERSE, DISJOINT = (
    iri_key(_OWL + name) for name in ("equivalentClass", "inverseOf", "disjointWith")
)
MATCHES = tuple(iri_key(_SKOS + f"{how}Match") for how in ("exact", "close", "broad", "narrow", "related"))
DEPRECATED = iri_key(_OWL + "deprecated")
# In the order of the page; the first that fits counts.
KINDS = (
    ("classes", (iri_key(_OWL + "Class"), iri_key(_RDFS + "Class"))),
    ("object-properties", (iri_key(_OWL + "ObjectProperty"),)),
    ("datatype-properties", (iri_key(_OWL + "DatatypeProperty"),)),
    ("annotation-properties", (iri_key(_OWL + "AnnotationProperty"), iri_key(RDF + "Property"))),
)
TRAITS = {
    iri_key(f"{_OWL}{name}Property"): f"trait-{name}"
    for name in ("Transitive Symmetric Asymmetric Reflexive Irreflexive Functional InverseFunctional".split())
}
PAGE = "ontology.html"

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_TAKEN = frozenset({"content", "contents", "modules", "gathering"})
"""Names of places that every page has."""


class Term(NamedTuple):
    """A class or property of the ontology.

    Attributes:
        kind: the name of its section.
        anchor: the name of its place on the page: its local name.
        uses: how many instances a class has, or how many triples a property, as asserted.
        derived: the same for what the rules derive.
    """

    key: Key
    kind: str
    anchor: str
    uses: int
    derived: int


@once_for
def terms(things: Things) -> Mapping[Key, Term]:
    """The workspace's own terms, sorted; those of others that the ontology only names are none."""
    ontology, base = things.ontology, f"<{things.config.base}"
    uses, derived = _uses(things.graph), _uses(things.derived)
    found = {}
    for kind, classes in KINDS:
        for class_ in classes:
            for key in ontology.inverse(TYPE).values(class_):
                if key.startswith(base) and key not in found and key not in things.content.schemes:
                    found[key] = Term(key, kind, anchor(key), uses[key], derived[key])
    return dict(sorted(found.items()))


def anchor(key: Key) -> str:
    """The name of a term's place on its page: what stands behind the ``#``, or last.

    >>> anchor("<https://example.org/ontology#Project>"), anchor("<https://example.org/terms/content>")
    ('Project', 'content~2005439eb5a7b')
    """
    local = re.split(r"[#/]", key[1:-1])[-1]
    return local if _NAME.fullmatch(local) and local not in _TAKEN else safe_name(local, key)


def place(things: Things, key: Key) -> str | None:
    """The path of the place where a term is explained, without language; None when it is no term of ours."""
    term = terms(things).get(key)
    return f"{PAGE}#{term.anchor}" if term else None


def classes_in(graph: Graph, key: Key) -> Iterator[Key]:
    """The classes of an expression: itself, or the members of a union; others are left out."""
    if key[0] == "<":
        yield key
    for head in graph.column(UNION).values(key):
        for member in members(graph, head):
            yield from classes_in(graph, member)


class Relations(NamedTuple):
    """What belongs to what, the other way round.

    Attributes:
        below: the terms below a class or property.
        from_class: the properties that a class is a domain of.
        to_class: the properties that it is a range of.
    """

    below: Mapping[Key, Sequence[Key]]
    from_class: Mapping[Key, Sequence[Key]]
    to_class: Mapping[Key, Sequence[Key]]


@once_for
def relations(things: Things) -> Relations:
    """How the terms of the ontology stand to each other."""
    graph, known = things.ontology, terms(things)
    below, domains, ranges = (defaultdict[Key, list[Key]](list) for _ in range(3))
    for key in known:
        for predicate in (SUBCLASS, SUBPROPERTY):
            for value in graph.column(predicate).values(key):
                below[value].append(key)
        for predicate, table in ((DOMAIN, domains), (RANGE, ranges)):
            for value in graph.column(predicate).values(key):
                for class_ in classes_in(graph, value):
                    table[class_].append(key)
    return Relations(below, domains, ranges)


def rules_of(things: Things, key: Key) -> list[str]:
    """The names of the rules that derive a term."""
    values = things.ontology.column(DERIVED_BY).values(key)
    return sorted(literal_parts(value)[0] for value in values if value[0] == '"')


def ontologies(things: Things) -> set[Key]:
    """The IRIs of the ontology and its modules, and of the document that its terms are in."""
    return documents(things, things.ontology)


def shapes_graphs(things: Things) -> set[Key]:
    """The IRIs of the shapes graphs, and of the document that the shapes are in."""
    return documents(things, things.shapes)


def documents(things: Things, graph: Graph) -> set[Key]:
    """The IRIs of the documents that a graph declares or that its subjects are in."""
    headers = graph.inverse(TYPE).values(ONTOLOGY)
    base = f"<{things.config.base}"
    within = (key for key in graph.column(TYPE).one if key.startswith(base) and "#" in key)
    return {*(key for key in headers if key.startswith(base)), *(f"{key.split('#')[0]}>" for key in within)}


def _uses(graph: Graph) -> Counter[Key]:
    found: Counter[Key] = Counter({predicate: len(column) for predicate, column in graph.columns.items()})
    found.update(value for _, value in graph.column(TYPE).pairs())
    return found


def by_kind(found: Iterable[Term]) -> dict[str, list[Term]]:
    """Terms by the section they stand in."""
    sections: dict[str, list[Term]] = {kind: [] for kind, _ in KINDS}
    for term in found:
        sections[term.kind].append(term)
    return {kind: those for kind, those in sections.items() if those}


def files_of(things: Things, name: str) -> list[ReleaseFile]:
    """The files that hold the ontology or the shapes as data."""
    return [
        file
        for file in things.info.files
        if file.path.split(".")[0] == name and not file.path.endswith(".html")
    ]
