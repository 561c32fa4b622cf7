"""The standard report as Turtle: the graph that SHACL describes, whatever the report, in pieces of bounded size."""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mosty.cli.options import emit
from mosty.model.diagnostics import Severity, ValidationReport, ValidationResult
from mosty.model.paths import Alternative, Inverse, Repeat, Sequence
from mosty.model.paths import Path as PropertyPath
from mosty.model.terms import IRI, RDF, XSD, BlankNode, Term, literal
from mosty.rdf.terms import to_oxigraph
from mosty.render.report import View, pieces, render_report
from report_values import EVIL, EX, SH, result

iris = st.sampled_from([IRI(EX + name) for name in ("a", "b#c", "d.", "%41", "é", "e/f:g")] + [IRI("urn:x")])
blank_nodes = st.sampled_from([BlankNode(label) for label in ("x", "b0", "b1", "report", "result0")])
literals = st.one_of(
    st.builds(literal, st.text(), language=st.sampled_from([None, "en", "zh-Hant-TW"])),
    st.builds(
        literal,
        st.sampled_from(["01", "1.0", "true", "-", EVIL, 'a"""\n\\']),
        datatype=st.sampled_from([XSD + "integer", XSD + "decimal", XSD + "boolean", EX + "type"]),
    ),
)
terms: st.SearchStrategy[Term] = st.one_of(iris, blank_nodes, literals)
paths: st.SearchStrategy[PropertyPath] = st.recursive(
    iris,
    lambda inner: st.one_of(
        st.builds(Inverse, inner),
        st.builds(Repeat, inner, st.sampled_from("*+?")),
        st.builds(Sequence, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Alternative, st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)


def results_with(
    details: st.SearchStrategy[tuple[ValidationResult, ...]],
) -> st.SearchStrategy[ValidationResult]:
    return st.builds(
        result,
        severity=st.sampled_from(Severity),
        severity_iri=st.none() | iris,
        focus=terms,
        shape=st.one_of(iris, blank_nodes),
        component=iris,
        path=st.none() | paths,
        value=st.none() | terms,
        constraint=st.none() | iris | blank_nodes,
        messages=st.lists(literals, max_size=3).map(tuple),
        details=details,
    )


nothing: st.SearchStrategy[tuple[ValidationResult, ...]] = st.just(())
results = st.recursive(
    results_with(nothing), lambda inner: results_with(st.lists(inner, max_size=2).map(tuple)), max_leaves=4
)


def stated(report: ValidationReport) -> Iterator[ox.Triple]:
    """The triples of a report, told one by one as section 3.6 of SHACL has them."""
    labels = count()
    top = ox.BlankNode("theReport")
    sh = {name: ox.NamedNode(SH + name) for name in ("conforms", "result", "ValidationReport")}
    yield ox.Triple(top, ox.NamedNode(RDF + "type"), sh["ValidationReport"])
    yield ox.Triple(top, sh["conforms"], ox.Literal(not report.results))
    for each in report.results:
        yield from of_result(top, "result", each, labels)


def of_result(
    above: ox.BlankNode, link: str, one: ValidationResult, labels: Iterator[int]
) -> Iterator[ox.Triple]:
    node = ox.BlankNode(f"theNode{next(labels)}")
    yield ox.Triple(above, ox.NamedNode(SH + link), node)
    yield ox.Triple(node, ox.NamedNode(RDF + "type"), ox.NamedNode(SH + "ValidationResult"))
    severity = one.severity_iri or IRI(SH + one.severity.value.title())
    told: list[tuple[str, Term | None]] = [
        ("focusNode", one.focus),
        ("resultSeverity", severity),
        ("sourceConstraintComponent", one.component),
        ("sourceShape", one.shape),
        ("value", one.value),
        ("sourceConstraint", one.constraint),
        *(("resultMessage", message) for message in one.messages),
    ]
    for name, term in told:
        if term is not None:
            yield ox.Triple(node, ox.NamedNode(SH + name), to_oxigraph(term))
    if one.path is not None:
        triples, start = of_path(one.path, labels)
        yield ox.Triple(node, ox.NamedNode(SH + "resultPath"), start)
        yield from triples
    for detail in one.details:
        yield from of_result(node, "detail", detail, labels)


def of_path(path: PropertyPath, labels: Iterator[int]) -> tuple[list[ox.Triple], ox.NamedNode | ox.BlankNode]:
    """The triples of a path as section 2.3.1 of SHACL has them, and the node that it begins with."""
    if isinstance(path, IRI):
        return [], ox.NamedNode(path.value)
    if isinstance(path, Sequence):
        return of_list(path.steps, labels)
    node = ox.BlankNode(f"theNode{next(labels)}")
    if isinstance(path, Alternative):
        name, (triples, value) = "alternativePath", of_list(path.choices, labels)
    else:
        repeats = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}
        name = "inversePath" if isinstance(path, Inverse) else repeats[path.mark]
        triples, value = of_path(path.path, labels)
    return [*triples, ox.Triple(node, ox.NamedNode(SH + name), value)], node


def of_list(
    members: tuple[PropertyPath, ...], labels: Iterator[int]
) -> tuple[list[ox.Triple], ox.NamedNode | ox.BlankNode]:
    triples: list[ox.Triple] = []
    rest: ox.NamedNode | ox.BlankNode = ox.NamedNode(RDF + "nil")
    for member in reversed(members):
        more, value = of_path(member, labels)
        cell = ox.BlankNode(f"theNode{next(labels)}")
        triples += [
            *more,
            ox.Triple(cell, ox.NamedNode(RDF + "first"), value),
            ox.Triple(cell, ox.NamedNode(RDF + "rest"), rest),
        ]
        rest = cell
    return triples, rest


def canonical(statements: Iterator[ox.Triple] | Iterator[ox.Quad]) -> set[str]:
    dataset = ox.Dataset(ox.Quad(s.subject, s.predicate, s.object) for s in statements)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(map(str, dataset))


@given(st.lists(results, max_size=3), st.sampled_from([{}, {"ex": EX}, {"sh": EX, "xsd": "urn:x"}]))
def test_the_report_says_the_same_as_its_triples_one_by_one(
    found: list[ValidationResult], prefixes: dict[str, str]
) -> None:
    report = ValidationReport(tuple(found), prefixes=prefixes)
    text = render_report(report, "turtle")
    assert canonical(ox.parse(text, ox.RdfFormat.TURTLE)) == canonical(stated(report))
    declared = re.findall("^@prefix (.*):", text.partition("[] ")[0], re.MULTILINE)
    assert declared == sorted(declared)


def test_details_in_details_without_end_can_still_be_read() -> None:
    """Brackets within brackets overflow the stacks of readers; from some depth on results have labels."""
    nested = result(focus=BlankNode("deepest"))
    for number in range(300):
        nested = result(focus=IRI(f"{EX}{number}"), details=(nested,))
    report = ValidationReport((nested,))
    text = render_report(report, "turtle")
    assert canonical(ox.parse(text, ox.RdfFormat.TURTLE)) == canonical(stated(report))
    assert max(len(line) - len(line.lstrip()) for line in text.splitlines()) < 300


def test_a_long_report_takes_no_more_memory_than_a_short_one() -> None:
    def peak(number: int) -> int:
        found = tuple(result(focus=IRI(f"{EX}{n}"), value=literal(str(n))) for n in range(number))
        report = ValidationReport(found)
        tracemalloc.start()
        try:
            for _ in pieces(report, "turtle", View()):
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(5000) < 5_000_000


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """Also what comes in pieces, when one of them cannot be made."""
    target = tmp_path / "report.ttl"
    target.write_text("before")

    def broken() -> Iterator[str]:
        yield "x" * 1_000_000
        raise RecursionError

    with pytest.raises(RecursionError):
        emit(broken(), str(target))
    assert target.read_text() == "before"
    emit(iter(["a", "\udcff", "é"]), str(target))
    assert target.read_bytes() == "a\\udcffé".encode()
    assert list(tmp_path.iterdir()) == [target]
    emit(iter(["a", "b"]), "/dev/null")
