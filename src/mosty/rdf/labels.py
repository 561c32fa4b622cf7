"""Which properties say what a thing is called: in one place, so that it is called the same everywhere."""

from __future__ import annotations

from mosty.rdf.keys import Key, iri_key
from mosty.rdf.prefixes import STANDARD

_DCTERMS = "http://purl.org/dc/terms/"

LABEL: Key = iri_key(STANDARD["rdfs"] + "label")
PREF_LABEL: Key = iri_key(STANDARD["skos"] + "prefLabel")
TITLE: Key = iri_key(_DCTERMS + "title")

LABELS: tuple[Key, ...] = (LABEL, PREF_LABEL)
"""What records, terms and concepts of a workspace are called by; of two, the first counts."""

NAMES: tuple[Key, ...] = (
    *LABELS,
    TITLE,
    iri_key("http://xmlns.com/foaf/0.1/name"),
    iri_key("https://schema.org/name"),
    iri_key(STANDARD["sh"] + "name"),
)
"""What anything is called by, shapes and things from elsewhere included."""

DEFINITIONS: tuple[Key, ...] = (
    iri_key(STANDARD["skos"] + "definition"),
    iri_key(_DCTERMS + "description"),
    iri_key(STANDARD["rdfs"] + "comment"),
)
"""What says in a sentence what a thing is."""
