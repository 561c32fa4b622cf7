"""Differences as Markdown: what `mosty diff -f md` prints, and CHANGES.md of a release."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from mosty.diff.comparing import Differences
from mosty.diff.telling import Teller
from mosty.diff.words import words
from mosty.model.wording import markdown_escape, readable
from mosty.workspace.config import Config

_SECTION = "\n## "


def markdown(differences: Differences, language: str | None = None) -> Iterator[str]:
    """Write differences as one document of Markdown."""
    teller = Teller(differences, language)
    yield f"# {teller.word('title')}\n\n"
    ends = (differences.old.name, differences.new.name)
    yield teller.word("between", old=_text(ends[0]), new=_text(ends[1])) + "\n"
    yield from _body(teller, differences, 2)


def changes_markdown(
    differences: Differences | None,
    config: Config,
    *,
    version: str | None,
    date: datetime.date | None,
    previous: str | None = None,
    earlier: str = "",
    language: str | None = None,
) -> Iterator[str]:
    """Write CHANGES.md of a release: what changed since the release before, then what that one said of its own.

    Args:
        differences: what lies between the releases; None for the first one.
        config: the workspace.
        version, date: those of the new release.
        previous: the version of the release before.
        earlier: CHANGES.md of the release before.
        language: the tag of a language; the first of the workspace when not given.
    """
    language = language or config.languages[0]
    known = words()
    title = config.publish.get(f"title-{language}") or config.publish.get("title", config.title)
    yield f"# {known.word('title', language)}: {_text(title)}\n"
    named = [part for part in (version, date and date.isoformat()) if part]
    yield f"{_SECTION}{_text(', '.join(named) or config.name)}\n"
    if differences is None:
        yield f"\n{known.word('first', language)}\n"
        return
    teller = Teller(differences, language)
    if previous:
        yield "\n" + teller.word("between", old=_text(previous), new=_text(version or config.name)) + "\n"
    yield from _body(teller, differences, 3)
    at = earlier.find(_SECTION)
    if at >= 0:
        yield earlier[at:].rstrip("\n") + "\n"


def _body(teller: Teller, differences: Differences, level: int) -> Iterator[str]:
    if differences.empty:
        yield f"\n{teller.word('none')}\n"
    for chapter in teller.chapters():
        yield f"\n{'#' * level} {chapter.heading}\n\n{chapter.summary}\n"
        for section in chapter.sections:
            yield f"\n{'#' * (level + 1)} {_text(section.heading)}\n\n"
            for record in section.records:
                curie = f" ({_code(record.curie)})" if record.curie and record.curie != record.label else ""
                yield f"- {teller.word(record.change)}: **{_text(record.label)}**{curie}\n"
                yield from (f"  - {_text(sentence)}\n" for sentence in record.sentences)
    if derived := teller.derived():
        yield f"\n{derived}\n"


def _text(text: str) -> str:
    return markdown_escape(readable(text))


def _code(text: str) -> str:
    return f"`{readable(text).replace('`', '')}`"
