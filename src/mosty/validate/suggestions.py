"""The mend of a result, when one is evident: another name, datatype, language tag or order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mosty.model.diagnostics import ValidationResult
from mosty.model.errors import InputError
from mosty.model.paths import Path, properties_of
from mosty.model.terms import IRI, RDF_LANG_STRING, XSD, XSD_STRING, BlankNode, Literal, Term
from mosty.rdf.graph import Graph
from mosty.rdf.keys import from_key, iri_key, to_key
from mosty.rdf.prefixes import is_iri
from mosty.validate.comparing import less
from mosty.validate.known import Known, Names, one_of, slug, split, twins
from mosty.validate.mending import mended, turtle
from mosty.validate.patterns import Pattern, UnsupportedPattern, compile_pattern
from mosty.validate.plan import SH, Plan, Shape

_MOST_NODES = 5000
"""So many focus nodes are looked at; the mend of a value is found once for all results that have it."""
_MOST_VALUES = 10_000
_MOST_DETAILS = 20
_LONGEST = 60
_COUNTRIES = {
    "cz": "cs",
    "dk": "da",
    "ee": "et",
    "gr": "el",
    "jp": "ja",
    "rs": "sr",
    "se": "sv",
    "si": "sl",
    "ua": "uk",
}
"""Country codes that stand where the language code should."""


class Suggestions:
    """Finds the mend of a result. Nothing is read before the first question, and the work of one run is bounded.

    Args:
        plan: the shapes.
        graph: the triples that are validated.
        languages: languages of labels, the preferred one first.
    """

    def __init__(self, plan: Plan, graph: Graph, languages: Sequence[str] = ("en",)) -> None:
        self._plan = plan
        self._graph = graph
        self._prefixes = plan.prefixes
        self._languages = languages or ("en",)
        properties = {
            iri.value
            for shape in plan.shapes.values()
            if shape.path is not None
            for iri in properties_of(shape.path)
        }
        self._known = Known(graph, properties)
        self._values: dict[tuple[Term, IRI, Path | None, Term | None], str | None] = {}
        self._members: dict[Term, _Members] = {}
        self._patterns: dict[Term, Pattern | None] = {}
        self._nodes = _MOST_NODES

    def suggest(self, result: ValidationResult) -> str | None:
        """Suggest the mend of a result; None when none is evident.

        Ask in a fixed order: the work is bounded, so that the first results may leave none for the last.
        """
        shape = self._plan.shapes.get(result.shape)
        if shape is None:
            return None
        name = result.component.value.removeprefix(SH).removesuffix("ConstraintComponent")
        found = None
        if name in _OF_NODE:
            if self._nodes > 0:
                self._nodes -= 1
                found = _OF_NODE[name](self, result, shape)
        elif name in _OF_VALUE and result.value is not None:
            found = self._of_value(_OF_VALUE[name], result, shape)
        if found is None:
            mends = (self.suggest(detail) for detail in result.details[:_MOST_DETAILS])
            # Of several the one that keeps most of what was written: the day of a date, not its year alone.
            found = max((mend for mend in mends if mend), key=_digits, default=None)
        return found or self._unknown(result, closed=name == "Closed")

    def _of_value(self, find: _Finder, result: ValidationResult, shape: Shape) -> str | None:
        key = (result.shape, result.component, result.path, result.value)
        if key not in self._values:
            if len(self._values) >= _MOST_VALUES:
                return None
            self._values[key] = find(self, result, shape)
        return self._values[key]

    def _unknown(self, result: ValidationResult, *, closed: bool) -> str | None:
        # A closed shape objects to the property, whatever its value; all others object to the value first.
        path = result.path if isinstance(result.path, IRI) else None
        suspects = (path, result.value) if closed else (result.value, path, result.focus)
        for term in suspects:
            if isinstance(term, IRI) and (meant := self._known.meant(term.value)) is not None:
                return self._did_you_mean(meant)
        return None

    def _did_you_mean(self, meant: str) -> str:
        return f"did you mean {self._prefixes.compact(meant)}?"

    def _write(self, term: Literal | IRI) -> str:
        return f"write {turtle(term, self._prefixes)}"

    def _datatype(self, result: ValidationResult, shape: Shape) -> str | None:
        for wanted in _iris(shape, "datatype"):
            if (found := self._as(result.value, wanted)) is not None:
                return found
        return None

    def _as(self, value: Term | None, datatype: str) -> str | None:
        """Write a value with another datatype."""
        if isinstance(value, IRI):
            fits = datatype in (XSD_STRING, XSD + "anyURI")
            return self._write(Literal(value.value, datatype)) if fits else None
        if not isinstance(value, Literal):
            return None
        if datatype == RDF_LANG_STRING:
            return self._tagged(value, self._languages[0], sure=False) if value.language is None else None
        text = value.lexical if datatype == XSD_STRING else mended(value.lexical, datatype)
        if text is None or (text, datatype) == (value.lexical, value.datatype):
            return None
        if len(text) > _LONGEST:
            return "leave the language tag away" if value.language else None
        return self._write(Literal(text, datatype))

    def _tagged(self, value: Literal, language: str, *, sure: bool) -> str | None:
        """Nobody can tell the language of a text for sure, and a wrong tag is worse than none."""
        if value.datatype != XSD_STRING:
            return None
        if len(value.lexical) > _LONGEST:
            return f"add a language tag, such as @{language}"
        written = turtle(Literal(value.lexical, RDF_LANG_STRING, language), self._prefixes)
        return f"if that is its language, write {written}" if sure else f"say its language, as in {written}"

    def _node_kind(self, result: ValidationResult, shape: Shape) -> str | None:
        kinds = [kind.removeprefix(SH) for kind in _iris(shape, "nodeKind")]
        value = result.value
        if isinstance(value, Literal) and kinds and all("IRI" in kind for kind in kinds):
            return self._as_iri(value.lexical)
        if isinstance(value, IRI) and kinds == ["Literal"] and len(value.value) <= _LONGEST:
            return self._write(Literal(value.value, XSD_STRING))
        return None

    def _as_iri(self, text: str) -> str | None:
        """Write as an IRI what stands in quotes."""
        text = text.strip().removeprefix("<").removesuffix(">")
        prefix, colon, name = text.partition(":")
        if colon and prefix in self._prefixes and name and not name.startswith("//"):
            iri = self._prefixes[prefix] + name
            return f"write {self._prefixes.compact(iri)} without quotes" if is_iri(iri) else None
        if "://" in text and is_iri(text):
            return f"write {self._prefixes.compact(self._known.meant(text) or text)} without quotes"
        return None

    def _class(self, result: ValidationResult, shape: Shape) -> str | None:
        value = result.value
        for wanted in _iris(shape, "class"):
            if isinstance(value, IRI) and (meant := self._known.meant(value.value, wanted)) is not None:
                return self._did_you_mean(meant)
            if isinstance(value, Literal) and len(value.lexical) <= _LONGEST:
                if (as_iri := self._as_iri(value.lexical)) is not None:
                    return as_iri
                named = self._known.labelled(value.lexical, wanted) or self._known.nearest(
                    value.lexical, self._known.instances(wanted)
                )
                if named is not None:
                    return self._did_you_mean(named)
        return None

    def _in(self, result: ValidationResult, shape: Shape) -> str | None:
        value = result.value
        if value is None or isinstance(value, BlankNode) or len(str(value)) > 200:
            return None
        if shape.node not in self._members:
            self._members[shape.node] = _Members(_values(shape, "in"))
        members, text = self._members[shape.node], str(value)
        if isinstance(value, IRI):
            twin = one_of(text, members.iris)
            named = twin or self._known.nearest(split(text)[1], members.iri_names)
            return None if named is None else self._did_you_mean(named)
        if (same := members.texts.get(text.strip())) is not None:
            return self._write(same)
        if (near := self._known.nearest(text, members.text_names)) is not None:
            return f"did you mean {turtle(members.texts[near], self._prefixes)}?"
        named = self._known.nearest(text, members.iri_names)
        return None if named is None else self._did_you_mean(named)

    def _language_in(self, result: ValidationResult, shape: Shape) -> str | None:
        allowed = [str(tag) for tag in _values(shape, "languageIn")]
        value = result.value
        if not isinstance(value, Literal) or not allowed:
            return None
        if value.language is None:
            preferred = [tag for tag in self._languages if tag in allowed]
            return self._tagged(value, (preferred or allowed)[0], sure=len(allowed) == 1)
        main = value.language.lower().replace("_", "-").partition("-")[0]
        meant = _COUNTRIES.get(main, main)
        return f"did you mean @{meant}?" if meant in allowed else None

    def _range(self, result: ValidationResult, shape: Shape) -> str | None:
        name = result.component.value.removeprefix(SH).removesuffix("ConstraintComponent")
        for limit in _values(shape, name[0].lower() + name[1:]):
            value = result.value
            if (
                isinstance(limit, Literal)
                and value is not None
                and less(to_key(value), to_key(limit)) is None
            ):
                return self._as(value, limit.datatype)
        return None

    def _pair(self, result: ValidationResult, shape: Shape) -> str | None:
        """Dates or numbers in the wrong order, or of two kinds that have no order."""
        if result.value is None or not isinstance(result.path, IRI):
            return None
        focus, value = to_key(result.focus), to_key(result.value)
        for name in ("lessThan", "lessThanOrEquals"):
            for other in _iris(shape, name):
                against = self._graph.column(iri_key(other)).values(focus)
                if len(against) != 1:
                    continue
                (bound,) = against
                order = less(bound, value)
                if order and len(self._graph.column(iri_key(result.path.value)).values(focus)) == 1:
                    return f"swap {self._prefixes.compact(result.path)} and {self._prefixes.compact(other)}?"
                limit = from_key(bound)
                if order is None and isinstance(limit, Literal):
                    return self._as(result.value, limit.datatype)
        return None

    def _pattern(self, result: ValidationResult, shape: Shape) -> str | None:
        value = result.value
        if value is None or isinstance(value, BlankNode) or len(str(value)) > 2000:
            return None
        for text in _values(shape, "pattern"):
            flags = "".join(str(flag) for flag in _values(shape, "flags"))
            if text not in self._patterns:
                try:
                    self._patterns[text] = compile_pattern(str(text), flags)
                except (UnsupportedPattern, InputError):
                    self._patterns[text] = None
            pattern = self._patterns[text]
            if pattern is None or pattern.matches(str(value)):
                continue
            for form in _rewritten(value):
                if pattern.matches(form):
                    shown = IRI(form) if isinstance(value, IRI) else value._replace(lexical=form)
                    return self._write(shown) if len(form) <= _LONGEST else None
        return None

    def _closed(self, result: ValidationResult, shape: Shape) -> str | None:
        """The property of the shape that was probably meant."""
        if not isinstance(result.path, IRI):
            return None
        own = [self._plan.shapes.get(node) for node in _values(shape, "property")]
        allowed = {str(other.path) for other in own if other is not None and isinstance(other.path, IRI)}
        there = result.path.value
        meant = one_of(there, allowed) or self._known.nearest(split(there)[1], Names(allowed))
        return None if meant is None else self._did_you_mean(meant)

    def _missing(self, result: ValidationResult, shape: Shape) -> str | None:
        """A property that is missing may stand there under another name."""
        if not isinstance(shape.path, IRI):
            return None
        missing = shape.path.value
        wanted = Names([missing])
        for predicate, _ in self._graph.outgoing(to_key(result.focus)):
            there = predicate[1:-1]
            if there == missing or self._known.is_known(there):
                continue
            if missing in twins(there) or wanted.nearest(split(there)[1]):
                found, right = (self._prefixes.compact(iri) for iri in (there, missing))
                return f"there is {found}: did you mean {right}?"
        return None


class _Members:
    """The members of sh:in, ready to be searched."""

    def __init__(self, members: Sequence[Term]) -> None:
        self.iris = {member.value for member in members if isinstance(member, IRI)}
        self.texts: dict[str, Literal] = {}
        for member in members:
            if isinstance(member, Literal):
                self.texts.setdefault(member.lexical, member)
        self.iri_names = Names(self.iris)
        self.text_names = Names(self.texts, whole=True)


_Finder = Callable[[Suggestions, ValidationResult, Shape], str | None]

# Mends that depend on the value alone, and are found once for each.
_OF_VALUE: Mapping[str, _Finder] = {
    "Datatype": Suggestions._datatype,
    "NodeKind": Suggestions._node_kind,
    "Class": Suggestions._class,
    "In": Suggestions._in,
    "LanguageIn": Suggestions._language_in,
    "Pattern": Suggestions._pattern,
    "Closed": Suggestions._closed,
    **dict.fromkeys(("MinExclusive", "MinInclusive", "MaxExclusive", "MaxInclusive"), Suggestions._range),
}
# Mends that need the focus node.
_OF_NODE: Mapping[str, _Finder] = {
    "MinCount": Suggestions._missing,
    "LessThan": Suggestions._pair,
    "LessThanOrEquals": Suggestions._pair,
}


def _values(shape: Shape, parameter: str) -> tuple[Term, ...]:
    return shape.parameters.get(IRI(SH + parameter), ())


def _iris(shape: Shape, parameter: str) -> list[str]:
    return [term.value for term in _values(shape, parameter) if isinstance(term, IRI)]


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)


def _rewritten(value: IRI | Literal) -> list[str]:
    text = str(value)
    if isinstance(value, IRI):
        return list(twins(text))
    stripped = " ".join(text.split())
    return [form for form in (stripped, stripped.upper(), stripped.lower(), slug(text)) if form != text]
