"""Which literal is less: the operators ``<`` and ``<=`` of SPARQL (SPARQL 1.1 Query, section 17.3).

What SPARQL leaves out follows XML Schema 1.1, part 2: dates, times, years and durations are ordered as their
value space is, so that a moment without time zone and one with it compare only when they lie more than 14
hours apart (section 3.3.7). None stands for SPARQL's type error: other kinds of terms, ill-formed literals,
literals of two kinds, and moments or durations that have no order.
"""

from __future__ import annotations

import operator as op
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from decimal import MAX_EMAX, MIN_EMIN, ROUND_05UP, Context, Decimal
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from mosty.model.terms import XSD, XSD_STRING
from mosty.rdf.keys import Key, literal_parts
from mosty.validate.lexical import INTEGERS, MOST_DIGITS, is_well_formed, usual_form

_DAY = 86400
_ZONES = 14 * 3600  # no time zone is further from UTC (XML Schema 1.1, part 2, section 3.3.7)
_UNORDERED = 2  # what NaN is to every number: neither less nor equal, and no type error


class _Number(NamedTuple):
    """A number; rank 0 is integer and decimal (exact), 1 float, 2 double. The greater rank is promoted to."""

    rank: int
    number: int | Decimal | float
    kind: str = "number"

    def compare(self, other: _Number) -> int | None:
        rank = max(self.rank, other.rank)
        one, two = self.promoted(rank), other.promoted(rank)
        return 0 if one == two else -1 if one < two else 1 if one > two else _UNORDERED

    def promoted(self, rank: int) -> int | Decimal | float:
        if self.rank or not rank:
            return self.number  # a float is a double too
        return _single(Decimal(self.number)) if rank == 1 else float(Decimal(self.number))


class _Text(NamedTuple):
    """A string (compared by code points) or a truth value."""

    text: str | bool
    kind: str

    def compare(self, other: _Text) -> int | None:
        one, two = str(self.text), str(other.text)
        return (one > two) - (one < two)


class _Moment(NamedTuple):
    """A place on the time line (XML Schema 1.1, part 2, section E.3.4).

    Attributes:
        seconds: whole seconds.
        fraction: the digits of the rest without the zeros at the end, which order as texts do.
        zoned: whether there is a time zone.
        kind: the datatype.
    """

    seconds: int
    fraction: str
    zoned: bool
    kind: str

    def compare(self, other: _Moment) -> int | None:
        one, two = self[:2], other[:2]
        if self.zoned == other.zoned:
            return (one > two) - (one < two)
        if (one[0] + _ZONES, one[1]) < two:
            return -1
        return 1 if one > (two[0] + _ZONES, two[1]) else None


class _Duration(NamedTuple):
    """Months and seconds, which have no common measure (XML Schema 1.1, part 2, section 3.3.6.2)."""

    months: int
    seconds: Fraction
    kind: str = "duration"

    def compare(self, other: _Duration) -> int | None:
        orders = {(one > two) - (one < two) for one, two in zip(self._ends(), other._ends(), strict=True)}
        return orders.pop() if len(orders) == 1 else None

    def _ends(self) -> Iterator[Fraction]:
        for year, month in ((1696, 9), (1697, 2), (1903, 3), (1903, 7)):
            months = 12 * year + month - 1 + self.months
            yield _days(months // 12, months % 12 + 1, 1) * _DAY + self.seconds


_Value: TypeAlias = _Number | _Text | _Moment | _Duration


def less(a: Key, b: Key) -> bool | None:
    """Tell whether a literal is less than another one, as ``a < b`` of SPARQL; None for a type error.

    >>> less('"9"^^<http://www.w3.org/2001/XMLSchema#byte>', '"10.0"^^<http://www.w3.org/2001/XMLSchema#decimal>')
    True
    """
    order = _order(_value(a), _value(b))
    return None if order is None else order == -1


def less_or_equal(a: Key, b: Key) -> bool | None:
    """Tell whether a literal is less than or equal to another one, as ``a <= b``; None for a type error.

    >>> less_or_equal('"1"', '"1"^^<http://www.w3.org/2001/XMLSchema#integer>') is None
    True
    """
    order = _order(_value(a), _value(b))
    return None if order is None else order in (-1, 0)


def failing_pairs(pairs: Iterable[tuple[Key, Key]], *, or_equal: bool = False) -> list[tuple[Key, Key]]:
    """Find the pairs of which the first is not less than the second, or cannot be compared (SHACL, 4.5.3).

    Args:
        pairs: terms of any kind.
        or_equal: whether equal ones may be, as for ``sh:lessThanOrEquals``.
    """
    pairs = list(pairs)
    plain: dict[Key, str] = {}  # those whose order is that of their keys, with their kind
    for end, keys in _by_end({key for pair in pairs for key in pair}).items():
        form = usual_form(end[4:-1]) if end[4:-1] in _PLAIN else None
        if form is not None:
            plain.update(dict.fromkeys(form.split(keys)[0], end))
    values: dict[Key, _Value | None] = {}
    good = (-1, 0) if or_equal else (-1,)
    failing = []
    for pair in pairs:
        one, two = pair
        kind = plain.get(one)
        if kind is not None and kind is plain.get(two) and len(one) == len(two):
            if one > two or (one == two and not or_equal):
                failing.append(pair)
            continue
        for key in pair:
            if key not in values:
                values[key] = _value(key)
        if _order(values[one], values[two]) not in good:
            failing.append(pair)
    return failing


# Operator and orders of (limit, value) that conform (SHACL, section 4.3).
_RANGES: dict[str, tuple[Callable[[Any, Any], bool], tuple[int, ...]]] = {
    "minExclusive": (op.lt, (-1,)),
    "minInclusive": (op.le, (-1, 0)),
    "maxExclusive": (op.gt, (1,)),
    "maxInclusive": (op.ge, (0, 1)),
}
# Forms of moments whose keys order as texts do: no fraction, year of four digits, no time zone or Z.
_PLAIN = {
    XSD + "date": r'"\d{4}-\d\d-\d\d"',
    XSD + "dateTime": r'"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\dZ?"',
    XSD + "gYear": r'"\d{4}"',
    XSD + "gYearMonth": r'"\d{4}-\d\d"',
}
_CONVERT: dict[str, tuple[int, Callable[[str], int | Decimal | float]]] = {
    **dict.fromkeys(INTEGERS, (0, int)),
    XSD + "decimal": (0, Decimal),
    XSD + "double": (2, float),
}


def failing_range(values: Collection[Key], limit: Key, operator: str) -> set[Key]:
    """Find the values that are outside a range or cannot be compared with its limit (SHACL, section 4.3).

    Args:
        values: keys of terms of any kind.
        limit: the limit.
        operator: ``minExclusive``, ``minInclusive``, ``maxExclusive`` or ``maxInclusive``.

    >>> year = '"{}"^^<http://www.w3.org/2001/XMLSchema#gYear>'.format
    >>> failing_range({year(1999), year(2000)}, year(2000), "minInclusive") == {year(1999)}
    True
    """
    bound = _value(limit)
    if bound is None:
        return set(values)
    holds, good = _RANGES[operator]
    failing: set[Key] = set()
    own = limit[limit.rfind('"') :]
    # Most values have the datatype of the limit.
    left = _failing_usual(values, own, limit, bound, holds, failing)
    for end, keys in _by_end(left).items():
        others = keys if end == own else _failing_usual(keys, end, limit, bound, holds, failing)
        failing.update(key for key in others if _order(bound, _value(key)) not in good)
    return failing


def _by_end(keys: Iterable[Key]) -> dict[str, list[Key]]:
    """Sort keys by what stands behind the text: datatype or language."""
    groups: dict[str, list[Key]] = {}
    for key in keys:
        groups.setdefault(key[key.rfind('"') :], []).append(key)
    return groups


def _failing_usual(
    keys: Collection[Key],
    end: str,
    limit: Key,
    bound: _Value,
    holds: Callable[[Any, Any], bool],
    failing: set[Key],
) -> Collection[Key]:
    """Add those of the usual form that fail; give back the others, which have not been looked at."""
    datatype = end[4:-1]
    form = usual_form(datatype)
    if form is None:
        return keys
    cut = -len(end)
    if isinstance(bound, _Number) and datatype in _CONVERT:
        rank, convert = _CONVERT[datatype]
        if rank < bound.rank:
            return keys
        number = bound.promoted(rank)
        usual, others = form.split(keys)
        failing.update(key for key in usual if not holds(number, convert(key[1:cut])))
        return others
    plain = _PLAIN.get(datatype)
    if plain is None or not limit.endswith(end) or not re.match(plain, limit):
        return keys
    usual, others = form.split(keys)
    length = len(limit)  # with or without Z, but alike
    failing.update(key for key in usual if len(key) == length and not holds(limit, key))
    return [*others, *(key for key in usual if len(key) != length)]


def _order(a: _Value | None, b: _Value | None) -> int | None:
    if a is None or b is None or a.kind != b.kind:
        return None
    return a.compare(b)  # type: ignore[arg-type]


def _value(key: Key) -> _Value | None:
    """The value of a literal that can be compared."""
    if key[0] != '"':
        return None
    text, datatype, language = literal_parts(key)
    if datatype == XSD_STRING:
        return _Text(text, "string")
    if language or not is_well_formed(text, datatype):
        return None
    if datatype in INTEGERS:
        # Python reads no longer ones; Decimal compares just as exactly.
        return _Number(0, int(text) if len(text) < MOST_DIGITS else Decimal(text))
    name = datatype.removeprefix(XSD)
    if name == "decimal":
        return _Number(0, Decimal(text))
    if name in ("double", "float"):
        return _Number(2, float(text)) if name == "double" else _Number(1, _single_of(text))
    if name == "boolean":
        return _Text(text in ("true", "1"), "boolean")
    if name in ("duration", "yearMonthDuration", "dayTimeDuration"):
        return _duration(text)
    return _moment(text, name) if name in _MOMENTS else None


_EXACT = Context(prec=200, rounding=ROUND_05UP, Emax=MAX_EMAX, Emin=MIN_EMIN)
"""Keeps more digits than any limit between two floats has, and rounds so that a second rounding is right."""


def _single_of(text: str) -> float:
    return float(text) if text[-1] in "FN" else _single(_EXACT.create_decimal(text))


def _single(number: Decimal) -> float:
    """The nearest float of 32 bits; that of the nearest double would be rounded twice."""
    near = float(number)
    if near == 0 or not 1e-46 < abs(near) < 1e39:
        return 0.0 if abs(near) < 1 else near * float("inf")
    exact = abs(Fraction(_EXACT.plus(number)))
    # 24 bits, fewer below the least exponent.
    exponent = max(exact.numerator.bit_length() - exact.denominator.bit_length() - 24, -149)
    if exact / Fraction(2) ** exponent >= 2**24:
        exponent += 1
    nearest = float(round(exact / Fraction(2) ** exponent) * Fraction(2) ** exponent)
    nearest = nearest if nearest < 2.0**128 else float("inf")
    return nearest if near > 0 else -nearest


_ZONED = r"(?P<zone>Z|[+-]\d\d:\d\d)?"
_TIME = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<fraction>\d+))?"
_YEAR = r"(?P<year>-?\d+)"
_DATE = _YEAR + r"-(?P<month>\d\d)-(?P<day>\d\d)"
_MOMENTS = {
    name: pattern + _ZONED
    for name, pattern in {
        "dateTime": f"{_DATE}T{_TIME}",
        "dateTimeStamp": f"{_DATE}T{_TIME}",
        "date": _DATE,
        "time": _TIME,
        "gYear": _YEAR,
        "gYearMonth": _YEAR + r"-(?P<month>\d\d)",
        "gMonthDay": r"--(?P<month>\d\d)-(?P<day>\d\d)",
        "gMonth": r"--(?P<month>\d\d)",
        "gDay": r"---(?P<day>\d\d)",
    }.items()
}


@cache
def _form(name: str) -> re.Pattern[str]:
    return re.compile(_MOMENTS[name], re.ASCII)


def _moment(text: str, name: str) -> _Moment | None:
    match = _form(name).fullmatch(text)
    if match is None:
        return None
    part = {name: value for name, value in match.groupdict().items() if value is not None}
    year = part.get("year", "1972")
    if len(year) > MOST_DIGITS:
        return None
    seconds = _days(int(year), int(part.get("month", 1)), int(part.get("day", 1))) * _DAY
    seconds += int(part.get("hour", 0)) * 3600 + int(part.get("minute", 0)) * 60 + int(part.get("second", 0))
    if name == "time":
        seconds %= _DAY  # 24:00:00 is 00:00:00
    zone = part.get("zone")
    if zone is not None and zone != "Z":
        shift = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
        seconds += shift if zone[0] == "-" else -shift
    return _Moment(
        seconds, part.get("fraction", "").rstrip("0"), zone is not None, name.removesuffix("Stamp")
    )


_PARTS = r"(-?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d+))?S)?)?"


def _duration(text: str) -> _Duration | None:
    match = re.fullmatch(_PARTS, text, re.ASCII)
    if match is None or len(text) > MOST_DIGITS:
        return None
    years, months, days, hours, minutes, seconds, fraction = (part or "0" for part in match.groups()[1:])
    sign = -1 if match[1] else 1
    whole = int(days) * _DAY + int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    exact = whole + Fraction(int(fraction), 10 ** len(fraction))
    return _Duration(sign * (int(years) * 12 + int(months)), sign * exact)


def _days(year: int, month: int, day: int) -> int:
    """Days from the beginning of the year 0 to a day of the Gregorian calendar, also before it and after 9999."""
    if month > 2:
        year, month = year + 1, month - 12
    # Years that begin in March end with the leap day.
    year -= 1
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * (month + 9) + 2) // 5 + day
