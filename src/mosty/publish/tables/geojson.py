"""Places, and what is where, as GeoJSON (RFC 7946): one feature a line."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from mosty.publish.tables.columns import Column
from mosty.publish.tables.layout import Layout
from mosty.publish.tables.naming import word
from mosty.publish.tables.sorting import CONCEPTS, EVIDENCE
from mosty.publish.tables.wkt import Geometry, geometry
from mosty.rdf.keys import Key, iri_key

_GEO = "http://www.opengis.net/ont/geosparql#"
_WKT = iri_key(_GEO + "asWKT")
_GEOMETRIES = tuple(iri_key(_GEO + name) for name in ("hasGeometry", "hasDefaultGeometry"))
_STEPS = 3


def features(layout: Layout) -> Iterator[str]:
    """Write all places with a geometry, then each record at each of its places.

    A record stands where its place has its mark: at the point of it, or in the middle of the box around it.

    Args:
        layout: the tables, for names and words.
    """
    atlas = _Atlas(layout)
    yield '{"type": "FeatureCollection", "features": ['
    separator = "\n"
    for feature in atlas.features():
        yield separator + json.dumps(feature, ensure_ascii=False)
        separator = ",\n"
    yield "\n]}\n"


def mark(shape: Geometry) -> list[float]:
    """Where a geometry has its mark.

    >>> mark({"type": "LineString", "coordinates": [[0.0, 0.0], [4.0, 1.0]]})
    [2.0, 0.5]
    """
    if shape["type"] == "Point":
        return list(shape["coordinates"])
    points = list(_points(shape))
    return [(min(side) + max(side)) / 2 for side in zip(*(point[:2] for point in points), strict=True)]


def _points(shape: Geometry) -> Iterator[Sequence[float]]:
    if shape["type"] == "GeometryCollection":
        for one in shape["geometries"]:
            yield from _points(one)
        return
    waiting = [shape["coordinates"]]
    while waiting:
        one = waiting.pop()
        if isinstance(one[0], float):
            yield one
        else:
            waiting += one


class _Atlas:
    """Knows what is where."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._sheets = {sheet.name: sheet for sheet in layout.sheets}
        self._columns: dict[str, list[Column]] = {}
        self._names = [iri_key(layout.config.prefixes[prefix])[:-1] for prefix in layout.config.kinds]
        self._marks: dict[Key, list[float]] = {}

    def features(self) -> Iterator[dict[str, Any]]:
        """All features, places first."""
        for place in sorted(self._with_geometry()):
            shape = self._geometry(place)
            if shape is not None:
                self._marks[place] = mark(shape)
                yield self._feature(self._layout.readable.id(place), shape, self._described(place))
        for (record, place), links in sorted(self._links().items()):
            identity = f"{self._layout.readable.id(record)} {self._layout.readable.id(place)}"
            shape = {"type": "Point", "coordinates": self._marks[place]}
            yield self._feature(identity, shape, self._presence(record, place, links))

    def _feature(self, identity: str, shape: Geometry, properties: dict[str, Any]) -> dict[str, Any]:
        return {"type": "Feature", "id": identity, "geometry": shape, "properties": properties}

    def _with_geometry(self) -> set[Key]:
        graph = self._layout.graph
        found = set(graph.column(_WKT).one)
        for predicate in _GEOMETRIES:
            inner = graph.column(predicate).subjects_of(found)
            found -= {value for subject in inner for value in graph.column(predicate).values(subject)}
            found |= inner
        return {one for one in found if one in self._layout.home}

    def _geometry(self, place: Key) -> Geometry | None:
        graph = self._layout.graph
        nodes = [place, *(v for p in _GEOMETRIES for v in sorted(graph.column(p).values(place)))]
        texts = (text for node in nodes for text in sorted(graph.column(_WKT).values(node)))
        return next((shape for text in texts if (shape := geometry(text)) is not None), None)

    def _described(self, place: Key) -> dict[str, Any]:
        """What the table of places tells, but the geometry."""
        table = self._layout.home[place]
        if table not in self._columns:
            columns = self._layout.columns(table)
            self._columns[table] = [c for c in columns if c.predicate not in (_WKT, *_GEOMETRIES)]
        told: dict[str, Any] = {"kind": table}
        for column in self._columns[table]:
            if values := column.cell(place):
                told[column.name] = list(values) if column.many else values[0]
        return told

    def _links(self) -> dict[tuple[Key, Key], list[tuple[Key, Key]]]:
        """Who speaks of which place: for each record and place the things and properties that tie them."""
        layout = self._layout
        found: dict[tuple[Key, Key], set[tuple[Key, Key]]] = defaultdict(set)
        for graph in (layout.graph, layout.derived):
            for predicate, column in graph.columns.items():
                for thing, place in column.pairs():
                    if place not in self._marks:
                        continue
                    record = self._record_of(thing)
                    if record is not None and record not in self._marks:
                        found[record, place].add((thing, predicate))
        return {pair: sorted(links) for pair, links in found.items()}

    def _record_of(self, thing: Key) -> Key | None:
        """The record that a thing is, or is a part of: by its name (record.part), or by what it links to."""
        table = self._layout.home.get(thing)
        if table is None or self._sheets[table].group in (EVIDENCE, CONCEPTS):
            return None
        if self._sheets[table].kind is not None:
            return thing
        local = thing[1:-1].rpartition("/")[2].rpartition("#")[2]
        owners = [f"{name}{local.partition('.')[0]}>" for name in self._names] if "." in local else []
        owners = [owner for owner in owners if owner in self._layout.home]
        return owners[0] if len(owners) == 1 else self._linked(thing, owners)

    def _linked(self, thing: Key, owners: Sequence[Key]) -> Key | None:
        """The nearest record that links lead to, one of some owners if there are any."""
        near = [thing]
        for _ in range(_STEPS):
            further = sorted({v for one in near for _, v in self._layout.graph.outgoing(one) if v[0] == "<"})
            homes = [(one, self._layout.home.get(one)) for one in further if one not in self._marks]
            records = [one for one, home in homes if home and self._sheets[home].kind is not None]
            if found := [one for one in records if not owners or one in owners]:
                return found[0]
            near = [one for one, home in homes if home and self._sheets[home].group != CONCEPTS]
        return None

    def _presence(self, record: Key, place: Key, links: Sequence[tuple[Key, Key]]) -> dict[str, Any]:
        """What ties a record to a place: the properties, and the concepts that the parts between them name."""
        readable = self._layout.readable
        told: dict[str, Any] = {"id": readable.id(record), "kind": self._layout.home[record]}
        told |= {f"label_{word(tag)}": readable.label(record, tag) for tag in readable.languages}
        told["place_id"] = readable.id(place)
        told |= {f"place_{word(tag)}": readable.label(place, tag) for tag in readable.languages}
        concepts: dict[str, set[Key]] = defaultdict(set)
        asserted = {t for t, p in links if t != record and self._layout.graph.column(p).has(t, place)}
        for thing in sorted(asserted):
            for name, value in self._layout.links_of(thing):
                home = self._layout.home.get(value)
                if home and self._sheets[home].group == CONCEPTS:
                    concepts[name].add(value)
        for name, values in sorted(concepts.items()):
            told[f"{name}_id"] = [readable.id(value) for value in sorted(values)]
            for tag in readable.languages:
                told[f"{name}_{word(tag)}"] = [readable.label(value, tag) for value in sorted(values)]
        told["links"] = sorted({readable.id(predicate) for _, predicate in links})
        told["parts"] = sorted(map(readable.id, asserted))
        told["iri"] = record[1:-1]
        return told
