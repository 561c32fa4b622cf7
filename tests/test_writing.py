"""Canonical Turtle: what is written reads back the same, and small changes give small diffs."""

from __future__ import annotations

import difflib
import random
import re
from collections.abc import Iterable

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mosty.model.errors import InputError
from mosty.rdf.prefixes import STANDARD, Prefixes
from mosty.rdf.writing import turtle

EX = "https://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIXES = Prefixes({"ex": EX, "kind": EX + "kind/", **STANDARD})


def read(text: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(text, ox.RdfFormat.TURTLE)]


def written(body: str, prefixes: Prefixes = PREFIXES) -> str:
    declared = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes.items())
    return turtle(read(declared + body), prefixes)


def body_of(text: str) -> str:
    """The text without its prefix declarations."""
    return "\n".join(line for line in text.split("\n") if not line.startswith("@prefix")).strip("\n")


def canonical(triples: Iterable[ox.Triple]) -> set[str]:
    dataset = ox.Dataset(ox.Quad(*triple) for triple in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad.triple) for quad in dataset}


def changed_lines(before: str, after: str) -> int:
    matcher = difflib.SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False)
    return sum(max(a2 - a1, b2 - b1) for tag, a1, a2, b1, b2 in matcher.get_opcodes() if tag != "equal")


# --- round trip ---

local_names = st.text(st.sampled_from("abcxyz019-_.%~/:,é²ª"), max_size=8).map(
    lambda name: name.replace("%", "%20")
)
bases = st.sampled_from([EX, EX + "kind/", EX + "kind/#", "urn:x:"])
iris = st.builds(lambda base, name: ox.NamedNode(base + name), bases, local_names)
blank_nodes = st.integers(0, 7).map(lambda number: ox.BlankNode(f"b{number}"))
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20) | st.text(
    '"\\\n\r\t a', max_size=8
)
datatypes = st.sampled_from(
    ["integer", "decimal", "double", "boolean", "date", "gYear", "int", "string", "anyURI"]
)
lexicals = texts | st.sampled_from(
    ["01", "+1", "-0", "1.", ".5", "1.00", "1e400", "true", "1", "NaN", "INF", "٣", "1_0", ""]
)
literals = (
    st.builds(
        lambda text, tag: ox.Literal(text, language=tag),
        texts,
        st.sampled_from(["en", "cs", "en-GB", "zh-Hant"]),
    )
    | st.builds(lambda text, name: ox.Literal(text, datatype=ox.NamedNode(XSD + name)), lexicals, datatypes)
    | st.integers().map(ox.Literal)
)
rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
predicates = st.sampled_from([EX + "p", EX + "q", rdf + "type", rdf + "first", rdf + "rest"]).map(
    ox.NamedNode
)
graphs = st.lists(
    st.builds(
        ox.Triple,
        iris | blank_nodes,
        predicates,
        iris | blank_nodes | literals | st.just(ox.NamedNode(rdf + "nil")),
    ),
    max_size=14,
)


@given(graphs, st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_round_trip(triples: list[ox.Triple], shuffler: random.Random) -> None:
    text = turtle(triples, PREFIXES)
    again = read(text)
    assert canonical(again) == canonical(triples)
    assert turtle(again, PREFIXES) == text, "not idempotent"
    shuffled = triples * 2
    shuffler.shuffle(shuffled)
    assert turtle(shuffled, PREFIXES) == text, "depends on the order"


@given(graphs, st.permutations(range(8)))
@settings(max_examples=200, deadline=None)
def test_blank_node_labels_do_not_matter(triples: list[ox.Triple], order: list[int]) -> None:
    data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert data is not None
    text = re.sub(
        r"(^| )_:b(\d) ", lambda match: f"{match[1]}_:z{order[int(match[2])]} ", data.decode(), flags=re.M
    )
    other = [quad.triple for quad in ox.parse(text, ox.RdfFormat.N_TRIPLES)]
    assert turtle(other, PREFIXES) == turtle(triples, PREFIXES)


@pytest.mark.filterwarnings("ignore::UserWarning:rdflib")
@given(graphs)
@settings(max_examples=100, deadline=None)
def test_other_readers_agree(triples: list[ox.Triple]) -> None:
    """What rdflib reads from the Turtle is what it reads from the N-Triples of the same triples."""
    import rdflib
    from rdflib.compare import isomorphic

    # rdflib tells @en-gb from @en-GB, and rejects escapes that it need not.
    odd = ("²", "ª", "\\", "@en-gb", "@zh-hant")
    plain = [triple for triple in triples if not any(text in str(triple) for text in odd)]
    ours, theirs = rdflib.Graph(), rdflib.Graph()
    ours.parse(data=turtle(plain, PREFIXES), format="turtle")
    data = ox.serialize(plain, format=ox.RdfFormat.N_TRIPLES)
    assert data is not None
    theirs.parse(data=data.decode(), format="nt")
    assert isomorphic(ours, theirs)


# --- literals ---


@pytest.mark.parametrize(
    ("turtle_in", "turtle_out"),
    [
        ("01", "01"),
        ("+1", "+1"),
        ("1.00", "1.00"),
        (".5", ".5"),
        ("true", "true"),
        ('"1"^^xsd:boolean', '"1"^^xsd:boolean'),
        ('"1."^^xsd:decimal', '"1."^^xsd:decimal'),
        ('" 1"^^xsd:integer', '" 1"^^xsd:integer'),
        ('"x"^^xsd:integer', '"x"^^xsd:integer'),
        ('"٣"^^xsd:integer', '"٣"^^xsd:integer'),
        ("1e5", '"1e5"^^xsd:double'),
        ('"5"^^xsd:int', '"5"^^xsd:int'),
        ('"2012-05"^^xsd:gYearMonth', '"2012-05"^^xsd:gYearMonth'),
        ('"it\'s"', '"it\'s"'),
        ('"a\\tb"', '"a\\tb"'),
        ('"\\u0007"', '"\\u0007"'),
        ('"a\\u202Eb"', '"a\\u202Eb"'),
        ('"a\\u2028b"', '"a\\u2028b"'),
        ('"Žluťoučký 🐎"', '"Žluťoučký 🐎"'),
        ('"a \\"b\\" \\\\c"', '"a \\"b\\" \\\\c"'),
        ('"one\\ntwo"', '"""one\ntwo"""'),
        ('"one\\r\\ntwo"', '"""one\\r\ntwo"""'),
        ('"\\n\\"\\"\\"\\""', '"""\n""\\"\\""""'),
        ('"x"@EN-gb', '"x"@en-GB'),
        ('"x"@zh-hant-tw', '"x"@zh-Hant-TW'),
        ('"x"@en-x-us', '"x"@en-x-us'),
    ],
)
def test_literals_stay_as_written(turtle_in: str, turtle_out: str) -> None:
    text = written(f"ex:s ex:p {turtle_in} .")
    assert body_of(text).replace("ex:s\n    ", "ex:s ") == f"ex:s ex:p {turtle_out} ."


@pytest.mark.parametrize(
    "text", ['\n"', '\n""', '\n"""', '\n""""', '\n"""""', '\n""""""', '\n"""a"', '\n\\"', '\n\\"""']
)
def test_quotes_at_the_end_of_a_long_text(text: str) -> None:
    triple = ox.Triple(
        ox.NamedNode("https://example.org/s"), ox.NamedNode("https://example.org/p"), ox.Literal(text)
    )
    again = [quad.triple for quad in ox.parse(turtle([triple], Prefixes({})), ox.RdfFormat.TURTLE)]
    assert again == [triple]


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        (EX + "a", "ex:a"),
        (EX + "a.b-c_d", "ex:a.b-c_d"),
        (EX + "2025", "ex:2025"),
        (EX + "příklad", "ex:příklad"),
        (EX, f"<{EX}>"),
        (EX + "a.", f"<{EX}a.>"),
        (EX + "-a", f"<{EX}-a>"),
        (EX + "a/b", f"<{EX}a/b>"),
        (EX + "a(b)", f"<{EX}a(b)>"),
        (EX + "a%20b", f"<{EX}a%20b>"),
        (EX + "x²", f"<{EX}x²>"),
        (EX + "kind/a", "kind:a"),
    ],
)
def test_curies_only_where_turtle_allows(iri: str, expected: str) -> None:
    text = turtle([ox.Triple(ox.NamedNode(iri), ox.NamedNode(EX + "p"), ox.NamedNode(iri))], PREFIXES)
    assert body_of(text) == f"{expected} ex:p {expected} ."


def test_namespaces_without_slash_or_hash() -> None:
    prefixes = Prefixes({"u": "urn:x:", "o": "http://purl.example/OBO_"})
    text = turtle(
        [ox.Triple(ox.NamedNode("urn:x:a"), ox.NamedNode("http://purl.example/OBO_1"), ox.Literal("v"))],
        prefixes,
    )
    assert body_of(text) == 'u:a o:1 "v" .'


# --- layout ---


def test_layout() -> None:
    text = written(
        """
        kind:b ex:p 1 .
        ex:s ex:z "later" ; ex:many 10 , 9 , ex:o , "b"@en , "a"@cs , "x" ; rdfs:label "S"@en ; a ex:B , ex:A .
        """
    )
    assert text == (
        "@prefix ex: <https://example.org/> .\n"
        "@prefix kind: <https://example.org/kind/> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "\n"
        "ex:s a ex:A, ex:B ;\n"
        '    rdfs:label "S"@en ;\n'
        "    ex:many\n"
        "        ex:o ,\n"
        '        "a"@cs ,\n'
        '        "b"@en ,\n'
        "        9 ,\n"
        "        10 ,\n"
        '        "x" ;\n'
        '    ex:z "later" .\n'
        "\n"
        "kind:b ex:p 1 .\n"
    )


def test_header_and_comments() -> None:
    triples = read(f"<{EX}s> <{EX}p> 1 .")
    text = turtle(triples, PREFIXES, ["A title", "", "#kept"], {EX + "s": ["# about s"]})
    assert text == (
        "# A title\n#\n#kept\n\n@prefix ex: <https://example.org/> .\n\n# about s\nex:s ex:p 1 .\n"
    )
    assert turtle(triples, Prefixes({}), ["no\nescape"]).startswith("# no\n# escape\n")


def test_nothing_to_write() -> None:
    assert turtle([], PREFIXES) == ""
    assert turtle([], PREFIXES, ["empty"]) == "# empty\n"


def test_two_more_triples_change_about_three_lines() -> None:
    items = "".join(f"ex:s{i} a ex:C ; rdfs:label 'n{i}'@en ; ex:theme ex:t1 , ex:t2 .\n" for i in range(50))
    before = written(items)
    assert changed_lines(before, written(items + "ex:s7 ex:theme ex:t15 ; ex:period ex:x .")) <= 3
    assert changed_lines(before, written(items + "ex:s7 ex:theme ex:t3 , ex:t4 .")) <= 4
    assert changed_lines(before, written(items + "ex:s7b a ex:C ; ex:theme ex:t1 .")) <= 3


def test_blank_nodes_nest() -> None:
    text = written(
        """
        ex:s sh:property [ sh:path [ sh:inversePath ex:p ] ; sh:in ( 1 "x" [ ex:p ex:o ] ) ; sh:minCount 1 ] .
        ex:s sh:property [ sh:path ex:a ] .
        ex:t ex:p () , [] .
        [] a ex:Alone .
        """
    )
    assert body_of(text) == (
        "ex:s\n"
        "    sh:property\n"
        "        [\n"
        "            sh:path [ sh:inversePath ex:p ] ;\n"
        '            sh:in ( 1 "x" [ ex:p ex:o ] ) ;\n'
        "            sh:minCount 1\n"
        "        ] ,\n"
        "        [ sh:path ex:a ] .\n"
        "\n"
        "ex:t\n"
        "    ex:p\n"
        "        () ,\n"
        "        [] .\n"
        "\n"
        "[] a ex:Alone ."
    )


def test_shared_and_circular_blank_nodes_get_stable_labels() -> None:
    one = written("ex:a ex:p _:x . ex:b ex:p _:x . _:x ex:k 1 . _:l ex:n _:m . _:m ex:n _:l .")
    two = written("_:q ex:n _:r . _:r ex:n _:q . ex:b ex:p _:z . _:z ex:k 1 . ex:a ex:p _:z .")
    assert one == two
    assert "_:c14n" in one


def test_broken_lists_are_written_as_nodes() -> None:
    for body in (
        "ex:s ex:p _:l . _:l rdf:first 1 , 2 ; rdf:rest () .",
        "ex:s ex:p _:l . _:l rdf:first 1 ; rdf:rest _:l .",
        "ex:s ex:p _:l . _:l rdf:first 1 ; rdf:rest ex:end .",
        "ex:s ex:p _:l . ex:t ex:p _:l . _:l rdf:first 1 ; rdf:rest () .",
        "ex:s ex:p _:l . _:l rdf:first 1 ; rdf:rest () ; ex:more 1 .",
    ):
        text = written(body)
        declared = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
        assert canonical(read(text)) == canonical(read(declared + body))
        assert "rdf:first" in text


def test_an_empty_list_is_written_alike_with_and_without_blank_nodes() -> None:
    alone = written("ex:s ex:p () , 1 .")
    assert body_of(alone) == "ex:s\n    ex:p\n        1 ,\n        () ."
    assert body_of(alone) in written("ex:s ex:p () , 1 . ex:t ex:p [] .")


def test_long_lists_wrap_and_deep_nesting_is_cut() -> None:
    wrapped = written(f"ex:s sh:in ( {' '.join(f'ex:member{i}' for i in range(20))} ) .")
    assert "\n        ex:member7\n" in wrapped
    depth = 150
    chain = [
        ox.Triple(ox.BlankNode(f"n{i}"), ox.NamedNode(EX + "p"), ox.BlankNode(f"n{i + 1}"))
        for i in range(depth)
    ]
    text = turtle(chain, PREFIXES)
    assert canonical(read(text)) == canonical(chain)
    cells = "".join(f"_:c{i} rdf:first {i} ; rdf:rest _:c{i + 1} .\n" for i in range(depth))
    assert " 149\n" in written(f"ex:s ex:p _:c0 . {cells} _:c{depth} rdf:first 1 ; rdf:rest () .")


def test_triple_terms_are_refused() -> None:
    inner = ox.Triple(ox.NamedNode(EX), ox.NamedNode(EX), ox.NamedNode(EX))
    with pytest.raises(InputError, match=r"RDF 1\.2"):
        turtle([ox.Triple(ox.NamedNode(EX), ox.NamedNode(EX), inner)], PREFIXES)
