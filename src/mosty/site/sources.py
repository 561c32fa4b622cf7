"""What rests on each source: which records, by how many statements and passages."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mosty.rdf.keys import Key, iri_key
from mosty.site.page import Page
from mosty.site.things import Things

MOST_RECORDS = 200
"""So many records of a kind are listed; of more the page says how many there are."""


class Resting(NamedTuple):
    """What rests on one source.

    Attributes:
        records: how many statements about each record, its parts included, rest on it.
        statements: how many statements do.
        passages: how many passages of it are cited.
    """

    records: Mapping[Key, int]
    statements: int
    passages: int


class Group(NamedTuple):
    """The records of a kind, those with most statements first."""

    title: str
    records: Sequence[tuple[Key, int]]
    total: int


def resting(things: Things) -> dict[Key, Resting]:
    """What rests on the passages of each source."""
    records: dict[Key, Counter[Key]] = defaultdict(Counter)
    statements: Counter[Key] = Counter()
    passages: dict[Key, int] = Counter()
    for _, source in things.evidence.passage_sources():
        passages[source] += 1
    for subject, sources in things.evidence.statement_sources():
        record = things.record_of(subject)
        for source in sources:
            statements[source] += 1
            if record is not None:
                records[source][record] += 1
    return {source: Resting(records[source], statements[source], passages[source]) for source in statements}


def groups(page: Page, rests: Resting) -> list[Group]:
    """The records that rest on a source by kind, as mosty.toml orders the kinds."""
    things = page.things
    by_kind: dict[str, list[Key]] = defaultdict(list)
    for record in rests.records:
        kind = things.kind_of(record)
        by_kind[kind.prefix if kind else ""].append(record)
    made = []
    for prefix in (*things.config.kinds, ""):
        if found := by_kind.get(prefix):
            title = (
                page.plural(iri_key(things.config.kinds[prefix].record_class)) if prefix else page.t("parts")
            )
            ordered = sorted(found, key=lambda record: (-rests.records[record], page.sort_key(record)))
            made.append(Group(title, [(r, rests.records[r]) for r in ordered[:MOST_RECORDS]], len(found)))
    return made
