"""Compiled shapes by the letter of the SHACL Recommendation: cases that generated ones do not reach."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

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
