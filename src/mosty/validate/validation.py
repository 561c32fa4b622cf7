"""Validating a workspace, or new files in its context: files in, a report out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mosty.model.diagnostics import ValidationReport
from mosty.model.errors import UsageError
from mosty.rdf.files import real_path
from mosty.rdf.graph import Graph
from mosty.rdf.loading import Loaded, collector_paused, load
from mosty.validate.changes import Change, changed_triples, judge_change
from mosty.validate.derived import asserted_by_hand, derived_terms
from mosty.validate.engine import ValidationEngine
from mosty.validate.finishing import Given, make_report
from mosty.validate.places import shapes_located
from mosty.validate.planning import foreign_prefixes, planned, shapes_of
from mosty.validate.stated import Stated, apart_from_records, evidence_of_nothing
from mosty.workspace.dataset import Dataset
from mosty.workspace.workspace import Workspace


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
    from mosty.workspace.revision import read_revision

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
        read = shapes_of(None, shapes)
        loaded = load([(path, str(path)) for path in files], relative=True)
        prefixes = foreign_prefixes(read, [source.prefixes for source in loaded.sources])
        return _validate(Given(planned(read, prefixes), read, loaded), timeout, engine)
    dataset = workspace.dataset(private=False)
    replaced = {real_path(path) for path in files}
    context_files = dataset.files if context else workspace.ontology_files()
    others = [path for path in context_files if real_path(path) not in replaced]
    rest = dataset.only(others).load()
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


def _in_workspace(workspace: Workspace, shapes: Sequence[Path] | None, loaded: Loaded) -> Given:
    read = shapes_of(workspace, shapes)
    plan = planned(read, foreign_prefixes(read) if shapes else {}, workspace)
    spaces = [workspace.prefixes[prefix] for prefix in workspace.config.kinds]
    return Given(
        plan, read, loaded, spaces, workspace.config.languages, apart_from_records(workspace, loaded.sources)
    )


def _validate(given: Given, timeout: float | None, engine: ValidationEngine | str | None) -> ValidationReport:
    judge = choose_engine(engine)
    plan, loaded = given.plan, given.loaded
    graph = loaded.graph
    found = asserted_by_hand(plan, graph, derived_terms(graph))
    found += evidence_of_nothing(plan, Stated(graph, apart=given.apart).lacking())
    for triple in loaded.derived:  # from here on rules count
        graph.add(*triple)
    with shapes_located(given.shapes):
        found += judge.run(plan, graph, timeout=timeout)
    return make_report(given, judge, found, loaded.sources, None)


def _validate_change(
    given: Given,
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
    stated = Stated(graph, apart=given.apart)
    touched = stated.touched(asserted)
    lacking = {*stated.lacking(touched)}
    with asserted.applied(graph):
        lacking = {*stated.lacking(touched)} - lacking
        change = asserted.with_derived(graph, derived, dataset.derive_from(graph))
    Change(derived).apply(graph)
    with shapes_located(given.shapes):
        found = [*judge_change(judge, plan, graph, change, timeout=timeout)]
    change.apply(graph)
    loaded.take_in(new)
    found += asserted_by_hand(plan, Graph(asserted.added), derived_terms(graph))
    found += evidence_of_nothing(plan, lacking)
    return make_report(given, judge, found, new.sources, {subject for subject, _, _ in asserted.added})
