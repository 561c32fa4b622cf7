"""The pages of the stored queries: each with its answer, its text, and a form to ask it anew in the browser."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from markupsafe import Markup, escape

from mosty.model.terms import Literal, Term
from mosty.query.frontmatter import Parameter, StoredQuery, values_line
from mosty.rdf.keys import Key, to_key
from mosty.site.assets import ENGINE, find_assets
from mosty.site.labels import Text, collated, shown
from mosty.site.memo import once_for
from mosty.site.page import Page, render
from mosty.site.paths import localised, safe_name
from mosty.site.reference.answers import (
    FOLDER,
    MOST_ROWS,
    Told,
    answers,
    changes,
    choices,
    is_large,
    properties,
    stem,
)
from mosty.site.reference.highlight import highlighted
from mosty.site.reference.ontology import term_link
from mosty.site.reference.terms import terms
from mosty.site.reference.wording import QueryWords
from mosty.site.things import Things
from mosty.site.words import words

FREE_PAGE = "sparql.html"
INDEX = "queries.html"
_VARIABLE = re.compile(r"[?$](\w+)")
_FRONT = re.compile(r"\A(?:#\+[^\n]*\n)+\s*")
_ENDS = {"solutions": ("csv", "json"), "boolean": ("json",), "triples": ("nt",)}
_NAMES = {"csv": "CSV", "json": "JSON", "nt": "N-Triples"}
_LABEL = "Label"
_TRIPLE = ("subject", "predicate", "object")
_NUMBERS = frozenset(
    f"http://www.w3.org/2001/XMLSchema#{name}" for name in ("integer", "decimal", "double", "float")
)
# Lists of values beside those of classes and schemes.
_RECORDS, _PROPERTIES, _CLASSES = "records", "properties", "classes"


class Table(NamedTuple):
    """What of an answer fits on a page."""

    columns: Sequence[Text]
    rows: Sequence[Sequence[tuple[Markup, bool]]]
    total: int


class Field(NamedTuple):
    """A field of the form of a query."""

    parameter: Parameter
    label: Text
    help: Text
    list_path: str | None
    languages: Sequence[str]
    given: str


def pages(things: Things, language: str) -> Iterator[tuple[str, Iterable[str]]]:
    """Make the pages of all stored queries, their list, and the page for any query."""
    if not things.queries:
        return
    told = answers(things)
    known = {query.name: QueryWords(query, language) for query in things.queries}
    for query in things.queries:
        path = f"{FOLDER}/{query.name}.html"
        page = Page(things, language, path)
        said = known[query.name]
        stored = stem(things, query, language)
        found = told.get(stored)
        text = _FRONT.sub("", query.text)
        slots = _slots(query, text)
        yield render(
            things,
            language,
            path,
            "reference/query.html",
            query=query,
            said=said,
            told=found,
            table=_table(page, said, found) if found and found.kind != "boolean" else None,
            given=_given(page, found.given) if found else "",
            tag=partial(tag_name, page),
            large=is_large(things),
            changing=changes(things, query),
            wider=known.get(query.wider or ""),
            most=MOST_ROWS,
            text=highlighted(text, [(begin, end) for _, begin, end in slots]),
            fields=[_field(things, said, p, language) for p in query.parameters.values()],
            downloads=[(f"{stored}.{end}", _NAMES[end]) for end in (_ENDS[found.kind] if found else ())],
            setup={
                **_setup(page),
                **_pieces(things, query, text, slots),
                "headings": _headings(page, said, text),
            },
            engine=_has_engine(),
            stored=any(file.path == f"{FOLDER}/{query.name}.rq" for file in things.info.files),
        )
    yield from _lists(things, language)
    index = Page(things, language, INDEX)
    yield render(
        things,
        language,
        INDEX,
        "reference/queries.html",
        groups=_groups(index, known),
        tag=partial(tag_name, index),
    )
    page = Page(things, language, FREE_PAGE)
    yield render(
        things,
        language,
        FREE_PAGE,
        "reference/sparql.html",
        setup={**_setup(page), "free": True},
        engine=_has_engine(),
    )


def files(things: Things) -> Iterator[tuple[str, bytes | str]]:
    """The answers as files."""
    for path, told in answers(things).items():
        for end in _ENDS[told.kind]:
            yield f"{path}.{end}", told.table if end == "csv" else told.content


def _given(page: Page, given: Mapping[str, Key]) -> Markup:
    """For which values an answer is an example."""
    names = Markup(", ").join(page.link(key) for key in given.values())
    return Markup(escape(page.t("answer-given"))).format(name=names) if given else Markup("")


# The table of an answer.


def _table(page: Page, said: QueryWords, told: Told) -> Table:
    """The first rows; the label of a thing goes into the column of the thing."""
    kept = [
        place
        for place, name in enumerate(told.columns)
        if not (name.endswith(_LABEL) and name.removesuffix(_LABEL) in told.columns)
    ]
    rows = [[_cell(page, row[place]) for place in kept] for row in told.rows]
    return Table([said.column(told.columns[place]) for place in kept], rows, told.total)


def _cell(page: Page, term: Term | None) -> tuple[Markup, bool]:
    """A term for people, and whether it is a number."""
    if term is None:
        return Markup(""), False
    key = to_key(term)
    if key in terms(page.things):
        return term_link(page, key), False
    return page.value(key), isinstance(term, Literal) and term.datatype in _NUMBERS


def _headings(page: Page, said: QueryWords, text: str) -> Mapping[str, str]:
    """What columns are called in the language of the page: those that the script may have to show."""
    variables = {*_VARIABLE.findall(text), *_TRIPLE}
    found = {variable: said.column(variable) for variable in variables}
    return {variable: name.text for variable, name in found.items() if name.language == page.ui}


# The form.


def _slots(query: StoredQuery, text: str) -> list[tuple[Parameter, int, int]]:
    """Where the terms of each parameter stand in the text, in the order of the text."""
    found = []
    for parameter in query.parameters.values():
        match = values_line(parameter.name).search(text)
        assert match is not None  # checked when the file was read
        found.append((parameter, match.start(2), match.end(2)))
    return sorted(found, key=lambda slot: slot[1])


def _pieces(
    things: Things, query: StoredQuery, text: str, slots: Sequence[tuple[Parameter, int, int]]
) -> dict[str, object]:
    """The text cut at its parameters: a script puts checked terms between the pieces."""
    pieces, end = [], 0
    for _, begin, stop in slots:
        pieces.append(text[end:begin])
        end = stop
    return {
        "query": query.name,
        "pieces": [*pieces, text[end:]],
        "slots": [
            {
                "name": parameter.name,
                "type": parameter.type,
                "default": parameter.default,
                "required": parameter.required,
                "edge": parameter.edge,
            }
            for parameter, _, _ in slots
        ],
    }


def _field(things: Things, said: QueryWords, parameter: Parameter, language: str) -> Field:
    name = _list_name(parameter)
    tags = things.languages if parameter.name == "lang" and parameter.type == "language" else ()
    path = localised(f"{FOLDER}/choices/{name}.json", language, things.languages) if name else None
    spoken = words(language)
    label = Text(spoken.word("field-lang"), spoken.language) if tags else said.column(parameter.name)
    return Field(parameter, label, said.help(parameter.name), path, tags, language if tags else "")


def _list_name(parameter: Parameter) -> str | None:
    """The name of the list that the values of a parameter are chosen from."""
    if parameter.type == "concept" and parameter.scheme:
        return safe_name(f"scheme {parameter.scheme}", parameter.scheme)
    if parameter.type not in ("iri", "concept"):
        return None
    if parameter.class_:
        return safe_name(f"class {parameter.class_}", parameter.class_)
    return {"predicate": _PROPERTIES, "property": _PROPERTIES, "class": _CLASSES}.get(
        parameter.name, _RECORDS
    )


def _lists(things: Things, language: str) -> Iterator[tuple[str, str]]:
    """The lists that values are chosen from: CURIE and name of each."""
    page = Page(things, language, INDEX)
    wanted = {
        name: parameter
        for query in things.queries
        for parameter in query.parameters.values()
        if (name := _list_name(parameter)) is not None
    }
    for name, parameter in sorted(wanted.items()):
        keys: Iterable[Key] = choices(things, parameter) or ()
        if name == _PROPERTIES:
            keys = properties(things)
        elif name == _CLASSES:
            keys = [key for key, term in terms(things).items() if term.kind == "classes"]
        entries = [
            [things.curie(key).removeprefix("<").removesuffix(">"), str(things.label(key, language))]
            for key in sorted(keys, key=page.sort_key)
        ]
        path = localised(f"{FOLDER}/choices/{name}.json", language, things.languages)
        yield path, f"{page.data(entries)}\n"


def _setup(page: Page) -> dict[str, object]:
    """What the script must know on each page."""
    things = page.things
    return {
        "root": page.url("index.html").removesuffix("index.html"),
        "folder": localised("", page.language, things.languages),
        "base": things.config.base,
        "prefixes": dict(things.prefixes),
        "kinds": _kinds(things),
        "dumps": _dumps(things),
        "words": {name.removeprefix("run-"): page.t(name) for name in _WORDS},
    }


_WORDS = tuple(
    f"run-{name}"
    for name in (
        "loading parsing running done cancelled late failed no-rows more-rows rows row true false fetch-failed any "
        "need wrong-iri wrong-integer wrong-decimal wrong-date wrong-language no-match from-file no-worker"
    ).split()
)


@once_for
def _kinds(things: Things) -> Sequence[str]:
    """The prefixes whose things have their page at the path of their IRI."""
    base = things.config.base
    return sorted({stem.split("/")[1] for key, stem in things.paths.items() if key[1:-1] == base + stem})


@once_for
def _dumps(things: Things) -> Sequence[Mapping[str, object]]:
    """The files that together hold what the command line asks: asserted, derived, ontology."""
    sizes = {file.path: file.size for file in things.info.files}
    found: list[Mapping[str, object]] = []
    for name in (things.info.name, f"{things.info.name}-derived", "ontology"):
        path = next(
            (f"{name}.{end}" for end in ("nt.gz", "ttl.gz", "nt", "ttl") if f"{name}.{end}" in sizes), None
        )
        if path:
            found.append({"path": path, "size": sizes[path]})
    return found


def _has_engine() -> bool:
    assets = find_assets()
    return assets is not None and ENGINE in assets.parts


# The list.


def _groups(page: Page, known: Mapping[str, QueryWords]) -> list[tuple[str, list[QueryWords]]]:
    """The stored queries by their tags: one with several stands below each."""
    found: dict[str, list[QueryWords]] = {}
    queries = {query.name: query for query in page.things.queries}
    for said in sorted(known.values(), key=lambda said: collated(said.title.text, page.ui)):
        for tag in queries[said.name].tags or ("",):
            found.setdefault(tag, []).append(said)
    return sorted(
        found.items(), key=lambda group: (not group[0], collated(str(tag_name(page, group[0])), page.ui))
    )


def tag_name(page: Page, tag: str) -> Markup:
    """What a tag is called."""
    word = f"tag-{tag or 'none'}"
    return escape(page.t(word)) if words(page.language).has(word) else page.text(Text(shown(tag), "en"))
