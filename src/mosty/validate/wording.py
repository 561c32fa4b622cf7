"""What a shape checks, in plain words."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from mosty.model.paths import path_text
from mosty.model.terms import IRI, Literal, Term
from mosty.rdf.keys import from_key, to_key
from mosty.validate.messages import KINDS, shown
from mosty.validate.plan import SH, Plan, Shape, Target, shape_name

FINDS_NOTHING = "this query finds nothing:"
"""Stands above the lines of a query, which are indented."""

_MOST = 12
_DEEPEST = 4

_TARGETS = {
    "targetNode": "the node {}",
    "targetClass": "every instance of {}",
    "targetSubjectsOf": "everything that has {}",
    "targetObjectsOf": "every value of {}",
}
# In the order in which people think of them: how many, what kind, which values, compared with what.
_SENTENCES = {
    "class": "{each} is an instance of {value}",
    "datatype": "{each} is a well-formed {value}",
    "nodeKind": "{each} is {kind}",
    "in": "{each} is one of: {list}",
    "hasValue": "{one} is {value}",
    "languageIn": "{each} is in one of the languages {list}",
    "minExclusive": "{each} is greater than {value}",
    "minInclusive": "{each} is {value} or greater",
    "maxExclusive": "{each} is less than {value}",
    "maxInclusive": "{each} is {value} or less",
    "minLength": "{each} has {text} characters or more",
    "maxLength": "{each} has {text} characters at most",
    "pattern": "{each} matches the regular expression {text}",
    "equals": "the values are those of {value}",
    "disjoint": "no value is a value of {value} too",
    "lessThan": "{each} is less than every value of {value}",
    "lessThanOrEquals": "no value is greater than one of {value}",
}
_SHAPES = {
    "node": "{each} fits {}",
    "not": "{each} does not fit {}",
    "and": "{each} fits all of these:",
    "or": "{each} fits at least one of these:",
    "xone": "{each} fits exactly one of these:",
}


def target_words(targets: Iterable[Target], plan: Plan) -> tuple[str, ...]:
    """Say what targets yield, one line for each kind: ``every instance of mosty:Period``."""
    kinds: dict[str, list[str]] = {}
    for target in targets:
        kind = target.predicate.value.removeprefix(SH)
        kinds.setdefault(kind, []).append(shown(target.value, plan.prefixes))
    return tuple(_TARGETS.get(kind, kind + " {}").format(_any(names)) for kind, names in kinds.items())


def checks(shape: Shape, plan: Plan) -> tuple[str, ...]:
    """Say what a shape demands, one line each; what belongs to the line above is indented by two spaces."""
    return tuple(_Describer(plan).lines(shape, 0))


class _Describer:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def lines(self, shape: Shape, depth: int) -> Iterator[str]:
        each, one = (
            ("every value", "one of the values") if shape.path is not None else ("the node", "the node")
        )
        parameters = {key.value.removeprefix(SH): values for key, values in shape.parameters.items()}
        if counts := self._counts(parameters):
            yield counts
        for name, sentence in _SENTENCES.items():
            values = parameters.get(name, ())
            if name in ("in", "languageIn"):
                if values:
                    yield sentence.format(each=each, list=self._list(values))
                continue
            for value in values:
                text = str(value)
                yield sentence.format(
                    each=each,
                    one=one,
                    value=self._name(value),
                    text=text,
                    kind=KINDS.get(text.removeprefix(SH), text),
                ) + (f" ({_flags(parameters)})" if name == "pattern" and _flags(parameters) else "")
        if _is_true(parameters.get("uniqueLang", ())):
            yield "no two values are in the same language"
        if _is_true(parameters.get("closed", ())):
            yield f"the node has no other properties than: {self._list(self._allowed(parameters))}"
        yield from self._shapes(parameters, each, depth)
        yield from self._queries(parameters)

    def _counts(self, parameters: Mapping[str, tuple[Term, ...]]) -> str | None:
        least = _number(parameters, "minCount")
        most = _number(parameters, "maxCount")
        if most == "0":
            return "there is no value"
        if least and least == most:
            return f"there {'is' if least == '1' else 'are'} exactly {_values(least)}"
        parts = [f"at least {_values(least)}"] if least and least != "0" else []
        parts += [f"at most {_values(most)}"] if most else []
        return (
            f"there {'is' if parts[0].endswith('value') else 'are'} {' and '.join(parts)}" if parts else None
        )

    def _shapes(self, parameters: Mapping[str, tuple[Term, ...]], each: str, depth: int) -> Iterator[str]:
        for name, sentence in _SHAPES.items():
            members = parameters.get(name, ())
            if "{}" in sentence:
                for member in members:
                    yield sentence.format(self._name(member), each=each) + ":"
                    yield from self._inside(member, depth)
            elif members:
                yield sentence.format(each=each)
                for member in members[:_MOST]:
                    yield f"  {self._name(member)}:"
                    yield from (f"  {line}" for line in self._inside(member, depth))
                if len(members) > _MOST:
                    yield f"  and {len(members) - _MOST} more"
        for member in parameters.get("qualifiedValueShape", ()):
            least, most = (_number(parameters, f"qualified{end}Count") for end in ("Min", "Max"))
            parts = [f"at least {_values(least)}"] if least else []
            parts += [f"at most {_values(most)}"] if most else []
            fit = "fits" if (most or least) == "1" else "fit"
            yield f"{' and '.join(parts) or 'some values'} {fit} {self._name(member)}:"
            yield from self._inside(member, depth)
        members = parameters.get("property", ())
        if named := [self._name(member) for member in members if isinstance(member, IRI)]:
            yield f"what its parts demand, which are rules of their own: {', '.join(named)}"
        for member in members:
            if not isinstance(member, IRI):
                yield from (line.removeprefix("  ") for line in self._inside(member, depth))

    def _inside(self, member: Term, depth: int) -> Iterator[str]:
        shape = self.plan.shapes.get(member)
        if shape is None or depth >= _DEEPEST:
            return
        if shape.path is not None:
            yield f"  for {path_text(shape.path, self.plan.prefixes.compact)}:"
            yield from (f"    {line}" for line in self.lines(shape, depth + 1))
        elif shape.description and IRI(SH + "property") not in shape.parameters:
            yield f"  {shape.description}"
        else:
            yield from (f"  {line}" for line in self.lines(shape, depth + 1))

    def _queries(self, parameters: Mapping[str, tuple[Term, ...]]) -> Iterator[str]:
        for constraint in parameters.get("sparql", ()):
            yield FINDS_NOTHING
            for name in ("select", "ask"):
                for key in self.plan.graph.column(f"<{SH}{name}>").values(to_key(constraint)):
                    text = textwrap.dedent(str(from_key(key)).expandtabs(4)).strip("\n").rstrip()
                    yield from (f"  {line}" for line in text.split("\n"))

    def _allowed(self, parameters: Mapping[str, tuple[Term, ...]]) -> tuple[Term, ...]:
        children = (self.plan.shapes.get(term) for term in parameters.get("property", ()))
        own = {child.path for child in children if child is not None and isinstance(child.path, IRI)}
        ignored = {term for term in parameters.get("ignoredProperties", ()) if isinstance(term, IRI)}
        return tuple(sorted(own | ignored))

    def _list(self, values: tuple[Term, ...]) -> str:
        return ", ".join(self._name(value) for value in values)

    def _name(self, term: Term) -> str:
        shape = self.plan.shapes.get(term)
        if shape is None:
            return str(term) if isinstance(term, Literal) else shown(term, self.plan.prefixes)
        return shape_name(shape, self.plan.prefixes) if isinstance(term, IRI) else "this"


def _any(names: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _number(parameters: Mapping[str, tuple[Term, ...]], name: str) -> str | None:
    return next((str(value) for value in parameters.get(name, ())), None)


def _values(number: str) -> str:
    return f"{number} value" if number == "1" else f"{number} values"


def _flags(parameters: Mapping[str, tuple[Term, ...]]) -> str:
    flags = _number(parameters, "flags")
    return f"flags {flags}" if flags else ""


def _is_true(values: tuple[Term, ...]) -> bool:
    return any(str(value) in ("true", "1") for value in values)
