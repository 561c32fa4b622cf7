"""Cells that spreadsheet programs would run as formulas, and how they are kept from it."""

from __future__ import annotations

import re

# Characters at the start of a cell that spreadsheet programs take for a formula, full-width forms included.
_STARTS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
SUSPECT = frozenset(_STARTS + "'")
"""`no_formula` leaves a text alone that does not begin with one of these."""
_FORMULA = re.compile(f"'*[{re.escape(_STARTS)}]")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")


def no_formula(text: str, *, number: bool = True) -> str:
    """Put an apostrophe before a cell that a spreadsheet program would run as a formula; numbers are none.

    What begins with an apostrophe and would be one behind it gets one as well, so that nothing is ambiguous.

    Args:
        text: the cell.
        number: whether it may be a number. Of a text that only looks like one, such as the +420 of a phone, the
            program would keep neither the sign nor a zero behind it, so that it is guarded too.

    >>> no_formula("=1+1"), no_formula("-1.5"), no_formula("'=1+1"), no_formula("+420", number=False)
    ("'=1+1", '-1.5', "''=1+1", "'+420")
    """
    if text[:1] not in SUSPECT or not _FORMULA.match(text) or (number and _NUMBER.match(text)):
        return text
    return f"'{text}"


def as_meant(cell: str) -> str:
    """Take away the apostrophe that `no_formula` put before a cell.

    >>> as_meant("'=1+1"), as_meant("'tis")
    ('=1+1', "'tis")
    """
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell
