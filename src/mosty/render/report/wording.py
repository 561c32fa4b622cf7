"""The words that several formats share: terms, what was found, why, and the source line with its token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from mosty.model.diagnostics import Position, Remark, ValidationReport, ValidationResult
from mosty.model.paths import path_text
from mosty.model.terms import IRI, XSD_STRING, BlankNode, Term
from mosty.rdf.prefixes import STANDARD, Prefixes
from mosty.render.people import readable, shown_iri

NAMELESS = "a node without a name"
"""What a blank node is called: its label says nothing outside its file."""

_MAX_TEXT = 80
_MAX_REASONS = 20
_BEFORE, _WIDTH = 40, 100
_EITHER = ("OrConstraintComponent", "XoneConstraintComponent")


class Excerpt(NamedTuple):
    """A source line around the token that a position names, safe to show."""

    number: int
    before: str
    token: str
    after: str


class Reason(NamedTuple):
    """One line of why a value does not conform, and how deep it stands below the others."""

    depth: int
    text: str


class Wording:
    """Writes the parts of a report's results for people.

    Args:
        report: the report, for its prefixes and labels.
    """

    def __init__(self, report: ValidationReport) -> None:
        prefixes = Prefixes({**STANDARD, **report.prefixes})
        self._curie = lru_cache(4096)(lambda iri: readable(shown_iri(iri, prefixes)))
        self._labels: Mapping[IRI, str] = report.labels

    def term(self, term: Term) -> str:
        """Write a term: a CURIE, a short literal, or words for a node without a name."""
        if isinstance(term, IRI):
            return self._curie(term.value)
        if isinstance(term, BlankNode):
            return NAMELESS
        text = term.lexical if len(term.lexical) <= _MAX_TEXT else term.lexical[: _MAX_TEXT - 1] + "…"
        mark = f"@{term.language}" if term.language else ""
        if not mark and term.datatype != XSD_STRING:
            mark = f"^^{self._curie(term.datatype)}"
        return readable(f'"{text}"{mark}')

    def path(self, result: ValidationResult) -> str:
        """Write the result path with CURIEs; empty when there is none."""
        if result.path is None:
            return ""
        return path_text(result.path, lambda iri: self._curie(iri.value))

    def label(self, owner: Term) -> str:
        """The label of a record; empty when none is known."""
        return readable(self._labels.get(owner, "")) if isinstance(owner, IRI) else ""

    def named(self, owner: Term) -> str:
        """A record with its label."""
        label = self.label(owner)
        return self.term(owner) + (f'  "{label}"' if label else "")

    def found(self, result: ValidationResult) -> str:
        """The path and the value that a result is about, unless the message or the focus node says it already."""
        if result.value is None or result.value == result.focus:
            return ""
        value = self.term(result.value)
        return "" if value in result.message else f"{self.path(result)} {value}".lstrip()

    def sentence(self, result: ValidationResult) -> str:
        """The message on one line, with what was found and what was probably meant."""
        found = self.found(result)
        parts = [part for part in (found and f"found {found}", readable(result.suggestion or "")) if part]
        return said(result.message) + (f" ({'; '.join(parts)})" if parts else "")

    def why(self, result: ValidationResult) -> list[Reason]:
        """Say why a value does not conform to the shapes that the rule refers to; not more than fits."""
        reasons: list[Reason] = []
        for reason in self._reasons(result, 0):
            if len(reasons) == _MAX_REASONS:
                return [*reasons, Reason(0, "... and more (-f json has all)")]
            reasons.append(reason)
        return reasons

    def paragraph(self, result: ValidationResult) -> str:
        """Everything that there is to say about one result, as lines of plain text."""
        lines = [self.sentence(result)]
        lines += [
            f"{'why:' if not i else '    '} {'  ' * r.depth}{r.text}" for i, r in enumerate(self.why(result))
        ]
        if result.description:
            lines.append(said(result.description))
        return "\n".join(lines)

    def _reasons(self, result: ValidationResult, depth: int) -> Iterator[Reason]:
        branches: dict[Term | None, list[ValidationResult]] = {}
        for detail in result.details:
            branches.setdefault(detail.branch, []).append(detail)
        either = result.component.value.endswith(_EITHER)
        for number, (branch, details) in enumerate(branches.items(), 1):
            lead = self._branch(branch, number if either else 0)
            if either:
                lead = ("not " if len(branches) == 1 else "neither " if number == 1 else "nor ") + lead
            one = len(details) == 1
            if lead and not one:
                yield Reason(depth, lead + ":")
            for detail in details:
                found = self.found(detail) if detail.value != result.value else ""
                text = said(detail.message) + (f" (found {found})" if found else "")
                here = depth + (1 if lead and not one else 0)
                yield Reason(here, f"{lead}: {text}" if lead and one else text)
                yield from self._reasons(detail, here + 1)

    def _branch(self, branch: Term | None, number: int) -> str:
        if isinstance(branch, IRI):
            return self.term(branch)
        return f"choice {number}" if number else ""


def said(text: str) -> str:
    """Text on one line that no reader of logs takes for a command: CI services act on lines that begin with ``::``.

    >>> said("::stop-commands::x")
    '\\\\u003A:stop-commands::x'
    """
    shown = readable(text)
    start = len(shown) - len(shown.lstrip())
    return f"{shown[:start]}\\u003A{shown[start + 1 :]}" if shown.startswith("::", start) else shown


def place(position: Position | None) -> str:
    """``file:line:column``, as editors and terminals link it; empty without a position."""
    return said(str(position)) if position else ""


def remark_line(remark: Remark, kind: str) -> str:
    """A remark on one line, as results are written in the concise format."""
    where = f"{place(remark.position)}: " if remark.position else ""
    return f"{where}{kind}: {said(remark.message)} [{readable(remark.code)}]"


def excerpt(result: ValidationResult, width: int = _WIDTH) -> Excerpt | None:
    """Cut the source line so that it fits into so many columns and shows the token."""
    position, line = result.position, result.source_line
    if line is None or position is None or position.line is None:
        return None
    line = line.rstrip("\r\n")
    start = (position.column or 1) - 1
    end = start + (position.length or 1) if position.column else start
    before, token, after = line[:start].lstrip(), line[start:end], line[end:]
    if len(before) > min(_BEFORE, width // 2):
        before = "…" + before[-min(_BEFORE, width // 2) :]
    if len(token) > width - len(before):
        token, after = token[: max(width - len(before) - 1, 1)], "…"
    room = max(width - len(before) - len(token), 1)
    if len(after) > room:
        after = after[: room - 1] + "…"
    return Excerpt(position.line, readable(before), readable(token), readable(after.rstrip()))


def count(number: int, noun: str) -> str:
    """A number with its noun.

    >>> count(0, "result"), count(1, "result"), count(1200, "result")
    ('no results', '1 result', '1,200 results')
    """
    return f"1 {noun}" if number == 1 else f"{number:,} {noun}s" if number else f"no {noun}s"
