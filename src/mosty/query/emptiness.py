"""Why an answer is empty: the term is unknown, the sources do not state it, or nothing is there.

Registers that leave this open are misread: zero results look like "none" when they mean "no data".
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from mosty.engines.protocol import Engine
from mosty.model.solutions import Solutions
from mosty.model.terms import IRI, Literal, Term, n_triples
from mosty.query.binding import bind
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
    wider: StoredQuery | None = None,
    timeout: float | None = None,
) -> list[str]:
    """Say why a stored query gave no solution, one sentence for each bound parameter that explains it.

    Args:
        query: the stored query.
        bound: its bound parameters.
        engine: where it was asked.
        prefixes: how IRIs are shown.
        wider: a stored query that may find what this one leaves out.
        timeout: seconds for each question that this asks in turn.
    """
    reasons = [
        reason
        for name, terms in bound.items()
        for term in terms
        if isinstance(term, IRI)
        and (reason := _reason(query.parameters[name], term, engine, prefixes, timeout))
    ]
    if not reasons and wider and (found := _found_by(wider, bound, engine, prefixes, timeout)):
        return [found]
    return reasons or ["The graph holds nothing that matches."]


def _found_by(
    wider: StoredQuery,
    bound: Mapping[str, Sequence[Term]],
    engine: Engine,
    prefixes: Prefixes,
    timeout: float | None,
) -> str | None:
    if not bound.keys() <= wider.parameters.keys():
        return None  # it would answer another question
    values = {name: [t for t in terms if isinstance(t, IRI | Literal)] for name, terms in bound.items()}
    answer = engine.run(bind(wider, values, prefixes), timeout=timeout)
    if not isinstance(answer, Solutions) or not answer.rows:
        return None
    options = "".join(
        f" --{wider.parameters[name].option} "
        + shlex.quote(prefixes.compact(term) if isinstance(term, IRI) else term.lexical)
        for name, terms in values.items()
        for term in terms
    )
    rows = "1 row" if len(answer.rows) == 1 else f"{len(answer.rows)} rows"
    return f"A wider question has an answer of {rows}: `mosty query {wider.name}{options}`."


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
