"""What the pages of a record have in common in all languages: gathered once for each record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from mosty.rdf.keys import Key
from mosty.site.notes import Notes
from mosty.site.things import Things
from mosty.site.values import is_inline

Row: TypeAlias = Mapping[Key, Sequence[Key]]
"""The values of a thing by property."""


class Gathered:
    """A record or concept with its parts and what points at them.

    Attributes:
        things: what it is one of.
        record: the record.
        parts: its parts, in their order.
        inline: those that are shown where they are referred to.
        notes: the notes of its triples.
        incoming: by property, the things that point here: each record (or concept) with its parts that do.
        derived: by property, what the rules derive and nobody states.
    """

    def __init__(self, things: Things, record: Key) -> None:
        self.things = things
        self.record = record
        self.parts = things.parts_of(record)
        self._rows: dict[Key, Row] = {}
        self.inline = {part for part in self.parts if is_inline(things, part)}
        own = [record, *self.parts]
        self.notes = Notes({subject: things.evidence_about(subject) for subject in own})
        self.total = sum(len(values) for subject in own for values in self.row(subject).values())
        self.incoming = self._incoming(own)
        self.derived = self._derived()

    def row(self, key: Key) -> Row:
        """The values of a thing by property, sorted: the order of the files must not show."""
        row = self._rows.get(key)
        if row is None:
            found: dict[Key, list[Key]] = {}
            for predicate, value in sorted(self.things.graph.outgoing(key)):
                found.setdefault(predicate, []).append(value)
            row = self._rows[key] = found
        return row

    def _incoming(self, own: Sequence[Key]) -> dict[Key, dict[Key, list[Key]]]:
        things, mine = self.things, set(own)
        found: dict[Key, dict[Key, list[Key]]] = {}
        for target in own:
            for subject, predicate in things.incoming(target):
                owner = things.record_of(subject) or subject
                if subject not in mine and owner in things.paths:
                    subjects = found.setdefault(predicate, {}).setdefault(owner, [])
                    if subject not in subjects:
                        subjects.append(subject)
        return found

    def _derived(self) -> dict[Key, list[Key]]:
        stated = self.row(self.record)
        found: dict[Key, list[Key]] = defaultdict(list)
        for predicate, value in self.things.consequences(self.record):
            if value != self.record and value not in stated.get(predicate, ()):
                found[predicate].append(value)
        return found
