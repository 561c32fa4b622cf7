"""The map, the timeline, the network and the pages of donors."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT, Run
from mosty.rdf.keys import Key
from mosty.site import assets, donors
from mosty.site.pictures import map as map_of_places
from mosty.site.pictures import network, timeline
from mosty.site.pictures.clusters import clusters
from mosty.site.pictures.lettering import Sign, sides
from mosty.site.pictures.outlines import Window
from mosty.site.pictures.projection import HEIGHT, WIDTH, XY, project
from mosty.site.records import RecordFiles
from mosty.site.things import Things
from site_pages import ID, Reader, made, of_all_languages, things_of, write

SETS = (map_of_places.pages, timeline.pages, network.pages, donors.pages)


@pytest.fixture(scope="module")
def things() -> Things:
    return things_of(ROOT)


@pytest.fixture(scope="module")
def pages(things: Things) -> dict[str, str]:
    return of_all_languages(things, *SETS)


@pytest.fixture(scope="module")
def answers(run: Run) -> dict[str, list[dict[str, str]]]:
    """What stored queries say: another road to the same data."""
    found = {}
    for name in ("records-by-place",):
        result = run("query", name, "-f", "json")
        bindings = json.loads(result.stdout)["results"]["bindings"]
        found[name] = [{key: term["value"] for key, term in row.items()} for row in bindings]
    return found


def html(pages: dict[str, str]) -> dict[str, str]:
    return {path: text for path, text in pages.items() if path.endswith(".html")}


# What holds for every page.


def test_each_page_is_there_in_each_language(pages: dict[str, str]) -> None:
    for name in (
        "map.html",
        "timeline.html",
        "timeline/2010.html",
        "network.html",
        "donors.html",
        "donors/org/esf.html",
    ):
        assert name in pages
        assert f"cs/{name}" in pages


def test_pages_are_well_formed(pages: dict[str, str]) -> None:
    for path, text in html(pages).items():
        reader = Reader(text)
        assert reader.faults == [], path
        names = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
        assert len(names) == len(set(names)), path
        assert [
            name for name, attributes in reader.elements if {"style", "onclick", "onload"} & attributes.keys()
        ] == []


def test_pictures_have_names_and_are_xml(pages: dict[str, str]) -> None:
    for path, text in html(pages).items():
        for picture in re.findall(r"<svg\b.*?</svg>", text, re.DOTALL):
            root = ElementTree.fromstring(picture)
            if root.get("aria-hidden") == "true":
                continue
            assert root.get("role") in ("group", "img"), path
            named = root.get("aria-labelledby")
            texts = {element.get("id"): element.text for element in root.iter()}
            assert root.get("aria-label") or (named and texts[named]), path


def test_links_lead_to_pages_that_are_made(things: Things, pages: dict[str, str]) -> None:
    records = {path for tag in things.languages for key in things.paths if (path := things.path(key, tag))}
    shared = {f"static/{file.name}" for file in (Path(assets.__file__).parent / "static").iterdir()}
    frame = re.compile(r"(cs/)?(index|search|about|schemes)\.html|static/site\.css|.*\.xml")
    for path, text in html(pages).items():
        reader = Reader(text)
        names = {attributes.get("id") for _, attributes in reader.elements}
        for _, attributes in reader.elements:
            href = attributes.get("href") or attributes.get("src") or ""
            if href.startswith("#"):
                assert href[1:] in names, (path, href)
            elif href and not re.match(r"https?://", href):
                target = os.path.normpath(PurePosixPath(path).parent / href.split("#")[0])
                assert target in pages or target in records or target in shared or frame.fullmatch(target), (
                    path,
                    href,
                )


def test_same_bytes_whatever_the_hash_seed() -> None:
    script = (
        "import hashlib, sys; from pathlib import Path; from site_pages import of_all_languages, things_of;"
        "from mosty.site import donors; from mosty.site.pictures import map, timeline, network;"
        "pages = of_all_languages(things_of(Path(sys.argv[1])), *(m.pages for m in (map, timeline, network, donors)));"
        "print(hashlib.sha256(repr(sorted(pages.items())).encode()).hexdigest(), len(pages))"
    )
    started = []
    for seed, zone in (("0", "UTC"), ("77", "America/St_Johns")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(ROOT / "tests")}
        command = [sys.executable, "-c", script, str(ROOT)]
        started.append(subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True))
    found = {process.communicate()[0] for process in started}
    assert all(process.returncode == 0 for process in started)
    assert len(found) == 1


# The map.


def test_the_map_lists_what_the_query_finds(
    things: Things, pages: dict[str, str], answers: dict[str, list[dict[str, str]]]
) -> None:
    rows = answers["records-by-place"]
    assert len(rows) > 40
    listed = places_listed(pages["map.html"])
    for row in rows:
        lines = listed[row["atLabel"]]
        wanted = row["recordLabel"], row["linkPurposeLabel"], row.get("extentLabel")
        assert wanted in lines, (row["atLabel"], wanted)


def places_listed(text: str) -> dict[str, set[tuple[str, str, str | None]]]:
    """Place -> record, purpose, extent, as the list beside the map says it."""
    found = {}
    for block in re.findall(r'<details class="place">.*?</details>', text, re.DOTALL):
        name = Reader(re.search(r'<span class="name">(.*?)</span>', block)[1]).text  # type: ignore[index]
        lines = set()
        for item in re.findall(r"<li>(.*?)</li>", block, re.DOTALL):
            record, said = re.fullmatch(r"<a [^>]*>(.*)</a>: (.*)", item).groups()  # type: ignore[union-attr]
            purpose, _, extent = said.partition(" (~ ")
            lines.add((Reader(record).text, Reader(purpose).text, extent.rstrip(")") or None))
        found[name] = lines
    return found


def test_every_place_with_a_point_is_on_the_map(things: Things, pages: dict[str, str]) -> None:
    text = pages["map.html"]
    markers = re.findall(r'<a class="marker( cluster| area)?".*?</a>', text, re.DOTALL)
    blocks = re.findall(r'<a class="marker[^"]*".*?</a>', text, re.DOTALL)
    drawn = sum(
        int(n[1]) if (n := re.search(r'class="digits"[^>]*>(\d+)<', block)) else 1 for block in blocks
    )
    model = map_of_places.gathered(things)
    outside = re.search(r'<span class="outside">.*?</span>', text, re.DOTALL)
    assert outside
    away = set(Reader(outside[0]).text.removeprefix("Outside this section: ").rstrip(".").split(", "))
    assert {"Canada", "Vietnam"} <= away
    assert drawn + len(away) == len(model.mapped) == 22
    assert len(markers) == len(blocks)


def test_purposes_are_told_by_shape_and_by_word(things: Things, pages: dict[str, str]) -> None:
    for path, word in (("map.html", "origin of beneficiaries"), ("cs/map.html", "původ podpořených osob")):
        legend = re.search(r'<ul id="map-legend">.*?</ul>', pages[path], re.DOTALL)
        assert legend
        assert word in legend[0]
        shapes = re.findall(r'class="symbol" d="([^"]+)"', legend[0])
        assert len(shapes) == len(set(shapes)) == 10


def test_a_vague_place_says_so(pages: dict[str, str]) -> None:
    assert ("Bridges to Integration", "implemented in", "most regions") in places_listed(pages["map.html"])[
        "Czechia"
    ]
    assert "Places without a point" in pages["map.html"]
    without = pages["map.html"].split("Places without a point")[1]
    assert "South Caucasus" in without


def test_the_points_for_the_script_are_data(pages: dict[str, str]) -> None:
    head, body = pages["map-points.js"].split("window.mostyMap.places=[\n")
    about = json.loads(head.removeprefix("window.mostyMap=").removesuffix(";\n"))
    places = [json.loads(line.removesuffix(",")) for line in body.removesuffix("];\n").splitlines()]
    assert len(places) == 22
    for place in places:
        assert 0 <= place[0] <= WIDTH
        assert 0 <= place[1] <= HEIGHT
        assert all(purpose < len(about["purposes"]) for purpose in place[6])


def test_without_assets_the_map_says_what_is_absent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    things = things_of(ROOT)
    text = made(map_of_places.pages(things, "en"))["map.html"]
    assert "The outlines of land and countries are absent" in text
    assert 'class="land"' not in text
    assert len(re.findall(r'<a class="marker', text)) > 5
    assert made(map_of_places.files(things)) == {}


@given(st.floats(-180, 180), st.floats(-90, 90), st.floats(-90, 90))
def test_the_projection_keeps_order(longitude: float, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert project(longitude, low).y >= project(longitude, high).y
    assert 0 <= project(longitude, low).x <= WIDTH
    assert 0 <= project(longitude, high).y <= HEIGHT


def test_a_place_with_an_outline_is_shown_in_its_middle(workspace_copy: Path) -> None:
    write(
        workspace_copy,
        """<place/square> a mosty:Place ; geo:asWKT "POLYGON((10 40, 20 40, 20 50, 10 50, 10 40))"^^geo:wktLiteral .
<org/there> a mosty:Organisation ; mosty:locatedIn <place/square> .
""",
    )
    model = map_of_places.gathered(things_of(workspace_copy))
    assert [entry.at for entry in model.mapped if "square" in entry.place] == [project(15, 45)]


def test_a_point_reads_the_same_on_map_page_and_for_search_engines(workspace_copy: Path) -> None:
    write(
        workspace_copy,
        """<place/mast> a mosty:Place ;
    geo:asWKT "<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(+49.780 14.1)"^^geo:wktLiteral .
""",
    )
    things = things_of(workspace_copy)
    files = {path: "".join(text) for path, _, text in RecordFiles(things)(f"<{ID}place/mast>")}
    page = files["id/place/mast.html"]
    assert "49.780° N, 14.1° E" in page.replace("\u00a0", " ")
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    geo = json.loads(data)["geo"]
    assert (geo["latitude"], geo["longitude"]) == ("49.780", "14.1")


@given(
    st.lists(st.builds(XY, st.integers(0, 300), st.integers(0, 300))), st.integers(1, 80), st.integers(1, 80)
)
def test_clusters_hold_each_point_once_and_do_not_touch(points: list[XY], width: int, height: int) -> None:
    found = clusters(points, width, height)
    assert sorted(member for cluster in found for member in cluster.members) == list(range(len(points)))
    for place, one in enumerate(found):
        for other in found[place + 1 :]:
            assert abs(one.at.x - other.at.x) >= width or abs(one.at.y - other.at.y) >= height


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.builds(
            Sign, st.integers(0, 300), st.integers(0, 300), st.just(9), st.just(9), st.text(max_size=9)
        ),
        max_size=15,
    )
)
def test_names_cover_no_sign(signs: list[Sign]) -> None:
    chosen = sides(signs)
    assert len(chosen) == len(signs)
    for sign, side in zip(signs, chosen, strict=True):
        if side == "below":
            wide = 7 * len(sign.text) // 2
            for other in signs:
                beside = abs(other.x - sign.x) >= 9 + wide
                assert beside or not (sign.y + 10 < other.y + 9 and other.y - 9 < sign.y + 26)


# Other workspaces.


def test_a_workspace_without_these_classes_gets_every_page(tmp_path: Path, run: Run) -> None:
    assert run("init", tmp_path / "w", "--base", "https://example.org/w/").exit_code == 0
    pages = of_all_languages(things_of(tmp_path / "w"), *SETS)
    assert "No record has to do with a place" in pages["map.html"]
    assert "No organisation is said to take part" in pages["network.html"]
    assert "No donor is known of" in pages["donors.html"]
    for path, text in html(pages).items():
        assert Reader(text).faults == [], path


HOSTILE = "</script><svg onload=alert(1)>\"'&amp; {{ 7*7 }} \u202e\u2028"


def test_hostile_data_stays_text(workspace_copy: Path) -> None:
    label = json.dumps(HOSTILE, ensure_ascii=True)
    text = f"""<place/hostile> a mosty:Place ; rdfs:label {label} ;
  geo:asWKT "POINT(16 49)"^^geo:wktLiteral ; mosty:placeKind <javascript:alert(1)> .
<place/nowhere> a mosty:Place ; rdfs:label {label} ; geo:asWKT "POINT(1e999 NaN)"^^geo:wktLiteral, "POINT(((", "" .
<org/hostile> a mosty:Organisation ; rdfs:label {label} ;
  mosty:locatedIn <place/hostile>, "a text", <place/nowhere> .
<project/hostile> a mosty:Project ; rdfs:label {label} ; mosty:period <period/hostile.main>, "1999" .
<period/hostile.main> mosty:begins "2016-99"^^xsd:gYearMonth, {label}, "2016"^^xsd:gYear ;
  mosty:ends <place/hostile> .
<participation/hostile.a> mosty:participant <org/hostile>, "x" ; mosty:participatesIn <project/hostile>, "y" ;
  mosty:role {label}, <javascript:alert(1)> .
<funding/hostile.a> mosty:funder <org/hostile>, "x" ; mosty:funds <project/hostile>, {label} ;
  mosty:scheme {label} ; mosty:amount {label}, "1" ; mosty:amountKind {label} ;
  mosty:currency {label}, <http://publications.europa.eu/resource/authority/currency/EUR> .
<placelink/hostile.a> mosty:place <place/hostile> ; mosty:linkOf <project/hostile>, {label} ;
  mosty:purpose {label} ; mosty:extent {label} .
"""
    write(workspace_copy, text)
    pages = of_all_languages(things_of(workspace_copy), *SETS)
    for path, text in html(pages).items():
        reader = Reader(text)
        assert reader.faults == [], path
        for name, attributes in reader.elements:
            assert not any(key.startswith("on") for key in attributes), (path, name)
            assert "javascript:" not in attributes.get("href", ""), path
        assert "\u202e" not in text, path
    assert "</script>" not in pages["map-points.js"]
    assert "\u2028" not in pages["map-points.js"]
    assert "{{ 7*7 }}" in pages["map.html"]


def test_the_window_of_the_map_stays_on_the_earth(workspace_copy: Path) -> None:
    pole: Key = f"<{ID}place/pole>"
    write(
        workspace_copy,
        """<place/pole> a mosty:Place ; geo:asWKT "POINT(180 -90)"^^geo:wktLiteral .
<org/at-the-pole> a mosty:Organisation ; mosty:locatedIn <place/pole> .
""",
    )
    model = map_of_places.gathered(things_of(workspace_copy))
    window = model.window
    assert Window(0, 0, WIDTH, HEIGHT).contains(XY(window.x, window.y))
    assert Window(0, 0, WIDTH, HEIGHT).contains(XY(window.x + window.width, window.y + window.height))
    assert [entry.at for entry in model.mapped if entry.place == pole] == [XY(WIDTH, HEIGHT)]
