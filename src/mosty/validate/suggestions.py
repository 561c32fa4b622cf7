"""Which known name was probably meant by an unknown one."""

from __future__ import annotations

from collections.abc import Iterable

from mosty.model.terms import IRI, Term
from mosty.rdf.prefixes import Prefixes

_NEAR = 0.7


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
        for iri in self._known:
            space, name = _split(iri)
            self._names.setdefault(space, []).append(name)

    def suggest(self, *terms: Term | None) -> str | None:
        """Suggest a known name for the first unknown IRI among the terms.

        >>> known = Suggestions(["http://e/theme", "http://e/title"], Prefixes({"e": "http://e/"}))
        >>> known.suggest(IRI("http://e/teme"))
        'did you mean e:theme?'
        """
        for term in terms:
            if isinstance(term, IRI) and term.value not in self._known:
                space, name = _split(term.value)
                # The same names in the same order, so that the suggestion is the same each time.
                near = _nearest(name, sorted(self._names.get(space, ())))
                if near is not None:
                    return f"did you mean {self._prefixes.compact(space + near)}?"
        return None


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
