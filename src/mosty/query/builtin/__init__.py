"""Queries that the tool itself asks; stored and bound like every other stored query."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from mosty.query.frontmatter import StoredQuery, read_stored_query


@cache
def builtin(name: str) -> StoredQuery:
    """Read one of the tool's own queries."""
    return read_stored_query(Path(__file__).with_name(f"{name}.rq"))
