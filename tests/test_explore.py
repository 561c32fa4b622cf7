"""show, find, why and stats, by the library and by the command line, on the repository's graph."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import mosty
from conftest import SHARED, Run, need
from mosty.api import Register
from mosty.model.errors import UsageError
from mosty.model.records import Record
from mosty.model.solutions import Boolean, Solutions
from mosty.model.terms import IRI, literal

ID = "https://w3id.org/mosty/id/"
MOSTY = "https://w3id.org/mosty/ontology#"


@pytest.fixture(scope="module")
def register(repo: Path) -> Register:
    return mosty.open(repo)


def test_show_gives_properties_parts_and_incoming(register: Register) -> None:
    record = register.show("org:esf")
    assert isinstance(record, Record)
    assert record.file == "data/organisations/esf.ttl"
    derived = {p.predicate.value for p in record.properties if p.derived}
    assert MOSTY + "donorOf" in derived
    assert MOSTY + "orgKind" not in derived
    assert {part.iri.value for part in record.parts} >= {ID + "name/esf.european-social-fund"}
    assert all("/org/esf" not in part.iri.value for part in record.parts)
    assert any(subject.value == ID + "funding/czech-towns.esf" for subject, _ in record.incoming)


def test_show_json_says_the_same(run: Run) -> None:
    shown = json.loads(run("show", "org:esf", "-f", "json").stdout)
    assert shown["curie"] == "org:esf"
    assert {"iri": MOSTY + "Organisation"} in [p["object"] for p in shown["properties"]]


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("European Social Fund", "org/esf"),
        ("european social fnud", "org/esf"),
        ("ceske mesta", None),
        ("domavcr", "output/domavcr-website"),
        ("CZ.1.04/5.1.01/77.00030", "project/czech-towns"),
        ("Mosty k integraci", "project/bridges-to-integration"),
        ("Český helsinský výbor", "org/czech-helsinki-committee"),
        ("cesky helsinsky vybor", "org/czech-helsinki-committee"),
        ("handbok", "output-type/handbook"),
        ("2000", "figure/moldova-stabilization.assisted-victims"),
        ("xqzw vbnm", None),
    ],
)
def test_find_forgives(register: Register, text: str, iri: str | None) -> None:
    matches = register.find(text)
    if iri is None:
        assert all(m.score < 97 for m in matches)
    else:
        assert matches[0].iri.value == ID + iri


def test_find_writes_nothing_found_on_stderr(run: Run) -> None:
    result = run("find", "xqzw vbnm", "-f", "csv")
    assert result.stdout.splitlines() == ["thing,label,matched,kind"]
    assert "Nothing is called" in result.stderr


def test_why_names_source_and_place(register: Register) -> None:
    (evidence,) = register.why("project:czech-towns", "mosty:period")
    assert evidence.source == IRI(ID + "source/czech-towns-sheet")
    assert evidence.start is not None
    assert evidence.end is not None
    assert evidence.start < evidence.end
    with pytest.raises(UsageError, match="nothing is stated"):
        register.why("project:czech-towns", "mosty:period", "period:other")


def test_why_tells_what_is_our_own_and_what_is_derived(register: Register) -> None:
    bases = {e.basis.value for e in register.why("org:esf", "rdfs:label") if e.basis}
    assert ID + "basis/translation" in bases
    (derived,) = register.why("org:esf", "mosty:donorOf", "project:czech-towns")
    assert derived.rule == "donors.rq"


def test_why_quotes_from_copies_of_the_sources(register: Register, tmp_path: Path) -> None:
    seeds = SHARED / "seeds"
    need(seeds.is_dir(), "the source documents in ../shared/seeds")
    (evidence,) = register.why("project:czech-towns", "mosty:period", texts=seeds)
    assert evidence.quote is not None
    assert "May 2012 - April 2015" in evidence.quote
    (tmp_path / "other.txt").write_text("another text " * 1000)
    (unquoted,) = register.why("project:czech-towns", "mosty:period", texts=tmp_path)
    assert unquoted.quote is None


def test_stats_add_up(register: Register) -> None:
    statistics = register.stats()
    parts = dict(statistics.triples)
    assert set(parts) == {"records", "evidence", "ontology", "derived"}
    total = register.sparql("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
    assert isinstance(total, Solutions)
    assert total.dicts() == [{"n": sum(parts.values())}]
    assert all(things >= thin for _, things, thin in statistics.classes)


def test_labels_prefer_the_language_asked_for(register: Register) -> None:
    iri = IRI(ID + "org/esf")
    assert register.labels([iri])[iri.value] == "European Social Fund"
    assert register.labels([iri], ["cs"])[iri.value] == "Evropský sociální fond"
    assert register.labels([IRI(ID + "org/nobody")]) == {}


def test_solutions_to_dicts_and_pandas(register: Register) -> None:
    answer = register.query("projects-by-donor", donor="org:esf")
    assert isinstance(answer, Solutions)
    assert answer.dicts()[0]["donor"] == ID + "org/esf"
    frame = answer.to_pandas()
    assert list(frame.columns) == list(answer.variables)
    assert len(frame) == len(answer.rows)


def test_parameters_as_python_values(register: Register) -> None:
    by_curie = register.query("projects-by-donor", donor="org:esf")
    assert register.query("projects-by-donor", donor=IRI(ID + "org/esf")) == by_curie
    assert register.query("projects-by-donor", donor=["org:esf"]) == by_curie
    assert register.query("is-a-donor", organisation="org:esf") == Boolean(True)
    assert register.why("org:esf", "rdfs:label", literal("European Social Fund", language="en"))


def test_a_name_will_do_where_it_means_one_thing(register: Register) -> None:
    by_curie = register.query("projects-by-donor", donor="org:esf")
    # The fund and the programme share the name; the parameter asks for an organisation.
    assert register.query("projects-by-donor", donor="European Social Fund") == by_curie
    assert register.show("IOM Prague").iri.value == ID + "org/iom-czechia"
    assert register.show("iom-czechia").iri.value == ID + "org/iom-czechia"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("European Social Fund", "means several things"),
        ("Europaen Social Fund", "not an IRI or CURIE"),
        ("xqzw vbnm", "not an IRI or CURIE"),
    ],
)
def test_a_name_that_is_not_clear_is_asked_back(register: Register, name: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        register.show(name)
    assert ("org:esf" in str(caught.value.hint)) == name.endswith("Fund")


def test_opening_what_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no workspace"):
        mosty.open(tmp_path)
