"""N-Triples, N-Quads, TriG, Turtle and annotated Turtle: what is read back is what was written."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from typing import TypeAlias

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mosty.model.errors import InputError
from mosty.rdf.annotated import annotated_chunks
from mosty.rdf.canonical import canonical_lines
from mosty.rdf.context import context_of
from mosty.rdf.dumps import nquads_chunks, ntriples_chunks
from mosty.rdf.graph import Graph
from mosty.rdf.jsonld import jsonld_chunks
from mosty.rdf.keys import Key
from mosty.rdf.rdfxml import rdfxml_chunks
from mosty.rdf.trig import trig_chunks
from mosty.rdf.writing import turtle_chunks
from rdf_graphs import (
    EX,
    PREFIXES,
    RDF,
    blank_nodes,
    canonical,
    graphs,
    ground_triples,
    iris,
    key,
    literals,
    read,
    read_quads,
    triples,
)

Writer: TypeAlias = Callable[[Graph], Iterator[str]]
Dataset: TypeAlias = dict[Key, Graph]

WRITERS: dict[str, tuple[Writer, ox.RdfFormat]] = {
    "N-Triples": (ntriples_chunks, ox.RdfFormat.N_TRIPLES),
    "Turtle": (lambda graph: turtle_chunks(graph, PREFIXES), ox.RdfFormat.TURTLE),
    "annotated": (lambda graph: annotated_chunks(graph, PREFIXES, ["A title"]), ox.RdfFormat.TURTLE),
}
SUBJECT, PREDICATE, OBJECT, REIFIES = (
    f"<{RDF}{name}>" for name in ("subject", "predicate", "object", "reifies")
)

slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
quick, many = settings(slow, max_examples=100), settings(slow, max_examples=10_000)


# --- graphs ---


def unfolded(graph: Graph) -> Graph:
    """RDF 1.2 as RDF 1.1: each reified triple by its three parts."""
    found = Graph()
    for subject, predicate, value in graph.triples():
        if predicate == REIFIES and value.startswith("<<("):
            (quad,) = ox.parse(f"{subject} {predicate} {value} .", ox.RdfFormat.N_TRIPLES)
            triple = quad.object
            assert isinstance(triple, ox.Triple)
            for part, term in zip((SUBJECT, PREDICATE, OBJECT), triple, strict=True):
                found.add(subject, part, key(term))
        else:
            found.add(subject, predicate, value)
    return found


def round_trip(name: str, graph: Graph) -> None:
    write, rdf_format = WRITERS[name]
    text = "".join(write(graph))
    again = unfolded(read(text, rdf_format))
    assert canonical(again) == canonical(graph)
    assert "".join(write(again)) == text, "depends on order or labels"


@pytest.mark.parametrize("name", WRITERS)
@given(graph=graphs)
@quick
def test_round_trip(name: str, graph: Graph) -> None:
    round_trip(name, graph)


@pytest.mark.soak
@pytest.mark.parametrize("name", WRITERS)
@given(graph=graphs)
@many
def test_round_trip_of_many(name: str, graph: Graph) -> None:
    round_trip(name, graph)


# --- evidence ---

_statements = st.sampled_from([f"<{EX}kind/s{number}>" for number in range(4)]) | blank_nodes
_parts = st.sampled_from([SUBJECT, PREDICATE, OBJECT])


@st.composite
def evidence(draw: st.DrawFn) -> Graph:
    """Triples with statements about some of them, about others, about statements, and broken ones."""
    found = draw(st.lists(triples, min_size=1, max_size=6))
    for _ in range(draw(st.integers(1, 4))):
        node = draw(_statements)
        about = draw(st.sampled_from(found) | triples)
        found += zip([node] * 3, (SUBJECT, PREDICATE, OBJECT), about, strict=True)
        found += [
            (node, f"<{EX}{name}>", draw(iris | literals)) for name in draw(st.lists(st.sampled_from("pq")))
        ]
    found += draw(st.lists(st.tuples(_statements, _parts, iris | literals), max_size=1))
    return Graph(found)


@given(evidence())
@quick
def test_statements_become_annotations(graph: Graph) -> None:
    round_trip("annotated", graph)


@pytest.mark.soak
@given(evidence())
@many
def test_many_statements_become_annotations(graph: Graph) -> None:
    round_trip("annotated", graph)


# --- datasets ---

_names = st.sampled_from(["", f"<{EX}kind/a>", f"<{EX}kind/b>", "<urn:x:c>"])
# Blank nodes in one graph only: TriG refuses to share them.
datasets = st.builds(
    lambda graph, others: {**{name: Graph(found) for name, found in others.items()}, f"<{EX}kind/c>": graph},
    graphs,
    st.dictionaries(_names, st.lists(ground_triples, min_size=1, max_size=6), max_size=3),
)


def trig(dataset: Dataset) -> str:
    return "".join(trig_chunks(sorted(dataset.items()), PREFIXES, ["A title"]))


def nquads(dataset: Dataset) -> str:
    return "".join(nquads_chunks(sorted(dataset.items())))


def dataset_round_trip(write: Callable[[Dataset], str], rdf_format: ox.RdfFormat, dataset: Dataset) -> None:
    text = write(dataset)
    again = read_quads(text, rdf_format)
    assert list(canonical_lines(again.items())) == list(canonical_lines(dataset.items()))
    assert write(again) == write({name: graph for name, graph in dataset.items() if len(graph)})


@given(datasets)
@quick
def test_trig(dataset: Dataset) -> None:
    dataset_round_trip(trig, ox.RdfFormat.TRIG, dataset)


@given(st.dictionaries(_names, graphs, max_size=4))
@quick
def test_nquads(dataset: Dataset) -> None:
    dataset_round_trip(nquads, ox.RdfFormat.N_QUADS, dataset)


@pytest.mark.soak
@given(datasets)
@many
def test_trig_of_many(dataset: Dataset) -> None:
    dataset_round_trip(trig, ox.RdfFormat.TRIG, dataset)


@pytest.mark.soak
@given(st.dictionaries(_names, graphs, max_size=4))
@many
def test_nquads_of_many(dataset: Dataset) -> None:
    dataset_round_trip(nquads, ox.RdfFormat.N_QUADS, dataset)


# --- texts ---


def graph_of(text: str) -> Graph:
    return Graph.of(ox.parse(f"@prefix rdf: <{RDF}> . @base <{EX}> . {text}", ox.RdfFormat.TURTLE))


EVIDENCE = """
    <a> a <T> ; <p> "x"@en, 1 .
    <kind/s> a <S> ; rdf:subject <a> ; rdf:predicate <p> ; rdf:object 1 ; <q> <kind/b>, <kind/c> .
    <kind/t> rdf:subject <a> ; rdf:predicate <p> ; rdf:object 1 .
"""


def test_evidence_stands_beside_its_fact() -> None:
    assert "".join(annotated_chunks(graph_of(EVIDENCE), PREFIXES, ["A title", "# A comment"])) == (
        """# A title
# A comment

@version "1.2" .
@prefix ex: <https://example.org/> .
@prefix kind: <https://example.org/kind/> .

ex:a a ex:T ;
    ex:p
        "x"@en ,
        1
            ~ kind:s {| a ex:S ; ex:q kind:b , kind:c |}
            ~ kind:t .
"""
    )


def test_evidence_of_what_is_not_stated_does_not_state_it() -> None:
    graph = graph_of('<s> rdf:subject <a> ; rdf:predicate rdf:type ; rdf:object "b\\nc"^^<T> ; <p> 1 .')
    assert "".join(annotated_chunks(graph, PREFIXES)) == (
        f"""@version "1.2" .
@prefix ex: <https://example.org/> .
@prefix rdf: <{RDF}> .

ex:s
    rdf:reifies <<( ex:a a "b\\nc"^^<https://example.org/T> )>> ;
    ex:p 1 .
"""
    )


def test_evidence_of_evidence_has_a_block_of_its_own() -> None:
    graph = graph_of(EVIDENCE + "<u> rdf:subject <kind/s> ; rdf:predicate <q> ; rdf:object <kind/b> .")
    text = "".join(annotated_chunks(graph, PREFIXES))
    assert "~ kind:s\n            ~ kind:t .\n" in text
    assert "kind:b\n            ~ ex:u ,\n" in text


def test_prefixes_are_declared_before_the_graph_that_uses_them() -> None:
    graphs = [
        ("", graph_of("<a> <p> 1 .")),
        (f"<{EX}kind/g>", graph_of("<a> <p> 2 .")),
        ("<urn:x:g>", graph_of("<kind/a> <p> [ <q> 2 ] .")),
    ]
    assert "".join(trig_chunks(graphs, PREFIXES, ["A title"])) == (
        """# A title

@prefix ex: <https://example.org/> .

{

ex:a ex:p 1 .

}

@prefix kind: <https://example.org/kind/> .

kind:g {

ex:a ex:p 2 .

}

<urn:x:g> {

kind:a ex:p [ ex:q 2 ] .

}
"""
    )


def test_a_blank_node_of_two_graphs_is_refused_in_trig_and_kept_in_nquads() -> None:
    shared = Graph([("_:b", f"<{EX}p>", "_:b")])
    dataset = {f"<{EX}kind/a>": shared, f"<{EX}kind/b>": shared}
    with pytest.raises(InputError, match="two graphs share the blank node _:b"):
        trig(dataset)
    assert nquads(dataset) == (
        f"_:c14n0 <{EX}p> _:c14n0 <{EX}kind/a> .\n_:c14n0 <{EX}p> _:c14n0 <{EX}kind/b> .\n"
    )


def test_labels_of_two_graphs_never_meet() -> None:
    loop = [Graph([(f"_:{name}", f"<{EX}p>", f"_:{name}")]) for name in "ab"]
    text = trig({f"<{EX}kind/a>": loop[0], f"<{EX}kind/b>": loop[1]})
    assert "_:c14n0 ex:p _:c14n0 ." in text
    assert "_:c14n1 ex:p _:c14n1 ." in text


def test_a_triple_term_is_refused_where_it_would_be_told_apart_no_more() -> None:
    graph = Graph([(f"<{EX}s>", REIFIES, f"<<( <{EX}a> <{EX}p> <{EX}b> )>>")])
    for chunks in (annotated_chunks(graph, PREFIXES), trig_chunks([("", graph)], PREFIXES)):
        with pytest.raises(InputError, match="triple term"):
            "".join(chunks)


def test_only_some_subjects_as_ntriples() -> None:
    graph = graph_of('<b> <p> 2 . <a> <p> "01"^^<T>, <b> .')
    assert "".join(ntriples_chunks(graph, subjects={f"<{EX}a>"})) == (
        f'<{EX}a> <{EX}p> "01"^^<{EX}T> .\n<{EX}a> <{EX}p> <{EX}b> .\n'
    )


# --- memory ---


@pytest.mark.parametrize(
    "write",
    [
        lambda graph: rdfxml_chunks(graph, PREFIXES),
        lambda graph: jsonld_chunks(graph, context_of(PREFIXES, Graph(), graph)),
        lambda graph: annotated_chunks(graph, PREFIXES),
    ],
    ids=["RDF/XML", "JSON-LD", "annotated"],
)
def test_a_document_never_stands_in_memory(write: Writer) -> None:
    text = "x" * 3_000
    graph = Graph((f"<{EX}kind/{number}>", f"<{EX}p>", f'"{number}{text}"@en') for number in range(10_000))
    tracemalloc.start()
    try:
        size = sum(map(len, write(graph)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > 30_000_000
    assert peak < size / 3
