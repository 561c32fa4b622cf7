"""Answers of SPARQL queries as values (SPARQL 1.1, section 16: query forms)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from mosty.model.terms import XSD, Literal, Term, Triple

if TYPE_CHECKING:
    import pandas

Row: TypeAlias = tuple[Term | None, ...]

_INTEGER = frozenset(
    XSD + name
    for name in (
        "integer int long short byte nonNegativeInteger positiveInteger negativeInteger nonPositiveInteger "
        "unsignedInt unsignedLong unsignedShort unsignedByte"
    ).split()
)


def python_value(term: Term | None) -> Any:
    """Turn a term into the Python value that means the same.

    Integers, decimals, doubles, floats and booleans become Python's own; everything else, and every
    ill-formed number, stays text (an IRI its address, a literal its lexical form); no binding is None.

    >>> from mosty.model.terms import literal
    >>> python_value(literal("40", datatype=XSD + "integer"))
    40
    """
    if not isinstance(term, Literal):
        return None if term is None else str(term)
    try:
        if term.datatype in _INTEGER:
            return int(term.lexical)
        if term.datatype == XSD + "decimal":
            return Decimal(term.lexical)
        if term.datatype in (XSD + "double", XSD + "float"):
            return float(term.lexical.replace("INF", "inf"))
        if term.datatype == XSD + "boolean" and term.lexical in ("true", "1", "false", "0"):
            return term.lexical in ("true", "1")
    except (ValueError, InvalidOperation):
        pass
    return term.lexical


class Solutions(NamedTuple):
    """The solutions of a SELECT query: variable names and one row of terms (or None) for each solution."""

    variables: tuple[str, ...]
    rows: tuple[Row, ...]

    def __bool__(self) -> bool:
        return bool(self.rows)

    def dicts(self) -> list[dict[str, Any]]:
        """Give each solution as a dict of plain Python values; unbound variables are None."""
        return [dict(zip(self.variables, map(python_value, row), strict=True)) for row in self.rows]

    def bindings(self) -> Iterator[dict[str, Term]]:
        """Give each solution as a dict of terms, without the unbound variables."""
        for row in self.rows:
            yield {name: term for name, term in zip(self.variables, row, strict=True) if term is not None}

    def to_pandas(self) -> pandas.DataFrame:
        """Give the solutions as a pandas DataFrame, one column for each variable.

        Raises:
            ImportError: pandas is not installed (``pip install 'mosty[pandas]'``).
        """
        import pandas

        return pandas.DataFrame(self.dicts(), columns=list(self.variables))


class Boolean(NamedTuple):
    """The answer of an ASK query."""

    value: bool

    def __bool__(self) -> bool:
        return self.value


class Triples(NamedTuple):
    """The triples of a CONSTRUCT or DESCRIBE query, sorted."""

    triples: tuple[Triple, ...]

    def __bool__(self) -> bool:
        return bool(self.triples)


Answer: TypeAlias = Solutions | Boolean | Triples
