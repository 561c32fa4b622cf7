"""The triples of one statement of Turtle, each with the places of its terms, in the order of the parser.

A parser has accepted the text. Terms are not read here, only found: what a term means, the parser says.
The order in which pyoxigraph gives triples decides how blank nodes are told apart: it gives what one token completes
last first, and a string without language and datatype is complete at the next token only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from mosty.rdf.statements import IRI, SPACE, STRING

_RDF = b"http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TYPE, _FIRST, _REST, _NIL, _REIFIES = (
    b"<%b%b>" % (_RDF, name) for name in (b"type", b"first", b"rest", b"nil", b"reifies")
)

_CHARS = rb"A-Za-z0-9_\-\x80-\xff"
_NAME = (
    rb"(?:[A-Za-z\x80-\xff](?:[" + _CHARS + rb"]|\.++(?=[" + _CHARS + rb":]))*+)?+:"
    rb"(?:(?:[A-Za-z0-9_:%\x80-\xff]|\\.)(?:[" + _CHARS + rb":%]|\\.|\.++(?=[" + _CHARS + rb":%\\]))*+)?+"
)
_LABEL = rb"_:[" + _CHARS + rb"]++(?:\.[" + _CHARS + rb"]++)*+"
_TOKEN = re.compile(
    SPACE + rb"(?:(?P<string>" + STRING + rb"(?P<suffix>" + SPACE
    + rb"(?:@[A-Za-z0-9\-]++|\^\^" + SPACE + rb"(?:" + IRI + rb"|" + _NAME + rb")))?+)"
    rb"|(?P<iri>" + IRI + rb"|" + _NAME + rb")"
    rb"|(?P<blank>" + _LABEL + rb")"
    rb"|(?P<atom>[+\-]?+(?:[0-9]++(?:\.[0-9]++|\.(?=[eE]))?+|\.[0-9]++)(?:[eE][+\-]?+[0-9]++)?+|true|false)"
    rb"|(?P<other><<\(|\)>>|<<|>>|\{\||\|\}|[a\[\](){};,.~]))",
    re.DOTALL,
)  # fmt: skip

_MARK = re.compile(
    rb"(?:[^\"'<#\[(_~{\\]++|" + IRI + rb"|" + STRING + rb"|#[^\r\n]*+|\\."
    rb"|(?<=[" + _CHARS + rb":%.])_|_(?!:[" + _CHARS + rb"])|<(?!<)|\{(?!\|))*+"
    rb"(\[|\(|<<|\{\||~|" + _LABEL + rb"|\Z)",
    re.DOTALL,
)  # fmt: skip

PLAIN_MARKS = frozenset((b"[", b"_"))
"""First characters of marks that stand for one blank node each."""


def marks_of_blanks(data: bytes, start: int, end: int) -> list[bytes]:
    """Give the brackets and labels of a statement that can stand for blank nodes, quickly.

    >>> marks_of_blanks(b"_:a <a:p> '[', [ <a:q_> ( 1 ) ] .", 0, 33)
    [b'_:a', b'[', b'(']
    """
    return [mark for mark in _MARK.findall(data, start, end) if mark]


class Node(NamedTuple):
    """A term in the text.

    Attributes:
        start: its place.
        end: where it ends; of a bracket, only the bracket counts.
        text: the term as written, in full for what is not written; ``_:label``; ``_1``, ``_2`` ... for blank
            nodes without a label, told apart within one statement; empty for a triple term.
        parts: subject, predicate and object of a triple term.
    """

    start: int
    end: int
    text: bytes
    parts: tuple[Node, ...] = ()


Triple = tuple[Node, Node, Node]


class _Frame:
    """An open bracket: properties of a subject, members of a list, or the parts of a quoted triple."""

    __slots__ = ("filled", "kind", "object", "parts", "predicate", "reifier", "subject", "token", "waiting")

    def __init__(self, kind: bytes, token: Node, subject: Node | None = None) -> None:
        self.kind = kind
        self.token = token
        self.subject = subject
        self.predicate: Node | None = None
        self.object: Node | None = None
        self.reifier: Node | None = None
        self.parts: list[Node] = []
        self.filled = False
        self.waiting = False


def walk(data: bytes, start: int, end: int) -> Iterator[Triple]:
    """Give the triples of the statement between two places.

    >>> [tuple(node.text for node in triple) for triple in walk(b"<a:s> <a:p> [ <a:q> 1 ], 'x'@en .", 0, 33)]
    [(b'_1', b'<a:q>', b'1'), (b'<a:s>', b'<a:p>', b'_1'), (b'<a:s>', b'<a:p>', b"'x'@en")]
    """
    walker = _Walker(end)
    position = start
    while position < end:
        match = _TOKEN.match(data, position, end)
        if match is None:
            break
        position = match.end()
        walker.token(match)
        yield from walker.completed()
        if match["suffix"] is not None:  # to the parser, tokens of their own
            walker.flush()
            yield from walker.completed()
    walker.flush()
    yield from walker.completed()


class _Walker:
    """Follows the brackets; `complete` holds the triples that the last token completed."""

    def __init__(self, end: int) -> None:
        self.complete: list[Triple] = []
        self._stack = [_Frame(b".", Node(end, end, b""))]
        self._pending: Node | None = None  # a string that is not complete before the next token
        self._blanks = 0

    def completed(self) -> Iterator[Triple]:
        complete, self.complete = self.complete, []
        return reversed(complete)

    def flush(self) -> None:
        if self._pending is not None:
            pending, self._pending = self._pending, None
            self._accept(pending)

    def token(self, match: re.Match[bytes]) -> None:
        kind = match.lastgroup
        if kind == "suffix":
            kind = "string"
        assert kind is not None
        node = Node(match.start(kind), match.end(kind), match[kind])
        self.flush()
        frame = self._stack[-1]
        if frame.waiting:
            frame.waiting = False
            if kind in ("iri", "blank"):
                self._reify(frame, node)
                return
            self._reify(frame, self._blank(frame.token))
        if frame.kind == b"(" and not self._next_member(frame, node):
            return
        if kind == "other":
            self._punctuation(self._stack[-1], node)
        elif kind == "string":
            self._pending = node
        else:
            self._accept(node)

    def _blank(self, place: Node) -> Node:
        self._blanks += 1
        return Node(place.start, place.end, b"_%d" % self._blanks)

    def _accept(self, node: Node) -> None:
        """Put a complete term where it belongs."""
        frame = self._stack[-1]
        if frame.kind == b"(":
            assert frame.subject is not None
            self.complete.append((frame.subject, Node(node.start, node.end, _FIRST), node))
        elif frame.kind in (b"<<", b"<<("):
            frame.parts.append(node)
        elif frame.subject is None:
            frame.subject = node
        elif frame.predicate is None:
            frame.predicate = node
        else:
            frame.object, frame.reifier = node, None
            self.complete.append((frame.subject, frame.predicate, node))

    def _next_member(self, frame: _Frame, node: Node) -> bool:
        """Make a list go on at a token; False when it ends there."""
        old = frame.subject
        if node.text == b")":
            self._stack.pop()
            if old is None:
                self._accept(Node(frame.token.start, node.end, _NIL))
            else:
                self.complete.append((old, node._replace(text=_REST), node._replace(text=_NIL)))
            return False
        if old is None:
            frame.subject = self._blank(frame.token)
            self._stack.pop()
            self._accept(frame.subject)
            self._stack.append(frame)
        else:
            frame.subject = self._blank(node)
            self.complete.append((old, node._replace(text=_REST), frame.subject))
        return True

    def _punctuation(self, frame: _Frame, node: Node) -> None:
        text = node.text
        if text == b"a":
            self._accept(node._replace(text=_TYPE))
        elif text == b";":
            frame.predicate = frame.object = None
        elif text == b",":
            frame.object = None
        elif text == b"[":
            self._stack.append(_Frame(b"[", node, self._blank(node)))
        elif text in (b"(", b"<<", b"<<("):
            self._stack.append(_Frame(text, node))
        elif text == b"~":
            frame.waiting, frame.token = True, node
        elif text == b"{|":
            self._annotate(frame, node)
        elif text in (b"]", b"|}", b">>", b")>>") and len(self._stack) > 1:
            self._close(frame, text)

    def _annotate(self, frame: _Frame, node: Node) -> None:
        reifier = frame.reifier
        if reifier is None:
            reifier = self._blank(node)
            self._reify(frame, reifier)
            frame.reifier = None
        self._stack.append(_Frame(b"{|", node, reifier))

    def _close(self, frame: _Frame, text: bytes) -> None:
        if text == b">>" and frame.reifier is None:
            self._reify(frame, self._blank(frame.token))
        self._stack.pop()
        if text == b"]" and frame.subject is not None:
            self._accept(frame.subject)
        elif text == b">>" and frame.reifier is not None:
            self._accept(frame.reifier)
        elif text == b")>>":
            self._accept(Node(frame.token.start, frame.token.end, b"", tuple(frame.parts)))

    def _reify(self, frame: _Frame, reifier: Node) -> None:
        parts = frame.parts if frame.kind == b"<<" else (frame.subject, frame.predicate, frame.object)
        term = Node(reifier.start, reifier.end, b"", tuple(part for part in parts if part is not None))
        self.complete.append((reifier, Node(reifier.start, reifier.end, _REIFIES), term))
        frame.reifier = reifier
