"""CSV files (RFC 4180), a piece at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from mosty.model.formulas import no_formula
from mosty.publish.tables.columns import JOINT
from mosty.publish.tables.layout import Row

_PIECE = 1 << 16


def csv_chunks(names: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    r"""Write a table as CSV: no formula runs when a spreadsheet program opens it, values are as written.

    >>> "".join(csv_chunks(["a", "b"], [(["=1"], ["x", "y"])]))
    "a,b\r\n'=1,x | y\r\n"
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([no_formula(cell_text(values)) if values else "" for values in row])
        if out.tell() >= _PIECE:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def cell_text(values: Sequence[str]) -> str:
    """The values of a cell in one text."""
    return values[0] if len(values) == 1 else JOINT.join(values)
