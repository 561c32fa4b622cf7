"""Large graphs are written column by column, and records out of them alone: the text is that of single subjects."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mosty.model.errors import InputError
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key
from mosty.rdf.loading import load
from mosty.rdf.prefixes import STANDARD, Prefixes
from mosty.rdf.writing import turtle_body, turtle_chunks

EX = "https://example.org/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
# A namespace inside another one, one without a separator, and one that other names begin with.
PREFIXES = Prefixes(
    {"id": EX + "id/", "kind": EX + "id/kind/", "u": "urn:x:", "o": EX + "OBO_", "ex": EX, **STANDARD}
)
ROOT = Path(__file__).parents[1]

Triples = list[tuple[Key, Key, Key]]

namespaces = st.sampled_from(
    [EX, EX + "id/", EX + "id/kind/", EX + "id/other/", EX + "OBO_", "urn:x:", "urn:"]
)
names = st.sampled_from(["a", "b", "a.b", "a.", "1", "x/y", "x#y", "é", "²", "a-b", "-a", "a(b)", "", "x:"])
iris = st.builds("<{}{}>".format, namespaces, names)
plain_iris = st.builds("<{}{}>".format, st.sampled_from([EX + "id/kind/", EX]), st.sampled_from("abcdefgh"))
blank_nodes = st.sampled_from(["_:b1", "_:b2", "_:b3"])
nil = st.just(f"<{RDF}nil>")
texts = st.sampled_from(["a", "b", "", "é", r"\"q\"", r"a\nb", "\u200e", r"\\", "^^", "@en"])
tags = st.sampled_from(["", "@en", "@cs", "@en-gb", "@zh-hant"])
numbers = st.sampled_from(["01", "1.0", "10", "9", "true", "x", ".5", "+1", "1e400"])
datatypes = st.sampled_from([XSD + "date", XSD + "anyURI", EX + "id/d", "urn:y"])
number_types = st.sampled_from([XSD + name for name in ("integer", "decimal", "boolean", "double", "byte")])
tagged = st.builds('"{}"{}'.format, texts, tags)
typed = st.builds('"{}"^^<{}>'.format, texts, datatypes)
counted = st.builds('"{}"^^<{}>'.format, numbers, number_types)
integers = st.builds('"{}"^^<{}>'.format, numbers, st.just(XSD + "integer"))
literals = tagged | typed | counted
classes = st.sampled_from([f"<{EX}C>", f"<{EX}D>", f"<{OWL}Class>", f"<{OWL}Ontology>"])


@st.composite
def columns(draw: st.DrawFn) -> Triples:
    """Triples of one predicate: mostly values of one sort, sometimes any."""
    predicate = draw(st.sampled_from([RDF + "type", EX + "p", EX + "id/q", "urn:r", RDF + "first"]))
    if predicate == RDF + "type":
        values = classes | iris
    else:
        anything = iris | literals | blank_nodes | nil
        values = draw(st.sampled_from([plain_iris, iris, tagged, typed, integers, literals, anything]))
    subjects = draw(st.sampled_from([plain_iris, iris, iris | blank_nodes]))
    pairs = draw(st.lists(st.tuples(subjects, values), max_size=8))
    return [(subject, f"<{predicate}>", value) for subject, value in pairs]


graphs = st.lists(columns(), max_size=6).map(lambda parts: [triple for part in parts for triple in part])


def written(triples: Triples) -> str:
    return "".join(turtle_chunks(Graph(triples), PREFIXES))


def by_columns(triples: Triples, few: int, batch: int) -> str:
    """Write a small graph as if it were a large one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mosty.rdf.writing._MANY_TRIPLES", 0)
        patch.setattr("mosty.rdf.columns._FEW", few)
        patch.setattr("mosty.rdf.columns._BATCH", batch)
        return written(triples)


def check_columns(triples: Triples, few: int, batch: int, shuffler: random.Random) -> None:
    by_rows = written(triples)
    shuffler.shuffle(triples)
    assert by_columns(triples, few, batch) == by_rows
    again = ox.Dataset(ox.parse(by_rows, ox.RdfFormat.TURTLE))
    lines = "".join(f"{' '.join(triple)} .\n" for triple in triples)
    before = ox.Dataset(ox.parse(lines, ox.RdfFormat.N_TRIPLES))
    for dataset in (again, before):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    # As texts, for "01" and "1" are not the same text.
    assert sorted(map(str, again)) == sorted(map(str, before))


cases = given(
    graphs, st.sampled_from([0, 2, 100]), st.sampled_from([1, 3, 100]), st.randoms(use_true_random=False)
)


@cases
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_columns_are_written_as_rows_and_read_back(
    triples: Triples, few: int, batch: int, shuffler: random.Random
) -> None:
    check_columns(triples, few, batch, shuffler)


@pytest.mark.soak
@cases
@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_ten_thousand_graphs_are_written_as_rows_and_read_back(
    triples: Triples, few: int, batch: int, shuffler: random.Random
) -> None:
    check_columns(triples, few, batch, shuffler)


# --- a register of real size ---


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> tuple[Graph, Prefixes]:
    """A generated register of 100,000 triples, with faults: odd IRIs, odd literals, a blank node."""
    sys.path.insert(0, str(ROOT / "bench"))
    try:
        from generate import PREFIXES, write
    finally:
        sys.path.pop(0)
    data, _, _ = write(100_000, tmp_path_factory.mktemp("register"))
    return load([(data, data.name)]).graph, Prefixes(PREFIXES)


ID, TERM = "https://w3id.org/mosty/id/", "https://w3id.org/mosty/ontology#"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
ADDITIONS: dict[str, Triples] = {
    "a value and a name more, of two records": [
        (f"<{ID}project/p500>", f"<{TERM}theme>", f"<{ID}theme/new>"),
        (f"<{ID}place/c77>", LABEL, '"Ort 77"@de'),
    ],
    "two new properties of a record": [
        (f"<{ID}project/p500>", f"<{TERM}budget>", f'"1.50"^^<{XSD}decimal>'),
        (f"<{ID}project/p500>", f"<{TERM}zone>", f"<{ID}place/c1>"),
    ],
    "a new record": [
        (f"<{ID}org/o500x>", f"<{RDF}type>", f"<{TERM}Organisation>"),
        (f"<{ID}org/o500x>", LABEL, '"Organisation 500 x"@en'),
    ],
}


@pytest.mark.parametrize("case", ADDITIONS)
def test_two_more_triples_change_four_lines_of_a_register(
    register: tuple[Graph, Prefixes], tmp_path: Path, case: str
) -> None:
    graph, prefixes = register
    more = Graph([*graph.triples(), *ADDITIONS[case]])
    assert len(more) == len(graph) + 2
    for name, content in (("before", graph), ("after", more)):
        (tmp_path / name).write_text("".join(turtle_chunks(content, prefixes)), "utf-8")
    # As git counts: lines added, lines taken away.
    command = ("git", "diff", "--no-index", "--numstat", "before", "after")
    counted = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    assert 2 <= sum(map(int, counted.split()[:2])) <= 4


def test_the_order_of_a_register_does_not_matter(register: tuple[Graph, Prefixes]) -> None:
    graph, prefixes = register
    triples = list(graph.triples())
    random.Random(1).shuffle(triples)
    assert list(turtle_chunks(Graph(triples), prefixes)) == list(turtle_chunks(graph, prefixes))


def test_pieces_are_pieces(register: tuple[Graph, Prefixes]) -> None:
    sizes = [len(piece) for piece in turtle_chunks(*register)]
    assert len(sizes) > 20
    assert max(sizes) < 1_000_000


def test_a_record_out_of_a_register(register: tuple[Graph, Prefixes]) -> None:
    graph, prefixes = register
    record = "https://w3id.org/mosty/id/project/p500"
    subjects = {f"<{record}>", "<https://w3id.org/mosty/id/period/p500>", "<https://no.such/thing>"}
    text = "".join(turtle_chunks(graph, prefixes, ["One record"], subjects=subjects))
    whole = "".join(turtle_chunks(graph, prefixes))
    assert text.startswith("# One record\n\n@prefix dcterms:")
    assert "@prefix geo:" not in text
    for block in text.split("\n\n")[2:]:
        assert f"\n{block.rstrip()}\n" in whole
    assert {str(quad.subject) for quad in ox.parse(text, ox.RdfFormat.TURTLE)} == subjects - {
        "<https://no.such/thing>"
    }


def test_many_records_out_of_a_register(register: tuple[Graph, Prefixes]) -> None:
    graph, prefixes = register
    places = {
        s for s in graph.column(f"<{RDF}type>").one if s.startswith("<https://w3id.org/mosty/id/place/")
    }
    used, chunks = turtle_body(graph, prefixes, subjects=places)
    text = "".join(chunks)
    assert f"\n{text}" in "".join(turtle_chunks(graph, prefixes))
    assert len(places) > 900
    assert used >= {"place", "place-kind", "rdfs", "mosty", "geo"}
    assert "project" not in used


# --- subsets with blank nodes, refusals ---


def test_a_subset_brings_the_blank_nodes_that_it_leads_to() -> None:
    p, q = f"<{EX}p>", f"<{EX}q>"
    graph = Graph([(f"<{EX}a>", p, "_:x"), ("_:x", p, "_:y"), ("_:y", q, '"1"'), (f"<{EX}b>", p, "_:z")])
    text = "".join(turtle_chunks(graph, PREFIXES, subjects={f"<{EX}a>"}))
    assert text == f'@prefix ex: <{EX}> .\n\nex:a ex:p [ ex:p [ ex:q "1" ] ] .\n'


def test_labels_are_kept_when_they_are_final() -> None:
    p = f"<{EX}p>"
    shared = [(f"<{EX}a>", p, "_:c14n7"), (f"<{EX}b>", p, "_:c14n7")]
    used, chunks = turtle_body(Graph(shared), PREFIXES, keep_labels=True)
    assert (used, "".join(chunks)) == ({"ex"}, "ex:a ex:p _:c14n7 .\n\nex:b ex:p _:c14n7 .\n")
    assert "_:c14n0" in written(shared)


def test_nothing_to_write() -> None:
    assert written([]) == by_columns([], 0, 1) == ""
    assert turtle_body(Graph(), PREFIXES)[0] == set()
    assert [*turtle_body(Graph(), PREFIXES)[1]] == []


@pytest.mark.parametrize("others", [0, 5_000])
def test_triple_terms_are_refused(others: int) -> None:
    triples = [(f"<{EX}s{i}>", f"<{EX}p>", f"<{EX}o{i}>") for i in range(others)]
    triples.append((f"<{EX}s>", f"<{EX}p>", f"<<( <{EX}s> <{EX}p> <{EX}o> )>>"))
    with pytest.raises(InputError, match=r"RDF 1\.2"):
        written(triples)
