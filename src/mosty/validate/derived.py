"""A rule that no shape can state: what the rules derive is not asserted by hand.

Shapes see one graph and cannot tell an asserted triple from a derived one. The rule's words and severity
stand in the shapes all the same, in a deactivated shape of this name; without it the rule is not applied.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mosty.model.diagnostics import ValidationResult
from mosty.model.terms import IRI, MOSTY, RDF, Literal
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, from_key, iri_key, lexical_form
from mosty.validate.plan import SH, Plan, Shape, plainest

RULE = "derived-triple-asserted-by-hand"

_TYPE = iri_key(RDF + "type")
_DERIVED_BY = iri_key(MOSTY + "derivedBy")
# Of a symmetric property one direction is asserted, and the rule derives the other.
_SYMMETRIC = iri_key("http://www.w3.org/2002/07/owl#SymmetricProperty")


def derived_terms(*graphs: Graph) -> dict[Key, str]:
    """Find the terms of our own that only rules state, each with the file name of its rule.

    Terms of other vocabularies may be asserted too: deriving prov:wasDerivedFrom does not make it ours.
    """
    rules = {
        term: lexical_form(rule)
        for graph in graphs
        for term, rule in graph.column(_DERIVED_BY).pairs()
        if rule[0] == '"' and term.startswith("<" + MOSTY)
    }
    symmetric = {term for graph in graphs for term in rules if graph.column(_TYPE).has(term, _SYMMETRIC)}
    return {term: rule for term, rule in rules.items() if term not in symmetric}


def asserted_by_hand(plan: Plan, graph: Graph, derived: Mapping[Key, str]) -> list[ValidationResult]:
    """Find asserted triples whose property, or class, only a rule may state.

    Args:
        plan: the shapes, for the words of the rule.
        graph: the triples to judge, without derived ones.
        derived: terms that only rules state, see `derived_terms`.
    """
    shape = shape_of(plan, RULE)
    if shape is None or not derived:
        return []
    found = [
        (subject, term, value, term) for term in derived for subject, value in graph.column(term).pairs()
    ]
    types = graph.column(_TYPE).pairs()
    found += [(subject, _TYPE, value, value) for subject, value in types if value in derived]
    name = plan.prefixes.compact
    return [
        result_of(shape, triple, {"{?term}": name(term[1:-1]), "{?rule}": derived[term]})
        for *triple, term in found
    ]


def shape_of(plan: Plan, rule: str) -> Shape | None:
    """The shape that holds the words of a rule; None where there is none."""
    return next((shape for shape in plan.shapes.values() if shape.rule == rule), None)


def result_of(
    shape: Shape, triple: Sequence[Key], words: Mapping[str, str], component: str = "Closed"
) -> ValidationResult:
    """Make a result about a triple.

    Args:
        shape: the shape that holds the words.
        triple: focus node, path and value.
        words: what the placeholders of its messages stand for.
        component: the kind of constraint that comes nearest.
    """
    subject, predicate, value = triple

    def filled(message: Literal) -> Literal:
        text = message.lexical
        for placeholder, word in words.items():
            text = text.replace(placeholder, word)
        return message._replace(lexical=text)

    messages = tuple(filled(message) for message in shape.messages)
    return ValidationResult(
        rule=shape.rule,
        severity=shape.severity,
        message=plainest(messages) or f"{shape.rule}: {' '.join(words.values())}",
        focus=from_key(subject),
        shape=shape.node,
        component=IRI(f"{SH}{component}ConstraintComponent"),
        path=IRI(predicate[1:-1]),
        value=from_key(value),
        description=shape.description,
        messages=messages,
        severity_iri=shape.severity_iri,
    )
