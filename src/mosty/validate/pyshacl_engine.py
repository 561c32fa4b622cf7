"""The pySHACL engine: graphs handed over as written, results taken back as values.

Importing this module imports rdflib and pySHACL, which takes a while: do it when there is something to validate.
"""

from __future__ import annotations

import gc
import logging
import re
import warnings
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, cast

import pyoxigraph as ox
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.constraints.core.shape_based_constraints import PropertyConstraintComponent
from pyshacl.consts import SH_property
from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError, ShapeLoadError, ShapeRecursionWarning
from pyshacl.monkey import rdflib_bool_patch, rdflib_bool_unpatch
from pyshacl.pytypes import SHACLExecutor
from pyshacl.shapes_graph import ShapesGraph
from rdflib import BNode, URIRef
from rdflib import Graph as RdflibGraph
from rdflib import Literal as RdflibLiteral
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result
from rdflib.term import Node

from mosty.model.diagnostics import Severity, ValidationResult
from mosty.model.errors import EngineError, InputError, MostyError
from mosty.model.paths import Path
from mosty.model.terms import IRI, XSD_STRING, BlankNode, Literal, Term, literal
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, from_key
from mosty.rdf.terms import to_oxigraph
from mosty.validate.deadline import deadline
from mosty.validate.lexical import is_well_formed
from mosty.validate.messages import plain_message, with_curies
from mosty.validate.plan import SH, Plan, Shape, plainest

_MAX_DEPTH = 30
_PLACEHOLDER = re.compile(r"\{[?$]\w+\}")
_SEVERITIES = {SH + severity.name.capitalize(): severity for severity in Severity}


class PyshaclEngine:
    """Validates with pySHACL: SHACL core and SPARQL constraints; no inference, no SHACL-AF.

    Args:
        only: the shapes to apply; None for every shape that has targets.
    """

    name = "pyshacl"
    fallbacks: Mapping[str, str] = MappingProxyType({})

    def __init__(self, only: Collection[Term] | None = None) -> None:
        self._only = only

    def run(
        self,
        plan: Plan,
        graph: Graph,
        *,
        focus: Collection[Term] | None = None,
        timeout: float | None = None,
    ) -> tuple[ValidationResult, ...]:
        """Validate; see `ValidationEngine.run`."""
        with _quiet(), deadline(timeout, "the validation"):
            shapes_graph, data_graph = _shapes_graph(plan), _data_graph(graph)
            nodes = None if focus is None else {_to_rdflib(to_oxigraph(term)) for term in focus}
            only = None if self._only is None else {_to_rdflib(to_oxigraph(term)) for term in self._only}
            try:
                found = list(_run(shapes_graph, data_graph, nodes, only))
            except MostyError:
                raise
            except Exception as error:  # whatever pySHACL and rdflib raise becomes one clear error
                raise _failure(error) from error
            return tuple(_result(triples, node, plan) for node, triples in found)


class _Graph(RdflibGraph):
    """A graph that does what pySHACL asks of it most often without doing it again each time."""

    def __init__(self) -> None:
        super().__init__(store="SimpleMemory", bind_namespaces="none")
        self._prepared: dict[str, Query] = {}
        self._lists: dict[Node, list[Node]] = {}

    def __bool__(self) -> bool:
        """Be true without counting all triples: pySHACL asks for every result that it weighs."""
        return True

    def items(self, list: Node) -> Generator[Node, None, None]:  # noqa: A002 - rdflib's name
        """Walk an RDF list once: pySHACL walks that of a path for each focus node. Nothing changes while it runs."""
        if list not in self._lists:
            self._lists[list] = [*super().items(list)]
        yield from self._lists[list]

    def query(self, query_object: str | Query, *args: Any, **options: Any) -> Result:
        """Parse the query of a SPARQL constraint once, not once for each focus node."""
        if isinstance(query_object, str):
            if query_object not in self._prepared:
                self._prepared[query_object] = prepareQuery(query_object)
            query_object = self._prepared[query_object]
        return super().query(query_object, *args, **options)


class _AllAtOnce(PropertyConstraintComponent):
    """Checks a property shape of a node shape once for all focus nodes, not once for each.

    pySHACL builds every constraint anew for each focus node; the results are the same, several times faster.
    """

    def _evaluate_property_shape(
        self, executor: Any, shape: Any, graph: Any, nodes: Any, potentially_recursive: Any, path: Any
    ) -> Any:
        one_each = all(len(values) == 1 and focus in values for focus, values in nodes.items())
        if one_each and len(nodes) > 1:
            found: Any = cast(Any, self.shape).get_other_shape(shape)
            if found and found.is_property_shape and found not in (potentially_recursive or ()):
                conforms, reports = found.validate(
                    executor, graph, focus=list(nodes), _evaluation_path=path[:]
                )
                return not conforms, reports
        one_by_one: Any = super()._evaluate_property_shape
        return one_by_one(executor, shape, graph, nodes, potentially_recursive, path)


def _spare_work() -> None:
    """Keep pySHACL from work that changes no result; W3C's suite runs with this in place."""
    CONSTRAINT_PARAMETERS_MAP[SH_property] = _AllAtOnce
    # The text report is not used, and every branch of sh:or that does not fit would write one.
    setattr(ConstraintComponent, "make_v_result_description", lambda *_, **__: "")  # noqa: B010


_spare_work()


def _graph(quads: Iterable[ox.Quad]) -> RdflibGraph:
    """Copy quads into one rdflib graph, term by term, so that nothing is parsed or rewritten.

    The smallest store of rdflib and a cache of terms make this several times faster than parsing.
    """
    graph = _Graph()
    add = graph.store.add
    cache: dict[object, Node] = {}
    for subject, predicate, value, _ in quads:
        triple = []
        for term in (subject, predicate, value):
            node = cache.get(term)
            if node is None:
                cache[term] = node = _to_rdflib(term)
            triple.append(node)
        add((triple[0], triple[1], triple[2]), graph)
    return graph


def _data_graph(graph: Graph) -> RdflibGraph:
    """Copy a graph of keys, each term read once."""
    copy = _Graph()
    add = copy.store.add
    cache: dict[Key, Node] = {}
    for triple in graph.triples():
        for key in triple:
            if key not in cache:
                cache[key] = _to_rdflib(to_oxigraph(from_key(key)))
        add((cache[triple[0]], cache[triple[1]], cache[triple[2]]), copy)
    return copy


def _shapes_graph(plan: Plan) -> RdflibGraph:
    """Copy the shapes as pySHACL does when it reads them: only `true`, not `1`, switches something on."""
    described = {quad.subject for quad in plan.quads}
    there = (
        quad
        for quad in plan.quads
        # pySHACL refuses what a remark is enough for: a shape that was left out of a published file.
        if quad.predicate.value != SH + "property"
        or quad.object in described
        or not isinstance(quad.object, ox.NamedNode)
    )
    cast(Any, rdflib_bool_patch)()
    try:
        return _graph(there)
    finally:
        cast(Any, rdflib_bool_unpatch)()


def _to_rdflib(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return RdflibLiteral(term.value, lang=term.language)
        datatype = term.datatype.value
        if datatype == XSD_STRING:
            return RdflibLiteral(term.value)
        node = RdflibLiteral(term.value, datatype=URIRef(datatype), normalize=False)
        if not is_well_formed(term.value, datatype):
            node._ill_typed = True
        return node
    raise InputError(
        f"a triple term (RDF 1.2) cannot be validated: {term}",
        "state it with rdf:subject, rdf:predicate, rdf:object",
    )


def _from_rdflib(node: Node) -> Term:
    if isinstance(node, RdflibLiteral):
        datatype = None if node.datatype is None else str(node.datatype)
        return literal(str(node), datatype=datatype, language=node.language)
    return BlankNode(str(node)) if isinstance(node, BNode) else IRI(str(node))


def _run(
    shapes_graph: RdflibGraph,
    data_graph: RdflibGraph,
    nodes: Collection[Node] | None,
    only: Collection[Node] | None,
) -> Iterator[tuple[Node, Any]]:
    """Run every shape that has targets and give each result node with its triples."""
    logger = logging.getLogger("mosty.pyshacl")
    executor = SHACLExecutor(max_validation_depth=_MAX_DEPTH)
    for shape in ShapesGraph(shapes_graph, logger=logger).shapes:
        if only is not None and shape.node not in only:
            continue
        targets = shape.focus_nodes(data_graph)
        focus = targets if nodes is None else targets & nodes
        if focus and not shape.deactivated:
            _, reports = shape.validate(executor, data_graph, focus=list(focus))
            for _text, node, triples in reports:
                yield node, triples


def _result(triples: Iterable[tuple[Any, Any, Any]], node: Node, plan: Plan) -> ValidationResult:
    """Turn the triples of one result node into a value."""
    parts: dict[str, list[Any]] = {}
    for subject, predicate, value in triples:
        if subject == node:
            name = str(predicate).removeprefix(SH)
            parts.setdefault(name, []).append(value[1] if isinstance(value, tuple) else value)
    shape = plan.shapes[_from_rdflib(parts["sourceShape"][0])]
    component = IRI(str(parts["sourceConstraintComponent"][0]))
    severity = IRI(str(parts["resultSeverity"][0]))
    value = _one(parts, "value")
    constraint = _one(parts, "sourceConstraint")
    stated: tuple[Literal, ...] = ()
    if shape.messages or constraint is not None:
        terms = {_from_rdflib(message) for message in parts.get("resultMessage", ())}
        found = (_in_its_language(term, shape) for term in terms if isinstance(term, Literal))
        stated = tuple(sorted(found, key=str))
    path = _path(parts.get("resultPath", ()), shape)
    message = plainest(stated) or plain_message(
        component, shape, value, plan.prefixes, plan.shapes, path=path
    )
    shown = with_curies(message, plan.prefixes)
    return ValidationResult(
        rule=shape.rule,
        severity=_SEVERITIES.get(severity.value, Severity.VIOLATION),
        message=shown,
        focus=_from_rdflib(parts["focusNode"][0]),
        shape=shape.node,
        component=component,
        path=path,
        value=value,
        description=shape.description,
        messages=stated or (literal(message, language="en"),),
        severity_iri=severity,
        constraint=constraint,
    )


def _in_its_language(message: Literal, shape: Shape) -> Literal:
    """Give a message its language back, which pySHACL loses when it fills in a placeholder."""
    if not message.language:
        for template in (*shape.sparql_messages, *shape.messages):
            pattern = ".*".join(map(re.escape, _PLACEHOLDER.split(template.lexical)))
            if re.fullmatch(pattern, message.lexical, re.DOTALL):
                return literal(message.lexical, language=template.language)
    return message


def _one(parts: Mapping[str, Sequence[Node]], name: str) -> Term | None:
    return _from_rdflib(parts[name][0]) if name in parts else None


def _path(paths: Sequence[Node], shape: Shape) -> Path | None:
    for path in paths:
        if isinstance(path, URIRef):  # sh:closed and SPARQL constraints name a path of their own
            return IRI(str(path))
    return shape.path


def _failure(error: Exception) -> MostyError:
    """Say what failed inside pySHACL without its traceback."""
    text = " ".join((str(error) or type(error).__name__).split())
    if isinstance(error, ShapeRecursionWarning):
        return InputError(
            "the shapes refer to themselves, so what they mean is undefined",
            "break the circle of sh:node or sh:property",
        )
    if isinstance(error, ShapeLoadError | ConstraintLoadError):
        return InputError(f"the shapes are ill-formed: {error.message}", f"see {error.link}")
    if isinstance(error, re.error):
        return InputError(f"a pattern of the shapes is not a regular expression: {text}", "mend sh:pattern")
    if isinstance(error, ReportableRuntimeError):
        return InputError(f"the shapes cannot be applied: {text}", "mend the shape that is named")
    return EngineError(
        f"pySHACL failed: {type(error).__name__}: {text[:300]}",
        "check the shapes: they may use what pySHACL does not know",
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence what is said about ill-typed literals (they become results); pause the collector.

    Nothing that is built here is garbage before the end, so looking for it costs a third of the time.
    Recursion, which pySHACL only warns of, becomes an error: the results would be incomplete.
    """
    term_logger = logging.getLogger("rdflib.term")
    was_disabled, was_collecting = term_logger.disabled, gc.isenabled()
    term_logger.disabled = True
    gc.disable()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", ShapeRecursionWarning)
            yield
    finally:
        term_logger.disabled = was_disabled
        if was_collecting:
            gc.enable()
