"""One HTML page that loads nothing: a summary, the results by rule, and the records with their results."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from mosty.model.diagnostics import Position, Remark, Severity, ValidationReport, ValidationResult, Waived
from mosty.model.terms import IRI, Term
from mosty.render.people import readable
from mosty.render.report.summary import headline, left_out
from mosty.render.report.view import GroupBy, View, groups, heading, select
from mosty.render.report.wording import Excerpt, Reason, Wording, excerpt, place

# Progressive: without scripts the page has everything but the search by words.
_SCRIPT = """
const box = document.getElementById('words');
box.closest('label').hidden = false;
const count = document.getElementById('found');
const show = () => {
  const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let found = 0;
  for (const entry of document.querySelectorAll('.result')) {
    const text = entry.textContent.toLowerCase();
    const hit = words.every(word => text.includes(word));
    entry.hidden = !hit;
    found += hit;
  }
  for (const group of document.querySelectorAll('.group')) {
    group.hidden = words.length > 0 && !group.querySelector('.result:not([hidden])');
  }
  count.textContent = words.length ? found + ' found' : '';
};
box.addEventListener('input', show);
show();
"""


class Link(NamedTuple):
    """A term as text, with the address behind it when it is one of the web."""

    text: str
    address: str | None = None


class Entry(NamedTuple):
    """One result, its parts ready to be shown."""

    number: int
    severity: str
    place: str
    message: str
    source: Excerpt | None
    focus: Link
    owner: str
    found: str
    why: Sequence[Reason]
    suggestion: str
    description: str


class Group(NamedTuple):
    """Results that stand together, with what is to say of all of them."""

    name: str
    counts: Sequence[tuple[str, int]]
    description: str
    stands: str
    entries: Sequence[Entry]


def write(report: ValidationReport, view: View) -> Iterator[str]:
    """Fill the template in, some entries at a time."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("mosty.render.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    selection = select(report, view)
    words = Wording(report)
    by = view.group_by or GroupBy.RULE
    # The worst first: a page is read from its head.
    found = sorted(groups(selection.results, by), key=lambda group: min(r.severity.rank for r in group))
    numbers = {id(result): number for number, result in enumerate((r for g in found for r in g), 1)}
    stream = environment.get_template("page.html").stream(
        script=_SCRIPT,
        script_hash=base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode(),
        by=by.value,
        conforms=report.conforms and not report.stale,
        headline=headline(report),
        left_out=list(left_out(selection)),
        counts=[(severity.value, report.count(severity)) for severity in Severity],
        groups=(_group(group, by, words, numbers) for group in found),
        contents=[(heading(group[0], by, words.named), _counts(group)) for group in found],
        records=_records(selection.results, words, numbers),
        waived=[_waived(waived, words) for waived in report.waived],
        stale=[_remark(remark) for remark in report.stale],
        remarks=[_remark(remark) for remark in report.remarks],
        idle=[readable(rule) for rule in report.idle],
    )
    stream.enable_buffering(100)
    yield from stream


def _group(group: Sequence[ValidationResult], by: GroupBy, words: Wording, numbers: dict[int, int]) -> Group:
    first = group[0]
    rule = by is GroupBy.RULE
    return Group(
        heading(first, by, words.named),
        _counts(group),
        readable(first.description or "") if rule else "",
        place(first.shape_position) if rule else "",
        [_entry(result, by, words, numbers[id(result)]) for result in group],
    )


def _counts(group: Sequence[ValidationResult]) -> list[tuple[str, int]]:
    counts = Counter(result.severity for result in group)
    return [(severity.value, counts[severity]) for severity in Severity if counts[severity]]


def _entry(result: ValidationResult, by: GroupBy, words: Wording, number: int) -> Entry:
    rule = "" if by is GroupBy.RULE else f" [{readable(result.rule)}]"
    return Entry(
        number,
        result.severity.value,
        place(result.position),
        readable(result.message) + rule,
        excerpt(result),
        _link(result.focus, words),
        _owner(result, words),
        words.found(result),
        words.why(result),
        readable(result.suggestion or ""),
        readable(result.description or "") if rule else "",
    )


def _owner(result: ValidationResult, words: Wording) -> str:
    if result.record is None or result.record == result.focus:
        return words.label(result.focus)
    return f"of {words.named(result.record)}"


def _records(
    results: Sequence[ValidationResult], words: Wording, numbers: dict[int, int]
) -> list[dict[str, Any]]:
    return [
        {
            "record": _link(group[0].record or group[0].focus, words),
            "label": words.label(group[0].record or group[0].focus),
            "file": readable(group[0].position.file) if group[0].position else "",
            "results": [(numbers[id(r)], readable(r.rule), r.severity.value) for r in group],
        }
        for group in groups(results, GroupBy.RECORD)
    ]


def _link(term: Term, words: Wording) -> Link:
    # Only web addresses become links: javascript: and file: are IRIs too.
    web = isinstance(term, IRI) and term.value.startswith(("https://", "http://"))
    return Link(words.term(term), readable(str(term)) if web else None)


def _waived(waived: Waived, words: Wording) -> dict[str, str]:
    return {
        "rule": readable(waived.result.rule),
        "place": place(waived.result.position),
        "message": words.sentence(waived.result),
        "reason": readable(waived.reason),
        "expires": readable(waived.expires),
    }


def _remark(remark: Remark) -> dict[str, str]:
    position: Position | None = remark.position
    return {
        "code": readable(remark.code),
        "place": place(position),
        "message": readable(remark.message),
        "hint": readable(remark.hint or ""),
    }
