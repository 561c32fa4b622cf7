"""The tables in one workbook (Office Open XML, ECMA-376), for spreadsheet programs."""

from __future__ import annotations

import datetime
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mosty.publish.tables.columns import JOINT
from mosty.publish.tables.files import cell_text
from mosty.publish.tables.layout import Field, Layout, Table
from mosty.publish.tables.naming import Names

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

README, COLUMNS = "README", "COLUMNS"
MOST_ROWS = 1_048_576
"""Rows of a sheet, the header included."""
MOST_CELLS = 2_000_000
"""A table with more cells than this is left to the CSV files: no spreadsheet program opens it in good time."""
MOST_EVIDENCE = 500_000
"""Statements and passages with more cells than this would make the workbook slow to open for the few who need them."""
_MOST_COLUMNS = 16_384
_LONGEST_CELL, _LONGEST_NAME = 32_767, 31
_BEYOND = re.compile("[\U00010000-\U0010ffff]")
_PIECE = 1 << 16
# The program keeps 15 digits of a number; one with more, or with a zero in front, would be another number there.
_KEPT = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{0,15})?\Z")
_NO_XML = re.compile("[\ufffe\uffff]")
_HOW_TO_READ = (
    "One row is one thing. The column id is its key; a column that ends in _id holds ids of other things.",
    f'Several values of a cell have "{JOINT}" between them; the sheet values has a row for each of them.',
    "The CSV files values and things also have rows for statements and passages, which the sheets here leave out.",
    "The sheet COLUMNS says what each column means, and which of them follow from others by a rule.",
    f"A text of more than {_LONGEST_CELL} characters is cut and ends in …; the CSV files have all of it.",
)
_EPOCH = datetime.datetime(1980, 1, 1)  # XlsxWriter would take the clock
_WIDTHS = {"id": 36, "link": 30, "iri": 30, "words": 36, "value": 18}


def workbook(
    layout: Layout, *, version: str | None, date: datetime.date | None, scratch: Path | None = None
) -> Iterator[bytes]:
    """Write the workbook to a temporary file, row after row, and give its bytes.

    Args:
        layout: the tables.
        version, date: of the release.
        scratch: the folder for the temporary file; without one the system's.
    """
    import xlsxwriter

    with tempfile.TemporaryDirectory(prefix="mosty-", dir=scratch) as folder:
        path = Path(folder) / "tables.xlsx"
        book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "tmpdir": folder,
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
            },
        )
        when = datetime.datetime.combine(date, datetime.time()) if date else _EPOCH
        title = layout.config.publish.get("title", layout.config.title)
        book.set_properties({"title": _safe(title), "created": when})
        _Book(book, layout, _about(layout, title, version, date)).write()
        book.close()
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece


def _about(layout: Layout, title: str, version: str | None, date: datetime.date | None) -> list[str]:
    publish = layout.config.publish
    found = [title]
    if known := [part for part in (version and f"version {version}", date and date.isoformat()) if part]:
        found.append(", ".join(known))
    if "description" in publish:
        found.append(publish["description"])
    if "license" in publish:
        found.append(f"Licence: {publish['license']}")
    return found


class _Book:
    """Writes the sheets."""

    def __init__(self, book: Workbook, layout: Layout, about: Sequence[str]) -> None:
        self._book = book
        self._layout = layout
        self._about = about
        self._tables = layout.without_evidence()
        known = {table.name for table in self._tables}
        evidence = [table for table in layout.tables if table.name not in known]
        if sum(table.size * len(table.fields) for table in evidence) <= MOST_EVIDENCE:
            self._tables += evidence
        names = Names((README, COLUMNS, "History"))  # a name that the program keeps for itself
        self._names = {
            table.name: names.take([table.name[:_LONGEST_NAME], table.name[: _LONGEST_NAME - 4] + "-2"])
            for table in self._tables
        }
        self._left_out = {table.name for table in self._tables if _is_too_big(table)}

    def write(self) -> None:
        header = self._book.add_format({"bold": True, "bottom": 1})
        readme = self._sheet(README, [18, 100])
        columns = self._sheet(COLUMNS, [20, 26, 30, 12, 100])
        for row, (left, right) in enumerate(self._readme()):
            readme.write_string(row, 0, _safe(left), header if not right else None)
            readme.write_string(row, 1, _safe(right))
        self._header(columns, ["table", "column", "title", "type", "description"], header)
        row = 0
        for table in self._tables:
            for field in table.fields:
                row += 1
                told = (table.name, field.name, field.title, field.type, field.description)
                for place, text in enumerate(told):
                    columns.write_string(row, place, _safe(text))
            if table.name not in self._left_out:
                self._table(table, header)
        columns.autofilter(0, 0, row, 4)

    def _readme(self) -> Iterator[tuple[str, str]]:
        yield from ((line, "") for line in self._about)
        yield "", ""
        yield "How to read", ""
        yield from (("", line) for line in _HOW_TO_READ)
        yield "", ""
        yield "Tables", ""
        for table in self._tables:
            rows = f"{table.size} row{'s' if table.size != 1 else ''}"
            note = " Too large for a sheet: see the CSV file." if table.name in self._left_out else ""
            yield self._names[table.name], f"{table.title}, {rows}. {table.description}{note}".strip()
        if others := [t.name for t in self._layout.tables if t.name not in self._names]:
            yield (
                "",
                f"Which passage says what is too large for a workbook: see the CSV files {', '.join(others)}.",
            )

    def _table(self, table: Table, header: Format) -> None:
        widths = [_WIDTHS.get(_role(field), 18) for field in table.fields]
        sheet = self._sheet(self._names[table.name], widths)
        self._header(sheet, [field.name for field in table.fields], header)
        numbers = [field.type in ("integer", "number") for field in table.fields]
        for row, cells in enumerate(self._layout.rows(table, evidence=False), 1):
            for place, values in enumerate(cells):
                if not values:
                    continue
                text = cell_text(values)
                if numbers[place] and _KEPT.match(text) and len(text) <= 16:
                    sheet.write_number(row, place, float(text))
                else:
                    sheet.write_string(row, place, _safe(text))
        sheet.autofilter(0, 0, table.size, len(table.fields) - 1)

    def _sheet(self, name: str, widths: Sequence[int]) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        return sheet

    def _header(self, sheet: Worksheet, names: Sequence[str], header: Format) -> None:
        for place, name in enumerate(names):
            sheet.write_string(0, place, _safe(name), header)
        sheet.freeze_panes(1, 0)


def _role(field: Field) -> str:
    return field.column.role if field.column else field.name


def _is_too_big(table: Table) -> bool:
    columns = len(table.fields)
    return table.size >= MOST_ROWS or columns > _MOST_COLUMNS or table.size * columns > MOST_CELLS


def _safe(text: str) -> str:
    """What a cell can hold: no character that XML forbids, and not too long (counted in UTF-16)."""
    if not text.isascii():
        text = _NO_XML.sub("\ufffd", text)
    if len(text) <= _LONGEST_CELL // 2 or len(_BEYOND.sub("xx", text)) <= _LONGEST_CELL:
        return text
    units = text.encode("utf-16-le")[: 2 * (_LONGEST_CELL - 1)]
    return units.decode("utf-16-le", "ignore") + "…"
