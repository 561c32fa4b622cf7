"""What people see of an answer: which columns, which headings, and labels instead of IRIs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mosty.model.solutions import Answer, Boolean, Solutions, Triples, python_value
from mosty.model.terms import IRI, Literal, Term, literal
from mosty.model.wording import in_words as in_words
from mosty.model.wording import readable as readable
from mosty.rdf.prefixes import Prefixes


class Cell(NamedTuple):
    """One cell as people see it, the term behind it, and the IRI that it names."""

    text: str
    term: Term | None = None
    iri: str | None = None


class Column(NamedTuple):
    """One column: its heading, whether it holds numbers only, and its cells from top to bottom."""

    heading: str
    numeric: bool
    cells: tuple[Cell, ...]


def columns(
    answer: Answer, *, prefixes: Prefixes, labels: Mapping[str, str], iris: bool
) -> tuple[Column, ...]:
    """Choose and fill the columns.

    A column ?x is left out when ?xLabel stands beside it, which is then headed "x" (and shows ?x where there
    is no label); with `iris` both stay, and IRIs are shown as CURIEs instead of labels.
    """
    variables, rows = tabular(answer)
    places = {variable: index for index, variable in enumerate(variables)}
    shown = []
    for variable, index in places.items():
        if not iris and f"{variable}Label" in places:
            continue
        stem = variable.removesuffix("Label")
        named = None if iris or stem == variable else places.get(stem)
        labels_here = {} if iris else labels
        if named is None:
            cells = tuple(_cell(row[index], prefixes, labels_here) for row in rows)
        else:
            cells = tuple(_named_cell(row[index], row[named], prefixes, labels_here) for row in rows)
        heading = variable if named is None else stem
        shown.append(Column(readable(in_words(heading) or variable), _numeric(cells), cells))
    return tuple(shown)


def tabular(answer: Answer) -> Solutions:
    """Give any answer as solutions: triples as three columns, an ASK answer as one."""
    if isinstance(answer, Triples):
        return Solutions(("subject", "predicate", "object"), answer.triples)
    if isinstance(answer, Boolean):
        return Solutions(("answer",), ((literal("yes" if answer.value else "no"),),))
    return answer


def shown_iri(iri: str, prefixes: Prefixes) -> str:
    """Write an IRI as a CURIE, or bare when no prefix fits."""
    parts = prefixes.split(iri)
    return f"{parts[0]}:{parts[1]}" if parts else iri


def _cell(term: Term | None, prefixes: Prefixes, labels: Mapping[str, str]) -> Cell:
    if term is None:
        return Cell("")
    if isinstance(term, IRI):
        text = labels.get(term.value) or shown_iri(term.value, prefixes)
        return Cell(readable(text), term, term.value)
    return Cell(readable(str(term)), term)


def _named_cell(
    label: Term | None, named: Term | None, prefixes: Prefixes, labels: Mapping[str, str]
) -> Cell:
    if label is None:
        return _cell(named, prefixes, labels)
    return Cell(readable(str(label)), label, named.value if isinstance(named, IRI) else None)


def _numeric(cells: tuple[Cell, ...]) -> bool:
    bound = [cell.term for cell in cells if cell.term is not None]
    return bool(bound) and all(
        isinstance(term, Literal) and not isinstance(python_value(term), str | bool) for term in bound
    )
