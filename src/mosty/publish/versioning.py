"""The version of a release, found from what changed since the one before: major, minor or patch.

The rules are in docs/decisions/versions.md.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from mosty.model.errors import InputError, UsageError
from mosty.model.terms import MOSTY, RDF
from mosty.publish.content import Content
from mosty.publish.corrections import corrections
from mosty.publish.forms import Forms, LoopError, differences
from mosty.publish.info import LEVELS, Reason, ReleaseInfo, subjects
from mosty.publish.renaming import rename, renamed_shapes
from mosty.publish.shapes_graph import ShapesGraph, sh
from mosty.publish.tightening import Change, changes
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key
from mosty.rdf.loading import load
from mosty.rdf.prefixes import Prefixes
from mosty.rdf.reaching import reached
from mosty.rdf.reading import decode, read_bytes

FIRST = "1.0.0"
"""The version of the first release, when nobody says another."""

_RDFS, _OWL = "http://www.w3.org/2000/01/rdf-schema#", "http://www.w3.org/2002/07/owl#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_TYPE, _PROPERTY = iri_key(RDF + "type"), iri_key(RDF + "Property")
_SUBCLASS, _SUBPROPERTY = (iri_key(_RDFS + name) for name in ("subClassOf", "subPropertyOf"))
_DEPRECATED = iri_key(_OWL + "deprecated")
_EVIDENCE = tuple(iri_key(MOSTY + name) for name in ("Statement", "Passage"))
_TERMS = frozenset(
    {
        _PROPERTY,
        iri_key(_RDFS + "Class"),
        iri_key(_RDFS + "Datatype"),
        *(
            iri_key(_OWL + name)
            for name in "Class ObjectProperty DatatypeProperty AnnotationProperty NamedIndividual".split()
        ),
        *(iri_key(_SKOS + name) for name in ("Concept", "ConceptScheme", "Collection")),
    }
)
_HIERARCHY = (
    _SUBCLASS,
    _SUBPROPERTY,
    *(iri_key(_OWL + name) for name in ("equivalentClass", "equivalentProperty", "inverseOf", "sameAs")),
)
_TARGET_CLASS = sh("targetClass")
_VERSION = re.compile(r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})")
_MOST_NAMES = 5
_UNNAMED: Key = "<>"


class Snapshot(NamedTuple):
    """What a release holds, as far as its version goes.

    Attributes:
        graph: what is asserted: records, evidence, schemes.
        derived: what the rules derive.
        ontology: the ontology.
        shapes: the shapes.
        texts: stored queries (``queries/NAME.rq``) and rules (``rules/NAME.rq``) by path.
    """

    graph: Graph
    derived: Graph
    ontology: Graph
    shapes: Graph
    texts: Mapping[str, str]

    @classmethod
    def of(cls, content: Content, texts: Mapping[str, str]) -> Snapshot:
        """What is about to be published."""
        return cls(content.graph, Graph(content.derived), content.ontology, content.shapes, texts)


class Choice(NamedTuple):
    """A version, and why it is this one.

    Attributes:
        version: the version.
        reasons: what changed, the weightiest first.
        needed: the version that the changes ask for; None where a given version cannot be compared with the one
            before.
    """

    version: str
    reasons: tuple[Reason, ...]
    needed: str | None


def read_snapshot(folder: Path, info: ReleaseInfo) -> Snapshot:
    """Read a release that was published.

    Args:
        folder: of the release.
        info: what it says of itself.

    Raises:
        InputError: a file of it is missing or cannot be read.
    """
    stem = info.dump.removesuffix(".nq")

    def graph(name: str) -> Graph:
        path = folder / name
        if not path.is_file():
            raise InputError(f"{path}: is missing in the release", "take the release anew, or give --version")
        return load([(path, str(path))]).graph if path.stat().st_size else Graph()

    texts = {
        path.relative_to(folder).as_posix(): decode(read_bytes(path), str(path))
        for name in ("queries", "rules")
        for path in sorted((folder / name).rglob("*.rq"))
    }
    names = (f"{stem}.ttl", f"{stem}-derived.ttl", "ontology.ttl", "shapes.ttl")
    whole, derived, ontology, shapes = map(graph, names)
    return Snapshot(whole, derived, ontology, shapes, texts)


def next_version(
    previous: ReleaseInfo | None,
    old: Snapshot | None,
    new: Snapshot,
    *,
    classes: Set[Key] = frozenset(),
    prefixes: Prefixes | None = None,
    given: str | None = None,
) -> Choice:
    """Find the version of a release.

    Args:
        previous: what the release before says of itself; None when this is the first one.
        old: what the release before holds.
        new: what is about to be published.
        classes: the classes of records.
        prefixes: how the reasons write IRIs.
        given: a version that somebody chose; the reasons are told all the same.

    Raises:
        UsageError: the version before is not of the form 1.2.3, and none was given.
    """
    if previous is None or old is None:
        return Choice(given or FIRST, (Reason("minor", "the first release"),), given or FIRST)
    reasons = tuple(compare(old, new, classes=classes, prefixes=prefixes))
    if not reasons:
        before = previous.version or FIRST
        kept = previous.reasons if given in (None, before) else ()
        return Choice(given or before, kept, before)
    before = previous.version or ""
    match = _VERSION.fullmatch(before)
    if match is None:
        if given is not None:
            return Choice(given, reasons, None)
        called = f"calls itself {before!r}" if before else "has no version"
        raise UsageError(
            f"the release before {called}, so the next version cannot be found", "give one with --version"
        )
    major, minor, patch = map(int, match.groups())
    level = max(reasons, key=lambda reason: LEVELS.index(reason.level)).level
    needed = {
        "major": f"{major + 1}.0.0",
        "minor": f"{major}.{minor + 1}.0",
        "patch": f"{major}.{minor}.{patch + 1}",
    }[level]
    return Choice(given or needed, reasons, needed)


def compare(
    old: Snapshot, new: Snapshot, *, classes: Set[Key] = frozenset(), prefixes: Prefixes | None = None
) -> list[Reason]:
    """Tell what changed between two releases and how much it matters; nothing when they say the same.

    Args:
        old: the release before.
        new: the one that follows.
        classes: the classes of records.
        prefixes: how the reasons write IRIs.
    """
    comparison = _Comparison(old, new, classes, prefixes or Prefixes({}))
    return sorted(comparison.reasons(), key=lambda one: (-LEVELS.index(one.level), one.text))


class _Comparison:
    def __init__(self, old: Snapshot, new: Snapshot, classes: Set[Key], prefixes: Prefixes) -> None:
        self._old, self._new = old, new
        self._classes = classes
        self._prefixes = prefixes
        self._terms_before, self._terms_after = _terms(old), _terms(new)

    def reasons(self) -> Iterator[Reason]:
        yield from self._terms()
        yield from self._hierarchy()
        yield from self._ontology()
        yield from self._shapes()
        yield from self._records()
        yield from self._texts()

    def _terms(self) -> Iterator[Reason]:
        before, after = self._terms_before, self._terms_after
        yield from self._told("major", "term removed|terms removed", before.keys() - after.keys())
        yield from self._told("minor", "new term|new terms", after.keys() - before.keys())
        common = before.keys() & after.keys()
        other = {term for term in common if before[term] - after[term]}
        yield from self._told(
            "major", "term is no longer what it was|terms are no longer what they were", other
        )
        was, now = (_deprecated(snapshot) for snapshot in (self._old, self._new))
        yield from self._told("minor", "term deprecated|terms deprecated", (now - was) & common)

    def _hierarchy(self) -> Iterator[Reason]:
        """What stands below what: queries and shapes reach instances through it."""
        lost, gained, widened = set[Key](), set[Key](), set[Key]()
        targets = self._target_classes()
        known = self._terms_before.keys() & self._terms_after.keys()
        for predicate in _HIERARCHY:
            was, now = ({*snapshot.ontology.column(predicate).pairs()} for snapshot in (self._old, self._new))
            lost |= {term for term, above in was - now if term in known and above[0] == "<"}
            for term, above in now - was:
                if term in known and above[0] == "<":
                    wider = predicate == _SUBCLASS and not targets.isdisjoint(self._above(above))
                    (widened if wider else gained).add(term)
        yield from self._told(
            "major", "term no longer stands below another|terms no longer stand below others", lost
        )
        yield from self._told(
            "major", "class falls under more shapes|classes fall under more shapes", widened
        )
        yield from self._told(
            "minor", "term now stands below another|terms now stand below others", gained - widened
        )

    def _ontology(self) -> Iterator[Reason]:
        told = self._terms_before.keys() ^ self._terms_after.keys()
        names = _differing(self._old.ontology, self._new.ontology) - told
        yield from self._told(
            "patch", "description in the ontology changed|descriptions in the ontology changed", names
        )

    def _target_classes(self) -> Set[Key]:
        shapes = ShapesGraph(self._new.shapes)
        column = self._new.shapes.column(_TARGET_CLASS)
        found = {value for shape, value in column.pairs() if shapes.matters(shape)}
        return found | {name for name in shapes.named if shapes.applied(name) and shapes.matters(name)}

    def _above(self, term: Key) -> Set[Key]:
        return reached([term], self._new.ontology.column(_SUBCLASS).values)

    def _records_of(self, snapshot: Snapshot) -> Set[Key]:
        """The records: instances of their classes, and of the classes below these."""
        kinds = reached(self._classes, snapshot.ontology.inverse(_SUBCLASS).values)
        return set().union(*(snapshot.graph.inverse(_TYPE).values(kind) for kind in kinds))

    def _shapes(self) -> Iterator[Reason]:
        new = self._new.shapes
        renamed = renamed_shapes(self._old.shapes, new)
        old = rename(self._old.shapes, renamed)
        found = [
            *changes(old, new),
            *(Change(now, False, f"was called {self._name(was)}") for was, now in sorted(renamed.items())),
        ]
        for level, stricter, words in (
            ("major", True, "shape asks for more|shapes ask for more"),
            ("minor", False, "shape changed and asks for no more|shapes changed and ask for no more"),
        ):
            told: dict[Key, list[str]] = {}
            for change in found:
                if change.stricter == stricter:
                    told.setdefault(change.shape or _UNNAMED, []).append(change.what)
            if len(told) > _MOST_NAMES:
                yield from self._told(level, words, told.keys())
            else:
                yield from (
                    Reason(level, f"shape {self._name(shape)}: {', '.join(what)}")
                    for shape, what in told.items()
                )
        names = _differing(old, new) - {change.shape for change in found}
        yield from self._told("patch", "shape worded anew|shapes worded anew", names)

    def _records(self) -> Iterator[Reason]:
        old, new = self._old.graph, self._new.graph
        before, after = self._records_of(self._old), self._records_of(self._new)
        yield from self._told("minor", "new record|new records", after - before)
        yield from self._told("minor", "record removed|records removed", before - after)
        triples = [*chain(*differences(old, new))]
        changed = {subject for subject, _, _ in triples}
        told = (before ^ after) | (self._terms_before.keys() ^ self._terms_after.keys())
        was, now = subjects(old), subjects(new)
        statements, passages = (
            {node for graph in (old, new) for node in graph.inverse(_TYPE).values(kind)} & changed
            for kind in _EVIDENCE
        )
        other = changed - told - statements - passages
        stayed = other & was & now
        for kind, about in corrections(t for t in triples if t[0] in stayed).items():
            yield Reason("patch", f"{kind} changed: {_listed([self._name(node) for node in about])}")
        yield from self._told("patch", "new part|new parts", other - was)
        yield from self._told("patch", "part removed|parts removed", other - now)
        # Passages are positions in a document: nobody knows them by name.
        about = statements or passages
        numbers = ((len(about - was), "new"), (len(about - now), "gone"), (len(about & was & now), "changed"))
        if about:
            what = ", ".join(f"{number:,} {word}" for number, word in numbers if number)
            yield Reason("patch", f"{'evidence' if statements else 'positions of evidence'}: {what}")
        if not changed and any(differences(self._old.derived, self._new.derived)):
            yield Reason("patch", "other triples are derived")

    def _texts(self) -> Iterator[Reason]:
        old, new = self._old.texts, self._new.texts
        # What a rule derives may be new to the shapes: nobody takes it for a correction.
        for folder, removed, altered, word in (
            ("queries/", "major", "patch", "stored query|stored queries"),
            ("rules/", "minor", "minor", "derivation rule|derivation rules"),
        ):
            was, now = ({path for path in texts if path.startswith(folder)} for texts in (old, new))
            gone, come = was - now, now - was
            changed = {path for path in was & now if old[path] != new[path]}
            for level, paths, what in (
                (removed, gone, "removed"),
                ("minor", come, "new"),
                (altered, changed, "changed"),
            ):
                if paths:
                    names = [path.removeprefix(folder).removesuffix(".rq") for path in paths]
                    yield Reason(level, f"{_count(len(paths), word)} {what}: {_listed(names)}")

    def _told(self, level: str, words: str, terms: Set[Key]) -> Iterator[Reason]:
        if terms:
            yield Reason(level, f"{_count(len(terms), words)}: {_listed([self._name(t) for t in terms])}")

    def _name(self, key: Key) -> str:
        return self._prefixes.compact(key[1:-1]) if key != _UNNAMED else "without a name"


def _terms(snapshot: Snapshot) -> dict[Key, set[Key]]:
    """The terms that a release offers, with what they are: classes, properties, concepts."""
    found: dict[Key, set[Key]] = {}
    for graph in (snapshot.ontology, snapshot.graph):
        types = graph.inverse(_TYPE)
        for kind in _TERMS:
            for term in types.values(kind):
                if term[0] == "<":
                    found.setdefault(term, set()).add(kind)
    return found


def _deprecated(snapshot: Snapshot) -> Set[Key]:
    return {
        term
        for graph in (snapshot.ontology, snapshot.graph)
        for term, value in graph.column(_DEPRECATED).pairs()
        if value.startswith('"true"')
    }


def _differing(old: Graph, new: Graph) -> set[Key]:
    """The IRIs about which two graphs do not say the same; blank nodes of their own stand as an empty name."""
    before, after = Forms(old), Forms(new)
    names = {*before.named(), *after.named()}
    try:
        found = {name for name in names if before.said(name) != after.said(name)}
        roots = [Counter(map(forms.of, forms.roots())) for forms in (before, after)]
        return found | {_UNNAMED} if roots[0] != roots[1] else found
    except LoopError:
        return {_UNNAMED}


def _count(number: int, words: str) -> str:
    one, _, many = words.partition("|")
    return f"{number:,} {one if number == 1 else many or one}"


def _listed(names: Sequence[str]) -> str:
    """A few names, and how many more there are."""
    shown = sorted(names)
    more = f" and {len(shown) - _MOST_NAMES:,} more" if len(shown) > _MOST_NAMES else ""
    return ", ".join(shown[:_MOST_NAMES]) + more
