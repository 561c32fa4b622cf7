"""Dumps by the line: sorted N-Triples and N-Quads.

Why these formats: docs/decisions/dump-formats.md. Every writer gives its text in pieces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from mosty.rdf.canonical import DEFAULT_GRAPH, canonical_lines
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key
from mosty.rdf.rows import about, pieces


def ntriples_chunks(graph: Graph, *, subjects: Set[Key] | None = None) -> Iterator[str]:
    r"""Write a graph as sorted N-Triples in canonical form (RDF 1.2 N-Triples, section 4).

    Args:
        graph: literals are written as its keys have them; blank nodes get the labels of RDFC-1.0.
        subjects: only what is said of these few.

    >>> "".join(ntriples_chunks(Graph([("<b:>", "<p:>", '"1"'), ("<a:>", "<p:>", '"1"')])))
    '<a:> <p:> "1" .\n<b:> <p:> "1" .\n'
    """
    chosen = graph if subjects is None else about(graph, subjects)
    yield from pieces(canonical_lines([(DEFAULT_GRAPH, chosen)]))


def nquads_chunks(graphs: Iterable[tuple[Key, Graph]]) -> Iterator[str]:
    """Write a dataset as canonical N-Quads: sorted over all graphs, so that the SHA-256 of the text is its hash.

    Args:
        graphs: each named graph by its key, the default graph by the empty one; they are asked for one after another.
    """
    yield from pieces(canonical_lines(graphs))
