r"""SPARQL as HTML: keywords, variables, strings and comments apart; the lines of parameters marked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markupsafe import Markup, escape

_WORDS = (
    "BASE PREFIX SELECT DISTINCT REDUCED CONSTRUCT DESCRIBE ASK FROM NAMED WHERE ORDER BY ASC DESC GROUP HAVING LIMIT "
    "OFFSET VALUES OPTIONAL GRAPH UNION MINUS FILTER BIND AS EXISTS NOT IN UNDEF SEPARATOR"
)
_CALLS = (
    "STR LANG LANGMATCHES DATATYPE BOUND IRI URI BNODE RAND ABS CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE CONTAINS "
    "STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS MINUTES SECONDS NOW COALESCE IF STRLANG STRDT SAMETERM "
    "ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC REGEX REPLACE SUBSTR COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT"
)
# In this order: what stands inside a string or comment is nothing else.
_TOKEN = re.compile(
    r"""(?P<s>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<i><[^<>"{}|^`\\\x00-\x20]*>)|(?P<c>\#[^\n]*)|(?P<v>[?$]\w+)|(?P<n>[\w-]*:[\w.%-]*)|(?P<w>[A-Za-z_]+)""",
    re.VERBOSE | re.DOTALL,
)
_KNOWN = frozenset(f"{_WORDS} {_CALLS}".split())
_CLASS = {"s": "s", "c": "c", "v": "v", "w": "k"}


def highlighted(text: str, slots: Sequence[tuple[int, int]] = ()) -> Markup:
    """Write a query as HTML.

    Args:
        text: the query.
        slots: where parts of it stand that parameters change: begin and end, in their order.

    >>> highlighted("ASK { ?s a 'x<y' }")
    Markup('<span class="k">ASK</span> { <span class="v">?s</span> a <span class="s">&#39;x&lt;y&#39;</span> }')
    """
    out, end = [], 0
    for begin, stop in slots:
        out.append(_tokens(text[end:begin]))
        out.append(Markup('<span class="slot">{}</span>').format(_tokens(text[begin:stop])))
        end = stop
    out.append(_tokens(text[end:]))
    return Markup("").join(out)


def _tokens(text: str) -> Markup:
    out, end = [], 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "w" and match[0].upper() not in _KNOWN:
            continue
        if kind in _CLASS:
            out += [
                escape(text[end : match.start()]),
                Markup('<span class="{}">{}</span>').format(_CLASS[kind], match[0]),
            ]
            end = match.end()
    return Markup("").join([*out, escape(text[end:])])
