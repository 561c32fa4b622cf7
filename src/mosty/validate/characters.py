"""Sets of characters for classes of regular expressions (XML Schema, part 2, appendix G.4)."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from itertools import groupby
from typing import TypeAlias

Range: TypeAlias = tuple[int, int]

_LAST = sys.maxunicode
_SURROGATES = (0xD800, 0xDFFF)  # no text has them, and RE2 does not take them
_MOST_FOLDED = 20_000
_GROUPS = {
    "L": ("Lu", "Ll", "Lt", "Lm", "Lo"),
    "M": ("Mn", "Mc", "Me"),
    "N": ("Nd", "Nl", "No"),
    "P": ("Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po"),
    "S": ("Sm", "Sc", "Sk", "So"),
    "Z": ("Zs", "Zl", "Zp"),
    "C": ("Cc", "Cf", "Co", "Cn"),
}
_CATEGORIES = frozenset(_GROUPS).union(*_GROUPS.values())
_BLOCKS: dict[str, Range] = {
    "IsBasicLatin": (0x0, 0x7F),
    "IsLatin-1Supplement": (0x80, 0xFF),
    "IsLatinExtended-A": (0x100, 0x17F),
    "IsLatinExtended-B": (0x180, 0x24F),
    "IsIPAExtensions": (0x250, 0x2AF),
    "IsSpacingModifierLetters": (0x2B0, 0x2FF),
    "IsCombiningDiacriticalMarks": (0x300, 0x36F),
    "IsGreek": (0x370, 0x3FF),
    "IsGreekandCoptic": (0x370, 0x3FF),
    "IsCyrillic": (0x400, 0x4FF),
    "IsArmenian": (0x530, 0x58F),
    "IsHebrew": (0x590, 0x5FF),
    "IsArabic": (0x600, 0x6FF),
    "IsDevanagari": (0x900, 0x97F),
    "IsThai": (0xE00, 0xE7F),
    "IsGeorgian": (0x10A0, 0x10FF),
    "IsLatinExtendedAdditional": (0x1E00, 0x1EFF),
    "IsGreekExtended": (0x1F00, 0x1FFF),
    "IsGeneralPunctuation": (0x2000, 0x206F),
    "IsCurrencySymbols": (0x20A0, 0x20CF),
    "IsHiragana": (0x3040, 0x309F),
    "IsKatakana": (0x30A0, 0x30FF),
    "IsCJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "IsHangulSyllables": (0xAC00, 0xD7A3),
}
_NAME_START: tuple[Range, ...] = (
    *((0x3A, 0x3A), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2FF)),
    *((0x370, 0x37D), (0x37F, 0x1FFF), (0x200C, 0x200D), (0x2070, 0x218F), (0x2C00, 0x2FEF)),
    *((0x3001, 0xD7FF), (0xF900, 0xFDCF), (0xFDF0, 0xFFFD), (0x10000, 0xEFFFF)),
)
_NAME: tuple[Range, ...] = (
    *_NAME_START,
    *((0x2D, 0x2E), (0x30, 0x39), (0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040)),
)


class Characters:
    """A set of characters, with the short text that RE2 has for it, if there is one.

    Attributes:
        short: what stands for it within a class of RE2.
        negative: whether `short` lists what is not in the set.
    """

    def __init__(
        self,
        ranges: Sequence[Range] | None = None,
        categories: Iterable[str] = (),
        short: str | None = None,
        *,
        negative: bool = False,
    ) -> None:
        self._ranges = ranges
        self._categories = tuple(categories)
        self.short = short
        self.negative = negative
        self._parts: tuple[Characters, ...] = ()

    @classmethod
    def of(cls, *ranges: Range) -> Characters:
        """The set of all characters of some ranges of code points."""
        return cls(ranges, short=_written(ranges))

    @property
    def text(self) -> str:
        """The set as a class of RE2."""
        if self.short is not None:
            return f"[{'^' * self.negative}{self.short}]"
        if not self.ranges:
            return r"[^\x{0}-\x{10FFFF}]"
        return f"[{_written(self.ranges)}]"

    @cached_property
    def ranges(self) -> tuple[Range, ...]:
        """The code points, as sorted ranges that do not touch."""
        found = list(self._ranges or ())
        for name in self._categories:
            found += _table()[name]
        for part in self._parts:
            found += part.ranges
        found = _merged(found)
        return tuple(_complement(found) if self.negative else found)

    def complement(self) -> Characters:
        """All other characters."""
        found = Characters(short=self.short, negative=not self.negative)
        found._ranges, found._categories, found._parts = self._ranges, self._categories, self._parts
        return found

    def union(self, *others: Characters) -> Characters:
        """The characters of all these sets."""
        if not others:
            return self
        sets = (self, *others)
        short = None
        if all(part.short is not None and not part.negative for part in sets):
            short = "".join(part.short or "" for part in sets)
        found = Characters(short=short)
        found._parts = sets
        return found

    def without(self, other: Characters) -> Characters:
        """The characters that the other set does not have."""
        return Characters(_complement([*_complement(self.ranges), *other.ranges]))

    def folded(self) -> Characters:
        """The characters with their upper and lower case; categories stay (F&O, section 5.6.1.1)."""
        if self._categories or self._parts or self.negative or self._ranges is None:
            return self
        size = sum(last - first + 1 for first, last in self._ranges)
        if size > _MOST_FOLDED:
            return self
        found = set()
        for first, last in self._ranges:
            for char in map(chr, range(first, last + 1)):
                found |= {form for form in (char, char.lower(), char.upper()) if len(form) == 1}
        return Characters.of(*_merged([(ord(char), ord(char)) for char in found]))


def is_category(name: str) -> bool:
    """Whether there is such a category or block of Unicode."""
    return name in _CATEGORIES or name in _BLOCKS


def category(name: str) -> Characters:
    """The characters of a category (``Lu``) or block (``IsGreek``) of Unicode."""
    if name in _BLOCKS:
        return Characters.of(_BLOCKS[name])
    if name == "Cn":
        return Characters(categories=("Cn",))
    if name == "C":  # with the characters that are not assigned, which RE2 leaves out
        return _other("LMNPSZ").complement()
    return Characters(categories=_GROUPS.get(name, (name,)), short=rf"\p{{{name}}}")


def named(letter: str) -> Characters | None:
    """What ``\\d``, ``\\w``, ``\\s``, ``\\i`` and ``\\c`` stand for; None for another letter."""
    if letter == "d":
        return category("Nd")
    if letter == "w":
        return _other("LMNS")
    if letter == "s":
        return Characters.of((0x9, 0xA), (0xD, 0xD), (0x20, 0x20))
    return Characters.of(*_NAME_START) if letter == "i" else Characters.of(*_NAME) if letter == "c" else None


def _other(groups: str) -> Characters:
    names = [name for group in groups for name in _GROUPS[group]]
    return Characters(categories=names, short="".join(rf"\p{{{group}}}" for group in groups))


@cache
def _table() -> dict[str, list[Range]]:
    """The ranges of each category; only classes that RE2 cannot write need them."""
    table: dict[str, list[Range]] = {name: [] for names in _GROUPS.values() for name in names}
    table["Cs"] = []
    first = 0
    for name, run in groupby(map(unicodedata.category, map(chr, range(_LAST + 1)))):
        length = sum(1 for _ in run)
        table[name].append((first, first + length - 1))
        first += length
    return table


def _merged(ranges: Iterable[Range]) -> list[Range]:
    merged: list[Range] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def _complement(ranges: Iterable[Range]) -> list[Range]:
    """All other code points."""
    found = []
    at = 0
    for first, last in _merged([*ranges, _SURROGATES]):
        if at < first:
            found.append((at, first - 1))
        at = last + 1
    if at <= _LAST:
        found.append((at, _LAST))
    return found


def _written(ranges: Iterable[Range]) -> str:
    return "".join(rf"\x{{{first:x}}}-\x{{{last:x}}}" for first, last in ranges)
