"""The tables of a release hold what the graph holds, whatever that is, and read well."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tables import (
    NS,
    ODD,
    Files,
    MakeContent,
    Triple,
    column,
    fields,
    files_of,
    package,
    raw_rows,
    references,
    rows,
    triples,
)

from mosty.model.formats import TABLE_FORMATS
from mosty.model.terms import RDF, XSD, Literal
from mosty.publish.content import Content
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key, to_key
from mosty.workspace.config import Config

TYPE = iri_key(RDF + "type")


def expected(content: Content) -> tuple[set[Triple], set[Triple]]:
    stated = set(content.graph.triples())
    return stated, set(content.derived) - stated


# What a reader finds


def test_a_row_reads_well(own_tables: Files) -> None:
    row = next(r for r in rows(own_tables, "projects") if r["id"] == "project:czech-towns")
    assert row["label_cs"].startswith("Integrace pracovních migrantů")
    assert (row["has_donor_en"], row["has_donor_id"]) == ("European Social Fund", "org:esf")
    assert "European Social Fund" not in row["has_donor_cs"]
    assert (row["period_begins"], row["period_latest_end"]) == ("2012-05", "2015-04-30")
    assert "Berlin" in row["has_place_en"].split(" | ")
    assert list(row)[:3] == ["id", "label_en", "label_cs"]
    assert list(row)[-1] == "iri"


def test_several_values_stand_in_the_same_order_in_each_column(own_tables: Files) -> None:
    names = dict(
        zip(column(own_tables, "concept", "id"), column(own_tables, "concept", "pref_label_cs"), strict=True)
    )
    several = 0
    for row in rows(own_tables, "projects"):
        ids = row["theme_id"].split(" | ") if row["theme_id"] else []
        assert [names[one] for one in ids] == (row["theme_cs"].split(" | ") if row["theme_cs"] else [])
        several += len(ids) > 1
    assert several


def test_relational_parts_have_keys(own_tables: Files) -> None:
    assert references(own_tables, "funding")["funder_id"] == "organisations"
    assert references(own_tables, "place-link")["place_id"] == "places"
    assert references(own_tables, "participation")["role_id"] == "concept"
    assert references(own_tables, "participation")["participates_in_id"] == "things"
    assert references(own_tables, "values") == {"id": "things", "value_id": "things"}


def test_derived_columns_say_so(own_tables: Files) -> None:
    field = fields(own_tables, "projects")["has_donor_id"]
    assert field["derived"] == "all"
    assert "donors.rq" in field["description"]
    assert "derived" not in fields(own_tables, "projects")["theme_id"]


# What the graph holds


def test_no_triple_is_lost_and_none_is_made_up(
    own_content: tuple[Content, Config], own_tables: Files
) -> None:
    assert triples(own_tables) == expected(own_content[0])


def test_each_thing_has_one_row(own_content: tuple[Content, Config], own_tables: Files) -> None:
    content = own_content[0]
    subjects = {subject for subject, _, _ in content.graph.triples()}
    tables = [r["name"] for r in package(own_tables)["resources"] if r["name"] not in ("values", "things")]
    counted = Counter(one for table in tables for one in column(own_tables, table, "iri") if one)
    assert set(counted.values()) == {1}
    assert {iri_key(one) for one in counted} == subjects
    things = rows(own_tables, "things")
    assert {r["iri"]: r["table"] for r in things if r["table"]}.keys() == counted.keys()
    for table in tables:
        assert sorted(r["id"] for r in things if r["table"] == table) == sorted(
            filter(None, column(own_tables, table, "id"))
        )


def test_kinds_follow_the_ontology(own_content: tuple[Content, Config], own_tables: Files) -> None:
    content, config = own_content
    types = content.graph.column(TYPE)
    units = set(types.subjects_of({config_class(config, "OrganisationalUnit")}))
    assert units
    assert units <= {iri_key(iri) for iri in column(own_tables, "organisations", "iri")}
    projects = types.subjects_of({config_class(config, "Project")})
    assert {iri_key(iri) for iri in column(own_tables, "projects", "iri")} == projects


def config_class(config: Config, name: str) -> Key:
    return iri_key(config.prefixes["mosty"] + name)


def test_the_description_is_true(own_tables: Files) -> None:
    for resource in package(own_tables)["resources"]:
        data = own_tables[f"tables/{resource['path']}"]
        header, *body = raw_rows(data)
        assert header == [field["name"] for field in resource["schema"]["fields"]]
        assert (resource["bytes"], resource["rows"]) == (len(data), len(body))
        assert resource["hash"] == "sha256:" + hashlib.sha256(data).hexdigest()


def test_foreign_keys_lead_to_rows(own_tables: Files) -> None:
    keys = {r["name"]: set(column(own_tables, r["name"], "id")) for r in package(own_tables)["resources"]}
    for table in keys:
        for name, target in references(own_tables, table).items():
            assert set(column(own_tables, table, name)) - {""} <= keys[target], (table, name)


def test_frictionless_finds_nothing(own_tables: Files, tmp_path: Path) -> None:
    # It opens a table anew for each foreign key: those are checked above, and below on fewer rows.
    assert_valid(own_tables, tmp_path, foreign_keys=False)
    path = "https://creativecommons.org/licenses/by/4.0/"
    assert package(own_tables)["licenses"] == [{"name": "CC-BY-4.0", "path": path}]


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


def test_odd_data_come_back(make_content: MakeContent, tmp_path: Path) -> None:
    content, config = make_content(ODD)
    files = files_of(content, config, *TABLE_FORMATS)
    assert triples(files) == expected(content)
    assert_valid(files, tmp_path)
    assert all(re.fullmatch(r"tables/[a-z0-9]+(-[a-z0-9]+)*\.[a-z]+", path) for path in files), list(files)
    assert {"tables/passwd.csv", "tables/con-table.csv", "tables/untyped.csv"} <= files.keys()


def test_no_cell_is_a_formula(make_content: MakeContent) -> None:
    files = files_of(*make_content(ODD))
    for path, data in files.items():
        cells = [cell for row in raw_rows(data) for cell in row] if path.endswith(".csv") else []
        assert not [c for c in cells if re.match(r"[=@\t\r\n]|[+-](?![0-9.]+$)", c)]
    assert '\'=HYPERLINK("http://x")' in raw_rows(files["tables/projects.csv"])[1]


def test_lines_end_as_rfc_4180_says(make_content: MakeContent) -> None:
    data = files_of(*make_content(ODD))["tables/projects.csv"]
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
def test_any_graph_comes_back(make_content: MakeContent, stated: list[Triple], derived: list[Triple]) -> None:
    graph = Graph(stated)
    subjects = {subject for subject, _, _ in graph.triples()}
    content, config = _EMPTY.setdefault(0, make_content())
    content = content._replace(graph=graph, derived=sorted(set(derived)), kinds={"projects": subjects})
    files = files_of(content, config)
    assert triples(files) == expected(content)


_EMPTY: dict[int, tuple[Content, Config]] = {}


def test_an_empty_workspace_has_tables_without_rows(make_content: MakeContent, tmp_path: Path) -> None:
    files = files_of(*make_content(), *TABLE_FORMATS)
    assert raw_rows(files["tables/projects.csv"]) == [["id", "iri"]]
    assert json.loads(files["tables/places.geojson"]) == {"type": "FeatureCollection", "features": []}
    assert_valid(files, tmp_path)


# Columns follow shapes, data and languages


def test_shapes_say_whether_a_cell_may_hold_several_values(make_content: MakeContent) -> None:
    shapes = """
    ex:Shape a sh:NodeShape ; sh:targetClass ex:Project ; sh:node ex:More ;
        sh:property [ sh:path ex:one ; sh:maxCount 1 ], [ sh:path ex:any ; sh:minCount 1 ] .
    ex:More sh:property [ sh:path ex:title ; sh:maxCount 1 ] .
    """
    data = """
    project:a a ex:Project ; ex:one "1" ; ex:any "2" ; ex:silent "3" ; ex:title "x"@en ; ex:free "y"@en .
    project:b a ex:Project ; ex:title "z"@fr .
    """
    files = files_of(*make_content(data, shapes=shapes))
    own = fields(files, "projects")
    assert [name for name, field in own.items() if field.get("severalValues")] == ["any"]
    assert column(files, "values", "column") == ["any"]
    assert column(files, "projects", "title_language") == ["en", "fr"]
    assert "free_en" in own
    several = files_of(*make_content(data + 'project:b ex:silent "4", "5" .', shapes=shapes))
    assert column(several, "projects", "silent") == ["3", "4 | 5"]


def test_shapes_of_subclasses_count_for_their_things(make_content: MakeContent) -> None:
    ontology = "ex:Pilot a owl:Class ; <http://www.w3.org/2000/01/rdf-schema#subClassOf> ex:Project ."
    shapes = """
    ex:Shape sh:targetClass ex:Project ; sh:property [ sh:path ex:any ], [ sh:path ex:one ; sh:maxCount 1 ] .
    ex:More sh:targetClass ex:Pilot ; sh:property [ sh:path ex:any ; sh:maxCount 1 ], [ sh:path ex:own ] .
    """
    data = 'project:a a ex:Pilot ; ex:one "1" ; ex:any "1" ; ex:own "1" .'
    pilots = fields(files_of(*make_content(data, ontology=ontology, shapes=shapes)), "projects")
    assert {name for name, field in pilots.items() if field.get("severalValues")} == {"any", "own"}


def test_types_are_those_that_every_value_has(make_content: MakeContent) -> None:
    data = """
    project:a a ex:Project ; ex:n 1 ; ex:d "2016-02-29"^^xsd:date ; ex:m 1 ; ex:t true ; ex:y "2012"^^xsd:gYear ;
        ex:w "INF"^^xsd:double ; ex:x "2015-02-29"^^xsd:date ; ex:z "1"^^xsd:boolean .
    project:b a ex:Project ; ex:n "007"^^xsd:integer ; ex:m 1.5 .
    """
    found = {name: field["type"] for name, field in fields(files_of(*make_content(data)), "projects").items()}
    wanted = {"n": "integer", "d": "date", "m": "string", "t": "boolean", "y": "year"}
    assert found.items() >= (wanted | {"w": "string", "x": "string", "z": "string"}).items()


def test_words_fall_back_to_another_language_and_then_to_what_is_known(make_content: MakeContent) -> None:
    data = """
    project:a a ex:Project ; ex:at place:p, place:q, link:r .
    place:p a ex:Place ; rdfs:label "Praha"@cs .
    place:q a ex:Place .
    link:r a ex:Time ; ex:begins "2012" ; ex:ends "2013" .
    """
    ontology = 'ex:begins rdfs:label "from"@en, "od"@cs .'
    (row,) = rows(files_of(*make_content(data, ontology=ontology)), "projects")
    assert row["at_en"] == "from 2012; ends 2013 | Praha | place:q"
    assert row["at_cs"] == "od 2012; ends 2013 | Praha | place:q"
    assert row["at_id"] == "link:r | place:p | place:q"


def test_parts_without_a_name_are_opened_where_they_are_used(make_content: MakeContent) -> None:
    data = """
    project:a a ex:Project ; ex:time link:r ; ex:title link:s .
    link:r a ex:Time ; ex:begins "2012"^^xsd:gYear .
    link:s a ex:Title ; rdfs:label "named" ; ex:length 5 .
    """
    files = files_of(*make_content(data))
    assert column(files, "projects", "time_begins") == ["2012"]
    assert fields(files, "projects")["time_begins"]["type"] == "year"
    assert "title_length" not in fields(files, "projects")


def test_many_languages_do_not_make_many_columns(make_content: MakeContent) -> None:
    tags = [f"x{letter}" for letter in "abcdefghijklmn"]
    texts = ", ".join(f'"{tag}"@{tag}' for tag in [*tags, "en"])
    content, config = make_content(f"project:a a ex:Project ; ex:title {texts} .")
    files = files_of(content, config)
    assert [name for name in fields(files, "projects") if name.startswith("title")] == ["title_en"]
    assert len(rows(files, "values")) == 15
    assert triples(files) == expected(content)


def test_derived_values_are_told_apart(make_content: MakeContent) -> None:
    rule = """#+ derives: [ex:near]
    PREFIX ex: <https://example.org/ontology#>
    CONSTRUCT { ?b ex:near ?a . ?a a ex:Neighbour } WHERE { ?a ex:near ?b }
    """
    data = "project:a a ex:Project ; ex:near project:b . project:b a ex:Project ."
    content, config = make_content(data, rule=rule)
    files = files_of(content, config)
    assert triples(files) == expected(content)
    assert {r["id"]: r["derived"] for r in rows(files, "values") if r["column"] == "near"} == {
        "project:a": "false",
        "project:b": "true",
    }
    assert fields(files, "projects")["near_id"]["derived"] == "some"
