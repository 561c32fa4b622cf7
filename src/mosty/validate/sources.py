"""The files that are validated, read as they were written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from mosty.model.diagnostics import SyntaxDiagnostic
from mosty.model.errors import InputError
from mosty.rdf.reading import decode, format_of, read_bytes, read_quads

_LINE_FORMATS = (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)
_DECLARED_PREFIX = re.compile(r"^\s*@?prefix\s+([^\s:]*):\s*<([^>\s]*)>", re.IGNORECASE | re.MULTILINE)

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class SourceFile(NamedTuple):
    """One file that was read: its path, how messages call it, and its quads as written."""

    path: Path
    name: str
    quads: Sequence[ox.Quad]


def read_files(paths: Iterable[tuple[Path, str, ox.NamedNode | None]]) -> list[SourceFile]:
    """Read files, each given with its name for people and its graph; blank nodes stay apart.

    Raises:
        InputError: files cannot be read; the message and `diagnostics` cover all of them.
    """
    files: list[SourceFile] = []
    failures: list[InputError] = []
    for path, name, graph in paths:
        try:
            data = read_bytes(path)
            quads = read_quads(path, data=data, graph=graph, name=name, rename_blank_nodes=True)
        except InputError as error:
            failures.append(error)
        else:
            files.append(SourceFile(path, name, quads))
    if len(failures) == 1:
        raise failures[0]
    if failures:
        diagnostics: list[SyntaxDiagnostic] = [d for failure in failures for d in failure.diagnostics]
        raise InputError("\n".join(failure.message for failure in failures), None, diagnostics)
    return files


def declared_prefixes(text: str) -> dict[str, str]:
    """Find the prefixes that a Turtle-like text declares, the first declaration of each."""
    return dict(reversed(_DECLARED_PREFIX.findall(text)))


def turtle_text(file: SourceFile) -> str | None:
    """The text of a file whose lines can be looked at: Turtle and its relatives; None for others."""
    if format_of(file.path) not in _LINE_FORMATS:
        return None
    return decode(read_bytes(file.path), file.name)
