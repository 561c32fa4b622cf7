"""What the values of each property look like in each table: counted once, so that columns can be laid out."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from mosty.model.terms import XSD
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key

_INTEGERS = (
    "integer long int short byte nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger "
    "unsignedLong unsignedInt unsignedShort unsignedByte"
)
_FRACTION = r"-?[0-9]{1,400}(?:\.[0-9]{1,400})?"
_YEAR = r"(?!0000)[0-9]{4}"
_LEAP_YEAR = r"(?!0000)(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_DAY = (
    rf"(?:{_LEAP_YEAR}-02-29|{_YEAR}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)"
    r"|(?:0[13578]|1[02])-31))"
)
# Table Schema type of a datatype, and which of its lexical forms every reader of that type takes.
_TYPES: dict[str, tuple[str, re.Pattern[str]]] = {
    **{name: ("integer", re.compile(r"-?[0-9]{1,400}\Z")) for name in _INTEGERS.split()},
    "decimal": ("number", re.compile(rf"{_FRACTION}\Z")),
    "double": ("number", re.compile(rf"{_FRACTION}(?:[eE][+-]?[0-9]{{1,3}})?\Z")),
    "float": ("number", re.compile(rf"{_FRACTION}(?:[eE][+-]?[0-9]{{1,3}})?\Z")),
    "boolean": ("boolean", re.compile(r"(?:true|false)\Z")),
    "gYear": ("year", re.compile(rf"{_YEAR}\Z")),
    "gYearMonth": ("yearmonth", re.compile(rf"{_YEAR}-(?:0[1-9]|1[0-2])\Z")),
    "date": ("date", re.compile(rf"(?:{_DAY})\Z")),
    "dateTime": (
        "datetime",
        re.compile(rf"(?:{_DAY})T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{{1,6}})?Z\Z"),
    ),
}
_BY_TAIL = {f"^^<{XSD}{name}>": rule for name, rule in _TYPES.items()}


class Profile:
    """The values of one property in one table.

    Attributes:
        count: how many there are.
        targets: the tables that hold what it leads to; None stands for what no table holds.
        outside: what it leads to and no table holds.
        datatypes: what stands behind the text of literals without a language: `^^<...>`, or nothing.
        languages: their tags, in lower case.
        typed: for each datatype its Table Schema type, as long as all values fit.
        several: whether a thing has several values, where texts in several languages count as one.
        more: whether a thing has several values of any kind.
        blank: whether an empty text is among them, which no cell can tell from none.
        derived: how many of them a rule made.
    """

    __slots__ = (
        "blank",
        "count",
        "datatypes",
        "derived",
        "languages",
        "more",
        "outside",
        "several",
        "targets",
        "typed",
    )

    def __init__(self) -> None:
        self.count = 0
        self.targets: set[str | None] = set()
        self.outside: set[Key] = set()
        self.datatypes: set[str] = set()
        self.languages: set[str] = set()
        self.typed: dict[str, str] = {}
        self.several = False
        self.more = False
        self.blank = False
        self.derived = 0

    def see(self, value: Key, home: Mapping[Key, str]) -> None:
        """Take a value into account."""
        self.count += 1
        if value[0] == "<":
            self.lead_to(value, home)
            return
        end = value.rindex('"')
        tail = value[end + 1 :]
        if end == 1:
            self.blank = True
        if tail[:1] == "@":
            self.languages.add(tail[1:].lower())
            return
        rule = _BY_TAIL.get(tail)
        if tail not in self.datatypes:
            self.datatypes.add(tail)
            if rule:
                self.typed[tail] = rule[0]
        if tail in self.typed and rule and not rule[1].match(value, 1, end):
            del self.typed[tail]

    def lead_to(self, thing: Key, home: Mapping[Key, str]) -> None:
        """Take into account where a value has its row."""
        table = home.get(thing)
        self.targets.add(table)
        if table is None:
            self.outside.add(thing)

    @property
    def type(self) -> str:
        """The Table Schema type of its literals."""
        return next(iter(self.typed.values())) if len(self.datatypes) == 1 == len(self.typed) else "string"

    @property
    def datatype(self) -> str | None:
        """The IRI of the datatype that all literals without language have."""
        if len(self.datatypes) != 1:
            return None
        tail = next(iter(self.datatypes))
        return tail[3:-1] if tail else f"{XSD}string"


Profiles = dict[str, dict[Key, Profile]]


def profiles(asserted: Graph, derived: Graph, home: Mapping[Key, str]) -> Profiles:
    """Look at every triple of every table once.

    Args:
        asserted, derived: the triples.
        home: the table of each thing.
    """
    found: Profiles = {}
    for graph in (asserted, derived):
        for predicate, column in graph.columns.items():
            for subject, value in column.pairs():
                table = home.get(subject)
                if table is None:
                    continue
                if graph is derived and asserted.column(predicate).has(subject, value):
                    continue
                own = found.setdefault(table, {})
                profile = own.get(predicate)
                if profile is None:
                    profile = own[predicate] = Profile()
                profile.see(value, home)
                profile.derived += graph is derived
            for subject in column.more:
                if (table := home.get(subject)) is not None:
                    _several(found[table][predicate], column.values(subject))
        if graph is derived:
            for predicate, column in derived.columns.items():
                both = asserted.column(predicate).one
                for subject in column.one.keys() & both.keys() if both else ():
                    if (table := home.get(subject)) is not None:
                        values = {*asserted.column(predicate).values(subject), *column.values(subject)}
                        _several(found[table][predicate], values)
    return found


def _several(profile: Profile, values: Collection[Key]) -> None:
    tags = [v[v.rindex('"') + 1 :].lower() for v in values if v[0] == '"']
    texts = [tag for tag in tags if tag[:1] == "@"]
    others = len(values) - len(texts)
    profile.several |= len(set(texts)) < len(texts) or others > 1 or (others > 0 and bool(texts))
    profile.more |= len(values) > 1
