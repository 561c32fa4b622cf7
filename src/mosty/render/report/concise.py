"""One line a result, which editors and terminals link: ``file:line:column: severity: message [rule]``."""

from __future__ import annotations

from collections.abc import Iterator

from mosty.model.diagnostics import ValidationReport, ValidationResult
from mosty.render.people import readable
from mosty.render.report.view import View, select
from mosty.render.report.wording import Wording, place, remark_line


def write(report: ValidationReport, view: View) -> Iterator[str]:
    """Write the results, and what else counts as a finding."""
    wording = Wording(report)
    for result in select(report, view).results:
        yield line(result, wording) + "\n"
    for stale in report.stale:
        yield remark_line(stale, "stale waiver") + "\n"
    for remark in report.remarks if view.strict else ():
        yield remark_line(remark, "remark") + "\n"


def line(result: ValidationResult, wording: Wording) -> str:
    """One result; without a line of a file to look at, the focus node says what it is about."""
    position = result.position
    about = "" if position and position.line else f"{wording.term(result.focus)}: "
    where = f"{place(position)}: " if position else ""
    return f"{where}{result.severity.value}: {about}{wording.sentence(result)} [{readable(result.rule)}]"
