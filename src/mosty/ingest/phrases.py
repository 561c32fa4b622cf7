"""From a phrase to its position in a text, and what to say when it is not there."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator

from mosty.model.errors import UsageError

# Likeness in percent from which a stretch of text is worth showing as what was probably meant.
_SIMILAR = 60
# Looking for something similar takes time in proportion to the text; exact search does not care.
_LARGEST_SEARCH = 2_000_000
_CONTEXT = 25


def phrase_hash(phrase: str) -> str:
    """SHA-256 of the words of a passage, in UTF-8."""
    return hashlib.sha256(phrase.encode("utf-8")).hexdigest()


def find_phrase(text: str, phrase: str, nth: int | None = None) -> tuple[int, int]:
    """Find a phrase in a text.

    When it does not stand there exactly so, any white space is taken for any other: who copies from a page
    cannot see a line break or a no-break space. A part of a word or of a number is never found.

    Args:
        text: the text.
        phrase: words that stand in it.
        nth: which occurrence, from 1, when there are several; they may overlap.

    Returns:
        The character offsets of its start and its end, end exclusive.

    Raises:
        UsageError: it is empty, is not there, or is there more than once and `nth` does not say which.

    >>> find_phrase("from May 2012 to May 2015", "May 2015")
    (17, 25)
    """
    if not phrase.strip():
        raise UsageError("the phrase is empty", "copy the words from the text")
    places = list(_exact(text, phrase)) or list(_loose(text, phrase))
    if not places:
        raise UsageError(f"the phrase is not in the text: {shortened(phrase)!r}", _hint(text, phrase))
    if nth is None and len(places) > 1:
        raise UsageError(
            f"the phrase stands {len(places)} times in the text: {shortened(phrase)!r}",
            "say which with --nth, or take more words: " + _listed(text, places),
        )
    if nth is not None and not 1 <= nth <= len(places):
        times = "once" if len(places) == 1 else f"{len(places)} times"
        raise UsageError(f"there is no occurrence {nth}: the phrase stands {times} in the text")
    return places[(nth or 1) - 1]


def find_words(text: str, length: int, sha256: str) -> tuple[int, int] | None:
    """Find the one place where this many characters have this hash: words that have moved."""
    if length > len(text) or len(text) > _LARGEST_SEARCH:
        return None
    found = [
        start
        for start in range(len(text) - length + 1)
        if phrase_hash(text[start : start + length]) == sha256
    ]
    return (found[0], found[0] + length) if len(found) == 1 else None


def shortened(text: str, width: int = 60) -> str:
    """Cut a text that is too long for a message."""
    return text if len(text) <= width else text[: width - 1] + "…"


def _exact(text: str, phrase: str) -> Iterator[tuple[int, int]]:
    start = text.find(phrase)
    while start >= 0:
        end = start + len(phrase)
        if _whole(text, start, end):
            yield start, end
        start = text.find(phrase, start + 1)


def _loose(text: str, phrase: str) -> Iterator[tuple[int, int]]:
    pattern = re.compile(r"\s+".join(map(re.escape, phrase.split())))
    match = pattern.search(text)
    while match:
        if _whole(text, *match.span()):
            yield match.span()
        match = pattern.search(text, match.start() + 1)


def _whole(text: str, start: int, end: int) -> bool:
    return not _cuts(text, start) and not _cuts(text, end)


def _cuts(text: str, at: int) -> bool:
    """Whether a cut here parts what readers take for one: a letter and its marks, a word, a number.

    Scripts without capital letters need not part words by spaces, so they may be cut anywhere.
    """
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if unicodedata.combining(after):
        return True
    return (_cased(before) and _cased(after)) or (before.isdigit() and after.isdigit())


def _cased(letter: str) -> bool:
    return letter.islower() or letter.isupper()


def _hint(text: str, phrase: str) -> str:
    near = _nearest(text, phrase)
    if near is None:
        return "copy it exactly as it is written, errors included"
    start, end = near
    return f"the nearest is {text[start:end]!r}, characters {start} to {end}"


def _nearest(text: str, phrase: str) -> tuple[int, int] | None:
    """The stretch of text that is most like a phrase, from word to word."""
    if len(text) > _LARGEST_SEARCH:
        return None
    from rapidfuzz import fuzz

    folded, wanted = text.lower(), phrase.lower()
    if len(folded) != len(text):  # a few letters, such as İ, become two: offsets would be wrong
        folded, wanted = text, phrase
    found = fuzz.partial_ratio_alignment(wanted, folded, score_cutoff=_SIMILAR)
    if found is None or found.dest_end <= found.dest_start:
        return None
    words = [match.span() for match in re.finditer(r"\S+", text)]
    touched = [i for i, (start, end) in enumerate(words) if start < found.dest_end and end > found.dest_start]
    if not touched:
        return None
    # The stretch found is as long as the phrase; what was meant may begin or end a few words away.
    first, last = touched[0], touched[-1]
    stretches = [
        (words[i][0], words[j][1])
        for i in range(max(0, first - 2), min(first + 3, last + 1))
        for j in range(max(i, last - 2), min(last + 3, len(words)))
    ]
    return max(stretches, key=lambda place: fuzz.ratio(wanted, folded[place[0] : place[1]]))


def _listed(text: str, places: list[tuple[int, int]]) -> str:
    shown = [f"{i}: {_around(text, *place)}" for i, place in enumerate(places[:5], 1)]
    return "; ".join(shown) + (" ..." if len(places) > 5 else "")


def _around(text: str, start: int, end: int) -> str:
    """The words around a place, whole ones only."""
    before = (
        re.sub(r"^\S*", "…", text[max(0, start - _CONTEXT) : start]) if start > _CONTEXT else text[:start]
    )
    last = min(end, start + 2 * _CONTEXT)
    after = text[last : last + _CONTEXT]
    after = after if last + _CONTEXT >= len(text) else re.sub(r"\S*$", "…", after, count=1)
    return " ".join((before + text[start:last] + after).split())
