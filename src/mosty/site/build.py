"""The site as a whole: which sets of pages there are, and how they become files of a release."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from importlib import resources
from itertools import chain
from typing import NamedTuple

from mosty.publish.content import Content
from mosty.publish.staging import Stage
from mosty.query.frontmatter import StoredQuery
from mosty.rdf.keys import Key
from mosty.site import addresses, changes, donors, front, graves, lists, schemes, sitemap
from mosty.site.forking import File, Unit, make_files, processes_for
from mosty.site.menu import MenuEntry
from mosty.site.page import Pages
from mosty.site.pictures import map as map_of_places
from mosty.site.pictures import network, timeline
from mosty.site.records import RecordFiles
from mosty.site.reference import ontology, queries, shapes
from mosty.site.reference.terms import terms
from mosty.site.things import Info, Things
from mosty.workspace.config import Config

_RECORDS = 16  # make a unit: neighbours have much in common


class PageSet(NamedTuple):
    """A set of pages.

    Attributes:
        name: how the list of files calls it.
        pages: makes the pages of one language: paths (with the language's folder) and their content.
        menu: its entry in the main menu, if it has one.
        once: makes the files that all languages share.
        when: whether there is anything to make.
    """

    name: str
    pages: Callable[[Things, str], Pages] | None = None
    menu: MenuEntry | None = None
    once: Callable[[Things], Pages] | None = None
    when: Callable[[Things], bool] = lambda _: True


# In the order of the main menu.
PAGE_SETS: tuple[PageSet, ...] = (
    PageSet("front", front.pages, once=front.not_found),
    PageSet(
        "lists",
        lists.pages,
        MenuEntry("records", "search.html", ("lists", "id"), "records-says"),
        lists.indexes,
    ),
    PageSet(
        "map",
        map_of_places.pages,
        MenuEntry("map", "map.html", says="map-lead"),
        map_of_places.files,
    ),
    PageSet(
        "timeline", timeline.pages, MenuEntry("timeline", "timeline.html", ("timeline",), "timeline-lead")
    ),
    PageSet("network", network.pages, MenuEntry("network", "network.html", says="network-lead")),
    PageSet("donors", donors.pages, MenuEntry("donors", "donors.html", ("donors",), "donors-lead")),
    PageSet("schemes", schemes.pages, MenuEntry("schemes", "schemes.html", says="schemes-says")),
    PageSet(
        "queries",
        queries.pages,
        MenuEntry("stored-queries", "queries.html", ("queries", "sparql.html"), "stored-queries-says"),
        queries.files,
        when=lambda things: bool(things.queries),
    ),
    PageSet(
        "ontology",
        ontology.pages,
        MenuEntry("model", "ontology.html", ("ontology.html", "shapes.html"), "model-says"),
        when=lambda things: bool(terms(things)),
    ),
    PageSet("shapes", shapes.pages),
    PageSet("withdrawn", graves.pages),
    PageSet("changes", changes.pages),
    PageSet("about", front.about, MenuEntry("about", "about.html", (changes.PATH,), "about-says")),
)


def build(
    content: Content,
    config: Config,
    queries: Sequence[StoredQuery],
    info: Info,
    stage: Stage,
    *,
    processes: int = 0,
) -> None:
    """Make the site of a release.

    Args:
        content: what the release says.
        config: the workspace.
        queries: its stored queries.
        info: what the pages say of the release; its files are those that lie beside the pages.
        stage: takes each file as it is made.
        processes: how many make the pages; by default as many as there are cores, if there is much to do.

    Raises:
        InputError: two files of the site have the same path.
        OutputError: a process that made pages was killed.
    """
    things = Things(content, config, info, queries)
    page_sets = [page_set for page_set in PAGE_SETS if page_set.when(things)]
    things.info = info._replace(menu=[page_set.menu for page_set in page_sets if page_set.menu])
    before = {file.path for file in stage.files}
    for path, chunks in shared(things, page_sets):
        stage.add(path, "A part of the site", chunks)
    records = things.all_records
    make_files(stage, [*units(things, page_sets, records)], processes or processes_for(len(records)))
    made = [file.path for file in stage.files if file.path not in before and file.path.endswith(".html")]
    unlisted = {"404.html", *graves.every_path(things)}
    for path, chunks in sitemap.files(things, [path for path in made if path not in unlisted]):
        stage.add(path, "For robots and browsers", chunks)
    for path, title, lines in addresses.rules(things, {file.path for file in stage.files}, info.gone):
        stage.add(path, title, lines)


def shared(things: Things, page_sets: Iterable[PageSet]) -> Pages:
    """The files that all pages and languages share: style, scripts, pictures, indexes."""
    folder = resources.files("mosty.site") / "static"
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.is_file() and not file.name.startswith("."):
            yield f"static/{file.name}", file.read_bytes()
    for page_set in page_sets:
        if page_set.once:
            yield from page_set.once(things)


def units(things: Things, page_sets: Iterable[PageSet], records: Sequence[Key]) -> Iterator[Unit]:
    """The pages in parts that several processes can make; one language after the other, so that each has its own."""
    for page_set in page_sets:
        if page_set.pages:
            yield from (partial(_entitled, page_set.pages, things, name) for name in things.languages)
    files = RecordFiles(things)
    for at in range(0, len(records), _RECORDS):
        yield partial(_files_of, files, records[at : at + _RECORDS])


def _entitled(pages: Callable[[Things, str], Pages], things: Things, language: str) -> Iterator[File]:
    return ((path, "A page of the site", chunks) for path, chunks in pages(things, language))


def _files_of(files: RecordFiles, records: Sequence[Key]) -> Iterator[File]:
    return chain.from_iterable(map(files, records))
