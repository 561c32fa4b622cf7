"""Answers in every format: back through a parser where one exists, snapshots for people's formats."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mosty.model.errors import UsageError
from mosty.model.solutions import Boolean, Row, Solutions, Triples
from mosty.model.terms import IRI, XSD, BlankNode, Term, Triple, literal
from mosty.rdf.prefixes import Prefixes
from mosty.rdf.terms import to_model, to_triple
from mosty.render.delimited import csv_text
from mosty.render.pages import markdown_escape
from mosty.render.people import in_words, readable
from mosty.render.solutions import EXTENSIONS, FORMATS, default_format, render
from mosty.render.table import text_width, wrap

SNAPSHOTS = Path(__file__).parent / "snapshots"
PREFIXES = Prefixes(
    {"org": "https://w3id.org/mosty/id/org/", "project": "https://w3id.org/mosty/id/project/"}
)
ESF = IRI("https://w3id.org/mosty/id/org/esf")
LABELS = {ESF.value: "European Social Fund"}

PROJECTS = Solutions(
    ("project", "projectLabel", "donor", "share", "note"),
    (
        (
            IRI("https://w3id.org/mosty/id/project/czech-towns"),
            literal("Czech towns and integration of foreigners", language="en"),
            ESF,
            literal("85.5", datatype=XSD + "decimal"),
            literal("long text that has to be wrapped | with a pipe and <b>markup</b> & more"),
        ),
        (
            IRI("https://w3id.org/mosty/id/project/unnamed"),
            None,
            None,
            literal("1", datatype=XSD + "integer"),
            None,
        ),
        (
            IRI("https://example.org/ž"),
            literal("日本語 and \x1b[31mescapes\x1b[0m\nin\ttwo lines", language="en"),
            BlankNode("b0"),
            literal("-5", datatype=XSD + "integer"),
            literal("\u202edesrever"),
        ),
    ),
)
TRIPLES = Triples(
    (
        Triple(
            ESF,
            IRI("http://www.w3.org/2000/01/rdf-schema#label"),
            literal("Evropský sociální fond", language="cs"),
        ),
        Triple(
            ESF,
            IRI("http://www.w3.org/2000/01/rdf-schema#label"),
            literal('European "Social" Fund\n', language="en"),
        ),
    )
)


def same_as_snapshot(text: str, name: str) -> None:
    """Compare with tests/snapshots/NAME; MOSTY_UPDATE_SNAPSHOTS=1 writes it anew, for review in the diff."""
    path = SNAPSHOTS / name
    if os.environ.get("MOSTY_UPDATE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    assert text == path.read_bytes().decode()


# -- people's formats --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("answer.table.txt", {}),
        ("answer.table-100.txt", {"width": 100}),
        ("answer.table-60.txt", {"width": 60}),
        ("answer.table-30.txt", {"width": 30}),
        ("answer.table-iris.txt", {"iris": True, "width": 120}),
        ("answer.table-titled.txt", {"title": "Projects", "footer": "3 solutions", "color": True}),
    ],
)
def test_table(name: str, options: dict[str, object]) -> None:
    text = render(PROJECTS, "table", prefixes=PREFIXES, labels=LABELS, **options)  # type: ignore[arg-type]
    same_as_snapshot(text, name)


@pytest.mark.parametrize("kind", ["md", "html"])
def test_pages(kind: str) -> None:
    text = render(
        PROJECTS, kind, prefixes=PREFIXES, labels=LABELS, title="Projects <1>", footer="3 | solutions"
    )
    same_as_snapshot(text, f"answer.{kind}")


@pytest.mark.parametrize("kind", sorted(FORMATS))
def test_triples_in_every_format(kind: str) -> None:
    if kind in ("json", "xml"):
        with pytest.raises(UsageError, match="cannot carry triples"):
            render(TRIPLES, kind)
        return
    same_as_snapshot(render(TRIPLES, kind, prefixes=PREFIXES), f"triples.{kind}")


@pytest.mark.parametrize("kind", sorted(FORMATS))
def test_ask_in_every_format(kind: str) -> None:
    if kind in ("turtle", "nt"):
        with pytest.raises(UsageError, match="is for triples"):
            render(Boolean(True), kind)
        return
    yes, no = render(Boolean(True), kind), render(Boolean(False), kind)
    assert re.search(r"\b(yes|true)\b", yes)
    assert re.search(r"\b(no|false)\b", no)
    assert yes.endswith("\n")


def test_labels_are_shown_unless_iris_are_wanted() -> None:
    answer = Solutions(("donor",), ((ESF,), (IRI("https://example.org/x"),)))
    assert render(answer, "table", prefixes=PREFIXES, labels=LABELS).split("\n")[2:4] == [
        "European Social Fund",
        "https://example.org/x",
    ]
    assert "org:esf" in render(answer, "table", prefixes=PREFIXES, labels=LABELS, iris=True)
    assert "European" not in render(answer, "table", prefixes=PREFIXES, labels=LABELS, iris=True)


def test_a_label_stands_for_its_column_and_the_curie_for_a_missing_label() -> None:
    text = render(PROJECTS, "table", prefixes=PREFIXES, labels=LABELS)
    assert text.split("\n")[0].split() == ["project", "donor", "share", "note"]
    assert "project:czech-towns" not in text
    assert "project:unnamed" in text
    with_iris = render(PROJECTS, "table", prefixes=PREFIXES, labels=LABELS, iris=True)
    assert with_iris.split("\n")[0].split() == ["project", "project", "label", "donor", "share", "note"]
    assert "project:czech-towns" in with_iris


def test_a_label_without_its_column_keeps_its_name() -> None:
    assert render(Solutions(("donorLabel",), ()), "table").startswith("donor label\n")


@pytest.mark.parametrize(
    ("variable", "words"),
    [
        ("latestEnd", "latest end"),
        ("x", "x"),
        ("a_b", "a b"),
        ("IRI", "IRI"),
        ("personURL", "person URL"),
        ("č1", "č1"),
    ],
)
def test_headings(variable: str, words: str) -> None:
    assert in_words(variable) == words


def test_empty_answers_have_their_headings() -> None:
    empty = Solutions(("a", "b"), ())
    assert render(empty, "table") == "a  b\n─  ─\n"
    assert render(empty, "csv") == "a,b\r\n"
    assert render(empty, "tsv") == "?a\t?b\n"
    assert render(Solutions((), ((),)), "table") == ""
    for kind in ("json", "xml", "md", "html"):
        assert "a" in render(empty, kind)


def test_unknown_format_and_every_extension() -> None:
    with pytest.raises(UsageError, match="unknown format 'pdf'"):
        render(Boolean(True), "pdf")
    assert set(EXTENSIONS.values()) == set(FORMATS)
    assert default_format(TRIPLES) == "turtle"
    assert default_format(PROJECTS) == "table"


# -- hostile data ------------------------------------------------------------------------------------------

NASTY = st.text(
    st.one_of(
        st.sampled_from(list("|<>&\"'`*_[]\\~\t\n\r\0\x1b\x7f\x9b\u2028\u202e\ufeff=+-@,;é日👩")),
        st.characters(codec="utf-8"),
    ),
    max_size=30,
)
TERMS: st.SearchStrategy[Term | None] = st.one_of(
    st.none(),
    st.sampled_from([ESF, IRI("https://example.org/ž?a=b&c='d'#e"), IRI("javascript:alert(1)")]),
    NASTY.map(literal),
    NASTY.map(lambda text: literal(text, language="cs")),
    st.sampled_from(["01", "1", "-0", "+5", "1.", ".5", "1.0", "1e5", ".e1", "x", ""]).flatmap(
        lambda text: st.sampled_from(["integer", "decimal", "double", "date"]).map(
            lambda name: literal(text, datatype=XSD + name)
        )
    ),
)
ANSWERS = st.lists(st.tuples(TERMS, TERMS), max_size=5).map(
    lambda rows: Solutions(("x", "yLabel"), tuple(rows))
)


@given(ANSWERS, st.sampled_from(["table", "md", "html"]), st.integers(10, 200) | st.none(), st.booleans())
def test_nothing_that_a_terminal_or_reader_acts_on_gets_through(
    answer: Solutions, kind: str, width: int | None, iris: bool
) -> None:
    text = render(answer, kind, prefixes=PREFIXES, width=width, iris=iris, title="\x1b]0;x\a", footer="\r")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]", text)


@given(ANSWERS, st.integers(20, 200))
def test_a_table_never_leaves_its_width_and_loses_nothing(answer: Solutions, width: int) -> None:
    text = render(answer, "table", prefixes=PREFIXES, width=width)
    assert all(text_width(line) <= width for line in text.split("\n"))
    shown = re.sub(r"[ \n─]", "", text)
    for row in answer.rows:
        for term in row:
            for character in "" if term is None or isinstance(term, IRI) else readable(str(term)):
                assert character in shown or character in " ─"


@given(NASTY, st.integers(2, 40))
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    clean = readable(text)
    lines = wrap(clean, width)
    assert "".join(lines).replace(" ", "") == clean.replace(" ", "")
    assert all(text_width(line) <= width for line in lines)


@given(ANSWERS)
def test_html_is_data_and_never_markup(answer: Solutions) -> None:
    class Tags(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.seen: list[str] = []
            self.links: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.seen.append(tag)
            self.links += [value or "" for name, value in attrs if name == "href"]
            assert {name for name, _ in attrs} <= {
                "lang", "charset", "name", "content", "http-equiv", "scope", "class", "href", "rel"
            }  # fmt: skip

    page = Tags()
    page.feed(render(answer, "html", title="<i>"))
    assert page.seen.count("tr") == len(answer.rows) + 1
    assert page.seen.count("td") == 2 * len(answer.rows)
    known = "html|head|meta|title|style|body|table|caption|thead|tbody|tr|th|td|a"
    assert all(re.fullmatch(known, tag) for tag in page.seen)
    assert all(link.startswith("https://") for link in page.links)


@given(NASTY)
def test_markdown_keeps_cells_apart(text: str) -> None:
    line = markdown_escape(readable(text))
    assert "\n" not in line
    assert not re.search(r"(?<!\\)(?:\\\\)*[|<`]", line)


# -- programs' formats: back through a parser --------------------------------------------------------------


def parsed(text: str, form: ox.QueryResultsFormat) -> tuple[Row, ...]:
    results = ox.parse_query_results(text, form)
    assert isinstance(results, ox.QuerySolutions)
    return tuple(tuple(None if term is None else to_model(term) for term in row) for row in results)


@given(ANSWERS)
def test_json_comes_back(answer: Solutions) -> None:
    assert parsed(render(answer, "json"), ox.QueryResultsFormat.JSON) == answer.rows


@given(ANSWERS)
def test_tsv_comes_back(answer: Solutions) -> None:
    assert parsed(render(answer, "tsv"), ox.QueryResultsFormat.TSV) == answer.rows


@given(ANSWERS)
def test_xml_comes_back_but_for_what_xml_forbids(answer: Solutions) -> None:
    def without(term: Term | None) -> Term | None:
        if term is None or isinstance(term, IRI | BlankNode):
            return term
        return term._replace(
            lexical=re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", term.lexical)
        )

    text = render(answer, "xml")
    ElementTree.fromstring(text)
    assert parsed(text, ox.QueryResultsFormat.XML) == tuple(tuple(map(without, row)) for row in answer.rows)


@given(ANSWERS)
def test_csv_comes_back_as_text(answer: Solutions) -> None:
    header, *rows = csv.reader(io.StringIO(render(answer, "csv"), newline=""), strict=True)
    assert header == list(answer.variables)
    assert rows == [["" if term is None else str(term) for term in row] for row in answer.rows]


def test_boolean_comes_back() -> None:
    for value in (True, False):
        for kind, form in (("json", ox.QueryResultsFormat.JSON), ("xml", ox.QueryResultsFormat.XML)):
            answer = ox.parse_query_results(render(Boolean(value), kind), form)
            assert isinstance(answer, ox.QueryBoolean)
            assert bool(answer) is value


@given(st.lists(TERMS.filter(lambda term: term is not None), max_size=5))
def test_triples_come_back(objects: list[Term]) -> None:
    triples = {Triple(ESF, IRI("https://example.org/p"), term) for term in objects}
    answer = Triples(tuple(triples))
    for kind, form in (("nt", ox.RdfFormat.N_TRIPLES), ("turtle", ox.RdfFormat.TURTLE)):
        assert {
            to_triple(quad) for quad in ox.parse(render(answer, kind, prefixes=PREFIXES), form)
        } == triples


def test_iris_that_are_none_cannot_break_out() -> None:
    bad = IRI("https://example.org/a b>\t<x\n")
    assert render(Solutions(("x",), ((bad,),)), "tsv") == (
        "?x\n<https://example.org/a\\u0020b\\u003E\\u0009\\u003Cx\\u000A>\n"
    )


# -- spreadsheets ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["=1+1", "+CMD|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "-", "=-5", "+420"]
)
def test_safe_csv_defuses_formulas(text: str) -> None:
    answer = Solutions(("x",), ((literal(text),),))
    assert list(csv.reader(io.StringIO(csv_text(answer, safe=True), newline="")))[1] == [f"'{text}"]
    assert list(csv.reader(io.StringIO(csv_text(answer), newline="")))[1] == [text]


@pytest.mark.parametrize("text", ["-5", "+420", "-1.5e3", "-.5", "text", "1=1", "https://example.org/=", ""])
def test_safe_csv_leaves_numbers_and_text_alone(text: str) -> None:
    datatype = XSD + ("double" if text[:1] in ("-", "+") else "string")
    answer = Solutions(("x", "y"), ((literal(text, datatype=datatype), literal("z")),))
    assert csv_text(answer, safe=True) == csv_text(answer)


# -- speed -------------------------------------------------------------------------------------------------


def test_many_rows() -> None:
    row: Row = (
        ESF,
        literal("A title of some length, číslo", language="en"),
        literal("5", datatype=XSD + "integer"),
    )
    answer = Solutions(("donor", "title", "count"), (row,) * 20_000)
    for kind in ("table", "csv", "tsv", "json", "xml", "md", "html"):
        text = render(answer, kind, prefixes=PREFIXES, width=40)
        assert text.count("číslo") == 20_000, kind


def test_importing_the_renderer_pulls_in_nothing_heavy() -> None:
    code = "import sys, mosty.render.solutions; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"rich", "csv", "json", "pyoxigraph"} & set(done.stdout.split())
