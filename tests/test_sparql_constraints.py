"""SHACL-SPARQL: whole sets at once find what one node at a time does, before and after changes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mosty.model.diagnostics import ValidationResult
from mosty.model.errors import DeadlineError, EngineError, InputError, MostyError
from mosty.model.terms import Term, n_triples
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, to_key
from mosty.rdf.prefixes import STANDARD, Prefixes
from mosty.validate.compiled.constraint import Values
from mosty.validate.compiled.engine import CompiledEngine
from mosty.validate.compiled.sparql import sparql_constraints
from mosty.validate.compiled.sparql_queries import SelectConstraint
from mosty.validate.plan import Plan, make_plan
from mosty.validate.pyshacl_engine import PyshaclEngine

E = "http://example.org/"
HEAD = f"""
@prefix : <{E}> . @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
: sh:declare [ sh:prefix "" ; sh:namespace "{E}"^^xsd:anyURI ] .
"""

QUERIES = (
    "$this :p ?value",
    "$this :p ?value . ?value :q ?z FILTER(?z != $this)",
    "?value :p $this ; :q ?z . ?z :r ?value",
    "FILTER NOT EXISTS { $this :p ?x }",
    "FILTER NOT EXISTS { $this :p ?x . ?x :q ?y . ?y :r :a }",
    "FILTER NOT EXISTS { $this :p ?x . FILTER NOT EXISTS { ?x :q ?y } }",
    "$this :p ?value FILTER NOT EXISTS { ?value :q ?x . ?x :r ?y }",
    "$this :p ?value FILTER NOT EXISTS { ?value :q ?x FILTER(?x = $this) }",
    "$this :p ?value . FILTER NOT EXISTS { ?value :r ?x } . ?value :q ?w",
    "$this :p ?value . FILTER(NOT EXISTS { ?value :q ?x } || EXISTS { $this :r ?value })",
    "OPTIONAL { $this :p ?x } FILTER(!BOUND(?x))",
    "$this :p ?x . OPTIONAL { ?x :q ?value . ?value :r ?w FILTER(?w = $this) }",
    "$this :p ?x . OPTIONAL { ?x :q ?z } OPTIONAL { ?z :r ?value }",
    "$this :p ?x . { ?x :q ?value . OPTIONAL { ?value :r ?y } FILTER(!BOUND(?y)) }",
    "{ $this :p ?value } UNION { ?value :q $this }",
    "{ { FILTER($this = :a) } UNION { $this :r ?value } }",
    "$this :p ?own . { ?own :q ?value . ?z :r ?w FILTER(?w != ?value) } UNION { ?own :r ?value }",
    "$this :p ?own . { ?x :q ?value FILTER(?x = ?own) }",
    "$this :p+ $this",
    "$this :p* ?value",
    "?value :p* $this",
    "$this :p/:q* ?value",
    "?x :p? ?value . ?value :q $this",
    "?value (:p|^:q)+ $this",
    "$this (:p|^:q)/:r ?value",
    "$this ?any ?value FILTER(ISLITERAL(?value))",
    "?value ?any $this",
    "$this !:p ?value",
    "BIND($this AS ?value) FILTER EXISTS { ?value :p ?x . ?x :q ?y }",
    "{ SELECT $this (COUNT(?x) AS ?n) { $this :p ?x } GROUP BY $this } FILTER(?n > 1)",
    "{ SELECT $this ?value { $this :p ?value } ORDER BY ?value LIMIT 1 }",
    "$this :p [ :q ?value ; :r ?z ] . ?value :p ?z",
    "$this a ?kind ; :p ?t . ?value :p ?t ; a ?kind FILTER(?value != $this)",
)

NODES = [f"<{E}{name}>" for name in "abcde"]
PREDICATES = [f"<{E}{name}>" for name in "pqr"] + ["<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"]
OBJECTS = [*NODES, '"x"', '"x"@en']

triples = st.tuples(st.sampled_from(NODES), st.sampled_from(PREDICATES), st.sampled_from(OBJECTS))
graphs = st.sets(triples, max_size=14)


def plan_of(text: str) -> Plan:
    quads = list(ox.parse(HEAD + text, ox.RdfFormat.TURTLE))
    return make_plan([("shapes.ttl", quads)], Prefixes(STANDARD | {"": E}))


def graph_of(text: str) -> Graph:
    return Graph.of(ox.parse(HEAD + text, ox.RdfFormat.TURTLE))


def select_plan(body: str, more: str = "") -> Plan:
    return plan_of(
        f':s a sh:NodeShape ; sh:targetNode {", ".join(NODES)} ; sh:sparql [ sh:prefixes : ; sh:select """'
        f'SELECT $this ?value {{ {body} }}""" ] . {more}'
    )


def select(body: str, graph: Graph) -> SelectConstraint:
    plan = select_plan(body)
    (shape,) = plan.shapes.values()
    (constraint,) = sparql_constraints(shape, plan, graph, is_property=False)
    assert isinstance(constraint, SelectConstraint)
    return constraint


def found(constraint: SelectConstraint, focus: Iterable[Key] = NODES) -> set[tuple[Key, Key | None]]:
    nodes = frozenset(focus)
    return {(f.focus, f.value) for f in constraint.all_findings(nodes, Values(nodes, None))}


def shown(results: Iterable[ValidationResult]) -> set[tuple[str, str | None]]:
    return {(n_triples(r.focus), None if r.value is None else n_triples(r.value)) for r in results}


def one_by_one(body: str, graph: Graph) -> set[tuple[Key, Key | None]]:
    """Each node written into the text of the query, and the query run on all triples."""
    store = ox.Store()
    store.load("".join(f"{s} {p} {o} .\n" for s, p, o in graph.triples()).encode(), format=ox.RdfFormat.N_TRIPLES)
    if ":p*" in body and "q" not in body:  # SPARQL 1.1, section 18.4: a path of no step leads to any term itself
        store.load("".join(f"{n} <urn:x> {n} .\n" for n in NODES).encode(), format=ox.RdfFormat.N_TRIPLES)
    solutions = set()
    for node in NODES:
        text = body.replace("SELECT $this (", "SELECT (").replace("SELECT $this ?value", "SELECT ?value")
        text = text.replace("GROUP BY $this", "").replace("$this", node)
        for row in store.query(f"SELECT ?value {{ {text} }}", prefixes={"": E}):
            assert isinstance(row, ox.QuerySolution)
            solutions.add((node, node if row["value"] is None else str(row["value"])))
    return solutions


@pytest.mark.parametrize("body", QUERIES)
def test_a_whole_set_finds_what_one_node_at_a_time_does(body: str) -> None:
    @settings(max_examples=40, deadline=None, database=None)
    @given(graphs)
    def check(data: set[tuple[Key, Key, Key]]) -> None:
        graph = Graph(data)
        expected = one_by_one(body, graph)
        constraint = select(body, graph)
        assert found(constraint) == expected
        assert constraint.failing(frozenset(NODES), Values(frozenset(NODES), None)) == {n for n, _ in expected}
        assert {(f.focus, f.value) for n in NODES for f in constraint.findings(n, (n,))} == expected

    check()


@pytest.mark.parametrize("body", QUERIES)
def test_nodes_that_a_change_does_not_reach_keep_their_findings(body: str) -> None:
    @settings(max_examples=40, deadline=None, database=None)
    @given(graphs, st.sets(triples, max_size=2), st.sets(triples, max_size=2))
    def check(
        data: set[tuple[Key, Key, Key]], new: set[tuple[Key, Key, Key]], old: set[tuple[Key, Key, Key]]
    ) -> None:
        graph = Graph(data)
        constraint = select(body, graph)
        before = found(constraint)
        gone = [triple for triple in old - new if triple in graph]
        came = [triple for triple in new if triple not in graph]
        reached = [constraint.touched(gone)]
        for triple in gone:
            graph.discard(*triple)
        for triple in came:
            graph.add(*triple)
        reached.append(constraint.touched(came))
        after = found(constraint)
        assert after == found(select(body, Graph(graph.triples())))
        if None not in reached:
            known = set().union(*(nodes for nodes in reached if nodes is not None))
            assert {node for node, _ in before ^ after} <= known

    check()


def test_a_change_reaches_only_what_it_can_affect() -> None:
    graph = graph_of(":a :p :b . :b :q :c . :d :p :e . :e :q :a .")
    constraint = select("$this :p ?value . ?value :q ?z FILTER(?z != $this)", graph)
    assert constraint.touched([(NODES[1], PREDICATES[1], NODES[2])]) == {NODES[0]}
    assert constraint.touched([(NODES[1], PREDICATES[2], NODES[2])]) == set()
    assert constraint.touched([(NODES[3], PREDICATES[0], NODES[4])]) == {NODES[3]}
