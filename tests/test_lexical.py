"""Well-formed literals: what XML Schema says, not what Python's parsers take."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mosty.model.terms import XSD
from mosty.validate.lexical import is_well_formed

GOOD = {
    "gYear": ["2012", "-0044", "12012", "2012Z", "2012+01:00", "0000"],
    "gYearMonth": ["2012-05", "2012-05Z"],
    "date": ["2012-02-29", "2000-02-29", "-0044-03-15", "12012-01-01", "2012-05-01Z", "2012-05-01+02:00"],
    "dateTime": ["2012-05-01T24:00:00", "2012-05-01T10:00:00.123456789", "-0001-01-01T00:00:00Z"],
    "dateTimeStamp": ["2012-05-01T10:00:00-05:00"],
    "time": ["10:00:00Z", "24:00:00"],
    "integer": ["01", "+1", "-0", "9" * 5000],
    "nonNegativeInteger": ["0", "9" * 5000],
    "byte": ["-128", "127"],
    "decimal": [".5", "1.", "+1.50", "-.5"],
    "double": ["INF", "-INF", "NaN", "1e400", ".5E3"],
    "boolean": ["1", "0", "true", "false"],
    "language": ["cs", "en-GB"],
    "somethingElse": ["anything at all"],
}
BAD = {
    "gYear": ["2012-13", "2012-05", "20", "02012", "2012-05-01", "abc", "2012Z1", ""],
    "gYearMonth": ["2012-13", "2012", "2012-5", "201205", "2012-05-01"],
    "date": [
        "2012-02-30",
        "1900-02-29",
        "20120101",
        "2012-1-1",
        "2012-W01-1",
        "2012-05-01T00:00:00",
        "2012/05/01",
    ],
    "dateTime": [
        "2012-05-01",
        "20120501T000000",
        "2012-05-01 00:00:00",
        "2012-05-01T25:00:00",
        "2013-02-29T00:00:00",
    ],
    "dateTimeStamp": ["2012-05-01T10:00:00"],
    "time": ["25:00:00", "1200", "24:00:01"],
    "integer": ["1.0", "0x10", " 1", "1_000", "٣", "1e3", "+", "1\n"],
    "nonNegativeInteger": ["-1"],
    "byte": ["128", "-129", "9" * 5000],
    "unsignedLong": [str(2**64)],
    "decimal": ["1e5", "NaN", "1,5", "INF", "1_0", "."],
    "double": ["1_0", "nan", "inf", "Infinity", "+-1"],
    "boolean": ["TRUE", "yes"],
    "language": ["", "english language"],
}


@pytest.mark.parametrize(
    ("datatype", "text"), [(name, text) for name, texts in GOOD.items() for text in texts]
)
def test_well_formed(datatype: str, text: str) -> None:
    assert is_well_formed(text, XSD + datatype)


@pytest.mark.parametrize(
    ("datatype", "text"), [(name, text) for name, texts in BAD.items() for text in texts]
)
def test_ill_formed(datatype: str, text: str) -> None:
    assert not is_well_formed(text, XSD + datatype)


@given(st.dates())
def test_every_date_is_well_formed(day: date) -> None:
    assert is_well_formed(day.isoformat(), XSD + "date")
    assert is_well_formed(f"{day.year:04}", XSD + "gYear")


@given(st.integers(1, 9999), st.integers(0, 13), st.integers(0, 32))
def test_only_dates_of_the_calendar_are_well_formed(year: int, month: int, day: int) -> None:
    try:
        date(year, month, day)
        real = True
    except ValueError:
        real = False
    assert is_well_formed(f"{year:04}-{month:02}-{day:02}", XSD + "date") == real


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4), st.integers())
def test_every_number_is_well_formed(number: Decimal, whole: int) -> None:
    assert is_well_formed(f"{number:f}", XSD + "decimal")
    assert is_well_formed(str(whole), XSD + "integer")
