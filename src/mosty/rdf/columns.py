"""Canonical Turtle of large graphs: thousands of subjects of one kind are laid out together, column by column.

What `mosty.rdf.layout` says of one subject after the other is said here of whole columns. Nearly all values of a
column have one shape (IRIs of one namespace, texts, dates ...), so that their Turtle is a slice of their keys
between two constant texts; the few odd ones are written one by one. Working memory is an index of the subjects:
texts are made for some subjects at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain, islice, repeat
from types import MappingProxyType
from typing import cast

from mosty.rdf.graph import Column, Graph
from mosty.rdf.keys import Key
from mosty.rdf.kinds import Kind, Kinds
from mosty.rdf.layout import (
    END_OF_PROPERTY,
    END_OF_SUBJECT,
    FIRST_CLASSES,
    INDENT,
    PROPERTY_ORDER,
    RowWriter,
    between,
    class_rank,
    lead,
    said_of,
)
from mosty.rdf.loading import collector_paused
from mosty.rdf.nesting import NIL
from mosty.rdf.spelling import Shape, SortKey, Strip, few_values, shape_of, spelled
from mosty.rdf.tokens import RDF_TYPE, TurtleTerms, object_key

_BATCH = 1024
_FEW = 256


class ColumnWriter:
    """Writes a large graph; all prefixes in use are known as soon as it is made.

    Args:
        graph: the triples.
        terms: gives the texts of odd terms, and remembers the prefixes in use.
        comments: lines to stand above a subject, by the subject's IRI.
        keep_labels: blank nodes that need a label keep theirs; else they get those of RDFC-1.0.

    Raises:
        InputError: a triple term of RDF 1.2.
    """

    def __init__(
        self,
        graph: Graph,
        terms: TurtleTerms,
        comments: Mapping[str, Sequence[str]] = MappingProxyType({}),
        *,
        keep_labels: bool = False,
    ) -> None:
        self._terms = terms
        self._types = graph.column(RDF_TYPE)
        self._apart = {f"<{iri}>" for iri in comments}
        with collector_paused():
            self._index(graph)
        # What has to do with blank nodes is written subject by subject.
        apart = said_of(graph, self._apart | self._blank)
        self._rows = RowWriter(apart, terms, comments, keep_labels=keep_labels)
        self._blocks = {subject: f"\n{self._rows.block(subject)}" for subject in self._apart}

    def _index(self, graph: Graph) -> None:
        predicates = [predicate for predicate, column in graph.columns.items() if column.one]
        predicates.sort(key=PROPERTY_ORDER.__getitem__)
        subjects = self._subjects(graph)
        self._apart.intersection_update(subjects)
        self._blank = {subject for subject in subjects if subject[0] == "_"}
        if self._blank:
            subjects = [subject for subject in subjects if subject[0] != "_"]
        self._kinds = Kinds(subjects, self._terms)
        self._columns: dict[Kind, list[_ColumnWriter]] = {kind: [] for kind in self._kinds}
        for predicate in predicates:
            column = graph.columns[predicate]
            writer = _ColumnWriter(predicate, column, *self._manner(column), self._terms)
            for kind in self._kinds.touched(column.one):
                self._columns[kind].append(writer)
        ranked = self._types.subjects_of(FIRST_CLASSES.keys()) - self._blank
        self._ranks = {subject: class_rank(self._types.values(subject)) for subject in ranked}

    def _subjects(self, graph: Graph) -> list[Key]:
        """All subjects, in the order of the file for the most part: what is nearly sorted is sorted soonest."""
        subjects = list(self._types.one)
        found = set(subjects)
        found.update(*(column.one for column in graph.columns.values()))
        return subjects if len(found) == len(subjects) else [*subjects, *found.difference(subjects)]

    def chunks(self) -> Iterator[str]:
        """Give the blocks, each with an empty line above, some subjects at a time."""
        for kind, subjects in self._groups():
            for start in range(0, len(subjects), _BATCH):
                with collector_paused():
                    text = self._written(subjects[start : start + _BATCH], kind)
                yield text
        yield from (f"\n{block}" for block in self._rows.blank_blocks())

    def _groups(self) -> Iterator[tuple[Kind, Sequence[Key]]]:
        """Give the subjects in canonical order, those of one kind together."""
        ranks = self._ranks
        for rank in sorted(set(ranks.values())):
            for kind in self._kinds:
                yield kind, [subject for subject in kind.subjects if ranks.get(subject) == rank]
        for kind in self._kinds:
            yield kind, [s for s in kind.subjects if s not in ranks] if ranks else kind.subjects

    def _written(self, subjects: Sequence[Key], kind: Kind) -> str:
        regular = subjects
        if not self._apart.isdisjoint(subjects):
            regular = [subject for subject in subjects if subject not in self._apart]
        parts: list[Iterable[str]] = []
        constant = "\n"
        for before, texts, after in self._strips(regular, kind):
            parts += (repeat(constant + before), texts)
            constant = after
        parts.append(repeat(constant + END_OF_SUBJECT))
        rows = zip(*parts)  # noqa: B905 - repeat has no end
        if regular is subjects and all(map(self._types.one.__contains__, subjects)):
            return "".join(chain.from_iterable(rows))
        texts = map("".join, rows)
        return "".join(
            self._blocks[subject]
            if subject in self._apart
            else next(texts)
            if subject in self._types
            else _untyped(next(texts))
            for subject in subjects
        )

    def _strips(self, subjects: Sequence[Key], kind: Kind) -> Iterator[Strip]:
        yield spelled(subjects, kind.shape, self._terms)
        for column in self._columns[kind]:
            yield column.strip(subjects)

    def _manner(self, column: Column) -> tuple[Shape | None, SortKey]:
        """Find out how the values of a column are written and sorted, and use the prefixes that takes."""
        few = few_values(column, _FEW)
        shape = shape_of(column, self._terms) if few is None else None
        if shape is not None:
            self._use(column, shape.odd)
            return shape, shape.sort_key
        values = self._use(column, column.distinct() if few is None else few)
        if few is not None and column.more:
            order = {value: rank for rank, value in enumerate(sorted(values, key=object_key))}
            return None, order.__getitem__
        return None, object_key

    def _use(self, column: Column, values: Set[Key]) -> Set[Key]:
        """Use the prefixes of values that are written one by one; leave those that have to do with blank nodes."""
        nodes = {value for value in values if value[0] == "_" or value == NIL}
        if nodes:
            self._apart |= column.subjects_of(nodes) - self._blank
            values = values - nodes
        for value in values:
            self._terms[value]
        return values


class _ColumnWriter:
    """Writes a column, for some subjects at a time."""

    def __init__(
        self, predicate: Key, column: Column, shape: Shape | None, sort_key: SortKey, terms: TurtleTerms
    ) -> None:
        start, indent = (" ", "") if predicate == RDF_TYPE else (END_OF_PROPERTY, INDENT)
        self._one = start + lead(predicate, False, terms, indent)
        self._several = start + lead(predicate, True, terms, indent)
        self._between = between(predicate)
        self._column = column
        self._shape = shape
        self._sort_key = sort_key
        self._terms = terms

    def strip(self, subjects: Sequence[Key]) -> Strip:
        """Write the property for each of some subjects; nothing for those that do not have it."""
        firsts = list(map(self._column.one.get, subjects))
        further = list(map(self._column.more.get, subjects)) if self._column.more else []
        if any(further):
            if all(further) and max(map(len, filter(None, further))) == 1:
                return self._pairs(firsts, list(chain.from_iterable(filter(None, further))))
            return self._mixed(firsts, further)
        if all(firsts):
            before, texts, after = spelled(cast("list[Key]", firsts), self._shape, self._terms)
            return Strip(self._one + before, texts, after)
        before, texts, after = spelled(list(filter(None, firsts)), self._shape, self._terms)
        start, rest = self._one + before, iter(texts)
        return Strip("", [f"{start}{next(rest)}{after}" if value else "" for value in firsts], "")

    def _pairs(self, ones: Sequence[Key | None], others: Sequence[Key]) -> Strip:
        """Write exactly two values for each subject: what most labels are."""
        keys = list(filter(None, ones))
        sort_key = self._sort_key_for(chain(keys, others))
        pairs = [
            (one, other) if sort_key(one) <= sort_key(other) else (other, one)
            for one, other in zip(keys, others, strict=True)
        ]
        first, second = (spelled(part, self._shape, self._terms) for part in zip(*pairs, strict=True))
        middle = first.after + self._between + second.before
        texts = map(middle.join, zip(first.texts, second.texts, strict=True))
        return Strip(self._several + first.before, texts, second.after)

    def _mixed(self, firsts: Sequence[Key | None], further: Sequence[Collection[Key] | None]) -> Strip:
        sort_key = self._sort_key_for(chain(filter(None, firsts), *filter(None, further)))
        flat: list[Key] = []
        counts: list[int] = []
        for first, more in zip(firsts, further, strict=True):
            if first is None:
                counts.append(0)
            elif more:
                flat += sorted((first, *more), key=sort_key)
                counts.append(1 + len(more))
            else:
                flat.append(first)
                counts.append(1)
        before, texts, after = spelled(flat, self._shape, self._terms)
        rest = iter(texts)
        one, several, middle = self._one + before, self._several + before, after + self._between + before
        cells = [
            f"{several if count > 1 else one}{middle.join(islice(rest, count))}{after}" if count else ""
            for count in counts
        ]
        return Strip("", cells, "")

    def _sort_key_for(self, values: Iterable[Key]) -> SortKey:
        if self._shape is not None and self._shape.odd and not self._shape.odd.isdisjoint(values):
            return object_key
        return self._sort_key


def _untyped(row: str) -> str:
    """Begin a block without rdf:type: its only property beside the subject, or all of them below."""
    name, _, rest = row.partition(END_OF_PROPERTY)
    alone = row.count("\n") == "\n".count("\n") + END_OF_PROPERTY.count("\n") + END_OF_SUBJECT.count("\n")
    return f"{name} {rest.removeprefix(INDENT)}" if alone else f"{name}\n{rest}"
