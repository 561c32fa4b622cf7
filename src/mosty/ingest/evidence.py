"""Writing evidence: from a phrase to a passage, from a triple to a statement; clearing out what is stale."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from mosty.ingest.statements import (
    PASSAGE,
    SHA256,
    SOURCE_KIND,
    TYPE,
    Names,
    Passage,
    find_phrase,
    phrase_hash,
    read_text,
    statement_triples,
    statements_of,
)
from mosty.model.errors import UsageError
from mosty.rdf.files import write_atomically
from mosty.rdf.prefixes import Prefixes
from mosty.rdf.reading import read_bytes, read_quads
from mosty.rdf.writing import turtle
from mosty.workspace.workspace import Workspace


class Added(NamedTuple):
    """What was written: the triples that have evidence now, the passage, and the file of evidence."""

    triples: tuple[ox.Triple, ...]
    passage: Passage | None
    file: Path


class Own(NamedTuple):
    """A basis of our own: which, and the source that it was checked against, if it was."""

    basis: str
    checked_against: str | None = None


class TriplePattern(NamedTuple):
    """Which triples are meant, as a user writes it: CURIEs or IRIs, and for the object also a literal's text."""

    subject: str
    predicate: str | None = None
    object: str | None = None


def add_phrase(
    workspace: Workspace,
    source: str,
    text: Path,
    phrase: str,
    pattern: TriplePattern,
    *,
    nth: int | None = None,
    own: Own | None = None,
) -> Added:
    """Record that a passage of a source says triples of the workspace.

    Args:
        workspace: where the triples stand and the evidence goes.
        source: the source, as ``iom-handbook`` or ``source:iom-handbook``.
        text: a copy of the source; its SHA-256 must be the one in the source's record.
        phrase: the words that say it, exactly as they stand there.
        pattern: the triples.
        nth: which occurrence of the phrase.
        own: our own part in it, for example that the passage is retold in our own words.

    Raises:
        UsageError: unknown source, another text, a phrase that is not there or is ambiguous, triples that
            the workspace does not state.
        InputError: a file cannot be read.
    """
    names = Names(workspace.config.base)
    slug = _source_slug(workspace, names, source)
    _refuse_other_text(workspace, names, slug, text)
    start, end = find_phrase(read_text(text), phrase, nth)
    passage = Passage(slug, start, end, phrase_hash(phrase))
    return _add(workspace, names, slug, pattern, passage, own)


def add_own(workspace: Workspace, own: Own, pattern: TriplePattern) -> Added:
    """Record that triples of the workspace are statements of our own, and on what basis.

    Raises:
        UsageError: unknown basis or source, or triples that the workspace does not state.
        InputError: a file cannot be read.
    """
    names = Names(workspace.config.base)
    return _add(workspace, names, _editorial_source(workspace, names), pattern, None, own)


def prune(workspace: Workspace) -> dict[Path, int]:
    """Take away statements whose triple stands nowhere any more, and passages that nothing rests on.

    Returns:
        How many statements and passages were taken out of each file of evidence.
    """
    names = Names(workspace.config.base)
    standing = {names.statement(triple) for triple in asserted_triples(workspace)}
    before = {path: read_triples(path) for path in workspace.evidence_files()}
    # A passage may be described in one file and used in another, so look at all of them first.
    kept = {
        path: [t for t in triples if t.subject in standing or t.subject not in statements_of(triples)]
        for path, triples in before.items()
    }
    used = {t.object for triples in kept.values() for t in triples if t.predicate == PASSAGE}
    removed: dict[Path, int] = {}
    for path, triples in kept.items():
        statements = statements_of(triples)
        left = [t for t in triples if t.subject in statements or t.subject in used]
        gone = {t.subject for t in before[path]} - {t.subject for t in left}
        if gone:
            removed[path] = len(gone)
            _write(workspace, path, left)
    return removed


def asserted_triples(workspace: Workspace) -> dict[ox.Triple, Path]:
    """Read all public triples outside the evidence, each with the file that states it."""
    return {triple: path for path in workspace.data_files() for triple in read_triples(path)}


def read_triples(path: Path) -> list[ox.Triple]:
    """Read the triples of a file as written."""
    return [quad.triple for quad in read_quads(path)]


def _add(
    workspace: Workspace,
    names: Names,
    slug: str,
    pattern: TriplePattern,
    passage: Passage | None,
    own: Own | None,
) -> Added:
    if own is not None:
        _refuse_unknown_basis(workspace, names, own)
    checked = None
    if own is not None and own.checked_against is not None:
        checked = _source_slug(workspace, names, own.checked_against)
    triples = _matching(workspace, pattern)
    path = workspace.root / "data" / "evidence" / f"{slug}.ttl"
    written = read_triples(path) if path.exists() else []
    for triple in triples:
        written += statement_triples(
            names,
            triple,
            passage=passage,
            basis=own.basis if own else None,
            checked_against=checked,
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(workspace, path, written)
    return Added(tuple(triples), passage, path)


def _write(workspace: Workspace, path: Path, triples: Sequence[ox.Triple]) -> None:
    if not triples:
        path.unlink(missing_ok=True)
        return
    write_atomically(path, turtle(triples, workspace.prefixes))


def _source_slug(workspace: Workspace, names: Names, name: str) -> str:
    """Find a source by slug, CURIE or IRI, and make sure that it has a record."""
    space = names.source("").value
    iri = workspace.prefixes.expand(name).value if ":" in name else space + name
    slug = iri.removeprefix(space)
    known = _sources(workspace)
    if ox.NamedNode(iri) not in known or not iri.startswith(space):
        import difflib

        slugs = [node.value.removeprefix(space) for node in known]
        close = difflib.get_close_matches(slug, slugs, 1)
        hint = f"did you mean {close[0]}?" if close else "sources: " + ", ".join(sorted(slugs))
        raise UsageError(f"unknown source {name!r}", hint)
    return slug


def _sources(workspace: Workspace) -> Mapping[ox.NamedNode, Mapping[str, str]]:
    """Sources with a record: hash and kind of each."""
    sources: dict[ox.NamedNode, dict[str, str]] = {}
    kind = workspace.config.kinds.get("source")
    folder = workspace.root / "data" / (kind.folder if kind else "sources")
    for path in workspace.data_files():
        if path.parent == folder:
            for triple in read_triples(path):
                if isinstance(triple.subject, ox.NamedNode):
                    entry = sources.setdefault(triple.subject, {})
                    if triple.predicate in (SHA256, SOURCE_KIND):
                        entry[triple.predicate.value] = triple.object.value  # type: ignore[union-attr]
    return sources


def _editorial_source(workspace: Workspace, names: Names) -> str:
    """The source that stands for ourselves."""
    space = names.source("").value
    for source, entry in sorted(_sources(workspace).items(), key=lambda item: item[0].value):
        if entry.get(SOURCE_KIND.value, "").endswith("/editorial"):
            return source.value.removeprefix(space)
    return "editors"


def _refuse_other_text(workspace: Workspace, names: Names, slug: str, text: Path) -> None:
    """A position only means something in the very text that the source's record describes."""
    stated = _sources(workspace)[names.source(slug)].get(SHA256.value)
    if stated is None:
        raise UsageError(
            f"source:{slug} has no SHA-256, so no position in its text can be stated",
            "add mosty:sha256 of the file to the record of the source",
        )
    found = hashlib.sha256(read_bytes(text)).hexdigest()
    if found != stated:
        raise UsageError(
            f"{text} is not the text of source:{slug}: its SHA-256 is {found[:12]}…, not {stated[:12]}…",
            "take the copy that the record of the source describes",
        )


def _refuse_unknown_basis(workspace: Workspace, names: Names, own: Own) -> None:
    known = {
        quad.subject.value
        for path in workspace.ontology_files()
        for quad in read_quads(path)
        if isinstance(quad.subject, ox.NamedNode)
    }
    space = names.basis("").value
    if names.basis(own.basis).value not in known:
        slugs = sorted(iri.removeprefix(space) for iri in known if iri.startswith(space))
        raise UsageError(f"unknown basis {own.basis!r}", "bases: " + ", ".join(slugs))
    if own.basis == "reference" and own.checked_against is None:
        raise UsageError(
            "the basis reference needs the source that was looked up", "name it with --checked-against SOURCE"
        )


def _matching(workspace: Workspace, pattern: TriplePattern) -> list[ox.Triple]:
    """Find the triples that are meant; refuse what does not stand in the data, or is not clear."""
    subject = ox.NamedNode(workspace.prefixes.expand(pattern.subject).value)
    asserted = asserted_triples(workspace)
    found = sorted((t for t in asserted if t.subject == subject), key=str)
    if not found:
        hint = _near_subject(subject, asserted, workspace.prefixes)
        raise UsageError(f"no file of records states anything about {pattern.subject}", hint)
    if pattern.predicate is None:
        return found
    name = pattern.predicate
    predicate = TYPE if name == "a" else ox.NamedNode(workspace.prefixes.expand(name).value)
    found = [t for t in found if t.predicate == predicate]
    if not found:
        raise UsageError(
            f"no triple {pattern.subject} {name} ... stands in the data", "write the triple first"
        )
    if pattern.object is None:
        return found
    term = _object(pattern.object, workspace.prefixes)
    # The shell takes the quotes away, so plain text may mean a literal of any language or datatype.
    exact = [t for t in found if t.object == term]
    alike = [t for t in found if isinstance(t.object, ox.Literal) and t.object.value == pattern.object]
    matches = exact or alike
    if not matches:
        raise UsageError(
            f"no triple {pattern.subject} {name} {pattern.object} stands in the data",
            "stated is: " + _listed(found, workspace.prefixes),
        )
    if len(matches) > 1:
        raise UsageError(
            f"{pattern.object!r} may mean {len(matches)} triples",
            "write the literal in full: " + _listed(matches, workspace.prefixes),
        )
    return matches


def _near_subject(subject: ox.NamedNode, asserted: Iterable[ox.Triple], prefixes: Prefixes) -> str:
    import difflib

    known = {t.subject.value for t in asserted if isinstance(t.subject, ox.NamedNode)}
    close = difflib.get_close_matches(subject.value, known, 1, 0.9)
    return f"did you mean {prefixes.compact(close[0])}?" if close else "write the record first"


def _object(text: str, prefixes: Prefixes) -> ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None:
    """Read an object in Turtle syntax; None when the text is none."""
    declarations = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in prefixes.items())
    try:
        quads = list(ox.parse(f"{declarations}<urn:s> <urn:p> {text} .", ox.RdfFormat.TURTLE))
    except (SyntaxError, ValueError):
        return None
    return quads[0].object if len(quads) == 1 else None


def _listed(triples: Iterable[ox.Triple], prefixes: Prefixes) -> str:
    shown = [
        prefixes.compact(t.object.value) if isinstance(t.object, ox.NamedNode) else str(t.object)
        for t in triples
    ]
    return ", ".join(shown[:8]) + (" ..." if len(shown) > 8 else "")
