"""The data as a store for SPARQL: the columns that queries read, kept up to date, and answers with a deadline.

A store rewrites literals (``"01"`` becomes ``"1"``, ``@en-GB`` becomes ``@en-gb``), so what it says must be
translated back to what was written.
"""

from __future__ import annotations

import os
import pickle
import re
import signal
import sys
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from functools import lru_cache
from itertools import islice
from typing import TypeAlias

import pyoxigraph as ox

from mosty.model.errors import EngineError, MostyError
from mosty.rdf.graph import Column, Graph
from mosty.rdf.keys import Key, from_key
from mosty.rdf.terms import to_oxigraph

Row: TypeAlias = tuple[Key | None, ...]

_OWN = "urn:x-mosty:"
_SHAPES = ox.NamedNode(_OWN + "shapes")
_THIS = ox.NamedNode(_OWN + "this")
_IS = ox.NamedNode(_OWN + "is")
_DEFAULT = ox.DefaultGraph()
_CHUNK = 50_000
_SMALL = 5_000
_FEW = 40
_AS_STORED = re.compile(
    r""""@[a-z-]+$
      | ^"-?(?:0|[1-9][0-9]{0,17})"\^\^<http://www\.w3\.org/2001/XMLSchema\#integer>$
      | ^"-?(?:0|[1-9][0-9]{0,9})\.[0-9]{0,5}[1-9]"\^\^<http://www\.w3\.org/2001/XMLSchema\#decimal>$
      | ^"[12][0-9]{3}(?:-[01][0-9]){0,2}"\^\^<http://www\.w3\.org/2001/XMLSchema\#(?:date|gYear|gYearMonth)>$
      | ^"[12][0-9]{3}-[01][0-9]-[0-3][0-9]T(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}Z?"\^\^<http://www\.w3\.org/2001/XMLSchema\#dateTime>$
      | ^"(?:true|false)"\^\^<http://www\.w3\.org/2001/XMLSchema\#boolean>$
      | "\^\^<(?!http://www\.w3\.org/2001/XMLSchema\#)[^"]*>$
    """,
    re.VERBOSE,
)
"""Literals of which it is plain that the store keeps them."""
_KEPT_SETS = 12
_MEMORY = 4 << 30

Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal


def mirror_of(graph: Graph) -> Mirror:
    """The store that follows a graph: made when first asked for."""
    for watcher in graph.watchers:
        if isinstance(watcher, Mirror):
            return watcher
    mirror = Mirror(graph)
    graph.watchers.append(mirror)
    return mirror


class Mirror:
    """A store in memory that holds some columns of a graph in its default graph, and follows its changes.

    Attributes:
        graph: the graph.
        version: grows with each change of the graph.
    """

    def __init__(self, graph: Graph) -> None:
        self.version = 0
        self.graph = graph
        self._store = ox.Store()
        self._loaded: set[Key] = set()
        self._all = False
        self._shapes: Graph | None = None
        self._sets: list[tuple[Set[Key], str]] = []
        self._number = 0
        self._present: set[Key] = set()
        self._rewritten: dict[Key, dict[Key, Key]] = {}

    def need(self, predicates: Collection[Key] | None) -> None:
        """Load the columns of some predicates, or of all (None), that are not there yet."""
        if not self._all:
            wanted = self.graph.columns.keys() if predicates is None else predicates
            for predicate in [p for p in wanted if p not in self._loaded]:
                self._load(predicate, self.graph.column(predicate))
                self._loaded.add(predicate)
            self._all = predicates is None

    def need_nodes(self, nodes: Set[Key]) -> None:
        """Let the store know of nodes that no loaded column may hold: a path of no step leads to each node."""
        new = nodes - self._present
        self._present |= new
        self._store.extend(map(_mark_of, new))

    def forget_nodes(self) -> None:
        """Take back what `need_nodes` did: a query with a variable as predicate would see it."""
        for node in self._present:
            self._store.remove(_mark_of(node))
        self._present.clear()

    def absent(self, nodes: Set[Key]) -> Key | None:
        """One of some nodes that no loaded column holds; None when there is none."""
        for node in sorted(nodes):
            term = to_term(node)
            found = next(self._store.quads_for_pattern(None, None, term, _DEFAULT), None)
            if found is None and not isinstance(term, ox.Literal):
                found = next(self._store.quads_for_pattern(term, None, None, _DEFAULT), None)
            if found is None:
                return node
        return None

    def shapes(self, graph: Graph) -> str:
        """Load a shapes graph and return the pattern that binds ``?shapesGraph`` to it."""
        if self._shapes is not graph:
            self._store.clear_graph(_SHAPES)
            self._extend(graph.triples(), _SHAPES)
            self._shapes = graph
        return f"BIND({_SHAPES} AS ?shapesGraph)"

    def binding(self, variable: str, nodes: Set[Key]) -> str:
        """The pattern that binds a variable to each of some nodes."""
        if len(nodes) <= _FEW and all(node[0] == "<" for node in nodes):
            return f"VALUES ?{variable} {{ {' '.join(sorted(nodes))} }}"
        name = next((name for known, name in self._sets if known == nodes), None) or self._mark(nodes)
        return f"GRAPH <{name}> {{ {_THIS} {_IS} ?{variable} }}"

    def pairs(self, pairs: Sequence[tuple[Key, Key]]) -> str:
        """The pattern that binds ``?mosty_pair`` to a number, ``?this`` and ``?value`` to that pair."""
        name = self._mark(frozenset())
        graph, value = ox.NamedNode(name), ox.NamedNode(_OWN + "value")

        def quads() -> Iterator[ox.Quad]:
            for number, (focus, node) in enumerate(pairs):
                pair = ox.NamedNode(f"{_OWN}{number}")
                yield ox.Quad(pair, _THIS, to_term(focus), graph)
                yield ox.Quad(pair, value, to_term(node), graph)

        self._store.bulk_extend(quads())
        return f"GRAPH {graph} {{ ?mosty_pair {_THIS} ?this ; {value} ?value }}"

    def ask(self, text: str, prefixes: Mapping[str, str], names: Sequence[str]) -> list[Row]:
        """Run a SELECT query and return what it binds some variables to.

        The engine hears no signal while it runs; with a deadline the query runs in a process of its own, which
        can be stopped and must not take memory without bound.

        Raises:
            EngineError: the query cannot be evaluated.
        """
        if hasattr(os, "fork") and signal.getitimer(signal.ITIMER_REAL)[0] > 0:
            return _in_child(lambda: _rows(self._store, text, prefixes, names))
        return _rows(self._store, text, prefixes, names)

    def rewritten(
        self, predicates: Collection[Key] | None, datatypes: Collection[Key] | None = None
    ) -> Key | None:
        """A literal of some columns, or of all, that the store writes in another way; None when there is none.

        Args:
            predicates: the columns; None for all.
            datatypes: what the literal may be of; None for anything.
        """
        for predicate in self.graph.columns if predicates is None else predicates:
            if predicate not in self._rewritten:
                self._rewritten[predicate] = _rewritten_by_datatype(self.graph.column(predicate).distinct())
            for datatype, literal in self._rewritten[predicate].items():
                if datatypes is None or datatype in datatypes:
                    return literal
        return None

    def added(self, subject: Key, predicate: Key, value: Key) -> None:
        """Follow a new triple of the graph."""
        self.version += 1
        if predicate in self._rewritten:
            self._rewritten[predicate] |= _rewritten_by_datatype((value,))
        if self._all or predicate in self._loaded:
            self._loaded.add(predicate)
            self._store.add(_quad(subject, predicate, value, _DEFAULT))

    def discarded(self, subject: Key, predicate: Key, value: Key) -> None:
        """Follow a triple that left the graph; another that the store writes the same way may still be there."""
        self.version += 1
        if value in self._rewritten.get(predicate, {}).values():
            del self._rewritten[predicate]
        if predicate in self._loaded:
            stored = canonical(value)
            others = self.graph.column(predicate).values(subject)
            if not any(canonical(other) == stored for other in others):
                self._store.remove(_quad(subject, predicate, value, _DEFAULT))

    def _load(self, predicate: Key, column: Column) -> None:
        unnamed = [(s, predicate, o) for s, o in column.pairs() if s[0] == "_" or o[0] == "_"]
        self._extend(unnamed, _DEFAULT)
        named = (f"{s} {predicate} {o} .\n" for s, o in column.pairs() if s[0] != "_" and o[0] != "_")
        self._read(named, ox.RdfFormat.N_TRIPLES)

    def _read(self, lines: Iterator[str], rdf_format: ox.RdfFormat) -> None:
        while chunk := list(islice(lines, _CHUNK)):
            load = self._store.load if len(chunk) < _SMALL else self._store.bulk_load
            load("".join(chunk).encode(), format=rdf_format, lenient=True)

    def _extend(self, triples: Iterable[tuple[Key, Key, Key]], graph: ox.NamedNode | ox.DefaultGraph) -> None:
        self._store.extend(_quad(*triple, graph) for triple in triples)

    def _mark(self, nodes: Set[Key]) -> str:
        """Put nodes into a named graph of their own; the oldest of many makes room."""
        while len(self._sets) >= _KEPT_SETS:
            self._store.remove_graph(ox.NamedNode(self._sets.pop(0)[1]))
        self._number += 1
        name = f"{_OWN}set:{self._number}"
        kept = frozenset(nodes)
        self._sets.append((kept or frozenset({name}), name))
        named = (f"{_THIS} {_IS} {node} <{name}> .\n" for node in kept if node[0] != "_")
        self._read(named, ox.RdfFormat.N_QUADS)
        unnamed = [to_term(node) for node in kept if node[0] == "_"]
        self._store.extend(ox.Quad(_THIS, _IS, term, ox.NamedNode(name)) for term in unnamed)
        return name


def rewritten_of(nodes: Iterable[Key]) -> Key | None:
    """A literal among some nodes that the store writes in another way; None when there is none."""
    return next(filter(_is_rewritten, nodes), None)


def _rewritten_by_datatype(nodes: Iterable[Key]) -> dict[Key, Key]:
    """One such literal of each datatype that the store gives it: ``"5"^^xsd:byte`` becomes an integer."""
    found: dict[Key, Key] = {}
    for node in nodes:
        if node[0] == '"' != node[-1] and _datatype_of(node) not in found and _is_rewritten(node):
            found[_datatype_of(node)] = found[_datatype_of(canonical(node))] = node
    return found


def _datatype_of(literal: Key) -> Key:
    """The datatype; nothing useful when there is a language."""
    return literal[literal.rindex('"') + 3 :]


def _is_rewritten(key: Key) -> bool:
    return key[0] == '"' != key[-1] and not _AS_STORED.search(key) and canonical(key) != key


def _mark_of(node: Key) -> ox.Quad:
    term = to_term(node)
    return ox.Quad(_THIS if isinstance(term, ox.Literal) else term, _IS, term, _DEFAULT)


def to_term(key: Key) -> Node:
    """A key as a term of the engine."""
    return to_oxigraph(from_key(key))


@lru_cache(maxsize=100_000)
def canonical(key: Key) -> Key:
    """How a store writes a term.

    >>> canonical('"01"^^<http://www.w3.org/2001/XMLSchema#integer>')
    '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'
    """
    if key[0] != '"' or key[-1] == '"':
        return key
    store = ox.Store()
    store.add(ox.Quad(_THIS, _IS, to_term(key)))
    return str(next(iter(store)).object)


def _quad(subject: Key, predicate: Key, value: Key, graph: ox.NamedNode | ox.DefaultGraph) -> ox.Quad:
    node = to_term(subject)
    assert not isinstance(node, ox.Literal)
    return ox.Quad(node, ox.NamedNode(predicate[1:-1]), to_term(value), graph)


def _rows(store: ox.Store, text: str, prefixes: Mapping[str, str], names: Sequence[str]) -> list[Row]:
    try:
        answer = store.query(text, prefixes=dict(prefixes))
        assert isinstance(answer, ox.QuerySolutions)
        known = {variable.value for variable in answer.variables}
        wanted = [name if name in known else None for name in names]
        return [
            tuple(None if name is None or (term := row[name]) is None else str(term) for name in wanted)
            for row in answer
        ]
    except (SyntaxError, ValueError, RuntimeError, OSError) as error:
        raise EngineError(f"a SPARQL constraint cannot be evaluated: {error}", "mend its query") from None


def _in_child(work: Callable[[], list[Row]]) -> list[Row]:
    """Do work in a copy of this process; a signal (the deadline) stops it."""
    sys.stdout.flush()
    sys.stderr.flush()
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of the store's loader rest by now
        child = os.fork()
    if not child:
        _answer(work, reading, writing)
    try:
        os.close(writing)
        with os.fdopen(reading, "rb") as answer:
            content = answer.read()
    finally:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if not content:
        raise EngineError("a SPARQL constraint needs too much memory or stack", "make its query simpler")
    found = pickle.loads(content)
    if isinstance(found, MostyError):
        raise found
    rows: list[Row] = found
    return rows


def _answer(work: Callable[[], list[Row]], reading: int, writing: int) -> None:
    """Write the pickled answer and end, whatever happens, without running anything else of the parent."""
    try:
        signal.setitimer(signal.ITIMER_REAL, 0)
        os.close(reading)
        _limit_memory()
        try:
            found: object = work()
        except MostyError as error:
            found = EngineError(error.message, error.hint)
        with os.fdopen(writing, "wb") as answer:
            answer.write(pickle.dumps(found))
    finally:
        os._exit(0)


def _limit_memory() -> None:
    """Allow this process a few gigabytes more than it has."""
    import resource

    with suppress(OSError, ValueError):
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - no path of the user
            pages = int(file.read().split()[0])
        limit = pages * resource.getpagesize() + _MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
