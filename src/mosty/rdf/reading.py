"""Reading RDF files as they were written, and saying exactly where one cannot be read.

A store rewrites literals (``01`` becomes ``1``); the parser does not, so whatever must see what was
written (validation, dumps) reads through here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox

from mosty.model.diagnostics import Position, SyntaxDiagnostic
from mosty.model.errors import InputError
from mosty.rdf.depth import MAX_DEPTH, too_deep_at

FORMATS: Mapping[str, ox.RdfFormat] = MappingProxyType(
    {
        ".ttl": ox.RdfFormat.TURTLE,
        ".turtle": ox.RdfFormat.TURTLE,
        ".nt": ox.RdfFormat.N_TRIPLES,
        ".nq": ox.RdfFormat.N_QUADS,
        ".trig": ox.RdfFormat.TRIG,
        ".jsonld": ox.RdfFormat.JSON_LD,
        ".json": ox.RdfFormat.JSON_LD,
        ".rdf": ox.RdfFormat.RDF_XML,
        ".owl": ox.RdfFormat.RDF_XML,
        ".xml": ox.RdfFormat.RDF_XML,
    }
)
"""RDF format by file name extension."""

_PAGE = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(<!doctype\s+html|<html)[\s>]", re.IGNORECASE)
_DOCTYPE = re.compile("<!doctype", re.IGNORECASE)  # the parser does not mind its case


def format_of(path: Path) -> ox.RdfFormat:
    """Tell the RDF format of a file from its extension.

    Raises:
        InputError: the extension stands for no RDF format.
    """
    try:
        return FORMATS[path.suffix.lower()]
    except KeyError:
        raise InputError(
            f"{path}: unknown kind of file {path.suffix!r}", "RDF files end in " + ", ".join(FORMATS)
        ) from None


def read_bytes(path: Path) -> bytes:
    """Read a file whole.

    Raises:
        InputError: it does not exist, is a folder, or may not be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: no such file", "check the path") from None
    except IsADirectoryError:
        raise InputError(f"{path}: is a folder, not a file", "name the files inside it") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}", "check its rights") from None


def walk(folder: Path) -> Iterator[str]:
    """Give the paths of all files below a folder; none when it does not exist.

    Raises:
        InputError: a folder cannot be listed; passing over it would leave its files out in silence.
    """

    def refuse(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            raise InputError(
                f"{error.filename}: cannot be read: {error.strerror}", "check its rights"
            ) from None

    # Not Path.rglob: this is on the path of every query, and rglob passes over what it cannot list.
    for parent, _, names in os.walk(folder, onerror=refuse):
        for name in names:
            yield f"{parent}/{name}"


def read_quads(
    path: Path,
    *,
    data: bytes | None = None,
    rdf_format: ox.RdfFormat | None = None,
    graph: ox.NamedNode | None = None,
    name: str | None = None,
    rename_blank_nodes: bool = False,
) -> list[ox.Quad]:
    """Read an RDF file into quads, each literal exactly as written.

    Args:
        path: the file; its extension gives the format.
        data: the bytes, when they were read already.
        rdf_format: the format, when the extension does not tell.
        graph: the named graph that triples outside any graph go to.
        name: how messages call the file; its path when not given.
        rename_blank_nodes: give blank nodes labels that no other file has, so that files can be merged.

    Raises:
        InputError: unreadable, empty, not UTF-8, not RDF, nested too deep, or holding a DOCTYPE;
            `diagnostics` has the position.
    """
    quads, _ = read_document(
        path, data=data, rdf_format=rdf_format, name=name, rename_blank_nodes=rename_blank_nodes
    )
    if graph is None:
        return quads
    default = ox.DefaultGraph()
    return [ox.Quad(q.subject, q.predicate, q.object, graph) if q.graph_name == default else q for q in quads]


def read_document(
    path: Path,
    *,
    data: bytes | None = None,
    rdf_format: ox.RdfFormat | None = None,
    name: str | None = None,
    rename_blank_nodes: bool = False,
    base: str | None = None,
) -> tuple[list[ox.Quad], dict[str, str]]:
    """Read an RDF file into quads and the prefixes that it declares; else as `read_quads`.

    Relative IRIs are resolved against `base`, and refused without one.
    """
    shown = name or str(path)
    rdf_format = rdf_format or format_of(path)
    text = decode(read_bytes(path) if data is None else data, shown)
    if (page := _PAGE.match(text)) is not None:
        raise _error(
            shown,
            text,
            page.start(1),
            "this is a web page (HTML), not RDF",
            "download the data itself, not the page about it",
        )
    if rdf_format == ox.RdfFormat.RDF_XML and (doctype := _DOCTYPE.search(text)):
        raise _error(
            shown,
            text,
            doctype.start(),
            "a DOCTYPE is refused: its entities can expand without bound",
            "remove the DOCTYPE and write its entities out",
        )
    if (at := too_deep_at(text, rdf_format)) is not None:
        message = f"nested more than {MAX_DEPTH} deep"
        raise _error(shown, text, at, message, "give the inner nodes names of their own")
    try:
        parser = ox.parse(text, rdf_format, rename_blank_nodes=rename_blank_nodes, base_iri=base)
        return list(parser), dict(parser.prefixes)
    except SyntaxError as error:
        raise _syntax_error(shown, text, error) from None
    except (ValueError, OSError, RuntimeError) as error:
        raise _error(shown, text, None, str(error)) from None
    except MemoryError as error:
        if "buffer" not in str(error):
            raise
        message = "a word or text in it is longer than the parser takes (16 MB)"
        raise _error(shown, text, None, message, "no fact is that long: look what it is") from None


def decode(data: bytes, shown: str) -> str:
    """Decode the bytes of a text file as UTF-8 without its byte order mark.

    Raises:
        InputError: empty, binary, or not UTF-8.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        position = Position(shown, line, error.start - data.rfind(b"\n", 0, error.start))
        diagnostic = SyntaxDiagnostic(position, "not UTF-8 text")
        raise InputError(str(diagnostic), "save the file as UTF-8", [diagnostic]) from None
    if not text.strip():
        raise _error(shown, text, None, "the file is empty", "a file of data holds at least one triple")
    if (at := text.find("\0")) >= 0:
        raise _error(shown, text, at, "a NUL character: this is not a text file")
    return text


def _error(shown: str, text: str, at: int | None, message: str, hint: str | None = None) -> InputError:
    position, line = Position(shown), None
    if at is not None:
        start = text.rfind("\n", 0, at) + 1
        position = Position(shown, text.count("\n", 0, at) + 1, at - start + 1)
        line = _shown_line(text[start:].partition("\n")[0])
    diagnostic = SyntaxDiagnostic(position, message, line)
    return InputError(str(diagnostic), hint, [diagnostic])


def _syntax_error(shown: str, text: str, error: SyntaxError) -> InputError:
    message = re.sub(
        r"^Parser error (?:at line \d+ (?:column \d+|between columns \d+ and \d+)"
        r"|between line \d+ column \d+ and line \d+ column \d+): ",
        "",
        error.msg or "",
    )
    message = re.sub(r"\s*\(line \d+\)$", "", message)
    hint = None
    if declared := re.match(r"The prefix (\S*) has not been declared", message):
        hint = f"add `@prefix {declared[1]} <...> .` at the top, or mend the prefix"
    elif "LoadDocumentCallback" in message:
        message = "a remote @context is refused: nothing is fetched from the network"
        hint = "write the context into the file"
    elif "XML namespaces are required in RDF/XML" in message:
        message = "XML, but not RDF/XML: an attribute or element without a namespace"
        hint = "RDF/XML begins with <rdf:RDF>; other XML must be converted first"
    elif "No scheme found in an absolute IRI" in message:
        message = "a relative IRI: records need absolute ones"
        hint = "write the IRI in full or with a prefix"
    lines = text.split("\n")
    line = error.lineno
    if line is None:
        diagnostic = SyntaxDiagnostic(Position(shown), message)
    else:
        source = lines[line - 1].rstrip("\r") if line <= len(lines) else ""
        diagnostic = SyntaxDiagnostic(Position(shown, line, error.offset), message, _shown_line(source))
    return InputError(str(diagnostic), hint, [diagnostic])


def _shown_line(line: str) -> str:
    """Keep a terminal safe from control characters and very long lines, without moving columns."""
    clean = "".join(c if c.isprintable() else " " for c in line[:4000])
    return clean if len(clean) <= 200 else clean[:199] + "…"
