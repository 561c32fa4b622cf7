"""From the N-Triples token of a term to its Turtle text, and the order of terms."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from mosty.model.errors import InputError
from mosty.model.terms import RDF, XSD
from mosty.rdf.characters import INVISIBLE, language_tag
from mosty.rdf.prefixes import Prefixes

RDF_TYPE = f"<{RDF}type>"

# PN_LOCAL without escapes (Turtle 1.1, section 6.5); an IRI that does not fit is written in full.
_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_CHARS = _BASE + "_0-9\u00b7\u0300-\u036f\u203f-\u2040-"
is_local = re.compile(f"[{_BASE}_0-9](?:[{_CHARS}.]*[{_CHARS}])?").fullmatch
"""Whether a local name can stand after a prefix."""

_LOCALS = re.compile(r"(?:[A-Za-z0-9_][\w-]*+(?:\.++[\w-]++)*+\n)*+", re.ASCII)

SHORTHAND = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "boolean": re.compile(r"true|false"),
}
"""What a literal of a datatype must look like to be written without quotes (Turtle 1.1, section 2.5.2)."""

NUMBERS = frozenset(
    XSD + name
    for name in (
        *("integer", "decimal", "double", "float", "long", "int", "short", "byte"),
        *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
        *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
)

_UNESCAPE = re.compile(r'\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([tbnrf"\'\\]))')
_UNESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_ESCAPES = {code: f"\\u{code:04X}" for code in INVISIBLE} | {
    0x08: "\\b", 0x09: "\\t", 0x0A: "\\n", 0x0C: "\\f", 0x0D: "\\r", 0x22: '\\"', 0x5C: "\\\\",
}  # fmt: skip
_LONG_ESCAPES = {code: text for code, text in _ESCAPES.items() if code not in (0x0A, 0x22)}
_IRI_ESCAPES = {code: f"\\u{code:04X}" for code in INVISIBLE}

ObjectKey: TypeAlias = tuple[int, Decimal, str, str]
_ZERO = Decimal(0)
_MOST = 200_000  # so many texts are remembered


class TurtleTerms(dict[str, str]):
    """The Turtle text of each token, worked out once; `used` holds the prefixes that the texts need.

    Raises:
        InputError: asked for a triple term of RDF 1.2, which not every Turtle reader knows.
    """

    def __init__(self, prefixes: Prefixes) -> None:
        super().__init__()
        self.used: set[str] = set()
        self._prefixes = {namespace: prefix for prefix, namespace in reversed(list(prefixes.items()))}
        self._ranks = {namespace: rank for rank, namespace in reversed(list(enumerate(prefixes.values())))}
        longest_first = sorted(self._prefixes, key=len, reverse=True)
        self._longest = re.compile("|".join(map(re.escape, longest_first)) or "(?!)").match

    def __missing__(self, token: str) -> str:
        if token[0] == "<":
            text = self._iri(token[1:-1])
        elif token[0] == '"':
            text = self._literal(token)
        else:
            text = token
        if len(self) < _MOST:
            self[token] = text
        return text

    @property
    def namespaces(self) -> Collection[str]:
        """The namespaces of the prefix map."""
        return self._prefixes.keys()

    def kind_rank(self, subject: str) -> int:
        """Give the place of an IRI's namespace in the prefix map; IRIs without a prefix come last."""
        return self.rank(self.namespace(subject[1:-1]))

    def rank(self, namespace: str | None) -> int:
        """Give the place of a namespace in the prefix map."""
        return len(self._ranks) if namespace is None else self._ranks[namespace]

    def namespace(self, iri: str) -> str | None:
        """Give the namespace of the prefix map that an IRI belongs to."""
        usual = iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
        return usual if usual in self._prefixes else self.longest(iri)

    def longest(self, iri: str) -> str | None:
        """Give the longest namespace of the prefix map that an IRI begins with."""
        found = self._longest(iri)
        return None if found is None else found[0]

    def use(self, namespace: str) -> str:
        """Give the prefix of a namespace of the prefix map, which is then in use."""
        prefix = self._prefixes[namespace]
        self.used.add(prefix)
        return prefix

    def _iri(self, iri: str) -> str:
        if iri.startswith("<"):
            raise InputError(
                f"a triple term (RDF 1.2) cannot be written as Turtle 1.1: <{iri}>",
                "state it with rdf:subject, rdf:predicate and rdf:object",
            )
        namespace = iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
        prefix = self._prefixes.get(namespace)
        if prefix is None and (longest := self.longest(iri)) is not None:
            namespace, prefix = longest, self._prefixes[longest]
        if prefix is not None and is_local(local := iri[len(namespace) :]):
            self.used.add(prefix)
            return f"{prefix}:{local}"
        return f"<{iri.translate(_IRI_ESCAPES)}>"

    def _literal(self, token: str) -> str:
        if is_plain(token) and is_as_it_is(token[token.rindex('"') + 1 :]):
            return token
        lexical, datatype, language = split_literal(token)
        shorthand = SHORTHAND.get(datatype)
        if shorthand and shorthand.fullmatch(lexical):
            return lexical
        text = _quoted(lexical)
        if language:
            return f"{text}@{language}"
        return f"{text}^^{self[f'<{datatype}>']}" if datatype else text


def are_local(names: Iterable[str]) -> bool:
    """Tell whether many names are local names, all of them; for names in ASCII only, much faster than one by one.

    >>> are_local(["p1", "p1.0"]), are_local(["p1", "p1."]), are_local(["ž"])
    (True, False, False)
    """
    return _LOCALS.fullmatch("\n".join((*names, ""))) is not None


def is_plain(text: str) -> bool:
    """Tell whether the characters of keys stand in Turtle as they are: nothing is escaped, or ought to be."""
    return "\\" not in text and text.isprintable()


def is_as_it_is(tail: str) -> bool:
    """Tell whether a literal stands in Turtle with what follows its quotes: nothing, or a simple language tag."""
    return not tail or (tail[0] == "@" and "-" not in tail)


def split_literal(token: str) -> tuple[str, str, str]:
    """Split the N-Triples token of a literal into lexical form, datatype and language; each may be empty.

    >>> split_literal('"40"^^<http://www.w3.org/2001/XMLSchema#integer>')
    ('40', 'http://www.w3.org/2001/XMLSchema#integer', '')
    >>> split_literal('"Česko"@cs')
    ('Česko', '', 'cs')
    """
    end = token.rindex('"')
    lexical, suffix = token[1:end], token[end + 1 :]
    if "\\" in lexical:
        lexical = _UNESCAPE.sub(_unescape, lexical)
    if suffix.startswith("@"):
        return lexical, "", language_tag(suffix[1:])
    return lexical, suffix[3:-1], ""


def object_key(token: str) -> ObjectKey:
    """Order objects: IRIs, texts by language, numbers by value, other literals by datatype, blank nodes."""
    if token[0] == "<":
        return 0, _ZERO, token[1:-1], ""
    if token[0] == "_":
        return 4, _ZERO, token, ""
    lexical, datatype, language = split_literal(token)
    if language:
        return 1, _ZERO, language, lexical
    if datatype in NUMBERS:
        try:
            number = Decimal(lexical)
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite():
            return 2, number, datatype, lexical
    return 3, _ZERO, datatype, lexical


def _unescape(match: re.Match[str]) -> str:
    short, long, letter = match.groups()
    if letter:
        return _UNESCAPED.get(letter, letter)
    return chr(int(short or long, 16))


def _quoted(lexical: str) -> str:
    if "\n" not in lexical:
        return f'"{lexical.translate(_ESCAPES)}"'
    text = lexical.translate(_LONG_ESCAPES).replace('"""', '""\\"')
    if (len(lexical) - len(lexical.rstrip('"'))) % 3:  # else the last of these quotes has its escape already
        text = text[:-1] + '\\"'
    return f'"""{text}"""'
