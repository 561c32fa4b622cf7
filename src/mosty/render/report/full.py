"""For people: groups with headings, the source line with the token marked, why, and what to do."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from mosty.model.diagnostics import Remark, ValidationReport, ValidationResult
from mosty.render.people import readable
from mosty.render.report.summary import summary
from mosty.render.report.view import GroupBy, View, groups, heading, select
from mosty.render.report.wording import NAMELESS, Wording, count, excerpt, place, remark_line, said
from mosty.render.table import text_width

WIDTH = 100
"""Columns that explanations are wrapped at."""

_NARROWEST = 40
_MAX_REMARKS = 10


def write(report: ValidationReport, view: View) -> Iterator[str]:
    """Write the groups, then the remarks, then the summary."""
    by = view.group_by or GroupBy.RECORD
    entries = _Entries(report, by, view.width)
    for group in groups(select(report, view).results, by):
        yield f"{heading(group[0], by, entries.wording.named)}\n\n"
        if by is GroupBy.RULE:
            yield "".join(f"{line}\n" for line in entries.rule(group[0]))
        for _, alike in groupby(group, key=_shown):
            yield "".join(f"{line}\n" for line in (*entries.entry(list(alike)), ""))
    yield from _remarks(report.stale, "stale waiver", len(report.stale))
    most = len(report.remarks) if view.strict else _MAX_REMARKS
    yield from _remarks(report.remarks, "remark", most)
    yield summary(report, view, report.remarks[:most]) + "\n"


def _shown(result: ValidationResult) -> tuple[object, ...]:
    """What a reader sees of a result: a value that breaks one rule in two ways is told once."""
    return (*result[:4], result.path, result.value, result.position)


class _Entries:
    """Writes results one after the other; what a rule is for is said at its first one.

    Args:
        report: the report.
        by: what the results stand together by.
        columns: columns of the terminal; None for a file, where only explanations are wrapped.
    """

    def __init__(self, report: ValidationReport, by: GroupBy, columns: int | None) -> None:
        self.wording = Wording(report)
        self._by = by
        self._explained: set[str] = set()
        self._columns = None if columns is None else min(max(columns, _NARROWEST), WIDTH)

    def entry(self, results: Sequence[ValidationResult]) -> Iterator[str]:
        """The lines of results that are alike: a constraint that says why speaks for all."""
        result, wording = results[0], self.wording
        rule = "" if self._by is GroupBy.RULE else readable(result.rule)
        parts = (place(result.position), result.severity.value, rule)
        times = f"  ({len(results)} results)" if len(results) > 1 else ""
        yield "  " + "  ".join(part for part in parts if part) + times
        yield from self._wrapped(said(result.message))
        number = str(result.position.line or "") if result.position else ""
        room = (self._columns or WIDTH + 7) - 7 - (len(number) if self._columns else 0)
        source = excerpt(result, room)
        if source:
            yield f"    {number} | {source.before}{source.token}{source.after}"
            if source.token:
                blank = " " * text_width(source.before)
                yield f"    {' ' * len(number)} | {blank}{'^' * max(text_width(source.token), 1)}"
        if (owner := _about(result, self._by, wording)) != "":
            yield from self._wrapped(f"at {owner}")
        if (found := wording.found(result)) and not _shows(
            source and source.token + source.after, result, wording
        ):
            yield from self._wrapped(f"found: {found}")
        for number_, reason in enumerate(reason for one in results for reason in wording.why(one)):
            lead = f"{'why:' if not number_ else '    '} {'  ' * reason.depth}"
            yield from self._wrapped(reason.text, lead)
        mends = dict.fromkeys(said(one.suggestion) for one in results if one.suggestion)
        for mend in list(mends)[:1]:
            yield from self._wrapped(mend)
        # Once is enough: of a rule with a thousand results the words would bury them.
        if result.rule not in self._explained:
            self._explained.add(result.rule)
            yield from self._rule(result, "    ")

    def rule(self, result: ValidationResult) -> Iterator[str]:
        """What a rule is for, once for all its results."""
        self._explained.add(result.rule)
        lines = [*self._rule(result, "  ")]
        yield from (*lines, "") if lines else ()

    def _wrapped(self, text: str, lead: str = "") -> Iterator[str]:
        """Lines under an entry; a terminal would break them anywhere."""
        if self._columns is None:
            yield f"    {lead}{text}"
            return
        lines = _wrap(text, self._columns - 4 - len(lead))
        yield from (f"    {lead if not i else ' ' * len(lead)}{line}" for i, line in enumerate(lines))

    def _rule(self, result: ValidationResult, indent: str) -> Iterator[str]:
        if result.description:
            lines = _wrap(readable(result.description), (self._columns or WIDTH) - len(indent))
            yield from (indent + said(line) for line in lines)
        if result.shape_position:
            yield f"{indent}rule: {place(result.shape_position)}"


def _wrap(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, max(width, 1), break_on_hyphens=False, break_long_words=False) or [""]


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
