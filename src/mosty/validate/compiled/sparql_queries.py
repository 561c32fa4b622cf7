"""SPARQL constraints over whole sets: one query for all focus nodes, each solution a finding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from typing import NamedTuple

from mosty.model.errors import EngineError
from mosty.model.paths import Path
from mosty.model.terms import IRI, Literal, Term, literal
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, from_key, lexical_form, to_key
from mosty.validate.compiled.constraint import NONE, Constraint, KeyTriple, Unsupported, Values
from mosty.validate.compiled.sparql_rewriting import rewritten
from mosty.validate.compiled.sparql_store import Mirror, Row, canonical, mirror_of, rewritten_of
from mosty.validate.compiled.sparql_text import Query, fill_in, parses
from mosty.validate.findings import Finding
from mosty.validate.plan import Plan, Shape, shape_name

_OUTCOME = ("this", "value", "path", "message", "failure")


class Source(NamedTuple):
    """Where a query comes from and what is bound before it runs.

    Attributes:
        query: the query.
        component: the constraint component.
        constraint: the node with the query, for ``sh:sparql``; None for a component's validator.
        messages: what it says, with placeholders.
        parameters: the values of the component's parameters, by the names of their variables.
    """

    query: Query
    component: IRI
    constraint: Term | None
    messages: tuple[Literal, ...]
    parameters: Mapping[str, Key]


class _SparqlConstraint(Constraint):
    """What SELECT and ASK have in common: the store, what is bound, and messages."""

    def __init__(self, source: Source, shape: Shape, plan: Plan, graph: Graph) -> None:
        super().__init__(source.component.value, shape)
        self.query = source.query
        self.graph = graph
        self.mirror: Mirror = mirror_of(graph)
        self._source = source
        self._plan = plan
        self._refuse_rewritten(NONE)

    @cached_property
    def reads(self) -> frozenset[Key] | None:
        """The predicates that the query can read; None for any."""
        return self.query.predicates()

    @cached_property
    def _steps_may_lack(self) -> bool:
        return any(True for _ in self.query.zero_length())

    def constants(self) -> str:
        """The pattern that binds everything but the focus nodes and values."""
        bound = dict(self._source.parameters)
        if self.query.mentions("currentShape"):
            bound["currentShape"] = to_key(self.shape.node)
        parts = [
            self.mirror.binding(name, frozenset({key})) if key[0] == "_" else f"BIND({key} AS ?{name})"
            for name, key in bound.items()
            if self.query.mentions(name)
        ]
        if self.query.mentions("shapesGraph"):
            parts.append(self.mirror.shapes(self._plan.graph))
        return " ".join(parts)

    def prepare(self, nodes: Set[Key]) -> None:
        """Load what the query reads.

        Raises:
            Unsupported: the store would not answer as the data are written.
        """
        self._refuse_rewritten(nodes)
        self.load()
        if self._steps_may_lack:
            if self.reads is not None:
                self.mirror.need_nodes(nodes)
            elif absent := self.mirror.absent(nodes):
                raise Unsupported(f"its query starts at {absent}, which the data do not mention")

    def load(self) -> None:
        """Load the columns that the query reads, and nothing that it must not see."""
        self.mirror.need(self.reads)
        if self.reads is None:
            self.mirror.forget_nodes()

    def _refuse_rewritten(self, nodes: Iterable[Key]) -> None:
        query, parameters = self.query, self._source.parameters
        if (
            query.sees_writing
            or any(key[0] == '"' and query.matches(name) for name, key in parameters.items())
            or ((query.matches("this") or query.matches("value")) and any(key[0] == '"' for key in nodes))
        ):
            literal = self.mirror.rewritten(self.reads) or rewritten_of((*nodes, *parameters.values()))
        else:
            literal = self.mirror.rewritten(self.reads, query.constants) if query.constants else None
        if literal:
            raise Unsupported(f"its query reads {literal}, which the store writes {canonical(literal)}")

    def ask(
        self, pattern: str, names: Sequence[str], projection: str | None = None, each: str = ""
    ) -> list[Row]:
        """Run the query with a pattern before it; see `Query.bound_to`."""
        bound = {"this", *self._source.parameters} | ({"value"} if projection else set())
        text = self.query.bound_to(pattern, projection, rewritten(self.query, bound, self.graph), each)
        if not parses(self.query, text):
            text = self.query.bound_to(pattern, projection, each=each)
        return self.mirror.ask(text, self.query.prefixes, names)

    def told(
        self, focus: Key, value: Key | None, path: Path | None, bindings: Mapping[str, Key | None]
    ) -> Finding:
        """A finding with its messages (SHACL, section 5.3.2)."""
        known: dict[str, Key | None] = {"this": focus, "value": value, **self._source.parameters}
        known |= {name: key for name, key in bindings.items() if key is not None}

        def shown(name: str) -> str | None:
            key = known.get(name)
            return None if key is None else _plain(key)

        message = bindings.get("message")
        templates = self._source.messages or self.shape.messages
        if message is not None and message[0] == '"':
            stated: tuple[Literal, ...] | None = (_literal(message),)
        else:
            stated = tuple(
                literal(fill_in(template.lexical, shown), language=template.language)
                for template in templates
            )
        return Finding(
            self.shape.node,
            self.component,
            focus,
            path,
            value,
            self._source.constraint,
            stated or None,
        )

    def touched(self, changed: Sequence[KeyTriple]) -> Set[Key] | None:
        """See `Constraint.touched`: nothing, when the query reads none of the predicates."""
        reads = self.reads
        if reads is not None and all(predicate not in reads for _, predicate, _ in changed):
            return NONE
        return self.reached(changed)

    def reached(self, changed: Sequence[KeyTriple]) -> Set[Key] | None:
        """The focus nodes that some triples can matter to; None for any."""
        from mosty.validate.compiled.sparql_reach import Reach

        self.load()
        return self._reach(Reach, changed)

    def _reach(self, kind: type, changed: Sequence[KeyTriple]) -> Set[Key] | None:
        if not hasattr(self, "_reaching"):
            self._reaching = kind(
                self.query.text(), self.query.prefixes, self.anchor, self._source.parameters
            )
        found: Set[Key] | None = self._reaching.focus(changed, self.mirror)
        return found

    anchor = "this"
    """The variable that tells what a solution is about."""


class SelectConstraint(_SparqlConstraint):
    """Each solution of a SELECT query is a finding (SHACL, sections 5.3.1 and 6.2.3)."""

    def __init__(self, source: Source, shape: Shape, plan: Plan, graph: Graph) -> None:
        super().__init__(source, shape, plan, graph)
        self._names = (*_OUTCOME, *sorted(self.query.variables - set(_OUTCOME)))
        self._known: tuple[int, Set[Key], Mapping[Key, list[Row]]] | None = None
        self._written: tuple[int, Mapping[Key, list[Key]]] | None = None

    def failing(self, focus: Set[Key], values: Values) -> Set[Key]:
        """See `Constraint.failing`."""
        return self._rows(focus).keys() & focus

    def findings(self, focus: Key, values: Collection[Key]) -> Iterator[Finding]:
        """See `Constraint.findings`."""
        known = self._known
        if known is None or known[0] != self.mirror.version or focus not in known[1]:
            rows = self._rows(frozenset({focus})).get(focus, [])
        else:
            rows = known[2].get(focus, [])
        for row in rows:
            yield from self._told(focus, row)

    def all_findings(self, focus: Set[Key], values: Values) -> Iterator[Finding]:
        """See `Constraint.all_findings`."""
        for node, rows in self._rows(focus).items():
            for row in rows:
                yield from self._told(node, row)

    def _rows(self, focus: Set[Key]) -> Mapping[Key, list[Row]]:
        """The solutions of each focus node that has some."""
        known = self._known
        if known is not None and known[0] == self.mirror.version and known[1] == focus:
            return known[2]
        found: dict[Key, list[Row]] = defaultdict(list)
        if focus:
            self.prepare(focus)
            pattern, each = self.constants(), self.mirror.binding("this", focus)
            if not self.query.is_limited:
                pattern, each = f"{each} {pattern}", ""
            as_stored = _by_stored(focus)
            # Solutions that are equal in all that they return are one result.
            for row in dict.fromkeys(self.ask(pattern, self._names, each=each)):
                node = row[0]
                if node is not None:
                    for written in as_stored.get(node, (node,)):
                        found[written].append(row)
        self._known = (self.mirror.version, frozenset(focus), found)
        return found

    def _told(self, focus: Key, row: Row) -> Iterator[Finding]:
        bindings = dict(zip(self._names, row, strict=True))
        if bindings["failure"] is not None and lexical_form(bindings["failure"]) in ("true", "1"):
            raise EngineError(
                f"{self.shape.file}: the SPARQL constraint of {shape_name(self.shape, self._plan.prefixes)}"
                f" reports a failure at {focus}",
                "see what its query calls a failure",
            )
        path = bindings["path"]
        result_path = IRI(path[1:-1]) if path is not None and path[0] == "<" else self.shape.path
        value = bindings["value"]
        if value is None:
            yield self.told(focus, focus if self.shape.path is None else None, result_path, bindings)
        else:
            written = self._as_written(value)
            yield self.told(focus, written, result_path, {**bindings, "value": written})

    def _as_written(self, value: Key) -> Key:
        """The literal that the store gives as this one.

        Raises:
            Unsupported: the data hold several of them.
        """
        if value[0] != '"' or value[-1] == '"' or self.mirror.rewritten(self.reads) is None:
            return value
        if self._written is None or self._written[0] != self.mirror.version:
            columns = map(self.graph.column, self.graph.columns if self.reads is None else self.reads)
            literals = {node for column in columns for node in column.distinct() if node[0] == '"'}
            self._written = (self.mirror.version, _by_stored(literals))
        found = self._written[1].get(value, (value,))
        if len(found) > 1:
            raise Unsupported(f"its query finds {value}, which is written in several ways")
        return found[0]


class AskConstraint(_SparqlConstraint):
    """Each value node for which an ASK query is false is a finding (SHACL, section 6.2.3)."""

    anchor = "value"

    def failing(self, focus: Set[Key], values: Values) -> Set[Key]:
        """See `Constraint.failing`."""
        return {node for node, _ in self._failing(focus, values)}

    def findings(self, focus: Key, values: Collection[Key]) -> Iterator[Finding]:
        """See `Constraint.findings`."""
        for node, value in self._wrong([(focus, value) for value in values]):
            yield self.told(node, value, self.shape.path, {})

    def all_findings(self, focus: Set[Key], values: Values) -> Iterator[Finding]:
        """See `Constraint.all_findings`."""
        for node, value in self._failing(focus, values):
            yield self.told(node, value, self.shape.path, {})

    def touched(self, changed: Sequence[KeyTriple]) -> Set[Key] | None:
        """Nothing beside the value nodes, unless the query looks at the focus node too."""
        return super().touched(changed) if self.query.mentions("this") else NONE

    def touched_values(self, changed: Sequence[KeyTriple]) -> Set[Key] | None:
        """See `Constraint.touched_values`."""
        return super().touched(changed)

    def reached(self, changed: Sequence[KeyTriple]) -> Set[Key] | None:
        """See `_SparqlConstraint.reached`; a query about two nodes at once can be about any."""
        return None if self.query.mentions("this") else super().reached(changed)

    def _failing(self, focus: Set[Key], values: Values) -> list[tuple[Key, Key]]:
        return self._wrong([(node, value) for node in focus for value in values.of(node)])

    def _wrong(self, pairs: Sequence[tuple[Key, Key]]) -> list[tuple[Key, Key]]:
        """The pairs for which the query is false."""
        if not pairs:
            return []
        nodes = {value for _, value in pairs}
        self.prepare(nodes | {node for node, _ in pairs} if self.query.mentions("this") else nodes)
        if self.query.mentions("this"):
            pattern = f"{self.mirror.pairs(pairs)} {self.constants()}"
            rows = self.ask(pattern, ("mosty_pair",), "DISTINCT ?mosty_pair")
            right = {int(row[0][1:-1].rpartition(":")[2]) for row in rows if row[0] is not None}
            return [pair for number, pair in enumerate(pairs) if number not in right]
        pattern = f"{self.mirror.binding('value', nodes)} {self.constants()}"
        rows = self.ask(pattern, ("value",), "DISTINCT ?value")
        conforming = {row[0] for row in rows}
        return [pair for pair in pairs if canonical(pair[1]) not in conforming]


def _by_stored(nodes: Set[Key]) -> Mapping[Key, list[Key]]:
    """The literals among some nodes, by how the store writes them."""
    found: dict[Key, list[Key]] = defaultdict(list)
    for node in nodes:
        if node[0] == '"':
            found[canonical(node)].append(node)
    return found


def _plain(key: Key) -> str:
    if key[0] == "<":
        return key[1:-1]
    return lexical_form(key) if key[0] == '"' else key


def _literal(key: Key) -> Literal:
    term = from_key(key)
    assert isinstance(term, Literal)
    return term
