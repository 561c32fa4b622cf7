"""What is shown of a validation report, in which order, and what is left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from mosty.model.diagnostics import Severity, ValidationReport, ValidationResult
from mosty.model.terms import BlankNode, Term
from mosty.render.report.wording import said


class GroupBy(StrEnum):
    """What results stand together by."""

    RULE = "rule"
    RECORD = "record"
    FILE = "file"


class View(NamedTuple):
    """How to show a report.

    Attributes:
        severity: the mildest severity to show; the counts cover all.
        fail_on: the mildest severity that counts as a failure.
        limit: how many results to show; None for all.
        limit_per_rule: how many results of one rule to show; None for all.
        group_by: what results stand together by; None for what suits the format.
        strict: remarks count as findings.
        safe_csv: put an apostrophe before cells that a spreadsheet program would run as a formula.
        width: columns of the terminal that the report is written to; None for a file or a pipe.
    """

    severity: Severity = Severity.INFO
    fail_on: Severity = Severity.VIOLATION
    limit: int | None = None
    limit_per_rule: int | None = None
    group_by: GroupBy | None = None
    strict: bool = False
    safe_csv: bool = False
    width: int | None = None


class Selection(NamedTuple):
    """What of a report is shown.

    Attributes:
        results: the results to show, group after group.
        milder: how many are left out because of their severity.
        over_rule: how many are left out because their rule has too many, by rule.
        over_limit: how many are left out because there are too many.
    """

    results: Sequence[ValidationResult]
    milder: Mapping[Severity, int]
    over_rule: Mapping[str, int]
    over_limit: int


def select(report: ValidationReport, view: View) -> Selection:
    """Choose what to show; groups stand in the order of their first result."""
    milder: Counter[Severity] = Counter()
    over_rule: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    chosen = []
    too_mild = {severity for severity in Severity if severity.rank > view.severity.rank}
    for result in report.results:
        if result.severity in too_mild:
            milder[result.severity] += 1
            continue
        if view.limit_per_rule is not None:
            seen[result.rule] += 1
            if seen[result.rule] > view.limit_per_rule:
                over_rule[result.rule] += 1
                continue
        chosen.append(result)
    if view.group_by is not None:
        chosen = [result for group in groups(chosen, view.group_by) for result in group]
    shown = chosen if view.limit is None else chosen[: view.limit]
    return Selection(shown, milder, over_rule, len(chosen) - len(shown))


def groups(results: Iterable[ValidationResult], by: GroupBy) -> list[list[ValidationResult]]:
    """Put together what belongs together; none of the groups is empty."""
    found: dict[object, list[ValidationResult]] = {}
    for result in results:
        found.setdefault(_key(result, by), []).append(result)
    return list(found.values())


def _key(result: ValidationResult, by: GroupBy) -> object:
    file = result.position.file if result.position else ""
    if by is GroupBy.RULE:
        return result.rule
    if by is GroupBy.FILE:
        return file
    owner = result.record or result.focus
    return (file, None if isinstance(owner, BlankNode) else owner)


def heading(result: ValidationResult, by: GroupBy, owner: Callable[[Term], str]) -> str:
    """What stands above a group of results.

    Args:
        result: any one of them.
        by: what they stand together by.
        owner: writes the record, or else the focus node.
    """
    if by is GroupBy.RULE:
        return said(result.rule)
    if by is GroupBy.FILE:
        return said(result.position.file) if result.position else "in no file"
    return owner(result.record or result.focus)
