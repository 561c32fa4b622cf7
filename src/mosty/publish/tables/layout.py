"""The tables of a release: which there are, and which columns each has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from itertools import chain
from typing import NamedTuple

from mosty.model.terms import MOSTY, RDF_LANG_STRING
from mosty.publish.content import Content
from mosty.publish.tables.cardinality import Cardinality
from mosty.publish.tables.columns import (
    Column,
    Drafter,
    Property,
    frame,
    make_property,
    name_properties,
)
from mosty.publish.tables.naming import Names, word
from mosty.publish.tables.ordering import Order
from mosty.publish.tables.profile import Profiles, profiles
from mosty.publish.tables.readable import Readable
from mosty.publish.tables.shortcuts import Short, shortcuts, stated_shortly
from mosty.publish.tables.sorting import EVIDENCE, PARTS, THINGS, TYPE, VALUES, Sheet, Sorter
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key, lexical_form, literal_parts
from mosty.rdf.labels import DEFINITIONS, NAMES
from mosty.workspace.config import Config

_DERIVED_BY = iri_key(MOSTY + "derivedBy")
Row = Sequence[Sequence[str]]
"""The cells of a row, each with its values."""


class Field(NamedTuple):
    """A column as readers see it.

    Attributes:
        name, title, description: for people.
        type: in terms of Table Schema.
        many: whether a cell may hold several values.
        refers: the table whose id it holds.
        column: how it came about; None in the tables of values and things.
    """

    name: str
    title: str
    description: str = ""
    type: str = "string"
    many: bool = False
    refers: str | None = None
    column: Column | None = None


class Table(NamedTuple):
    """A table, ready to be written.

    Attributes:
        name: of the file, without extension.
        title, description: for people.
        fields: its columns.
        key: the column that is the primary key; None where a row may have none.
        size: the number of rows.
        classes: IRIs of the class that all its things have, when no column tells.
        sheet: what stands in it; None for the tables of values and things.
    """

    name: str
    title: str
    description: str
    fields: Sequence[Field]
    key: str | None
    size: int
    classes: Sequence[Key] = ()
    sheet: Sheet | None = None


class Layout:
    """All tables of a release.

    Args:
        content: what is released.
        config: its workspace.

    Attributes:
        tables: in their order.
    """

    def __init__(self, content: Content, config: Config) -> None:
        self.config = config
        self.graph = content.graph
        self.ontology = content.ontology
        self.derived = Graph(content.derived)
        self.readable = Readable((content.graph, content.ontology), config)
        sorter = Sorter(content, config, self.derived)
        self.sheets = sorter.sheets()
        self.home = {thing: sheet.name for sheet in self.sheets for thing in sheet.rows}
        self._profiles = profiles(content.graph, self.derived, self.home)
        self._short = self._stated_shortly()
        self._spoken = {sheet.name: self._spoken_of(sheet) for sheet in self.sheets}
        self.readable.says = lambda thing: self._spoken.get(self.home.get(thing, ""), ())
        self._cardinality = Cardinality(content.shapes, content.ontology)
        self._drafter = Drafter(self.graph, self.derived, self.readable, self._rule)
        self._order = Order(config)
        self._shared = {sheet.name: self._shared_classes(sheet) for sheet in self.sheets}
        self._properties = {sheet.name: self._properties_of(sheet) for sheet in self.sheets}
        self._columns = {sheet.name: self._columns_of(sheet) for sheet in self.sheets}
        self._outside = sorted(_outside(self._profiles) - self.home.keys())
        self.tables = [
            *(self._table(sheet) for sheet in self.sheets if sheet.group != EVIDENCE),
            self._values_table(),
            self._things_table(),
            *(self._table(sheet) for sheet in self.sheets if sheet.group == EVIDENCE),
        ]

    def columns(self, table: str) -> Sequence[Column]:
        """The columns of a table of things."""
        return self._columns[table]

    def links_of(self, thing: Key) -> Iterator[tuple[str, Key]]:
        """What a thing leads to, each with the word that the columns of the property begin with."""
        for prop in self._properties[self.home[thing]].values():
            if prop.profile.targets:
                yield from ((prop.name, link) for link in self._drafter.values(prop.predicate).links(thing))

    def without_evidence(self) -> list[Table]:
        """The tables without statements and passages; those of values and things shrink."""
        own = [table for table in self.tables if table.sheet is None or table.sheet.group != EVIDENCE]
        sheets = self._without_evidence()
        sizes = {VALUES: self._values_size(sheets), THINGS: len(self._outside) + _size(sheets)}
        return [table._replace(size=sizes.get(table.name, table.size)) for table in own]

    def rows(self, table: Table, *, evidence: bool = True) -> Iterator[Row]:
        """The rows of a table, one after the other.

        Args:
            table: one of `tables`.
            evidence: whether the tables of values and things speak of statements and passages.
        """
        sheets = self.sheets if evidence else self._without_evidence()
        if table.name == VALUES:
            return self._value_rows(sheets)
        if table.name == THINGS:
            return self._thing_rows(sheets)
        assert table.sheet is not None
        columns = self._columns[table.name]
        cells = [column.cell for column in columns]
        rows = ([cell(thing) for cell in cells] for thing in table.sheet.rows)
        return chain(rows, (short.row(columns, self.readable) for short in self._short.get(table.name, ())))

    def _stated_shortly(self) -> dict[str, list[Short]]:
        found: dict[str, list[Short]] = defaultdict(list)
        for shortcut in shortcuts(self.config):
            for sheet in self.sheets:
                if sheet.record_class == shortcut.part:
                    own = self._profiles.get(sheet.name, {})
                    found[sheet.name] += stated_shortly(shortcut, self.graph, own, self.home, sheet.name)
        return found

    def _without_evidence(self) -> list[Sheet]:
        return [sheet for sheet in self.sheets if sheet.group != EVIDENCE]

    def _rule(self, predicate: Key) -> str:
        graphs = (self.ontology, self.graph)
        names = {v for graph in graphs for v in graph.column(_DERIVED_BY).values(predicate) if v[0] == '"'}
        return ", ".join(sorted(map(lexical_form, names)))

    def _spoken_of(self, sheet: Sheet) -> Sequence[Key]:
        """The stated values that tell what a part without a name is: those of a period tell when."""
        own = self._profiles.get(sheet.name, {})
        told = [p for p, profile in own.items() if profile.datatypes or profile.languages]
        return [] if sheet.group == EVIDENCE else sorted(p for p in told if own[p].derived < own[p].count)

    def _properties_of(self, sheet: Sheet) -> dict[Key, Property]:
        own = self._profiles.get(sheet.name, {})
        names = name_properties(list(own), self.readable)
        found = {}
        for predicate, profile in own.items():
            named = any(map(self._is_named, profile.targets)) or any(
                map(self.readable.has_label, profile.outside)
            )
            single = self._cardinality.single(sheet.classes, predicate)
            found[predicate] = make_property(predicate, names[predicate], profile, single=single, named=named)
        return found

    def _is_named(self, table: str | None) -> bool:
        """Whether the things of a table have names, or say something that stands for one."""
        if table is None:
            return False
        return bool(self._spoken[table]) or not self._profiles.get(table, {}).keys().isdisjoint(NAMES)

    def _shared_classes(self, sheet: Sheet) -> Sequence[Key]:
        """The classes of all things of a table, when they are the same ones."""
        profile = self._profiles.get(sheet.name, {}).get(TYPE)
        if profile is None or profile.derived:
            return ()
        types = self.graph.column(TYPE)
        first = sorted(types.values(sheet.rows[0]))
        same = all(sorted(types.values(thing)) == first for thing in sheet.rows)
        return first if same and all(one[0] == "<" for one in first) else ()

    def _columns_of(self, sheet: Sheet) -> list[Column]:
        first, last = frame(self.readable)
        drafted: list[Column] = []
        for prop in self._sorted(self._properties[sheet.name].values()):
            if prop.predicate != TYPE or not self._shared[sheet.name]:
                inner = self._opened(sheet, prop)
                told = self._told_by(prop) <= {other.predicate for other in inner} if inner else False
                inner = [other for other in inner if self._is_used(sheet, prop, other)]
                drafted += self._drafter.of(prop, inner, told=told)
        # What people read goes first; behind it what programs need: keys that join tables, datatypes.
        drafted.sort(key=lambda column: column.role in ("link", "datatype"))
        names = Names((first.name, last.name))
        return [first, *(c._replace(name=names.take([c.name])) for c in drafted), last]

    def _opened(self, sheet: Sheet, prop: Property) -> list[Property]:
        """The values of parts without a name, which are best read where they are used: begin and end of a period."""
        if sheet.group == EVIDENCE or prop.derived != "no" or len(prop.profile.targets) != 1:
            return []
        target = next((other for other in self.sheets if {other.name} == prop.profile.targets), None)
        if target is None or target.kind or target.group != PARTS:
            return []
        inner = self._properties[target.name]
        if not inner.keys().isdisjoint(NAMES):
            return []
        plain = [p for p in inner.values() if p.profile.datatypes and not p.profile.targets]
        return self._sorted(p for p in plain if not p.profile.languages)

    def _told_by(self, prop: Property) -> set[Key]:
        """What words for the values of a property would be made of."""
        return {predicate for target in prop.profile.targets if target for predicate in self._spoken[target]}

    def _is_used(self, sheet: Sheet, prop: Property, other: Property) -> bool:
        outer, inner = self._drafter.values(prop.predicate), self._drafter.values(other.predicate)
        return any(inner(link) for thing in sheet.rows for link in outer.links(thing))

    def _sorted(self, properties: Iterable[Property]) -> list[Property]:
        return sorted(properties, key=lambda prop: self._order(prop.predicate, prop.derived))

    def _table(self, sheet: Sheet) -> Table:
        language = self.readable.languages[0]
        record_class = sheet.record_class
        title = self.readable.term(record_class, language) if record_class else "things without a class"
        text = self.readable.stated(record_class, DEFINITIONS, language) if record_class else ""
        short = self._short.get(sheet.name, ())
        if short:
            places = {
                (self.home[one.record], self.readable.term(one.shortcut.said, language)) for one in short
            }
            told = ", ".join(f"{table}: {said}" for table, said in sorted(places))
            text = f"{text} A row without an id repeats what another table states directly ({told}).".strip()
        return Table(
            name=sheet.name,
            title=f"{title[:1].upper()}{title[1:]}",
            description=text,
            fields=[self._field(column) for column in self._columns[sheet.name]],
            key=None if short else "id",
            size=len(sheet.rows) + len(short),
            classes=self._shared[sheet.name],
            sheet=sheet,
        )

    def _field(self, column: Column) -> Field:
        refers = None
        if column.role == "link" and not column.joined:
            refers = THINGS
            if len(column.targets) == 1 and None not in column.targets:
                refers = next(iter(column.targets))
        return Field(column.name, column.title, column.description, column.type, column.many, refers, column)

    def _inexact(self, sheet: Sheet) -> list[Property]:
        shared = self._shared[sheet.name]
        properties = self._properties[sheet.name].values()
        found = [p for p in properties if not p.exact and not (shared and p.predicate == TYPE)]
        return sorted(found, key=lambda p: p.predicate)

    def _values_table(self) -> Table:
        languages = self.readable.languages
        fields = [
            Field("table", "table", "The table in which the thing has its row."),
            Field("id", "id", "The thing.", refers=THINGS),
            Field("column", "column", "The word that the columns of the property begin with in that table."),
            Field("property", "property", "The property, as a CURIE."),
            *(
                Field(f"value_{word(tag)}", f"value ({tag})", "What the value is called.")
                for tag in languages
            ),
            Field("value", "value", "The value as written, when it is a text or number."),
            Field("language", "language", "Its language, as a tag of RFC 5646."),
            Field("datatype", "datatype", "Its datatype, as a CURIE."),
            Field("derived", "derived", "Whether a rule made it; else somebody stated it.", "boolean"),
            Field("value_id", "value: id", "The value, when it is a thing.", refers=THINGS),
        ]
        names = Names()
        fields = [field._replace(name=names.take([field.name])) for field in fields]
        text = (
            "One row for each value of the properties whose cells do not tell everything: several values, values "
            "of several datatypes, or values that rules made."
        )
        return Table(VALUES, "Values", text, fields, None, self._values_size(self.sheets))

    def _values_size(self, sheets: Sequence[Sheet]) -> int:
        return sum(prop.profile.count for sheet in sheets for prop in self._inexact(sheet))

    def _value_rows(self, sheets: Sequence[Sheet]) -> Iterator[Row]:
        readable, name = self.readable, self.readable.id
        for sheet in sheets:
            inexact = [
                (prop, self._drafter.values(prop.predicate), self.graph.column(prop.predicate))
                for prop in self._inexact(sheet)
            ]
            for thing in sheet.rows if inexact else ():
                for prop, values, asserted in inexact:
                    for value in values(thing):
                        head = ((sheet.name,), (name(thing),), (prop.name,), (name(prop.predicate),))
                        derived = ("false" if asserted.has(thing, value) else "true",)
                        if value[0] == "<":
                            words = [(readable.label(value, tag),) for tag in readable.languages]
                            yield (*head, *words, (), (), (), derived, (name(value),))
                            continue
                        text, datatype, tag = literal_parts(value)
                        none: list[Sequence[str]] = [() for _ in readable.languages]
                        kind = () if datatype == RDF_LANG_STRING else (name(iri_key(datatype)),)
                        yield (*head, *none, (text,), _cell(tag), kind, derived, ())

    def _things_table(self) -> Table:
        fields = [
            Field("id", "id", "Key of this table."),
            *(
                Field(f"label_{word(tag)}", f"label ({tag})", "What it is called.")
                for tag in self.readable.languages
            ),
            Field("table", "table", "The table in which it has its row; empty for things outside."),
            Field("iri", "IRI", "Address of the thing, the same in every file."),
        ]
        names = Names()
        fields = [field._replace(name=names.take([field.name])) for field in fields]
        text = "Everything that any table speaks of, and where it has its row."
        return Table(THINGS, "Things", text, fields, "id", _size(self.sheets) + len(self._outside))

    def _thing_rows(self, sheets: Sequence[Sheet]) -> Iterator[Row]:
        readable = self.readable
        for thing in merge(*(sheet.rows for sheet in sheets), self._outside):
            labels = [_cell(readable.stated(thing, NAMES, tag)) for tag in readable.languages]
            table = self.home.get(thing)
            yield ((readable.id(thing),), *labels, _cell(table), (thing[1:-1],))


def _size(sheets: Sequence[Sheet]) -> int:
    return sum(len(sheet.rows) for sheet in sheets)


def _cell(text: str | None) -> Sequence[str]:
    return (text,) if text else ()


def _outside(found: Profiles) -> set[Key]:
    return {thing for own in found.values() for profile in own.values() for thing in profile.outside}
