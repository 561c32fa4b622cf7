"""JSON with everything that is known of a report; docs/how-to/validate-in-ci.md lists the keys."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from mosty.model.diagnostics import Position, Remark, Severity, ValidationReport, ValidationResult
from mosty.model.paths import path_text
from mosty.model.terms import IRI, XSD_STRING, BlankNode, Term
from mosty.render.report.view import View, select

_dumps = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


def write(report: ValidationReport, view: View) -> Iterator[str]:
    """Write one object, one result a line."""
    selection = select(report, view)
    head: dict[str, object] = {
        "conforms": report.conforms,
        **{f"{severity.value}s": report.count(severity) for severity in Severity},
        "shown": len(selection.results),
        "not_shown": {
            "severity": sum(selection.milder.values()),
            "limit_per_rule": sum(selection.over_rule.values()),
            "limit": selection.over_limit,
        },
        "triples": report.triples,
        "shapes": report.shapes,
        "idle": list(report.idle),
        "engines": dict(report.checked),
        "fallbacks": dict(report.fallbacks),
    }
    yield "{" + "".join(f"{_dumps(key)}: {_dumps(value)},\n" for key, value in head.items())
    waived = (
        {"reason": waived.reason, "expires": waived.expires, **_result(waived.result)}
        for waived in report.waived
    )
    yield from _array("remarks", map(_remark, report.remarks), ",\n")
    yield from _array("stale", map(_remark, report.stale), ",\n")
    yield from _array("waived", waived, ",\n")
    yield from _array("results", map(_result, selection.results), "}\n")


def _array(name: str, entries: Iterator[dict[str, object]], end: str) -> Iterator[str]:
    yield f"{_dumps(name)}: ["
    first = next(entries, None)
    if first is not None:
        yield "\n" + _dumps(first)
        yield from (f",\n{_dumps(entry)}" for entry in entries)
        yield "\n"
    yield "]" + end


def _result(result: ValidationResult) -> dict[str, object]:
    entry: dict[str, object | None] = {
        **_place(result.position),
        "record": result.record.value if result.record else None,
        "severity": result.severity.value,
        "severity_iri": result.severity_iri.value if result.severity_iri else None,
        "rule": result.rule,
        "message": result.message,
        "messages": [_term(message) for message in result.messages] or None,
        "focus": _term(result.focus),
        "path": path_text(result.path) if result.path is not None else None,
        "value": _term(result.value) if result.value is not None else None,
        "suggestion": result.suggestion,
        "description": result.description,
        "component": result.component.value,
        "shape": result.shape.value if isinstance(result.shape, IRI) else None,
        "shape_position": _place(result.shape_position) or None,
        "constraint": result.constraint.value if isinstance(result.constraint, IRI) else None,
        "branch": _term(result.branch) if result.branch is not None else None,
        "details": [_result(detail) for detail in result.details] or None,
        "source_line": result.source_line,
        "fingerprint": result.fingerprint,
    }
    return {key: value for key, value in entry.items() if value is not None}


def _remark(remark: Remark) -> dict[str, object]:
    entry = {**_place(remark.position), "code": remark.code, "message": remark.message, "hint": remark.hint}
    return {key: value for key, value in entry.items() if value is not None}


def _place(position: Position | None) -> Mapping[str, object]:
    if position is None:
        return {}
    return {key: value for key, value in zip(Position._fields, position, strict=True) if value is not None}


def _term(term: Term) -> dict[str, str]:
    """Write a term as SPARQL 1.1 JSON results do; the label of a blank node says nothing outside its file."""
    if isinstance(term, IRI):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode"}
    if term.language:
        return {"type": "literal", "value": term.lexical, "xml:lang": term.language}
    if term.datatype == XSD_STRING:
        return {"type": "literal", "value": term.lexical}
    return {"type": "literal", "value": term.lexical, "datatype": term.datatype}
