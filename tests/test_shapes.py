"""The shapes, against cases that are data: tests/shapes/<module>/{valid,invalid,warning}.<case>.ttl."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from mosty.model.terms import IRI, RDF
from mosty.validate import validate_files
from mosty.validate.cases import engine_called, find_cases, reporting, run_cases
from mosty.validate.plan import SH, Plan, Shape
from mosty.validate.planning import plan_of
from mosty.workspace import Workspace

REPO = Path(__file__).parents[1]
SHAPES = sorted((REPO / "shapes").glob("*.ttl"))
CASES = REPO / "tests" / "shapes"
BASE = CASES / "base.ttl"

_NAMESPACE = "https://w3id.org/mosty/shapes#"
_MOSTY = "https://w3id.org/mosty/ontology#"


def quads(path: Path) -> list[ox.Quad]:
    return list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))


@cache
def plan() -> Plan:
    return plan_of(Workspace(REPO))


@cache
def ontology_properties() -> frozenset[tuple[str, str]]:
    """Each term of the ontology with each property that it has."""
    return frozenset(
        (quad.subject.value, quad.predicate.value)
        for path in (REPO / "ontology").rglob("*.ttl")
        for quad in quads(path)
        if isinstance(quad.subject, ox.NamedNode)
    )


def ontology_terms() -> set[str]:
    return {term for term, _ in ontology_properties()}


def rules() -> list[Shape]:
    return reporting(plan())


def conditions() -> list[Shape]:
    reporting = {shape.node for shape in rules()}
    shapes = (shape for shape in plan().shapes.values() if not shape.deactivated)
    return [shape for shape in shapes if shape.node not in reporting]


def test_cases_are_as_they_say_and_break_every_rule() -> None:
    report = run_cases(CASES, plan(), engine_called("compiled"))
    assert {str(outcome.path): outcome.problems for outcome in report.failed} == {}
    assert [shape.rule for shape in report.unbroken] == []


def test_every_case_names_the_rules_that_it_expects() -> None:
    assert [case.path for case in find_cases(CASES) if case.expected is None] == []


def test_derived_properties_are_those_of_the_ontology() -> None:
    """What rules derive stands beside the records at validation, so every profile must let it pass."""
    derived = {term for term in ontology_terms() if (term, _MOSTY + "derivedBy") in ontology_properties()}
    profile = next(shape for shape in rules() if shape.rule == "project-with-unknown-property")
    passing = {
        term.value for term in profile.parameters[IRI(SH + "ignoredProperties")] if isinstance(term, IRI)
    }
    assert passing - {RDF + "type", _MOSTY + "Donor"} == derived - {_MOSTY + "Donor"}


def test_shapes_and_base_use_what_the_ontology_defines() -> None:
    used = {
        term.value
        for quad in [*quads(BASE), *(quad for path in SHAPES for quad in quads(path))]
        for term in quad
        if isinstance(term, ox.NamedNode) and term.value.startswith(_MOSTY)
    }
    assert used <= ontology_terms()


def test_every_kind_of_node_has_a_valid_case() -> None:
    targets = {
        target.value
        for shape in rules()
        if shape.rule.endswith("-with-unknown-property")
        for target in shape.targets
    }
    kind = ox.NamedNode(RDF + "type")
    shown = {
        quad.object.value
        for case in [*CASES.glob("*/valid.*.ttl"), BASE]
        for quad in quads(case)
        if quad.predicate == kind and isinstance(quad.object, ox.NamedNode)
    }
    assert {target.value for target in targets if isinstance(target, IRI)} <= shown


@pytest.mark.parametrize("shape", rules(), ids=lambda shape: shape.rule)
def test_rule_is_named_and_explained(shape: Shape) -> None:
    assert isinstance(shape.node, IRI)
    assert shape.node.value == _NAMESPACE + shape.rule
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", shape.rule)
    assert {message.language for message in shape.messages} == {"en", "cs"}
    assert IRI(SH + "severity") in shape.parameters
    assert shape.description


def test_what_a_shape_is_for_is_told_in_both_languages() -> None:
    told: dict[str, list[str]] = {}
    for quad in (quad for path in SHAPES for quad in quads(path)):
        if quad.predicate.value == SH + "description" and isinstance(quad.object, ox.Literal):
            told.setdefault(str(quad.subject), []).append(quad.object.language or "")
    assert {shape: found for shape, found in told.items() if sorted(found) != ["cs", "en"]} == {}


@pytest.mark.parametrize("shape", conditions(), ids=lambda shape: shape.rule)
def test_condition_is_named_explained_and_used(shape: Shape) -> None:
    assert isinstance(shape.node, IRI)
    assert shape.description
    assert not shape.targets
    used = {
        value
        for other in plan().shapes.values()
        for name in ("not", "or", "and", "xone", "node", "qualifiedValueShape")
        for value in other.parameters.get(IRI(SH + name), ())
    }
    assert shape.node in used


def test_messages_differ_from_rule_to_rule() -> None:
    """Two rules with the same words would leave people in doubt which one to look up."""
    seen: dict[tuple[str, ...], str] = {}
    for shape in rules():
        words = tuple(message.lexical for message in shape.messages)
        assert words not in seen, f"{shape.rule} speaks like {seen[words]}"
        seen[words] = shape.rule


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_shapes_are_well_formed(tmp_path: Path) -> None:
    """The shapes conform to SHACL's own shapes of shapes; a broken one does not."""
    import pyshacl

    meta = Path(pyshacl.__file__).parent / "assets" / "shacl-shacl.ttl"
    report = validate_files(None, SHAPES, [meta])
    assert report.results == ()
    assert report.triples > 2000
    broken = tmp_path / "broken.ttl"
    broken.write_text(
        "[ a <http://www.w3.org/ns/shacl#PropertyShape> ; <http://www.w3.org/ns/shacl#minCount> 1 ] ."
    )
    assert not validate_files(None, [broken], [meta]).conforms
