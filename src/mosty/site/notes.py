"""The numbered notes of a page: which passage of which source each fact rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from mosty.rdf.keys import Key
from mosty.site.evidence import Passage, Support
from mosty.site.things import Things

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
        things: where the evidence is.
        subjects: whose triples the page shows.

    Attributes:
        groups: the notes by source.
        supported: how many triples have a note.
        total: how many triples the subjects have.
    """

    def __init__(self, things: Things, subjects: Iterable[Key]) -> None:
        by_triple: dict[Triple, Sequence[Support]] = {}
        self.total = 0
        for subject in subjects:
            about = things.evidence_about(subject)
            self.total += sum(1 for _ in things.graph.outgoing(subject))
            for (predicate, value), supports in about.items():
                by_triple[subject, predicate, value] = supports
        self.supported = len(by_triple)
        grounds = sorted({support for supports in by_triple.values() for support in supports}, key=_order)
        numbers = {support: number for number, support in enumerate(grounds, 1)}
        self._numbers: Mapping[Triple, tuple[int, ...]] = {
            triple: tuple(sorted({numbers[support] for support in supports}))
            for triple, supports in by_triple.items()
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
    return (
        not support.passages,
        _source(support) or "",
        [_place(passage) for passage in support.passages],
        support.bases,
        support.checked,
    )


def _place(passage: Passage) -> tuple[Key, int, int]:
    return passage.source, -1 if passage.start is None else passage.start, passage.end or 0
