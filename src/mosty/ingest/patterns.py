"""Which triples, sources and bases are meant, by what a person writes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from mosty.ingest.ledger import Ledger, Node, Source
from mosty.ingest.statements import BASES, BASIS_SPACE, TYPE
from mosty.model.errors import InputError, UsageError
from mosty.rdf.prefixes import Prefixes
from mosty.rdf.reading import read_quads


class TriplePattern(NamedTuple):
    """Which triples are meant, as a user writes it: CURIEs or IRIs, and for the object also a literal's text."""

    subject: str
    predicate: str | None = None
    object: str | None = None


def matching(ledger: Ledger, pattern: TriplePattern) -> list[ox.Triple]:
    """Find the asserted triples that are meant.

    Raises:
        UsageError: none stands in the data, only a private file states them, or it is not clear which.
    """
    prefixes = ledger.workspace.prefixes
    subject = ox.NamedNode(prefixes.expand(pattern.subject).value)
    found = sorted((t for t in ledger.asserted if t.subject == subject), key=str)
    if not found:
        _refuse_private(ledger, subject, pattern)
        raise UsageError(
            f"no file of records states anything about {pattern.subject}", _near_subject(ledger, subject)
        )
    if pattern.predicate is None:
        return found
    name = pattern.predicate
    predicate = TYPE if name == "a" else ox.NamedNode(prefixes.expand(name).value)
    stated = [t for t in found if t.predicate == predicate]
    if not stated:
        predicates = sorted({compact(t.predicate, prefixes) for t in found})
        raise UsageError(
            f"no triple {pattern.subject} {name} ... stands in the data",
            "write the triple first; stated are: " + ", ".join(predicates),
        )
    return stated if pattern.object is None else _with_object(stated, pattern.object, pattern, prefixes)


def source_of(ledger: Ledger, name: str) -> Source:
    """Find a source by slug, CURIE or IRI.

    Raises:
        UsageError: it has no record.
    """
    space = ledger.names.source("").value
    node = ledger.workspace.prefixes.expand(name).value if ":" in name else space + name
    found = [source for iri, source in ledger.sources.items() if iri.value == node]
    if found:
        return found[0]
    import difflib

    slugs = sorted(source.slug for source in ledger.sources.values())
    close = difflib.get_close_matches(node.removeprefix(space), slugs, 1)
    known = "sources: " + ", ".join(slugs) if slugs else "write its record first"
    raise UsageError(f"unknown source {name!r}", f"did you mean {close[0]}?" if close else known)


def basis_of(ledger: Ledger, name: str) -> ox.NamedNode:
    """Find a basis by slug, or by CURIE or IRI: one of those that all workspaces share, or one of its own.

    Raises:
        UsageError: there is no such basis.
    """
    prefixes = ledger.workspace.prefixes
    iri = prefixes.expand(name).value if ":" in name else BASIS_SPACE + name
    if iri in {BASIS_SPACE + slug for slug in BASES} or iri in _terms(ledger):
        return ox.NamedNode(iri)
    import difflib

    close = difflib.get_close_matches(name, BASES, 1)
    meant = f"did you mean {close[0]}? " if close else ""
    raise UsageError(f"unknown basis {name!r}", f"{meant}bases: " + ", ".join(BASES))


def compact(node: Node, prefixes: Prefixes) -> str:
    """Write a term for people: a CURIE, or the literal as in Turtle."""
    if node == TYPE:
        return "a"
    if isinstance(node, ox.Literal) and prefixes.split(node.datatype.value):
        return str(node).replace(str(node.datatype), prefixes.compact(node.datatype.value))
    return prefixes.compact(node.value) if isinstance(node, ox.NamedNode) else str(node)


def _with_object(
    stated: list[ox.Triple], text: str, pattern: TriplePattern, prefixes: Prefixes
) -> list[ox.Triple]:
    term = _term(text, prefixes)
    # The shell takes the quotes away, so plain text may mean a literal of any language or datatype.
    exact = [t for t in stated if t.object == term]
    alike = [t for t in stated if isinstance(t.object, ox.Literal) and t.object.value == text]
    matches = exact or alike
    if not matches:
        raise UsageError(
            f"no triple {pattern.subject} {pattern.predicate} {text} stands in the data",
            "stated is: " + _listed(stated, prefixes),
        )
    if len(matches) > 1:
        raise UsageError(
            f"{text!r} may mean {len(matches)} triples",
            "write the literal in full: " + _listed(matches, prefixes),
        )
    return matches


def _refuse_private(ledger: Ledger, subject: ox.NamedNode, pattern: TriplePattern) -> None:
    if any(t.subject == subject for t in ledger.private):
        raise UsageError(
            f"only data/private states anything about {pattern.subject}",
            "evidence is published, and would carry the private triple with it",
        )


def _near_subject(ledger: Ledger, subject: ox.NamedNode) -> str:
    import difflib

    known = {t.subject.value for t in ledger.asserted if isinstance(t.subject, ox.NamedNode)}
    close = difflib.get_close_matches(subject.value, known, 1, 0.9)
    return (
        f"did you mean {ledger.workspace.prefixes.compact(close[0])}?" if close else "write the record first"
    )


def _terms(ledger: Ledger) -> set[str]:
    """What the workspace's own ontology describes."""
    return {
        quad.subject.value
        for path in ledger.workspace.ontology_files()
        for quad in read_quads(path)
        if isinstance(quad.subject, ox.NamedNode)
    }


def _term(text: str, prefixes: Prefixes) -> Node | None:
    """Read an object in Turtle syntax; None when the text is none."""
    declarations = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in prefixes.items())
    for written in (text, f"<{text}>"):
        line = f"{declarations}<urn:s> <urn:p> {written} .".encode("utf-8", "replace")
        try:
            quads = read_quads(Path("OBJECT"), data=line, rdf_format=ox.RdfFormat.TURTLE)
        except InputError:
            continue
        if len(quads) == 1:
            return quads[0].object
    return None


def _listed(triples: Iterable[ox.Triple], prefixes: Prefixes) -> str:
    shown = [compact(t.object, prefixes) for t in triples]
    return ", ".join(shown[:8]) + (" ..." if len(shown) > 8 else "")
