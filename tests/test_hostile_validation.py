"""Hostile shapes and data: each gets an answer or a clear refusal within the deadline, in bounded memory."""

from __future__ import annotations

import pytest

from shacl_files import REFUSED, STOPPED, Validate, refused, validate

__all__ = ["validate"]

# Patterns


@pytest.mark.parametrize(
    "pattern",
    [
        "^(a+)+$",
        "^(a|a)*$",
        "^(a|aa)+$",
        "(.*)*x",
        "(x+x+)+y",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "^(a?){60}a{60}$",
        "(.*?,){25}P",
    ],
)
def test_patterns_that_would_back_track_for_ever(validate: Validate, pattern: str) -> None:
    data = f'ex:a ex:p "{"a" * 20_000}!" , "{"x" * 20_000}" .'
    outcome = validate(f'ex:S sh:targetNode ex:a ; sh:path ex:p ; sh:pattern "{pattern}" .', data)
    assert (outcome.status, outcome.results > 0) == (1, True)


def test_a_back_reference_that_would_back_track_for_ever_is_stopped(validate: Validate) -> None:
    shapes = r'ex:S sh:targetNode ex:a ; sh:path ex:p ; sh:pattern "^(a+)+\\1$" .'
    outcome = validate(shapes, f'ex:a ex:p "{"a" * 60}!" .', "--timeout", "1")
    assert outcome.status in (REFUSED, STOPPED)


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        "[z-a]",
        "a{2,1}",
        "*",
        "(?P<x",
        "\\\\",
        "a{100000}",
        "((a{500}){500}){500}",
    ],
)
def test_patterns_that_are_none_or_too_large(validate: Validate, pattern: str) -> None:
    shapes = f'ex:S sh:targetNode ex:a ; sh:path ex:p ; sh:pattern "{pattern}" .'
    refused(validate(shapes, 'ex:a ex:p "a" .'), "pattern")


def test_a_pattern_of_5000_groups(validate: Validate) -> None:
    shapes = f'ex:S sh:targetNode ex:a ; sh:path ex:p ; sh:pattern "{"(" * 5000}b{")" * 5000}" .'
    assert validate(shapes, 'ex:a ex:p "a" .').status in (1, REFUSED)


def test_a_long_pattern_and_a_long_text(validate: Validate) -> None:
    words = "|".join(f"word{number}" for number in range(2000))
    shapes = f'ex:S sh:targetNode ex:a ; sh:path ex:p ; sh:pattern "^({words})$" .'
    outcome = validate(shapes, f'ex:a ex:p "{"word1" * 200_000}" .')
    assert outcome.status == 1
    assert len(outcome.messages) < 10_000


# Paths


def nested(depth: int, form: str) -> str:
    path = "ex:p"
    for _ in range(depth):
        path = form.format(path)
    return path


@pytest.mark.parametrize(
    "form", ["[ sh:inversePath {} ]", "( {} ex:p )", "[ sh:alternativePath ( ex:q {} ) ]"]
)
@pytest.mark.parametrize("depth", [8, 80, 1500])
def test_deep_paths(validate: Validate, form: str, depth: int) -> None:
    shapes = f"ex:S sh:targetNode ex:a ; sh:path {nested(depth, form)} ; sh:nodeKind sh:Literal ."
    outcome = validate(shapes, "ex:a ex:p ex:a ; ex:q ex:a .")
    assert outcome.status == 1 if depth == 8 else outcome.status in (1, REFUSED)


@pytest.mark.parametrize("mark", ["zeroOrMorePath", "oneOrMorePath"])
def test_repeated_repeats_over_a_circle(validate: Validate, mark: str) -> None:
    data = "".join(f"ex:n{i} ex:p ex:n{(i + 1) % 60} .\n" for i in range(60))
    path = nested(6, f"[ sh:{mark} {{}} ]")
    both = f"[ sh:{mark} [ sh:alternativePath ( {path} [ sh:inversePath {path} ] ) ] ]"
    outcome = validate(f"ex:S sh:targetSubjectsOf ex:p ; sh:path {both} ; sh:minCount 61 .", data)
    assert (outcome.status, outcome.results) == (1, 60)


@pytest.mark.parametrize("mark", ["zeroOrMorePath", "oneOrMorePath"])
@pytest.mark.parametrize("inverse", [False, True])
def test_a_path_over_a_chain_of_50000(validate: Validate, mark: str, inverse: bool) -> None:
    data = "".join(f"ex:n{i} ex:p ex:n{i + 1} .\n" for i in range(50_000))
    start, end = ("ex:n50000", "ex:n0") if inverse else ("ex:n0", "ex:n50000")
    path = "[ sh:inversePath ex:p ]" if inverse else "ex:p"
    shapes = f"ex:S sh:targetNode {start} ; sh:path [ sh:{mark} {path} ] ; sh:hasValue {end} , ex:nowhere ."
    outcome = validate(shapes, data)
    assert (outcome.status, outcome.results) == (1, 1)


def test_every_node_of_a_chain_asks_for_its_end(validate: Validate) -> None:
    data = "".join(f"ex:n{i} ex:p ex:n{i + 1} .\n" for i in range(20_000))
    shapes = "ex:S sh:targetSubjectsOf ex:p ; sh:path [ sh:zeroOrMorePath ex:p ] ; sh:hasValue ex:n20000 ."
    assert validate(shapes, data).status == 0


def test_a_sequence_of_400_steps(validate: Validate) -> None:
    data = "".join(
        f"ex:n{i} ex:p ex:n{i + 1} , ex:m{i + 1} . ex:m{i} ex:p ex:n{i + 1} .\n" for i in range(400)
    )
    shapes = f"ex:S sh:targetNode ex:n0 ; sh:path ( {'ex:p ' * 400}) ; sh:minCount 3 ."
    outcome = validate(shapes, data)
    assert (outcome.status, outcome.results) == (1, 1)


# Shapes that are large, deep or in circles


def test_a_list_of_10000_allowed_values(validate: Validate) -> None:
    allowed = " ".join(f"ex:v{i}" for i in range(10_000))
    data = "".join(f"ex:n{i} ex:p ex:v{i * 2} .\n" for i in range(10_000))
    outcome = validate(f"ex:S sh:targetSubjectsOf ex:p ; sh:path ex:p ; sh:in ( {allowed} ) .", data)
    assert (outcome.status, outcome.results) == (1, 5000)
    assert max(map(len, outcome.report.splitlines())) < 2000, "a message does not list 10,000 values"


def test_2000_property_shapes(validate: Validate) -> None:
    properties = " , ".join(f"[ sh:path ex:p{i} ; sh:maxCount 1 ; sh:minCount 1 ]" for i in range(2000))
    outcome = validate(
        f"ex:S sh:targetNode ex:a ; sh:closed true ; sh:property {properties} .", "ex:a ex:p7 1 ."
    )
    assert (outcome.status, outcome.results) == (1, 1999)


def test_1000_members_of_each_kind_of_list(validate: Validate) -> None:
    members = " ".join(f"[ sh:path ex:p ; sh:hasValue {i} ]" for i in range(1000))
    shapes = f"ex:S sh:targetNode ex:a ; sh:or ( {members} ) ; sh:and ( {members} ) ; sh:xone ( {members} ) ."
    outcome = validate(shapes, "ex:a ex:p 1 , 2 .")
    assert (outcome.status, outcome.results) == (1, 2)


def test_200_disjoint_qualified_siblings(validate: Validate) -> None:
    properties = " , ".join(
        f"[ sh:path ex:p ; sh:qualifiedValueShape [ sh:class ex:C{i} ] ; sh:qualifiedMinCount 1 ; "
        "sh:qualifiedValueShapesDisjoint true ]"
        for i in range(200)
    )
    data = "ex:a ex:p " + " , ".join(f"ex:v{i}" for i in range(200)) + " .\n"
    data += "".join(f"ex:v{i} a ex:C{i} .\n" for i in range(200)) + "ex:v0 a ex:C1 ."
    outcome = validate(f"ex:S sh:targetNode ex:a ; sh:property {properties} .", data)
    assert (outcome.status, outcome.results) == (1, 1)


REFERENCES = {
    "node": "sh:node {}",
    "not": "sh:not {}",
    "and": "sh:and ( {} )",
    "or": "sh:or ( {} )",
    "xone": "sh:xone ( {} )",
}


@pytest.mark.parametrize("reference", REFERENCES)
@pytest.mark.parametrize("depth", [100, 3000])
def test_shapes_nested_deeply(validate: Validate, reference: str, depth: int) -> None:
    links = (f"ex:S{i} {REFERENCES[reference].format(f'ex:S{i + 1}')} .\n" for i in range(depth))
    shapes = (
        f"ex:S0 a sh:NodeShape ; sh:targetNode ex:a .\n{''.join(links)}ex:S{depth} sh:nodeKind sh:Literal ."
    )
    outcome = validate(shapes)
    if depth == 100:
        assert outcome.status == 1, outcome.messages
    else:
        refused(outcome, "levels")


@pytest.mark.parametrize("depth", [100, 3000])
def test_property_shapes_nested_deeply(validate: Validate, depth: int) -> None:
    links = (f"ex:S{i} sh:path ex:p ; sh:property ex:S{i + 1} .\n" for i in range(depth))
    shapes = f"ex:S0 sh:targetNode ex:a .\n{''.join(links)}ex:S{depth} sh:path ex:p ; sh:maxCount 0 ."
    outcome = validate(shapes, "ex:a ex:p ex:b . ex:b ex:p ex:a .")
    if depth == 100:
        assert (outcome.status, outcome.results) == (1, 1), outcome.messages
    else:
        refused(outcome, "levels")


RECURSIVE = {
    **{
        name: f"ex:S {text.format('ex:T')} . ex:T {text.format('ex:S')} ."
        for name, text in REFERENCES.items()
    },
    "itself": "ex:S sh:node ex:S .",
    "property": "ex:S sh:property [ sh:path ex:p ; sh:node ex:S ] .",
    "property of a property": "ex:S sh:property ex:T . ex:T sh:path ex:p ; sh:property ex:T .",
    "qualified": "ex:S sh:property [ sh:path ex:p ; sh:qualifiedValueShape ex:S ; sh:qualifiedMinCount 1 ] .",
    "a long way round": "ex:S sh:not [ sh:or ( [ sh:and ( [ sh:xone ( [ sh:node ex:S ] ) ] ) ] ) ] .",
}


@pytest.mark.parametrize("way", RECURSIVE)
@pytest.mark.parametrize("engine", ["auto", "compiled", "pyshacl"])
def test_shapes_that_refer_to_themselves(validate: Validate, way: str, engine: str) -> None:
    shapes = f"ex:S a sh:NodeShape ; sh:targetNode ex:a .\n{RECURSIVE[way]}"
    refused(validate(shapes, "ex:a ex:p ex:a .", "--engine", engine), "recursive")


def test_a_circle_of_5000_shapes(validate: Validate) -> None:
    links = (f"ex:S{i} sh:node ex:S{(i + 1) % 5000} .\n" for i in range(5000))
    refused(validate(f"ex:S0 a sh:NodeShape ; sh:targetNode ex:a .\n{''.join(links)}"), "recursive")


LISTS = {
    "circle": "_:L rdf:first ex:X ; rdf:rest _:L .",
    "long circle": "_:L rdf:first ex:X ; rdf:rest ex:M . ex:M rdf:first ex:Y ; rdf:rest _:L .",
    "no end": "_:L rdf:first ex:X .",
    "end that is a literal": '_:L rdf:first ex:X ; rdf:rest "nil" .',
    "two rests": "_:L rdf:first ex:X ; rdf:rest rdf:nil , ex:M . ex:M rdf:first ex:Y ; rdf:rest rdf:nil .",
    "two firsts": "_:L rdf:first ex:X , ex:Y ; rdf:rest rdf:nil .",
    "no first": "_:L rdf:rest rdf:nil .",
    "no list": "_:L a ex:Thing .",
}
LIST_PARAMETERS = ["in", "languageIn", "ignoredProperties", "and", "or", "xone", "path"]


@pytest.mark.parametrize("parameter", LIST_PARAMETERS)
@pytest.mark.parametrize("broken", LISTS)
def test_lists_that_are_none(validate: Validate, parameter: str, broken: str) -> None:
    members = "ex:X a sh:NodeShape . ex:Y a sh:NodeShape ." if parameter in ("and", "or", "xone") else ""
    closed = "sh:closed true ;" if parameter == "ignoredProperties" else ""
    shape = f"ex:S sh:targetNode ex:a ; {closed} sh:{parameter} _:L ; sh:nodeKind sh:IRI ."
    refused(validate(f"{shape}\n{LISTS[broken]}\n{members}"))


def test_targets_far_more_than_data(validate: Validate) -> None:
    nodes = " , ".join(f"ex:n{i}" for i in range(20_000))
    outcome = validate(f"ex:S a sh:NodeShape ; sh:targetNode {nodes} ; sh:class ex:C .", "ex:n1 a ex:C .")
    assert (outcome.status, outcome.results) == (1, 19_999)


# Data


def test_classes_in_a_circle_and_in_a_chain_of_50000(validate: Validate) -> None:
    data = "".join(f"ex:C{i} rdfs:subClassOf ex:C{i + 1} .\n" for i in range(50_000))
    data += "ex:C50000 rdfs:subClassOf ex:C0 .\nex:a a ex:C7 .\nex:b ex:p ex:a , ex:c .\n"
    shapes = "ex:S sh:targetSubjectsOf ex:p ; sh:path ex:p ; sh:class ex:C6 .\n"
    shapes += "ex:T a sh:NodeShape ; sh:targetClass ex:C3 ; sh:nodeKind sh:Literal ."
    outcome = validate(shapes, data)
    assert (outcome.status, outcome.results) == (1, 2)


def test_a_node_with_100000_values(validate: Validate) -> None:
    values = " , ".join(f'"{i}"@x-{i % 1000}' for i in range(100_000))
    shapes = (
        "ex:S sh:targetNode ex:a ; sh:path ex:p ; sh:maxCount 1 ; sh:uniqueLang true ; sh:disjoint ex:q ."
    )
    outcome = validate(shapes, f"ex:a ex:p {values} ; ex:q 1 .", "--limit", "10")
    assert (outcome.status, outcome.results) == (1, 10)
    assert "1,001" in outcome.messages or "1001" in outcome.messages


def test_pairs_of_many_values_with_many(validate: Validate) -> None:
    data = f"ex:a ex:p {' , '.join(map(str, range(150)))} ; ex:q {' , '.join(map(str, range(150)))} ."
    outcome = validate("ex:S sh:targetNode ex:a ; sh:path ex:p ; sh:lessThan ex:q .", data)
    assert outcome.status == 1
    assert outcome.results == 150 * 151 // 2, "one for each pair (SHACL, section 4.5.3)"


def test_a_text_of_five_million_letters(validate: Validate) -> None:
    shapes = 'ex:S sh:targetNode ex:a ; sh:path ex:p ; sh:maxLength 10 ; sh:pattern "^b" ; sh:datatype xsd:integer .'
    outcome = validate(shapes, f'ex:a ex:p "{"a" * 5_000_000}" .', "-f", "concise")
    assert outcome.status == 1
    assert len(outcome.report) < 20_000, "a message does not repeat a long text"


def test_the_limit_holds_whatever_the_number(validate: Validate) -> None:
    shapes = "ex:S sh:targetSubjectsOf ex:p ; sh:path ex:p ; sh:nodeKind sh:IRI ."
    data = "".join(f'ex:n{i} ex:p "{i}" .\n' for i in range(5_000))
    outcome = validate(shapes, data, "--limit", "5")
    assert (outcome.status, outcome.results) == (1, 5)
    assert "5,000" in outcome.messages
