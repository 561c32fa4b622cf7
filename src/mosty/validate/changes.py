"""Validation of a change: every focus node that changed triples can affect, in what is new and in the graph.

The findings of a change are those of a full run after it less those of a full run before it; only the focus
nodes that can differ are looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from mosty.model.diagnostics import ValidationResult
from mosty.model.terms import Term
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key
from mosty.rdf.loading import collector_paused
from mosty.validate.compiled.constraint import KeyTriple, Unsupported
from mosty.validate.compiled.engine import (
    CompiledEngine,
    CompiledPlan,
    compile_plan,
    set_apart,
)
from mosty.validate.compiled.shapes import CompiledShape
from mosty.validate.deadline import deadline
from mosty.validate.engine import ValidationEngine
from mosty.validate.findings import Finding, to_results
from mosty.validate.plan import Plan, Shape


class Change(NamedTuple):
    """Triples that come and triples that go; none is in both.

    Attributes:
        added: triples that the graph does not hold.
        removed: triples that the graph holds.
    """

    added: Sequence[KeyTriple]
    removed: Sequence[KeyTriple] = ()

    @classmethod
    def of(cls, graph: Graph, added: Iterable[KeyTriple], removed: Iterable[KeyTriple] = ()) -> Change:
        """Leave out what changes nothing: triples that are there already, or are not there to be taken away."""
        new = dict.fromkeys(added)
        gone = [triple for triple in dict.fromkeys(removed) if triple in graph and triple not in new]
        return cls([triple for triple in new if triple not in graph], gone)

    def with_derived(self, graph: Graph, before: Iterable[KeyTriple], after: Iterable[KeyTriple]) -> Change:
        """Add what rules derive: a triple that is asserted or derived, before and after, stays.

        Args:
            graph: what is asserted after this change.
            before: what was derived before it.
            after: what is derived after it.
        """
        was, now = dict.fromkeys(before), dict.fromkeys(after)
        added = [
            *(t for t in self.added if t not in was),
            *(t for t in now if t not in was and t not in self.removed),
        ]
        gone = [
            *(t for t in self.removed if t not in now),
            *(t for t in was if t not in now and t not in graph),
        ]
        return Change(added, gone)

    def apply(self, graph: Graph) -> None:
        """Change the graph."""
        self._apply(graph, self.added, self.removed)

    @contextmanager
    def applied(self, graph: Graph) -> Iterator[None]:
        """Change the graph for a while."""
        try:
            self.apply(graph)
            yield
        finally:
            self._apply(graph, self.removed, self.added)

    @staticmethod
    def _apply(graph: Graph, added: Iterable[KeyTriple], removed: Iterable[KeyTriple]) -> None:
        for triple in removed:
            graph.discard(*triple)
        for triple in added:
            graph.add(*triple)


class Checker:
    """Checks changes to a graph that stays loaded: milliseconds for a record, however large the graph.

    Args:
        plan: the shapes.
        graph: the data. It may be changed between two checks.
        fall_back: whether shapes that cannot be compiled go to pySHACL; else they are refused.

    Attributes:
        plan: the shapes.
        graph: the data.
        fallbacks: rules that go to pySHACL (or went, at the last check), each with the reason.

    Raises:
        InputError: the shapes are ill-formed.

    >>> import pyoxigraph as ox
    >>> from mosty.rdf.prefixes import Prefixes
    >>> from mosty.validate.plan import make_plan
    >>> shapes = '''@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
    ... ex:named sh:targetClass ex:Person ; sh:path ex:name ; sh:minCount 1 .'''
    >>> plan = make_plan([("shapes", list(ox.parse(shapes, ox.RdfFormat.TURTLE)))], Prefixes())
    >>> checker = Checker(plan, Graph())
    >>> rdf_type = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    >>> [result.rule for result in checker.check([("<http://example.org/a>", rdf_type, "<http://example.org/Person>")])]
    ['named']
    """

    def __init__(self, plan: Plan, graph: Graph, *, fall_back: bool = True) -> None:
        self.plan = plan
        self.graph = graph
        self._fall_back = fall_back
        self._compiled: CompiledPlan = compile_plan(plan, graph, fall_back=fall_back)
        self.fallbacks: Mapping[str, str] = {shape.rule: reason for shape, reason in self._compiled.left}

    def check(
        self, added: Iterable[KeyTriple], removed: Iterable[KeyTriple] = (), *, timeout: float | None = None
    ) -> tuple[ValidationResult, ...]:
        """Tell which results a change would bring; the graph stays as it is.

        Args:
            added: triples to add.
            removed: triples to take away.
            timeout: seconds after which the check is stopped.

        Raises:
            DeadlineError: the deadline passed.
        """
        change = Change.of(self.graph, added, removed)
        left = [*self._compiled.left]
        with deadline(timeout, "the validation"), collector_paused():
            found = self._findings(change, left)
        results = to_results(found, self.plan)
        self.fallbacks = {shape.rule: reason for shape, reason in left}
        if left:
            results += self._left_results(change, [shape.node for shape, _ in left], timeout)
        return tuple(results)

    def _findings(self, change: Change, left: list[tuple[Shape, str]]) -> Collection[Finding]:
        """The findings that a change would bring, of the shapes that can judge it; the others join those left."""
        shapes = self._compiled.shapes
        before = [_affected(shape, change.removed) for shape in shapes]
        found: dict[CompiledShape, list[Finding]] = {}
        with change.applied(self.graph):
            for shape, affected in zip(shapes, before, strict=True):
                nodes = _either(affected, _affected(shape, change.added))
                focus = shape.focus_nodes() if nodes is None else shape.targeted(nodes)
                with self._setting_apart(shape, left):
                    found[shape] = [*shape.findings(focus)]
        nodes = {finding.focus for findings in found.values() for finding in findings}
        if not nodes:
            return ()
        # A finding may have been there before because of another focus node or another shape.
        known: set[Finding] = set()
        judged: list[CompiledShape] = []
        for shape in found:
            with self._setting_apart(shape, left):
                known.update(map(_bare, shape.findings(shape.targeted(shape.holders(nodes)))))
                judged.append(shape)
        return [finding for shape in judged for finding in found[shape] if _bare(finding) not in known]

    @contextmanager
    def _setting_apart(self, shape: CompiledShape, left: list[tuple[Shape, str]]) -> Iterator[None]:
        try:
            yield
        except Unsupported as unsupported:
            left.append(set_apart(shape.shape, unsupported, self.plan, fall_back=self._fall_back))

    def _left_results(
        self, change: Change, left: Collection[Term], timeout: float | None
    ) -> list[ValidationResult]:
        from mosty.validate.pyshacl_engine import PyshaclEngine

        return difference(PyshaclEngine(left), self.plan, self.graph, change, timeout=timeout)


def judge_change(
    engine: ValidationEngine, plan: Plan, graph: Graph, change: Change, *, timeout: float | None = None
) -> Sequence[ValidationResult]:
    """Tell which results a change would bring, in the quickest way that the engine has.

    Args:
        engine: the engine.
        plan: the shapes.
        graph: the graph before the change; it stays as it is.
        change: the change.
        timeout: seconds after which the check is stopped.

    Raises:
        InputError: the shapes are ill-formed.
        DeadlineError: the deadline passed.
    """
    if isinstance(engine, CompiledEngine):
        checker = Checker(plan, graph, fall_back=engine.fall_back)
        results = checker.check(change.added, change.removed, timeout=timeout)
        engine.fallbacks = checker.fallbacks
        return results
    return difference(engine, plan, graph, change, timeout=timeout)


def difference(
    engine: ValidationEngine, plan: Plan, graph: Graph, change: Change, *, timeout: float | None = None
) -> list[ValidationResult]:
    """Tell which results a change would bring, by two full runs of any engine.

    Args:
        engine: the engine.
        plan: the shapes.
        graph: the graph before the change; it stays as it is.
        change: the change.
        timeout: seconds after which each run is stopped.

    Raises:
        DeadlineError: the deadline passed.
    """
    before = {_identity(result) for result in engine.run(plan, graph, timeout=timeout)}
    with change.applied(graph):
        return [r for r in engine.run(plan, graph, timeout=timeout) if _identity(r) not in before]


def changed_triples(rest: Graph, old: Graph, new: Graph) -> Change:
    """What changes when some files are replaced, given the triples of all others.

    A triple that another file states too neither comes nor goes.
    """
    return Change(
        [triple for triple in new.triples() if triple not in rest and triple not in old],
        [triple for triple in old.triples() if triple not in rest and triple not in new],
    )


def _affected(shape: CompiledShape, changed: Sequence[KeyTriple]) -> set[Key] | None:
    """Nodes that one of some triples can affect, as far as the graph holds them; None for any node."""
    if not changed:
        return set()
    touched = shape.touched(changed)
    return None if touched is None else {*touched, *shape.retargeted(changed)}


def _either(one: set[Key] | None, other: set[Key] | None) -> set[Key] | None:
    return None if one is None or other is None else one | other


def _bare(finding: Finding) -> Finding:
    """What makes a finding the same before and after: not why a value fails, which may change."""
    return finding._replace(details=())


def _identity(result: ValidationResult) -> tuple[object, ...]:
    terms = (result.shape, result.component, result.focus, result.path, result.value, result.constraint)
    return (*terms, result.messages)
