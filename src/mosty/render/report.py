"""Validation reports: for people in full or one line each, as JSON, and as the standard SHACL report."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import pyoxigraph as ox

from mosty.model.diagnostics import Severity, ValidationReport, ValidationResult
from mosty.model.errors import UsageError
from mosty.model.paths import Alternative, Inverse, Path, path_text
from mosty.model.paths import Sequence as SequencePath
from mosty.model.terms import IRI, RDF, XSD, XSD_STRING, BlankNode, Term
from mosty.rdf.prefixes import STANDARD, Prefixes
from mosty.rdf.terms import to_oxigraph
from mosty.rdf.writing import turtle
from mosty.render.people import readable, shown_iri

FORMATS = ("full", "concise", "json", "turtle")
"""Names of the formats of a validation report."""

WIDTH = 100
"""Columns that explanations are wrapped at."""

_SH = "http://www.w3.org/ns/shacl#"
_REPEATS = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}
_MAX_TEXT = 80
_MAX_NAMES = 10


def render_report(
    report: ValidationReport,
    format: str = "full",  # noqa: A002  (the option is called so)
    *,
    severity: Severity = Severity.INFO,
    limit: int | None = None,
) -> str:
    """Write a validation report.

    Args:
        report: the report.
        format: one of FORMATS.
        severity: the mildest severity to show; the counts cover all.
        limit: how many results to show; None for all.

    Raises:
        UsageError: no such format.
    """
    prefixes = Prefixes({**STANDARD, **report.prefixes})
    results = [result for result in report.results if result.severity.rank <= severity.rank]
    shown = results if limit is None else results[:limit]
    if format == "full":
        return _full(report, shown, len(results) - len(shown), prefixes, severity)
    if format == "concise":
        return "".join(_line(result, prefixes) for result in shown)
    if format == "json":
        return _json(report, shown)
    if format == "turtle":
        return _turtle(report, shown, prefixes)
    raise UsageError(f"unknown format {format!r}", "formats: " + ", ".join(FORMATS))


def summary(report: ValidationReport, severity: Severity = Severity.INFO) -> str:
    """Say in a line or two what came out.

    Args:
        report: the report.
        severity: the mildest severity that was shown, to tell what was left out.

    >>> summary(ValidationReport((), triples=1200, shapes=3))
    'conforms: no violations, no warnings, no infos (1,200 triples, 3 shapes)'
    """
    counts = ", ".join(_count(report.count(severity), severity.value) for severity in Severity)
    where = ""
    if report.results:
        records = len({r.record or r.focus for r in report.results})
        files = len({r.position.file for r in report.results if r.position})
        where = f" in {_count(records, 'record')}" + (f" of {_count(files, 'file')}" if files else "")
    verdict = "conforms" if report.conforms else "does not conform"
    looked_at = f"{_count(report.triples, 'triple')}, {_count(report.shapes, 'shape')}"
    return f"{verdict}: {counts}{where} ({looked_at})" + _left_out(report, severity) + _idle(report)


def _left_out(report: ValidationReport, shown: Severity) -> str:
    hidden = [severity for severity in Severity if severity.rank > shown.rank and report.count(severity)]
    if not hidden:
        return ""
    counts = " and ".join(_count(report.count(severity), severity.value) for severity in hidden)
    return f"\n{counts} not shown: --severity {hidden[-1].value}"


def _idle(report: ValidationReport) -> str:
    """Warn of rules that checked nothing: a misspelt class must not pass silently."""
    if not report.idle:
        return ""
    if len(report.idle) == report.targeted:
        return "\nnothing was checked: no class, property or node that the shapes are for occurs in the data"
    names = ", ".join(report.idle[:_MAX_NAMES]) + (" ..." if len(report.idle) > _MAX_NAMES else "")
    return f"\nnothing to check for {_count(len(report.idle), 'shape')}: {readable(names)}"


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number:,} {noun}s" if number else f"no {noun}s"


def _full(
    report: ValidationReport,
    shown: Sequence[ValidationResult],
    hidden: int,
    prefixes: Prefixes,
    severity: Severity,
) -> str:
    lines: list[str] = []
    for _, group in groupby(shown, key=_group_key):
        results = list(group)
        lines += [_heading(results[0], report, prefixes), ""]
        for result in results:
            lines += [*_entry(result, prefixes), ""]
    if hidden:
        lines += [f"... and {_count(hidden, 'result')} more (--limit shows more)", ""]
    lines.append(summary(report, severity))
    return "\n".join(lines) + "\n"


def _group_key(result: ValidationResult) -> tuple[str, str]:
    owner = result.record or result.focus
    return (
        result.position.file if result.position else "",
        "" if isinstance(owner, BlankNode) else str(owner),
    )


def _heading(result: ValidationResult, report: ValidationReport, prefixes: Prefixes) -> str:
    owner = result.record or result.focus
    name = _term(owner, prefixes)
    if isinstance(owner, IRI) and (label := report.labels.get(owner)):
        name += f'  "{readable(label)}"'
    return f"{readable(result.position.file)}  {name}" if result.position else name


def _entry(result: ValidationResult, prefixes: Prefixes) -> Iterator[str]:
    yield f"  {result.severity.value}  {readable(result.rule)}"
    yield f"    {readable(result.message)}"
    line = result.position.line if result.position else None
    if result.record is not None and result.focus != result.record:
        yield f"    at {_term(result.focus, prefixes)}" + (f", line {line}" if line else "")
    elif line:
        yield f"    line {line}"
    if found := _found(result, prefixes):
        yield f"    found: {found}"
    if result.suggestion:
        yield f"    {readable(result.suggestion)}"
    if result.description:
        yield from textwrap.wrap(
            readable(result.description),
            WIDTH,
            initial_indent="    ",
            subsequent_indent="    ",
            break_on_hyphens=False,
            break_long_words=False,
        )


def _found(result: ValidationResult, prefixes: Prefixes) -> str:
    """The path and the value that a result is about; the focus node alone is not worth repeating."""
    value = None if result.value == result.focus else result.value
    path = (
        path_text(result.path, lambda iri: shown_iri(iri.value, prefixes)) if result.path is not None else ""
    )
    if value is None:
        return ""
    return f"{readable(path)} {_term(value, prefixes)}".lstrip()


def _line(result: ValidationResult, prefixes: Prefixes) -> str:
    owner = _term(result.focus, prefixes)
    found = _found(result, prefixes)
    where = f"{result.position}: " if result.position else ""
    details = "".join(f" ({part})" for part in (found, result.suggestion) if part)
    message = readable(result.message + details)
    return f"{readable(where)}{result.severity.value} {readable(result.rule)} {owner}: {message}\n"


def _term(term: Term, prefixes: Prefixes) -> str:
    if isinstance(term, IRI):
        return readable(shown_iri(term.value, prefixes))
    if isinstance(term, BlankNode):
        return "a node without a name"
    text = term.lexical if len(term.lexical) <= _MAX_TEXT else term.lexical[: _MAX_TEXT - 1] + "…"
    mark = f"@{term.language}" if term.language else ""
    if not mark and term.datatype != XSD_STRING:
        mark = f"^^{shown_iri(term.datatype, prefixes)}"
    return readable(f'"{text}"{mark}')


def _json(report: ValidationReport, shown: Sequence[ValidationResult]) -> str:
    def dumps(value: object) -> str:
        return json.dumps(value, ensure_ascii=False)

    head: dict[str, Any] = {
        "conforms": report.conforms,
        **{severity.value + "s": report.count(severity) for severity in Severity},
        "shown": len(shown),
        "triples": report.triples,
        "shapes": report.shapes,
        "idle": list(report.idle),
    }
    fields = "".join(f"{dumps(key)}: {dumps(value)},\n" for key, value in head.items())
    results = ",\n".join(dumps(_json_result(result)) for result in shown)
    body = f"\n{results}\n" if results else ""
    return f'{{{fields}"results": [{body}]}}\n'


def _json_result(result: ValidationResult) -> dict[str, object]:
    entry: dict[str, object] = {
        "file": result.position.file if result.position else None,
        "line": result.position.line if result.position else None,
        "record": result.record.value if result.record else None,
        "severity": result.severity.value,
        "rule": result.rule,
        "message": result.message,
        "focus": _json_term(result.focus),
        "path": path_text(result.path) if result.path is not None else None,
        "value": _json_term(result.value) if result.value is not None else None,
        "suggestion": result.suggestion,
        "description": result.description,
        "component": result.component.value,
        "shape": result.shape.value if isinstance(result.shape, IRI) else None,
    }
    return {key: value for key, value in entry.items() if value is not None}


def _json_term(term: Term) -> dict[str, str]:
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


def _turtle(report: ValidationReport, shown: Sequence[ValidationResult], prefixes: Prefixes) -> str:
    triples: list[ox.Triple] = []

    def add(subject: ox.BlankNode, name: str, value: ox.NamedNode | ox.BlankNode | ox.Literal) -> None:
        predicate = ox.NamedNode(RDF + "type" if name == "a" else _SH + name)
        triples.append(ox.Triple(subject, predicate, value))

    top = ox.BlankNode("report")
    add(top, "a", ox.NamedNode(_SH + "ValidationReport"))
    # SHACL, section 3.6.1.1: a report conforms when it has no result at all, whatever the severity.
    conforms = str(not report.results).lower()
    add(top, "conforms", ox.Literal(conforms, datatype=ox.NamedNode(XSD + "boolean")))
    for number, result in enumerate(shown):
        node = ox.BlankNode(f"result{number}")
        add(top, "result", node)
        add(node, "a", ox.NamedNode(_SH + "ValidationResult"))
        add(node, "focusNode", to_oxigraph(result.focus))
        add(node, "resultSeverity", ox.NamedNode(_severity(result)))
        add(node, "sourceConstraintComponent", ox.NamedNode(result.component.value))
        add(node, "sourceShape", to_oxigraph(result.shape))
        for message in result.messages:
            add(node, "resultMessage", to_oxigraph(message))
        if result.value is not None:
            add(node, "value", to_oxigraph(result.value))
        if result.path is not None:
            add(node, "resultPath", _path(result.path, f"path{number}", triples))
        if result.constraint is not None:
            add(node, "sourceConstraint", to_oxigraph(result.constraint))
    return turtle(triples, prefixes)


def _severity(result: ValidationResult) -> str:
    if result.severity_iri is not None:
        return result.severity_iri.value
    return _SH + result.severity.value.capitalize()


def _path(path: Path, label: str, triples: list[ox.Triple]) -> ox.NamedNode | ox.BlankNode:
    """Write a path as the blank nodes that SHACL asks for (section 2.3.1); each use gets nodes of its own."""
    if isinstance(path, IRI):
        return ox.NamedNode(path.value)
    if isinstance(path, SequencePath):
        return _list(
            [_path(step, f"{label}s{i}", triples) for i, step in enumerate(path.steps)], label, triples
        )
    node = ox.BlankNode(label)
    if isinstance(path, Alternative):
        choices = [_path(choice, f"{label}c{i}", triples) for i, choice in enumerate(path.choices)]
        name, value = "alternativePath", _list(choices, f"{label}a", triples)
    else:
        name = "inversePath" if isinstance(path, Inverse) else _REPEATS[path.mark]
        value = _path(path.path, f"{label}p", triples)
    triples.append(ox.Triple(node, ox.NamedNode(_SH + name), value))
    return node


def _list(
    items: Sequence[ox.NamedNode | ox.BlankNode], label: str, triples: list[ox.Triple]
) -> ox.NamedNode | ox.BlankNode:
    rest: ox.NamedNode | ox.BlankNode = ox.NamedNode(RDF + "nil")
    for number, item in reversed(list(enumerate(items))):
        cell = ox.BlankNode(f"{label}i{number}")
        triples.append(ox.Triple(cell, ox.NamedNode(RDF + "first"), item))
        triples.append(ox.Triple(cell, ox.NamedNode(RDF + "rest"), rest))
        rest = cell
    return rest
