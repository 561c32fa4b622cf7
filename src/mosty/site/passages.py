"""Passages of sources: each is described on the page of its source, where its IRI leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mosty.rdf.keys import Key
from mosty.site.evidence import Passage
from mosty.site.memo import once_for
from mosty.site.page import Page
from mosty.site.paths import is_plain, local_name, safe_name
from mosty.site.things import Things

MOST_PASSAGES = 500
"""So many passages of a source are listed; of more the page says how many there are."""


class Cited(NamedTuple):
    """A passage on the page of its source: the name of its place, the passage, the records that rest on it."""

    anchor: str
    passage: Passage
    records: Sequence[Key]


def cited(page: Page, source: Key) -> list[Cited]:
    """The passages of a source in their order, the first ones of very many."""
    things = page.things
    found = []
    for passage in things.evidence.cited(source)[:MOST_PASSAGES]:
        records = {things.record_of(subject) for subject in things.evidence.subjects(passage.key)} - {None}
        ordered = sorted((record for record in records if record), key=page.sort_key)
        found.append(Cited(anchor(things, passage.key, source), passage, ordered))
    return found


def where(page: Page, passage: Passage) -> str | None:
    """The relative address of a passage's place; None when its source has no page."""
    href = page.href(passage.source)
    place = _anchors(page.things, passage.source).get(passage.key)
    return f"{href}#{place}" if href and place else href


def anchor(things: Things, passage: Key, source: Key) -> str:
    """The name of a passage's place: ``passage/0-93``, where its IRI goes on like that after the name of its source.

    A fragment with a slash is that of no part: those have dots.
    """
    start = f"{things.config.base}id/"
    prefix, _, rest = passage[1:-1].removeprefix(start).partition("/")
    name, _, last = rest.partition("/")
    stem = things.paths.get(source, "")
    if (
        passage.startswith(f"<{start}")
        and stem.split("/")[2:] == [name]
        and is_plain(prefix)
        and is_plain(last)
    ):
        return f"{prefix}/{last}"
    return safe_name(local_name(passage), passage)


def _anchors(things: Things, source: Key) -> Mapping[Key, str]:
    known = _by_source(things)
    if source not in known:
        first = things.evidence.cited(source)[:MOST_PASSAGES]
        known[source] = {passage.key: anchor(things, passage.key, source) for passage in first}
    return known[source]


@once_for
def _by_source(_: Things) -> dict[Key, Mapping[Key, str]]:
    """What was found of each source; empty in the beginning."""
    return {}
