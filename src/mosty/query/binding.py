"""Binding parameters: text from outside becomes a typed term, and the term takes its VALUES line.

Nothing a user gives is ever formatted into a query: it is parsed into an IRI or literal first, and the
term is written by the N-Triples writer, which escapes it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from mosty.model.errors import UsageError
from mosty.model.terms import IRI, XSD, Literal, Term, literal, n_triples
from mosty.query.frontmatter import Parameter, StoredQuery, values_line
from mosty.rdf.prefixes import Prefixes, is_iri

Value: TypeAlias = str | int | float | bool | date | Decimal | IRI | Literal
Resolve: TypeAlias = Callable[[str, Parameter], IRI]

_PATTERNS = {
    "integer": (re.compile(r"[+-]?\d+\Z", re.ASCII), "a whole number, such as 40"),
    "decimal": (re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)\Z", re.ASCII), "a number, such as 12.5"),
    "date": (re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII), "a date, such as 2025-03-17, 2025-03 or 2025"),
    "language": (
        re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*\Z", re.ASCII),
        "a language tag, such as cs",
    ),
}
_YEAR_OR_MONTH = re.compile(r"(\d{4})(?:-(\d\d))?\Z", re.ASCII)
_BOOLEANS = {"true": "true", "yes": "true", "1": "true", "false": "false", "no": "false", "0": "false"}


def bind(
    query: StoredQuery,
    values: Mapping[str, Value | Sequence[Value] | None],
    prefixes: Prefixes,
    *,
    resolve: Resolve | None = None,
) -> str:
    """Bind parameters to a stored query and return its text, ready to run.

    Args:
        query: the stored query.
        values: a value, or several, for each parameter name (SPARQL name or option name); a parameter
            without one, or with None, keeps its default.
        prefixes: what CURIEs mean.
        resolve: finds the thing that a name means, where neither CURIE nor IRI is given.

    Raises:
        UsageError: an unknown parameter, a required one missing, or a value of the wrong type.
    """
    terms = bound_terms(query, values, prefixes, resolve=resolve)
    missing = [p.option for p in query.parameters.values() if p.required and p.name not in terms]
    if missing:
        raise UsageError(f"{query.name} needs --{missing[0]}", f"see `mosty query {query.name} --help`")
    replacements = []
    for name, bound in terms.items():
        match = values_line(name).search(query.text)
        assert match is not None  # checked when the file was read
        replacements.append((match.start(2), match.end(2), " " + " ".join(map(n_triples, bound)) + " "))
    text = query.text
    for start, end, content in sorted(replacements, reverse=True):
        text = text[:start] + content + text[end:]
    return text


def bound_terms(
    query: StoredQuery,
    values: Mapping[str, Value | Sequence[Value] | None],
    prefixes: Prefixes,
    *,
    resolve: Resolve | None = None,
) -> dict[str, tuple[Term, ...]]:
    """Turn the given values into terms, by parameter name.

    Raises:
        UsageError: an unknown parameter or a value of the wrong type.
    """
    by_name = {p.name: p for p in query.parameters.values()}
    by_name |= {p.option.replace("-", "_"): p for p in query.parameters.values()}
    terms = {}
    for name, given in values.items():
        if given is None or given == () or given == []:
            continue
        if (parameter := by_name.get(name.replace("-", "_"))) is None:
            known = ", ".join(p.option for p in query.parameters.values()) or "none"
            raise UsageError(f"{query.name} has no parameter {name!r}", f"its parameters: {known}")
        single = isinstance(given, str | IRI | Literal) or not isinstance(given, Sequence)
        several: Sequence[Value] = [given] if single else given  # type: ignore[list-item, assignment]
        terms[parameter.name] = tuple(
            to_term(parameter, value, prefixes, resolve=resolve) for value in several
        )
    return terms


def to_term(
    parameter: Parameter, value: Value, prefixes: Prefixes, *, resolve: Resolve | None = None
) -> Term:
    """Read one value as a term of the parameter's type.

    Raises:
        UsageError: it is none; the message says what is expected.
    """
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    kind = parameter.type
    if kind in ("iri", "concept"):
        if isinstance(value, IRI) and is_iri(value.value):
            return value  # an IRI is none to be expanded: doi:10.1000/1 is not a CURIE
        try:
            return resolve(text, parameter) if resolve else prefixes.expand(text)
        except UsageError as error:
            raise UsageError(f"--{parameter.option}: {error.message}", error.hint) from None
    if kind == "string":
        if "\0" in text:
            raise UsageError(f"--{parameter.option}: text cannot hold a NUL character")
        return literal(text)
    if kind == "boolean":
        if (lexical := _BOOLEANS.get(text.lower())) is None:
            raise _wrong(parameter, text, "true or false")
        return literal(lexical, datatype=XSD + "boolean")
    if kind == "date":
        text = _whole_day(text, parameter.edge)
    pattern, expected = _PATTERNS[kind]
    if not pattern.match(text):
        raise _wrong(parameter, text, expected)
    if kind == "language":
        return literal(text.lower())
    if kind == "date":
        try:
            date.fromisoformat(text)
        except ValueError:
            raise _wrong(parameter, text, "a day that exists, such as 2025-03-17") from None
    return literal(text, datatype=XSD + kind)


def _whole_day(text: str, edge: str) -> str:
    """Turn a year or a month into its first or last day; leave everything else as it is."""
    if not (match := _YEAR_OR_MONTH.match(text)):
        return text
    year, month = int(match[1]), int(match[2] or (12 if edge == "last" else 1))
    if not (year >= 1 and 1 <= month <= 12):
        return text
    day = monthrange(year, month)[1] if edge == "last" else 1
    return f"{match[1]}-{month:02}-{day:02}"


def _wrong(parameter: Parameter, text: str, expected: str) -> UsageError:
    shown = text if len(text) <= 80 else text[:79] + "…"
    return UsageError(f"--{parameter.option}: {shown!r} is not {expected}")
