"""Parameters: typed, bound as terms, and nothing a user gives becomes query text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mosty.model.errors import InputError, UsageError
from mosty.model.terms import IRI, literal
from mosty.query import bind
from mosty.query.frontmatter import TYPES, StoredQuery, read_stored_query
from mosty.rdf.prefixes import STANDARD, Prefixes

PREFIXES = Prefixes(STANDARD | {"org": "https://w3id.org/mosty/id/org/"})
INJECTIONS = [
    '" } } INSERT DATA { <a:b> <a:b> <a:b> } #',
    "x> } UNION { ?s ?p ?o } #",
    "org:esf } { SERVICE <http://127.0.0.1/> { ?s ?p ?o }",
    "'''\"\"\"\\",
    "a\nVALUES ?other { <x:y> }",
    "\\u0022 . ?s ?p ?o",
    "‮org:esf",
    "org:esf org:cbai",
    "1; DROP ALL",
]


def make(folder: Path, parameters: dict[str, str], body: str | None = None) -> StoredQuery:
    front = "#+ title: T\n#+ question: Q?\n#+ parameters:\n"
    front += "".join(f"#+   {name}: {{ type: {kind} }}\n" for name, kind in parameters.items())
    lines = "".join(f"  VALUES ?{name} {{ UNDEF }}\n" for name in parameters)
    path = folder / "test-query.rq"
    path.write_text(front + (body or f"SELECT * WHERE {{\n{lines}}}\nORDER BY ?s\n"))
    return read_stored_query(path)


def solutions(text: str) -> list[ox.QuerySolution]:
    answer = ox.Store().query(text)
    assert isinstance(answer, ox.QuerySolutions)
    return list(answer)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("text", INJECTIONS)
def test_injection_is_refused_or_becomes_one_literal(tmp_path: Path, kind: str, text: str) -> None:
    query = make(tmp_path, {"x": kind})
    try:
        bound = bind(query, {"x": text}, PREFIXES)
    except UsageError:
        with pytest.raises(UsageError, match="--x"):
            bind(query, {"x": text}, PREFIXES)
        return
    (row,) = solutions(bound)
    assert kind == "string"
    assert row["x"] == ox.Literal(text)


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_any_text_comes_back_as_it_went_in(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    query = make(tmp_path_factory.mktemp("q"), {"x": "string"})
    (row,) = solutions(bind(query, {"x": text}, PREFIXES))
    assert row["x"].value == text


def test_each_type_gives_its_term(tmp_path: Path) -> None:
    kinds = {
        "i": "iri",
        "s": "string",
        "n": "integer",
        "d": "decimal",
        "t": "date",
        "l": "language",
        "b": "boolean",
    }
    query = make(tmp_path, kinds)
    values = {
        "i": "org:esf",
        "s": "a",
        "n": 4,
        "d": Decimal("1.5"),
        "t": date(2025, 3, 17),
        "l": "CS",
        "b": True,
    }
    (row,) = solutions(bind(query, values, PREFIXES))  # type: ignore[arg-type]
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert str(row["i"]) == "<https://w3id.org/mosty/id/org/esf>"
    assert [str(row[k]) for k in "sl"] == ['"a"', '"cs"']
    assert [str(row[k]) for k in "ndtb"] == [
        f'"4"^^<{xsd}integer>',
        f'"1.5"^^<{xsd}decimal>',
        f'"2025-03-17"^^<{xsd}date>',
        f'"true"^^<{xsd}boolean>',
    ]


def test_several_values_and_terms(tmp_path: Path) -> None:
    query = make(tmp_path, {"x": "iri"})
    rows = solutions(bind(query, {"x": ["org:esf", IRI("https://example.org/é")]}, PREFIXES))
    assert len(rows) == 2
    assert "UNDEF" in bind(query, {"x": None}, PREFIXES)


@pytest.mark.parametrize(
    ("given", "first", "last"),
    [
        ("2005", "2005-01-01", "2005-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2005-06-07", "2005-06-07", "2005-06-07"),
    ],
)
def test_a_year_or_month_stands_for_its_first_or_last_day(
    tmp_path: Path, given: str, first: str, last: str
) -> None:
    for edge, day in (("first", first), ("last", last)):
        query = make(tmp_path, {"x": f"date, edge: {edge}"})
        assert f'"{day}"^^' in bind(query, {"x": given}, PREFIXES)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("iri", "esf"),
        ("iri", "nope:esf"),
        ("iri", ""),
        ("iri", "https://example.org/a b"),
        ("integer", "1.5"),
        ("integer", "٣"),
        ("decimal", "1e5"),
        ("date", "17.3.2025"),
        ("date", "2025-02-30"),
        ("date", "2025-13"),
        ("date", "0000"),
        ("language", "not a tag"),
        ("boolean", "maybe"),
        ("string", "a\0b"),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, kind: str, value: str) -> None:
    with pytest.raises(UsageError, match="--x"):
        bind(make(tmp_path, {"x": kind}), {"x": value}, PREFIXES)


def test_unknown_parameter_lists_the_known(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        bind(make(tmp_path, {"donor": "iri"}), {"doner": literal("x").lexical}, PREFIXES)
    assert "donor" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("front", "words"),
    [
        ("SELECT * {}", "no front matter"),
        ("#+ title: [\n", "not YAML"),
        ("#+ title: T\n#+ qestion: Q\n", "did you mean 'question'"),
        ("#+ title: T\n", "`question:`"),
        ("#+ title: T\n#+ question: Q\n#+ parameters:\n#+   x: { type: iri }\n", "must stand once"),
        (
            "#+ title: T\n#+ question: Q\n#+ parameters:\n#+   x: { type: url }\n  VALUES ?x { UNDEF }\n",
            "type must be",
        ),
        (
            "#+ title: T\n#+ question: Q\n#+ parameters:\n#+   x: { typ: iri }\n  VALUES ?x { UNDEF }\n",
            "did you mean 'type'",
        ),
        ("#+ title: T\n#+ question: Q\n#+ parameters:\n#+   x: { type: iri, edge: last }\n", "edge is"),
        (
            "#+ title: T\n#+ question: Q\n#+ parameters:\n#+   x: { type: iri, class: [a] }\n",
            "class must be text",
        ),
        ("#+ - a\n", "key: value"),
        ("#+ title: T\n#+ question: Q\n#+ translations: { czech_: { title: T } }\n", "not a language tag"),
        ("#+ title: T\n#+ question: Q\n#+ translations: { no: { title: T } }\n", "put it in quotes"),
        ("#+ title: T\n#+ question: Q\n#+ translations: { cs: { titel: T } }\n", "did you mean 'title'"),
        ("#+ title: T\n#+ question: Q\n#+ translations: { cs: { title: [T] } }\n", "title must be text"),
        ("#+ title: T\n#+ question: Q\n#+ translations: { cs: T }\n", "must be a mapping"),
        (
            "#+ title: T\n#+ question: Q\n#+ translations: { cs: { parameters: { y1: T } } }\n",
            "parameters: unknown key 'y1'",
        ),
        ("#+ !!python/object:os.system x\n", "not YAML"),
    ],
)
def test_front_matter_is_checked(tmp_path: Path, front: str, words: str) -> None:
    path = tmp_path / "a-query.rq"
    path.write_text(front)
    with pytest.raises(InputError) as caught:
        read_stored_query(path)
    assert words in caught.value.message
    assert f"{path}:" in caught.value.message
