"""The static site: a page for everything, links that resolve, and nothing in the data that becomes markup or a path."""

from __future__ import annotations

import datetime
import json
import re
import shutil
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest
from links import Document, broken, documents

from conftest import WORKSPACE
from mosty.model.errors import OutputError
from mosty.publish.content import read_content
from mosty.publish.staging import Stage
from mosty.site.build import build
from mosty.site.forking import make_files
from mosty.site.things import Info, Things
from mosty.workspace import Workspace

ADDRESS = "https://example.org/register/"
SCRIPT = "<script>alert(1)</script>"


class Site(NamedTuple):
    folder: Path
    things: Things
    pages: dict[str, Document]
    stage: Stage


def made(root: Path, folder: Path, *, address: str | None = ADDRESS, processes: int = 1) -> Site:
    workspace = Workspace(root)
    content = read_content(workspace)
    stage = Stage(folder)
    for name in ("mosty.ttl", "mosty.nq"):
        stage.add(name, "A dump", "# nothing\n")
    below = urlsplit(address or "/").path
    info = Info("mosty", "1.2.0", datetime.date(2025, 3, 17), stage.files, address, below)
    build(content, workspace.config, [], info, stage, processes=processes)
    return Site(folder, Things(content, workspace.config, info), documents(folder), stage)


@pytest.fixture(scope="module")
def site(repo: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site of the repository's own graph, without its stored queries."""
    root = tmp_path_factory.mktemp("graph")
    for name in WORKSPACE:
        part = repo / name
        (shutil.copytree if part.is_dir() else shutil.copy)(part, root / name)
    return made(root, tmp_path_factory.mktemp("site"))


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


TOML = """
name = "odd"
title = "Odd things <b>here</b>"
base = "https://e.org/"
languages = ["en", "cs"]
[kinds]
thing = { folder = "things", class = "o:Thing" }
con = { folder = "cons", class = "o:Con" }
[prefixes]
o = "https://e.org/ontology#"
[publish]
description = "A </script><script>alert(1)</script> {{ 7 * 7 }}"
license = "javascript:alert(1)"
"""
LONG = "x" * 230
ODD = f"""
@prefix thing: <https://e.org/id/thing/> . @prefix con: <https://e.org/id/con/> . @prefix o: <https://e.org/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix mosty: <https://w3id.org/mosty/ontology#> .
thing:plain a o:Thing ; rdfs:label "{SCRIPT}"@en, "\\"><img src=x onerror=alert(1)>"@cs ;
    dcterms:description "one </script> two\\n\\nthree \\u202Egnp.exe"@en ;
    o:link <javascript:alert(1)>, <https://elsewhere.example/?a=1&b=%22>, <data:text/html,x>, thing:Twin ;
    o:address "javascript:alert(2)"^^xsd:anyURI, "https://ok.example/"^^xsd:anyURI ;
    o:address " https://space.example/"^^xsd:anyURI ;
    o:number "01"^^xsd:integer, "1e400"^^xsd:double, "2012-13"^^xsd:gYearMonth, "not a date"^^xsd:date ;
    o:template "{{{{ 7 * 7 }}}} {{% raw %}}"@x-odd ; o:tag "a\\"b"^^xsd:language .
thing:Twin a o:Thing ; rdfs:label "upper" . thing:twin a o:Thing ; rdfs:label "lower" .
thing:index a o:Thing . thing:con a o:Thing . thing:a.html a o:Thing . thing:a a o:Thing . con:nul a o:Con .
thing:{LONG} a o:Thing ; rdfs:label "{LONG}" .
<https://e.org/id/thing/..> a o:Thing . <https://e.org/id/thing/a/../../../up> a o:Thing . <urn:uuid:1> a o:Thing .
<https://e.org/id/thing/%2e%2e%2fup> a o:Thing . <https://e.org/id/thing/Škola> a o:Thing ; rdfs:label "Škola"@cs .
<https://e.org/loose/1> o:of thing:plain ; mosty:begins "2012"^^xsd:gYear .
<https://e.org/loose/2> a o:Part ; o:of thing:plain ; rdfs:label "a part" .
<https://e.org/loose/3> a o:Nothing ; rdfs:label "alone" .
"""


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A workspace of things that mean harm or have strange names."""
    root = write(tmp_path_factory.mktemp("odd"), {"mosty.toml": TOML, "data/things/odd.ttl": ODD})
    return made(root, tmp_path_factory.mktemp("site"))


def test_every_record_part_and_concept_has_its_place_in_each_language(site: Site) -> None:
    things = site.things
    assert len(things.all_records) > 150
    for key in (*things.all_records, *things.concepts, *things.schemes):
        for language in things.languages:
            assert (path := things.path(key, language)) is not None
            assert path in site.pages, path
            assert things.label(key, language).text in " ".join(site.pages[path].text)
    for record in things.all_records:
        for part in things.parts_of(record):
            page, _, place = str(things.path(part, "cs")).partition("#")
            assert place in site.pages[page].ids


def test_every_subject_of_a_record_file_is_shown_or_belongs_to_something_shown(site: Site) -> None:
    things = site.things
    for subjects in things.content.kinds.values():
        for key in subjects:
            assert things.record_of(key) is not None, key


@pytest.mark.parametrize("which", ["site", "odd"])
def test_links_resolve_and_pages_are_well_made(which: str, request: pytest.FixtureRequest) -> None:
    made_site: Site = request.getfixturevalue(which)
    assert list(broken(made_site.folder, made_site.pages)) == []
    for path, page in made_site.pages.items():
        assert page.inline == [], path
        assert len(page.ids) == len(set(page.ids)), path
        assert page.headings[:1] == [1], path
        assert page.headings.count(1) == 1, path
        assert all(
            after - before <= 1 for before, after in zip(page.headings, page.headings[1:], strict=False)
        ), path
        assert page.title.strip(), path
        assert page.language in ("en", "cs"), path
        assert (page.language == "cs") == path.startswith("cs/"), path


def test_the_policy_lets_nothing_in_from_elsewhere(site: Site) -> None:
    for path, page in site.pages.items():
        rules = dict(rule.strip().split(" ", 1) for rule in page.policy.split(";"))
        assert rules["default-src"] == "'none'"
        assert set(rules["script-src"].split()) <= {"'self'", "'wasm-unsafe-eval'"}, path
        assert rules["style-src"] == "'self'"
        assert not [value for name, value in page.links if name == "src" and "://" in value]


def test_a_fact_leads_to_its_source_by_one_click(site: Site) -> None:
    page = (site.folder / "id/project/czech-towns.html").read_text("utf-8")
    row = re.search(r"<dt>(?:<a[^>]*>)?period(?:</a>)?</dt><dd>.*?</dd>", page)
    assert row
    assert re.search("May 2012.*April 2015", row[0])
    number = re.search(r'href="#n(\d+)"', row[0])
    assert number
    note = re.search(rf'<li id="n{number[1]}".*?</li>', page)
    assert note
    where = re.search(
        r'href="\.\./source/czech-towns-sheet\.html#(passage/\d+-\d+)">characters \d+–\d+<', note[0]
    )
    assert where
    back = re.search(r'href="#(r[\d-]+)" aria-label="back to: period">period</a>', note[0])
    assert back
    assert f'id="{back[1]}"' in row[0]
    assert 'aria-label="back to: theme 2">2</a>' in page, "the second place of the same"
    source = (site.folder / "id/source/czech-towns-sheet.html").read_text("utf-8")
    assert re.search(rf'<li id="{where[1]}">.*href="../project/czech-towns.html"', source)


def test_silence_withholding_and_thin_records_are_told(site: Site) -> None:
    page = " ".join(site.pages["id/project/czech-towns.html"].text)
    assert "not stated" in page
    assert "no source at hand says it" in page
    assert "withheld: natural person" in " ".join(page.split())
    assert "Stručný záznam" in " ".join(site.pages["cs/id/project/access.html"].text)


def test_parts_read_as_sections_and_incoming_links_name_the_record(site: Site) -> None:
    text = (site.folder / "cs/id/org/esf.html").read_text("utf-8")
    assert "Financuje" in text
    assert 'href="../project/czech-towns.html#funding.czech-towns.esf"' in text
    assert "pravidlo donors.rq" in text, "what is derived names its rule"


def test_the_register_is_called_by_its_name_in_each_language(site: Site) -> None:
    assert "otevřený registr" in site.pages["cs/index.html"].title
    assert "an open register" in site.pages["index.html"].title


def test_downloads_stand_with_what_they_hold(site: Site) -> None:
    links = {value for _, value in site.pages["cs/about.html"].links}
    assert {"../mosty.ttl", "../mosty.nq"} <= links


def test_the_data_of_a_record_say_the_same_in_each_format(site: Site) -> None:
    formats = {
        "ttl": ox.RdfFormat.TURTLE,
        "nt": ox.RdfFormat.N_TRIPLES,
        "rdf": ox.RdfFormat.RDF_XML,
        "jsonld": ox.RdfFormat.JSON_LD,
    }
    for stem in ("id/project/czech-towns", "id/place/dobris", "id/source/mosty-editors"):
        read = [
            {quad.triple for quad in ox.parse(path=str(site.folder / f"{stem}.{name}"), format=each)}
            for name, each in formats.items()
        ]
        assert read[0]
        assert all(triples == read[0] for triples in read)
        subjects = {str(triple.subject) for triple in read[0]}
        assert f"<https://w3id.org/mosty/{stem}>" in subjects
    # Whoever cites a fact needs the passage as well.
    assert any(
        "/id/statement/" in str(t.subject) for t in ox.parse(path=str(site.folder / "id/place/dobris.nt"))
    )


def index_of(path: Path) -> dict[str, Any]:
    text = path.read_text("utf-8")
    assert text.startswith("mostyIndex(")
    assert text.endswith(");\n")
    answer = json.loads(text.removeprefix("mostyIndex(").removesuffix(");\n"))
    assert isinstance(answer, dict)
    return answer


def test_the_index_of_a_list_holds_what_search_needs(site: Site) -> None:
    index = index_of(site.folder / "lists/project/index.js")
    rows = {row[0]: row for row in index["rows"]}
    assert len(rows) == len(site.things.records("project"))
    row = rows["id/project/czech-towns"]
    assert row[1][0].startswith("Integration of Labour Migrants")
    assert "cz 1 04 5 1 01 77 00030" in row[2], "found by its code"
    assert row[3] == "2012–2015"
    places = next(n for n, facet in enumerate(index["facets"]) if facet["id"] == "mosty:hasPlace")
    named = {index["facets"][places]["values"][value][1] for value in row[5][places]}
    assert {"Berlin", "Prague"} <= named
    assert "<" not in (site.folder / "lists/project/index.js").read_text("utf-8")


def test_lists_name_every_record_without_a_script(site: Site) -> None:
    for kind in site.things.config.kinds.values():
        page = (site.folder / f"lists/{kind.prefix}/index.html").read_text("utf-8")
        for record in site.things.records(kind.prefix):
            assert f'href="../../{site.things.path(record, "en")}"' in page


def test_structured_data_describe_the_thing_of_the_page(site: Site) -> None:
    page = (site.folder / "id/place/dobris.html").read_text("utf-8")
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert block
    said = json.loads(block[1])
    assert said["@type"] == "Place"
    assert said["@id"] == "https://w3id.org/mosty/id/place/dobris"
    assert said["geo"] == {"@type": "GeoCoordinates", "latitude": "49.78113", "longitude": "14.16717"}
    home = re.search(r'ld\+json">(.*?)</script>', (site.folder / "index.html").read_text("utf-8"))
    assert home
    assert json.loads(home[1])["@type"] == "Dataset"


def test_sitemap_search_description_and_robots(site: Site, tmp_path: Path) -> None:
    listed = re.findall("<loc>(.*?)</loc>", (site.folder / "sitemap.xml").read_text("utf-8"))
    assert sorted(listed) == sorted(f"{ADDRESS}{path}" for path in site.pages if path != "404.html")
    assert f"Sitemap: {ADDRESS}sitemap.xml" in (site.folder / "robots.txt").read_text("utf-8")
    assert "{searchTerms}" in (site.folder / "cs/opensearch.xml").read_text("utf-8")
    root = write(tmp_path / "graph", {"mosty.toml": TOML, "data/things/odd.ttl": ODD})
    unknown = made(root, tmp_path / "site", address=None)
    assert not (unknown.folder / "sitemap.xml").exists(), "a sitemap needs an address"
    assert not (unknown.folder / "opensearch.xml").exists()
    assert list(broken(unknown.folder, unknown.pages)) == []


def test_the_page_for_what_is_not_there_works_under_any_address(site: Site) -> None:
    page = (site.folder / "404.html").read_text("utf-8")
    links = [value for _, value in Document(page).links if not value.startswith("#")]
    assert links
    assert all(value.startswith("/register/") for value in links if "creativecommons" not in value)


def test_dates_and_numbers_are_those_of_the_language(site: Site) -> None:
    czech = " ".join(site.pages["cs/id/project/czech-towns.html"].text)
    assert "květen 2012 – duben 2015" in " ".join(czech.split())
    assert "2\u00a0869" in " ".join(site.pages["cs/id/source/czech-towns-sheet.html"].text)
    assert "2,869" in " ".join(site.pages["id/source/czech-towns-sheet.html"].text)


def test_literals_stay_text(odd: Site) -> None:
    for path, page in odd.pages.items():
        raw = (odd.folder / path).read_text("utf-8")
        for markup in ("<script>alert", "<img src=x", "<b>here"):
            assert markup not in raw, path
        assert "\u202e" not in raw, path
        assert "49" not in page.title
    page = odd.pages["id/thing/plain.html"]
    text = " ".join(page.text)
    assert SCRIPT in page.title
    assert SCRIPT in text
    assert "{{ 7 * 7 }}" in text
    assert "\\u202Egnp.exe" in text, "what turns the direction of text is shown as what it is"
    assert "01" in text
    assert "1e400" in text
    assert "2012-13" in text
    assert "not a date" in text
    assert "<script" not in (odd.folder / "lists/thing/index.js").read_text("utf-8")


def test_only_web_addresses_become_links(odd: Site) -> None:
    for path, page in odd.pages.items():
        for _, address in page.links:
            assert not address.lower().lstrip().startswith(("javascript:", "data:", "vbscript:")), path
    addresses = {value for _, value in odd.pages["id/thing/plain.html"].links}
    assert "https://elsewhere.example/?a=1&b=%22" in addresses
    assert "https://ok.example/" in addresses
    assert not any("space.example" in address for address in addresses)


def test_names_of_files_never_come_from_data_as_they_are(odd: Site) -> None:
    stems = {odd.things.paths[key] for key in odd.things.all_records}
    assert len({stem.lower() for stem in stems}) == len(odd.things.all_records)
    for stem in stems:
        assert re.fullmatch(r"id/[A-Za-z0-9_-]+/[A-Za-z0-9][A-Za-z0-9._~-]{,99}", stem)
    plain = {re.sub("~.*", "~", stem.removeprefix("id/thing/")) for stem in stems}
    assert plain >= {"plain", "a.html", "twin", "twin~", "skola~"}
    outside = [p for p in odd.folder.parent.iterdir() if p != odd.folder and p.name.startswith(("up", ".."))]
    assert outside == []
    told = {path for path, page in odd.pages.items() if "No file can be called" in " ".join(page.text)}
    assert told == {f"{stem}.html" for stem in stems if "~" in stem}


def test_what_belongs_to_nothing_has_a_page_of_its_own(odd: Site) -> None:
    things = odd.things
    plain = "<https://e.org/id/thing/plain>"
    assert things.record_of("<https://e.org/loose/1>") == plain
    assert things.record_of("<https://e.org/loose/2>") == plain
    assert "a part" in " ".join(odd.pages["id/thing/plain.html"].text)
    assert things.record_of("<https://e.org/loose/3>") == "<https://e.org/loose/3>"
    assert "alone" in " ".join(odd.pages[str(things.path("<https://e.org/loose/3>", "en"))].text)


def test_the_same_bytes_from_however_many_processes(odd: Site, tmp_path: Path) -> None:
    root = write(tmp_path / "graph", {"mosty.toml": TOML, "data/things/odd.ttl": ODD})
    again = made(root, tmp_path / "site", processes=3)
    assert [(f.path, f.sha256) for f in again.stage.files] == [(f.path, f.sha256) for f in odd.stage.files]
    assert (again.folder / "id/thing/plain.nt").read_bytes() == (
        odd.folder / "id/thing/plain.nt"
    ).read_bytes()


def test_a_workspace_without_records_has_a_site(tmp_path: Path) -> None:
    toml = 'name = "none"\nbase = "https://e.org/"\nlanguages = ["de"]\n[publish]\nheadline = "Wer baut?"\n'
    root = write(tmp_path / "graph", {"mosty.toml": toml})
    empty = made(root, tmp_path / "site")
    assert list(broken(empty.folder, empty.pages)) == []
    assert empty.pages["index.html"].language == "en", "the language that the site's own words are in"
    assert empty.pages["index.html"].inline == []
    assert '<h1><span lang="de">Wer baut?</span></h1>' in (empty.folder / "index.html").read_text("utf-8")


def test_a_folder_of_the_release_is_no_language(tmp_path: Path) -> None:
    toml = 'name = "x"\nbase = "https://e.org/"\nlanguages = ["en", "id"]\n'
    site = made(write(tmp_path / "graph", {"mosty.toml": toml}), tmp_path / "site")
    assert "lang-id/index.html" in site.pages


def test_a_language_that_is_named_twice_has_its_pages_once(tmp_path: Path) -> None:
    toml = 'name = "x"\nbase = "https://e.org/"\nlanguages = ["cs", "en", "CS"]\n'
    site = made(write(tmp_path / "graph", {"mosty.toml": toml}), tmp_path / "site")
    assert site.things.languages == ("cs", "en")
    assert site.pages["index.html"].language == "cs"


def test_texts_say_their_language_and_direction(tmp_path: Path) -> None:
    data = """@prefix thing: <https://e.org/id/thing/> . @prefix o: <https://e.org/ontology#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        thing:a a o:Thing ; rdfs:label "\u062c\u0633\u0631"@ar, "most"@cs, "  "@en ."""
    site = made(write(tmp_path / "graph", {"mosty.toml": TOML, "data/things/a.ttl": data}), tmp_path / "site")
    text = (site.folder / "id/thing/a.html").read_text("utf-8")
    assert '<span lang="ar" dir="rtl">\u062c\u0633\u0631</span>' in text
    assert re.search(r'<h1[^>]*><span lang="cs">most</span></h1>', text), "an empty text is no name"


@pytest.mark.parametrize("error", [OutputError("no room left", "make some"), RuntimeError("in our own code")])
def test_failures_of_another_process_come_through(tmp_path: Path, error: Exception) -> None:
    def fail(item: int) -> list[tuple[str, str, str]]:
        if item == 21:  # the second process has the odd ones
            raise error
        return [(f"{item}.txt", "x", "x")]

    with pytest.raises(type(error), match=str(error)):
        make_files(Stage(tmp_path), [partial(fail, item) for item in range(40)], 2)
