"""The timeline: when things were, by kind, on one page and on one for each decade."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from mosty.rdf.keys import Key
from mosty.site.labels import shortened
from mosty.site.memo import once_for
from mosty.site.page import Page, Pages, render
from mosty.site.pictures.spans import DAY, MONTH, YEAR, Span, spans
from mosty.site.things import Things
from mosty.workspace.config import Kind

WIDTH, ROW, HEAD, EDGE = 960, 24, 30, 12
_EARLIEST, _LATEST = 1800, 2100
_MOST_ROWS, _MOST_LISTED = 150, 300
_COLUMN = 60


class Bar(NamedTuple):
    """One row of the picture, in pixels.

    Attributes:
        span: what it shows.
        y: the middle of the row.
        x, width: all that is possible.
        core: start and width of what is certain, if anything is.
        goes_on: that it is said to go on.
        unsaid: which ends are not stated: "begins", "ends".
        before, after: whether it began before the picture begins, and ends after it ends.
        name: what it is called in full.
        text: as much of that as there is room for.
        text_x: where that begins, or ends when it stands on the left.
        side: where it stands: right, left, inside.
    """

    span: Span
    y: int
    x: int
    width: int
    core: tuple[int, int] | None
    goes_on: bool
    unsaid: tuple[str, ...]
    before: bool
    after: bool
    name: str
    text: str
    text_x: int
    side: str


class Group(NamedTuple):
    """The rows, or the columns of counts, of one kind.

    Attributes:
        kind: the kind of record.
        y: where its heading stands.
        total: how many periods and dates it has here.
        bars: the rows; none where there are too many.
        columns: x, height and number for each year, where there are too many rows.
        width: of a column.
        base: where the columns stand.
    """

    kind: Kind | None
    y: int
    total: int
    bars: Sequence[Bar]
    columns: Sequence[tuple[int, int, int]]
    width: int
    base: int


class Axis(NamedTuple):
    """The years that a picture shows: from the first up to (not with) the last."""

    first: int
    last: int

    def x(self, day: int) -> int:
        """The position of a day, kept inside the picture."""
        start, end = self.first * YEAR, self.last * YEAR
        return EDGE + (min(max(day, start), end) - start) * (WIDTH - 2 * EDGE) // (end - start)

    def shows(self, span: Span) -> bool:
        """Whether any of it lies inside."""
        last = self.last * YEAR if span.open_end else span.last
        return span.first < self.last * YEAR and last > self.first * YEAR

    @property
    def ticks(self) -> list[tuple[int, int, bool]]:
        """Year, position and whether it is labelled."""
        years = self.last - self.first
        step = next((step for step in (1, 2, 5, 10, 20, 50) if years <= 20 * step), 100)
        lines = step if years > 100 else 1
        return [
            (year, self.x(year * YEAR), year % step == 0)
            for year in range(self.first, self.last + 1)
            if year % lines == 0
        ]


class Gathered(NamedTuple):
    """All that the timeline shows.

    Attributes:
        spans: those inside the years that can be drawn.
        others: those that lie outside of them.
        axis: the years of the whole.
        decades: first year of each decade, with the number of spans.
    """

    spans: Sequence[Span]
    others: Sequence[Span]
    axis: Axis
    decades: Sequence[tuple[int, int]]


@once_for
def gathered(things: Things) -> Gathered:
    """What the timeline of a release shows, found once for all languages."""
    found = spans(things)
    limits = Axis(_EARLIEST, _LATEST)
    inside = [span for span in found if span.first >= _EARLIEST * YEAR and span.last <= _LATEST * YEAR]
    chosen = set(inside)
    others = [span for span in found if span not in chosen]
    if not inside:
        return Gathered([], others, limits, [])
    first = min(span.first for span in inside) // YEAR
    last = (max(span.last for span in inside) - DAY) // YEAR + 1
    decades = range(first // 10 * 10, last, 10)
    counts = [(decade, sum(map(Axis(decade, decade + 10).shows, inside))) for decade in decades]
    # A little room on both sides, so that a single year is no full stripe.
    return Gathered(inside, others, Axis(first - 1, last + 1), counts)


def pages(things: Things, language: str) -> Pages:
    """The page of all years, and one for each decade when there are several."""
    model = gathered(things)
    yield _page(things, language, "timeline.html", model, model.spans, model.axis, None)
    for decade, _ in model.decades if len(model.decades) > 1 else ():
        axis = Axis(decade, decade + 10)
        shown = [span for span in model.spans if axis.shows(span)]
        yield _page(things, language, f"timeline/{decade}.html", model, shown, axis, decade)


def _page(
    things: Things,
    language: str,
    path: str,
    model: Gathered,
    shown: Sequence[Span],
    axis: Axis,
    decade: int | None,
) -> tuple[str, Iterator[str]]:
    groups = _groups(Page(things, language, path), shown, axis)
    bottom = groups[-1] if groups else None
    height = bottom.base if bottom else HEAD
    listed = sorted(
        shown, key=lambda span: (span.first, span.last, span.record, span.thing, span.predicate or "")
    )
    if decade is None:
        listed += model.others
    return render(
        things,
        language,
        path,
        "pictures/timeline.html",
        model=model,
        part_name=part_name,
        decade=decade,
        axis=axis,
        groups=groups,
        width=WIDTH,
        height=height + 24,
        listed=listed[:_MOST_LISTED],
        unlisted=max(0, len(listed) - _MOST_LISTED),
        crowded=len(shown) > _MOST_ROWS,
    )


def _groups(page: Page, shown: Sequence[Span], axis: Axis) -> list[Group]:
    """The kinds, each with rows, or with counts for each year where rows would be too many."""
    by_kind: dict[Kind | None, list[Span]] = {}
    for span in shown:
        by_kind.setdefault(page.things.kind_of(span.record), []).append(span)
    crowded = len(shown) > _MOST_ROWS
    y, groups = HEAD, []
    for kind, members in by_kind.items():
        top = y + 14
        if crowded:
            base = top + 16 + _COLUMN
            columns, width = _columns(members, axis, base)
            groups.append(Group(kind, top, len(members), (), columns, width, base))
        else:
            bars = [_bar(page, span, axis, top + 10 + ROW // 2 + ROW * i) for i, span in enumerate(members)]
            groups.append(Group(kind, top, len(members), bars, (), 0, top + 10 + ROW * len(members)))
        y = groups[-1].base + 12
    return groups


def _columns(members: Sequence[Span], axis: Axis, base: int) -> tuple[list[tuple[int, int, int]], int]:
    """How many were in each year: position, height and number."""
    counts: Counter[int] = Counter()
    for span in members:
        last = axis.last if span.open_end else (span.last - DAY) // YEAR + 1
        counts.update(range(max(axis.first, span.first // YEAR), min(axis.last, last)))
    most = max(counts.values(), default=1)
    width = max(2, (WIDTH - 2 * EDGE) // (axis.last - axis.first) - 2)
    found = [
        (axis.x(year * YEAR) + 1, max(1, number * _COLUMN // most), number)
        for year, number in sorted(counts.items())
    ]
    return found, width


def _bar(page: Page, span: Span, axis: Axis, y: int) -> Bar:
    start, end = span.start, span.end
    first, last = span.first, axis.last * YEAR if span.open_end and end is None else span.last
    x, right = axis.x(first), axis.x(last)
    certain = (
        start.last - DAY if start else None,
        (end.first + DAY) if end else last if span.open_end else None,
    )
    core = None
    if certain[0] is not None and certain[1] is not None:
        sure = certain[1] - certain[0]
        # A day that is sure in the midst of two years that are not would only mislead.
        if sure >= MONTH or (sure > 0 and last - first <= MONTH):
            left = axis.x(certain[0])
            core = (left, max(axis.x(certain[1]) - left, 3))
    width = max(right - x, 4)
    unsaid = tuple(
        name
        for name, known in (("begins", start), ("ends", end))
        if known is None and not (name == "ends" and span.open_end)
    )
    name = _name(page, span)
    text, text_x, side = _label(name, x, width, core)
    return Bar(
        span,
        y,
        x,
        width,
        core,
        span.open_end,
        unsaid,
        first < axis.first * YEAR,
        last > axis.last * YEAR,
        "".join(name),
        text,
        text_x,
        side,
    )


def _label(name: tuple[str, str], x: int, width: int, core: tuple[int, int] | None) -> tuple[str, int, str]:
    """A name cut to the room there is, its position and side: right of the bar, left of it, or in the solid part."""
    wide, right, left = 7 * sum(map(len, name)), WIDTH - (x + width) - 22, x - 22
    if right >= wide or right >= max(left, core[1] if core else 0):
        return _cut(name, max(4, right // 7)), x + width + 14, "right"
    if core and core[1] - 16 >= min(wide, left + 1):
        return _cut(name, (core[1] - 16) // 7), core[0] + 8, "inside"
    return _cut(name, max(4, left // 7)), x - 14, "left"


def _cut(name: tuple[str, str], most: int) -> str:
    """A name with what it is about; that stays, where there is room for both."""
    record, what = name
    if len(what) < most // 2 < len(record):
        return shortened(record, most - len(what)) + what
    return shortened(record + what, most)


def _name(page: Page, span: Span) -> tuple[str, str]:
    """The name of the record, and in brackets what this is about: the property of a date, or a part."""
    record = page.things.label(span.record, page.language).text
    if span.predicate is not None:
        return record, f" ({page.property_name(span.predicate).striptags()})"
    return record, f" ({part_name(page, span.thing)})" if span.thing != span.record else ""


def part_name(page: Page, part: Key) -> str:
    """What a part is called: its name; or what it is, and whom it links the record with: "funding, European Union"."""
    things, language = page.things, page.language
    if own := things.labels.name(part, language):
        return own.text
    name = things.class_of(part)
    said = [things.label(name, language).text if name else things.curie(part)]
    others = (v for _, v in things.outgoing(part) if things.is_record(v) and v != things.record_of(part))
    said += [things.label(other, language).text for other in islice(others, 1)]
    return ", ".join(said)
