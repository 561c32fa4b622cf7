"""A rule that no shape can state: what the rules derive is not asserted by hand.

Shapes see one graph and cannot tell an asserted triple from a derived one. The rule's words and severity
stand in the shapes all the same, in a deactivated shape of this name; without it the rule is not applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from mosty.model.diagnostics import ValidationResult
from mosty.model.terms import IRI, MOSTY, RDF, Literal
from mosty.rdf.prefixes import Prefixes
from mosty.rdf.terms import to_model
from mosty.validate.plan import SH, Plan, Shape, plainest

RULE = "derived-triple-asserted-by-hand"

_TYPE = ox.NamedNode(RDF + "type")
_DERIVED_BY = ox.NamedNode(MOSTY + "derivedBy")
# Of a symmetric property one direction is asserted, and the rule derives the other.
_SYMMETRIC = ox.NamedNode("http://www.w3.org/2002/07/owl#SymmetricProperty")


def derived_terms(quads: Iterable[ox.Quad]) -> dict[ox.NamedNode, str]:
    """Find the terms of our own that only rules state, each with the file name of its rule.

    Terms of other vocabularies may be asserted too: deriving prov:wasDerivedFrom does not make it ours.
    """
    rules: dict[ox.NamedNode, str] = {}
    symmetric = set()
    for subject, predicate, value, _ in quads:
        if predicate == _DERIVED_BY and isinstance(value, ox.Literal) and isinstance(subject, ox.NamedNode):
            rules[subject] = value.value
        elif predicate == _TYPE and value == _SYMMETRIC:
            symmetric.add(subject)
    return {
        term: rule for term, rule in rules.items() if term.value.startswith(MOSTY) and term not in symmetric
    }


def asserted_by_hand(
    plan: Plan, asserted: Iterable[ox.Quad], derived: Mapping[ox.NamedNode, str]
) -> list[ValidationResult]:
    """Find asserted triples whose property, or class, only a rule may state.

    Args:
        plan: the shapes, for the words of the rule.
        asserted: the triples to judge.
        derived: terms that only rules state, see `derived_terms`.
    """
    shape = next((shape for shape in plan.shapes.values() if shape.rule == RULE), None)
    if shape is None or not derived:
        return []
    results = []
    for quad in asserted:
        term = quad.object if quad.predicate == _TYPE else quad.predicate
        if isinstance(term, ox.NamedNode) and term in derived:
            results.append(_result(shape, quad, term, derived[term], plan.prefixes))
    return results


def _result(
    shape: Shape, quad: ox.Quad, term: ox.NamedNode, rule: str, prefixes: Prefixes
) -> ValidationResult:
    words = {"{?term}": prefixes.compact(term.value), "{?rule}": rule}

    def filled(message: Literal) -> Literal:
        text = message.lexical
        for placeholder, word in words.items():
            text = text.replace(placeholder, word)
        return message._replace(lexical=text)

    messages = tuple(filled(message) for message in shape.messages)
    return ValidationResult(
        rule=shape.rule,
        severity=shape.severity,
        message=plainest(messages) or f"{words['{?term}']} is derived by the rule {rule}",
        focus=to_model(quad.subject),
        shape=shape.node,
        component=IRI(SH + "ClosedConstraintComponent"),
        path=IRI(quad.predicate.value),
        value=to_model(quad.object),
        description=shape.description,
        messages=messages,
        severity_iri=shape.severity_iri,
    )
