"""Validation reports: snapshots of what people read, readers of the field for what programs read."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mosty.model.diagnostics import Position, Remark, Severity, ValidationReport, ValidationResult
from mosty.model.errors import UsageError
from mosty.model.paths import Alternative, Inverse, Repeat, Sequence, path_text
from mosty.model.paths import Path as PropertyPath
from mosty.model.terms import IRI, BlankNode, literal
from mosty.model.version import __version__
from mosty.render.report import FORMATS, GroupBy, View, explanation, render_report, summary
from report_values import BACKWARDS, EITHER, EVIL, EX, HOSTILE, REPORT, SH, read, result

SNAPSHOTS = Path(__file__).parent / "snapshots"
ENDINGS = {
    "full": "full.txt",
    "concise": "concise.txt",
    "json": "json",
    "turtle": "ttl",
    "sarif": "sarif",
    "junit": "xml",
    "github": "github.txt",
    "csv": "csv",
    "html": "html",
}
BEGIN_COMMAND = re.compile(r"^\s*(::|##\[)", re.MULTILINE)


def same_as_snapshot(text: str, name: str) -> None:
    """Compare with tests/snapshots/NAME; MOSTY_UPDATE_SNAPSHOTS=1 writes it anew, for review in the diff."""
    path = SNAPSHOTS / name
    if os.environ.get("MOSTY_UPDATE_SNAPSHOTS"):
        path.write_text(text, encoding="utf-8", newline="")
    assert text == path.read_bytes().decode()


@pytest.mark.parametrize("name", FORMATS)
def test_snapshot(name: str) -> None:
    text = render_report(REPORT, name, View(limit=10))
    same_as_snapshot(text.replace(f'"{__version__}"', '"VERSION"'), f"validation.{ENDINGS[name]}")


@pytest.mark.parametrize("by", GroupBy)
def test_snapshot_of_groups(by: GroupBy) -> None:
    results = (
        *REPORT.results,
        BACKWARDS._replace(position=Position("data/brno.ttl", 3, 1, 2), source_line="ex:a"),
    )
    text = render_report(REPORT._replace(results=results), "full", View(group_by=by))
    same_as_snapshot(text, f"validation.by-{by.value}.txt")


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UsageError, match="unknown format"):
        render_report(ValidationReport(()), "yaml")


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_without_results(name: str) -> None:
    text = render_report(ValidationReport((), triples=3, shapes=1), name)
    read(name, text)
    assert text == "" if name in ("concise", "github") else text


# -- what is shown -----------------------------------------------------------------------------------------


def many(*severities: Severity, rules: int = 1) -> ValidationReport:
    return ValidationReport(
        tuple(
            result(severity=severity, rule=f"rule-{number % rules}", focus=IRI(f"{EX}{number}"))
            for number, severity in enumerate(severities)
        )
    )


def test_limit_and_severity_leave_the_counts_alone() -> None:
    report = many(*Severity)
    view = View(severity=Severity.WARNING, limit=1)
    shown = json.loads(render_report(report, "json", view))
    assert (shown["violations"], shown["warnings"], shown["infos"], shown["shown"]) == (1, 1, 1, 1)
    assert shown["not_shown"] == {"severity": 1, "limit_per_rule": 0, "limit": 1}
    assert len(shown["results"]) == 1
    for text in (summary(report, view), render_report(report, "full", view)):
        assert "1 violation, 1 warning, 1 info" in text
        assert "1 info not shown: --severity info" in text
        assert "1 result not shown: --limit\n" in text + "\n"


@pytest.mark.parametrize(
    "name", ["concise", "github", "csv", "json", "sarif", "turtle", "junit", "html", "full"]
)
def test_no_more_than_the_limit_per_rule_is_shown(name: str) -> None:
    report = many(*[Severity.VIOLATION] * 30, rules=3)
    view = View(limit_per_rule=2)
    text = render_report(report, name, view)
    assert len(set(re.findall(r"//example\.org/\d+", text))) == 6
    assert summary(report, view).endswith("24 results of 3 rules not shown: --limit-per-rule")


def test_groups_stand_together_in_the_order_of_their_first_result() -> None:
    report = many(*[Severity.WARNING] * 5, rules=2)
    shown = json.loads(render_report(report, "json", View(group_by=GroupBy.RULE)))["results"]
    assert [entry["rule"] for entry in shown] == ["rule-0"] * 3 + ["rule-1"] * 2


def test_summary_counts_everything() -> None:
    position = Position("a.ttl", 3)
    results = (result(severity=Severity.VIOLATION, position=position), result(position=position))
    assert summary(ValidationReport(results, triples=1, shapes=2)) == (
        "does not conform: 1 violation, 1 warning, no infos in 1 record of 1 file (1 triple, 2 shapes)"
    )
    assert ", 1 waived result, 1 stale waiver, 1 remark (" in summary(REPORT)


def test_shapes_that_all_found_nothing_are_told() -> None:
    idle = ValidationReport((), targeted=2, idle=("rule",))
    assert "nothing to check for 1 shape: rule" in summary(idle)
    nothing = idle._replace(remarks=(Remark("nothing-judged", "nothing was judged: no target"),))
    assert summary(nothing).split("\n")[1:] == ["nothing was judged: no target"]
    # Beside the remarks it is not said again.
    assert render_report(nothing, "full").count("nothing was judged") == 1
    assert "nothing was judged" not in render_report(nothing, "junit").partition('name="summary"')[2]
    many = tuple(Remark("file-without-triples", f"{number}.ttl says nothing") for number in range(10))
    cut = render_report(nothing._replace(remarks=many + nothing.remarks), "full")
    assert cut.splitlines()[-1] == "nothing was judged: no target"


def test_explanation_tells_the_engine_of_each_shape_and_why() -> None:
    lines = explanation(REPORT).split("\n")
    assert lines[0] == "compiled checked 2 shapes, pyshacl checked 1 shape"
    (line,) = [line for line in lines if line.startswith("theme-unknown")]
    assert line.split(None, 3)[1:] == ["pyshacl", "1", "a pattern has back-references"]


@pytest.mark.parametrize("name", ["full", "concise", "github", "junit", "sarif", "html", "json"])
def test_stale_waivers_are_always_there(name: str) -> None:
    report = ValidationReport((), stale=REPORT.stale)
    assert "has expired on 2026-01-01" in render_report(report, name)


@pytest.mark.parametrize("name", ["concise", "github", "junit", "sarif"])
def test_remarks_are_findings_when_strict(name: str) -> None:
    report = ValidationReport((), remarks=REPORT.remarks)
    text, strict = (render_report(report, name, View(strict=value)) for value in (False, True))
    assert text != strict
    assert "declared nowhere" in strict


# -- for people --------------------------------------------------------------------------------------------


def under_the_caret(text: str) -> str:
    lines = text.split("\n")
    (number,) = [i for i, line in enumerate(lines) if re.fullmatch(r" +\| +\^+", line)]
    start, end = lines[number].index("^"), len(lines[number])
    return lines[number - 1][start:end]


@pytest.mark.parametrize(
    ("line", "column", "length", "token"),
    [
        ('    ex:a ex:b "c" .', 15, 3, '"c"'),
        ("\tex:a ex:b ex:c .\n", 2, 4, "ex:a"),
        ("\tex:a\tex:b ex:c .\r\n", 7, 4, "ex:b"),
        ("ex:a ex:b ex:c .", 16, 1, "."),
        ('ex:a ex:b """several', 11, 200, '"""several'),
        ("<s> <p> " + "x" * 5000 + " .", 5, 3, "<p>"),
        ("x" * 5000 + " <p> <o> .", 5002, 3, "<p>"),
        ("\x1b[31mex:a ex:b", 6, 4, "ex:a"),
    ],
)
def test_the_caret_stands_under_the_token(line: str, column: int, length: int, token: str) -> None:
    odd = result(position=Position("a.ttl", 7, column, length), source_line=line)
    text = render_report(ValidationReport((odd,)), "full")
    assert under_the_caret(text) == token
    assert max(map(len, text.split("\n"))) < 130


def test_the_caret_is_as_wide_as_the_token_on_the_screen() -> None:
    odd = result(position=Position("a.ttl", 7, 4, 4), source_line='日本 "東京" .')
    lines = render_report(ValidationReport((odd,)), "full").split("\n")
    assert "      |      ^^^^^^" in lines


def test_a_position_without_column_shows_the_line_only() -> None:
    odd = result(position=Position("a.ttl", 7), source_line="ex:a ex:b ex:c .")
    text = render_report(ValidationReport((odd,)), "full")
    assert "    7 | ex:a ex:b ex:c .\n" in text
    assert "^" not in text


def test_the_description_of_a_rule_is_told_once() -> None:
    report = ValidationReport((BACKWARDS, BACKWARDS._replace(focus=IRI(EX + "b"))))
    for by in GroupBy:
        assert render_report(report, "full", View(group_by=by)).count("The dates are compared") == 1


def test_many_reasons_are_cut() -> None:
    details = tuple(result(message=f"reason {number}") for number in range(1000))
    text = render_report(ValidationReport((EITHER._replace(details=details),)), "full")
    assert "reason 5" in text
    assert "... and more (-f json has all)" in text
    assert len(text.split("\n")) < 50


def test_concise_lines_are_those_that_editors_link() -> None:
    lines = render_report(REPORT, "concise").splitlines()
    assert lines[1].startswith(
        "data/kitchen.ttl:12:13: violation: The period ends (2014-06) before it begins"
    )
    assert lines[1].endswith(" [end-before-start]")


# -- what means harm ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["full", "concise", "github", "junit", "html"])
def test_nothing_of_the_data_acts_on_a_terminal(name: str) -> None:
    text = render_report(HOSTILE, name) + summary(HOSTILE) + explanation(HOSTILE)
    assert not any(character in text for character in "\x00\x1b\x07\u202e\udcff")


@pytest.mark.parametrize("name", ["full", "concise"])
def test_nothing_of_the_data_is_a_command_of_a_workflow(name: str) -> None:
    text = "::error::x"
    odd = result(
        rule=text,
        message=text,
        suggestion=text,
        description=f"{'long ' * 19}{text} {'word ' * 19}{text}",
        source_line=text,
        position=Position(text, 1, 1, 2),
        shape_position=Position(text, 1),
        details=(result(message=text), result(message=text, details=(result(message=text),))),
    )
    report = ValidationReport(
        (odd, odd._replace(position=None)),
        remarks=(Remark(text, text, text, Position(text)),),
        labels={IRI(EX + "a"): text},
    )
    for by in GroupBy:
        assert not BEGIN_COMMAND.search(render_report(report, name, View(group_by=by, strict=True)))


@pytest.mark.parametrize("name", FORMATS)
def test_hostile_values_keep_the_format_whole(name: str) -> None:
    read(name, render_report(HOSTILE, name))


TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(max_examples=60)
@given(TEXT, TEXT, TEXT, st.integers(1, 40), st.integers(1, 40))
def test_any_text_keeps_every_format_whole(text: str, file: str, line: str, column: int, length: int) -> None:
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
    for name in FORMATS:
        read(name, render_report(report, name))


# -- json, turtle, csv -------------------------------------------------------------------------------------


def test_json_has_one_result_a_line_and_every_value_as_it_is() -> None:
    text = render_report(HOSTILE, "json")
    assert sum(line.startswith('{"file": "a,b') for line in text.split("\n")) == 2
    shown = json.loads(text)
    (entry,) = shown["results"]
    assert entry["value"] == {"type": "literal", "value": EVIL}
    assert entry["message"] == entry["details"][0]["message"] == shown["remarks"][0]["message"] == EVIL
    assert (entry["line"], entry["column"], entry["length"]) == (1, 3, 9)
    assert entry["fingerprint"] == HOSTILE.results[0].fingerprint
    assert shown["waived"][0]["reason"] == EVIL


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


def test_the_standard_report_has_the_details() -> None:
    quads = list(ox.parse(render_report(ValidationReport((EITHER,)), "turtle"), ox.RdfFormat.TURTLE))
    details = [quad.object for quad in quads if quad.predicate.value == SH + "detail"]
    results = {quad.subject for quad in quads if quad.object == ox.NamedNode(SH + "ValidationResult")}
    assert len(details) == 4
    assert results > set(details)


def test_the_standard_report_is_the_same_whatever_the_labels_of_blank_nodes() -> None:
    def text(*labels: str) -> str:
        results = tuple(result(focus=BlankNode(label), shape=BlankNode("s" + label)) for label in labels)
        return render_report(ValidationReport(results), "turtle")

    assert text("a", "b") == text("z", "y")


FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_csv_is_exact_and_safe_on_request(text: str) -> None:
    report = ValidationReport((result(message=text, position=Position(text, 3)),))
    for safe, expected in ((False, text), (True, "'" + text)):
        lines = render_report(report, "csv", View(safe_csv=safe))
        (row,) = csv.DictReader(io.StringIO(lines, newline=""))
        assert (row["message"], row["file"], row["line"]) == (expected, expected, "3")


# -- many --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
def test_a_long_report_comes_in_pieces(name: str) -> None:
    """So that a hundred thousand results never stand in memory as one text."""
    from mosty.render.report import pieces

    results: tuple[ValidationResult, ...] = tuple(
        BACKWARDS._replace(focus=IRI(f"{EX}{n}")) for n in range(1000)
    )
    lengths = [len(piece) for piece in pieces(ValidationReport(results), name, View(group_by=GroupBy.RECORD))]
    whole = sum(lengths)
    assert whole > 50_000
    assert name == "junit" or max(lengths) < whole / 10


def test_the_keys_of_json_are_those_that_the_documentation_lists() -> None:
    page = (Path(__file__).parents[1] / "docs/how-to/validate-in-ci.md").read_text(encoding="utf-8")
    top, of_results = page.split("## Keys of the JSON report")[1].split("A result has these keys")
    every = BACKWARDS._replace(
        severity_iri=IRI(SH + "Violation"),
        constraint=IRI(EX + "query"),
        suggestion="did you mean it?",
        details=(EITHER._replace(branch=IRI(EX + "branch")),),
    )
    shown = json.loads(render_report(REPORT._replace(results=(every,)), "json"))
    (entry,) = shown["results"]
    assert documented(top) - {
        "code",
        "message",
        "hint",
        "reason",
        "expires",
        "severity",
        "limit_per_rule",
        "limit",
    } == (shown.keys())
    assert (
        documented(of_results) - {"violation", "warning", "info"} == entry.keys() | entry["details"][0].keys()
    )


def documented(text: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", text))
