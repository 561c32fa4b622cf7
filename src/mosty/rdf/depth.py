"""How deep a text of RDF is nested: what is nested too deep overflows the stacks of parsers.

Each token is read once and what does not end is read to the end of the text, so that no input takes longer
than its length. Up to the first syntax error, where the parser stops, tokens are those of the grammar.
"""

from __future__ import annotations

import re

import pyoxigraph as ox

MAX_DEPTH = 500
"""Deepest nesting that is read."""

# Each match runs to the next bracket, over all other tokens: a match for each token would take five times as long.
# RDF 1.2 Turtle, section 6.5; N-Triples, N-Quads and TriG have the same tokens.
_TURTLE = re.compile(
    r"""(?:[^"'<>#\\\[({\])}]++"""
    r'|"""(?:[^"\\]++|\\.|"(?!""))*+(?:""")?'
    r"|'''(?:[^'\\]++|\\.|'(?!''))*+(?:''')?"
    r'|"(?:[^"\\\n\r]++|\\.)*+"?'
    r"|'(?:[^'\\\n\r]++|\\.)*+'?"
    r'|<(?:[^<>"{}|^`\\\x00-\x20]++|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>'
    r"|#[^\n\r]*+"
    r"|\\.?"  # an escape inside a name: its quote opens no string
    r"|<(?!<)|>(?!>))*+"
    r"(?:(?P<open>[\[({]|<<)|(?P<close>[\])}]|>>)|\Z)",
    re.DOTALL,
)
_JSON = re.compile(
    r'(?:[^"\[{\]}]++|"(?:[^"\\]++|\\.)*+"?)*+(?:(?P<open>[\[{])|(?P<close>[\]}])|\Z)', re.DOTALL
)
_XML = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)"
    r"|(?P<close></)|(?P<open><(?:[^<>\"'/]|\"[^\"<]*+\"|'[^'<]*+'|/(?!>))*+>)",
    re.DOTALL,
)
_TOKENS = {ox.RdfFormat.RDF_XML: _XML, ox.RdfFormat.JSON_LD: _JSON}
_OPENING = {ox.RdfFormat.RDF_XML: ("<",), ox.RdfFormat.JSON_LD: ("[", "{")}


def is_shallow(data: bytes, rdf_format: ox.RdfFormat) -> bool:
    """Whether a text opens so few brackets that it cannot be nested too deep: that takes no time to see."""
    opening = _OPENING.get(rdf_format, ("[", "(", "{", "<<"))
    return sum(data.count(bracket.encode()) for bracket in opening) <= MAX_DEPTH


def too_deep_at(text: str, rdf_format: ox.RdfFormat) -> int | None:
    """Give the place where a text becomes nested more than MAX_DEPTH deep; None when it never does.

    >>> too_deep_at("[" * 600, ox.RdfFormat.TURTLE), too_deep_at('"' + "[" * 600, ox.RdfFormat.TURTLE)
    (500, None)
    """
    if sum(map(text.count, _OPENING.get(rdf_format, ("[", "(", "{", "<<")))) <= MAX_DEPTH:
        return None
    depth = 0
    for match in _TOKENS.get(rdf_format, _TURTLE).finditer(text):
        if match.lastgroup == "open":
            depth += 1
            if depth > MAX_DEPTH:
                return match.start("open")
        elif match.lastgroup == "close":
            depth -= 1
    return None
