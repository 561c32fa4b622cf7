"""A shapes graph as somebody sees it who compares two of them: which shape can lead to a violation, and how."""

from __future__ import annotations

from collections.abc import Iterable, Set

from mosty.model.terms import RDF
from mosty.publish.forms import Form, Forms
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key
from mosty.rdf.reaching import reached

_SH = "http://www.w3.org/ns/shacl#"
_RDFS, _OWL = "http://www.w3.org/2000/01/rdf-schema#", "http://www.w3.org/2002/07/owl#"


def sh(name: str) -> Key:
    """The key of a term of SHACL.

    >>> sh("path")
    '<http://www.w3.org/ns/shacl#path>'
    """
    return f"<{_SH}{name}>"


TYPE = iri_key(RDF + "type")
TARGETS = frozenset(
    sh(name) for name in ("target", "targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")
)
CLASSES = frozenset({iri_key(_RDFS + "Class"), iri_key(_OWL + "Class")})
LISTS = frozenset(sh(name) for name in ("in", "languageIn", "and", "or", "xone"))

_KINDS = frozenset({sh("NodeShape"), sh("PropertyShape"), sh("Shape")})
_SUBCLASS = iri_key(_RDFS + "subClassOf")
_PROPERTY, _PATH, _SEVERITY, _IGNORED = (
    sh(name) for name in ("property", "path", "severity", "ignoredProperties")
)
_LOGICAL = (sh("node"), sh("not"), sh("qualifiedValueShape"))
_LOGICAL_LISTS = (sh("and"), sh("or"), sh("xone"))
# A shape in one of these places can lead to a violation because it allows more.
_TURNING = (sh("not"), sh("xone"), sh("qualifiedValueShape"))
_MILD = frozenset({sh("Info"), sh("Warning")})
_WORDING = frozenset(
    sh(name)
    for name in "message description name order group defaultValue labelTemplate resultAnnotation".split()
)
_BEYOND = frozenset(
    {TYPE, _SUBCLASS, iri_key(_OWL + "imports"), iri_key(RDF + "first"), iri_key(RDF + "rest")}
)


class ShapesGraph:
    """A shapes graph, with what depends on what.

    Attributes:
        forms: what its nodes say, without wording.
        named: the shapes that have an IRI.
        roots: unnamed shapes that no other shape refers to.
        others: IRIs that are no shapes, and that shapes may rely on (constraint components, prefixes ...).
        referenced: what shapes refer to as a shape.
        turned: shapes that can lead to a violation by allowing more, as those below sh:not.
    """

    def __init__(self, graph: Graph) -> None:
        custom = {
            path
            for parameter in graph.column(sh("parameter")).distinct()
            for path in graph.column(_PATH).values(parameter)
        }
        self.forms = Forms(
            graph,
            lambda predicate: (
                predicate in _BEYOND
                or predicate in custom
                or (predicate.startswith("<" + _SH) and predicate not in _WORDING)
            ),
        )
        self._graph = graph
        every = [*_LOGICAL, *_LOGICAL_LISTS, _PROPERTY]
        self.referenced = {node for predicate in every for node in self._ends(predicate)}
        self._nodes = self._shapes() | self.referenced
        self.named = {node for node in self._nodes if node[0] == "<" and self.forms.properties(node)}
        self.roots = {node for node in self._nodes if node[0] == "_"} - self.referenced
        self.others = {
            node
            for node in self.forms.named()
            if node not in self.named and self.forms.properties(node).keys() - {TYPE}
        }
        violating = {node for node in self._nodes if self._is_violation(node) and not self.is_off(node)}
        self._inner = self._below(
            {child for node in violating for child in self._children(node, [*_LOGICAL, *_LOGICAL_LISTS])}
        )
        self.turned = self._below(
            {child for node in violating | self._inner for child in self._children(node, _TURNING)}
        )

    def is_off(self, node: Key) -> bool:
        """Whether a shape is deactivated."""
        values = self._graph.column(sh("deactivated")).values(node)
        return any(value.startswith('"true"') for value in values)

    def is_inner(self, node: Key) -> bool:
        """Whether a shape is asked by a logical constraint whose failure is a violation."""
        return node in self._inner

    def is_binding(self, node: Key) -> bool:
        """Whether a constraint of a shape itself can lead to a violation."""
        return self._is_violation(node) or node in self._inner

    def matters(self, node: Key) -> bool:
        """Whether a shape, or a property shape below it, can lead to a violation."""
        seen: set[Key] = set()
        waiting = [node]
        while waiting:
            one = waiting.pop()
            if one in seen or self.is_off(one):
                continue
            if self.is_binding(one):
                return True
            seen.add(one)
            waiting += self._children(one, [_PROPERTY])
        return False

    def applied(self, node: Key) -> bool:
        """Whether a shape is applied by itself."""
        properties = self.forms.properties(node)
        return not TARGETS.isdisjoint(properties) or not CLASSES.isdisjoint(properties.get(TYPE, ()))

    def allowed(self, node: Key) -> set[Form]:
        """The properties that a shape allows when it is closed."""
        properties = self.forms.properties(node)
        paths = {
            path
            for child in properties.get(_PROPERTY, ())
            for path in self._graph.column(_PATH).values(child)
            if path[0] == "<"
        }
        return paths | {
            item for head in properties.get(_IGNORED, ()) for item in self.forms.items(head) or ()
        }

    def _is_violation(self, node: Key) -> bool:
        severities = self._graph.column(_SEVERITY).values(node)
        return not severities or not _MILD.issuperset(severities)

    def _shapes(self) -> set[Key]:
        types = self._graph.inverse(TYPE)
        kinds, waiting = set(_KINDS), [*_KINDS]
        while waiting:
            below = set(self._graph.inverse(_SUBCLASS).values(waiting.pop())) - kinds
            kinds |= below
            waiting += below
        found = {node for kind in kinds for node in types.values(kind)}
        for predicate in (*TARGETS, _PROPERTY, sh("node")):
            found.update(self._graph.column(predicate).one)
        return found

    def _ends(self, predicate: Key) -> set[Key]:
        values = self._graph.column(predicate).distinct()
        if predicate in _LOGICAL_LISTS:
            return {item for head in values for item in self.forms.items(head) or ()}
        return values

    def _children(self, node: Key, predicates: Iterable[Key]) -> set[Key]:
        found: set[Key] = set()
        for predicate in predicates:
            for value in self._graph.column(predicate).values(node):
                found.update(self.forms.items(value) or () if predicate in _LOGICAL_LISTS else (value,))
        return found

    def _below(self, nodes: Set[Key]) -> set[Key]:
        """Some shapes, and all that they refer to."""
        every = [*_LOGICAL, *_LOGICAL_LISTS, _PROPERTY]
        return reached(nodes, lambda node: self._children(node, every))
