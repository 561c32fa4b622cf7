"""Validation reports: snapshots of what people read, parsers for what programs read."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pyoxigraph as ox
import pytest

from mosty.cli.main import main
from mosty.model.diagnostics import Position, Severity, ValidationReport, ValidationResult
from mosty.model.errors import UsageError
from mosty.model.paths import Alternative, Inverse, Repeat, Sequence, path_text
from mosty.model.paths import Path as PropertyPath
from mosty.model.terms import IRI, BlankNode, literal
from mosty.render.report import FORMATS, render_report, summary
from mosty.validate.plan import SH
from register import make_register, put

SNAPSHOTS = Path(__file__).parent / "snapshots"
EX = "https://example.org/"


def same_as_snapshot(text: str, name: str) -> None:
    """Compare with tests/snapshots/NAME; MOSTY_UPDATE_SNAPSHOTS=1 writes it anew, for review in the diff."""
    path = SNAPSHOTS / name
    if os.environ.get("MOSTY_UPDATE_SNAPSHOTS"):
        path.write_text(text, encoding="utf-8", newline="")
    assert text == path.read_bytes().decode()


@pytest.mark.parametrize("name", FORMATS)
def test_snapshot(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(make_register(tmp_path))
    put(
        tmp_path / "data/projects/new.ttl",
        """
project:new a ex:Project ;
    rdfs:label "New"@en , "Newer"@en ;
    ex:theme theme:language-corses ;
    ex:sumary "In short."@en ;
    ex:begins "2012-05"^^xsd:gYear .
part:new.nobody a ex:Part ; ex:partOf project:new .
""",
    )
    put(tmp_path / "outside.ttl", 'project:other a ex:Project ; rdfs:label "Other"@en ; ex:begins 2012 .')
    assert main(["-q", "validate", "data/projects/new.ttl", "outside.ttl", "-f", name]) == 1
    same_as_snapshot(capsys.readouterr().out, f"validation.{name}.{'json' if name == 'json' else 'txt'}")


def result(**changes: object) -> ValidationResult:
    values: dict[str, object] = {
        "rule": "some-rule",
        "severity": Severity.WARNING,
        "message": "Something is odd.",
        "focus": IRI(EX + "a"),
        "shape": IRI(EX + "shape"),
        "component": IRI(SH + "PatternConstraintComponent"),
        "messages": (literal("Something is odd.", language="en"),),
    }
    return ValidationResult(**(values | changes))  # type: ignore[arg-type]


P, Q = IRI(EX + "p"), IRI(EX + "q")
PATHS: list[PropertyPath] = [
    P,
    Inverse(P),
    Sequence((P, Q)),
    Alternative((P, Q)),
    Repeat(P, "*"),
    Repeat(Inverse(Sequence((P, Alternative((P, Q))))), "+"),
    Sequence((Repeat(P, "?"), Sequence((Q, Inverse(P))))),
    Inverse(Inverse(P)),
]


@pytest.mark.parametrize("path", PATHS, ids=path_text)
def test_paths_are_sparql(path: PropertyPath) -> None:
    ox.Store().query(f"ASK {{ ?s {path_text(path)} ?o }}")


@pytest.mark.parametrize("path", PATHS, ids=path_text)
def test_paths_come_back_from_the_standard_report(path: PropertyPath) -> None:
    text = render_report(ValidationReport((result(path=path), result(path=path))), "turtle")
    from mosty.rdf.prefixes import Prefixes
    from mosty.validate.plan import make_plan

    # A property shape with the path as written in the report has the path that was reported.
    quads = list(ox.parse(text, ox.RdfFormat.TURTLE))
    paths = {q.object for q in quads if q.predicate.value == SH + "resultPath"}
    shapes = [
        quad
        for number, node in enumerate(paths)
        for quad in (
            ox.Quad(ox.NamedNode(f"urn:{number}"), ox.NamedNode(SH + "targetNode"), ox.NamedNode("urn:x")),
            ox.Quad(ox.NamedNode(f"urn:{number}"), ox.NamedNode(SH + "path"), node),
        )
    ]
    plan = make_plan([("report", [*quads, *shapes])], Prefixes())
    assert {shape.path for shape in plan.shapes.values()} == {path}


def test_the_standard_report_says_what_shacl_says() -> None:
    """Conforms means no result at all there, and a severity of one's own is kept."""
    report = ValidationReport((result(severity_iri=IRI(EX + "Odd")),))
    assert report.conforms
    text = render_report(report, "turtle")
    assert "sh:conforms false" in text
    assert "<https://example.org/Odd>" in text
    assert "sh:conforms true" in render_report(ValidationReport(()), "turtle")


def test_the_standard_report_is_the_same_whatever_the_labels_of_blank_nodes() -> None:
    def text(*labels: str) -> str:
        results = tuple(result(focus=BlankNode(label), shape=BlankNode("s" + label)) for label in labels)
        return render_report(ValidationReport(results), "turtle")

    assert text("a", "b") == text("z", "y")


def test_limit_and_severity_leave_the_counts_alone() -> None:
    report = ValidationReport((result(severity=Severity.VIOLATION), result(), result(severity=Severity.INFO)))
    shown = json.loads(render_report(report, "json", severity=Severity.WARNING, limit=1))
    assert (shown["violations"], shown["warnings"], shown["infos"], shown["shown"]) == (1, 1, 1, 1)
    assert len(shown["results"]) == 1
    assert "and 1 result more" in render_report(report, "full", severity=Severity.WARNING, limit=1)


@pytest.mark.parametrize("name", ["full", "concise"])
def test_control_characters_do_not_reach_the_terminal(name: str) -> None:
    evil = "\x1b[31m\x07\u202e"
    odd = result(
        message=evil,
        rule=evil,
        value=literal(evil),
        description=evil,
        suggestion=evil,
        position=Position(f"{evil}.ttl", 1),
        path=IRI(EX + "p\u202e"),
    )
    text = render_report(ValidationReport((odd,), idle=(evil,), labels={IRI(EX + "a"): evil}), name)
    assert not any(character in text for character in "\x1b\x07\u202e")


def test_json_lines_hold_one_result_each() -> None:
    text = render_report(ValidationReport((result(), result(value=literal("a\nb")))), "json")
    assert sum(line.startswith('{"severity"') for line in text.split("\n")) == 2
    assert json.loads(text)["results"][1]["value"] == {"type": "literal", "value": "a\nb"}


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UsageError, match="unknown format"):
        render_report(ValidationReport(()), "yaml")


def test_summary() -> None:
    position = Position("a.ttl", 3)
    results = (result(severity=Severity.VIOLATION, position=position), result(position=position))
    assert summary(ValidationReport(results, triples=1, shapes=2)) == (
        "does not conform: 1 violation, 1 warning, no infos in 1 record of 1 file (1 triple, 2 shapes)"
    )
