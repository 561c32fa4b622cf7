"""Which known name was probably meant by an unknown one."""

from __future__ import annotations

from collections.abc import Iterable

from mosty.model.terms import IRI, Term
from mosty.rdf.prefixes import Prefixes

_NEAR = 0.7
_MAX_SEARCHES = 200
"""So many different unknown names are looked up; data with more of them is not misspelt but foreign."""


class Suggestions:
    """Knows the IRIs that are described somewhere, and finds the one that was probably meant.

    Args:
        known: IRIs that are a subject in the data, the ontology or the schemes.
        prefixes: how to write the suggestion.
    """

    def __init__(self, known: Iterable[str], prefixes: Prefixes) -> None:
        self._prefixes = prefixes
        self._known = frozenset(known)
        self._names: dict[str, list[str]] = {}
        self._found: dict[str, str | None] = {}
        for iri in sorted(self._known):  # sorted, so that the suggestion is the same each time
            space, name = _split(iri)
            self._names.setdefault(space, []).append(name)

    def suggest(self, *terms: Term | None) -> str | None:
        """Suggest a known name for the first unknown IRI among the terms.

        >>> known = Suggestions(["http://e/theme", "http://e/title"], Prefixes({"e": "http://e/"}))
        >>> known.suggest(IRI("http://e/teme"))
        'did you mean e:theme?'
        """
        for term in terms:
            unknown = isinstance(term, IRI) and term.value not in self._known
            near = self._near(str(term)) if unknown else None
            if near is not None:
                return f"did you mean {self._prefixes.compact(near)}?"
        return None

    def _near(self, iri: str) -> str | None:
        if iri not in self._found:
            space, name = _split(iri)
            searched = len(self._found) < _MAX_SEARCHES
            near = _nearest(name, self._names.get(space, ())) if searched else None
            self._found[iri] = None if near is None else space + near
        return self._found[iri]


def _split(iri: str) -> tuple[str, str]:
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    return iri[:cut], iri[cut:]


def _nearest(name: str, names: Iterable[str]) -> str | None:
    from difflib import get_close_matches

    lowered: dict[str, str] = {}
    for known in names:
        lowered.setdefault(known.lower(), known)
    near = get_close_matches(name.lower(), lowered, n=1, cutoff=_NEAR)
    return lowered[near[0]] if near else None
