"""The files beside the page of a record: the record, its parts and their evidence in each RDF format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from mosty.model.errors import InputError
from mosty.rdf.context import Context, context_of
from mosty.rdf.dumps import ntriples_chunks
from mosty.rdf.graph import Graph
from mosty.rdf.jsonld import jsonld_chunks
from mosty.rdf.keys import Key
from mosty.rdf.rdfxml import rdfxml_chunks
from mosty.rdf.rows import about
from mosty.rdf.writing import turtle_chunks
from mosty.site.things import Things

NAMES = {"ttl": "Turtle", "jsonld": "JSON-LD", "nt": "N-Triples", "rdf": "RDF/XML"}
"""The formats by their extension."""

Writer: TypeAlias = Callable[[Graph], Iterator[str]]


class Downloads:
    """Writes records as data.

    Args:
        things: where the records are.
    """

    def __init__(self, things: Things) -> None:
        self._things = things
        prefixes = things.prefixes
        context: Context = context_of(prefixes, things.ontology, things.graph)
        self._writers: Mapping[str, Writer] = {
            "ttl": lambda graph: turtle_chunks(graph, prefixes),
            "jsonld": lambda graph: jsonld_chunks(graph, context),
            "nt": ntriples_chunks,
            "rdf": lambda graph: rdfxml_chunks(graph, prefixes),
        }

    def of(self, record: Key) -> dict[str, str]:
        """The text of each file, by extension; a format that cannot hold the record is left out."""
        graph = about(self._things.graph, self._subjects(record))
        texts = {}
        for extension, write in self._writers.items():
            try:
                texts[extension] = "".join(write(graph))
            except InputError:
                continue
        return texts

    def _subjects(self, record: Key) -> set[Key]:
        own = {record, *self._things.parts_of(record)}
        return own.union(*map(self._things.evidence_nodes, own))
