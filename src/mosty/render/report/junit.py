"""JUnit XML, as CI services read it: a test suite for each rule (or record, or file), a failure for each result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

from mosty.model.diagnostics import Position, Remark, ValidationReport, ValidationResult
from mosty.render.people import readable
from mosty.render.report.summary import summary
from mosty.render.report.view import GroupBy, View, groups, heading, select
from mosty.render.report.wording import Wording, place
from mosty.render.results import only_xml


def write(report: ValidationReport, view: View) -> Iterator[str]:
    """Write one suite after the other; what is milder than --fail-on passes, with what there is to say beside it."""
    wording = Wording(report)
    by = view.group_by or GroupBy.RULE
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="mosty validate">\n'
    shown = select(report, view).results
    for group in groups(shown, by):
        yield _suite(heading(group[0], by, wording.term), [_case(result, view, wording) for result in group])
    if report.waived:
        yield _suite("waived", [_waived(w.result, w.reason, w.expires, wording) for w in report.waived])
    for name, remarks, fails in (
        ("stale waivers", report.stale, True),
        ("remarks", report.remarks, view.strict),
    ):
        if remarks:
            yield _suite(name, [_remark(remark, fails) for remark in remarks])
    # A file without any test counts as broken with many services.
    text = summary(report, view, report.remarks)
    yield _suite("summary", [_text(_test("mosty validate", "summary", None), "system-out", text)])
    yield "</testsuites>\n"


def _suite(name: str, cases: Iterable[ET.Element]) -> str:
    suite = ET.Element("testsuite", name=only_xml(name))
    suite.extend(cases)
    kinds = Counter(child.tag for case in suite for child in case)
    numbers = {"tests": len(suite), "failures": kinds["failure"], "errors": 0, "skipped": kinds["skipped"]}
    for key, value in numbers.items():
        suite.set(key, str(value))
    suite.set("time", "0")
    ET.indent(suite)
    return ET.tostring(suite, "unicode") + "\n"


def _case(result: ValidationResult, view: View, wording: Wording) -> ET.Element:
    case = _result_test(result, wording)
    sentence = wording.sentence(result)
    text = f"{place(result.position)}\n{wording.paragraph(result)}".lstrip()
    if result.severity.rank > view.fail_on.rank:
        return _text(case, "system-out", f"{result.severity.value}: {text}")
    return _text(case, "failure", text, message=sentence, type=result.severity.value)


def _waived(result: ValidationResult, reason: str, expires: str, wording: Wording) -> ET.Element:
    message = readable(f"waived until {expires}: {reason}")
    return _text(_result_test(result, wording), "skipped", wording.sentence(result), message=message)


def _remark(remark: Remark, fails: bool) -> ET.Element:
    case = _test(readable(remark.message), readable(remark.code), remark.position)
    text = "\n".join(
        filter(None, (place(remark.position), readable(remark.message), readable(remark.hint or "")))
    )
    if not fails:
        return _text(case, "system-out", text)
    return _text(case, "failure", text, message=readable(remark.message), type=readable(remark.code))


def _result_test(result: ValidationResult, wording: Wording) -> ET.Element:
    # Services tell tests apart by class and name, so the name holds what tells the results of a rule apart.
    parts = (wording.term(result.focus), wording.found(result) or wording.path(result))
    return _test(" ".join(filter(None, parts)), readable(result.rule), result.position)


def _test(name: str, rule: str, position: Position | None) -> ET.Element:
    case = ET.Element("testcase", name=only_xml(name), classname=only_xml(rule), time="0")
    if position:
        case.set("file", only_xml(readable(position.file)))
        if position.line:
            case.set("line", str(position.line))
    return case


def _text(case: ET.Element, tag: str, text: str, **attributes: str) -> ET.Element:
    ET.SubElement(case, tag, {key: only_xml(value) for key, value in attributes.items()}).text = only_xml(
        text
    )
    return case
