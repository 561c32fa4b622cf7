"""The RDF files of a release: the graph, its parts and the dataset, in each format."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence, Set

from mosty.model.errors import InputError
from mosty.publish.content import Content
from mosty.publish.info import counted
from mosty.publish.sources import dataset
from mosty.publish.staging import ReleaseFile, Stage
from mosty.publish.void import Part
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key
from mosty.rdf.prefixes import Prefixes
from mosty.rdf.writing import turtle_chunks
from mosty.workspace.config import Config


class Dumps:
    """Writes the RDF files of a release.

    Args:
        content: what is published.
        config: of the workspace.
        stage: where the files go.
        name: of the main files, without extension.
        prefixes: for the files that have any.
        header: the first lines of files that can hold comments; they say what release it is.
        licence: the last such line.
    """

    def __init__(
        self,
        content: Content,
        config: Config,
        stage: Stage,
        *,
        name: str,
        prefixes: Prefixes,
        header: Sequence[str],
        licence: Sequence[str],
    ) -> None:
        self._content = content
        self._config = config
        self._stage = stage
        self._name = name
        self._prefixes = prefixes
        self._header = header
        self._licence = licence
        self.graphs: dict[Key, int] = {}
        """The number of triples in each named graph of the dataset, once it is written."""
        self.absent: dict[str, str] = {}
        """Files that could not be made, each with the reason: some formats cannot hold every graph."""

    def turtle(self) -> list[Part]:
        """Write the Turtle files; give those that are parts of the graph, or derived from it."""
        content, name = self._content, self._name
        self._turtle(f"{name}.ttl", "The graph: records, sources, schemes and evidence", content.graph)
        self._turtle("ontology.ttl", "The ontology", content.ontology)
        self._turtle("shapes.ttl", "The SHACL shapes that the records conform to", content.shapes)
        folders = {kind.folder for kind in self._config.kinds.values()}
        parts = [
            self._part(f"kinds/{folder}.ttl", f"{folder.capitalize()} and their parts", subjects)
            for folder, subjects in sorted(content.kinds.items())
            if folder in folders
        ]
        parts.append(self._part("schemes.ttl", "The SKOS schemes", content.schemes))
        title = "Derived triples: what the rules make of the asserted ones"
        self._turtle(f"{name}-derived.ttl", title, Graph(content.derived))
        parts.append(Part(f"{name}-derived.ttl", title, len(content.derived)))
        return parts

    def dataset(self) -> ReleaseFile:
        """Write the whole dataset as canonical N-Quads: the SHA-256 of the file is the dataset's hash."""
        from mosty.rdf.dumps import nquads_chunks

        title = "All triples, each in the graph of each source that says it"
        graphs = counted(self._graphs(), self.graphs)
        return self._stage.add(f"{self._name}.nq", title, nquads_chunks(graphs), gzip=True)

    def others(self, formats: Collection[str]) -> None:
        """Write the graph in other formats; a format that cannot hold it is left out, and `absent` says why."""
        from mosty.rdf.annotated import annotated_chunks
        from mosty.rdf.context import context_of
        from mosty.rdf.dumps import ntriples_chunks
        from mosty.rdf.jsonld import jsonld_chunks
        from mosty.rdf.rdfxml import rdfxml_chunks
        from mosty.rdf.trig import trig_chunks

        content, name, graph = self._content, self._name, self._content.graph
        if "nt" in formats:
            self._other(f"{name}.nt", "The graph, a triple a line", ntriples_chunks(graph))
        if "trig" in formats:
            title = "All triples, each in the graph of each source that says it, readable"
            self._other(
                f"{name}.trig", title, trig_chunks(self._graphs(), self._prefixes, self._headed(title))
            )
        if "annotated" in formats:
            title = "The graph with its evidence as annotations (RDF 1.2)"
            chunks = annotated_chunks(graph, self._prefixes, self._headed(title))
            self._other(f"{name}-annotated.ttl", title, chunks)
        if "jsonld" in formats:
            context = context_of(self._prefixes, content.ontology, graph)
            self._other(f"{name}.jsonld", "The graph as JSON-LD", jsonld_chunks(graph, context))
            self._stage.add("context.jsonld", "What the names in the JSON-LD files mean", context.chunks())
        if "rdf" in formats:
            self._other(f"{name}.rdf", "The graph as RDF/XML", rdfxml_chunks(graph, self._prefixes))
            # What many an editor of ontologies asks for, and nothing else.
            self._other(
                "ontology.rdf", "The ontology as RDF/XML", rdfxml_chunks(content.ontology, self._prefixes)
            )

    def _graphs(self) -> Iterator[tuple[Key, Graph]]:
        return dataset(self._content, self._config)

    def _turtle(self, path: str, title: str, graph: Graph, subjects: Set[Key] | None = None) -> None:
        chunks = turtle_chunks(graph, self._prefixes, self._headed(title), subjects=subjects)
        self._stage.add(path, title, chunks, gzip="/" not in path)

    def _part(self, path: str, title: str, subjects: Set[Key]) -> Part:
        graph = self._content.graph
        self._turtle(path, title, graph, subjects)
        columns = graph.columns.values()
        count = sum(
            len(column.one.keys() & subjects)
            + sum(len(column.more[s]) for s in column.more.keys() & subjects)
            for column in columns
        )
        return Part(path, title, count)

    def _other(self, path: str, title: str, chunks: Iterable[str]) -> None:
        try:
            self._stage.add(path, title, chunks, gzip=True)
        except InputError as error:
            self.absent[path] = error.message

    def _headed(self, title: str) -> list[str]:
        return [*self._header, f"{title}.", *self._licence]
