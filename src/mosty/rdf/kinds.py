"""The subjects of a large graph by namespace, in the order in which canonical Turtle has them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator
from itertools import islice, pairwise

from mosty.rdf.keys import Key
from mosty.rdf.spelling import Shape, as_it_is, bare, curies, ends_in_separator, not_local
from mosty.rdf.tokens import TurtleTerms

_SAMPLE = 32
_PART = 4096


class Kind:
    """The subjects of one namespace.

    Attributes:
        namespace: with which their IRIs begin; None for those that no prefix fits.
        subjects: all of them, in order.
        shape: how they are written; None when that is different for each.
    """

    def __init__(self, namespace: str | None) -> None:
        self.namespace = namespace
        self.subjects: list[Key] = []
        self.shape: Shape | None = None


class Kinds:
    """Parts subjects by namespace, finds out how they are written, and uses the prefixes that takes.

    Args:
        subjects: IRIs, each once; those of a file in the order of the file are sorted soonest.
        terms: knows the namespaces, and learns the prefixes in use.
    """

    def __init__(self, subjects: Collection[Key], terms: TurtleTerms) -> None:
        self.odd: set[Key] = set()
        self._terms = terms
        self._kinds: dict[str | None, Kind] = {}
        self._part(sorted(subjects, key=bare))
        for kind in self._kinds.values():
            odd = self.odd.intersection(kind.subjects) if self.odd else self.odd
            if odd:
                kind.subjects.sort(key=bare)
            if kind.namespace is None:
                kind.shape = as_it_is(bare, {key for key in kind.subjects if not key.isprintable()})
            elif len(odd) < len(kind.subjects):
                kind.shape = curies(kind.namespace, odd, terms)
        for subject in self.odd:
            terms[subject]
        self._order = sorted(self._kinds.values(), key=lambda kind: terms.rank(kind.namespace))
        none = self._kinds.get(None)
        self._size = len(subjects)
        self._without_prefix = dict.fromkeys(none.subjects, none) if none else {}

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._order)

    def touched(self, subjects: Collection[Key]) -> list[Kind]:
        """Give each kind that one of some subjects belongs to; one or the other may be too many."""
        if len(subjects) > self._size * 0.9:
            return self._order
        found = {self._kind(subject) for subject in islice(subjects, _SAMPLE) if subject[0] == "<"}
        usual = ("_", *(f"<{kind.namespace}" for kind in found if kind.namespace is not None))
        found.update(self._kind(subject) for subject in subjects if not subject.startswith(usual))
        namespaces = tuple(kind.namespace for kind in found if kind.namespace is not None)
        return [
            kind
            for kind in self._order
            if kind in found or (kind.namespace is not None and kind.namespace.startswith(namespaces))
        ]

    def _kind(self, subject: Key) -> Kind:
        return self._without_prefix.get(subject) or self._kinds[self._terms.namespace(subject[1:-1])]

    def _part(self, order: list[Key]) -> None:
        # All subjects between two cuts begin with the same namespaces.
        starts = [f"<{namespace}" for namespace in self._terms.namespaces]
        ends = [start[:-1] + chr(ord(start[-1]) + 1) for start in starts]
        cuts = {0, len(order), *(bisect_left(order, bound, key=bare) for bound in (*starts, *ends))}
        for start, end in pairwise(sorted(cuts)):
            part = order[start:end]
            namespace = self._terms.longest(part[0][1:-1])
            if namespace is None:
                self._add(None, part)
                continue
            cut = slice(len(namespace) + 1, -1)
            for at in range(0, len(part), _PART):
                self._sort_in(namespace, cut, part[at : at + _PART])

    def _sort_in(self, namespace: str, cut: slice, subjects: list[Key]) -> None:
        """Add subjects that begin with a namespace, some to a longer or shorter one."""
        odd = not_local(subjects, cut) if ends_in_separator(namespace) else subjects
        self._add(namespace, sorted(set(subjects).difference(odd), key=bare) if odd else subjects)
        for subject in odd:
            self._add(self._terms.namespace(subject[1:-1]), [subject])
        self.odd.update(odd)

    def _add(self, namespace: str | None, subjects: list[Key]) -> None:
        if subjects:
            self._kinds.setdefault(namespace, Kind(namespace)).subjects += subjects
