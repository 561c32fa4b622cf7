"""What some nodes lead to, at any number of steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mosty.rdf.keys import Key


def reached(nodes: Iterable[Key], further: Callable[[Key], Iterable[Key]]) -> set[Key]:
    """Some nodes, and all that they lead to.

    >>> sorted(reached(["a"], {"a": ["b"], "b": ["a", "c"], "c": [], "d": ["a"]}.__getitem__))
    ['a', 'b', 'c']
    """
    found: set[Key] = set()
    waiting = [*nodes]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += further(node)
    return found
