"""The mend that a result suggests, through validation as users run it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mosty.model.terms import XSD
from mosty.validate import validate_files
from mosty.validate.known import Names, twins
from mosty.validate.lexical import is_well_formed
from mosty.validate.mending import mended

HEAD = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <http://example.org/> .
@prefix theme: <http://example.org/theme/> .
"""
DATA = """
theme:housing a ex:Theme ; rdfs:label "Housing"@en , "Bydlení"@cs .
theme:language-courses a ex:Theme ; rdfs:label "Other" .
theme:phase-1 a ex:Theme ; rdfs:label "other" .
"""


def suggestions(tmp_path: Path, shape: str, triples: str) -> list[str | None]:
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.ttl"
    shapes.write_text(f"{HEAD}ex:S a sh:NodeShape ; sh:targetNode ex:x ; {shape} .")
    data.write_text(f"{HEAD}{DATA}{triples} .")
    return [result.suggestion for result in validate_files(None, [data], [shapes]).results]


def of_p(constraint: str) -> str:
    return f"sh:property [ sh:path ex:p ; {constraint} ]"


LANGUAGES = "sh:languageIn ( 'en' 'cs' )"
SIZES = "sh:in ( 'small' 'large' )"
THEMES = "sh:in ( theme:housing theme:language-courses )"
CASES = [
    # datatype
    ("sh:datatype rdf:langString", '"Bridges"', 'say its language, as in "Bridges"@en'),
    ("sh:datatype rdf:langString", f'"{"long " * 20}"', "add a language tag, such as @en"),
    ("sh:datatype xsd:gYear", '"2015"', 'write "2015"^^xsd:gYear'),
    ("sh:datatype xsd:gYear", "2015", 'write "2015"^^xsd:gYear'),
    ("sh:datatype xsd:gYear", '"2015-03-05"^^xsd:date', 'write "2015"^^xsd:gYear'),
    ("sh:datatype xsd:gYear", '"soon"', None),
    ("sh:datatype xsd:date", '"5. 3. 2015"', 'write "2015-03-05"^^xsd:date'),
    ("sh:datatype xsd:date", '"2015-02-30"^^xsd:date', None),
    ("sh:datatype xsd:integer", '"12"', "write 12"),
    ("sh:datatype xsd:integer", '"12 000"', "write 12000"),
    ("sh:datatype xsd:decimal", '"1,5"^^xsd:decimal', "write 1.5"),
    ("sh:datatype xsd:boolean", '"ano"@cs', "write true"),
    ("sh:datatype xsd:string", '"a"@en', 'write "a"'),
    ("sh:datatype xsd:string", f'"{"long " * 20}"@en', "leave the language tag away"),
    ("sh:datatype xsd:anyURI", "<http://example.org/page>", 'write "http://example.org/page"^^xsd:anyURI'),
    ("sh:datatype xsd:date", "<http://example.org/page>", None),
    # node kind
    ("sh:nodeKind sh:IRI", '"http://example.org/theme/housing"', "write theme:housing without quotes"),
    ("sh:nodeKind sh:IRI", '"theme:housing"', "write theme:housing without quotes"),
    ("sh:nodeKind sh:IRI", '"housing"', None),
    ("sh:nodeKind sh:Literal", "<http://example.org/page>", 'write "http://example.org/page"'),
    # unknown names
    ("sh:class ex:Theme", "theme:housin", "did you mean theme:housing?"),
    ("sh:class ex:Theme", "theme:Language_Courses", "did you mean theme:language-courses?"),
    ("sh:class ex:Theme", "ex:housing", "did you mean theme:housing?"),
    ("sh:class ex:Theme", '"Housing"@en', "did you mean theme:housing?"),
    ("sh:class ex:Theme", '"Bydlení"@cs', "did you mean theme:housing?"),
    ("sh:class ex:Theme", "theme:bydleni", "did you mean theme:housing?"),
    ("sh:class ex:Theme", '"Other"', None),
    ("sh:class ex:Theme", "<https://example.org/theme/housing>", "did you mean theme:housing?"),
    ("sh:class ex:Theme", "<http://example.org/theme/housing/>", "did you mean theme:housing?"),
    ("sh:class ex:Theme", "theme:phase-2", None),
    ("sh:class ex:Theme", "theme:astronomy", None),
    ("sh:class ex:Theme", "ex:S2", None),
    (THEMES, "theme:housng", "did you mean theme:housing?"),
    (THEMES, "<https://example.org/theme/housing>", "did you mean theme:housing?"),
    (THEMES, '"language courses"', "did you mean theme:language-courses?"),
    (SIZES, '"Large"', 'did you mean "large"?'),
    (SIZES, '"samll"', 'did you mean "small"?'),
    (SIZES, '"small"@en', 'write "small"'),
    (SIZES, '"medium"', None),
    # language
    (LANGUAGES, '"most"', 'say its language, as in "most"@en'),
    (LANGUAGES, '"most"@cz', "did you mean @cs?"),
    (LANGUAGES, '"most"@de', None),
    ("sh:languageIn ( 'cs' )", '"most"', 'if that is its language, write "most"@cs'),
    # range
    ('sh:minInclusive "2000"^^xsd:gYear', '"2015"', 'write "2015"^^xsd:gYear'),
    ('sh:minInclusive "2000"^^xsd:gYear', '"1999"^^xsd:gYear', None),
    # pattern
    ("sh:pattern '^[A-Z]{2}$'", '"cz"', 'write "CZ"'),
    ("sh:pattern '^[A-Z]{2}$'", '" CZ "', 'write "CZ"'),
    ("sh:pattern '^https://'", "<http://example.net/a>", "write <https://example.net/a>"),
    ("sh:pattern '^[A-Z]{2}$'", '"1"', None),
    # branches
    ("sh:or ( [ sh:datatype xsd:date ] [ sh:datatype xsd:gYear ] )", '"2015"', 'write "2015"^^xsd:gYear'),
    (
        "sh:or ( [ sh:datatype xsd:gYear ] [ sh:datatype xsd:gYearMonth ] [ sh:datatype xsd:date ] )",
        '"1. 5. 2015"',
        'write "2015-05-01"^^xsd:date',
    ),
]


@pytest.mark.parametrize(("constraint", "value", "expected"), CASES)
def test_a_value_is_mended(tmp_path: Path, constraint: str, value: str, expected: str | None) -> None:
    assert suggestions(tmp_path, of_p(constraint), f"ex:x ex:p {value}") == [expected]


FROM_TO = "sh:property [ sh:path ex:from ; sh:lessThan ex:to ]"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ('"2015-03-05"^^xsd:date', '"2014-03-05"^^xsd:date', "swap ex:from and ex:to?"),
        ("7", "5.5", "swap ex:from and ex:to?"),
        ('"2014"', '"2015"^^xsd:gYear', 'write "2014"^^xsd:gYear'),
        ("5", "5", None),
        ('"2014-01-01"^^xsd:date', '"2013"^^xsd:gYear', 'write "2014"^^xsd:gYear'),
    ],
)
def test_wrong_order(tmp_path: Path, first: str, second: str, expected: str | None) -> None:
    assert suggestions(tmp_path, FROM_TO, f"ex:x ex:from {first} ; ex:to {second}") == [expected]


def test_nothing_is_swapped_when_there_are_several(tmp_path: Path) -> None:
    assert suggestions(tmp_path, FROM_TO, "ex:x ex:from 1, 9 ; ex:to 5") == [None]


CLOSED = """sh:closed true ; sh:ignoredProperties ( rdf:type ) ;
    sh:property [ sh:path ex:title ; sh:minCount 1 ] , [ sh:path ex:summary ]"""


@pytest.mark.parametrize(
    ("triples", "expected"),
    [
        ('ex:x ex:title "T" ; ex:sumary "S"', {"did you mean ex:summary?"}),
        ('ex:x ex:title "T" ; <https://example.org/summary> "S"', {"did you mean ex:summary?"}),
        ('ex:x ex:title "T" ; theme:summary "S"', {"did you mean ex:summary?"}),
        ('ex:x ex:title "T" ; ex:budget 5', {None}),
        ('ex:x ex:titel "T"', {"did you mean ex:title?", "there is ex:titel: did you mean ex:title?"}),
    ],
)
def test_misspelt_properties(tmp_path: Path, triples: str, expected: set[str | None]) -> None:
    assert set(suggestions(tmp_path, CLOSED, triples)) == expected


def test_many_results_with_the_same_fault_are_all_mended(tmp_path: Path) -> None:
    triples = " . ".join(f'ex:x{index} a ex:Year ; ex:p "2015"' for index in range(300))
    shape = f"sh:targetClass ex:Year ; {of_p('sh:datatype xsd:gYear')}"
    assert suggestions(tmp_path, shape, triples) == ['write "2015"^^xsd:gYear'] * 300


MENDED = {
    "date": {
        "2015-03-05": [
            *(
                "5. 3. 2015",
                "05.03.2015",
                "2015-3-5",
                "2015/03/05",
                "20150305",
                "2015. 03. 05.",
                " 2015-03-05 ",
            ),
            *("5 March 2015", "March 5, 2015", "5. března 2015", "5th Mar 2015", "2015-03-05T10:00:00"),
        ],
        "2015-12-31": ["31/12/2015", "12/31/2015", "31-12-2015"],
    },
    "gYear": {"2015": ["2015 ", "2015-03", "3/2015", "5. 3. 2015", "2015-03-05"]},
    "gYearMonth": {"2015-03": ["2015-3", "3/2015", "03.2015", "2015-03-05"]},
    "dateTime": {"2015-03-05T10:20:00": ["2015-03-05 10:20:00", "2015-03-05T10:20", "2015-03-05 10:20"]},
    "decimal": {"1234.5": ["1 234,5", "1234,5", "1\u00a0234.5", "1'234.5"], "1234567.25": ["1,234,567.25"]},
    "integer": {"1000000": ["1 000 000", "1,000,000", "1000000.0", "1000000,00"]},
    "boolean": {"true": ["TRUE", "yes", "ano", "True"], "false": ["No", "ne", "F"]},
}
UNCLEAR = [
    ("date", "05/03/2015"),  # the fifth of March or the third of May
    ("decimal", "1,500"),
    ("integer", "1.5"),
    ("date", "30. 2. 2015"),
    ("date", "soon"),
    ("gYear", "15"),
    ("boolean", "maybe"),
    ("integer", "9" * 200 + " "),
]


@pytest.mark.parametrize(
    ("datatype", "expected", "text"),
    [(name, right, text) for name, rows in MENDED.items() for right, texts in rows.items() for text in texts],
)
def test_texts_are_mended(datatype: str, expected: str, text: str) -> None:
    assert mended(text, XSD + datatype) == expected


@pytest.mark.parametrize(("datatype", "text"), UNCLEAR)
def test_what_is_not_evident_is_left_alone(datatype: str, text: str) -> None:
    assert mended(text, XSD + datatype) is None


@given(
    st.text(max_size=20) | st.from_regex(r"[0-9., /-]{1,12}", fullmatch=True), st.sampled_from(sorted(MENDED))
)
def test_a_mend_is_always_well_formed(text: str, datatype: str) -> None:
    found = mended(text, XSD + datatype)
    assert found is None or is_well_formed(found, XSD + datatype)


@given(
    st.lists(st.from_regex(r"[a-z]{6,12}", fullmatch=True), min_size=1, max_size=20, unique=True), st.data()
)
def test_one_typing_error_is_forgiven(names: list[str], data: st.DataObject) -> None:
    meant = data.draw(st.sampled_from(names))
    at = data.draw(st.integers(0, len(meant) - 1))
    typed = meant[:at] + meant[at + 1 :]
    found = Names(f"http://e/{name}" for name in names).nearest(typed)
    assert found is not None
    # Another name can be as near.
    assert abs(len(found.removeprefix("http://e/")) - len(typed)) <= 2


@given(
    st.sampled_from(["http", "https"]),
    st.from_regex(r"[a-z]{1,5}(/[a-z]{0,4})?(#[a-z]{0,3})?", fullmatch=True),
)
def test_twins_are_mutual_and_other(scheme: str, rest: str) -> None:
    iri = f"{scheme}://example.org/{rest}"
    for twin in twins(iri):
        assert twin != iri
        assert re.match("https?://", twin)
