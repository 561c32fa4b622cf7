"""The derivation rules, one by one, on small data; and together: one pass, and nothing new in a second."""

from __future__ import annotations

import calendar
import functools
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

import mosty

REPO = Path(__file__).parents[1]
RULES = sorted((REPO / "ontology" / "rules").glob("*.rq"))

PREFIXES = {
    "": "https://example.org/",
    "mosty": "https://w3id.org/mosty/ontology#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "prov": "http://www.w3.org/ns/prov#",
    "role": "https://w3id.org/mosty/id/role/",
    "withheld": "https://w3id.org/mosty/id/withheld/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
HEADER = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())


def load(turtle: str) -> ox.Store:
    """A store with each triple in a graph of its own, as files have: rules must see across graphs."""
    store = ox.Store()
    for number, quad in enumerate(ox.parse(HEADER + turtle, format=ox.RdfFormat.TURTLE)):
        graph = ox.NamedNode(f"https://example.org/graph/{number}")
        store.add(ox.Quad(quad.subject, quad.predicate, quad.object, graph))
    return store


def run(rule: str | Path, store: ox.Store) -> set[ox.Triple]:
    path = rule if isinstance(rule, Path) else REPO / "ontology" / "rules" / f"{rule}.rq"
    answer = store.query(path.read_text("utf-8"), use_default_graph_as_union=True)
    assert isinstance(answer, ox.QueryTriples)
    return set(answer)


def triples(turtle: str) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(HEADER + turtle, format=ox.RdfFormat.TURTLE)}


def check(rule: str, given_turtle: str, expected: str) -> None:
    assert run(rule, load(given_turtle)) == triples(expected)


# ---------------------------------------------------------------- donors and participants


def test_donor_of_a_project() -> None:
    check(
        "donors",
        ":f mosty:funder :ministry ; mosty:funds :pilot .",
        ":ministry a mosty:Donor ; mosty:donorOf :pilot . :pilot mosty:hasDonor :ministry .",
    )


def test_donor_of_a_programme() -> None:
    check(
        "donors",
        ":line a mosty:Programme ; mosty:funder :ministry .",
        ":ministry a mosty:Donor ; mosty:donorOf :line . :line mosty:hasDonor :ministry .",
    )


def test_a_funding_is_not_funded_itself() -> None:
    check("donors", ":f a mosty:Funding ; mosty:funder :ministry .", "")


def test_two_fundings_by_one_donor_derive_one_shortcut() -> None:
    check(
        "donors",
        ":f1 mosty:funder :esf ; mosty:funds :p . :f2 mosty:funder :esf ; mosty:funds :p .",
        ":esf a mosty:Donor ; mosty:donorOf :p . :p mosty:hasDonor :esf .",
    )


PARTICIPATIONS = """
:a mosty:participatesIn :p ; mosty:participant :cbai ; mosty:role role:partner .
:b mosty:participatesIn :p ; mosty:participant :iom ; mosty:role role:implementer .
:c mosty:participatesIn :p ; mosty:participant :city ; mosty:role role:recipient .
:d mosty:participatesIn :workshop ; mosty:participant :foundation ; mosty:role role:partner .
:workshop mosty:activityOf :p .
:e mosty:participatesIn :p ; mosty:role role:coordinator ; mosty:withheld withheld:natural-person .
"""


def test_partner_of_a_project_and_of_its_activity() -> None:
    check(
        "partners",
        PARTICIPATIONS,
        """:p mosty:hasPartner :cbai, :foundation . :workshop mosty:hasPartner :foundation .
        :cbai mosty:partnerOf :p . :foundation mosty:partnerOf :p, :workshop .""",
    )


def test_lead_is_lead_or_implementer() -> None:
    check("leads", PARTICIPATIONS, ":p mosty:hasLead :iom .")
    check(
        "leads",
        ":x mosty:participatesIn :p ; mosty:participant :o ; mosty:role role:lead .",
        ":p mosty:hasLead :o .",
    )


def test_co_implementer_is_no_lead() -> None:
    check("leads", ":x mosty:participatesIn :p ; mosty:participant :o ; mosty:role role:co-implementer .", "")


def test_participants_in_any_role_but_no_withheld_person() -> None:
    check(
        "participants",
        PARTICIPATIONS,
        """:p mosty:hasParticipant :cbai, :iom, :city, :foundation .
        :workshop mosty:hasParticipant :foundation .""",
    )


# ---------------------------------------------------------------- places and programmes


def test_place_lies_inside_itself_and_all_larger_ones() -> None:
    check(
        "place-containment",
        """:prague a mosty:Place ; mosty:within :czechia . :czechia a mosty:Place ; mosty:within :europe .
        :europe a mosty:Place . :vietnam a mosty:Place .""",
        """:prague mosty:inside :prague, :czechia, :europe . :czechia mosty:inside :czechia, :europe .
        :europe mosty:inside :europe . :vietnam mosty:inside :vietnam .""",
    )


def test_a_cycle_of_places_ends() -> None:
    check(
        "place-containment",
        ":a a mosty:Place ; mosty:within :b . :b a mosty:Place ; mosty:within :a .",
        ":a mosty:inside :a, :b . :b mosty:inside :a, :b .",
    )


def test_project_belongs_to_the_programme_and_the_fund_above_it() -> None:
    check(
        "programme-ancestors",
        ":towns mosty:underProgramme :op-lzz . :op-lzz mosty:partOf :esf . :axis mosty:partOf :op-lzz .",
        ":towns mosty:inProgramme :op-lzz, :esf .",
    )


def test_places_of_a_record_and_of_its_activities() -> None:
    check(
        "places-of-records",
        """:l1 mosty:linkOf :towns ; mosty:place :czechia . :l2 mosty:linkOf :visit ; mosty:place :berlin .
        :visit mosty:activityOf :towns .""",
        ":towns mosty:hasPlace :czechia, :berlin . :visit mosty:hasPlace :berlin .",
    )


def test_siblings_are_symmetric() -> None:
    check("sibling-websites", ":slovak mosty:siblingOf :czech .", ":czech mosty:siblingOf :slovak .")


# ---------------------------------------------------------------- sources


def test_source_of_a_subject_comes_from_its_passages() -> None:
    check(
        "sources-of-records",
        """:s1 rdf:subject :iom ; mosty:passage :p1, :p2 . :s2 rdf:subject :iom ; mosty:passage :p3 .
        :s3 rdf:subject :prague ; mosty:basis <https://w3id.org/mosty/id/basis/reference> .
        :p1 mosty:source :handbook . :p2 mosty:source :handbook . :p3 mosty:source :towns .""",
        ":iom prov:wasDerivedFrom :handbook, :towns .",
    )


# ---------------------------------------------------------------- periods


@pytest.mark.parametrize(
    ("ends", "datatype", "last"),
    [
        ("2007", "gYear", "2007-12-31"),
        ("2015-04", "gYearMonth", "2015-04-30"),
        ("2015-12", "gYearMonth", "2015-12-31"),
        ("2015-02", "gYearMonth", "2015-02-28"),
        ("2016-02", "gYearMonth", "2016-02-29"),
        ("2000-02", "gYearMonth", "2000-02-29"),
        ("1900-02", "gYearMonth", "1900-02-28"),
        ("2025-03-17", "date", "2025-03-17"),
        ("2016-02Z", "gYearMonth", "2016-02-29"),
        ("2007+01:00", "gYear", "2007-12-31"),
    ],
)
def test_latest_end(ends: str, datatype: str, last: str) -> None:
    given_turtle = f':p mosty:ends "{ends}"^^xsd:{datatype} .'
    check("period-bounds", given_turtle, f':p mosty:latestEnd "{last}"^^xsd:date .')


@pytest.mark.parametrize(
    ("begins", "datatype", "first"),
    [
        ("2005", "gYear", "2005-01-01"),
        ("2012-05", "gYearMonth", "2012-05-01"),
        ("2025-03-17", "date", "2025-03-17"),
        ("2012-05-01:00", "gYearMonth", "2012-05-01"),
    ],
)
def test_earliest_start(begins: str, datatype: str, first: str) -> None:
    given_turtle = f':p mosty:begins "{begins}"^^xsd:{datatype} .'
    check("period-bounds", given_turtle, f':p mosty:earliestStart "{first}"^^xsd:date .')


def test_open_end_has_no_latest_end() -> None:
    check(
        "period-bounds",
        ':p mosty:begins "2001"^^xsd:gYear ; mosty:openEnd true .',
        ':p mosty:earliestStart "2001-01-01"^^xsd:date .',
    )


@pytest.mark.parametrize(
    "nonsense", ['"2012-13"^^xsd:gYearMonth', '"soon"', '"-0044"^^xsd:gYear', '"12012"^^xsd:gYear']
)
def test_nonsense_derives_nothing(nonsense: str) -> None:
    check("period-bounds", f":p mosty:begins {nonsense} ; mosty:ends {nonsense} .", "")


@settings(deadline=None)
@given(st.dates(min_value=date(1000, 1, 1)))
def test_last_day_of_any_month_is_the_calendars(day: date) -> None:
    last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    check(
        "period-bounds",
        f':p mosty:ends "{day:%Y-%m}"^^xsd:gYearMonth .',
        f':p mosty:latestEnd "{last}"^^xsd:date .',
    )


# ---------------------------------------------------------------- all rules together


@functools.cache
def repository() -> ox.Store:
    store = ox.Store()
    for path in (REPO / "data").rglob("*.ttl"):
        name = path.relative_to(REPO / "data").with_suffix("").as_posix()
        graph = ox.NamedNode(f"https://w3id.org/mosty/graph/{name}")
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
            store.add(ox.Quad(quad.subject, quad.predicate, quad.object, graph))
    return store


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.stem)
def test_another_engine_derives_the_same(rule: Path, other_engine: rdflib.Graph) -> None:
    constructed = other_engine.query(rule.read_text("utf-8")).graph
    assert constructed is not None
    elsewhere = {tuple(str(term) for term in triple) for triple in constructed}
    here = {
        (str(made.subject.value), made.predicate.value, made.object.value)  # type: ignore[union-attr]
        for made in run(rule, repository())
    }
    assert elsewhere == here


@pytest.fixture(scope="module")
def other_engine() -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in (REPO / "data").rglob("*.ttl"):
        graph.parse(path, format="turtle")
    return graph


def test_one_pass_is_enough() -> None:
    store = ox.Store()
    store.extend(repository())
    first = set[ox.Triple]().union(*(run(rule, store) for rule in RULES))
    graph = ox.NamedNode("https://w3id.org/mosty/graph/derived")
    store.extend(ox.Quad(triple.subject, triple.predicate, triple.object, graph) for triple in first)
    second = set[ox.Triple]().union(*(run(rule, store) for rule in RULES))
    # What is stated as symmetric comes back the other way round; it stands in the data already.
    assert {triple for triple in second if not any(store.quads_for_pattern(*triple))} == set()


def test_the_repository_has_a_use_for_every_rule() -> None:
    store = repository()
    assert [rule.name for rule in RULES if not run(rule, store)] == []


def test_many_triples_derive_the_same_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = mosty.open(REPO).workspace.dataset()
    loaded = dataset.load()
    monkeypatch.setattr("mosty.workspace.derivation._MANY", 1)
    monkeypatch.setattr("mosty.workspace.derivation._STORED", 7_000)
    assert dataset.derive_from(loaded.graph) == loaded.derived
