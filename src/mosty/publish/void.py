"""The description of a release for linked-data tools: VoID (https://www.w3.org/TR/void/), counted from the triples."""

from __future__ import annotations

import datetime
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from typing import NamedTuple

import pyoxigraph as ox

from mosty.model.terms import MOSTY, RDF
from mosty.publish.description import Description
from mosty.rdf.prefixes import Prefixes
from mosty.workspace.config import Config

_TYPE = ox.NamedNode(RDF + "type")
_SCHEME = ox.NamedNode(MOSTY + "idScheme")
_SAME = ox.NamedNode(MOSTY + "sameIdentity")


class Part(NamedTuple):
    """A file of the release that holds a part of the graph."""

    path: str
    title: str
    triples: Collection[ox.Triple]


def describe(
    config: Config,
    whole: Collection[ox.Triple],
    parts: Collection[Part],
    dumps: Collection[str],
    *,
    date: datetime.date | None,
) -> Description:
    """Describe the graph of a release.

    Args:
        config: of the workspace.
        whole: what the main dump holds.
        parts: parts of it, and what is derived from it.
        dumps: paths of the files that hold the whole graph.
        date: the date of the release.
    """
    base, prefixes = config.base, config.prefixes
    download = config.publish.get("download", f"{base}release/")
    language = config.languages[0]
    description = Description()
    subsets = [
        description.say(
            f"{base}dataset/part/{part.path.removesuffix('.ttl')}",
            "void_Dataset",
            dcterms_title=ox.Literal(part.title, language="en"),
            void_triples=len(part.triples),
            void_dataDump=ox.NamedNode(download + part.path),
        )
        for part in parts
    ]
    dataset = f"{base}dataset"
    subsets += _linksets(description, whole, dataset, prefixes)
    classes, properties = _partitions(description, whole, dataset, prefixes)
    description.say(
        dataset,
        "void_Dataset",
        dcterms_title=ox.Literal(config.publish.get("title", config.title), language=language),
        dcterms_license=_iri(config.publish.get("license")),
        dcterms_issued=date,
        void_dataDump=[ox.NamedNode(download + path) for path in dumps],
        void_uriSpace=f"{base}id/",
        void_triples=len(whole),
        void_entities=sum(t.predicate == _TYPE for t in whole),
        void_classes=len(classes),
        void_properties=len(properties),
        void_distinctSubjects=len({t.subject for t in whole}),
        void_distinctObjects=len({t.object for t in whole}),
        void_vocabulary=_vocabularies(whole),
        void_classPartition=classes,
        void_propertyPartition=properties,
        void_subset=subsets,
    )
    return description


def _partitions(
    description: Description, whole: Collection[ox.Triple], dataset: str, prefixes: Prefixes
) -> tuple[list[ox.NamedNode], list[ox.NamedNode]]:
    members: dict[ox.NamedNode, set[object]] = defaultdict(set)
    subjects: dict[ox.NamedNode, set[object]] = defaultdict(set)
    objects: dict[ox.NamedNode, set[object]] = defaultdict(set)
    uses: Counter[ox.NamedNode] = Counter()
    for subject, predicate, value in whole:
        uses[predicate] += 1
        subjects[predicate].add(subject)
        objects[predicate].add(value)
        if predicate == _TYPE and isinstance(value, ox.NamedNode):
            members[value].add(subject)
    classes = [
        description.say(
            f"{dataset}/class/{_slug(class_, prefixes)}",
            "void_Dataset",
            void_class=class_,
            void_entities=len(members[class_]),
        )
        for class_ in sorted(members, key=str)
    ]
    properties = [
        description.say(
            f"{dataset}/property/{_slug(predicate, prefixes)}",
            "void_Dataset",
            void_property=predicate,
            void_triples=uses[predicate],
            void_distinctSubjects=len(subjects[predicate]),
            void_distinctObjects=len(objects[predicate]),
        )
        for predicate in sorted(uses, key=str)
    ]
    return classes, properties


def _linksets(
    description: Description, whole: Collection[ox.Triple], dataset: str, prefixes: Prefixes
) -> list[ox.NamedNode]:
    """One linkset for each identifier scheme whose identifiers name IRIs of other datasets."""
    schemes: Mapping[object, object] = {t.subject: t.object for t in whole if t.predicate == _SCHEME}
    links = Counter(schemes[t.subject] for t in whole if t.predicate == _SAME and t.subject in schemes)
    named = {scheme: count for scheme, count in links.items() if isinstance(scheme, ox.NamedNode)}
    return [
        description.say(
            f"{dataset}/links/{_slug(scheme, prefixes)}",
            "void_Linkset",
            void_subjectsTarget=ox.NamedNode(dataset),
            void_objectsTarget=scheme,
            void_linkPredicate=_SAME,
            void_triples=named[scheme],
        )
        for scheme in sorted(named, key=str)
    ]


def _vocabularies(whole: Collection[ox.Triple]) -> list[ox.NamedNode]:
    terms = {t.predicate.value for t in whole} | {
        t.object.value for t in whole if t.predicate == _TYPE and isinstance(t.object, ox.NamedNode)
    }
    return [
        ox.NamedNode(iri) for iri in sorted({iri[: max(iri.rfind("#"), iri.rfind("/")) + 1] for iri in terms})
    ]


def _slug(iri: ox.NamedNode, prefixes: Prefixes) -> str:
    """Make a path of a term's CURIE: mosty-Project."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", prefixes.compact(iri.value)).strip("-")


def _iri(text: str | None) -> ox.NamedNode | None:
    return None if text is None else ox.NamedNode(text)
