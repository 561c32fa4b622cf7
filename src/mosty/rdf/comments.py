"""Comments of a Turtle file: which can be kept when the file is rewritten, and which would be lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urljoin

from mosty.model.diagnostics import Position

# Turtle 1.1, section 6.5, as far as it takes to tell a comment from a # inside a string, an IRI or a name.
_TOKEN = re.compile(
    r"(?P<comment>\#[^\n\r]*)"
    r"|(?P<iri><(?:[^\x00-\x20<>\"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)"
    r'|(?P<string>"""(?:"{0,2}(?:[^"\\]|\\.))*"""|' + r"'''(?:'{0,2}(?:[^'\\]|\\.))*'''"
    r'|"(?:[^"\\\n\r]|\\.)*"|' + r"'(?:[^'\\\n\r]|\\.)*')"
    r"|(?P<open>[\[({])|(?P<close>[\])}])"
    r"|(?P<word>(?:[^\s\"'<>\#\[\](){};,\\]|\\.)*(?:[^\s\"'<>\#\[\](){};,.\\]|\\.))"
    r"|(?P<end>\.)"
    r"|(?P<other>\S)",
    re.DOTALL,
)
_IRI_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


class Comments(NamedTuple):
    """The comments of a file, and the prefixes that it declares.

    Attributes:
        header: comment lines before everything else.
        above: comment lines that stand on lines of their own right before a subject, by its IRI.
        elsewhere: where the other comments are; they belong to a place that a rewrite does not keep.
        prefixes: namespaces by prefix, as the file declares them.
    """

    header: tuple[str, ...]
    above: dict[str, list[str]]
    elsewhere: tuple[Position, ...]
    prefixes: dict[str, str]


def read_comments(text: str, name: str) -> Comments:
    """Find the comments of a Turtle file that a parser has accepted.

    >>> read_comments("# top\\n<http://a/s> <http://a/p> 1 . # side", "x.ttl")[:2]
    (('# top',), {})
    """
    reader = _Reader(text, name)
    for match in _TOKEN.finditer(text):
        reader.token(match)
    reader.elsewhere += [position for _, position in reader.pending]
    return Comments(tuple(reader.header), reader.above, tuple(sorted(reader.elsewhere)), reader.prefixes)


class _Reader:
    """Follows statements just closely enough to know which token is a subject."""

    def __init__(self, text: str, name: str) -> None:
        self.text, self.name = text, name
        self.header: list[str] = []
        self.above: dict[str, list[str]] = {}
        self.elsewhere: list[Position] = []
        self.prefixes: dict[str, str] = {}
        self.pending: list[tuple[str, Position]] = []
        self._statement: list[str] = []  # the first tokens of the statement that is open
        self._depth = 0
        self._at_top = True
        self._base = ""

    def token(self, match: re.Match[str]) -> None:
        kind, token = match.lastgroup, match[0]
        if kind == "comment":
            self._comment(token, match.start())
            return
        self._at_top = False
        if not self._statement:
            self._begin(kind, token)
        if len(self._statement) < 3:
            self._statement.append(token)
        if kind == "open":
            self._depth += 1
        elif kind == "close":
            self._depth -= 1
        ends = kind == "end" and not self._depth
        directive = self._statement[0].lower()
        if kind == "iri" and directive in ("@prefix", "prefix"):
            self.prefixes[self._statement[1].removesuffix(":")] = self._absolute(token)
        elif kind == "iri" and directive in ("@base", "base"):
            self._base = self._absolute(token)
        # PREFIX and BASE, as SPARQL writes them, end without a dot.
        if ends or (kind == "iri" and directive in ("prefix", "base")):
            self._statement = []

    def _comment(self, token: str, start: int) -> None:
        before = self.text.rfind("\n", 0, start) + 1
        position = Position(self.name, self.text.count("\n", 0, start) + 1, start - before + 1)
        line = token.rstrip()
        if self._at_top:
            gap = self.header and self.text[before - 2 : before] == "\n\n"
            self.header += ["#", line] if gap else [line]
        elif self._statement or self.text[before:start].strip():
            self.elsewhere.append(position)
        else:
            self.pending.append((line, position))

    def _begin(self, kind: str | None, token: str) -> None:
        """Give the comments since the last statement to the subject that opens a new one."""
        pending, self.pending = self.pending, []
        subject = self._subject(kind, token)
        if subject is None:
            self.elsewhere += [position for _, position in pending]
        elif pending:
            self.above.setdefault(subject, []).extend(line for line, _ in pending)

    def _subject(self, kind: str | None, token: str) -> str | None:
        if kind == "iri":
            return self._absolute(token)
        prefix, colon, local = token.partition(":")
        if kind == "word" and colon and prefix in self.prefixes:
            return self.prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)
        return None

    def _absolute(self, token: str) -> str:
        iri = _IRI_ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), token[1:-1])
        if not self._base:
            return iri
        # urljoin drops an empty fragment, with which namespaces end.
        return urljoin(self._base, iri) + ("#" if iri.endswith("#") else "")


def positions(comments: Comments, text: str) -> Iterator[tuple[Position, str]]:
    """Give each comment that would be lost with its line of text."""
    lines = text.split("\n")
    for position in comments.elsewhere:
        assert position.line is not None
        yield position, lines[position.line - 1].rstrip("\r")
