"""What every writer does alike with characters and language tags."""

from __future__ import annotations

from functools import lru_cache

INVISIBLE = (
    *range(0x20), *range(0x7F, 0xA0), 0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A),
    0xFEFF, 0xFFFE, 0xFFFF,
)  # fmt: skip
"""Controls, line separators and changes of text direction: always escaped, so that a diff hides nothing."""

_HIDDEN = {code: f"\\u{code:04X}" for code in INVISIBLE}


@lru_cache(maxsize=256)
def language_tag(tag: str) -> str:
    """Write a language tag the way RFC 5646 (section 2.1.1) recommends: the parser gives it in lower case.

    >>> language_tag("zh-hant-tw")
    'zh-Hant-TW'
    """
    tag, dashes, direction = tag.partition("--")
    parts = tag.split("-")
    for at, part in enumerate(parts[1:], 1):
        if len(parts[at - 1]) == 1:
            break  # what follows a singleton stays in lower case
        if part.isalpha() and len(part) in (2, 4):
            parts[at] = part.upper() if len(part) == 2 else part.title()
    return "-".join(parts) + dashes + direction


def visible(text: str) -> str:
    r"""Escape what nobody would see, as JSON and Turtle do.

    >>> visible("a\u200fb")
    'a\\u200Fb'
    """
    return text if text.isascii() else text.translate(_HIDDEN)
