"""What the rules derive: CONSTRUCT queries that run until they say nothing new."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox

from mosty.engines import guard
from mosty.model.errors import InputError, MostyError
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key
from mosty.rdf.reading import decode, read_bytes

KeyTriple: TypeAlias = tuple[Key, Key, Key]
Rule: TypeAlias = tuple[Path, str]
"""The file of a CONSTRUCT query, and its text."""

_MOST_ROUNDS = 100
# Rules that derive more than this, and more than ten times what was asserted, never end.
_MOST_DERIVED = 200_000
_CHUNK = 10_000
_MANY = 1_000_000
_STORED = 100_000


def read_rules(paths: Iterable[Path], read: Callable[[Path], bytes] = read_bytes) -> list[Rule]:
    """Read the rules.

    Args:
        paths: their files.
        read: gives the bytes of a file.

    Raises:
        InputError: a file cannot be read.
    """
    return [(path, decode(read(path), str(path))) for path in paths]


def derive(graph: Graph, rules: Sequence[Rule]) -> list[KeyTriple]:
    """Run rules over a graph, each in turn until none says anything new.

    Args:
        graph: what is asserted; it stays as it is.
        rules: CONSTRUCT queries, in the order in which they run.

    Returns:
        The triples that the graph does not hold already, sorted.

    Raises:
        InputError: a rule is not a CONSTRUCT query, or the rules derive without end.
    """
    if not rules:
        return []
    with _store(len(graph)) as store:
        quads = _quads(graph.triples())
        while chunk := list(islice(quads, _STORED)):
            store.bulk_extend(chunk)
        derived = _derived(store, rules)
    triples = (_cut(written) for written in sorted(derived))
    return [triple for triple in triples if triple not in graph]


@contextmanager
def _store(triples: int) -> Iterator[ox.Store]:
    """An empty store: in memory, where a triple takes 400 bytes; on disk, half as fast, when they are many."""
    if triples < _MANY:
        yield ox.Store()
        return
    with tempfile.TemporaryDirectory(prefix="mosty-") as folder:
        yield ox.Store(folder)


def _derived(store: ox.Store, rules: Sequence[Rule]) -> set[str]:
    """Run rules over a store until they say nothing new; what they say goes into the store as well."""
    derived: set[str] = set()
    most = _MOST_DERIVED + 10 * len(store)
    for _ in range(_MOST_ROUNDS):
        before = len(derived)
        for path, text in rules:
            new = []
            for triple in _construct(store, path, text):
                if (written := str(triple)) not in derived:
                    derived.add(written)
                    new.append(ox.Quad(triple.subject, triple.predicate, triple.object))
                    if len(derived) > most:
                        raise _endless([path], f"more than {most:,} triples")
            if new:
                store.extend(new)
        if len(derived) == before:
            break
    else:
        raise _endless([path for path, _ in rules], f"new triples still in round {_MOST_ROUNDS}")
    return derived


def to_quads(triples: Iterable[KeyTriple], graph: str) -> list[ox.Quad]:
    """Triples of keys as quads of a named graph."""
    name = ox.NamedNode(graph)
    return [ox.Quad(q.subject, q.predicate, q.object, name) for q in _quads(triples)]


def _quads(triples: Iterable[KeyTriple]) -> Iterator[ox.Quad]:
    """Triples of keys as quads of the default graph, made in native code; labels of blank nodes stay."""
    lines = iter(triples)
    chunks = iter(lambda: "".join(f"{s} {p} {o} .\n" for s, p, o in islice(lines, _CHUNK)), "")
    return chain.from_iterable(ox.parse(chunk, ox.RdfFormat.N_TRIPLES, lenient=True) for chunk in chunks)


def _cut(written: str) -> KeyTriple:
    subject, predicate, value = written.split(" ", 2)
    return subject, predicate, value


def _construct(store: ox.Store, path: Path, text: str) -> ox.QueryTriples:
    try:
        guard.check(text)
        answer = store.query(text)
    except (SyntaxError, MostyError) as error:
        raise InputError(f"{path}: {error}", "a rule is a CONSTRUCT query") from None
    if not isinstance(answer, ox.QueryTriples):
        raise InputError(f"{path}: not a CONSTRUCT query", "a rule is a CONSTRUCT query")
    return answer


def _endless(rules: Sequence[Path], how: str) -> InputError:
    return InputError(
        f"{', '.join(map(str, rules))}: derive without end: {how}",
        "a rule must not make new terms from what it derived; follow a chain with a property path (p+)",
    )
