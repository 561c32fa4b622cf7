"""Differences for a terminal, as JSON, as Markdown, as a page, and as RDF Patch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from mosty.diff import Differences
from mosty.diff.markdown import markdown
from mosty.render.differences.document import document
from mosty.render.differences.page import page
from mosty.render.differences.text import text

EXTENSIONS: Mapping[str, str] = MappingProxyType(
    {".txt": "text", ".md": "md", ".json": "json", ".html": "html", ".rdfp": "patch"}
)
"""Format by file name extension."""

_WRITERS: Mapping[str, Callable[[Differences, str | None], Iterator[str]]] = MappingProxyType(
    {"json": document, "md": markdown, "html": page}
)


def pieces(
    differences: Differences,
    format_: str,
    *,
    language: str | None = None,
    width: int | None = None,
    color: bool = False,
) -> Iterator[str]:
    """Write differences.

    Args:
        differences: what to write.
        format_: one of `DIFFERENCE_FORMATS`.
        language: the tag of a language; the first of the workspace when not given.
        width: columns of the terminal; None for a file, where nothing is wrapped.
        color: mark what came and went with terminal colours.
    """
    if format_ == "patch":
        return differences.patch()
    if format_ == "text":
        return text(differences, language, width=width, color=color)
    return _WRITERS[format_](differences, language)
