"""Words made fit to be shown: names in words, and text from anywhere that nothing can take for a command."""

from __future__ import annotations

import re

# Controls (C0, DEL, C1), line and paragraph separators, bidirectional overrides and lone surrogates: a
# terminal or a reader could take any of them for a command, or show text that is not there.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_BREAKS = re.compile(r"[ \t]*(?:\r\n|[\t\n\r\u2028\u2029])[ \t]*")
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_\W]+")
# Punctuation that Markdown gives a meaning to inside a line; each may be escaped (CommonMark, 2.4).
_MARKDOWN = re.compile(r"[\\`*_\[\]<>|~&]")


def readable(text: str) -> str:
    r"""Make text from anywhere safe to show on one line.

    Line breaks and tabs become a space; every other control character, and those that turn the direction of
    writing, are written as an escape.

    >>> readable("one\n two \x1b[31mred")
    'one two \\u001B[31mred'
    """
    if text.isprintable():
        return text
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04X}", _BREAKS.sub(" ", text))


def in_words(variable: str) -> str:
    """Turn a variable name into a heading.

    >>> in_words("latestEnd"), in_words("target_group")
    ('latest end', 'target group')
    """
    words = _WORD_START.sub(" ", variable).split()
    return " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in words)


def markdown_escape(text: str) -> str:
    r"""Escape what Markdown or the HTML inside it would act on.

    >>> markdown_escape("a|b <i>")
    'a\\|b \\<i\\>'
    """
    return _MARKDOWN.sub(r"\\\g<0>", text)
