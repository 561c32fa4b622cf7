"""The W3C SHACL test suites (core and SPARQL), run through the command line with either engine."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest

from conftest import SHARED, need
from mosty.cli.main import main

SUITE = SHARED / "suites" / "shacl-w3c" / "tests"
SH = "http://www.w3.org/ns/shacl#"
SHT = "http://www.w3.org/ns/shacl-test#"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class Case(NamedTuple):
    name: str
    file: Path
    data: Path
    shapes: Path
    report: Node


@cache
def read(path: Path) -> Rdf:
    """Read once: the labels of blank nodes change at every reading."""
    return Rdf(path)


class Rdf:
    """A graph read with its own address as base, indexed by subject and predicate."""

    def __init__(self, path: Path) -> None:
        self.triples = [quad.triple for quad in ox.parse(path=str(path), base_iri=path.as_uri())]

    def objects(self, subject: Node, predicate: str) -> list[Node]:
        return [t.object for t in self.triples if t.subject == subject and t.predicate.value == predicate]

    def items(self, head: Node) -> list[Node]:
        members = []
        while first := self.objects(head, RDF + "first"):
            members += first
            head = self.objects(head, RDF + "rest")[0]
        return members


def cases(manifest: Path) -> Iterator[Case]:
    graph = read(manifest)
    for triple in graph.triples:
        if triple.predicate.value == MF + "include":
            yield from cases(file_of(triple.object))
        if triple.predicate.value == MF + "entries":
            for entry in graph.items(triple.object):
                action = graph.objects(entry, MF + "action")[0]
                data, shapes = (
                    file_of(graph.objects(action, SHT + name)[0]) for name in ("dataGraph", "shapesGraph")
                )
                name = str(manifest.relative_to(SUITE).with_suffix(""))
                yield Case(name, manifest, data, shapes, graph.objects(entry, MF + "result")[0])


def file_of(node: Node) -> Path:
    assert isinstance(node, ox.NamedNode)
    return Path(node.value.removeprefix("file://"))


def report_triples(graph: Rdf, report: Node, *, messages: bool) -> set[ox.Triple]:
    """The triples of a report that count: no details, and messages only where the suite states them."""
    kept: set[ox.Triple] = set()
    ignored = {SH + "detail"} | (set() if messages else {SH + "resultMessage"})
    open_nodes = [report, *graph.objects(report, SH + "result")]
    while open_nodes:
        node = open_nodes.pop()
        for triple in graph.triples if isinstance(node, ox.BlankNode) else ():
            if triple.subject == node and triple.predicate.value not in ignored and triple not in kept:
                kept.add(triple)
                if "Path" in triple.predicate.value or triple.predicate.value in (
                    RDF + "first",
                    RDF + "rest",
                ):
                    open_nodes.append(triple.object)
    return kept


def canonical(triples: set[ox.Triple]) -> list[str]:
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(str(quad) for quad in dataset)


def absolute(source: Path, target: Path) -> Path:
    """Copy a test graph to N-Triples, its relative IRIs resolved."""
    with target.open("wb") as file:
        ox.serialize(read(source).triples, file, format=ox.RdfFormat.N_TRIPLES)
    return target


PARTS = {"core": 98, "sparql": 22}
CASES = (
    [case for part in PARTS for case in sorted(cases(SUITE / part / "manifest.ttl"))]
    if SUITE.is_dir()
    else []
)
ENGINES = ("compiled", "pyshacl")

# What pySHACL gets wrong; a case that begins to pass must leave this list.
PYSHACL_FAILS = {
    "sparql/node/prefixes-001": "prefixes that owl:imports leads to are not declared (SHACL, section 5.2.1)",
    "sparql/pre-binding/shapesGraph-001": "it has no $shapesGraph (SHACL, section 5.3.1, where it is optional)",
}


def test_suite_is_there() -> None:
    need(SUITE.is_dir(), f"the W3C SHACL test suite in {SUITE}")
    assert {part: sum(case.name.startswith(f"{part}/") for case in CASES) for part in PARTS} == PARTS
    assert {case.name for case in CASES} >= set(PYSHACL_FAILS)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_case(case: Case, engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    if engine == "pyshacl" and case.name in PYSHACL_FAILS:
        with pytest.raises(AssertionError):
            check(case, engine, tmp_path)
    else:
        check(case, engine, tmp_path)


def check(case: Case, engine: str, folder: Path) -> None:
    """Run one case and compare the reports, result by result."""
    data, shapes = absolute(case.data, folder / "data.nt"), absolute(case.shapes, folder / "shapes.nt")
    output = folder / "report.ttl"
    command = ["validate", str(data), "--shapes", str(shapes), "--engine", engine]

    status = main([*command, "-f", "turtle", "-o", str(output)])

    if case.report == ox.NamedNode(SHT + "Failure"):
        assert status in (3, 4)  # ill-formed shapes, or an engine that cannot
        assert not output.exists()
        return
    assert status in (0, 1)
    expected_graph = read(case.file)
    messages = any(t.predicate.value == SH + "resultMessage" for t in expected_graph.triples)
    expected = report_triples(expected_graph, case.report, messages=messages)
    found_graph = read(output)
    report = next(t.subject for t in found_graph.triples if t.predicate.value == SH + "conforms")
    found = report_triples(found_graph, report, messages=messages)
    assert canonical(found) == canonical(expected)
