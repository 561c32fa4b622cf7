"""The things of a release as its pages need them: records, their parts, names, links and evidence."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from markupsafe import Markup

from mosty.model.terms import MOSTY, RDF
from mosty.publish.content import Content
from mosty.publish.staging import ReleaseFile
from mosty.query.frontmatter import StoredQuery
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key, literal_parts
from mosty.rdf.prefixes import STANDARD
from mosty.site.evidence import EvidenceIndex, Support
from mosty.site.labels import Labels, Text
from mosty.site.menu import MenuEntry
from mosty.site.paths import fragment, localised, record_paths, relative
from mosty.workspace.config import Config, Kind

TYPE = iri_key(RDF + "type")
SUBCLASS = iri_key(STANDARD["rdfs"] + "subClassOf")
IN_SCHEME, CONCEPT, SCHEME, BROADER = (
    iri_key(STANDARD["skos"] + name) for name in ("inScheme", "Concept", "ConceptScheme", "broader")
)
DESCRIPTION = iri_key("http://purl.org/dc/terms/description")
DEFINITION = iri_key(STANDARD["skos"] + "definition")
ORDER, DERIVED_BY = (iri_key(MOSTY + name) for name in ("order", "derivedBy"))
_LEVEL = iri_key(MOSTY + "objectiveLevel")
_LEVELS = {
    iri_key(f"https://w3id.org/mosty/id/objective-level/{name}"): place
    for place, name in enumerate(("overall", "specific", "expected-effect"))
}


class Info(NamedTuple):
    """What the pages say of the release they belong to.

    Attributes:
        name: stem of the main files.
        version, date: of the release; None when nothing was given.
        files: the files that lie beside the pages, sorted.
        address: where the release will lie, with ``/`` at the end.
        root: the path of the release on its host.
        previous: the version or date of the release before, when there was one.
        changes: what changed since, in sentences, by language.
        history: what CHANGES.md says, by language.
        gone: what was withdrawn since the first release, and what took its place.
        tombstones: what is known of that: the last names, the last version with it.
        menu: the entries of the main menu; `build` fills it in.
    """

    name: str
    version: str | None = None
    date: datetime.date | None = None
    files: Sequence[ReleaseFile] = ()
    address: str | None = None
    root: str = "/"
    previous: str | None = None
    changes: Mapping[str, Sequence[str]] = MappingProxyType({})
    history: Mapping[str, str] = MappingProxyType({})
    gone: Mapping[Key, Key | None] = MappingProxyType({})
    tombstones: Graph | None = None
    menu: Sequence[MenuEntry] = ()


class Things:
    """The things of a release.

    Attributes:
        graph: what is asserted.
        derived: what the rules derive.
        ontology, shapes: the other graphs of the release.
        config: the workspace.
        info: the release.
        queries: the stored queries of the workspace.
        languages: those of the site, the first one at its root.
        evidence: which sources say what.
        kept: what the pages of a folder share, by language and folder.
        paths: the path of each thing that has a page, without language and extension.
        all_records: the records, sorted by kind (in the order of mosty.toml) and IRI.
        concepts, schemes: the concepts and concept schemes, sorted.
    """

    def __init__(
        self,
        content: Content,
        config: Config,
        info: Info | None = None,
        queries: Sequence[StoredQuery] = (),
    ) -> None:
        self.content = content
        self.config = config
        self.info = info or Info(config.name)
        self.queries = queries
        self.graph = content.graph
        self.ontology = content.ontology
        self.shapes = content.shapes
        self.derived = Graph(content.derived)
        tags: dict[str, str] = {}
        for tag in config.languages:
            tags.setdefault(tag.lower(), tag)
        self.languages = tuple(tags.values())
        self.prefixes = config.prefixes
        self.labels = Labels((content.graph, content.ontology), config.prefixes, config.languages)
        self.evidence = EvidenceIndex(content.graph)
        self.kept: dict[tuple[str, str, bool], dict[str, Markup]] = {}
        self._kinds: dict[Key, Kind | None] = {}
        self._owners: dict[Key, Key] = {}
        self._parts: dict[Key, list[Key]] = defaultdict(list)
        self._tell_records_from_parts()
        order = {prefix: place for place, prefix in enumerate(config.kinds)}
        self.all_records = sorted(
            self._kinds,
            key=lambda key: (order[kind.prefix] if (kind := self._kinds[key]) else len(order), key),
        )
        types = content.graph.column(TYPE)
        self.concepts = sorted(key for key in content.schemes if types.has(key, CONCEPT))
        self.schemes = sorted(key for key in content.schemes if types.has(key, SCHEME))
        pages = [
            *self.all_records,
            *(key for key in (*self.concepts, *self.schemes) if key not in self._kinds),
        ]
        kept = [*config.kinds, *self._concept_prefixes()]
        self.paths = record_paths(pages, config.prefixes, kept)
        self._links = _linking(self.graph, content.evidence)

    # Records and parts.

    @property
    def facts(self) -> int:
        """How many triples records and parts have."""
        apart = self.content.schemes | self.content.evidence
        return sum(1 for c in self.graph.columns.values() for subject, _ in c.pairs() if subject not in apart)

    def records(self, prefix: str | None) -> list[Key]:
        """The records of a kind, by its prefix, sorted; None gives those of no kind."""
        wanted = self.config.kinds.get(prefix) if prefix is not None else None
        return [key for key in self.all_records if self._kinds[key] == wanted]

    def is_record(self, key: Key) -> bool:
        """Whether a thing is a record, with a page of its own."""
        return key in self._kinds

    def kind_of(self, key: Key) -> Kind | None:
        """The kind of a record, or of the record of a part."""
        return self._kinds.get(self._owners.get(key, key))

    def parts_of(self, record: Key) -> Sequence[Key]:
        """The parts of a record, by class, stated order and IRI."""
        return self._parts.get(record, ())

    def record_of(self, key: Key) -> Key | None:
        """The record that a part belongs to; a record is its own."""
        return key if key in self._kinds else self._owners.get(key)

    def classes_of(self, key: Key) -> Sequence[Key]:
        """The classes of a thing, as asserted, sorted."""
        return sorted(self.graph.column(TYPE).values(key))

    def class_of(self, key: Key) -> Key | None:
        """The most special asserted class of a thing."""
        classes = self.classes_of(key)
        above = {parent for name in classes for parent in self.ontology.column(SUBCLASS).values(name)}
        return next((name for name in classes if name not in above), classes[0] if classes else None)

    # Names.

    def label(self, key: Key, language: str) -> Text:
        """What a thing is called: its name in the language, or in another one, or what stands for it."""
        return self.labels.label(key, language)

    def description(self, key: Key, language: str) -> Text | None:
        """The description, or else the definition, of a thing."""
        return self.labels.first(key, (DESCRIPTION, DEFINITION), language)

    def curie(self, key: Key) -> str:
        """The CURIE of a thing, or its IRI."""
        return self.prefixes.compact(key[1:-1]) if key[0] == "<" else key

    # Links.

    def outgoing(self, key: Key) -> list[tuple[Key, Key]]:
        """Predicate and object of the asserted triples of a thing, sorted."""
        return sorted(self.graph.outgoing(key))

    def consequences(self, key: Key) -> list[tuple[Key, Key]]:
        """Predicate and object of the derived triples of a thing, sorted."""
        return sorted(self.derived.outgoing(key))

    def incoming(self, key: Key) -> list[tuple[Key, Key]]:
        """Subject and predicate of the triples that point at a thing, those of evidence apart; sorted."""
        evidence = self.content.evidence
        return sorted(
            (subject, predicate)
            for predicate in self._links
            for subject in self.graph.inverse(predicate).values(key)
            if subject not in evidence
        )

    def values(self, key: Key, predicate: str | Key) -> list[Key]:
        """The objects of one property, by its IRI, CURIE or key; sorted."""
        return sorted(self.graph.column(self.key(predicate)).values(key))

    def subjects(self, predicate: str | Key, value: Key) -> list[Key]:
        """The things whose property has a value; sorted."""
        return sorted(self.graph.inverse(self.key(predicate)).values(value))

    def key(self, name: str | Key) -> Key:
        """The key of an IRI that is given as a key, an IRI or a CURIE of the workspace."""
        return name if name[0] == "<" else iri_key(self.prefixes.expand(name).value)

    def rule_of(self, predicate: Key, value: Key) -> str | None:
        """The file name of the rule that derives a triple, where the ontology says it."""
        term = value if predicate == TYPE else predicate
        found = self.ontology.column(DERIVED_BY).one.get(term)
        return literal_parts(found)[0] if found and found[0] == '"' else None

    # Evidence.

    def evidence_about(self, subject: Key) -> Mapping[tuple[Key, Key], Sequence[Support]]:
        """What all triples of a subject rest on, by predicate and object: one look for a whole page."""
        return self.evidence.about(subject)

    def evidence_nodes(self, subject: Key) -> set[Key]:
        """The statements about the triples of a subject, and the passages that they name."""
        return self.evidence.nodes(subject)

    # Addresses.

    def path(self, key: Key, language: str) -> str | None:
        """The path of the page of a thing, with a fragment for a part; None when it has no page."""
        record = self._owners.get(key, key)
        stem = self.paths.get(record)
        if stem is None:
            return None
        inner = "" if record == key else f"#{self.fragment(key)}"
        return localised(f"{stem}.html", language, self.languages) + inner

    def href(self, key: Key, language: str, start: str) -> str | None:
        """The relative address of the page of a thing, seen from the page at a path."""
        path = self.path(key, language)
        return relative(path, start) if path else None

    def fragment(self, key: Key) -> str:
        """The name of a part inside the page of its record."""
        return fragment(key, self.prefixes)

    # How records are found.

    def _tell_records_from_parts(self) -> None:
        config, folders = self.config, {kind.folder: kind for kind in self.config.kinds.values()}
        classes = {iri_key(kind.record_class): kind for kind in config.kinds.values()}
        rest: list[tuple[str, Key]] = []
        for folder, subjects in self.content.kinds.items():
            for key in subjects - self.content.evidence - self.content.schemes:
                split = self.prefixes.split(key[1:-1])
                if split and split[0] in config.kinds:
                    self._kinds[key] = config.kinds[split[0]]
                else:
                    rest.append((folder, key))
        types = self.graph.column(TYPE)
        left = []
        for folder, key in rest:
            kind = next((classes[name] for name in sorted(types.values(key)) if name in classes), None)
            if kind is not None:
                self._kinds[key] = kind
            else:
                left.append((folder, key))
        loose = [
            (folder, key)
            for folder, key in left
            if not self._own(key, self._by_name(key, folders.get(folder)))
        ]
        _attach(loose, self.content, self._kinds, self._owners)
        for _, key in loose:
            if key in self._owners:
                self._parts[self._owners[key]].append(key)
            else:
                self._kinds[key] = None
        for parts in self._parts.values():
            parts.sort(key=self._part_order)

    def _own(self, part: Key, record: Key | None) -> bool:
        if record is not None:
            self._owners[part] = record
            self._parts[record].append(part)
        return record is not None

    def _by_name(self, part: Key, kind: Kind | None) -> Key | None:
        """The record whose local name a part's begins with: ``funding:x.y`` is a part of ``project:x``."""
        split = self.prefixes.split(part[1:-1])
        if kind is None or split is None:
            return None
        stem, namespace = split[1], self.prefixes[kind.prefix]
        while "." in stem:
            stem = stem.rsplit(".", 1)[0]
            if (record := iri_key(namespace + stem)) in self._kinds:
                return record
        return None

    def _part_order(self, part: Key) -> tuple[Key, int, int, Key]:
        place = literal_parts(order)[0] if (order := self.graph.column(ORDER).one.get(part)) else ""
        number = int(place) if place.isdecimal() and len(place) < 9 else 10**9
        level = _LEVELS.get(self.graph.column(_LEVEL).one.get(part, ""), 0)
        return min(self.graph.column(TYPE).values(part), default=""), level, number, part

    def _concept_prefixes(self) -> Iterator[str]:
        seen = set()
        for key in (*self.concepts, *self.schemes):
            split = self.prefixes.split(key[1:-1])
            if split and split[0] not in seen:
                seen.add(split[0])
                yield split[0]


def _linking(graph: Graph, evidence: Iterable[Key]) -> list[Key]:
    """The predicates that link things, apart from those that only evidence uses."""
    known = evidence if isinstance(evidence, set | frozenset) else set(evidence)
    return sorted(
        predicate
        for predicate, column in graph.columns.items()
        if predicate != TYPE
        and any(value[0] == "<" and subject not in known for subject, value in column.pairs())
    )


def _attach(
    loose: Sequence[tuple[str, Key]], content: Content, records: Mapping[Key, object], owners: dict[Key, Key]
) -> None:
    """Give parts whose name says nothing to the record they are linked with: near ones first, of their folder first."""
    waiting = sorted(loose)
    if not waiting:
        return
    linked: dict[Key, set[Key]] = defaultdict(set)
    wanted = {part for _, part in waiting}
    for predicate, column in content.graph.columns.items():
        if predicate == TYPE:
            continue
        for subject, value in column.pairs():
            if value[0] == "<" and (subject in wanted or value in wanted):
                linked[subject].add(value)
                linked[value].add(subject)
    while waiting:
        found = {}
        for folder, part in waiting:
            near = {n if n in records else owners[n] for n in linked[part] if n in records or n in owners}
            if near:
                found[part] = min(near & content.kinds[folder] or near)
        if not found:
            return
        owners.update(found)
        waiting = [(folder, part) for folder, part in waiting if part not in found]
