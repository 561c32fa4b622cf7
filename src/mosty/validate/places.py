"""Where a result stands: the record that its focus node belongs to, the file, the line and the column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from itertools import chain
from typing import NamedTuple

from mosty.model.diagnostics import Position, SyntaxDiagnostic
from mosty.model.errors import InputError
from mosty.model.terms import IRI, Term
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, from_key, to_key
from mosty.rdf.loading import Loaded, Source, load
from mosty.rdf.positions import Positions
from mosty.rdf.reading import read_bytes
from mosty.validate.offending import Asked, Question, offending
from mosty.validate.sources import ShapesFile
from mosty.validate.syntax import ShapeError


class Place(NamedTuple):
    """Where a result stands: the record that it belongs to, its position, and the line as written."""

    record: IRI | None = None
    position: Position | None = None
    line: str | None = None


class Places:
    """Finds the record, file and line that a result is about; looks into files that hold results only.

    Args:
        loaded: what was validated.
        record_spaces: namespaces of the kinds of records.
        new: the new files, when only they are judged: what they describe is looked for there.
    """

    def __init__(self, loaded: Loaded, record_spaces: Iterable[str], new: Collection[Source] = ()) -> None:
        self._loaded = loaded
        self._spaces = tuple("<" + space for space in record_spaces)
        self._new = frozenset(new)
        self._records: dict[Source, Mapping[str, Key]] = {}
        self._graphs: dict[Source, Graph] = {}

    def find(self, questions: Iterable[Question]) -> dict[Question, Place]:
        """Give the place of each result: of its triple, else of its property, else of its focus node."""
        places: dict[Question, Place] = {}
        asked: defaultdict[Source, list[tuple[Question, Asked]]] = defaultdict(list)
        pending = dict.fromkeys(questions)
        nodes = {focus for focus, _, _ in pending}
        nobodys = {node for node in nodes if not self._loaded.sources_of(node)}
        users = self._users(nobodys) if nobodys else {}
        for question in pending:
            triple = users.get(question[0]) or offending(self._loaded.graph, *question)
            source = self._stating(triple)
            if source is None and triple[0] != question[0]:
                triple = (question[0], None, None)
                source = self._stating(triple)
            if source is None:  # only rules speak of it
                places[question] = Place()
            else:
                asked[source].append((question, triple))
        for source, triples in asked.items():
            found = look(source, (triple for _, triple in triples))
            for question, triple in triples:
                node = triple[0] if question[0] in users else question[0]
                owner = source if node == triple[0] else self._owner(node) or source
                places[question] = Place(self._record(node, owner), *found[triple])
        return places

    def record(self, node: Key) -> IRI | None:
        """Give the record that a node belongs to, if its file describes one."""
        owner = self._owner(node)
        return None if owner is None else self._record(node, owner)

    def _owner(self, subject: Key) -> Source | None:
        """The file of a subject: a new one, or the record's own (named after it), or the first."""
        sources = self._loaded.sources_of(subject)
        if len(sources) > 1 and sources[0] not in self._new:
            name = subject.rpartition("/")[2][:-1]
            sources = [source for source in sources if source.path.stem == name] or sources
        return sources[0] if sources else None

    def _stating(self, asked: Asked) -> Source | None:
        """The file that states a triple, when several are about its subject; else the file of the subject."""
        subject, predicate, value = asked
        sources = self._loaded.sources_of(subject)
        if len(sources) > 1 and predicate is not None:
            for source in sources:
                column = self._graph(source).column(predicate)
                if value is None:
                    stated = subject in column
                else:  # the key of a blank node is another one in there
                    stated = value in source.blank_nodes if value[0] == "_" else column.has(subject, value)
                if stated:
                    return source
        return self._owner(subject)

    def _graph(self, source: Source) -> Graph:
        """What one file states."""
        if source not in self._graphs:
            self._graphs[source] = load([(source.path, source.name)], relative=source.base is not None).graph
        return self._graphs[source]

    def _users(self, nodes: Set[Key]) -> Mapping[Key, Asked]:
        """A triple that mentions each node, for nodes that no file describes."""
        users: dict[Key, Asked] = {}
        for predicate, column in self._loaded.graph.columns.items():
            if nodes.isdisjoint(column.one.values()) and nodes.isdisjoint(chain(*column.more.values())):
                continue
            for subject, value in column.pairs():
                if value in nodes and value not in users and self._loaded.sources_of(subject):
                    users[value] = (subject, predicate, value)
        return users

    def _record(self, node: Key, source: Source) -> IRI | None:
        if node[0] != "<":
            return None
        if node.startswith(self._spaces):
            return IRI(node[1:-1])
        if source not in self._records:
            records = [key for key in dict.fromkeys(source.subjects) if key.startswith(self._spaces)]
            self._records[source] = {key.rpartition("/")[2][:-1]: key for key in reversed(records)}
        records_by_name = self._records[source]
        found = records_by_name.get(node.rpartition("/")[2].rstrip(">").partition(".")[0])
        if found is None and len(records_by_name) == 1:
            (found,) = records_by_name.values()
        return None if found is None else IRI(found[1:-1])


def look(source: Source | ShapesFile, asked: Iterable[Asked]) -> Mapping[Asked, tuple[Position, str | None]]:
    """Give position and line of triples of one file, all at once; the file alone where it tells no more."""
    wanted = dict.fromkeys(asked)
    positions = Positions(
        read_bytes(source.path), source.format, source.name, source.blank_nodes, source.base
    )
    found = positions.find(wanted)
    numbers = {position.line for position in found.values() if position.line is not None}
    lines: dict[int | None, str] = {number: positions.line(number) for number in sorted(numbers)}
    nowhere = Position(source.name)
    at = ((triple, found.get(triple, nowhere)) for triple in wanted)
    return {triple: (position, lines.get(position.line)) for triple, position in at}


@contextmanager
def shapes_located(files: Sequence[ShapesFile]) -> Iterator[None]:
    """Add to the error about an ill-formed shape where it stands.

    Args:
        files: the files of shapes.

    Raises:
        InputError: what went wrong inside.
    """
    try:
        yield
    except ShapeError as error:
        asked: Asked = (error.node, None, None)
        file = next((file for file in files if file.name == error.file), None)
        position = look(file, [asked])[asked][0] if file is not None else Position(error.file)
        if position.line is None:
            raise
        diagnostic = SyntaxDiagnostic(position, error.what)
        raise InputError(str(diagnostic), error.hint, [diagnostic]) from None


def shape_positions(files: Sequence[ShapesFile], shapes: Iterable[tuple[Term, str]]) -> dict[Term, Position]:
    """Give the position of shapes.

    Args:
        files: the files of shapes.
        shapes: each shape with the name of its file.
    """
    by_name = {file.name: file for file in files}
    asked: dict[str, list[Key]] = {}
    for node, name in dict.fromkeys(shapes):
        asked.setdefault(name, []).append(to_key(node))
    return {
        from_key(subject): position
        for name, nodes in asked.items()
        if name in by_name
        for (subject, _, _), (position, _) in look(by_name[name], ((n, None, None) for n in nodes)).items()
    }
