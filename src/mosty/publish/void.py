"""The description of a release for linked-data tools: VoID (https://www.w3.org/TR/void/), counted from the columns."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable
from itertools import chain
from typing import NamedTuple

import pyoxigraph as ox

from mosty.model.terms import MOSTY, RDF
from mosty.publish.address import address
from mosty.publish.content import Content
from mosty.publish.description import Description
from mosty.publish.info import subjects
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key
from mosty.rdf.prefixes import Prefixes
from mosty.workspace.config import Config

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_TYPE = iri_key(RDF + "type")
_SCHEME, _SAME = (iri_key(MOSTY + name) for name in ("idScheme", "sameIdentity"))
_IN_SCHEME = iri_key(_SKOS + "inScheme")
MATCHES = tuple(iri_key(f"{_SKOS}{name}Match") for name in ("exact", "close", "broad", "narrow", "related"))
"""The properties that lead from a concept to one of another scheme."""


class Part(NamedTuple):
    """A file of the release that holds a part of the graph."""

    path: str
    title: str
    triples: int


class Counts(NamedTuple):
    """What VoID counts in a graph.

    Attributes:
        triples: triples.
        entities: things that have a class.
        subjects: distinct subjects.
        objects: distinct objects.
        classes: entities of each class.
        properties: triples, distinct subjects and distinct objects of each property.
    """

    triples: int
    entities: int
    subjects: int
    objects: int
    classes: dict[Key, int]
    properties: dict[Key, tuple[int, int, int]]


class Links(NamedTuple):
    """Links to another dataset: from our dataset (None) or one of its schemes, by a property, how many."""

    source: Key | None
    target: Key
    predicate: Key
    triples: int


def count(graph: Graph) -> Counts:
    """Count a graph.

    >>> count(Graph([("<urn:s>", _TYPE, "<urn:C>")])).classes
    {'<urn:C>': 1}
    """
    types = graph.inverse(_TYPE)
    distinct = {name: column.distinct() for name, column in sorted(graph.columns.items())}
    return Counts(
        triples=len(graph),
        entities=len(graph.column(_TYPE).one),
        subjects=len(subjects(graph)),
        objects=len(set().union(*distinct.values())),
        classes={kind: 1 + len(types.more.get(kind, ())) for kind in sorted(types.one) if kind[0] == "<"},
        properties={
            name: (len(graph.columns[name]), len(graph.columns[name].one), len(values))
            for name, values in distinct.items()
            if values
        },
    )


def crosswalks(graph: Graph) -> list[Links]:
    """Find the links to other datasets: one set for each identifier scheme, and for each pair of concept schemes.

    An identifier scheme has links when its identifiers name the IRI of the same thing elsewhere
    (``mosty:sameIdentity``). Concepts are linked by ``skos:exactMatch`` and its kin; a concept that is in no scheme
    here belongs to the dataset that its IRI begins with.

    Args:
        graph: what is asserted.

    Returns:
        Sorted by source, target and property.
    """
    found: Counter[tuple[Key, Key, Key]] = Counter()
    schemes = graph.column(_SCHEME).one
    for identifier, _ in graph.column(_SAME).pairs():
        if schemes.get(identifier, "")[:1] == "<":
            found["", schemes[identifier], _SAME] += 1
    home = graph.column(_IN_SCHEME).one
    for predicate in MATCHES:
        for concept, other in graph.column(predicate).pairs():
            if other[0] == "<" and (source := home.get(concept, "")) != (target := _home(other, home)):
                found[source, target, predicate] += 1
    return [
        Links(source or None, target, name, number)
        for (source, target, name), number in sorted(found.items())
    ]


def describe(
    content: Content,
    config: Config,
    parts: Iterable[Part],
    dumps: Collection[str],
    issued: datetime.date | None,
    modified: datetime.date | None,
) -> Description:
    """Describe the graph of a release.

    Args:
        content: what is published.
        config: of the workspace.
        parts: the files that hold a part of the graph, or what is derived from it.
        dumps: paths of the files that hold the whole graph.
        issued: the date of the first release.
        modified: the date of this one.
    """
    base, slug = config.base, _Slugs(config.prefixes)
    download = address(config)
    dataset = f"{base}dataset"
    description = Description()
    found = count(content.graph)
    subsets = [
        description.say(
            f"{dataset}/part/{part.path.removesuffix('.ttl')}",
            "void_Dataset",
            dcterms_title=ox.Literal(part.title, language="en"),
            void_triples=part.triples,
            void_dataDump=ox.NamedNode(download + part.path),
        )
        for part in parts
    ]
    classes = [
        description.say(
            f"{dataset}/class/{slug(kind)}",
            "void_Dataset",
            void_class=ox.NamedNode(kind[1:-1]),
            void_entities=entities,
        )
        for kind, entities in found.classes.items()
    ]
    properties = [
        description.say(
            f"{dataset}/property/{slug(name)}",
            "void_Dataset",
            void_property=ox.NamedNode(name[1:-1]),
            void_triples=uses,
            void_distinctSubjects=number_of_subjects,
            void_distinctObjects=objects,
        )
        for name, (uses, number_of_subjects, objects) in found.properties.items()
    ]
    description.say(
        dataset,
        "void_Dataset",
        dcterms_title=ox.Literal(config.publish.get("title", config.title), language=config.languages[0]),
        dcterms_license=ox.NamedNode(config.publish["license"]) if "license" in config.publish else None,
        dcterms_issued=issued,
        dcterms_modified=modified,
        void_dataDump=[ox.NamedNode(download + path) for path in dumps],
        void_uriSpace=f"{base}id/",
        void_triples=found.triples,
        void_entities=found.entities,
        void_classes=len(classes),
        void_properties=len(properties),
        void_distinctSubjects=found.subjects,
        void_distinctObjects=found.objects,
        void_vocabulary=_vocabularies(found),
        void_classPartition=classes,
        void_propertyPartition=properties,
        void_subset=[*subsets, *_linksets(description, crosswalks(content.graph), dataset, slug)],
    )
    return description


def _linksets(
    description: Description, links: Iterable[Links], dataset: str, slug: _Slugs
) -> list[ox.NamedNode]:
    """Say each set of links, and what it leads from and to as a dataset."""
    sets = []
    for source, target, predicate, triples in links:
        names = [slug(target)]
        if source is not None:
            names = [slug(source), slug(predicate), *names]
            description.say(source[1:-1], "void_Dataset")
        description.say(target[1:-1], "void_Dataset")
        sets.append(
            description.say(
                f"{dataset}/links/{'/'.join(names)}",
                "void_Linkset",
                void_subjectsTarget=ox.NamedNode(source[1:-1] if source else dataset),
                void_objectsTarget=ox.NamedNode(target[1:-1]),
                void_linkPredicate=ox.NamedNode(predicate[1:-1]),
                void_triples=triples,
            )
        )
    return sets


def _home(concept: Key, schemes: dict[Key, Key]) -> Key:
    """The scheme of a concept; of a foreign one, the namespace of its IRI."""
    return schemes.get(concept) or f"<{_namespace(concept)}>"


def _namespace(key: Key) -> str:
    iri = key[1:-1].rstrip("/#")
    return iri[: max(iri.rfind("#"), iri.rfind("/"), iri.rfind(":")) + 1]


def _vocabularies(found: Counts) -> list[ox.NamedNode]:
    spaces = {_namespace(term) for term in chain(found.properties, found.classes)}
    return [ox.NamedNode(iri) for iri in sorted(spaces) if iri]


class _Slugs:
    """Makes a path of a term's CURIE (mosty-Project), another one for each term."""

    def __init__(self, prefixes: Prefixes) -> None:
        self._prefixes = prefixes
        self._terms: dict[str, Key] = {}

    def __call__(self, term: Key) -> str:
        slug = re.sub(r"[^A-Za-z0-9._-]+", "-", self._prefixes.compact(term[1:-1])).strip("-")
        if self._terms.setdefault(slug, term) != term:
            slug = f"{slug}-{hashlib.sha256(term.encode()).hexdigest()[:12]}"
        return slug
