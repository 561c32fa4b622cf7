"""Validation of a change: always the difference of two full runs."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mosty.rdf.graph import Graph
from mosty.rdf.prefixes import Prefixes
from mosty.validate.changes import Change, Checker, changed_triples, difference
from mosty.validate.compiled.engine import CompiledEngine
from mosty.validate.plan import Plan, make_plan

PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
TARGETS = (
    "sh:targetClass ex:C",
    "sh:targetClass ex:D",
    "sh:targetSubjectsOf ex:p",
    "sh:targetObjectsOf ex:q",
    "sh:targetNode ex:a , ex:b",
)
PATHS = (
    "ex:p",
    "ex:q",
    "[ sh:inversePath ex:p ]",
    "( ex:p ex:q )",
    "( [ sh:inversePath ex:q ] ex:r )",
    "[ sh:alternativePath ( ex:p ex:r ) ]",
    "[ sh:zeroOrMorePath ex:p ]",
    "[ sh:oneOrMorePath [ sh:alternativePath ( ex:p [ sh:inversePath ex:q ] ) ] ]",
    "[ sh:zeroOrOnePath ( ex:p ex:p ) ]",
)
CONSTRAINTS = (
    "sh:minCount 1",
    "sh:minCount 2",
    "sh:maxCount 1",
    "sh:maxCount 0",
    "sh:class ex:C",
    "sh:class ex:D",
    "sh:nodeKind sh:IRI",
    "sh:datatype xsd:integer",
    "sh:in ( ex:a ex:b 1 )",
    "sh:hasValue ex:a",
    "sh:equals ex:q",
    "sh:disjoint ex:r",
    "sh:lessThan ex:r",
    "sh:lessThanOrEquals ex:q",
    "sh:uniqueLang true",
    "sh:minInclusive 1",
    "sh:pattern '^[ab]'",
    "sh:node ex:typed",
    "sh:node ex:tight",
    "sh:property ex:reaches",
    "sh:property ex:typed-value , ex:reaches",
    "sh:not ex:typed",
    "sh:or ( ex:typed ex:tight )",
    "sh:xone ( ex:typed ex:tight )",
    "sh:and ( ex:typed [ sh:property ex:reaches ] )",
    "sh:qualifiedValueShape ex:typed ; sh:qualifiedMinCount 1",
    "sh:qualifiedValueShape ex:tight ; sh:qualifiedMaxCount 1",
)
HELPERS = """
ex:typed a sh:NodeShape ; sh:class ex:C .
ex:tight a sh:NodeShape ; sh:closed true ; sh:property ex:reaches .
ex:reaches a sh:PropertyShape ; sh:path ex:p ; sh:minCount 1 ; sh:nodeKind sh:IRI .
ex:typed-value a sh:PropertyShape ; sh:path [ sh:inversePath ex:q ] ; sh:node ex:typed ; sh:maxCount 1 .
"""
NODES = tuple(f"<http://example.org/{name}>" for name in "abcd")
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
SUBCLASS = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
CLASSES = ("<http://example.org/C>", "<http://example.org/D>")
XSD = "http://www.w3.org/2001/XMLSchema#"
LITERALS = (f'"1"^^<{XSD}integer>', f'"02"^^<{XSD}integer>', '"a"', '"a"@en', '"b"@en')

links = st.tuples(
    st.sampled_from(NODES),
    st.sampled_from([f"<http://example.org/{name}>" for name in "pqr"]),
    st.sampled_from(NODES + LITERALS),
)
types = st.tuples(st.sampled_from(NODES), st.just(TYPE), st.sampled_from(CLASSES))
subclasses = st.sampled_from([(CLASSES[1], SUBCLASS, CLASSES[0]), (CLASSES[0], SUBCLASS, CLASSES[1])])
triples = st.lists(st.one_of(links, links, links, types, subclasses), max_size=12)
shapes = st.lists(
    st.tuples(
        st.lists(st.sampled_from(TARGETS), min_size=1, max_size=2, unique=True),
        st.sampled_from(PATHS),
        st.lists(st.sampled_from(CONSTRAINTS), min_size=1, max_size=3, unique_by=lambda c: c.split()[0]),
    ),
    min_size=1,
    max_size=3,
)


def plan_of(text: str) -> Plan:
    return make_plan([("shapes", list(ox.parse(PREFIXES + text, ox.RdfFormat.TURTLE)))], Prefixes())


def identities(results: object) -> set[tuple[str, ...]]:
    assert isinstance(results, list | tuple)
    return {tuple(map(str, (r.shape, r.component, r.focus, r.path, r.value))) for r in results}


@settings(max_examples=250, deadline=None, derandomize=True)
@given(shapes, triples, triples, st.data())
def test_a_change_brings_the_difference_of_two_full_runs(
    parts: list[tuple[list[str], str, list[str]]],
    before: list[tuple[str, str, str]],
    added: list[tuple[str, str, str]],
    data: st.DataObject,
) -> None:
    text = HELPERS
    for number, (targets, path, constraints) in enumerate(parts):
        text += f"ex:s{number} {' ; '.join(targets)} ; sh:path {path} ; {' ; '.join(constraints)} .\n"
        if "maxCount 0" in text and number == 0:  # a node shape beside the property shapes
            text += f"ex:n {targets[0]} ; sh:closed true ; sh:property ex:s0 .\n"
    plan = plan_of(text)
    removed = data.draw(st.lists(st.sampled_from(before), unique=True) if before else st.just([]))
    graph = Graph(before)
    as_it_was = sorted(graph.triples())

    found = Checker(plan, graph).check(added, removed)

    assert sorted(graph.triples()) == as_it_was
    expected = difference(CompiledEngine(), plan, graph, Change.of(graph, added, removed))
    assert identities(found) == identities(expected)


def test_a_change_reaches_through_an_inverse_path() -> None:
    """Nothing is said of ex:b in the new triple's own record: it is the graph's ex:a that fails now."""
    plan = plan_of("ex:s sh:targetClass ex:C ; sh:path [ sh:inversePath ex:p ] ; sh:maxCount 1 .")
    a, b, c, _ = NODES
    p = "<http://example.org/p>"
    checker = Checker(plan, Graph([(a, TYPE, CLASSES[0]), (b, p, a)]))
    assert [str(result.focus) for result in checker.check([(c, p, a)])] == ["http://example.org/a"]
    assert not checker.check([(c, p, b)])


def test_what_was_wrong_before_is_not_told_again() -> None:
    plan = plan_of("ex:s sh:targetClass ex:C ; sh:path ex:p ; sh:minCount 2 ; sh:nodeKind sh:IRI .")
    a, b, *_ = NODES
    p = "<http://example.org/p>"
    checker = Checker(plan, Graph([(a, TYPE, CLASSES[0])]))
    assert not checker.check([(a, p, b)])
    (literal,) = checker.check([(a, p, '"x"')])
    assert str(literal.value) == "x"
    assert [str(result.focus) for result in checker.check([(b, TYPE, CLASSES[0])])] == [
        "http://example.org/b"
    ]


def test_a_triple_that_another_file_states_too_neither_comes_nor_goes() -> None:
    a, b, c, _ = NODES
    p = "<http://example.org/p>"
    rest, old, new = Graph([(a, p, b)]), Graph([(a, p, b), (b, p, c)]), Graph([(a, p, b), (c, p, a)])
    assert changed_triples(rest, old, new) == Change([(c, p, a)], [(b, p, c)])
    assert changed_triples(rest, old, Graph()) == Change([], [(b, p, c)])


@pytest.mark.parametrize("constraint", CONSTRAINTS)
@pytest.mark.parametrize("path", PATHS)
def test_every_shape_of_the_property_test_is_well_formed(constraint: str, path: str) -> None:
    plan = plan_of(f"{HELPERS} ex:s sh:targetNode ex:a ; sh:path {path} ; {constraint} .")
    assert Checker(plan, Graph()) is not None
