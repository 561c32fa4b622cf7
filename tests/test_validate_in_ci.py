"""Validation reports for CI services: workflow commands of GitHub, JUnit XML, SARIF."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from mosty.model.diagnostics import Position, Severity, ValidationReport
from mosty.render.report import GroupBy, View, render_report
from report_values import BACKWARDS, COMMAND, HOSTILE, REPORT, result


def command(line: str) -> tuple[str, dict[str, str], str]:
    """Read a workflow command as the runner does."""
    found = COMMAND.fullmatch(line)
    assert found, line
    properties = {}
    for part in found["properties"].split(","):
        key, value = part.split("=", 1)
        for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
            value = value.replace(escape, character)
        properties[key] = value
    text = found["text"].replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
    return found["kind"], properties, text


def test_annotations_say_where_and_what() -> None:
    kind, properties, text = command(render_report(ValidationReport((BACKWARDS,)), "github").rstrip("\n"))
    assert kind == "error"
    place = {"file": "data/kitchen.ttl", "line": "12", "col": "13", "endColumn": "38"}
    assert place.items() <= properties.items()
    assert properties["title"].startswith("end-before-start: ")
    assert text.split("\n")[1].startswith("The dates are compared")


@pytest.mark.parametrize(
    "file", ["a,b.ttl", "a:b.ttl", "100%.ttl", "a%3Ab.ttl", "a=b::c.ttl", "a\nb.ttl", "a\r\nb.ttl"]
)
def test_names_of_files_come_back_from_an_annotation(file: str) -> None:
    odd = result(position=Position(file, 1), message="100% %0A\n::error::x")
    kind, properties, text = command(render_report(ValidationReport((odd,)), "github").rstrip("\n"))
    assert (kind, properties["file"]) == ("warning", file)
    assert text == "100% %0A ::error::x"


@pytest.mark.parametrize("report", [REPORT, HOSTILE, ValidationReport(())], ids=["all", "hostile", "none"])
@pytest.mark.parametrize("strict", [False, True])
def test_junit_counts_what_it_holds(report: ValidationReport, strict: bool) -> None:
    root = ET.fromstring(render_report(report, "junit", View(strict=strict)))
    assert root.tag == "testsuites"
    assert len(root)
    for suite in root:
        cases = suite.findall("testcase")
        assert suite.attrib["tests"] == str(len(cases)) != "0"
        assert suite.attrib["failures"] == str(len(suite.findall("testcase/failure")))
        assert suite.attrib["skipped"] == str(len(suite.findall("testcase/skipped")))
        assert suite.attrib["errors"] == "0"
        assert all(case.attrib["name"] and case.attrib["classname"] for case in cases)
    failures = sum(r.severity is Severity.VIOLATION for r in report.results) + len(report.stale)
    failures += len(report.remarks) if strict else 0
    assert len(root.findall(".//failure")) == failures
    assert len(root.findall(".//skipped")) == len(report.waived)


def test_junit_fails_from_the_severity_that_fails_the_run() -> None:
    root = ET.fromstring(
        render_report(
            ValidationReport(tuple(result(severity=severity) for severity in Severity)),
            "junit",
            View(fail_on=Severity.WARNING),
        )
    )
    assert len(root.findall(".//failure")) == 2


@pytest.mark.parametrize("by", GroupBy)
def test_junit_has_one_suite_a_group(by: GroupBy) -> None:
    report = ValidationReport(REPORT.results)
    root = ET.fromstring(render_report(report, "junit", View(group_by=by)))
    assert len(root) == {"rule": 4, "record": 2, "file": 2}[by.value] + 1
