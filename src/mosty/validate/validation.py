"""Validating a workspace, or new files in its context: files in, a report out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from mosty.model.diagnostics import ValidationReport, ValidationResult
from mosty.model.errors import InputError, UsageError
from mosty.rdf.files import real_path
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key
from mosty.rdf.loading import Loaded, Source, collector_paused, load
from mosty.rdf.prefixes import STANDARD, Prefixes
from mosty.validate import lint
from mosty.validate.changes import Change, changed_triples, judge_change
from mosty.validate.derived import asserted_by_hand, derived_terms
from mosty.validate.engine import ValidationEngine
from mosty.validate.finishing import finished, labels_of, remarks_with_places
from mosty.validate.places import Places
from mosty.validate.plan import Plan, make_plan
from mosty.validate.sources import ShapesFile, read_shapes
from mosty.workspace.dataset import Dataset
from mosty.workspace.revision import read_revision
from mosty.workspace.workspace import Workspace


class _Input(NamedTuple):
    """Everything that one validation looks at.

    Attributes:
        plan: the shapes.
        shapes: their files.
        loaded: what is validated and its context, without what rules derive.
        record_spaces: namespaces of the kinds of records.
        languages: languages of labels, the preferred one first.
    """

    plan: Plan
    shapes: Sequence[ShapesFile]
    loaded: Loaded
    record_spaces: Sequence[str] = ()
    languages: Sequence[str] = ("en",)


@collector_paused()
def validate_workspace(
    workspace: Workspace,
    shapes: Sequence[Path] | None = None,
    *,
    timeout: float | None = None,
    engine: ValidationEngine | str | None = None,
    since: str | None = None,
) -> ValidationReport:
    """Validate all public data of a workspace, with its ontology and what its rules derive.

    Args:
        workspace: the workspace.
        shapes: shape files to use instead of the workspace's.
        timeout: seconds after which the run is stopped.
        engine: ``auto`` (when not given), ``compiled``, ``pyshacl``, or an engine; see `choose_engine`.
        since: a git revision: only what the changes of data and ontology since then brought is reported.

    Raises:
        InputError: a file cannot be read, the shapes are ill-formed, or the workspace is in no git repository.
        UsageError: no such engine or revision.
        EngineError: git failed.
        DeadlineError: the deadline passed.
    """
    dataset = workspace.dataset(private=False)
    if since is None:
        return _validate(_in_workspace(workspace, shapes, dataset.load()), timeout, engine)
    revision = read_revision(workspace.root, since, [workspace.root / name for name in ("data", "ontology")])
    changed = {path for path in dataset.files if real_path(path) in revision.changed}
    rest = load((path, workspace.show_path(path)) for path in dataset.files if path not in changed)
    new = load((path, workspace.show_path(path)) for path in dataset.files if path in changed)
    gone = [path for path in revision.old if workspace.is_public(path)]
    old = load(
        ((path, f"{since}:{workspace.show_path(path)}") for path in gone), read=revision.old.__getitem__
    )
    given = _in_workspace(workspace, shapes, rest)
    return _validate_change(given, dataset, new, old, timeout, engine)


@collector_paused()
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
    with the rules run again. Reported is what a full run finds with the files and would not find without
    them, in the new files or elsewhere. A file of the workspace that is among the files is new as a whole.

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
    dataset = workspace.dataset(private=False)
    replaced = {real_path(path) for path in files}
    context_files = dataset.files if context else workspace.ontology_files()
    others = [path for path in context_files if real_path(path) not in replaced]
    if len(others) == len(dataset.files):
        rest = dataset.load()
    else:
        rest = load((path, workspace.show_path(path)) for path in others)
        rest.derived = dataset.derive_from(rest.graph)
    new = load((path, workspace.show_path(path)) for path in files)
    given = _in_workspace(workspace, shapes, rest)
    return _validate_change(given, dataset, new, None, timeout, engine)


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


def _in_workspace(workspace: Workspace, shapes: Sequence[Path] | None, loaded: Loaded) -> _Input:
    paths = shapes or workspace.shape_files()
    if not paths:
        folder = workspace.show_path(workspace.root / "shapes")
        raise InputError(
            f"{folder}: no shapes to validate against", "write some, or name a file with --shapes"
        )
    read = read_shapes([(path, workspace.show_path(path)) for path in paths])
    spaces = [workspace.prefixes[prefix] for prefix in workspace.config.kinds]
    plan = _plan(read, workspace.prefixes)
    return _Input(plan, read, loaded, spaces, workspace.config.languages)


def _plan(files: Iterable[ShapesFile], prefixes: Prefixes) -> Plan:
    return make_plan([(file.name, file.quads) for file in files], prefixes)


def _validate(
    given: _Input, timeout: float | None, engine: ValidationEngine | str | None
) -> ValidationReport:
    judge = choose_engine(engine)
    plan, loaded = given.plan, given.loaded
    graph = loaded.graph
    found = asserted_by_hand(plan, graph, derived_terms(graph))
    for triple in loaded.derived:  # from here on rules count
        graph.add(*triple)
    found += judge.run(plan, graph, timeout=timeout)
    return _report(given, judge, found, loaded.sources, None)


def _validate_change(
    given: _Input,
    dataset: Dataset,
    new: Loaded,
    old: Loaded | None,
    timeout: float | None,
    engine: ValidationEngine | str | None,
) -> ValidationReport:
    """Judge what comes with some files.

    Args:
        given: all other files; they hold what rules derive from them when there is no `old`.
        dataset: whose rules count.
        new: the files.
        old: what they were before; None when they were not.
        timeout: see `validate_files`.
        engine: see `validate_files`.
    """
    judge = choose_engine(engine)
    plan, loaded = given.plan, given.loaded
    graph = loaded.graph
    asserted = changed_triples(graph, Graph() if old is None else old.graph, new.graph)
    derived = loaded.derived
    if old is not None:
        Change([*old.graph.triples()]).apply(graph)  # now it is what was asserted before
        derived = dataset.derive_from(graph)
    with asserted.applied(graph):
        change = asserted.with_derived(graph, derived, dataset.derive_from(graph))
    Change(derived).apply(graph)
    found = [*judge_change(judge, plan, graph, change, timeout=timeout)]
    change.apply(graph)
    loaded.take_in(new)
    found += asserted_by_hand(plan, Graph(asserted.added), derived_terms(graph))
    return _report(given, judge, found, new.sources, {subject for subject, _, _ in asserted.added})


def _report(
    given: _Input,
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
    plan, loaded = given.plan, given.loaded
    places = Places(loaded, given.record_spaces, () if focus is None else judged)
    remarks = remarks_with_places(
        places,
        # New files need not hold something of every kind.
        lambda locate: lint.remarks(
            plan,
            loaded.graph,
            judged,
            plan.prefixes,
            focus=focus,
            empty=[source.name for source in judged if not source.subjects],
            locate=locate,
        ),
    )
    results = finished(found, plan, given.shapes, loaded, places)
    fallbacks = dict(judge.fallbacks)
    return ValidationReport(
        results=tuple(results),
        triples=len(loaded.graph),
        shapes=sum(not shape.deactivated for shape in plan.shapes.values()),
        targeted=sum(1 for _ in plan.targeted()),
        idle=lint.idle(plan, loaded.graph) if focus is None else (),
        remarks=remarks,
        fallbacks=fallbacks,
        checked={s.rule: "pyshacl" if s.rule in fallbacks else judge.name for s in plan.targeted()},
        labels=labels_of({t for r in results for t in (r.record, r.focus)}, loaded.graph, given.languages),
        prefixes=plan.prefixes,
    )
