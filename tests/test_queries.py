"""The stored queries: well made, rightly answered on the small dataset, and alive on the repository's graph."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib.plugins.sparql import prepareQuery

import mosty
from asking import open_here
from conftest import ROOT, Run
from mosty.api import Register
from mosty.model.solutions import Solutions
from mosty.query.frontmatter import StoredQuery
from mosty.site.reference.wording import heading
from query_cases import EXPECTED, Case, all_cases, as_text, make_workspace

STORED = {query.name: query for query in mosty.open(ROOT).queries.all()}
CASES = all_cases()

# Stored queries that find nothing on the repository's graph with their defaults, and why.
EMPTY_ON_THE_GRAPH = {"where-documents-disagree": "the five documents differ in names and in precision only"}

# What a query is about: the first tag is the heading that it stands under in the list.
TAGS = {
    "activities",
    "codes",
    "funding",
    "organisations",
    "outputs",
    "places",
    "policy",
    "programmes",
    "projects",
    "quality",
    "records",
    "sources",
    "time",
}

# A record to ask for where a parameter has no default.
REQUIRED = {"record-profile": {"record": "project:czech-towns"}}

each_query = pytest.mark.parametrize("query", STORED.values(), ids=list(STORED))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Register:
    """The small dataset, opened."""
    return open_here(make_workspace(tmp_path_factory.mktemp("small") / "workspace"))


@pytest.fixture(scope="module")
def graph() -> Register:
    """The repository's own graph, opened and built."""
    return open_here(ROOT)


# -- how they are made -------------------------------------------------------------------------------------


@each_query
def test_a_query_is_plain_sparql_for_the_default_graph(query: StoredQuery) -> None:
    prepareQuery(query.text)  # parses elsewhere too
    body = "\n".join(line for line in query.text.splitlines() if not line.startswith("#"))
    assert not re.search(r"\b(SERVICE|FROM|GRAPH)\b", body)


@each_query
def test_a_select_has_a_total_order(query: StoredQuery) -> None:
    if re.search(r"^(ASK|CONSTRUCT)\b", query.text, re.MULTILINE):
        return
    last = query.text.rstrip().splitlines()[-1]
    assert last.startswith("ORDER BY ")
    assert "GROUP_CONCAT" not in query.text
    assert "SAMPLE(" not in query.text


@each_query
def test_a_query_declares_the_prefixes_that_it_uses(query: StoredQuery) -> None:
    declared = re.findall(r"^PREFIX ([\w-]+):", query.text, re.MULTILINE)
    body = query.text.split("\n\n", 2)[2]
    unused = [prefix for prefix in declared if not re.search(rf"(?<![\w-]){prefix}:", body)]
    assert declared == sorted(declared)
    assert not unused


@each_query
def test_labels_come_in_a_language_of_choice(query: StoredQuery) -> None:
    """A column with labels follows the parameter lang and falls back to English."""
    if "Label)" in query.text:
        assert query.parameters["lang"].type == "language"
        assert query.parameters["lang"].default == '"en"'


@each_query
def test_a_query_settles_a_competency_question(query: StoredQuery, repo: Path) -> None:
    table = (repo / "docs" / "competency-questions.md").read_text(encoding="utf-8")
    row = f"| {query.competency} | {query.question} | [{query.name}](../queries/{query.name}.rq) |"
    assert row in table.splitlines()
    assert 1 <= len(query.tags) <= 3
    assert set(query.tags) <= TAGS
    assert all(parameter.help for parameter in query.parameters.values())


@each_query
def test_a_query_is_told_in_czech(query: StoredQuery) -> None:
    czech = query.translations["cs"]
    assert czech.title
    assert czech.question.endswith("?")
    assert bool(czech.description) == bool(query.description)
    assert all(czech.parameters.get(name) for name in query.parameters)
    assert {*czech.columns} <= {*re.findall(r"[?$](\w+)", query.text)}


def test_columns_and_parameters_have_names_in_both_languages() -> None:
    """The words are those that queries need, in English and in Czech."""
    needed = {name for query in STORED.values() for name in query.parameters} - {"lang"}
    for query in STORED.values():
        answer = ox.Store().query(query.text)
        names = {one.value for one in answer.variables} if isinstance(answer, ox.QuerySolutions) else set()
        needed |= {name for name in names if name.removesuffix("Label") not in names - {name}}
    assert len(needed) > 100
    for language in ("en", "cs"):
        assert [name for name in sorted(needed) if heading(name, language).language != language] == []
    kept = tomllib.loads((ROOT / "src/mosty/site/words/columns.toml").read_text("utf-8"))
    assert sorted(kept.keys() - {f"column-{name}" for name in needed}) == []
    assert [name for name in kept if not all(kept[name].get(tag) for tag in ("en", "cs"))] == []


def test_competency_questions_are_told_apart(repo: Path) -> None:
    ids = [query.competency for query in STORED.values()]
    assert len(set(ids)) == len(ids) >= 36
    table = (repo / "docs" / "competency-questions.md").read_text(encoding="utf-8")
    assert table.count("](../queries/") == len(ids)


def test_parameters_name_what_exists(graph: Register) -> None:
    """Classes, schemes and properties in the front matter are terms of the ontology."""
    for query in STORED.values():
        for parameter in query.parameters.values():
            for curie in filter(None, (parameter.class_, parameter.unstated)):
                assert curie.startswith("skos:") or graph.sparql(f"ASK {{ {curie} a ?kind }}"), curie
            if parameter.scheme:
                scheme = f"<https://w3id.org/mosty/id/scheme/{parameter.scheme}>"
                assert graph.sparql(f"ASK {{ ?concept skos:inScheme {scheme} }}"), parameter.scheme


def test_a_wider_query_takes_the_same_parameters() -> None:
    for query in STORED.values():
        if query.wider:
            assert query.parameters.keys() <= STORED[query.wider].parameters.keys()


# -- what they answer --------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=str)
def test_answer_on_the_small_dataset(case: Case, small: Register) -> None:
    suffix, text = as_text(small.query(case.query, **case.parameters))
    expected = case.expected()
    assert expected.suffix == suffix
    assert text == expected.read_text(encoding="utf-8")


@each_query
def test_a_query_has_an_expected_answer_that_is_not_empty(query: StoredQuery) -> None:
    cases = [case for case in CASES if case.query == query.name]
    assert any(case.expected().read_text(encoding="utf-8").count("\n") > 1 for case in cases)
    assert not query.parameters or any(case.parameters for case in cases)


def test_no_expected_answer_is_left_over() -> None:
    assert {case.expected() for case in CASES} == set(EXPECTED.iterdir())


def test_the_small_dataset_breaks_no_rule(small: Register) -> None:
    report = small.validate()
    assert report.conforms, report


CLAIMS = """
{prefixes}
org:here-or-there mosty:orgKind org-kind:ngo, org-kind:fund ; mosty:locatedIn place:eastport, place:norland .
edition:one mosty:editionOf output:both ; mosty:language "cs"^^xsd:language ; mosty:copies 40 .
edition:two mosty:editionOf output:both ; mosty:language "cs"^^xsd:language ; mosty:copies 50 .
edition:three mosty:editionOf output:both ; mosty:language "uk"^^xsd:language ; mosty:copies 60 .
project:both mosty:period period:one, period:two .
period:one mosty:begins "2012-05"^^xsd:gYearMonth ; mosty:ends "2015"^^xsd:gYear .
period:two mosty:begins "2012"^^xsd:gYear ; mosty:ends "2016"^^xsd:gYear .
name:one mosty:nameOf place:norland ; mosty:nameText "Norland"@en ; mosty:usedIn source:harbour-sheet .
name:two mosty:nameOf place:norland ; mosty:nameText "Norlandic"@en ; mosty:nameNote "the adjective"@en ;
  mosty:usedIn source:harbour-sheet, source:lantern-report .
name:three mosty:nameOf place:sudov ; mosty:nameText "Sudov"@en ; mosty:usedIn source:harbour-sheet .
name:four mosty:nameOf place:sudov ; mosty:nameText "Port Sudov"@en ; mosty:usedIn source:lantern-report .
{statements}
"""


def test_documents_disagree_where_only_one_can_be_right(tmp_path: Path) -> None:
    """Not where one is only less precise, where a place lies in the other, or in an adjective."""
    folder = make_workspace(tmp_path / "workspace")
    said = [
        ("org:here-or-there", "mosty:orgKind", "org-kind:ngo", "org-kind:fund"),
        ("org:here-or-there", "mosty:locatedIn", "place:eastport", "place:norland"),
        (("edition:one", "edition:two"), "mosty:copies", "40", "50"),
        (("edition:one", "edition:three"), "mosty:copies", "40", "60"),
        (("period:one", "period:two"), "mosty:begins", '"2012-05"^^xsd:gYearMonth', '"2012"^^xsd:gYear'),
        (("period:one", "period:two"), "mosty:ends", '"2015"^^xsd:gYear', '"2016"^^xsd:gYear'),
    ]
    statements = []
    for number, (subject, predicate, *objects) in enumerate(said):
        subjects = (subject, subject) if isinstance(subject, str) else subject
        for document, one, value in zip(
            ("harbour-sheet/0-15", "lantern-report/0-15"), subjects, objects, strict=True
        ):
            passage = f"<https://w3id.org/mosty/id/passage/{document}>"
            statements.append(
                f"statement:s{number}-{document[0]} rdf:subject {one} ; rdf:predicate {predicate} ; "
                f"rdf:object {value} ; mosty:passage {passage} . "
                f"{passage} mosty:source source:{document.split('/')[0]} ."
            )
    known = mosty.open(folder).prefixes
    prefixes = "\n".join(f"PREFIX {prefix}: <{known[prefix]}>" for prefix in known)
    text = CLAIMS.format(prefixes=prefixes, statements="\n".join(statements))
    (folder / "data" / "claims.ttl").write_text(text, encoding="utf-8")
    register = mosty.open(folder)
    paper_boats = register.prefixes.expand("project:paper-boats")
    answer = register.query("where-documents-disagree")
    assert isinstance(answer, Solutions)
    found = {(row[0], row[2], row[4]) for row in answer.rows if row[0] != paper_boats}
    shown = {tuple(str(term).rsplit("/", 1)[-1].rsplit("#", 1)[-1] for term in row) for row in found}
    assert shown == {
        ("here-or-there", "orgKind", "ngo"),
        ("here-or-there", "orgKind", "fund"),
        ("both", "copies", "40"),
        ("both", "copies", "50"),
        ("both", "ends", "2015"),
        ("both", "ends", "2016"),
    }
    names = register.query("names-that-differ", record=["place:norland", "place:sudov"])
    assert isinstance(names, Solutions)
    assert [str(row[2]) for row in names.rows] == ["Port Sudov", "Sudov"]


def test_nothing_found_points_to_the_wider_query(small: Register) -> None:
    """A donor of outputs and programmes must not look like no donor at all."""
    assert small.explain_empty(
        "projects-by-place", place="place:sudovia", purpose="place-purpose:subject"
    ) == [
        "A wider question has an answer of 1 row: "
        "`mosty query records-by-place --place place:sudovia --purpose place-purpose:subject`."
    ]
    assert small.explain_empty("projects-by-donor", donor="org:open-door", lang="cs") == [
        "The graph holds nothing that matches."
    ]


# -- on the repository's graph -----------------------------------------------------------------------------


@each_query
def test_a_query_answers_on_the_repository(query: StoredQuery, graph: Register) -> None:
    answer = graph.query(query.name, **REQUIRED.get(query.name, {}))
    assert bool(answer) != (query.name in EMPTY_ON_THE_GRAPH)
    if isinstance(answer, Solutions):
        assert len(set(answer.rows)) == len(answer.rows), "the same row twice"


def test_the_command_line_writes_the_expected_csv(run: Run, tmp_path: Path) -> None:
    folder = make_workspace(tmp_path / "workspace")
    result = run(
        "-C",
        folder,
        "query",
        "projects-by-donor",
        "--donor",
        "org:norland-social-fund",
        "--lang",
        "cs",
        "-f",
        "csv",
    )
    assert result.exit_code == 0
    expected = (EXPECTED / "projects-by-donor.in-czech.csv").read_text(encoding="utf-8")
    assert result.stdout.replace("\r\n", "\n") == expected
