"""Which records have to do with which places, for what purpose and how exactly."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

from mosty.model.terms import MOSTY
from mosty.publish.tables.wkt import geometry
from mosty.rdf.keys import Key, iri_key
from mosty.site.pictures.projection import XY, project
from mosty.site.things import BROADER, Things

AS_WKT = iri_key("http://www.opengis.net/ont/geosparql#asWKT")
_PLACE, _LINK_OF, _PURPOSE, _EXTENT, LOCATED_IN, _COUNTRY, _PLACE_KIND, _WITHIN = (
    iri_key(MOSTY + name)
    for name in ("place", "linkOf", "purpose", "extent", "locatedIn", "country", "placeKind", "within")
)
_SPOTS = frozenset(("city", "city-district", "municipality", "town", "village"))
_WHOLE = frozenset(("whole",))


class Use(NamedTuple):
    """One reason why a record is at a place.

    Attributes:
        record: the record.
        purpose: the concept, or the property that leads straight to a place (seat, country); None where none is stated.
        extent: the concept that says how much of the place is meant, where a source says so.
        node: the part that says it, or the record itself.
    """

    record: Key
    purpose: Key | None
    extent: Key | None
    node: Key


class Placed(NamedTuple):
    """A place and what is there.

    Attributes:
        place: the place.
        at: position in the plane of the map, where one is stated.
        kind: the concept that says what kind of place it is.
        is_area: whether its point is only the middle of something larger.
        uses: why records are there, sorted.
    """

    place: Key
    at: XY | None
    kind: Key | None
    is_area: bool
    uses: tuple[Use, ...]

    @property
    def records(self) -> list[Key]:
        """The records that are there, each once, sorted."""
        return sorted({use.record for use in self.uses})

    def purposes(self) -> dict[Key | None, int]:
        """How many records are there for each purpose; the most frequent one first, then by IRI."""
        counted = Counter(purpose for _, purpose in {(use.record, use.purpose) for use in self.uses})
        return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0] or "")))

    @property
    def lines(self) -> list[tuple[Key, Key | None, Key | None]]:
        """Record, purpose and extent of the uses, each once: several activities of one record say the same."""
        return list(dict.fromkeys(use[:3] for use in self.uses))

    @property
    def vague(self) -> list[Use]:
        """The uses that mean a part of the place which is not told."""
        return [use for use in self.uses if use.extent is not None and last_part(use.extent) not in _WHOLE]


def placed(things: Things) -> list[Placed]:
    """All places that a record has to do with, the ones with most records first."""
    uses = _uses(things)
    kinds = things.graph.column(_PLACE_KIND)
    holds_others = things.graph.column(_WITHIN).distinct()
    found = []
    for place, there in uses.items():
        position = _position(things, place)
        kind = next(iter(sorted(kinds.values(place))), None)
        is_area = place in holds_others or (kind is not None and not _is_spot(things, kind))
        at = project(*position) if position else None
        order = tuple(sorted(set(there), key=lambda use: tuple(part or "" for part in use)))
        found.append(Placed(place, at, kind, is_area, order))
    return sorted(found, key=lambda entry: (-len(entry.records), entry.place))


def _uses(things: Things) -> dict[Key, list[Use]]:
    graph = things.graph
    linked, purposes, extents = (graph.column(name) for name in (_LINK_OF, _PURPOSE, _EXTENT))
    uses: dict[Key, list[Use]] = defaultdict(list)
    for node, place in graph.column(_PLACE).pairs():
        if place[0] != "<":
            continue
        extent = next(iter(sorted(extents.values(node))), None)
        for thing in linked.values(node):
            record = things.record_of(thing) or thing
            for purpose in sorted(purposes.values(node)) or (None,):
                uses[place].append(Use(record, purpose, extent, node))
    for predicate in (LOCATED_IN, _COUNTRY):
        for thing, place in graph.column(predicate).pairs():
            if place[0] == "<":
                uses[place].append(Use(things.record_of(thing) or thing, predicate, None, thing))
    return uses


def _position(things: Things, place: Key) -> tuple[float, float] | None:
    """The point that is stated for a place, or the middle of the rectangle around what is stated."""
    for value in sorted(things.graph.column(AS_WKT).values(place)):
        if positions := list(_positions(geometry(value))):
            longitudes, latitudes = [p[0] for p in positions], [p[1] for p in positions]
            return (min(longitudes) + max(longitudes)) / 2, (min(latitudes) + max(latitudes)) / 2
    return None


def _positions(found: Any) -> Iterator[tuple[float, float]]:
    """All positions of a GeoJSON geometry, longitude first."""
    if isinstance(found, dict):
        yield from _positions(found.get("geometries") or found.get("coordinates"))
    elif found and isinstance(found[0], int | float):
        yield found[0], found[1]
    else:
        for inner in found or ():
            yield from _positions(inner)


def _is_spot(things: Things, kind: Key) -> bool:
    """Whether places of a kind, or of a broader one, are small enough for a point."""
    seen: set[Key] = set()
    waiting = [kind]
    while waiting:
        concept = waiting.pop()
        if last_part(concept) in _SPOTS:
            return True
        if concept not in seen:
            seen.add(concept)
            waiting += things.graph.column(BROADER).values(concept)
    return False


def last_part(key: Key) -> str:
    """The last part of an IRI.

    >>> last_part("<https://w3id.org/mosty/id/extent/whole>")
    'whole'
    """
    return key.rstrip(">").replace("#", "/").rsplit("/", 1)[-1]
