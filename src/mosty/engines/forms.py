"""What must be known of a query before it is sent: its form, and the prefixes that it leaves to the reader.

Both are read by the grammar, not guessed: comments, strings and prefixes may hold any keyword.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, TypeAlias, cast

from mosty.model.errors import QuerySyntaxError, UsageError

Form: TypeAlias = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]

_SKIP = r"(?:[ \t\r\n]|#[^\r\n]*(?:[\r\n]|\Z))*+"
_START = re.compile(rf"\ufeff?{_SKIP}")
# One line of the prologue (SPARQL 1.1, section 19.8, rules 5 and 6); group 1 is the prefix.
_DECLARATION = re.compile(
    rf"(?:BASE{_SKIP}|PREFIX{_SKIP}([^\s:<>#]*){_SKIP}:{_SKIP})<[^<>\s]*>{_SKIP}", re.IGNORECASE
)
_WORD = re.compile(r"[A-Za-z]*")
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")


def query_form(text: str) -> Form:
    r"""Tell the form of a query: the first word after the prologue.

    Raises:
        UsageError: an update.
        QuerySyntaxError: no query.

    >>> query_form("# SELECT\nPREFIX ask: <http://example.org/construct#> DESCRIBE ask:select")
    'DESCRIBE'
    """
    word = _WORD.match(text, _prologue(text)[1])
    found = word[0].upper() if word else ""
    if found in _FORMS:
        return cast("Form", found)
    if found in _UPDATES:
        raise UsageError(
            f"{found} is an update, and mosty only asks", "write a SELECT, ASK, CONSTRUCT or DESCRIBE query"
        )
    raise QuerySyntaxError(
        "not a SPARQL 1.1 query: no SELECT, ASK, CONSTRUCT or DESCRIBE after the prefixes",
        "check the text of the query",
    )


def declare(text: str, prefixes: Mapping[str, str]) -> str:
    """Put PREFIX declarations before a query for the prefixes that it uses without declaring them.

    The line numbers of the query stay as they are, for the endpoint's messages.

    >>> declare("ASK { org:esf ?p ?o }", {"org": "https://example.org/", "place": "https://example.org/p/"})
    'PREFIX org: <https://example.org/> ASK { org:esf ?p ?o }'
    """
    declared, _ = _prologue(text)
    # A prefix inside a string or comment is declared too, which does no harm.
    used = set(re.findall(r"(?<![\w.-])([^\W\d_](?:[\w.-]*[\w-])?|):", text))
    missing = (used & prefixes.keys()) - declared
    lines = "".join(f"PREFIX {prefix}: <{prefixes[prefix]}> " for prefix in sorted(missing))
    return lines + text.removeprefix("\ufeff")


def _prologue(text: str) -> tuple[set[str], int]:
    """Give the declared prefixes, and where the query itself starts."""
    start = _START.match(text)
    end = start.end() if start else 0
    declared = set()
    while line := _DECLARATION.match(text, end):
        end = line.end()
        if line[1] is not None:
            declared.add(line[1])
    return declared, end
