"""What a constraint says in plain words: what is expected and what was found."""

from __future__ import annotations

from pathlib import Path

import pytest

from mosty.validate import validate_files

HEAD = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <http://example.org/> .
"""
MANY = " ".join(f"ex:v{number}" for number in range(12))
A_THEME_OR_DATE = "[ sh:class ex:Theme ] [ sh:datatype xsd:date ]"

# constraint on ex:p, values of ex:p, message
OF_PROPERTY = [
    ("sh:minCount 1", "", "ex:p is missing"),
    ("sh:minCount 2", "ex:p 1", "ex:p needs at least 2 values"),
    ("sh:maxCount 1", "ex:p 1, 2", "ex:p has more than one value"),
    ("sh:maxCount 0", "ex:p 1", "ex:p must not be here"),
    ("sh:class ex:C", "ex:p ex:a", "ex:a of ex:p is not a ex:C"),
    ("sh:class ex:C", 'ex:p "a"', '"a" of ex:p is a literal, not a ex:C'),
    ("sh:datatype xsd:date", 'ex:p "2015"', '"2015" of ex:p is no xsd:date'),
    ("sh:datatype xsd:date", "ex:p ex:a", "ex:a of ex:p is no xsd:date"),
    (
        "sh:datatype xsd:date",
        'ex:p "2015-02-30"^^xsd:date',
        '"2015-02-30"^^xsd:date of ex:p is not a well-formed xsd:date',
    ),
    ("sh:datatype rdf:langString", 'ex:p "a"', '"a" of ex:p has no language tag'),
    ("sh:nodeKind sh:IRI", 'ex:p "a"', '"a" of ex:p is a literal, not an IRI'),
    (
        "sh:nodeKind sh:BlankNodeOrIRI",
        "ex:p 1",
        '"1"^^xsd:integer of ex:p is a literal, not a blank node or an IRI',
    ),
    ("sh:nodeKind sh:Literal", "ex:p ex:a", "ex:a of ex:p is an IRI, not a literal"),
    ("sh:nodeKind sh:IRI", "ex:p []", "an unnamed node of ex:p is a blank node, not an IRI"),
    (
        "sh:minInclusive 5",
        "ex:p 4.5",
        '"4.5"^^xsd:decimal of ex:p is less than "5"^^xsd:integer',
    ),
    ("sh:minExclusive 5", "ex:p 5", '"5"^^xsd:integer of ex:p is not greater than "5"^^xsd:integer'),
    ("sh:maxInclusive 5", "ex:p 6", '"6"^^xsd:integer of ex:p is greater than "5"^^xsd:integer'),
    ("sh:maxExclusive 5", "ex:p 5", '"5"^^xsd:integer of ex:p is not less than "5"^^xsd:integer'),
    ("sh:maxExclusive 5", 'ex:p "4"', '"4" of ex:p cannot be compared with "5"^^xsd:integer'),
    ("sh:minLength 3", 'ex:p "ab"', '"ab" of ex:p has 2 characters, fewer than 3'),
    ("sh:maxLength 1", 'ex:p "ab"', '"ab" of ex:p has 2 characters, more than 1'),
    ("sh:maxLength 1", "ex:p []", "an unnamed node of ex:p has no length"),
    ("sh:pattern '^[a-z]$'", 'ex:p "AB"', '"AB" of ex:p does not match the pattern ^[a-z]$'),
    ("sh:languageIn ( 'en' 'cs' )", 'ex:p "a"@de', '"a"@de of ex:p is in none of the languages @en, @cs'),
    ("sh:languageIn ( 'en' )", 'ex:p "a"', '"a" of ex:p has no language tag; allowed: @en'),
    ("sh:equals ex:q", "ex:p 1", '"1"^^xsd:integer is a value of only one of ex:p and ex:q, not of both'),
    ("sh:disjoint ex:q", "ex:p 1 ; ex:q 1", '"1"^^xsd:integer is a value of both ex:p and ex:q'),
    (
        "sh:lessThan ex:q",
        "ex:p 1 ; ex:q 1",
        '"1"^^xsd:integer of ex:p is not less than every value of ex:q',
    ),
    (
        "sh:lessThanOrEquals ex:q",
        "ex:p 2 ; ex:q 1",
        '"2"^^xsd:integer of ex:p is not less than or equal to every value of ex:q',
    ),
    ("sh:hasValue ex:a", "ex:p ex:b", "ex:p does not have the value ex:a"),
    ("sh:in ( ex:a 'b' )", "ex:p ex:c", 'ex:c of ex:p is not one of: ex:a, "b"'),
    (
        f"sh:in ( {MANY} )",
        "ex:p ex:w",
        f"ex:w of ex:p is not one of: {', '.join(MANY.split()[:8])} and 4 more",
    ),
    ("sh:node ex:T", "ex:p ex:a", "ex:a of ex:p does not fit: ex:T"),
    ("sh:not [ sh:class ex:Theme ]", "ex:p ex:theme", "ex:theme of ex:p must not fit: a ex:Theme"),
    (f"sh:or ( {A_THEME_OR_DATE} )", "ex:p 1", '"1"^^xsd:integer of ex:p fits none of: a ex:Theme, xsd:date'),
    (
        "sh:xone ( ex:T [ sh:nodeKind sh:IRI ] )",
        "ex:p 1",
        '"1"^^xsd:integer of ex:p does not fit exactly one of: ex:T, an IRI',
    ),
    (
        "sh:and ( ex:T [ sh:property [ sh:path ex:q ; sh:minCount 1 ] ] )",
        "ex:p ex:a",
        "ex:a of ex:p does not fit all of: ex:T, rules for ex:q",
    ),
    (
        "sh:qualifiedValueShape [ sh:class ex:Theme ] ; sh:qualifiedMinCount 1",
        "ex:p ex:a",
        "ex:p needs at least one value fitting: a ex:Theme",
    ),
    (
        "sh:qualifiedValueShape ex:U ; sh:qualifiedMaxCount 1",
        "ex:p ex:a, ex:b",
        "ex:p has more than one value fitting: ex:U",
    ),
]
MORE = """
ex:T a sh:NodeShape ; sh:class ex:Theme .
ex:U a sh:NodeShape ; sh:nodeKind sh:IRI .
"""


def messages(tmp_path: Path, constraint: str, values: str, engine: str) -> list[str]:
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.ttl"
    shapes.write_text(f"{HEAD}{MORE}ex:S a sh:NodeShape ; sh:targetNode ex:x ; {constraint} .")
    data.write_text(f"{HEAD}ex:theme a ex:Theme . ex:x {values or 'ex:other 1'} .")
    return [result.message for result in validate_files(None, [data], [shapes], engine=engine).results]


@pytest.mark.parametrize("engine", ["compiled", "pyshacl"])
@pytest.mark.parametrize(("constraint", "values", "message"), OF_PROPERTY)
def test_what_is_expected_and_what_was_found(
    tmp_path: Path, constraint: str, values: str, message: str, engine: str
) -> None:
    assert messages(tmp_path, f"sh:property [ sh:path ex:p ; {constraint} ]", values, engine) == [message]


@pytest.mark.parametrize("engine", ["compiled", "pyshacl"])
def test_a_closed_shape_names_the_property(tmp_path: Path, engine: str) -> None:
    found = messages(tmp_path, "sh:closed true ; sh:property [ sh:path ex:p ]", "ex:q 1", engine)
    assert found == ['ex:q does not belong here (value: "1"^^xsd:integer)']


def test_the_language_that_is_there_twice_is_named(tmp_path: Path) -> None:
    shape = "sh:property [ sh:path ex:p ; sh:uniqueLang true ]"
    found = messages(tmp_path, shape, 'ex:p "a"@en, "b"@en, "c"@cs', "compiled")
    assert found == ["ex:p has more than one text in @en"]
