r"""Files of RDF read into one graph of keys, at the speed of the parser.

A million triples must not become a million Python objects of three terms each: the parser's triples are
written as N-Triples in native code, by the thousand, and cut into keys. Each key is stored once.
"""

from __future__ import annotations

import codecs
import gc
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from operator import attrgetter
from pathlib import Path

import pyoxigraph as ox

from mosty.model.errors import InputError
from mosty.rdf.depth import is_shallow, too_deep_at
from mosty.rdf.graph import Column, Graph
from mosty.rdf.keys import Key
from mosty.rdf.reading import format_of, read_bytes, read_document

_CHUNK = 5_000
_SLICE = 1 << 20
_DATASETS = (ox.RdfFormat.TRIG, ox.RdfFormat.N_QUADS, ox.RdfFormat.JSON_LD)
_RDF_12 = (b"<<(", b"--ltr .\n", b"--rtl .\n")
_DOCTYPE = re.compile(b"<!doctype", re.IGNORECASE)


class Source:
    """A file that was loaded.

    Attributes:
        path: the file.
        name: how messages call it.
        format: its RDF format.
        prefixes: the prefixes that it declares, as it left them.
        subjects: what it states something about, in its order; a subject may occur several times.
        blank_nodes: the keys of its blank nodes, in the order of their first appearance in the triples.
        base: what its relative IRIs were resolved against; None when it must not have any.
    """

    __slots__ = ("base", "blank_nodes", "format", "name", "path", "prefixes", "subjects")

    def __init__(
        self,
        path: Path,
        name: str,
        rdf_format: ox.RdfFormat,
        prefixes: Mapping[str, str],
        subjects: Sequence[Key],
        blank_nodes: Sequence[Key],
        base: str | None = None,
    ) -> None:
        self.path = path
        self.name = name
        self.format = rdf_format
        self.prefixes = prefixes
        self.subjects = subjects
        self.blank_nodes = blank_nodes
        self.base = base


class Loaded:
    """Files that were loaded: the union of what they state, and which file is about what.

    Attributes:
        graph: all triples, literals as written. Triples that are added to it belong to no source.
        sources: the files, in the order in which they were loaded.
        derived: what rules derive from the graph; not part of it until it is added.
    """

    def __init__(
        self, graph: Graph, sources: Sequence[Source], derived: Sequence[tuple[Key, Key, Key]] = ()
    ) -> None:
        self.graph = graph
        self.sources = sources
        self.derived = derived
        self._by_subject: dict[Key, tuple[Source, ...]] | None = None

    def sources_of(self, subject: Key) -> Sequence[Source]:
        """The sources that state something about a subject, in their order."""
        if self._by_subject is None:
            self._by_subject = {}
            for source in self.sources:
                mine: dict[Key, tuple[Source, ...]] = dict.fromkeys(source.subjects, (source,))
                for shared in mine.keys() & self._by_subject.keys():
                    mine[shared] = (*self._by_subject[shared], source)
                self._by_subject |= mine
        return self._by_subject.get(subject, ())

    def take_in(self, other: Loaded) -> None:
        """Add what was loaded separately; its sources come first."""
        for triple in other.graph.triples():
            self.graph.add(*triple)
        self.sources = [*other.sources, *self.sources]
        self._by_subject = None


def load(
    files: Iterable[tuple[Path, str]],
    *,
    read: Callable[[Path], bytes] = read_bytes,
    relative: bool = False,
) -> Loaded:
    """Load RDF files of any supported format into one graph; datasets are united.

    Blank nodes of different files stay apart.

    Args:
        files: each file with its name for messages.
        read: gives the bytes of a file.
        relative: resolve relative IRIs against the address of their file; else they are refused.

    Raises:
        InputError: files cannot be read (see `read_quads` for what is refused), or hold triple terms or texts with
            a direction (RDF 1.2), which no shape can judge; the message and `diagnostics` cover all of them.
    """
    loader = _Loader()
    failures: list[InputError] = []
    with collector_paused():
        for path, name in files:
            try:
                loader.load(path, name, read(path), address(path) if relative else None)
            except InputError as error:
                failures.append(error)
        if failures:
            raise united(failures)
        return loader.finished()


def address(path: Path) -> str:
    """The IRI of a file, which relative IRIs in it are resolved against (RFC 3986, section 5.1.3)."""
    return path.absolute().as_uri()


def united(failures: Sequence[InputError]) -> InputError:
    """One error for several files that cannot be read."""
    if len(failures) == 1:
        return failures[0]
    diagnostics = [diagnostic for failure in failures for diagnostic in failure.diagnostics]
    return InputError("\n".join(failure.message for failure in failures), None, diagnostics)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the garbage collector: nothing that is built inside is garbage before the end."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class _Loader:
    """Fills a graph from one file after the other."""

    def __init__(self) -> None:
        self._graph = Graph()
        self._keys: dict[Key, Key] = {}
        self._parts: list[tuple[Path, str, ox.RdfFormat, Mapping[str, str], list[Key], int, str | None]] = []

    def load(self, path: Path, name: str, data: bytes, base: str | None) -> None:
        rdf_format = format_of(path)
        if not is_readable(data, rdf_format):
            raise _refusal(path, name, data, base)
        parser = ox.parse(
            data.removeprefix(codecs.BOM_UTF8), rdf_format, rename_blank_nodes=True, base_iri=base
        )  # the labels are random, so no two files share one
        try:
            subjects = self._fill(parser, rdf_format, name)
        except (SyntaxError, ValueError, OSError, RuntimeError, MemoryError):
            raise _refusal(path, name, data, base) from None
        prefixes = dict(parser.prefixes)
        self._parts.append((path, name, rdf_format, prefixes, subjects, len(self._keys), base))

    def _fill(self, parser: ox.QuadParser, rdf_format: ox.RdfFormat, name: str) -> list[Key]:
        """Add all triples; give the subjects in their order. All in one place: calls would double the time."""
        columns = self._graph.columns
        intern = self._keys.setdefault
        subjects: list[Key] = []
        last = ""
        # A quad of a named graph has no N-Triples.
        triples = map(attrgetter("triple"), parser) if rdf_format in _DATASETS else parser
        while chunk := ox.serialize(islice(triples, _CHUNK), format=ox.RdfFormat.N_TRIPLES):
            lines = chunk.decode().split(" .\n")
            lines.pop()
            if any(mark in chunk for mark in _RDF_12):
                refuse_rdf_12((line.split(" ", 2)[2] for line in lines), name)
            for line in lines:
                subject, predicate, value = line.split(" ", 2)
                if subject != last:
                    last = intern(subject, subject)
                    subjects.append(last)
                value = intern(value, value)
                column = columns.get(predicate)
                if column is None:
                    column = columns[predicate] = Column()
                first = column.one.setdefault(last, value)
                if first is not value:
                    further = column.more.get(last)
                    if further is None:
                        column.more[last] = {value: None}
                    else:
                        further[value] = None
        return subjects

    def finished(self) -> Loaded:
        sources: list[Source] = []
        keys, start = iter(self._keys), 0
        for path, name, rdf_format, prefixes, subjects, end, base in self._parts:
            blank_nodes = tuple(key for key in islice(keys, end - start) if key[0] == "_")
            sources.append(Source(path, name, rdf_format, prefixes, subjects, blank_nodes, base))
            start = end
        return Loaded(self._graph, sources)


def is_readable(data: bytes, rdf_format: ox.RdfFormat) -> bool:
    """Whether a text is free of what the parser does not see or should not bear; `read_quads` says what it is."""
    if not data or data.isspace() or b"\0" in data or not is_utf8(data):
        return False
    if rdf_format == ox.RdfFormat.RDF_XML and _DOCTYPE.search(data):
        return False
    return is_shallow(data, rdf_format) or too_deep_at(data.decode(), rdf_format) is None


def is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8; a slice at a time, for the whole text at once would take four times the room."""
    if data.isascii():
        return True
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    try:
        for start in range(0, len(data), _SLICE):
            decoder.decode(view[start : start + _SLICE])
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def refuse_rdf_12(values: Iterable[Key], name: str) -> None:
    """Refuse triple terms and texts with a direction (RDF 1.2): SHACL 1.0 does not know them.

    Args:
        values: objects of triples.
        name: the file that holds them.

    Raises:
        InputError: one of them is such a term.
    """
    for value in values:
        if value.startswith("<<("):
            raise InputError(
                f"{name}: a triple term (RDF 1.2) cannot be validated: {value}",
                "state it with rdf:subject, rdf:predicate, rdf:object",
            )
        if value.endswith(("--ltr", "--rtl")):  # nothing but a language tag can end so
            raise InputError(
                f"{name}: a text with a direction (RDF 1.2) cannot be validated: {value}",
                "leave the direction out of its language tag",
            )


def _refusal(path: Path, name: str, data: bytes, base: str | None) -> InputError:
    """Read again, slowly: that finds the place."""
    try:
        read_document(path, data=data, name=name, base=base)
    except InputError as error:
        return error
    return InputError(f"{name}: cannot be read", "check that it is RDF")
