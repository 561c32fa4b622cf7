"""The compiled engine: shapes compiled once, then whole sets of focus nodes at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from types import MappingProxyType
from typing import NamedTuple

from mosty.model.diagnostics import ValidationResult
from mosty.model.errors import InputError
from mosty.model.terms import Term
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, to_key
from mosty.rdf.loading import collector_paused
from mosty.validate.compiled.compiler import Compiler
from mosty.validate.compiled.constraint import Unsupported
from mosty.validate.compiled.shapes import CompiledShape
from mosty.validate.deadline import deadline
from mosty.validate.findings import Finding, to_results
from mosty.validate.plan import Plan, Shape, shape_name


class CompiledEngine:
    """Validates with compiled shapes; a shape that cannot be compiled goes to pySHACL.

    Args:
        fall_back: whether such shapes go to pySHACL; else they are refused.

    Attributes:
        fall_back: as given.
        fallbacks: rules of the last run that went to pySHACL, each with the reason.
    """

    name = "compiled"

    def __init__(self, *, fall_back: bool = True) -> None:
        self.fall_back = fall_back
        self.fallbacks: Mapping[str, str] = MappingProxyType({})

    def run(
        self,
        plan: Plan,
        graph: Graph,
        *,
        focus: Collection[Term] | None = None,
        timeout: float | None = None,
    ) -> tuple[ValidationResult, ...]:
        """Validate; see `ValidationEngine.run`."""
        results, left = run_compiled(
            lambda: compile_plan(plan, graph, fall_back=self.fall_back),
            plan,
            graph,
            focus=focus,
            timeout=timeout,
            fall_back=self.fall_back,
        )
        self.fallbacks = {shape.rule: reason for shape, reason in left}
        return results


class CompiledPlan(NamedTuple):
    """The shapes of a plan that have targets, compiled over one graph.

    Attributes:
        shapes: those that could be compiled.
        left: those that could not, with the reason.
    """

    shapes: Sequence[CompiledShape]
    left: Sequence[tuple[Shape, str]]


def compile_plan(plan: Plan, graph: Graph, *, fall_back: bool = True) -> CompiledPlan:
    """Compile every shape that is applied by itself.

    Args:
        plan: the shapes.
        graph: the data; it may change afterwards.
        fall_back: whether shapes that cannot be compiled are set apart; else they are refused.

    Raises:
        InputError: a shape is ill-formed, or cannot be compiled.
    """
    compiler = Compiler(plan, graph)
    shapes: list[CompiledShape] = []
    left: list[tuple[Shape, str]] = []
    for shape in plan.targeted():
        try:
            shapes.append(compiler.compile(shape.node))
        except Unsupported as unsupported:
            left.append(set_apart(shape, unsupported, plan, fall_back=fall_back))
    return CompiledPlan(shapes, left)


def set_apart(
    shape: Shape, unsupported: Unsupported, plan: Plan, *, fall_back: bool = True
) -> tuple[Shape, str]:
    """Set a shape apart for the other engine, with the reason.

    Raises:
        InputError: no other engine is wanted.
    """
    if fall_back:
        return shape, str(unsupported)
    raise InputError(
        f"{shape.file}: {shape_name(shape, plan.prefixes)} cannot be compiled: {unsupported}",
        "leave out --engine compiled, and pySHACL checks this shape",
    ) from None


def run_compiled(
    compiling: Callable[[], CompiledPlan],
    plan: Plan,
    graph: Graph,
    *,
    focus: Collection[Term] | None = None,
    timeout: float | None = None,
    fall_back: bool = True,
) -> tuple[tuple[ValidationResult, ...], Sequence[tuple[Shape, str]]]:
    """Validate with compiled shapes, as the graph is now.

    Args:
        compiling: gives the shapes, compiled over the graph; the deadline holds for it too.
        plan: the plan that they come from.
        graph: the graph.
        focus: see `ValidationEngine.run`.
        timeout: see `ValidationEngine.run`.
        fall_back: whether what cannot be compiled goes to pySHACL.

    Returns:
        The results, and the shapes that went to pySHACL, with the reason.

    Raises:
        InputError: the data hold something that a compiled shape cannot judge, and nothing else shall.
        DeadlineError: the deadline passed.
    """
    only = None if focus is None else {to_key(term) for term in focus}
    left: list[tuple[Shape, str]] = []

    def found() -> Iterator[Finding]:
        compiled = compiling()
        left.extend(compiled.left)
        for shape in compiled.shapes:
            try:  # what one shape finds is all or nothing
                findings = [*shape.findings(focus_of(shape, only))]
            except Unsupported as unsupported:
                left.append(set_apart(shape.shape, unsupported, plan, fall_back=fall_back))
            else:
                yield from findings

    with deadline(timeout, "the validation"), collector_paused():
        results = to_results(found(), plan)
    if left:
        from mosty.validate.pyshacl_engine import PyshaclEngine

        others = PyshaclEngine({shape.node for shape, _ in left})
        results += others.run(plan, graph, focus=focus, timeout=timeout)
    return tuple(results), left


def focus_of(shape: CompiledShape, only: Set[Key] | None) -> Set[Key]:
    """The focus nodes of a shape, or those of some nodes that are its focus nodes."""
    return shape.focus_nodes() if only is None else shape.targeted(only)
