"""SHACL's syntax rules: what makes a shape ill-formed, refused before anything is validated (SHACL, appendix).

What an ill-formed shape means is undefined (section 3.1), so an engine could silently check something else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import pyoxigraph as ox

from mosty.model.errors import InputError
from mosty.model.terms import RDF, XSD
from mosty.rdf.keys import Key
from mosty.validate.lexical import MOST_DIGITS, is_well_formed

SH = "http://www.w3.org/ns/shacl#"

Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Index: TypeAlias = Mapping[Node, Mapping[str, Sequence[Node]]]

_NIL = ox.NamedNode(RDF + "nil")
_NODE_KINDS = frozenset(
    SH + kind
    for kind in ("BlankNode", "IRI", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
)
_PATH_PARTS = ("alternativePath", "inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")
_NOT_IN_NODE_SHAPES = (
    "lessThan",
    "lessThanOrEquals",
    "maxCount",
    "minCount",
    "qualifiedValueShape",
    "uniqueLang",
)
_MAX_SHOWN = 60


class _Rule(NamedTuple):
    """What the values of a parameter must be.

    Attributes:
        what: in words.
        section: where the specification says so.
        allows: whether a value is right.
        single: whether there must not be several.
        members: for lists, whether a member is right.
    """

    what: str
    section: str
    allows: Callable[[Node], bool]
    single: bool = True
    members: Callable[[Node], bool] | None = None


def _is_iri(node: Node) -> bool:
    return isinstance(node, ox.NamedNode)


def _is_literal(node: Node) -> bool:
    return isinstance(node, ox.Literal)


def _is_shape(node: Node) -> bool:
    return isinstance(node, ox.NamedNode | ox.BlankNode)


def _is_text(node: Node) -> bool:
    return isinstance(node, ox.Literal) and node.datatype.value in (XSD + "string", RDF + "langString")


def _of(datatype: str) -> Callable[[Node], bool]:
    def allows(node: Node) -> bool:
        return (
            isinstance(node, ox.Literal)
            and node.datatype.value == XSD + datatype
            and is_well_formed(node.value, XSD + datatype)
        )

    return allows


def _is_number(node: Node) -> bool:
    """Whether a node is an integer that Python reads; no count and no length has thousands of digits."""
    return isinstance(node, ox.Literal) and _of("integer")(node) and len(node.value) < MOST_DIGITS


def _any(node: Node) -> bool:
    return True


_RULES = {
    "targetNode": _Rule(
        "an IRI or a literal", "2.1.3.1", lambda node: not isinstance(node, ox.BlankNode), False
    ),
    "targetClass": _Rule("an IRI", "2.1.3.2", _is_iri, False),
    "targetSubjectsOf": _Rule("an IRI", "2.1.3.4", _is_iri, False),
    "targetObjectsOf": _Rule("an IRI", "2.1.3.5", _is_iri, False),
    "severity": _Rule("an IRI", "2.1.4", _is_iri),
    "message": _Rule("a text", "2.1.5", _is_text, False),
    "deactivated": _Rule("true or false", "2.1.6", _of("boolean")),
    "class": _Rule("an IRI", "4.1.1", _is_iri, False),
    "datatype": _Rule("an IRI", "4.1.2", _is_iri),
    "nodeKind": _Rule(
        "sh:IRI, sh:BlankNode, sh:Literal or two of them, such as sh:BlankNodeOrIRI",
        "4.1.3",
        lambda node: isinstance(node, ox.NamedNode) and node.value in _NODE_KINDS,
    ),
    "minCount": _Rule("an integer", "4.2.1", _is_number),
    "maxCount": _Rule("an integer", "4.2.2", _is_number),
    "minExclusive": _Rule("a literal", "4.3.1", _is_literal),
    "minInclusive": _Rule("a literal", "4.3.2", _is_literal),
    "maxExclusive": _Rule("a literal", "4.3.3", _is_literal),
    "maxInclusive": _Rule("a literal", "4.3.4", _is_literal),
    "minLength": _Rule("an integer", "4.4.1", _is_number),
    "maxLength": _Rule("an integer", "4.4.2", _is_number),
    "pattern": _Rule("a text without language", "4.4.3", _of("string")),
    "flags": _Rule("a text without language", "4.4.3", _of("string")),
    "languageIn": _Rule("a list of texts without language", "4.4.4", _any, members=_of("string")),
    "uniqueLang": _Rule("true or false", "4.4.5", _of("boolean")),
    "equals": _Rule("an IRI", "4.5.1", _is_iri, False),
    "disjoint": _Rule("an IRI", "4.5.2", _is_iri, False),
    "lessThan": _Rule("an IRI", "4.5.3", _is_iri, False),
    "lessThanOrEquals": _Rule("an IRI", "4.5.4", _is_iri, False),
    "not": _Rule("a shape", "4.6.1", _is_shape, False),
    "and": _Rule("a list of shapes", "4.6.2", _any, False, _is_shape),
    "or": _Rule("a list of shapes", "4.6.3", _any, False, _is_shape),
    "xone": _Rule("a list of shapes", "4.6.4", _any, False, _is_shape),
    "node": _Rule("a node shape", "4.7.1", _is_shape, False),
    "property": _Rule("a property shape", "4.7.2", _is_shape, False),
    "qualifiedValueShape": _Rule("a shape", "4.7.3", _is_shape),
    "qualifiedMinCount": _Rule("an integer", "4.7.3", _is_number),
    "qualifiedMaxCount": _Rule("an integer", "4.7.3", _is_number),
    "qualifiedValueShapesDisjoint": _Rule("true or false", "4.7.3", _of("boolean")),
    "closed": _Rule("true or false", "4.8.1", _of("boolean")),
    "ignoredProperties": _Rule("a list of IRIs", "4.8.1", _any, members=_is_iri),
    "in": _Rule("a list", "4.8.3", _any, members=_any),
}


class ShapeError(InputError):
    """A shape is ill-formed.

    Args:
        node: the key of the shape.
        file: the file that it is from.
        what: what is wrong, with the shape's name.
        hint: what to do.
    """

    def __init__(self, node: Key, file: str, what: str, hint: str) -> None:
        super().__init__(f"{file}: {what}", hint)
        self.node = node
        self.file = file
        self.what = what


def refuse_ill_formed(shapes: Iterable[Node], index: Index, name: Callable[[Node], tuple[str, str]]) -> None:
    """Refuse shapes that break a syntax rule of SHACL Core.

    Args:
        shapes: the nodes of the shapes graph that are shapes.
        index: the shapes graph: subject, predicate, objects.
        name: the file of a shape, and how messages call it.

    Raises:
        ShapeError: the first offence: which shape, which parameter, what is expected.
    """
    for node in shapes:
        for what, section in _offences(node, index):
            file, shape = name(node)
            raise ShapeError(str(node), file, f"{shape}: {what}", f"see SHACL, section {section}")


def _offences(node: Node, index: Index) -> Iterator[tuple[str, str]]:
    properties = index.get(node, {})
    for predicate, values in properties.items():
        name = predicate.removeprefix(SH)
        rule = _RULES.get(name) if predicate.startswith(SH) else None
        if rule is None:
            continue
        if rule.single and len(values) > 1:
            yield f"sh:{name} is stated {len(values)} times, and may be stated once", rule.section
        for value in values:
            if not rule.allows(value):
                yield f"sh:{name} must be {rule.what}, not {shown(value)}", rule.section
            elif rule.members is not None:
                yield from _list_offences(name, rule, value, index)
    if SH + "path" in properties:
        for path in properties[SH + "path"]:
            yield from _path_offences(path, index)
    else:
        for name in _NOT_IN_NODE_SHAPES:
            if SH + name in properties:
                yield f"sh:{name} belongs to property shapes, and there is no sh:path", _RULES[name].section
    for value in properties.get(SH + "node", ()):
        if SH + "path" in index.get(value, {}):
            yield f"sh:node refers to a property shape: {shown(value)}", "4.7.1"


def _list_offences(name: str, rule: _Rule, head: Node, index: Index) -> Iterator[tuple[str, str]]:
    if fault := list_fault(head, index):
        yield f"sh:{name} must be {rule.what}: {fault}", rule.section
        return
    while head != _NIL:
        member = index[head][RDF + "first"][0]
        if rule.members is not None and not rule.members(member):
            yield f"sh:{name} must be {rule.what}, and {shown(member)} is among them", rule.section
        head = index[head][RDF + "rest"][0]


def list_fault(head: Node, index: Index) -> str | None:
    """Tell why a node is no well-formed list (SHACL, section 1.5); None when it is one."""
    seen: set[Node] = set()
    while head != _NIL:
        if head in seen:
            return "the list runs in a circle"
        seen.add(head)
        cell = index.get(head, {})
        first, rest = cell.get(RDF + "first", ()), cell.get(RDF + "rest", ())
        if not first and not rest:
            return f"{shown(head)} is no list" if len(seen) == 1 else "the list has no end (rdf:nil)"
        if len(first) != 1 or len(rest) != 1:
            return "each node of a list has one rdf:first and one rdf:rest"
        head = rest[0]
    return None


def _path_offences(path: Node, index: Index) -> Iterator[tuple[str, str]]:
    """Find broken lists anywhere in a path; what else it may be is judged where it is read."""
    open_nodes, seen = [path], set[Node]()
    while open_nodes:
        node = open_nodes.pop()
        if not isinstance(node, ox.BlankNode) or node in seen:
            continue
        seen.add(node)
        cell = index.get(node, {})
        if RDF + "first" in cell or RDF + "rest" in cell:
            if fault := list_fault(node, index):
                yield f"sh:path is broken: {fault}", "2.3.1"
                return
            head: Node = node
            while head != _NIL:
                open_nodes += index[head][RDF + "first"]
                head = index[head][RDF + "rest"][0]
        for name in _PATH_PARTS:
            open_nodes += cell.get(SH + name, ())


def shown(node: Node) -> str:
    """Write a node of the shapes graph for a message, cut when it is long."""
    if isinstance(node, ox.BlankNode):
        return "a node without a name"
    if isinstance(node, ox.NamedNode) and node.value.startswith(SH):
        return "sh:" + node.value.removeprefix(SH)
    text = str(node)
    return text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "..."
