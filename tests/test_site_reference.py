"""The reference pages of a site: ontology, rules, stored queries with their answers."""

from __future__ import annotations

import csv
import gzip
import io
import json
import posixpath
import re
from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import mosty
from conftest import ROOT, Published
from mosty.model.solutions import Solutions
from mosty.model.terms import Term
from mosty.publish.content import Content, read_content
from mosty.query import Catalogue
from mosty.query.frontmatter import values_line
from mosty.rdf.graph import Graph
from mosty.rdf.keys import lexical_form
from mosty.site.reference import answers, queries
from mosty.site.things import Info, Things
from mosty.workspace import Workspace
from web_servers import nginx

BASE = "https://w3id.org/mosty/"
SKOS, SH = "http://www.w3.org/2004/02/skos/core#", "http://www.w3.org/ns/shacl#"
FOLDERS = ("", "cs/")
NAMES = ("ontology", "shapes", "queries", "sparql")


class Parsed(HTMLParser):
    """What a page holds: identifiers, links, text by identifier, data blocks, and all that a strict policy forbids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.forbidden: list[str] = []
        self.texts: dict[str, str] = defaultdict(str)
        self.data: list[str] = []
        self.rows = 0
        self._in_data = False
        self._terms: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if found := given.get("id"):
            self.ids.append(found)
        self.links += [given[name] or "" for name in ("href", "src") if given.get(name)]
        self.forbidden += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        if tag == "article":
            self._terms.append(found or "")
        if tag == "script" and "src" not in given:
            self._in_data = given.get("type") in ("application/json", "application/ld+json")
            if not self._in_data:
                self.forbidden.append("inline script")
            self.data.append("")
        self.forbidden += [tag] if tag in ("style", "iframe", "object", "base") else []
        self.rows += tag == "tr"

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self._terms.pop()
        if tag == "script":
            self._in_data = False

    def handle_data(self, data: str) -> None:
        if self._in_data:
            self.data[-1] += data
        elif self._terms:
            self.texts[self._terms[-1]] += data


@pytest.fixture(scope="module")
def site(published_once: Published) -> Path:
    return published_once.folder


def page(site: Path, path: str) -> Parsed:
    return Parsed((site / path).read_text("utf-8"))


def rows(text: str) -> tuple[tuple[Term | None, ...], ...]:
    answer = mosty.open(ROOT).sparql(text)
    assert isinstance(answer, Solutions)
    return answer.rows


def graph_of(path: Path) -> Graph:
    return Graph.of(ox.parse(path.read_bytes(), ox.RdfFormat.TURTLE))


@pytest.mark.parametrize(("folder", "language"), [("", "en"), ("cs/", "cs")])
def test_every_term_is_explained_at_its_address(site: Path, folder: str, language: str) -> None:
    parsed, graph = page(site, f"{folder}ontology.html"), graph_of(site / "ontology.ttl")
    definitions = graph.column(f"<{SKOS}definition>")
    own = [key for key in definitions.one if key.startswith(f"<{BASE}ontology#")]
    assert len(own) > 100
    for key in own:
        local = key[1:-1].split("#")[1]
        assert parsed.ids.count(local) == 1, key
        for definition in definitions.values(key):
            shown = lexical_form(definition) in parsed.texts[local]
            assert shown == definition.endswith(f"@{language}"), definition


def test_uses_are_counted(site: Path) -> None:
    text = " ".join(page(site, "ontology.html").texts["Project"].split())
    ((count,),) = rows("SELECT (COUNT(*) AS ?n) { ?p a <https://w3id.org/mosty/ontology#Project> }")
    assert f"{count} instances" in text.replace("\u00a0", " ")


@pytest.mark.parametrize(("folder", "language"), [("", "en"), ("cs/", "cs")])
def test_every_rule_is_told_with_its_message_and_reason(site: Path, folder: str, language: str) -> None:
    parsed, graph = page(site, f"{folder}shapes.html"), graph_of(site / "shapes.ttl")
    messages, descriptions = (graph.column(f"<{SH}{name}>") for name in ("message", "description"))
    named = [key for key in messages.one if key.startswith(f"<{BASE}shapes#")]
    assert len(named) > 200
    for key in named:
        local = key[1:-1].split("#")[1]
        assert parsed.ids.count(local) == 1, key
        texts = {*messages.values(key), *descriptions.values(key)}
        said = [lexical_form(value) for value in texts if value.endswith(f"@{language}")]
        assert len(said) == 2, key
        assert all(" ".join(text.split()) in " ".join(parsed.texts[local].split()) for text in said), key


def test_pages_hold_nothing_that_a_strict_policy_forbids(site: Path) -> None:
    for path in [*site.glob("queries/*.html"), *(site / f"{f}{n}.html" for f in FOLDERS for n in NAMES)]:
        assert Parsed(path.read_text("utf-8")).forbidden == [], path


def test_links_lead_to_what_is_there(site: Path) -> None:
    names = [f"{folder}{name}.html" for folder in FOLDERS for name in NAMES]
    names += [
        str(path.relative_to(site)) for folder in FOLDERS for path in site.glob(f"{folder}queries/*.html")
    ]
    wanted: dict[str, set[str]] = defaultdict(set)
    for name in names:
        for link in page(site, name).links:
            if not re.match(r"https?:", link):
                address, _, fragment = link.replace("?query=", "#?").partition("#")
                fragment = "" if fragment.startswith("?") else fragment
                target = (
                    posixpath.normpath(posixpath.join(posixpath.dirname(name), address)) if address else name
                )
                wanted[target].add(fragment)
    assert len(wanted) > 300
    for target, fragments in wanted.items():
        assert (site / target).is_file(), target
        if fragments - {""}:
            assert fragments - {""} <= set(page(site, target).ids), target


def test_a_release_answers_for_its_iris(site: Path) -> None:
    asked = {
        "id/org/iom": "text/turtle",
        "id/theme/integration": "text/html",
        "ontology": "text/turtle",
        "ontology/places": "text/html",
        "shapes": "text/turtle",
        "dataset": "application/n-quads",
        "catalogue": "text/turtle",
        "": "text/html",
    }
    with nginx(site, site / "negotiation") as server:
        for path, media in asked.items():
            answer = server.ask(f"/{path}", {"Accept": media})
            assert answer.status == 303, path
            found = server.ask(answer.headers["location"])
            assert (found.status, found.headers["content-type"].split(";")[0]) == (200, media), path
        for path in ("static/query-worker.js", "sparql.html", "queries/who-says.html"):
            policy = server.ask(f"/{path}").headers["content-security-policy"]
            assert "script-src 'self' 'wasm-unsafe-eval';" in policy


def test_every_stored_query_has_its_page_answer_and_files(site: Path) -> None:
    for query in Catalogue(Workspace(ROOT)).all():
        for folder, title in zip(FOLDERS, (query.title, query.translations["cs"].title), strict=True):
            text = (site / f"{folder}queries/{query.name}.html").read_text("utf-8")
            assert title in text.replace("&#39;", "'").replace("&amp;", "&")
            if folder == "" or "lang" in query.parameters:
                found = {path.suffix for path in site.glob(f"{folder}queries/{query.name}.*")}
                assert found - {".html", ".rq"} in ({".csv", ".json"}, {".json"}, {".nt"}), query.name


def test_czech_pages_ask_and_answer_in_czech(site: Path) -> None:
    assert "První vydání." in (site / "cs/changes.html").read_text("utf-8")
    text = (site / "cs/queries/funding-chain.html").read_text("utf-8")
    assert '<th scope="col">článek</th>' in text, "a heading of the query's own"
    assert '<th scope="col">krok</th>' in text
    assert "Evropský sociální fond" in text
    assert "European Social Fund" not in text
    assert setup(site, "cs/queries/funding-chain.html")["headings"]["other"] == "článek"
    names = {folder: (site / f"{folder}queries/funding-chain.csv").read_text("utf-8") for folder in FOLDERS}
    assert ["European Social Fund" in names[folder] for folder in FOLDERS] == [True, False]
    for path in (
        *site.glob("cs/queries/*.html"),
        *(site / f"cs/{n}.html" for n in ("queries", "about", "changes", "shapes")),
    ):
        assert 'lang="en"' not in path.read_text("utf-8").partition("<main")[2].partition("<td")[0], path


@pytest.mark.parametrize("name", ["who-funded-what", "places-inside-a-place", "who-says", "timeline"])
def test_an_answer_is_that_of_the_command_line(site: Path, name: str) -> None:
    answer = mosty.open(ROOT).query(name)
    assert isinstance(answer, Solutions)
    stored = json.loads((site / f"queries/{name}.json").read_text("utf-8"))
    assert tuple(stored["head"]["vars"]) == answer.variables
    bindings = stored["results"]["bindings"]
    found = [tuple(row[v]["value"] if v in row else None for v in answer.variables) for row in bindings]
    assert found == [tuple(None if term is None else str(term) for term in row) for row in answer.rows]
    table = list(csv.reader(io.StringIO((site / f"queries/{name}.csv").read_text("utf-8"), newline="")))
    assert len(table) == len(answer.rows) + 1
    assert page(site, f"queries/{name}.html").rows == min(len(answer.rows), answers.MOST_ROWS) + 1


def setup(site: Path, path: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page(site, path).data[-1])
    return found


def test_the_pieces_of_a_query_make_its_text(site: Path) -> None:
    for query in Catalogue(Workspace(ROOT)).all():
        about = setup(site, f"queries/{query.name}.html")
        slots = about["slots"]
        assert {slot["name"] for slot in slots} == set(query.parameters)
        text = "".join(
            piece + (f" {slots[place]['default']} " if place < len(slots) else "")
            for place, piece in enumerate(about["pieces"])
        )
        bare = re.sub(r"\A(?:#\+.*\n)+\s*", "", query.text)
        assert re.sub(r"[ \t]+", " ", text) == re.sub(r"[ \t]+", " ", bare), query.name
        for slot in slots:
            assert values_line(slot["name"]).search(text), query.name


def test_values_are_chosen_from_lists(site: Path) -> None:
    path = site / "queries/choices" / _list_of(site, "projects-by-donor", "donor")
    donors = json.loads(path.read_text("utf-8"))
    known = rows(
        "SELECT DISTINCT ?o { ?o a/<http://www.w3.org/2000/01/rdf-schema#subClassOf>* "
        "<https://w3id.org/mosty/ontology#Organisation> }"
    )
    assert len(donors) == len(known)
    assert ["org:esf", "European Social Fund"] in donors


def _list_of(site: Path, query: str, parameter: str) -> str:
    text = (site / f"queries/{query}.html").read_text("utf-8")
    match = re.search(rf'id="p-{parameter}"[^>]*data-list="([^"]*)"', text)
    assert match is not None
    return match[1].rsplit("/", 1)[1]


def test_the_browser_asks_what_the_command_line_asks(site: Path) -> None:
    dumps = setup(site, "queries/who-says.html")["dumps"]
    triples = set()
    for dump in dumps:
        data = (site / dump["path"]).read_bytes()
        assert dump["size"] == len(data)
        kind = ox.RdfFormat.N_TRIPLES if ".nt" in dump["path"] else ox.RdfFormat.TURTLE
        quads = ox.parse(gzip.decompress(data) if dump["path"].endswith(".gz") else data, kind)
        triples |= {(str(q.subject), str(q.predicate), str(q.object)) for q in quads}
    # The ontology of a release is one file, which imports no module of its own.
    ((count,),) = rows(
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(?p != <http://www.w3.org/2002/07/owl#imports>) }"
    )
    assert len(triples) == int(str(count))


# Pages made here, of content that no workspace would hold.


@pytest.fixture(scope="module")
def content() -> Content:
    return read_content(Workspace(ROOT))


def things_of(content: Content, names: list[str]) -> Things:
    workspace = Workspace(ROOT)
    catalogue = Catalogue(workspace)
    return Things(content, workspace.config, Info("mosty"), [catalogue.get(name) for name in names])


def made(things: Things, language: str = "en") -> dict[str, str]:
    return {
        path: "".join(chunk if isinstance(chunk, str) else chunk.decode() for chunk in chunks)
        for path, chunks in queries.pages(things, language)
    }


def test_what_is_not_translated_is_marked_as_english(content: Content) -> None:
    things = things_of(content, ["who-funded-what"])
    (query,) = things.queries
    words = query.translations["cs"]._replace(question="", parameters={})
    text = query.text.replace("?currency\n", "(?currency AS ?myMoney)\n", 1)
    things = Things(
        content, things.config, things.info, [query._replace(translations={"cs": words}, text=text)]
    )
    found = made(things, "cs")["cs/queries/who-funded-what.html"]
    assert "<h1>Kdo co financoval</h1>" in found
    assert f'<p class="lead"><span lang="en">{query.question}</span></p>' in found
    assert '<th scope="col"><span lang="en">my money</span></th>' in found
    assert '<span lang="en">the organisation that funds, with its units</span>' in found


def test_a_large_graph_is_asked_by_the_reader(content: Content, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_TRIPLES", 10)
    things = things_of(content, ["who-funded-what"])
    text = made(things)["queries/who-funded-what.html"]
    assert "too large to answer" in text
    assert list(queries.files(things)) == []
    assert 'id="ask-form"' in text or "without the query engine" in text


def test_without_the_engine_a_page_says_what_works(content: Content, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "find_assets", lambda: None)
    found = made(things_of(content, ["who-funded-what"]))
    for path in ("queries/who-funded-what.html", "sparql.html"):
        parsed = Parsed(found[path])
        assert "ask-form" not in parsed.ids
        assert "without the query engine" in found[path]
        assert not any("query.js" in link for link in parsed.links)
    assert "mosty query who-funded-what" in found["queries/who-funded-what.html"]


def test_a_required_parameter_gets_an_example(content: Content) -> None:
    things = things_of(content, ["record-profile"])
    told = answers.answers(things)["queries/record-profile"]
    assert told.total > 1
    assert "for example for" in made(things)["queries/record-profile.html"]


def asking(content: Content, text: str) -> Things:
    things = things_of(content, ["who-funded-what"])
    (query,) = things.queries
    own = query._replace(name="own", text=text, parameters={}, wider=None)
    return Things(content, things.config, things.info, [own])


def test_a_line_separator_in_a_literal_is_no_end_of_a_line(content: Content) -> None:
    text = 'CONSTRUCT { <http://example.org/a> <http://example.org/b> "one\u2028two\u0085three" } WHERE {}'
    told = answers.answers(asking(content, text))["queries/own"]
    assert (told.total, [str(row[2]) for row in told.rows]) == (1, ["one\u2028two\u0085three"])


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (RAND() AS ?chance) {}",
        "ASK { FILTER(\\u006eow() > 0) }",
        "CONSTRUCT { [] a <http://example.org/C> } WHERE {}",
        "SELECT ?new { BIND (BNODE() AS ?new) }",
    ],
)
def test_an_answer_that_changes_is_left_out(content: Content, text: str) -> None:
    things = asking(content, text)
    assert list(queries.files(things)) == []
    assert "The answer is another one each time" in made(things)["queries/own.html"]


def test_hostile_texts_stay_texts(content: Content) -> None:
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'"
    things = things_of(content, ["who-funded-what"])
    (query,) = things.queries
    parameter = query.parameters["donor"]._replace(help=evil, default=f'"{evil}"')
    hostile = query._replace(
        title=evil,
        question=evil,
        description=evil,
        tags=(evil,),
        text=query.text.replace("WHERE {", f"WHERE {{ # {evil}"),
        parameters={**query.parameters, "donor": parameter},
    )
    things = Things(content, things.config, things.info, [hostile])
    for path, text in made(things).items():
        if path.endswith(".html"):
            parsed = Parsed(text)
            assert parsed.forbidden == [], path
            assert "x" not in parsed.links
