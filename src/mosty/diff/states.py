"""What is compared: a dataset and its shapes, whatever it was read from."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox

from mosty.diff.about import CHECKSUMS, SHAPES, read_about
from mosty.diff.lines import Lines
from mosty.diff.texts import texts_in
from mosty.model.errors import InputError
from mosty.rdf.canonical import canonical_lines, canonically_sorted
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key
from mosty.rdf.loading import is_readable
from mosty.rdf.reading import FORMATS, format_of, read_bytes, read_document, walk

_CHUNK = 5_000


class State:
    """A dataset at one time.

    Args:
        name: what people call it.
        quads: its canonical N-Quads.
        shapes: those of its shapes, which are no part of the dataset; None where they are not known.
        prefixes: the prefixes that its file declares.
        version: the version, when it is a release that has one.
        texts: stored queries (``queries/NAME.rq``) and rules (``rules/NAME.rq``) by path; None where nobody knows.
    """

    def __init__(
        self,
        name: str,
        quads: Lines,
        shapes: Lines | None = None,
        *,
        prefixes: Mapping[str, str] = MappingProxyType({}),
        version: str | None = None,
        texts: Mapping[str, bytes] | None = None,
    ) -> None:
        self.name = name
        self.quads = quads
        self.shapes = shapes
        self.prefixes = prefixes
        self.version = version
        self.texts = texts

    @classmethod
    def of(
        cls,
        name: str,
        graphs: Iterable[tuple[Key, Graph]],
        shapes: Graph | None = None,
        *,
        version: str | None = None,
        texts: Mapping[str, bytes] | None = None,
    ) -> State:
        """Make a state of graphs: each named graph by its key, the default graph by the empty one."""
        return cls(name, Lines.of(canonical_lines(graphs)), _shapes_of(shapes), version=version, texts=texts)

    @cached_property
    def hash(self) -> str:
        """The RDFC-1.0 hash of the dataset."""
        return self.quads.hash()


def dumped(
    name: str,
    dump: Path,
    shapes: Graph | None = None,
    *,
    version: str | None = None,
    texts: Mapping[str, bytes] | None = None,
) -> State:
    """Make a state of a file of canonical N-Quads that mosty has just written.

    Raises:
        OSError: it cannot be opened.
    """
    return State(name, Lines.at(dump), _shapes_of(shapes), version=version, texts=texts)


def read_files(paths: Sequence[Path], name: str | None = None) -> State:
    """Read RDF files of any format into one dataset; graphs keep their names, and files their blank nodes.

    Raises:
        InputError: a file cannot be read, or holds triple terms (RDF 1.2).
    """
    prefixes: dict[str, str] = {}
    lines = chain.from_iterable(_lines_of(path, prefixes) for path in paths)
    quads = Lines.of(canonically_sorted(lines))
    return State(name or ", ".join(map(str, paths)), quads, prefixes=prefixes)


def read_folder(folder: Path) -> State:
    """Read a folder without mosty.toml: a release, or all RDF files below it.

    Raises:
        InputError: it holds no RDF, or a file cannot be read.
    """
    if is_release(folder):
        return read_release(folder)
    known = FORMATS.keys() - {".json", ".xml"}
    paths = sorted(path for path in map(Path, walk(folder)) if path.suffix.lower() in known)
    if not paths:
        raise InputError(f"{folder}: holds no RDF file", "name a workspace, a release or a file")
    return read_files(paths, str(folder))


def is_release(folder: Path) -> bool:
    """Whether a folder looks like a release."""
    return (folder / CHECKSUMS).is_file() and _dump_of(folder) is not None


def read_release(folder: Path) -> State:
    """Read a release: its dump of N-Quads, its shapes, its stored queries and rules.

    Raises:
        InputError: it has no such dump, or a file cannot be read.
    """
    dump, about = _dump_of(folder), _about(folder)
    if dump is None:
        raise InputError(f"{folder}: no dump of N-Quads in it", "a release of mosty has one")
    try:
        quads = Lines.at(dump)
    except OSError as error:
        raise InputError(f"{dump}: cannot be read: {error.strerror or error}", "check its rights") from None
    # A dump that its release vouches for is canonical, as it was written; but both may be somebody's forgery.
    if quads.hash() != about.get("hash") or not quads.are_sorted_quads():
        quads = read_files([dump]).quads
    shapes = folder / SHAPES
    version = about.get("version")
    return State(
        str(folder),
        quads,
        read_files([shapes]).quads if shapes.is_file() else None,
        version=version if isinstance(version, str) else None,
        texts=texts_in(folder),
    )


def _shapes_of(shapes: Graph | None) -> Lines | None:
    return None if shapes is None else Lines.of(canonical_lines([("", shapes)]))


def _dump_of(folder: Path) -> Path | None:
    dumps = sorted(path for path in folder.glob("*.nq") if path.is_file())
    return dumps[0] if len(dumps) == 1 else None


def _about(folder: Path) -> Mapping[str, object]:
    try:
        return read_about(folder) or {}
    except InputError:
        return {}


def _lines_of(path: Path, prefixes: dict[str, str]) -> Iterator[str]:
    """Give the quads of a file as lines, in native code by the thousand."""
    name, data, rdf_format = str(path), read_bytes(path), format_of(path)
    if not is_readable(data, rdf_format):
        raise _refusal(path, data)
    parser = ox.parse(data.removeprefix(codecs.BOM_UTF8), rdf_format, rename_blank_nodes=True)
    try:
        while chunk := ox.serialize(islice(parser, _CHUNK), format=ox.RdfFormat.N_QUADS):
            text = chunk.decode()
            if "<<(" in text:
                _refuse_triple_terms(text, name)
            yield from (line + "\n" for line in text.split("\n")[:-1])
    except (SyntaxError, ValueError, OSError, RuntimeError, MemoryError):
        raise _refusal(path, data) from None
    for prefix, namespace in parser.prefixes.items():
        prefixes.setdefault(prefix, namespace)


def _refusal(path: Path, data: bytes) -> InputError:
    """Read again, slowly: that finds the place."""
    try:
        read_document(path, data=data)
    except InputError as error:
        return error
    return InputError(f"{path}: cannot be read", "check that it is RDF")


def _refuse_triple_terms(text: str, name: str) -> None:
    for line in text.split("\n"):
        if line.split(" ", 2)[-1].startswith("<<("):
            raise InputError(
                f"{name}: a triple term (RDF 1.2) cannot be compared: {line[:300]}",
                "compare the plain dumps, which state it with rdf:subject, rdf:predicate, rdf:object",
            )
