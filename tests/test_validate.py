"""Validation: what is reported, about which node, and what is refused."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Run
from mosty.cli.main import main
from mosty.model.diagnostics import Severity, ValidationReport, ValidationResult
from mosty.model.errors import DeadlineError, EngineError, InputError, UsageError
from mosty.model.terms import IRI, BlankNode, Term
from mosty.rdf.graph import Graph
from mosty.rdf.prefixes import Prefixes
from mosty.validate import validate_files, validate_workspace
from mosty.validate.plan import SH, Plan, make_plan
from mosty.validate.pyshacl_engine import PyshaclEngine
from mosty.workspace import Workspace
from register import PREFIXES, make_register, put


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return make_register(tmp_path / "register")


def rules(report: ValidationReport) -> list[tuple[str, str]]:
    """Rule and last part of the focus node of each result."""
    return [(r.rule, str(r.focus).rpartition("/")[2]) for r in report.results]


def validate(register: Path, *files: Path, context: bool = True) -> ValidationReport:
    workspace = Workspace(register)
    return validate_files(workspace, files, context=context) if files else validate_workspace(workspace)


# -- what is reported --------------------------------------------------------------------------------------


def test_a_clean_workspace_conforms(register: Path) -> None:
    report = validate(register)
    assert report.results == ()
    assert report.conforms
    assert report.shapes == 7


def test_a_new_file_is_judged_in_context(register: Path, tmp_path: Path) -> None:
    text = """
project:new a ex:Project ; rdfs:label "New"@en ; ex:summary "x"@en ; ex:theme theme:housing .
part:new.charity a ex:Part ; ex:partOf project:new ; ex:partner org:charity .
"""
    new = put(tmp_path / "new.ttl", text)
    assert validate(register, new).results == ()
    # Alone, neither the concept nor the organisation is known; the rule still runs.
    assert rules(validate(register, new, context=False)) == [("project-without-partner", "new")]


def test_the_ontology_stays_without_context(register: Path, tmp_path: Path) -> None:
    new = put(tmp_path / "new.ttl", "project:new a ex:Project ; ex:theme theme:housing .")
    assert "theme-unknown" not in dict(rules(validate(register, new, context=False)))


def test_only_what_concerns_the_new_file_is_reported(register: Path, tmp_path: Path) -> None:
    put(register / "data/projects/old.ttl", "project:old a ex:Project .")
    new = put(tmp_path / "new.ttl", "project:new a ex:Project .")
    assert {focus for _, focus in rules(validate(register, new))} == {"new"}
    assert {focus for _, focus in rules(validate(register))} == {"old"}


def test_what_was_wrong_before_is_not_reported(register: Path, tmp_path: Path) -> None:
    put(register / "data/projects/old.ttl", "project:old a ex:Project .\npart:old.x a ex:Part .")
    new = put(tmp_path / "new.ttl", 'project:old rdfs:label "Old"@en .')
    assert ("part-without-partner", "old.x") in rules(validate(register))
    assert validate(register, new).results == ()


def test_a_file_of_the_workspace_counts_once_as_it_is_now(register: Path) -> None:
    path = register / "data/projects/bridge.ttl"
    path.write_text(path.read_text().replace('"2012"^^xsd:gYear', '"2013"^^xsd:gYear'))
    assert validate(register, path).results == ()


def test_the_same_triples_given_again_change_nothing(register: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.ttl"
    copy.write_bytes((register / "data/projects/bridge.ttl").read_bytes())
    assert validate(register, copy).results == ()


def test_derived_triples_follow_the_new_file(register: Path) -> None:
    path = register / "data/projects/bridge.ttl"
    path.write_text(path.read_text().replace("ex:partner org:interior", "ex:partner theme:housing"))
    found = dict(rules(validate(register, path)))
    assert "project-without-partner" in found


def test_private_data_is_not_part_of_the_validation(register: Path) -> None:
    put(register / "data/private/notes.ttl", "project:secret a ex:Project .")
    assert validate(register).results == ()


def test_a_result_knows_its_record_file_and_line(register: Path) -> None:
    path = register / "data/projects/bridge.ttl"
    path.write_text(path.read_text().replace(" ;\n    ex:partner org:interior", ""))
    (result,) = [r for r in validate(register).results if r.severity is Severity.VIOLATION]
    assert result.rule == "part-without-partner"
    assert result.record == IRI("https://example.org/id/project/bridge")
    assert result.position is not None
    assert result.position.file.endswith("data/projects/bridge.ttl")
    assert result.position.line is not None
    assert path.read_text().split("\n")[result.position.line - 1].startswith("part:bridge.interior")


@pytest.mark.parametrize(
    ("triple", "suggestion"),
    [
        ("ex:theme theme:language-corses", "did you mean theme:language-courses?"),
        ("ex:them theme:housing", "did you mean ex:theme?"),
        ("ex:theme theme:astronomy", None),
    ],
)
def test_a_name_that_nobody_describes_brings_a_suggestion(
    register: Path, tmp_path: Path, triple: str, suggestion: str | None
) -> None:
    new = put(tmp_path / "new.ttl", f'project:new a ex:Project ; rdfs:label "N"@en ; {triple} .')
    violations = [r for r in validate(register, new).results if r.severity is Severity.VIOLATION]
    assert [r.suggestion for r in violations] == [suggestion]


def test_blank_nodes_of_two_files_stay_apart(register: Path, tmp_path: Path) -> None:
    one = put(tmp_path / "1.ttl", "_:x a ex:Part ; ex:partner org:charity .")
    two = put(tmp_path / "2.ttl", "_:x a ex:Part .")
    (result,) = validate(register, one, two).results
    assert isinstance(result.focus, BlankNode)
    assert result.position is not None
    assert result.position.file == str(two)


def test_literals_are_judged_as_written(register: Path, tmp_path: Path) -> None:
    """A store would turn 01 into 1 and hide what a pattern or datatype must see."""
    new = put(tmp_path / "new.ttl", 'project:new a ex:Project ; ex:begins "2012-13"^^xsd:gYear .')
    (result,) = [r for r in validate(register, new).results if r.rule == "begin-that-is-no-year"]
    assert result.value is not None
    assert str(result.value) == "2012-13"
    assert "not a well-formed xsd:gYear" in result.message


def test_results_come_in_the_same_order_each_time(register: Path, tmp_path: Path) -> None:
    new = [put(tmp_path / f"{i}.ttl", f"project:n{i} a ex:Project . [] a ex:Part .") for i in range(3)]
    first = [r._replace(focus=IRI("")) for r in validate(register, *new).results]
    again = [r._replace(focus=IRI("")) for r in validate(register, *reversed(new)).results]
    assert first == again
    assert len(first) == 12


TURTLE = PREFIXES + 'project:new a ex:Project ; rdfs:label "Nový"@cs ; ex:begins "01"^^xsd:integer .'


@pytest.mark.parametrize("extension", ["ttl", "nt", "nq", "trig", "jsonld", "rdf"])
def test_every_format_gives_the_same_results(register: Path, tmp_path: Path, extension: str) -> None:
    turtle = tmp_path / "new.ttl"
    turtle.write_text(TURTLE)
    other = tmp_path / f"other.{extension}"
    quads = [ox.Quad(q.subject, q.predicate, q.object) for q in ox.parse(TURTLE, ox.RdfFormat.TURTLE)]
    rdf_format = ox.RdfFormat.from_extension(extension)
    assert rdf_format is not None
    data = ox.serialize(
        quads if rdf_format.supports_datasets else [q.triple for q in quads], format=rdf_format
    )
    assert data is not None
    other.write_bytes(data)
    strip = [r._replace(position=None, source_line=None) for r in validate(register, turtle).results]
    found = validate(register, other).results
    assert [r._replace(position=None, source_line=None) for r in found] == strip
    assert len(strip) == 3


def test_an_engine_can_be_exchanged(register: Path) -> None:
    seen: list[tuple[int, int]] = []

    class Counting:
        name = "counting"
        fallbacks: Mapping[str, str] = {}

        def run(
            self,
            plan: Plan,
            graph: Graph,
            *,
            focus: Collection[Term] | None = None,
            timeout: float | None = None,
        ) -> tuple[ValidationResult, ...]:
            seen.append((len(plan.shapes), len(graph)))
            return ()

    assert validate_workspace(Workspace(register), engine=Counting()).conforms
    assert seen[0][0] == 7


# -- without a workspace -----------------------------------------------------------------------------------

SHAPES = """
shape:person a sh:NodeShape ; sh:targetClass ex:Person ; sh:property shape:person-without-name .
shape:person-without-name a sh:PropertyShape ; sh:path ex:name ; sh:minCount 1 .
"""


def test_files_and_shapes_alone(run: Run, tmp_path: Path) -> None:
    put(tmp_path / "shapes.ttl", SHAPES)
    put(tmp_path / "data.ttl", "ex:a a ex:Person .")
    result = run("validate", "data.ttl", "--shapes", "shapes.ttl", "-f", "concise", cwd=tmp_path)
    assert result.stdout == "data.ttl:17:1: violation: ex:name is missing [person-without-name]\n"
    assert result.exit_code == 1


def test_shapes_that_match_nothing_are_told(run: Run, tmp_path: Path) -> None:
    put(tmp_path / "shapes.ttl", SHAPES)
    put(tmp_path / "data.ttl", "ex:a a ex:Persona .")
    result = run("validate", "data.ttl", "--shapes", "shapes.ttl", cwd=tmp_path)
    assert result.exit_code == 0
    assert (result.stdout + result.stderr).count("nothing was") == 1
    result = run("validate", "data.ttl", "--shapes", "shapes.ttl", "-f", "concise", cwd=tmp_path)
    assert result.stdout == ""
    assert "nothing was judged: no shape has a target that occurs in the data" in result.stderr


def test_neither_workspace_nor_shapes(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no shapes given"):
        validate_files(None, [put(tmp_path / "data.ttl", "ex:a a ex:Person .")])


# -- the command -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("triples", "options", "status"),
    [
        ('rdfs:label "N"@en ; ex:summary "s"@en ; ex:hasPartner org:charity', [], 0),
        ('rdfs:label "N"@en ; ex:summary "s"@en', [], 0),
        ('rdfs:label "N"@en ; ex:summary "s"@en', ["--fail-on", "warning"], 1),
        ('rdfs:label "N"@en ; ex:hasPartner org:charity', ["--fail-on", "warning"], 0),
        ('rdfs:label "N"@en ; ex:hasPartner org:charity', ["--fail-on", "info"], 1),
        ('ex:summary "s"@en', [], 1),
        ('ex:summary "s"@en', ["--severity", "violation", "--limit", "0"], 1),
    ],
)
def test_exit_status(
    register: Path,
    tmp_path: Path,
    triples: str,
    options: list[str],
    status: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    new = put(tmp_path / "new.ttl", f"project:new a ex:Project ; {triples} .")
    assert main(["-C", str(register), "validate", str(new), *options]) == status


def test_severity_and_limit_choose_what_is_shown(
    register: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = put(tmp_path / "new.ttl", "project:new a ex:Project .")

    def lines(*options: str) -> int:
        main(["-C", str(register), "-q", "validate", str(new), "-f", "concise", *options])
        return capsys.readouterr().out.count("\n")

    assert [lines("--severity", "info"), lines(), lines("--severity", "violation")] == [3, 2, 1]
    assert lines("--limit", "1") == 1


def test_what_is_not_shown_is_said(
    register: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = put(tmp_path / "new.ttl", "project:new a ex:Project .")
    main(["-C", str(register), "validate", str(new)])
    assert "\n1 info not shown: --severity info\n" in capsys.readouterr().out
    main(["-C", str(register), "validate", str(new), "-f", "concise", "--severity", "violation"])
    assert "1 warning and 1 info not shown: --severity info\n" in capsys.readouterr().err
    main(["-C", str(register), "validate", str(new), "-f", "json"])
    assert "not shown" not in capsys.readouterr().err


def test_machine_formats_keep_the_summary_off_standard_output(
    register: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = put(tmp_path / "new.ttl", "project:new a ex:Project .")
    for name in ("json", "turtle", "concise"):
        main(["-C", str(register), "validate", str(new), "-f", name])
        captured = capsys.readouterr()
        assert "does not conform" in captured.err
        assert "does not conform" not in captured.out
    main(["-C", str(register), "--quiet", "validate", str(new), "-f", "json"])
    captured = capsys.readouterr()
    assert captured.err == ""
    assert json.loads(captured.out)["violations"] == 1


def test_output_goes_to_a_file(register: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "report.ttl"
    main(["-C", str(register), "validate", "-f", "turtle", "-o", str(target)])
    assert capsys.readouterr().out == ""
    assert any(q.predicate.value == SH + "conforms" for q in ox.parse(path=str(target)))


def test_the_repository_has_no_violation(repo: Path) -> None:
    report = validate_workspace(Workspace(repo))
    assert [r for r in report.results if r.severity is Severity.VIOLATION] == []


# -- bad input ---------------------------------------------------------------------------------------------

BAD: dict[str, tuple[str, bytes, str]] = {
    "empty": ("bad.ttl", b"", "the file is empty"),
    "binary": ("bad.ttl", bytes(range(128, 256)), "not UTF-8"),
    "truncated": ("bad.ttl", TURTLE[:-3].encode(), "bad.ttl:17:"),
    "wrong prefix": ("bad.ttl", b"ex:a ex:b ex:c .", "prefix"),
    "nested deep": (
        "bad.ttl",
        b"<urn:a> <urn:b> " + b"[ <urn:b> " * 10_000 + b"]" * 10_000 + b" .",
        "nested more than",
    ),
    "nested deep JSON": ("bad.jsonld", b'{"@id":' * 10_000 + b"1" + b"}" * 10_000, "nested more than"),
    "nul": ("bad.ttl", b'<urn:a> <urn:b> "\0" .', "NUL"),
    "entity bomb": (
        "bad.rdf",
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rdf:RDF>&b;</rdf:RDF>',
        "DOCTYPE",
    ),
    "remote context": ("bad.jsonld", b'{"@context": "http://example.org/c", "a": 1}', "@context"),
    "unknown extension": ("bad.xyz", b"<urn:a> <urn:b> <urn:c> .", "unknown kind of file"),
    "not there": ("", b"", "no such file"),
    "folder": ("/", b"", "is a folder"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_named_and_ends_with_3(register: Path, run: Run, case: str) -> None:
    name, content, message = BAD[case]
    path = register / (name or "missing.ttl")
    if name == "/":
        path = register / "data"
    elif name:
        path.write_bytes(content)
    result = run("validate", path, cwd=register)
    assert result.exit_code == 3
    assert message in result.stderr
    assert result.stdout == ""


def test_a_byte_order_mark_is_no_harm(register: Path, tmp_path: Path) -> None:
    path = tmp_path / "new.ttl"
    path.write_bytes(b"\xef\xbb\xbf" + TURTLE.encode())
    assert len(validate(register, path).results) == 3


def test_a_syntax_error_shows_the_line_and_a_caret(register: Path, run: Run) -> None:
    (register / "new.ttl").write_text("@prefix ex: <https://example.org/> .\nex:a ex:b ex:c ;; ex:d ?? .\n")
    result = run("validate", "new.ttl", cwd=register)
    where, line, caret = result.stderr.split("\n")[:3]
    assert where.startswith("error: new.ttl:2:")
    assert line == "    ex:a ex:b ex:c ;; ex:d ?? ."
    column = int(re.findall(r":2:(\d+):", where)[0])
    assert caret == " " * (4 + column - 1) + "^"


def test_all_unreadable_files_are_named_at_once(register: Path, tmp_path: Path) -> None:
    for name in ("1.ttl", "2.ttl"):
        (tmp_path / name).write_text("nonsense")
    with pytest.raises(InputError) as caught:
        validate(register, tmp_path / "1.ttl", tmp_path / "2.ttl")
    assert len(caught.value.diagnostics) == 2


def test_a_workspace_that_is_not_there(run: Run, tmp_path: Path) -> None:
    result = run("-C", tmp_path, "validate")
    assert result.exit_code == 2
    assert "no workspace here" in result.stderr


BROKEN_SHAPES = {
    "no shape": ("ex:a ex:b ex:c .", "no SHACL shape found"),
    "no path": ("shape:x a sh:PropertyShape ; sh:targetClass ex:A .", "has no path"),
    "two paths": ("shape:x a sh:PropertyShape ; sh:targetClass ex:A ; sh:path ex:p , ex:q .", "has 2 paths"),
    "bad path": (
        "shape:x a sh:PropertyShape ; sh:targetClass ex:A ; sh:path [ ex:p 1 ] .",
        "not a SHACL property path",
    ),
    "literal path": (
        'shape:x a sh:PropertyShape ; sh:targetClass ex:A ; sh:path "p" .',
        "not a SHACL property path",
    ),
    "recursive": (
        "shape:x a sh:NodeShape ; sh:targetClass ex:A ; sh:property [ sh:path ex:p ; sh:node shape:x ] .",
        "recursive shapes",
    ),
    "itself": ("shape:x a sh:NodeShape ; sh:targetClass ex:A ; sh:not shape:x .", "recursive shapes"),
    "bad pattern": (
        'shape:x sh:targetClass ex:A ; sh:property [ sh:path ex:p ; sh:pattern "(" ] .',
        "regular expression",
    ),
    "network": (
        "shape:x a sh:NodeShape ; sh:targetClass ex:A ; "
        'sh:sparql [ sh:select "SELECT $this { SERVICE <http://e/> { $this ?p ?o } }" ] .',
        "SERVICE is refused",
    ),
    "network in a validator": (
        "shape:x sh:targetClass ex:A ; sh:property shape:y . shape:y sh:path ex:p . "
        "shape:c a sh:ConstraintComponent ; sh:parameter [ sh:path ex:p ] ; "
        'sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { SERVICE <http://e/> { ?s ?p ?o } }" ] .',
        "SERVICE is refused",
    ),
    "broken SPARQL": (
        'shape:x a sh:NodeShape ; sh:targetClass ex:A ; sh:sparql [ sh:select "SELECT $this WHERE {" ] .',
        "is no SPARQL",
    ),
    "two minimum counts": (
        "shape:x sh:targetClass ex:A ; sh:property [ sh:path ex:p ; sh:minCount 1 , 2 ] .",
        "sh:minCount is stated 2 times",
    ),
    "no property shape": (
        "shape:x a sh:NodeShape ; sh:targetClass ex:A ; sh:property [ sh:minCount 1 ] .",
        "sh:path|no path",
    ),
}


@pytest.mark.parametrize(
    "shape",
    [
        "«shape:x» sh:targetClass ex:A ; sh:pattern '((' .",
        "«shape:x» sh:targetClass ex:A ; sh:sparql [ sh:select 'SELECT' ] .",
        "«shape:x» sh:targetClass ex:A ; sh:node shape:x .",
        "shape:x sh:targetClass ex:A ; sh:property «[» sh:path ex:p ; sh:minCount 'one' ] .",
        "shape:x sh:targetClass ex:A ; sh:property «[» sh:path ( ex:p ) ; sh:minCount 1 ] .",
    ],
)
@pytest.mark.parametrize("register", [False, True])
def test_an_ill_formed_shape_is_told_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: str, register: bool
) -> None:
    monkeypatch.chdir(make_register(tmp_path) if register else tmp_path)
    put(Path("broken.ttl"), shape.replace("«", "").replace("»", ""))
    line = PREFIXES.count("\n") + 1
    workspace = Workspace.discover(tmp_path) if register else None
    with pytest.raises(InputError, match=rf"^broken\.ttl:{line}:{shape.index('«') + 1}: "):
        validate_files(workspace, [put(Path("new.ttl"), "ex:a a ex:A .")], [Path("broken.ttl")])


@pytest.mark.parametrize(
    "name", ["8f61614144aa7bca188b24f5976593dc08aad0e6", "123E4567-e89b-12d3-a456-426614174000"]
)
def test_shapes_that_are_called_by_a_number_are_named_after_their_parent(tmp_path: Path, name: str) -> None:
    """Generated shapes, such as those of DCAT-AP, have checksums for names, and two may have the same."""
    child = f"<https://example.org/shapes#Thing/{name}>"
    shapes = put(
        tmp_path / "shapes.ttl",
        f"shape:Thing sh:targetClass ex:A ; sh:property {child} . {child} sh:path ex:p ; sh:minCount 1 .",
    )
    [result] = validate_files(None, [put(tmp_path / "data.ttl", "ex:a a ex:A .")], [shapes]).results
    assert result.rule == "Thing/p"


def test_relative_iris_stand_for_the_file_when_it_is_judged_alone(tmp_path: Path) -> None:
    """W3C's files and most vocabularies speak of themselves as `<>`."""
    shapes = put(
        tmp_path / "shapes.ttl",
        "<> a <http://www.w3.org/2002/07/owl#Ontology> . <#s> sh:targetClass ex:A ; sh:path ex:p ; sh:minCount 1 .",
    )
    data = put(tmp_path / "data.ttl", "<> ex:about <#a> .\n<#a> a ex:A .")
    [result] = validate_files(None, [data], [shapes]).results
    assert (result.rule, str(result.focus)) == ("s", f"{data.as_uri()}#a")
    assert result.position is not None
    assert result.shape_position is not None
    assert result.position.line == data.read_text().count("\n") + 1
    assert result.shape_position.column == shapes.read_text().splitlines()[-1].index("<#s>") + 1


def test_relative_iris_are_refused_in_a_register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same file must say the same on every machine."""
    monkeypatch.chdir(make_register(tmp_path))
    new = put(tmp_path / "new.ttl", "<#a> a ex:A .")
    with pytest.raises(InputError, match="relative IRI"):
        validate_files(Workspace.discover(tmp_path), [new])


@pytest.mark.parametrize("engine", ["compiled", "pyshacl"])
def test_a_shape_that_was_left_out_of_the_file_is_remarked_on(tmp_path: Path, engine: str) -> None:
    """Published shapes refer to shapes that nobody describes (DCAT-AP 3.0.1 does); the others count."""
    text = "shape:x sh:targetClass ex:A ; sh:property shape:y , [ sh:path ex:p ; sh:datatype ex:Number ] ."
    shapes = put(tmp_path / "shapes.ttl", text)
    data = put(tmp_path / "data.ttl", 'ex:a a ex:A ; ex:p "x" .')
    report = validate_files(None, [data], [shapes], engine=engine)
    assert [result.component.value.rpartition("#")[2] for result in report.results] == [
        "DatatypeConstraintComponent"
    ]
    assert [remark.code for remark in report.remarks] == ["undefined-shape"]


@pytest.mark.parametrize("case", BROKEN_SHAPES)
def test_broken_shapes_are_an_error_without_traceback(tmp_path: Path, case: str) -> None:
    text, message = BROKEN_SHAPES[case]
    shapes = put(tmp_path / "shapes.ttl", text)
    data = put(tmp_path / "data.ttl", 'ex:a a ex:A ; ex:p "x" .')
    with pytest.raises((InputError, EngineError), match=message):
        validate_files(None, [data], [shapes])


@pytest.mark.parametrize("clause", ["FROM", "FROM NAMED"])
def test_a_shape_cannot_make_the_engine_fetch_a_graph(tmp_path: Path, clause: str) -> None:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        graph = f"<http://127.0.0.1:{server.server_port}/graph.ttl>"
        select = f'"SELECT $this {clause} {graph} {{ $this ?p ?o }}"'
        shapes = put(
            tmp_path / "shapes.ttl",
            f"shape:x a sh:NodeShape ; sh:targetClass ex:A ; owl:imports {graph} ; sh:sparql [ sh:select {select} ] .",
        )
        data = put(tmp_path / "data.ttl", f"ex:a a ex:A ; owl:imports {graph} .")
        validate_files(None, [data], [shapes])
        server.shutdown()
    assert asked == []


def test_a_pattern_that_back_tracks_for_ever_ends_at_the_deadline(run: Run, tmp_path: Path) -> None:
    put(
        tmp_path / "shapes.ttl",
        'shape:x sh:targetClass ex:A ; sh:property [ sh:path ex:p ; sh:pattern "^(a+)+$" ] .',
    )
    put(tmp_path / "data.ttl", f'ex:a a ex:A ; ex:p "{"a" * 40}!" .')
    start = time.monotonic()
    command = ["validate", "data.ttl", "--shapes", "shapes.ttl", "--engine", "pyshacl", "--timeout", "0.5"]
    result = run(*command, cwd=tmp_path)
    assert time.monotonic() - start < 20
    assert result.exit_code == 4
    assert "did not end within 0.5 s" in result.stderr


def test_the_deadline_leaves_the_process_as_it_was(register: Path) -> None:
    workspace = Workspace(register)
    assert validate_workspace(workspace, timeout=60).conforms
    with pytest.raises(DeadlineError):
        validate_workspace(workspace, timeout=1e-6)
    time.sleep(0.01)
    assert validate_workspace(workspace).conforms


# -- the engine against pySHACL as it is -------------------------------------------------------------------

CLASSES = ["ex:A", "ex:B"]
VALUES = ["ex:a", "ex:b", "ex:c", '"x"', '"x"@en', '"y"@en', "1", "2", '"z"^^xsd:integer', "_:n"]
NODES = ["ex:a", "ex:b", "ex:c", "_:n"]
CONSTRAINTS = [
    "sh:minCount 1",
    "sh:maxCount 1",
    "sh:datatype xsd:integer",
    "sh:class ex:A",
    "sh:nodeKind sh:IRI",
    "sh:uniqueLang true",
    "sh:in ( ex:a 1 )",
    "sh:lessThan ex:q",
    "sh:equals ex:q",
    'sh:pattern "^x"',
    "sh:or ( [ sh:datatype xsd:string ] [ sh:nodeKind sh:IRI ] )",
    "sh:not [ sh:hasValue 1 ]",
    "sh:node [ sh:property [ sh:path ex:q ; sh:minCount 1 ] ]",
    "sh:qualifiedValueShape [ sh:class ex:A ] ; sh:qualifiedMinCount 1",
    "sh:property [ sh:path ex:q ; sh:maxCount 1 ]",
]
PATHS = [
    "ex:p",
    "[ sh:inversePath ex:p ]",
    "( ex:p ex:q )",
    "[ sh:alternativePath ( ex:p ex:q ) ]",
    "[ sh:zeroOrMorePath ex:p ]",
]

triples = st.tuples(st.sampled_from(NODES), st.sampled_from(["ex:p", "ex:q"]), st.sampled_from(VALUES))
types = st.tuples(st.sampled_from(NODES), st.just("a"), st.sampled_from(CLASSES))
graphs = st.lists(triples | types, min_size=1, max_size=12)
properties = st.tuples(
    st.sampled_from(PATHS), st.lists(st.sampled_from(CONSTRAINTS), min_size=1, max_size=3, unique=True)
)
shape_sets = st.lists(
    st.tuples(st.sampled_from(CLASSES), st.lists(properties, max_size=3)), min_size=1, max_size=2
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(graphs, shape_sets)
def test_checking_all_focus_nodes_at_once_changes_no_result(
    graph: list[tuple[str, str, str]], shapes: list[tuple[str, list[tuple[str, list[str]]]]]
) -> None:
    data = PREFIXES + "\n".join(f"{s} {p} {o} ." for s, p, o in graph)
    text = PREFIXES
    for number, (target, parts) in enumerate(shapes):
        text += f"shape:s{number} a sh:NodeShape ; sh:targetClass {target} ; sh:closed true"
        for part in range(len(parts)):
            text += f" ; sh:property shape:s{number}p{part}"
        text += " .\n"
        for part, (path, constraints) in enumerate(parts):
            text += f"shape:s{number}p{part} sh:path {path} ; {' ; '.join(constraints)} .\n"
    plan = make_plan([("shapes", list(ox.parse(text, ox.RdfFormat.TURTLE)))], Prefixes())
    try:
        found = PyshaclEngine().run(plan, Graph.of(ox.parse(data, ox.RdfFormat.TURTLE)))
    except InputError:  # pySHACL cannot compare blank nodes with sh:lessThan
        with pytest.raises(RuntimeError):
            list(theirs(data, text))
        return
    ours = sorted(
        (str(r.component), str(r.focus), str(r.value)) for r in found if not blank(r.focus, r.value)
    )
    assert ours == sorted(theirs(data, text))


def blank(*terms: Term | None) -> bool:
    return any(isinstance(term, BlankNode) for term in terms)


def theirs(data: str, shapes: str) -> Iterator[tuple[str, str, str]]:
    """What pySHACL finds by itself: its own parsing, stores and constraint classes."""
    import pyshacl
    from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
    from pyshacl.constraints.core.shape_based_constraints import PropertyConstraintComponent
    from pyshacl.consts import SH_property
    from rdflib import BNode, Graph, Namespace

    sh = Namespace(SH)
    ours = CONSTRAINT_PARAMETERS_MAP[SH_property]
    CONSTRAINT_PARAMETERS_MAP[SH_property] = PropertyConstraintComponent
    try:
        data_graph, shapes_graph = Graph().parse(data=data), Graph().parse(data=shapes)
        _, report, _ = pyshacl.validate(data_graph, shacl_graph=shapes_graph)
    finally:
        CONSTRAINT_PARAMETERS_MAP[SH_property] = ours
    assert isinstance(report, Graph)
    for top in report.objects(None, sh.result):
        if (None, sh.detail, top) in report:
            continue
        focus, value = report.value(top, sh.focusNode), report.value(top, sh.value)
        if not isinstance(focus, BNode) and not isinstance(value, BNode):
            yield str(report.value(top, sh.sourceConstraintComponent)), str(focus), str(value)


# -- what only rules may state -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "triple",
    [
        "project:czech-towns mosty:hasDonor org:esf",
        "org:esf a mosty:Donor",
        "org:esf mosty:donorOf project:czech-towns",
    ],
)
def test_a_derived_triple_is_not_asserted_by_hand(repo: Path, tmp_path: Path, triple: str) -> None:
    space = "https://w3id.org/mosty/"
    prefixes = f"@prefix mosty: <{space}ontology#> .\n" + "".join(
        f"@prefix {kind}: <{space}id/{kind}/> .\n" for kind in ("project", "org")
    )
    new = tmp_path / "new.ttl"
    new.write_text(f"{prefixes}{triple} .\n")
    (result,) = [
        r
        for r in validate_files(Workspace(repo), [new]).results
        if r.rule == "derived-triple-asserted-by-hand"
    ]
    assert result.severity is Severity.VIOLATION
    assert re.fullmatch(r"mosty:\w+ is derived by the rule donors\.rq .*", result.message)
    assert result.position is not None
    assert result.position[:2] == (str(new), 4)


def test_one_direction_of_a_symmetric_property_may_be_asserted(repo: Path) -> None:
    """mosty:siblingOf is stated from the newer website to the older; the rule adds the other direction."""
    workspace = Workspace(repo)
    asserted = workspace.read(workspace.data_files())
    assert any(quad.predicate.value.endswith("#siblingOf") for quad in asserted)
    found = {result.rule for result in validate_workspace(workspace).results}
    assert "derived-triple-asserted-by-hand" not in found


# -- lines -------------------------------------------------------------------------------------------------

TYPE = "project:new a ex:Project"
TITLE = 'rdfs:label "N"@en'
LAYOUTS = {
    "one a line": f"{TYPE} ;\n    {TITLE} ;\n    ex:theme\n        theme:housing ,\n        theme:x .",
    "one line": f'ex:other rdfs:label "theme:x" .\n{TYPE} ; {TITLE} ; ex:theme theme:housing , theme:x .',
    "full IRIs": "<https://example.org/id/project/new> a ex:Project ;\n rdfs:label 'N'@en ;\n"
    " <https://example.org/ontology#theme> <https://example.org/id/theme/x> .",
    "two blocks": f"{TYPE} .\n\nproject:new {TITLE} .\nproject:new ex:theme theme:x .",
    "N-Triples like": f"project:new ex:theme theme:housing .\n{TYPE} .\nproject:new {TITLE} .\n"
    "project:new ex:theme theme:x .",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_line_is_that_of_the_triple(register: Path, tmp_path: Path, layout: str) -> None:
    new = put(tmp_path / "new.ttl", LAYOUTS[layout])
    (result,) = [r for r in validate(register, new).results if r.rule == "theme-unknown"]
    assert result.position is not None
    assert result.position.line is not None
    lines = new.read_text().split("\n")
    assert result.position.line == max(
        n for n, line in enumerate(lines, 1) if re.search(r"theme[:/]x\b", line)
    )


@pytest.mark.parametrize(
    ("written", "line"),
    [('"2012-05"^^xsd:gYear', 3), ("'2012-05'^^xsd:gYear", 3), ("2012", 3), ("'''2\n012'''", 3)],
)
def test_the_line_of_a_literal(register: Path, tmp_path: Path, written: str, line: int) -> None:
    new = put(tmp_path / "new.ttl", f"project:new a ex:Project ;\n ex:begins\n {written} .")
    (result,) = [r for r in validate(register, new).results if r.rule == "begin-that-is-no-year"]
    assert result.position is not None
    assert result.position.line == PREFIXES.count("\n") + line
