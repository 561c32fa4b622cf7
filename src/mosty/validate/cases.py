"""Cases of shapes: small graphs that must conform, or must break the rules that they name.

A folder holds them, at any depth: ``valid.<case>.ttl`` (no result), ``warning.<case>.ttl`` (warnings or infos only),
``invalid.<case>.ttl`` (at least one violation). A first line ``# expect: shape:rule ...`` names the rules that must
find something, and no others may; ``# expect: nothing`` says that none does. A ``base.ttl`` beside the cases, or in a
folder above, is the context of each of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from mosty.model.diagnostics import Severity, ValidationResult
from mosty.model.errors import UsageError
from mosty.model.terms import IRI, Term
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key
from mosty.rdf.loading import load
from mosty.rdf.prefixes import Prefixes
from mosty.rdf.reading import read_bytes, walk
from mosty.validate.compiled.engine import CompiledEngine, compile_plan, run_compiled
from mosty.validate.engine import ValidationEngine
from mosty.validate.plan import SH, Plan, Shape, shape_name

CASES = Path("tests/shapes")
"""Where the cases of a workspace lie."""
BASE = "base.ttl"
KINDS = ("valid", "warning", "invalid")
NOTHING = "nothing"

_LONGEST_LINE = 10_000
_EXPECT = re.compile(r"#\s*expect:[ \t]*(.*)")
# What describes or groups a shape, but finds nothing by itself.
_NOT_CONSTRAINTS = frozenset(
    SH + name
    for name in (
        "path property message severity description name order group defaultValue deactivated "
        "targetClass targetNode targetSubjectsOf targetObjectsOf target"
    ).split()
)


class Case(NamedTuple):
    """One case.

    Attributes:
        path: its file.
        kind: valid, warning or invalid.
        expected: the rules that must find something, as written; None when the file does not say.
        bases: the files that it is judged together with.
    """

    path: Path
    kind: str
    expected: tuple[str, ...] | None
    bases: tuple[Path, ...]


class Outcome(NamedTuple):
    """What the shapes said about one case.

    Attributes:
        path: the file.
        results: the validation results.
        problems: what is not as the case says; none when it is.
    """

    path: Path
    results: tuple[ValidationResult, ...]
    problems: tuple[str, ...]


class CasesReport(NamedTuple):
    """What came of a folder of cases.

    Attributes:
        outcomes: one for each case, and for each base that is not clean.
        rules: the shapes that can report something.
        unbroken: those of them that no case breaks.
        prefixes: how to write IRIs.
    """

    outcomes: tuple[Outcome, ...]
    rules: tuple[Shape, ...]
    unbroken: tuple[Shape, ...]
    prefixes: Prefixes

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The cases that are not as they say."""
        return tuple(outcome for outcome in self.outcomes if outcome.problems)


def find_cases(folder: Path) -> Iterator[Case]:
    """Find the cases of a folder, sorted.

    Raises:
        InputError: a file cannot be read.
    """
    around: list[Path] = []  # the folders above whose base.ttl counts too
    for parent in folder.absolute().parents:
        if not (parent / BASE).is_file():
            break
        around.insert(0, parent / BASE)
    for path in _files(folder):
        kind = path.name.partition(".")[0]
        if path.name == BASE or kind not in KINDS:
            continue
        within = [parent for parent in reversed(path.parents) if parent.is_relative_to(folder)]
        bases = (parent / BASE for parent in within if (parent / BASE).is_file())
        yield Case(path, kind, _expected(path), (*around, *bases))


def is_folder(path: Path) -> bool:
    """Tell whether a folder is there; what may not be looked at is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _files(folder: Path) -> list[Path]:
    return sorted(Path(path) for path in walk(folder) if path.endswith(".ttl"))


def _expected(path: Path) -> tuple[str, ...] | None:
    first = read_bytes(path)[:_LONGEST_LINE].decode("utf-8-sig", "replace").partition("\n")[0]
    match = _EXPECT.match(first)
    if match is None:
        return None
    return tuple(name for name in match[1].split() if name != NOTHING)


def reporting(plan: Plan) -> list[Shape]:
    """The shapes that can report something: applied by a target, and with a constraint of their own."""
    waiting, found = list(plan.targeted()), dict[Term, Shape]()
    while waiting:
        shape = waiting.pop()
        if shape.node not in found and not shape.deactivated:
            found[shape.node] = shape
            children = shape.parameters.get(IRI(SH + "property"), ())
            waiting += [plan.shapes[child] for child in children if child in plan.shapes]
    return [shape for shape in found.values() if {key.value for key in shape.parameters} - _NOT_CONSTRAINTS]


def engine_called(name: str) -> ValidationEngine:
    """The engine of a name: ``compiled`` or ``pyshacl``."""
    if name == CompiledEngine.name:
        return CompiledEngine()
    from mosty.validate.pyshacl_engine import PyshaclEngine

    return PyshaclEngine()


def run_cases(
    folder: Path, plan: Plan, engine: ValidationEngine, *, coverage: bool = True, timeout: float | None = None
) -> CasesReport:
    """Judge every case of a folder.

    Args:
        folder: the folder.
        plan: the shapes.
        engine: what applies them.
        coverage: whether to tell the rules that no case breaks.
        timeout: seconds that one case may take.

    Raises:
        UsageError: there is no case in the folder.
        InputError: a file cannot be read.
        DeadlineError: a case took too long.
    """
    if not is_folder(folder):
        what = "is a file, not a folder" if folder.is_file() else "no such folder"
        raise UsageError(f"{folder}: {what}", "name the folder that the cases are in")
    cases = list(find_cases(folder))
    if not cases:
        names = ", ".join(f"{kind}.<case>.ttl" for kind in KINDS)
        raise UsageError(f"{folder}: no cases here", f"a case is called {names}")
    runner = _Runner(plan, engine, timeout)
    outcomes = [*_strays(folder)]
    # Cases with the same bases lie together, so each context is loaded once.
    contexts: dict[tuple[Path, ...], list[Case]] = {}
    for case in cases:
        contexts.setdefault(case.bases, []).append(case)
    for bases, members in contexts.items():
        outcomes += runner.run(bases, members)
    broken = {result.shape for outcome in outcomes for result in outcome.results}
    rules = sorted(reporting(plan), key=lambda shape: (shape.file, shape.rule))
    unbroken = tuple(shape for shape in rules if coverage and shape.node not in broken)
    return CasesReport(tuple(sorted(outcomes)), tuple(rules), unbroken, plan.prefixes)


def run_case(case: Case, plan: Plan, engine: ValidationEngine) -> Outcome:
    """Judge one case.

    Raises:
        InputError: its file cannot be read.
    """
    *_, outcome = _Runner(plan, engine, None).run(case.bases, [case])
    return outcome


def _strays(folder: Path) -> Iterator[Outcome]:
    for path in _files(folder):
        if path.name != BASE and path.name.partition(".")[0] not in KINDS:
            problem = (
                f"its name does not say what it is: begin it with {'., '.join(KINDS)}. or call it {BASE}"
            )
            yield Outcome(path, (), (problem,))


class _Runner:
    """Judges cases, each together with its context."""

    def __init__(self, plan: Plan, engine: ValidationEngine, timeout: float | None) -> None:
        self.plan = plan
        self.engine = engine
        self.timeout = timeout

    @cached_property
    def names(self) -> dict[str, Shape]:
        """The shapes by everything that a case may call them."""
        names: dict[str, Shape] = {}
        for shape in self.plan.shapes.values():
            names[shape.rule] = shape
            if isinstance(shape.node, IRI):
                names[shape.node.value] = names[f"<{shape.node.value}>"] = shape
                names[self.plan.prefixes.compact(shape.node)] = shape
        return names

    def run(self, bases: Sequence[Path], cases: Sequence[Case]) -> Iterator[Outcome]:
        context = load([(path, str(path)) for path in bases]).graph
        judge = self._judge_of(context)
        if bases and (results := judge()):
            found = ", ".join(sorted({result.rule for result in results}))
            yield Outcome(bases[-1], results, (f"the base must raise nothing, but {found} found something",))
        for case in cases:
            with _together(context, load([(case.path, str(case.path))]).graph):
                results = judge()
            yield Outcome(case.path, results, tuple(self._problems(case, results)))

    def _judge_of(self, graph: Graph) -> Callable[[], tuple[ValidationResult, ...]]:
        """What tells the results of a graph as it is when asked; the shapes are compiled once."""
        if not isinstance(self.engine, CompiledEngine):
            return lambda: self.engine.run(self.plan, graph, timeout=self.timeout)
        compiled = compile_plan(self.plan, graph)

        def judge() -> tuple[ValidationResult, ...]:
            return run_compiled(lambda: compiled, self.plan, graph, timeout=self.timeout)[0]

        return judge

    def _problems(self, case: Case, results: Sequence[ValidationResult]) -> Iterator[str]:
        found = {result.shape: result for result in results}
        if case.expected is not None:
            expected: set[Term] = set()
            for name in case.expected:
                shape = self.names.get(name) or self.names.get(name.rpartition(":")[2])
                if shape is None:
                    yield f"it expects {name}, which is no shape{self._meant(name)}"
                    continue
                expected.add(shape.node)
                if shape.node not in found:
                    yield f"{self._name(shape)} should find something, and finds nothing"
            for node, result in found.items():
                if node not in expected:
                    shape = self.plan.shapes.get(node)
                    name = result.rule if shape is None else self._name(shape)
                    yield f"{name} should find nothing, but: {result.message}"
        worst = {result.severity for result in results}
        kind = "invalid" if Severity.VIOLATION in worst else "warning" if worst else "valid"
        if kind != case.kind:
            yield f"its name says {case.kind}, but it is {kind}"

    def _name(self, shape: Shape) -> str:
        return shape_name(shape, self.plan.prefixes)

    def _meant(self, name: str) -> str:
        from difflib import get_close_matches

        near = get_close_matches(name, self.names, n=1)
        return f" (did you mean {near[0]}?)" if near else ""


@contextmanager
def _together(context: Graph, case: Graph) -> Iterator[None]:
    """Put the triples of a case into the context, and take them out again."""
    added: list[tuple[Key, Key, Key]] = [triple for triple in case.triples() if context.add(*triple)]
    try:
        yield
    finally:
        for triple in added:
            context.discard(*triple)
