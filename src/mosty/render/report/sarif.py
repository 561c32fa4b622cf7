"""SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format), for code scanning and editors.

Section numbers are those of the specification.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from mosty.model.diagnostics import Position, Remark, Severity, ValidationReport, ValidationResult
from mosty.model.paths import path_text
from mosty.model.terms import IRI, BlankNode, Term, n_triples
from mosty.model.version import __version__
from mosty.render.people import in_words, readable
from mosty.render.report.view import View, select
from mosty.render.report.wording import Wording, place

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
"""The schema that a log names."""

_ROOT = "SRCROOT"
_LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
# How code scanning of GitHub calls them.
_PROBLEMS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
_LINK = re.compile(r"\[(?=[^\[\]]*\]\()")
_dumps = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


def write(report: ValidationReport, view: View) -> Iterator[str]:
    """Write a log with one run, one result a line."""
    results = select(report, view).results
    wording = Wording(report)
    findings = [*report.stale, *(report.remarks if view.strict else ())]
    rules = _rules([*results, *(waived.result for waived in report.waived)], findings)
    numbers = {rule["id"]: number for number, rule in enumerate(rules)}
    driver = {
        "name": "mosty",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": "https://w3id.org/mosty/",
        "rules": rules,
    }
    notifications = [_notification(remark) for remark in (() if view.strict else report.remarks)]
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notifications}],
        "originalUriBaseIds": {_ROOT: {"description": _message("The folder that mosty was run in.")}},
        "columnKind": "unicodeCodePoints",
    }
    yield f'{{"version": "2.1.0",\n"$schema": {_dumps(SCHEMA)},\n"runs": [{{\n'
    yield "".join(f"{_dumps(key)}: {_dumps(value)},\n" for key, value in run.items())
    yield '"results": ['
    first = True
    for entry in _results(results, findings, report, wording, numbers):
        yield ("\n" if first else ",\n") + _dumps(entry)
        first = False
    yield "]\n}]}\n" if first else "\n]\n}]}\n"


def _rules(results: Iterable[ValidationResult], findings: Iterable[Remark]) -> list[dict[str, Any]]:
    rules: dict[str, dict[str, Any]] = {}
    for result in results:
        if result.rule not in rules:
            rules[result.rule] = _rule(result)
    for finding in findings:
        rules.setdefault(
            finding.code,
            {
                "id": finding.code,
                "shortDescription": _message(in_words(finding.code) or finding.code),
                "defaultConfiguration": {"level": "error"},
            },
        )
    return list(rules.values())


def _rule(result: ValidationResult) -> dict[str, Any]:
    words = in_words(result.rule) or result.rule
    description = result.description or result.message
    stands = f"\nThe rule stands in {place(result.shape_position)}." if result.shape_position else ""
    return {
        "id": result.rule,
        "shortDescription": _message(words[:1].upper() + words[1:]),
        "fullDescription": _message(readable(description)),
        "help": _message(readable(description) + stands),
        "defaultConfiguration": {"level": _LEVELS[result.severity]},
        "properties": {"tags": ["shacl"], "problem.severity": _PROBLEMS[result.severity]},
    }


def _results(
    results: Iterable[ValidationResult],
    findings: Iterable[Remark],
    report: ValidationReport,
    wording: Wording,
    numbers: Mapping[str, int],
) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    # Section 3.27.23: when one result says whether it is suppressed, all must.
    none: dict[str, Any] = {"suppressions": []} if report.waived else {}
    for result in results:
        yield _result(result, wording, numbers, seen) | none
    for waived in report.waived:
        why = _text(f"{readable(waived.reason)} (until {waived.expires})")
        suppression = {"kind": "external", "status": "accepted", "justification": why}
        yield _result(waived.result, wording, numbers, seen) | {"suppressions": [suppression]}
    for finding in findings:
        yield {
            "ruleId": finding.code,
            "ruleIndex": numbers[finding.code],
            "level": "error",
            "message": _message(_remark_text(finding)),
            "locations": _locations(finding.position),
        } | none


def _result(
    result: ValidationResult, wording: Wording, numbers: Mapping[str, int], seen: Counter[str]
) -> dict[str, Any]:
    location: dict[str, Any] = {
        **_physical(result.position, result.source_line),
        "logicalLocations": [{"name": wording.term(result.focus), "fullyQualifiedName": _name(result.focus)}],
    }
    fingerprint = result.fingerprint
    seen[fingerprint] += 1
    entry: dict[str, Any] = {
        "ruleId": result.rule,
        "ruleIndex": numbers[result.rule],
        "level": _LEVELS[result.severity],
        "message": _message(wording.paragraph(result._replace(description=None))),
        "locations": [location],
        # The one that GitHub compares has this name; equal ones are told apart by their number.
        "partialFingerprints": {
            "mosty/v1": fingerprint,
            "primaryLocationLineHash": f"{fingerprint}:{seen[fingerprint]}",
        },
        "properties": _properties(result),
    }
    if result.shape_position:
        shape = {"id": 0, **_physical(result.shape_position, None), "message": _message("the rule")}
        entry["relatedLocations"] = [shape]
    return entry


def _properties(result: ValidationResult) -> dict[str, str]:
    properties = {
        "component": result.component.value,
        "shape": result.shape.value if isinstance(result.shape, IRI) else None,
        "path": path_text(result.path) if result.path is not None else None,
        "value": _name(result.value) if result.value is not None else None,
        "record": result.record.value if result.record else None,
    }
    return {key: value for key, value in properties.items() if value is not None}


def _name(term: Term) -> str:
    # The label of a blank node says nothing outside its file.
    return "_:" if isinstance(term, BlankNode) else term.value if isinstance(term, IRI) else n_triples(term)


def _notification(remark: Remark) -> dict[str, Any]:
    return {
        "descriptor": {"id": remark.code},
        "level": "warning",
        "message": _message(_remark_text(remark)),
        "locations": _locations(remark.position),
    }


def _remark_text(remark: Remark) -> str:
    return readable(remark.message) + (f"\n{readable(remark.hint)}" if remark.hint else "")


def _locations(position: Position | None) -> list[dict[str, Any]]:
    return [_physical(position, None)] if position else []


def _physical(position: Position | None, source_line: str | None) -> dict[str, Any]:
    if position is None:
        return {}
    location: dict[str, Any] = {"artifactLocation": _artifact(position.file)}
    if position.line:
        location["region"] = _region(position, source_line)
        if source_line is not None:
            text = {"text": source_line.rstrip("\r\n")}
            location["contextRegion"] = {"startLine": position.line, "snippet": text}
    return {"physicalLocation": location}


def _region(position: Position, source_line: str | None) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": position.line}
    if position.column:
        region["startColumn"] = position.column
        end = position.column + (position.length or 1)
        # A token of several lines is marked as far as its first line goes.
        if source_line is not None:
            end = min(end, len(source_line.rstrip("\r\n")) + 1)
        region["endColumn"] = max(end, position.column + 1)
    return region


@lru_cache(4096)
def _artifact(file: str) -> dict[str, str]:
    """Name a file by a URI (section 3.4): relative to the root below it, absolute elsewhere."""
    path = Path(os.path.normpath(file))
    if path.is_relative_to(here := Path.cwd()):
        path = path.relative_to(here)
    # Section 3.4.4: a relative reference holds no ".." segment.
    if path.is_absolute() or ".." in path.parts:
        path = Path(os.path.normpath(here / path))
        return {"uri": "file://" + quote(os.fsencode(path.as_posix()))}
    return {"uri": quote(os.fsencode(path.as_posix())), "uriBaseId": _ROOT}


def _message(text: str) -> dict[str, str]:
    return {"text": _text(text)}


def _text(text: str) -> str:
    """Text as a message (section 3.11): braces are no placeholders, brackets from the data no links."""
    return _LINK.sub(r"\\[", text.replace("{", "{{").replace("}", "}}"))
