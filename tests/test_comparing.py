"""SPARQL's < and <= on literals as they were written, one pair and whole sets."""

from __future__ import annotations

from itertools import pairwise, product

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mosty.model.terms import XSD
from mosty.validate.comparing import failing_pairs, failing_range, less, less_or_equal
from mosty.validate.lexical import is_well_formed


def key(text: str, datatype: str = "string") -> str:
    return str(ox.Literal(text, datatype=ox.NamedNode(XSD + datatype)))


# datatype and values from least to greatest; equal ones stand together
ORDERED: list[tuple[str, list[tuple[str, ...]]]] = [
    (
        "integer",
        [("-99999999999999999999",), ("-1",), ("0", "-0", "00"), ("7", "+7"), ("99999999999999999999",)],
    ),
    ("integer", [("9" * 4999,), ("9" * 5000, "0" + "9" * 5000), ("1" + "0" * 5000,)]),
    ("unsignedByte", [("0",), ("9",), ("255",)]),
    ("decimal", [("-1.5",), ("-.5", "-0.50"), ("0.1",), ("0." + "1" * 60,), ("0." + "1" * 61,), ("1", "1.")]),
    (
        "double",
        [("-INF", "-1E400"), ("0", "-0.0"), ("1e-300",), ("0.1",), ("INF", "+INF", "1e400")],
    ),
    ("float", [("-INF",), ("0", "1e-50"), ("16777216", "16777217"), ("16777218",), ("INF", "1e40")]),
    ("string", [("",), ("A",), ("a",), ("a\n",), ("ab",), ("\uffff",), ("\U00010000",)]),
    ("boolean", [("false", "0"), ("true", "1")]),
    ("date", [("-12000-01-01",), ("-0001-03-01",), ("2012-02-29",), ("2012-03-01",), ("12000-01-01",)]),
    ("date", [("2012-01-01+14:00",), ("2012-01-01Z", "2012-01-01+00:00"), ("2012-01-01-05:00",)]),
    ("dateTime", [("2012-01-01T00:00:00",), ("2012-01-01T00:00:00.5", "2012-01-01T00:00:00.50")]),
    ("dateTime", [("2011-12-31T23:59:59.999",), ("2012-01-01T00:00:00", "2011-12-31T24:00:00")]),
    ("dateTime", [("2012-01-01T12:00:00+02:00", "2012-01-01T10:00:00Z"), ("2012-01-01T10:00:00-00:01",)]),
    ("time", [("00:00:00", "24:00:00"), ("00:00:00.1",), ("23:59:59",)]),
    ("time", [("12:00:00+14:00",), ("12:00:00Z",), ("12:00:00-14:00",)]),
    ("gYear", [("-0001",), ("0000",), ("0999",), ("2012",), ("10000",)]),
    ("gYearMonth", [("2011-12",), ("2012-01",), ("10000-01",)]),
    ("gMonthDay", [("--02-28",), ("--02-29",), ("--03-01",)]),
    ("gMonth", [("--01",), ("--12",)]),
    ("gDay", [("---01",), ("---31",)]),
    ("duration", [("-P1Y",), ("PT0S", "P0Y", "-P0D"), ("P1M",), ("P1Y", "P12M"), ("P367D",)]),
    ("dayTimeDuration", [("PT23H59M59.9S",), ("P1D", "PT24H"), ("PT24H0.1S",)]),
]


@pytest.mark.parametrize(("datatype", "groups"), ORDERED)
def test_order_of_values(datatype: str, groups: list[tuple[str, ...]]) -> None:
    for one, two in pairwise(groups):
        for a, b in product(one, two):
            small, great = key(a, datatype), key(b, datatype)
            assert (less(small, great), less_or_equal(small, great)) == (True, True), (a, b)
            assert (less(great, small), less_or_equal(great, small)) == (False, False), (a, b)
    for group in groups:
        for a, b in product(group, group):
            assert (
                less(key(a, datatype), key(b, datatype)),
                less_or_equal(key(a, datatype), key(b, datatype)),
            ) == (
                False,
                True,
            )


INCOMPARABLE = [
    ('"1"', key("1", "integer")),
    (key("2012-01-01", "date"), key("2012-01-02T00:00:00", "dateTime")),
    (key("2012", "gYear"), key("2012-01", "gYearMonth")),
    # XML Schema 1.1, part 2, section 3.3.7.1: less than 14 hours apart, one without time zone
    (key("2012-01-01T12:00:00", "dateTime"), key("2012-01-02T01:59:59Z", "dateTime")),
    (key("2012-01-01", "date"), key("2012-01-01Z", "date")),
    (key("2012", "gYear"), key("2012Z", "gYear")),
    # section 3.3.6.2: a month has 28 to 31 days
    (key("P1M", "duration"), key("P30D", "duration")),
    # ill-formed
    (key("2012-02-30", "date"), key("2012-03-01", "date")),
    (key("300", "byte"), key("301", "integer")),
    (key("1,5", "decimal"), key("2", "decimal")),
    # SPARQL 1.1, section 17.3 has no < for these
    ('"a"@en', '"b"@en'),
    ("<http://example.org/a>", "<http://example.org/b>"),
    ("_:a", "_:b"),
    ('"1"^^<http://example.org/d>', '"2"^^<http://example.org/d>'),
]


@pytest.mark.parametrize(("a", "b"), INCOMPARABLE)
def test_what_has_no_order(a: str, b: str) -> None:
    assert [less(a, b), less(b, a), less_or_equal(a, b), less_or_equal(b, a)] == [None] * 4
    assert failing_pairs([(a, b)], or_equal=True) == [(a, b)]
    for operator in ("minInclusive", "maxInclusive", "minExclusive", "maxExclusive"):
        assert failing_range({a}, b, operator) == {a}


def test_14_hours_apart_is_enough() -> None:
    assert less(key("2012-01-01T12:00:00", "dateTime"), key("2012-01-02T02:00:01Z", "dateTime"))
    assert less(key("2012-01-01T12:00:00Z", "dateTime"), key("2012-01-02T02:00:01", "dateTime"))
    assert less(key("2012-01-02T02:00:01", "dateTime"), key("2012-01-01T12:00:00Z", "dateTime")) is False


def test_numbers_are_promoted_to_the_wider_type() -> None:
    # XPath 2.0, section B.1: a decimal beside a float becomes a float, beside a double a double.
    assert less(key("0.1", "decimal"), key("0.1", "float")) is False
    assert less_or_equal(key("0.1", "float"), key("0.1", "decimal"))
    assert less(key("0.1", "double"), key("0.1", "float"))  # the float next to 0.1 is greater
    assert less(key("16777217", "integer"), key("16777216", "float")) is False
    assert less_or_equal(key("16777217", "integer"), key("16777216", "double")) is False
    # A number that lies between two floats and, as a double, exactly half-way: rounded once.
    assert less_or_equal(key("1.00000005960464477540", "float"), key("1.0", "float")) is False


def test_nan_is_neither_less_nor_equal() -> None:
    # op:numeric-less-than gives false, not an error (XPath Functions and Operators, section 6.3.2).
    for other in (key("NaN", "double"), key("1", "integer"), key("INF", "float")):
        for a, b in ((key("NaN", "double"), other), (other, key("NaN", "double"))):
            assert (less(a, b), less_or_equal(a, b)) == (False, False)


_ZONES = st.sampled_from(["", "", "Z", "+02:00", "-05:30", "+14:00", "-14:00"])
_YEARS = st.one_of(
    st.integers(1, 9999), st.integers(2010, 2012), st.integers(-3000, -1), st.integers(10000, 20000)
)
_YEAR = _YEARS.map(lambda year: f"{year:04}" if year >= 0 else f"-{-year:04}")
_MONTH = st.integers(1, 12).map("{:02}".format)
_DAY = st.integers(1, 31).map("{:02}".format)
_DATE = st.tuples(_YEAR, _MONTH, _DAY).map("-".join)
_TIME = st.one_of(
    st.just("24:00:00"),
    st.builds(
        "{:02}:{:02}:{:02}{}".format,
        *(st.integers(0, top) for top in (23, 59, 59)),
        st.sampled_from(["", ".5", ".50", ".25"]),
    ),
)
_NUMBERS = st.one_of(
    st.tuples(
        st.sampled_from(["0", "1", "-1", "05", "+5", "127"]), st.sampled_from(["integer", "byte", "int"])
    ),
    st.tuples(st.sampled_from(["0.1", "0.10", "-1.5", "5.", ".5", "16777217"]), st.just("decimal")),
    st.tuples(
        st.sampled_from(["0.1", "INF", "-INF", "1e3", "16777217", "1e40", "-0"]),
        st.sampled_from(["float", "double"]),
    ),
)
_DURATIONS = st.builds(
    "{}P{}{}".format,
    st.sampled_from(["", "-"]),
    st.sampled_from(["1Y", "13M", "1Y1M", "1M"]),
    st.sampled_from(["", "31D", "395D", "T24H", "1DT1.5S"]),
)


def _typed(texts: st.SearchStrategy[str], datatype: str) -> st.SearchStrategy[tuple[str, str]]:
    return st.tuples(texts, st.just(datatype))


_VALUES = st.one_of(
    *(
        st.tuples(kind, kind)
        for kind in (
            _NUMBERS,
            _typed(st.builds("{}{}".format, _DATE, _ZONES), "date"),
            _typed(st.builds("{}T{}{}".format, _DATE, _TIME, _ZONES), "dateTime"),
            _typed(st.builds("{}{}".format, _TIME, _ZONES), "time"),
            _typed(st.builds("{}{}".format, _YEAR, _ZONES), "gYear"),
            _typed(st.builds("{}-{}{}".format, _YEAR, _MONTH, _ZONES), "gYearMonth"),
            _typed(st.builds("--{}{}".format, _MONTH, _ZONES), "gMonth"),
            _typed(st.builds("---{}{}".format, _DAY, _ZONES), "gDay"),
            # pyoxigraph takes --02-29 for ill-formed.
            _typed(
                st.builds("--{}-{}{}".format, _MONTH, _DAY, _ZONES).filter(lambda t: "--02-29" not in t),
                "gMonthDay",
            ),
            _typed(_DURATIONS, "duration"),
            _typed(st.text("aAž\n\uffff\U00010000", max_size=3), "string"),
        )
    )
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_VALUES, min_size=1, max_size=20))
def test_pyoxigraph_agrees(pairs: list[tuple[tuple[str, str], tuple[str, str]]]) -> None:
    """Apart from booleans and NaN, which it does not compare (SPARQL 1.1, section 17.3 does)."""
    keys = [(key(*a), key(*b)) for a, b in pairs]
    rows = " ".join(f"({index} {a} {b})" for index, (a, b) in enumerate(keys))
    query = f"SELECT (?a < ?b AS ?l) (?a <= ?b AS ?e) {{ VALUES (?i ?a ?b) {{ {rows} }} }} ORDER BY ?i"
    solutions = ox.Store().query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    for (a, b), solution in zip(keys, solutions, strict=True):
        expected = [None if solution[name] is None else solution[name].value == "true" for name in "le"]
        assert [less(a, b), less_or_equal(a, b)] == expected, (a, b)


_OPERATORS = {
    "minExclusive": lambda value, limit: less(limit, value),
    "minInclusive": lambda value, limit: less_or_equal(limit, value),
    "maxExclusive": lambda value, limit: less(value, limit),
    "maxInclusive": lambda value, limit: less_or_equal(value, limit),
}


@settings(max_examples=120, deadline=None)
@given(st.lists(_VALUES, min_size=1, max_size=20), st.sampled_from(sorted(_OPERATORS)))
def test_whole_sets_are_judged_as_single_values(
    pairs: list[tuple[tuple[str, str], tuple[str, str]]], operator: str
) -> None:
    keys = {key(*value) for pair in pairs for value in pair}
    for limit in list(keys)[:4]:
        expected = {value for value in keys if not _OPERATORS[operator](value, limit)}
        assert failing_range(keys, limit, operator) == expected
    order = list(pairwise(sorted(keys)))
    assert failing_pairs(order) == [pair for pair in order if not less(*pair)]
    assert failing_pairs(order, or_equal=True) == [pair for pair in order if not less_or_equal(*pair)]


def test_many_values_with_some_bad_ones_among_them() -> None:
    good = {key(f"{year:04}-02-{day:02}", "date") for year in range(1000, 2000) for day in range(1, 29)}
    bad = {key("1500-02-30", "date"), key("0999-02-01", "date"), '"1500-02-01"', key("1500-02-01Z", "date")}
    late = {key("12000-01-01", "date"), key("1600-02-29", "date")}
    limit = key("1000-02-01", "date")
    assert failing_range(good | bad | late, limit, "minInclusive") == bad - {key("1500-02-01Z", "date")}
    assert failing_range(good | late, limit, "minExclusive") == {limit}
    assert failing_range(good, limit, "maxExclusive") == good
    numbers = {key(str(number), "integer") for number in range(3000)} | {
        key("1e3", "double"),
        key("NaN", "double"),
    }
    assert len(failing_range(numbers, key("1000.5", "decimal"), "maxInclusive")) == 1999 + 1


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_doubles_compare_as_floats_do(a: float, b: float) -> None:
    one, two = (key(repr(number).replace("inf", "INF"), "double") for number in (a, b))
    assert less(one, two) == (a < b)
    assert all(is_well_formed(k.split('"')[1], XSD + "double") for k in (one, two))
