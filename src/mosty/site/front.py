"""The pages that every site has: home, about and downloads, and the one for what is not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from mosty.publish.staging import ReleaseFile
from mosty.rdf.keys import Key, iri_key
from mosty.site.lists import kinds
from mosty.site.page import Page, render, written
from mosty.site.paths import list_path
from mosty.site.structured import of_release
from mosty.site.things import TYPE, Things
from mosty.site.titles import file_title

_THEMES = 12
_STATEMENT_SUBJECT = iri_key("http://www.w3.org/1999/02/22-rdf-syntax-ns#subject")


def pages(things: Things, language: str) -> Iterator[tuple[str, Iterator[str]]]:
    """Make the home page in one language."""
    page = Page(things, language, "index.html")
    counts = [
        (page.plural(iri_key(kind.record_class)), page.to(list_path(kind)), len(records))
        for kind, records in kinds(things)
    ]
    yield render(
        things,
        language,
        "index.html",
        "home.html",
        counts=counts,
        facts=things.facts,
        evidence=len(things.graph.column(_STATEMENT_SUBJECT)),
        themes=_most_used(things),
        release=of_release(page),
    )


def about(things: Things, language: str) -> Iterator[tuple[str, Iterator[str]]]:
    """Make the page about the register and its files, in one language."""
    page = Page(things, language, "about.html")
    yield render(
        things,
        language,
        "about.html",
        "about.html",
        files=_by_folder(things.info.files),
        title=partial(file_title, page),
        release=of_release(page),
    )


def not_found(things: Things) -> Iterator[tuple[str, Iterator[str]]]:
    """Make the page for addresses that lead nowhere, in all languages at once."""
    page = Page(things, things.languages[0], "404.html", anywhere=True)
    languages = [Page(things, tag, "404.html", anywhere=True) for tag in things.languages]
    yield page.path, written(page, "404.html", languages=languages)


def _by_folder(
    files: Iterable[ReleaseFile],
) -> list[tuple[str, list[tuple[ReleaseFile, ReleaseFile | None]]]]:
    """The files of each folder, those at the root first, each with the compressed one beside it."""
    known = {file.path: file for file in files}
    folders: dict[str, list[tuple[ReleaseFile, ReleaseFile | None]]] = {}
    for path, file in sorted(known.items(), key=lambda item: ("/" in item[0], item[0])):
        if not (path.endswith(".gz") and path[:-3] in known):
            folders.setdefault(path.rpartition("/")[0], []).append((file, known.get(f"{path}.gz")))
    return list(folders.items())


def _most_used(things: Things) -> list[tuple[Key, int]]:
    """The concepts that most records have as their theme, or (where there are no themes) as anything."""
    theme = iri_key("https://w3id.org/mosty/ontology#theme")
    columns = [theme] if theme in things.graph.columns else sorted(things.graph.columns.keys() - {TYPE})
    counts: dict[Key, int] = {}
    concepts = set(things.concepts)
    for predicate in columns:
        for subject, value in things.graph.column(predicate).pairs():
            if value in concepts and things.is_record(subject):
                counts[value] = counts.get(value, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_THEMES]
