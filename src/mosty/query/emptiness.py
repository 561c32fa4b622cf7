"""Why an answer is empty: the term is unknown, the sources do not state it, or nothing is there.

Registers that leave this open are misread: zero results look like "none" when they mean "no data".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mosty.engines.protocol import Engine
from mosty.model.solutions import Solutions
from mosty.model.terms import IRI, Term, n_triples
from mosty.query.frontmatter import Parameter, StoredQuery
from mosty.rdf.prefixes import Prefixes

RDFS_SUBCLASS = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
_SKOS = "http://www.w3.org/2004/02/skos/core#"


def explain_empty(
    query: StoredQuery,
    bound: Mapping[str, Sequence[Term]],
    engine: Engine,
    prefixes: Prefixes,
    *,
    timeout: float | None = None,
) -> list[str]:
    """Say why a stored query gave no solution, one sentence for each bound parameter that explains it."""
    reasons = [
        reason
        for name, terms in bound.items()
        for term in terms
        if isinstance(term, IRI)
        and (reason := _reason(query.parameters[name], term, engine, prefixes, timeout))
    ]
    return reasons or ["The graph holds nothing that matches."]


def _reason(
    parameter: Parameter, term: IRI, engine: Engine, prefixes: Prefixes, timeout: float | None
) -> str | None:
    shown, node = prefixes.compact(term), n_triples(term)
    if not engine.run(f"ASK {{ {node} ?p ?o }}", timeout=timeout):
        return f"{shown} is unknown: the graph says nothing about it. `mosty find` looks names up."
    if parameter.class_ and not _is_a(node, prefixes.expand(parameter.class_), engine, timeout):
        return f"{shown} is known, but it is not a {parameter.class_}."
    if parameter.scheme and not engine.run(f"ASK {{ {node} <{_SKOS}inScheme> ?scheme }}", timeout=timeout):
        return f"{shown} is known, but it is not a concept of the scheme {parameter.scheme}."
    if parameter.unstated:
        asked = n_triples(prefixes.expand(parameter.unstated))
        answer = engine.run(f"SELECT ?status {{ {node} {asked} ?status }}", timeout=timeout)
        if isinstance(answer, Solutions) and answer.rows and isinstance(status := answer.rows[0][0], IRI):
            word = status.value.rsplit("/", 1)[-1].replace("-", " ")
            return f"{shown} is known, and its sources were read: {parameter.unstated} is {word!r}."
    return None


def _is_a(node: str, class_: IRI, engine: Engine, timeout: float | None) -> bool:
    text = f"ASK {{ {node} a/{RDFS_SUBCLASS}* {n_triples(class_)} }}"
    return bool(engine.run(text, timeout=timeout))
