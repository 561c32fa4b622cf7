"""The standard report of SHACL (section 3.6) as canonical Turtle, with sh:detail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import count

import pyoxigraph as ox

from mosty.model.diagnostics import ValidationReport, ValidationResult
from mosty.model.paths import Alternative, Inverse, Path
from mosty.model.paths import Sequence as SequencePath
from mosty.model.terms import IRI, RDF, XSD
from mosty.rdf.prefixes import STANDARD, Prefixes
from mosty.rdf.terms import to_oxigraph
from mosty.rdf.writing import turtle
from mosty.render.report.view import View, select

_SH = "http://www.w3.org/ns/shacl#"
_A = ox.NamedNode(RDF + "type")
_REPEATS = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}


def write(report: ValidationReport, view: View) -> Iterator[str]:
    """Write the whole graph: its blank nodes can only be put in order together."""
    prefixes = Prefixes({**STANDARD, **report.prefixes})
    yield turtle(_report(report, select(report, view).results), prefixes)


def _report(report: ValidationReport, results: Iterable[ValidationResult]) -> Iterator[ox.Triple]:
    top = ox.BlankNode("report")
    yield ox.Triple(top, _A, ox.NamedNode(_SH + "ValidationReport"))
    # SHACL, section 3.6.1.1: a report conforms when it has no result at all, whatever the severity.
    conforms = ox.Literal(str(not report.results).lower(), datatype=ox.NamedNode(XSD + "boolean"))
    yield ox.Triple(top, _name("conforms"), conforms)
    numbers = count()
    for result in results:
        yield from _result(result, top, _name("result"), numbers)


def _result(
    result: ValidationResult, above: ox.BlankNode, link: ox.NamedNode, numbers: Iterator[int]
) -> Iterator[ox.Triple]:
    number = next(numbers)
    node = ox.BlankNode(f"result{number}")
    yield ox.Triple(above, link, node)
    yield ox.Triple(node, _A, _name("ValidationResult"))
    yield ox.Triple(node, _name("focusNode"), to_oxigraph(result.focus))
    yield ox.Triple(node, _name("resultSeverity"), ox.NamedNode(_severity(result)))
    yield ox.Triple(node, _name("sourceConstraintComponent"), ox.NamedNode(result.component.value))
    yield ox.Triple(node, _name("sourceShape"), to_oxigraph(result.shape))
    for message in result.messages:
        yield ox.Triple(node, _name("resultMessage"), to_oxigraph(message))
    if result.value is not None:
        yield ox.Triple(node, _name("value"), to_oxigraph(result.value))
    if result.path is not None:
        triples: list[ox.Triple] = []
        yield ox.Triple(node, _name("resultPath"), _path(result.path, f"path{number}", triples))
        yield from triples
    if result.constraint is not None:
        yield ox.Triple(node, _name("sourceConstraint"), to_oxigraph(result.constraint))
    for detail in result.details:
        yield from _result(detail, node, _name("detail"), numbers)


@cache
def _name(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SH + name)


def _severity(result: ValidationResult) -> str:
    if result.severity_iri is not None:
        return result.severity_iri.value
    return _SH + result.severity.value.capitalize()


def _path(path: Path, label: str, triples: list[ox.Triple]) -> ox.NamedNode | ox.BlankNode:
    """Write a path as the blank nodes that SHACL asks for (section 2.3.1); each use gets nodes of its own."""
    if isinstance(path, IRI):
        return ox.NamedNode(path.value)
    if isinstance(path, SequencePath):
        return _list(
            [_path(step, f"{label}s{i}", triples) for i, step in enumerate(path.steps)], label, triples
        )
    node = ox.BlankNode(label)
    if isinstance(path, Alternative):
        choices = [_path(choice, f"{label}c{i}", triples) for i, choice in enumerate(path.choices)]
        name, value = "alternativePath", _list(choices, f"{label}a", triples)
    else:
        name = "inversePath" if isinstance(path, Inverse) else _REPEATS[path.mark]
        value = _path(path.path, f"{label}p", triples)
    triples.append(ox.Triple(node, ox.NamedNode(_SH + name), value))
    return node


def _list(
    items: Sequence[ox.NamedNode | ox.BlankNode], label: str, triples: list[ox.Triple]
) -> ox.NamedNode | ox.BlankNode:
    rest: ox.NamedNode | ox.BlankNode = ox.NamedNode(RDF + "nil")
    for number, item in reversed(list(enumerate(items))):
        cell = ox.BlankNode(f"{label}i{number}")
        triples.append(ox.Triple(cell, ox.NamedNode(RDF + "first"), item))
        triples.append(ox.Triple(cell, ox.NamedNode(RDF + "rest"), rest))
        rest = cell
    return rest
