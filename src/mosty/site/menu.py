"""The main menu: which sets of pages there are, and where they begin."""

from __future__ import annotations

from typing import NamedTuple


class MenuEntry(NamedTuple):
    """An entry of the main menu.

    Attributes:
        word: its name in ``words/*.toml``.
        path: the page it leads to, without language.
        sections: the first folders (or files) of the paths that lie below it.
        says: a word in ``words/*.toml``: what it is for, on the home page.
    """

    word: str
    path: str
    sections: tuple[str, ...] = ()
    says: str | None = None

    def covers(self, path: str) -> bool:
        """Whether a page lies below the entry.

        >>> MenuEntry("queries", "queries/index.html", ("queries",)).covers("queries/donors.html")
        True
        """
        return path == self.path or path.split("/")[0] in self.sections
