"""Pieces that the rules of all servers share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import unquote_to_bytes

from mosty.publish.negotiation.accept import (
    Clause,
    exact_language_clauses,
    media_clauses,
    near_language_clauses,
)
from mosty.publish.negotiation.routes import MEDIA_TYPES, Routes, extension

WITHDRAWN = "This was withdrawn; tombstones.ttl of the release tells when, and what else is known."


def refusal(offers: Sequence[str]) -> str:
    """What the answer 406 says: what there is instead.

    >>> refusal(["html", "ttl"])
    'Not acceptable: there is text/html, text/turtle.'
    """
    return f"Not acceptable: there is {', '.join(MEDIA_TYPES[short] for short in offers)}."


def links(targets: Mapping[str, str]) -> str:
    """The value of a Link header (RFC 8288) to alternates, by short name of the media type.

    >>> links({"ttl": "iom.ttl"})
    '<iom.ttl>; rel=alternate; type="text/turtle"'
    """
    return ", ".join(
        f'<{target}>; rel=alternate; type="{MEDIA_TYPES[short]}"' for short, target in targets.items()
    )


def media_wanted(routes: Routes) -> Iterator[tuple[str, Iterable[Clause]]]:
    """What gives each offer of all resources its quality, by the short name of its media type."""
    for short in dict.fromkeys(short for resource in routes.resources for short in resource.offers):
        yield short, media_clauses(MEDIA_TYPES[short])


def languages_wanted(routes: Routes) -> Iterator[tuple[str, str, Iterable[Clause]]]:
    """What gives each language its quality: the names of two offers (its own tag goes before near ones), its folder."""
    for number, (tag, folder) in enumerate(routes.languages.items()):
        yield f"lx{letters(number)}", folder, exact_language_clauses(tag)
        yield f"ly{letters(number)}", folder, near_language_clauses(tag)


def pattern_of(path: str) -> str:
    r"""A pattern for the decoded form of a path, byte by byte, without any character that means something.

    >>> pattern_of("id/org/a.b%C4%8D")
    'id/org/a\\x2Eb\\xC4\\x8D'
    """
    return "".join(
        chr(byte) if re.match(rb"[A-Za-z0-9/_-]", bytes([byte])) else f"\\x{byte:02X}"
        for byte in unquote_to_bytes(path)
    )


def chunks(alternatives: Iterable[str], most: int) -> Iterator[str]:
    """Join alternatives of a pattern to texts that are not too long.

    >>> list(chunks(["aa", "bb", "cc"], 6))
    ['aa|bb', 'cc']
    """
    line = ""
    for text in alternatives:
        if line and len(line) + len(text) >= most:
            yield line
            line = ""
        line += f"|{text}" if line else text
    if line:
        yield line


def data_of(offers: Sequence[str]) -> list[str]:
    """The offers that are files of data, each once."""
    return [short for short in offers if short != "html" and extension(short) == short]


def letters(number: int) -> str:
    """A number as small letters only, as names of offers are.

    >>> letters(0), letters(25), letters(26)
    ('a', 'z', 'ba')
    """
    more, last = divmod(number, 26)
    return (letters(more) if more else "") + chr(ord("a") + last)
