"""Other readers get from our files what we wrote: Apache Jena (in Fuseki's jar) and rdflib."""

from __future__ import annotations

import logging
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, Phase, given, settings

from conftest import ROOT, need
from mosty.publish.content import Content, read_content
from mosty.rdf.context import context_of
from mosty.rdf.dumps import nquads_chunks, ntriples_chunks
from mosty.rdf.graph import Graph
from mosty.rdf.jsonld import jsonld_chunks
from mosty.rdf.prefixes import Prefixes
from mosty.rdf.rdfxml import rdfxml_chunks
from mosty.rdf.rows import about
from mosty.rdf.trig import trig_chunks
from mosty.rdf.writing import turtle_chunks
from mosty.workspace import Workspace
from rdf_graphs import EX, PREFIXES, canonical, graphs_for_xml, key

NAME = f"<{EX}graph>"
WRITERS: dict[str, Callable[[Graph, Prefixes], Iterator[str]]] = {
    "nt": lambda graph, _: ntriples_chunks(graph),
    "nq": lambda graph, _: nquads_chunks([(NAME, graph)]),
    "trig": lambda graph, prefixes: trig_chunks([(NAME, graph)], prefixes),
    "ttl": turtle_chunks,
    "rdf": rdfxml_chunks,
    "jsonld": lambda graph, prefixes: jsonld_chunks(graph, context_of(prefixes, Graph(), graph)),
}
# Readers take some absolute IRIs apart: they resolve dots (Jena, in Turtle) or refuse an empty path (Jena, in JSON-LD).
_PARTED = re.compile(r"[:/]\.\.?(?:[/?#>]|$)|<[a-z]+:(?://)?[>?#]")


def is_plain(graph: Graph) -> bool:
    return not any(_PARTED.search(key) for triple in graph.triples() for key in triple if len(key) < 1000)


plain = graphs_for_xml.filter(lambda graph: is_plain(graph) and len(graph) > 0)
# rdflib takes seconds for a text of 70,000 letters.
short = plain.filter(lambda graph: all(len(value) < 1000 for *_, value in graph.triples()))


@pytest.fixture(scope="module")
def content() -> Content:
    return read_content(Workspace(ROOT))


def records(content: Content) -> Graph:
    """Some records of the repository, with their parts."""
    return about(content.graph, content.kinds["projects"] | content.kinds["policies"])


def corpus(size: int) -> list[Graph]:
    """The same graphs each time."""
    found: list[Graph] = []

    @settings(
        max_examples=size,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(plain)
    def collect(graph: Graph) -> None:
        found.append(graph)

    collect()
    return found


# --- Jena ---


def read_by_jena(graphs: dict[str, tuple[Graph, Prefixes]], folder: Path) -> None:
    """Have Jena read each graph in each format, in one virtual machine, and compare what it got."""
    jars = sorted((ROOT / ".tools" / "fuseki").glob("*.jar"))
    need(shutil.which("javac") is not None, "a JDK")
    need(bool(jars), "Jena in .tools/fuseki (run tests/tools/fetch-fuseki)")
    for name, (graph, prefixes) in graphs.items():
        for extension, write in WRITERS.items():
            (folder / f"{name}.{extension}").write_text("".join(write(graph, prefixes)), "utf-8", newline="")
    source = ROOT / "tests" / "tools" / "JenaRead.java"
    quick = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
    command = ["java", *quick, "-cp", str(jars[0]), str(source), str(folder)]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    assert not [file.read_text() for file in folder.glob("*.error")]
    for name, (graph, _) in graphs.items():
        expected = canonical(graph)
        for extension in WRITERS:
            found = Graph()
            for quad in ox.parse(path=folder / f"{name}.{extension}.read", format=ox.RdfFormat.N_QUADS):
                found.add(*map(key, quad.triple))
            assert canonical(found) == expected, (folder / f"{name}.{extension}").read_text("utf-8")


def test_jena(tmp_path: Path, content: Content) -> None:
    prefixes = Workspace(ROOT).config.prefixes
    ours = {"records": records(content), "ontology": content.ontology}
    drawn = {str(number): (graph, PREFIXES) for number, graph in enumerate(corpus(25))}
    read_by_jena({**drawn, **{name: (graph, prefixes) for name, graph in ours.items()}}, tmp_path)


@pytest.mark.soak
def test_jena_at_length(tmp_path: Path) -> None:
    read_by_jena({str(number): (graph, PREFIXES) for number, graph in enumerate(corpus(1500))}, tmp_path)


# --- rdflib ---

_FORMATS = {"nt": "nt", "nq": "nquads", "trig": "trig", "ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}


@pytest.fixture
def _quiet() -> Iterator[None]:
    logger = logging.getLogger("rdflib.term")
    before, logger.disabled = logger.disabled, True
    yield
    logger.disabled = before


def read_by_rdflib(text: str, extension: str) -> list[str]:
    """What rdflib reads; it rewrites numbers (01 becomes 1), the same in every format."""
    dataset = rdflib.Dataset()
    named = dataset if extension in ("nq", "trig") else dataset.graph(rdflib.URIRef(NAME[1:-1]))
    named.parse(data=text, format=_FORMATS[extension])
    found = Graph()
    for subject, predicate, value, *_ in dataset.quads():
        found.add(
            *(
                term.n3().lower() if isinstance(term, rdflib.BNode) else ours(term)
                for term in (subject, predicate, value)
            )
        )
    return canonical(found)


def ours(term: rdflib.term.Node) -> str:
    if isinstance(term, rdflib.Literal):
        if term.language:
            return str(ox.Literal(str(term), language=term.language))
        return str(
            ox.Literal(str(term), datatype=ox.NamedNode(term.datatype))
            if term.datatype
            else ox.Literal(str(term))
        )
    return f"<{term}>"


def compare_with_rdflib(graph: Graph, prefixes: Prefixes) -> None:
    texts = {extension: "".join(write(graph, prefixes)) for extension, write in WRITERS.items()}
    expected = read_by_rdflib(texts["nt"], "nt")
    for extension, text in texts.items():
        assert read_by_rdflib(text, extension) == expected, text


@pytest.mark.usefixtures("_quiet")
@pytest.mark.filterwarnings("ignore::UserWarning:rdflib", "ignore::DeprecationWarning:rdflib")
@given(short)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_rdflib(graph: Graph) -> None:
    compare_with_rdflib(graph, PREFIXES)


@pytest.mark.soak
@pytest.mark.usefixtures("_quiet")
@pytest.mark.filterwarnings("ignore::UserWarning:rdflib", "ignore::DeprecationWarning:rdflib")
@given(short)
@settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
def test_rdflib_at_length(graph: Graph) -> None:
    compare_with_rdflib(graph, PREFIXES)


@pytest.mark.usefixtures("_quiet")
@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_rdflib_reads_records(content: Content) -> None:
    compare_with_rdflib(records(content), Workspace(ROOT).config.prefixes)
