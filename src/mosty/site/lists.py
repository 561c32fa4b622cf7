"""Lists of records, kind by kind, and the index that search and filters read without a server."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup

from mosty.model.terms import MOSTY
from mosty.rdf.keys import Key, iri_key, literal_parts
from mosty.rdf.prefixes import STANDARD
from mosty.site.facets import Facet, facets
from mosty.site.labels import Text, as_text, folded, shortened
from mosty.site.offers import PATH as CONCEPTS
from mosty.site.offers import as_script
from mosty.site.offers import index as index_of_concepts
from mosty.site.page import Page, render
from mosty.site.paths import list_folder, list_path, local_name
from mosty.site.things import DEFINITION, DESCRIPTION, Things
from mosty.site.views import is_thin
from mosty.workspace.config import Kind

PAGE_SIZE = 250
_MOST_WITH_TEXTS = 1500
_MOST_AT_ONCE = 4000
_EXCERPT = 150
_SHORTEST = 3
_PERIOD, _EARLIEST, _LATEST, _NAME_TEXT, _HAS_PLACE = (
    iri_key(MOSTY + name) for name in ("period", "earliestStart", "latestEnd", "nameText", "hasPlace")
)
_NAME_OF = iri_key(MOSTY + "nameOf")
# Names that are no labels: as a source writes them, codes, abbreviations.
_NAMES = (
    _NAME_TEXT,
    *(iri_key(f"{STANDARD['skos']}{name}") for name in ("notation", "altLabel", "hiddenLabel")),
    *(iri_key(iri) for iri in ("http://purl.org/dc/terms/alternative", "https://schema.org/alternateName")),
)


class Row(NamedTuple):
    """A record in a list: its page, its name, a line about it, and the beginning of its description."""

    href: str
    name: Markup
    line: Sequence[Markup | str]
    thin: bool
    text: Text | None


def kinds(things: Things) -> list[tuple[Kind, list[Key]]]:
    """The kinds that there are records of, and these."""
    found = ((kind, things.records(kind.prefix)) for kind in things.config.kinds.values())
    return [(kind, records) for kind, records in found if records]


def pages(things: Things, language: str) -> Iterator[tuple[str, Iterator[str]]]:
    """Make the lists in one language, and the page that searches all of them."""
    filled = kinds(things)
    for kind, records in filled:
        page = Page(things, language, list_path(kind))
        ordered = sorted(records, key=page.sort_key)
        total = (len(ordered) + PAGE_SIZE - 1) // PAGE_SIZE
        for number in range(total):
            path = f"{list_folder(kind)}/{f'{number + 1}' if number else 'index'}.html"
            page = Page(things, language, path)
            some = ordered[number * PAGE_SIZE : (number + 1) * PAGE_SIZE]
            yield render(
                things,
                language,
                path,
                "list.html",
                title=page.plural(iri_key(kind.record_class)),
                about=things.labels.first(iri_key(kind.record_class), (DEFINITION,), language),
                rows=[_row(page, kind, record) for record in some],
                total=len(ordered),
                number=number + 1,
                pages=total,
                indexes=[f"{list_folder(kind)}/index.js"],
                eager=len(ordered) <= _MOST_WITH_TEXTS,
            )
    indexes = [f"{list_folder(kind)}/index.js" for kind, _ in filled]
    page = Page(things, language, "search.html")
    counts = [
        (page.plural(iri_key(kind.record_class)), page.to(list_path(kind)), len(records))
        for kind, records in filled
    ]
    yield render(
        things,
        language,
        "search.html",
        "search.html",
        eager=len(things.all_records) <= _MOST_AT_ONCE,
        indexes=indexes,
        concepts=CONCEPTS if things.concepts else None,
        kinds=counts,
        total=len(things.all_records),
    )


def indexes(things: Things) -> Iterator[tuple[str, Iterator[str]]]:
    """Make the index of each kind, for all languages together, and the words of its texts, which are read later."""
    # The order of the first language; the script sorts for the others.
    page = Page(things, things.languages[0], "")
    for kind, records in kinds(things):
        ordered = sorted(records, key=page.sort_key)
        yield f"{list_folder(kind)}/index.js", _index(things, kind, ordered)
        yield f"{list_folder(kind)}/texts.js", _texts(things, kind, ordered)
    if things.concepts:
        yield CONCEPTS, index_of_concepts(things)


def _row(page: Page, kind: Kind, record: Key) -> Row:
    things = page.things
    line: list[Markup | str] = []
    name = things.class_of(record)
    if name and name != iri_key(kind.record_class):
        line.append(page.label(name))
    if years := years_of(things, record):
        line.append(years)
    places = things.derived.column(_HAS_PLACE).values(record)
    line += [page.label(place) for place in sorted(places, key=page.sort_key)[:4]]
    text = things.description(record, page.language)
    return Row(
        page.href(record) or "",
        page.label(record),
        line,
        is_thin(things, record),
        text and text._replace(text=shortened(text.text, _EXCERPT)),
    )


def years_of(things: Things, record: Key) -> str:
    """The years of a record: "2012–2015", "2003", or nothing."""
    periods = things.graph.column(_PERIOD).values(record)
    starts, ends = (
        sorted(
            literal_parts(value)[0][:4]
            for period in periods
            for value in things.derived.column(name).values(period)
        )
        for name in (_EARLIEST, _LATEST)
    )
    first, last = starts[:1], ends[-1:]
    return "–".join(dict.fromkeys([*first, *last])) if ends else f"{starts[0]}–" if starts else ""


def _index(things: Things, kind: Kind, records: Sequence[Key]) -> Iterator[str]:
    """The index of a kind as a script: `fetch` does not work where there is no server, a script does."""
    languages = things.languages
    used = facets(things, records)
    numbers = [{value: number for number, value in enumerate(facet.values)} for facet in used]
    with_texts = len(records) <= _MOST_WITH_TEXTS
    head = {
        "kind": kind.prefix,
        "names": [Page(things, tag, "").plural(iri_key(kind.record_class)) for tag in languages],
        "facets": [_facet(things, facet) for facet in used],
    }
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":"))
    yield f'mostyIndex({as_script(text[:-1])},"rows":[\n'
    for place, record in enumerate(records):
        labels = [things.label(record, tag).text for tag in languages]
        row: list[object] = [
            things.paths[record],
            labels[0] if len(set(labels)) == 1 else labels,
            _other_names(things, record, labels),
            years_of(things, record),
            int(is_thin(things, record)),
            [
                [number[v] for v in facet.of.get(record, ())]
                for facet, number in zip(used, numbers, strict=True)
            ],
        ]
        if with_texts:
            row.append([_excerpt(things.description(record, tag)) for tag in languages])
        written = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
        yield f"{as_script(written)}{',' if place < len(records) - 1 else ''}\n"
    yield "]});\n"


def _texts(things: Things, kind: Kind, records: Sequence[Key]) -> Iterator[str]:
    """The words of what describes each record and its parts, in the order of the index, folded, each once."""
    yield f"mostyTexts({as_script(json.dumps(kind.prefix))},[\n"
    columns = [things.graph.column(predicate) for predicate in (DESCRIPTION, DEFINITION)]
    for place, record in enumerate(records):
        found: set[str] = set()
        for thing in (record, *things.parts_of(record)):
            for column in columns:
                for value in column.values(thing):
                    found.update(folded(literal_parts(value)[0]).split() if value[0] == '"' else ())
        text = " ".join(sorted(word for word in found if len(word) >= _SHORTEST))
        yield f"{json.dumps(text, ensure_ascii=False)}{',' if place < len(records) - 1 else ''}\n"
    yield "]);\n"


def _facet(things: Things, facet: Facet) -> dict[str, object]:
    return {
        "id": things.curie(facet.predicate),
        "names": [Page(things, tag, "").facet_name(facet.predicate) for tag in things.languages],
        "values": [
            [things.curie(value), *(things.label(value, tag).text for tag in things.languages)]
            for value in facet.values
        ],
    }


def _other_names(things: Things, record: Key, labels: Sequence[str]) -> str:
    """The names by which a record is found besides its labels, folded, with strokes between."""
    texts = [text.text for text in things.labels.names(record)]
    for named in (record, *things.parts_of(record), *things.graph.inverse(_NAME_OF).values(record)):
        for predicate in _NAMES:
            texts += [as_text(v).text for v in things.graph.column(predicate).values(named) if v[0] == '"']
    # The script reads a plain name out of the path.
    if "~" in things.paths[record]:
        texts.append(local_name(record))
    known = {folded(label) for label in labels}
    return "|".join(sorted({name for name in map(folded, texts) if name and name not in known}))


def _excerpt(text: Text | None) -> str:
    return shortened(text.text, _EXCERPT) if text else ""
