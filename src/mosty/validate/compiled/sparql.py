"""SPARQL-based constraints (SHACL, sections 5 and 6)."""

from __future__ import annotations

from mosty.rdf.graph import Graph
from mosty.rdf.keys import iri_key, to_key
from mosty.validate.compiled.constraint import Constraint, Unsupported
from mosty.validate.plan import SH, Plan, Shape


def sparql_constraints(shape: Shape, plan: Plan, graph: Graph, *, is_property: bool) -> list[Constraint]:
    """The SPARQL-based constraints of a shape."""
    if plan.graph.column(iri_key(SH + "sparql")).values(to_key(shape.node)):
        raise Unsupported("sh:sparql")
    return []
