"""Triples as N-Triples and as canonical Turtle."""

from __future__ import annotations

import re

from mosty.model.solutions import Triples
from mosty.model.terms import IRI, Term, n_triples
from mosty.rdf.prefixes import Prefixes

# What the grammar forbids inside <...>; endpoints send such IRIs (N-Triples, section 7, IRIREF).
_NOT_IN_IRI = re.compile('[\x00-\x20<>"{}|^`\\\\]')


def n_triples_term(term: Term) -> str:
    """Write a term in N-Triples; characters that an IRI may not hold are escaped."""
    if isinstance(term, IRI) and _NOT_IN_IRI.search(term.value):
        escaped = _NOT_IN_IRI.sub(lambda match: f"\\u{ord(match[0]):04X}", term.value)
        return f"<{escaped}>"
    return n_triples(term)


def nt_text(answer: Triples) -> str:
    """Write N-Triples, sorted."""
    lines = sorted(f"{' '.join(map(n_triples_term, triple))} .\n" for triple in answer.triples)
    return "".join(lines)


def turtle_text(answer: Triples, prefixes: Prefixes) -> str:
    """Write canonical Turtle: sorted, grouped, prefixed."""
    import pyoxigraph as ox

    from mosty.rdf.terms import to_oxigraph
    from mosty.rdf.writing import turtle

    return turtle(
        (
            ox.Triple(to_oxigraph(s), ox.NamedNode(p.value), to_oxigraph(o))  # type: ignore[arg-type]
            for s, p, o in answer.triples
        ),
        prefixes,
    )
