"""The page of a record: its facts with their sources, its parts, what points at it, its files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from mosty.model.terms import MOSTY
from mosty.rdf.keys import Key, iri_key
from mosty.site.downloads import NAMES, Downloads
from mosty.site.environment import Page, written
from mosty.site.labels import LABELS, as_text
from mosty.site.notes import Note, Notes
from mosty.site.paths import list_path
from mosty.site.sources import Resting, groups, resting
from mosty.site.structured import of_thing
from mosty.site.things import DEFINITION, DESCRIPTION, IN_SCHEME, ORDER, TYPE, Things
from mosty.site.values import Value, is_inline, shown_value

STATUS, NAME_TEXT = (iri_key(MOSTY + name) for name in ("recordStatus", "nameText"))
_HIDDEN = frozenset((TYPE, DESCRIPTION, DEFINITION, STATUS, ORDER, *LABELS))
# What a reader looks for first; other properties follow by name.
_FIRST = (
    "period begins ends signedOn orgKind unitOf operatedBy placeKind within outputType agreementType developmentType "
    "activityType underProgramme partOf partOfSeries funder outputOf forProject theme targetGroup participant role "
    "withheld participatesIn place purpose extent locatedIn country sourceKind url urlStatus"
).split()
_LAST = "donorStatus leadStatus amountStatus listedUnder relatedTo sectionOf checkedAgainst usedIn".split()
_PLACES = {iri_key(MOSTY + name): place for place, name in enumerate(_FIRST)} | {
    iri_key(MOSTY + name): 1000 + place for place, name in enumerate(_LAST)
}
_SECTIONS = (
    "Objective Activity Participation Funding PlaceLink StatedFigure UnnamedGroup Edition Period NameVariant Identifier"
).split()
_SECTION_PLACES = {iri_key(MOSTY + name): place for place, name in enumerate(_SECTIONS)}
_WITHHOLDS = iri_key(MOSTY + "withheld")
_THIN = "<https://w3id.org/mosty/id/record-status/thin>"
_DISCLOSURE, _WITHHELD = (f"<https://w3id.org/mosty/id/{name}/" for name in ("disclosure", "withheld"))
comma = Markup(", ")
MOST_LINKS = 200
"""So many things that point at a record are listed; of more the page says how many there are."""


class Fact(NamedTuple):
    """A property of a thing, and its values."""

    predicate: Key
    name: Markup
    values: Sequence[Value]


class Part(NamedTuple):
    """A part of a record as the page shows it.

    Attributes:
        anchor: the name of its place in the page.
        key: the part.
        title: its name, if it has one.
        text: its description.
        notes: the notes that all its facts share.
        cells: in a table, the values of each column.
        facts: in a list, its facts.
    """

    anchor: str
    key: Key
    title: Markup | None
    text: Value | None
    notes: Sequence[int]
    cells: Sequence[Sequence[Value]]
    facts: Sequence[Fact]


class Section(NamedTuple):
    """The parts of one class: in a table, or (when they have texts of their own) as a list."""

    anchor: str
    title: str
    columns: Sequence[Markup]
    parts: Sequence[Part]


class Link(NamedTuple):
    """Something that points at the record: the address of the place, what it is called, and what it says there."""

    href: str
    name: Markup
    kind: str
    says: Sequence[Markup]


class Links(NamedTuple):
    """What points at a record by one property: the first ones, and how many there are."""

    title: str
    links: Sequence[Link]
    total: int


class RecordView:
    """What the page of a record shows.

    Args:
        page: the page, for names and links.
        record: the record, or a concept.
        notes: its notes.
    """

    def __init__(self, page: Page, record: Key, notes: Notes) -> None:
        self._page = page
        self._things = page.things
        self._notes = notes
        self.record = record
        self._parts = page.things.parts_of(record)
        self._inline = {part for part in self._parts if is_inline(page.things, part)}

    def names(self) -> list[Value]:
        """The names of the record in all languages."""
        return self._values(self.record, [p for p in LABELS if p in self._things.graph.columns], named=True)

    def texts(self, subject: Key) -> list[Value]:
        """The descriptions of a thing, the page's language first."""
        things = self._things
        order = things.labels.order(self._page.language)
        found = []
        for predicate in (DESCRIPTION, DEFINITION):
            for value in things.graph.column(predicate).values(subject):
                text = as_text(value)
                rank = order.index(text.language) if text.language in order else len(order)
                notes = self._notes.of(subject, predicate, value)
                found.append((rank, value, Value(self._page.paragraphs(text), notes, text.language)))
        return [value for *_, value in sorted(found, key=lambda item: item[:2])]

    def facts(self, subject: Key | None = None, hidden: Collection[Key] = ()) -> list[Fact]:
        """The facts of a thing, those first that a reader looks for first."""
        subject = subject or self.record
        predicates = {p for p, _ in self._things.graph.outgoing(subject)} - _HIDDEN - set(hidden)
        return [
            Fact(predicate, self._page.property_name(predicate), self._values(subject, [predicate]))
            for predicate in self._ordered(predicates)
        ]

    def sections(self) -> list[Section]:
        """The parts of the record by class."""
        groups: dict[Key, list[Key]] = defaultdict(list)
        for part in self._parts:
            if part not in self._inline:
                groups[min(self._things.classes_of(part), default="")].append(part)
        order = sorted(groups, key=lambda name: (_SECTION_PLACES.get(name, 100), name))
        return [self._section(name, groups[name]) for name in order]

    def incoming(self) -> list[Links]:
        """What points at the record or one of its parts, by property."""
        things = self._things
        own = {self.record, *self._parts}
        groups: dict[Key, list[Key]] = defaultdict(list)
        for target in (self.record, *self._parts):
            for subject, predicate in things.incoming(target):
                if subject not in own and things.path(subject, self._page.language):
                    groups[predicate].append(subject)
        return [self._links(predicate, groups[predicate]) for predicate in self._ordered(groups)]

    def consequences(self) -> list[Fact]:
        """What the rules derive about the record."""
        found: dict[Key, list[Value]] = defaultdict(list)
        for predicate, value in self._things.consequences(self.record):
            if value != self.record and (predicate, value) not in self._asserted:
                found[predicate].append(Value(shown_value(self._page, value), ()))
        return [Fact(p, self._page.property_name(p), found[p]) for p in self._ordered(found)]

    @property
    def _asserted(self) -> set[tuple[Key, Key]]:
        return set(self._things.graph.outgoing(self.record))

    def class_notes(self) -> Sequence[int]:
        """The notes of what the record is."""
        found = {
            n
            for name in self._things.classes_of(self.record)
            for n in self._notes.of(self.record, TYPE, name)
        }
        return sorted(found)

    def trail(self) -> list[tuple[object, str | None]]:
        """Where the page stands: in the list of its kind, or in its scheme."""
        kind = self._things.kind_of(self.record)
        steps: list[tuple[object, str | None]] = []
        if kind:
            name = self._page.plural(iri_key(kind.record_class))
            steps.append((name, self._page.to(list_path(kind))))
        elif self.record in self._things.content.schemes:
            steps.append((self._page.t("schemes"), self._page.to("schemes.html")))
            for scheme in self._things.values(self.record, IN_SCHEME)[:1]:
                steps.append((self._page.label(scheme), self._page.href(scheme)))
        return steps

    @property
    def thin(self) -> bool:
        """Whether sources only name the record."""
        return is_thin(self._things, self.record)

    @property
    def is_silent(self) -> bool:
        """Whether the record says of something that no source states it."""
        return self._has(_DISCLOSURE)

    @property
    def is_withheld(self) -> bool:
        """Whether something is left out to protect people."""
        return self._has(_WITHHELD)

    def _has(self, start: str) -> bool:
        subjects = (self.record, *self._parts)
        return any(o.startswith(start) for s in subjects for _, o in self._things.graph.outgoing(s))

    def note(self, note: Note) -> Markup:
        """A note: where in the source, what we did, what it was checked against."""
        page, (passages, bases, checked) = self._page, note.support
        said: list[Markup | str] = []
        for place, passage in enumerate(passages):
            where = escape(
                page.t("characters", start=passage.start, end=passage.end)
                if passage.start is not None and passage.end is not None
                else page.t("whole-source")
            )
            said.append(Markup("{}: {}").format(page.link(passage.source), where) if place else where)
        said += [page.link(basis) for basis in bases]
        if checked:
            said.append(
                Markup("{} {}").format(page.t("checked-against"), comma.join(map(page.link, checked)))
            )
        return comma.join(said)

    def _values(self, subject: Key, predicates: Iterable[Key], *, named: bool = False) -> list[Value]:
        found: dict[Key, set[int]] = {}
        for predicate in predicates:
            for value in self._things.graph.column(predicate).values(subject):
                found.setdefault(value, set()).update(self._notes.of(subject, predicate, value))
        values = []
        for value, numbers in found.items():
            html = shown_value(self._page, value, named=named)
            anchor = self._things.fragment(value) if value in self._inline else None
            rests = set(numbers)
            if anchor:
                for predicate, inner in self._things.graph.outgoing(value):
                    rests.update(self._notes.of(value, predicate, inner))
            values.append((str(html).lower(), value, Value(html, tuple(sorted(rests)), None, anchor)))
        return [value for *_, value in sorted(values, key=lambda item: item[:2])]

    def _ordered(self, predicates: Iterable[Key]) -> list[Key]:
        language = self._page.language
        return sorted(
            predicates, key=lambda p: (_PLACES.get(p, 500), self._things.label(p, language).text.lower(), p)
        )

    def _section(self, name: Key, parts: Sequence[Key]) -> Section:
        things, page = self._things, self._page
        owners = {self.record}
        has_texts = any(
            things.labels.name(part, page.language) or things.description(part, page.language)
            for part in parts
        )
        used = {predicate for part in parts for predicate, _ in things.graph.outgoing(part)} - _HIDDEN
        # A property that leads to this record and to nothing else says what the page says already.
        columns = self._ordered(
            predicate
            for predicate in used - {_WITHHOLDS}
            if any(set(things.graph.column(predicate).values(part)) - owners for part in parts)
        )
        shown = [self._part(part, columns, has_texts) for part in parts]
        title = page.plural(name) if name else page.t("parts")
        return Section(
            things.fragment(name) if name else "parts", title, [page.property_name(c) for c in columns], shown
        )

    def _part(self, part: Key, columns: Sequence[Key], as_list: bool) -> Part:
        things, page = self._things, self._page
        every = [self._notes.of(part, p, o) for p, o in things.graph.outgoing(part)]
        common = set(every[0]).intersection(*every[1:]) if every else set()
        rest = {number for numbers in every for number in numbers}
        texts = self.texts(part) if as_list else []
        cells = [
            [value._replace(notes=[n for n in value.notes if n not in common]) for value in values]
            for values in (self._own_values(part, column) for column in columns)
        ]
        # What is withheld stands where it would stand.
        if withheld := self._values(part, [_WITHHOLDS]):
            empty = next((cell for cell in cells if not cell), cells[-1] if cells else [])
            empty += [value._replace(notes=[n for n in value.notes if n not in common]) for value in withheld]
        shown = {number for values in cells for value in values for number in value.notes}
        first = texts[0]._replace(notes=[n for n in texts[0].notes if n not in common]) if texts else None
        shown.update(first.notes if first else ())
        return Part(
            things.fragment(part),
            part,
            page.label(part) if as_list and things.labels.name(part, page.language) else None,
            first,
            sorted(common | (rest - shown)),
            () if as_list else cells,
            [
                Fact(column, page.property_name(column), values)
                for column, values in zip(columns, cells, strict=True)
                if values
            ]
            if as_list
            else (),
        )

    def _own_values(self, part: Key, predicate: Key) -> list[Value]:
        values = self._values(part, [predicate])
        if not self._things.graph.column(predicate).has(part, self.record):
            return values
        # The name of the record stands at the head of the page already.
        own = shown_value(self._page, self.record)
        whole = Markup('<span class="aside">{}</span>').format(self._page.t("the-whole"))
        return [value._replace(html=whole) if value.html == own else value for value in values]

    def _links(self, predicate: Key, subjects: Iterable[Key]) -> Links:
        """The things that point here by a property: each record once, with what its parts say."""
        things, page = self._things, self._page
        by_record: dict[Key, list[Key]] = defaultdict(list)
        for subject in sorted(set(subjects)):
            by_record[things.record_of(subject) or subject].append(subject)
        shown = []
        for record in sorted(by_record, key=page.sort_key)[:MOST_LINKS]:
            parts = [part for part in by_record[record] if part != record]
            said = dict.fromkeys(says for part in parts for says in self._says(part, predicate))
            href = page.href(by_record[record][0]) or ""
            shown.append(Link(href, page.label(record), page.kind_name(record), list(said)))
        return Links(page.incoming_title(predicate), shown, len(by_record))

    def _says(self, part: Key, predicate: Key) -> list[Markup]:
        """What a part of another record says besides pointing here: its name, its role, the purpose."""
        things, page = self._things, self._page
        named = part in things.graph.column(NAME_TEXT) or things.labels.name(part, page.language)
        said = [page.label(part)] if named else []
        concepts = things.content.schemes
        for other in self._ordered({p for p, _ in things.graph.outgoing(part)} - _HIDDEN - {predicate}):
            said += [page.label(value) for value in things.values(part, other) if value in concepts]
        return said


def is_thin(things: Things, record: Key) -> bool:
    """Whether sources only name a record."""
    return things.graph.column(STATUS).has(record, _THIN)


class RecordFiles:
    """Makes all files of a record: its pages and its data.

    Args:
        things: where the records are.
    """

    def __init__(self, things: Things) -> None:
        self._things = things
        self._downloads = Downloads(things)
        self._sources = resting(things)

    def __call__(self, record: Key) -> Iterator[tuple[str, str, Iterator[str] | str]]:
        """Make the files of one record: path, title, content."""
        things, stem = self._things, self._things.paths[record]
        rests = self._sources.get(record)
        texts = self._downloads.of(record)
        for extension, text in texts.items():
            yield f"{stem}.{extension}", f"A record as {NAMES[extension]}", text
        notes = Notes(things, [record, *things.parts_of(record)])
        for language in things.languages:
            path, chunks = _page(things, language, record, notes, [*texts], rests)
            yield path, "A page of the site", chunks


def _page(
    things: Things, language: str, record: Key, notes: Notes, formats: Sequence[str], rests: Resting | None
) -> tuple[str, Iterator[str]]:
    page = Page(things, language, f"{things.paths[record]}.html")
    return page.path, written(
        page,
        "record.html",
        view=RecordView(page, record, notes),
        notes=notes,
        record=record,
        files=[(extension, NAMES[extension]) for extension in formats],
        about=of_thing(page, record),
        rests=rests,
        groups=groups(page, rests) if rests else (),
    )
