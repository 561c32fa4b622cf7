"""What an engine found, made ready for people: record, place, line, suggestion, labels, order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain
from typing import NamedTuple

from mosty.model.diagnostics import Position, Remark, Severity, ValidationReport, ValidationResult
from mosty.model.paths import path_text
from mosty.model.terms import IRI, BlankNode, Literal, Term
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key, literal_parts
from mosty.rdf.labels import LABELS
from mosty.rdf.loading import Loaded, Source
from mosty.validate import lint
from mosty.validate.engine import ValidationEngine
from mosty.validate.offending import Question, question_of
from mosty.validate.places import Place, Places, shape_positions
from mosty.validate.plan import Plan
from mosty.validate.sources import ShapesFile
from mosty.validate.suggestions import Suggestions

_RANKS = {severity: severity.rank for severity in Severity}


class Given(NamedTuple):
    """Everything that one validation looks at.

    Attributes:
        plan: the shapes.
        shapes: their files.
        loaded: what is validated and its context; what rules derive is kept apart until they count.
        record_spaces: namespaces of the kinds of records.
        languages: languages of labels, the preferred one first.
        apart: subjects that are no records; see `stated`.
    """

    plan: Plan
    shapes: Sequence[ShapesFile]
    loaded: Loaded
    record_spaces: Sequence[str] = ()
    languages: Sequence[str] = ("en",)
    apart: Set[Key] = frozenset()


def make_report(
    given: Given,
    judge: ValidationEngine,
    found: Sequence[ValidationResult],
    judged: Sequence[Source],
    focus: Collection[Key] | None,
) -> ValidationReport:
    """Put a report together.

    Args:
        given: what was looked at, the graph as it is now.
        judge: the engine.
        found: what it found.
        judged: the files that were judged.
        focus: what the changed triples speak of; None when everything was judged.
    """
    plan, graph = given.plan, given.loaded.graph
    pending = _Pending()
    remarks = lint.remarks(
        plan,
        graph,
        judged,
        plan.prefixes,
        focus=focus,
        empty=[source.name for source in judged if not source.subjects],
        locate=pending.locate,
        results=found,
    )
    asked = (question_of(result, graph) for top in found for result in _with_details(top))
    places = Places(given.loaded, given.record_spaces, () if focus is None else judged)
    place = places.find(chain(asked, pending.questions.values()))  # one pass through each file
    results = _finished(found, given, place)
    fallbacks = dict(judge.fallbacks)
    return ValidationReport(
        results=results,
        triples=len(graph),
        shapes=sum(not shape.deactivated for shape in plan.shapes.values()),
        targeted=sum(1 for _ in plan.targeted()),
        # New files need not hold something of every kind.
        idle=lint.idle(plan, graph) if focus is None else (),
        remarks=tuple(pending.placed(remark, place) for remark in remarks),
        fallbacks=fallbacks,
        checked={s.rule: "pyshacl" if s.rule in fallbacks else judge.name for s in plan.targeted()},
        labels=_labels_of({t for r in results for t in (r.record, r.focus)}, graph, given.languages),
        prefixes=plan.prefixes,
    )


class _Pending:
    """Places of remarks that are looked up later, all together; until then a position stands in."""

    def __init__(self) -> None:
        self.questions: dict[Position, Question] = {}

    def locate(self, subject: Key, predicate: Key, value: Key | None) -> Position:
        stand_in = Position("", len(self.questions) + 1)
        self.questions[stand_in] = (subject, IRI(predicate[1:-1]), value)
        return stand_in

    def placed(self, remark: Remark, place: Mapping[Question, Place]) -> Remark:
        question = self.questions.get(remark.position) if remark.position else None
        return remark if question is None else remark._replace(position=place[question].position)


def _finished(
    found: Sequence[ValidationResult], given: Given, place: Mapping[Question, Place]
) -> tuple[ValidationResult, ...]:
    """Add to each result its record, where it and its shape stand, and what an unknown name probably means."""
    if not found:
        return ()
    everything = (result for top in found for result in _with_details(top))
    shapes = given.plan.shapes
    shape_place = shape_positions(given.shapes, ((r.shape, shapes[r.shape].file) for r in everything))
    graph = given.loaded.graph

    def placed(result: ValidationResult, suggestion: str | None = None) -> ValidationResult:
        at = place[question_of(result, graph)]
        return result._replace(
            record=result.focus if at.record == result.focus else at.record,  # one object for both
            position=at.position,
            source_line=at.line,
            shape_position=shape_place.get(result.shape),
            suggestion=suggestion,
            details=tuple(map(placed, result.details)),
        )

    suggestions = Suggestions(given.plan, graph, given.languages)
    # In their order: so many are looked for, and no more.
    ordered = sorted(found, key=lambda result: _order(result, place[question_of(result, graph)]))
    return tuple(placed(result, suggestions.suggest(result)) for result in ordered)


def _with_details(result: ValidationResult) -> Iterator[ValidationResult]:
    yield result
    for detail in result.details:
        yield from _with_details(detail)


def _labels_of(terms: Iterable[Term | None], graph: Graph, languages: Sequence[str]) -> dict[IRI, str]:
    """Give the labels of those terms that have one, in the preferred language if there is one."""
    labels: dict[IRI, str] = {}
    for term in sorted({term for term in terms if isinstance(term, IRI)}):
        key = iri_key(term.value)
        found = [
            literal_parts(label)
            for predicate in LABELS
            for label in graph.column(predicate).values(key)
            if label[0] == '"'
        ]
        ranks = {language: rank for rank, language in enumerate(languages)}
        if found:
            labels[term] = min((ranks.get(tag or "", len(ranks)), text) for text, _, tag in found)[1]
    return labels


def _order(result: ValidationResult, at: Place) -> tuple[str | int, ...]:
    """The sort key of a result, of strings that are there anyway; the position parts blank nodes."""
    path = result.path
    position = at.position or Position("")
    return (
        position.file,
        at.record.value if at.record else _text(result.focus),
        _RANKS[result.severity],
        result.rule,
        _text(result.focus),
        _kind(result.focus),
        path.value if isinstance(path, IRI) else "" if path is None else path_text(path),
        *(("", "") if result.value is None else (_text(result.value), _kind(result.value))),
        result.component.value,
        result.message,
        position.line or 0,
        position.column or 0,
    )


def _text(term: Term) -> str:
    # A blank node's label changes at every reading and must not decide the order.
    return "" if isinstance(term, BlankNode) else str(term)


def _kind(term: Term) -> str:
    return (term.language or term.datatype) if isinstance(term, Literal) else ""
