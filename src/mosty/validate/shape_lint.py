"""What is wrong with the shapes and no engine minds: words that SHACL does not have, shapes that are missing.

A shape that says ``sh:minCont 1`` checks nothing and is well-formed.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from weakref import WeakKeyDictionary

from mosty.model.diagnostics import Position, Remark
from mosty.model.terms import IRI, Term
from mosty.rdf.graph import Graph
from mosty.rdf.keys import to_key
from mosty.rdf.prefixes import Prefixes
from mosty.validate.known import Names
from mosty.validate.plan import SH, Plan, shape_name

_WORDS = frozenset(
    f"{SH}{name}"
    for name in """
    BlankNode BlankNodeOrIRI BlankNodeOrLiteral ConstraintComponent IRI IRIOrLiteral Info JSConstraint JSFunction
    JSLibrary JSRule JSTarget JSTargetType JSValidator Literal NodeKind NodeShape Parameter PrefixDeclaration
    PropertyGroup PropertyShape ResultAnnotation SPARQLAskValidator SPARQLConstraint SPARQLFunction SPARQLRule
    SPARQLSelectValidator SPARQLTarget SPARQLTargetType Severity Shape Target TargetType TripleRule
    ValidationReport ValidationResult Violation Warning alternativePath and annotationProperty annotationValue
    annotationVarName ask class closed condition conforms construct count datatype deactivated declare
    defaultValue desc description detail disjoint distinct else entailment equals exists expression filterShape
    flags focusNode group groupConcat groupConcatSeparator hasValue if ignoredProperties in intersection
    inversePath js jsFunctionName jsLibrary jsLibraryURL labelTemplate languageIn lessThan lessThanOrEquals limit
    max maxCount maxExclusive maxInclusive maxLength message min minCount minExclusive minInclusive minLength
    minus name namespace node nodeKind nodeValidator nodes not object offset oneOrMorePath optional or order
    orderBy parameter path pattern predicate prefix prefixes property propertyValidator qualifiedMaxCount
    qualifiedMinCount qualifiedValueShape qualifiedValueShapesDisjoint result resultAnnotation resultMessage
    resultPath resultSeverity returnType rule select separator severity shapesGraph shapesGraphWellFormed
    sourceConstraint sourceConstraintComponent sourceShape sparql subject suggestedShapesGraph sum target
    targetClass targetNode targetObjectsOf targetSubjectsOf then this union uniqueLang update validator value
    values xone zeroOrMorePath zeroOrOnePath
    """.split()
)
_COMPONENT = "ConstraintComponent"
"""SHACL has one of these for each constraint parameter, and nobody needs them but to speak of results."""
_REFERENCES = tuple(
    IRI(SH + name) for name in ("property", "node", "not", "qualifiedValueShape", "and", "or", "xone")
)

_TOLD: WeakKeyDictionary[Graph, tuple[Remark, ...]] = WeakKeyDictionary()


def mistakes(plan: Plan, prefixes: Prefixes) -> tuple[Remark, ...]:
    """Tell the terms of the SHACL namespace that SHACL does not have, and shapes that no file describes.

    Found once for a plan.

    Args:
        plan: the shapes.
        prefixes: how to write IRIs.
    """
    found = _TOLD.get(plan.graph)
    if found is None:
        found = _TOLD[plan.graph] = (*_unknown_words(plan), *_undefined(plan, prefixes))
    return found


def unused(plan: Plan, prefixes: Prefixes) -> Iterator[Remark]:
    """Shapes that nothing applies: they have no target, and no other shape refers to them."""
    shapes = plan.shapes.values()
    referred = {value for shape in shapes for values in shape.parameters.values() for value in values}
    own_targets = IRI(SH + "target")
    for shape in shapes:
        applied = shape.targets or shape.node in referred or own_targets in shape.parameters
        if applied or shape.deactivated:
            continue
        yield Remark(
            "unused-shape",
            f"{shape_name(shape, prefixes)} is used by nothing: it has no target, and no shape refers to it",
            "give it a target, refer to it, or take it away",
            Position(shape.file),
        )


def _unknown_words(plan: Plan) -> Iterator[Remark]:
    written: dict[str, str] = {}
    for predicate, column in plan.graph.columns.items():
        iri = predicate[1:-1]
        if iri.startswith(SH) and iri not in _WORDS:
            written.setdefault(iri, next(iter(column.one)))
        for subject, value in column.pairs():
            if (
                value.startswith("<" + SH)
                and value[1:-1] not in _WORDS
                and not value.endswith(_COMPONENT + ">")
            ):
                written.setdefault(value[1:-1], subject)
    names = Names(_WORDS) if written else None
    files = {to_key(shape.node): shape.file for shape in plan.shapes.values()}
    for iri, subject in sorted(written.items()):
        near = names.nearest(iri.removeprefix(SH)) if names else None
        file = files.get(subject)
        yield Remark(
            "unknown-shacl-term",
            f"sh:{iri.removeprefix(SH)} is no term of SHACL, so what it says is not checked",
            f"did you mean sh:{near.removeprefix(SH)}?" if near else "compare it with the specification",
            None if file is None else Position(file),
        )


def _undefined(plan: Plan, prefixes: Prefixes) -> Iterator[Remark]:
    told: set[Term] = set()
    for shape in plan.shapes.values():
        for node in chain.from_iterable(shape.parameters.get(name, ()) for name in _REFERENCES):
            if (
                isinstance(node, IRI)
                and node not in told
                and next(plan.graph.outgoing(to_key(node)), None) is None
            ):
                told.add(node)
                yield Remark(
                    "undefined-shape",
                    f"{shape_name(shape, prefixes)} refers to {prefixes.compact(node)}, which no file describes: "
                    "nothing is checked there",
                    "name the file that describes it with --shapes too, or mend the reference",
                    Position(shape.file),
                )
