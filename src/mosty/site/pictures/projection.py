"""From longitude and latitude to the plane of the map, in whole numbers that are the same on every machine.

The projection is Patterson's (Patterson, Šavrič, Jenny 2015): cylindrical, so that one picture serves for the world
and, enlarged, for a town; less stretched in the north than Mercator's; and a polynomial, so that only sums and
products are needed, which IEEE 754 defines to the last digit. Sines and logarithms differ between machines.
"""

from __future__ import annotations

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
