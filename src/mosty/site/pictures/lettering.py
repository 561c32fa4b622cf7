"""Names beside the things of a picture, where they cover nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

_LETTER, _LINE, _GAP = 7, 16, 8
Box = tuple[float, float, float, float]


class Sign(NamedTuple):
    """A thing in a picture that wants its name beside it.

    Attributes:
        x, y: its middle.
        half: half its width, in pixels.
        high: half its height, in pixels.
        text: its name.
    """

    x: int
    y: int
    half: int
    high: int
    text: str


def sides(signs: Iterable[Sign], scale: float = 1.0, bounds: Box | None = None) -> list[str]:
    """For each thing the side on which its name stands: below, right, above, left; empty for want of room.

    Args:
        signs: those that come first get room first.
        scale: units of the picture in a pixel.
        bounds: what names must not leave.

    >>> sides([Sign(0, 0, 9, 9, "Praha"), Sign(30, 0, 9, 9, "Brno"), Sign(15, 14, 9, 9, "Zlín")])
    ['above', 'right', 'below']
    """
    wanted = list(signs)
    taken = [_box(sign, (-sign.half, -sign.high, sign.half, sign.high), scale) for sign in wanted]
    found = []
    for sign in wanted:
        for side, corners in _corners(sign):
            box = _box(sign, corners, scale)
            outside = bounds and (
                box[0] < bounds[0] or box[1] < bounds[1] or box[2] > bounds[2] or box[3] > bounds[3]
            )
            if not outside and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                found.append(side)
                break
        else:
            found.append("")
    return found


def _corners(sign: Sign) -> Iterable[tuple[str, tuple[int, int, int, int]]]:
    wide, half, high = _LETTER * len(sign.text) + _GAP, sign.half, sign.high
    yield "below", (-wide // 2, high + 1, wide // 2, high + 1 + _LINE)
    yield "right", (half + 2, -_LINE // 2, half + 6 + wide, _LINE // 2)
    yield "above", (-wide // 2, -high - 1 - _LINE, wide // 2, -high - 1)
    yield "left", (-half - 6 - wide, -_LINE // 2, -half - 2, _LINE // 2)


def _box(sign: Sign, corners: tuple[int, int, int, int], scale: float) -> Box:
    left, top, right, bottom = corners
    return (
        sign.x + left * scale,
        sign.y + top * scale,
        sign.x + right * scale,
        sign.y + bottom * scale,
    )


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
