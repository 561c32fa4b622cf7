"""The order of subjects and objects in every format but the line formats, and the namespace of an IRI."""

from __future__ import annotations

from functools import lru_cache

from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key
from mosty.rdf.prefixes import Prefixes


class Namespaces:
    """The namespaces of a prefix map that end in ``/`` or ``#``, and in which of them an IRI lies."""

    def __init__(self, prefixes: Prefixes) -> None:
        self._prefixes = {
            namespace: prefix
            for prefix, namespace in reversed(list(prefixes.items()))
            if prefix and namespace[-1:] in ("/", "#")
        }
        self._ranks = {namespace: rank for rank, namespace in reversed(list(enumerate(prefixes.values())))}

    def split(self, iri: str) -> tuple[str, str] | None:
        """Split an IRI into the prefix of the longest namespace and what follows, which may hold ``/``."""
        at = self._end(iri)
        return (self._prefixes[iri[:at]], iri[at:]) if at else None

    def order(self, subject: Key) -> tuple[int, int, Key]:
        """Order subjects by kind, which is the place of their prefix in the map, then by IRI; blank nodes last."""
        if subject[0] == "_":
            return len(self._ranks) + 1, len(subject), subject
        at = self._end(subject[1:-1])
        return self._ranks[subject[1 : at + 1]] if at else len(self._ranks), 0, subject[1:-1]

    def _end(self, iri: str) -> int:
        at = len(iri)
        while at := max(iri.rfind("/", 0, at), iri.rfind("#", 0, at)) + 1:
            if iri[:at] in self._prefixes:
                return at
            at -= 1
        return 0


@lru_cache(maxsize=8)
def _namespaces(prefixes: tuple[tuple[str, str], ...]) -> Namespaces:
    return Namespaces(Prefixes(dict(prefixes)))


def namespaces(prefixes: Prefixes) -> Namespaces:
    """The namespaces of a prefix map, worked out once for each map."""
    return _namespaces(tuple(prefixes.items()))


def sorted_subjects(graph: Graph, order: Namespaces) -> list[Key]:
    """All subjects of a graph, by kind and then by IRI: a record stands above its parts.

    >>> graph = Graph([("<http://e/a/1>", "<p:>", '"1"'), ("<http://e/b/1>", "<q:>", '"2"')])
    >>> sorted_subjects(graph, Namespaces(Prefixes({"b": "http://e/b/", "a": "http://e/a/"})))
    ['<http://e/b/1>', '<http://e/a/1>']
    """
    return sorted(set().union(*(column.one for column in graph.columns.values())), key=order.order)


def object_order(value: Key) -> tuple[int, str, Key]:
    """Order objects: IRIs, plain texts, texts by language, other literals by datatype, blank nodes.

    >>> sorted(['"b"@cs', '"a"@en', '"c"', "<a:>"], key=object_order)
    ['<a:>', '"c"', '"b"@cs', '"a"@en']
    """
    if value[0] == '"':
        return 1, value[value.rindex('"') :], value
    return (0 if value[0] == "<" else 2), "", value
