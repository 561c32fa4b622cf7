"""Shapes that only got another name: the name of a shape says nothing about data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set

from mosty.model.terms import RDF
from mosty.publish.forms import Form, LoopError
from mosty.publish.shapes_graph import CLASSES, TYPE, ShapesGraph, sh
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key

_REFERRING = frozenset(
    (
        *map(sh, ("property", "node", "not", "qualifiedValueShape")),
        *(iri_key(RDF + name) for name in ("first", "rest")),
    )
)
_OF_SHAPES = frozenset(map(sh, ("and", "or", "xone")))


def renamed_shapes(old: Graph, new: Graph) -> dict[Key, Key]:
    """Find the shapes of which only the name is another: what they were called, and what they are now.

    Of a shape that is a class, or that is spoken of as a value, the name says something; so may it where SPARQL is.
    """
    found: dict[Key, Key] = {}
    try:
        while more := _pairs(ShapesGraph(rename(old, found)), ShapesGraph(new)):
            found |= more  # those that refer to them may be alike now
    except LoopError:
        return {}
    return found


def rename(graph: Graph, names: Mapping[Key, Key]) -> Graph:
    """Give some nodes of a graph other names."""
    if not names:
        return graph
    return Graph(
        (names.get(s, s), predicate, names.get(value, value)) for s, predicate, value in graph.triples()
    )


def _pairs(old: ShapesGraph, new: ShapesGraph) -> dict[Key, Key]:
    gone, come = _by_form(old, old.named - new.named), _by_form(new, new.named - old.named)
    return {gone[form]: come[form] for form in gone.keys() & come.keys()}


def _by_form(shapes: ShapesGraph, names: Set[Key]) -> dict[Form, Key]:
    """Some shapes by what they say; of those that say the same, none."""
    fixed = _fixed(shapes) if names else set()
    forms = {name: shapes.forms.said(name) for name in names - fixed}
    counts = Counter(forms.values())
    return {form: name for name, form in forms.items() if counts[form] == 1}


def _fixed(shapes: ShapesGraph) -> set[Key]:
    """The nodes whose name says something."""
    forms = shapes.forms
    found: set[Key] = set()
    for predicate, column in forms.graph.columns.items():
        if predicate == TYPE:
            found |= column.subjects_of(CLASSES)
        elif predicate == sh("sparql"):
            found |= column.one.keys()
        elif predicate not in _REFERRING:
            values = column.distinct()
            found |= values
            if predicate not in _OF_SHAPES:
                found |= {item for value in values for item in forms.items(value) or ()}
    return found
