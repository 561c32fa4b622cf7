"""What is refused before a query runs: calls to the network, and nesting that kills a parser."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mosty.model.errors import QuerySyntaxError, UsageError

MAX_DEPTH = 200
"""Deepest nesting of brackets in a query; the embedded engine's parser overflows its stack at about 1,000."""

# One token of SPARQL 1.1 (section 19.8), as far as the guard must tell words from strings, IRIs and names.
_LOCAL_CHARACTER = r"[\w:-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"
_TOKEN = re.compile(
    rf"""(?P<opaque>
        \"{{3}}(?:[^"\\]|\\.|"(?!""))*\"{{3}} | '{{3}}(?:[^'\\]|\\.|'(?!''))*'{{3}}
      | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*'
      | <[^<>"{{}}|^`\\\x00-\x20]*> | \#[^\n\r]*
      | [?$]\w+ | @[A-Za-z-]+ | _:[\w.-]+
      | (?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:(?:\.|{_LOCAL_CHARACTER})*(?:{_LOCAL_CHARACTER}))?
    )
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<open>[\[({{]) | (?P<close>[\])}}])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def check(text: str, *, allow_network: bool = False) -> None:
    """Refuse a query that would call the network, or that is nested too deep to be parsed safely.

    SPARQL knows no other way to the network than SERVICE and, in updates, LOAD; both are keywords that
    can stand nowhere else as bare words, so refusing the word refuses the deed.

    Raises:
        UsageError: SERVICE or LOAD, and `allow_network` is false.
        QuerySyntaxError: nested too deep.

    >>> check('SELECT * { ?s ?p "SERVICE" }')
    >>> check("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }")
    Traceback (most recent call last):
    mosty.model.errors.UsageError: SERVICE is refused: it would send data over the network
    """
    # Code point escapes are resolved before the grammar applies (SPARQL 1.1, section 19.2).
    for variant in {text, _ESCAPE.sub(_unescape, text)}:
        _check(variant, allow_network)


def words(text: str) -> Iterator[str]:
    """The bare words of a query, in capitals: keywords, and names of functions.

    >>> list(words('SELECT ?now { BIND (now() AS ?now) } # RAND'))
    ['SELECT', 'BIND', 'NOW', 'AS']
    """
    for match in _TOKEN.finditer(_ESCAPE.sub(_unescape, text)):
        if match.lastgroup == "word":
            yield match[0].upper()


def _unescape(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code <= 0x10FFFF else match[0]


def _check(text: str, allow_network: bool) -> None:
    depth = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "word":
            word = match[0].upper()
            if word in ("SERVICE", "LOAD") and not allow_network:
                raise UsageError(
                    f"{word} is refused: it would send data over the network",
                    "if you mean it, add --allow-network",
                )
        elif kind == "open":
            depth += 1
            if depth > MAX_DEPTH:
                line = text.count("\n", 0, match.start()) + 1
                column = match.start() - text.rfind("\n", 0, match.start())
                raise QuerySyntaxError(
                    f"line {line}, column {column}: nested more than {MAX_DEPTH} deep", "split the query"
                )
        elif kind == "close":
            depth -= 1
