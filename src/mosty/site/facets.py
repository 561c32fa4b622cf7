"""By what a list of records can be filtered: the properties whose values many records share."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from mosty.model.terms import MOSTY
from mosty.rdf.keys import Key, iri_key
from mosty.site.things import TYPE, Things

_MOST = 7
# What readers filter by first; others follow by how many records have them.
_FIRST = {
    iri_key(iri): place
    for place, iri in enumerate(
        [
            *(
                MOSTY + name
                for name in (
                    "theme targetGroup recordStatus hasPlace hasDonor inProgramme orgKind placeKind outputType "
                    "activityType sourceKind locatedIn"
                ).split()
            ),
            "http://www.w3.org/ns/prov#wasDerivedFrom",
        ]
    )
}
# They say the same as another one, only less of it.
_LESS = frozenset(iri_key(MOSTY + name) for name in ("underProgramme", "inside", "order", "hasParticipant"))


class Facet(NamedTuple):
    """A property to filter by.

    Attributes:
        predicate: the property.
        values: its values, those of most records first.
        of: the values of each record.
    """

    predicate: Key
    values: Sequence[Key]
    of: dict[Key, Sequence[Key]]


def facets(things: Things, records: Sequence[Key]) -> list[Facet]:
    """The facets of some records: at most seven."""
    wanted = set(records)
    found: dict[Key, dict[Key, list[Key]]] = defaultdict(lambda: defaultdict(list))
    for graph in (things.graph, things.derived):
        for predicate, column in graph.columns.items():
            if predicate in _LESS or (predicate == TYPE and graph is things.derived):
                continue
            for record in wanted & column.one.keys():
                values = [value for value in column.values(record) if value[0] == "<"]
                if values:
                    found[predicate][record] += values
    made = []
    for predicate, of in found.items():
        counts = Counter(value for values in of.values() for value in set(values))
        if _is_useful(predicate, counts, len(records)):
            ranked = sorted(counts, key=lambda value: (-counts[value], value))
            made.append(Facet(predicate, ranked, {r: sorted(set(v)) for r, v in of.items()}))
    made.sort(key=lambda facet: (_FIRST.get(facet.predicate, 99), -len(facet.of), facet.predicate))
    return made[:_MOST]


def _is_useful(predicate: Key, counts: Counter[Key], total: int) -> bool:
    if len(counts) == 1 and max(counts.values()) == total:
        return False
    return predicate in _FIRST or (max(counts.values()) > 1 and len(counts) <= max(12, total // 3))
