"""What an engine finds, in the terms of the graph; and how it becomes a validation result."""

from __future__ import annotations

from typing import NamedTuple

from mosty.model.diagnostics import ValidationResult
from mosty.model.paths import Path
from mosty.model.terms import IRI, Literal, Term, literal
from mosty.rdf.keys import Key, from_key
from mosty.validate.messages import plain_message, with_curies
from mosty.validate.plan import Plan, plainest


class Finding(NamedTuple):
    """One violated constraint at one focus node; two runs find the same when these are equal.

    Attributes:
        shape: the source shape, a key of `Plan.shapes`.
        component: the constraint component.
        focus: the focus node.
        path: the result path.
        value: the value node.
        constraint: the SPARQL constraint.
        messages: what the constraint says, placeholders filled in; None for the messages of the shape.
        details: why a value does not conform to another shape.
        branch: in a detail, the shape that the value was checked against.
        note: what tells two results apart that have all else in common: the language that is there twice.
    """

    shape: Term
    component: IRI
    focus: Key
    path: Path | None = None
    value: Key | None = None
    constraint: Term | None = None
    messages: tuple[Literal, ...] | None = None
    details: tuple[Finding, ...] = ()
    branch: Term | None = None
    note: str | None = None


def to_result(finding: Finding, plan: Plan) -> ValidationResult:
    """Make a validation result: terms, messages, severity and description filled in from the plan."""
    shape = plan.shapes[finding.shape]
    value = None if finding.value is None else from_key(finding.value)
    stated = shape.messages if finding.messages is None else finding.messages
    message = plainest(stated) or plain_message(
        finding.component, shape, value, plan.prefixes, plan.shapes, path=finding.path, note=finding.note
    )
    return ValidationResult(
        rule=shape.rule,
        severity=shape.severity,
        message=with_curies(message, plan.prefixes),
        focus=from_key(finding.focus),
        shape=shape.node,
        component=finding.component,
        path=finding.path,
        value=value,
        description=shape.description,
        messages=stated or (literal(message, language="en"),),
        severity_iri=shape.severity_iri,
        constraint=finding.constraint,
        details=tuple(to_result(detail, plan) for detail in finding.details),
        branch=finding.branch,
    )
