"""The shapes, read once into a plan that any engine can follow: shapes in, nothing engine-specific.

A plan carries the shapes graph as it was written, and each shape as a value: name, targets, path, parameters,
messages, severity, description.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from mosty.engines import guard
from mosty.model.diagnostics import Severity
from mosty.model.errors import InputError, MostyError
from mosty.model.paths import Alternative, Inverse, Path, Repeat, path_text
from mosty.model.paths import Sequence as SequencePath
from mosty.model.terms import IRI, RDF, Literal, Term
from mosty.rdf.graph import Graph
from mosty.rdf.prefixes import Prefixes
from mosty.rdf.terms import to_model
from mosty.validate.syntax import SH as SH
from mosty.validate.syntax import Index, Node, ShapeError, refuse_ill_formed, shown

RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
_TARGETS = ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")
_SHAPE_VALUES = ("property", "node", "not", "qualifiedValueShape")
_SHAPE_LISTS = ("and", "or", "xone")
_REPEATS = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}
_CLASS_TYPES = frozenset({RDFS + "Class", OWL + "Class"})
_SUBCLASS = RDFS + "subClassOf"
_SEVERITIES = {
    SH + "Violation": Severity.VIOLATION,
    SH + "Warning": Severity.WARNING,
    SH + "Info": Severity.INFO,
}
_SPARQL = frozenset({SH + "select", SH + "ask", SH + "construct"})
_NUMBER = re.compile(r"[0-9a-fA-F]{16,}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MAX_PATH_DEPTH = 10
_MAX_NESTING = 120
_MAX_NAMES = 8


class Target(NamedTuple):
    """One target declaration, such as ``sh:targetClass mosty:Project`` (SHACL, section 2.1.3)."""

    predicate: IRI
    value: Term


class Shape(NamedTuple):
    """A node shape or property shape of the shapes graph.

    Attributes:
        node: the shape itself.
        rule: its name for people: the last part of its IRI, or its parent's name and its path.
        file: the file that declares it.
        path: the path of a property shape; None for a node shape.
        targets: what it is applied to by itself; empty for shapes that others refer to.
        parameters: its constraint parameters (``sh:minCount`` ...) with their values, lists written out.
        messages: what it says about a node that does not conform.
        sparql_messages: what its SPARQL constraints say, with placeholders such as ``{?value}``.
        severity: how bad that is; a severity of its own making counts as a violation.
        severity_iri: the severity as stated.
        description: why the rule is there and how to mend what it finds.
    """

    node: Term
    rule: str
    file: str
    path: Path | None
    targets: tuple[Target, ...]
    parameters: Mapping[IRI, tuple[Term, ...]]
    messages: tuple[Literal, ...]
    sparql_messages: tuple[Literal, ...]
    severity: Severity
    severity_iri: IRI
    description: str | None
    deactivated: bool


class Plan(NamedTuple):
    """What to check: the shapes graph as written, its shapes as values, and how to call IRIs in messages."""

    quads: tuple[ox.Quad, ...]
    graph: Graph
    shapes: Mapping[Term, Shape]
    prefixes: Prefixes

    def targeted(self) -> Iterator[Shape]:
        """Give the shapes that are applied by themselves."""
        return (shape for shape in self.shapes.values() if shape.targets and not shape.deactivated)


def make_plan(files: Iterable[tuple[str, Sequence[ox.Quad]]], prefixes: Prefixes) -> Plan:
    """Make a plan from shape files that were read already.

    Args:
        files: each file's name and its quads.
        prefixes: how messages write IRIs.

    Raises:
        InputError: no shape at all; a property shape without path or with a broken one; shapes that refer
            to themselves; a SPARQL constraint that calls the network; an entailment regime.
    """
    quads: list[ox.Quad] = []
    origin: dict[Node, str] = {}
    for name, read in files:
        quads += read
        for quad in read:
            origin.setdefault(quad.subject, name)
            if quad.predicate.value in _SPARQL and isinstance(quad.object, ox.Literal):
                _refuse_network(quad.object.value, quad.subject, name)
            if quad.predicate.value == SH + "entailment":  # SHACL, section 1.5: a failure must be signalled
                message = f"{name}: sh:entailment {quad.object}: no entailment regime is supported"
                raise InputError(
                    message, "state in the data what would be inferred, and leave out sh:entailment"
                )
    reader = _Reader(quads, origin)
    shapes = reader.shapes()

    def name_of(node: Node) -> tuple[str, str]:
        shape = shapes[to_model(node)]
        return shape.file, shape_name(shape, prefixes)

    if not shapes:
        names = sorted(set(origin.values()))
        raise InputError(
            f"{', '.join(names) or 'the shapes'}: no SHACL shape found",
            "a shapes file declares sh:NodeShape or sh:PropertyShape",
        )
    reader.refuse_recursion()
    refuse_ill_formed(reader.nodes, reader.index, name_of)
    return Plan(tuple(quads), Graph.of(quads), shapes, prefixes)


class _Reader:
    """Finds the shapes in a shapes graph (SHACL, section 2.1) and reads each one."""

    def __init__(self, quads: Sequence[ox.Quad], origin: Mapping[Node, str]) -> None:
        self.origin = origin
        index: dict[Node, dict[str, dict[Node, None]]] = defaultdict(lambda: defaultdict(dict))
        for subject, predicate, value, _ in quads:
            index[subject][predicate.value][value] = None
        self.index: Index = {
            node: {predicate: tuple(values) for predicate, values in properties.items()}
            for node, properties in index.items()
        }
        self.references = {node: tuple(self._referred(node)) for node in self.index}
        self.nodes: Sequence[Node] = ()

    def values(self, node: Node, name: str) -> Sequence[Node]:
        return self.index.get(node, {}).get(SH + name, ())

    def items(self, head: Node) -> list[Node]:
        """The members of an RDF list; stops at a loop or a missing end."""
        members, seen = [], set()
        while head not in seen and (first := self.index.get(head, {}).get(RDF + "first")):
            seen.add(head)
            members.append(first[0])
            rest = self.index[head].get(RDF + "rest", ())
            head = rest[0] if rest else head
        return members

    def _referred(self, node: Node) -> Iterator[Node]:
        for name in _SHAPE_VALUES:
            yield from self.values(node, name)
        for name in _SHAPE_LISTS:
            for head in self.values(node, name):
                yield from self.items(head)

    def shapes(self) -> dict[Term, Shape]:
        nodes: dict[Node, None] = {}  # an ordered set
        for node, properties in self.index.items():
            if (
                self._types(node) & {SH + "NodeShape", SH + "PropertyShape"}
                or any(SH + name in properties for name in _TARGETS)
                or SH + "property" in properties
                or SH + "node" in properties
            ):
                nodes[node] = None
        for node in list(nodes):
            self._collect(node, nodes)
        self.nodes = tuple(nodes)
        parents = {child: node for node in nodes for child in self.references.get(node, ())}
        shapes = (self._shape(node, parents) for node in nodes)
        return {shape.node: shape for shape in shapes}

    def _types(self, node: Node) -> set[str]:
        """The classes of a node of the shapes graph, and those above them (SHACL, section 1.1: SHACL type)."""
        kinds = dict.fromkeys(self.index.get(node, {}).get(RDF + "type", ()))
        open_kinds = list(kinds)
        while open_kinds:
            for above in self.index.get(open_kinds.pop(), {}).get(_SUBCLASS, ()):
                if above not in kinds:
                    kinds[above] = None
                    open_kinds.append(above)
        return {kind.value for kind in kinds if isinstance(kind, ox.NamedNode)}

    def _collect(self, node: Node, nodes: dict[Node, None]) -> None:
        open_nodes = list(self.references.get(node, ()))
        while open_nodes:
            child = open_nodes.pop()
            if child not in nodes and not isinstance(child, ox.Literal):
                nodes[child] = None
                open_nodes += self.references.get(child, ())

    def _shape(self, node: Node, parents: Mapping[Node, Node]) -> Shape:
        file = self.origin.get(node, "the shapes")
        types = self._types(node)
        path = self._own_path(node, file, required=SH + "PropertyShape" in types)
        targets = tuple(
            Target(IRI(SH + name), to_model(value)) for name in _TARGETS for value in self.values(node, name)
        )
        if types & _CLASS_TYPES:  # SHACL, section 2.1.3.3: implicit class targets
            targets += (Target(IRI(SH + "targetClass"), to_model(node)),)
        severities = [
            value.value for value in self.values(node, "severity") if isinstance(value, ox.NamedNode)
        ]
        severity = severities[0] if severities else SH + "Violation"
        deactivated = any(
            isinstance(v, ox.Literal) and v.value == "true" for v in self.values(node, "deactivated")
        )
        return Shape(
            node=to_model(node),
            rule=self._rule(node, parents),
            file=file,
            path=path,
            targets=targets,
            parameters=self._parameters(node),
            messages=self._literals(node, "message"),
            sparql_messages=tuple(
                message
                for constraint in self.values(node, "sparql")
                for message in self._literals(constraint, "message")
            ),
            severity=_SEVERITIES.get(severity, Severity.VIOLATION),
            severity_iri=IRI(severity),
            description=plainest(self._literals(node, "description")),
            deactivated=deactivated,
        )

    def _literals(self, node: Node, name: str) -> tuple[Literal, ...]:
        found = (to_model(value) for value in self.values(node, name))
        return tuple(sorted((term for term in found if isinstance(term, Literal)), key=str))

    def _parameters(self, node: Node) -> dict[IRI, tuple[Term, ...]]:
        parameters: dict[IRI, tuple[Term, ...]] = {}
        for predicate, values in self.index.get(node, {}).items():
            if predicate.startswith(SH):
                written_out = [item for value in values for item in (self.items(value) or [value])]
                parameters[IRI(predicate)] = tuple(to_model(value) for value in written_out)
        return parameters

    def _rule(self, node: Node, parents: Mapping[Node, Node]) -> str:
        """Name a shape; those without a name of their own borrow their parent's and add their path."""
        steps: list[str] = []
        seen: set[Node] = set()
        while not _has_name(node) and node not in seen:
            seen.add(node)
            for path in self.values(node, "path"):
                steps.append(last_part(path.value) if isinstance(path, ox.NamedNode) else "path")
            if node not in parents:
                break
            node = parents[node]
        name = last_part(node.value) if isinstance(node, ox.NamedNode) else "unnamed"
        return "/".join([name, *reversed(steps)])

    def _own_path(self, node: Node, file: str, *, required: bool) -> Path | None:
        paths = self.values(node, "path")
        if len(paths) == 1:
            return self._path(paths[0], node, file, 0)
        if paths or required:
            raise ShapeError(
                str(node),
                file,
                f"property shape {shown(node)} has {len(paths) or 'no'} paths",
                "a property shape has exactly one sh:path",
            )
        return None

    def _path(self, path: Node, shape: Node, file: str, depth: int) -> Path:
        if isinstance(path, ox.NamedNode):
            return IRI(path.value)
        if isinstance(path, ox.BlankNode) and depth <= _MAX_PATH_DEPTH:
            if steps := self.items(path):
                if len(steps) >= 2:
                    return SequencePath(tuple(self._path(step, shape, file, depth + 1) for step in steps))
            elif alternative := self.values(path, "alternativePath"):
                choices = self.items(alternative[0])
                if len(choices) >= 2:
                    return Alternative(
                        tuple(self._path(choice, shape, file, depth + 1) for choice in choices)
                    )
            elif inverse := self.values(path, "inversePath"):
                return Inverse(self._path(inverse[0], shape, file, depth + 1))
            else:
                for name, mark in _REPEATS.items():
                    for value in self.values(path, name):
                        return Repeat(self._path(value, shape, file, depth + 1), mark)
        raise ShapeError(
            str(shape),
            file,
            f"the path of property shape {shown(shape)} is not a SHACL property path",
            "it is an IRI, a list of two or more, sh:inversePath, sh:alternativePath ... (SHACL, 2.3.1)",
        )

    def refuse_recursion(self) -> None:
        """Refuse shapes that refer to themselves: what they mean is undefined (SHACL, section 3.4.3)."""
        done: set[Node] = set()
        levels: dict[Node, int] = {}
        for start in self.references:
            trail: dict[Node, None] = {}  # an ordered set: the way from start to here
            stack: list[tuple[Node, Iterator[Node]]] = []
            if start not in done:
                trail[start] = None
                stack.append((start, iter(self.references[start])))
            while stack:
                node, children = stack[-1]
                child = next(children, None)
                if child is None:
                    stack.pop()
                    del trail[node]
                    done.add(node)
                    levels[node] = 1 + max(
                        (levels.get(child, 0) for child in self.references[node]), default=0
                    )
                    if levels[node] > _MAX_NESTING:
                        raise InputError(
                            f"{self.origin.get(node, 'the shapes')}: shapes are nested more than {_MAX_NESTING} levels "
                            f"deep below {shown(node)}",
                            "let fewer shapes refer to one another",
                        )
                elif child in trail:
                    way = [*trail][[*trail].index(child) :]
                    named = [shown(step) for step in [*way, child] if isinstance(step, ox.NamedNode)]
                    if len(named) > _MAX_NAMES:
                        named[_MAX_NAMES - 1 : -1] = ["..."]
                    names = " > ".join(named)
                    file = self.origin.get(child, "the shapes")
                    raise ShapeError(
                        str(child),
                        file,
                        f"recursive shapes: {names or 'unnamed shapes'}",
                        "a shape must not refer to itself through sh:node, sh:property, sh:not, sh:or ...",
                    )
                elif child not in done and child in self.references:
                    trail[child] = None
                    stack.append((child, iter(self.references[child])))


def _refuse_network(text: str, node: Node, file: str) -> None:
    """Refuse SPARQL of a constraint, validator or target that would leave the machine."""
    try:
        guard.check(text)
    except MostyError as error:
        message = f"{file}: the SPARQL of {shown(node)}: {error.message}"
        raise InputError(message, "a shape must not call the network") from None


def _has_name(node: Node) -> bool:
    """Whether people can tell a shape by its IRI: a checksum or UUID, as generators give, says nothing."""
    return isinstance(node, ox.NamedNode) and not _NUMBER.fullmatch(last_part(node.value))


def plainest(texts: Sequence[Literal]) -> str | None:
    """Choose the text for people: English first, then without language, then any.

    >>> from mosty.model.terms import literal
    >>> plainest([literal("chybí", language="cs"), literal("is missing", language="en")])
    'is missing'
    """

    def preference(text: Literal) -> tuple[int, str]:
        language = (text.language or "").lower()
        return (0 if language.split("-")[0] == "en" else 1 if not language else 2), text.lexical

    return " ".join(min(texts, key=preference).lexical.split()) if texts else None


def last_part(iri: str) -> str:
    """Give what stands after the last ``#``, ``/`` or ``:`` of an IRI.

    >>> last_part("https://w3id.org/mosty/shapes#project-without-title")
    'project-without-title'
    """
    return min((iri.rstrip("#/").rpartition(mark)[2] for mark in "#/:"), key=len)


def shape_name(shape: Shape, prefixes: Prefixes) -> str:
    """Say which shape it is, for messages: the CURIE of its IRI, or the path of an unnamed one."""
    if isinstance(shape.node, IRI):
        return prefixes.compact(shape.node)
    if shape.path is not None:
        return f"{shape.rule} ({path_text(shape.path, prefixes.compact)})"
    return shape.rule
