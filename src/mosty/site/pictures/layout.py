"""Where the nodes of a network are drawn: springs along its links, all else pushing each other away.

Sums, products, quotients and square roots only: IEEE 754 defines them to the last digit, so every machine finds the
same places. The start is a lattice, not chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

_ROUNDS = 240
_GOLDEN = 0.6180339887498949


def layout(
    number: int, links: Sequence[tuple[int, int]], width: int, height: int, margin: tuple[int, int]
) -> list[tuple[int, int]]:
    """Place nodes inside a rectangle (Fruchterman and Reingold 1991, with a pull to the middle).

    Args:
        number: of nodes.
        links: pairs of nodes.
        width, height: of the rectangle.
        margin: left free at the sides, and above and below.

    >>> layout(2, [(0, 1)], 100, 100, (10, 10)) == layout(2, [(0, 1)], 100, 100, (10, 10))
    True
    """
    if number == 0:
        return []
    xs = [(i * _GOLDEN) % 1.0 for i in range(number)]
    ys = [(i + 0.5) / number for i in range(number)]
    ideal = 0.9 / sqrt(number)
    for turn in range(_ROUNDS):
        heat = 0.12 * (1.0 - turn / _ROUNDS) * (1.0 - turn / _ROUNDS) + 0.0005
        _step(xs, ys, links, ideal, heat)
    places = _fitted(xs, ys, width, height, margin)
    return _parted(places, width, height, margin)


def _step(
    xs: list[float], ys: list[float], links: Sequence[tuple[int, int]], ideal: float, heat: float
) -> None:
    number = len(xs)
    dxs, dys = [0.0] * number, [0.0] * number
    square = ideal * ideal
    for i in range(number):
        x, y, pushed_x, pushed_y = xs[i], ys[i], 0.0, 0.0
        for j in range(i + 1, number):
            dx, dy = x - xs[j], y - ys[j]
            push = square / (dx * dx + dy * dy + 1e-9)
            dx *= push
            dy *= push
            pushed_x += dx
            pushed_y += dy
            dxs[j] -= dx
            dys[j] -= dy
        # Without a pull to the middle, what hangs on nothing else would drift away.
        dxs[i] += pushed_x - (x - 0.5) * ideal * 8
        dys[i] += pushed_y - (y - 0.5) * ideal * 8
    for a, b in links:
        dx, dy = xs[a] - xs[b], ys[a] - ys[b]
        pull = sqrt(dx * dx + dy * dy) / ideal
        dxs[a] -= dx * pull
        dys[a] -= dy * pull
        dxs[b] += dx * pull
        dys[b] += dy * pull
    for i in range(number):
        length = sqrt(dxs[i] * dxs[i] + dys[i] * dys[i]) + 1e-12
        step = min(length, heat) / length
        xs[i] += dxs[i] * step
        ys[i] += dys[i] * step


def _fitted(
    xs: Sequence[float], ys: Sequence[float], width: int, height: int, margin: tuple[int, int]
) -> list[tuple[float, float]]:
    """Stretched to the rectangle."""
    left, top = min(xs), min(ys)
    wide, high = max(max(xs) - left, 1e-9), max(max(ys) - top, 1e-9)
    across, down = width - 2 * margin[0], height - 2 * margin[1]
    if len(xs) == 1:
        return [(width / 2, height / 2)]
    return [
        (margin[0] + (x - left) / wide * across, margin[1] + (y - top) / high * down)
        for x, y in zip(xs, ys, strict=True)
    ]


def _parted(
    places: Sequence[tuple[float, float]], width: int, height: int, margin: tuple[int, int]
) -> list[tuple[int, int]]:
    """Nodes that would lie on each other, moved apart as far as the rectangle allows."""
    xs, ys = [x for x, _ in places], [y for _, y in places]
    room = min(34.0, sqrt(width * height / len(places)) * 0.6)
    for _ in range(60):
        moved = False
        for i in range(len(xs)):
            for j in range(i + 1, len(xs)):
                dx, dy = xs[j] - xs[i], ys[j] - ys[i]
                if abs(dx) >= room or abs(dy) >= room:
                    continue
                apart = sqrt(dx * dx + dy * dy)
                if apart >= room:
                    continue
                moved = True
                if apart < 1e-6:
                    dx, dy, apart = 1.0, 0.5, 1.118033988749895
                step = (room - apart) / 2 / apart
                xs[i] -= dx * step
                ys[i] -= dy * step
                xs[j] += dx * step
                ys[j] += dy * step
        xs = [min(max(x, float(margin[0])), float(width - margin[0])) for x in xs]
        ys = [min(max(y, float(margin[1])), float(height - margin[1])) for y in ys]
        if not moved:
            break
    return [(round(x), round(y)) for x, y in zip(xs, ys, strict=True)]
