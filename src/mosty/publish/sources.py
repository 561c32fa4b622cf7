"""The dataset of a release: each triple in the graph of each source that says it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Set
from itertools import chain
from typing import NoReturn

from mosty.model.errors import FindingsError
from mosty.model.terms import MOSTY, RDF
from mosty.publish.content import Content
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key
from mosty.rdf.rows import about
from mosty.workspace.config import Config
from mosty.workspace.derivation import KeyTriple

_TYPE, _SUBJECT, _PREDICATE, _OBJECT = (
    iri_key(RDF + name) for name in ("type", "subject", "predicate", "object")
)
_STATEMENT, _PASSAGE, _SOURCE, _BASIS, _SOURCE_KIND = (
    iri_key(MOSTY + name) for name in ("Statement", "passage", "source", "basis", "sourceKind")
)
_RESERVED = (
    "ontology",
    "schemes",
    "shapes",
    "dcat",
    "void",
    "context",
    "release",
    "tombstones",
    "provenance",
)
_EDITORIAL = iri_key("https://w3id.org/mosty/id/source-kind/editorial")


def file_name(name: str) -> str:
    """Make the name of the main files of a workspace's: no path, and no name that another file has.

    >>> file_name("my register"), file_name("void")
    ('my-register', 'void-graph')
    """
    safe = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "graph"
    return f"{safe}-graph" if safe in _RESERVED else safe


def dataset(content: Content, config: Config, *, strict: bool = True) -> Iterator[tuple[Key, Graph]]:
    """The dataset that a release of a workspace holds: see `named_graphs`."""
    editors = f"{config.base}id/source/{file_name(config.name)}-editors"
    return named_graphs(content, config.base, editors, strict=strict)


def named_graphs(
    content: Content, base: str, fallback_editors: str, *, strict: bool = True
) -> Iterator[tuple[Key, Graph]]:
    """Give one named graph after the other, sorted by name; only one is made at a time.

    A triple lies in the graph of each source that a statement about it names. One whose statement has a basis (our
    wording, a translation, a check) is also in the graph of the editors; one without evidence is in the graph
    ``<base>graph/without-evidence``. Evidence, schemes, ontology and derived triples have a graph each.

    Args:
        content: what is published.
        base: the base IRI of the workspace.
        fallback_editors: the IRI of the editors' source where no record, or several, are of that kind.
        strict: refuse evidence of triples that are not published; else it only supports nothing.

    Raises:
        FindingsError: there is evidence of triples that are not published.
    """
    evidence = _Evidence(content, iri_key(fallback_editors), strict)
    parts: dict[Key, Callable[[], Graph]] = {
        iri_key(f"{base}graph/without-evidence"): lambda: Graph(evidence.unstated()),
        iri_key(f"{base}graph/evidence"): lambda: about(content.graph, content.evidence),
        iri_key(f"{base}graph/schemes"): lambda: about(content.graph, content.schemes),
        iri_key(f"{base}graph/ontology"): lambda: content.ontology,
        iri_key(f"{base}graph/derived"): lambda: Graph(content.derived),
    }
    for name in sorted(evidence.statements.keys() | parts.keys()):
        graph = parts[name]() if name in parts else Graph()
        if stated := evidence.statements.get(name):  # a graph that shares values with another is read only
            graph = Graph(chain(graph.triples(), map(evidence.triple, stated)))
        if graph.columns:
            yield name, graph


class _Evidence:
    """Which sources say which triples of the records, by the statements about them.

    Attributes:
        statements: the statements that rest on each source.
    """

    def __init__(self, content: Content, fallback_editors: Key, strict: bool) -> None:
        graph = content.graph
        self._graph = graph
        self._apart = content.schemes | content.evidence
        self._spo = [graph.column(predicate).one for predicate in (_SUBJECT, _PREDICATE, _OBJECT)]
        statements = graph.inverse(_TYPE).values(_STATEMENT)
        complete = [node for node in statements if all(node in column for column in self._spo)]
        orphans = {node for node in complete if self._is_orphan(self.triple(node))}
        if strict and orphans:
            self._refuse({self.triple(node) for node in orphans})
        self._complete = [node for node in complete if node not in orphans]
        passages, sources, bases = (graph.column(name) for name in (_PASSAGE, _SOURCE, _BASIS))
        editors = _editors(graph) or fallback_editors
        self.statements: dict[Key, list[Key]] = defaultdict(list)
        for node in self._complete:
            names = {source for passage in passages.values(node) for source in sources.values(passage)}
            if node in bases:
                names.add(editors)
            for name in names:
                self.statements[name].append(node)

    def triple(self, statement: Key) -> KeyTriple:
        """The triple that a statement is about."""
        subjects, predicates, objects = self._spo
        return subjects[statement], predicates[statement], objects[statement]

    def _is_orphan(self, triple: KeyTriple) -> bool:
        return triple not in self._graph or triple[0] in self._apart

    @staticmethod
    def _refuse(orphans: Set[KeyTriple]) -> NoReturn:
        """Refuse evidence of triples that are not published: it would say what a private record says."""
        shown = [" ".join(triple) for triple in sorted(orphans)[:3]]
        more = f"\n... and {len(orphans) - 3} more" if len(orphans) > 3 else ""
        raise FindingsError(
            f"evidence of {len(orphans)} triple{'s that are' if len(orphans) > 1 else ' that is'} not published:\n"
            + "\n".join(shown)
            + more,
            "`mosty evidence prune` takes away what speaks of triples that are gone; "
            "evidence of private records belongs into data/private",
        )

    def unstated(self) -> Iterator[KeyTriple]:
        """The triples of records that no statement with a source or a basis is about; property after property."""
        stated: dict[Key, list[Key]] = defaultdict(list)
        for node in set().union(*self.statements.values()):
            stated[self._spo[1][node]].append(node)
        subjects, _, objects = self._spo
        for predicate, column in self._graph.columns.items():
            known = {(subjects[node], objects[node]) for node in stated.pop(predicate, ())}
            for subject, value in column.pairs():
                if subject not in self._apart and (subject, value) not in known:
                    yield subject, predicate, value


def _editors(graph: Graph) -> Key | None:
    found = graph.inverse(_SOURCE_KIND).values(_EDITORIAL)
    return next(iter(found)) if len(found) == 1 else None
