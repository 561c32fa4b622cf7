"""Which properties may have several values, as far as shapes and ontology say so.

Whether a column holds one value or a list must not change with every release, so what may be there counts and not
only what happens to be there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from mosty.model.terms import RDF
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key, lexical_form
from mosty.rdf.prefixes import STANDARD
from mosty.rdf.reaching import reached

_TYPE = iri_key(RDF + "type")
_TARGET, _PROPERTY, _PATH, _MOST, _NODE, _OFF = (
    iri_key(STANDARD["sh"] + name)
    for name in ("targetClass", "property", "path", "maxCount", "node", "deactivated")
)
_FUNCTIONAL = iri_key(STANDARD["owl"] + "FunctionalProperty")
_CLASSES = tuple(iri_key(iri) for iri in (STANDARD["rdfs"] + "Class", STANDARD["owl"] + "Class"))


class Cardinality:
    """What shapes and ontology say about the number of values.

    Args:
        shapes: node shapes with a target class and property shapes count; conditional ones (sh:or ...) do not.
        ontology: an owl:FunctionalProperty has one value.
    """

    def __init__(self, shapes: Graph, ontology: Graph) -> None:
        self._single: dict[Key, set[Key]] = defaultdict(set)
        self._mentioned: dict[Key, set[Key]] = defaultdict(set)
        self._functional = set(ontology.inverse(_TYPE).values(_FUNCTIONAL))
        off = {shape for shape, value in shapes.column(_OFF).pairs() if lexical_form(value) in ("true", "1")}
        targets = [*shapes.column(_TARGET).pairs()]
        targets += [(shape, shape) for kind in _CLASSES for shape in shapes.inverse(_TYPE).values(kind)]
        for shape, record_class in targets:
            for part in _reached(shapes, shape, off):
                path = shapes.column(_PATH).one.get(part)
                if path is None or path[0] != "<":
                    continue
                self._mentioned[record_class].add(path)
                if any(lexical_form(most) in ("0", "1") for most in shapes.column(_MOST).values(part)):
                    self._single[record_class].add(path)

    def single(self, classes: Iterable[Sequence[Key]], predicate: Key) -> bool | None:
        """Whether things of some classes have at most one value; None when nothing is said about it.

        Args:
            classes: the classes of the things, each with its superclasses.
            predicate: the property.
        """
        if predicate in self._functional:
            return True
        said = {self._said(known, predicate) for known in classes}
        return False if False in said else True if True in said else None

    def _said(self, known: Sequence[Key], predicate: Key) -> bool | None:
        if any(predicate in self._single.get(one, ()) for one in known):
            return True
        return False if any(predicate in self._mentioned.get(one, ()) for one in known) else None


def _reached(shapes: Graph, shape: Key, off: set[Key]) -> set[Key]:
    """A shape and what it asks for always: sh:property and sh:node, at any depth of the same focus node."""

    def further(one: Key) -> Iterable[Key]:
        # What stands inside a property shape speaks of the values, not of the thing.
        if one in off or one in shapes.column(_PATH):
            return ()
        return (*shapes.column(_PROPERTY).values(one), *shapes.column(_NODE).values(one))

    return reached((shape,), further) - off
