"""The tables of a release as a workbook, as Parquet and on a map."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import NS, Files, MakeContent, column, files_of, package, raw_rows

from mosty.model.errors import UsageError
from mosty.model.formulas import as_meant
from mosty.publish.content import Content
from mosty.publish.tables.wkt import geometry
from mosty.rdf.keys import iri_key
from mosty.workspace.config import Config

# The workbook


def sheets(data: bytes) -> Any:
    import openpyxl

    return openpyxl.load_workbook(io.BytesIO(data))


@pytest.fixture(scope="module")
def book(own_tables: Files) -> Any:
    """The workbook of the repository's own graph."""
    return sheets(own_tables["tables/mosty.xlsx"])


def test_the_workbook_holds_the_tables(own_tables: Files, book: Any) -> None:
    tables = [r["name"] for r in package(own_tables)["resources"]]
    assert book.sheetnames == ["README", "COLUMNS", *tables]
    for table in tables:
        sheet = book[table]
        header, *body = raw_rows(own_tables[f"tables/{table}.csv"])
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
    assert readme["funding"].startswith("Funding, 5 rows.")
    columns = {row[:2]: row for row in book["COLUMNS"].iter_rows(values_only=True)}
    assert columns["projects", "has_donor_en"][2] == "has donor (en)"


def test_a_cell_keeps_what_a_spreadsheet_program_would_change(make_content: MakeContent) -> None:
    data = """
    project:a a ex:Project ; ex:code "007" ; ex:size 12345678901234567890 ; ex:n 12 ; ex:f "=1+1" ;
        ex:link "https://example.org/" ; ex:odd "_x0041_", "\\u0001", "\\uFFFE" ; ex:long "%s" .
    project:b a ex:Project ; ex:n "012"^^xsd:integer .
    """
    from openpyxl.utils.escape import unescape

    book = sheets(files_of(*make_content(data % ("\U0001f600" * 20_000)), "xlsx")["tables/small.xlsx"])
    header, row, other = book["projects"].iter_rows()
    cells = {name.value: cell for name, cell in zip(header, row, strict=True)}
    assert cells["code"].value == "007"
    assert cells["size"].value == "12345678901234567890"
    assert (cells["n"].value, cells["n"].data_type) == (12, "n")
    assert [c.value for c in other if c.value is not None][1:-1] == ["012"]
    assert (cells["f"].value, cells["f"].data_type) in (("=1+1", "s"), ("=1+1", "inlineStr"))
    assert cells["link"].hyperlink is None
    assert unescape(cells["odd"].value) == "\x01 | \ufffd | _x0041_"
    long = cells["long"].value
    assert long.endswith("\U0001f600…")
    assert len(long.encode("utf-16-le")) <= 2 * 32767


def test_a_table_too_large_for_a_sheet_is_named(
    make_content: MakeContent, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mosty.publish.tables import workbook

    monkeypatch.setattr(workbook, "MOST_CELLS", 20)
    data = "".join(f'project:p{i} a ex:Project ; ex:n {i} ; ex:t "t" .\n' for i in range(10))
    book = sheets(files_of(*make_content(data), "xlsx")["tables/small.xlsx"])
    assert "projects" not in book.sheetnames
    assert any(
        "projects" in str(r[0]) and "CSV" in str(r[1]) for r in book["README"].iter_rows(values_only=True)
    )


def test_much_evidence_is_left_to_the_csv_files(
    make_content: MakeContent, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mosty.publish.tables import workbook

    content, config = make_content('project:a a ex:Project . link:s a ex:Statement ; ex:basis "seen" .')
    said = {iri_key("https://example.org/id/link/s")}
    content = content._replace(evidence=said, kinds={name: own - said for name, own in content.kinds.items()})
    assert "statement" in sheets(files_of(content, config, "xlsx")["tables/small.xlsx"]).sheetnames
    monkeypatch.setattr(workbook, "MOST_EVIDENCE", 2)
    book = sheets(files_of(content, config, "xlsx")["tables/small.xlsx"])
    assert "statement" not in book.sheetnames
    assert any(str(row[1]).endswith("statement.") for row in book["README"].iter_rows(values_only=True))


# Parquet


def test_parquet_holds_typed_columns(make_content: MakeContent) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    data = """
    project:a a ex:Project ; ex:n "007"^^xsd:integer ; ex:big 123456789012345678901 ; ex:d 1.50 ; ex:t true ;
        ex:when "2016-02-29"^^xsd:date ; ex:s "a", "b" ; ex:f "1e3"^^xsd:double ; ex:y "2012"^^xsd:gYear ;
        ex:at "2016-02-29T12:00:00Z"^^xsd:dateTime .
    project:b a ex:Project ; ex:d -12.25 .
    """
    table = pq.read_table(io.BytesIO(files_of(*make_content(data), "parquet")["tables/projects.parquet"]))
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


def test_parquet_holds_the_rows_of_the_csv_files(own_tables: Files) -> None:
    import pyarrow.parquet as pq

    for resource in package(own_tables)["resources"]:
        table = pq.read_table(io.BytesIO(own_tables[f"tables/{resource['name']}.parquet"]))
        assert table.column_names == [field["name"] for field in resource["schema"]["fields"]]
        for name in ("id", "iri", "label_en"):
            if name in table.column_names:
                found = [value or "" for value in table.column(name).to_pylist()]
                assert found == column(own_tables, resource["name"], name)


def test_without_pyarrow_the_message_says_what_to_install(
    make_content: MakeContent, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pyarrow" else find(name))
    with pytest.raises(UsageError, match="pyarrow") as failure:
        files_of(*make_content(), "csv", "parquet")
    assert "mosty[parquet]" in (failure.value.hint or "")


def test_unknown_formats_are_refused(make_content: MakeContent) -> None:
    with pytest.raises(UsageError, match="ods"):
        files_of(*make_content(), "ods")


# GeoJSON


def features(files: Files) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(files["tables/places.geojson"])["features"]
    return found


def test_places_and_projects_are_on_the_map(own_tables: Files) -> None:
    found = {feature["id"]: feature for feature in features(own_tables)}
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


def test_everything_with_a_known_place_is_on_the_map(
    own_content: tuple[Content, Config], own_tables: Files
) -> None:
    content = own_content[0]
    wkt = content.graph.column("<http://www.opengis.net/ont/geosparql#asWKT>").one
    shown = [feature for feature in features(own_tables) if feature["properties"]["kind"] == "places"]
    assert {iri_key(feature["properties"]["iri"]) for feature in shown} == set(wkt)
    has_place = "<https://w3id.org/mosty/ontology#hasPlace>"
    pairs = {(s, o) for s, p, o in content.derived if p == has_place and o in wkt and "/id/project/" in s}
    ids = {(f["properties"]["iri"], f["properties"].get("place_id")) for f in features(own_tables)}
    assert pairs
    assert {(iri_key(iri), place) for iri, place in ids} >= {
        (s, o[1:-1].replace("https://w3id.org/mosty/id/place/", "place:")) for s, o in pairs
    }


def test_records_are_found_through_their_parts(make_content: MakeContent) -> None:
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
    found = {f["id"]: f for f in features(files_of(*make_content(data, schemes=schemes), "geojson"))}
    assert sorted(found) == ["place:p", "project:a place:p", "project:b place:p"]
    assert found["project:a place:p"]["geometry"] == {"type": "Point", "coordinates": [2.0, 1.0]}
    assert found["project:a place:p"]["properties"]["why_en"] == ["because"]
    assert found["project:b place:p"]["properties"]["links"] == ["ex:seat", "ex:where"]


GEO = "^^<http://www.opengis.net/ont/geosparql#wktLiteral>"
SQUARE = "0 0, 0 2, 2 2, 2 0, 0 0"
RING = [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0], [0.0, 0.0]]
HOLE = "0.5 0.5, 1 0.5, 1 1, 0.5 0.5"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("POINT(1 2)", {"type": "Point", "coordinates": [1.0, 2.0]}),
        (" point z ( -1.5 +2e0 .5 ) ", {"type": "Point", "coordinates": [-1.5, 2.0, 0.5]}),
        ("POINT M (1 2 3)", {"type": "Point", "coordinates": [1.0, 2.0]}),
        (
            "<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(50 14)",
            {"type": "Point", "coordinates": [14.0, 50.0]},
        ),
        (
            "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>POINT(14 50)",
            {"type": "Point", "coordinates": [14.0, 50.0]},
        ),
        ("MULTIPOINT(1 2, (3 4))", {"type": "MultiPoint", "coordinates": [[1.0, 2.0], [3.0, 4.0]]}),
        ("LINESTRING(0 0, 1 1)", {"type": "LineString", "coordinates": [[0.0, 0.0], [1.0, 1.0]]}),
        (f"POLYGON(({SQUARE}))", {"type": "Polygon", "coordinates": [RING]}),
        (
            f"POLYGON(({SQUARE}), ({HOLE}))",
            {
                "type": "Polygon",
                "coordinates": [RING, [[0.5, 0.5], [1.0, 1.0], [1.0, 0.5], [0.5, 0.5]]],
            },
        ),
        (f"MULTIPOLYGON((({SQUARE})))", {"type": "MultiPolygon", "coordinates": [[RING]]}),
        (
            "GEOMETRYCOLLECTION(POINT(1 2), LINESTRING(0 0, 1 1))",
            {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Point", "coordinates": [1.0, 2.0]},
                    {"type": "LineString", "coordinates": [[0.0, 0.0], [1.0, 1.0]]},
                ],
            },
        ),
    ],
)
def test_well_known_text_becomes_geojson(text: str, wanted: dict[str, Any]) -> None:
    assert geometry(f'"{text}"{GEO}') == wanted


@pytest.mark.parametrize(
    "key",
    [
        '"POINT(1 2)"',
        f"<{NS}p>",
        *(
            f'"{text}"{GEO}'
            for text in (
                "",
                "POINT",
                "POINT EMPTY",
                "POINT(1)",
                "POINT(1 2",
                "POINT(1 2))",
                "POINT(1 2 3 4)",
                "POINT(1 2), POINT(3 4)",
                "POINT(181 0)",
                "POINT(0 91)",
                "POINT(1e999 0)",
                "POINT(nan 0)",
                "LINESTRING(0 0)",
                "POLYGON((0 0, 1 1, 0 0))",
                "POLYGON((0 0, 1 1, 2 0, 3 3))",
                "CIRCLE(0 0)",
                "<http://www.opengis.net/def/crs/EPSG/0/3857> POINT(1 2)",
                "GEOMETRYCOLLECTION(" * 20 + "POINT(1 2)" + ")" * 20,
            )
        ),
    ],
)
def test_what_no_map_can_show_is_left_out(key: str) -> None:
    assert geometry(key) is None


SIDES = st.tuples(st.decimals(-180, 180, places=6), st.decimals(-90, 90, places=6))


@given(st.lists(SIDES, min_size=2, max_size=6), st.sampled_from(["LINESTRING", "MULTIPOINT"]))
def test_coordinates_are_kept(points: list[tuple[Decimal, Decimal]], word: str) -> None:
    text = ", ".join(f"{x:f} {y:f}" for x, y in points)
    shape = geometry(f'"{word}({text})"{GEO}')
    assert shape is not None
    assert shape["coordinates"] == [[float(x), float(y)] for x, y in points]


@given(st.text("POINTLSGEMZ(), 0123456789.-+e<>", max_size=40))
def test_any_text_is_read_or_left_out(text: str) -> None:
    shape = geometry(f'"{text}"{GEO}')
    assert shape is None or shape["type"].upper() in text


# Sameness


SCRIPT = """
import hashlib, sys
from pathlib import Path
from mosty.publish.content import read_content
from mosty.model.formats import TABLE_FORMATS
from mosty.workspace.workspace import Workspace
from tables import files_of
workspace = Workspace(Path(sys.argv[1]))
files = files_of(read_content(workspace), workspace.config, *TABLE_FORMATS)
for path, data in files.items():
    print(hashlib.sha256(data).hexdigest(), path)
"""


def test_the_same_graph_gives_the_same_bytes(repo: Path, own_tables: Files) -> None:
    here = {f"{hashlib.sha256(data).hexdigest()} {path}" for path, data in own_tables.items()}
    for seed, zone in (("1", "Asia/Tokyo"), ("4242", "America/Lima")):
        path = os.pathsep.join([str(repo / "tests" / "tools"), os.environ.get("PYTHONPATH", "")])
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": path}
        command = [sys.executable, "-c", SCRIPT, str(repo)]
        told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
        assert set(told.splitlines()) == here


def test_files_come_in_pieces(make_content: MakeContent) -> None:
    from mosty.publish.tables import write_tables

    data = "".join(f'project:p{i} a ex:Project ; rdfs:label "{"long " * 40}"@en .\n' for i in range(2000))
    content, config = make_content(data)
    largest: dict[str, int] = {}

    def add(path: str, title: str, chunks: Any) -> None:
        largest[path] = max(len(chunk) for chunk in chunks)

    write_tables(content, config, add)
    assert largest["tables/projects.csv"] < 100_000
    assert largest["tables/small.xlsx"] <= 1 << 16
