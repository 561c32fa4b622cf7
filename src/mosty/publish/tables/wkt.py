"""Well-known text (OGC Simple Features, part 1, section 7) as GeoJSON geometry (RFC 7946)."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from typing import Any, TypeAlias

from mosty.rdf.keys import Key, literal_parts

Geometry: TypeAlias = dict[str, Any]
"""A GeoJSON geometry: `type` with `coordinates`, or with `geometries`."""

WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"

# GeoSPARQL 1.1, section 8.5.1: the coordinate system stands in front; without one it is CRS84, longitude first.
_SYSTEM = re.compile(r"\s*<([^<>\s]*)>\s*")
_LONGITUDE_FIRST = re.compile(r"https?://www\.opengis\.net/def/crs/OGC/(?:1\.3|0)/CRS84h?\Z")
_LATITUDE_FIRST = re.compile(r"https?://www\.opengis\.net/def/crs/EPSG/[\d.]+/(?:4326|4979)\Z")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_TOKEN = re.compile(rf"\s*([A-Za-z]+|{_NUMBER.pattern}|[(),])")
_TYPES = {
    name.upper(): (name, depth)
    for name, depth in (
        ("Point", 0),
        ("LineString", 1),
        ("Polygon", 2),
        ("MultiPoint", 1),
        ("MultiLineString", 2),
        ("MultiPolygon", 3),
    )
}
_COLLECTION = "GEOMETRYCOLLECTION"
_DEEPEST = 8


def geometry(key: Key) -> Geometry | None:
    """Read a geo:wktLiteral; None for what no map on longitude and latitude can show.

    That is: another datatype, not well-formed, empty, outside the earth, or in a coordinate system other than
    CRS84, EPSG:4326 and EPSG:4979. Measures (M) are left out, heights (Z) stay. Rings run as RFC 7946 wants them.

    >>> geometry('"POINT(13.7 51.05)"^^<http://www.opengis.net/ont/geosparql#wktLiteral>')
    {'type': 'Point', 'coordinates': [13.7, 51.05]}
    """
    text, swapped = _text(key)
    try:
        reader = _Reader(text, swapped)
        found = reader.geometry()
        reader.end()
    except _NotReadableError:
        return None
    return found


def point(key: Key) -> tuple[str, str] | None:
    """Longitude and latitude of a geo:wktLiteral that is a point, with the digits that were written.

    >>> crs = "<http://www.opengis.net/def/crs/EPSG/0/4326>"
    >>> point(f'"{crs} POINT(49.780 14.1)"^^<http://www.opengis.net/ont/geosparql#wktLiteral>')
    ('14.1', '49.780')
    """
    found = geometry(key)
    if found is None or found["type"] != "Point":
        return None
    text, swapped = _text(key)
    first, second = map(_plain, _NUMBER.findall(text)[:2])
    return (second, first) if swapped else (first, second)


def _plain(number: str) -> str:
    """A number without an exponent."""
    return format(Decimal(number if "e" not in number.lower() else repr(float(number))), "f")


def _text(key: Key) -> tuple[str, bool]:
    """The geometry of a literal, and whether latitude comes first in it; nothing where we cannot tell."""
    text, datatype, _ = literal_parts(key) if key[0] == '"' else ("", "", "")
    if datatype != WKT:
        return "", False
    system = _SYSTEM.match(text)
    if not system:
        return text, False
    swapped = _LATITUDE_FIRST.match(system[1]) is not None
    return (text[system.end() :] if swapped or _LONGITUDE_FIRST.match(system[1]) else ""), swapped


class _NotReadableError(Exception):
    """The text is no geometry that we can show."""


class _Reader:
    """Reads one geometry, token by token."""

    def __init__(self, text: str, swapped: bool) -> None:
        self._swapped = swapped
        self._tokens: list[str] = []
        at, text = 0, text.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise _NotReadableError
            self._tokens.append(match[1])
            at = match.end()
        self._tokens.reverse()
        self._numbers = 2

    def end(self) -> None:
        if self._tokens:
            raise _NotReadableError

    def geometry(self, depth: int = 0) -> Geometry:
        word = self._take().upper()
        measured = self._flags()
        if word == _COLLECTION and depth < _DEEPEST:
            self._expect("(")
            parts = [self.geometry(depth + 1)]
            while self._next(","):
                parts.append(self.geometry(depth + 1))
            self._expect(")")
            return {"type": "GeometryCollection", "geometries": parts}
        if word not in _TYPES:
            raise _NotReadableError
        name, nesting = _TYPES[word]
        self._measured = measured
        self._expect("(")
        if name == "Point":
            coordinates: list[Any] = self._position()
            self._expect(")")
        else:
            coordinates = self._list(nesting, bare=name == "MultiPoint")
        if name == "LineString" and len(coordinates) < 2:
            raise _NotReadableError
        if name == "Polygon":
            coordinates = _wound(coordinates)
        elif name == "MultiPolygon":
            coordinates = [_wound(polygon) for polygon in coordinates]
        return {"type": name, "coordinates": coordinates}

    def _flags(self) -> bool:
        """Z, M or ZM behind the word; tells whether each position ends in a measure."""
        if self._tokens and self._tokens[-1].upper() in ("Z", "M", "ZM"):
            return "M" in self._take().upper()
        return False

    def _list(self, nesting: int, *, bare: bool) -> list[Any]:
        """What stands in brackets, up to the closing one; the positions of a multipoint may have brackets or not."""
        found = []
        while True:
            if nesting == 1:
                inside = bare and self._next("(")
                found.append(self._position())
                if inside:
                    self._expect(")")
            else:
                self._expect("(")
                found.append(self._list(nesting - 1, bare=False))
            if not self._next(","):
                self._expect(")")
                return found

    def _position(self) -> list[float]:
        numbers = []
        while self._tokens and self._tokens[-1][0] in "+-.0123456789":
            numbers.append(float(self._take()))
        if self._measured and len(numbers) > 2:
            numbers.pop()
        if not 2 <= len(numbers) <= 3:
            raise _NotReadableError
        if self._swapped:
            numbers[:2] = numbers[1::-1]
        if not (-180 <= numbers[0] <= 180 and -90 <= numbers[1] <= 90 and abs(numbers[-1]) < 1e9):
            raise _NotReadableError
        return numbers

    def _take(self) -> str:
        if not self._tokens:
            raise _NotReadableError
        return self._tokens.pop()

    def _next(self, token: str) -> bool:
        if self._tokens and self._tokens[-1] == token:
            self._tokens.pop()
            return True
        return False

    def _expect(self, token: str) -> None:
        if not self._next(token):
            raise _NotReadableError


def _wound(rings: list[list[list[float]]]) -> list[list[list[float]]]:
    """Outer ring against the clock, holes with it (RFC 7946, section 3.1.6)."""
    for ring in rings:
        if len(ring) < 4 or ring[0] != ring[-1]:
            raise _NotReadableError
    return [ring if _is_against_clock(ring) == (i == 0) else ring[::-1] for i, ring in enumerate(rings)]


def _is_against_clock(ring: list[list[float]]) -> bool:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) >= 0
