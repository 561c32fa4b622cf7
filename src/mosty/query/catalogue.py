"""The stored queries of a workspace, by name."""

from __future__ import annotations

from pathlib import Path

from mosty.model.errors import InputError, UsageError
from mosty.query.frontmatter import StoredQuery, read_stored_query
from mosty.workspace import Workspace


class Catalogue:
    """Finds stored queries by name; a file is read only when it is asked for."""

    def __init__(self, workspace: Workspace) -> None:
        self._paths: dict[str, Path] = {}
        for path in workspace.query_files():
            if (other := self._paths.setdefault(path.stem, path)) != path:
                raise InputError(
                    f"{path}: another query is called {path.stem}: {other}", "rename one of them"
                )

    def names(self) -> list[str]:
        """The names of all stored queries, sorted."""
        return sorted(self._paths)

    def __contains__(self, name: object) -> bool:
        return name in self._paths

    def get(self, name: str) -> StoredQuery:
        """Read one stored query.

        Raises:
            UsageError: there is no query of this name; the hint names similar ones.
            InputError: its file is wrong.
        """
        if name not in self._paths:
            import difflib

            close = difflib.get_close_matches(name, self._paths, 3, 0.5)
            hint = "did you mean " + " or ".join(close) + "?" if close else "`mosty query` lists them"
            raise UsageError(f"no stored query is called {name!r}", hint)
        return read_stored_query(self._paths[name])

    def all(self) -> list[StoredQuery]:
        """Read all stored queries, sorted by name."""
        return [read_stored_query(self._paths[name]) for name in self.names()]
