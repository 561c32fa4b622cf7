"""The site as a whole: which sets of pages there are, and how they become files of a release."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import resources
from typing import NamedTuple, TypeAlias

from mosty.publish.content import Content
from mosty.query.frontmatter import StoredQuery
from mosty.site import records
from mosty.site.menu import MenuEntry
from mosty.site.things import Info, Things
from mosty.workspace.config import Config

Chunks: TypeAlias = Iterable[str] | Iterable[bytes] | str | bytes
Pages: TypeAlias = Iterator[tuple[str, Chunks]]
Add: TypeAlias = Callable[[str, str, Chunks], object]
"""Puts a file into the release: path, title, content."""


class PageSet(NamedTuple):
    """A set of pages.

    Attributes:
        name: how the list of files calls it.
        pages: makes the pages of one language: paths (with the language's folder) and their content.
        menu: its entry in the main menu, if it has one.
        once: makes the files that all languages share.
    """

    name: str
    pages: Callable[[Things, str], Pages] | None = None
    menu: MenuEntry | None = None
    once: Callable[[Things], Pages] | None = None


# In the order of the main menu.
PAGE_SETS: tuple[PageSet, ...] = (
    PageSet("records", records.pages),
)


def build(content: Content, config: Config, queries: Sequence[StoredQuery], info: Info, add: Add) -> None:
    """Make the site of a release.

    Args:
        content: what the release says.
        config: the workspace.
        queries: its stored queries.
        info: what the pages say of the release; its files are those that lie beside the pages.
        add: takes each file as it is made.
    """
    menu = tuple(entry.menu for entry in PAGE_SETS if entry.menu)
    things = Things(content, config, info._replace(menu=menu), queries)
    for path, chunks in files(things):
        add(path, "Site", chunks)


def files(things: Things) -> Pages:
    """All files of the site: path and content."""
    yield from _static()
    for page_set in PAGE_SETS:
        if page_set.once:
            yield from page_set.once(things)
        if page_set.pages:
            for language in things.languages:
                yield from page_set.pages(things, language)


def _static() -> Pages:
    """Style, scripts and pictures that lie in the package."""
    folder = resources.files("mosty.site") / "static"
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.is_file() and not file.name.startswith("."):
            yield f"static/{file.name}", file.read_bytes()
