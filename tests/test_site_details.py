"""What readers of the site stumbled over: facts without a source, names that search must know, what went away."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from links import broken, documents

import mosty
from browsing import answered, chromium, served
from conftest import need
from mosty.publish.content import read_content
from mosty.publish.staging import Stage
from mosty.rdf.graph import Graph
from mosty.site import donors
from mosty.site.assets import find_assets
from mosty.site.build import build
from mosty.site.gathered import Gathered
from mosty.site.page import Page
from mosty.site.things import Info
from mosty.site.views import RecordView
from mosty.site.words import words
from mosty.workspace import Workspace
from site_pages import made as made_pages
from site_pages import things_of
from test_site import Site, made, write

TOML = """
name = "small"
title = "A small register"
base = "https://e.org/"
languages = ["en", "cs"]
[kinds]
org = { folder = "orgs", class = "o:Org" }
[prefixes]
o = "https://e.org/o#"
theme = "https://e.org/id/theme/"
"""
HEAD = """
@prefix org: <https://e.org/id/org/> . @prefix theme: <https://e.org/id/theme/> . @prefix o: <https://e.org/o#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix mosty: <https://w3id.org/mosty/ontology#> . @prefix geo: <http://www.opengis.net/ont/geosparql#> .
"""
ORGS = """
org:esf a o:Org ; rdfs:label "European Social Fund"@en ; o:theme theme:work ; o:size 7 ;
    <http://purl.org/dc/terms/description> "Podporuje místní projekty."@cs ;
    o:link <https://user:pw@host.example/>, <https://host.example/a@b> ;
    geo:asWKT "POINT(14.5 -49.25)"^^geo:wktLiteral .
<https://e.org/id/part/esf.one> a o:Part ; o:of org:esf ; o:says 1 ; o:tells 2 .
<https://e.org/id/part/esf.two> a o:Part ; o:of org:esf ; o:says 3 ; o:tells 4 .
org:other a o:Org ; rdfs:label "Other"@en ; o:theme theme:work ; skos:altLabel "Jiná" .
<https://e.org/id/part/other.abbreviation> mosty:nameOf org:other ; mosty:nameText "OTH" .
"""
THEMES = """
theme:scheme a skos:ConceptScheme ; skos:prefLabel "Themes"@en, "Témata"@cs .
theme:work a skos:Concept ; skos:inScheme theme:scheme ; skos:prefLabel "labour"@en, "práce"@cs .
"""
STATED = [
    ("org:esf", "rdf:type", "o:Org"),
    ("org:esf", "o:theme", "theme:work"),
    ("<https://e.org/id/part/esf.two>", "rdf:type", "o:Part"),
    ("<https://e.org/id/part/esf.two>", "o:of", "org:esf"),
    ("<https://e.org/id/part/esf.two>", "o:says", "3"),
]
EVIDENCE = "".join(
    f"<https://e.org/id/statement/{n}> rdf:subject {s} ; rdf:predicate {p} ; rdf:object {o} ;"
    f" mosty:passage <https://e.org/id/passage/1> .\n"
    for n, (s, p, o) in enumerate(STATED)
)
# So many that they are folded.
EVIDENCE += "".join(
    f"<https://e.org/id/statement/x{n}> rdf:subject org:other ; rdf:predicate o:theme ; rdf:object theme:work ;"
    f" mosty:passage <https://e.org/id/passage/esf/{n}-40> .\n"
    f"<https://e.org/id/passage/esf/{n}-40> mosty:source org:esf ; oa:start {n} ; oa:end 40 .\n"
    for n in range(14)
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A register of two organisations, one theme and little evidence."""
    files = {
        "data/orgs/all.ttl": ORGS,
        "ontology/schemes/themes.ttl": THEMES,
        "data/evidence/all.ttl": EVIDENCE,
    }
    texts = {name: HEAD + text for name, text in files.items()}
    root = write(tmp_path_factory.mktemp("small"), {"mosty.toml": TOML, **texts})
    return made(root, tmp_path_factory.mktemp("site"))


def test_what_was_withdrawn_has_a_page_that_says_what_it_was(tmp_path: Path) -> None:
    old, new, lost = (f"<https://e.org/id/org/{name}>" for name in ("old", "esf", "lost"))
    graph = Graph()
    for node, name in ((old, '"Old Fund"@en'), (old, '"Starý fond"@cs'), (lost, '"Lost"@en')):
        graph.add(node, "<http://www.w3.org/2000/01/rdf-schema#label>", name)
        graph.add(node, "<http://www.w3.org/ns/dcat#version>", '"1.0.0"')
    root = write(tmp_path / "graph", {"mosty.toml": TOML, "data/orgs/all.ttl": HEAD + ORGS})
    workspace, stage = Workspace(root), Stage(tmp_path / "site")
    info = Info("small", "1.1.0", address="https://e.org/", gone={old: new, lost: old}, tombstones=graph)
    build(read_content(workspace), workspace.config, [], info, stage)
    page = (tmp_path / "site/withdrawn/org/old.html").read_text("utf-8")
    assert "<h1>Old Fund</h1>" in page
    assert "It was last in version 1.0.0." in page
    assert 'Replaced by: <a href="../../id/org/esf.html">European Social Fund</a>' in page
    assert "https://e.org/id/org/old" in page
    czech = (tmp_path / "site/cs/withdrawn/org/old.html").read_text("utf-8")
    assert "<h1>Starý fond</h1>" in czech
    assert "ve verzi 1.0.0" in czech
    assert 'href="old.html">Old Fund' in (tmp_path / "site/withdrawn/org/lost.html").read_text("utf-8")
    assert 'href="withdrawn/org/old.html"' in (tmp_path / "site/withdrawn.html").read_text("utf-8")
    assert "withdrawn.html" in (tmp_path / "site/404.html").read_text("utf-8")
    assert "withdrawn/" not in (tmp_path / "site/sitemap.xml").read_text("utf-8")
    assert list(broken(tmp_path / "site", documents(tmp_path / "site"))) == []


QUERY = """#+ title: With a theme
#+ question: What has a theme?
#+ description: Whatever has a theme.
#+ tags: [themes]
#+ parameters:
#+   theme:
#+     type: iri
#+     class: skos:Concept
PREFIX o: <https://e.org/o#>
SELECT ?org WHERE {
  VALUES ?theme { UNDEF }
  ?org o:theme ?theme
}
"""


def test_the_name_of_one_thing_is_taken_for_it(tmp_path: Path) -> None:
    need(find_assets() is not None, "the assets of the site (make assets)")
    twice = 'theme:play a skos:Concept ; skos:inScheme theme:scheme ; skos:prefLabel "play"@en .\n'
    themes = HEAD + THEMES + twice + twice.replace("theme:play", "theme:game")
    files = {
        "data/orgs/all.ttl": HEAD + ORGS,
        "ontology/schemes/themes.ttl": themes,
        "queries/themed.rq": QUERY,
    }
    register = mosty.open(write(tmp_path / "graph", {"mosty.toml": TOML, **files}))
    stage = Stage(tmp_path / "site")
    dump = "<https://e.org/id/org/esf> <https://e.org/o#theme> <https://e.org/id/theme/work> .\n"
    stage.add("small.nt", "A dump", dump)
    workspace, info = register.workspace, Info("small", files=stage.files)
    build(read_content(workspace), workspace.config, [register.queries.get("themed")], info, stage)
    with chromium() as browser, served(tmp_path / "site", "/") as address:
        page = browser.new_page()
        page.set_default_timeout(15_000)
        page.goto(f"{address}queries/themed.html")
        page.fill("#p-theme", " Labour ")
        page.press("#p-theme", "Tab")
        assert answered(page).startswith("1 solution")
        page.fill("#p-theme", "play")
        page.press("#p-theme", "Tab")
        assert answered(page) == "theme: choose from the list, or write an IRI."


def read(site: Site, path: str) -> str:
    return (site.folder / path).read_text("utf-8")


def test_a_fact_without_evidence_is_marked_where_it_stands(small: Site) -> None:
    page = read(small, "id/org/esf.html")
    facts = dict(re.findall(r"<div><dt>(.*?)</dt><dd>(.*?)</dd></div>", page))
    assert "no source noted" not in facts["o:theme"]
    assert 'href="#n1"' in facts["o:theme"]
    assert "no source noted" in facts["o:size"]
    rows = dict(re.findall(r'<tr id="([^"]*)">(.*?)</tr>', page))
    one, two = (next(row for name, row in rows.items() if name.startswith(n)) for n in ("esf-one", "esf-two"))
    assert one.count("no source noted") == 1, "a row without any evidence says so once"
    assert one.rindex("no source noted") > one.rindex("<td>")
    assert re.search(r">4</data> <small[^>]*>no source noted</small>", two), (
        "the one value of the row that has none"
    )
    assert two.count("no source noted") == 1
    assert "no source noted" not in re.findall('<p class="eyebrow">.*?</p>', page)[0]
    assert "no source noted" in re.findall('<p class="eyebrow">.*?</p>', read(small, "id/org/other.html"))[0]
    assert "pramen nezaznamenán" in read(small, "cs/id/org/esf.html")
    assert "no source noted" not in read(small, "id/theme/work.html"), "concepts need no source"


def test_a_table_that_goes_on_has_a_shaded_edge_on_a_small_screen(small: Site) -> None:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 400, "height": 2000})
        page.goto(f"{small.folder.as_uri()}/id/org/esf.html")
        page.evaluate("document.querySelector('.scroll table').style.minWidth = '900px'")
        edge = page.locator(".scroll").first
        box = edge.bounding_box()
        assert box
        left, top = box["x"] + box["width"] - 12, box["y"] + 4

        def rim() -> bytes:
            return page.screenshot(clip={"x": left, "y": top, "width": 12, "height": 8})

        more = rim()
        edge.evaluate("(one) => { one.scrollLeft = 9999; }")
        assert rim() != more
        assert (
            edge.evaluate("(one) => getComputedStyle(one).backgroundAttachment")
            == "local, local, scroll, scroll"
        )


def test_an_address_with_a_user_is_no_link(small: Site) -> None:
    page = read(small, "id/org/esf.html")
    assert 'href="https://host.example/a@b"' in page
    assert "https://user:pw@host.example/" in page
    assert 'href="https://user' not in page


def test_numbers_and_words_agree_in_czech(small: Site, repo: Path) -> None:
    assert "49,25° j. š., 14,5° v. d." in read(small, "cs/id/org/esf.html")
    assert "49.25° S, 14.5° E" in read(small, "id/org/esf.html")
    czech = words("cs")
    assert [czech.counted("network-unlisted", n).split(", ")[0] for n in (1, 2, 5)] == [
        "1 další vazba je na stránkách organizací",
        "2 další vazby jsou na stránkách organizací",
        "5 dalších vazeb je na stránkách organizací",
    ]
    supported = [czech.counted("supported", n, supported=n, total=9) for n in (1, 3, 9)]
    assert [" mají " in text for text in supported] == [False, True, False]
    things = things_of(repo)
    donors_page = dict(made_pages(donors.pages(things, "cs")))["cs/donors.html"]
    assert "Žádný dostupný pramen to neříká" in donors_page
    assert "No source at hand" not in donors_page


def test_long_lists_of_evidence_are_folded_until_they_are_wanted(small: Site) -> None:
    with chromium() as browser:
        from playwright.sync_api import expect

        page = browser.new_page()
        page.goto((small.folder / "id/org/other.html").as_uri())
        note, list_of_notes = page.locator("#n14"), page.locator(".notes details")
        assert not note.is_visible()
        page.click("a[href='#n14']")
        expect(note).to_be_in_viewport()
        note.locator(".back a").click()
        assert page.evaluate("location.hash") == "#r14"
        list_of_notes.locator("summary").click()
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert note.is_visible(), "on paper all is open"
        page.click("#n14 a[href*=passage]")
        assert page.url.endswith("/esf.html#passage/13-40")
        assert page.locator("[id='passage/13-40'] a").inner_text() == "Other"
    plain = read(small, "id/org/other.html")
    assert '<details class="fold" open>' in plain, "without a script all is open"


def test_where_everything_has_evidence_nothing_is_marked(repo: Path) -> None:
    things = things_of(repo)
    for record in things.all_records:
        view = RecordView(Page(things, "en", "id/x.html"), Gathered(things, record))
        parts = [part for section in view.sections() for part in section.parts]
        facts = [*view.facts, view.names(), *(fact for part in parts for fact in (*part.facts, *part.cells))]
        values = [*view.texts(record), *(value for fact in facts for value in fact.values)]
        assert not any(value.bare for value in values), record
        assert not any(part.bare for part in parts), record


def test_what_points_at_a_place_begins_with_projects(repo: Path) -> None:
    things = things_of(repo)
    place = Gathered(things, "<https://w3id.org/mosty/id/place/moldova>")
    links = max(RecordView(Page(things, "en", "id/x.html"), place).incoming(), key=lambda group: group.total)
    assert list(dict.fromkeys(link.kind for link in links.links)) == [
        "project",
        "programme",
        "output",
        "event",
    ]


def test_search_knows_identifiers_abbreviations_and_concepts(small: Site) -> None:
    with chromium() as browser:
        page = browser.new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{small.folder.as_uri()}/search.html")

        def hits(text: str) -> list[str]:
            page.fill("#q", text)
            page.wait_for_url(f"**#q={quote_plus(text)}")
            return page.locator("#results > li > a").all_inner_texts()

        assert hits("esf") == ["European Social Fund"]
        assert hits("org:esf") == ["European Social Fund"]
        assert hits("https://e.org/id/org/esf") == ["European Social Fund"]
        assert hits("oth")[:1] == ["Other"]
        assert hits("jina") == ["Other"]
        assert page.locator("#concepts").is_hidden()
        assert hits("funding") == ["European Social Fund"], "an ending may differ"
        hits("projektů")
        page.locator("#results .badge").wait_for()
        assert page.inner_text("#results a") == "European Social Fund"
        assert page.inner_text("#results .badge") == "in the description"
        hits("orgs of social")
        assert page.inner_text("#status").startswith("No record fits"), "each word must fit"
        assert hits("labo") == []
        assert page.locator("#concepts li").all_inner_texts() == ["Themes: labour (2)"]
        assert str(page.get_attribute("nav.languages a[hreflang=cs]", "href")).endswith(
            "/cs/search.html#q=labo"
        )
        page.locator("#concepts a").click()
        assert page.inner_text("h1") == "Labour"
