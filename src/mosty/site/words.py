"""The words of the site itself, in the languages it speaks: one table for each word, in ``words/*.toml``."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from mosty.model import plurals
from mosty.model.terms import XSD

_DATES = frozenset(XSD + name for name in ("date", "gYear", "gYearMonth", "dateTime", "dateTimeStamp"))
DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T.*)?)?)?(?:Z|[+-]\d\d:\d\d)?")
"""Year, month and day of a date of any precision."""


class Words:
    """The words of the site in one language.

    Attributes:
        language: that language: the reader's, where the site speaks it, and English otherwise.
    """

    def __init__(self, language: str, table: Mapping[str, Mapping[str, str]]) -> None:
        self.language = language
        self._table = table

    def word(self, name: str, /, **values: object) -> str:
        """A word or sentence, with values put in.

        Raises:
            KeyError: there is no such word.
        """
        entry = self._table[name]
        text = entry.get(self.language) or entry["en"]
        return text.format(**values) if values else text

    def has(self, name: str) -> bool:
        """Whether there is such a word."""
        return name in self._table

    def count(self, name: str, number: int) -> str:
        """A number and what is counted: "1 record", "5 záznamů"."""
        return plurals.counted(self.word(name), number, self.language, plurals.NO_BREAK)

    def form(self, name: str, number: int) -> str:
        """The form that a word has beside a number.

        >>> [words("cs").form("rests-verb", number) for number in (1, 3, 439)]
        ['opírá', 'opírají', 'opírá']
        """
        return plurals.plural(self.word(name), number, self.language)

    def counted(self, name: str, number: int, /, **values: object) -> str:
        """A sentence in the form that fits a number, with this and other values put in.

        >>> words("cs").counted("and-more", 5)
        'a 5 dalších'
        """
        return self.form(name, number).format(**{"number": self.number(number), **values})

    def number(self, number: int | str) -> str:
        """Write a number with its thousands apart; a text that is no plain number stays as it is."""
        return plurals.number_text(number, self.language)

    def date(self, text: str | datetime.date) -> str:
        """Write a year, month or day for people; a text that is none stays as it is.

        >>> words("en").date("2012-05"), words("cs").date("2025-03-17")
        ('May 2012', '17. b\u0159ezna 2025')
        """
        match = DATE.fullmatch(text.isoformat() if isinstance(text, datetime.date) else text)
        if not match:
            return str(text)
        year, month, day = match.groups()
        if month is None:
            return year
        if not 1 <= int(month) <= 12:
            return str(text)
        names = self.word("months-of-days" if day else "months").split()
        name = names[int(month) - 1]
        if day is None:
            return f"{name} {year}"
        return self.word("day", day=int(day), month=name, year=year)


def is_date(datatype: str) -> bool:
    """Whether a datatype is that of a year, month or day."""
    return datatype in _DATES


@cache
def words(language: str) -> Words:
    """The words for a reader of a language.

    >>> words("de").language, words("cs-CZ").language
    ('en', 'cs')
    """
    table = _table()
    spoken = {tag for entry in table.values() for tag in entry}
    plain = language.lower().split("-")[0]
    return Words(plain if plain in spoken else "en", table)


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    table: dict[str, Mapping[str, str]] = {}
    for file in sorted((resources.files("mosty.site") / "words").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            for name, entry in tomllib.loads(file.read_text("utf-8")).items():
                if name in table:
                    raise KeyError(f"{file.name}: the word {name} is in two files")
                table[name] = entry
    return table


def list_of(items: Sequence[str], word: str) -> str:
    """Write a list: "a, b and c".

    >>> list_of(["a", "b", "c"], "and")
    'a, b and c'
    """
    return f" {word} ".join(part for part in (", ".join(items[:-1]), *items[-1:]) if part)
