"""What a release says: the public triples of a workspace, and the sources that say each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from mosty.model.errors import FindingsError, InputError
from mosty.model.terms import MOSTY, RDF
from mosty.workspace.workspace import PRIVATE, Workspace

_TYPE = ox.NamedNode(RDF + "type")
_STATEMENT = ox.NamedNode(MOSTY + "Statement")
_SUBJECT, _PREDICATE, _OBJECT = (ox.NamedNode(RDF + name) for name in ("subject", "predicate", "object"))
_PASSAGE, _SOURCE, _BASIS, _SOURCE_KIND = (
    ox.NamedNode(MOSTY + name) for name in ("passage", "source", "basis", "sourceKind")
)
_EDITORIAL = ox.NamedNode("https://w3id.org/mosty/id/source-kind/editorial")


class Content(NamedTuple):
    """The public triples of a workspace, as written, each file in its graph.

    Attributes:
        records: records and their parts, by the folder below data/ that they lie in.
        evidence: statements and passages.
        schemes: SKOS schemes.
        ontology: the modules of the ontology.
        shapes: the shapes.
        derived: what the rules derive from the above, without the shapes.
    """

    records: dict[str, list[ox.Quad]]
    evidence: list[ox.Quad]
    schemes: list[ox.Quad]
    ontology: list[ox.Quad]
    shapes: list[ox.Quad]
    derived: list[ox.Quad]

    @property
    def all_records(self) -> list[ox.Quad]:
        """The quads of all records."""
        return [quad for folder in sorted(self.records) for quad in self.records[folder]]


def read_content(workspace: Workspace) -> Content:
    """Read what a workspace may publish; nothing under data/private is looked at.

    Raises:
        InputError: a file cannot be read, or records hold a blank node.
        FindingsError: a public file leads to a private one.
    """
    data, evidence = workspace.data_files(), workspace.evidence_files()
    ontology = [path for path in workspace.ontology_files() if not _is_scheme(workspace, path)]
    schemes = [path for path in workspace.ontology_files() if _is_scheme(workspace, path)]
    shapes = workspace.shape_files()
    _refuse_private(workspace, [*data, *evidence, *ontology, *schemes, *shapes])
    records: dict[str, list[ox.Quad]] = defaultdict(list)
    for path in data:
        folder = path.relative_to(workspace.root / "data").parts[0]
        records["" if path.parent == workspace.root / "data" else folder] += _read_named(workspace, path)
    content = Content(
        records=dict(records),
        evidence=[quad for path in evidence for quad in _read_named(workspace, path)],
        schemes=[quad for path in schemes for quad in _read_named(workspace, path)],
        ontology=workspace.read(ontology),
        shapes=workspace.read(shapes),
        derived=[],
    )
    asserted = [*content.all_records, *content.evidence, *content.schemes, *content.ontology]
    return content._replace(derived=workspace.dataset(private=False).derive(asserted))


def quads_by_source(content: Content, base: str, fallback_editors: str) -> list[ox.Quad]:
    """Put each triple into the graph of each source that says it.

    A triple whose statement has a basis (our wording, a translation, a check) is also in the graph of the
    editors; a triple without evidence is in the graph ``<base>graph/without-evidence``. Evidence, schemes,
    ontology and derived triples have a graph each.

    Raises:
        FindingsError: there is evidence of triples that are not published.
    """
    records = list(dict.fromkeys(quad.triple for quad in content.all_records))
    editors = _editors(records) or ox.NamedNode(fallback_editors)
    sources = _sources(content.evidence, editors)
    _refuse_orphans(sources.keys() - set(records))
    without = (ox.NamedNode(f"{base}graph/without-evidence"),)
    quads = [
        ox.Quad(triple.subject, triple.predicate, triple.object, graph)
        for triple in records
        for graph in sources.get(triple) or without
    ]
    for name, part in (
        ("evidence", content.evidence),
        ("schemes", content.schemes),
        ("ontology", content.ontology),
        ("derived", content.derived),
    ):
        graph = ox.NamedNode(f"{base}graph/{name}")
        quads += [ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in part]
    return quads


def _is_scheme(workspace: Workspace, path: Path) -> bool:
    return path.is_relative_to(workspace.root / "ontology" / "schemes")


def _refuse_private(workspace: Workspace, paths: Iterable[Path]) -> None:
    private = (workspace.root / "data" / PRIVATE).resolve()
    for path in paths:
        if path.resolve().is_relative_to(private):
            raise FindingsError(
                f"{workspace.show_path(path)}: leads into data/{PRIVATE}, which is never published",
                "remove the link",
            )


def _read_named(workspace: Workspace, path: Path) -> list[ox.Quad]:
    quads = workspace.read([path])
    for quad in quads:
        if isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode):
            raise InputError(
                f"{workspace.show_path(path)}: a blank node in {quad.predicate}: records are published without",
                "give the node an IRI: <record>.<name>, as parts of records have",
            )
    return quads


def _editors(records: Sequence[ox.Triple]) -> ox.NamedNode | None:
    found = [t.subject for t in records if t.predicate == _SOURCE_KIND and t.object == _EDITORIAL]
    return found[0] if len(found) == 1 and isinstance(found[0], ox.NamedNode) else None


def _sources(evidence: Sequence[ox.Quad], editors: ox.NamedNode) -> dict[ox.Triple, list[ox.NamedNode]]:
    """Find the sources of each triple that a statement is about."""
    nodes: dict[object, dict[ox.NamedNode, list[object]]] = defaultdict(lambda: defaultdict(list))
    for quad in evidence:
        nodes[quad.subject][quad.predicate].append(quad.object)
    sources: dict[ox.Triple, list[ox.NamedNode]] = defaultdict(list)
    for properties in nodes.values():
        if _STATEMENT not in properties[_TYPE]:
            continue
        found = [source for passage in properties[_PASSAGE] for source in nodes[passage][_SOURCE]]
        if properties[_BASIS]:
            found.append(editors)
        for subject in properties[_SUBJECT]:
            for predicate in properties[_PREDICATE]:
                for value in properties[_OBJECT]:
                    triple = ox.Triple(subject, predicate, value)  # type: ignore[arg-type]
                    sources[triple] += [source for source in found if isinstance(source, ox.NamedNode)]
    return dict(sources)


def _refuse_orphans(orphans: set[ox.Triple]) -> None:
    """Refuse evidence of triples that are not published: it would say what a private record says."""
    if orphans:
        shown = sorted(str(triple) for triple in orphans)
        more = f"\n... and {len(shown) - 3} more" if len(shown) > 3 else ""
        raise FindingsError(
            f"evidence of {len(shown)} triples that are not published:\n" + "\n".join(shown[:3]) + more,
            "`mosty evidence check` finds it; evidence of private records belongs into data/private",
        )
