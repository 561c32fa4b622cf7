"""Paths as people give them: one, or several."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import TypeAlias

Paths: TypeAlias = str | PathLike[str] | Iterable[str | PathLike[str]]
"""A path, or several."""


def paths_of(paths: Paths) -> list[Path]:
    """Give a list of paths.

    >>> [path.name for path in paths_of("shapes/a.ttl")], [path.name for path in paths_of(["a.ttl", "b.ttl"])]
    (['a.ttl'], ['a.ttl', 'b.ttl'])
    """
    return [Path(path) for path in ([paths] if isinstance(paths, str | PathLike) else paths)]
