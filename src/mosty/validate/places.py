"""Where a result stands: the record that its focus node belongs to, the file, and the line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import pyoxigraph as ox

from mosty.model.diagnostics import Position
from mosty.model.terms import IRI, RDF, BlankNode, Term
from mosty.rdf.prefixes import Prefixes
from mosty.rdf.terms import to_oxigraph
from mosty.validate.sources import Node, SourceFile, declared_prefixes, turtle_text

_TYPE = IRI(RDF + "type")
_FIRST_WORD = re.compile(r"\s*(\S+)")


class Places:
    """Finds the record, file and line that a result is about.

    Args:
        files: all files, the new ones first.
        record_spaces: namespaces of the kinds of records.
        new: the new files, when only they are judged: what they describe is looked for there.
        prefixes: for files that declare none.
    """

    def __init__(
        self,
        files: Sequence[SourceFile],
        record_spaces: Iterable[str],
        new: Sequence[SourceFile] | None,
        prefixes: Prefixes,
    ) -> None:
        self._files = files
        self._spaces = tuple(record_spaces)
        self._new = len(new or ())
        self._prefixes = prefixes
        self._lines: dict[int, _Lines | None] = {}

    @cached_property
    def _subjects(self) -> Mapping[Node, int]:
        """Number of the file of each subject; a record's own file (named after it) wins over others."""
        found: dict[Node, int] = {}
        for number, file in enumerate(self._files):
            for subject in {quad.subject for quad in file.quads}:
                own = isinstance(subject, ox.NamedNode) and subject.value.rpartition("/")[2] == file.path.stem
                if subject not in found or (own and found[subject] >= self._new):
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
        for number, file in enumerate(self._files):
            for subject in {quad.subject for quad in file.quads}:
                if isinstance(subject, ox.NamedNode) and subject.value.startswith(self._spaces):
                    records.setdefault(number, []).append(subject.value)
        return records

    def place(self, focus: Term, path: IRI | None, value: Term | None) -> tuple[IRI | None, Position | None]:
        """Give the record and the position of a result; the line is that of the triple, else of the node."""
        node: Node = to_oxigraph(focus)
        number = self._subjects.get(node)
        if number is None:  # nobody describes it: show who mentions it
            user = self._users.get(node)
            number = self._subjects.get(user) if user is not None else None
            if user is None or number is None:
                return None, None
            node, path, value = user, None, focus
        elif path is not None and value is not None:
            triple = ox.Triple(node, to_oxigraph(path), to_oxigraph(value))  # type: ignore[arg-type]
            number = self._stated.get(triple, number)
        line = self._line(number, node, path, value)
        return self._record(node, number), Position(self._files[number].name, line)

    def record(self, node: Node) -> IRI | None:
        """Give the record that a node belongs to, if its file describes one."""
        number = self._subjects.get(node)
        return None if number is None else self._record(node, number)

    @cached_property
    def _stated(self) -> Mapping[ox.Triple, int]:
        """Number of the file that states each triple, the first of several."""
        stated: dict[ox.Triple, int] = {}
        for number, file in enumerate(self._files):
            for quad in file.quads:
                stated.setdefault(quad.triple, number)
        return stated

    def _record(self, node: Node, number: int) -> IRI | None:
        if not isinstance(node, ox.NamedNode):
            return None
        if node.value.startswith(self._spaces):
            return IRI(node.value)
        records = self._records.get(number, ())
        slug = node.value.rpartition("/")[2].partition(".")[0]
        for record in records:
            if record.rpartition("/")[2] == slug:
                return IRI(record)
        return IRI(records[0]) if len(records) == 1 else None

    def _line(self, number: int, node: Node, path: IRI | None, value: Term | None) -> int | None:
        if not isinstance(node, ox.NamedNode):
            return None
        if number not in self._lines:
            text = turtle_text(self._files[number])
            self._lines[number] = None if text is None else _Lines(text, self._prefixes)
        lines = self._lines[number]
        return None if lines is None else lines.find(IRI(node.value), path, value)


class _Lines:
    """Finds triples in a Turtle text as people lay it out; it looks at words and does not parse."""

    def __init__(self, text: str, prefixes: Prefixes) -> None:
        self._lines = text.split("\n")
        self._prefixes = Prefixes(declared_prefixes(text) or prefixes)

    def find(self, subject: IRI, path: IRI | None, value: Term | None) -> int | None:
        """Give the line of a triple, or of its property, or of its subject, as near as can be found."""
        best: tuple[int, int] | None = None
        for start, after in self._blocks(subject):
            near, line = self._in_block(start, after, path, value)
            if best is None or near > best[0]:
                best = near, line
        return None if best is None else best[1] + 1

    @cached_property
    def _starts(self) -> Mapping[str, Sequence[tuple[int, int]]]:
        """Line and column after the first word of each line, by that word."""
        starts: dict[str, list[tuple[int, int]]] = {}
        for number, line in enumerate(self._lines):
            if match := _FIRST_WORD.match(line):
                starts.setdefault(match[1], []).append((number, match.end()))
        return starts

    def _blocks(self, subject: IRI) -> list[tuple[int, int]]:
        """Where the triples of a subject begin: line and column after its name."""
        return sorted(start for name in self._names(subject) for start in self._starts.get(name, ()))

    def _in_block(self, start: int, after: int, path: IRI | None, value: Term | None) -> tuple[int, int]:
        """How near (0 subject, 1 property, 2 triple) and which line, counted from 0."""
        wanted = None if value is None else re.compile(self._word(value))
        name = (
            None
            if path is None
            else re.compile(self._word(path) + (r"|(?<!\S)a(?=\s)" if path == _TYPE else ""))
        )
        found = start if path is None else None  # the line of the property is not known yet
        for number in range(start, len(self._lines)):
            line = self._lines[number]
            column = after if number == start else 0
            if found is None and name is not None and (match := name.search(line, column)):
                found, column = number, match.end()
            if found is not None:
                if wanted is not None and wanted.search(line, column):
                    return 2, number
                if path is not None and line.rstrip().endswith((";", ".")):
                    return 1, found
            if line.rstrip().endswith("."):
                break
        return (0, start) if found is None or path is None else (1, found)

    def _word(self, term: Term) -> str:
        """A pattern for a term as it may be written."""
        if isinstance(term, IRI):
            names = "|".join(map(re.escape, self._names(term)))
            return rf"(?<![\w:/-])(?:{names})(?![\w-])"
        if isinstance(term, BlankNode):
            return r"(?!)"
        quoted = re.escape(str(ox.Literal(term.lexical)))
        if not re.fullmatch(r"[\w.+-]+", term.lexical):
            return quoted
        return rf"{quoted}|(?<![\w.\"']){re.escape(term.lexical)}(?![\w\"'])"

    def _names(self, iri: IRI) -> set[str]:
        return {self._prefixes.compact(iri), f"<{iri.value}>"}
