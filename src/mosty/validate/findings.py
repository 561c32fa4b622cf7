"""What an engine finds, in the terms of the graph; and how it becomes a validation result."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from mosty.model.diagnostics import ValidationResult
from mosty.model.paths import Path
from mosty.model.terms import IRI, Literal, Term, literal
from mosty.rdf.keys import Key, from_key
from mosty.validate.messages import plain_message, with_curies
from mosty.validate.plan import Plan, plainest

_MOST_MESSAGES = 4096


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


def to_results(findings: Iterable[Finding], plan: Plan) -> list[ValidationResult]:
    """Make validation results: terms, messages, severity and description filled in from the plan."""
    telling = _Telling(plan)
    return [telling.result(finding) for finding in findings]


class _Telling:
    """Makes the results of one run; equal terms and messages are one object, for there may be a million results."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._terms: dict[Key, Term] = {}
        self._stated = lru_cache(_MOST_MESSAGES)(self._of_messages)
        self._plain = lru_cache(_MOST_MESSAGES)(self._of_constraint)

    def result(self, finding: Finding) -> ValidationResult:
        """Make the result of a finding."""
        shape = self._plan.shapes[finding.shape]
        messages = shape.messages if finding.messages is None else finding.messages
        message = self._stated(messages)
        if not message:
            message, plain = self._plain(
                finding.shape, finding.component, finding.value, finding.path, finding.note
            )
            messages = messages or plain
        return ValidationResult(
            rule=shape.rule,
            severity=shape.severity,
            message=message,
            focus=self._term(finding.focus),
            shape=shape.node,
            component=finding.component,
            path=finding.path,
            value=None if finding.value is None else self._term(finding.value),
            description=shape.description,
            messages=messages,
            severity_iri=shape.severity_iri,
            constraint=finding.constraint,
            details=tuple(self.result(detail) for detail in finding.details),
            branch=finding.branch,
        )

    def _term(self, key: Key) -> Term:
        if key not in self._terms:
            self._terms[key] = from_key(key)
        return self._terms[key]

    def _of_messages(self, messages: tuple[Literal, ...]) -> str:
        return with_curies(plainest(messages) or "", self._plan.prefixes)

    def _of_constraint(
        self, node: Term, component: IRI, value: Key | None, path: Path | None, note: str | None
    ) -> tuple[str, tuple[Literal, ...]]:
        shapes, prefixes = self._plan.shapes, self._plan.prefixes
        term = None if value is None else self._term(value)
        text = plain_message(component, shapes[node], term, prefixes, shapes, path=path, note=note)
        return with_curies(text, prefixes), (literal(text, language="en"),)
