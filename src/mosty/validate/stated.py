"""Another rule that no shape can state: evidence is of what a record states.

`mosty publish` refuses other evidence, for it would repeat what a private or withdrawn record said. Shapes see
what rules derive and what the ontology says beside what records state. As with `derived`, the rule's words stand in
a deactivated shape of this name; without it the rule is not applied.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from mosty.model.diagnostics import ValidationResult
from mosty.model.terms import MOSTY, RDF
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, from_key, iri_key
from mosty.rdf.loading import Source
from mosty.validate import derived
from mosty.validate.changes import Change
from mosty.validate.compiled.constraint import KeyTriple
from mosty.validate.derived import result_of, shape_of
from mosty.validate.messages import shown
from mosty.validate.plan import Plan
from mosty.workspace.workspace import Workspace

RULE = "evidence-of-nothing-stated"
TOLD_BY_VALIDATE = frozenset({derived.RULE, RULE})
"""The rules whose shapes only hold the words."""

_TYPE, _SUBJECT, _PREDICATE, _OBJECT = (
    iri_key(RDF + name) for name in ("type", "subject", "predicate", "object")
)
_PARTS = (_SUBJECT, _PREDICATE, _OBJECT)
_STATEMENT = iri_key(MOSTY + "Statement")


class Stated(NamedTuple):
    """What records state.

    Attributes:
        graph: all that is asserted, and perhaps what is derived.
        derived: what rules derive, as far as the graph holds it.
        apart: subjects that are no records: the terms of the ontology and the concepts.
    """

    graph: Graph
    derived: Collection[KeyTriple] = ()
    apart: Collection[Key] = ()

    def lacking(self, statements: Iterable[Key] | None = None) -> Iterator[tuple[Key, KeyTriple]]:
        """The statements, or those of some, that are about nothing that is stated; each with its triple."""
        graph = self.graph
        if statements is None:
            statements = graph.inverse(_TYPE).values(_STATEMENT)
        subjects, predicates, values = (graph.column(part).one.get for part in _PARTS)
        first = {predicate: column.one.get for predicate, column in graph.columns.items()}
        for node in statements:
            subject, predicate, value = subjects(node), predicates(node), values(node)
            if subject is None or predicate is None or value is None:
                continue  # a rule of its own
            # Most are about the first value of a property, which takes no more than this.
            known = predicate in first and first[predicate](subject) == value
            triple = subject, predicate, value
            if not (known or triple in graph) or triple in self.derived or subject in self.apart:
                yield node, triple

    def touched(self, change: Change) -> set[Key]:
        """The statements that a change says something of, or of whose record it takes something away."""
        found = {s for s, predicate, _ in (*change.added, *change.removed) if predicate in _PARTS}
        for record in {
            subject for subject, _, _ in change.removed
        }:  # the inverse is made only when it is needed
            found.update(self.graph.inverse(_SUBJECT).values(record))
        return found


def apart_from_records(workspace: Workspace, sources: Iterable[Source]) -> set[Key]:
    """The subjects that only the ontology and its schemes speak of."""
    found: set[Key] = set()
    others = []
    for source in sources:
        if source.path.is_relative_to(workspace.root / "data"):
            others.append(source.subjects)
        else:
            found.update(source.subjects)
    for subjects in others:
        found.difference_update(subjects)
    return found


def evidence_of_nothing(plan: Plan, found: Iterable[tuple[Key, KeyTriple]]) -> list[ValidationResult]:
    """Make results of what `Stated.lacking` found.

    Args:
        plan: the shapes, for the words of the rule.
        found: statements, each with the triple that it is about.
    """
    shape = shape_of(plan, RULE)
    if shape is None:
        return []

    def words(triple: KeyTriple) -> str:
        return " ".join(shown(from_key(term), plan.prefixes) for term in triple)

    return [
        result_of(shape, (node, _OBJECT, triple[2]), {"{?triple}": words(triple)}, "SPARQL")
        for node, triple in sorted(found)
    ]
