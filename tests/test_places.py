"""Where a result stands: the offending triple, the property or the subject; and where its shape stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from mosty.model.diagnostics import Position, ValidationResult
from mosty.model.errors import InputError
from mosty.model.terms import IRI
from mosty.validate import validate_files, validate_workspace
from mosty.workspace import Workspace
from register import PREFIXES, make_register, put

HEAD = PREFIXES.count("\n")


def judged(folder: Path, shapes: str, *data: str) -> list[ValidationResult]:
    """Validate texts of Turtle; the first line after the prefixes is line 1."""
    files = [put(folder / f"data{number}.ttl", text) for number, text in enumerate(data)]
    return [*validate_files(None, files, [put(folder / "shapes.ttl", shapes)]).results]


def at(position: Position | None) -> tuple[str, int | None, int | None]:
    """File, line after the prefixes, and column."""
    assert position is not None
    name = position.file.rpartition("/")[2]
    return name, None if position.line is None else position.line - HEAD, position.column


TARGET = "shape:s sh:targetClass ex:A ; sh:property [ "
DATA = """ex:a a ex:A ;
    ex:p ex:b , ex:bad ;
    ex:q ex:c .
ex:c ex:r ex:bad .
ex:d ex:in ex:a .
"""


@pytest.mark.parametrize(
    ("shape", "line", "column"),
    [
        ("sh:path ex:p ; sh:in ( ex:b )", 2, 17),  # the object of the triple
        ("sh:path ex:p ; sh:maxCount 1", 2, 5),  # the property
        ("sh:path ex:missing ; sh:minCount 1", 1, 1),  # the subject
        ("sh:path ( ex:q ex:r ) ; sh:in ( ex:b )", 4, 11),  # the last triple of the way
        ("sh:path ( ex:q ex:r ) ; sh:maxCount 0", 3, 5),
        ("sh:path [ sh:inversePath ex:in ] ; sh:in ( ex:b )", 5, 12),
        ("sh:path [ sh:alternativePath ( ex:q ex:p ) ] ; sh:in ( ex:b ex:c )", 2, 17),
        ("sh:path [ sh:oneOrMorePath [ sh:alternativePath ( ex:q ex:r ) ] ] ; sh:in ( ex:c )", 4, 11),
        ("sh:path [ sh:zeroOrOnePath ex:q ] ; sh:in ( ex:a )", 3, 10),
        ("sh:path [ sh:zeroOrMorePath ex:q ] ; sh:minCount 9", 3, 5),
    ],
)
def test_the_offending_triple(tmp_path: Path, shape: str, line: int, column: int) -> None:
    (result,) = judged(tmp_path, f"{TARGET}{shape} ] .", DATA)
    assert at(result.position) == ("data0.ttl", line, column)
    assert result.source_line == DATA.split("\n")[line - 1]


def test_what_a_closed_shape_does_not_know(tmp_path: Path) -> None:
    shape = "shape:s sh:targetClass ex:A ; sh:closed true ; sh:ignoredProperties ( rdf:type ex:p ) ."
    (result,) = judged(tmp_path, shape, DATA)
    assert at(result.position) == ("data0.ttl", 3, 5)  # the property


def test_what_a_result_says_is_not_remarked_too(tmp_path: Path) -> None:
    shapes = """shape:s sh:targetClass ex:A ; sh:closed true ; sh:ignoredProperties ( rdf:type ) ;
    sh:property [ sh:path ex:theme ] .
"""
    data = put(tmp_path / "data.ttl", "ex:a a ex:A ; ex:them 1 .")
    report = validate_files(None, [data], [put(tmp_path / "shapes.ttl", shapes)])
    assert [at(result.position) for result in report.results] == [("data.ttl", 1, 15)]
    assert report.remarks == ()
    open_shape = put(tmp_path / "open.ttl", shapes.replace("sh:closed true", "sh:closed false"))
    (remark,) = validate_files(None, [data], [open_shape]).remarks
    assert (remark.code, at(remark.position)) == ("misspelt-property", ("data.ttl", 1, 15))


def test_a_node_that_is_wrong_itself(tmp_path: Path) -> None:
    (result,) = judged(tmp_path, "shape:s sh:targetClass ex:A ; sh:in ( ex:b ) .", DATA)
    assert at(result.position) == ("data0.ttl", 1, 1)


def test_a_node_that_nobody_describes_stands_where_it_is_named(tmp_path: Path) -> None:
    found = judged(
        tmp_path, "shape:s sh:targetObjectsOf ex:p ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .", DATA
    )
    assert [at(result.position) for result in found] == [("data0.ttl", 2, 10), ("data0.ttl", 2, 17)]


def test_a_blank_node_is_found(tmp_path: Path) -> None:
    data = "ex:x ex:p [ a ex:B ] , _:b .\nex:y ex:p\n    [ a ex:A ] .\n_:b a ex:B ."
    (result,) = judged(tmp_path, f"{TARGET}sh:path ex:name ; sh:minCount 1 ] .", data)
    assert at(result.position)[:2] == ("data0.ttl", 3)


def test_the_file_that_states_the_triple(tmp_path: Path) -> None:
    shape = f"{TARGET}sh:path ex:p ; sh:in ( ex:b ) ] , [ sh:path ex:name ; sh:minCount 1 ] ."
    found = judged(tmp_path, shape, "ex:a a ex:A ; ex:p ex:b .", "ex:a ex:p ex:b , ex:bad .")
    places = {r.component.value.rpartition("#")[2]: at(r.position) for r in found}
    assert places == {
        "InConstraintComponent": ("data1.ttl", 1, 18),
        "MinCountConstraintComponent": ("data0.ttl", 1, 1),
    }


def test_the_place_of_a_shape_named_or_not(tmp_path: Path) -> None:
    shapes = """shape:s sh:targetClass ex:A ;
    sh:property [ sh:path ex:one ; sh:minCount 1 ] ,
        shape:two .
  shape:two sh:path ex:two ; sh:minCount 1 .
"""
    found = judged(tmp_path, shapes, DATA)
    assert sorted(at(result.shape_position) for result in found) == [
        ("shapes.ttl", 2, 17),
        ("shapes.ttl", 4, 3),
    ]


def test_a_detail_has_a_place_of_its_own(tmp_path: Path) -> None:
    shapes = (
        f"{TARGET}sh:path ex:q ; sh:node shape:n ] .\nshape:n sh:property [ sh:path ex:r ; sh:in ( ex:b ) ] ."
    )
    (result,) = judged(tmp_path, shapes, DATA)
    assert at(result.position) == ("data0.ttl", 3, 10)
    assert [at(detail.position) for detail in result.details] == [("data0.ttl", 4, 11)]


def test_a_derived_triple_stands_where_its_subject_does(tmp_path: Path) -> None:
    register = make_register(tmp_path / "register")
    put(register / "shapes/more.ttl", "shape:no-partner sh:targetClass ex:Project ; sh:property shape:none .\n"
        "shape:none sh:path ex:hasPartner ; sh:nodeKind sh:Literal .")  # fmt: skip
    results = [r for r in validate_workspace(Workspace(register)).results if r.rule == "none"]
    assert results
    for result in results:
        assert result.position is not None
        assert result.position.file.endswith("data/projects/bridge.ttl")
        assert result.source_line is not None
        assert result.source_line.startswith("project:bridge")
        assert result.record == IRI("https://example.org/id/project/bridge")


@pytest.mark.parametrize("extension", ["jsonld", "rdf"])
def test_other_formats_name_the_file(tmp_path: Path, extension: str) -> None:
    texts = {
        "jsonld": '{"@id":"https://example.org/ontology#a","@type":"https://example.org/ontology#A"}',
        "rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="https://example.org/ontology#">'
        '<ex:A rdf:about="https://example.org/ontology#a"/></rdf:RDF>',
    }
    data = tmp_path / f"data.{extension}"
    data.write_text(texts[extension])
    shapes = put(tmp_path / "shapes.ttl", f"{TARGET}sh:path ex:name ; sh:minCount 1 ] .")
    (result,) = validate_files(None, [data], [shapes]).results
    assert result.position is not None
    assert result.position.file == str(data)


@pytest.mark.parametrize("value", ['"a"@en--ltr', "<<( ex:a ex:b ex:c )>>"])
def test_shapes_in_rdf_1_2_are_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(InputError, match=r"shapes\.ttl: a (text with a direction|triple term)"):
        judged(tmp_path, f"shape:s sh:targetClass ex:A ; sh:hasValue {value} .", DATA)
