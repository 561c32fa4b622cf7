r"""Blank nodes compared: which connected ones two datasets share, whatever their labels.

Blank nodes that share a quad belong together. Two such components say the same if and only if their canonical
forms (RDFC-1.0) are equal; those that both datasets have cancel out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple, TypeAlias

from mosty.rdf.canonical import canonical_labels
from mosty.rdf.keys import Key
from mosty.rdf.quads import Quad, blank_nodes, cut, write

Component: TypeAlias = tuple[str, ...]
"""The lines of connected blank nodes, sorted."""


class Difference(NamedTuple):
    """The components that only one of two datasets has, in the order of their canonical forms.

    Attributes:
        removed: with the labels that they have in the old dataset.
        added: with the labels of their own canonical forms, which start anew in each.
    """

    removed: Sequence[Component]
    added: Sequence[Component]


def compare(old: Collection[str], new: Collection[str]) -> Difference:
    r"""Compare the lines that hold blank nodes.

    >>> p = "<http://e.org/p>"
    >>> compare([f'_:a {p} "1" .\n', f'_:b {p} "2" .\n'], [f'_:x {p} "2" .\n', f'_:y {p} "3" .\n'])
    Difference(removed=[('_:a <http://e.org/p> "1" .\n',)], added=[('_:c14n0 <http://e.org/p> "3" .\n',)])
    """
    before, after = components(old), components(new)
    same = {*before} & {*after}  # labels of canonical dumps mostly stay, and then nothing is computed
    gone = sorted((canonical(part), part) for part in before if part not in same)
    come = sorted(canonical(part) for part in after if part not in same)
    left, right = Counter(form for form, _ in gone), Counter(come)
    removed, added = left - right, right - left
    kept = []
    for form, part in gone:
        if removed[form]:
            removed[form] -= 1
            kept.append(part)
    return Difference(kept, sorted(added.elements()))


def components(lines: Iterable[str]) -> list[Component]:
    r"""Group lines by the blank nodes that they connect; in the order of their first lines.

    >>> p = "<http://e.org/p>"
    >>> [len(part) for part in components([f'_:a {p} _:b .\n', f'_:c {p} "1" .\n', f'_:d {p} _:b .\n'])]
    [2, 1]
    """
    parents: dict[Key, Key] = {}

    def find(node: Key) -> Key:
        while parents[node] != node:
            parents[node] = node = parents[parents[node]]
        return node

    homes: list[tuple[str, Key]] = []
    for line in lines:
        first, *others = blank_nodes(cut(line))
        root = find(parents.setdefault(first, first))
        for node in others:
            parents[find(parents.setdefault(node, node))] = root
        homes.append((line, first))
    groups: dict[Key, list[str]] = {}
    for line, node in homes:
        groups.setdefault(find(node), []).append(line)
    return [tuple(sorted(group)) for group in groups.values()]


def canonical(part: Component) -> Component:
    """Label a component as RDFC-1.0 does; most have one blank node, which needs no computing."""
    nodes = {node for line in part for node in blank_nodes(cut(line))}
    if len(nodes) > 1:
        return tuple(canonical_labels(part))
    (node,) = nodes
    return relabelled(part, {node: "_:c14n0"})


def relabelled(part: Iterable[str], labels: dict[Key, Key]) -> Component:
    """Give the blank nodes of some lines other labels."""
    return tuple(sorted(write(Quad(*(labels.get(term, term) for term in cut(line)))) for line in part))
