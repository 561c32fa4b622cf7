"""Putting a release together: which files it has, in which order, and who writes each."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pyoxigraph as ox

from mosty.model.terms import RDF
from mosty.publish import dcat, provenance, void
from mosty.publish.citation import cff
from mosty.publish.content import Content
from mosty.publish.description import VOCABULARIES, Description
from mosty.publish.folder import CHECKSUMS
from mosty.publish.info import FILE as INFO
from mosty.publish.info import ReleaseInfo, counted, counts, to_json
from mosty.publish.listing import rows
from mosty.publish.sources import named_graphs
from mosty.publish.staging import Stage
from mosty.rdf.canonical import canonical_lines, dataset_hash
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key
from mosty.rdf.prefixes import Prefixes
from mosty.rdf.reading import read_bytes
from mosty.rdf.writing import turtle
from mosty.workspace.workspace import Workspace

_TYPE, _ONTOLOGY = iri_key(RDF + "type"), iri_key(VOCABULARIES["owl"] + "Ontology")
_LICENCE = "LICENSE-DATA"
_RESERVED = (
    "ontology",
    "schemes",
    "shapes",
    "dcat",
    "void",
    "context",
    "release",
    "tombstones",
    "changes",
    "provenance",
)


class _Part(NamedTuple):
    """A file that holds a part of the graph."""

    path: str
    title: str
    triples: list[ox.Triple]


class Composer:
    """Composes the files of a release.

    Args:
        workspace: whose release it is.
        content: what is published.
        stage: where the files go.
        date, version: what the release says of itself.
    """

    def __init__(
        self,
        workspace: Workspace,
        content: Content,
        stage: Stage,
        *,
        date: datetime.date | None,
        version: str | None,
    ) -> None:
        self.workspace = workspace
        self.config = workspace.config
        self.content = content
        self.date = date
        self.version = version
        self.prefixes = Prefixes({**self.config.prefixes, **_missing(self.config.prefixes)})
        self._stage = stage
        self._name = _file_name(self.config.name)

    def compose(self) -> None:
        """Write all files."""
        content, name = self.content, self._name
        main, extra, dump = f"{name}.ttl", f"{name}-derived.ttl", f"{name}.nq"
        whole = _triples(content.graph)
        parts = [
            *self._kinds(),
            _Part("schemes.ttl", "The SKOS schemes", _about(whole, content.schemes)),
            _Part(
                extra,
                "Derived triples: what the rules make of the asserted ones",
                _triples(Graph(content.derived)),
            ),
        ]
        self._turtle(main, "The graph: records, sources, schemes and evidence", whole)
        for part in parts:
            self._turtle(part.path, part.title, part.triples)
        self._turtle("ontology.ttl", "The ontology", _triples(content.ontology))
        self._turtle("shapes.ttl", "The SHACL shapes that the records conform to", _triples(content.shapes))
        graphs = named_graphs(content, self.config.base, f"{self.config.base}id/source/{name}-editors")
        numbers: dict[Key, int] = {}
        dataset = self._stage.add(
            dump,
            "All triples, each in the graph of each source that says it",
            canonical_lines(counted(graphs, numbers)),
            gzip=True,
        )
        info = ReleaseInfo(
            name=self.config.name,
            title=self.config.publish.get("title", self.config.title),
            base=self.config.base,
            version=self.version,
            date=self.date,
            previous=None,
            dump=dump,
            hash=dataset.sha256,
            shapes_hash=dataset_hash([("", content.shapes)]),
            counts=counts(content, numbers),
        )
        self._stage.add(INFO, "What this release is, for programs", to_json(info))
        self._stage.add("CITATION.cff", "How to cite this release", cff(content, self.config, info))
        sources = provenance.describe(content, self.config, info)
        self._stage.add("provenance.ttl", "The sources, and what rests on each", self._described(sources))

        self._texts()
        held = [void.Part(part.path, part.title, len(part.triples)) for part in parts]
        about = void.describe(content, self.config, held, [main, dump], date=self.date)
        self._stage.add(
            "void.ttl", "Counts of triples, classes and properties (VoID)", self._described(about)
        )
        catalogue = dcat.describe(
            content,
            self.config,
            self._stage.files,
            info,
            conforms_to=self._ontologies(),
        )
        self._stage.add("dcat.ttl", "Description for data portals (DCAT-AP 3)", self._described(catalogue))
        if (self.workspace.root / _LICENCE).is_file():
            self._stage.add("LICENSE.txt", "The licence", read_bytes(self.workspace.root / _LICENCE))
        self._stage.add("README.txt", "What the files are", self._readme())
        sums = "".join(f"{file.sha256}  {file.path}\n" for file in self._stage.files)
        self._stage.add(CHECKSUMS, f"SHA-256 of all files: sha256sum --check {CHECKSUMS}", sums)

    def _kinds(self) -> list[_Part]:
        folders = {kind.folder for kind in self.config.kinds.values()}
        whole = _triples(self.content.graph)
        return [
            _Part(f"kinds/{folder}.ttl", f"{folder.capitalize()} and their parts", _about(whole, subjects))
            for folder, subjects in sorted(self.content.kinds.items())
            if folder in folders
        ]

    def _texts(self) -> None:
        """Queries and rules as they are: who has the release can ask and derive again."""
        root = self.workspace.root
        for folder, origin, title, files in (
            ("queries", root / "queries", "Stored query", self.workspace.query_files()),
            ("rules", root / "ontology" / "rules", "Rule", self.workspace.rule_files()),
        ):
            for path in files:
                name = path.relative_to(origin).as_posix()
                self._stage.add(f"{folder}/{name}", f"{title} {path.stem}", read_bytes(path))

    def _ontologies(self) -> list[str]:
        return sorted(
            subject[1:-1]
            for subject in self.content.ontology.inverse(_TYPE).values(_ONTOLOGY)
            if subject[0] == "<"
        )

    def _turtle(self, path: str, title: str, triples: Iterable[ox.Triple]) -> None:
        self._stage.add(path, title, turtle(list(triples), self.prefixes, self._header(title)))

    def _described(self, description: Description) -> str:
        return description.turtle(self.prefixes, self._header())

    def _header(self, title: str | None = None) -> list[str]:
        known = (
            self.config.publish.get("title", self.config.title),
            self.version,
            self.date and self.date.isoformat(),
        )
        lines = [", ".join(part for part in known if part)]
        if title:
            lines.append(title + ".")
        if licence := self.config.publish.get("license"):
            lines.append(f"Licence: {licence}")
        return [" ".join(line.split()) for line in lines]

    def _readme(self) -> str:
        files = {row.path: row.title for row in rows(self._stage.files)}
        files[CHECKSUMS] = f"SHA-256 of all files: sha256sum --check {CHECKSUMS}"
        width = max(map(len, files))
        lines = [f"{path:<{width}}  {title}" for path, title in sorted(files.items())]
        name = self._name
        notes = [
            "Literals are as they were written in the source files. Nothing here is derived but the triples of",
            f"{name}-derived.ttl and of the graph {self.config.derived_graph}.",
            "A query that relies on derived triples or on subclasses needs three files together:",
            f"{name}.ttl, {name}-derived.ttl and ontology.ttl; {name}.nq holds all of them.",
        ]
        return "\n".join([*self._header(), "", *lines, "", *notes]) + "\n"


def _missing(prefixes: Mapping[str, str]) -> dict[str, str]:
    known = set(prefixes.values())
    return {p: iri for p, iri in VOCABULARIES.items() if p not in prefixes and iri not in known}


def _file_name(name: str) -> str:
    """Make the main dump's name of the workspace's: no path, and no name that another file has."""
    safe = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "graph"
    return f"{safe}-graph" if safe in _RESERVED else safe


def _triples(graph: Graph) -> list[ox.Triple]:
    text = "".join(f"{s} {p} {o} .\n" for s, p, o in graph.triples())
    return [quad.triple for quad in ox.parse(text, ox.RdfFormat.N_TRIPLES, lenient=True)]


def _about(triples: list[ox.Triple], subjects: object) -> list[ox.Triple]:
    return [triple for triple in triples if str(triple.subject) in subjects]  # type: ignore[operator]
