"""Constraints that judge the value nodes of a focus node together (SHACL, sections 4.2, 4.5, 4.7.3, 4.8.2)."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Collection, Iterator, Sequence, Set
from itertools import chain, product

from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key
from mosty.validate.comparing import failing_pairs
from mosty.validate.compiled.constraint import NONE, Constraint, KeyTriple, Values
from mosty.validate.compiled.values import language_of
from mosty.validate.findings import Finding
from mosty.validate.plan import Shape


class MinCount(Constraint):
    """``sh:minCount`` (section 4.2.1)."""

    def __init__(self, shape: Shape, limit: int) -> None:
        super().__init__("MinCount", shape)
        self._limit = limit

    def failing(self, focus: Set[Key], values: Values) -> Set[Key]:
        """See `Constraint.failing`."""
        if self._limit <= 0:
            return NONE
        column = values.column
        if self._limit == 1:
            return set(focus).difference(column.one)
        if len(focus) < len(column.more):
            return {node for node in focus if len(column.values(node)) < self._limit}
        enough = {node for node, more in column.more.items() if len(more) + 1 >= self._limit}
        return focus - enough

    def findings(self, focus: Key, values: Collection[Key]) -> Iterator[Finding]:
        """See `Constraint.findings`."""
        if len(values) < self._limit:
            yield self.finding(focus)


class MaxCount(Constraint):
    """``sh:maxCount`` (section 4.2.2)."""

    def __init__(self, shape: Shape, limit: int) -> None:
        super().__init__("MaxCount", shape)
        self._limit = limit

    def failing(self, focus: Set[Key], values: Values) -> Set[Key]:
        """See `Constraint.failing`."""
        column = values.column
        if self._limit <= 0:
            return focus if self._limit < 0 else focus & column.one.keys()
        if len(focus) < len(column.more):
            return {node for node in focus if len(column.more.get(node, ())) >= self._limit}
        return {node for node, more in column.more.items() if len(more) >= self._limit} & focus

    def findings(self, focus: Key, values: Collection[Key]) -> Iterator[Finding]:
        """See `Constraint.findings`."""
        if len(values) > self._limit:
            yield self.finding(focus)


class HasValue(Constraint):
    """``sh:hasValue``: one of the value nodes is a given term (section 4.8.2)."""

    reads_written = True

    def __init__(self, shape: Shape, value: Key) -> None:
        super().__init__("HasValue", shape)
        self.sought = self._value = value

    def failing(self, focus: Set[Key], values: Values) -> Set[Key]:
        """See `Constraint.failing`."""
        return focus - values.holders({self._value})

    def findings(self, focus: Key, values: Collection[Key]) -> Iterator[Finding]:
        """See `Constraint.findings`."""
        if self._value not in values:
            yield self.finding(focus)


class UniqueLang(Constraint):
    """``sh:uniqueLang``: no two value nodes have the same language (section 4.4.5); one result for each."""

    def __init__(self, shape: Shape) -> None:
        super().__init__("UniqueLang", shape)

    def failing(self, focus: Set[Key], values: Values) -> Set[Key]:
        """See `Constraint.failing`."""
        more = values.column.more
        few = len(focus) < len(more)
        several = (
            (node for node in focus if node in more) if few else (node for node in more if node in focus)
        )
        return {node for node in several if self._repeated(values.of(node))}

    def findings(self, focus: Key, values: Collection[Key]) -> Iterator[Finding]:
        """See `Constraint.findings`."""
        for language in self._repeated(values):
            yield self.finding(focus)._replace(note=language)

    @staticmethod
    def _repeated(values: Collection[Key]) -> list[str]:
        # Tags are in lower case in keys; what follows the text tells most sets apart without looking closer.
        if len({value[value.rfind('"') :] for value in values}) == len(values):
            return []
        languages = Counter(map(language_of, values))
        return [language for language, count in languages.items() if language and count > 1]


class Pair(Constraint):
    """A comparison of the value nodes with the values of another property of the focus node (section 4.5)."""

    def __init__(self, component: str, shape: Shape, graph: Graph, predicate: Key) -> None:
        super().__init__(component, shape)
        self._graph = graph
        self._predicate = predicate

    def others(self, focus: Key) -> Collection[Key]:
        """The values of the other property."""
        return self._graph.column(self._predicate).values(focus)

    @abstractmethod
    def wrong(self, values: Collection[Key], others: Collection[Key]) -> Iterator[Key]:
        """Value nodes, or values of the other property, that are wrong."""

    def suspects(self, focus: Set[Key], values: Values) -> Set[Key]:
        """The focus nodes that have values for both properties: others cannot fail."""
        other, own = self._graph.column(self._predicate).one, values.column.one
        if len(focus) < len(other):
            return {node for node in focus if node in other and node in own}
        return other.keys() & own.keys() & focus

    def failing(self, focus: Set[Key], values: Values) -> Set[Key]:
        """See `Constraint.failing`."""
        return {
            node
            for node in self.suspects(focus, values)
            if any(True for _ in self.wrong(values.of(node), self.others(node)))
        }

    def findings(self, focus: Key, values: Collection[Key]) -> Iterator[Finding]:
        """See `Constraint.findings`."""
        for value in self.wrong(values, self.others(focus)):
            yield self.finding(focus, value)

    def touched(self, changed: Sequence[KeyTriple]) -> Set[Key]:
        """See `Constraint.touched`."""
        return {subject for subject, predicate, _ in changed if predicate == self._predicate}


class Equals(Pair):
    """``sh:equals``: both have the same values (section 4.5.1)."""

    reads_written = True

    def suspects(self, focus: Set[Key], values: Values) -> Set[Key]:
        """The focus nodes that have a value for either property."""
        other, own = self._graph.column(self._predicate).one, values.column.one
        return {node for node in focus if node in other or node in own}

    def wrong(self, values: Collection[Key], others: Collection[Key]) -> Iterator[Key]:
        """See `Pair.wrong`."""
        yield from (value for value in values if value not in others)
        yield from (value for value in others if value not in values)


class Disjoint(Pair):
    """``sh:disjoint``: they share no value (section 4.5.2)."""

    reads_written = True

    def wrong(self, values: Collection[Key], others: Collection[Key]) -> Iterator[Key]:
        """See `Pair.wrong`."""
        return (value for value in values if value in others)


class Less(Pair):
    """``sh:lessThan`` and ``sh:lessThanOrEquals``: every value comes before every other one (4.5.3, 4.5.4)."""

    def __init__(self, component: str, shape: Shape, graph: Graph, predicate: Key) -> None:
        super().__init__(component, shape, graph, predicate)
        self._or_equal = component == "LessThanOrEquals"

    def failing(self, focus: Set[Key], values: Values) -> Set[Key]:
        """See `Constraint.failing`: each distinct pair is compared once."""
        suspects = self.suspects(focus, values)
        pairs = {node: tuple(product(values.of(node), self.others(node))) for node in suspects}
        bad = set(failing_pairs({*chain.from_iterable(pairs.values())}, or_equal=self._or_equal))
        return {node for node, some in pairs.items() if not bad.isdisjoint(some)} if bad else NONE

    def wrong(self, values: Collection[Key], others: Collection[Key]) -> Iterator[Key]:
        """See `Pair.wrong`."""
        return (value for value, _ in failing_pairs(product(values, others), or_equal=self._or_equal))
