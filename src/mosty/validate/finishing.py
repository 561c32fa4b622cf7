"""What an engine found, made ready for people: record, place, line, suggestion, labels, order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from mosty.model.diagnostics import Position, Remark, ValidationResult
from mosty.model.paths import path_text
from mosty.model.terms import IRI, BlankNode, Term, n_triples
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key, literal_parts, to_key
from mosty.rdf.loading import Loaded
from mosty.validate.lint import Locate
from mosty.validate.places import Places, Question, shape_positions
from mosty.validate.plan import Plan
from mosty.validate.sources import ShapesFile
from mosty.validate.suggestions import Suggestions

_LABELS = tuple(
    map(
        iri_key,
        ("http://www.w3.org/2000/01/rdf-schema#label", "http://www.w3.org/2004/02/skos/core#prefLabel"),
    )
)


def finished(
    found: Sequence[ValidationResult],
    plan: Plan,
    shapes: Sequence[ShapesFile],
    loaded: Loaded,
    places: Places,
    languages: Sequence[str] = ("en",),
) -> list[ValidationResult]:
    """Add to each result its record, where it and its shape stand, and what an unknown name probably means.

    Args:
        found: what the engine found.
        plan: the shapes.
        shapes: their files.
        loaded: what was validated.
        places: where it stands.
        languages: languages of labels, the preferred one first.

    Returns:
        The results, sorted by file, record, severity, rule.
    """
    if not found:
        return []
    everything = [result for top in found for result in _with_details(top)]
    questions = {id(result): _question(result) for result in everything}
    place = places.find(questions.values())
    shape_place = shape_positions(shapes, ((r.shape, plan.shapes[r.shape].file) for r in everything))
    suggestions = Suggestions(plan, loaded.graph, languages)

    def placed(result: ValidationResult) -> ValidationResult:
        at = place[questions[id(result)]]
        return result._replace(
            record=at.record,
            position=at.position,
            source_line=at.line,
            shape_position=shape_place.get(result.shape),
            details=tuple(placed(detail) for detail in result.details),
        )

    ordered = sorted((placed(result) for result in found), key=_order)
    # In their order: so many are looked for, and no more.
    return [result._replace(suggestion=suggestions.suggest(result)) for result in ordered]


def _with_details(result: ValidationResult) -> Iterator[ValidationResult]:
    yield result
    for detail in result.details:
        yield from _with_details(detail)


def _question(result: ValidationResult) -> Question:
    return to_key(result.focus), result.path, None if result.value is None else to_key(result.value)


def remarks_with_places(places: Places, make: Callable[[Locate], tuple[Remark, ...]]) -> tuple[Remark, ...]:
    """Make remarks whose places are all looked up together.

    Args:
        places: where things stand.
        make: makes the remarks, given a function that locates a triple.
    """
    asked: dict[Position, Question] = {}

    def locate(subject: Key, predicate: Key, value: Key | None) -> Position:
        stand_in = Position("", len(asked) + 1)
        asked[stand_in] = (subject, IRI(predicate[1:-1]), value)
        return stand_in

    remarks = make(locate)
    if not asked:
        return remarks
    found = places.find(asked.values())
    at = {stand_in: found[question].position for stand_in, question in asked.items()}
    return tuple(
        remark._replace(position=at[remark.position]) if remark.position in at else remark
        for remark in remarks
    )


def labels_of(terms: Iterable[Term | None], graph: Graph, languages: Sequence[str]) -> dict[IRI, str]:
    """Give the labels of those terms that have one, in the preferred language if there is one.

    Args:
        terms: the terms.
        graph: what says their labels.
        languages: the preferred language first.
    """
    labels: dict[IRI, str] = {}
    for term in sorted({term for term in terms if isinstance(term, IRI)}):
        key = iri_key(term.value)
        found = [
            literal_parts(label)
            for predicate in _LABELS
            for label in graph.column(predicate).values(key)
            if label[0] == '"'
        ]
        ranks = {language: rank for rank, language in enumerate(languages)}
        if found:
            labels[term] = min((ranks.get(tag or "", len(ranks)), text) for text, _, tag in found)[1]
    return labels


def _order(result: ValidationResult) -> tuple[str, str, int, str, str, str, str, str, str]:
    return (
        result.position.file if result.position else "",
        result.record.value if result.record else _key(result.focus),
        result.severity.rank,
        result.rule,
        _key(result.focus),
        path_text(result.path) if result.path is not None else "",
        _key(result.value) if result.value is not None else "",
        result.component.value,
        result.message,
    )


def _key(term: Term) -> str:
    # A blank node's label changes at every reading and must not decide the order.
    return "" if isinstance(term, BlankNode) else n_triples(term)
