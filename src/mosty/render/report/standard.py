"""The standard report of SHACL (section 3.6) as Turtle, with sh:detail, one result after the other.

A report is a tree: each result is written where it is named, as ``[ ... ]``, in the order of the report. Only
nodes that results speak of have labels, numbered as they come.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mosty.model.diagnostics import ValidationReport, ValidationResult
from mosty.model.paths import Alternative, Inverse, Path
from mosty.model.paths import Sequence as SequencePath
from mosty.model.terms import IRI, Term
from mosty.rdf.keys import Key, iri_key, to_key
from mosty.rdf.nesting import MAX_DEPTH
from mosty.rdf.prefixes import STANDARD, Prefixes
from mosty.rdf.tokens import TurtleTerms, object_key
from mosty.render.report.view import View, select

_SH = "http://www.w3.org/ns/shacl#"
_REPEATS = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}
_INDENT = "    "
_MOST_TERMS = 20_000
"""So many terms are kept as text: results have most of them in common."""


def write(report: ValidationReport, view: View) -> Iterator[str]:
    """Write the prefixes that are needed, the report, and its results."""
    results = select(report, view).results
    prefixes = Prefixes({**STANDARD, **report.prefixes})
    # SHACL, section 3.6.1.1: a report conforms when it has no result at all, whatever the severity.
    conforms = not report.results
    trial = _Writer(prefixes)
    for _ in trial.report(results, conforms=conforms):
        pass  # which prefixes are needed is known at the end only, and they stand at the top
    if trial.used:
        yield "".join(f"@prefix {prefix}: <{prefixes[prefix]}> .\n" for prefix in sorted(trial.used)) + "\n"
    yield from _Writer(prefixes).report(results, conforms=conforms)


class _Writer:
    """Writes results as Turtle.

    Args:
        prefixes: namespaces for CURIEs.
    """

    def __init__(self, prefixes: Prefixes) -> None:
        self._terms = TurtleTerms(prefixes)
        self._labels: dict[Key, str] = {}
        self._deep: list[tuple[str, ValidationResult]] = []

    @property
    def used(self) -> set[str]:
        """The prefixes of everything that was written."""
        return self._terms.used

    def report(self, results: Sequence[ValidationResult], *, conforms: bool) -> Iterator[str]:
        """Write the report, result by result."""
        yield f"[] a {self._name('ValidationReport')} ;\n"
        yield f"{_INDENT}{self._name('conforms')} {'true' if conforms else 'false'}"
        if results:
            yield f" ;\n{_INDENT}{self._name('result')}"
            yield from self._objects(results, _INDENT, 1)
        yield " .\n"
        while self._deep:
            label, result = self._deep.pop()
            yield f"\n{label} {self._properties(result, _INDENT, 0).lstrip()} .\n"

    def _objects(self, results: Sequence[ValidationResult], indent: str, depth: int) -> Iterator[str]:
        """Write results as the objects of a property; several stand on lines of their own."""
        if len(results) > 1:
            indent += _INDENT
        lead = f"\n{indent}" if len(results) > 1 else " "
        for number, result in enumerate(results):
            yield f"{' ,' if number else ''}{lead}{self._object(result, indent, depth)}"

    def _object(self, result: ValidationResult, indent: str, depth: int) -> str:
        if depth <= MAX_DEPTH:
            return f"[\n{self._properties(result, indent + _INDENT, depth)}\n{indent}]"
        label = self._label(f"too deep, {len(self._labels)}")
        self._deep.append((label, result))
        return label

    def _properties(self, result: ValidationResult, indent: str, depth: int) -> str:
        name, term = self._name, self._term
        severity = result.severity_iri or IRI(_SH + result.severity.value.capitalize())
        lines = [f"a {name('ValidationResult')}"]
        if result.details:
            lines.append(name("detail") + "".join(self._objects(result.details, indent, depth + 1)))
        lines.append(f"{name('focusNode')} {term(result.focus)}")
        if result.messages:
            messages = sorted({*map(to_key, result.messages)}, key=object_key)
            lines.append(f"{name('resultMessage')} {' , '.join(self._terms[m] for m in messages)}")
        if result.path is not None:
            lines.append(f"{name('resultPath')} {self._path(result.path)}")
        lines.append(f"{name('resultSeverity')} {term(severity)}")
        if result.constraint is not None:
            lines.append(f"{name('sourceConstraint')} {term(result.constraint)}")
        lines.append(f"{name('sourceConstraintComponent')} {term(result.component)}")
        lines.append(f"{name('sourceShape')} {term(result.shape)}")
        if result.value is not None:
            lines.append(f"{name('value')} {term(result.value)}")
        return indent + f" ;\n{indent}".join(lines)

    def _path(self, path: Path) -> str:
        """Write a path as SHACL asks for it (section 2.3.1); each use gets blank nodes of its own."""
        if isinstance(path, IRI):
            return self._term(path)
        if isinstance(path, SequencePath):
            return f"( {' '.join(map(self._path, path.steps))} )"
        if isinstance(path, Alternative):
            return f"[ {self._name('alternativePath')} ( {' '.join(map(self._path, path.choices))} ) ]"
        name = "inversePath" if isinstance(path, Inverse) else _REPEATS[path.mark]
        return f"[ {self._name(name)} {self._path(path.path)} ]"

    def _name(self, name: str) -> str:
        return self._terms[iri_key(_SH + name)]

    def _term(self, term: Term) -> str:
        key = to_key(term)
        if key[0] == "_":
            return self._label(key)
        if len(self._terms) > _MOST_TERMS:
            self._terms.clear()
        return self._terms[key]

    def _label(self, key: Key) -> str:
        return self._labels.setdefault(key, f"_:b{len(self._labels)}")
