"""What a constraint says in plain words, for shapes that carry no message of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from mosty.model.paths import path_text
from mosty.model.terms import IRI, BlankNode, Literal, Term
from mosty.rdf.prefixes import Prefixes
from mosty.validate.plan import SH, Shape, shape_name

KINDS = {
    "IRI": "an IRI",
    "BlankNode": "a blank node",
    "Literal": "a literal",
    "BlankNodeOrIRI": "a blank node or an IRI",
    "BlankNodeOrLiteral": "a blank node or a literal",
    "IRIOrLiteral": "an IRI or a literal",
}
_SHOWN_ALTERNATIVES = 8
_IRI_IN_TEXT = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s<>\"{}|^`\\]*[\w/#]")


class _Words:
    """The parts of one result, written for people."""

    def __init__(
        self, shape: Shape, prefixes: Prefixes, shapes: Mapping[Term, Shape], value: Term | None
    ) -> None:
        self.shape = shape
        self.prefixes = prefixes
        self.shapes = shapes
        self.term = value
        self.path = path_text(shape.path, prefixes.compact) if shape.path is not None else None
        self.value = shown(value, prefixes) if value is not None else "the node"

    def all(self, parameter: str) -> list[str]:
        return [self._named(term) for term in self.shape.parameters.get(IRI(SH + parameter), ())]

    def one(self, parameter: str) -> str:
        return " and ".join(self.all(parameter)) or "?"

    def some(self, parameter: str) -> str:
        values = self.all(parameter)
        more = len(values) - _SHOWN_ALTERNATIVES
        return ", ".join(values[:_SHOWN_ALTERNATIVES]) + (f" and {more} more" if more > 0 else "")

    def number(self, parameter: str) -> str:
        return " ".join(str(term) for term in self.shape.parameters.get(IRI(SH + parameter), ()))

    @property
    def of_path(self) -> str:
        return f" of {self.path}" if self.path else ""

    def _named(self, term: Term) -> str:
        other = self.shapes.get(term)
        if other is not None:
            return shape_name(other, self.prefixes)
        return shown(term, self.prefixes)


def _min_count(w: _Words) -> str:
    number = w.number("minCount")
    return f"{w.path} is missing" if number == "1" else f"{w.path} needs at least {number} values"


def _datatype(w: _Words) -> str:
    wanted = w.one("datatype")
    same = isinstance(w.term, Literal) and w.term.datatype == w.number("datatype")
    return f"{w.value}{w.of_path} " + (f"is not a well-formed {wanted}" if same else f"is no {wanted}")


def _closed(w: _Words) -> str:
    return f"a property that this kind of node does not have, with the value {w.value}"


_TEXTS: dict[str, Callable[[_Words], str]] = {
    "MinCountConstraintComponent": _min_count,
    "MaxCountConstraintComponent": lambda w: f"{w.path} has more than {w.number('maxCount')} value(s)",
    "ClassConstraintComponent": lambda w: f"{w.value}{w.of_path} is not a {w.one('class')}",
    "DatatypeConstraintComponent": _datatype,
    "NodeKindConstraintComponent": lambda w: f"{w.value}{w.of_path} is not {_kind(w)}",
    "MinExclusiveConstraintComponent": lambda w: (
        f"{w.value}{w.of_path} is not greater than {w.one('minExclusive')}"
    ),
    "MinInclusiveConstraintComponent": lambda w: f"{w.value}{w.of_path} is less than {w.one('minInclusive')}",
    "MaxExclusiveConstraintComponent": lambda w: (
        f"{w.value}{w.of_path} is not less than {w.one('maxExclusive')}"
    ),
    "MaxInclusiveConstraintComponent": lambda w: (
        f"{w.value}{w.of_path} is greater than {w.one('maxInclusive')}"
    ),
    "MinLengthConstraintComponent": lambda w: (
        f"{w.value}{w.of_path} has fewer than {w.number('minLength')} characters"
    ),
    "MaxLengthConstraintComponent": lambda w: (
        f"{w.value}{w.of_path} has more than {w.number('maxLength')} characters"
    ),
    "PatternConstraintComponent": lambda w: (
        f"{w.value}{w.of_path} does not match the pattern {w.number('pattern')}"
    ),
    "LanguageInConstraintComponent": lambda w: (
        f"{w.value}{w.of_path} is in none of the languages {w.some('languageIn')}"
    ),
    "UniqueLangConstraintComponent": lambda w: f"{w.path} has more than one text in the same language",
    "EqualsConstraintComponent": lambda w: (
        f"{w.path or 'the node'} and {w.one('equals')} do not have the same values"
    ),
    "DisjointConstraintComponent": lambda w: (
        f"{w.value} is a value of both {w.path or 'the node'} and {w.one('disjoint')}"
    ),
    "LessThanConstraintComponent": lambda w: f"{w.value}{w.of_path} is not less than {w.one('lessThan')}",
    "LessThanOrEqualsConstraintComponent": lambda w: (
        f"{w.value}{w.of_path} is greater than {w.one('lessThanOrEquals')}"
    ),
    "NotConstraintComponent": lambda w: f"{w.value}{w.of_path} must not fit the shape {w.one('not')}",
    "AndConstraintComponent": lambda w: f"{w.value}{w.of_path} does not fit all of: {w.some('and')}",
    "OrConstraintComponent": lambda w: f"{w.value}{w.of_path} fits none of: {w.some('or')}",
    "XoneConstraintComponent": lambda w: (
        f"{w.value}{w.of_path} does not fit exactly one of: {w.some('xone')}"
    ),
    "NodeConstraintComponent": lambda w: f"{w.value}{w.of_path} does not fit the shape {w.one('node')}",
    "QualifiedMinCountConstraintComponent": lambda w: (
        f"{w.path} needs {w.number('qualifiedMinCount')}+ values fitting {w.one('qualifiedValueShape')}"
    ),
    "QualifiedMaxCountConstraintComponent": lambda w: (
        f"{w.path} has over {w.number('qualifiedMaxCount')} values fitting {w.one('qualifiedValueShape')}"
    ),
    "ClosedConstraintComponent": _closed,
    "HasValueConstraintComponent": lambda w: (
        f"{w.path or 'the node'} does not have the value {w.one('hasValue')}"
    ),
    "InConstraintComponent": lambda w: f"{w.value}{w.of_path} is not one of: {w.some('in')}",
}


def _kind(words: _Words) -> str:
    kinds = [str(term).removeprefix(SH) for term in words.shape.parameters.get(IRI(SH + "nodeKind"), ())]
    return " ".join(KINDS.get(kind, kind) for kind in kinds)


def plain_message(
    component: IRI, shape: Shape, value: Term | None, prefixes: Prefixes, shapes: Mapping[Term, Shape]
) -> str:
    """Say what a constraint component found.

    Args:
        component: the constraint component, such as ``sh:MinCountConstraintComponent``.
        shape: the shape that carries it.
        value: the value node of the result.
        prefixes: how to write IRIs.
        shapes: all shapes of the plan, to call them by name.
    """
    text = _TEXTS.get(component.value.removeprefix(SH))
    words = _Words(shape, prefixes, shapes, value)
    if text is None:
        return f"{words.value}{words.of_path} does not fit the rule {shape.rule}"
    return text(words)


def with_curies(text: str, prefixes: Prefixes) -> str:
    """Write the IRIs that stand in a message as CURIEs.

    >>> with_curies("see http://e/a, please", Prefixes({"e": "http://e/"}))
    'see e:a, please'
    """

    def curie(match: re.Match[str]) -> str:
        name = prefixes.compact(match[0])
        return match[0] if name.startswith("<") else name

    return _IRI_IN_TEXT.sub(curie, text)


def shown(term: Term, prefixes: Prefixes) -> str:
    """Write a term for people: a CURIE, or the text in quotes with its language or datatype."""
    if isinstance(term, IRI):
        return prefixes.compact(term)
    if isinstance(term, BlankNode):
        return "an unnamed node"
    text = term.lexical if len(term.lexical) <= 80 else term.lexical[:79] + "…"
    quoted = f'"{text}"'
    if term.language:
        return f"{quoted}@{term.language}"
    name = prefixes.compact(term.datatype)
    return quoted if name == "xsd:string" else f"{quoted}^^{name}"
