"""Compiled shapes by the letter of the SHACL Recommendation: cases that generated ones do not reach."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
import pytest

from mosty.model.errors import InputError
from mosty.model.terms import n_triples
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key
from mosty.rdf.prefixes import STANDARD, Prefixes
from mosty.validate.changes import Checker
from mosty.validate.compiled.engine import CompiledEngine
from mosty.validate.plan import Plan, make_plan

EX = "http://example.org/"
PREFIXES = f"""
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <{EX}> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DECLARED = f'ex: sh:declare [ sh:prefix "ex" ; sh:namespace "{EX}"^^xsd:anyURI ] .'
NUMBERED = "ex:a a ex:C ; ex:p 1, 2, 3 . ex:b a ex:C ; ex:p 1 ."


def plan_of(shapes: str) -> Plan:
    quads = list(ox.parse(PREFIXES + shapes, format=ox.RdfFormat.TURTLE))
    return make_plan([("shapes.ttl", quads)], Prefixes(STANDARD))


def triples_of(data: str) -> Iterable[tuple[Key, Key, Key]]:
    return Graph.of(ox.parse(PREFIXES + data, format=ox.RdfFormat.TURTLE)).triples()


def found(shapes: str, data: str, *, fall_back: bool = False) -> list[tuple[str, str]]:
    """Focus nodes and values of the results."""
    results = CompiledEngine(fall_back=fall_back).run(plan_of(shapes), Graph(triples_of(data)))
    return sorted(
        (short(n_triples(r.focus)), "" if r.value is None else short(n_triples(r.value))) for r in results
    )


def short(term: str) -> str:
    return term.replace(EX, "").partition("^^")[0]


def select(query: str, target: str = "sh:targetClass ex:C") -> str:
    return f'{DECLARED} ex:S {target} ; sh:sparql [ sh:prefixes ex: ; sh:select """{query}""" ] .'


def test_a_limit_counts_for_each_focus_node() -> None:
    shapes = select("SELECT $this ?value { $this ex:p ?value } ORDER BY DESC(?value) LIMIT 1")
    assert found(shapes, NUMBERED) == [("<a>", '"3"'), ("<b>", '"1"')]


def test_an_offset_counts_for_each_focus_node() -> None:
    shapes = select("SELECT $this ?value { $this ex:p ?value } ORDER BY ?value OFFSET 1")
    assert found(shapes, NUMBERED) == [("<a>", '"2"'), ("<a>", '"3"')]


def test_exists_may_stand_in_what_select_returns() -> None:
    shapes = select("SELECT $this (EXISTS { $this ex:p 2 } AS ?value) { $this a ex:C }")
    assert found(shapes, NUMBERED) == [("<a>", '"true"'), ("<b>", '"false"')]


def test_a_change_is_followed_through_a_pattern_with_one_variable_twice() -> None:
    shapes = select("SELECT $this ?v { $this ex:q ?v . FILTER EXISTS { ?v ex:r ?v } }")
    checker = Checker(plan_of(shapes), Graph(triples_of("ex:a a ex:C ; ex:q ex:b .")), fall_back=False)
    (result,) = checker.check(triples_of("ex:b ex:r ex:b ."))
    assert n_triples(result.focus) == f"<{EX}a>"


def test_a_change_is_followed_through_a_pattern_with_an_iri_as_parameter() -> None:
    shapes = f"""{DECLARED} ex:near a sh:ConstraintComponent ; sh:parameter [ sh:path ex:nearest ] ;
        sh:validator [ sh:prefixes ex: ; sh:ask "ASK {{ $value ex:q ?x . ?x ex:r $nearest }}" ] .
        ex:S sh:targetClass ex:C ; ex:nearest ex:home ."""
    data = "ex:a a ex:C ; ex:q ex:b . ex:b ex:r ex:home ."
    checker = Checker(plan_of(shapes), Graph(triples_of(data)), fall_back=False)
    (result,) = checker.check([], triples_of("ex:b ex:r ex:home ."))
    assert n_triples(result.focus) == f"<{EX}a>"


def test_a_class_of_a_class_makes_an_implicit_target() -> None:
    shapes = """ex:C a ex:Kind, sh:NodeShape ; sh:nodeKind sh:Literal .
        ex:Kind rdfs:subClassOf ex:Wider . ex:Wider rdfs:subClassOf rdfs:Class ."""
    assert found(shapes, "ex:a a ex:C .") == [("<a>", "<a>")]


def test_a_shape_may_be_an_instance_of_a_class_of_shapes() -> None:
    shapes = """ex:Mine rdfs:subClassOf sh:NodeShape .
        ex:C a rdfs:Class , ex:Mine ; sh:nodeKind sh:Literal ."""
    assert found(shapes, "ex:a a ex:C .") == [("<a>", "<a>")]


def test_a_count_may_be_larger_than_any_register() -> None:
    shapes = f"ex:S sh:targetNode ex:a ; sh:property [ sh:path ex:p ; sh:maxCount {10**30} ] ."
    assert found(shapes, "ex:a ex:p 1 .") == []


def test_there_are_never_fewer_values_than_none() -> None:
    shapes = "ex:S sh:targetNode ex:a, ex:b, ex:c ; sh:property [ sh:path ex:p ; sh:maxCount -1 ] ."
    assert found(shapes, "ex:a ex:p 1, 2 . ex:b ex:p 1 .") == [("<a>", ""), ("<b>", ""), ("<c>", "")]


WRITTEN = """ex:a a ex:C ; ex:p 1, 01 ; ex:q 01 ; ex:r '1'^^xsd:boolean ; ex:s '5'^^xsd:byte .
    ex:b a ex:C ; ex:p 1 ; ex:q 01 ; ex:r true ; ex:s 5 ."""


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        (select("SELECT $this ?value { $this ex:p ?value ; ex:q ?value }"), [("<a>", '"01"')]),
        (select("SELECT $this ?value { $this ex:p ?value FILTER EXISTS { $this ex:q ?value } }"), [("<a>", '"01"')]),
        (select("SELECT $this { $this ex:r true }"), [("<b>", "<b>")]),
        (select("SELECT $this { $this ex:s 5 }"), [("<b>", "<b>")]),
        (select("SELECT $this { $this ex:s '5'^^<http://www.w3.org/2001/XMLSchema#byte> }"), [("<a>", "<a>")]),
        (
            select("SELECT $this (COUNT(DISTINCT ?v) AS ?value) { $this ex:p ?v } GROUP BY $this"),
            [("<a>", '"2"'), ("<b>", '"1"')],
        ),
        (select("SELECT $this { FILTER(STR($this) = '01') }", "sh:targetObjectsOf ex:p"), [('"01"', '"01"')]),
        (
            select("SELECT $this (COUNT(?s) AS ?value) { ?s ex:p $this } GROUP BY $this", "sh:targetObjectsOf ex:p"),
            [('"01"', '"1"'), ('"1"', '"2"')],
        ),
    ],
)  # fmt: skip
def test_a_query_that_matches_literals_sees_how_they_are_written(
    shapes: str, expected: list[tuple[str, str]]
) -> None:
    assert found(shapes, WRITTEN, fall_back=True) == expected


def test_a_parameter_is_seen_as_it_is_written() -> None:
    shapes = f"""{DECLARED} ex:as a sh:ConstraintComponent ; sh:parameter [ sh:path ex:text ] ;
        sh:validator [ sh:prefixes ex: ; sh:ask "ASK {{ FILTER(STR($value) = STR($text)) }}" ] .
        ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:q ; ex:text 01 ] ."""
    assert found(shapes, WRITTEN, fall_back=True) == []


def test_values_of_several_properties_are_not_mixed_up() -> None:
    shapes = f"""{DECLARED} ex:S sh:targetNode ex:b ; sh:property [ sh:path ex:p ; sh:sparql [
        sh:prefixes ex: ; sh:select "SELECT $this ?value {{ $this ex:q ?value }}" ] ] ."""
    assert found(shapes, "ex:b ex:p 1, 01 ; ex:q 01 .", fall_back=True) == [("<b>", '"01"')]


def test_a_change_that_brings_a_literal_written_oddly_is_judged_as_written() -> None:
    shapes = select("SELECT $this ?value { $this ex:p ?value FILTER(STR(?value) = '01') }")
    checker = Checker(plan_of(shapes), Graph(triples_of("ex:a a ex:C ; ex:p 1 .")))
    assert not checker.check(triples_of("ex:a ex:p 2 ."))
    assert not checker.fallbacks
    (result,) = checker.check(triples_of("ex:a ex:p 01 ."))
    assert short(n_triples(result.focus)) == "<a>"
    assert checker.fallbacks
    assert not checker.check(triples_of("ex:a ex:p 3 ."))


def test_nothing_of_the_store_is_seen_by_a_variable_as_predicate() -> None:
    shapes = f"""{DECLARED} ex:S sh:targetNode ex:a, ex:b ;
        sh:sparql [ sh:prefixes ex: ; sh:select "SELECT $this ?value {{ $this ex:p* ?value }}" ] ,
            [ sh:prefixes ex: ; sh:select "SELECT $this ?value {{ $this ?p ?value }}" ] ,
            [ sh:prefixes ex: ; sh:select "SELECT $this ?value {{ ?value !ex:p $this }}" ] ."""
    assert found(shapes, "ex:a ex:q ex:c .") == [("<a>", "<a>"), ("<a>", "<c>"), ("<b>", "<b>")]


def test_a_path_of_no_step_begins_at_literals_and_nodes_that_the_data_do_not_mention() -> None:
    shapes = select(
        "SELECT $this ?value { $this ex:q? ?value }", "sh:targetObjectsOf ex:p ; sh:targetNode ex:c"
    )
    assert found(shapes, "ex:a ex:p 1, ex:b .") == [('"1"', '"1"'), ("<b>", "<b>"), ("<c>", "<c>")]
    shapes = select(
        "SELECT $this ?value { $this ex:q* ?value OPTIONAL { ?value ?p $this } }", "sh:targetNode ex:c"
    )
    assert found(shapes, "ex:a ex:p 1 .", fall_back=True) == [("<c>", "<c>")]


def test_equal_results_of_two_classes_come_with_a_change_too() -> None:
    shapes = "ex:S sh:targetClass ex:C ; sh:class ex:D, ex:E ."
    checker = Checker(plan_of(shapes), Graph())
    assert len(checker.check(triples_of("ex:a a ex:C ."))) == 2


def test_a_path_of_no_step_from_a_node_to_itself_begins_anywhere() -> None:
    shapes = select("SELECT $this ?value { $this ex:p ?x . ?value ex:q* ?value }", "sh:targetNode ex:a")
    nodes = ["<a>", "<b>", "<c>", "<d>"]
    assert found(shapes, "ex:a ex:p ex:b . ex:c ex:r ex:d .") == [("<a>", node) for node in nodes]


def test_an_entailment_regime_is_refused() -> None:
    with pytest.raises(InputError, match="sh:entailment <http://www.w3.org/ns/entailment/RDFS>"):
        plan_of(
            "ex:S sh:targetNode ex:a ; sh:nodeKind sh:IRI . ex: sh:entailment <http://www.w3.org/ns/entailment/RDFS> ."
        )
