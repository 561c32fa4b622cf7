"""Values that people read better in another form: periods, coordinates, what is not stated or withheld."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from mosty.model.terms import MOSTY
from mosty.publish.tables.wkt import WKT, point
from mosty.rdf.keys import Key, iri_key, literal_parts
from mosty.site.labels import as_text, shown
from mosty.site.page import Page
from mosty.site.things import Things

_BEGINS, _ENDS, _OPEN = (iri_key(MOSTY + name) for name in ("begins", "ends", "openEnd"))
_NOT_STATED, _NONE = (
    iri_key(f"https://w3id.org/mosty/id/disclosure/{name}") for name in ("not-stated", "none")
)
_WITHHELD = "<https://w3id.org/mosty/id/withheld/"


class Value(NamedTuple):
    """A value as a page shows it.

    Attributes:
        html: what is shown.
        notes: the numbers of its notes.
        language: the language of a text.
        anchor: the name of the place, for a part that is shown in the line.
        bare: whether nothing says what it rests on, where such is said of other facts.
    """

    html: Markup
    notes: Sequence[int]
    language: str | None = None
    anchor: str | None = None
    bare: bool = False


class Fact(NamedTuple):
    """A property of a thing, and its values."""

    predicate: Key
    name: Markup
    values: Sequence[Value]


def is_inline(things: Things, part: Key) -> bool:
    """Whether a part is shown where it is referred to: a period is."""
    return part in things.graph.column(_BEGINS) or part in things.graph.column(_ENDS)


def shown_value(page: Page, value: Key, *, named: bool = False) -> Markup:
    """A value for people.

    Args:
        page: the page.
        value: the term.
        named: tell the language of a text.
    """
    if value[0] == "<":
        return _thing(page, value)
    _, datatype, language = literal_parts(value)
    if datatype == WKT and (position := point(value)):
        return _point(page, *position)
    if named and language:
        name = page.language_name(language)
        return Markup(f'{page.text(as_text(value))} <span class="aside">({name})</span>')
    return page.value(value)


def _thing(page: Page, value: Key) -> Markup:
    if is_inline(page.things, value):
        return period(page, value)
    if value in (_NOT_STATED, _NONE):
        return Markup(f'<span class="silent">{page.link(value)}</span>')
    if value.startswith(_WITHHELD):
        return Markup(f'<span class="withheld">{escape(page.t("withheld"))}: {page.link(value)}</span>')
    return page.link(value)


def period(page: Page, key: Key) -> Markup:
    """A period: "May 2012 – April 2015"."""
    graph = page.things.graph
    begins, ends = (graph.column(name).one.get(key) for name in (_BEGINS, _ENDS))
    if begins and begins == ends:
        return page.value(begins)
    start, end = (page.value(term) if term else None for term in (begins, ends))
    if graph.column(_OPEN).one.get(key, "").startswith(('"true"', '"1"')):
        return Markup(page.t("since")).format(start or "")
    if start and end:
        return Markup("{} – {}").format(start, end)
    return Markup(page.t("from" if start else "until")).format(start or end)


def _point(page: Page, longitude: str, latitude: str) -> Markup:
    """Coordinates, with the digits that were written."""
    north = page.t("south" if latitude.startswith("-") else "north")
    east = page.t("west" if longitude.startswith("-") else "east")
    text = f"{page.number(latitude.lstrip('-'))}° {north}, {page.number(longitude.lstrip('-'))}° {east}"
    return Markup(f'<span class="point">{escape(shown(text))}</span>')
