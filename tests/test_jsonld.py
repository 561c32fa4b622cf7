"""JSON-LD: what is read back is what was written, and every document needs only itself."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings

from mosty.rdf.context import context_of
from mosty.rdf.graph import Graph
from mosty.rdf.jsonld import jsonld_chunks
from mosty.rdf.prefixes import Prefixes
from rdf_graphs import PREFIXES, canonical, graphs, read


def written(graph: Graph, ontology: Graph | None = None, prefixes: Prefixes = PREFIXES) -> str:
    context = context_of(prefixes, ontology or Graph(), graph)
    return "".join(jsonld_chunks(graph, context))


def round_trip(graph: Graph, ontology: Graph) -> None:
    text = written(graph, ontology)
    again = read(text, ox.RdfFormat.JSON_LD)
    assert canonical(again) == canonical(graph)
    assert written(again, ontology) == text, "depends on order or labels"


@given(graphs, graphs)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_round_trip(graph: Graph, ontology: Graph) -> None:
    round_trip(graph, ontology)


@pytest.mark.soak
@given(graphs, graphs)
@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_round_trip_of_many(graph: Graph, ontology: Graph) -> None:
    round_trip(graph, ontology)
