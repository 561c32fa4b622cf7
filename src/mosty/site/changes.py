"""What changed, as a page: CHANGES.md of the release, in which each record that has a page is a link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from markupsafe import Markup, escape

from mosty.model.errors import UsageError
from mosty.publish.history import PATCH, TOMBSTONES, changes_path
from mosty.rdf.keys import iri_key
from mosty.site import graves
from mosty.site.page import Page, render
from mosty.site.reference.terms import place
from mosty.site.reference.wording import QueryWords
from mosty.site.things import Things

PATH = "changes.html"
MOST = 500
"""So many changes of one kind stand on the page."""

_BOLD = r"\*\*(?P<bold>(?:\\.|[^*\\])+)\*\*(?: \(`(?P<its>[^`]+)`\))?"
_INLINE = re.compile(rf"{_BOLD}|`(?P<code>[^`]+)`|\\\[(?P<mentioned>[\w-]+:[\w.-]+)\\\]|\\(?P<escaped>.)")


class Change(NamedTuple):
    """What happened to one thing, and in which points."""

    text: Markup
    points: list[Markup]


class Part(NamedTuple):
    """A heading of some level (0 for none), sentences, and changes; `rest` is how many more there are."""

    level: int
    heading: Markup
    sentences: list[Markup]
    changes: list[Change]
    rest: int


class Release(NamedTuple):
    """What changed in a release."""

    heading: str
    parts: list[Part]


def pages(things: Things, language: str) -> Iterator[tuple[str, Iterator[str]]]:
    """Make the page in one language."""
    page = Page(things, language, PATH)
    first = things.languages[0]
    spoken = language if things.info.history.get(language) else first
    wanted = (changes_path(spoken, first), PATCH, TOMBSTONES)
    files = [file for file in things.info.files if file.path in wanted]
    yield render(
        things,
        language,
        PATH,
        "changes.html",
        releases=releases(page, things.info.history.get(spoken, "")),
        spoken=spoken,
        files=sorted(files, key=lambda file: wanted.index(file.path)),
        whole=wanted[0],
    )


def releases(page: Page, text: str) -> list[Release]:
    """Read what CHANGES.md says of each release, the last one first."""
    found = []
    for section in text.split("\n## ")[1:]:
        heading, _, body = section.partition("\n")
        found.append(Release(_heading(page, heading), _parts(page, body.split("\n"))))
    return found


def _heading(page: Page, text: str) -> str:
    """The version of a release and its day, as people write them."""
    version, _, day = _plain(text).partition(", ")
    if re.fullmatch(r"\d+\.\d+\.\d+\S*", version):
        version = page.t("version", version=version)
    return ", ".join(part for part in (version, page.date(day)) if part)


def _parts(page: Page, lines: list[str]) -> list[Part]:
    parts = [Part(0, Markup(""), [], [], 0)]
    for line in filter(None, lines):
        if heading := re.match(r"(###+) ", line):
            parts.append(Part(len(heading[1]), _inline(page, line[heading.end() :]), [], [], 0))
        elif line.startswith("- "):
            if len(parts[-1].changes) == MOST:
                parts[-1] = parts[-1]._replace(rest=parts[-1].rest + 1)
            else:
                parts[-1].changes.append(Change(_inline(page, line[2:]), []))
        elif line.startswith("  - "):
            if parts[-1].changes and not parts[-1].rest:
                parts[-1].changes[-1].points.append(_inline(page, line[4:]))
        else:
            parts[-1].sentences.append(_inline(page, line))
    return [part for part in parts if part.level or part.sentences or part.changes]


def _inline(page: Page, text: str) -> Markup:
    """A line of Markdown as `mosty.diff.markdown` writes it: bold, code and escaped characters, nothing else."""
    pieces, at = [], 0
    for match in _INLINE.finditer(text):
        pieces.append(escape(text[at : match.start()]))
        at = match.end()
        if match["bold"]:
            called, curie = _plain(match["bold"]), match["its"]
            if query := next((query for query in page.things.queries if query.name == called), None):
                called, curie = QueryWords(query, page.language).title.text, called
            name = Markup("<strong>{}</strong>").format(called)
            pieces.append(_linked(page, curie or called, name))
            if curie:
                pieces.append(Markup(' <code class="aside">{}</code>').format(curie))
        elif match["code"]:
            pieces.append(_linked(page, match["code"], Markup("<code>{}</code>").format(match["code"])))
        elif curie := match["mentioned"]:
            pieces.append(_linked(page, curie, Markup('<code class="aside">{}</code>').format(curie)))
        else:
            pieces.append(escape(match["escaped"]))
    return Markup("").join([*pieces, escape(text[at:])])


def _linked(page: Page, curie: str, name: Markup) -> Markup:
    """A name as a link to the page of what a CURIE, or the name of a query, stands for, if it has one."""
    things = page.things
    if any(query.name == curie for query in things.queries):
        return Markup('<a href="{}">{}</a>').format(page.to(f"queries/{curie}.html"), name)
    try:
        key = iri_key(things.prefixes.expand(curie).value)
    except UsageError:
        return name
    href = page.href(key)
    if href is None and (path := place(things, key) or graves.path(things, key)) is not None:
        href = page.to(path)
    return Markup('<a href="{}">{}</a>').format(href, name) if href else name


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
