"""What changed, told apart by record: its own facts, its parts, the evidence of both."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from mosty.diff.components import Component, Difference
from mosty.diff.view import TYPE, Properties, Role, View, kinds_of
from mosty.model.terms import MOSTY, RDF
from mosty.rdf.keys import Key, iri_key
from mosty.rdf.labels import LABELS
from mosty.rdf.quads import blank_nodes, cut

_SUBJECT, _FIRST, _REST = (iri_key(RDF + name) for name in ("subject", "first", "rest"))
_PASSAGE, _SOURCE = (iri_key(MOSTY + name) for name in ("passage", "source"))


class Change(StrEnum):
    """What happened to a record, a part or a value."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Fact(NamedTuple):
    """A property of which values came or went.

    Attributes:
        predicate: the property.
        old: values that went.
        new: values that came.
        nested: the values are pairs "predicate value" of blank nodes behind the property, not its own.
    """

    predicate: Key
    old: tuple[Key, ...]
    new: tuple[Key, ...]
    nested: bool = False


class ChangedPart(NamedTuple):
    """A part of a record: what happened to it, and what of it changed.

    Attributes:
        before: the part whose place it took, when one of the same class went and one came.
    """

    change: Change
    part: Key
    kind: Key
    facts: tuple[Fact, ...] = ()
    before: Key | None = None


class ChangedEvidence(NamedTuple):
    """Evidence that came, went or was changed.

    Attributes:
        statements: how many statements.
        sources: what they rest on, sorted; the empty source stands for statements of our own.
    """

    statements: int
    sources: tuple[Key, ...]


class ChangedRecord(NamedTuple):
    """A record, a term of the ontology, or a shape.

    Attributes:
        change: what happened to it.
        record: its key; empty for blank nodes that no IRI leads to.
        kind: its class; empty when none is known.
        facts: what of the record itself changed; only when it was there before and is there now.
        parts: its parts that changed.
        evidence: what happened to statements about it, by what it was.
        perhaps: the record that it may have been renamed from (when it was added) or to (when it was removed).
        replaced_by: what takes its place, as the data say.
    """

    change: Change
    record: Key
    kind: Key
    facts: tuple[Fact, ...] = ()
    parts: tuple[ChangedPart, ...] = ()
    evidence: Mapping[Change, ChangedEvidence] = {}
    perhaps: Key | None = None
    replaced_by: Key | None = None


class _Statement(NamedTuple):
    """A statement that came, went or changed, and what it rests on."""

    node: Key
    change: Change
    about: Key
    sources: tuple[Key, ...]


class Gatherer:
    """Gathers changes by record.

    Args:
        old, new: the two datasets.
    """

    def __init__(self, old: View, new: View) -> None:
        self.old = old
        self.new = new
        self._views = (new, old)
        self._facts: dict[Key, list[Fact]] = defaultdict(list)
        self._parts: dict[Key, dict[Key, list[Fact]]] = defaultdict(dict)
        self._evidence: dict[Key, dict[Change, dict[Key, Collection[Key]]]] = defaultdict(
            lambda: defaultdict(dict)
        )

    def gather(self, subjects: Iterable[Key], nested: Difference) -> list[ChangedRecord]:
        """Group what changed.

        Args:
            subjects: IRIs of which something may have changed.
            nested: the blank nodes that changed.
        """
        blank: dict[Key, list[Fact]] = defaultdict(list)
        for subject, fact in _nested(nested):
            blank[subject].append(fact)
        statements: list[_Statement] = []
        others: list[Key] = []
        for subject in sorted({*subjects, *blank}):  # each once: there can be very many statements
            view = self._side(subject)
            if subject and view.role(subject) is Role.EVIDENCE:
                statements += self._statement(subject, view)
            else:
                others.append(subject)
        for view in self._views:
            wanted = [*others, *(statement.about for statement in statements)]
            view.look_up(node for node in wanted if self._side(node) is view)
        for subject in others:
            if found := [*self._compared(subject), *blank[subject]]:
                self._assign(subject, found)
        for statement in statements:
            home = self._side(statement.about).home(statement.about)
            self._evidence[home][statement.change][statement.node] = statement.sources
        records = [self._record(key) for key in sorted({*self._facts, *self._parts, *self._evidence})]
        return self._renamed(sorted(records, key=self._order))

    def _side(self, node: Key) -> View:
        """The dataset that a node is looked up in: the new one, unless only the old one knows it."""
        return self.new if self.new.outgoing(node) or not self.old.outgoing(node) else self.old

    def _statement(self, node: Key, view: View) -> Iterator[_Statement]:
        """What changed of a statement; a passage comes and goes with its statements, else its source changed."""
        change = self._change(node)
        if change is Change.CHANGED and not self._compared(node):
            return
        about = [value for value in view.values(node, _SUBJECT) if value[0] == "<"]
        if about:
            passages = view.values(node, _PASSAGE)
            sources = {source for passage in passages for source in view.values(passage, _SOURCE)}
            yield _Statement(node, change, min(about), tuple(sorted(sources)) or ("",))
        elif change is Change.CHANGED:
            yield from (_Statement(node, change, source, (source,)) for source in view.values(node, _SOURCE))

    def _compared(self, subject: Key) -> list[Fact]:
        before, after = self.old.outgoing(subject), self.new.outgoing(subject)
        facts = []
        for predicate in sorted(before.keys() | after.keys()):
            was, now = before.get(predicate, ()), after.get(predicate, ())
            gone, come = (
                tuple(value for value in values if value not in others and value[0] != "_")
                for values, others in ((was, now), (now, was))
            )
            if gone or come:
                facts.append(Fact(predicate, gone, come))
        return facts

    def _assign(self, subject: Key, facts: list[Fact]) -> None:
        home = self._side(subject).home(subject) if subject else subject
        if home == subject:
            self._facts[subject] += facts
        else:
            self._parts[home][subject] = facts

    def _change(self, node: Key) -> Change:
        before, after = self.old.outgoing(node), self.new.outgoing(node)
        return Change.CHANGED if bool(before) == bool(after) else Change.ADDED if after else Change.REMOVED

    def _record(self, key: Key) -> ChangedRecord:
        change = self._change(key) if key else Change.CHANGED
        facts = tuple(self._facts[key]) if change is Change.CHANGED else ()
        parts = [
            ChangedPart(self._change(part), part, self._kind(part), tuple(found))
            for part, found in sorted(self._parts[key].items())
        ]
        return ChangedRecord(
            change,
            key,
            self._kind(key) if key else "",
            facts,
            tuple(self._paired(parts) if change is Change.CHANGED else parts),
            {
                change: ChangedEvidence(len(found), tuple(sorted(set().union(*found.values()))))
                for change, found in sorted(self._evidence[key].items())
            },
            replaced_by=self._replacement(key) if change is Change.REMOVED else None,
        )

    def _kind(self, node: Key) -> Key:
        return min(kinds_of(self._views, node), default="")

    def _paired(self, parts: Sequence[ChangedPart]) -> list[ChangedPart]:
        """Where one part of a class went and one came that says all but one thing alike, call it changed."""
        by_kind: dict[Key, dict[Change, list[ChangedPart]]] = defaultdict(lambda: defaultdict(list))
        for part in parts:
            by_kind[part.kind][part.change].append(part)
        found = []
        for part in parts:
            gone, come = (by_kind[part.kind][change] for change in (Change.REMOVED, Change.ADDED))
            if part.change is Change.CHANGED or len(gone) != 1 or len(come) != 1:
                found.append(part)
                continue
            facts = _between(self.old.outgoing(gone[0].part), self.new.outgoing(come[0].part))
            if len(facts) > 1:
                found.append(part)
            elif part.change is Change.ADDED:
                found.append(ChangedPart(Change.CHANGED, part.part, part.kind, facts, gone[0].part))
        return found

    def _replacement(self, key: Key) -> Key | None:
        """What is said to take the place of something that went."""
        stated = (other for view in self._views for other in view.replacements.get(key, ()))
        return min(stated, default=None)

    def _renamed(self, records: list[ChangedRecord]) -> list[ChangedRecord]:
        """Suggest renames: one of a class went and one came, with a label in common or all else alike."""
        gone = [record for record in records if record.change is Change.REMOVED]
        come = [record for record in records if record.change is Change.ADDED]
        marks: dict[tuple[Key, object], dict[Change, list[Key]]] = defaultdict(lambda: defaultdict(list))
        for record, view in (*((r, self.old) for r in gone), *((r, self.new) for r in come)):
            for mark in _marks(record.record, view):
                marks[record.kind, mark][record.change].append(record.record)
        twins: dict[Key, set[Key]] = defaultdict(set)
        for sides in marks.values():
            if len(sides[Change.REMOVED]) == len(sides[Change.ADDED]) == 1:
                (one,), (other,) = sides[Change.REMOVED], sides[Change.ADDED]
                twins[one].add(other)
                twins[other].add(one)
        sure = {node: min(others) for node, others in twins.items() if len(others) == 1}
        mutual = {node: twin for node, twin in sure.items() if sure.get(twin) == node}
        return [record._replace(perhaps=mutual.get(record.record)) for record in records]

    def _order(self, record: ChangedRecord) -> tuple[int, Key, Key]:
        ranks = [rank for view in self._views if (rank := view.rank(record.record)) is not None]
        return min(ranks, default=10_000), record.kind, record.record


def _between(one: Properties, other: Properties) -> tuple[Fact, ...]:
    facts = []
    for predicate in sorted(one.keys() | other.keys()):
        was, now = one.get(predicate, ()), other.get(predicate, ())
        gone, come = (
            tuple(v for v in values if v not in others) for values, others in ((was, now), (now, was))
        )
        if gone or come:
            facts.append(Fact(predicate, gone, come))
    return tuple(facts)


def _marks(node: Key, view: View) -> Collection[object]:
    """What two records must share to be thought one: a label, or all that is said of them."""
    about = view.outgoing(node)
    labels: set[object] = {label for name in LABELS for label in about.get(name, ())}
    content = frozenset(
        (predicate, value)
        for predicate, values in about.items()
        for value in values
        if predicate != TYPE and value != node
    )
    return labels | {content} if len(content) > 1 else labels


def _nested(nested: Difference) -> list[tuple[Key, Fact]]:
    """Tell blank nodes by the properties of IRIs that lead to them; those that nothing leads to, by nothing."""
    sides: dict[tuple[Key, Key], tuple[Counter[Key], Counter[Key]]] = defaultdict(
        lambda: (Counter(), Counter())
    )
    for place, parts in enumerate((nested.removed, nested.added)):
        for part in parts:
            leaves = Counter(_leaves(part))
            for anchor in _anchors(part):
                sides[anchor][place].update(leaves)
    return [
        (
            subject,
            Fact(
                predicate, tuple(sorted((was - now).elements())), tuple(sorted((now - was).elements())), True
            ),
        )
        for (subject, predicate), (was, now) in sorted(sides.items())
    ]


def _anchors(part: Component) -> list[tuple[Key, Key]]:
    quads = [cut(line) for line in part]
    found = {(quad.subject, quad.predicate) for quad in quads if quad.subject[0] == "<"}
    return sorted(found) or [("", "")]


def _leaves(part: Component) -> list[Key]:
    """What blank nodes say, list cells aside: a value alone where it is a member of a list."""
    quads = [cut(line) for line in part]
    return [
        quad.value if quad.predicate == _FIRST else f"{quad.predicate} {quad.value}"
        for quad in quads
        if quad.subject[0] == "_" and quad.predicate != _REST and quad.value not in blank_nodes(quad)
    ]
