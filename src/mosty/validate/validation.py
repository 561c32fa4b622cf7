"""Validating a workspace, or new files in its context: files in, a report out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from mosty.model.diagnostics import ValidationReport, ValidationResult
from mosty.model.errors import InputError, UsageError
from mosty.model.paths import path_text
from mosty.model.terms import IRI, RDF, BlankNode, Term, n_triples
from mosty.rdf.files import real_path
from mosty.rdf.graph import Graph
from mosty.rdf.prefixes import STANDARD, Prefixes
from mosty.rdf.terms import to_model
from mosty.validate.derived import asserted_by_hand, derived_terms
from mosty.validate.engine import ValidationEngine
from mosty.validate.places import Places
from mosty.validate.plan import SH, Plan, make_plan
from mosty.validate.sources import Node, SourceFile, declared_prefixes, read_files, turtle_text
from mosty.validate.suggestions import Suggestions
from mosty.workspace.workspace import Workspace

_TYPE = ox.NamedNode(RDF + "type")
_SUBCLASS = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
_LABELS = frozenset(
    {"http://www.w3.org/2000/01/rdf-schema#label", "http://www.w3.org/2004/02/skos/core#prefLabel"}
)


class _Input(NamedTuple):
    """Everything that one validation looks at.

    Attributes:
        plan: the shapes.
        files: what is validated and its context, new files first.
        derived: what the rules derive from the files.
        new: the new files, when only they are judged; None when everything is.
        record_spaces: namespaces of the kinds of records.
        languages: languages of labels, the preferred one first.
    """

    plan: Plan
    files: Sequence[SourceFile]
    derived: Sequence[ox.Quad]
    new: Sequence[SourceFile] | None
    record_spaces: Sequence[str]
    languages: Sequence[str]


def validate_workspace(
    workspace: Workspace,
    shapes: Sequence[Path] | None = None,
    *,
    timeout: float | None = None,
    engine: ValidationEngine | None = None,
) -> ValidationReport:
    """Validate all public data of a workspace, with its ontology and what its rules derive.

    Args:
        workspace: the workspace.
        shapes: shape files to use instead of the workspace's.
        timeout: seconds after which the run is stopped.
        engine: the engine; pySHACL when not given.

    Raises:
        InputError: a file cannot be read, or the shapes are ill-formed.
        DeadlineError: the deadline passed.
    """
    files = _read_workspace(workspace)
    plan = _plan(_shape_paths(workspace, shapes), workspace.prefixes)
    return _validate(_workspace_input(workspace, plan, files, None), timeout, engine)


def validate_files(
    workspace: Workspace | None,
    files: Sequence[Path],
    shapes: Sequence[Path] | None = None,
    *,
    context: bool = True,
    timeout: float | None = None,
    engine: ValidationEngine | None = None,
) -> ValidationReport:
    """Validate new files.

    With a workspace they are judged in its context: together with its data, ontology and schemes, and
    with the rules run again. Reported is what concerns the nodes that the new files describe, the other
    parts of the records that they describe, and the nodes that they point to but nobody describes. A
    file of the workspace that is among the files counts once, as it is now.

    Args:
        workspace: where shapes and context come from; None for neither.
        files: RDF files of any supported format.
        shapes: shape files to use instead of the workspace's.
        context: whether the workspace's own data takes part.
        timeout: seconds after which the run is stopped.
        engine: the engine; pySHACL when not given.

    Raises:
        UsageError: neither workspace nor shapes.
        InputError: a file cannot be read, or the shapes are ill-formed.
        DeadlineError: the deadline passed.
    """
    if workspace is None:
        if not shapes:
            raise UsageError("no workspace here and no shapes given", "name the shapes with --shapes FILE")
        read = read_files([(path, str(path), None) for path in files])
        plan = _plan([(path, str(path)) for path in shapes], None, read)
        return _validate(_Input(plan, read, (), None, (), ("en",)), timeout, engine)
    new = read_files(_named(workspace, files))
    plan = _plan(_shape_paths(workspace, shapes), workspace.prefixes)
    replaced = {real_path(path) for path in files}
    others = [file for file in _read_workspace(workspace, context) if real_path(file.path) not in replaced]
    return _validate(_workspace_input(workspace, plan, [*new, *others], new), timeout, engine)


def _read_workspace(workspace: Workspace, data: bool = True) -> list[SourceFile]:
    paths = [*workspace.data_files(), *workspace.evidence_files()] if data else []
    return read_files(_named(workspace, [*paths, *workspace.ontology_files()]))


def _named(workspace: Workspace, paths: Iterable[Path]) -> list[tuple[Path, str, ox.NamedNode | None]]:
    root = real_path(workspace.root)
    named = []
    for path in paths:
        inside = real_path(path)
        graph = (
            workspace.graph_of(workspace.root / inside.relative_to(root))
            if inside.is_relative_to(root)
            else None
        )
        named.append((path, workspace.show_path(path), None if graph is None else ox.NamedNode(graph.value)))
    return named


def _shape_paths(workspace: Workspace, given: Sequence[Path] | None) -> list[tuple[Path, str]]:
    paths = given or workspace.shape_files()
    if not paths:
        folder = workspace.show_path(workspace.root / "shapes")
        raise InputError(
            f"{folder}: no shapes to validate against", "write some, or name a file with --shapes"
        )
    return [(path, workspace.show_path(path)) for path in paths]


def _plan(
    paths: Iterable[tuple[Path, str]], prefixes: Prefixes | None, data: Iterable[SourceFile] = ()
) -> Plan:
    files = read_files([(path, name, None) for path, name in paths])
    if prefixes is None:
        texts = [turtle_text(file) or "" for file in (*data, *files)]
        declared = {prefix: space for text in texts for prefix, space in declared_prefixes(text).items()}
        prefixes = Prefixes(STANDARD | declared)
    return make_plan([(file.name, file.quads) for file in files], prefixes)


def _workspace_input(
    workspace: Workspace, plan: Plan, files: Sequence[SourceFile], new: Sequence[SourceFile] | None
) -> _Input:
    derived = workspace.dataset(private=False).derive([quad for file in files for quad in file.quads])
    spaces = [workspace.prefixes[prefix] for prefix in workspace.config.kinds]
    return _Input(plan, files, derived, new, spaces, workspace.config.languages)


def _validate(given: _Input, timeout: float | None, engine: ValidationEngine | None) -> ValidationReport:
    if engine is None:
        from mosty.validate.pyshacl_engine import PyshaclEngine

        engine = PyshaclEngine()
    quads = [quad for file in given.files for quad in file.quads] + list(given.derived)
    places = Places(given.files, given.record_spaces, given.new, given.plan.prefixes)
    focus = None if given.new is None else _focus(given, quads, places)
    found = [
        *engine.run(given.plan, Graph.of(quads), focus=focus, timeout=timeout),
        *_asserted_by_hand(given),
    ]
    results = _finished(found, given, quads, places)
    return ValidationReport(
        results=tuple(sorted(results, key=_order)),
        triples=len(quads),
        shapes=sum(not shape.deactivated for shape in given.plan.shapes.values()),
        targeted=sum(1 for _ in given.plan.targeted()),
        # New files need not hold something of every kind.
        idle=_idle(given.plan, quads) if given.new is None else (),
        labels=_labels({term for r in results for term in (r.record, r.focus)}, quads, given.languages),
        prefixes=given.plan.prefixes,
    )


def _asserted_by_hand(given: _Input) -> list[ValidationResult]:
    derived = derived_terms(quad for file in given.files for quad in file.quads)
    judged = given.files if given.new is None else given.new
    return asserted_by_hand(given.plan, (quad for file in judged for quad in file.quads), derived)


def _focus(given: _Input, quads: Iterable[ox.Quad], places: Places) -> set[Term]:
    """The nodes to report on: described by the new files, part of such a record, or mentioned and unknown."""
    new = [quad for file in given.new or () for quad in file.quads]
    described = {quad.subject for quad in quads}
    focus: set[Node] = {quad.subject for quad in new}
    focus |= {
        quad.object for quad in new if isinstance(quad.object, ox.NamedNode) and quad.object not in described
    }
    records = {IRI(node.value) for node in focus if isinstance(node, ox.NamedNode)}
    focus |= {node for node in described if places.record(node) in records}
    return {to_model(node) for node in focus if not isinstance(node, ox.Triple)}


def _finished(
    found: Sequence[ValidationResult], given: _Input, quads: Iterable[ox.Quad], places: Places
) -> list[ValidationResult]:
    """Add to each result its record, its position and what an unknown name was probably meant to be."""
    if not found:
        return []
    prefixes = given.plan.prefixes
    known = {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}
    shapes = given.plan.shapes.values()
    paths = {shape.path.value for shape in shapes if isinstance(shape.path, IRI)}
    suggestions = Suggestions(known | paths, prefixes)
    finished = []
    for result in found:
        path = result.path if isinstance(result.path, IRI) else None
        record, position = places.place(result.focus, path, result.value)
        # A closed shape objects to the property, whatever its value; all others object to the value first.
        closed = result.component.value == SH + "ClosedConstraintComponent"
        suspects = (path, result.value) if closed else (result.value, path, result.focus)
        finished.append(
            result._replace(
                record=record,
                position=position,
                suggestion=suggestions.suggest(*suspects),
            )
        )
    return finished


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


def _idle(plan: Plan, quads: Iterable[ox.Quad]) -> tuple[str, ...]:
    """Name the rules whose targets occur nowhere: a misspelt class would otherwise pass as "conforms"."""
    predicates: set[str] = set()
    classes: set[str] = set()
    parents: dict[str, set[str]] = {}
    for _, predicate, value, _ in quads:
        predicates.add(predicate.value)
        if predicate == _TYPE and isinstance(value, ox.NamedNode):
            classes.add(value.value)
    for subject, predicate, value, _ in quads:
        if predicate == _SUBCLASS and isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode):
            parents.setdefault(subject.value, set()).add(value.value)
    open_classes = list(classes)
    while open_classes:
        above = parents.get(open_classes.pop(), set()) - classes
        classes |= above
        open_classes += above
    idle = set()
    for shape in plan.targeted():
        for target in shape.targets:
            kind, value_text = target.predicate.value.removeprefix(SH), str(target.value)
            if kind == "targetNode" or value_text in (classes if kind == "targetClass" else predicates):
                break
        else:
            idle.add(shape.rule)
    return tuple(sorted(idle))


def _labels(
    terms: Iterable[Term | None], quads: Iterable[ox.Quad], languages: Sequence[str]
) -> dict[IRI, str]:
    wanted = {term.value for term in terms if isinstance(term, IRI)}
    labels: dict[IRI, tuple[int, str]] = {}
    for subject, predicate, value, _ in quads:
        if predicate.value in _LABELS and isinstance(value, ox.Literal) and subject.value in wanted:
            language = value.language or ""
            rank = languages.index(language) if language in languages else len(languages)
            iri = IRI(subject.value)
            if iri not in labels or (rank, value.value) < labels[iri]:
                labels[iri] = (rank, value.value)
    return {iri: label for iri, (_, label) in sorted(labels.items())}
