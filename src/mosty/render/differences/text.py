"""Differences for people at a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from mosty.diff import Differences
from mosty.diff.records import Change
from mosty.diff.telling import Teller, Told
from mosty.model.wording import readable
from mosty.render.table import text_width

_COLORS = {Change.ADDED: "\x1b[32m", Change.REMOVED: "\x1b[31m", Change.CHANGED: "\x1b[33m"}
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"
_NARROWEST = 40


def text(
    differences: Differences, language: str | None = None, *, width: int | None = None, color: bool = False
) -> Iterator[str]:
    """Write differences as text; for the arguments see `pieces`."""
    teller = Teller(differences, language)
    first = True
    for chapter in teller.chapters():
        yield ("" if first else "\n") + _marked(chapter.heading, _BOLD, color) + f"  {chapter.summary}\n"
        first = False
        for section in chapter.sections:
            yield f"\n{readable(section.heading)}\n"
            longest = max(text_width(teller.word(change)) for change in Change)
            for record in section.records:
                yield from _record(record, teller.word(record.change), longest, width, color)
    if derived := teller.derived():
        yield ("" if first else "\n") + f"{derived}\n"


def _record(record: Told, word: str, longest: int, width: int | None, color: bool) -> Iterator[str]:
    name = readable(record.label)
    if record.curie and record.curie != record.label:
        name += f"  {readable(record.curie)}"
    mark = _marked(word, _COLORS[record.change], color) + " " * (longest - text_width(word))
    lines = _wrapped(name, "  " + " " * longest + "  ", width)
    yield f"  {mark}  {lines[0].lstrip()}\n"
    yield from (f"{line}\n" for line in lines[1:])
    for sentence in record.sentences:
        yield from (f"{line}\n" for line in _wrapped(readable(sentence), " " * 6, width))


def _wrapped(line: str, indent: str, width: int | None) -> list[str]:
    if width is None:
        return [indent + line]
    return textwrap.wrap(
        line,
        max(width, _NARROWEST),
        initial_indent=indent,
        subsequent_indent=indent + ("  " if len(indent) == 6 else ""),
        break_long_words=False,
        break_on_hyphens=False,
    ) or [indent]


def _marked(word: str, mark: str, color: bool) -> str:
    return f"{mark}{word}{_PLAIN}" if color else word
