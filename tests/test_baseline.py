"""Baselines: known findings with a reason and a day."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from mosty.model.diagnostics import Severity, ValidationReport
from mosty.model.errors import InputError, UsageError
from mosty.validate import baseline
from mosty.validate.validation import validate_files

TODAY = datetime.date(2027, 1, 1)
LATER = datetime.date(2027, 6, 30)
SHAPES = """@prefix ex: <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:no-name a sh:PropertyShape ; sh:targetClass ex:Person ; sh:path ex:name ; sh:minCount 1 .
ex:bad-age a sh:PropertyShape ; sh:targetClass ex:Person ; sh:path ex:age ; sh:datatype xsd:integer .
ex:bad-home a sh:PropertyShape ; sh:targetClass ex:Person ; sh:path ( ex:home ex:town ) ; sh:nodeKind sh:IRI ;
    sh:severity sh:Warning .
"""
DATA = """@prefix ex: <http://example.org/> .
ex:a a ex:Person ; ex:age "many" , "few"@en .
ex:b a ex:Person .
ex:c a ex:Person ; ex:name "C" ; ex:home [ ex:town "Long" ] .
[] a ex:Person .
"""


@pytest.fixture
def report(tmp_path: Path) -> ValidationReport:
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.ttl"
    shapes.write_text(SHAPES, "utf-8")
    data.write_text(DATA, "utf-8")
    return validate_files(None, [data], [shapes])


def left(report: ValidationReport) -> list[str]:
    """The findings that are left: rule and the name of the focus node."""
    return sorted(f"{r.rule} {str(r.focus).rpartition('/')[2].partition(':')[0]}" for r in report.results)


def write(folder: Path, text: str) -> Path:
    path = folder / "known.yaml"
    path.write_text(text, "utf-8")
    return path


def waiver(
    more: str = "", *, rule: str = "no-name", focus: str = "focus: ex:b", day: str = "2027-06-30"
) -> str:
    return f"- rule: {rule}\n  {focus}\n  reason: None is known.\n  expires: {day}\n{more}"


ALL = ["bad-age a", "bad-age a", "bad-home c", "no-name _", "no-name a", "no-name b"]


def without(*gone: str) -> list[str]:
    rest = list(ALL)
    for one in gone:
        rest.remove(one)
    return rest


def test_what_is_found_without_a_baseline(report: ValidationReport) -> None:
    assert left(report) == ALL


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        (waiver(), ["no-name b"]),
        (waiver(rule="ex:no-name", focus="focus: <http://example.org/b>"), ["no-name b"]),
        (waiver(rule="http://example.org/no-name", focus="focus: http://example.org/b"), ["no-name b"]),
        (waiver(rule="bad-age", focus="focus: ex:a"), ["bad-age a", "bad-age a"]),
        (waiver("  value: '\"few\"@en'\n", rule="bad-age", focus="focus: ex:a"), ["bad-age a"]),
        (waiver("  value: many\n", rule="bad-age", focus="focus: ex:a"), ["bad-age a"]),
        (waiver("  path: ex:name\n"), ["no-name b"]),
        (waiver("  path: http://example.org/name\n"), ["no-name b"]),
        (waiver("  path: ex:home/ex:town\n", rule="bad-home", focus="focus: ex:c"), ["bad-home c"]),
        ("# none\n", []),
        ("", []),
    ],
)
def test_known_findings_are_told_apart(
    tmp_path: Path, report: ValidationReport, text: str, gone: list[str]
) -> None:
    applied = baseline.apply(report, write(tmp_path, text), TODAY)
    assert left(applied) == without(*gone)
    assert len(applied.waived) == len(gone)
    assert {(known.reason, known.expires) for known in applied.waived} <= {("None is known.", "2027-06-30")}
    assert applied.stale == ()


def test_a_node_without_a_name_is_told_by_its_fingerprint(tmp_path: Path, report: ValidationReport) -> None:
    [unnamed] = [r for r in report.results if r.rule == "no-name" and str(r.focus).startswith("_")]
    text = waiver(focus=f"fingerprint: '{unnamed.fingerprint}'")
    assert left(baseline.apply(report, write(tmp_path, text), TODAY)) == without("no-name _")


def test_an_expired_waiver_is_a_finding_and_so_is_what_it_waived(
    tmp_path: Path, report: ValidationReport
) -> None:
    path = write(tmp_path, "# ours\n" + waiver(day="2026-12-31"))
    applied = baseline.apply(report, path, TODAY)
    assert (left(applied), applied.waived) == (ALL, ())
    [stale] = applied.stale
    assert (stale.code, str(stale.position)) == ("expired-waiver", f"{path}:2:3")
    assert stale.message == "the waiver of no-name at ex:b expired on 2026-12-31"


def test_a_waiver_lasts_through_its_day(tmp_path: Path, report: ValidationReport) -> None:
    path = write(tmp_path, waiver(day="2027-01-01"))
    assert baseline.apply(report, path, TODAY).stale == ()


@pytest.mark.parametrize(
    "text",
    [
        waiver(focus="focus: ex:c"),
        waiver(rule="no-nmae"),
        waiver("  path: ex:age\n"),
        waiver("  value: ex:b\n"),
        waiver("  fingerprint: '0123456789abcdef'\n"),
    ],
)
def test_a_waiver_that_matches_nothing(tmp_path: Path, report: ValidationReport, text: str) -> None:
    path = write(tmp_path, text)
    applied = baseline.apply(report, path, TODAY)
    assert left(applied) == ALL
    assert [remark.code for remark in applied.stale] == ["unmatched-waiver"]
    assert baseline.apply(report, path, TODAY, partial=True).stale == ()


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        ("waivers: []\n", "1:1", "a baseline is a list of waivers"),
        ("- no-name\n", "1:3", "a waiver is a table"),
        (waiver("  until: 2027\n"), "5:3", "unknown key 'until'"),
        (waiver("  rule: x\n"), "5:3", "rule stands here twice"),
        (waiver(day="soon"), "4:12", "expires is not a day: 'soon'"),
        (waiver(day="2027-02-30"), "4:12", "expires is not a day: '2027-02-30'"),
        (waiver(day="20270630"), "4:12", "expires is not a day: '20270630'"),
        (waiver(focus="focus: nobody:b"), "2:10", "unknown prefix in 'nobody:b'"),
        (waiver(focus="fingerprint: xyz"), "2:16", "a fingerprint is 16 hexadecimal digits"),
        (waiver(focus="value: x"), "1:3", "a waiver without focus"),
        ("- rule: x\n  focus: ex:b\n  expires: 2027-06-30\n", "1:3", "a waiver without reason"),
        ("- rule: x\n  focus: ex:b\n  reason: ''\n", "3:11", "reason must be a text that is not empty"),
        ("- rule: x\n  focus: [ ex:b ]\n", "2:10", "focus must be a text that is not empty"),
        ("- rule: x\n  focus: ex:b\n  reason: y\n", "1:3", "a waiver without expires"),
        ("- rule: 'x\n", "2:1", "not YAML"),
        ("[" * 5000, "", ""),
    ],
)
def test_what_is_wrong_in_a_baseline_is_said_with_its_place(
    tmp_path: Path, report: ValidationReport, text: str, where: str, message: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(InputError) as refused:
        baseline.apply(report, path, TODAY)
    assert refused.value.message.startswith(f"{path}:{where}")
    assert message in refused.value.message


def test_no_such_baseline(tmp_path: Path, report: ValidationReport) -> None:
    with pytest.raises(InputError, match="no such file"):
        baseline.apply(report, tmp_path / "known.yaml", TODAY)


def test_what_is_written_is_what_is_waived(tmp_path: Path, report: ValidationReport) -> None:
    path = tmp_path / "known.yaml"
    assert baseline.add(report, path, reason="Old data.", expires=LATER) == 5
    applied = baseline.apply(report, path, TODAY)
    assert (left(applied), applied.stale) == (["bad-home c"], ())
    entry = """- rule: bad-age
  focus: ex:a
  path: ex:age
  value: '"few"@en'
  reason: Old data.
  expires: 2027-06-30
"""
    assert entry in path.read_text("utf-8")


@pytest.mark.parametrize("indent", ["", "  "])
def test_what_stands_there_stays(tmp_path: Path, report: ValidationReport, indent: str) -> None:
    own = "".join(f"{indent}{line}\n" for line in waiver().splitlines())
    path = write(tmp_path, "# Looked at by all of us.\n" + own.rstrip("\n"))
    added = baseline.add(report, path, reason="Old data.", expires=LATER, mildest=Severity.WARNING)
    assert added == 5
    assert path.read_text("utf-8").startswith("# Looked at by all of us.\n" + own)
    applied = baseline.apply(report, path, TODAY)
    assert (left(applied), applied.stale) == ([], ())
    assert baseline.add(report, path, reason="Again.", expires=LATER, mildest=Severity.WARNING) == 0


def test_an_expired_waiver_is_left_to_a_person(tmp_path: Path, report: ValidationReport) -> None:
    path = write(tmp_path, waiver(day="2026-12-31"))
    assert baseline.add(report, path, reason="Old data.", expires=LATER) == 4
    assert left(baseline.apply(report, path, TODAY)) == ["bad-home c", "no-name b"]


def test_a_reason_is_needed(tmp_path: Path, report: ValidationReport) -> None:
    with pytest.raises(UsageError, match="reason"):
        baseline.add(report, tmp_path / "known.yaml", reason=" ", expires=LATER)
    assert not (tmp_path / "known.yaml").exists()
