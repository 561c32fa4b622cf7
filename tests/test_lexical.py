"""Well-formed literals: what XML Schema says, not what Python's parsers take."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mosty.model.terms import RDF_LANG_STRING, XSD, XSD_STRING
from mosty.validate.lexical import ill_typed, is_well_formed

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
    "duration": ["P1Y2M3DT4H5M6.7S", "-P1D", "PT0S", "PT1H1S", "P0Y"],
    "yearMonthDuration": ["P1Y", "-P14M"],
    "dayTimeDuration": ["P1DT1H", "PT36H"],
    "hexBinary": ["", "0fB7"],
    "gMonthDay": ["--02-29", "--12-31Z"],
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
    "duration": ["P", "PT", "P1", "1Y", "P1H", "P1DT", "P-1Y", "PT1.S", "P1M1Y", "PT1S1M"],
    "yearMonthDuration": ["P1D", "PT1S"],
    "dayTimeDuration": ["P1M", "P1Y"],
    "hexBinary": ["0", "0g"],
    "gMonthDay": ["--02-30", "--04-31", "--13-01", "-02-01"],
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


KEYS = {
    (str(ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))), datatype, text)
    for table in (GOOD, BAD)
    for datatype, texts in table.items()
    for text in texts
}
OTHERS = {'"a"@en', '"2012"', "<http://example.org/a>", "_:b", '"2012"^^<http://example.org/gYear>'}


@given(
    st.sampled_from(sorted(GOOD)), st.sets(st.sampled_from(sorted(KEYS)), max_size=30), st.integers(0, 2000)
)
def test_whole_sets_are_judged_as_single_literals(
    datatype: str, chosen: set[tuple[str, str, str]], many: int
) -> None:
    good = {f'"{text}"^^<{XSD}{datatype}>' for text in GOOD[datatype][:1]}
    if datatype in ("gYear", "integer", "decimal", "double"):
        good |= {f'"{number}"^^<{XSD}{datatype}>' for number in range(1000, 1000 + many)}
    expected = {key for key, own, text in chosen if own != datatype or not is_well_formed(text, XSD + own)}
    assert ill_typed({key for key, *_ in chosen} | good | OTHERS, XSD + datatype) == expected | OTHERS


def test_strings_with_and_without_language() -> None:
    assert ill_typed({*OTHERS, '"\\"@en"'}, XSD_STRING) == OTHERS - {'"2012"'}
    assert ill_typed(OTHERS, RDF_LANG_STRING) == OTHERS - {'"a"@en'}
    assert ill_typed(OTHERS, "http://example.org/gYear") == OTHERS - {'"2012"^^<http://example.org/gYear>'}


@given(st.integers(-(2**66), 2**66) | st.integers(-300, 300))
def test_bounds_of_derived_integers(number: int) -> None:
    for datatype, low, high in [
        ("byte", -(2**7), 2**7 - 1),
        ("unsignedShort", 0, 2**16 - 1),
        ("int", -(2**31), 2**31 - 1),
        ("long", -(2**63), 2**63 - 1),
        ("unsignedLong", 0, 2**64 - 1),
    ]:
        key = f'"{number}"^^<{XSD}{datatype}>'
        assert (not ill_typed([key] * 20, XSD + datatype)) == (low <= number <= high)
    assert (not ill_typed([f'"{number}"^^<{XSD}negativeInteger>'], XSD + "negativeInteger")) == (number < 0)
