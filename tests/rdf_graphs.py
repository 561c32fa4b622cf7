"""Graphs that are hard to write: what the property tests of every RDF format draw from."""

from __future__ import annotations

import re

import pyoxigraph as ox
from hypothesis import strategies as st

from mosty.rdf.canonical import canonical_lines
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, lexical_form
from mosty.rdf.prefixes import STANDARD, Prefixes

EX = "https://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
# The names of some prefixes are schemes too, and one namespace is the beginning of another.
PREFIXES = Prefixes({"kind": EX + "kind/", "ex": EX, "geo": EX + "geo#", "odd": "urn:odd:", **STANDARD})

_names = st.text(
    st.sampled_from("abcXYZ019-_.~/:'(),;=@!$*+&é²ª\u0416\u05d0\u4e2d\u202e\U00010400"), max_size=8
) | st.sampled_from(
    ["", "a%20b", "%C3%A9", "a/../b", "./a", "//a", "1", "1a", "-a", "a.", "xml", "li", "#a", "?q=1&r=2#f"]
)
_bases = st.sampled_from(
    [EX, EX + "kind/", EX + "kind/deep/", EX + "geo#", "http://other.example/x#", "urn:x:", "geo:", "odd:"]
)


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


iris = st.builds(lambda base, name: base + name, _bases, _names).filter(_is_iri).map(lambda iri: f"<{iri}>")
blank_nodes = st.integers(0, 5).map(lambda number: f"_:b{number}")
texts = (
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.text("\"\\\n\r\t '<>&{}[]@^]", max_size=8)
    | st.text("\0\x01\x0b\x1f\x7f\x85\u200e\u200f\u2028\u202e\u2066\ufeff\ufffe\uffff\U0010ffff", max_size=4)
    | st.sampled_from(["]]>", "<!--", "\\", "\\u0041", '"""', "\\\\u", " ", "\r\n", "שלום", "@none"])
) | st.integers(1, 2).map(lambda number: "a" * 70_000 * number)
_lexicals = texts | st.sampled_from(
    ["01", "+1", "-0", "1.", ".5", "1.00", "1e400", "true", "1", "NaN", "٣", "<b>x</b>", '{"a":1}', ""]
)
_datatypes = st.sampled_from(
    [
        *(
            XSD + name
            for name in ("integer", "decimal", "double", "boolean", "date", "gYear", "int", "anyURI")
        ),
        *(RDF + name for name in ("XMLLiteral", "HTML", "JSON")),
        *(EX + "kind/type", "urn:type:1", "geo:type"),
    ]
).filter(_is_iri)
_tags = st.sampled_from(
    ["en", "cs", "en-gb", "zh-hant", "ar", "he", "x-odd", "de-1996", "sl-rozaj-biske-1994"]
)
literals = (
    st.builds(lambda text: str(ox.Literal(text)), texts)
    | st.builds(lambda text, tag: str(ox.Literal(text, language=tag)), texts, _tags)
    | st.builds(
        lambda text, datatype: str(ox.Literal(text, datatype=ox.NamedNode(datatype))), _lexicals, _datatypes
    )
)
# Half of them are common, so that properties have several values.
predicates = (
    st.sampled_from(
        [
            f"<{iri}>"
            for iri in (EX + "p", EX + "q", EX + "kind/label", *(RDF + n for n in ("type", "first", "rest")))
        ]
    )
    | iris
)
_few = st.sampled_from([f"<{EX}kind/{name}>" for name in "abc"])
subjects = _few | iris | blank_nodes
objects = _few | iris | blank_nodes | literals | st.just(f"<{RDF}nil>")
triples = st.tuples(subjects, predicates, objects)
graphs = st.lists(triples, max_size=12).map(Graph)
# What XML can hold: texts without control characters, predicates that end in a name.
_in_xml = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]*").fullmatch
graphs_for_xml = st.lists(
    st.tuples(
        subjects,
        st.sampled_from(
            [f"<{EX}p>", f"<{EX}kind/p1>", f"<{RDF}type>", f"<{RDF}rest>", "<urn:p#t.e-x_t>", "<x:ž>"]
        ),
        _few | iris | blank_nodes | literals.filter(lambda literal: bool(_in_xml(lexical_form(literal)))),
    ),
    max_size=12,
).map(Graph)
ground_triples = st.tuples(_few | iris, predicates, _few | iris | literals)


def canonical(graph: Graph) -> list[str]:
    """What a graph says, whatever its blank nodes are called."""
    return list(canonical_lines([("", graph)]))


def read(text: str, rdf_format: ox.RdfFormat) -> Graph:
    """Read a document back as its own parser gives it, literals as written."""
    found = Graph()
    for quad in ox.parse(text.encode(), rdf_format):
        found.add(*map(key, quad.triple))
    return found


def key(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Key:
    """A term as RDF 1.2 N-Triples has it; triple terms have brackets there."""
    return f"<<( {' '.join(map(key, term))} )>>" if isinstance(term, ox.Triple) else str(term)


def read_quads(text: str, rdf_format: ox.RdfFormat) -> dict[Key, Graph]:
    """Read a document with named graphs back; the default graph is called by the empty key."""
    found: dict[Key, Graph] = {}
    for quad in ox.parse(text.encode(), rdf_format):
        name = "" if isinstance(quad.graph_name, ox.DefaultGraph) else str(quad.graph_name)
        found.setdefault(name, Graph()).add(str(quad.subject), str(quad.predicate), str(quad.object))
    return found


@st.composite
def ontologies(draw: st.DrawFn) -> Graph:
    """What an ontology may say of properties: their kinds and ranges, true or not."""
    found = Graph()
    for predicate in draw(st.lists(predicates, max_size=6)):
        kind = draw(st.sampled_from(["ObjectProperty", "DatatypeProperty", "AnnotationProperty"]))
        found.add(predicate, f"<{RDF}type>", f"<http://www.w3.org/2002/07/owl#{kind}>")
        ranges = st.sampled_from(
            [XSD + "integer", XSD + "string", XSD + "date", RDF + "langString", EX + "kind/T"]
        )
        for range_ in draw(st.lists(ranges, max_size=2)):
            found.add(predicate, "<http://www.w3.org/2000/01/rdf-schema#range>", f"<{range_}>")
    return found
