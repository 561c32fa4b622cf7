"""The files of shapes, read as they were written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from mosty.model.errors import InputError
from mosty.rdf.keys import Key
from mosty.rdf.loading import address, refuse_rdf_12, united
from mosty.rdf.reading import format_of, read_bytes, read_document


class ShapesFile(NamedTuple):
    """A file of shapes: its path, how messages call it, its format, its prefixes, and its quads as written.

    `base` is what its relative IRIs were resolved against; None when it must not have any.
    """

    path: Path
    name: str
    format: ox.RdfFormat
    prefixes: Mapping[str, str]
    quads: Sequence[ox.Quad]
    base: str | None = None

    @property
    def blank_nodes(self) -> Sequence[Key]:
        """The keys of its blank nodes, in the order of their first appearance."""
        terms = (term for quad in self.quads for term in (quad.subject, quad.object))
        return [str(node) for node in dict.fromkeys(terms) if isinstance(node, ox.BlankNode)]


def read_shapes(paths: Iterable[tuple[Path, str]], *, relative: bool = False) -> list[ShapesFile]:
    """Read files of shapes, each given with its name for people; blank nodes stay apart.

    Args:
        paths: the files and their names.
        relative: resolve relative IRIs against the address of their file; else they are refused.

    Raises:
        InputError: files cannot be read; the message and `diagnostics` cover all of them.
    """
    files: list[ShapesFile] = []
    failures: list[InputError] = []
    for path, name in paths:
        try:
            base = address(path) if relative else None
            data = read_bytes(path)
            quads, prefixes = read_document(path, data=data, name=name, rename_blank_nodes=True, base=base)
            refuse_rdf_12((_written(quad.object) for quad in quads if _is_rdf_12(quad.object)), name)
        except InputError as error:
            failures.append(error)
        else:
            files.append(ShapesFile(path, name, format_of(path), prefixes, quads, base))
    if failures:
        raise united(failures)
    return files


def _is_rdf_12(term: object) -> bool:
    return isinstance(term, ox.Triple) or (isinstance(term, ox.Literal) and term.direction is not None)


def _written(term: object) -> Key:
    return f"<<( {term} )>>" if isinstance(term, ox.Triple) else str(term)
