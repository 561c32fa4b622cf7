"""Names of files and columns, made from what the data call things."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from mosty.rdf.keys import Key
from mosty.rdf.prefixes import Prefixes

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_A_LETTER = re.compile(r"[\W_]+")
_LONGEST = 48
# Names that Windows keeps for devices, whatever stands behind a dot.
_DEVICES = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{i}" for port in ("com", "lpt") for i in range(10)))
)


def word(text: str) -> str:
    """Make a name of lower-case letters, digits and underscores; empty when nothing is left.

    >>> word("nameText"), word("phraseSHA256Digest"), word("Místo / place")
    ('name_text', 'phrase_sha256_digest', 'misto_place')
    """
    plain = unicodedata.normalize("NFKD", _CAMEL.sub("_", text))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return _NOT_A_LETTER.sub("_", plain).strip("_")[:_LONGEST].strip("_")


def file_word(text: str) -> str:
    """Make the name of a file: letters of ASCII, digits and hyphens, and no name that some system keeps.

    >>> file_word("PlaceLink"), file_word("../../etc"), file_word("con"), file_word("проект")
    ('place-link', 'etc', 'con-table', '')
    """
    name = word(text).encode("ascii", "ignore").decode().strip("_").replace("_", "-")
    name = re.sub(r"-{2,}", "-", name)
    return f"{name}-table" if name in _DEVICES else name


def local_name(key: Key, prefixes: Prefixes) -> tuple[str, str]:
    """Prefix (or nothing) and last part of an IRI.

    >>> local_name("<https://example.org/terms/7>", Prefixes())
    ('', '7')
    """
    iri = key[1:-1]
    if split := prefixes.split(iri):
        return split
    return "", re.split(r"[/#:]", iri.rstrip("/#:"))[-1]


class Names:
    """Gives each thing a name of its own, told apart even where case does not count.

    >>> names = Names(["id"])
    >>> names.take(["id", "dcterms_id"]), names.take(["id", "dcterms_id"]), names.take([""], "column")
    ('dcterms_id', 'id_2', 'column')
    """

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {name.casefold() for name in taken}

    def take(self, wishes: Iterable[str], otherwise: str = "column") -> str:
        """The first wish that is free; when none is, the first of them with a number."""
        wished = [wish for wish in wishes if wish] or [otherwise]
        separator = "-" if "-" in wished[0] else "_"
        numbered = (f"{wished[0]}{separator}{number}" for number in range(2, len(self._taken) + 3))
        name = next(name for name in (*wished, *numbered) if name.casefold() not in self._taken)
        self._taken.add(name.casefold())
        return name
