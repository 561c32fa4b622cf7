"""For people: groups with headings, the source line with the token marked, why, and what to do."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from mosty.model.diagnostics import Remark, ValidationReport, ValidationResult
from mosty.render.people import readable
from mosty.render.report.summary import summary
from mosty.render.report.view import GroupBy, View, groups, select
from mosty.render.report.wording import NAMELESS, Wording, count, excerpt, place, remark_line, said
from mosty.render.table import text_width

WIDTH = 100
"""Columns that explanations are wrapped at."""

_MAX_REMARKS = 10


def write(report: ValidationReport, view: View) -> Iterator[str]:
    """Write the groups, then the remarks, then the summary."""
    wording = Wording(report)
    by = view.group_by or GroupBy.RECORD
    explained: set[str] = set()
    for group in groups(select(report, view).results, by):
        yield f"{_heading(group[0], by, wording)}\n\n"
        if by is GroupBy.RULE:
            explained.add(group[0].rule)
            yield (
                "".join(f"{line}\n" for line in (*_rule(group[0], "  "), ""))
                if _is_explained(group[0])
                else ""
            )
        for result in group:
            yield "".join(f"{line}\n" for line in (*_entry(result, by, wording, explained), ""))
    yield from _remarks(report.stale, "stale waiver", len(report.stale))
    yield from _remarks(report.remarks, "remark", len(report.remarks) if view.strict else _MAX_REMARKS)
    yield summary(report, view) + "\n"


def _heading(result: ValidationResult, by: GroupBy, wording: Wording) -> str:
    if by is GroupBy.RULE:
        return said(result.rule)
    if by is GroupBy.FILE:
        return said(result.position.file) if result.position else "in no file"
    return wording.named(result.record or result.focus)


def _entry(result: ValidationResult, by: GroupBy, wording: Wording, explained: set[str]) -> Iterator[str]:
    rule = "" if by is GroupBy.RULE else readable(result.rule)
    yield "  " + "  ".join(part for part in (place(result.position), result.severity.value, rule) if part)
    yield f"    {said(result.message)}"
    source = excerpt(result)
    if source:
        number = str(source.number)
        yield f"    {number} | {source.before}{source.token}{source.after}"
        if source.token:
            blank = " " * text_width(source.before)
            yield f"    {' ' * len(number)} | {blank}{'^' * max(text_width(source.token), 1)}"
    if (owner := _about(result, by, wording)) != "":
        yield f"    at {owner}"
    if (found := wording.found(result)) and not _shows(
        source and source.token + source.after, result, wording
    ):
        yield f"    found: {found}"
    for number_, reason in enumerate(wording.why(result)):
        yield f"    {'why:' if not number_ else '    '} {'  ' * reason.depth}{reason.text}"
    if result.suggestion:
        yield f"    {said(result.suggestion)}"
    # Once is enough: of a rule with a thousand results the words would bury them.
    if result.rule not in explained:
        explained.add(result.rule)
        yield from _rule(result, "    ")


def _about(result: ValidationResult, by: GroupBy, wording: Wording) -> str:
    """The focus node, unless the heading names it or it has no name."""
    if by is GroupBy.RECORD and result.focus == (result.record or result.focus):
        return ""
    name = wording.term(result.focus)
    if name == NAMELESS and result.position and result.position.line:
        return ""
    label = wording.label(result.focus)
    return name + (f'  "{label}"' if label else "")


def _shows(text: str | None, result: ValidationResult, wording: Wording) -> bool:
    """Whether the value can be read in the source line already."""
    return bool(text) and result.value is not None and wording.term(result.value) in (text or "")


def _is_explained(result: ValidationResult) -> bool:
    return bool(result.description or result.shape_position)


def _rule(result: ValidationResult, indent: str) -> Iterator[str]:
    if result.description:
        lines = textwrap.wrap(
            readable(result.description),
            WIDTH - len(indent),
            break_on_hyphens=False,
            break_long_words=False,
        )
        yield from (indent + said(line) for line in lines)
    if result.shape_position:
        yield f"{indent}rule: {place(result.shape_position)}"


def _remarks(remarks: Iterable[Remark], kind: str, limit: int) -> Iterator[str]:
    shown = list(remarks)
    for remark in shown[:limit]:
        yield f"{remark_line(remark, kind)}\n"
        if remark.hint:
            yield f"    {said(remark.hint)}\n"
    if len(shown) > limit:
        yield f"... and {count(len(shown) - limit, kind)} more (-f json has all)\n"
    if shown:
        yield "\n"
