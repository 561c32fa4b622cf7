"""Which texts are literals of an XSD datatype (XML Schema 1.1, part 2; only ASCII digits, no white space).

rdflib takes 1_000 for an integer and any text for a gYear, so well-formedness is judged here.
"""

from __future__ import annotations

import re
from calendar import monthrange

from mosty.model.terms import XSD

_ZONE = r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?"
_YEAR = r"-?(?:[1-9]\d{3,}|0\d{3})"
_MONTH = r"(?:0[1-9]|1[0-2])"
_DAY = r"(?:0[1-9]|[12]\d|3[01])"
_TIME = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_FLOAT = r"(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN)"
_INTEGER = r"[+-]?\d+"

_PATTERNS = {
    XSD + name: re.compile(pattern, re.ASCII)
    for name, pattern in {
        "boolean": r"true|false|1|0",
        "decimal": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)",
        "double": _FLOAT,
        "float": _FLOAT,
        "date": f"({_YEAR})-({_MONTH})-({_DAY}){_ZONE}",
        "dateTime": f"({_YEAR})-({_MONTH})-({_DAY})T{_TIME}{_ZONE}",
        "dateTimeStamp": f"({_YEAR})-({_MONTH})-({_DAY})T{_TIME}{_ZONE[:-1]}",
        "time": f"{_TIME}{_ZONE}",
        "gYear": f"{_YEAR}{_ZONE}",
        "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}",
        "gMonth": f"--{_MONTH}{_ZONE}",
        "gDay": f"---{_DAY}{_ZONE}",
        "gMonthDay": f"--{_MONTH}-{_DAY}{_ZONE}",
        "language": r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
    }.items()
}

# Smallest and greatest value of each kind of integer; None stands for no bound.
_INTEGERS: dict[str, tuple[int | None, int | None]] = {
    XSD + name: bounds
    for name, bounds in {
        "integer": (None, None),
        "nonNegativeInteger": (0, None),
        "positiveInteger": (1, None),
        "nonPositiveInteger": (None, 0),
        "negativeInteger": (None, -1),
        "long": (-(2**63), 2**63 - 1),
        "int": (-(2**31), 2**31 - 1),
        "short": (-(2**15), 2**15 - 1),
        "byte": (-(2**7), 2**7 - 1),
        "unsignedLong": (0, 2**64 - 1),
        "unsignedInt": (0, 2**32 - 1),
        "unsignedShort": (0, 2**16 - 1),
        "unsignedByte": (0, 2**8 - 1),
    }.items()
}
_MOST_DIGITS = 4000  # Python refuses to read longer numbers; no bound is that far away


def is_well_formed(text: str, datatype: str) -> bool:
    """Tell whether a text is a literal of a datatype; yes for datatypes that are not known here.

    >>> is_well_formed("2012-02-30", XSD + "date"), is_well_formed("01", XSD + "integer")
    (False, True)
    """
    if bounds := _INTEGERS.get(datatype):
        if not re.fullmatch(_INTEGER, text, re.ASCII):
            return False
        low, high = bounds
        if len(text) > _MOST_DIGITS:
            return (high if not text.startswith("-") else low) is None
        return (low is None or int(text) >= low) and (high is None or int(text) <= high)
    pattern = _PATTERNS.get(datatype)
    if pattern is None:
        return True
    match = pattern.fullmatch(text)
    if match is None:
        return False
    if match.lastindex == 3:  # a date: the month must have that many days
        # The calendar repeats every 400 years, and only leap years matter here.
        return int(match[3]) <= monthrange(2000 + int(match[1]) % 400, int(match[2]))[1]
    return True
