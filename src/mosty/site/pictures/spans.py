"""When things were: periods and dates as sources state them, with what is certain told apart from what is possible."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from mosty.model.terms import MOSTY
from mosty.rdf.keys import Key, iri_key, literal_parts
from mosty.site.things import Things
from mosty.site.words import DATE, is_date

PERIOD, _BEGINS, _ENDS, _OPEN_END = (
    iri_key(MOSTY + name) for name in ("period", "begins", "ends", "openEnd")
)
_TRUE = frozenset(("true", "1"))

DAY, MONTH, YEAR = 1, 31, 372
"""Lengths on the axis: every month has 31 days there, so that only whole numbers are needed."""


class Range(NamedTuple):
    """The days, on the axis, that a date of some precision may mean: from the first up to (not with) the last."""

    first: int
    last: int


class Span(NamedTuple):
    """A period, or a single date, of a thing.

    Attributes:
        record: the record it belongs to.
        thing: the record, or the part of it that took place then.
        predicate: that of a single date; None for a period.
        begins, ends: as stated.
        open_end: whether a source says that it goes on.
        start, end: what the stated ends may mean.
    """

    record: Key
    thing: Key
    predicate: Key | None
    begins: Key | None
    ends: Key | None
    open_end: bool
    start: Range | None
    end: Range | None

    @property
    def first(self) -> int:
        """The first day on which it can have been."""
        known = self.start or self.end
        return known.first if known else 0

    @property
    def last(self) -> int:
        """The day after the last one that is known of."""
        known = self.end or self.start
        return known.last if known else 0


def date_range(key: Key) -> Range | None:
    """What a stated year, month or day may mean; None for anything else.

    >>> date_range('"2012"^^<http://www.w3.org/2001/XMLSchema#gYear>')
    Range(first=748464, last=748836)
    """
    if key[0] != '"':
        return None
    match = DATE.fullmatch(literal_parts(key)[0])
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    if not 1 <= (month or 1) <= 12 or not 1 <= (day or 1) <= 31:
        return None
    first = year * YEAR + ((month or 1) - 1) * MONTH + ((day or 1) - 1) * DAY
    return Range(first, first + (YEAR if month is None else MONTH if day is None else DAY))


def spans(things: Things) -> list[Span]:
    """All periods and dates of records and their parts, by kind, then time."""
    order = {key: place for place, key in enumerate(things.all_records)}
    kinds = {kind.prefix: place for place, kind in enumerate(things.config.kinds.values())}

    def position(span: Span) -> tuple[object, ...]:
        kind = things.kind_of(span.record)
        place = kinds[kind.prefix] if kind else len(kinds)
        return place, span.first, span.last, order.get(span.record, 0), span.thing, span.predicate or ""

    return sorted((*_periods(things), *_dates(things)), key=position)


def _periods(things: Things) -> Iterator[Span]:
    graph = things.graph
    begins, ends, opens = (graph.column(name) for name in (_BEGINS, _ENDS, _OPEN_END))
    for thing, period in graph.column(PERIOD).pairs():
        record = things.record_of(thing)
        if record is None:
            continue
        begin, end = (min(column.values(period), default=None) for column in (begins, ends))
        open_end = any(value[0] == '"' and literal_parts(value)[0] in _TRUE for value in opens.values(period))
        start = date_range(begin) if begin else None
        stop = date_range(end) if end else None
        if start or stop:
            yield Span(record, thing, None, begin, end, open_end, start, stop)


def _dates(things: Things) -> Iterator[Span]:
    """Single dates of records: signed on, issued."""
    evidence = things.content.evidence
    for predicate, column in things.graph.columns.items():
        if predicate in (_BEGINS, _ENDS):
            continue
        for subject, value in column.pairs():
            if value[0] != '"' or value[-1] != ">" or not is_date(literal_parts(value)[1]):
                continue
            if subject not in evidence and things.is_record(subject) and (found := date_range(value)):
                yield Span(subject, subject, predicate, value, value, False, found, found)
