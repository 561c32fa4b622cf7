"""The tables of a release hold what the graph holds, whatever that is, and read well."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import itertools
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tables import Files, Triple, files_of, package, raw_rows, rows, triples

from mosty.model.errors import UsageError
from mosty.model.formulas import as_meant
from mosty.model.terms import RDF, XSD, Literal
from mosty.publish.content import Content, read_content
from mosty.publish.tables import FORMATS
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key, to_key
from mosty.workspace.config import Config
from mosty.workspace.workspace import Workspace

NS = "https://example.org/"
TYPE = iri_key(RDF + "type")
TOML = """
name = "small"
base = "https://example.org/"
languages = ["en", "cs"]
[kinds]
project = { folder = "projects", class = "ex:Project" }
place = { folder = "places", class = "ex:Place" }
[prefixes]
ex = "https://example.org/ontology#"
geo = "http://www.opengis.net/ont/geosparql#"
[ids]
parts = ["link"]
"""
PREFIXES = """
@prefix ex: <https://example.org/ontology#> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix link: <https://example.org/id/link/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix place: <https://example.org/id/place/> .
@prefix project: <https://example.org/id/project/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

Make = Callable[..., tuple[Content, Config]]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Make a workspace of Turtle texts: make(data, ontology=..., shapes=..., rules={...}, toml=...)."""
    numbers = itertools.count()

    def build(
        data: str = "",
        *,
        ontology: str = "",
        schemes: str = "",
        shapes: str = "",
        rule: str = "",
        toml: str = TOML,
    ) -> tuple[Content, Config]:
        root = tmp_path / str(next(numbers))
        for path, text in (
            ("data/projects/all.ttl", data),
            ("ontology/terms.ttl", ontology),
            ("ontology/schemes/all.ttl", schemes),
            ("shapes/all.ttl", shapes),
        ):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            if text:
                (root / path).write_text(PREFIXES + text, encoding="utf-8")
        if rule:
            (root / "ontology/rules").mkdir()
            (root / "ontology/rules/rule.rq").write_text(rule, encoding="utf-8")
        (root / "mosty.toml").write_text(toml, encoding="utf-8")
        workspace = Workspace(root)
        return read_content(workspace), workspace.config

    return build


@pytest.fixture(scope="module")
def own(repo: Path) -> tuple[Content, Config]:
    """The repository's own graph."""
    workspace = Workspace(repo)
    return read_content(workspace), workspace.config


@pytest.fixture(scope="module")
def release(own: tuple[Content, Config]) -> Files:
    """Its tables, in all formats."""
    return files_of(*own, *FORMATS)


def expected(content: Content) -> tuple[set[Triple], set[Triple]]:
    stated = set(content.graph.triples())
    return stated, set(content.derived) - stated


def column(files: Files, table: str, name: str) -> list[str]:
    return [row[name] for row in rows(files, table)]


def fields(files: Files, table: str) -> dict[str, dict[str, Any]]:
    resource = next(r for r in package(files)["resources"] if r["name"] == table)
    return {field["name"]: field for field in resource["schema"]["fields"]}


def references(files: Files, table: str) -> dict[str, str]:
    resource = next(r for r in package(files)["resources"] if r["name"] == table)
    keys = resource["schema"].get("foreignKeys", [])
    return {key["fields"][0]: key["reference"]["resource"] for key in keys}


# What a reader finds


def test_a_row_reads_well(release: Files) -> None:
    row = next(r for r in rows(release, "projects") if r["id"] == "project:czech-towns")
    assert row["label_cs"].startswith("Integrace pracovních migrantů")
    assert (row["has_donor_en"], row["has_donor_id"]) == ("European Social Fund", "org:esf")
    assert "European Social Fund" not in row["has_donor_cs"]
    assert (row["period_begins"], row["period_latest_end"]) == ("2012-05", "2015-04-30")
    assert "Berlin" in row["has_place_en"].split(" | ")
    assert list(row)[:3] == ["id", "label_en", "label_cs"]
    assert list(row)[-1] == "iri"


def test_several_values_stand_in_the_same_order_in_each_column(release: Files) -> None:
    names = dict(
        zip(column(release, "concept", "id"), column(release, "concept", "pref_label_cs"), strict=True)
    )
    several = 0
    for row in rows(release, "projects"):
        ids = row["theme_id"].split(" | ") if row["theme_id"] else []
        assert [names[one] for one in ids] == (row["theme_cs"].split(" | ") if row["theme_cs"] else [])
        several += len(ids) > 1
    assert several


def test_relational_parts_have_keys(release: Files) -> None:
    assert references(release, "funding")["funder_id"] == "organisations"
    assert references(release, "place-link")["place_id"] == "places"
    assert references(release, "participation")["role_id"] == "concept"
    assert references(release, "participation")["participates_in_id"] == "things"
    assert references(release, "values") == {"id": "things", "value_id": "things"}


def test_derived_columns_say_so(release: Files) -> None:
    field = fields(release, "projects")["has_donor_id"]
    assert field["derived"] == "all"
    assert "donors.rq" in field["description"]
    assert "derived" not in fields(release, "projects")["theme_id"]


# What the graph holds


def test_no_triple_is_lost_and_none_is_made_up(own: tuple[Content, Config], release: Files) -> None:
    assert triples(release) == expected(own[0])


def test_each_thing_has_one_row(own: tuple[Content, Config], release: Files) -> None:
    content = own[0]
    subjects = {subject for subject, _, _ in content.graph.triples()}
    tables = [r["name"] for r in package(release)["resources"] if r["name"] not in ("values", "things")]
    counted = Counter(one for table in tables for one in column(release, table, "iri"))
    assert set(counted.values()) == {1}
    assert {iri_key(one) for one in counted} == subjects
    things = rows(release, "things")
    assert {r["iri"]: r["table"] for r in things if r["table"]}.keys() == counted.keys()
    for table in tables:
        assert sorted(r["id"] for r in things if r["table"] == table) == sorted(column(release, table, "id"))


def test_kinds_follow_the_ontology(own: tuple[Content, Config], release: Files) -> None:
    content, config = own
    types = content.graph.column(TYPE)
    units = set(types.subjects_of({config_class(config, "OrganisationalUnit")}))
    assert units
    assert units <= {iri_key(iri) for iri in column(release, "organisations", "iri")}
    projects = types.subjects_of({config_class(config, "Project")})
    assert {iri_key(iri) for iri in column(release, "projects", "iri")} == projects


def config_class(config: Config, name: str) -> Key:
    return iri_key(config.prefixes["mosty"] + name)


def test_the_description_is_true(release: Files) -> None:
    for resource in package(release)["resources"]:
        data = release[f"tables/{resource['path']}"]
        header, *body = raw_rows(data)
        assert header == [field["name"] for field in resource["schema"]["fields"]]
        assert (resource["bytes"], resource["rows"]) == (len(data), len(body))
        assert resource["hash"] == "sha256:" + hashlib.sha256(data).hexdigest()


def test_foreign_keys_lead_to_rows(release: Files) -> None:
    keys = {r["name"]: set(column(release, r["name"], "id")) for r in package(release)["resources"]}
    for table in keys:
        for name, target in references(release, table).items():
            assert set(column(release, table, name)) - {""} <= keys[target], (table, name)


def test_frictionless_finds_nothing(release: Files, tmp_path: Path) -> None:
    # It opens a table anew for each foreign key: those are checked above, and below on fewer rows.
    assert_valid(release, tmp_path, foreign_keys=False)


def assert_valid(files: Files, folder: Path, *, foreign_keys: bool = True) -> None:
    """Types and keys, judged by the reference implementation of Data Package."""
    import frictionless

    described = package(files)
    for resource in described["resources"]:
        if not foreign_keys:
            resource["schema"].pop("foreignKeys", None)
    (folder / "datapackage.json").write_text(json.dumps(described), encoding="utf-8")
    for path, data in files.items():
        if path.endswith(".csv"):
            (folder / Path(path).name).write_bytes(data)
    report = frictionless.validate(str(folder / "datapackage.json"), type="package")
    assert report.valid, report.flatten(["title", "rowNumber", "fieldNumber", "note"])[:5]


# Odd data

ODD = """
project:a a ex:Project ;
    rdfs:label "=HYPERLINK(\\"http://x\\")"@en, "'=1"@cs, "@SUM(1)"@de ;
    ex:note "+1+1", "-2", "\\tx", "a | b", "line\\r\\nbreak", "say \\"no\\"; a,b", "", "\\u0001\\u000B" ;
    ex:size 100000000000000000000000000000000001 ;
    ex:share 1.0, "1"^^xsd:boolean, "x" ;
    ex:code "007", "7" ;
    ex:when "2012"^^xsd:gYear, "2012-02-30"^^xsd:date ;
    ex:within place:nowhere, <https://elsewhere.example/x?y=1#z>, <urn:isbn:1>, <project:b> ;
    ex:text "one"@en, "uno"@es, "zwei, drei"@de-at ;
    <https://example.org/other#note> "same word" ;
    <https://example.org/other#\u043f\u0440\u043e\u0435\u043a\u0442> "letters" ;
    <https://example.org/ontology#id> "an id" ;
    <https://example.org/other#iri> "an IRI" .
project:b a ex:Project, ex:Odd ; ex:size -5 ; ex:when "2013"^^xsd:gYear ; ex:code "=1" .
place:p a ex:Place ; rdfs:label "P" .
link:a.b a <https://example.org/../../etc/passwd> ; ex:of project:a .
link:c a <https://example.org/con> ; ex:of project:b .
link:d ex:of project:b .
link:e a ex:Odd ; ex:value -1 .
link:f a <https://example.org/ontology#things>, <https://example.org/ontology#values> ; ex:value 1.50 .
"""


def test_odd_data_come_back(make: Make, tmp_path: Path) -> None:
    content, config = make(ODD)
    files = files_of(content, config, *FORMATS)
    assert triples(files) == expected(content)
    assert_valid(files, tmp_path)
    assert all(re.fullmatch(r"tables/[a-z0-9]+(-[a-z0-9]+)*\.[a-z]+", path) for path in files), list(files)
    assert {"tables/passwd.csv", "tables/con-table.csv", "tables/untyped.csv"} <= files.keys()


def test_no_cell_is_a_formula(make: Make) -> None:
    files = files_of(*make(ODD))
    for path, data in files.items():
        cells = [cell for row in raw_rows(data) for cell in row] if path.endswith(".csv") else []
        assert not [c for c in cells if re.match(r"[=@\t\r\n]|[+-](?![0-9.]+$)", c)]
    assert '\'=HYPERLINK("http://x")' in raw_rows(files["tables/projects.csv"])[1]


def test_lines_end_as_rfc_4180_says(make: Make) -> None:
    data = files_of(*make(ODD))["tables/projects.csv"]
    assert data.endswith(b"\r\n")
    assert b'""no""; a,b' in data
    assert not data.startswith(b"\xef\xbb\xbf")
    assert len(raw_rows(data)) == 3


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12) | st.sampled_from(
    [
        "=1",
        "'=1",
        "''",
        "-",
        "+1",
        "1e5",
        " | ",
        "\r",
        "\n",
        '"',
        "a | b",
        "true",
        "2000-02-29",
        "-INF",
        "NaN",
    ]
)
DATATYPES = [XSD + name for name in ("string", "integer", "decimal", "double", "date", "gYear", "boolean")]
LITERALS = st.builds(Literal, TEXTS, st.sampled_from([*DATATYPES, NS + "own"]), st.none()) | st.builds(
    Literal, TEXTS, st.just(RDF + "langString"), st.sampled_from(["en", "cs", "id", "de-at", "zh-hant"])
)
NODES = st.sampled_from(
    [iri_key(NS + name) for name in ("id/project/a", "id/place/b", "id/link/c.d", "x y".replace(" ", "%20"))]
    + ["<urn:x:1>", "<project:a>", "<http://other.example/#>"]
)
CLASSES = st.sampled_from([iri_key(NS + "ontology#" + name) for name in ("Project", "Place", "Other", "Odd")])
PREDICATES = st.sampled_from(
    [
        iri_key(NS + name)
        for name in ("ontology#name", "ontology#id", "other#name", "ontology#nameText", "n/1")
    ]
    + ["<http://www.w3.org/2000/01/rdf-schema#label>"]
)
TRIPLES = st.lists(
    st.tuples(NODES, st.just(TYPE), CLASSES) | st.tuples(NODES, PREDICATES, NODES | LITERALS.map(to_key)),
    max_size=30,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stated=TRIPLES, derived=TRIPLES)
def test_any_graph_comes_back(make: Make, stated: list[Triple], derived: list[Triple]) -> None:
    graph = Graph(stated)
    subjects = {subject for subject, _, _ in graph.triples()}
    content, config = _EMPTY.setdefault(0, make())
    content = content._replace(graph=graph, derived=sorted(set(derived)), kinds={"projects": subjects})
    files = files_of(content, config)
    assert triples(files) == expected(content)


_EMPTY: dict[int, tuple[Content, Config]] = {}


def test_an_empty_workspace_has_tables_without_rows(make: Make, tmp_path: Path) -> None:
    files = files_of(*make(), *FORMATS)
    assert raw_rows(files["tables/projects.csv"]) == [["id", "iri"]]
    assert json.loads(files["tables/places.geojson"]) == {"type": "FeatureCollection", "features": []}
    assert_valid(files, tmp_path)


# Columns follow shapes, data and languages


def test_shapes_say_whether_a_cell_may_hold_several_values(make: Make) -> None:
    shapes = """
    ex:Shape a sh:NodeShape ; sh:targetClass ex:Project ; sh:node ex:More ;
        sh:property [ sh:path ex:one ; sh:maxCount 1 ], [ sh:path ex:any ; sh:minCount 1 ] .
    ex:More sh:property [ sh:path ex:title ; sh:maxCount 1 ] .
    """
    data = """
    project:a a ex:Project ; ex:one "1" ; ex:any "2" ; ex:silent "3" ; ex:title "x"@en ; ex:free "y"@en .
    project:b a ex:Project ; ex:title "z"@fr .
    """
    files = files_of(*make(data, shapes=shapes))
    own = fields(files, "projects")
    assert [name for name, field in own.items() if field.get("severalValues")] == ["any"]
    assert column(files, "values", "column") == ["any"]
    assert column(files, "projects", "title_language") == ["en", "fr"]
    assert "free_en" in own
    several = files_of(*make(data + 'project:b ex:silent "4", "5" .', shapes=shapes))
    assert column(several, "projects", "silent") == ["3", "4 | 5"]


def test_types_are_those_that_every_value_has(make: Make) -> None:
    data = """
    project:a a ex:Project ; ex:n 1 ; ex:d "2016-02-29"^^xsd:date ; ex:m 1 ; ex:t true ; ex:y "2012"^^xsd:gYear ;
        ex:w "INF"^^xsd:double ; ex:x "2015-02-29"^^xsd:date ; ex:z "1"^^xsd:boolean .
    project:b a ex:Project ; ex:n "007"^^xsd:integer ; ex:m 1.5 .
    """
    found = {name: field["type"] for name, field in fields(files_of(*make(data)), "projects").items()}
    wanted = {"n": "integer", "d": "date", "m": "string", "t": "boolean", "y": "year"}
    assert found.items() >= (wanted | {"w": "string", "x": "string", "z": "string"}).items()


def test_words_fall_back_to_another_language_and_then_to_what_is_known(make: Make) -> None:
    data = """
    project:a a ex:Project ; ex:at place:p, place:q, link:r .
    place:p a ex:Place ; rdfs:label "Praha"@cs .
    place:q a ex:Place .
    link:r a ex:Time ; ex:begins "2012" ; ex:ends "2013" .
    """
    ontology = 'ex:begins rdfs:label "from"@en, "od"@cs .'
    (row,) = rows(files_of(*make(data, ontology=ontology)), "projects")
    assert row["at_en"] == "from 2012; ends 2013 | Praha | place:q"
    assert row["at_cs"] == "od 2012; ends 2013 | Praha | place:q"
    assert row["at_id"] == "link:r | place:p | place:q"


def test_parts_without_a_name_are_opened_where_they_are_used(make: Make) -> None:
    data = """
    project:a a ex:Project ; ex:time link:r ; ex:title link:s .
    link:r a ex:Time ; ex:begins "2012"^^xsd:gYear .
    link:s a ex:Title ; rdfs:label "named" ; ex:length 5 .
    """
    files = files_of(*make(data))
    assert column(files, "projects", "time_begins") == ["2012"]
    assert fields(files, "projects")["time_begins"]["type"] == "year"
    assert "title_length" not in fields(files, "projects")


def test_many_languages_do_not_make_many_columns(make: Make) -> None:
    tags = [f"x{letter}" for letter in "abcdefghijklmn"]
    texts = ", ".join(f'"{tag}"@{tag}' for tag in [*tags, "en"])
    content, config = make(f"project:a a ex:Project ; ex:title {texts} .")
    files = files_of(content, config)
    assert [name for name in fields(files, "projects") if name.startswith("title")] == ["title_en"]
    assert len(rows(files, "values")) == 15
    assert triples(files) == expected(content)


def test_derived_values_are_told_apart(make: Make) -> None:
    rule = """#+ derives: [ex:near]
    PREFIX ex: <https://example.org/ontology#>
    CONSTRUCT { ?b ex:near ?a . ?a a ex:Neighbour } WHERE { ?a ex:near ?b }
    """
    data = "project:a a ex:Project ; ex:near project:b . project:b a ex:Project ."
    content, config = make(data, rule=rule)
    files = files_of(content, config)
    assert triples(files) == expected(content)
    assert {r["id"]: r["derived"] for r in rows(files, "values") if r["column"] == "near"} == {
        "project:a": "false",
        "project:b": "true",
    }
    assert fields(files, "projects")["near_id"]["derived"] == "some"


# The workbook


def sheets(data: bytes) -> Any:
    import openpyxl

    return openpyxl.load_workbook(io.BytesIO(data))


@pytest.fixture(scope="module")
def book(release: Files) -> Any:
    """The workbook of the repository's own graph."""
    return sheets(release["tables/mosty.xlsx"])


def test_the_workbook_holds_the_tables(release: Files, book: Any) -> None:
    tables = [r["name"] for r in package(release)["resources"] if r["name"] not in ("statement", "passage")]
    assert book.sheetnames == ["README", "COLUMNS", *tables]
    for table in tables:
        sheet = book[table]
        header, *body = raw_rows(release[f"tables/{table}.csv"])
        if table in ("values", "things"):
            at = header.index("table")
            body = [row for row in body if row[at] not in ("statement", "passage")]
        found = [[("" if c.value is None else str(c.value)) for c in row] for row in sheet.iter_rows()]
        assert found == [header, *([as_meant(cell) for cell in row] for row in body)], table
        assert sheet.freeze_panes == "A2"
    assert {c.data_type for sheet in book for row in sheet.iter_rows() for c in row} <= {
        "s",
        "n",
        "inlineStr",
    }


def test_the_workbook_tells_what_it_holds(book: Any) -> None:
    readme = {row[0]: row[1] for row in book["README"].iter_rows(values_only=True)}
    assert readme["funding"].startswith("Funding, 4 rows.")
    columns = {row[:2]: row for row in book["COLUMNS"].iter_rows(values_only=True)}
    assert columns["projects", "has_donor_en"][2] == "has donor (en)"


def test_a_cell_keeps_what_a_spreadsheet_program_would_change(make: Make) -> None:
    data = """
    project:a a ex:Project ; ex:code "007" ; ex:size 12345678901234567890 ; ex:n 12 ; ex:f "=1+1" ;
        ex:link "https://example.org/" ; ex:odd "_x0041_", "\\u0001", "\\uFFFE" ; ex:long "%s" .
    project:b a ex:Project ; ex:n "012"^^xsd:integer .
    """
    book = sheets(files_of(*make(data % ("\U0001f600" * 20_000)), "xlsx")["tables/small.xlsx"])
    header, row, other = book["projects"].iter_rows()
    cells = {name.value: cell for name, cell in zip(header, row, strict=True)}
    assert cells["code"].value == "007"
    assert cells["size"].value == "12345678901234567890"
    assert (cells["n"].value, cells["n"].data_type) == (12, "n")
    assert [c.value for c in other if c.value is not None][1:-1] == ["012", "ex:Project"]
    assert (cells["f"].value, cells["f"].data_type) in (("=1+1", "s"), ("=1+1", "inlineStr"))
    assert cells["link"].hyperlink is None
    long = cells["long"].value
    assert long.endswith("\U0001f600…")
    assert len(long.encode("utf-16-le")) <= 2 * 32767


def test_a_table_too_large_for_a_sheet_is_named(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    from mosty.publish.tables import workbook

    monkeypatch.setattr(workbook, "MOST_CELLS", 20)
    data = "".join(f'project:p{i} a ex:Project ; ex:n {i} ; ex:t "t" .\n' for i in range(10))
    book = sheets(files_of(*make(data), "xlsx")["tables/small.xlsx"])
    assert "projects" not in book.sheetnames
    assert any(
        "projects" in str(r[0]) and "CSV" in str(r[1]) for r in book["README"].iter_rows(values_only=True)
    )


# Parquet


def test_parquet_holds_typed_columns(make: Make) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    data = """
    project:a a ex:Project ; ex:n "007"^^xsd:integer ; ex:big 123456789012345678901 ; ex:d 1.50 ; ex:t true ;
        ex:when "2016-02-29"^^xsd:date ; ex:s "a", "b" ; ex:f "1e3"^^xsd:double ; ex:y "2012"^^xsd:gYear ;
        ex:at "2016-02-29T12:00:00Z"^^xsd:dateTime .
    project:b a ex:Project ; ex:d -12.25 .
    """
    table = pq.read_table(io.BytesIO(files_of(*make(data), "parquet")["tables/projects.parquet"]))
    first, second = table.to_pylist()
    assert (first["n"], first["big"], str(first["d"]), first["t"]) == (
        7,
        "123456789012345678901",
        "1.50",
        True,
    )
    assert (first["when"].isoformat(), first["s"], first["f"]) == ("2016-02-29", ["a", "b"], 1000.0)
    assert (second["n"], second["s"], str(second["d"])) == (None, [], "-12.25")
    assert table.schema.field("at").type == pa.timestamp("us", tz="UTC")
    assert table.schema.field("n").metadata[b"property"] == b"https://example.org/ontology#n"


def test_parquet_holds_the_rows_of_the_csv_files(release: Files) -> None:
    import pyarrow.parquet as pq

    for resource in package(release)["resources"]:
        table = pq.read_table(io.BytesIO(release[f"tables/{resource['name']}.parquet"]))
        assert table.column_names == [field["name"] for field in resource["schema"]["fields"]]
        for name in ("id", "iri", "label_en"):
            if name in table.column_names:
                found = [value or "" for value in table.column(name).to_pylist()]
                assert found == column(release, resource["name"], name)


def test_without_pyarrow_the_message_says_what_to_install(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pyarrow" else find(name))
    with pytest.raises(UsageError, match="pyarrow") as failure:
        files_of(*make(), "csv", "parquet")
    assert "mosty[parquet]" in (failure.value.hint or "")


def test_unknown_formats_are_refused(make: Make) -> None:
    with pytest.raises(UsageError, match="ods"):
        files_of(*make(), "ods")


# GeoJSON


def features(files: Files) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(files["tables/places.geojson"])["features"]
    return found


def test_places_and_projects_are_on_the_map(release: Files) -> None:
    found = {feature["id"]: feature for feature in features(release)}
    place = found["place:dresden"]
    assert place["geometry"] == {"type": "Point", "coordinates": [13.73832, 51.05089]}
    told = place["properties"]
    assert (told["kind"], told["label_cs"], told["within_en"]) == ("places", "Drážďany", ["Germany"])
    there = found["project:czech-towns place:berlin"]
    assert there["geometry"] == found["place:berlin"]["geometry"]
    assert there["properties"]["kind"] == "projects"
    assert there["properties"]["purpose_en"] == ["cooperation", "visited"]
    assert "placelink:czech-towns.visit-berlin" in there["properties"]["parts"]
    assert there["properties"]["iri"] == "https://w3id.org/mosty/id/project/czech-towns"


def test_everything_with_a_known_place_is_on_the_map(own: tuple[Content, Config], release: Files) -> None:
    content = own[0]
    wkt = content.graph.column("<http://www.opengis.net/ont/geosparql#asWKT>").one
    shown = [feature for feature in features(release) if feature["properties"]["kind"] == "places"]
    assert {iri_key(feature["properties"]["iri"]) for feature in shown} == set(wkt)
    has_place = "<https://w3id.org/mosty/ontology#hasPlace>"
    pairs = {(s, o) for s, p, o in content.derived if p == has_place and o in wkt and "/id/project/" in s}
    ids = {(f["properties"]["iri"], f["properties"].get("place_id")) for f in features(release)}
    assert pairs
    assert {(iri_key(iri), place) for iri, place in ids} >= {
        (s, o[1:-1].replace("https://w3id.org/mosty/id/place/", "place:")) for s, o in pairs
    }


def test_records_are_found_through_their_parts(make: Make) -> None:
    data = """
    place:p a ex:Place ; geo:hasGeometry link:g .
    link:g geo:asWKT "LINESTRING(0 0, 4 2)"^^geo:wktLiteral .
    place:q a ex:Place ; geo:asWKT "POINT(200 0)"^^geo:wktLiteral .
    project:a a ex:Project . project:b a ex:Project ; ex:seat place:p .
    link:a.one a ex:Link ; ex:of link:a.two ; ex:where place:p ; ex:why ex:because .
    link:a.two a ex:Work ; ex:in project:a .
    link:odd a ex:Link ; ex:of project:b ; ex:where place:p .
    """
    schemes = 'ex:because a skos:Concept ; skos:prefLabel "because"@en .'
    found = {f["id"]: f for f in features(files_of(*make(data, schemes=schemes), "geojson"))}
    assert sorted(found) == ["place:p", "project:a place:p", "project:b place:p"]
    assert found["project:a place:p"]["geometry"] == {"type": "Point", "coordinates": [2.0, 1.0]}
    assert found["project:a place:p"]["properties"]["why_en"] == ["because"]
    assert found["project:b place:p"]["properties"]["links"] == ["ex:seat", "ex:where"]


# Sameness


SCRIPT = """
import hashlib, sys
from pathlib import Path
from mosty.publish.content import read_content
from mosty.publish.tables import FORMATS
from mosty.workspace.workspace import Workspace
from tables import files_of
workspace = Workspace(Path(sys.argv[1]))
files = files_of(read_content(workspace), workspace.config, *FORMATS)
for path, data in files.items():
    print(hashlib.sha256(data).hexdigest(), path)
"""


def test_the_same_graph_gives_the_same_bytes(repo: Path, release: Files) -> None:
    here = {f"{hashlib.sha256(data).hexdigest()} {path}" for path, data in release.items()}
    for seed, zone in (("1", "Asia/Tokyo"), ("4242", "America/Lima")):
        path = os.pathsep.join([str(repo / "tests" / "tools"), os.environ.get("PYTHONPATH", "")])
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": path}
        command = [sys.executable, "-c", SCRIPT, str(repo)]
        told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
        assert set(told.splitlines()) == here


def test_files_come_in_pieces(make: Make) -> None:
    from mosty.publish.tables import write_tables

    data = "".join(f'project:p{i} a ex:Project ; rdfs:label "{"long " * 40}"@en .\n' for i in range(2000))
    content, config = make(data)
    largest: dict[str, int] = {}

    def add(path: str, title: str, chunks: Any) -> None:
        largest[path] = max(len(chunk) for chunk in chunks)

    write_tables(content, config, add)
    assert largest["tables/projects.csv"] < 100_000
    assert largest["tables/small.xlsx"] <= 1 << 16
