"""An answer as a table for the terminal: fitted to its width, wide values wrapped and never cut.

The layout is our own because rich's takes 0.5 ms a row (50 s for 100,000 rows) and 40 ms to import;
rich measures the text, which is the hard part.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest
from math import sqrt

from mosty.render.people import Column

GAP = "  "
SMALLEST = 8
"""Columns that would have to be narrower than this are shown one solution below the other instead."""

_BOLD, _DIM, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"


def table(columns: Sequence[Column], *, width: int | None = None, color: bool = False) -> str:
    """Lay the columns out.

    Args:
        columns: headings and cells, already safe to show.
        width: columns of the terminal; None for as wide as it takes.
        color: mark headings and rules with terminal colours.
    """
    if not columns:
        return ""
    natural = [_natural(column) for column in columns]
    widths = natural if width is None else _fit(natural, columns, width)
    if widths is None:
        return _blocks(columns, width or 80, color)
    return _grid(columns, widths, color, wrapped=widths != natural)


def text_width(text: str) -> int:
    """Number of terminal cells that a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def wrap(text: str, width: int) -> list[str]:
    """Break a text into lines of at most `width` cells, at spaces where there are any; no character is lost.

    >>> wrap("Bridges to Integration", 12)
    ['Bridges to', 'Integration']
    """
    if text_width(text) <= width:
        return [text]
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        if line and text_width(line) + 1 + text_width(word) <= width:
            line += f" {word}"
            continue
        if line:
            lines.append(line)
        *full, line = _chop(word, width)
        lines += full
    lines.append(line)
    return lines


def _chop(word: str, width: int) -> list[str]:
    if text_width(word) <= width:
        return [word]
    pieces, piece, room = [], "", width
    for character in word:
        size = text_width(character)
        if size > room and piece:
            pieces.append(piece)
            piece, room = "", width
        piece += character
        room -= size
    return [*pieces, piece]


def _natural(column: Column, heading_width: Callable[[str], int] = text_width) -> int:
    cells = max((text_width(cell.text) for cell in column.cells), default=0)
    return max(heading_width(column.heading), cells, 1)


def _word_width(text: str) -> int:
    return max(map(text_width, text.split(" ")))


def _fit(natural: list[int], columns: Sequence[Column], width: int) -> list[int] | None:
    """Share the width: narrow columns keep theirs, the wide share the rest; None when that is too little."""
    room = width - len(GAP) * (len(columns) - 1)
    if sum(natural) <= room:
        return natural
    # A long heading over short values is wrapped first.
    natural = [_natural(column, _word_width) for column in columns]
    widths = [0] * len(natural)
    pending = set(range(len(natural)))
    while pending:
        # By the square root, so that the longest texts get more but do not starve the others.
        parts = {i: sqrt(natural[i]) for i in pending}
        unit = room / sum(parts.values())
        fair = room / len(pending)
        content = {i for i in pending if columns[i].numeric or natural[i] <= max(parts[i] * unit, fair)}
        if not content:
            for i in sorted(pending):
                widths[i] = int(parts[i] * unit)
            break
        for i in content:
            widths[i] = natural[i]
        room = max(room - sum(natural[i] for i in content), 0)
        pending -= content
    too_narrow = any(widths[i] < min(natural[i], SMALLEST) for i in range(len(natural)))
    return None if too_narrow or sum(widths) > width - len(GAP) * (len(columns) - 1) else widths


def _grid(columns: Sequence[Column], widths: list[int], color: bool, *, wrapped: bool) -> str:
    bold, dim, plain = (_BOLD, _DIM, _PLAIN) if color else ("", "", "")
    lines = [f"{bold}{line}{plain}" for line in _row([c.heading for c in columns], columns, widths)]
    lines.append(dim + GAP.join("─" * size for size in widths) + plain)
    gap_after = False
    for number, cells in enumerate(zip(*(column.cells for column in columns), strict=True)):
        row = _row([cell.text for cell in cells], columns, widths)
        # A row of several lines is set apart, or nobody could tell where it ends.
        if number and wrapped and (gap_after or len(row) > 1):
            lines.append("")
        gap_after = len(row) > 1
        lines += row
    return "\n".join(lines) + "\n"


def _row(texts: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> list[str]:
    wrapped = [wrap(text, size) for text, size in zip(texts, widths, strict=True)]
    lines = []
    for parts in zip_longest(*wrapped, fillvalue=""):
        cells = (
            _pad(part, size, right=column.numeric)
            for part, size, column in zip(parts, widths, columns, strict=True)
        )
        lines.append(GAP.join(cells).rstrip(" "))
    return lines


def _pad(text: str, width: int, *, right: bool) -> str:
    blank = " " * (width - text_width(text))
    return blank + text if right else text + blank


def _blocks(columns: Sequence[Column], width: int, color: bool) -> str:
    """Show each solution as lines of heading and value, for terminals too narrow for so many columns."""
    bold, dim, plain = (_BOLD, _DIM, _PLAIN) if color else ("", "", "")
    margin = min(max(text_width(column.heading) for column in columns), max(width // 2, 1))
    room = max(width - margin - len(GAP), SMALLEST)
    lines: list[str] = []
    for cells in zip(*(column.cells for column in columns), strict=True):
        if lines:
            lines.append(dim + "─" * min(width, margin + len(GAP) + room) + plain)
        for column, cell in zip(columns, cells, strict=True):
            names, values = wrap(column.heading, margin), wrap(cell.text, room)
            for name, value in zip_longest(names, values, fillvalue=""):
                lines.append(f"{bold}{_pad(name, margin, right=False)}{plain}{GAP}{value}".rstrip(" "))
    return "\n".join(lines) + "\n" if lines else ""
