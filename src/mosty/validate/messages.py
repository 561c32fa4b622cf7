"""What a constraint says in plain words, for shapes that carry no message of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from mosty.model.paths import Path, path_text
from mosty.model.terms import IRI, RDF_LANG_STRING, BlankNode, Literal, Term
from mosty.rdf.keys import to_key
from mosty.rdf.prefixes import Prefixes
from mosty.validate.comparing import less
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
_MOST_PARTS = 4
_IRI_IN_TEXT = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s<>\"{}|^`\\]*[\w/#]")


class _Words:
    """The parts of one result, written for people."""

    def __init__(
        self,
        shape: Shape,
        prefixes: Prefixes,
        shapes: Mapping[Term, Shape],
        value: Term | None,
        result_path: Path | None,
        note: str | None,
    ) -> None:
        self.shape = shape
        self.prefixes = prefixes
        self.shapes = shapes
        self.term = value
        self.note = note
        self.path = path_text(shape.path, prefixes.compact) if shape.path is not None else None
        self.result_path = path_text(result_path, prefixes.compact) if result_path is not None else None
        self.value = shown(value, prefixes) if value is not None else "the node"

    def terms(self, parameter: str) -> tuple[Term, ...]:
        return self.shape.parameters.get(IRI(SH + parameter), ())

    def one(self, parameter: str) -> str:
        return " and ".join(self._named(term) for term in self.terms(parameter)) or "?"

    def some(self, parameter: str) -> str:
        terms = self.terms(parameter)
        more = len(terms) - _SHOWN_ALTERNATIVES
        names = ", ".join(self._named(term) for term in terms[:_SHOWN_ALTERNATIVES])
        return names + (f" and {more} more" if more > 0 else "")

    def number(self, parameter: str) -> str:
        return " ".join(str(term) for term in self.terms(parameter))

    def count(self, parameter: str) -> str:
        number = self.number(parameter)
        return "one value" if number == "1" else f"{number} values"

    @property
    def of_path(self) -> str:
        return f" of {self.path}" if self.path else ""

    def _named(self, term: Term) -> str:
        other = self.shapes.get(term)
        return shown(term, self.prefixes) if other is None else _called(other, self.prefixes, self.shapes)


def _called(shape: Shape, prefixes: Prefixes, shapes: Mapping[Term, Shape]) -> str:
    """Call a shape by its name, or an unnamed one by what it demands."""
    if isinstance(shape.node, IRI):
        return shape_name(shape, prefixes)
    words = _Words(shape, prefixes, {}, None, None, None)
    parts = [
        template.format(_kind(words) if parameter == "nodeKind" else words.some(parameter))
        for parameter, template in _DEMANDS.items()
        if words.terms(parameter)
    ]
    own = [shapes[node] for node in words.terms("property") if node in shapes]
    paths = [path_text(other.path, prefixes.compact) for other in own if other.path is not None]
    if paths:
        more = f" and {len(paths) - _MOST_PARTS} more" if len(paths) > _MOST_PARTS else ""
        parts.append(f"rules for {', '.join(paths[:_MOST_PARTS])}{more}")
    if not 1 <= len(parts) <= _MOST_PARTS:
        return shape_name(shape, prefixes)
    return (f"{words.path}: " if words.path else "") + ", ".join(parts)


_DEMANDS = {
    "class": "a {}",
    "datatype": "{}",
    "nodeKind": "{}",
    "in": "one of: {}",
    "hasValue": "with the value {}",
    "languageIn": "in the languages {}",
    "pattern": "matching {}",
    "minInclusive": "{} or greater",
    "minExclusive": "greater than {}",
    "maxInclusive": "{} or less",
    "maxExclusive": "less than {}",
    "minLength": "{} characters or more",
    "maxLength": "{} characters at most",
    "minCount": "{} values or more",
    "maxCount": "{} values at most",
    "node": "fitting {}",
    "not": "not fitting {}",
}


def _min_count(w: _Words) -> str:
    number = w.number("minCount")
    return f"{w.path} is missing" if number == "1" else f"{w.path} needs at least {number} values"


def _max_count(w: _Words) -> str:
    return (
        f"{w.path} must not be here"
        if w.number("maxCount") == "0"
        else f"{w.path} has more than {w.count('maxCount')}"
    )


def _datatype(w: _Words) -> str:
    wanted = w.one("datatype")
    if isinstance(w.term, Literal) and w.term.datatype == w.number("datatype"):
        return f"{w.value}{w.of_path} is not a well-formed {wanted}"
    if isinstance(w.term, Literal) and w.number("datatype") == RDF_LANG_STRING:
        return f"{w.value}{w.of_path} has no language tag"
    return f"{w.value}{w.of_path} is no {wanted}"


def _node_kind(w: _Words) -> str:
    found = {IRI: "an IRI", Literal: "a literal", BlankNode: "a blank node"}.get(type(w.term))
    return f"{w.value}{w.of_path} is {f'{found}, ' if found else ''}not {_kind(w)}"


def _class(w: _Words) -> str:
    found = "a literal, " if isinstance(w.term, Literal) else ""
    return f"{w.value}{w.of_path} is {found}not a {w.one('class')}"


def _range(parameter: str, says: str) -> Callable[[_Words], str]:
    def text(w: _Words) -> str:
        limits = w.terms(parameter)
        alike = w.term is not None and all(
            less(to_key(w.term), to_key(limit)) is not None for limit in limits
        )
        return f"{w.value}{w.of_path} {says if alike else 'cannot be compared with'} {w.one(parameter)}"

    return text


def _length(parameter: str, says: str) -> Callable[[_Words], str]:
    def text(w: _Words) -> str:
        if isinstance(w.term, BlankNode):
            return f"{w.value}{w.of_path} has no length"
        found = f"{len(str(w.term))} characters, " if w.term is not None else ""
        return f"{w.value}{w.of_path} has {found}{says} {w.number(parameter)}"

    return text


def _pattern(w: _Words) -> str:
    if isinstance(w.term, BlankNode):
        return f"{w.value}{w.of_path} has no text that could match the pattern {w.number('pattern')}"
    return f"{w.value}{w.of_path} does not match the pattern {w.number('pattern')}"


def _language_in(w: _Words) -> str:
    allowed = ", ".join(f"@{tag}" for tag in w.terms("languageIn")[:_SHOWN_ALTERNATIVES])
    if isinstance(w.term, Literal) and w.term.language:
        return f"{w.value}{w.of_path} is in none of the languages {allowed}"
    return f"{w.value}{w.of_path} has no language tag; allowed: {allowed}"


def _unique_lang(w: _Words) -> str:
    return f"{w.path} has more than one text in {f'@{w.note}' if w.note else 'the same language'}"


def _equals(w: _Words) -> str:
    return f"{w.value} is a value of only one of {w.path or 'the node itself'} and {w.one('equals')}, not of both"


def _closed(w: _Words) -> str:
    name = w.result_path or "a property that this kind of node does not have"
    return f"{name} does not belong here (value: {w.value})"


_TEXTS: dict[str, Callable[[_Words], str]] = {
    "MinCount": _min_count,
    "MaxCount": _max_count,
    "Class": _class,
    "Datatype": _datatype,
    "NodeKind": _node_kind,
    "MinExclusive": _range("minExclusive", "is not greater than"),
    "MinInclusive": _range("minInclusive", "is less than"),
    "MaxExclusive": _range("maxExclusive", "is not less than"),
    "MaxInclusive": _range("maxInclusive", "is greater than"),
    "MinLength": _length("minLength", "fewer than"),
    "MaxLength": _length("maxLength", "more than"),
    "Pattern": _pattern,
    "LanguageIn": _language_in,
    "UniqueLang": _unique_lang,
    "Equals": _equals,
    "Disjoint": lambda w: (
        f"{w.value} is a value of both {w.path or 'the node itself'} and {w.one('disjoint')}"
    ),
    "LessThan": lambda w: f"{w.value}{w.of_path} is not less than every value of {w.one('lessThan')}",
    "LessThanOrEquals": lambda w: (
        f"{w.value}{w.of_path} is not less than or equal to every value of {w.one('lessThanOrEquals')}"
    ),
    "Not": lambda w: f"{w.value}{w.of_path} must not fit: {w.one('not')}",
    "And": lambda w: f"{w.value}{w.of_path} does not fit all of: {w.some('and')}",
    "Or": lambda w: f"{w.value}{w.of_path} fits none of: {w.some('or')}",
    "Xone": lambda w: f"{w.value}{w.of_path} does not fit exactly one of: {w.some('xone')}",
    "Node": lambda w: f"{w.value}{w.of_path} does not fit: {w.one('node')}",
    "QualifiedMinCount": lambda w: (
        f"{w.path} needs at least {w.count('qualifiedMinCount')} fitting: {w.one('qualifiedValueShape')}"
    ),
    "QualifiedMaxCount": lambda w: (
        f"{w.path} has more than {w.count('qualifiedMaxCount')} fitting: {w.one('qualifiedValueShape')}"
    ),
    "Closed": _closed,
    "HasValue": lambda w: f"{w.path or 'the node'} does not have the value {w.one('hasValue')}",
    "In": lambda w: f"{w.value}{w.of_path} is not one of: {w.some('in')}",
}


def _kind(words: _Words) -> str:
    kinds = [str(term).removeprefix(SH) for term in words.terms("nodeKind")]
    return " ".join(KINDS.get(kind, kind) for kind in kinds)


def plain_message(
    component: IRI,
    shape: Shape,
    value: Term | None,
    prefixes: Prefixes,
    shapes: Mapping[Term, Shape],
    *,
    path: Path | None = None,
    note: str | None = None,
) -> str:
    """Say what a constraint component expects and what it found.

    Args:
        component: the constraint component, such as ``sh:MinCountConstraintComponent``.
        shape: the shape that carries it.
        value: the value node of the result.
        prefixes: how to write IRIs.
        shapes: all shapes of the plan, to call them by name.
        path: the result path, which for a closed shape is the property that does not belong there.
        note: what tells the result apart from others: the language that is there twice.
    """
    text = _TEXTS.get(component.value.removeprefix(SH).removesuffix("ConstraintComponent"))
    words = _Words(shape, prefixes, shapes, value, path, note)
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
