"""Numbers in sentences: written with their thousands apart, and the form that a word has beside them."""

from __future__ import annotations

import re

NO_BREAK = "\u00a0"

_NUMBER = re.compile(r"([+-]?)(\d+)(?:\.(\d+))?")
_THOUSANDS = re.compile(r"(?<=\d)(?=(?:\d{3})+$)")


def plural(forms: str, number: int, language: str) -> str:
    """Choose the form that a word has beside a number.

    Args:
        forms: its forms with a stroke between: one, many; in Czech one, two to four, many. A missing form is like
            the one before.
        number: what stands beside it.
        language: the tag of a language.

    >>> [plural("záznam|záznamy|záznamů", number, "cs") for number in (1, 3, 439)]
    ['záznam', 'záznamy', 'záznamů']
    >>> plural("record|records", 0, "en")
    'records'
    """
    known = forms.split("|")
    if number == 1:
        return known[0]
    few = not _is_czech(language) or 2 <= number <= 4
    return known[min(1 if few else 2, len(known) - 1)]


def number_text(number: int | str, language: str) -> str:
    r"""Write a number as people do; a text that is no plain number stays as it is.

    >>> number_text(20000, "en"), number_text("1234.50", "cs")
    ('20,000', '1\xa0234,50')
    """
    match = _NUMBER.fullmatch(str(number))
    if not match:
        return str(number)
    sign, whole, rest = match.groups()
    apart, point = (NO_BREAK, ",") if _is_czech(language) else (",", ".")
    grouped = _THOUSANDS.sub(apart, whole) if len(whole) > 3 else whole
    return sign + grouped + (point + rest if rest else "")


def counted(forms: str, number: int, language: str, space: str = " ") -> str:
    """Write a number with the right form of its word.

    >>> counted("record|records", 20000, "en"), counted("údaj|údaje|údajů", 5, "cs")
    ('20,000 records', '5 údajů')
    """
    return number_text(number, language) + space + plural(forms, number, language)


def _is_czech(language: str) -> bool:
    return language.partition("-")[0].lower() == "cs"
