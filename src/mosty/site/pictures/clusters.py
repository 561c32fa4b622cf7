"""Points that would lie on top of each other, put together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from mosty.site.pictures.outlines import Window
from mosty.site.pictures.projection import XY


class Cluster(NamedTuple):
    """Points that are drawn as one, where the first and weightiest lies.

    Attributes:
        at: position of the first point.
        members: numbers of the points, weightiest first.
    """

    at: XY
    members: tuple[int, ...]


def clusters(points: Sequence[XY], width: int, height: int) -> list[Cluster]:
    """Put points together that are nearer than a marker is wide and high.

    Each point joins the first cluster that it touches, or starts its own. static/map.js does the same.

    Args:
        points: weightiest first.
        width, height: of a marker, in units of the plane.

    >>> [c.members for c in clusters([XY(0, 0), XY(50, 0), XY(5, 5), XY(54, 0)], 10, 10)]
    [(0, 2), (1, 3)]
    """
    width, height = max(width, 1), max(height, 1)
    anchors: list[XY] = []
    members: list[list[int]] = []
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, point in enumerate(points):
        column, row = point.x // width, point.y // height
        near = sorted(
            c for dx in (-1, 0, 1) for dy in (-1, 0, 1) for c in cells.get((column + dx, row + dy), ())
        )
        found = next(
            (c for c in near if abs(anchors[c].x - point.x) < width and abs(anchors[c].y - point.y) < height),
            None,
        )
        if found is None:
            cells[column, row].append(len(anchors))
            anchors.append(point)
            members.append([number])
        else:
            members[found].append(number)
    return [Cluster(at, tuple(inner)) for at, inner in zip(anchors, members, strict=True)]


def best_window(points: Sequence[tuple[XY, int]], least: int, ratio: float, bounds: Window) -> Window:
    """The rectangle to look at first: most of what there is, not the few points far away.

    Args:
        points: positions with their weights.
        least: smallest width.
        ratio: width by height.
        bounds: what it must not leave.
    """
    if not points:
        return _fitted(bounds, least, ratio, bounds)
    left, right = _spread([(p.x, weight) for p, weight in points])
    top, bottom = _spread([(p.y, weight) for p, weight in points])
    across, down = (right - left) // 3, (bottom - top) // 3
    near = [
        p for p, _ in points if left - across <= p.x <= right + across and top - down <= p.y <= bottom + down
    ]
    left, right = min(p.x for p in near), max(p.x for p in near)
    top, bottom = min(p.y for p in near), max(p.y for p in near)
    margin = max((right - left) // 10, (bottom - top) // 10, least // 10)
    wanted = Window(left - margin, top - margin, right - left + 2 * margin, bottom - top + 2 * margin)
    return _fitted(wanted, least, ratio, bounds)


def _spread(values: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Least and greatest value without the outermost tenth of the weight on either side."""
    ordered = sorted(values)
    total, passed = sum(weight for _, weight in ordered), 0
    low = high = None
    for value, weight in ordered:
        passed += weight
        if low is None and 10 * passed > total:
            low = value
        if high is None and 10 * passed >= 9 * total:
            high = value
    return low if low is not None else ordered[0][0], high if high is not None else ordered[-1][0]


def _fitted(wanted: Window, least: int, ratio: float, bounds: Window) -> Window:
    """A rectangle of the given shape around another one, inside the bounds."""
    width = max(wanted.width, round(wanted.height * ratio), least)
    width = min(width, bounds.width, round(bounds.height * ratio))
    height = round(width / ratio)
    x = wanted.x + wanted.width // 2 - width // 2
    y = wanted.y + wanted.height // 2 - height // 2
    return Window(
        max(bounds.x, min(x, bounds.x + bounds.width - width)),
        max(bounds.y, min(y, bounds.y + bounds.height - height)),
        width,
        height,
    )
