"""What records state shortly, in the table of the parts that state the same in full.

Who pays for a whole programme is said by the programme itself, who pays for a project by a funding: whoever looks for
all funders must find them in one table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from mosty.model.errors import InputError, UsageError
from mosty.publish.tables.columns import Column
from mosty.publish.tables.profile import Profile
from mosty.publish.tables.readable import Readable
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key
from mosty.workspace.config import Config


class Shortcut(NamedTuple):
    """A property that records have themselves, instead of a part that has it.

    Attributes:
        part: the class of the parts.
        link: leads from a part to its record.
        said: the property.
    """

    part: Key
    link: Key
    said: Key


class Short(NamedTuple):
    """What one record states shortly."""

    shortcut: Shortcut
    record: Key
    value: Key

    def row(self, columns: Sequence[Column], readable: Readable) -> list[Sequence[str]]:
        """Its row: record and value stand where they would stand in that of a part; it has no id."""
        told = {self.shortcut.link: self.record, self.shortcut.said: self.value}
        return [_cell(column, told, readable) for column in columns]


def _cell(column: Column, told: Mapping[Key, Key], readable: Readable) -> Sequence[str]:
    thing = told.get(column.predicate) if column.predicate and not column.inner else None
    if thing is None:
        return ()
    if column.role == "link":
        return (readable.id(thing),)
    return (readable.label(thing, column.language),) if column.language else ()


def shortcuts(config: Config) -> Iterator[Shortcut]:
    """The shortcuts that `[publish] shortcuts` in mosty.toml names, three CURIEs each: class, link and property.

    Raises:
        InputError: there are no three, or one is no CURIE.
    """
    words = config.publish.get("shortcuts", "").split()
    try:
        keys = [iri_key(config.prefixes.expand(word).value) for word in words]
    except UsageError as error:
        raise InputError(f"mosty.toml: publish.shortcuts: {error.message}", error.hint) from None
    if len(keys) % 3:
        raise InputError(
            "mosty.toml: publish.shortcuts: not three CURIEs for each", "class, link to the record, property"
        )
    yield from (Shortcut(*keys[place : place + 3]) for place in range(0, len(keys), 3))


def stated_shortly(
    shortcut: Shortcut, graph: Graph, own: Mapping[Key, Profile], home: Mapping[Key, str], table: str
) -> list[Short]:
    """What the things of other tables state shortly; the columns of the parts get to know of it.

    Args:
        shortcut: the shortcut.
        graph: the triples.
        own: the columns' values in the table of the parts.
        home: the table of each thing.
        table: that of the parts.
    """
    if shortcut.link not in own or shortcut.said not in own:
        return []
    found = [
        Short(shortcut, record, value)
        for record, value in sorted(graph.column(shortcut.said).pairs())
        if value[0] == "<" and home.get(record, table) != table
    ]
    for short in found:
        own[shortcut.link].lead_to(short.record, home)
        own[shortcut.said].lead_to(short.value, home)
    return found
