"""Loading files into a graph of keys: nothing lost, nothing rewritten, nothing mixed up."""

from __future__ import annotations

import gc
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mosty.model.errors import InputError
from mosty.rdf.depth import MAX_DEPTH
from mosty.rdf.loading import Loaded, load

EX = "https://example.org/"
PREFIX = f"@prefix ex: <{EX}> .\n"
RDF_XML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="https://example.org/">'
    '<rdf:Description rdf:about="https://example.org/a"><ex:p>01</ex:p></rdf:Description></rdf:RDF>'
)


def loaded(folder: Path, **texts: str | bytes) -> Loaded:
    """Load texts, each named by its file; `x_ttl` is the file `x.ttl`."""
    files = []
    for name, text in texts.items():
        path = folder / name.replace("_", ".")
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        files.append((path, path.name))
    return load(files)


def key(name: str) -> str:
    return f"<{EX}{name}>"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x_ttl", PREFIX + 'ex:a ex:p "01" .'),
        ("x_trig", PREFIX + 'ex:g { ex:a ex:p "01" }'),
        ("x_nt", f'{key("a")} {key("p")} "01" .\n'),
        ("x_nq", f'{key("a")} {key("p")} "01" {key("g")} .\n'),
        ("x_jsonld", '{"@id":"https://example.org/a","https://example.org/p":"01"}'),
        ("x_rdf", RDF_XML),
        ("x_ttl", b"\xef\xbb\xbf" + PREFIX.encode() + b'ex:a ex:p "01" .'),
    ],
)
def test_every_format_gives_the_same_triple(tmp_path: Path, name: str, text: str | bytes) -> None:
    found = loaded(tmp_path, **{name: text})
    assert list(found.graph.triples()) == [(key("a"), key("p"), '"01"')]
    assert [source.name for source in found.sources_of(key("a"))] == [name.replace("_", ".")]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([key("a"), key("b"), "_:x", "_:y"]),
            st.sampled_from([key("p"), key("q")]),
            st.one_of(
                st.sampled_from(
                    [key("a"), "_:x", "_:z", '"01"', '"1"^^<http://www.w3.org/2001/XMLSchema#integer>']
                ),
                st.text(max_size=8).filter(lambda s: "\0" not in s).map(lambda s: str(ox.Literal(s))),
            ),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_the_graph_is_the_set_of_triples(
    tmp_path_factory: pytest.TempPathFactory, triples: list[tuple[str, str, str]]
) -> None:
    text = "".join(" ".join(triple) + " .\n" for triple in triples)
    found = loaded(tmp_path_factory.mktemp("set"), x_nt=text)
    (source,) = found.sources
    order = dict.fromkeys(term for s, _, o in triples for term in (s, o) if term.startswith("_:"))
    assert len(order) == len(source.blank_nodes)  # in the order of their first appearance:
    written = dict(zip(source.blank_nodes, order, strict=True))
    back = [(written.get(s, s), p, written.get(o, o)) for s, p, o in found.graph.triples()]
    assert len(back) == len(set(back)) == len(found.graph)
    assert set(back) == set(triples)
    assert {written.get(s, s) for s in source.subjects} == {s for s, _, _ in triples}


def test_a_value_stated_often_counts_once(tmp_path: Path) -> None:
    values = " , ".join(f"ex:v{n % 50}" for n in range(500))
    found = loaded(tmp_path, x_ttl=f"{PREFIX}ex:a ex:p {values} .\nex:a ex:p ex:v0 .")
    assert len(found.graph.column(key("p")).values(key("a"))) == 50


def test_more_triples_than_one_portion(tmp_path: Path) -> None:
    count = 12_345
    text = "".join(f'<{EX}s{n // 3}> <{EX}p{n % 3}> "line\\nend . {n}" .\n' for n in range(count))
    found = loaded(tmp_path, x_nt=text)
    assert len(found.graph) == count
    assert found.graph.column(key("p0")).values(key("s0")) == ('"line\\nend . 0"',)


def test_blank_nodes_of_different_files_differ(tmp_path: Path) -> None:
    text = PREFIX + "_:x ex:p [ ex:q _:x ] ."
    found = loaded(tmp_path, a_ttl=text, b_ttl=text)
    first, second = (set(source.blank_nodes) for source in found.sources)
    assert len(first) == len(second) == 2
    assert not first & second
    assert len(found.graph) == 4


def test_which_files_state_something_about_a_subject(tmp_path: Path) -> None:
    found = loaded(
        tmp_path,
        a_ttl=PREFIX + "ex:a ex:p ex:b . ex:b ex:p 1 . ex:a ex:q 2 .",
        b_ttl=PREFIX + "ex:a ex:r ex:c .",
    )
    assert [source.name for source in found.sources_of(key("a"))] == ["a.ttl", "b.ttl"]
    assert [source.name for source in found.sources_of(key("b"))] == ["a.ttl"]
    assert found.sources_of(key("c")) == ()
    assert found.sources[0].prefixes == {"ex": EX}


def test_a_file_without_triples_is_a_source(tmp_path: Path) -> None:
    found = loaded(tmp_path, a_ttl="# nothing yet\n", b_ttl=PREFIX + "ex:a ex:p 1 .")
    assert [len(source.subjects) for source in found.sources] == [0, 1]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("x.ttl", b"", "empty"),
        ("x.ttl", b" \n", "empty"),
        ("x.ttl", PREFIX.encode() + b"# \xff\nex:a ex:p 1 .", "x.ttl:2:3: not UTF-8"),
        ("x.ttl", PREFIX.encode() + b"# " + "ž".encode() * 600_000 + b"\xc5", "not UTF-8"),
        ("x.ttl", PREFIX.encode() + b"ex:a ex:p 1 . # \0", "x.ttl:2:17: a NUL"),
        ("x.ttl", PREFIX.encode() + b"ex:a ex:p 1 .\nex:a ey:p 1 .", "x.ttl:3:6: The prefix ey:"),
        ("x.ttl", PREFIX.encode() + b"ex:a ex:p " + b"( " * (MAX_DEPTH + 1), "nested more than"),
        ("x.jsonld", b"[" * (MAX_DEPTH + 1), "nested more than"),
        ("x.rdf", b"<a>" * (MAX_DEPTH + 1), "nested more than"),
        ("x.rdf", b"<!DocType x>" + RDF_XML.encode(), "DOCTYPE"),
        ("x.jsonld", b'{"@context": "https://example.org/context"}', "@context"),
        ("x.docx", b"x", "unknown kind of file"),
        ("x.ttl", PREFIX.encode() + b"ex:a ex:p <<( ex:a ex:p 1 )>> .", "x.ttl: a triple term"),
        ("x.ttl", PREFIX.encode() + b'ex:a ex:p "a"@en--ltr .', "x.ttl: a text with a direction"),
        ("x.ttl", PREFIX.encode() + b"<< ex:a ex:p 1 >> ex:q 2 .", "x.ttl: a triple term"),
    ],
)
def test_what_is_refused(tmp_path: Path, name: str, text: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(text)
    with pytest.raises(InputError) as caught:
        load([(tmp_path / name, name)])
    assert words in caught.value.message


def test_a_triple_term_in_a_text_is_a_text(tmp_path: Path) -> None:
    assert (
        len(loaded(tmp_path, x_ttl=PREFIX + 'ex:a ex:p "<<( a b c )>>" , "x <<( y", "a@en--ltr" .').graph)
        == 3
    )


def test_nesting_is_counted_outside_of_strings_only(tmp_path: Path) -> None:
    flat = "".join(f'ex:a{n} ex:p [ ex:q ( {n} ) ; ex:r "[[[" ] .\n' for n in range(MAX_DEPTH + 1))
    assert len(loaded(tmp_path, x_ttl=PREFIX + flat).graph) == 5 * (MAX_DEPTH + 1)


def test_all_files_that_cannot_be_read_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("ex:a")
    (tmp_path / "b.ttl").write_text("")
    names = ["a.ttl", "b.ttl", "missing.ttl"]
    with pytest.raises(InputError) as caught:
        load([(tmp_path / name, name) for name in names])
    assert all(name in caught.value.message for name in names)
    assert [diagnostic.position.file for diagnostic in caught.value.diagnostics] == ["a.ttl", "b.ttl"]


def test_the_collector_runs_again_afterwards(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        loaded(tmp_path, x_ttl="")
    assert gc.isenabled()
