"""mosty explain: what a rule checks, why, and examples from its cases."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from conftest import Run

HEAD = """@prefix ex: <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
EVERY_PARAMETER = """
ex:all a sh:PropertyShape ; sh:targetNode ex:n ; sh:targetClass ex:C , ex:D , ex:E ; sh:targetSubjectsOf ex:s ;
    sh:targetObjectsOf ex:o ; sh:path ( ex:p [ sh:inversePath ex:q ] ) ; sh:minCount 1 ; sh:maxCount 2 ;
    sh:class ex:K ; sh:datatype xsd:date ; sh:nodeKind sh:BlankNodeOrIRI ; sh:in ( ex:a "b" ) ; sh:hasValue ex:a ;
    sh:languageIn ( "en" "cs" ) ; sh:uniqueLang true ; sh:minExclusive 1 ; sh:minInclusive 2 ; sh:maxExclusive 9 ;
    sh:maxInclusive 8 ; sh:minLength 3 ; sh:maxLength 4 ; sh:pattern "^a" ; sh:flags "i" ; sh:equals ex:e ;
    sh:disjoint ex:d ; sh:lessThan ex:l ; sh:lessThanOrEquals ex:m ;
    sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 3 ;
    sh:node [ sh:minLength 5 ] ; sh:not [ sh:maxLength 6 ] ; sh:or ( ex:one ex:two ) ; sh:message "All of it." .
ex:one a sh:NodeShape ; sh:description "The first." ; sh:nodeKind sh:IRI .
ex:two a sh:PropertyShape ; sh:path ex:x ; sh:minCount 2 ; sh:maxCount 2 .
ex:closed a sh:NodeShape ; sh:targetClass ex:C ; sh:closed true ; sh:ignoredProperties ( ex:i ) ;
    sh:property [ sh:path ex:p ; sh:maxCount 0 ] ; sh:deactivated true .
"""
LINES = """
  applied to the node ex:n
  applied to every instance of ex:C, ex:D or ex:E
  applied to everything that has ex:s
  applied to every value of ex:o
  looks at the values of ex:p/^ex:q
  there is at least 1 value and at most 2 values
  every value is an instance of ex:K
  every value is a well-formed xsd:date
  every value is a blank node or an IRI
  every value is one of: ex:a, b
  one of the values is ex:a
  every value is in one of the languages en, cs
  every value is greater than 1
  every value is 2 or greater
  every value is less than 9
  every value is 8 or less
  every value has 3 characters or more
  every value has 4 characters at most
  every value matches the regular expression ^a (flags i)
  the values are those of ex:e
  no value is a value of ex:d too
  every value is less than every value of ex:l
  no value is greater than one of ex:m
  no two values are in the same language
  every value fits this:
    the node has 5 characters or more
  every value does not fit this:
    the node has 6 characters at most
  every value fits at least one of these:
    ex:one:
      The first.
    ex:two:
      for ex:x:
        there are exactly 2 values
  at least 1 value and at most 3 values fit this:
    the node is an IRI
"""


def test_a_rule_with_its_examples(run: Run) -> None:
    result = run("explain", "stated-amount-that-is-missing")
    assert result.exit_code == 0
    head, *sections = result.stdout.split("\n\n")
    assert head.startswith("shape:stated-amount-that-is-missing  violation\nshapes/donors.ttl:")
    assert [section.split("\n")[0].partition(",")[0] for section in sections] == [
        "What it says",
        "What it checks",
        "Why",
        "Fails",
        "Is fine",
    ]
    fails, fine = sections[-2:]
    assert "tests/shapes/donors/invalid.stated-amount-that-is-missing.ttl" in fails
    assert "    mosty:amountStatus disclosure:stated" in fails.replace("        ", "    ")
    assert "@prefix" not in result.stdout
    assert "mosty:Funding" in fine


@pytest.mark.parametrize(
    "name",
    [
        "shape:end-before-start",
        "https://w3id.org/mosty/shapes#end-before-start",
        "<https://w3id.org/mosty/shapes#end-before-start>",
    ],
)
def test_a_rule_by_curie_and_iri(run: Run, name: str) -> None:
    assert run("explain", name).stdout == run("explain", "end-before-start").stdout


def test_a_rule_of_which_other_shapes_are_made(run: Run) -> None:
    result = run("explain", "a-year")
    assert "applied to nothing by itself: other shapes refer to it" in result.stdout
    assert "\nUsed by\n  shape:begin-that-is-no-date (sh:or)\n" in result.stdout


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("end-befor-start", "did you mean end-before-start?"),
        ("shape:end-befor-start", "did you mean end-before-start?"),
        ("theme-not", "did you mean theme-not-from-its-scheme?"),
        ("zzzz", "`mosty explain` lists the rules"),
    ],
)
def test_an_unknown_rule(run: Run, name: str, hint: str) -> None:
    result = run("explain", name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"error: no rule is called {name!r}\n  {hint}\n"


def test_every_parameter_in_plain_words(run: Run, tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(HEAD + EVERY_PARAMETER, "utf-8")
    result = run("explain", "all", "--shapes", "shapes.ttl", cwd=tmp_path)
    assert result.exit_code == 0
    _, _, told = result.stdout.partition("What it checks\n")
    assert told.partition("\n\n")[0] == LINES.strip("\n")
    assert "no case breaks this rule" in result.stdout


def test_a_closed_shape_that_is_deactivated(run: Run, tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(HEAD + EVERY_PARAMETER, "utf-8")
    told = run("explain", "ex:closed", "--shapes", "shapes.ttl", cwd=tmp_path).stdout
    assert "  deactivated: it checks nothing\n" in told
    assert "  the node has no other properties than: ex:i, ex:p\n  for ex:p:\n    there is no value\n" in told


def test_two_rules_of_one_name(run: Run, tmp_path: Path) -> None:
    text = HEAD + "@prefix e: <http://example.net/> ."
    text += "ex:x a sh:NodeShape ; sh:nodeKind sh:IRI . e:x a sh:NodeShape ; sh:nodeKind sh:IRI ."
    (tmp_path / "shapes.ttl").write_text(text, "utf-8")
    result = run("explain", "x", "--shapes", "shapes.ttl", cwd=tmp_path)
    assert result.exit_code == 2
    assert "name one of them: e:x, ex:x" in result.stderr
    assert run("explain", "e:x", "--shapes", "shapes.ttl", cwd=tmp_path).stdout.startswith("e:x  violation\n")


def test_examples_from_a_folder_of_ones_own(run: Run, tmp_path: Path) -> None:
    shapes = "ex:no-name a sh:PropertyShape ; sh:targetClass ex:P ; sh:path ex:name ; sh:minCount 1 ."
    (tmp_path / "shapes.ttl").write_text(HEAD + shapes, "utf-8")
    cases = tmp_path / "cases"
    cases.mkdir()
    (cases / "invalid.no-name.ttl").write_text(HEAD + "ex:a a ex:P ; ex:age 1 . ex:z ex:y ex:x .", "utf-8")
    (cases / "valid.a.ttl").write_text(HEAD + "ex:a a ex:P ; ex:name 'A' , 'a' .", "utf-8")
    (cases / "valid.b.ttl").write_text(HEAD + "ex:b a ex:P ; ex:age 1 ; ex:name 'B' .", "utf-8")
    result = run("explain", "no-name", "--shapes", "shapes.ttl", "--cases", "cases", cwd=tmp_path)
    assert result.stdout.endswith(
        """
Fails, from cases/invalid.no-name.ttl
  ex:name is missing
    ex:a a ex:P ;
        ex:age 1 .

Is fine, from cases/valid.b.ttl
    ex:b a ex:P ;
        ex:age 1 ;
        ex:name "B" .
"""
    )
    result = run("explain", "no-name", "--shapes", "shapes.ttl", "--cases", "nowhere", cwd=tmp_path)
    assert result.exit_code == 2


def test_json_of_a_rule(run: Run) -> None:
    told = json.loads(run("explain", "begin-that-is-no-date", "-f", "json").stdout)
    assert told["shape"] == "https://w3id.org/mosty/shapes#begin-that-is-no-date"
    assert (told["severity"], told["file"], told["path"]) == (
        "violation",
        "shapes/periods.ttl",
        "mosty:begins",
    )
    assert told["targets"] == ["every instance of mosty:Period"]
    assert {message["language"] for message in told["messages"]} == {"en", "cs"}
    assert "mosty:begins" in told["failing"]["turtle"]
    assert told["mended"]["message"] is None


def test_markdown(run: Run) -> None:
    told = run("explain", "begin-that-is-no-date", "-f", "md").stdout
    assert told.startswith("## begin-that-is-no-date\n\nviolation, `shapes/periods.ttl:")
    assert "\n- applied to every instance of mosty:Period\n" in told
    assert told.count("```turtle\n") == 2


def test_the_list(run: Run) -> None:
    told = run("explain").stdout
    assert told.startswith("shapes/activities.ttl\n\nrule ")
    assert "\nend-before-start " in told
    assert run("explain", "-f", "md").stdout.startswith("## shapes/activities.ttl\n\n| rule | severity |")
    listed = json.loads(run("explain", "-f", "json").stdout)
    [rule] = [entry for entry in listed if entry["rule"] == "end-before-start"]
    assert rule == {
        "rule": "end-before-start",
        "shape": "https://w3id.org/mosty/shapes#end-before-start",
        "severity": "violation",
        "message": "The period ends ({?value}) before it begins.",
        "file": "shapes/periods.ttl",
    }


def test_rules_are_completed(run: Run) -> None:
    environment = dict(os.environ, _MOSTY_COMPLETE="bash_complete", COMP_LINE="mosty explain end-be")
    result = run(env=environment)
    assert result.stdout == "plain,end-before-start\n"
