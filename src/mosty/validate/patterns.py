"""Regular expressions of ``sh:pattern`` in linear time: those of XPath, run by RE2.

The syntax is that of SPARQL's REGEX (XPath and XQuery Functions and Operators, section 5.6.1, on top of XML
Schema, part 2, appendix G); it is translated to that of RE2, which cannot back-track.
"""

from __future__ import annotations

import re
import warnings
from typing import Any

from mosty.model.errors import InputError
from mosty.validate.characters import Characters, category, is_category, named

_FLAGS = frozenset("smixq")
_MEMORY = 64 << 20
_LONGEST = 100_000
_MOST_REPEATS = 1000  # RE2's own limit, for repetitions in each other too; longer ones are written as several
_MOST_STEPS = 20_000  # with all repetitions written out; beyond, compiling takes seconds
_SINGLE = {"n": "\n", "r": "\r", "t": "\t"}
_QUANTIFIER = re.compile(r"[?*+]|\{(\d+)(?:(,)(\d*))?\}", re.ASCII)


class UnsupportedPattern(Exception):  # noqa: N818 - it is no error of the user's
    """A regular expression that RE2 or XPath does not have and another engine may have."""


class Pattern:
    """A compiled regular expression.

    >>> compile_pattern("^[a-z-[aeiou]]+$", "i").matches("RHYTHM")
    True
    """

    def __init__(self, translated: str) -> None:
        import re2  # here, because most commands never match a pattern

        options = re2.Options()
        options.log_errors = False
        options.max_mem = _MEMORY
        self._options = options
        self._translated = translated
        both = re2.Set.SearchSet(options)
        both.Add(translated)
        both.Add("^")  # matches always: without it, an engine out of memory would look like "no match"
        both.Compile()
        self._match = both.Match
        self._slow: Any = None

    def matches(self, text: str) -> bool:
        """Tell whether a part of the text matches."""
        found = self._match(text)
        return len(found) > 1 if found else self._search(text)

    def _search(self, text: str) -> bool:
        import re2

        if self._slow is None:
            self._slow = re2.compile(self._translated, self._options)
        return self._slow.search(text) is not None


def compile_pattern(pattern: str, flags: str = "") -> Pattern:
    """Compile a regular expression of SPARQL's REGEX.

    Args:
        pattern: the expression.
        flags: any of ``s`` (a dot matches line ends too), ``m`` (``^`` and ``$`` at each line), ``i`` (upper and
            lower case alike), ``x`` (white space in the expression means nothing), ``q`` (no special characters).

    Raises:
        UnsupportedPattern: back-references, look-ahead and what else RE2 does not have.
        InputError: it is no regular expression, or one that is too large.

    >>> compile_pattern(r"^\\d{4}$").matches("2015")
    True
    """
    if unknown := sorted(set(flags) - _FLAGS):
        raise InputError(
            f'the regular expression "{_short(pattern)}" has the flag "{_short("".join(unknown))}"',
            "the flags are s, m, i, x and q",
        )
    try:
        translated = _Translation(pattern, flags).text
    except _Refused as refused:
        _raise(pattern, refused)
    import re2

    try:
        if len(translated) > _LONGEST:
            raise re2.error
        return Pattern(translated)
    except re2.error:
        raise InputError(
            f'the regular expression "{_short(pattern)}" is too large', "repeat or nest less in it"
        ) from None


class _Refused(Exception):  # noqa: N818
    """Why a pattern is not one of XPath; `final` when no other engine shall try it."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


def _raise(pattern: str, refused: _Refused) -> None:
    """Tell apart what is a regular expression of another kind and what is none at all."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            other = not refused.final and re.compile(pattern) is not None
    except (re.error, RecursionError, OverflowError):
        other = False
    if other:
        raise UnsupportedPattern(str(refused)) from None
    raise InputError(
        f'"{_short(pattern)}" is not a regular expression: {refused}',
        "sh:pattern takes the regular expressions of SPARQL's REGEX",
    ) from None


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"


class _Translation:
    """Reads a pattern from left to right and writes it for RE2.

    Attributes:
        text: the translation.
    """

    def __init__(self, pattern: str, flags: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.fold = "i" in flags
        self.spaced = "x" in flags and "q" not in flags
        self.out: list[str] = []
        # Of each part of `out`: how often it repeats something, and how many steps that are in all.
        self.sizes: list[tuple[int, int]] = []
        if "q" in flags:
            self.out.append(_quoted(pattern))
        else:
            self._read()
        # "m" of RE2 and of XPath differ after a last line end only, where other engines do as RE2.
        marks = "".join(mark for mark in "ims" if mark in flags and ("q" not in flags or mark == "i"))
        self.text = (f"(?{marks})" if marks else "") + "".join(self.out)

    def _read(self) -> None:
        groups: list[int] = []  # where the open groups begin in `out`
        atom: int | None = None  # where what a quantifier would repeat begins in `out`
        while (char := self._next()) is not None:
            if char in "?*+{":
                self.at -= 1
                self._quantifier(atom)
                atom = None
            elif char == "(":
                groups.append(len(self.out))
                self._open_group()
                atom = None
            elif char == ")":
                if not groups:
                    raise _Refused("there is a ) without a (")
                self._put(")")
                atom = groups.pop()
            elif char in "|^$":
                self._put(char)
                atom = None
            elif char in "}]":
                raise _Refused(f"{char} must be written as \\{char}")
            else:
                atom = len(self.out)
                self._put(self._atom(char), 1)
        if groups:
            raise _Refused("there is a ( without a )")

    def _put(self, text: str, steps: int = 0, repeats: int = 1) -> None:
        self.out.append(text)
        self.sizes.append((repeats, steps))

    def _next(self) -> str | None:
        while self.at < len(self.pattern):
            char = self.pattern[self.at]
            self.at += 1
            if not (self.spaced and char in " \t\n\r"):
                return char
        return None

    def _open_group(self) -> None:
        self._put("(?:")
        begin = self.at
        if self._next() != "?":
            self.at = begin
        elif self._next() != ":":
            raise _Refused("(? is not used so in XPath")

    def _quantifier(self, atom: int | None) -> None:
        match = _QUANTIFIER.match(self.pattern, self.at)
        if match is None:
            raise _Refused("{ must be written as \\{, or as a repetition {1,2}")
        if atom is None:
            raise _Refused(f"there is nothing to repeat before {match[0]}")
        self.at = match.end()
        begin = self.at
        reluctant = "?" if self._next() == "?" else ""
        if not reluctant:
            self.at = begin
        if match[1] is None:
            self._put(match[0] + reluctant)
            return
        low, high = (_count(number) for number in (match[1], match[3] if match[2] else match[1]))
        if low is None or (high is not None and high < low):
            raise _Refused(f"{match[0]} repeats from more to less")
        repeats = max(size[0] for size in self.sizes[atom:])
        steps = sum(size[1] for size in self.sizes[atom:]) * max(low, high or 0, 1)
        if steps > _MOST_STEPS:
            raise _Refused("it repeats too often", final=True)
        repeated = "".join(self.out[atom:])
        del self.out[atom:], self.sizes[atom:]
        most = _MOST_REPEATS // repeats
        text = _repeated(repeated, low, high, most)
        if len(text) > _LONGEST:
            raise _Refused("it repeats too often", final=True)
        self._put(text, steps, repeats * max(1, min(most, max(low, (high or low) - low))))

    def _atom(self, char: str) -> str:
        if char == "\\":
            return self._escape()
        if char == "[":
            found, sensitive = self._class(0)
            text = found.text
            return f"(?-i:{text})" if sensitive else text
        return "." if char == "." else _quoted(char)

    def _escape(self) -> str:
        char = self._next()
        if char is None:
            raise _Refused("it ends with \\")
        single = self._single(char)
        if single is not None:
            return _quoted(single)
        found, sensitive = self._multiple(char)
        return f"(?-i:{found.text})" if sensitive and self.fold else found.text

    def _single(self, char: str) -> str | None:
        """The one character that an escape stands for."""
        if char in _SINGLE:
            return _SINGLE[char]
        # Signs that need no escape are escaped in many patterns, and every engine takes them.
        return char if char.isascii() and not char.isalnum() and (char > " " or not self.spaced) else None

    def _multiple(self, char: str) -> tuple[Characters, bool]:
        """The characters that an escape stands for, and whether upper and lower case are told apart."""
        if char in "pP":
            end = self.pattern.find("}", self.at)
            if self._next() != "{" or end < 0:
                raise _Refused(f"\\{char} needs a category in braces, such as \\{char}{{L}}")
            name = self.pattern[self.at : end]
            self.at = end + 1
            if not is_category(name):
                raise _Refused(f'"{_short(name)}" is not a category of characters', final=True)
            found = category(name)
            return (found if char == "p" else found.complement()), name in ("Lu", "Ll", "Lt")
        if (found_class := named(char.lower())) is not None:
            return (found_class if char.islower() else found_class.complement()), False
        if char.isdigit():
            raise _Refused(f"\\{char} refers back to what matched before")
        raise _Refused(f"\\{char} means nothing in XPath")

    def _class(self, depth: int) -> tuple[Characters, bool]:
        """Read a class from behind its [, and tell whether it must not be folded any more."""
        if depth > 50:
            raise _Refused("too many classes in each other", final=True)
        negative = self.pattern.startswith("^", self.at)
        self.at += negative
        begin = self.at
        parts: list[Characters] = []
        sensitive = False
        removed: Characters | None = None
        while True:
            if self.at >= len(self.pattern):
                raise _Refused("there is a [ without a ]")
            char = self.pattern[self.at]
            self.at += 1
            if char == "]":
                break
            if char == "[":
                raise _Refused("[ in a class must be written as \\[")
            if char == "-" and self.pattern.startswith("[", self.at) and self.at - 1 > begin:
                self.at += 1
                removed, _ = self._class(depth + 1)
                if not self.pattern.startswith("]", self.at):
                    raise _Refused("a class ends behind what is taken away from it")
                self.at += 1
                break
            found, own_case = self._part(char)
            sensitive |= own_case
            parts.append(found)
        if not parts:
            raise _Refused("a class holds nothing")
        return self._combined(parts, removed, negative=negative, sensitive=sensitive, inner=depth > 0)

    def _combined(
        self,
        parts: list[Characters],
        removed: Characters | None,
        *,
        negative: bool,
        sensitive: bool,
        inner: bool,
    ) -> tuple[Characters, bool]:
        folded = self.fold and (sensitive or removed is not None or inner)
        if folded:  # RE2 would fold the result, XPath folds each part
            parts = [part.folded() for part in parts]
        found = parts[0].union(*parts[1:])
        if negative:
            found = found.complement()
        if removed is not None:
            found = found.without(removed)
        return found, folded

    def _part(self, char: str) -> tuple[Characters, bool]:
        """Read a character, a range or an escape of a class."""
        if char == "\\":
            after = self.pattern[self.at : self.at + 1]
            if not after:
                raise _Refused("it ends with \\")
            self.at += 1
            single = after if after == " " else self._single(after)
            if single is None:
                found = self._multiple(after)
                if (
                    self.pattern.startswith("-", self.at)
                    and self.pattern[self.at + 1 : self.at + 2] not in "[]"
                ):
                    raise _Refused(f"\\{after} cannot begin a range")
                return found
            char = single
        follows = self.pattern[self.at : self.at + 2]
        if len(follows) < 2 or follows[0] != "-" or follows[1] in "[]":
            return Characters.of((ord(char), ord(char))), False
        self.at += 2
        last = follows[1]
        if last == "\\":
            after = self.pattern[self.at : self.at + 1]
            self.at += 1
            single = self._single(after) if after else None
            if single is None:
                raise _Refused(f"\\{after} cannot end a range")
            last = single
        if last < char:
            raise _Refused(f"the range {char}-{last} runs backwards")
        return Characters.of((ord(char), ord(last))), False


def _count(number: str | None) -> int | None:
    if not number:
        return None
    if len(number) > 9:
        raise _Refused("it repeats too often", final=True)
    return int(number)


def _repeated(text: str, low: int, high: int | None, most: int) -> str:
    """Write a repetition; one of more than so many times as several."""
    text = f"(?:{text})"
    parts = [f"{text}{{{most}}}"] * (low // most)
    if low % most:
        parts.append(f"{text}{{{low % most}}}")
    if high is None:
        parts.append(f"{text}*")
    else:
        parts += [f"{text}{{0,{most}}}"] * ((high - low) // most)
        if (high - low) % most:
            parts.append(f"{text}{{0,{(high - low) % most}}}")
    return f"(?:{''.join(parts)})"


def _quoted(text: str) -> str:
    return "".join(char if char.isalnum() or char in "_ " else f"\\x{{{ord(char):x}}}" for char in text)
