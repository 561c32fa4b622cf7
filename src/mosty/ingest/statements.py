"""How evidence is written down: statements about triples, passages of sources, and their IRIs.

A statement names a triple and the passages that say it, or a basis of our own. Its IRI is made from the
triple, a passage's IRI from its source and position, so that the same evidence is always the same node.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from mosty.model.errors import UsageError
from mosty.model.terms import RDF, XSD
from mosty.rdf.reading import read_bytes

_MOSTY = "https://w3id.org/mosty/ontology#"
_OA = "http://www.w3.org/ns/oa#"

TYPE = ox.NamedNode(RDF + "type")
SUBJECT, PREDICATE, OBJECT = (ox.NamedNode(RDF + name) for name in ("subject", "predicate", "object"))
STATEMENT, PASSAGE_CLASS = ox.NamedNode(_MOSTY + "Statement"), ox.NamedNode(_MOSTY + "Passage")
PASSAGE, BASIS, CHECKED_AGAINST, SOURCE, PHRASE_SHA256, SHA256, SOURCE_KIND = (
    ox.NamedNode(_MOSTY + name)
    for name in ("passage", "basis", "checkedAgainst", "source", "phraseSha256", "sha256", "sourceKind")
)
START, END = ox.NamedNode(_OA + "start"), ox.NamedNode(_OA + "end")
_INTEGER = ox.NamedNode(XSD + "nonNegativeInteger")


class Passage(NamedTuple):
    """A passage of a source: characters from start up to (not with) end, and the SHA-256 of its words."""

    source: str
    start: int
    end: int
    sha256: str


class Names(NamedTuple):
    """The IRIs of a workspace's evidence."""

    base: str

    def statement(self, triple: ox.Triple) -> ox.NamedNode:
        """Name the statement of a triple.

        >>> n = ox.NamedNode
        >>> Names("https://example.org/").statement(ox.Triple(n("urn:s"), n("urn:p"), ox.Literal("o"))).value
        'https://example.org/id/statement/8c037cdb4152b9d3'
        """
        return ox.NamedNode(f"{self.base}id/statement/{fingerprint(triple)}")

    def passage(self, passage: Passage) -> ox.NamedNode:
        """Name a passage."""
        return ox.NamedNode(f"{self.base}id/passage/{passage.source}/{passage.start}-{passage.end}")

    def source(self, slug: str) -> ox.NamedNode:
        """Name a source."""
        return ox.NamedNode(f"{self.base}id/source/{slug}")

    def basis(self, slug: str) -> ox.NamedNode:
        """Name a basis of our own."""
        return ox.NamedNode(f"{self.base}id/basis/{slug}")


def fingerprint(triple: ox.Triple) -> str:
    """Make 16 hexadecimal digits from a triple: the start of the SHA-256 of its canonical N-Triples line."""
    line = f"{triple.subject} {triple.predicate} {triple.object} ."
    return hashlib.sha256(line.encode("utf-8")).hexdigest()[:16]


def phrase_hash(phrase: str) -> str:
    """SHA-256 of the words of a passage, in UTF-8."""
    return hashlib.sha256(phrase.encode("utf-8")).hexdigest()


def find_phrase(text: str, phrase: str, nth: int | None = None) -> tuple[int, int]:
    """Find a phrase in a text.

    Args:
        text: the text.
        phrase: words that stand in it exactly so, line breaks included.
        nth: which occurrence, from 1, when there are several; they may overlap.

    Returns:
        The character offsets of its start and its end, end exclusive.

    Raises:
        UsageError: it is empty, is not there, or is there more than once and `nth` does not say which.

    >>> find_phrase("from May 2012 to May 2015", "May 2015")
    (17, 25)
    """
    if not phrase:
        raise UsageError("the phrase is empty", "copy the words from the text")
    starts: list[int] = []
    at = text.find(phrase)
    while at >= 0:
        starts.append(at)
        at = text.find(phrase, at + 1)
    if not starts:
        raise UsageError(f"the phrase is not in the text: {_shortened(phrase)!r}", _near_hint(text, phrase))
    if nth is None and len(starts) > 1:
        raise UsageError(
            f"the phrase stands {len(starts)} times in the text: {_shortened(phrase)!r}",
            f"say which with --nth 1 ... --nth {len(starts)}, or take more words",
        )
    if nth is not None and not 1 <= nth <= len(starts):
        raise UsageError(f"there is no occurrence {nth}: the phrase stands {len(starts)} time(s) in the text")
    start = starts[(nth or 1) - 1]
    return start, start + len(phrase)


def statement_triples(
    names: Names,
    triple: ox.Triple,
    *,
    passage: Passage | None = None,
    basis: str | None = None,
    checked_against: str | None = None,
) -> list[ox.Triple]:
    """Write the statement of a triple, and the passage that it rests on."""
    node = names.statement(triple)
    written = [
        ox.Triple(node, TYPE, STATEMENT),
        ox.Triple(node, SUBJECT, triple.subject),
        ox.Triple(node, PREDICATE, triple.predicate),
        ox.Triple(node, OBJECT, triple.object),
    ]
    if basis is not None:
        written.append(ox.Triple(node, BASIS, names.basis(basis)))
    if checked_against is not None:
        written.append(ox.Triple(node, CHECKED_AGAINST, names.source(checked_against)))
    if passage is not None:
        place = names.passage(passage)
        written += [
            ox.Triple(node, PASSAGE, place),
            ox.Triple(place, TYPE, PASSAGE_CLASS),
            ox.Triple(place, SOURCE, names.source(passage.source)),
            ox.Triple(place, START, ox.Literal(str(passage.start), datatype=_INTEGER)),
            ox.Triple(place, END, ox.Literal(str(passage.end), datatype=_INTEGER)),
            ox.Triple(place, PHRASE_SHA256, ox.Literal(passage.sha256)),
        ]
    return written


def texts_by_hash(folder: Path) -> dict[str, Path]:
    """Find the files of a folder by the SHA-256 of their bytes."""
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder", "name the folder with copies of the sources")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {hashlib.sha256(read_bytes(path)).hexdigest(): path for path in files}


def read_text(path: Path) -> str:
    """Read the text of a source exactly as the file is: no line end and no byte order mark is changed.

    Raises:
        UsageError: it is not UTF-8.
    """
    try:
        return read_bytes(path).decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{path}: not UTF-8 text", "positions are counted in UTF-8 text") from None


def statements_of(triples: Iterable[ox.Triple]) -> set[ox.NamedNode]:
    """Give the statements that triples describe."""
    return {
        t.subject
        for t in triples
        if t.predicate == TYPE and t.object == STATEMENT and isinstance(t.subject, ox.NamedNode)
    }


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _near_hint(text: str, phrase: str) -> str:
    if " ".join(phrase.split()) in " ".join(text.split()):
        return "it is there with other white space: copy it with its line breaks and spaces"
    if phrase.lower() in text.lower():
        return "it is there in other letters: copy it with its capital letters"
    return "copy it exactly as it is written, errors included"
