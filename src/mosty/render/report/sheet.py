"""CSV, one result a row, for spreadsheet programs and data frames."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from mosty.model.diagnostics import Position, ValidationReport, ValidationResult
from mosty.model.formulas import no_formula
from mosty.model.paths import path_text
from mosty.model.terms import IRI, BlankNode, Term
from mosty.render.report.view import View, select

COLUMNS = (
    "file",
    "line",
    "column",
    "severity",
    "rule",
    "message",
    "record",
    "label",
    "focus",
    "path",
    "value",
    "suggestion",
    "description",
    "component",
    "shape",
    "shape_position",
    "fingerprint",
    "waived_until",
    "waiver_reason",
)
"""The columns, in their order; new ones join at the end."""


def write(report: ValidationReport, view: View) -> Iterator[str]:
    """Write the results, then the waived ones; lines end in CR LF (RFC 4180)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    rows = (_row(result, report, "", "") for result in select(report, view).results)
    waived = (_row(w.result, report, w.expires, w.reason) for w in report.waived)
    for part in (rows, waived):
        for row in part:
            writer.writerow(map(no_formula, row) if view.safe_csv else row)
            yield _taken(out)
    yield _taken(out)


def _taken(out: io.StringIO) -> str:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text


def _row(result: ValidationResult, report: ValidationReport, until: str, reason: str) -> list[str]:
    position = result.position or Position("")
    return [
        position.file,
        str(position.line or ""),
        str(position.column or ""),
        result.severity.value,
        result.rule,
        result.message,
        _term(result.record),
        report.labels.get(result.record, "") if result.record else "",
        _term(result.focus),
        path_text(result.path) if result.path is not None else "",
        _term(result.value),
        result.suggestion or "",
        result.description or "",
        result.component.value,
        result.shape.value if isinstance(result.shape, IRI) else "",
        str(result.shape_position or ""),
        result.fingerprint,
        until,
        reason,
    ]


def _term(term: Term | None) -> str:
    # The label of a blank node says nothing outside its file.
    return "" if term is None else "_:" if isinstance(term, BlankNode) else str(term)
