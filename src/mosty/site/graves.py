"""The pages of what was withdrawn: what it was, the last version that had it, what took its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from markupsafe import Markup, escape

from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key, literal_parts
from mosty.site.labels import Labels, Text, collated, shown
from mosty.site.memo import once_for
from mosty.site.page import Page, render
from mosty.site.paths import RECORDS, localised, record_paths
from mosty.site.things import Things

FOLDER = "withdrawn"
INDEX = f"{FOLDER}.html"
_VERSION = iri_key("http://www.w3.org/ns/dcat#version")
_MOST = 1000


class Grave(NamedTuple):
    """What a page says of a thing that was withdrawn.

    Attributes:
        key: its IRI.
        name: the last name that it had.
        version: the last version that had it.
        successor: what took its place, as a link.
    """

    key: Key
    name: Text
    version: str | None
    successor: Markup | None


def pages(things: Things, language: str) -> Iterator[tuple[str, Iterator[str]]]:
    """Make the list of what was withdrawn, and the page of each, in one language."""
    paths = _paths(things)
    if not paths:
        return
    page = Page(things, language, INDEX)
    graves = {key: _grave(page, key, paths) for key in paths}
    ordered = sorted(paths, key=lambda key: (collated(graves[key].name.text, page.ui), key))
    yield render(
        things,
        language,
        INDEX,
        "withdrawn.html",
        graves=[(graves[key], page.to(f"{paths[key]}.html")) for key in ordered[:_MOST]],
        rest=max(0, len(ordered) - _MOST),
    )
    for key, stem in paths.items():
        page = Page(things, language, f"{stem}.html")
        yield render(things, language, page.plain_path, "grave.html", grave=_grave(page, key, paths))


def every_path(things: Things) -> set[str]:
    """The paths of the pages of single things, in all languages."""
    stems = _paths(things).values()
    return {localised(f"{stem}.html", tag, things.languages) for stem in stems for tag in things.languages}


def path(things: Things, key: Key) -> str | None:
    """The path of the page of something that was withdrawn, without the language; None for anything else."""
    stem = _paths(things).get(key)
    return f"{stem}.html" if stem else None


@once_for
def _paths(things: Things) -> dict[Key, str]:
    """The path of the page of each: beside those of records, for rules take a page there for a record."""
    below = f"{things.config.base}{RECORDS}/"
    known = [prefix for prefix, namespace in dict(things.prefixes).items() if namespace.startswith(below)]
    gone = [key for key in things.info.gone if things.record_of(key) is None and key not in things.paths]
    found = record_paths(gone, things.prefixes, known)
    return {key: f"{FOLDER}{path.removeprefix(RECORDS)}" for key, path in found.items()}


@once_for
def _labels(things: Things) -> Labels:
    graph = things.info.tombstones or Graph()
    return Labels((graph,), things.prefixes, things.languages)


def _grave(page: Page, key: Key, paths: Mapping[Key, str]) -> Grave:
    things = page.things
    graph = things.info.tombstones or Graph()
    version = graph.column(_VERSION).one.get(key)
    successor = things.info.gone[key]
    link = page.link(successor) if successor else None
    if successor and successor in paths:
        name = page.text(_labels(things).label(successor, page.language))
        link = Markup(f'<a href="{escape(page.to(f"{paths[successor]}.html"))}">{name}</a>')
    return Grave(
        key,
        _labels(things).label(key, page.language),
        shown(literal_parts(version)[0]) if version and version[0] == '"' else None,
        link,
    )
