"""Which focus nodes of a SPARQL constraint some triples can matter to.

A solution changes only if a triple pattern of the query matches one of the triples while the patterns that must
match beside it do. So each pattern is bound to the triples in turn, and the patterns beside it tell the focus
nodes. OPTIONAL, filters and the other branch of UNION are left out, which finds too many rather than too few.

Importing this module imports rdflib, for its parser.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any, NamedTuple, TypeAlias

from rdflib import BNode, URIRef, Variable
from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, SequencePath
from rdflib.paths import Path as RdflibPath
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node

from mosty.rdf.keys import Key
from mosty.validate.compiled.constraint import KeyTriple
from mosty.validate.compiled.sparql_order import Unit, chained, ordered
from mosty.validate.compiled.sparql_store import Mirror

_Pattern: TypeAlias = tuple[Any, Any, Any]
_INSIDE = (
    "Project",
    "Distinct",
    "Reduced",
    "Slice",
    "OrderBy",
    "Group",
    "AggregateJoin",
    "SelectQuery",
    "AskQuery",
)


class _Beyond(Exception):  # noqa: N818 - a query that cannot be followed; not an error
    pass


class _Step(NamedTuple):
    """A triple pattern and those that must match beside it; no predicate stands for any."""

    pattern: _Pattern
    beside: tuple[_Pattern, ...]


class Reach:
    """Follows the patterns of one query.

    Args:
        text: the query.
        prefixes: prefixes beside its own.
        anchor: the variable whose bindings are looked for.
        parameters: what other variables are bound to.
    """

    def __init__(
        self, text: str, prefixes: Mapping[str, str], anchor: str, parameters: Mapping[str, Key]
    ) -> None:
        self._anchor = Variable(anchor)
        self._parameters = parameters
        self._fresh = 0
        try:
            algebra: Any = translateQuery(parseQuery(text), initNs=dict(prefixes)).algebra
            self._steps: list[_Step] | None = [*self._collect(algebra, ())]
        except Exception:  # _Beyond, and whatever rdflib cannot read though the engine can
            self._steps = None

    def focus(self, changed: Sequence[KeyTriple], mirror: Mirror) -> Set[Key] | None:
        """The bindings of the anchor that some triples, which the store holds, can matter to; None for any."""
        if self._steps is None:
            return None
        found: set[Key] = set()
        for step in self._steps:
            matching = [triple for triple in changed if _fits(step.pattern, triple)]
            if matching:
                nodes = self._nodes(step, matching, mirror)
                if nodes is None:
                    return None
                found |= nodes
        if any(node[0] == '"' and node[-1] != '"' for node in found):
            return None  # the store writes different literals the same way
        return found

    def _nodes(self, step: _Step, matching: Sequence[KeyTriple], mirror: Mirror) -> Set[Key] | None:
        subject, predicate, value = step.pattern
        for at, term in ((0, subject), (2, value), (1, predicate)):
            if term == self._anchor:
                return {triple[at] for triple in matching}
        patterns = self._connected(step)
        if not any(self._anchor in pattern for pattern in patterns):
            return None
        texts = {self._text(term): at for at, term in enumerate(step.pattern) if _is_variable(term)}
        bound = {name: at for name, at in texts.items() if name[0] == "?"}
        rows = " ".join(
            "(" + " ".join("UNDEF" if t[at][0] == "_" else t[at] for at in bound.values()) + ")"
            for t in dict.fromkeys(matching)
        )
        names = " ".join(bound)
        known = {name[1:] for name in bound}
        body = chained(ordered(map(self._unit, patterns), known, mirror.graph), first=False)
        text = f"SELECT DISTINCT ?{self._anchor} {{ VALUES ({names}) {{ {rows} }} {body} }}"
        return {row[0] for row in mirror.ask(text, {}, (str(self._anchor),)) if row[0] is not None}

    def _connected(self, step: _Step) -> list[_Pattern]:
        """The step's pattern and those that hang together with it."""
        known = set(filter(_is_variable, step.pattern))
        found, rest = [step.pattern], list(step.beside)
        while near := [p for p in rest if not known.isdisjoint(filter(_is_variable, p))]:
            found += near
            rest = [p for p in rest if p not in near]
            known.update(term for pattern in near for term in pattern if _is_variable(term))
        return found

    def _collect(self, node: Any, beside: tuple[_Pattern, ...]) -> Iterator[_Step]:
        """The triple patterns of a part of the query, each with those that must match beside it."""
        kind = node.name
        if kind == "BGP":
            patterns = tuple(node.triples)
            for i, pattern in enumerate(patterns):
                yield from self._steps_of(pattern, (*beside, *patterns[:i], *patterns[i + 1 :]))
        elif kind == "Join":
            yield from self._collect(node.p1, beside + _mandatory(node.p2))
            yield from self._collect(node.p2, beside + _mandatory(node.p1))
        elif kind == "LeftJoin":
            left = _mandatory(node.p1)
            yield from self._collect(node.p1, beside)
            yield from self._collect(node.p2, _visible(beside, left, node.p2) + left)
            yield from self._inside(node.expr, beside, left)
        elif kind == "Union":
            yield from self._collect(node.p1, beside)
            yield from self._collect(node.p2, beside)
        elif kind in ("Filter", "Extend"):
            yield from self._collect(node.p, beside)
            yield from self._inside(node.expr, beside, _mandatory(node.p))
        elif kind == "Graph":  # the shapes graph
            return
        elif kind in _INSIDE and (kind != "Project" or not beside):
            yield from self._collect(node.p, beside)
        else:
            raise _Beyond

    def _inside(
        self, expression: Any, beside: tuple[_Pattern, ...], own: tuple[_Pattern, ...]
    ) -> Iterator[_Step]:
        """The patterns of EXISTS and NOT EXISTS inside an expression."""
        if isinstance(expression, CompValue):
            if expression.name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
                body = expression.graph
                yield from self._collect(body, _visible(beside, own, body) + own)
            else:
                for part in expression.values():
                    yield from self._inside(part, beside, own)
        elif isinstance(expression, list | tuple):
            for part in expression:
                yield from self._inside(part, beside, own)

    def _steps_of(self, pattern: _Pattern, beside: tuple[_Pattern, ...]) -> Iterator[_Step]:
        """A pattern with a path as patterns without, one for each predicate of the path."""
        start, path, end = pattern
        if not isinstance(path, RdflibPath):
            yield _Step(pattern, beside)
        elif isinstance(path, InvPath):
            yield from self._steps_of((end, path.arg, start), beside)
        elif isinstance(path, AlternativePath):
            for choice in path.args:
                yield from self._steps_of((start, choice, end), beside)
        elif isinstance(path, SequencePath):
            stops = [start, *(self._variable() for _ in path.args[1:]), end]
            parts = [(stops[i], step, stops[i + 1]) for i, step in enumerate(path.args)]
            for i, part in enumerate(parts):
                yield from self._steps_of(part, (*beside, *parts[:i], *parts[i + 1 :]))
        elif isinstance(path, MulPath):
            fixed = {term for other in beside for term in other} | {self._anchor}
            if path.zero and not any(term in fixed or not _is_variable(term) for term in (start, end)):
                raise _Beyond  # any node at all leads to itself
            before, after = self._variable(), self._variable()
            around = MulPath(path.path, "*")
            yield from self._steps_of(
                (before, path.path, after), (*beside, (start, around, before), (after, around, end))
            )
        else:
            raise _Beyond

    def _variable(self) -> Variable:
        self._fresh += 1
        return Variable(f"mosty_{self._fresh}")

    def _unit(self, pattern: _Pattern) -> Unit:
        start, step, end = map(self._text, pattern)
        names = frozenset(text[1:] for text in (start, step, end) if text[0] == "?")
        return Unit(
            f"{start} {step} {end}",
            start[1:] if start[0] == "?" else "",
            f"<{pattern[1]}>" if isinstance(pattern[1], URIRef) else None,
            end[1:] if end[0] == "?" else "",
            names,
        )

    def _text(self, term: Any) -> str:
        if isinstance(term, Variable):
            key = self._parameters.get(str(term))
            return key if key is not None and key[0] == "<" else f"?{term}"
        if isinstance(term, BNode):
            return f"?mosty_b{abs(hash(term))}"
        return _path_text(term) if isinstance(term, RdflibPath) else str(term.n3())


def _mandatory(node: Any) -> tuple[_Pattern, ...]:
    """The patterns that match in every solution of a part of the query."""
    kind = node.name
    if kind == "BGP":
        return tuple(node.triples)
    if kind == "Join":
        return _mandatory(node.p1) + _mandatory(node.p2)
    if kind == "LeftJoin":
        return _mandatory(node.p1)
    return _mandatory(node.p) if kind in ("Filter", "Extend") else ()


def _visible(beside: tuple[_Pattern, ...], own: tuple[_Pattern, ...], body: Any) -> tuple[_Pattern, ...]:
    """Those patterns beside a body that share no variable with it but what its own group binds."""
    bound = {term for pattern in own for term in pattern}
    local = {term for term in _variables(body) if term not in bound}
    return tuple(pattern for pattern in beside if local.isdisjoint(pattern))


def _variables(part: Any) -> Iterator[Node]:
    if isinstance(part, Variable | BNode):
        yield part
    elif isinstance(part, CompValue):
        for inner in part.values():
            yield from _variables(inner)
    elif isinstance(part, list | tuple | set):
        for inner in part:
            yield from _variables(inner)


def _is_variable(term: Any) -> bool:
    return isinstance(term, Variable | BNode)


def _fits(pattern: _Pattern, triple: KeyTriple) -> bool:
    return all(
        not isinstance(term, URIRef) or f"<{term}>" == key for term, key in zip(pattern, triple, strict=True)
    )


def _path_text(path: Any) -> str:
    if isinstance(path, URIRef):
        return f"<{path}>"
    if isinstance(path, InvPath):
        return f"^({_path_text(path.arg)})"
    if isinstance(path, MulPath):
        return f"({_path_text(path.path)}){path.mod}"
    if isinstance(path, NegatedPath):
        raise _Beyond
    mark = "/" if isinstance(path, SequencePath) else "|"
    return mark.join(f"({_path_text(step)})" for step in path.args)
