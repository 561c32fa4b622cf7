"""All files of a record: its page in each language, and its data in each format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mosty.rdf.keys import Key
from mosty.site.donors import donor_page
from mosty.site.downloads import NAMES, Downloads
from mosty.site.gathered import Gathered
from mosty.site.page import Page, written
from mosty.site.passages import cited
from mosty.site.pictures.ego import ego
from mosty.site.pictures.map import locator
from mosty.site.sources import Resting, groups, resting
from mosty.site.structured import of_thing
from mosty.site.things import Things
from mosty.site.views import RecordView


class RecordFiles:
    """Makes all files of a record: its pages and its data.

    Args:
        things: where the records are.
    """

    def __init__(self, things: Things) -> None:
        self._things = things
        self._downloads = Downloads(things)
        self._sources = resting(things)

    def __call__(self, record: Key) -> Iterator[tuple[str, str, Iterator[str] | str]]:
        """Make the files of one record: path, title, content."""
        things, stem = self._things, self._things.paths[record]
        rests = self._sources.get(record)
        texts = self._downloads.of(record)
        for extension, text in texts.items():
            yield f"{stem}.{extension}", f"A record as {NAMES[extension]}", text
        gathered = Gathered(things, record)
        for language in things.languages:
            path, chunks = _page(gathered, language, [*texts], rests)
            yield path, "A page of the site", chunks


def _page(
    gathered: Gathered, language: str, formats: Sequence[str], rests: Resting | None
) -> tuple[str, Iterator[str]]:
    things, record = gathered.things, gathered.record
    page = Page(things, language, f"{things.paths[record]}.html")
    return page.path, written(
        page,
        "record.html",
        view=RecordView(page, gathered),
        files=[(extension, NAMES[extension]) for extension in formats],
        about=of_thing(page, record),
        rests=rests,
        groups=groups(page, rests) if rests else (),
        passages=cited(page, record) if rests else (),
        locator=locator(page, record),
        ego=ego(page, record),
        donor=donor_page(things, record),
    )
