"""Validating a workspace, or new files in its context: files in, a report out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from mosty.model.diagnostics import Remark, ValidationReport
from mosty.model.errors import InputError, UsageError
from mosty.model.terms import IRI
from mosty.rdf.files import real_path
from mosty.rdf.keys import Key, from_key
from mosty.rdf.loading import Loaded, load
from mosty.rdf.prefixes import STANDARD, Prefixes
from mosty.validate import lint
from mosty.validate.derived import asserted_by_hand, derived_terms
from mosty.validate.engine import ValidationEngine
from mosty.validate.finishing import finished, labels_of, order, remarks_with_places
from mosty.validate.places import Places
from mosty.validate.plan import Plan, make_plan
from mosty.validate.sources import ShapesFile, read_shapes
from mosty.workspace.workspace import Workspace


class _Input(NamedTuple):
    """Everything that one validation looks at.

    Attributes:
        plan: the shapes.
        shapes: their files.
        loaded: what is validated and its context, without what rules derive; new files first.
        new: the new files alone, when only they are judged; None when everything is.
        record_spaces: namespaces of the kinds of records.
        languages: languages of labels, the preferred one first.
    """

    plan: Plan
    shapes: Sequence[ShapesFile]
    loaded: Loaded
    new: Loaded | None = None
    record_spaces: Sequence[str] = ()
    languages: Sequence[str] = ("en",)


def validate_workspace(
    workspace: Workspace,
    shapes: Sequence[Path] | None = None,
    *,
    timeout: float | None = None,
    engine: ValidationEngine | str | None = None,
) -> ValidationReport:
    """Validate all public data of a workspace, with its ontology and what its rules derive.

    Args:
        workspace: the workspace.
        shapes: shape files to use instead of the workspace's.
        timeout: seconds after which the run is stopped.
        engine: ``auto`` (when not given), ``compiled``, ``pyshacl``, or an engine; see `choose_engine`.

    Raises:
        InputError: a file cannot be read, or the shapes are ill-formed.
        UsageError: no such engine.
        DeadlineError: the deadline passed.
    """
    loaded = workspace.dataset(private=False).load()
    return _validate(_in_workspace(workspace, shapes, loaded), timeout, engine)


def validate_files(
    workspace: Workspace | None,
    files: Sequence[Path],
    shapes: Sequence[Path] | None = None,
    *,
    context: bool = True,
    timeout: float | None = None,
    engine: ValidationEngine | str | None = None,
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
        engine: ``auto`` (when not given), ``compiled``, ``pyshacl``, or an engine; see `choose_engine`.

    Raises:
        UsageError: neither workspace nor shapes, or no such engine.
        InputError: a file cannot be read, or the shapes are ill-formed.
        DeadlineError: the deadline passed.
    """
    if workspace is None:
        if not shapes:
            raise UsageError("no workspace here and no shapes given", "name the shapes with --shapes FILE")
        loaded = load([(path, str(path)) for path in files])
        read = read_shapes([(path, str(path)) for path in shapes])
        declared = [*(source.prefixes for source in loaded.sources), *(file.prefixes for file in read)]
        prefixes = Prefixes(STANDARD | {prefix: space for one in declared for prefix, space in one.items()})
        return _validate(_Input(_plan(read, prefixes), read, loaded), timeout, engine)
    new = load([(path, workspace.show_path(path)) for path in files])
    dataset = workspace.dataset(private=False)
    replaced = {real_path(path) for path in files}
    ontology = workspace.ontology_files()
    others = [path for path in (dataset.files if context else ontology) if real_path(path) not in replaced]
    if len(others) == len(dataset.files):
        loaded = dataset.load()
    else:
        loaded = load([(path, workspace.show_path(path)) for path in others])
    given = _in_workspace(workspace, shapes, loaded, new)
    loaded.take_in(new)
    loaded.derived = dataset.derive_from(loaded.graph)
    return _validate(given, timeout, engine)


def choose_engine(engine: ValidationEngine | str | None) -> ValidationEngine:
    """Give the engine of a name.

    Args:
        engine: ``auto`` or None: compiled shapes, and pySHACL for those that cannot be compiled; ``compiled``:
            those are refused; ``pyshacl``: pySHACL for all; or an engine of one's own.

    Raises:
        UsageError: no such engine.
    """
    if engine is None or engine in ("auto", "compiled"):
        from mosty.validate.compiled.engine import CompiledEngine

        return CompiledEngine(fall_back=engine != "compiled")
    if engine == "pyshacl":
        from mosty.validate.pyshacl_engine import PyshaclEngine

        return PyshaclEngine()
    if isinstance(engine, str):
        raise UsageError(f"no such engine: {engine!r}", "engines are auto, compiled and pyshacl")
    return engine


def _in_workspace(
    workspace: Workspace, shapes: Sequence[Path] | None, loaded: Loaded, new: Loaded | None = None
) -> _Input:
    paths = shapes or workspace.shape_files()
    if not paths:
        folder = workspace.show_path(workspace.root / "shapes")
        raise InputError(
            f"{folder}: no shapes to validate against", "write some, or name a file with --shapes"
        )
    read = read_shapes([(path, workspace.show_path(path)) for path in paths])
    spaces = [workspace.prefixes[prefix] for prefix in workspace.config.kinds]
    plan = _plan(read, workspace.prefixes)
    return _Input(plan, read, loaded, new, spaces, workspace.config.languages)


def _plan(files: Iterable[ShapesFile], prefixes: Prefixes) -> Plan:
    return make_plan([(file.name, file.quads) for file in files], prefixes)


def _validate(
    given: _Input, timeout: float | None, engine: ValidationEngine | str | None
) -> ValidationReport:
    judge = choose_engine(engine)
    plan, loaded = given.plan, given.loaded
    graph = loaded.graph
    places = Places(loaded, given.record_spaces, given.new.sources if given.new else ())
    judged = graph if given.new is None else given.new.graph
    found = asserted_by_hand(plan, judged, derived_terms(graph))
    for triple in loaded.derived:  # from here on rules count
        graph.add(*triple)
    focus = None if given.new is None else _focus(given.new, loaded, places)
    terms = None if focus is None else {from_key(key) for key in focus}
    found += judge.run(plan, graph, focus=terms, timeout=timeout)
    remarks, idle = _remarks(given, focus, places)
    results = finished(found, plan, given.shapes, loaded, places)
    fallbacks = dict(getattr(judge, "fallbacks", {}))
    return ValidationReport(
        results=tuple(sorted(results, key=order)),
        triples=len(graph),
        shapes=sum(not shape.deactivated for shape in plan.shapes.values()),
        targeted=sum(1 for _ in plan.targeted()),
        idle=idle,
        remarks=remarks,
        fallbacks=fallbacks,
        checked={s.rule: "pyshacl" if s.rule in fallbacks else judge.name for s in plan.targeted()},
        labels=labels_of({term for r in results for term in (r.record, r.focus)}, graph, given.languages),
        prefixes=plan.prefixes,
    )


def _remarks(
    given: _Input, focus: Collection[Key] | None, places: Places
) -> tuple[tuple[Remark, ...], tuple[str, ...]]:
    """What no shape sees, and the rules that have nothing to check; new files need not hold something of every kind."""
    plan, graph, judged = given.plan, given.loaded.graph, given.new or given.loaded
    empty = [source.name for source in judged.sources if not source.subjects]
    remarks = remarks_with_places(
        places,
        lambda locate: lint.remarks(
            plan, graph, judged.sources, plan.prefixes, focus=focus, empty=empty, locate=locate
        ),
    )
    return remarks, lint.idle(plan, graph) if given.new is None else ()


def _focus(new: Loaded, loaded: Loaded, places: Places) -> set[Key]:
    """The nodes to report on: described by the new files, part of such a record, or mentioned and unknown."""
    described = {subject for source in loaded.sources for subject in source.subjects}
    focus = {subject for source in new.sources for subject in source.subjects}
    mentioned = {value for column in new.graph.columns.values() for value in column.distinct()}
    focus |= {value for value in mentioned - described if value[0] == "<"}
    records = {IRI(key[1:-1]) for key in focus if key[0] == "<"}
    return focus | {subject for subject in described if places.record(subject) in records}
