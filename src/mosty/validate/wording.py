"""What a shape checks, in plain words: templates of wording.toml, by language."""

from __future__ import annotations

import textwrap
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

from mosty.model.paths import path_text
from mosty.model.plurals import plural
from mosty.model.terms import IRI, Literal, Term
from mosty.rdf.keys import from_key, iri_key, lexical_form, to_key
from mosty.validate.messages import KINDS, shown
from mosty.validate.plan import SH, Plan, Shape, Target, shape_name

ENGLISH = "en"

_MOST = 12
_DEEPEST = 4
_DESCRIPTION = iri_key(SH + "description")


def finds_nothing(language: str = ENGLISH) -> str:
    """What stands above the lines of a query, which are indented."""
    return _words("words", language)["finds-nothing"]


def target_words(targets: Iterable[Target], plan: Plan, language: str = ENGLISH) -> tuple[str, ...]:
    """Say what targets yield, one line for each kind: ``every instance of mosty:Period``."""
    kinds: dict[str, list[str]] = {}
    for target in targets:
        kind = target.predicate.value.removeprefix(SH)
        kinds.setdefault(kind, []).append(shown(target.value, plan.prefixes))
    sentences, either = _words("targets", language), _words("words", language)["or"]
    return tuple(
        sentences.get(kind, kind + " {}").format(_any(names, either)) for kind, names in kinds.items()
    )


def checks(shape: Shape, plan: Plan, language: str = ENGLISH) -> tuple[str, ...]:
    """Say what a shape demands, one line each; what belongs to the line above is indented by two spaces."""
    return tuple(_Describer(plan, language).lines(shape, 0))


@cache
def _words(table: str, language: str) -> Mapping[str, str]:
    """A table of wording.toml in a language, or in English where it does not speak it."""
    known = tomllib.loads(files("mosty.validate").joinpath("wording.toml").read_text("utf-8"))[table]
    plain = language.partition("-")[0].lower()
    found = {name: entry.get(plain) or entry.get(ENGLISH) for name, entry in known.items()}
    return {name: text for name, text in found.items() if text}


class _Describer:
    def __init__(self, plan: Plan, language: str) -> None:
        self.plan = plan
        self.language = language
        self.words = _words("words", language)

    def lines(self, shape: Shape, depth: int) -> Iterator[str]:
        values_of = _words("values", self.language)
        each, one = (
            (values_of["each"], values_of["one"]) if shape.path is not None else (values_of["node"],) * 2
        )
        parameters = {key.value.removeprefix(SH): values for key, values in shape.parameters.items()}
        if counts := self._counts(parameters):
            yield counts
        for name, sentence in _words("sentences", self.language).items():
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
                    kind=self._kind(text),
                ) + (self._flags(parameters) if name == "pattern" else "")
        if _is_true(parameters.get("uniqueLang", ())):
            yield self.words["one-language"]
        if _is_true(parameters.get("closed", ())):
            yield self.words["closed"].format(list=self._list(self._allowed(parameters)))
        yield from self._shapes(parameters, each, depth)
        yield from self._queries(parameters)

    def _counts(self, parameters: Mapping[str, tuple[Term, ...]]) -> str | None:
        least = _number(parameters, "minCount")
        most = _number(parameters, "maxCount")
        if most == "0":
            return self.words["none"]
        if least and least == most:
            return self._counted("exactly", least)
        bounds = self._bounds(least if least != "0" else None, most)
        return (
            self._form("count", (least if least != "0" else None) or most).format(parts=bounds)
            if bounds
            else None
        )

    def _bounds(self, least: str | None, most: str | None) -> str:
        parts = [self._counted("at-least", least)] if least else []
        parts += [self._counted("at-most", most)] if most else []
        return self.words["and"].join(parts)

    def _counted(self, word: str, number: str) -> str:
        return self._form(word, number).format(number=number)

    def _form(self, word: str, number: str | None) -> str:
        """The form that a sentence has beside a number."""
        amount = int(number) if number and number.isdecimal() else 0
        return plural(self.words[word], amount, self.language)

    def _kind(self, iri: str) -> str:
        kind = iri.removeprefix(SH)
        return _words("kinds", self.language).get(kind) or KINDS.get(kind, iri)

    def _flags(self, parameters: Mapping[str, tuple[Term, ...]]) -> str:
        flags = _number(parameters, "flags")
        return self.words["flags"].format(flags=flags) if flags else ""

    def _shapes(self, parameters: Mapping[str, tuple[Term, ...]], each: str, depth: int) -> Iterator[str]:
        for name, sentence in _words("shapes", self.language).items():
            members = parameters.get(name, ())
            if "{shape}" in sentence:
                for member in members:
                    yield sentence.format(shape=self._name(member), each=each)
                    yield from self._inside(member, depth)
            elif members:
                yield sentence.format(each=each)
                for member in members[:_MOST]:
                    yield f"  {self._name(member)}:"
                    yield from (f"  {line}" for line in self._inside(member, depth))
                if len(members) > _MOST:
                    yield self.words["more"].format(number=len(members) - _MOST)
        for member in parameters.get("qualifiedValueShape", ()):
            least, most = (_number(parameters, f"qualified{end}Count") for end in ("Min", "Max"))
            bounds = self._bounds(least, most)
            sentence = self._form("fitting", most or least) if bounds else self.words["some-fitting"]
            yield sentence.format(parts=bounds, shape=self._name(member))
            yield from self._inside(member, depth)
        members = parameters.get("property", ())
        if named := [self._name(member) for member in members if isinstance(member, IRI)]:
            yield self.words["parts"].format(list=", ".join(named))
        for member in members:
            if not isinstance(member, IRI):
                yield from (line.removeprefix("  ") for line in self._inside(member, depth))

    def _inside(self, member: Term, depth: int) -> Iterator[str]:
        shape = self.plan.shapes.get(member)
        if shape is None or depth >= _DEEPEST:
            return
        if shape.path is not None:
            yield self.words["at-path"].format(path=path_text(shape.path, self.plan.prefixes.compact))
            yield from (f"    {line}" for line in self.lines(shape, depth + 1))
        elif shape.description and IRI(SH + "property") not in shape.parameters:
            yield f"  {self._description(shape)}"
        else:
            yield from (f"  {line}" for line in self.lines(shape, depth + 1))

    def _queries(self, parameters: Mapping[str, tuple[Term, ...]]) -> Iterator[str]:
        for constraint in parameters.get("sparql", ()):
            yield self.words["finds-nothing"]
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
        return shape_name(shape, self.plan.prefixes) if isinstance(term, IRI) else self.words["this"]

    def _description(self, shape: Shape) -> str | None:
        stated = self.plan.graph.column(_DESCRIPTION).values(to_key(shape.node))
        own = sorted(value for value in stated if value.endswith(f"@{self.language}"))
        return lexical_form(own[0]) if own else shape.description


def _any(names: Sequence[str], either: str) -> str:
    return either.join(filter(None, (", ".join(names[:-1]), names[-1])))


def _number(parameters: Mapping[str, tuple[Term, ...]], name: str) -> str | None:
    return next((str(value) for value in parameters.get(name, ())), None)


def _is_true(values: tuple[Term, ...]) -> bool:
    return any(str(value) in ("true", "1") for value in values)
