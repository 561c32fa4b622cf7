"""What came of a folder of cases, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from mosty.model.terms import IRI
from mosty.render.people import readable
from mosty.validate.cases import CasesReport
from mosty.validate.plan import Shape, shape_name

_MOST_RULES = 20


def render_cases(report: CasesReport, format_: str, show_path: Callable[[Path], str]) -> str:
    """Write a report as text or json; the text tells only what is wrong, then the summary."""
    if format_ == "json":
        return _json(report, show_path)
    lines: list[str] = []
    for outcome in report.failed:
        lines += [
            readable(show_path(outcome.path)),
            *(f"  {readable(problem)}" for problem in outcome.problems),
            "",
        ]
    if report.unbroken:
        lines.append("broken by no case:")
        lines += [
            f"  {_name(shape, report)}  ({readable(shape.file)})" for shape in report.unbroken[:_MOST_RULES]
        ]
        if (more := len(report.unbroken) - _MOST_RULES) > 0:
            lines.append(f"  and {more:,} more (-f json has all; for a part of the cases use --no-coverage)")
        lines.append("")
    return "\n".join([*lines, summary(report)]) + "\n"


def summary(report: CasesReport) -> str:
    """One line: how many cases and rules, and how many of them are not as they should be."""
    failed = len(report.failed)
    cases = f"{_count(len(report.outcomes), 'case')}, {failed or 'none'} failed"
    return f"{cases}; {_count(len(report.rules), 'rule')}, {len(report.unbroken) or 'none'} broken by no case"


def _json(report: CasesReport, show_path: Callable[[Path], str]) -> str:
    outcomes = [
        {
            "file": show_path(outcome.path),
            "passed": not outcome.problems,
            "found": sorted({result.rule for result in outcome.results}),
            "problems": list(outcome.problems),
        }
        for outcome in report.outcomes
    ]
    unbroken = [
        {
            "rule": shape.rule,
            "shape": shape.node.value if isinstance(shape.node, IRI) else None,
            "file": shape.file,
        }
        for shape in report.unbroken
    ]
    head = {"cases": len(report.outcomes), "failed": len(report.failed), "rules": len(report.rules)}
    fields = [f'"{key}": {value}' for key, value in head.items()]
    fields += [
        f'"{key}": [' + ("\n" + ",\n".join(map(_dumps, entries)) + "\n" if entries else "") + "]"
        for key, entries in (("unbroken", unbroken), ("outcomes", outcomes))
    ]
    return "{" + ",\n".join(fields) + "}\n"


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _name(shape: Shape, report: CasesReport) -> str:
    return readable(shape_name(shape, report.prefixes))


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
