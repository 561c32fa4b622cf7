"""Two states of a dataset compared: quad by quad, and record by record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from mosty.diff import components, patch
from mosty.diff.components import Difference
from mosty.diff.lines import Lines, changed
from mosty.diff.records import Change, ChangedRecord, Gatherer
from mosty.diff.states import State
from mosty.diff.view import Role, View
from mosty.rdf.keys import iri_key
from mosty.rdf.quads import cut, holds_blank_node
from mosty.workspace.config import Config


class Differences:
    """What lies between two states.

    Attributes:
        old, new: the states.
        config: what tells kinds of records.
        background: an ontology that neither of them holds, for labels and superclasses.
        removed, added: lines of N-Quads without blank nodes that only one of them has, sorted.
        nested: the blank nodes that only one of them has.
        changed: what changed, by record, with terms of the ontology and concepts; kinds in the order of the workspace.
        shapes: the shapes that changed; none unless both states know theirs.
        texts: the stored queries and rules that changed, by path; none unless both states know theirs.
    """

    def __init__(self, old: State, new: State, config: Config, background: State | None = None) -> None:
        self.background = None if background is None else View(background.quads, config)
        self.old = old
        self.new = new
        self.config = config
        self.removed, self.added, self.nested = _compared(old.quads, new.quads)
        self.views = View(old.quads, config, self.background), View(new.quads, config, self.background)
        self.changed: Sequence[ChangedRecord] = _gathered(*self.views, self.removed, self.added, self.nested)
        known = old.shapes is not None and new.shapes is not None
        before, after = (state.shapes if known and state.shapes else Lines() for state in (old, new))
        gone, come, nested = _compared(before, after)
        self.shape_views = View(before, config), View(after, config)
        self.shapes: Sequence[ChangedRecord] = _gathered(*self.shape_views, gone, come, nested)
        self.texts = {} if old.texts is None or new.texts is None else _changed_texts(old.texts, new.texts)

    @property
    def empty(self) -> bool:
        """Whether both say the same; shapes, queries and rules count."""
        nested = self.nested.removed or self.nested.added
        return not (self.removed.data or self.added.data or nested or self.shapes or self.texts)

    @cached_property
    def records(self) -> Sequence[ChangedRecord]:
        """The records that changed."""
        return [record for record in self.changed if not self._is_term(record)]

    @cached_property
    def terms(self) -> Sequence[ChangedRecord]:
        """The terms of the ontology and the concepts that changed."""
        return [record for record in self.changed if self._is_term(record)]

    @cached_property
    def derived(self) -> Mapping[Change, int]:
        """How many derived triples came and went."""
        graph = iri_key(self.config.derived_graph)
        return {
            change: sum(cut(line).graph == graph for line in lines)
            for change, lines in ((Change.ADDED, self.added), (Change.REMOVED, self.removed))
        }

    def patch(self) -> Iterator[str]:
        """The rows of the RDF Patch that makes the new dataset of the old one."""
        return patch.write(
            self.removed,
            self.added,
            self.nested.removed,
            self.nested.added,
            hashes=(self.old.hash, self.new.hash),
            prefixes=(self.old.prefixes, self.new.prefixes),
        )

    def _is_term(self, record: ChangedRecord) -> bool:
        if not record.record:
            return True
        views = reversed(self.views)
        return (
            next((view.role(record.record) for view in views if view.outgoing(record.record)), None)
            is Role.TERM
        )


def compare(old: State, new: State, config: Config, background: State | None = None) -> Differences:
    """Compare two states.

    Args:
        old, new: the states.
        config: the workspace whose kinds, prefixes and base they follow.
        background: an ontology to tell them by, where they hold none themselves.
    """
    return Differences(old, new, config, background)


def _compared(old: Lines, new: Lines) -> tuple[Lines, Lines, Difference]:
    nested = components.compare(old.with_blank_nodes(), new.with_blank_nodes())
    removed, added = (
        Lines.of(
            line
            for is_new, line in changed(old, new)
            if is_new is wanted and not ("_:" in line and holds_blank_node(line))
        )
        for wanted in (False, True)
    )
    return removed, added, nested


def _changed_texts(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> dict[str, Change]:
    return {
        path: Change.CHANGED
        if path in old and path in new
        else Change.ADDED
        if path in new
        else Change.REMOVED
        for path in sorted(old.keys() | new.keys())
        if old.get(path) != new.get(path)
    }


def _gathered(old: View, new: View, removed: Lines, added: Lines, nested: Difference) -> list[ChangedRecord]:
    subjects = {line.split(" ", 1)[0] for lines in (removed, added) for line in lines}
    return Gatherer(old, new).gather(subjects, nested)
