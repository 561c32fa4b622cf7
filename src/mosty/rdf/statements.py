"""Whole statements of Turtle and TriG, found at the speed of a regular expression, in a text that a parser accepts.

Nothing is checked here: up to the end of each statement, tokens are those of the grammar (RDF 1.2 Turtle,
section 6.5). Texts are bytes in UTF-8, which take a quarter of the room that some strings would.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import TypeAlias

import pyoxigraph as ox

from mosty.rdf.keys import Key

SPACE = rb"(?:[ \t\r\n]++|#[^\r\n]*+)*+"
IRI = rb"<[^<>]*+>"
STRING = (
    rb'(?:"""[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+"""'
    rb"|'''[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+'''"
    rb'|"[^"\\]*+(?:\\.[^"\\]*+)*+"'
    rb"|'[^'\\]*+(?:\\.[^'\\]*+)*+')"
)

# What stands before the full stop that ends a statement. A stop is part of a name or a number when a digit follows,
# or a letter on both sides; where a digit or colon is beside it, `_is_inside_name` decides.
_BODY = (
    rb"(?:[^\"'<#.\\{}@]++(?:(?<=[A-Za-z_%\-\x80-\xff])\.++(?=[A-Za-z0-9_%\-\\\x80-\xff])|\.++(?=[0-9]))?+"
    rb"|" + IRI + rb"|<|" + STRING + rb"|#[^\r\n]*+|@[A-Za-z0-9\-]*+"
    rb"|\\.(?:\.++(?=[A-Za-z0-9_:%\-\\\x80-\xff]))?+|\.++(?=[0-9])|\{\||(?<=\|)\})*+"
)
_END = rb"([.{}]|\Z)"
_STATEMENT = re.compile(
    SPACE + rb"(?:((?i:PREFIX|BASE|VERSION)(?=[ \t\r\n#<\"'])" + SPACE
    + rb"(?:[^ \t\r\n<>\"'#:]*+:" + SPACE + rb")?+(?:" + IRI + rb"|" + STRING + rb"))"
    rb"|(" + IRI + rb"|(?:[^\x00-\x20<>\"'#\[\](){};,\\]|\\.)*+)" + _BODY + _END + rb")",
    re.DOTALL,
)  # fmt: skip
_REST = re.compile(_BODY + _END, re.DOTALL)
_NAME_BYTES = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_:%-.+") | frozenset(
    range(0x80, 0x100)
)
_NAME_TOKENS = frozenset(bytes([byte]) for byte in _NAME_BYTES | {ord("\\")})
_NAME_RUN = re.compile(rb"[A-Za-z0-9_:%\-.+\x80-\xff]*+")
_NUMBER = re.compile(rb"[+-]?(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?+")
_EXPONENT = re.compile(rb"\.[eE][+-]?[0-9]")
_DIRECTIVE = re.compile(
    rb"@?(?:(?i:prefix)" + SPACE + rb"([^ \t\r\n<>\"'#:]*+):|(?i:base))" + SPACE + rb"(" + IRI + rb")"
)
# The prefix of a name, or of the datatype that ends a literal.
_PREFIX_OF = re.compile(
    rb"(?:\A|[\"']" + SPACE + rb"\^\^" + SPACE + rb")([^ \t\r\n<>\"'#:^]*+):[^ \t\r\n<>\"'#^]*+\Z"
)
_ABSOLUTE = re.compile(rb"<[A-Za-z][A-Za-z0-9+.\-]*+:[^\\]*+>")


class Scope:
    """What a place of the text knows about names: the base IRI and the prefixes, as absolute ``<IRI>``.

    All scopes of a text share one history of prefixes, so that thousands of them cost no more than one.

    Attributes:
        base: the base IRI.
        version: how many prefixes were declared so far.
        declared: prefix and namespace of every declaration of the text that was read so far.
    """

    __slots__ = ("_versions", "base", "declared", "version")

    def __init__(self, base: bytes | None = None) -> None:
        self.base = base
        self.version = 0
        self.declared: list[tuple[bytes, bytes]] = []
        self._versions: dict[bytes, list[int]] = {}

    def after(self, directive: bytes) -> Scope:
        """The scope after a directive; one that is neither prefix nor base changes nothing."""
        match = _DIRECTIVE.match(directive)
        iri = None if match is None else self.absolute(match[2])
        if match is None or iri is None:
            return self
        new = Scope()
        new.base, new.version, new.declared, new._versions = (
            self.base,
            self.version,
            self.declared,
            self._versions,
        )
        if match[1] is None:
            new.base = iri
        elif self.namespace(match[1]) == iri:
            return self
        else:
            self._versions.setdefault(match[1], []).append(self.version)
            self.declared.append((match[1], iri))
            new.version += 1
        return new

    def namespace(self, prefix: bytes) -> bytes | None:
        """What a prefix stands for here."""
        versions = self._versions.get(prefix, ())
        at = bisect_left(versions, self.version)
        return self.declared[versions[at - 1]][1] if at else None

    def absolute(self, iri: bytes) -> bytes | None:
        """Resolve an ``<IRI>`` as written."""
        if _ABSOLUTE.fullmatch(iri):
            return iri
        key = self.key(iri)
        return None if key is None else key.encode()

    def key(self, token: bytes) -> Key | None:
        """Give the key of a term as written; None for what the parser refuses."""
        return self.keys([token])[0]

    def keys(self, tokens: Iterable[bytes]) -> list[Key | None]:
        """Give the keys of terms as written, blank nodes excluded; the parser reads them."""
        tokens = list(tokens)
        prefixes = {match[1] for token in tokens if (match := _PREFIX_OF.search(token))}
        spaces = [(prefix, self.namespace(prefix)) for prefix in prefixes]
        text = b"" if self.base is None else b"@base " + self.base + b" .\n"
        text += b"".join(
            b"@prefix %b: %b .\n" % (prefix, space) for prefix, space in spaces if space is not None
        )
        text += b"<x:s> <x:p> " + b" ,\n".join(tokens) + b" ."
        try:
            keys = [str(quad.object) for quad in ox.parse(text, ox.RdfFormat.TURTLE)] if tokens else []
        except (SyntaxError, ValueError):
            keys = []
        if len(keys) == len(tokens):
            return list(keys)
        return [None] if len(tokens) == 1 else [self.key(token) for token in tokens]


Statement: TypeAlias = tuple[int, int, bytes, Scope]
"""Where a statement starts and ends, its subject as written (empty when it opens with a bracket), and its scope."""


def statements(data: bytes, start: int = 0, base: bytes | None = None) -> Iterator[Statement]:
    """Give the statements of a Turtle or TriG text; directives and the names of graphs are none.

    >>> [subject for _, _, subject, _ in statements(b"PREFIX : <http://e.org/> :a :b :c.d ; :e '.' . :f { :g :h 1.5 }")]
    [b':a', b':g']
    """
    scope = Scope(base)
    match = _STATEMENT.match
    position, length = start, len(data)
    while position < length:
        found = match(data, position)
        if found is None:
            return
        begin, position = position, found.end()
        if position == begin:
            return
        keyword, subject, end = found.groups()
        if keyword is not None:
            scope = scope.after(keyword)
            continue
        name, last = begin, begin  # where the name starts that the last full stop was inside of
        while end == b"." and data[position : position + 1] in _NAME_TOKENS:
            stop = position - 1
            if last == begin or not _NAME_RUN.fullmatch(data, last, stop):
                name = _start_of_name(data, begin, stop)
            if not _is_inside_name(data, name, stop):
                break
            rest = _REST.match(data, position)
            if rest is None:
                return
            last, position, end = position, rest.end(), rest[1]
        if subject[:1] == b"@":
            scope = scope.after(data[found.start(2) : position])
        elif end != b"{" and (subject or position > found.start(2) + 1):
            yield found.start(2), position, subject, scope


def _start_of_name(data: bytes, begin: int, stop: int) -> int:
    while stop > begin and data[stop - 1] in _NAME_BYTES:
        stop -= 1
    return stop


def _is_inside_name(data: bytes, start: int, stop: int) -> bool:
    """Whether a full stop between a digit or colon and a letter or colon belongs to the name or number before it."""
    before = data[start - 1 : start]
    if start == stop or before == b"@":
        return False
    if b"\\" in (before, data[start - 2 : start - 1]):
        return True
    if _NUMBER.fullmatch(data, start, stop):
        return _EXPONENT.match(data, stop) is not None
    if data.startswith(b"_:", start):
        return data[stop + 1 : stop + 2] != b":"
    # A name without local part ends before the stop.
    return data[stop - 1 : stop] != b":" or data.find(b":", start, stop - 1) >= 0
