"""Everything about one rule: what it checks, why, where it stands, and examples taken from its cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from mosty.model.diagnostics import Position
from mosty.model.errors import InputError, UsageError
from mosty.model.paths import properties_of
from mosty.model.terms import IRI, RDF, Literal, Term
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, from_key, iri_key, to_key
from mosty.rdf.loading import load
from mosty.rdf.positions import Positions
from mosty.rdf.reading import format_of, read_bytes
from mosty.validate.cases import Case, Outcome, find_cases, is_folder, reporting, run_case
from mosty.validate.engine import ValidationEngine
from mosty.validate.lint import upwards
from mosty.validate.plan import SH, Plan, Shape, Target, shape_name
from mosty.validate.wording import checks, target_words

_TYPE = f"<{RDF}type>"
_MANY = 10
"""A node with more triples than this is cut down to those that the rule is about."""

Triple = tuple[Key, Key, Key]


class Reference(NamedTuple):
    """A shape that refers to another, and by which parameter."""

    shape: str
    parameter: str


class Example(NamedTuple):
    """Triples of a case.

    Attributes:
        file: the case.
        triples: those that matter.
        message: what the rule says about them; None when they conform.
    """

    file: Path
    triples: tuple[Triple, ...]
    message: str | None


class Explanation(NamedTuple):
    """Everything about one rule.

    Attributes:
        shape: its shape.
        name: how to call the shape: a CURIE, when it has an IRI.
        targets: what it is applied to, in words; for a part of another shape, what that is applied to.
        checks: what it demands, in lines; an indented one belongs to the one above.
        messages: what it says, in every language.
        position: where it stands.
        references: the shapes that refer to it.
        failing: an example that breaks it, if there is one.
        mended: an example that it is satisfied with, if there is one.
    """

    shape: Shape
    name: str
    targets: tuple[str, ...]
    checks: tuple[str, ...]
    messages: tuple[Literal, ...]
    position: Position
    references: tuple[Reference, ...]
    failing: Example | None = None
    mended: Example | None = None


def find_rule(name: str, plan: Plan) -> Shape:
    """Find a shape by the name of its rule, its CURIE or its IRI.

    Raises:
        UsageError: there is none, or several have the name; the hint names what comes near.
    """
    shapes = plan.shapes.values()
    called = [shape for shape in shapes if shape.rule == name]
    named = [shape for shape in called if isinstance(shape.node, IRI)] or called
    if not named:
        bare = name.removeprefix("<").removesuffix(">")
        named = [shape for shape in shapes if isinstance(shape.node, IRI) and shape.node.value == bare]
        named = named or [shape for shape in shapes if shape_name(shape, plan.prefixes) == name]
    if len(named) == 1:
        return named[0]
    if named:
        names = ", ".join(sorted(shape_name(shape, plan.prefixes) for shape in named))
        raise UsageError(f"{name}: several rules are called so", f"name one of them: {names}")
    raise UsageError(f"no rule is called {name!r}", _meant(name, plan))


def _meant(name: str, plan: Plan) -> str:
    from difflib import get_close_matches

    rules = sorted({shape.rule for shape in plan.shapes.values() if isinstance(shape.node, IRI)})
    bare = name.rpartition(":")[2].rpartition("#")[2]
    near = [rule for rule in rules if bare and bare in rule][:3] or get_close_matches(
        bare, rules, n=3, cutoff=0.75
    )
    return f"did you mean {' or '.join(near)}?" if near else "`mosty explain` lists the rules"


def rules(plan: Plan) -> list[Shape]:
    """The shapes that can report something, by file and name."""
    return sorted(reporting(plan), key=lambda shape: (shape.file, shape.rule))


def explain(shape: Shape, plan: Plan, cases: Path | None, engine: ValidationEngine) -> Explanation:
    """Tell everything about one rule.

    Args:
        shape: its shape.
        plan: all shapes.
        cases: a folder of cases to take examples from; None for no examples.
        engine: what judges the cases.

    Raises:
        InputError: a case cannot be read.
    """
    targets = tuple(dict.fromkeys(_targets(shape, plan)))
    failing = mended = None
    if cases is not None and is_folder(cases):
        finder = _Finder(shape, plan, targets, engine)
        found = list(find_cases(cases))
        failing = finder.failing(found)
        mended = finder.mended(found, failing)
    return Explanation(
        shape=shape,
        name=shape_name(shape, plan.prefixes),
        targets=target_words(targets, plan),
        checks=checks(shape, plan),
        messages=shape.messages or shape.sparql_messages,
        position=_position(shape),
        references=tuple(_references(shape, plan)),
        failing=failing,
        mended=mended,
    )


def _targets(shape: Shape, plan: Plan) -> Iterator[Target]:
    """The targets of a shape, or of the shapes that it is a property of."""
    yield from shape.targets
    for other in plan.shapes.values():
        if shape.node in other.parameters.get(IRI(SH + "property"), ()):
            yield from _targets(other, plan)


def _references(shape: Shape, plan: Plan) -> Iterator[Reference]:
    for other in plan.shapes.values():
        for parameter, values in other.parameters.items():
            if shape.node in values:
                yield Reference(shape_name(other, plan.prefixes), plan.prefixes.compact(parameter))


def _position(shape: Shape) -> Position:
    if isinstance(shape.node, IRI):
        path, question = Path(shape.file), (to_key(shape.node), None, None)
        try:
            found = Positions(read_bytes(path), format_of(path), shape.file).find([question])
            return found.get(question, Position(shape.file))
        except InputError:
            pass  # where it stands is good to know, no more
    return Position(shape.file)


class _Finder:
    """Looks for examples of one rule among the cases."""

    def __init__(self, shape: Shape, plan: Plan, targets: Sequence[Target], engine: ValidationEngine) -> None:
        self.shape = shape
        self.plan = plan
        self.targets = targets
        self.engine = engine
        path = list(properties_of(shape.path)) if shape.path is not None else []
        self.path = [iri_key(iri.value) for iri in path]
        named = (v.value for vs in shape.parameters.values() for v in vs if isinstance(v, IRI))
        self.named = {*self.path, *map(iri_key, named), *(to_key(t.value) for t in targets)}

    def failing(self, cases: Iterable[Case]) -> Example | None:
        """The first case that breaks the rule: one of its name goes first, then those that expect it."""
        names = {self.shape.rule, shape_name(self.shape, self.plan.prefixes), str(self.shape.node)}
        named = [case for case in cases if case.path.name.split(".")[1] == self.shape.rule]
        others = [case for case in cases if case.expected and names.intersection(case.expected)]
        for case in dict.fromkeys([*named, *others]):
            outcome: Outcome = run_case(case, self.plan, self.engine)
            result = next((r for r in outcome.results if r.shape == self.shape.node), None)
            if result is not None:
                graph = load([(case.path, str(case.path))]).graph
                # A blank node is another one at each reading.
                focus = to_key(result.focus) if isinstance(result.focus, IRI) else None
                value = to_key(result.value) if isinstance(result.value, IRI) else None
                return Example(case.path, self._about(graph, focus, value), result.message)
        return None

    def mended(self, cases: Sequence[Case], failing: Example | None) -> Example | None:
        """A node of a valid case that the rule applies to, as much like the failing one as there is."""
        folder = failing.file.parent if failing else None
        wanted = {predicate for _, predicate, _ in failing.triples} if failing else set(self.path)
        best: tuple[tuple[bool, bool, int], Example] | None = None
        for case in cases:
            if case.kind != "valid":
                continue
            graph = load([(case.path, str(case.path))]).graph
            for node in sorted(self._focus_nodes(graph)):
                triples = self._about(graph, node, None)
                predicates = {predicate for _, predicate, _ in triples}
                on_path = not self.path or self.path[0] in predicates
                fit = (case.path.parent == folder, on_path, -len(predicates ^ wanted))
                if triples and (best is None or fit > best[0]):
                    best = fit, Example(case.path, triples, None)
        return best[1] if best else None

    def _focus_nodes(self, graph: Graph) -> set[Key]:
        found: set[Key] = set()
        for target in self.targets:
            kind, value = target.predicate.value.removeprefix(SH), to_key(target.value)
            if kind == "targetClass":
                types = graph.column(_TYPE)
                below = {kind for kind in types.distinct() if value in upwards(graph, [kind])}
                found |= types.subjects_of(below)
            elif kind == "targetSubjectsOf":
                found.update(graph.column(value).one)
            elif kind == "targetObjectsOf":
                found |= graph.column(value).distinct()
            else:
                found.add(value)
        return {node for node in found if node[0] != '"'}

    def _about(self, graph: Graph, focus: Key | None, value: Key | None) -> tuple[Triple, ...]:
        """The triples of a node, of the unnamed ones that it leads to, and those that lead to it."""
        if focus is None:
            return tuple(graph.triples())
        nodes, waiting = {focus, value} - {None}, [focus]
        while waiting:
            node = waiting.pop()
            for column in graph.columns.values():
                new = [key for key in column.values(node) if key[0] == "_" and key not in nodes]
                nodes.update(new)
                waiting += new
        about = [triple for triple in graph.triples() if triple[0] in nodes]
        if not any(triple[0] == focus for triple in about):  # the context describes it, the case points to it
            about += [triple for triple in graph.triples() if triple[2] == focus]
        if len(about) > _MANY:
            kept = [t for t in about if t[1] == _TYPE or t[1] in self.named or t[2] == value or t[0] != focus]
            about = kept if len(kept) > 1 else about
        return tuple(about)


def terms_of(triples: Iterable[Triple]) -> Iterator[tuple[Term, Term, Term]]:
    """Triples of keys as triples of terms."""
    return ((from_key(s), from_key(p), from_key(o)) for s, p, o in triples)
