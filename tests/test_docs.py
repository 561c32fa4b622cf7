"""The documentation: what it shows is what happens, links lead somewhere, generated pages are up to date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import docs
import pyoxigraph as ox
import pytest
import reference

from mosty.cli.main import VERBS
from mosty.workspace import Workspace

ROOT = docs.ROOT
PAGES = docs.pages()
LINK = re.compile(r"\[[^\]\[]*\]\((?!https?:|mailto:)(?P<path>[^)#\s]*)(?:#(?P<anchor>[^)\s]+))?\)")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="session")
def mistakes(request: pytest.FixtureRequest, _environment: None) -> Iterator[dict[Path, Future[list[str]]]]:
    """What is wrong on each page that is tested; two at a time, in processes, since commands need the main thread."""
    items = (getattr(item, "callspec", None) for item in request.session.items)
    wanted = {call.params["page"] for call in items if call and "page" in call.params}
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        longest_first = sorted(wanted, key=lambda page: -page.stat().st_size)
        yield {page: pool.submit(docs.mistakes, page) for page in longest_first}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_shows_what_happens(page: Path, mistakes: dict[Path, Future[list[str]]]) -> None:
    wrong = mistakes[page].result()
    assert not wrong, "\n".join([*wrong, "", f"mend it, or run: python tests/tools/docs.py {name(page)}"])


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_examples_of_data_are_in_the_data(page: Path) -> None:
    workspace = Workspace(ROOT)
    prefixes = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in workspace.prefixes.items())
    for block in docs.blocks(page.read_text(encoding="utf-8")):
        if source := block.options.get("from"):
            shown = {q.triple for q in ox.parse(prefixes + block.text, format=ox.RdfFormat.TURTLE)}
            there = {q.triple for q in ox.parse(path=str(ROOT / source))}
            assert shown, f"{name(page)}:{block.start}: no triples"
            assert shown <= there, f"{name(page)}:{block.start}: not in {source}: {shown - there}"


def test_every_verb_is_shown_at_work() -> None:
    used = set().union(*(docs.verbs_used(page.read_text(encoding="utf-8")) for page in PAGES))
    assert set(VERBS) - used == set()


def test_relative_links_lead_somewhere() -> None:
    broken = []
    for page in [*PAGES, *ROOT.glob("docs/reference/*.md")]:
        for link in links(page):
            target = (page.parent / link["path"]).resolve() if link["path"] else page
            if not target.exists() or (link["anchor"] and link["anchor"] not in anchors(target)):
                broken.append(f"{name(page)}: {link[0]}")
    assert not broken, "\n".join(broken)


def test_every_page_is_reached_from_the_index() -> None:
    seen: set[Path] = set()
    queue = [ROOT / "docs/README.md"]
    while queue:
        page = queue.pop()
        if page.suffix == ".md" and page.exists() and page not in seen:
            seen.add(page)
            queue += [(page.parent / link["path"]).resolve() for link in links(page)]
    assert [name(p) for p in sorted(ROOT.glob("docs/**/*.md")) if p not in seen] == []


def test_reference_is_up_to_date() -> None:
    stale = [
        name(path)
        for path, content in reference.pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != content
    ]
    assert stale == [], "run `make docs`"


def links(page: Path) -> list[re.Match[str]]:
    """The relative links of a page, those in code left out."""
    text = re.sub(r"^ *```.*?^ *```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return list(LINK.finditer(re.sub(r"`[^`\n]*`", "", text)))


def anchors(page: Path) -> set[str]:
    """The anchors that the headings of a page get on the usual forges."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
