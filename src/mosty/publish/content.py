"""What a release says: the public triples of a workspace, as written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from pathlib import Path
from typing import NamedTuple

from mosty.model.errors import FindingsError, InputError
from mosty.model.terms import RDF
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key
from mosty.rdf.loading import Loaded, Source, load
from mosty.rdf.prefixes import STANDARD
from mosty.workspace.derivation import KeyTriple
from mosty.workspace.workspace import EVIDENCE, PRIVATE, Workspace

SCHEMES = "schemes"
"""The folder below ontology/ that holds SKOS schemes."""

_TYPE = iri_key(RDF + "type")
_ONTOLOGY, _IMPORTS = (iri_key(STANDARD["owl"] + name) for name in ("Ontology", "imports"))


class Content(NamedTuple):
    """The public triples of a workspace.

    Attributes:
        graph: what is asserted: records with their parts, evidence, schemes; no blank nodes.
        derived: what the rules derive from the above and the ontology, sorted.
        ontology: the modules of the ontology, without the schemes, and without imports of each other.
        shapes: the shapes.
        kinds: the subjects (records and their parts) of the files in each folder below data/, by its name; those
            right in data/ have the empty name.
        schemes: the subjects of the SKOS schemes.
        evidence: statements and passages.
    """

    graph: Graph
    derived: Sequence[KeyTriple]
    ontology: Graph
    shapes: Graph
    kinds: Mapping[str, Set[Key]]
    schemes: Set[Key]
    evidence: Set[Key]


def read_content(workspace: Workspace) -> Content:
    """Read what a workspace may publish; nothing under data/private is looked at.

    Raises:
        InputError: a file cannot be read, or records hold a blank node.
        FindingsError: a public file leads to a private one.
    """
    dataset, shapes = workspace.dataset(private=False), workspace.shape_files()
    _refuse_private(workspace, [*dataset.files, *shapes])
    loaded = dataset.load()
    parts: dict[str, list[Source]] = defaultdict(list)
    kinds: dict[str, set[Key]] = defaultdict(set)
    for source in loaded.sources:
        top, *inner = source.path.relative_to(workspace.root).parts
        folder = inner[0] if len(inner) > 1 else ""
        if top == "data" and folder != EVIDENCE:
            parts["records"].append(source)
            kinds[folder].update(source.subjects)
        else:
            parts["evidence" if top == "data" else "schemes" if folder == SCHEMES else "ontology"].append(
                source
            )
    _refuse_blank_nodes(loaded.graph, [*parts["records"], *parts["evidence"], *parts["schemes"]])
    ontology = _take_out(loaded, parts.pop("ontology", []))
    _drop_inner_imports(ontology)
    for graph in (loaded.graph, ontology):
        _forget_unused(graph)
    return Content(
        graph=loaded.graph,
        derived=loaded.derived,
        ontology=ontology,
        shapes=load([(path, workspace.show_path(path)) for path in shapes]).graph,
        kinds=dict(kinds),
        schemes=_subjects(parts["schemes"]),
        evidence=_subjects(parts["evidence"]),
    )


def _take_out(loaded: Loaded, sources: Sequence[Source]) -> Graph:
    """Move what some sources state from the graph into one of its own; what others state as well stays in both."""
    mine, taken = _subjects(sources), Graph()
    others = [source for source in loaded.sources if source not in sources]
    shared = mine & _subjects(others)
    # Only for subjects that several speak of does it matter who says what; those files are read again.
    own, foreign = (
        load([(s.path, s.name) for s in group if not shared.isdisjoint(s.subjects)]).graph
        for group in (sources, others)
    )
    for predicate, column in loaded.graph.columns.items():
        for subject in mine & column.one.keys():
            for value in column.values(subject):
                if subject not in shared or own.column(predicate).has(subject, value):
                    taken.add(subject, predicate, value)
    for triple in taken.triples():
        if triple not in foreign:
            loaded.graph.discard(*triple)
    return taken


def _drop_inner_imports(ontology: Graph) -> None:
    """Take away imports of what is there: the modules become one file, and tools fetch whatever a file imports."""
    modules = set(ontology.inverse(_TYPE).values(_ONTOLOGY))
    for importing, imported in [*ontology.column(_IMPORTS).pairs()]:
        if imported in modules:
            ontology.discard(importing, _IMPORTS, imported)


def _forget_unused(graph: Graph) -> None:
    """Forget the properties of which nothing is left: what was published tells no trace of them either."""
    for predicate in [name for name, column in graph.columns.items() if not column.one]:
        del graph.columns[predicate]


def _subjects(sources: Iterable[Source]) -> set[Key]:
    return set().union(*(source.subjects for source in sources))


def _refuse_private(workspace: Workspace, paths: Iterable[Path]) -> None:
    private = (workspace.root / "data" / PRIVATE).resolve()
    for path in paths:
        if path.resolve().is_relative_to(private):
            raise FindingsError(
                f"{workspace.show_path(path)}: leads into data/{PRIVATE}, which is never published",
                "remove the link",
            )


def _refuse_blank_nodes(graph: Graph, sources: Iterable[Source]) -> None:
    for source in sources:
        if source.blank_nodes:
            nodes = set(source.blank_nodes)
            predicates = sorted(
                predicate
                for predicate, column in graph.columns.items()
                if not nodes.isdisjoint(column.one) or column.subjects_of(nodes)
            )
            raise InputError(
                f"{source.name}: a blank node in {predicates[0]}: records are published without",
                "give the node an IRI: <record>.<name>, as parts of records have",
            )
