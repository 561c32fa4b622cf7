"""What is wrong, and where: syntax diagnostics and SHACL validation results as values."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from mosty.model.paths import Path, path_text
from mosty.model.terms import IRI, BlankNode, Literal, Term, n_triples


class Position(NamedTuple):
    """A place in a file; lines and columns (in characters) count from 1; the length is in characters."""

    file: str
    line: int | None = None
    column: int | None = None
    length: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in self[:3] if part is not None)


class SyntaxDiagnostic(NamedTuple):
    """A file that cannot be read: where, why, and the line itself."""

    position: Position
    message: str
    source_line: str | None = None

    def __str__(self) -> str:
        text = f"{self.position}: {self.message}"
        if self.source_line is None:
            return text
        text += f"\n    {self.source_line}"
        if self.position.column:
            text += "\n    " + " " * (self.position.column - 1) + "^"
        return text


class Severity(StrEnum):
    """How bad a validation result is (SHACL, section 2.1.4)."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst, 2 for the mildest."""
        return list(Severity).index(self)


class ValidationResult(NamedTuple):
    """One SHACL validation result (SHACL, section 3.6.2) with the file and record that it belongs to.

    Attributes:
        rule: the name of the shape, the last part of its IRI (``project-without-title``).
        shape: the source shape.
        component: the constraint component that was violated.
        focus: the focus node.
        path: the result path, if there is one.
        value: the value node, if there is one.
        message: what is wrong, in plain words.
        description: why the rule is there and how to mend it, if the shape says so.
        record: the record the focus node belongs to.
        position: where the offending triple stands (or its subject, when a triple is missing).
        suggestion: a mend that is evident, such as "did you mean mosty:theme?".
        messages: every message of the shape as stated, with its language.
        severity_iri: the severity as stated; shapes may use severities of their own.
        constraint: the SPARQL constraint that made the result, if one did.
        details: why a value does not conform to the shapes that this one refers to (``sh:detail``).
        branch: in a detail, the member of sh:and, sh:or, sh:xone (or the shape of sh:node, sh:not, sh:property
            and sh:qualifiedValueShape) that it belongs to.
        shape_position: where the source shape stands.
        source_line: the line of `position`, as written.
    """

    rule: str
    severity: Severity
    message: str
    focus: Term
    shape: Term
    component: IRI
    path: Path | None = None
    value: Term | None = None
    description: str | None = None
    record: IRI | None = None
    position: Position | None = None
    suggestion: str | None = None
    messages: tuple[Literal, ...] = ()
    severity_iri: IRI | None = None
    constraint: Term | None = None
    details: tuple[ValidationResult, ...] = ()
    branch: Term | None = None
    shape_position: Position | None = None
    source_line: str | None = None

    @property
    def fingerprint(self) -> str:
        """A digest that survives moved lines, new messages and new labels of blank nodes: 16 hexadecimal digits."""
        parts = (self.shape if isinstance(self.shape, IRI) else self.rule, self.component, self.focus)
        written = [_stable(part) for part in (*parts, self.value)]
        written += [path_text(self.path) if self.path is not None else "", _stable(self.record)]
        return hashlib.blake2b("\n".join(written).encode(), digest_size=8).hexdigest()


def _stable(part: Term | str | None) -> str:
    if part is None or isinstance(part, str):
        return part or ""
    return "_:" if isinstance(part, BlankNode) else n_triples(part)


class Remark(NamedTuple):
    """Something that no shape sees: a target that occurs nowhere, a term one letter away from a known one.

    Attributes:
        code: the kind of remark, such as ``shape-without-match``.
        message: what it is, in plain words.
        hint: what to do.
        position: where, when it has a place.
    """

    code: str
    message: str
    hint: str | None = None
    position: Position | None = None


class Waived(NamedTuple):
    """A result that a baseline knows: why it is accepted and until when (an ISO date)."""

    result: ValidationResult
    reason: str
    expires: str


class ValidationReport(NamedTuple):
    """All results of one validation, sorted, and how much was looked at.

    Attributes:
        results: sorted by file, record, severity, rule.
        triples: number of triples that were validated.
        shapes: number of shapes that took part.
        targeted: number of those that are applied by themselves, because they have a target.
        idle: names of the targeted ones whose target occurs nowhere: they checked nothing.
        remarks: what no shape sees; with ``--strict`` they count as findings.
        waived: results that the baseline accepts; they are not among `results`.
        stale: waivers that have expired or match nothing; they always count as findings.
        fallbacks: rules that the compiled engine left to pySHACL, each with the reason.
        checked: rules of the shapes that are applied by themselves, each with the engine that judged it.
        labels: labels of records that the results mention.
        prefixes: how the messages write IRIs.
    """

    results: tuple[ValidationResult, ...]
    triples: int = 0
    shapes: int = 0
    targeted: int = 0
    idle: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    waived: tuple[Waived, ...] = ()
    stale: tuple[Remark, ...] = ()
    fallbacks: Mapping[str, str] = MappingProxyType({})
    checked: Mapping[str, str] = MappingProxyType({})
    labels: Mapping[IRI, str] = MappingProxyType({})
    prefixes: Mapping[str, str] = MappingProxyType({})

    @property
    def conforms(self) -> bool:
        """True when there is no violation (warnings and infos do not count)."""
        return not self.count(Severity.VIOLATION)

    def count(self, severity: Severity) -> int:
        """Number of results of one severity."""
        return sum(result.severity is severity for result in self.results)
