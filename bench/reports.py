"""Read the report of any engine, and compare it with the results that must be there."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyoxigraph as ox

SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

Result = tuple[str, str, str, str, str]
"""Shape, focus node, path, component and value in N-Triples; an absent part is empty, a blank node ``_:``."""

_MARKS = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}
_Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_Index = Mapping[_Node, Mapping[str, Sequence[_Node]]]


class Verdict(NamedTuple):
    """How a report compares with what is expected."""

    expected: int
    missed: list[Result]
    beside: list[Result]

    def __str__(self) -> str:
        text = f"{self.expected - len(self.missed)} of {self.expected}"
        return f"{text}, {len(self.beside)} wrong" if self.beside else f"{text}, none beside"


def read_report(path: Path) -> list[Result]:
    """Read the results of a ``sh:ValidationReport`` in Turtle or N-Triples, or of our own list in JSON."""
    if path.suffix == ".json":
        rows = json.loads(path.read_text(encoding="utf-8"))
        return [(shape, focus, way, component, value) for shape, focus, way, component, value in rows]
    index: dict[_Node, dict[str, list[_Node]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value, _ in ox.parse(path=str(path)):
        index[subject][predicate.value].append(value)
    reports = [node for node, properties in index.items() if SH + "conforms" in properties]
    results = []
    for node in index[reports[0]].get(SH + "result", ()):
        parts = index[node]
        written = [_key(parts.get(SH + name, ())) for name in ("sourceShape", "focusNode")]
        path_text = "".join(_path(head, index) for head in parts.get(SH + "resultPath", ()))
        written += [
            path_text,
            _key(parts[SH + "sourceConstraintComponent"]),
            _key(parts.get(SH + "value", ())),
        ]
        results.append((written[0], written[1], written[2], written[3], written[4]))
    return results


def result_key(result: Any) -> Result:
    """Write a `mosty.model.diagnostics.ValidationResult` in this way."""
    from mosty.model.paths import path_text
    from mosty.model.terms import BlankNode, n_triples

    def text(term: Any) -> str:
        return "" if term is None else "_:" if isinstance(term, BlankNode) else n_triples(term)

    path = "" if result.path is None else path_text(result.path)
    return text(result.shape), text(result.focus), path, text(result.component), text(result.value)


def compare(found: Sequence[Result], faults: Path) -> Verdict:
    """Compare results with those of a file of the generator, each as often as it occurs."""
    expected = Counter(tuple(result) for result in json.loads(faults.read_text(encoding="utf-8"))["results"])
    counted = Counter(found)
    missed = sorted((expected - counted).elements())
    return Verdict(expected.total(), missed, sorted((counted - expected).elements()))


def _key(nodes: Sequence[_Node]) -> str:
    if not nodes:
        return ""
    text = str(nodes[0])
    if text.startswith("_:"):
        return "_:"
    # Language tags have no case, and rdflib writes the time zone Z anew.
    text = text.replace('+00:00"^^', 'Z"^^')
    return re.sub(r'"@[A-Za-z0-9-]+$', lambda tag: tag[0].lower(), text)


def _path(node: _Node, index: _Index) -> str:
    if isinstance(node, ox.NamedNode):
        return str(node)
    properties = index.get(node, {})
    if RDF + "first" in properties:
        # A sequence in a sequence is one longer sequence, however an engine nests it.
        return "/".join(_grouped(step, index, "|") for step in _items(node, index))
    if SH + "inversePath" in properties:
        return "^" + _grouped(properties[SH + "inversePath"][0], index, "/|*+?^")
    if SH + "alternativePath" in properties:
        return "|".join(
            _path(choice, index) for choice in _items(properties[SH + "alternativePath"][0], index)
        )
    for name, mark in _MARKS.items():
        if SH + name in properties:
            return _grouped(properties[SH + name][0], index, "/|*+?^") + mark
    return "?"


def _grouped(node: _Node, index: _Index, marks: str) -> str:
    text = _path(node, index)
    plain = isinstance(node, ox.NamedNode) or not any(mark in re.sub("<[^>]*>", "", text) for mark in marks)
    return text if plain else f"({text})"


def _items(head: _Node, index: _Index) -> list[_Node]:
    members = []
    while RDF + "first" in index.get(head, {}):
        members.append(index[head][RDF + "first"][0])
        head = index[head][RDF + "rest"][0]
    return members
