"""The map, the timeline, the network and the pages of donors."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path, PurePosixPath
from random import Random
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT, Run
from mosty.rdf.keys import Key
from mosty.site import assets, donors, network, timeline
from mosty.site import map as map_of_places
from mosty.site.clusters import clusters
from mosty.site.layout import layout
from mosty.site.lettering import Sign, sides
from mosty.site.outlines import Window
from mosty.site.projection import HEIGHT, WIDTH, XY, project
from mosty.site.records import RecordFiles
from mosty.site.spans import date_range
from mosty.site.things import Things
from site_pages import Reader, made, of_all_languages, things_of

SETS = (map_of_places.pages, timeline.pages, network.pages, donors.pages)
XSD = "http://www.w3.org/2001/XMLSchema#"
ID = "https://w3id.org/mosty/id/"
HEAD = f"""@base <{ID}> .
@prefix amount-kind: <{ID}amount-kind/> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix mosty: <https://w3id.org/mosty/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <{XSD}> .
"""


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
    for name in ("records-by-place", "timeline", "who-funded-what"):
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
    shared = {f"static/{file.name}" for file in (Path(map_of_places.__file__).parent / "static").iterdir()}
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
        "from mosty.site import map, timeline, network, donors;"
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


# The timeline.


def test_the_timeline_has_what_the_query_finds(
    pages: dict[str, str], answers: dict[str, list[dict[str, str]]]
) -> None:
    table = Reader(pages["timeline.html"].split('id="table"')[1]).text
    rows = answers["timeline"]
    assert len(rows) > 40
    for row in rows:
        assert " ".join(row["recordLabel"].split()) in table
        assert row["stated"][:4] in table


@pytest.mark.parametrize(
    ("lexical", "datatype", "days"),
    [
        ("2012", "gYear", 372),
        ("2012-05", "gYearMonth", 31),
        ("2012-05-07", "date", 1),
        ("2012-05-07Z", "date", 1),
    ],
)
def test_a_date_means_no_more_than_it_says(lexical: str, datatype: str, days: int) -> None:
    found = date_range(f'"{lexical}"^^<{XSD}{datatype}>')
    assert found
    assert found.last - found.first == days


@given(st.text(max_size=12))
def test_what_is_no_date_has_no_range(text: str) -> None:
    written = text.replace("\\", "").replace('"', "").replace("\n", "").replace("\r", "")
    found = date_range(f'"{written}"^^<{XSD}date>')
    assert found is None or re.match(r"\d{4}", written)


def test_an_open_end_goes_on_and_a_silent_one_is_asked(workspace_copy: Path) -> None:
    period(workspace_copy, "open", 'mosty:begins "2016"^^xsd:gYear ; mosty:openEnd true')
    period(workspace_copy, "silent", 'mosty:begins "2016"^^xsd:gYear')
    period(workspace_copy, "late", 'mosty:ends "2016-03"^^xsd:gYearMonth')
    period(workspace_copy, "far", 'mosty:begins "0012"^^xsd:gYear ; mosty:ends "9999"^^xsd:gYear')
    text = made(timeline.pages(things_of(workspace_copy), "en"))["timeline.html"]
    bars = dict(re.findall(r"<title>Project (\w+): (.*?)</title>(?:.*?)</a>", text, re.DOTALL))
    assert bars["open"] == "2016 – goes on"
    assert bars["silent"] == "2016 – not stated"
    assert bars["late"] == "not stated – March 2016"
    assert "far" not in bars
    assert "0012 – 9999" in Reader(text).text
    drawn = {
        name: block
        for block in text.split('<a class="bar-link"')
        for name in re.findall(r"<title>Project (\w+)", block)
    }
    assert 'class="arrow"' in drawn["open"]
    assert 'class="unsaid"' in drawn["silent"]
    assert 'class="unsaid before"' in drawn["late"]


def period(root: Path, name: str, said: str) -> None:
    write(
        root,
        f"""<project/{name}> a mosty:Project ; rdfs:label "Project {name}"@en ; mosty:period <period/{name}.main> .
<period/{name}.main> a mosty:Period ; {said} .
""",
        f"projects/{name}",
    )


def write(root: Path, text: str, name: str = "projects/more") -> None:
    """Write a file of records; IRIs are relative to that of records."""
    (root / f"data/{name}.ttl").write_text(HEAD + text, "utf-8")


def test_many_periods_become_columns(tmp_path: Path, workspace_copy: Path) -> None:
    for number in range(160):
        period(workspace_copy, f"many{number}", f'mosty:begins "{1990 + number % 30}"^^xsd:gYear')
    text = made(timeline.pages(things_of(workspace_copy), "en"))["timeline.html"]
    assert "There are too many for a row each" in text
    assert 'class="bar-link"' not in text
    assert len(re.findall(r'class="column"', text)) > 30


# The network.


def test_the_network_has_each_tie_in_picture_and_table(things: Things, pages: dict[str, str]) -> None:
    model = network.gathered(things)
    text = pages["network.html"]
    assert len(re.findall(r'<path class="tie [a-z-]+" data-ends', text)) == len(model.ties)
    rows = re.findall(r"<tr><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>", text)
    assert len(rows) == len(model.ties)
    assert ("European Social Fund", "funder") in {(Reader(agent).text, role) for agent, role, _ in rows}


def test_a_large_network_shows_some_and_says_so(workspace_copy: Path) -> None:
    lines = []
    for number in range(150):
        lines.append(f'<org/many{number}> a mosty:Organisation ; rdfs:label "Many {number}"@en .')
        lines.append(
            f"<participation/access.many{number}> a mosty:Participation ; mosty:participant <org/many{number}> ;"
            " mosty:participatesIn <project/access> ; mosty:role <role/partner> ."
        )
    write(workspace_copy, "\n".join(lines))
    things = things_of(workspace_copy)
    model = network.gathered(things)
    assert len(model.nodes) == network.MOST_NODES < model.total
    drawn = {key for _, _, tie in model.drawn for key in tie[:2]}
    assert drawn == {node.key for node in model.nodes}
    assert f"shows 120 of {model.total}" in made(network.pages(things, "en"))["network.html"]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 30), st.randoms(use_true_random=False))
def test_nodes_lie_inside_and_apart(number: int, random: Random) -> None:
    links = [(random.randrange(number), random.randrange(number)) for _ in range(number)] if number else []
    places = layout(number, [(a, b) for a, b in links if a != b], 900, 700, (60, 40))
    assert len(places) == len(set(places)) == number
    assert all(60 <= x <= 840 and 40 <= y <= 660 for x, y in places)


def test_the_layout_is_that_of_other_machines() -> None:
    links = [(0, 1), (0, 2), (3, 4), (2, 5), (5, 6), (6, 0)]
    found = hashlib.sha256(repr(layout(8, links, 900, 700, (60, 40))).encode()).hexdigest()
    assert found[:16] == "25af24c1ce901df6"


# Donors.


def test_donors_fund_what_the_query_finds(
    pages: dict[str, str], answers: dict[str, list[dict[str, str]]]
) -> None:
    rows = answers["who-funded-what"]
    assert len(rows) == 5
    for row in rows:
        page = Reader(pages[f"donors/org/{row['donor'].rsplit('/', 1)[1]}.html"])
        assert row["recordLabel"] in page.text
        assert row.get("schemeLabel", "") in page.text
    page = Reader(pages["donors/org/esf.html"])
    assert "not stated" in page.text
    assert "nothing is said" in page.text


def test_sums_never_mix_kinds_or_currencies(workspace_copy: Path) -> None:
    funded = [
        ('mosty:amount 1000.50 ; mosty:currency "CZK" ; mosty:amountKind amount-kind:commitment', "stated"),
        ('mosty:amount 2000 ; mosty:currency "CZK" ; mosty:amountKind amount-kind:commitment', "stated"),
        ('mosty:amount 5 ; mosty:currency "CZK" ; mosty:amountKind amount-kind:budget', "stated"),
        ('mosty:amount 7 ; mosty:currency "EUR" ; mosty:amountKind amount-kind:budget', "stated"),
        (f'mosty:amount {"1" * 30}.01 ; mosty:currency "XAF"', "stated"),
        ('mosty:amount 0.0000000001 ; mosty:currency "XAF"', "stated"),
        ('mosty:amount 0.0000000001 ; mosty:currency "BTC"', "stated"),
        ('mosty:amount "many"', "stated"),
        ("", "not-stated"),
        ("", "none"),
    ]
    lines = [
        f"<funding/access.f{number}> a mosty:Funding ; mosty:funder <org/unicef> ; mosty:funds <project/access> ;"
        f" mosty:amountStatus <disclosure/{status}> {'; ' + amount if amount else ''} ."
        for number, (amount, status) in enumerate(funded)
    ]
    write(workspace_copy, "\n".join(lines))
    pages = made(donors.pages(things_of(workspace_copy), "en"))
    text = Reader(pages["donors/org/unicef.html"]).text.replace("\u00a0", " ")
    assert "3,000.50 CZK (commitment, 2 amounts)" in text
    assert "5 CZK (budget, 1 amount)" in text
    assert "7 EUR (budget, 1 amount)" in text
    assert f"{','.join(['111'] * 10)}.0100000001 XAF" in text
    assert "0.0000000001 BTC" in text
    assert "Fundings without a stated amount2" in text.replace(" 2", "2")
    assert "many (currency not stated)" in text
    for status in ("not stated", "none"):
        assert re.search(rf'<span class="silent"><a [^>]*>{status}</a>', pages["donors/org/unicef.html"])


def test_a_donor_with_many_fundings_has_several_pages(workspace_copy: Path) -> None:
    lines = [
        f"<funding/access.f{number}> a mosty:Funding ; mosty:funder <org/unicef> ; mosty:funds <project/access> ."
        for number in range(301)
    ]
    write(workspace_copy, "\n".join(lines))
    pages = made(donors.pages(things_of(workspace_copy), "en"))
    rows = [len(re.findall("<tr>\n<td>", pages[f"donors/org/unicef{end}.html"])) for end in ("", "~2")]
    assert rows == [300, 1]
    assert 'href="unicef~2.html"' in pages["donors/org/unicef.html"]


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
