"""Hypothesis strategies for shapes and data: every Core component, every kind of path and target, odd literals."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st

PREFIXES = """
@prefix ex: <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

NODES = ["ex:a", "ex:b", "ex:c", "ex:d", "_:x", "_:y"]
CLASSES = ["ex:C1", "ex:C2", "ex:C3"]
PREDICATES = ["ex:p", "ex:q", "ex:r"]
TEXTS = ['"a"', '"b"', '""', '"abc"', '"two words"', '"line\\nbreak"', '"čeština"', '"😀"', '"a.c"']
TAGGED = ['"a"@en', '"a"@en-GB', '"b"@en', '"b"@cs', '"c"@cs', '"c"@de-CH', '""@en']
NUMBERS = [
    '"1"^^xsd:integer',
    '"01"^^xsd:integer',
    '"+1"^^xsd:integer',
    '"-5"^^xsd:integer',
    '"10"^^xsd:integer',
    '"1.0"^^xsd:decimal',
    '"2.5"^^xsd:decimal',
    '"1.0e0"^^xsd:double',
    '"3"^^xsd:float',
    '"7"^^xsd:byte',
    '"7"^^xsd:nonNegativeInteger',
]
ILL_FORMED = [
    '"abc"^^xsd:integer',
    '"1.5"^^xsd:integer',
    '""^^xsd:decimal',
    '"300"^^xsd:byte',
    '"-1"^^xsd:nonNegativeInteger',
    '"yes"^^xsd:boolean',
    '"2020-13-45"^^xsd:date',
    '"2021-02-29"^^xsd:date',
    '"24:61:00"^^xsd:time',
]
OTHERS = [
    '"true"^^xsd:boolean',
    '"0"^^xsd:boolean',
    '"2020-02-29"^^xsd:date',
    '"2020-02-29T10:00:00Z"^^xsd:dateTime',
    '"2020"^^xsd:gYear',
    '"http://example.org/"^^xsd:anyURI',
    '"x"^^ex:datatype',
    '"P1Y"^^xsd:duration',
    '"0aF1"^^xsd:hexBinary',
]
INSTANTS = [
    '"2020-02-29T10:00:00Z"^^xsd:dateTime',
    '"2020-02-29T11:00:00+02:00"^^xsd:dateTime',
    '"2020-02-29T10:00:00"^^xsd:dateTime',
    '"2020-02-29T23:00:00"^^xsd:dateTime',
    '"2020-03-05T10:00:00"^^xsd:dateTime',
    '"2020-02-29T24:00:00Z"^^xsd:dateTime',
    '"2020-02-29T10:00:00.5Z"^^xsd:dateTime',
    '"2020-02-29"^^xsd:date',
    '"2020-03-01"^^xsd:date',
    '"2020-02-29Z"^^xsd:date',
    '"2020"^^xsd:gYear',
    '"2021"^^xsd:gYear',
    '"2020-01"^^xsd:gYearMonth',
    '"10:00:00"^^xsd:time',
    '"NaN"^^xsd:double',
    '"INF"^^xsd:double',
    '"-0.0"^^xsd:double',
    '"0"^^xsd:integer',
    '"true"^^xsd:boolean',
    '"false"^^xsd:boolean',
]
DATATYPES = (
    "xsd:integer xsd:decimal xsd:double xsd:float xsd:string xsd:boolean xsd:date xsd:dateTime xsd:byte "
    "xsd:nonNegativeInteger xsd:anyURI xsd:gYear xsd:time xsd:hexBinary xsd:duration rdf:langString ex:datatype"
).split()
NODE_KINDS = "IRI BlankNode Literal BlankNodeOrIRI BlankNodeOrLiteral IRIOrLiteral".split()
PATTERNS = [
    "^a",
    "b$",
    "^[a-z]+$",
    "^.$",
    "c|d",
    "http",
    "^a.c$",
    "^$",
    "[^a]",
    "\\\\s",
    "org/[a-d]$",
    "^(ab?)+c*$",
]
LANGUAGES = ["en", "cs", "de", "en-GB", "DE"]
SEVERITIES = ["sh:Violation", "sh:Warning", "sh:Info", "ex:Grave"]


class Case(NamedTuple):
    """Shapes and data in Turtle."""

    shapes: str
    data: str


class Kind(NamedTuple):
    """Which literals occur; where comparisons are made, pySHACL and Jena are right for some only.

    Attributes:
        literals: literals of the data and of sh:in, sh:hasValue.
        limits: literals of sh:minInclusive and the like; none: no such constraint.
        nested: whether property shapes have sh:property and sh:closed, which Jena applies to the focus nodes.
    """

    literals: list[str]
    limits: list[str]
    nested: bool = True


# Numbers compare alike everywhere; texts and IRIs compare with none of them.
COMPARED = Kind([*NUMBERS, *TEXTS, *TAGGED], [*NUMBERS])
# The same without language tags, on which `<=` is not defined: pySHACL compares them all the same.
ORDERED = COMPARED._replace(literals=[*NUMBERS, *TEXTS])
# Ill-formed and rare literals, never compared.
WRITTEN = Kind([*NUMBERS, *TEXTS, *TAGGED, *ILL_FORMED, *OTHERS], [])
# Dates, times and the rest, compared.
DATED = Kind([*INSTANTS, *NUMBERS, *ILL_FORMED, '"a"'], [*INSTANTS, '"1"^^xsd:integer', '"1.5"^^xsd:integer'])


def paths(depth: int = 2) -> st.SearchStrategy[str]:
    """Property paths in Turtle."""
    step = st.sampled_from(PREDICATES)
    if depth == 0:
        return step
    inner = paths(depth - 1)
    several = st.lists(inner, min_size=2, max_size=3).map(" ".join)
    marks = st.sampled_from(["inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"])
    return st.one_of(
        step,
        step,
        several.map("( {} )".format),
        several.map("[ sh:alternativePath ( {} ) ]".format),
        st.tuples(marks, inner).map(lambda pair: f"[ sh:{pair[0]} {pair[1]} ]"),
    )


@st.composite
def constraints(draw: st.DrawFn, kind: Kind, names: list[str], depth: int, is_property: bool) -> str:
    """One constraint: its parameters in Turtle, each with a semicolon."""

    def shape() -> str:
        return draw(references(kind, names, depth - 1))

    def shape_list() -> str:
        return "( " + " ".join(shape() for _ in range(draw(st.integers(1, 3)))) + " )"

    count = st.integers(0, 3)
    term = st.sampled_from([*NODES[:4], *CLASSES, *kind.literals])
    predicate = st.sampled_from(PREDICATES)
    choices = ["class", "datatype", "nodeKind", "length", "pattern", "languageIn", "hasValue", "in"]
    choices += ["equals", "disjoint", *(["closed"] if kind.nested or not is_property else [])]
    choices += ["range"] * 2 if kind.limits else []
    if is_property:
        choices += ["count", "count", "uniqueLang"]
    if depth > 0:
        choices += ["not", "and", "or", "xone", "node"]
        choices += ["property"] if kind.nested or not is_property else []
        choices += ["qualified"] * 2 if is_property else []
    match draw(st.sampled_from(choices)):
        case "class":
            return f"sh:class {draw(st.sampled_from(CLASSES))} ; "
        case "datatype":
            return f"sh:datatype {draw(st.sampled_from(DATATYPES))} ; "
        case "nodeKind":
            return f"sh:nodeKind sh:{draw(st.sampled_from(NODE_KINDS))} ; "
        case "length":
            return f"sh:{draw(st.sampled_from(['minLength', 'maxLength']))} {draw(st.integers(1, 6))} ; "
        case "pattern":
            flags = draw(st.sampled_from(["", "", 'sh:flags "i" ; ', 'sh:flags "s" ; ']))
            return f'sh:pattern "{draw(st.sampled_from(PATTERNS))}" ; {flags}'
        case "languageIn":
            languages = draw(st.lists(st.sampled_from(LANGUAGES), max_size=2, unique=True))
            return "sh:languageIn ( " + " ".join(f'"{language}"' for language in languages) + " ) ; "
        case "hasValue":
            return f"sh:hasValue {draw(term)} ; "
        case "in":
            return "sh:in ( " + " ".join(draw(st.lists(term, max_size=4, unique=True))) + " ) ; "
        case "closed":
            ignored = " ".join(draw(st.lists(st.sampled_from([*PREDICATES, "rdf:type"]), unique=True)))
            closed = draw(st.sampled_from(["true", "true", "false"]))
            return f"sh:closed {closed} ; sh:ignoredProperties ( {ignored} ) ; "
        case "equals":
            return f"sh:equals {draw(predicate)} ; "
        case "disjoint":
            return f"sh:disjoint {draw(predicate)} ; "
        case "range":
            name = draw(st.sampled_from(["minInclusive", "maxInclusive", "minExclusive", "maxExclusive"]))
            return f"sh:{name} {draw(st.sampled_from(kind.limits))} ; "
        case "count":
            return f"sh:{draw(st.sampled_from(['minCount', 'maxCount']))} {draw(count)} ; "
        case "uniqueLang":
            return f"sh:uniqueLang {draw(st.sampled_from(['true', 'true', 'false']))} ; "
        case "not":
            return f"sh:not {shape()} ; "
        case "and" | "or" | "xone" as name:
            return f"sh:{name} {shape_list()} ; "
        case "node":
            return f"sh:node {draw(references(kind, names, depth - 1, any_kind=False))} ; "
        case "property":
            return f"sh:property {draw(property_shapes(kind, names, depth - 1))} ; "
        case _:
            limit = draw(st.sampled_from(["qualifiedMinCount", "qualifiedMaxCount"]))
            return f"sh:qualifiedValueShape {shape()} ; sh:{limit} {draw(count)} ; "


@st.composite
def bodies(draw: st.DrawFn, kind: Kind, names: list[str], depth: int, is_property: bool) -> str:
    """What stands in a shape besides its targets; single parameters are not repeated."""
    found: dict[str, str] = {}
    for _ in range(draw(st.integers(1, 3))):
        text = draw(constraints(kind, names, depth, is_property))
        found.setdefault(_slot(text), text)
    body = "".join(found.values())
    if draw(st.integers(0, 4)) == 0:
        body += f"sh:severity {draw(st.sampled_from(SEVERITIES))} ; "
    if draw(st.integers(0, 15)) == 0:
        body += f"sh:deactivated {draw(st.sampled_from(['true', 'true', 'false']))} ; "
    return body


def _slot(text: str) -> str:
    """What may occur once in a shape: two values of these make it ill-formed or ambiguous."""
    name = text.split()[0]
    several = ("sh:class", "sh:hasValue", "sh:not", "sh:node", "sh:and", "sh:or", "sh:xone", "sh:property")
    return (
        text if name in (*several, "sh:equals", "sh:disjoint", "sh:lessThan", "sh:lessThanOrEquals") else name
    )


@st.composite
def property_shapes(draw: st.DrawFn, kind: Kind, names: list[str], depth: int) -> str:
    """A property shape without a name."""
    body = draw(bodies(kind, names, depth, True))
    if "sh:qualifiedValueShape" in body and draw(st.booleans()):
        body += "sh:qualifiedValueShapesDisjoint true ; "
    return f"[ sh:path {draw(paths())} ; {body}]"


def references(kind: Kind, names: list[str], depth: int, *, any_kind: bool = True) -> st.SearchStrategy[str]:
    """A shape that another one refers to, with or without a name; sh:node takes node shapes only."""
    nameless = bodies(kind, names, depth, False).map("[ {}]".format)
    if any_kind:
        nameless = st.one_of(nameless, property_shapes(kind, names, depth))
    return st.one_of(st.sampled_from(names), nameless) if names else nameless


@st.composite
def targets(draw: st.DrawFn, kind: Kind) -> str:
    """One target declaration, or the class that makes an implicit one."""
    match draw(st.sampled_from(["class", "class", "node", "subjects", "objects", "implicit"])):
        case "class":
            return f"sh:targetClass {draw(st.sampled_from(CLASSES))} ; "
        case "node":
            return f"sh:targetNode {draw(st.sampled_from([*NODES[:4], *kind.literals]))} ; "
        case "subjects":
            return f"sh:targetSubjectsOf {draw(st.sampled_from(PREDICATES))} ; "
        case "objects":
            return f"sh:targetObjectsOf {draw(st.sampled_from(PREDICATES))} ; "
        case _:
            return f"a {draw(st.sampled_from(['rdfs:Class', 'owl:Class , rdfs:Class']))} ; "


@st.composite
def cases(draw: st.DrawFn, kind: Kind) -> Case:
    """Shapes and data."""
    shapes, names = PREFIXES, list[str]()
    for number in range(draw(st.integers(0, 2))):
        body = draw(bodies(kind, list(names), 1, False))
        shapes += f"ex:N{number} a sh:NodeShape ; {body} .\n"
        names.append(f"ex:N{number}")
    for number in range(draw(st.integers(1, 3))):
        target = "".join(draw(st.lists(targets(kind), min_size=1, max_size=2, unique=True)))
        is_property = draw(st.booleans())
        body = draw(bodies(kind, names, 2, is_property))
        path = f"sh:path {draw(paths())} ; " if is_property else ""
        kind_name = "PropertyShape" if is_property else "NodeShape"
        # An implicit class target needs a class of the data for a name.
        name = CLASSES[number] if " a rdfs" in f" {target}" or " a owl" in f" {target}" else f"ex:S{number}"
        shapes += f"{name} a sh:{kind_name} ; {target}{path}{body} .\n"
    return Case(shapes, draw(graphs(kind)))


@st.composite
def pairs(draw: st.DrawFn, kind: Kind, names: tuple[str, ...] = ("lessThan", "lessThanOrEquals")) -> Case:
    """Shapes that compare two properties, over literals only: pySHACL and Jena put IRIs in order."""
    predicate = st.sampled_from(PREDICATES)
    path = draw(st.one_of(predicate, st.just("[ sh:alternativePath ( ex:p ex:q ) ]")))
    name = draw(st.sampled_from(names))
    inner = f"sh:path {path} ; sh:{name} {draw(predicate)} ; "
    form = draw(
        st.sampled_from(["{}", "{}", "sh:property [ {}] ; ", "sh:not [ {}] ; ", "sh:or ( [ {}] ) ; "])
    )
    shapes = f"{PREFIXES}ex:S0 sh:targetNode ex:a , ex:b ; {form.format(inner)} .\n"
    triples = st.tuples(st.sampled_from(NODES[:2]), predicate, st.sampled_from(kind.literals))
    drawn = draw(st.lists(triples, min_size=1, max_size=8, unique=True))
    return Case(shapes, PREFIXES + "".join(f"{' '.join(triple)} .\n" for triple in drawn))


@st.composite
def graphs(draw: st.DrawFn, kind: Kind) -> str:
    """A small graph: links, classes with subclasses (circles too), literals."""
    node, literal = st.sampled_from(NODES), st.sampled_from(kind.literals)
    triples = st.one_of(
        st.tuples(node, st.sampled_from(PREDICATES), node),
        st.tuples(node, st.sampled_from(PREDICATES), literal),
        st.tuples(node, st.sampled_from(PREDICATES), literal),
        st.tuples(node, st.just("rdf:type"), st.sampled_from(CLASSES)),
    )
    drawn = draw(st.lists(triples, min_size=1, max_size=18, unique=True))
    above = st.tuples(st.sampled_from(CLASSES), st.just("rdfs:subClassOf"), st.sampled_from(CLASSES))
    drawn += draw(st.lists(above, max_size=2, unique=True))
    return PREFIXES + "".join(f"{' '.join(triple)} .\n" for triple in drawn)
