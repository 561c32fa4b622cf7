"""From longitude and latitude to the plane of the map, in whole numbers that are the same on every machine.

The projection is Patterson's (Patterson, Šavrič, Jenny 2015): cylindrical, so that one picture serves for the world
and, enlarged, for a town; less stretched in the north than Mercator's; and a polynomial, so that only sums and
products are needed, which IEEE 754 defines to the last digit. Sines and logarithms differ between machines.
"""

from __future__ import annotations

import re
from typing import NamedTuple

WIDTH = 36000
"""Width of the plane: 100 units are a degree of longitude."""

_RADIAN = 0.017453292519943295
_K1, _K2, _K3, _K4 = 1.0148, 0.23185, -0.14499, 0.02406
_UNITS = 18000 / 3.141592653589793


class XY(NamedTuple):
    """A position in the plane; y grows to the south, (0, 0) is 180 degrees west at the north pole."""

    x: int
    y: int


def _northing(latitude: float) -> float:
    """Distance from the equator for a latitude in degrees, in units of the plane."""
    phi = latitude * _RADIAN
    square = phi * phi
    return phi * (_K1 + square * square * (_K2 + square * (_K3 + square * _K4))) * _UNITS


_POLE = _northing(90.0)
HEIGHT = 2 * round(_POLE)
"""Height of the plane."""


def project(longitude: float, latitude: float) -> XY:
    """The position of a point given in degrees.

    >>> project(-180, 90), project(0, 0)
    (XY(x=0, y=0), XY(x=18000, y=10261))
    """
    return XY(round((longitude + 180.0) * 100.0), round(_POLE - _northing(latitude)))


_NUMBER = r"([-+]?[0-9]{1,3}(?:\.[0-9]*)?)"
_POINT = re.compile(rf"\s*(?:<([^>]*)>\s*)?POINT\s*\(\s*{_NUMBER}\s+{_NUMBER}\s*\)\s*", re.IGNORECASE)
_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG_4326 = "http://www.opengis.net/def/crs/EPSG/0/4326"


def read_point(wkt: str) -> tuple[float, float] | None:
    """Longitude and latitude of a WKT point (GeoSPARQL 1.1, section 8.5.1; EPSG 4326 has the latitude first).

    None when it is no point, is in another reference system, or lies outside the Earth.

    >>> read_point("POINT(14.42076 50.08804)")
    (14.42076, 50.08804)
    >>> read_point("<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(50 14)")
    (14.0, 50.0)
    >>> read_point("POINT EMPTY"), read_point("POINT(14 95)")
    (None, None)
    """
    match = _POINT.fullmatch(wkt)
    if match is None or match[1] not in (None, _CRS84, _EPSG_4326):
        return None
    longitude, latitude = float(match[2]), float(match[3])
    if match[1] == _EPSG_4326:
        longitude, latitude = latitude, longitude
    return (longitude, latitude) if -180 <= longitude <= 180 and -90 <= latitude <= 90 else None
