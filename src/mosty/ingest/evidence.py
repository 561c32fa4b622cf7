"""Recording evidence: from a phrase to a passage, from a triple to a statement; clearing out what is stale."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from mosty.ingest.ledger import Ledger, Node, Source
from mosty.ingest.patterns import TriplePattern, basis_of, matching, source_of
from mosty.ingest.phrases import find_phrase, phrase_hash
from mosty.ingest.statements import BASIS_SPACE
from mosty.model.diagnostics import Position, SyntaxDiagnostic
from mosty.model.errors import InputError, UsageError
from mosty.model.evidence import Added, Passage
from mosty.rdf.reading import read_bytes
from mosty.rdf.terms import to_triple
from mosty.workspace.texts import Texts, read_text
from mosty.workspace.workspace import Workspace


class Own(NamedTuple):
    """A basis of our own: which, and the source that it was checked against, if it was."""

    basis: str
    checked_against: str | None = None


class Quotation(NamedTuple):
    """Words of a source, by the source's name, and which occurrence of them."""

    source: str
    phrase: str
    nth: int | None = None


class Request(NamedTuple):
    """Evidence to record for some triples: a quotation, a basis of our own, or both."""

    pattern: TriplePattern
    quotation: Quotation | None = None
    own: Own | None = None


class Mode(NamedTuple):
    """How to treat what is there already.

    Attributes:
        every: without a predicate, record evidence for all triples of the subject; else only for those that
            have none yet.
        replace: take the earlier evidence of the triples away.
    """

    every: bool = False
    replace: bool = False


BESIDE = Mode()
"""The usual mode: what is there stays, and what has evidence is left alone unless it is named."""


def add(workspace: Workspace, request: Request, texts: Path | None = None, mode: Mode = BESIDE) -> Added:
    """Record evidence for triples of the workspace.

    Args:
        workspace: where the triples stand and the evidence goes.
        request: what to record.
        texts: a copy of the source, whose SHA-256 must be the one in its record, or a folder with copies.
        mode: how to treat what is there already.

    Raises:
        UsageError: unknown source or basis, another text, a phrase that is not there or is ambiguous, triples
            that the workspace does not state.
        InputError: a file cannot be read.
    """
    adder = _Adder(Ledger(workspace), texts, mode)
    added = adder.add(request)
    adder.finish()
    return added


def add_all(
    workspace: Workspace,
    requests: Sequence[tuple[Position, Request]],
    texts: Path | None = None,
    mode: Mode = BESIDE,
) -> list[Added]:
    """Record evidence for many triples at once: all of it, or none.

    Args:
        workspace: where the triples stand and the evidence goes.
        requests: what to record, and where it is asked for.
        texts: a folder with copies of the sources, or the one copy that is needed.
        mode: how to treat what is there already.

    Raises:
        InputError: requests are refused; `diagnostics` has them all.
    """
    adder = _Adder(Ledger(workspace), texts, mode)
    done: list[Added] = []
    refused: list[SyntaxDiagnostic] = []
    for at, request in requests:
        try:
            done.append(adder.add(request))
        except UsageError as error:
            hint = f" ({error.hint})" if error.hint else ""
            refused.append(SyntaxDiagnostic(at, error.message + hint))
    if refused:
        message = "\n".join(["nothing was recorded:", *map(str, refused)])
        raise InputError(message, "mend these rows and run it again", refused)
    adder.finish()
    return done


def prune(workspace: Workspace) -> dict[Path, int]:
    """Take away statements whose triple stands nowhere any more, and passages that nothing rests on.

    Returns:
        How many statements and passages were taken out of each file of evidence.
    """
    ledger = Ledger(workspace)
    gone = ledger.drop_stale()
    for path, number in ledger.drop_unused().items():
        gone[path] = gone.get(path, 0) + number
    ledger.write()
    return dict(sorted(gone.items()))


class _Adder:
    """Records evidence in a ledger, request by request."""

    def __init__(self, ledger: Ledger, texts: Path | None, mode: Mode) -> None:
        self._ledger = ledger
        self._texts = texts
        self._mode = mode
        self._folder: Texts | None = None
        self._read: dict[str, str] = {}
        self._replaced: set[str] = set()
        self._left: set[Node] = set()

    def add(self, request: Request) -> Added:
        """Record one piece of evidence."""
        passage, words = (None, None) if request.quotation is None else self._passage(request.quotation)
        basis = checked = None
        if request.own is not None:
            basis = basis_of(self._ledger, request.own.basis)
            if request.own.checked_against is not None:
                slug = source_of(self._ledger, request.own.checked_against).slug
                checked = self._ledger.names.source(slug)
            elif basis.value == BASIS_SPACE + "reference":
                raise UsageError(
                    "the basis reference needs the source that was looked up",
                    "name the source that it was checked against",
                )
        if passage is None and basis is None:
            raise UsageError("neither a phrase nor a basis", "say where it comes from")
        triples = self._triples(request.pattern)
        if self._mode.replace:
            # One triple may be asked for several times: only what was there before goes.
            old = [t for t in triples if str(t) not in self._replaced]
            self._left |= self._ledger.forget(old)
            self._replaced.update(map(str, old))
        files = [
            self._ledger.say(triple, passage=passage, basis=basis, checked_against=checked)
            for triple in triples
        ]
        return Added(tuple(to_triple(triple) for triple in triples), files[0], passage, words)

    def finish(self) -> None:
        """Write what has changed."""
        self._ledger.drop_unused(self._left)
        self._ledger.write()

    def _triples(self, pattern: TriplePattern) -> list[ox.Triple]:
        triples = matching(self._ledger, pattern)
        if any(isinstance(term, ox.BlankNode) for t in triples for term in (t.subject, t.object)):
            raise UsageError(
                f"{pattern.subject}: a blank node has no name that evidence could use", "give it an IRI"
            )
        if pattern.predicate is not None or self._mode.every:
            return triples
        supported = self._ledger.supported()
        bare = [t for t in triples if self._ledger.names.statement(t) not in supported]
        if not bare:
            raise UsageError(
                f"all {len(triples)} triples of {pattern.subject} have evidence already",
                "name a PREDICATE to add more, or take all with --all",
            )
        return bare

    def _passage(self, quotation: Quotation) -> tuple[Passage, str]:
        source = source_of(self._ledger, quotation.source)
        text = self._text(source)
        start, end = find_phrase(text, quotation.phrase, quotation.nth)
        words = text[start:end]
        return Passage(source.slug, start, end, phrase_hash(words)), words

    def _text(self, source: Source) -> str:
        """A position only means something in the very text that the source's record describes."""
        if source.slug in self._read:
            return self._read[source.slug]
        if source.sha256 is None:
            raise UsageError(
                f"source:{source.slug} has no SHA-256, so no position in its text can be stated",
                "add mosty:sha256 of the file to the record of the source",
            )
        if self._texts is None:
            raise UsageError(
                "a phrase needs a copy of the source", "name the copy with --text, or a folder with --texts"
            )
        if self._texts.is_dir():
            self._folder = self._folder or Texts(self._texts)
            text = self._folder.find(source.sha256)
            if text is None:
                raise UsageError(
                    f"{self._texts} has no copy of source:{source.slug} (SHA-256 {source.sha256[:12]}…)",
                    "put the copy that the record of the source describes there",
                )
        else:
            found = hashlib.sha256(read_bytes(self._texts)).hexdigest()
            if found != source.sha256:
                raise UsageError(
                    f"{self._texts} is not the text of source:{source.slug}: "
                    f"its SHA-256 is {found[:12]}…, not {source.sha256[:12]}…",
                    "take the copy that the record of the source describes",
                )
            text = read_text(self._texts)
        self._read[source.slug] = text
        return text
