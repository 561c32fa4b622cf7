"""Pages of the site for tests: made from a workspace, read as HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from mosty.publish.content import read_content
from mosty.site.things import Things
from mosty.workspace.workspace import Workspace

XSD = "http://www.w3.org/2001/XMLSchema#"
ID = "https://w3id.org/mosty/id/"
HEAD = f"""@base <{ID}> .
@prefix amount-kind: <{ID}amount-kind/> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix mosty: <https://w3id.org/mosty/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <{XSD}> .
"""
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())


def things_of(root: Path) -> Things:
    """The things of a workspace."""
    workspace = Workspace(root)
    return Things(read_content(workspace), workspace.config)


def made(pages: Iterator[tuple[str, Any]]) -> dict[str, str]:
    """Pages by path, each as one text."""
    return {path: _whole(chunks) for path, chunks in pages}


def _whole(chunks: Any) -> str:
    parts = [chunks] if isinstance(chunks, str | bytes) else chunks
    return "".join(part if isinstance(part, str) else part.decode("latin-1") for part in parts)


def of_all_languages(things: Things, *sets: Callable[[Things, str], Any]) -> dict[str, str]:
    """The pages of some sets, in all languages."""
    found: dict[str, str] = {}
    for pages in sets:
        for language in things.languages:
            for path, text in made(pages(things, language)).items():
                assert path not in found, path
                found[path] = text
    return found


def write(root: Path, text: str, name: str = "projects/more") -> None:
    """Write a file of records; IRIs are relative to that of records."""
    (root / f"data/{name}.ttl").write_text(HEAD + text, "utf-8")


class Reader(HTMLParser):
    """Reads a page: its elements, its text, and what is wrong with how they are nested."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.faults: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        self.faults += [f"<{name}> is not closed" for name in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        """All text, with single spaces."""
        return " ".join("".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of all elements of a name."""
        return [attributes for name, attributes in self.elements if name == tag]
