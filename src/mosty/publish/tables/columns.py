"""The columns of a table: what a cell holds for a thing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from mosty.publish.tables.naming import Names, local_name, word
from mosty.publish.tables.profile import Profile
from mosty.publish.tables.readable import Readable, tag_of
from mosty.rdf.graph import Column as Pairs
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key, lexical_form, literal_parts
from mosty.rdf.labels import DEFINITIONS

JOINT = " | "
"""Stands between the values of a cell."""
MOST_LANGUAGES = 12
"""Texts in more languages than this have columns for those of the workspace only."""

Cell: TypeAlias = Callable[[Key], Sequence[str]]
"""The values of a cell, for the thing whose row it is."""


class Column(NamedTuple):
    """A column of a table.

    Attributes:
        name: unique in the table.
        role: "id", "iri", "link" (ids of things), "words" (for people), "value" (literals), "language" or
            "datatype" (of the value).
        cell: what stands in it.
        title, description: for people.
        predicate: the property; None for id and iri.
        inner: the property of the thing that the first one leads to, when that is opened.
        language: of the words.
        type: in terms of Table Schema.
        datatype: IRI of the datatype that all values have.
        many: whether a cell may hold several values.
        joined: whether some cell does.
        targets: the tables that the ids are from; None among them stands for things without a row.
        derived: "no", "some" or "all": whether rules made the values.
    """

    name: str
    role: str
    cell: Cell
    title: str
    description: str = ""
    predicate: Key | None = None
    inner: Key | None = None
    language: str | None = None
    type: str = "string"
    datatype: str | None = None
    many: bool = False
    joined: bool = False
    targets: frozenset[str | None] = frozenset()
    derived: str = "no"


class Values:
    """The values of one property, asserted and derived, sorted."""

    def __init__(self, asserted: Graph, derived: Graph, predicate: Key) -> None:
        self._asserted: Pairs = asserted.column(predicate)
        self._derived: Pairs = derived.column(predicate)

    def __call__(self, subject: Key) -> Sequence[Key]:
        """All values of a thing."""
        one = self._asserted.one.get(subject)
        if subject in self._derived.one:
            return sorted({*self._asserted.values(subject), *self._derived.values(subject)})
        if one is None:
            return ()
        return sorted(self._asserted.values(subject)) if subject in self._asserted.more else (one,)

    def links(self, subject: Key) -> Sequence[Key]:
        """Those that are IRIs."""
        values = self(subject)
        return values if len(values) == 1 and values[0][0] == "<" else [v for v in values if v[0] == "<"]


class Property(NamedTuple):
    """A property in a table, and how it is laid out.

    Attributes:
        predicate: its IRI.
        name: the word that the names of its columns begin with.
        profile: what its values look like there.
        many: whether a thing may have several values (several texts in one language).
        alone: whether literals of all languages and datatypes share a column, with what they are beside it, because
            a thing has but one value.
        named: whether what it leads to has names.
        exact: whether its columns tell everything; if not, its values stand in the table of values too.
    """

    predicate: Key
    name: str
    profile: Profile
    many: bool
    alone: bool
    named: bool
    exact: bool

    @property
    def derived(self) -> str:
        """Whether rules made the values: "no", "some" or "all"."""
        derived = self.profile.derived
        return "no" if not derived else "all" if derived == self.profile.count else "some"


def make_property(
    predicate: Key, name: str, profile: Profile, *, single: bool | None, named: bool
) -> Property:
    """Decide how a property is laid out.

    Args:
        predicate: its IRI.
        name: what its columns are called.
        profile: what its values look like.
        single: whether shapes allow one value only; None when they do not say.
        named: whether what it leads to has names.
    """
    others = bool(profile.targets or profile.datatypes)
    many = profile.several or (others and (single is False or bool(profile.derived and profile.targets)))
    forms = bool(profile.targets) + len(profile.datatypes) + bool(profile.languages)
    alone = not (many or profile.more) and (forms > 1 or bool(single and profile.languages))
    exact = not (many or profile.derived or profile.blank) and (forms == 1 or alone)
    exact = exact and (alone or len(profile.languages) <= MOST_LANGUAGES)
    return Property(predicate, name, profile, many, alone, named, exact)


class Drafter:
    """Drafts the columns of tables.

    Args:
        asserted, derived: the triples.
        readable: ids and words.
        rules: says which rule makes the values of a property, where it is known.
    """

    def __init__(
        self, asserted: Graph, derived: Graph, readable: Readable, rules: Callable[[Key], str]
    ) -> None:
        self._asserted = asserted
        self._derived = derived
        self._readable = readable
        self._rules = rules

    def values(self, predicate: Key) -> Values:
        """The values of a property."""
        return Values(self._asserted, self._derived, predicate)

    def of(self, prop: Property, inner: Sequence[Property] = (), *, told: bool = False) -> Iterator[Column]:
        """The columns of a property.

        Args:
            prop: the property.
            inner: properties of what it leads to, when that is opened.
            told: whether these tell everything that words for it could.
        """
        profile, values = prop.profile, self.values(prop.predicate)
        title = self._title(prop.predicate)
        base = Column(
            name=prop.name,
            role="value",
            cell=_literals(values),
            title=title,
            description=self._described(prop),
            predicate=prop.predicate,
            many=prop.many,
            joined=prop.profile.more,
            derived=prop.derived,
        )
        if prop.alone:
            yield from self._alone(prop, base, values)
        elif profile.datatypes:
            kind = "string" if prop.many else profile.type
            yield base._replace(type=kind, datatype=profile.datatype)
        for language in () if told else self._languages(prop):
            yield base._replace(
                name=f"{prop.name}_{word(language)}",
                role="words",
                cell=self._words(prop, values, language),
                title=f"{title} ({language})",
                language=language,
            )
        for other in inner:
            yield self._opened(prop, other)
        if profile.targets:
            yield base._replace(
                name=f"{prop.name}_id",
                role="link",
                cell=self._ids(values),
                title=f"{title}: id",
                targets=frozenset(profile.targets),
            )

    def _alone(self, prop: Property, base: Column, values: Values) -> Iterator[Column]:
        """One column for literals of any kind, and what tells of which kind each is."""
        profile = prop.profile
        if not profile.datatypes and not profile.languages:
            return
        plain = base._replace(type=profile.type, datatype=profile.datatype)
        yield base._replace(cell=_any_literals(values)) if profile.languages else plain
        if profile.languages:
            text = f"Language of {prop.name}, as a tag of RFC 5646."
            title = f"{base.title}: language"
            yield base._replace(
                name=f"{prop.name}_language",
                role="language",
                cell=_tags(values),
                title=title,
                description=text,
            )
        if len(profile.datatypes) > 1 or (profile.datatypes and profile.languages):
            text = f"Datatype of {prop.name}, as a CURIE."
            title = f"{base.title}: datatype"
            cell = self._datatypes(values)
            yield base._replace(
                name=f"{prop.name}_datatype", role="datatype", cell=cell, title=title, description=text
            )

    def _datatypes(self, values: Values) -> Cell:
        name = self._readable.id

        def cell(subject: Key) -> Sequence[str]:
            parts = [literal_parts(v) for v in values(subject) if v[0] == '"']
            return [name(iri_key(datatype)) for _, datatype, tag in parts if not tag]

        return cell

    def _languages(self, prop: Property) -> list[str]:
        """The languages that a property has words in: names of what it leads to, or its own texts."""
        own = set() if prop.alone else prop.profile.languages
        known = self._readable.languages
        found = [tag for tag in known if tag in own or prop.named]
        return [*found, *sorted(own - set(known))] if len(own) <= MOST_LANGUAGES else found

    def _opened(self, prop: Property, other: Property) -> Column:
        outer, inner = self.values(prop.predicate), self.values(other.predicate)

        def each(subject: Key) -> Sequence[str]:
            return [lexical_form(v) for link in outer.links(subject) for v in inner(link) if v[0] == '"']

        def aligned(subject: Key) -> Sequence[str]:
            # A part without a value keeps its place: the second end belongs to the second begin.
            found = [
                lexical_form(values[0]) if (values := inner(link)) else "" for link in outer.links(subject)
            ]
            return found if any(found) else ()

        many, several = prop.many or other.many, other.many or other.profile.more
        return Column(
            name=f"{prop.name}_{other.name}",
            role="value",
            cell=each if several else aligned,
            title=f"{self._title(prop.predicate)}: {self._title(other.predicate)}",
            description=self._described(other._replace(many=many)),
            predicate=prop.predicate,
            inner=other.predicate,
            type="string" if many else other.profile.type,
            datatype=other.profile.datatype,
            many=many,
            joined=prop.profile.more or other.profile.more,
            derived=other.derived,
        )

    def _title(self, predicate: Key) -> str:
        return self._readable.term(predicate, self._readable.languages[0])

    def _described(self, prop: Property) -> str:
        text = self._readable.stated(prop.predicate, DEFINITIONS, self._readable.languages[0])
        parts = [text]
        if prop.derived != "no":
            rule = self._rules(prop.predicate)
            some = "Derived" if prop.derived == "all" else "Some values are derived"
            parts.append(f"{some}: made by {f'the rule {rule}' if rule else 'a rule'}, stated by nobody.")
        if prop.many:
            parts.append(f'Several values stand in one cell, with "{JOINT}" between them.')
        return " ".join(part for part in parts if part)

    def _ids(self, values: Values) -> Cell:
        name = self._readable.id
        return lambda subject: [name(link) for link in values.links(subject)]

    def _words(self, prop: Property, values: Values, language: str) -> Cell:
        label, texts = self._readable.label, _texts(values, language)
        if not prop.named or language not in self._readable.languages:
            return texts
        if prop.alone or not prop.profile.languages:
            return lambda subject: [label(link, language) for link in values.links(subject)]
        return lambda subject: [*(label(v, language) for v in values.links(subject)), *texts(subject)]


def _texts(values: Values, language: str) -> Cell:
    """The texts in one language."""
    return lambda subject: [lexical_form(v) for v in values(subject) if v[0] == '"' and tag_of(v) == language]


def _any_literals(values: Values) -> Cell:
    return lambda subject: [lexical_form(v) for v in values(subject) if v[0] == '"']


def _tags(values: Values) -> Cell:
    return lambda subject: [tag for v in values(subject) if v[0] == '"' and (tag := tag_of(v))]


def _literals(values: Values) -> Cell:
    """The literals that have no language."""
    return lambda subject: [lexical_form(v) for v in values(subject) if v[0] == '"' and tag_of(v) is None]


def frame(readable: Readable) -> tuple[Column, Column]:
    """The first and the last column of each table."""
    return (
        Column("id", "id", lambda subject: (readable.id(subject),), "id", "Key of this table"),
        Column(
            "iri",
            "iri",
            lambda subject: (subject[1:-1],),
            "IRI",
            "Address of the thing, the same in every file",
        ),
    )


def name_properties(predicates: Sequence[Key], readable: Readable) -> dict[Key, str]:
    """Give each property of a table the word that its columns begin with."""
    names = Names(("id", "iri"))
    found = {}
    for predicate in sorted(predicates):
        prefix, local = local_name(predicate, readable.prefixes)
        found[predicate] = names.take([word(local), word(f"{prefix}_{local}")])
    return found
