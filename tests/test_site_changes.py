"""What the site says of changes and of the files of a release, in the language of the page."""

from __future__ import annotations

import pytest

from conftest import ROOT
from mosty.publish.content import Content
from mosty.publish.staging import ReleaseFile
from mosty.query import Catalogue
from mosty.site import changes
from mosty.site.page import Page
from mosty.site.things import Info, Things
from mosty.site.titles import file_title
from mosty.workspace import Workspace
from mosty.workspace.config import Config
from site_pages import Reader, of_all_languages, things_of

ENGLISH = r"""# What changed: ours

## 1.1.0, 2025-03-17

From 1.0.0 to 1.1.0

### Records

2 records: 1 added, 1 changed

#### Project

- changed: **Sunrise \*\<b\>x\</b\>\*** (`project:czech-towns`)
  - donor added: European Social Fund \[org:esf\]
- added: **`nothing`** (`project:not-there`)

#### Stored query

- changed: **who-says**

## 1.0.0

The first release.
"""
CZECH = "# Co se změnilo\n\n## 1.1.0, 2025-03-17\n\nZ 1.0.0 na 1.1.0\n\n## 1.0.0\n\nPrvní vydání.\n"


@pytest.fixture(scope="module")
def things() -> Things:
    return things_of(ROOT)


def test_changes_are_a_page_that_leads_to_the_records(things: Things) -> None:
    things.info = Info("mosty", history={"en": ENGLISH, "cs": CZECH})
    things.queries = [Catalogue(Workspace(ROOT)).get("who-says")]
    pages = of_all_languages(things, changes.pages)
    assert pages.keys() == {"changes.html", "cs/changes.html"}
    english, czech = map(Reader, pages.values())
    assert english.faults + czech.faults == []
    links = {attributes["href"] for attributes in english.all("a") if attributes["href"].startswith("id/")}
    assert links == {"id/project/czech-towns.html", "id/org/esf.html"}
    assert "changed: Sunrise *<b>x</b>* project:czech-towns" in english.text
    assert "donor added: European Social Fund org:esf" in english.text
    assert '<a href="queries/who-says.html"><strong>Who says this</strong></a>' in pages["changes.html"]
    assert "Version 1.1.0, 17 March 2025" in english.text
    assert english.text.index("1.1.0") < english.text.index("The first release.")
    assert "Verze 1.1.0, 17. března 2025" in czech.text
    assert "První vydání." in czech.text


def test_long_changes_are_cut_and_say_so(things: Things, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "MOST", 2)
    lines = "".join(f"- added: **Record {number}**\n  - point\n" for number in range(5))
    things.info = Info("mosty", history={"en": f"# T\n\n## 1.0.0\n\n### Records\n\n{lines}"})
    pages = of_all_languages(things, changes.pages)
    assert "Record 1" in pages["changes.html"]
    assert "Record 2" not in pages["changes.html"]
    assert pages["changes.html"].count("point") == 2
    assert "and 3 more: CHANGES.md" in Reader(pages["changes.html"]).text
    assert '<section aria-labelledby="release-1" lang="en">' in pages["cs/changes.html"], (
        "what is English says so"
    )


def test_without_a_release_before_the_page_says_so(things: Things) -> None:
    things.info = Info("mosty")
    assert "first release" in of_all_languages(things, changes.pages)["changes.html"]


def test_files_are_told_in_the_language_of_the_page(
    things: Things, own_tables: dict[str, bytes], own_content: tuple[Content, Config]
) -> None:
    content, config = own_content
    whole = Things(content, config, Info("mosty"), Catalogue(Workspace(ROOT)).all())
    stems = (
        "mosty",
        "mosty-derived",
        "mosty-annotated",
        "ontology",
        "schemes",
        "shapes",
        "provenance",
        "void",
    )
    paths = [f"{stem}.ttl" for stem in stems] + [
        f"mosty.{end}" for end in ("nt", "nq", "trig", "jsonld", "rdf")
    ]
    paths += [
        "CHANGES.md",
        "CHANGES.cs.md",
        "changes.rdfp",
        "tombstones.ttl",
        "release.json",
        "workspace.toml",
    ]
    paths += ["context.jsonld", "ontology.rdf", "LICENSE.txt", "CITATION.cff", "kinds/projects.ttl"]
    paths += ["queries/who-says.rq", "rules/donors.rq", *own_tables]
    told = {
        lang: [file_title(Page(whole, lang, "about.html"), _file(path)) for path in paths]
        for lang in ("en", "cs")
    }
    assert {title.text for title in told["en"]} == {"What it holds"}, "as the release says it"
    assert [path for path, title in zip(paths, told["cs"], strict=True) if title.language != "cs"] == []
    found = dict(zip(paths, (title.text for title in told["cs"]), strict=True))
    assert found["queries/who-says.rq"] == "Uložený dotaz: Kdo to říká"
    assert found["tables/projects.csv"] == "Projekt (tabulka)"
    assert found["CHANGES.cs.md"] == "Co se změnilo od předchozího vydání (čeština)"
    assert file_title(Page(whole, "cs", "about.html"), _file("queries/unknown.rq")) == ("What it holds", "en")


def _file(path: str) -> ReleaseFile:
    return ReleaseFile(path, "What it holds", 1, "")
