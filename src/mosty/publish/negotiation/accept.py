r"""The Accept headers as regular expressions: RFC 9110, sections 12.4.2 (quality), 12.5.1 and 12.5.4; RFC 4647.

Neither nginx nor Apache's mod_rewrite compares numbers, but both have Perl's regular expressions, which compare
digits. A quality becomes a text that sorts as it counts: ``1`` for 1, ``0`` and three digits or more for less; and an
*offer* is that text with the offer's name behind it: ``0800000ttl``. Of two offers, joined by ``|``, `GREATER` matches
when the second one is wanted more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

NONE = "0000000none"
"""Stands for the offer that nobody wants."""

# Elements before the one that is looked for: commas inside quotes do not count. Nothing here can backtrack.
_BEFORE = r'^(?:(?:[^,"]++|"(?:[^"\x5C]++|\x5C.)*+"?)*+,)*?[ \x09]*'
_PARAMETER = r'(?:[ \x09]*;[ \x09]*(?!q[ \x09]*=)(?:[^,;"]++|"(?:[^"\x5C]++|\x5C.)*+"?)*+)'
# A quality below 1; what is no quality at all (q=high) counts as 1.
_LOW = r"[ \x09]*;[ \x09]*q=(?:0|(?=\.))(?:\.(\d{0,3})\d*+)?[ \x09]*(?:[,;]|$)"
_HIGH = r"[ \x09]*(?:[,;]|$)"
_ALONE = r"[ \x09]*(?:,|$|;[ \x09]*q=)"

GREATER = r"^(\d*)(?:" + "|".join(rf"{n}\d*[a-z]*\|\1[{n + 1}-9]" for n in range(9)) + ")"


class Clause(NamedTuple):
    """A pattern for a header, and whether its first group holds the digits of a quality below 1 (else it is 1)."""

    pattern: str
    low: bool

    @property
    def quality(self) -> str:
        """The quality as text; ``{}`` stands for the digits."""
        return "0{}000" if self.low else "1"


def media_clauses(media: str) -> Iterator[Clause]:
    """What gives a media type its quality, the strongest first: itself, itself with parameters, its range, any."""
    exact, any_of = re.escape(media), re.escape(media.split("/")[0]) + r"/\*"
    yield Clause(_BEFORE + exact + _LOW, True)
    yield Clause(_BEFORE + exact + _ALONE, False)
    for pattern in (exact, any_of, r"\*/\*"):
        yield Clause(_BEFORE + pattern + _PARAMETER + "*+" + _LOW, True)
        yield Clause(_BEFORE + pattern + _HIGH, False)


def exact_language_clauses(tag: str) -> Iterator[Clause]:
    """What gives a language its quality: its tag, or any."""
    for pattern in (_language(tag), r"\*"):
        yield Clause(_BEFORE + pattern + _LOW, True)
        yield Clause(_BEFORE + pattern + _HIGH, False)


def near_language_clauses(tag: str) -> Iterator[Clause]:
    """A range that goes on where the tag ends (``cs-CZ`` for ``cs``), or ends earlier (``zh`` for ``zh-Hant``)."""
    shorter = [_language(tag.rsplit("-", cut)[0]) for cut in range(1, tag.count("-") + 1)]
    pattern = "(?:" + "|".join([_language(tag) + "(?:-[A-Za-z0-9]+)+", *shorter]) + ")"
    yield Clause(_BEFORE + pattern + _LOW, True)
    yield Clause(_BEFORE + pattern + _HIGH, False)


def _language(tag: str) -> str:
    return re.escape(tag)
