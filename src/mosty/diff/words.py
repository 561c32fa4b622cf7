"""The words in which differences are told: templates of words.toml, by language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

from mosty.model.plurals import counted
from mosty.rdf.keys import Key, iri_key

Entry: TypeAlias = Mapping[str, str]
"""A text by language; the English one is always there."""

_FALLBACK = "en"
_PLACE = re.compile(r"\{([^{}]+)\}")


class Words:
    """What words.toml holds.

    Args:
        table: its content.

    Attributes:
        languages: the languages that every text is there in.
    """

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._prefixes: Mapping[str, str] = table["prefixes"]
        self._words: Mapping[str, Entry] = table["words"]
        self._sentences: Mapping[str, Entry] = table["sentences"]
        self._names = self._by_key(table["names"])
        self._properties = self._by_key(table["properties"])
        self._parts = self._by_key(table["parts"])
        self.languages = tuple(self._words["added"])

    def word(self, name: str, language: str) -> str:
        """A word."""
        return _in(self._words[name], language)

    def count(self, number: int, name: str, language: str) -> str:
        """A number with the right form of its word.

        >>> words().count(2, "triples", "en"), words().count(5, "triples", "cs")
        ('2 triples', '5 trojic')
        """
        entry = self._words[name]
        spoken = _spoken(entry, language)
        return counted(entry[spoken], number, spoken)

    def sentence(self, name: str, language: str, predicate: Key | None = None) -> str:
        """The template of a sentence: that of the property, where it has one of its own."""
        own = self._properties.get(predicate, {}) if predicate else {}
        return _in(own.get(name) or self._sentences[name], language)

    def name(self, key: Key, language: str) -> str | None:
        """The name of a property or class, where this one is better than the ontology's."""
        entry = self._names.get(key)
        return None if entry is None else _in(entry, language)

    def part(self, kind: Key, name: str, language: str) -> Sequence[str]:
        """The templates for parts of a class, the best first."""
        return [_in(entry, language) for entry in self._parts.get(kind, {}).get(name, ())]

    def part_change(self, kind: Key, predicate: Key, way: str, language: str) -> str | None:
        """The template for a property of a part that was added, removed or changed, where it has one of its own."""
        changes = self._by_key(self._parts.get(kind, {}).get(way, {}))
        entry = changes.get(predicate)
        return None if entry is None else _in(entry, language)

    def key(self, curie: str) -> Key:
        """The key of a CURIE of the file."""
        prefix, _, name = curie.partition(":")
        return iri_key(self._prefixes[prefix] + name)

    def _by_key(self, table: Mapping[str, Any]) -> Mapping[Key, Any]:
        return {self.key(curie): entry for curie, entry in table.items()}


@cache
def words() -> Words:
    """The words that mosty brings."""
    return Words(tomllib.loads(files("mosty.diff").joinpath("words.toml").read_text("utf-8")))


def fill(template: str, value: Callable[[str], str | None]) -> str | None:
    """Fill the places of a template in; None when one has no value.

    >>> fill("{a} and {b}", {"a": "1", "b": "2"}.get)
    '1 and 2'
    """
    missing = False

    def replaced(match: re.Match[str]) -> str:
        nonlocal missing
        found = value(match[1])
        missing = missing or found is None
        return found or ""

    text = _PLACE.sub(replaced, template)
    return None if missing else text


def _in(entry: Entry, language: str) -> str:
    return entry[_spoken(entry, language)]


def _spoken(entry: Entry, language: str) -> str:
    """The language that an entry has for a reader of another one."""
    return next((tag for tag in (language, language.partition("-")[0]) if entry.get(tag)), _FALLBACK)
