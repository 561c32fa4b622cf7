"""Outlines of land and countries (Natural Earth) as SVG paths, finer where the data are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

from mosty.site.pictures.projection import HEIGHT, WIDTH, XY, project

Ring = Sequence[int]

_FINEST = 2
_MOST_POINTS = 40_000


class Window(NamedTuple):
    """A rectangle of the plane.

    >>> Window(0, 0, 100, 50).contains(XY(100, 50)), Window(0, 0, 100, 50).view_box
    (True, '0 0 100 50')
    """

    x: int
    y: int
    width: int
    height: int

    @property
    def view_box(self) -> str:
        """As the attribute of an SVG."""
        return f"{self.x} {self.y} {self.width} {self.height}"

    def contains(self, point: XY) -> bool:
        """Whether a point lies in it or on its edge."""
        return self.x <= point.x <= self.x + self.width and self.y <= point.y <= self.y + self.height


class Paths(NamedTuple):
    """What is drawn below the points.

    Attributes:
        land: path of the land, to be filled.
        borders: path of the borders between countries.
    """

    land: str
    borders: str


class Outlines:
    """The outlines that `make assets` has made.

    Args:
        file: outlines.json; `assets/build.py` says what is in it.
    """

    def __init__(self, file: Path) -> None:
        read = json.loads(file.read_text("utf-8"))
        self._scale = float(read["scale"])
        self._raw: list[tuple[list[int], str]] = read["arcs"]
        self._land: list[Ring] = read["land"]
        self._countries: dict[str, list[Ring]] = read["countries"]
        self._borders: list[int] = read["borders"]

    @cached_property
    def _arcs(self) -> list[list[tuple[XY, int]]]:
        """Each arc as positions in the plane, each with the level from which on it is needed."""
        return [list(self._points(steps, levels)) for steps, levels in self._raw]

    def _points(self, steps: list[int], levels: str) -> Iterator[tuple[XY, int]]:
        x = y = 0
        for i, level in enumerate(levels):
            x += steps[2 * i]
            y += steps[2 * i + 1]
            yield project(x / self._scale, y / self._scale), int(level)

    def paths(self, window: Window, level: int = _FINEST) -> Paths:
        """Land and borders of the whole Earth: as fine as asked for in a window, coarse elsewhere.

        Where a fine picture of the window would be large, a coarser one is drawn.
        """
        inside = [sum(window.contains(point) for point, _ in arc) for arc in self._arcs]
        while level and sum(self._kept(i, level) for i, count in enumerate(inside) if count) > _MOST_POINTS:
            level -= 1
        chosen = [self._at(i, level if count else 0) for i, count in enumerate(inside)]
        return Paths(_closed(chosen, self._land), _open(chosen[i] for i in self._borders))

    def country_at(self, point: XY) -> str | None:
        """The code (ISO 3166-1 numeric) of the country whose land a point is on."""
        for code, boxes, rings in self._boxes:
            if boxes.contains(point) and sum(_crossings(ring, point) for ring in rings) % 2:
                return code
        return None

    def country(self, code: str, level: int = 1) -> str:
        """The path of one country."""
        chosen = {
            i: self._at(i, level) for i in {i if i >= 0 else ~i for r in self._countries[code] for i in r}
        }
        return _closed(chosen, self._countries[code])

    @cached_property
    def _boxes(self) -> list[tuple[str, Window, list[list[XY]]]]:
        """Of each country: its code, the rectangle around it, its rings."""
        chosen = [self._at(i, 1) for i in range(len(self._arcs))]
        found = []
        for code, rings in sorted(self._countries.items()):
            lines = [_joined(chosen, ring) for ring in rings]
            xs, ys = [p.x for line in lines for p in line], [p.y for line in lines for p in line]
            if xs:
                box = Window(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
                found.append((code, box, lines))
        return found

    def _kept(self, index: int, level: int) -> int:
        return sum(needed <= level for _, needed in self._arcs[index])

    def _at(self, index: int, level: int) -> list[XY]:
        return [point for point, needed in self._arcs[index] if needed <= level]


@cache
def read_outlines(file: Path) -> Outlines:
    """The outlines of a file, read once."""
    return Outlines(file)


def _joined(arcs: Sequence[Sequence[XY]] | dict[int, list[XY]], ring: Ring) -> list[XY]:
    """The corners of a ring, each once; where it crosses the 180th meridian it goes on beyond the plane."""
    corners: list[XY] = []
    turn = 0
    for index in ring:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        for i, (x, y) in enumerate(arc):
            if corners:
                turn += WIDTH * (
                    (corners[-1].x - x - turn > WIDTH / 2) - (x + turn - corners[-1].x > WIDTH / 2)
                )
            if i or not corners:
                corners.append(XY(x + turn, y))
    if corners and abs(corners[-1].x - corners[0].x) > WIDTH / 2:
        # Only Antarctica goes all the way round: it is closed by way of the pole.
        corners += (XY(corners[-1].x, HEIGHT), XY(corners[0].x, HEIGHT))
    return corners


def _closed(arcs: Sequence[Sequence[XY]] | dict[int, list[XY]], rings: Iterable[Ring]) -> str:
    """Rings as one path; those that have become a point or a line are left out."""
    text: list[str] = []
    for line in (_joined(arcs, ring) for ring in rings):
        if len(set(line)) > 2:
            beyond = (max(line).x > WIDTH) - (min(line).x < 0)
            text += (_line(line), "z")
            if beyond:
                text += (_line([XY(x - beyond * WIDTH, y) for x, y in line]), "z")
    return "".join(text)


def _open(arcs: Iterable[Sequence[XY]]) -> str:
    return "".join(_line(arc) for arc in arcs if len(set(arc)) > 1)


def _line(points: Sequence[XY]) -> str:
    """Points as a path of relative steps.

    >>> _line([XY(10, 10), XY(12, 9), XY(12, 9), XY(12, 20)])
    'M10 10l2-1 0 11'
    """
    (x, y), *others = points
    text = [f"M{x} {y}l"]
    for px, py in others:
        if px != x or py != y:
            dx, dy = px - x, py - y
            text.append(f"{'' if dx < 0 or len(text) == 1 else ' '}{dx}{'' if dy < 0 else ' '}{dy}")
            x, y = px, py
    return "".join(text)


def _crossings(ring: Sequence[XY], point: XY) -> int:
    """How often a line from a point to the east crosses a ring; odd when the point is inside."""
    count = 0
    ax, ay = ring[-1] if ring else (0, 0)
    for bx, by in ring:
        if (ay > point.y) != (by > point.y):
            # Whole numbers only: no division that could round.
            left = (point.x - ax) * (by - ay) < (bx - ax) * (point.y - ay)
            count += left == (by > ay)
        ax, ay = bx, by
    return count
