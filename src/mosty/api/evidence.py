"""The face of evidence: which passage of which source says a triple."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from pathlib import Path

from mosty.ingest import checking, evidence
from mosty.ingest.evidence import Mode, Own, Quotation, Request
from mosty.ingest.patterns import TriplePattern
from mosty.ingest.table import read_table
from mosty.model.errors import UsageError
from mosty.model.evidence import Added, EvidenceCheck
from mosty.workspace import Workspace


class EvidenceRecorder:
    """Records and checks where triples come from; `Register.evidence` is one.

    Args:
        workspace: the workspace.
        changed: is called when files of the workspace have changed.

    >>> import mosty
    >>> mosty.open().evidence.check().findings
    ()
    """

    def __init__(self, workspace: Workspace, changed: Callable[[], None]) -> None:
        self._workspace = workspace
        self._changed = changed

    def add(
        self,
        subject: str,
        predicate: str | None = None,
        value: str | None = None,
        *,
        source: str | None = None,
        phrase: str | None = None,
        nth: int | None = None,
        texts: str | PathLike[str] | None = None,
        basis: str | None = None,
        checked_against: str | None = None,
        every: bool = False,
        replace: bool = False,
    ) -> Added:
        """Record where triples come from: a phrase of a source, a basis of our own, or both.

        Args:
            subject, predicate, value: the triples, which must stand in the data. Without a value all of subject
                and predicate; without a predicate those of the subject that have no evidence yet.
            source: the source that says it, by CURIE, IRI or the last part of its IRI.
            phrase: its words.
            nth: which occurrence of them, when there are several.
            texts: a copy of the source, or a folder with copies, found by their SHA-256.
            basis: our own part, such as ``own-words``.
            checked_against: the source that a statement of our own was checked against.
            every: without a predicate, take also the triples that have evidence.
            replace: take the earlier evidence of the triples away.

        Raises:
            UsageError: the phrase is not there or is ambiguous, the text is another one, or a name is unknown.
            InputError: a file cannot be read.
        """
        if (source is None) != (phrase is None):
            raise UsageError("a source and its phrase go together", "give both, or neither")
        if basis is None and checked_against is not None:
            raise UsageError("a source that was checked needs a basis", "name the basis, such as reference")
        request = Request(
            TriplePattern(subject, predicate, value),
            Quotation(source, phrase, nth) if source is not None and phrase is not None else None,
            Own(basis, checked_against) if basis is not None else None,
        )
        added = evidence.add(self._workspace, request, Path(texts) if texts else None, Mode(every, replace))
        self._changed()
        return added

    def add_table(
        self,
        table: str | PathLike[str],
        texts: str | PathLike[str] | None = None,
        *,
        every: bool = False,
        replace: bool = False,
    ) -> list[Added]:
        """Record where many triples come from, as a CSV file says: all of it, or none.

        Args:
            table: columns source, phrase, nth, subject, predicate, object, basis, checked, in any order.
            texts: a folder with copies of the sources.
            every, replace: as in `add`.

        Raises:
            InputError: the table cannot be read, or rows are refused; `diagnostics` has them all.
        """
        rows = read_table(Path(table))
        added = evidence.add_all(self._workspace, rows, Path(texts) if texts else None, Mode(every, replace))
        self._changed()
        return added

    def check(self, texts: str | PathLike[str] | None = None, *, missing_ok: bool = False) -> EvidenceCheck:
        """Check that every triple has evidence, and that the evidence still holds.

        Args:
            texts: a folder with copies of the sources; every passage is then read again.
            missing_ok: pass over documents without a copy there.
        """
        return checking.check(self._workspace, Path(texts) if texts else None, missing_ok=missing_ok)

    def prune(self) -> dict[Path, int]:
        """Take away evidence of triples that are gone; says how much from which file."""
        gone = evidence.prune(self._workspace)
        self._changed()
        return gone
