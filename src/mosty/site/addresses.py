"""The rules of content negotiation of a release with a site: where each of its IRIs leads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from mosty.publish import negotiation
from mosty.rdf.keys import Key
from mosty.site.passages import anchor
from mosty.site.paths import localised
from mosty.site.reference.terms import ontologies, shapes_graphs
from mosty.site.things import Things

_PAGES = {
    "ontology": "ontology.html",
    "shapes": "shapes.html",
    "dataset": "index.html",
    "evidence": "about.html#evidence",
}


def rules(
    things: Things, files: Collection[str], gone: Mapping[Key, Key | None]
) -> Iterator[tuple[str, str, Iterator[str]]]:
    """The files with the rules: path, title and content.

    Args:
        things: what the site is about.
        files: the paths of all other files of the release, those of the site among them.
        gone: what was withdrawn, and what took its place.
    """
    yield from negotiation.rules(routes(things, files, gone), files)


def routes(things: Things, files: Collection[str], gone: Mapping[Key, Key | None]) -> negotiation.Routes:
    """Where the IRIs of a release lead."""
    config = things.config
    root, address = negotiation.whereabouts(config)
    known = files if isinstance(files, set | frozenset) else set(files)
    return negotiation.find_routes(
        config,
        things.paths,
        _parts(things),
        negotiation.documents(
            config,
            name=things.info.name,
            vocabularies={"ontology": ontologies(things), "shapes": shapes_graphs(things)},
            pages=_PAGES,
            files=known,
            evidence=_prefixes(things, things.content.evidence),
            inside=negotiation.find_inside(_passages(things), config.base),
        ),
        files=known,
        folders={tag: localised("", tag, things.languages) for tag in things.languages},
        gone=gone,
        root=root,
        address=address,
    )


def _parts(things: Things) -> Iterator[tuple[Key, Key, str]]:
    for record in things.all_records:
        for part in things.parts_of(record):
            yield part, record, things.fragment(part)


def _passages(things: Things) -> Iterator[tuple[Key, str, str]]:
    for passage, source in things.evidence.passage_sources():
        if source in things.paths:
            yield passage, things.paths[source], anchor(things, passage, source)


def _prefixes(things: Things, keys: Iterable[Key]) -> set[str]:
    """The names below ``id/`` of things that have no page."""
    start = f"<{things.config.base}id/"
    return {
        key[len(start) :].split("/")[0]
        for key in keys
        if key.startswith(start) and "/" in key[len(start) :] and key not in things.paths
    }
