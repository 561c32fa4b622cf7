"""Validation reports in the formats that people, editors, CI services and programs read, one room each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module

from mosty.model.diagnostics import ValidationReport
from mosty.model.errors import UsageError
from mosty.render.report.summary import explanation, summary
from mosty.render.report.view import GroupBy, View

__all__ = ["EXTENSIONS", "FORMATS", "GroupBy", "View", "explanation", "pieces", "render_report", "summary"]

_ROOMS = {
    "full": "full",
    "concise": "concise",
    "json": "document",
    "turtle": "standard",
    "sarif": "sarif",
    "junit": "junit",
    "github": "annotations",
    "csv": "sheet",
    "html": "page",
}

FORMATS = tuple(_ROOMS)
"""Names of the formats of a validation report."""

EXTENSIONS = {
    ".txt": "full",
    ".json": "json",
    ".ttl": "turtle",
    ".sarif": "sarif",
    ".xml": "junit",
    ".csv": "csv",
    ".html": "html",
}
"""Which format a file's extension stands for."""


def pieces(report: ValidationReport, format: str = "full", view: View | None = None) -> Iterator[str]:  # noqa: A002
    """Write a validation report piece by piece, so that a long one never stands in memory as a whole.

    Args:
        report: the report.
        format: one of FORMATS.
        view: what to show of it, and in which order; everything when not given.

    Raises:
        UsageError: no such format.
    """
    if format not in _ROOMS:
        raise UsageError(f"unknown format {format!r}", "formats: " + ", ".join(FORMATS))
    # Each room is imported when it is asked for: the page needs a template library, a sheet does not.
    write: Callable[[ValidationReport, View], Iterator[str]]
    write = import_module(f"{__name__}.{_ROOMS[format]}").write
    return write(report, view or View())


def render_report(report: ValidationReport, format: str = "full", view: View | None = None) -> str:  # noqa: A002
    """Write a validation report as one text; the arguments are those of `pieces`.

    >>> render_report(ValidationReport((), triples=1200, shapes=3))
    'conforms: no violations, no warnings, no infos (1,200 triples, 3 shapes)\\n'
    """
    return "".join(pieces(report, format, view))
