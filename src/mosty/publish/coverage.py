"""What a graph covers, as far as its own records say: countries, years, subjects."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mosty.model.terms import MOSTY
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key, lexical_form, literal_parts
from mosty.rdf.labels import LABELS
from mosty.rdf.reaching import reached
from mosty.workspace.derivation import KeyTriple

COUNTRIES = "http://publications.europa.eu/resource/authority/country/"
"""The country table of the EU Publications Office, which DCAT-AP asks for."""

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_BROADER = iri_key(_SKOS + "broader")
_PLACE, _WITHIN, _IDENTIFIES, _SAME, _THEME, _START, _END = (
    iri_key(MOSTY + name)
    for name in "place within identifies sameIdentity theme earliestStart latestEnd".split()
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Country(NamedTuple):
    """A country: its IRI in the EU's table, and what the graph calls it (keys of texts)."""

    iri: str
    labels: tuple[Key, ...]


def countries(graph: Graph) -> list[Country]:
    """The countries that records are linked with, by a place in them; sorted."""
    known: dict[Key, str] = {}
    same = graph.column(_SAME)
    for identifier, place in graph.column(_IDENTIFIES).pairs():
        for value in same.values(identifier):
            iri = value[1:-1] if value[0] == "<" else lexical_form(value)
            if re.fullmatch(re.escape(COUNTRIES) + "[A-Z]{3}", iri):
                known[place] = iri
    within = reached(graph.column(_PLACE).distinct(), graph.column(_WITHIN).values)
    return sorted(Country(known[place], labels(graph, place)) for place in within & known.keys())


def period(derived: Iterable[KeyTriple]) -> tuple[str | None, str | None]:
    """The first and the last day that a period of the graph can have."""
    days: dict[Key, list[str]] = {_START: [], _END: []}
    for _, predicate, value in derived:
        if predicate in days and value[0] == '"' and _DAY.fullmatch(day := lexical_form(value)):
            days[predicate].append(day)
    return min(days[_START], default=None), max(days[_END], default=None)


def subjects_covered(graph: Graph, languages: Sequence[str]) -> list[Key]:
    """The names, in some languages, of the widest themes that records are about; sorted."""
    found = reached(graph.column(_THEME).distinct(), graph.column(_BROADER).values)
    tops = {theme for theme in found if theme not in graph.column(_BROADER)}
    wanted = {language.lower() for language in languages}
    return sorted({text for theme in tops for text in labels(graph, theme) if _language(text) in wanted})


def labels(graph: Graph, node: Key) -> tuple[Key, ...]:
    """What a graph calls a thing, sorted."""
    for predicate in LABELS:
        if texts := sorted(graph.column(predicate).values(node)):
            return tuple(text for text in texts if text[0] == '"')
    return ()


def _language(text: Key) -> str:
    return (literal_parts(text)[2] or "").lower()
