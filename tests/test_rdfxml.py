"""RDF/XML: what is read back is what was written, and what XML cannot hold is refused."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings

from mosty.model.errors import InputError
from mosty.rdf.graph import Graph
from mosty.rdf.prefixes import Prefixes
from mosty.rdf.rdfxml import rdfxml_chunks
from rdf_graphs import EX, PREFIXES, RDF, canonical, graphs, graphs_for_xml, key, read

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def written(graph: Graph, prefixes: Prefixes = PREFIXES) -> str:
    return "".join(rdfxml_chunks(graph, prefixes))


def must_be_held(graph: Graph) -> bool:
    """Whether there is no reason to refuse a graph: all texts are of XML, all predicates end in a plain name."""
    quads = list(ox.parse("".join(canonical(graph)), ox.RdfFormat.N_TRIPLES))
    texts = [quad.object.value for quad in quads if isinstance(quad.object, ox.Literal)]
    names = [re.sub("%[0-9A-F]{2}", "%", quad.predicate.value) for quad in quads]
    return not any(map(_NOT_IN_XML.search, texts)) and all(
        re.search(r"[A-Za-z_][A-Za-z0-9_.-]*$", name) for name in names
    )


def round_trip(graph: Graph) -> None:
    try:
        text = written(graph)
    except InputError:
        assert not must_be_held(graph)
        return
    again = read(text, ox.RdfFormat.RDF_XML)
    assert canonical(again) == canonical(graph)
    assert written(again) == text, "depends on order or labels"


@given(graphs | graphs_for_xml)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_round_trip(graph: Graph) -> None:
    round_trip(graph)


@pytest.mark.soak
@given(graphs_for_xml)
@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_round_trip_of_many(graph: Graph) -> None:
    round_trip(graph)


@pytest.mark.soak
@given(graphs)
@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_round_trip_or_refusal_of_many(graph: Graph) -> None:
    round_trip(graph)


def graph_of(text: str) -> Graph:
    return Graph.of(ox.parse(text, ox.RdfFormat.TURTLE, base_iri=EX))


@pytest.mark.parametrize(
    ("triple", "message"),
    [
        (r'<s> <p> "a\u0001"', r'U\+0001 of "a\\u0001"'),
        (r'<s> <p> "\uFFFE"', r"U\+FFFE"),
        ("<s> <1> <o>", "does not end in a name of XML"),
        ("<s> <a/> <o>", "does not end in a name of XML"),
        ("<s> <%20> <o>", "does not end in a name of XML"),
        (f"<s> <{RDF}li> <o>", "word of the syntax"),
        (f"<s> <{RDF}about> <o>", "word of the syntax"),
        ('<s> <p> "a"@ar--rtl', "direction"),
        ("<s> <p> <<( <s> <p> <o> )>>", "triple term"),
    ],
)
def test_what_xml_cannot_hold_is_refused(triple: str, message: str) -> None:
    (quad,) = ox.parse(f"{triple} .", ox.RdfFormat.TURTLE, base_iri=EX)
    with pytest.raises(InputError, match=message) as refused:
        written(Graph([(str(quad.subject), str(quad.predicate), key(quad.object))]))
    assert refused.value.hint


def test_the_refusal_names_the_place_and_cuts_a_long_text() -> None:
    graph = Graph([(f"<{EX}s>", f"<{EX}p>", '"' + "a" * 500 + r'\u0002"')])
    with pytest.raises(InputError, match=f"<{EX}s> <{EX}p>: ") as refused:
        written(graph)
    assert len(refused.value.message) < 250


def test_namespaces_in_use_only_and_others_are_made_up() -> None:
    text = written(
        graph_of(
            "<s> a <kind/Thing>, <kind/Second> ; <http://other.example/p> 1 ; <http://other.example/x#štítek> 2 ."
        )
    )
    assert re.findall('xmlns:(.*)="(.*)"', text) == [
        ("kind", EX + "kind/"),
        ("ns1", "http://other.example/"),
        ("ns2", "http://other.example/x#"),
        ("rdf", RDF),
    ]
    assert f'<kind:Second rdf:about="{EX}s">' in text
    assert f'<rdf:type rdf:resource="{EX}kind/Thing"/>' in text


def test_a_prefix_that_xml_reserves_is_not_used() -> None:
    prefixes = Prefixes(
        {"xmlish": EX, "1": EX + "kind/", "rdf": "http://other.example/", "ns1": "http://one.example/"}
    )
    text = written(graph_of("<s> a <kind/T> ; <p> 1 ; <kind/q> 2 ."), prefixes)
    assert re.findall('xmlns:(.*)="(.*)"', text) == [("ns2", EX), ("ns3", EX + "kind/"), ("rdf", RDF)]


def test_a_record_stands_above_its_parts_and_languages_are_sorted() -> None:
    text = written(graph_of('<a> <p> "x"@en-GB, "y"@cs, "z", <o> . <kind/z> <p> 1 .'))
    assert re.findall('about="(.*)"|xml:lang="(.*)"', text) == [
        (EX + "kind/z", ""),
        (EX + "a", ""),
        ("", "cs"),
        ("", "en-GB"),
    ]


def test_only_some_subjects() -> None:
    graph = graph_of("<a> <p> 1 . <b> <p> 2 .")
    assert "".join(rdfxml_chunks(graph, PREFIXES, subjects={f"<{EX}b>"})) == written(graph_of("<b> <p> 2 ."))


def test_pieces_are_small() -> None:
    graph = Graph((f"<{EX}{number}>", f"<{EX}p>", '"' + "x" * 100 + '"') for number in range(3000))
    found = list(rdfxml_chunks(graph, PREFIXES))
    assert len(found) > 3
    assert max(map(len, found)) < 100_000


def test_nothing_is_done_before_the_first_piece_is_asked_for() -> None:
    chunks = rdfxml_chunks(graph_of("<s> <1> <o> ."), PREFIXES)
    with pytest.raises(InputError):
        next(chunks)
