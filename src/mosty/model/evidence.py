"""What adding and checking evidence answer with."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from mosty.model.terms import IRI, Triple


class Passage(NamedTuple):
    """A passage of a source: characters from start up to (not with) end, and the SHA-256 of its words."""

    source: str
    start: int
    end: int
    sha256: str


class Added(NamedTuple):
    """What was recorded at once.

    Attributes:
        triples: the triples that have this evidence now.
        file: the file of evidence.
        passage: where the source says them, if it does.
        words: what the passage reads.
    """

    triples: tuple[Triple, ...]
    file: Path
    passage: Passage | None = None
    words: str | None = None


class Finding(NamedTuple):
    """Something that is wrong with the evidence.

    Attributes:
        kind: what kind of thing, in two or three words.
        file: the file to mend.
        subject: the subject of the triple, or the passage or source, that it is about.
        message: what is wrong.
        hint: how to mend it, when that can be said.
    """

    kind: str
    file: str
    subject: IRI
    message: str
    hint: str | None = None


class EvidenceCheck(NamedTuple):
    """What a check of the evidence found.

    Attributes:
        triples: number of asserted triples outside the evidence.
        supported: how many of them have a statement with a passage or a basis.
        quoted: how many of them rest on a passage.
        statements: number of statements.
        passages: number of passages.
        documents: number of sources that passages are in.
        reread: how many passages were read again in the text of their source and found unchanged; None when
            nothing was read.
        findings: what is wrong, sorted.
    """

    triples: int
    supported: int
    quoted: int
    statements: int
    passages: int
    documents: int
    reread: int | None
    findings: tuple[Finding, ...]
