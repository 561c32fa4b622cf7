"""SHACL-SPARQL: whole sets at once find what one node at a time does, before and after changes."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mosty.model.diagnostics import ValidationResult
from mosty.model.errors import DeadlineError, EngineError, InputError, MostyError
from mosty.model.terms import n_triples
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, to_key
from mosty.rdf.prefixes import STANDARD, Prefixes
from mosty.validate.compiled.constraint import Unsupported, Values
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
    store.load(
        "".join(f"{s} {p} {o} .\n" for s, p, o in graph.triples()).encode(), format=ox.RdfFormat.N_TRIPLES
    )
    if ":p*" in body and "q" not in body:  # a path of no step leads to any term (SPARQL 1.1, section 18.4)
        store.load("".join(f"{n} <urn:x> {n} .\n" for n in NODES).encode(), format=ox.RdfFormat.N_TRIPLES)
    solutions: set[tuple[Key, Key | None]] = set()
    for node in NODES:
        text = body.replace("SELECT $this (", "SELECT (").replace("SELECT $this ?value", "SELECT ?value")
        text = text.replace("GROUP BY $this", "").replace("$this", node)
        rows = store.query(f"SELECT ?value {{ {text} }}", prefixes={"": E})
        assert isinstance(rows, ox.QuerySolutions)
        for row in rows:
            solutions.add((node, node if row["value"] is None else str(row["value"])))
    return solutions


def check_whole_sets(body: str, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, database=None)
    @given(graphs)
    def check(data: set[tuple[Key, Key, Key]]) -> None:
        graph = Graph(data)
        expected = one_by_one(body, graph)
        constraint = select(body, graph)
        assert found(constraint) == expected
        assert constraint.failing(frozenset(NODES), Values(frozenset(NODES), None)) == {
            n for n, _ in expected
        }
        assert {(f.focus, f.value) for n in NODES for f in constraint.findings(n, (n,))} == expected

    check()


@pytest.mark.parametrize("body", QUERIES)
def test_a_whole_set_finds_what_one_node_at_a_time_does(body: str) -> None:
    check_whole_sets(body, 15)


@pytest.mark.soak
@pytest.mark.parametrize("body", QUERIES)
def test_a_whole_set_finds_what_one_node_at_a_time_does_at_length(body: str) -> None:
    check_whole_sets(body, 300)


def check_changes(body: str, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, database=None)
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


@pytest.mark.parametrize("body", QUERIES)
def test_nodes_that_a_change_does_not_reach_keep_their_findings(body: str) -> None:
    check_changes(body, 15)


@pytest.mark.soak
@pytest.mark.parametrize("body", QUERIES)
def test_nodes_that_a_change_does_not_reach_keep_their_findings_at_length(body: str) -> None:
    check_changes(body, 300)


def test_a_change_reaches_only_what_it_can_affect() -> None:
    graph = graph_of(":a :p :b . :b :q :c . :d :p :e . :e :q :a .")
    constraint = select("$this :p ?value . ?value :q ?z FILTER(?z != $this)", graph)
    assert constraint.touched([(NODES[1], PREDICATES[1], NODES[2])]) == {NODES[0]}
    assert constraint.touched([(NODES[1], PREDICATES[2], NODES[2])]) == set()
    assert constraint.touched([(NODES[3], PREDICATES[0], NODES[4])]) == {NODES[3]}


def results(
    plan: Plan, graph: Graph, engine: str = "compiled", timeout: float | None = None
) -> tuple[ValidationResult, ...]:
    if engine == "pyshacl":
        return PyshaclEngine().run(plan, graph)
    return CompiledEngine(fall_back=False).run(plan, graph, timeout=timeout)


@pytest.mark.parametrize("body", [q for q in QUERIES if "ORDER BY" not in q and "*" not in q])
def test_both_engines_agree(body: str) -> None:
    graph = graph_of(
        ":a :p :b , :c ; :r :a ; a :d . :b :q :a , :d ; :r :e . :c :q :c ; :p 'x'@en . :d :p :d ; :r 'x' ."
    )
    plan = select_plan(body)
    assert shown(results(plan, graph)) == shown(results(plan, graph, "pyshacl"))


COMPONENT = """
:maxParts a sh:ConstraintComponent ;
    sh:parameter [ sh:path :part ] , [ sh:path :most ] , [ sh:path :note ; sh:optional true ] ;
    sh:labelTemplate "at most {$most} values of {$part}" ;
    sh:validator :ask ; sh:nodeValidator :select .
:ask a sh:SPARQLAskValidator ; sh:prefixes : ; sh:ask '''
    ASK { { SELECT $value $part $most ?note (COUNT(?x) AS ?n)
            { OPTIONAL { $value $part ?x } } GROUP BY $value $part $most ?note } FILTER(?n <= $most) }''' .
:select a sh:SPARQLSelectValidator ; sh:prefixes : ; sh:select '''
    SELECT $this ?value { { SELECT $this $part $most ?note (COUNT(?value) AS ?n) { $this $part ?value }
        GROUP BY $this $part $most ?note } FILTER(?n > $most) $this $part ?value }''' .
"""
PARTS = graph_of(":a :p :b , :c ; :q :b . :b :p :a . :c :q :a , :b .")


def test_a_component_chooses_its_validator_by_the_kind_of_shape() -> None:
    node = plan_of(f"{COMPONENT} :s a sh:NodeShape ; sh:targetNode :a , :b ; :part :p ; :most 1 .")
    assert shown(results(node, PARTS)) == {(NODES[0], NODES[1]), (NODES[0], NODES[2])}
    prop = plan_of(
        f"{COMPONENT} :s a sh:PropertyShape ; sh:path :p ; sh:targetNode :a , :b ; :part :q ; :most 1 ."
    )
    (result,) = results(prop, PARTS)
    assert (str(result.focus), str(result.value)) == (E + "a", E + "c")
    assert result.component.value == E + "maxParts"
    assert result.constraint is None
    assert result.message == "at most 1 values of :q"


def test_a_component_applies_only_where_its_parameters_are_stated() -> None:
    plan = plan_of(f"{COMPONENT} :s a sh:NodeShape ; sh:targetNode :a ; :part :p ; :note 'n' .")
    assert results(plan, PARTS) == ()


def test_messages_are_those_of_the_constraint_with_its_bindings_filled_in() -> None:
    plan = plan_of(
        """:s a sh:NodeShape ; sh:targetNode :a ; sh:message "of the shape" ; sh:sparql [ sh:prefixes : ;
        sh:message "{$this} has {?value} ({?other}, {?none})"@en , "{?value}!"@cs ;
        sh:select "SELECT $this ?value ?other { $this :p ?value . BIND(STR(?value) AS ?other) }" ] ."""
    )
    (result,) = results(plan, graph_of(":a :p '5' ."))
    assert sorted(m.lexical for m in result.messages) == ["5!", f"{E}a has 5 (5, {{?none}})"]
    assert {m.language for m in result.messages} == {"en", "cs"}
    told = plan_of(
        """:s a sh:NodeShape ; sh:targetNode :a ; sh:sparql [ sh:prefixes : ; sh:message "no" ;
        sh:select "SELECT $this ?message ?path { $this ?path ?v BIND('yes'@en AS ?message) }" ] ."""
    )
    (result,) = results(told, graph_of(":a :p '5' ."))
    assert (result.message, str(result.path), str(result.value)) == ("yes", E + "p", E + "a")


@pytest.mark.parametrize(
    ("literal", "shown_as"),
    [
        ("'01'^^xsd:integer", "01"),
        ("'1.00'^^xsd:decimal", "1.00"),
        ("'7'^^xsd:byte", "7"),
        ("'x'@en-GB", "x"),
    ],
)
def test_values_come_back_as_they_were_written(literal: str, shown_as: str) -> None:
    graph = graph_of(f":a :p {literal} . :b :q {literal} .")
    for body in ("$this :p ?value", "?other :q ?value FILTER($this = :a)"):
        values = {r.value for r in results(select_plan(body), graph)}
        assert {to_key(v) for v in values if v is not None} <= set(graph.column(PREDICATES[0]).distinct())
        assert {str(v) for v in values} == {shown_as}


@pytest.mark.parametrize(
    ("literal", "body"),
    [
        ("'01'^^xsd:integer", "$this :p ?value FILTER(STRLEN(STR(?value)) = 2)"),
        (
            "'7'^^xsd:byte",
            "$this :p ?value FILTER(DATATYPE(?value) != <http://www.w3.org/2001/XMLSchema#integer>)",
        ),
    ],
)
def test_what_a_store_would_write_otherwise_is_left_to_the_other_engine(literal: str, body: str) -> None:
    plan, graph = select_plan(body), graph_of(f":a :p {literal} .")
    with pytest.raises(InputError, match="the store writes"):
        results(plan, graph)
    engine = CompiledEngine()
    assert len(engine.run(plan, graph)) == 1
    assert "s" in engine.fallbacks
    assert results(plan, graph_of(":a :p 7 .")) == ()


def test_removing_a_literal_leaves_the_one_that_is_only_written_otherwise() -> None:
    graph = graph_of(":a :p '01'^^xsd:integer , 1 .")
    constraint = select("$this :p ?value", graph)
    with pytest.raises(Unsupported):  # the store cannot tell which of them is meant
        found(constraint)
    graph.discard(NODES[0], PREDICATES[0], '"01"^^<http://www.w3.org/2001/XMLSchema#integer>')
    assert {value for _, value in found(constraint)} == {'"1"^^<http://www.w3.org/2001/XMLSchema#integer>'}


def test_blank_nodes_and_literals_can_be_focus_nodes() -> None:
    plan = plan_of(
        """:s a sh:NodeShape ; sh:targetObjectsOf :p ; sh:sparql [ sh:prefixes : ;
        sh:select "SELECT $this { FILTER(! ISIRI($this)) FILTER NOT EXISTS { $this :q ?x } }" ] ."""
    )
    graph = graph_of(":a :p [ :q 1 ] , [ :r 1 ] , :b , '01'^^xsd:integer , 1 .")
    focus = [to_key(r.focus) for r in results(plan, graph)]
    assert sorted(key[0] for key in focus) == ['"', '"', "_"]
    assert '"01"^^<http://www.w3.org/2001/XMLSchema#integer>' in focus


ILL_FORMED = {
    "MINUS": "SELECT $this { $this :p ?x MINUS { $this :q ?x } }",
    "VALUES": "SELECT $this { $this :p ?x VALUES ?x { :a } }",
    "assigns to": "SELECT $this { BIND(:a AS $this) }",
    "does not return \\$this": "SELECT ?value { $this :p ?value }",
    "nested SELECT": "SELECT $this { $this :p ?x { SELECT ?x { ?x :q ?y } } }",
    "is no SPARQL": "SELECT $this { $this :p }",
    "neither": "CONSTRUCT { $this :p :a } { $this :q :a }",
    "the prefix nothing:": "SELECT $this { $this nothing:p ?x }",
}


@pytest.mark.parametrize("reason", ILL_FORMED)
def test_a_query_that_cannot_be_pre_bound_is_refused_with_the_reason(reason: str) -> None:
    plan = plan_of(
        f':s a sh:NodeShape ; sh:targetNode :a ; sh:sparql [ sh:prefixes : ; sh:select "{ILL_FORMED[reason]}" ] .'
    )
    with pytest.raises(InputError, match=reason):
        results(plan, PARTS)


@pytest.mark.parametrize(
    "part", ["OPTIONAL { $this :q ?x }", "BIND(1 AS ?v%d)", "$this :q ?x .", "{ $this :q ?x }"]
)
def test_a_huge_query_is_refused_instead_of_killing_the_process(part: str) -> None:
    parts = " ".join(part.replace("%d", str(i)) for i in range(600))
    plan = select_plan(f"$this :p ?value . {parts}")
    with pytest.raises(InputError, match="500 patterns"):
        results(plan, PARTS)


def test_words_in_comments_strings_and_names_are_no_keywords() -> None:
    body = """# MINUS
        $this :p ?value . FILTER(STR(?value) != "VALUES { }" && ?value != :MINUS) # }
"""
    assert {focus for focus, _ in found(select(body, PARTS))} == {NODES[0], NODES[1]}


def test_a_failure_that_a_query_reports_stops_the_validation() -> None:
    plan = plan_of(
        ":s a sh:NodeShape ; sh:targetNode :a ; sh:sparql [ sh:prefixes : ; "
        'sh:select "SELECT $this ?failure { $this :p ?x BIND(true AS ?failure) }" ] .'
    )
    with pytest.raises(EngineError, match="reports a failure"):
        results(plan, PARTS)


def test_a_deactivated_constraint_is_not_checked() -> None:
    plan = plan_of(
        ":s a sh:NodeShape ; sh:targetNode :a ; sh:sparql [ sh:prefixes : ; sh:deactivated true ; "
        'sh:select "SELECT $this { $this :p ?x }" ] .'
    )
    assert results(plan, PARTS) == ()


def test_the_path_of_the_shape_stands_for_path() -> None:
    plan = plan_of(
        ":s a sh:PropertyShape ; sh:path [ sh:alternativePath ( :p [ sh:inversePath :q ] ) ] ; "
        "sh:targetNode :a , :b ; sh:sparql [ sh:prefixes : ; "
        'sh:select "SELECT $this ?value { $this $PATH/:p ?value }" ] .'
    )
    assert shown(results(plan, PARTS)) == {(NODES[0], NODES[0]), (NODES[1], NODES[1]), (NODES[1], NODES[2])}


def test_a_query_without_end_is_stopped_at_the_deadline() -> None:
    graph = Graph((f"<{E}n{i}>", PREDICATES[0], f"<{E}n{i + 1}>") for i in range(3000))
    plan = plan_of(
        ":s a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:sparql [ sh:prefixes : ; sh:select "
        '"SELECT $this { $this :p ?x . { ?a :p ?b . ?c :p ?d . ?e :p ?f . BIND(CONCAT(STR(?a), STR(?c), '
        "STR(?e)) AS ?g) FILTER(?g = 'x') } }\" ] ."
    )
    with pytest.raises(DeadlineError):
        results(plan, graph, timeout=0.4)
    assert results(select_plan("$this :p ?value"), PARTS, timeout=60) != ()
    with pytest.raises(MostyError):
        results(
            plan_of(':s a sh:NodeShape ; sh:targetNode :a ; sh:sparql [ sh:select "SELECT" ] .'),
            graph,
            timeout=60,
        )


def test_declared_prefixes_are_followed_through_imports() -> None:
    more = f'<{E}more> sh:declare [ sh:prefix "m" ; sh:namespace "{E}"^^xsd:anyURI ] ; owl:imports : .'
    text = (
        f"{more} :s a sh:NodeShape ; sh:targetNode :a ; sh:sparql "
        f'[ sh:prefixes <{E}more> ; sh:select "SELECT $this {{ $this m:p [] , :b }}" ] .'
    )
    assert len(results(plan_of(text), PARTS)) == 1
    twice = f'<{E}more> sh:declare [ sh:prefix "" ; sh:namespace "urn:x" ] .'
    with pytest.raises(InputError, match="two namespaces"):
        results(plan_of(text + twice), PARTS)
