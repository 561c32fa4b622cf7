"""Shapes that tell kinds of things apart where colour must not be the only means."""

from __future__ import annotations

from collections.abc import Sequence

from mosty.rdf.keys import Key

SHAPES = (
    "M-7 0a7 7 0 1 0 14 0a7 7 0 1 0-14 0z",
    "M-6.5-6.5h13v13h-13z",
    "M0-8L7.5 5.5h-15z",
    "M0-8.5L8.5 0 0 8.5-8.5 0z",
    "M-2.5-7.5h5v5h5v5h-5v5h-5v-5h-5v-5h5z",
    "M0 8L7.5-5.5h-15z",
    "M0-8.5L2.3-2.8 8.3-2.6 3.6 1.2 5.2 7 0 3.7-5.2 7-3.6 1.2-8.3-2.6-2.3-2.8z",
    "M-7.5-3.5h15v7h-15z",
    "M-4-7h8L8 0 4 7h-8L-8 0z",
    "M-7-7L0-3.2 7-7 3.2 0 7 7 0 3.2-7 7-3.2 0z",
    "M-7.5 5a7.5 7.5 0 0 1 15 0z",
    "M-7.5-3.5H1v-4L8.5 0 1 7.5v-4h-8.5z",
    "M-3.5-7.5h7v15h-7z",
    "M0-7.5L7.1-2.3 4.4 6.1H-4.4L-7.1-2.3z",
)
"""Paths around (0, 0), some 16 wide and high, in the order in which they are given out."""


def shapes_of(kinds: Sequence[Key]) -> dict[Key, int]:
    """Give each kind the number of a shape; those beyond the last one share it, and words tell them apart.

    >>> shapes_of(["<a>", "<b>"])
    {'<a>': 0, '<b>': 1}
    """
    return {kind: min(place, len(SHAPES) - 1) for place, kind in enumerate(kinds)}
