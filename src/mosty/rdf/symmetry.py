"""Whether blank nodes may look too much alike for RDFC-1.0, which then tries all orders of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from mosty.rdf.keys import Key
from mosty.rdf.quads import Quad, blank_nodes, cut

_MOST_ALIKE = 3
_LONGEST = 150


def is_hard(lines: Sequence[str]) -> bool:
    """Tell whether RDFC-1.0 may take long: many twins beside each other, or a long row of twins.

    Twins are blank nodes of which the quads say the same, whatever other blank nodes they name (the hash of first
    degree, RDF Dataset Canonicalization, section 4.6).

    Args:
        lines: N-Quads that hold blank nodes, without line ends.
    """
    quads = [cut(line + "\n") for line in lines]
    about: dict[Key, list[Quad]] = defaultdict(list)
    for quad in quads:
        for node in dict.fromkeys(blank_nodes(quad)):
            about[node].append(quad)
    marks = {node: _mark(node, found) for node, found in about.items()}
    counts = Counter(marks.values())
    twins = {node for node, mark in marks.items() if counts[mark] > 1}
    beside: dict[Key, set[Key]] = defaultdict(set)
    for node in twins:
        alike: dict[tuple[int, bool, Key, Key], set[Key]] = defaultdict(set)
        for quad in about[node]:
            for other in blank_nodes(quad):
                if other != node and other in twins:
                    beside[node].add(other)
                    alike[marks[other], quad.subject == node, quad.predicate, quad.graph].add(other)
        if any(len(others) >= _MOST_ALIKE for others in alike.values()):
            return True
    return _longest(beside) > _LONGEST


def _mark(node: Key, quads: Sequence[Quad]) -> int:
    return hash(
        frozenset(
            tuple("_:a" if term == node else "_:z" if term[:1] == "_" else term for term in quad)
            for quad in quads
        )
    )


def _longest(beside: dict[Key, set[Key]]) -> int:
    """How many nodes the largest connected group has."""
    seen: set[Key] = set()
    longest = 0
    for start in beside:
        if start in seen:
            continue
        seen.add(start)
        group = [start]
        for node in group:
            fresh = beside[node] - seen
            seen |= fresh
            group += fresh
        longest = max(longest, len(group))
    return longest
