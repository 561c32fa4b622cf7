"""What the page of a record shows: its facts with their sources, its parts, what points at it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import nsmallest
from typing import NamedTuple

from markupsafe import Markup, escape

from mosty.model.terms import MOSTY
from mosty.rdf.keys import Key, iri_key
from mosty.rdf.labels import NAMES
from mosty.site.footnotes import Footnotes
from mosty.site.gathered import Gathered
from mosty.site.labels import as_text, shown
from mosty.site.page import Page
from mosty.site.paths import list_path
from mosty.site.things import DEFINITION, DESCRIPTION, IN_SCHEME, ORDER, TYPE, Things
from mosty.site.values import Fact, Value, shown_value

STATUS, NAME_TEXT = (iri_key(MOSTY + name) for name in ("recordStatus", "nameText"))
_TEXTS = (*NAMES, DESCRIPTION, DEFINITION)
_HIDDEN = frozenset((TYPE, DESCRIPTION, DEFINITION, STATUS, ORDER, *NAMES))
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
MOST_LINKS = 200
"""So many things that point at a record are listed; of more the page says how many there are."""


class Part(NamedTuple):
    """A part of a record as the page shows it.

    Attributes:
        anchor: the name of its place in the page.
        key: the part.
        title: its name, if it has one.
        text: its description.
        notes: the notes that all its facts share.
        bare: whether a fact of it that is not shown by itself, or every fact, rests on nothing.
        cells: in a table, the values of each column.
        facts: in a list, its facts.
    """

    anchor: str
    key: Key
    title: Markup | None
    text: Value | None
    notes: Sequence[int]
    bare: bool
    cells: Sequence[Fact]
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
    """What the page of a record shows in one language.

    Args:
        page: the page, for names and links.
        gathered: the record (or concept), its parts, and what points at them.

    Attributes:
        record: the record.
        notes: its notes.
        total: how many triples the record and its parts have.
        facts: the facts of the record, those first that a reader looks for first.
        foot: writes the numbers of notes, and the notes.
    """

    def __init__(self, page: Page, gathered: Gathered) -> None:
        self._page = page
        self._things = page.things
        self._of = gathered
        self.record = gathered.record
        self.notes = gathered.notes
        self.total = gathered.total
        self._placed: set[Key] = set()
        # Where a release names no evidence at all, its absence tells nothing apart.
        self._marks = self.is_record and bool(page.things.content.evidence)
        self.facts = self._facts()
        self.foot = Footnotes(page)

    def names(self) -> Fact:
        """The names of the record in all languages."""
        values = self._values(self.record, NAMES, named=True)
        return Fact(NAMES[0], escape(self._page.t("names")), values)

    def texts(self, subject: Key) -> list[Value]:
        """The descriptions of a thing, the page's language first."""
        order = self._things.labels.order(self._page.language)
        row, found = self._of.row(subject), []
        for predicate in (DESCRIPTION, DEFINITION):
            for value in row.get(predicate, ()):
                text = as_text(value)
                rank = order.index(text.language) if text.language in order else len(order)
                notes = self.notes.of(subject, predicate, value)
                html, bare = self._page.paragraphs(text), self._marks and not notes
                found.append((rank, value, Value(html, notes, text.language, bare=bare)))
        return [value for *_, value in sorted(found, key=lambda item: item[:2])]

    def _facts(self) -> list[Fact]:
        predicates = self._of.row(self.record).keys() - _HIDDEN
        return [
            Fact(predicate, self._page.term(predicate), self._values(self.record, [predicate]))
            for predicate in self._ordered(predicates)
        ]

    def sections(self) -> list[Section]:
        """The parts of the record by class."""
        groups: dict[Key, list[Key]] = defaultdict(list)
        for part in self._of.parts:
            if part not in self._of.inline:
                groups[min(self._of.row(part).get(TYPE, ()), default="")].append(part)
        order = sorted(groups, key=lambda name: (_SECTION_PLACES.get(name, 100), name))
        return [self._section(name, groups[name]) for name in order]

    def incoming(self) -> list[Links]:
        """What points at the record or one of its parts, by property."""
        groups = self._of.incoming
        return [self._links(predicate, groups[predicate]) for predicate in self._ordered(groups)]

    def consequences(self) -> list[Fact]:
        """What the rules derive about the record, each property with its rule."""
        found = self._of.derived
        return [
            Fact(
                p,
                self._derived_name(p, found[p][0]),
                [Value(shown_value(self._page, v), ()) for v in found[p]],
            )
            for p in self._ordered(found)
        ]

    def _derived_name(self, predicate: Key, value: Key) -> Markup:
        name, rule = self._page.term(predicate), self._things.rule_of(predicate, value)
        if rule is None:
            return name
        return Markup(
            f'{name}<br><span class="aside">{escape(self._page.t("rule", rule=shown(rule)))}</span>'
        )

    def class_notes(self) -> Sequence[int]:
        """The notes of what the record is."""
        found = {
            n for name in self._things.classes_of(self.record) for n in self.notes.of(self.record, TYPE, name)
        }
        return sorted(found)

    @property
    def class_bare(self) -> bool:
        """Whether nothing says what the record's class rests on."""
        names = self._things.classes_of(self.record)
        return self._marks and not all(self.notes.of(self.record, TYPE, name) for name in names)

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
    def is_record(self) -> bool:
        """Whether it is a record, not a concept."""
        return self._things.is_record(self.record)

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
        rows = map(self._of.row, (self.record, *self._of.parts))
        return any(value.startswith(start) for row in rows for values in row.values() for value in values)

    def _values(self, subject: Key, predicates: Iterable[Key], *, named: bool = False) -> list[Value]:
        found: dict[Key, set[int]] = {}
        bare: set[Key] = set()
        row = self._of.row(subject)
        for predicate in predicates:
            for value in row.get(predicate, ()):
                notes = self.notes.of(subject, predicate, value)
                found.setdefault(value, set()).update(notes)
                if not notes:
                    bare.add(value)
        values = []
        for value, numbers in found.items():
            html = shown_value(self._page, value, named=named)
            anchor = None
            if value in self._of.inline:
                # A period that several things share has its place where it comes first.
                anchor = None if value in self._placed else self._things.fragment(value)
                self._placed.add(value)
                for predicate, inner in self._of.row(value).items():
                    for each in inner:
                        notes = self.notes.of(value, predicate, each)
                        numbers.update(notes)
                        if not notes:
                            bare.add(value)
            marked = self._marks and value in bare
            values.append((html, value, Value(html, sorted(numbers), None, anchor, marked)))
        if len(values) > 1:
            values.sort(key=self._value_order)
        return [value for *_, value in values]

    def _value_order(self, item: tuple[Markup, Key, Value]) -> tuple[object, ...]:
        """Things by name, literals by what is shown."""
        html, key, _ = item
        return (0, *self._page.sort_key(key)) if key[0] == "<" else (1, (str(html).lower(), ""), key)

    def _ordered(self, predicates: Iterable[Key]) -> list[Key]:
        language = self._page.language
        return sorted(
            predicates, key=lambda p: (_PLACES.get(p, 500), self._things.label(p, language).text.lower(), p)
        )

    def _section(self, name: Key, parts: Sequence[Key]) -> Section:
        things, page = self._things, self._page
        owners = {self.record}
        rows = [self._of.row(part) for part in parts]
        has_texts = any(predicate in row for row in rows for predicate in _TEXTS)
        used = {predicate for row in rows for predicate in row} - _HIDDEN
        # A property that leads to this record and to nothing else says what the page says already.
        columns = self._ordered(
            predicate
            for predicate in used - {_WITHHOLDS}
            if any(value not in owners for row in rows for value in row.get(predicate, ()))
        )
        shown = [self._part(part, columns, has_texts) for part in parts]
        title = page.plural(name) if name else page.t("parts")
        return Section(
            things.fragment(name) if name else "parts", title, [page.term(c) for c in columns], shown
        )

    def _part(self, part: Key, columns: Sequence[Key], as_list: bool) -> Part:
        things, page = self._things, self._page
        triples = [(p, o) for p, values in self._of.row(part).items() for o in values]
        every = [self.notes.of(part, *triple) for triple in triples]
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
        by_itself = {*columns, DESCRIPTION, DEFINITION, _WITHHOLDS}
        unshown = any(not notes for (p, _), notes in zip(triples, every, strict=True) if p not in by_itself)
        if not any(every):
            cells = [[value._replace(bare=False) for value in values] for values in cells]
            texts = [text._replace(bare=False) for text in texts]
        shown = {number for values in cells for value in values for number in value.notes}
        first = texts[0]._replace(notes=[n for n in texts[0].notes if n not in common]) if texts else None
        shown.update(first.notes if first else ())
        facts = [
            Fact(column, page.term(column), values) for column, values in zip(columns, cells, strict=True)
        ]
        return Part(
            things.fragment(part),
            part,
            page.label(part) if as_list and things.labels.name(part, page.language) else None,
            first,
            sorted(common | (rest - shown)),
            self._marks and (unshown or not any(every)),
            () if as_list else facts,
            [fact for fact in facts if fact.values] if as_list else (),
        )

    def _own_values(self, part: Key, predicate: Key) -> list[Value]:
        values = self._values(part, [predicate])
        if self.record not in self._of.row(part).get(predicate, ()):
            return values
        # The name of the record stands at the head of the page already.
        own = shown_value(self._page, self.record)
        whole = Markup('<span class="aside">{}</span>').format(self._page.t("the-whole"))
        return [value._replace(html=whole) if value.html == own else value for value in values]

    def _links(self, predicate: Key, by_record: Mapping[Key, Sequence[Key]]) -> Links:
        """The things that point here by a property: each record once, with what its parts say; by kind, then name."""
        page, shown = self._page, []
        kinds = {kind: place for place, kind in enumerate(self._things.config.kinds.values())}

        def position(record: Key) -> tuple[object, ...]:
            kind = self._things.kind_of(record)
            return kinds[kind] if kind else len(kinds), *page.sort_key(record)

        for record in nsmallest(MOST_LINKS, by_record, key=position):
            parts = [part for part in by_record[record] if part != record]
            said = dict.fromkeys(says for part in parts for says in self._says(part, predicate))
            href = page.href(by_record[record][0]) or ""
            shown.append(Link(href, page.label(record), page.kind_name(record), list(said)))
        return Links(page.incoming_title(predicate), shown, len(by_record))

    def _says(self, part: Key, predicate: Key) -> list[Markup]:
        """What a part of another record says besides pointing here: its name, its role, the purpose."""
        page, row = self._page, self._of.row(part)
        said = [page.label(part)] if any(name in row for name in (NAME_TEXT, *NAMES)) else []
        concepts = self._things.content.schemes
        for other in self._ordered(row.keys() - _HIDDEN - {predicate}):
            said += [page.label(v) for v in row[other] if v in concepts and not v.startswith(_DISCLOSURE)]
        return said


def is_thin(things: Things, record: Key) -> bool:
    """Whether sources only name a record."""
    return things.graph.column(STATUS).has(record, _THIN)
