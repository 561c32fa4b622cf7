"""What corrections of records are about, in a word: names, descriptions, amounts, periods, links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mosty.model.terms import MOSTY, RDF, XSD
from mosty.rdf.keys import Key, iri_key, literal_parts
from mosty.rdf.labels import DEFINITIONS, NAMES
from mosty.rdf.prefixes import STANDARD

_TYPE = iri_key(RDF + "type")
_NAMES = frozenset(
    (
        *NAMES,
        *(iri_key(STANDARD["skos"] + name) for name in ("altLabel", "hiddenLabel")),
        iri_key(MOSTY + "nameText"),
    )
)
_TEXTS, _FIGURES, _TIMES = "descriptions", "amounts and figures", "dates and periods"
_BY_DATATYPE = {
    **dict.fromkeys(("decimal", "integer", "nonNegativeInteger", "double", "float", "int", "long"), _FIGURES),
    **dict.fromkeys(("date", "dateTime", "dateTimeStamp", "gYear", "gYearMonth", "duration"), _TIMES),
    "anyURI": "links",
}
_ORDER = ("names", _TEXTS, _FIGURES, _TIMES, "links", "classes", "other values")


def corrections(triples: Iterable[tuple[Key, Key, Key]]) -> Mapping[str, set[Key]]:
    """Sort what was corrected by what it is about.

    Args:
        triples: those that came and those that went.

    Returns:
        The subjects of each kind.

    >>> label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    >>> corrections([("<a:x>", label, '"X"'), ("<a:y>", "<a:p>", "<a:z>")])
    {'names': {'<a:x>'}, 'links': {'<a:y>'}}
    """
    found: dict[str, set[Key]] = {kind: set() for kind in _ORDER}
    for subject, predicate, value in triples:
        found[_kind(predicate, value)].add(subject)
    return {kind: subjects for kind, subjects in found.items() if subjects}


def _kind(predicate: Key, value: Key) -> str:
    if predicate in _NAMES:
        return "names"
    if predicate == _TYPE:
        return "classes"
    if predicate in DEFINITIONS:
        return _TEXTS
    if value[0] != '"':
        return "links"
    _, datatype, language = literal_parts(value)
    return _TEXTS if language else _BY_DATATYPE.get(datatype.removeprefix(XSD), "other values")
