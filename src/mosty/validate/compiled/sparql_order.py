"""In which order triple patterns are matched: from what is bound, along the narrowest way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key

_SAMPLE = 500
_UNKNOWN = 50.0
_ALL = 1e9


class Unit(NamedTuple):
    """A triple pattern (or several that stay together).

    Attributes:
        text: the pattern as SPARQL.
        start: the variable that is its subject; nothing when the subject is a constant.
        predicate: its predicate, when that is one IRI.
        end: the variable that is its object; nothing when the object is a constant; None for anything else.
        variables: all its variables.
    """

    text: str
    start: str
    predicate: Key | None
    end: str | None
    variables: frozenset[str]


def ordered(units: Iterable[Unit], bound: Collection[str], graph: Graph) -> list[Unit]:
    """Sort patterns so that each begins at something bound, and finds as little as possible."""
    rest, known, found = list(units), {"", *bound}, []
    while rest:
        best = min(rest, key=lambda unit: _cost(unit, known, graph))
        rest.remove(best)
        found.append(best)
        known |= best.variables
    return found


def chained(units: Sequence[Unit], *, first: bool) -> str:
    """Patterns that are matched one after another, row by row."""
    parts = [f" LATERAL {{ {unit.text} }}" for unit in units]
    if first and units:
        parts[0] = f" {units[0].text}"
    return "".join(parts)


def _cost(unit: Unit, known: Collection[str], graph: Graph) -> float:
    """About how many triples match when some variables are bound."""
    start, end = unit.start in known, unit.end is not None and unit.end in known
    if start:
        return 0.5 if end else 1.0
    if end:
        return 1.0 + _subjects_each(unit.predicate, graph)
    return _ALL


def _subjects_each(predicate: Key | None, graph: Graph) -> float:
    """About how many subjects share one object, from a sample."""
    if predicate is None:
        return _UNKNOWN
    one = graph.column(predicate).one
    sample = list(islice(one.values(), _SAMPLE))
    different = len(set(sample))
    return (len(one) if 2 * different < len(sample) else len(sample)) / max(1, different)
