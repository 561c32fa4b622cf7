"""CSV files (RFC 4180), a piece at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from mosty.model.formulas import SUSPECT, no_formula
from mosty.model.terms import XSD_STRING
from mosty.publish.tables.columns import JOINT
from mosty.publish.tables.layout import Field, Row

_PIECE = 1 << 16


def csv_chunks(fields: Sequence[Field], rows: Iterable[Row]) -> Iterator[str]:
    r"""Write a table as CSV: no formula runs when a spreadsheet program opens it, values are as written.

    >>> "".join(csv_chunks([Field("a", "a"), Field("b", "b")], [(["=1"], ["x", "y"])]))
    "a,b\r\n'=1,x | y\r\n"
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([field.name for field in fields])
    guards = [no_formula if _may_be_numbers(field) else _no_formula_of_text for field in fields]
    for row in rows:
        texts = [cell[0] if len(cell) == 1 else JOINT.join(cell) for cell in row]
        writer.writerow(
            [guard(text) if text[:1] in SUSPECT else text for guard, text in zip(guards, texts, strict=True)]
        )
        if out.tell() >= _PIECE:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def _may_be_numbers(field: Field) -> bool:
    """Whether the cells of a column have a datatype of their own, and are no texts."""
    datatype = field.column.datatype if field.column else None
    return datatype is not None and datatype != XSD_STRING


_no_formula_of_text = partial(no_formula, number=False)


def cell_text(values: Sequence[str]) -> str:
    """The values of a cell in one text."""
    return values[0] if len(values) == 1 else JOINT.join(values)
