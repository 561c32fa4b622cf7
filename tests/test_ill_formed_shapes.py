"""Ill-formed shapes of each kind: refused, with the shape, the parameter and what is expected (SHACL, appendix)."""

from __future__ import annotations

import pytest

from shacl_files import Validate, refused, validate

__all__ = ["validate"]

ILL_FORMED = {
    "minCount": ['"a"', "1.5", "ex:b", "1 , 2", '"99999999999999999999"^^ex:x', "9" * 5_000],
    "maxCount": ['"1"', "true", "[]"],
    "minLength": ['"a"', "1 , 2"],
    "maxLength": ["ex:b", '"x"^^xsd:integer'],
    "datatype": ['"xsd:integer"', "[]", "xsd:date , xsd:integer"],
    "nodeKind": ["sh:Iri", '"IRI"', "sh:IRI , sh:Literal"],
    "class": ['"ex:C"', "[]"],
    "in": ["1", "ex:b", "( 1 ) , ( 2 )"],
    "languageIn": ['"en"', "( 1 )", "( ex:en )"],
    "uniqueLang": ['"yes"', "1", "true , false"],
    "pattern": ["1", "ex:b", '"a"@en'],
    "equals": ['"p"', "[]"],
    "disjoint": ['"p"', "1"],
    "lessThan": ['"p"', "[ sh:inversePath ex:p ]"],
    "lessThanOrEquals": ["1", "[]"],
    "minInclusive": ["ex:b", "[]", "1 , 2"],
    "maxExclusive": ["ex:b", "1 , 2"],
    "not": ['"shape"', "1"],
    "and": ["ex:b", '( "shape" )'],
    "or": ["1", "( 1 )"],
    "xone": ['"a"', "( 1 ex:b )"],
    "node": ['"shape"', "[ sh:path ex:p ]"],
    "property": ['"shape"', "[ sh:minCount 1 ]"],
    "closed": ['"yes"', "1", "true , false"],
    "path": ["ex:p , ex:q", '"p"', "( ex:p )", "[]", "[ sh:alternativePath ex:p ]", "[ sh:inversePath 1 ]"],
    "severity": ['"high"', "sh:Info , sh:Warning"],
    "deactivated": ['"yes"', "1"],
    "targetClass": ['"ex:C"', "[]"],
    "targetSubjectsOf": ['"p"', "[]"],
    "targetObjectsOf": ["1"],
    "targetNode": ["[]"],
    "message": ["1", "ex:b"],
    "flags": ["1"],
    "qualifiedMinCount": ['"a"'],
    "qualifiedMaxCount": ["1.0"],
    "qualifiedValueShape": ['"shape"'],
    "qualifiedValueShapesDisjoint": ['"yes"'],
}
# SHACL, appendix on syntax rules: what may not stand in a node shape.
NOT_IN_NODE_SHAPES = [
    "sh:minCount 1",
    "sh:maxCount 1",
    "sh:uniqueLang true",
    "sh:lessThan ex:q",
    "sh:lessThanOrEquals ex:q",
    "sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMinCount 1",
]


@pytest.mark.parametrize(
    ("parameter", "value"), [(name, value) for name, values in ILL_FORMED.items() for value in values]
)
def test_ill_formed_shapes(validate: Validate, parameter: str, value: str) -> None:
    path = "" if parameter in ("path", "closed") else "sh:path ex:p ; "
    beside = {
        "flags": 'sh:pattern "a" ; ',
        "qualifiedMinCount": "sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; ",
        "qualifiedMaxCount": "sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; ",
        "qualifiedValueShape": "sh:qualifiedMinCount 1 ; ",
        "qualifiedValueShapesDisjoint": "sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMinCount 1 ; ",
    }.get(parameter, "")
    outcome = validate(f"ex:S sh:targetNode ex:a ; {path}{beside}sh:{parameter} {value} .")
    refused(outcome, "path" if parameter == "path" else parameter)


@pytest.mark.parametrize("parameter", NOT_IN_NODE_SHAPES)
def test_what_may_not_stand_in_a_node_shape(validate: Validate, parameter: str) -> None:
    refused(validate(f"ex:S a sh:NodeShape ; sh:targetNode ex:a ; {parameter} ."), parameter.split()[0])
