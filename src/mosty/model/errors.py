"""Errors: we could not run (a violation, in contrast, means that the data is wrong).

Each class carries the exit status that the command line ends with.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from mosty.model.diagnostics import SyntaxDiagnostic, ValidationReport


class MostyError(Exception):
    """Base of all errors that a user can cause or meet.

    Args:
        message: what happened and where.
        hint: what to do about it.
    """

    exit_status: ClassVar[int] = 4

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class FindingsError(MostyError):
    """Something was checked and found wrong (status 1)."""

    exit_status = 1


class ViolationsError(FindingsError):
    """The data violates the shapes, so the operation was refused (status 1)."""

    def __init__(self, message: str, report: ValidationReport, hint: str | None = None) -> None:
        super().__init__(message, hint)
        self.report = report


class UsageError(MostyError):
    """The request itself is wrong: unknown name, wrong type, refused query (status 2)."""

    exit_status = 2


class InputError(MostyError):
    """A file cannot be read or is not what it claims to be (status 3)."""

    exit_status = 3

    def __init__(
        self, message: str, hint: str | None = None, diagnostics: Sequence[SyntaxDiagnostic] = ()
    ) -> None:
        super().__init__(message, hint)
        self.diagnostics = tuple(diagnostics)


class EngineError(MostyError):
    """The query engine failed (status 4)."""


class QuerySyntaxError(UsageError):
    """The query text is not SPARQL 1.1 (status 2)."""


class DeadlineError(EngineError):
    """The query did not end before its deadline and was stopped (status 4)."""


class EndpointError(EngineError):
    """A remote endpoint is unreachable, refused, or answered something else than results (status 4)."""


class OutputError(MostyError):
    """The result could not be written, for example because the disk is full (status 4)."""


class PartialResultError(MostyError):
    """Only a part of the answer is known (status 5)."""

    exit_status = 5
