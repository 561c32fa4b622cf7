"""Constraints that judge each value node by itself (SHACL, sections 4.1 to 4.4 and 4.8).

Each distinct value is judged once, however many focus nodes have it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set

from mosty.model.terms import RDF
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key, lexical_form
from mosty.validate.comparing import failing_range
from mosty.validate.compiled.constraint import KeyTriple, ValueConstraint
from mosty.validate.lexical import ill_typed
from mosty.validate.patterns import compile_pattern
from mosty.validate.plan import Shape

TYPE = iri_key(RDF + "type")
SUBCLASS = iri_key("http://www.w3.org/2000/01/rdf-schema#subClassOf")
_KINDS = {
    "IRI": "<",
    "BlankNode": "_",
    "Literal": '"',
    "BlankNodeOrIRI": "_<",
    "BlankNodeOrLiteral": '_"',
} | {"IRIOrLiteral": '<"'}


def subclasses(graph: Graph, above: Collection[Key]) -> set[Key]:
    """Some classes and everything below them (SHACL, section 1.1: SHACL subclass)."""
    found = set(above)
    below = graph.inverse(SUBCLASS)
    edge: Collection[Key] = found
    while edge:
        edge = {child for node in edge for child in below.values(node)} - found
        found |= edge
    return found


def retyped(graph: Graph, changed: Sequence[KeyTriple], classes: Set[Key] | None = None) -> set[Key]:
    """Nodes whose classes can depend on one of some triples.

    Args:
        graph: the graph, which holds the triples.
        changed: the triples.
        classes: the classes that matter, with their subclasses; None for all.
    """
    found = {s for s, p, o in changed if p == TYPE and (classes is None or o in classes)}
    moved = {s for s, p, _ in changed if p == SUBCLASS}
    if moved:
        instances = graph.inverse(TYPE)
        found.update(node for kind in subclasses(graph, moved) for node in instances.values(kind))
    return found


class Class(ValueConstraint):
    """``sh:class``: each value node is an instance of the class, or of a class below it (section 4.1.1)."""

    def __init__(self, shape: Shape, graph: Graph, kind: Key) -> None:
        super().__init__("Class", shape)
        self._graph = graph
        self._kind = kind

    def failing_values(self, values: Set[Key]) -> Set[Key]:
        """See `ValueConstraint.failing_values`."""
        kinds = subclasses(self._graph, (self._kind,))
        column = self._graph.column(TYPE)
        one, more = column.one, column.more
        failing = {value for value in values if one.get(value) not in kinds}
        return {value for value in failing if value not in more or kinds.isdisjoint(more[value])}

    def touched_values(self, changed: Sequence[KeyTriple]) -> Set[Key]:
        """See `Constraint.touched_values`."""
        return retyped(self._graph, changed, subclasses(self._graph, (self._kind,)))


class Datatype(ValueConstraint):
    """``sh:datatype``: each value node is a well-formed literal of the datatype (section 4.1.2)."""

    reads_written = True

    def __init__(self, shape: Shape, datatype: str) -> None:
        super().__init__("Datatype", shape)
        self._datatype = datatype

    def failing_values(self, values: Set[Key]) -> Set[Key]:
        """See `ValueConstraint.failing_values`."""
        return ill_typed(values, self._datatype)


class NodeKind(ValueConstraint):
    """``sh:nodeKind``: each value node is an IRI, a blank node or a literal (section 4.1.3)."""

    def __init__(self, shape: Shape, kind: str) -> None:
        super().__init__("NodeKind", shape)
        self._allowed = _KINDS[kind]

    def failing_values(self, values: Set[Key]) -> Set[Key]:
        """See `ValueConstraint.failing_values`."""
        allowed = self._allowed
        return {value for value in values if value[0] not in allowed}


class In(ValueConstraint):
    """``sh:in``: each value node is one of a list (section 4.8.3)."""

    reads_written = True

    def __init__(self, shape: Shape, allowed: Collection[Key]) -> None:
        super().__init__("In", shape)
        self._allowed = frozenset(allowed)

    def failing_values(self, values: Set[Key]) -> Set[Key]:
        """See `ValueConstraint.failing_values`."""
        return values - self._allowed


class Range(ValueConstraint):
    """``sh:minExclusive`` and its like: each value node compares with a limit (section 4.3)."""

    def __init__(self, shape: Shape, operator: str, limit: Key) -> None:
        super().__init__(operator[0].upper() + operator[1:], shape)
        self._operator = operator
        self._limit = limit

    def failing_values(self, values: Set[Key]) -> Set[Key]:
        """See `ValueConstraint.failing_values`."""
        return failing_range(values, self._limit, self._operator)


class Length(ValueConstraint):
    """``sh:minLength`` and ``sh:maxLength``, in characters of the literal or the IRI (sections 4.4.1, 4.4.2)."""

    reads_written = True

    def __init__(self, shape: Shape, operator: str, limit: int) -> None:
        super().__init__("MinLength" if operator == "minLength" else "MaxLength", shape)
        self._least = operator == "minLength"
        self._limit = limit

    def failing_values(self, values: Set[Key]) -> Set[Key]:
        """See `ValueConstraint.failing_values`."""
        limit, least = self._limit, self._least
        return {
            value
            for value in values
            if value[0] == "_" or (len(text(value)) < limit if least else len(text(value)) > limit)
        }


class Pattern(ValueConstraint):
    """``sh:pattern`` with ``sh:flags``: each literal or IRI matches, in linear time (section 4.4.3)."""

    reads_written = True

    def __init__(self, shape: Shape, pattern: str, flags: str) -> None:
        super().__init__("Pattern", shape)
        self._matches = compile_pattern(pattern, flags).matches

    def failing_values(self, values: Set[Key]) -> Set[Key]:
        """See `ValueConstraint.failing_values`."""
        matches = self._matches
        return {value for value in values if value[0] == "_" or not matches(text(value))}


class LanguageIn(ValueConstraint):
    """``sh:languageIn``: each literal has a language of a list, as SPARQL's langMatches tells (section 4.4.4)."""

    def __init__(self, shape: Shape, languages: Collection[str]) -> None:
        super().__init__("LanguageIn", shape)
        self._ranges = tuple(language.lower() for language in languages)
        self._known: dict[str, bool] = {}

    def failing_values(self, values: Set[Key]) -> Set[Key]:
        """See `ValueConstraint.failing_values`."""
        return {value for value in values if not self._allows(language_of(value))}

    def _allows(self, language: str) -> bool:
        allowed = self._known.get(language)
        if allowed is None:
            allowed = bool(language) and any(
                known == "*" or language == known or language.startswith(known + "-")
                for known in self._ranges
            )
            self._known[language] = allowed
        return allowed


def text(key: Key) -> str:
    """What SPARQL's ``str()`` gives: the lexical form of a literal, or an IRI."""
    return lexical_form(key) if key[0] == '"' else key[1:-1]


def language_of(key: Key) -> str:
    """The language tag of a literal in lower case; empty for everything else."""
    if key[0] != '"' or key[-1] in '">':
        return ""
    return key[key.rindex("@") + 1 :].lower()
