"""Workflow commands of GitHub Actions: each result becomes an annotation beside its line of the change."""

from __future__ import annotations

from collections.abc import Iterator

from mosty.model.diagnostics import Position, Remark, Severity, ValidationReport, ValidationResult
from mosty.render.people import readable
from mosty.render.report.view import View, select
from mosty.render.report.wording import Wording

_COMMANDS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def write(report: ValidationReport, view: View) -> Iterator[str]:
    """Write one command a line; remarks are notices, or errors when they count as findings."""
    wording = Wording(report)
    for result in select(report, view).results:
        yield _result(result, wording)
    for stale in report.stale:
        yield _remark("error", stale)
    for remark in report.remarks:
        yield _remark("error" if view.strict else "notice", remark)


def _result(result: ValidationResult, wording: Wording) -> str:
    title = f"{readable(result.rule)}: {wording.named(result.record or result.focus)}"
    return _command(_COMMANDS[result.severity], result.position, title, wording.paragraph(result))


def _remark(command: str, remark: Remark) -> str:
    text = readable(remark.message) + (f"\n{readable(remark.hint)}" if remark.hint else "")
    return _command(command, remark.position, readable(remark.code), text)


def _command(command: str, position: Position | None, title: str, text: str) -> str:
    properties = {"title": title}
    if position:
        place = {"file": position.file, "line": position.line, "col": position.column}
        if position.column and position.length:
            place["endColumn"] = position.column + position.length
        properties = {key: str(value) for key, value in place.items() if value is not None} | properties
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{command} {written}::{_data(text)}\n"


def _data(text: str) -> str:
    return readable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
