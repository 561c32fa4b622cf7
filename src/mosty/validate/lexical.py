"""Which texts are literals of an XSD datatype (XML Schema 1.1, part 2; only ASCII digits, no white space).

rdflib takes 1_000 for an integer and any text for a gYear, so well-formedness is judged here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from functools import cache, cached_property
from itertools import islice

from mosty.model.terms import RDF_LANG_STRING, XSD, XSD_STRING
from mosty.rdf.keys import Key, lexical_form

_ZONE = r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?"
_YEAR = r"-?(?:[1-9]\d{3,}|0\d{3})"
_MONTH = r"(?:0[1-9]|1[0-2])"
_MONTH_DAY = (
    r"(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)"
    r"|02-(?:0[1-9]|1\d|2[0-8]))"
)
# Leap years: the last two digits are divisible by four; of full centuries, the digits before them.
_LEAP_YEAR = (
    r"-?(?:(?:[1-9]\d+|0\d)(?:0[48]|[2468][048]|[13579][26])|(?:[1-9]\d*)?(?:[02468][048]|[13579][26])00)"
)
_DATE = f"(?:{_YEAR}-{_MONTH_DAY}|{_LEAP_YEAR}-02-29)"
_TIME = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_SECONDS = r"\d+(?:\.\d+)?S"
_CLOCK = rf"T(?:\d+H(?:\d+M)?(?:{_SECONDS})?|\d+M(?:{_SECONDS})?|{_SECONDS})"
_DAYS = rf"(?:\d+D(?:{_CLOCK})?|{_CLOCK})"
_MONTHS = r"(?:\d+Y(?:\d+M)?|\d+M)"
_FLOAT = r"(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN)"

_PATTERNS = {
    XSD + name: pattern
    for name, pattern in {
        "boolean": r"(?:true|false|1|0)",
        "decimal": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)",
        "double": _FLOAT,
        "float": _FLOAT,
        "integer": r"[+-]?\d+",
        "date": _DATE + _ZONE,
        "dateTime": f"{_DATE}T{_TIME}{_ZONE}",
        "dateTimeStamp": f"{_DATE}T{_TIME}{_ZONE[:-1]}",
        "time": f"{_TIME}{_ZONE}",
        "gYear": f"{_YEAR}{_ZONE}",
        "gYearMonth": f"{_YEAR}-{_MONTH}{_ZONE}",
        "gMonth": f"--{_MONTH}{_ZONE}",
        "gDay": rf"---(?:0[1-9]|[12]\d|3[01]){_ZONE}",
        "gMonthDay": f"--(?:{_MONTH_DAY}|02-29){_ZONE}",
        "duration": f"-?P(?:{_MONTHS}{_DAYS}?|{_DAYS})",
        "yearMonthDuration": f"-?P{_MONTHS}",
        "dayTimeDuration": f"-?P{_DAYS}",
        "language": r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
        "hexBinary": r"(?:[0-9A-Fa-f]{2})*",
    }.items()
}

# Smallest and greatest value of each kind of integer; None stands for no bound.
_INTEGERS: dict[str, tuple[int | None, int | None]] = {
    XSD + name: bounds
    for name, bounds in {
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
INTEGERS = frozenset({XSD + "integer", *_INTEGERS})
"""xsd:integer and the datatypes derived from it (XML Schema 1.1, part 2, section 3.4.13 and following)."""

MOST_DIGITS = 4000
"""Python refuses to read much longer whole numbers; no bound of a datatype is that far away."""

# Forms that most literals have and that certainly are well-formed; those of other forms are judged one by one.
_USUAL = {
    XSD + name: pattern
    for name, pattern in {
        "integer": r"[+-]?\d{1,18}",
        "nonNegativeInteger": r"\+?\d{1,18}",
        "positiveInteger": r"\+?[1-9]\d{0,17}",
        "nonPositiveInteger": r"-\d{1,18}",
        "negativeInteger": r"-[1-9]\d{0,17}",
        "long": r"[+-]?\d{1,18}",
        "int": r"[+-]?\d{1,9}",
        "short": r"[+-]?\d{1,4}",
        "byte": r"[+-]?\d{1,2}",
        "unsignedLong": r"\+?\d{1,18}",
        "unsignedInt": r"\+?\d{1,9}",
        "unsignedShort": r"\+?\d{1,4}",
        "unsignedByte": r"\+?\d{1,2}",
        "date": rf"(?:\d{{4}}-{_MONTH_DAY}|\d\d(?:0[48]|[2468][048]|[13579][26])-02-29)",
        "dateTime": rf"\d{{4}}-{_MONTH_DAY}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ?",
        "gYear": r"\d{4}",
        "gYearMonth": rf"\d{{4}}-{_MONTH}",
    }.items()
}
_CHUNK = 1024
_FEW = 64


def is_well_formed(text: str, datatype: str) -> bool:
    """Tell whether a text is a literal of a datatype; yes for datatypes that are not known here.

    >>> is_well_formed("2012-02-30", XSD + "date"), is_well_formed("01", XSD + "integer")
    (False, True)
    """
    judge = _judge(datatype)
    return judge is None or judge(text)


@cache
def _judge(datatype: str) -> Callable[[str], bool] | None:
    if datatype in _INTEGERS:
        low, high = _INTEGERS[datatype]
        return lambda text: _is_between(text, low, high)
    if datatype in _PATTERNS:
        find = re.compile(_PATTERNS[datatype], re.ASCII).fullmatch
        return lambda text: find(text) is not None
    return None


def _is_between(text: str, low: int | None, high: int | None) -> bool:
    match = re.fullmatch(r"([+-]?)0*(\d+)", text, re.ASCII)
    if match is None:
        return False
    if len(match[2]) > MOST_DIGITS:
        return (low if match[1] == "-" else high) is None
    number = int(match[1] + match[2])
    return (low is None or number >= low) and (high is None or number <= high)


def ill_typed(values: Collection[Key], datatype: str) -> set[Key]:
    """Find the keys that are not well-formed literals of a datatype (SHACL, section 4.1.2).

    Args:
        values: keys of terms of any kind.
        datatype: the IRI of the datatype.

    >>> sorted(ill_typed({'"2012"^^<http://www.w3.org/2001/XMLSchema#gYear>', '"2012"'}, XSD + "gYear"))
    ['"2012"']
    """
    if datatype == RDF_LANG_STRING:  # a tag ends with a letter or digit
        return {key for key in values if key[0] != '"' or key[-1] in '">'}
    if datatype == XSD_STRING:
        return {key for key in values if key[0] != '"' or key[-1] != '"'}
    end = f'"^^<{datatype}>'
    form = usual_form(datatype)
    others = values if form is None else form.split(values)[1]
    judge = _judge(datatype)
    return {
        key
        for key in others
        if key[0] != '"'
        or not key.endswith(end)
        or (judge is not None and not judge(lexical_form(key, len(key) - len(end))))
    }


class UsualForm:
    """The form that literals of one datatype usually have: tells the others apart, a thousand in one call."""

    def __init__(self, pattern: str, datatype: str) -> None:
        self._key = f'"{pattern}"\\^\\^<{re.escape(datatype)}>'
        self._one = re.compile(self._key, re.ASCII).fullmatch

    @cached_property
    def _many(self) -> Callable[[str], object]:
        import re2  # here, because small data need not wait for it

        several = re2.Set.FullMatchSet()
        several.Add(f"(?:{self._key}\n)*")
        several.Compile()
        match: Callable[[str], object] = several.Match
        return match

    def split(self, values: Iterable[Key]) -> tuple[list[Key], list[Key]]:
        """Give the keys that have the form, and the others."""
        usual: list[Key] = []
        others: list[Key] = []
        left = iter(values)
        while chunk := list(islice(left, _CHUNK)):
            if len(chunk) > _FEW and self._many("\n".join([*chunk, ""])):
                usual += chunk
            else:
                for key in chunk:
                    (usual if self._one(key) else others).append(key)
        return usual, others


@cache
def usual_form(datatype: str) -> UsualForm | None:
    """The usual form of the literals of a datatype; None for a datatype without one."""
    pattern = _USUAL.get(datatype) or _PATTERNS.get(datatype)
    return None if pattern is None else UsualForm(pattern, datatype)
