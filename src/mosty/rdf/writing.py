"""Canonical Turtle: the same triples always give the same bytes, and small changes small diffs.

Literals are written exactly as they were read. The layout (one triple or object a line, fixed order)
is explained in docs/decisions/canonical-turtle.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain

import pyoxigraph as ox

from mosty.rdf.columns import ColumnWriter
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key
from mosty.rdf.layout import RowWriter, said_of
from mosty.rdf.prefixes import Prefixes
from mosty.rdf.rows import pieces
from mosty.rdf.tokens import TurtleTerms

# What is smaller is written row by row: to look at whole columns takes some time.
_MANY_TRIPLES = 2_000
_MANY_SUBJECTS = 200


def turtle_chunks(
    graph: Graph, prefixes: Prefixes, header: Sequence[str] = (), *, subjects: Set[Key] | None = None
) -> Iterator[str]:
    r"""Write a graph as canonical Turtle, in pieces.

    Args:
        graph: the triples; it must not change meanwhile.
        prefixes: namespaces for CURIEs; only those in use are declared. Their order is the order of
            the kinds of subjects.
        header: comment lines for the top of the file, with or without their ``#``.
        subjects: only what is said of these, and of the blank nodes that they lead to.

    Raises:
        InputError: a triple term of RDF 1.2, which not every Turtle reader knows.

    >>> graph = Graph([("<http://e.org/s>", "<http://e.org/p>", '"1"')])
    >>> "".join(turtle_chunks(graph, Prefixes({"e": "http://e.org/"})))
    '@prefix e: <http://e.org/> .\n\ne:s e:p "1" .\n'
    """
    return _document(graph, prefixes, header, {}, subjects)


def turtle_body(
    graph: Graph, prefixes: Prefixes, *, subjects: Set[Key] | None = None, keep_labels: bool = False
) -> tuple[Set[str], Iterator[str]]:
    """Write the blocks of canonical Turtle without what stands above them.

    Args:
        graph: as for `turtle_chunks`.
        prefixes: as for `turtle_chunks`.
        subjects: as for `turtle_chunks`.
        keep_labels: blank nodes that need a label keep theirs, which then must not depend on the input.

    Returns:
        The prefixes in use, and the text in pieces.

    Raises:
        InputError: a triple term of RDF 1.2.
    """
    used, body = _body(graph, TurtleTerms(prefixes), {}, subjects, keep_labels=keep_labels)
    return used, _without_first_line_end(body)


def turtle(
    triples: Iterable[ox.Triple],
    prefixes: Prefixes,
    header: Sequence[str] = (),
    comments: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """Write triples as canonical Turtle.

    Args:
        triples: in any order; repeated ones are written once.
        prefixes: as for `turtle_chunks`.
        header: as for `turtle_chunks`.
        comments: comment lines to stand above a subject, by the subject's IRI.

    Raises:
        InputError: a triple term of RDF 1.2.
    """
    data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert data is not None  # no output was given, so the bytes come back
    lines = data.decode("utf-8").split(" .\n")[:-1]
    graph = Graph(
        (subject, predicate, value) for subject, predicate, value in (line.split(" ", 2) for line in lines)
    )
    return "".join(_document(graph, prefixes, header, comments or {}))


def _document(
    graph: Graph,
    prefixes: Prefixes,
    header: Sequence[str],
    comments: Mapping[str, Sequence[str]],
    subjects: Set[Key] | None = None,
) -> Iterator[str]:
    used, body = _body(graph, TurtleTerms(prefixes), comments, subjects)
    head = "\n".join(header).split("\n") if header else []
    top = [line if line.startswith("#") else f"# {line}".rstrip() for line in head]
    declared = [f"@prefix {prefix}: <{prefixes[prefix]}> ." for prefix in sorted(used)]
    above = "\n\n".join("\n".join(part) for part in (top, declared) if part)
    if above:
        yield above + "\n"
        yield from body
    else:
        yield from _without_first_line_end(body)


def _body(
    graph: Graph,
    terms: TurtleTerms,
    comments: Mapping[str, Sequence[str]],
    subjects: Set[Key] | None,
    *,
    keep_labels: bool = False,
) -> tuple[Set[str], Iterator[str]]:
    """Give the prefixes in use and the blocks, each with an empty line above."""
    if subjects is not None and len(subjects) >= _MANY_SUBJECTS:
        graph, subjects = said_of(graph, subjects), None
    if subjects is None and len(graph) >= _MANY_TRIPLES:
        writer = ColumnWriter(graph, terms, comments, keep_labels=keep_labels)
        return terms.used, writer.chunks()
    rows = RowWriter(graph, terms, comments, keep_labels=keep_labels, subjects=subjects)
    blocks = list(rows.blocks())
    return terms.used, pieces(f"\n{block}" for block in blocks)


def _without_first_line_end(texts: Iterator[str]) -> Iterator[str]:
    first = next(texts, "")
    return chain((first[1:],), texts) if first else texts
