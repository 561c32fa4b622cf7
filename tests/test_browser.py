"""The site in a real browser: pages, search, pictures, queries, keyboard, paper, no scripts, no server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from browsing import (
    Visitor,
    answered,
    chromium,
    offered,
    overflow,
    rows,
    serious,
    served,
    view,
    wait_for_count,
)
from conftest import ROOT, Published, Run, need
from mosty.site.assets import find_assets

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LIST = "lists/project/index.html"
PROJECT = "id/project/czech-towns.html"
QUERY = "queries/projects-by-donor.html"
PAGES = (
    "index.html search.html lists/project/index.html id/place/prague.html schemes.html id/theme/employment.html"
    " map.html timeline.html network.html donors.html donors/org/esf.html ontology.html shapes.html"
    f" queries.html sparql.html about.html {PROJECT} cs/{PROJECT} {QUERY}"
).split()
LOOKS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((400, "light"), (1600, "dark"))
CUT = """[...document.querySelectorAll(".scroll")].filter((one) => one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.textContent.trim().slice(0, 60))"""


@pytest.fixture(scope="module")
def release(published_once: Published) -> Path:
    """A release with a site."""
    need(find_assets() is not None, "the assets of the site (make assets)")
    return published_once.folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def address(browser: Browser, release: Path) -> Iterator[str]:
    """The site, at the path of its host that the page for what is not there counts on."""
    link = re.search(r'href="(/[^"]*)static/site.css"', (release / "404.html").read_text("utf-8"))
    assert link
    with served(release, link[1]) as home:
        yield home


@pytest.fixture
def visitor(browser: Browser, release: Path, address: str) -> Iterator[Visitor]:
    """Opens pages; fails the test if one of them had an error or asked another host."""
    visitor = Visitor(browser, address, release)
    yield visitor
    visitor.close()
    assert visitor.faults == []


Open = Callable[..., "Page"]


@pytest.fixture
def visit(visitor: Visitor) -> Open:
    return visitor.open


# What holds for every page, under its content security policy.


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_and_has_no_barriers(visit: Open, path: str) -> None:
    page = visit(path, width=1600)
    assert page.locator("h1").count() == 1
    assert overflow(page) <= 0
    assert page.evaluate(CUT) == [], "tables are cut off"
    page.set_viewport_size({"width": 400, "height": 900})
    assert overflow(page) <= 0
    for width, scheme in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        assert serious(page) == [], (width, scheme)


def test_dark_is_dark_and_light_is_light(visit: Open) -> None:
    page = visit("index.html")
    bright = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        colour = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        bright[scheme] = sum(map(int, colour.removeprefix("rgb(").rstrip(")").split(",")))
    assert bright["dark"] < 150 < 600 < bright["light"]


def test_the_page_for_what_is_not_there(visitor: Visitor) -> None:
    page = visitor.open("id/project/no/such/page")
    assert "not here" in page.inner_text("h1")
    assert serious(page) == []
    page.locator("nav.menu a").first.click()
    page.wait_for_url("**/search.html")
    [fault] = visitor.faults
    assert "404" in fault, "Chromium's own word on the answer"
    visitor.faults.clear()


def test_what_leaves_or_breaks_is_seen(visitor: Visitor) -> None:
    page = visitor.open("index.html")
    page.evaluate("""() => {
      document.body.append(Object.assign(new Image(), { src: "http://example.org/x.png" }));
      setTimeout(() => { throw new Error("broken on purpose"); });
    }""")
    page.wait_for_timeout(300)
    text = " ".join(visitor.faults)
    assert "Content Security Policy" in text
    assert "broken on purpose" in text
    page = visitor.open("index.html", bypass_csp=True)
    page.evaluate("document.body.append(Object.assign(new Image(), { src: 'http://example.org/y.png' }))")
    page.wait_for_timeout(300)
    assert any("asks for http://example.org/y.png" in fault for fault in visitor.faults)
    visitor.faults.clear()


# Search and filters.


@pytest.mark.parametrize("from_file", [False, True], ids=["http", "file"])
def test_search_finds_without_accents_and_filters_narrow(visit: Open, from_file: bool) -> None:
    page = visit("index.html", from_file=from_file)
    page.fill("main input[type=search]", "dobris")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=dobris")
    first = page.locator("#results > li a").first
    first.wait_for()
    assert first.inner_text() == "Dobříš"
    first.click()
    assert page.inner_text("h1") == "Dobříš"
    page = visit(f"cs/{LIST}", from_file=from_file)
    page.focus("#q")
    before = page.locator("#results > li").count()
    box = page.locator("#facets input[type=checkbox]").first
    promised = int(page.locator("#facets .tally").first.inner_text())
    box.check()
    wait_for_count(page.locator("#results > li"), promised)
    assert 0 < promised < before
    assert page.url.rsplit("#", 1)[1]
    page.reload()
    wait_for_count(page.locator("#results > li"), promised)
    page.click("#filters button[type=reset]")
    wait_for_count(page.locator("#results > li"), before)


# Pictures.


def test_the_map_zooms_moves_and_names(visit: Open) -> None:
    page = visit("map.html")
    start = view(page)
    page.click("#map button[data-do=in]")
    nearer = view(page)
    assert nearer[2] < start[2]
    page.click("#map button[data-do=right]")
    assert view(page)[0] > nearer[0]
    page.click("#map button[data-do=start]")
    assert view(page) == start
    marker = page.locator("#map-markers a:not(.cluster)").first
    marker.focus()
    name = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert name.split(":")[0] in page.inner_text("section.places")
    for key, changed in (("+", 2), ("ArrowDown", 1), ("-", 2)):
        before = view(page)
        page.keyboard.press(key)
        assert view(page)[changed] != before[changed], key
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == name, key
    page.keyboard.press("0")
    assert view(page) == start
    cluster = page.locator("#map-markers a.cluster").first
    cluster.focus()
    page.keyboard.press("Enter")
    assert view(page)[2] < start[2]
    assert page.locator("#map-chosen li a").count() > 1
    for box in page.locator("#map-legend input").all():
        box.uncheck()
    assert page.locator("#map-markers a").count() == 0


def test_the_timeline_shows_periods_that_lead_to_records(visit: Open) -> None:
    page = visit("timeline.html")
    bar = page.locator("svg.timeline a").first
    name = bar.locator("title").text_content() or ""
    bar.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/id/**")
    assert page.inner_text("h1") in name
    page.go_back()
    page.click("text=2010–2019")
    page.wait_for_url("**/timeline/2010.html")
    assert "May 2012 – April 2015" in page.inner_text("main")
    page.locator(f"svg.timeline a[href$='{PROJECT}']").click()
    page.wait_for_url(f"**/{PROJECT}")


def test_the_network_shows_neighbours_and_leaves_roles_out(visit: Open) -> None:
    page = visit("network.html")
    page.locator(".node[href$='org/esf.html']").focus()
    neighbours = page.locator("svg.network .tie.near").count()
    assert neighbours == 2
    assert page.locator("svg.network .node.near").count() == 1 + neighbours
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.matches('.node.near:not([href$=\"org/esf.html\"])')")
    funder = page.locator(".roles label", has_text="funder").locator("input")
    funder.uncheck()
    assert page.locator("svg.network .tie.funds:not(.left-out)").count() == 0
    assert page.locator("svg.network .tie:not(.left-out)").count() > 0
    funder.check()
    assert page.locator("svg.network .tie.left-out").count() == 0


# Queries in the browser.


def test_a_stored_query_answers_as_the_command_line_does(visit: Open, run: Run) -> None:
    page = visit(QUERY)
    page.click("#p-donor")
    page.keyboard.type("social f")
    page.locator("#l-donor [role=option]", has_text="European Social Fund").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("#p-donor") == "European Social Fund"
    page.select_option("#p-lang", "cs")
    assert answered(page).startswith("1 ")
    told = run("query", "projects-by-donor", "--donor", "org:esf", "--lang", "cs", "-f", "json").stdout
    found = rows(offered(page, "JSON"))
    assert found == rows(told)
    shown = [cell.inner_text() for cell in page.locator("#result-table tbody td").all()]
    assert shown == [
        found[0].get(f"{name}Label", {}).get("value", "") for name in ("donor", "unit", "project", "scheme")
    ]
    for link in page.locator("#result-table a").all():
        assert page.request.get(page.evaluate("(a) => a.href", link.element_handle())).ok
    # Another value, over the data that are there already; and none, which the page itself answers.
    page.fill("#p-donor", "org:mlsa-cz")
    answered(page)
    told = run("query", "projects-by-donor", "--donor", "org:mlsa-cz", "--lang", "cs", "-f", "csv").stdout
    assert offered(page, "CSV").splitlines() == told.splitlines()
    page.fill("#p-donor", "")
    page.keyboard.press("Enter")
    wait_for_count(page.locator("#result-table tbody tr"), page.locator("table.answer tbody tr").count())
    assert page.locator("#l-donor").is_hidden()


HOSTILE = (
    'x" } } UNION { ?record ?p ?o } #',
    '\\" . ?s ?p ?o } #',
    "\\u0022 } UNION { ?record ?p ?o } #",
    "<script>document.title = 'broken'</script>",
)


def test_what_is_typed_is_bound_as_a_term(visit: Open, run: Run) -> None:
    page = visit("queries/record-by-code.html")
    for text in ("CZE", *HOSTILE):
        page.fill("#p-code", text)
        answered(page)
        told = rows(run("query", "record-by-code", "--code", text, "-f", "json").stdout)
        assert rows(offered(page, "JSON")) == told
        assert bool(told) == (text == "CZE")
        assert page.title() != "broken"
    page = visit(QUERY)
    for text in ("org:esf> } UNION { ?a ?b ?c } #", "} #", "javascript:alert(1)", "no such thing"):
        page.fill("#p-donor", text)
        assert answered(page).startswith("donor: "), text
        assert page.get_attribute("#p-donor", "aria-invalid") == "true"
        assert page.locator("#result").is_hidden()


def test_a_query_of_ones_own_stays_inside_and_can_be_stopped(visitor: Visitor, address: str) -> None:
    page = visitor.open("sparql.html")
    text = "SELECT (COUNT(DISTINCT ?project) AS ?n) WHERE { ?project a mosty:Project }"
    page.fill("#text", text)
    answered(page)
    [row] = rows(offered(page, "JSON"))
    assert row["n"]["value"] == str(len(list((ROOT / "data/projects").glob("*.ttl"))))
    assert f"{address}mosty.nt.gz" in visitor.asked, "what the worker asks for is seen"
    for refused, why in (
        (f"SELECT * WHERE {{ SERVICE <{address}index.html> {{ ?s ?p ?o }} }}", "is not supported"),
        (f"LOAD <{address}mosty.ttl>", "error at 1:"),
        ("DELETE WHERE { ?s ?p ?o }", "error at 1:"),
        ("SELECT *\nnonsense", "error at 2:"),
    ):
        page.fill("#text", refused)
        assert why in answered(page)
        assert page.locator("#result").is_hidden()
    page.fill("#text", "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    page.click("#run")
    page.locator("#cancel").wait_for()
    page.wait_for_timeout(300)
    assert page.locator("#run").is_disabled()
    page.click("#cancel")
    assert page.locator("#cancel").is_hidden()
    page.fill("#text", 'CONSTRUCT { ?p a "<b>&amp;" } WHERE { ?p a mosty:Project } LIMIT 2')
    answered(page)
    assert page.locator("#result-table tbody tr").count() == 2
    assert "<b>&amp;" in page.inner_text("#result-table")


def test_a_stored_query_can_be_changed(visit: Open) -> None:
    page = visit(QUERY)
    page.fill("#p-donor", "org:esf")
    page.click("a.edit")
    page.wait_for_url("**/sparql.html?query=projects-by-donor")
    text = page.input_value("#text")
    assert "<https://w3id.org/mosty/id/org/esf>" in text
    assert "mosty:funder" in text
    assert answered(page).startswith("1 ")


# Keyboard, paper, no scripts, no server.


def test_the_keyboard_reaches_content_and_menu(visit: Open) -> None:
    page = visit(PROJECT)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    page.reload()
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "(() => { const e = document.activeElement, o = getComputedStyle(e);"
                " return [e.closest('nav.menu') ? e.textContent.trim() : '', o.outlineStyle !== 'none']; })()"
            )
        )
    assert all(seen for _, seen in reached), "each focus is seen"
    assert [name for name, _ in reached if name] == page.locator("nav.menu a").all_inner_texts()


def test_paper_has_content_and_no_controls(visit: Open) -> None:
    for path, kept in (("map.html", ".places details"), (PROJECT, "main section"), (LIST, "#results")):
        page = visit(path)
        page.emulate_media(media="print")
        for hidden in ("nav.menu", ".languages", ".skip", ".tools", ".filters"):
            assert not any(one.is_visible() for one in page.locator(hidden).all()), (path, hidden)
        assert page.locator(kept).first.is_visible()
        assert page.locator("h1").is_visible()


def test_pages_have_their_content_without_scripts(visit: Open, address: str) -> None:
    page = visit("lists/place/index.html", java_script_enabled=False)
    assert "Dobříš" in page.inner_text("#results")
    assert page.locator("#filters").is_hidden()
    for path, what, least in (
        ("map.html", "svg.map .marker", 5),
        ("map.html", "section.places details", 15),
        ("timeline.html", "svg.timeline a", 20),
        ("network.html", "svg.network .node", 20),
        (QUERY, "table.answer tbody tr", 2),
        (PROJECT, "main section", 5),
    ):
        page.goto(address + path)
        assert page.locator(".tools:visible, .roles:visible, #ask-form:visible").count() == 0
        assert page.locator(what).count() >= least, path
        assert page.locator(what).first.is_visible(), path


def test_pages_work_without_a_server(visit: Open) -> None:
    page = visit("map.html", from_file=True)
    start = view(page)
    page.click("#map button[data-do=in]")
    assert view(page)[2] < start[2]
    page.click("nav.languages a[hreflang=cs]")
    assert page.get_attribute("html", "lang") == "cs"
    for link in ("network.html", "timeline.html", "donors.html"):
        page.click(f"nav.menu a[href$='{link}']")
        assert page.locator("h1").is_visible()
    page = visit(QUERY, from_file=True)
    assert page.locator("#unable").is_visible()
    assert page.locator("#ask-form").is_hidden()
    assert page.locator("table.answer tbody tr").count() == 2
