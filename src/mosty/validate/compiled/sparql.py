"""SPARQL-based constraints (SHACL, section 5) and constraint components (section 6), read from the shapes graph."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from mosty.model.errors import InputError
from mosty.model.paths import path_text
from mosty.model.terms import IRI, RDF, XSD, Literal
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, from_key, iri_key, lexical_form, to_key
from mosty.validate.compiled.constraint import Constraint, Unsupported
from mosty.validate.compiled.sparql_queries import AskConstraint, SelectConstraint, Source
from mosty.validate.compiled.sparql_text import IllFormed, Query
from mosty.validate.plan import SH, Plan, Shape, shape_name
from mosty.validate.syntax import ShapeError

_SUBCLASS = iri_key("http://www.w3.org/2000/01/rdf-schema#subClassOf")
_IMPORTS = iri_key("http://www.w3.org/2002/07/owl#imports")
_TRUE = f'"true"^^<{XSD}boolean>'
_SPARQL_COMPONENT = IRI(SH + "SPARQLConstraintComponent")
_LOCAL_NAME = re.compile(r"[^\W\d][\w.-]*$")
_ALWAYS_OPTIONAL = ("shapesGraph", "currentShape")


def sparql_constraints(shape: Shape, plan: Plan, graph: Graph, *, is_property: bool) -> list[Constraint]:
    """The SPARQL-based constraints of a shape, and those of the constraint components that it uses.

    Args:
        shape: the shape.
        plan: the plan it belongs to.
        graph: the data; it may change afterwards.
        is_property: whether it is a property shape.

    Raises:
        InputError: a query that SHACL does not allow.
        Unsupported: a query that is left to the other engine.
    """
    reader = _Reader(shape, plan, graph)
    return [*reader.constraints(), *reader.validators(is_property)]


class Parameter(NamedTuple):
    """A parameter of a constraint component: the property that states it, its variable, whether it may lack."""

    property: Key
    name: str
    optional: bool


class _Reader:
    def __init__(self, shape: Shape, plan: Plan, graph: Graph) -> None:
        self._shape = shape
        self._plan = plan
        self._graph = graph
        self._node = to_key(shape.node)

    def constraints(self) -> Iterator[Constraint]:
        """The values of sh:sparql."""
        for node in self._values(self._node, "sparql"):
            if _TRUE in self._values(node, "deactivated"):
                continue
            query = self._query(node, "select")
            if query is None:
                raise self._wrong(f"the sh:sparql {node} has no sh:select")
            messages = self._messages(node)
            self._check(query, ("this",))
            source = Source(query, _SPARQL_COMPONENT, from_key(node), messages, {})
            yield SelectConstraint(source, self._shape, self._plan, self._graph)

    def validators(self, is_property: bool) -> Iterator[Constraint]:
        """The constraint components whose parameters the shape states (SHACL, section 6.3)."""
        for component in self._components():
            parameters = self._parameters(component)
            stated = {p.name: self._plan.graph.column(p.property).values(self._node) for p in parameters}
            if not parameters or any(not stated[p.name] and not p.optional for p in parameters):
                continue
            own = self._values(component, "propertyValidator" if is_property else "nodeValidator")
            for validator in (own or self._values(component, "validator"))[:1]:
                if len(parameters) > 1 and (many := [n for n, found in stated.items() if len(found) > 1]):
                    raise self._wrong(f"states the parameter {many[0]} of {component} more than once")
                given = [(name, found) for name, found in stated.items() if found]
                for values in product(*(found for _, found in given)):
                    bound = dict(zip((name for name, _ in given), values, strict=True))
                    yield self._validator(component, validator, parameters, bound)

    def _validator(
        self, component: Key, validator: Key, parameters: Sequence[Parameter], bound: Mapping[str, Key]
    ) -> Constraint:
        messages = (
            self._messages(validator)
            or self._messages(component)
            or (() if self._shape.messages else self._messages(component, "labelTemplate"))
        )
        names = [parameter.name for parameter in parameters]
        if (query := self._query(validator, "ask")) is not None:
            self._check(query, ("value", *names))
            source = Source(query, IRI(component[1:-1]), None, messages, bound)
            return AskConstraint(source, self._shape, self._plan, self._graph)
        if (query := self._query(validator, "select")) is not None:
            self._check(query, ("this", *names))
            source = Source(query, IRI(component[1:-1]), None, messages, bound)
            return SelectConstraint(source, self._shape, self._plan, self._graph)
        raise Unsupported(f"a validator of {component} that is no SPARQL")

    def _components(self) -> Iterator[Key]:
        """Instances of sh:ConstraintComponent and its subclasses that bring validators of their own."""
        graph = self._plan.graph
        types, above = graph.inverse(iri_key(RDF + "type")), graph.inverse(_SUBCLASS)
        classes = [iri_key(SH + "ConstraintComponent")]
        for kind in classes:
            classes += [sub for sub in above.values(kind) if sub not in classes]
        found = {component for kind in classes for component in types.values(kind)}
        core = iri_key(SH)[:-1]
        return (
            component for component in sorted(found) if component[0] == "<" and not component.startswith(core)
        )

    def _parameters(self, component: Key) -> list[Parameter]:
        found = []
        for node in self._values(component, "parameter"):
            for path in self._values(node, "path")[:1]:
                name = _LOCAL_NAME.search(path[1:-1])
                if path[0] != "<" or name is None or not name[0].isidentifier():
                    raise self._wrong(
                        f"the parameter {path} of {component} has no name that a variable can have"
                    )
                found.append(Parameter(path, name[0], _TRUE in self._values(node, "optional")))
        return sorted(found)

    def _check(self, query: Query, bound: Sequence[str]) -> None:
        """Refuse what Appendix A forbids, and SELECT queries that do not return the focus node."""
        try:
            query.check((*bound, *_ALWAYS_OPTIONAL), _ALWAYS_OPTIONAL)
        except IllFormed as error:
            raise self._wrong(f"its SPARQL query {error}") from None
        if not query.is_ask and "this" not in query.variables:
            raise self._wrong("its SPARQL query does not return $this")

    def _query(self, node: Key, name: str) -> Query | None:
        texts = self._values(node, name)
        if not texts:
            return None
        if len(texts) > 1 or texts[0][0] != '"':
            raise self._wrong(f"the sh:{name} of {node} is not one string")
        path = self._shape.path
        written = None if path is None else path_text(path)
        if written is not None and not isinstance(path, IRI):
            written = f"({written})"
        try:
            query = Query(lexical_form(texts[0]), self._prefixes(node), written)
        except IllFormed as error:
            raise self._wrong(f"its SPARQL query {error}") from None
        if query.is_ask != (name == "ask"):
            raise self._wrong(f"the sh:{name} of {node} holds another form of query")
        return query

    def _prefixes(self, node: Key) -> Mapping[str, str]:
        """What sh:prefixes and owl:imports lead to (SHACL, section 5.2.1)."""
        found: dict[str, str] = {}
        imports = self._plan.graph.column(_IMPORTS)
        sources = list(self._values(node, "prefixes"))
        for source in sources:
            sources += [other for other in imports.values(source) if other not in sources]
            for declaration in self._values(source, "declare"):
                for prefix, space in product(
                    self._values(declaration, "prefix"), self._values(declaration, "namespace")
                ):
                    name, iri = lexical_form(prefix), lexical_form(space) if space[0] == '"' else space[1:-1]
                    if found.setdefault(name, iri) != iri:
                        raise self._wrong(f"the prefix {name}: of its SPARQL query stands for two namespaces")
        return found

    def _values(self, node: Key, name: str) -> list[Key]:
        return list(self._plan.graph.column(iri_key(SH + name)).values(node))

    def _messages(self, node: Key, name: str = "message") -> tuple[Literal, ...]:
        terms = (from_key(value) for value in self._values(node, name))
        return tuple(sorted((term for term in terms if isinstance(term, Literal)), key=str))

    def _wrong(self, what: str) -> InputError:
        return ShapeError(
            to_key(self._shape.node),
            self._shape.file,
            f"{shape_name(self._shape, self._plan.prefixes)}: {what}",
            "mend the constraint (SHACL, sections 5 and 6 and Appendix A)",
        )
