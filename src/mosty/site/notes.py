"""The numbered notes of a page: which passage of which source each fact rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from mosty.rdf.keys import Key
from mosty.site.evidence import Support, order

Triple: TypeAlias = tuple[Key, Key, Key]


class Note(NamedTuple):
    """A note: its number, and what it says."""

    number: int
    support: Support


class Group(NamedTuple):
    """The notes that rest on one source; None for what rests on none."""

    source: Key | None
    notes: Sequence[Note]


class Notes:
    """The notes of a page. Equal grounds share a note; those of one source stand together.

    Args:
        evidence: for each subject whose triples the page shows, what they rest on by predicate and object.

    Attributes:
        groups: the notes by source.
        supported: how many triples have a note.
    """

    def __init__(self, evidence: Mapping[Key, Mapping[tuple[Key, Key], Sequence[Support]]]) -> None:
        self.supported = sum(map(len, evidence.values()))
        every = {s for about in evidence.values() for supports in about.values() for s in supports}
        numbers = {support: number for number, support in enumerate(sorted(every, key=_order), 1)}
        self._numbers: dict[Triple, tuple[int, ...]] = {
            (subject, predicate, value): tuple(sorted({numbers[support] for support in supports}))
            for subject, about in evidence.items()
            for (predicate, value), supports in about.items()
        }
        groups: dict[Key | None, list[Note]] = {}
        for support, number in numbers.items():
            groups.setdefault(_source(support), []).append(Note(number, support))
        self.groups = [Group(source, notes) for source, notes in groups.items()]

    def of(self, subject: Key, predicate: Key, value: Key) -> tuple[int, ...]:
        """The numbers of the notes of a triple."""
        return self._numbers.get((subject, predicate, value), ())

    def __len__(self) -> int:
        return sum(len(group.notes) for group in self.groups)


def _source(support: Support) -> Key | None:
    return support.passages[0].source if support.passages else None


def _order(support: Support) -> tuple[object, ...]:
    return not support.passages, order(support)
