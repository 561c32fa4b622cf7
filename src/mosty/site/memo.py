"""Work that is done once for a site, however many languages it has."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from mosty.site.things import Things

Found = TypeVar("Found")


def once_for(work: Callable[[Things], Found]) -> Callable[[Things], Found]:
    """Make a function of `Things` remember its answer, for as long as they live; it must not hold on to them."""
    known: WeakKeyDictionary[Things, Found] = WeakKeyDictionary()

    @wraps(work)
    def remembered(things: Things) -> Found:
        if things not in known:
            known[things] = work(things)
        return known[things]

    return remembered
