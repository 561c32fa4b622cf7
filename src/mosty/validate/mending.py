"""How a text that is no literal of a datatype should have been written, when that is evident."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mosty.model.terms import IRI, RDF_LANG_STRING, XSD, XSD_STRING, Literal, n_triples
from mosty.rdf.prefixes import Prefixes
from mosty.validate.lexical import INTEGERS, is_well_formed

_LONGEST = 100
"""Longer texts are prose: no number, date or code."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan leden ledna",
            "february feb únor února",
            "march mar březen března",
            "april apr duben dubna",
            "may květen května",
            "june jun červen června",
            "july jul červenec července",
            "august aug srpen srpna",
            "september sep sept září",
            "october oct říjen října",
            "november nov listopad listopadu",
            "december dec prosinec prosince",
        ),
        start=1,
    )
    for name in names.split()
}
_TRUE = frozenset({"true", "yes", "y", "t", "ano"})
_FALSE = frozenset({"false", "no", "n", "f", "ne"})
_DAY_FIRST = r"(\d{1,2})\s*\.\s*(\d{1,2})\s*\.\s*(\d{4})"
_SLASHES = r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})"
_YEAR_FIRST = r"(\d{4})(?:[-/ ]|\.\s*)(\d{1,2})(?:[-/ ]|\.\s*)(\d{1,2})\.?(?:[T ].*)?"
_COMPACT = r"(\d{4})(\d\d)(\d\d)"
_NAMED_MONTH = r"(\d{1,2})(?:\.|st|nd|rd|th)?\s+([^\W\d_]+)\.?,?\s+(\d{4})"
_MONTH_FIRST = r"([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})"
_MONTH_YEAR = r"(\d{1,2})\s*[./-]\s*(\d{4})|(\d{4})[-/. ](\d{1,2})"
_NUMBER = r"[+-]?\d+(?:[ \u00a0\u202f']\d{3})*(?:[.,]\d+)?"
_COMMAS = r"[+-]?\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?"


def mended(text: str, datatype: str) -> str | None:
    """Write a text as a datatype wants it; None when nothing is evident.

    >>> mended("5. 3. 2015", XSD + "date"), mended("1,5", XSD + "decimal"), mended("soon", XSD + "date")
    ('2015-03-05', '1.5', None)
    """
    if len(text) > _LONGEST:
        return None
    text = text.strip()
    for form in (text, *_forms(text, datatype)):
        if form and is_well_formed(form, datatype):
            return form
    return None


def _forms(text: str, datatype: str) -> Iterator[str]:
    name = datatype.removeprefix(XSD)
    if datatype in INTEGERS or name in ("decimal", "double", "float"):
        yield from _numbers(text, whole=datatype in INTEGERS)
    elif name == "boolean":
        lowered = text.lower()
        yield "true" if lowered in _TRUE else "false" if lowered in _FALSE else ""
    elif name in ("date", "gYear", "gYearMonth", "dateTime"):
        yield from _dates(text, name)


def _numbers(text: str, *, whole: bool) -> Iterator[str]:
    number = text
    if re.fullmatch(_COMMAS, text):
        number = text.replace(",", "")
    elif re.fullmatch(_NUMBER, text):
        # "1,500" may be one and a half as well as fifteen hundred.
        number = (
            "" if re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", text) else re.sub(r"[ \u00a0\u202f']", "", text)
        )
        number = number.replace(",", ".")
    else:
        return
    yield re.sub(r"\.0+\Z", "", number) if whole else number


def _dates(text: str, name: str) -> Iterator[str]:
    day = _date(text)
    if name == "dateTime":
        if re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?", text):
            text = text.replace(" ", "T")
        yield text
        yield re.sub(r"(T\d\d:\d\d)(?=Z|[+-]|\Z)", r"\1:00", text)
    elif day:
        yield day if name == "date" else day[:4] if name == "gYear" else day[:7]
    elif name != "date":
        month = re.fullmatch(_MONTH_YEAR, text)
        if month:
            year, number = (month[2], month[1]) if month[1] else (month[3], month[4])
            yield year if name == "gYear" else f"{year}-{int(number):02}"


def _date(text: str) -> str | None:
    """Read a date in one of the usual forms; None when day and month cannot be told apart."""
    year = month = day = ""
    if match := re.fullmatch(_DAY_FIRST, text):
        day, month, year = match.groups()
    elif match := re.fullmatch(_YEAR_FIRST, text) or re.fullmatch(_COMPACT, text):
        year, month, day = match.groups()
    elif match := re.fullmatch(_SLASHES, text):
        one, _, two, year = match.groups()
        if int(one) > 12:
            day, month = one, two
        elif int(two) > 12 or one == two:
            month, day = one, two
    elif match := re.fullmatch(_NAMED_MONTH, text):
        day, month, year = match[1], str(_MONTHS.get(match[2].lower(), "")), match[3]
    elif match := re.fullmatch(_MONTH_FIRST, text):
        month, day, year = str(_MONTHS.get(match[1].lower(), "")), match[2], match[3]
    if not (year and month and day):
        return None
    found = f"{year}-{int(month):02}-{int(day):02}"
    return found if is_well_formed(found, XSD + "date") else None


def turtle(term: Literal | IRI, prefixes: Prefixes) -> str:
    """Write a term as it can stand in a Turtle file.

    >>> turtle(Literal("5", XSD + "integer"), Prefixes()), turtle(Literal("2015", XSD + "gYear"), Prefixes())
    ('5', '"2015"^^xsd:gYear')
    """
    if isinstance(term, IRI):
        return prefixes.compact(term)
    if term.datatype in (XSD_STRING, RDF_LANG_STRING):
        return n_triples(term)
    name = term.datatype.removeprefix(XSD)
    text = term.lexical
    if (
        (name == "integer" and is_well_formed(text, term.datatype))
        or (name == "decimal" and re.fullmatch(r"[+-]?\d*\.\d+", text, re.ASCII))
        or (name == "boolean" and text in ("true", "false"))
    ):
        return text
    quoted = n_triples(Literal(text, XSD_STRING))
    return f"{quoted}^^{prefixes.compact(term.datatype)}"
