"""What came out, in a line or a few; and which engine checked which shape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from mosty.model.diagnostics import Remark, Severity, ValidationReport
from mosty.render.people import readable
from mosty.render.report.view import Selection, View, select
from mosty.render.report.wording import count, said

_MAX_NAMES = 10
_NOTHING = "nothing-judged"


def summary(report: ValidationReport, view: View | None = None, told: Sequence[Remark] = ()) -> str:
    """Say what came out, and what was not shown and why.

    Args:
        report: the report.
        view: how it was shown.
        told: remarks that stand beside the summary, so that it need not repeat them.

    >>> summary(ValidationReport((), triples=1200, shapes=3))
    'conforms: no violations, no warnings, no infos (1,200 triples, 3 shapes)'
    """
    return "\n".join([headline(report), *left_out(select(report, view or View())), *_idle(report, told)])


def headline(report: ValidationReport) -> str:
    """The counts of everything, on one line."""
    counts = ", ".join(count(report.count(severity), severity.value) for severity in Severity)
    where = ""
    if report.results:
        records = len({r.record or r.focus for r in report.results})
        files = len({r.position.file for r in report.results if r.position})
        where = f" in {count(records, 'record')}" + (f" of {count(files, 'file')}" if files else "")
    verdict = "conforms" if report.conforms else "does not conform"
    beside = [
        f", {count(number, noun)}"
        for number, noun in (
            (len(report.waived), "waived result"),
            (len(report.stale), "stale waiver"),
            (len(report.remarks), "remark"),
        )
        if number
    ]
    looked_at = f"{count(report.triples, 'triple')}, {count(report.shapes, 'shape')}"
    return f"{verdict}: {counts}{where}{''.join(beside)} ({looked_at})"


def left_out(selection: Selection) -> Iterator[str]:
    """What was not shown, and the option that decides on it."""
    hidden = [severity for severity in Severity if selection.milder.get(severity)]
    if hidden:
        counts = " and ".join(count(selection.milder[severity], severity.value) for severity in hidden)
        yield f"{counts} not shown: --severity {hidden[-1].value}"
    if selection.over_rule:
        results = count(sum(selection.over_rule.values()), "result")
        yield f"{results} of {count(len(selection.over_rule), 'rule')} not shown: --limit-per-rule"
    if selection.over_limit:
        yield f"{count(selection.over_limit, 'result')} not shown: --limit"


def explanation(report: ValidationReport) -> str:
    """Tell of each shape which engine checked it, how many results it has, and why another engine had to."""
    results = Counter(result.rule for result in report.results)
    results.update(waived.result.rule for waived in report.waived)
    rules = sorted({*report.checked, *report.fallbacks, *results})
    rows = [
        (rule, report.checked.get(rule, ""), f"{results[rule]:,}", report.fallbacks.get(rule, ""))
        for rule in rules
    ]
    table = [("rule", "engine", "results", ""), *(tuple(map(readable, row)) for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(3)]
    lines = [
        f"{row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]}".rstrip()
        for row in table
    ]
    engines = Counter(report.checked.values())
    checked = ", ".join(
        f"{readable(engine)} checked {count(engines[engine], 'shape')}" for engine in sorted(engines)
    )
    return "\n".join([*([checked] if checked else []), *lines])


def _idle(report: ValidationReport, told: Sequence[Remark]) -> Iterator[str]:
    """Warn of rules that checked nothing: a misspelt class must not pass silently."""
    nothing = next((remark for remark in report.remarks if remark.code == _NOTHING), None)
    if nothing is not None:
        if nothing not in told:
            yield said(nothing.message)
        return
    if not report.idle:
        return
    names = ", ".join(report.idle[:_MAX_NAMES]) + (" ..." if len(report.idle) > _MAX_NAMES else "")
    yield f"nothing to check for {count(len(report.idle), 'shape')}: {readable(names)}"
