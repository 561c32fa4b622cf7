"""What no shape sees: remarks about targets, terms, prefixes, namespaces, shapes and files."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from conftest import Run
from mosty.model.diagnostics import Position, Remark
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key
from mosty.rdf.loading import load
from mosty.rdf.prefixes import STANDARD, Prefixes
from mosty.validate.lint import idle, remarks
from mosty.validate.plan import Plan, make_plan

PREFIXES = Prefixes(STANDARD | {"ex": "http://example.org/", "foaf": "http://xmlns.com/foaf/0.1/"})
HEAD = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in PREFIXES.items())
SHAPES = """
ex:person-without-name a sh:PropertyShape ; sh:targetClass ex:Person ; sh:path ex:name ; sh:minCount 1 .
ex:person-without-home a sh:PropertyShape ; sh:targetClass ex:Person ; sh:path foaf:homepage ; sh:minCount 1 .
"""
RDF_XML = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:foaf="http://foaf.org/">
<rdf:Description rdf:about="http://e/a"><foaf:name>A</foaf:name></rdf:Description></rdf:RDF>
"""
PERSON = 'ex:a a ex:Person ; ex:name "A" .'


def plan(shapes: str) -> Plan:
    quads = list(ox.parse(HEAD + shapes, format=ox.RdfFormat.TURTLE))
    return make_plan([("shapes.ttl", quads)], PREFIXES)


def graph(data: str) -> Graph:
    return Graph.of(ox.parse(HEAD + data, format=ox.RdfFormat.TURTLE))


def told(data: str, shapes: str = SHAPES, **options: object) -> list[tuple[str, str, str | None]]:
    found = remarks(plan(shapes), graph(data), (), PREFIXES, **options)  # type: ignore[arg-type]
    return [(remark.code, remark.message, remark.hint) for remark in found]


def codes(data: str, shapes: str = SHAPES, **options: object) -> list[str]:
    return [code for code, _, _ in told(data, shapes, **options)]


def heads(folder: Path, name: str, text: str) -> list[Remark]:
    (folder / name).write_text(text, "utf-8")
    sources = load([(folder / name, name)]).sources
    return list(remarks(plan(SHAPES), graph(PERSON), sources, PREFIXES))


def test_nothing_is_said_when_all_is_well() -> None:
    assert told(PERSON) == []


def test_a_misspelt_class_in_the_data() -> None:
    shapes = SHAPES + "ex:x a sh:NodeShape ; sh:targetSubjectsOf ex:name ; sh:nodeKind sh:IRI ."
    assert told(PERSON + 'ex:b a ex:Persn ; ex:name "B" .', shapes) == [
        (
            "misspelt-class",
            "ex:Persn is a class that neither the shapes nor the ontology know",
            "did you mean ex:Person?",
        )
    ]


def test_a_target_that_the_data_spell_otherwise_is_told_once() -> None:
    shapes = SHAPES + "ex:x a sh:NodeShape ; sh:targetClass ex:Town ; sh:nodeKind sh:IRI ."
    assert told(PERSON + "ex:t a ex:Towns .", shapes) == [
        (
            "shape-without-match",
            "nothing is an instance of ex:Town, so ex:x checked nothing there",
            "did you mean ex:Towns?",
        )
    ]


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("sh:targetClass ex:Village", "nothing is an instance of ex:Village"),
        ("sh:targetSubjectsOf ex:mayor", "nothing has ex:mayor"),
        ("sh:targetObjectsOf ex:mayor", "nothing has ex:mayor"),
    ],
)
def test_a_target_that_occurs_nowhere(target: str, message: str) -> None:
    [remark] = told(PERSON, SHAPES + f"ex:x a sh:NodeShape ; {target} ; sh:nodeKind sh:IRI .")
    assert remark[:2] == ("shape-without-match", f"{message}, so ex:x checked nothing there")


@pytest.mark.parametrize(
    "declaration",
    [
        "ex:Village a owl:Class .",
        "ex:Village rdfs:subClassOf ex:Place .",
        "ex:v a ex:Hamlet . ex:Hamlet rdfs:subClassOf ex:Village .",
    ],
)
def test_a_declared_class_only_waits_for_its_first_instance(declaration: str) -> None:
    shapes = SHAPES + "ex:x a sh:NodeShape ; sh:targetClass ex:Village ; sh:nodeKind sh:IRI ."
    assert codes(PERSON + declaration, shapes) == []


def test_a_shape_for_every_usual_class_needs_no_instance_of_each() -> None:
    shapes = SHAPES + "ex:x a sh:NodeShape ; sh:targetClass foaf:Person , ex:Human ; sh:nodeKind sh:IRI ."
    assert codes(PERSON, shapes) == []


def test_idle_names_what_has_no_focus_node() -> None:
    shapes = SHAPES + "ex:x a sh:NodeShape ; sh:targetClass ex:Village ; sh:nodeKind sh:IRI ."
    assert idle(plan(shapes), graph(PERSON + "ex:Village a owl:Class .")) == ("x",)


@pytest.mark.parametrize("name", ["ex:nmae", "ex:names", "ex:Name", "ex:nama"])
def test_a_misspelt_property(name: str) -> None:
    data = PERSON + f"ex:a {name} 1 ."
    [(code, message, hint)] = told(data)
    assert (code, hint) == ("misspelt-property", "did you mean ex:name?")
    assert message.startswith(name)


@pytest.mark.parametrize(
    "name", ["ex:age", "ex:nme", "ex:named1", "ex:manner", "<http://example.net/nmae>", "foaf:nick"]
)
def test_other_properties_are_let_be(name: str) -> None:
    assert codes(PERSON + f"ex:a {name} 1 .") == []


def test_a_declared_property_is_not_misspelt_however_near() -> None:
    assert codes(PERSON + "ex:a ex:names 1 . ex:names a owl:DatatypeProperty .") == []


def test_real_terms_of_well_known_vocabularies_are_not_misspelt() -> None:
    path = "sh:path <https://schema.org/members>"
    shapes = SHAPES + f"ex:x a sh:PropertyShape ; sh:targetClass ex:Person ; {path} ; sh:maxCount 1 ."
    assert codes(PERSON + "ex:a <https://schema.org/member> ex:b .", shapes) == []
    assert codes(PERSON + "ex:a <https://schema.org/membres> ex:b .", shapes) == ["misspelt-property"]


def test_names_with_numbers_are_a_series() -> None:
    shapes = "ex:s a sh:PropertyShape ; sh:targetClass ex:Person ; sh:path ex:line1 ; sh:maxCount 1 ."
    assert codes(PERSON + "ex:a ex:line2 1 .", shapes) == []


def test_many_misspelt_terms_are_cut_and_counted() -> None:
    data = "".join(f"ex:a ex:name{letter} 1 . " for letter in "abcdefghijklmnopqrstuvwxyz")
    found = told(PERSON + data)
    assert len(found) == 21
    assert found[-1][1] == "6 more remarks of this kind are left out"


def test_nothing_was_judged() -> None:
    assert codes("ex:t a ex:Town .") == ["nothing-judged"]
    assert codes("ex:t a ex:Persn .") == ["nothing-judged", "shape-without-match"]


def test_new_data_are_told_only_when_nothing_of_them_was_judged() -> None:
    shapes = SHAPES + "ex:x a sh:NodeShape ; sh:targetSubjectsOf ex:mayor ; sh:nodeKind sh:IRI ."
    data = PERSON + "ex:new a ex:Persn ; ex:nmae 1 . ex:old ex:naem 2 ."
    assert codes(data, shapes, focus={"<http://example.org/a>"}) == []
    found = told(data, shapes, focus={"<http://example.org/new>"})
    assert [(code, hint) for code, _, hint in found[1:]] == [
        ("shape-without-match", "did you mean ex:Persn?"),
        ("misspelt-property", "did you mean ex:name?"),
    ]
    assert found[0][0] == "nothing-judged"


@pytest.mark.parametrize(
    ("target", "judged"),
    [
        ("sh:targetNode ex:new", True),
        ("sh:targetNode ex:old", False),
        ("sh:targetObjectsOf ex:knows", True),
        ("sh:targetObjectsOf ex:age", True),
        ("sh:targetSubjectsOf ex:knows", False),
        ("sh:targetSubjectsOf ex:age", True),
        ("sh:targetClass ex:Being", True),
    ],
)
def test_new_data_are_judged_by_every_kind_of_target(target: str, judged: bool) -> None:
    data = "ex:old ex:knows ex:new . ex:new a ex:Human ; ex:age 3 . ex:Human rdfs:subClassOf ex:Being ."
    shapes = f"ex:x a sh:NodeShape ; {target} ; sh:nodeKind sh:IRI ."
    found = codes(data, shapes, focus={"<http://example.org/new>"})
    assert ("nothing-judged" not in found) == judged


def test_the_place_is_asked_for() -> None:
    asked: list[tuple[Key, Key, Key | None]] = []

    def locate(subject: Key, predicate: Key, value: Key | None) -> Position:
        asked.append((subject, predicate, value))
        return Position("data.ttl", 7)

    found = remarks(
        plan(SHAPES), graph(PERSON + "ex:a ex:nmae 1 . ex:b a ex:Persom ."), (), PREFIXES, locate=locate
    )
    kind = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    assert asked == [
        ("<http://example.org/b>", kind, "<http://example.org/Persom>"),
        ("<http://example.org/a>", "<http://example.org/nmae>", None),
    ]
    assert {remark.position for remark in found} == {Position("data.ttl", 7)}


def test_unused_shapes() -> None:
    shapes = (
        SHAPES
        + """
        ex:used a sh:NodeShape ; sh:nodeKind sh:IRI .
        ex:uses a sh:NodeShape ; sh:targetClass ex:Person ; sh:or ( ex:used ex:used ) .
        ex:unused a sh:NodeShape ; sh:nodeKind sh:IRI .
        ex:resting a sh:NodeShape ; sh:deactivated true .
    """
    )
    assert [(code, message) for code, message, _ in told(PERSON, shapes)] == [
        ("unused-shape", "ex:unused is used by nothing: it has no target, and no shape refers to it")
    ]
    assert codes(PERSON, shapes, focus={"<http://example.org/a>"}) == []


def test_words_that_shacl_does_not_have() -> None:
    name = "[ sh:path ex:name ; sh:minCont 1 ]"
    shapes = f"ex:s sh:targetClass ex:Person ; sh:property {name} ; sh:severity sh:Warnig ; sh:foo 1 ."
    assert told(PERSON, shapes) == [
        ("unknown-shacl-term", f"sh:{word} is no term of SHACL, so what it says is not checked", hint)
        for word, hint in (
            ("Warnig", "did you mean sh:Warning?"),
            ("foo", "compare it with the specification"),
            ("minCont", "did you mean sh:minCount?"),
        )
    ]
    assert codes(PERSON, shapes, focus={"<http://example.org/a>"}) == ["unknown-shacl-term"] * 3


@pytest.mark.parametrize("parameter", ["sh:property ex:y", "sh:node ex:y", "sh:not ex:y", "sh:or ( ex:y )"])
def test_a_shape_that_no_file_describes(parameter: str) -> None:
    shapes = f"ex:s sh:targetClass ex:Person ; {parameter} ; sh:nodeKind sh:IRI ."
    assert told(PERSON, shapes) == [
        (
            "undefined-shape",
            "ex:s refers to ex:y, which no file describes: nothing is checked there",
            "name the file that describes it with --shapes too, or mend the reference",
        )
    ]


def test_files_without_a_triple() -> None:
    [remark] = remarks(plan(SHAPES), graph(PERSON), (), PREFIXES, empty=["empty.ttl"])
    assert (remark.code, remark.position) == ("file-without-triples", Position("empty.ttl"))
    only_empty = remarks(plan(SHAPES), graph(PERSON), (), PREFIXES, focus=(), empty=["empty.ttl"])
    assert [remark.code for remark in only_empty] == ["file-without-triples"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("@prefix skos: <http://www.w3.org/2004/02/skos#> .", "prefix-with-wrong-namespace"),
        ("PREFIX dct: <http://purl.org/dc/elements/1.1/>", "prefix-with-wrong-namespace"),
        ("@prefix ex: <http://example.org/other/> .", "prefix-with-wrong-namespace"),
        ("@prefix s: <https://www.w3.org/2004/02/skos/core#> .", "namespace-twin"),
        ("@prefix e: <https://example.org/> .", "namespace-twin"),
        ("@prefix friend: <http://xmlns.com/foaf/0.1#> .", "namespace-twin"),
    ],
)
def test_a_prefix_that_means_something_else(tmp_path: Path, line: str, code: str) -> None:
    [remark] = heads(tmp_path, "data.ttl", f"# a comment\n@base <http://e/> .\n\n{line}\n<a> <b> <c> .\n")
    assert (remark.code, str(remark.position)[:10]) == (code, "data.ttl:4")


@pytest.mark.parametrize(
    "line",
    [
        "@prefix schema: <http://schema.org/> .",
        "@prefix dc: <http://purl.org/dc/terms/> .",
        "@prefix mine: <http://example.com/mine#> .",
        "@prefix : <http://example.org/> .",
        '<http://e/a> <http://e/b> """\n@prefix skos: <http://wrong/> .\n""" .',
    ],
)
def test_a_prefix_that_is_all_right(tmp_path: Path, line: str) -> None:
    assert heads(tmp_path, "data.ttl", line + "\n<http://e/a> <http://e/b> 1 .") == []


def test_prefixes_of_rdf_xml(tmp_path: Path) -> None:
    [remark] = heads(tmp_path, "data.rdf", RDF_XML)
    assert remark.code == "prefix-with-wrong-namespace"


def test_the_same_wrong_prefix_in_many_files_is_told_once(tmp_path: Path) -> None:
    files = [(tmp_path / name, name) for name in ("a.ttl", "b.ttl", "c.ttl")]
    for path, _ in files:
        path.write_text("@prefix skos: <http://skos/> .\nskos:a skos:b skos:c .", "utf-8")
    [remark] = remarks(plan(SHAPES), graph(PERSON), load(files).sources, PREFIXES)
    assert "and in 2 more files" in remark.message


def test_a_twin_of_a_namespace_of_the_shapes() -> None:
    [(code, message, hint)] = told(
        PERSON + "ex:a <https://example.org/name> 1 ; <http://schema.org/name> 2 ."
    )
    assert (code, hint) == ("namespace-twin", "write <http://example.org/>")
    assert (
        message == "the data use <https://example.org/> (name); the known namespace is <http://example.org/>"
    )


def test_strict_is_clean_on_the_repository(run: Run) -> None:
    """No false alarms: what is remarked on here would be a mistake of ours."""
    told = json.loads(run("validate", "--strict", "-f", "json").stdout)
    assert told["remarks"] == []


def test_remarks_through_the_command(run: Run, tmp_path: Path) -> None:
    text = "@prefix mosty: <https://w3id.org/mosty/ontology#> .\n@prefix dct: <http://purl.org/dc/elements/1.1/> .\n"
    (tmp_path / "new.ttl").write_text(text + "<http://e/a>\n  mosty:themes dct:b .", "utf-8")
    result = run("validate", tmp_path / "new.ttl", "-f", "concise", "--strict")
    assert (
        ":4:3: remark: mosty:themes is a property that neither the shapes nor the ontology know"
        in result.stdout
    )
    assert ":2:9: remark: the prefix dct: is bound to" in result.stdout


def test_what_a_result_names_needs_no_remark(run: Run, tmp_path: Path) -> None:
    text = (
        "@prefix mosty: <https://w3id.org/mosty/ontology#> .\n<http://e/a> a mosty:Project ; mosty:themes 1 ."
    )
    (tmp_path / "new.ttl").write_text(text + "<http://e/b> a mosty:Projekt .", "utf-8")
    told = json.loads(run("validate", tmp_path / "new.ttl", "-f", "json").stdout)
    assert {"project-with-unknown-property", "unknown-class"} <= {r["rule"] for r in told["results"]}
    assert told["remarks"] == []


def test_strict_fails_on_a_file_without_a_triple(run: Run, tmp_path: Path) -> None:
    (tmp_path / "new.ttl").write_text("# nothing yet\n", "utf-8")
    assert run("validate", tmp_path / "new.ttl").exit_code == 0
    assert run("validate", tmp_path / "new.ttl", "--strict").exit_code == 1
