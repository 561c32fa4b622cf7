"""From the plan to compiled shapes: each constraint parameter becomes a constraint over one graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from mosty.model.errors import InputError
from mosty.model.terms import XSD, Term
from mosty.rdf.graph import Graph, members
from mosty.rdf.keys import Key, from_key, iri_key, lexical_form, to_key
from mosty.validate.compiled import logic, sets, values
from mosty.validate.compiled.constraint import Constraint, Unsupported
from mosty.validate.compiled.paths import make_walk
from mosty.validate.compiled.shapes import CompiledShape
from mosty.validate.compiled.sparql import sparql_constraints
from mosty.validate.compiled.targets import Target, TargetClass, TargetEnds, TargetNode
from mosty.validate.patterns import UnsupportedPattern
from mosty.validate.plan import SH, Plan, Shape, shape_name
from mosty.validate.syntax import ShapeError

_TRUE = f'"true"^^<{XSD}boolean>'


class Compiler:
    """Compiles shapes when they are asked for; shapes that others refer to are compiled once.

    Args:
        plan: the shapes.
        graph: the data; it may change afterwards.
    """

    def __init__(self, plan: Plan, graph: Graph) -> None:
        self._plan = plan
        self._graph = graph
        self._compiled: dict[Term, CompiledShape] = {}
        self._parents: Mapping[Key, Sequence[Key]] | None = None

    def compile(self, node: Term) -> CompiledShape:
        """Compile one shape and those that it refers to.

        Raises:
            InputError: the shape is ill-formed.
            Unsupported: something in it is left to the other engine.
        """
        found = self._compiled.get(node)
        if found is None:
            shape = self._plan.shapes[node]
            walk = None if shape.path is None else make_walk(shape.path, self._graph)
            constraints = () if shape.deactivated else tuple(self._constraints(shape))
            found = CompiledShape(shape, walk, constraints, tuple(self._targets(shape)))
            self._compiled[node] = found
        return found

    def _targets(self, shape: Shape) -> Iterator[Target]:
        for target in shape.targets:
            kind, value = target.predicate.value.removeprefix(SH), to_key(target.value)
            if kind == "targetNode":
                yield TargetNode(value)
            elif kind == "targetClass":
                yield TargetClass(self._graph, value)
            else:
                yield TargetEnds(self._graph, value, objects=kind == "targetObjectsOf")

    def _constraints(self, shape: Shape) -> Iterator[Constraint]:
        own = _Parameters(shape, self._plan)
        for make in (
            self._counts,
            self._values,
            self._texts,
            self._pairs,
            self._references,
            self._qualified,
            self._closed,
        ):
            yield from make(own)
        yield from sparql_constraints(shape, self._plan, self._graph, is_property=shape.path is not None)

    def _counts(self, own: _Parameters) -> Iterator[Constraint]:
        shape = own.shape
        if (least := own.number("minCount")) is not None:
            yield sets.MinCount(shape, least)
        if (most := own.number("maxCount")) is not None:
            yield sets.MaxCount(shape, most)
        if own.flag("uniqueLang"):
            yield sets.UniqueLang(shape)
        for value in own.all("hasValue"):
            yield sets.HasValue(shape, value)

    def _values(self, own: _Parameters) -> Iterator[Constraint]:
        shape = own.shape
        for kind in own.all("class"):
            yield values.Class(shape, self._graph, kind)
        if datatype := own.one("datatype"):
            yield values.Datatype(shape, datatype[1:-1])
        if node_kind := own.one("nodeKind"):
            yield values.NodeKind(shape, node_kind[1:-1].removeprefix(SH))
        if (allowed := own.one("in")) is not None:
            yield values.In(shape, own.list(allowed))
        for operator in ("minExclusive", "minInclusive", "maxExclusive", "maxInclusive"):
            if (limit := own.one(operator)) is not None:
                yield values.Range(shape, operator, limit)

    def _texts(self, own: _Parameters) -> Iterator[Constraint]:
        shape = own.shape
        for operator in ("minLength", "maxLength"):
            if (length := own.number(operator)) is not None:
                yield values.Length(shape, operator, length)
        flags = own.one("flags")
        for pattern in own.all("pattern"):
            try:
                yield values.Pattern(
                    shape, lexical_form(pattern), "" if flags is None else lexical_form(flags)
                )
            except UnsupportedPattern as unsupported:
                raise Unsupported(str(unsupported)) from None
            except InputError as error:
                raise own.wrong("pattern", error.message) from None
        if (languages := own.one("languageIn")) is not None:
            yield values.LanguageIn(shape, [lexical_form(tag) for tag in own.list(languages)])

    def _pairs(self, own: _Parameters) -> Iterator[Constraint]:
        kinds: tuple[tuple[str, type[sets.Pair]], ...] = (
            ("equals", sets.Equals),
            ("disjoint", sets.Disjoint),
            ("lessThan", sets.Less),
            ("lessThanOrEquals", sets.Less),
        )
        for name, make in kinds:
            for predicate in own.all(name):
                yield make(name[0].upper() + name[1:], own.shape, self._graph, predicate)

    def _references(self, own: _Parameters) -> Iterator[Constraint]:
        shape = own.shape
        for node in own.all("node"):
            yield logic.All("Node", shape, [self._other(own, "node", node)])
        for node in own.all("property"):
            other = self._other(own, "property", node)
            if node[0] == "<" and next(self._plan.graph.outgoing(node), None) is None:
                continue  # published shapes refer to shapes that were left out; a remark tells it
            if other.shape.path is None:
                raise own.wrong(
                    "property", f"refers to {node}, which has no sh:path: it is no property shape"
                )
            yield logic.Property("Property", shape, [other])
        for node in own.all("not"):
            yield logic.Not("Not", shape, [self._other(own, "not", node)])
        lists: tuple[tuple[str, Callable[..., Constraint]], ...] = (
            ("and", logic.All),
            ("or", logic.Any),
            ("xone", logic.One),
        )
        for name, make in lists:
            for head in own.all(name):
                others = [self._other(own, name, node) for node in own.list(head)]
                yield make(name.capitalize(), shape, others)

    def _qualified(self, own: _Parameters) -> Iterator[Constraint]:
        if own.shape.path is None:  # it means nothing there, and may stand there
            return
        least, most = own.number("qualifiedMinCount"), own.number("qualifiedMaxCount")
        for node in own.all("qualifiedValueShape"):
            other = self._other(own, "qualifiedValueShape", node)
            disjoint = own.flag("qualifiedValueShapesDisjoint")
            siblings = (
                [self._other(own, "qualifiedValueShape", n) for n in self._siblings(own)] if disjoint else []
            )
            siblings = [sibling for sibling in siblings if sibling is not other]
            if least is not None:
                yield logic.Qualified("QualifiedMinCount", own.shape, other, siblings, least, None)
            if most is not None:
                yield logic.Qualified("QualifiedMaxCount", own.shape, other, siblings, 0, most)

    def _siblings(self, own: _Parameters) -> Iterator[Key]:
        """The qualified value shapes beside this one, in each shape that has it as a property (4.7.3)."""
        column, value = self._plan.graph.column, iri_key(SH + "qualifiedValueShape")
        property_ = iri_key(SH + "property")
        for parent in self._plan.graph.inverse(property_).values(own.node):
            for sibling in column(property_).values(parent):
                yield from column(value).values(sibling)

    def _closed(self, own: _Parameters) -> Iterator[Constraint]:
        if not own.flag("closed"):
            return
        allowed = {path for node in own.all("property") for path in own.paths(node)}
        for head in own.all("ignoredProperties"):
            allowed |= set(own.list(head))
        yield logic.Closed(own.shape, self._graph, allowed)

    def _other(self, own: _Parameters, name: str, node: Key) -> CompiledShape:
        term = from_key(node)
        if term not in self._plan.shapes:
            raise own.wrong(name, f"refers to {node}, which is no shape")
        return self.compile(term)


class _Parameters:
    """The constraint parameters of one shape, whose syntax `make_plan` has checked."""

    def __init__(self, shape: Shape, plan: Plan) -> None:
        self.shape = shape
        self.node = to_key(shape.node)
        self._plan = plan

    def all(self, name: str) -> Sequence[Key]:
        """Every value of a parameter."""
        return tuple(self._plan.graph.column(iri_key(SH + name)).values(self.node))

    def one(self, name: str) -> Key | None:
        """The value of a parameter that a shape has once at most."""
        return next(iter(self.all(name)), None)

    def number(self, name: str) -> int | None:
        """The value of a parameter that is an integer."""
        value = self.one(name)
        return None if value is None else int(lexical_form(value))

    def flag(self, name: str) -> bool:
        """Whether a parameter is true: the literal itself, not ``"1"``, as the W3C suite has it."""
        return self.one(name) == _TRUE

    def list(self, head: Key) -> list[Key]:
        """The members of a list."""
        return members(self._plan.graph, head)

    def paths(self, node: Key) -> Sequence[Key]:
        """The path of a property shape, when it is an IRI."""
        column = self._plan.graph.column(iri_key(SH + "path"))
        return [path for path in column.values(node) if path[0] == "<"]

    def wrong(self, name: str, what: str) -> InputError:
        """The error about an ill-formed parameter."""
        return ShapeError(
            self.node,
            self.shape.file,
            f"{shape_name(self.shape, self._plan.prefixes)}: sh:{name} {what}",
            "mend the shape (SHACL, section 4)",
        )
