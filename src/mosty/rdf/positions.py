"""Where in a file a triple stands: file, line and column of its subject, property or object.

Turtle, TriG, N-Triples and N-Quads: exactly. Only statements about the subjects that are asked for are looked
into; the others are passed over one regular expression step each. RDF/XML and JSON-LD: the line where the
subject's IRI is stated, when it stands there in full; else the file.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import pyoxigraph as ox

from mosty.model.diagnostics import Position
from mosty.model.terms import RDF
from mosty.rdf.keys import Key
from mosty.rdf.statements import Scope, statements
from mosty.rdf.walking import PLAIN_MARKS, Node, Triple, marks_of_blanks, walk

Question: TypeAlias = tuple[Key, Key | None, Key | None]
"""Subject, property or None, object or None."""

_Span: TypeAlias = tuple[int, int]

_BATCH = 20_000
_BLOCK = 1 << 12
_NEAR = 32
_LINES = (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS)
_LINE = re.compile(rb"(?:[ \t\r\n]++|#[^\r\n]*+)*+(?:(<[^<>]*+>|_:[^ \t<]*+)[^\r\n]*+|[^\r\n]++|\Z)")
_ESCAPE = re.compile(rb"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_TAIL = re.compile(rb"[^/#?:]*+\Z")


class Positions:
    """The places of the triples of one file that the parser has accepted.

    Args:
        data: the file, as bytes.
        rdf_format: its format.
        name: how positions call it.
        blank_nodes: the keys that were given to its blank nodes, in the order of their first appearance in the
            triples as the parser gives them, the subject of a triple before its object; when none are given,
            keys of blank nodes are the labels of the file.
        base: what its relative IRIs were resolved against.

    >>> data = b"PREFIX : <http://e.org/>\\n:a :b 1 ,\\n    :c ."
    >>> question = ("<http://e.org/a>", "<http://e.org/b>", "<http://e.org/c>")
    >>> Positions(data, ox.RdfFormat.TURTLE, "a.ttl").find([question])[question]
    Position(file='a.ttl', line=3, column=5, length=2)
    """

    def __init__(
        self,
        data: bytes,
        rdf_format: ox.RdfFormat,
        name: str,
        blank_nodes: Sequence[Key] = (),
        base: str | None = None,
    ) -> None:
        self._data = data
        self._format = rdf_format
        self._name = name
        self._blank_nodes = blank_nodes
        self._base = None if base is None else f"<{base}>".encode()
        self._start = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
        self._newlines: list[int] | None = None  # how many there are before each block
        self._last = (1, self._start)  # the line that was asked for last, and where it starts

    def find(self, questions: Iterable[Question]) -> dict[Question, Position]:
        """Say where triples stand; where a triple is stated twice, the first place.

        Args:
            questions: (s, p, o) asks for the object of that triple, (s, p, None) for the first property p of s,
                (s, None, None) for the first place where s is described.

        Returns:
            A position for each question that has one. A triple that is not there stands where its property
            stands, or else its subject; a blank node without properties stands where it is used.
        """
        asked = list(questions)
        if not asked:
            return {}
        if self._format in (ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD):
            from mosty.rdf.markup import places_of_subjects  # it brings half of the standard library along

            described = places_of_subjects(self._data, self._format, {question[0] for question in asked})
            lines = self._positions(described.values())
            file = Position(self._name)
            return {q: lines[described[q[0]]] if q[0] in described else file for q in asked}
        by_line = self._format in _LINES
        search = _Search(self._data, self._start, by_line, asked, self._blank_nodes, self._base)
        search.run()
        spans = {question: span for question in asked if (span := search.span(question)) is not None}
        places = self._positions(set(spans.values()))
        return {question: places[span] for question, span in spans.items()}

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its end; empty when there is no such line.

        Lines that are asked for in their order are found at once.
        """
        if number < 1 or number > self._index()[-1] + 1:
            return ""
        last, start = self._last
        if not last <= number < last + _NEAR:
            block = bisect_left(self._index(), number - 1) - 1 if number > 1 else 0
            last, start = self._index()[block] + 1, max(block * _BLOCK, self._start)
        for _ in range(number - last):
            start = self._data.index(b"\n", start) + 1
        self._last = number, start
        end = self._data.find(b"\n", start)
        text = self._data[start : len(self._data) if end < 0 else end]
        return text.decode(errors="replace").removesuffix("\r")

    def _positions(self, spans: Iterable[_Span]) -> dict[_Span, Position]:
        """Turn places into positions, in one pass: a line may hold many of them, and be as long as the file."""
        data, positions = self._data, {}
        line, column, last = 1, 1, self._start
        for start, end in sorted(spans):
            if newlines := data.count(b"\n", last, start):
                line, column, last = line + newlines, 1, data.rindex(b"\n", last, start) + 1
            column += len(data[last:start].decode(errors="replace"))
            last = start
            token = data[start:end].split(b"\n", 1)[0].rstrip(b"\r")
            length = len(token.decode(errors="replace"))
            positions[start, end] = Position(self._name, line, column, length)
        return positions

    def _index(self) -> list[int]:
        if self._newlines is None:
            self._newlines = [0]
            for start in range(0, len(self._data), _BLOCK):
                self._newlines.append(self._newlines[-1] + self._data.count(b"\n", start, start + _BLOCK))
        return self._newlines


class _Candidate(NamedTuple):
    """A statement that may say what is asked for; `blanks` are those that are first met in it."""

    start: int
    end: int
    scope: Scope
    first_blank: int


class _Search:
    """One run through a file for all questions."""

    def __init__(
        self,
        data: bytes,
        start: int,
        by_line: bool,
        asked: Iterable[Question],
        blank_nodes: Sequence[Key],
        base: bytes | None,
    ) -> None:
        self._data = data
        self._base = base
        self._start = start
        self._by_line = by_line
        self._blank_nodes = blank_nodes
        self._objects: dict[Question, _Span | None] = {}
        self._properties: dict[tuple[Key, Key | None], _Span | None] = {}
        self._subjects: dict[Key, _Span | None] = {}
        self._used: dict[Key, _Span] = {}
        for subject, property_, value in asked:
            self._subjects[subject] = None
            if property_ is not None:
                self._properties[subject, property_] = None
                if value is not None:
                    self._objects[subject, property_, value] = None
        keys = [key for question in asked for key in question if key is not None and key[:2] == "_:"]
        ranks = {key: rank for rank, key in enumerate(blank_nodes)} if keys else {}
        self._ranks = sorted({ranks[key] for key in keys if key in ranks})
        self._labels: dict[bytes, int] = {}  # label -> place of the statement that has it first
        self._blanks = 0
        self._label_keys: dict[bytes, Key | None] = {}
        self._suspects: set[bytes] = set()  # labels of blank nodes that may be asked for
        self._spelling = _Spelling(self._subjects)

    def span(self, question: Question) -> _Span | None:
        """The answer to a question."""
        subject, property_, value = question
        span = None
        if property_ is not None:
            if value is not None:
                span = self._objects[question]
            span = span or self._properties[subject, property_]
        return span or self._subjects[subject] or self._used.get(subject)

    def run(self) -> None:
        """Look for everything that is asked."""
        candidates = list(self._candidates())
        if self._ranks and self._blanks != len(self._blank_nodes):
            self._blank_nodes = ()  # the count is wrong, so no blank node is known for sure
            self._labels = {}
        batch: list[Triple] = []
        scope = Scope()
        for candidate in candidates:
            if candidate.scope is not scope or len(batch) > _BATCH:
                self._match(batch, scope)
                batch, scope = [], candidate.scope
            for triple in self._named(candidate):
                batch.append(triple)
                if len(batch) > _BATCH:
                    self._match(batch, scope)
                    batch = []
        self._match(batch, scope)

    def _candidates(self) -> Iterator[_Candidate]:
        data, count = self._data, bool(self._ranks)
        if self._by_line:
            yield from self._candidate_lines()
            return
        spelling, spelled = self._spelling, self._spelling.spelled
        tilde = b"~" in data
        scope = None
        for start, end, subject, current in statements(data, self._start, self._base):
            if current is not scope:
                scope = current
                spelling.enter(scope)
            first = self._blanks
            wanted = subject in spelled or subject in self._suspects or spelling.may_mean(subject)
            if count and (marks := marks_of_blanks(data, start, end)):
                wanted = self._count(start, end, marks) or wanted
            if wanted or (tilde and data.find(b"~", start, end) >= 0):
                yield _Candidate(start, end, current, first)

    def _candidate_lines(self) -> Iterator[_Candidate]:
        data, scope, spelled = self._data, Scope(), self._spelling.spelled
        if not self._ranks:
            for match in _LINE.finditer(data, self._start):
                subject = match[1]
                if subject in spelled or (subject and b"\\" in subject and _unescaped(subject) in spelled):
                    yield _Candidate(match.start(1), match.end(), scope, 0)
            return
        for match in _LINE.finditer(data, self._start):
            start, end, first = match.start(1), match.end(), self._blanks
            subject = match[1] or b""
            wanted = subject in spelled or subject in self._suspects
            if data.find(b"_:", start, end) >= 0:
                wanted = self._count(start, end, ()) or wanted
            if wanted or (b"\\" in subject and _unescaped(subject) in spelled):
                yield _Candidate(start, end, scope, first)

    def _triples(self, start: int, end: int) -> Iterator[Triple]:
        triples = walk(self._data, start, end)
        if not self._by_line:
            return triples
        # A line of N-Quads holds one triple and then the name of its graph, which the walk takes for a second object.
        return iter(sorted(triples, key=lambda triple: triple[2].start)[:1])

    def _count(self, start: int, end: int, marks: Sequence[bytes]) -> bool:
        """Count the blank nodes of a statement that are new; tells whether one of them may be asked for."""
        if not marks or not PLAIN_MARKS.issuperset(mark[:1] for mark in marks):
            nodes = (node for subject, _, value in self._triples(start, end) for node in (subject, value))
            marks = list(dict.fromkeys(node.text for node in nodes if node.text[:1] == b"_"))
        labels = {mark for mark in marks if mark[:2] == b"_:"}
        fresh = {label for label in labels if label not in self._labels}
        self._labels.update(dict.fromkeys(fresh, start))
        new = len(fresh) + sum(mark[:2] != b"_:" for mark in marks)
        at = bisect_left(self._ranks, self._blanks)
        self._blanks += new
        wanted = at < len(self._ranks) and self._ranks[at] < self._blanks
        if wanted:
            self._suspects |= fresh
        return wanted or not self._suspects.isdisjoint(labels)

    def _named(self, candidate: _Candidate) -> Iterator[Triple]:
        """Give the triples of a statement, blank nodes by their keys (a text that starts with ``_``)."""
        local: dict[bytes, Key | None] = {}
        rank = candidate.first_blank
        for triple in self._triples(candidate.start, candidate.end):
            for node in (triple[0], triple[2]):
                text = node.text
                if text[:1] != b"_":
                    continue
                labelled = text[1:2] == b":"
                keys = self._label_keys if labelled else local
                if text in keys:
                    continue
                if not self._blank_nodes:
                    keys[text] = text.decode() if labelled else None
                elif not self._ranks or (labelled and self._labels.get(text) != candidate.start):
                    keys[text] = None
                else:
                    keys[text] = self._blank_nodes[rank]
                    rank += 1
            yield self._with_keys(triple[0], local), triple[1], self._with_keys(triple[2], local)

    def _with_keys(self, node: Node, local: Mapping[bytes, Key | None]) -> Node:
        if node.parts:
            return node._replace(parts=tuple(self._with_keys(part, local) for part in node.parts))
        if node.text[:1] != b"_":
            return node
        key = local.get(node.text) if node.text[1:2] != b":" else self._label_keys.get(node.text)
        return node._replace(text=b"_" if key is None else key.encode())

    def _match(self, triples: Sequence[Triple], scope: Scope) -> None:
        """Compare triples with the questions: first subjects, then properties, then the few objects left."""
        keys = _Keys(scope)
        keys.read(node for triple in triples for node in (triple[0], triple[2]) if node.text[:1] == b"_")
        for _, _, value in triples:
            if (used := keys.of(value)) in self._subjects and value.text[:1] == b"_":
                self._used.setdefault(used, (value.start, value.end))
        keys.read(triple[0] for triple in triples)
        triples = [triple for triple in triples if keys.of(triple[0]) in self._subjects]
        keys.read(triple[1] for triple in triples)
        left = []
        for subject, property_, value in triples:
            key = keys.of(subject)
            if self._subjects[key] is None:
                self._subjects[key] = (subject.start, subject.end)
            pair = (key, keys.of(property_))
            if pair in self._properties:
                if self._properties[pair] is None:
                    self._properties[pair] = (property_.start, property_.end)
                left.append((*pair, value))
        keys.read(value for _, _, value in left)
        for subject_key, property_key, value in left:
            question = (subject_key, property_key, keys.of(value))
            if question in self._objects and self._objects[question] is None:
                self._objects[question] = (value.start, value.end)


class _Keys:
    """The keys of terms as written, read by the parser many at once."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._keys: dict[bytes, Key | None] = {}

    def read(self, nodes: Iterable[Node]) -> None:
        new: dict[bytes, None] = {}
        stack = list(nodes)
        while stack:
            node = stack.pop()
            stack += node.parts
            if node.text and node.text not in self._keys:
                if node.text[:1] == b"_":
                    self._keys[node.text] = node.text.decode()
                else:
                    new[node.text] = None
        self._keys.update(zip(new, self._scope.keys(new), strict=True))

    def of(self, node: Node) -> Key:
        """The key of a term; one that no question can name for what has none."""
        if node.parts:
            return "<<( " + " ".join(map(self.of, node.parts)) + " )>>"
        return self._keys.get(node.text) or ""


class _Spelling:
    """How the subjects that are asked for may be written; too much does no harm."""

    def __init__(self, subjects: Collection[Key]) -> None:
        self._iris = [key[1:-1].encode() for key in subjects if key[:1] == "<"]
        self._tails = {_TAIL.search(iri)[0] for iri in self._iris} | {b"", b".", b".."}  # type: ignore[index]
        self._relative = False
        self._nil = f"<{RDF}nil>" in subjects  # an empty list, which opens with a bracket
        self._read = 0
        self.spelled: set[bytes] = {key.encode() for key in subjects}

    def enter(self, scope: Scope) -> None:
        self._relative = scope.base is not None
        for prefix, namespace in scope.declared[self._read : scope.version]:
            start = namespace[1:-1]
            self.spelled.update(
                prefix + b":" + iri[len(start) :] for iri in self._iris if iri.startswith(start)
            )
        self._read = scope.version

    def may_mean(self, token: bytes) -> bool:
        """Whether a subject that is not spelled in a usual way may be one of them."""
        if not token:
            return self._nil
        if b"\\" in token:
            token = _unescaped(token)
            if token in self.spelled:
                return True
        if not self._relative or token[:1] != b"<":
            return False
        tail = _TAIL.search(token[1:-1])
        return tail is not None and tail[0] in self._tails


def _unescaped(token: bytes) -> bytes:
    def character(match: re.Match[bytes]) -> bytes:
        code = match[1] or match[2]
        return chr(int(code, 16)).encode(errors="replace") if code else match[3]

    return _ESCAPE.sub(character, token)
