"""JSON-LD: what is read back is what was written, and every document needs only itself."""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings

from mosty.model.errors import InputError
from mosty.rdf.context import context_of
from mosty.rdf.graph import Graph
from mosty.rdf.jsonld import jsonld_chunks
from mosty.rdf.prefixes import Prefixes
from rdf_graphs import EX, PREFIXES, RDF, XSD, canonical, graphs, ontologies, read

RDFS = "http://www.w3.org/2000/01/rdf-schema#"


def written(graph: Graph, ontology: Graph | None = None, prefixes: Prefixes = PREFIXES) -> str:
    context = context_of(prefixes, ontology or Graph(), graph)
    return "".join(jsonld_chunks(graph, context))


def round_trip(graph: Graph, ontology: Graph) -> None:
    text = written(graph, ontology)
    again = read(text, ox.RdfFormat.JSON_LD)
    assert canonical(again) == canonical(graph)
    assert written(again, ontology) == text, "depends on order or labels"


@given(graphs, ontologies())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_round_trip(graph: Graph, ontology: Graph) -> None:
    round_trip(graph, ontology)


@pytest.mark.soak
@given(graphs, ontologies())
@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_round_trip_of_many(graph: Graph, ontology: Graph) -> None:
    round_trip(graph, ontology)


def graph_of(text: str) -> Graph:
    head = f"@prefix xsd: <{XSD}> . @prefix owl: <http://www.w3.org/2002/07/owl#> . @base <{EX}> . "
    return Graph.of(ox.parse(head + text, ox.RdfFormat.TURTLE))


def document(text: str, ontology: str = "") -> Any:
    return json.loads(written(graph_of(text), graph_of(ontology)))


def test_names_are_those_of_turtle() -> None:
    text = '<kind/a> a <kind/T>, <U> ; <p> <o> ; <q> "x"@en, "y"@en, "z"@cs-cz ; <kind/n> 01 .'
    assert document(text) == {
        "@context": {
            "ex": EX,
            "kind": EX + "kind/",
            "xsd": XSD,
            "ex:p": {"@type": "@id"},
            "ex:q": {"@container": "@language"},
            "kind:n": {"@type": "xsd:integer"},
        },
        "@graph": [
            {
                "@id": "kind:a",
                "@type": ["ex:U", "kind:T"],
                "kind:n": "01",
                "ex:p": "ex:o",
                "ex:q": {"cs-CZ": "z", "en": ["x", "y"]},
            }
        ],
    }


def test_values_that_are_not_of_the_usual_type_say_so() -> None:
    text = '<a> <p> <o>, "x", _:b ; <q> "x"@en, "y" ; <kind/n> 1, 1.0 ; <kind/m> "z" .'
    (node,) = document(text)["@graph"]
    assert node["ex:p"] == ["ex:o", {"@value": "x"}, "_:c14n0"]
    assert node["ex:q"] == ["y", {"@language": "en", "@value": "x"}]
    assert node["kind:n"] == [
        {"@type": "xsd:decimal", "@value": "1.0"},
        {"@type": "xsd:integer", "@value": "1"},
    ]
    assert node["kind:m"] == "z"


def test_a_single_value_beside_texts_is_no_map_of_languages() -> None:
    text = '<a> <q> "x"@en . <b> <q> <o> . <c> <q> 1 .'
    nodes = document(text, f"<q> a owl:DatatypeProperty ; <{RDFS}range> <{RDF}langString> .")["@graph"]
    assert [node["ex:q"] for node in nodes] == [
        {"en": "x"},
        [{"@id": "ex:o"}],
        [{"@type": "xsd:integer", "@value": "1"}],
    ]


def test_the_ontology_counts_more_than_the_data() -> None:
    ontology = f"<p> a owl:DatatypeProperty ; <{RDFS}range> xsd:date . <q> a owl:ObjectProperty ."
    context = document('<a> <p> "2020" ; <q> "x" .', ontology)["@context"]
    assert context["ex:p"] == {"@type": "xsd:date"}
    assert context["ex:q"] == {"@type": "@id"}


def test_a_prefix_that_is_a_scheme_is_left_out() -> None:
    graph = Graph([(f"<{EX}geo#s>", f"<{EX}p>", "<geo:1,2>"), (f"<{EX}geo#s>", f"<{EX}p>", '"x"^^<kind:t>')])
    text = written(graph)
    assert json.loads(text)["@context"].keys() == {"ex", "ex:p"}
    assert canonical(read(text, ox.RdfFormat.JSON_LD)) == canonical(graph)


def test_a_context_of_another_graph_does_not_change_an_iri() -> None:
    context = context_of(PREFIXES, Graph(), Graph())
    with pytest.raises(InputError, match="geo is a prefix"):
        "".join(jsonld_chunks(Graph([(f"<{EX}s>", f"<{EX}p>", "<geo:1,2>")]), context))


@pytest.mark.parametrize(
    ("value", "message"), [('"a"@ar--rtl', "direction"), ("<<( <a:> <b:> <c:> )>>", "triple term")]
)
def test_what_json_ld_cannot_hold_is_refused(value: str, message: str) -> None:
    with pytest.raises(InputError, match=f"<{EX}s>: .*{message}"):
        written(Graph([(f"<{EX}s>", f"<{EX}p>", value)]))


def test_nothing_invisible_stands_in_the_text() -> None:
    text = written(Graph([(f"<{EX}\u202ea>", f"<{EX}p>", '"a\u2028\u200f\ufeffb"')]))
    assert text.isascii()
    assert json.loads(text)["@graph"] == [{"@id": "ex:\u202ea", "ex:p": "a\u2028\u200f\ufeffb"}]


def test_a_document_declares_only_what_it_uses_and_the_context_file_all() -> None:
    graph = graph_of("<a> <p> 1 . <b> <kind/q> <kind/o> .")
    context = context_of(PREFIXES, Graph(), graph)
    small = json.loads("".join(jsonld_chunks(graph, context, subjects={f"<{EX}a>"})))
    assert small == {
        "@context": {"ex": EX, "xsd": XSD, "ex:p": {"@type": "xsd:integer"}},
        "@graph": [{"@id": "ex:a", "ex:p": "1"}],
    }
    whole = json.loads("".join(context.chunks()))["@context"]
    assert small["@context"].items() <= whole.items()
    assert {"geo", "skos", "kind:q"} <= whole.keys()
    assert "odd" not in whole, "a namespace that ends in neither / nor # is no prefix in JSON-LD 1.1"


def test_a_large_document_reads_back_too() -> None:
    graph = Graph((f"<{EX}kind/{number}>", f"<{EX}p>", f'"{number}"') for number in range(1500))
    text = written(graph)
    assert canonical(read(text, ox.RdfFormat.JSON_LD)) == canonical(graph)


def test_an_empty_graph() -> None:
    assert document("") == {"@context": {}, "@graph": []}
