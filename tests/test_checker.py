"""`register.checker()`: new records judged in process, before anything is saved."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import mosty
from mosty.api import Register
from mosty.model.diagnostics import ValidationResult
from mosty.model.errors import InputError, UsageError
from register import PREFIXES, make_register, put

TUNNEL = """
project:tunnel a ex:Project ;
    rdfs:label "Tunnel"@en ;
    ex:summary "Trains."@en ;
    ex:begins "2013"^^xsd:gYear .
part:tunnel.interior a ex:Part ;
    ex:partOf project:tunnel ;
    ex:partner org:interior .
"""
STATED = """\
<https://example.org/id/project/bridge> \
<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://example.org/ontology#Project> ."""


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return mosty.open(make_register(tmp_path / "register"))


def told(result: ValidationResult) -> tuple[object, ...]:
    about = (result.rule, str(result.focus), result.message)
    return (*about, result.position, result.source_line, result.suggestion or "")


def rules(results: object) -> list[str]:
    assert isinstance(results, tuple)
    return [result.rule for result in results]


def test_a_text_is_judged_in_the_graph_and_its_results_have_their_places(register: Register) -> None:
    text = PREFIXES + TUNNEL.replace('"2013"^^xsd:gYear', '"soon"').replace("ex:summary", "ex:sumary")
    results = register.checker(derive=True).check_text(text)

    lines = text.splitlines()
    told = {
        result.rule: lines[result.position.line - 1][result.position.column - 1 :][: result.position.length]
        for result in results
        if result.position and result.position.line and result.position.column
    }
    assert told == {
        "project-without-summary": "project:tunnel",
        "project": "ex:sumary",
        "begin-that-is-no-year": '"soon"',
    }
    assert {result.position.file for result in results if result.position} == {"text"}
    assert [result.source_line for result in results if result.rule == "project"] == [
        '    ex:sumary "Trains."@en ;'
    ]


def test_what_breaks_elsewhere_has_no_place_in_the_text(register: Register) -> None:
    (result,) = register.checker().check_text(PREFIXES + "project:bridge rdfs:label 'Bridges'@en .", "ttl")
    assert (result.rule, str(result.focus)) == (
        "project-without-title",
        "https://example.org/id/project/bridge",
    )
    assert result.source_line is not None  # the text is about the record
    (result,) = register.checker().check_text(
        PREFIXES + "theme:x a skos:Concept .", replaces="theme:language-courses"
    )
    assert (result.rule, result.position, result.source_line) == ("theme-unknown", None, None)


def test_rules_are_run_only_where_that_is_asked_for(register: Register) -> None:
    text = PREFIXES + TUNNEL
    assert rules(register.checker().check_text(text)) == ["project-without-partner"]
    assert rules(register.checker(derive=True).check_text(text)) == []


def test_the_results_are_those_of_a_validation_of_the_file(register: Register, tmp_path: Path) -> None:
    for number, text in enumerate(
        (TUNNEL, TUNNEL.replace("org:interior", "org:nobody"), "org:charity a ex:Project .")
    ):
        path = put(tmp_path / f"{number}.ttl", text)
        found = register.checker(derive=True).check_file(path)
        expected = register.validate(path).results
        assert sorted(map(told, found)) == sorted(map(told, expected))


@pytest.mark.parametrize(
    ("wrong", "suggestion"),
    [
        ("ex:theme theme:language-corses", "did you mean theme:language-courses?"),
        ("ex:begins 2012", 'write "2012"^^xsd:gYear'),
        ("ex:partnr org:interior", "did you mean ex:partner?"),
        ("rdfs:label 'New'@en , 'Newer'@en", None),
        ("ex:theme theme:new-one . theme:new-on a skos:Concept", "did you mean theme:new-on?"),
    ],
)
def test_an_evident_mend_is_suggested(register: Register, wrong: str, suggestion: str | None) -> None:
    checker = register.checker()
    new = (
        f"{PREFIXES} project:new a ex:Project ; ex:hasPartner org:interior ; ex:summary 'New.'@en ; {wrong} ."
    )
    assert {result.suggestion for result in checker.check_text(new)} - {None} == {suggestion} - {None}


def test_a_check_leaves_the_graph_as_it_was(register: Register) -> None:
    checker = register.checker(derive=True)
    before = sorted(checker.graph.triples())
    checker.check_text(PREFIXES + TUNNEL, replaces=["project:bridge", "part:bridge.interior"])
    with pytest.raises(InputError):
        checker.check_text("nonsense")
    assert sorted(checker.graph.triples()) == before


@pytest.mark.parametrize("derive", [True, False])
def test_what_is_kept_counts_from_then_on(register: Register, derive: bool) -> None:
    checker = register.checker(derive=derive)
    used = PREFIXES + "project:bridge ex:theme theme:new ."
    assert rules(checker.check_text(used)) == ["theme-unknown"]
    assert rules(checker.check_text(PREFIXES + "theme:new a skos:Concept .", keep=True)) == []
    assert rules(checker.check_text(used, keep=True)) == []
    assert rules(checker.check_text(PREFIXES + "theme:other a skos:Concept .", replaces="theme:new")) == [
        "theme-unknown"
    ]


def test_a_record_that_is_described_anew_loses_what_it_was(register: Register) -> None:
    checker = register.checker(derive=True)
    bridge = PREFIXES + "project:bridge a ex:Project ; rdfs:label 'New bridge'@en ."
    # Two English titles, and the summary of old.
    assert rules(checker.check_text(bridge)) == ["project-without-title"]
    found = checker.check_text(bridge, replaces=["https://example.org/id/project/bridge"], keep=True)
    assert rules(found) == ["project-without-summary"]
    # The participation still stands: its partner is derived anew.
    assert rules(
        checker.check_text(PREFIXES + "theme:x a skos:Concept .", replaces="part:bridge.interior")
    ) == ["project-without-partner"]


def test_blank_nodes_go_with_their_record(register: Register) -> None:
    checker = register.checker()
    size = len(checker.graph)
    record = PREFIXES + "org:new a ex:Organisation ; ex:address [ ex:street [ rdfs:label 'Main' ] ] ."
    checker.check_text(record, keep=True)
    assert len(checker.graph) == size + 4
    checker.check_text(PREFIXES + "org:new a ex:Organisation .", replaces="org:new", keep=True)
    assert len(checker.graph) == size + 1


def test_what_only_rules_may_state_is_refused(repo: Path) -> None:
    text = "PREFIX mosty: <https://w3id.org/mosty/ontology#> PREFIX org: <https://w3id.org/mosty/id/org/> "
    text += "org:esf a mosty:Donor ."  # derived already, and now asserted too
    (result,) = mosty.open(repo).checker().check_text(text)
    assert result.rule == "derived-triple-asserted-by-hand"


@pytest.mark.parametrize(
    ("text", "format_"),
    [
        (STATED, "nt"),
        (STATED.encode(), "NT"),
        (
            '{"@id": "https://example.org/id/project/bridge", "@type": "https://example.org/ontology#Project"}',
            "jsonld",
        ),
    ],
)
def test_other_formats_and_what_is_there_already(register: Register, text: str | bytes, format_: str) -> None:
    assert register.checker().check_text(text, format_) == ()


def test_several_threads_may_ask(register: Register) -> None:
    checker = register.checker(derive=True)
    texts = [PREFIXES + TUNNEL.replace("tunnel", f"t{n}").replace("2013", "x" * (n % 2)) for n in range(8)]
    with ThreadPoolExecutor(4) as pool:
        found = [*pool.map(checker.check_text, texts)]
    assert [rules(results) for results in found] == [["begin-that-is-no-year"]] * 8


def test_what_cannot_be_read_is_said(register: Register, tmp_path: Path) -> None:
    checker = register.checker()
    with pytest.raises(UsageError, match="no such format: 'turtles'"):
        checker.check_text(TUNNEL, "turtles")
    with pytest.raises(InputError, match=r"text:2:\d+: "):
        checker.check_text("PREFIX ex: <http://e.org/>\nex:a ex:b .")
    with pytest.raises(UsageError, match="unknown prefix"):
        checker.check_text(PREFIXES + TUNNEL, replaces="nobody:knows")
    with pytest.raises(InputError, match="no such file"):
        checker.check_file(tmp_path / "missing.ttl")
    with pytest.raises(InputError, match="no such file"):
        register.checker(tmp_path / "missing.ttl")
