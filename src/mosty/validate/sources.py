"""What is validated, and where each node of it stands: files, records, lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from mosty.model.diagnostics import Position, SyntaxDiagnostic
from mosty.model.errors import InputError
from mosty.model.terms import IRI, BlankNode, Term
from mosty.rdf.prefixes import Prefixes
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
    for number, (path, name, graph) in enumerate(paths):
        try:
            quads = read_quads(path, data=read_bytes(path), graph=graph, name=name)
        except InputError as error:
            failures.append(error)
        else:
            files.append(SourceFile(path, name, _relabelled(quads, number)))
    if len(failures) == 1:
        raise failures[0]
    if failures:
        diagnostics: list[SyntaxDiagnostic] = [d for failure in failures for d in failure.diagnostics]
        raise InputError("\n".join(failure.message for failure in failures), None, diagnostics)
    return files


def _relabelled(quads: list[ox.Quad], number: int) -> list[ox.Quad]:
    """Give blank nodes labels of their own file: `_:b0` of two files are two nodes."""

    def own(term: Node) -> Node:
        return ox.BlankNode(f"f{number}{term.value}") if isinstance(term, ox.BlankNode) else term

    if not any(isinstance(q.subject, ox.BlankNode) or isinstance(q.object, ox.BlankNode) for q in quads):
        return quads
    return [ox.Quad(own(q.subject), q.predicate, own(q.object), q.graph_name) for q in quads]  # type: ignore[arg-type]


def declared_prefixes(files: Iterable[SourceFile]) -> dict[str, str]:
    """Collect the prefixes that Turtle-like files declare, the first declaration first."""
    declared: dict[str, str] = {}
    for file in files:
        if format_of(file.path) in _LINE_FORMATS:
            for prefix, namespace in _DECLARED_PREFIX.findall(decode(read_bytes(file.path), file.name)):
                declared.setdefault(prefix, namespace)
    return declared


class Places:
    """Finds the file, record and line of a node.

    Args:
        files: the files, those to prefer first.
        record_spaces: namespaces of the kinds of records.
    """

    def __init__(self, files: Sequence[SourceFile], record_spaces: Iterable[str]) -> None:
        self._files = files
        self._spaces = tuple(record_spaces)
        self._texts: dict[Path, str] = {}

    @cached_property
    def _subjects(self) -> Mapping[Node, int]:
        """Number of the file of each subject; a record's own file (named after it) wins over others."""
        found: dict[Node, int] = {}
        for number, file in enumerate(self._files):
            for subject in {quad.subject for quad in file.quads}:
                own = isinstance(subject, ox.NamedNode) and subject.value.rpartition("/")[2] == file.path.stem
                if own or subject not in found:
                    found[subject] = number
        return found

    @cached_property
    def _users(self) -> Mapping[Node, Node]:
        """A subject that mentions each object, for nodes that no file describes."""
        users: dict[Node, Node] = {}
        for file in self._files:
            for quad in file.quads:
                if isinstance(quad.object, ox.NamedNode) and quad.object not in self._subjects:
                    users.setdefault(quad.object, quad.subject)
        return users

    @cached_property
    def _records(self) -> Mapping[int, Sequence[str]]:
        """Records that each file describes."""
        records: dict[int, list[str]] = {}
        for subject, number in self._subjects.items():
            if isinstance(subject, ox.NamedNode) and subject.value.startswith(self._spaces):
                records.setdefault(number, []).append(subject.value)
        return records

    def place(self, node: Node, prefixes: Prefixes) -> tuple[IRI | None, Position | None]:
        """Give the record that a node belongs to and the position of the node in its file."""
        number = self._subjects.get(node)
        if number is None:
            user = self._users.get(node)
            number = self._subjects.get(user) if user is not None else None
            if user is None or number is None:
                return None, None
            node = user
        file = self._files[number]
        return self._record(node, number), Position(file.name, self._line(file, node, prefixes))

    def record(self, node: Node) -> IRI | None:
        """Give the record that a node belongs to, if its file describes one."""
        number = self._subjects.get(node)
        return None if number is None else self._record(node, number)

    def _record(self, node: Node, number: int) -> IRI | None:
        records = self._records.get(number, ())
        if isinstance(node, ox.NamedNode):
            if node.value in records:
                return IRI(node.value)
            slug = node.value.rpartition("/")[2].partition(".")[0]
            for record in records:
                if record.rpartition("/")[2] == slug:
                    return IRI(record)
        return IRI(records[0]) if len(records) == 1 else None

    def _line(self, file: SourceFile, node: Node, prefixes: Prefixes) -> int | None:
        if not isinstance(node, ox.NamedNode) or format_of(file.path) not in _LINE_FORMATS:
            return None
        if file.path not in self._texts:
            self._texts[file.path] = decode(read_bytes(file.path), file.name)
        text = self._texts[file.path]
        declared = Prefixes(dict(_DECLARED_PREFIX.findall(text)) or prefixes)
        names = "|".join(re.escape(name) for name in {declared.compact(node.value), f"<{node.value}>"})
        match = re.search(rf"^[ \t]*(?:{names})(?=\s|$)", text, re.MULTILINE)
        return text.count("\n", 0, match.start()) + 1 if match else None


def node_of(term: Term) -> Node:
    """Give the pyoxigraph node of a focus node, blank or not."""
    from mosty.rdf.terms import to_oxigraph

    return ox.BlankNode(term.label) if isinstance(term, BlankNode) else to_oxigraph(term)
