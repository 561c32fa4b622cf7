"""The terms of the ontology and the shapes of a release, as their reference pages need them."""

from __future__ import annotations

from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key
from mosty.rdf.prefixes import STANDARD
from mosty.site.things import TYPE, Things

ONTOLOGY = iri_key(STANDARD["owl"] + "Ontology")


def ontologies(things: Things) -> set[Key]:
    """The IRIs of the ontology and its modules, and of the document that its terms are in."""
    return _documents(things, things.ontology)


def shapes_graphs(things: Things) -> set[Key]:
    """The IRIs of the shapes graphs, and of the document that the shapes are in."""
    return _documents(things, things.shapes)


def _documents(things: Things, graph: Graph) -> set[Key]:
    headers = graph.inverse(TYPE).values(ONTOLOGY)
    base = f"<{things.config.base}"
    terms = (key for key in graph.column(TYPE).one if key.startswith(base) and "#" in key)
    return {*(key for key in headers if key.startswith(base)), *(f"{key.split('#')[0]}>" for key in terms)}
