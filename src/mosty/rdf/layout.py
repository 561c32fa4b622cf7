"""The layout of canonical Turtle: in which order subjects and properties stand, and how one block looks.

It is explained in docs/decisions/canonical-turtle.md. Tokens go in, text comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain
from operator import itemgetter
from types import MappingProxyType

from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key
from mosty.rdf.nesting import Nesting, Properties, Rows, nest
from mosty.rdf.rows import about, blank_nodes, labelled
from mosty.rdf.tokens import RDF_TYPE, TurtleTerms, object_key

WIDTH = 100
"""Collections (sh:in lists) that fit into this many columns stay on one line."""

INDENT = "    "

END_OF_PROPERTY = " ;\n"
END_OF_SUBJECT = " .\n"

FIRST_CLASSES: Mapping[str, int] = {
    f"<{iri}>": rank
    for rank, iri in enumerate(
        (
            "http://www.w3.org/2002/07/owl#Ontology",
            "http://www.w3.org/2004/02/skos/core#ConceptScheme",
            "http://www.w3.org/ns/dcat#Catalog",
            "http://www.w3.org/ns/dcat#Dataset",
            "http://rdfs.org/ns/void#Dataset",
            "http://www.w3.org/2002/07/owl#Class",
            "http://www.w3.org/2002/07/owl#ObjectProperty",
            "http://www.w3.org/2002/07/owl#DatatypeProperty",
            "http://www.w3.org/2002/07/owl#AnnotationProperty",
        )
    )
}
"""Subjects of these classes come first in a file, in this order; all others follow."""

_RDF, _RDFS, _OWL = (
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://www.w3.org/2000/01/rdf-schema#",
    "http://www.w3.org/2002/07/owl#",
)
_SKOS, _DCTERMS = "http://www.w3.org/2004/02/skos/core#", "http://purl.org/dc/terms/"
_SH, _OA = "http://www.w3.org/ns/shacl#", "http://www.w3.org/ns/oa#"

# Names before content, content before housekeeping; a property not listed stands between, by its IRI.
_FIRST_PROPERTIES = (
    RDF_TYPE[1:-1],
    _RDFS + "label",
    *(_SKOS + name for name in ("prefLabel", "altLabel", "notation", "definition")),
    *(_DCTERMS + name for name in ("title", "abstract", "description")),
    *(_RDFS + name for name in ("comment", "subClassOf", "subPropertyOf", "domain", "range")),
    *(_RDF + name for name in ("subject", "predicate", "object", "first", "rest")),
    *(_OA + name for name in ("start", "end")),
    *(_SH + name for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target")),
    *(_SH + name for name in ("path", "name")),
)
_LAST_PROPERTIES = (
    *(_SH + name for name in ("severity", "message", "description", "order", "group", "property", "sparql")),
    *(_SKOS + name for name in ("inScheme", "topConceptOf", "broader", "related")),
    *(_SKOS + name for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")),
    *(_RDFS + name for name in ("seeAlso", "isDefinedBy")),
    *(_OWL + name for name in ("versionIRI", "versionInfo", "imports", "deprecated")),
)


class _PropertyOrder(dict[str, tuple[int, str]]):
    """The sort key of each predicate token, worked out once."""

    def __missing__(self, token: str) -> tuple[int, str]:
        key = self[token] = (0, token)
        return key


PROPERTY_ORDER: Mapping[str, tuple[int, str]] = _PropertyOrder(
    {f"<{iri}>": (rank - len(_FIRST_PROPERTIES), iri) for rank, iri in enumerate(_FIRST_PROPERTIES)}
    | {f"<{iri}>": (rank, iri) for rank, iri in enumerate(_LAST_PROPERTIES, 1)}
)
"""The sort key of a predicate, by its token."""


def class_rank(types: Iterable[str]) -> int:
    """Give the place of a subject among others, by its classes.

    >>> class_rank(["<http://www.w3.org/2002/07/owl#Ontology>"]) < class_rank([])
    True
    """
    return min(
        (FIRST_CLASSES[token] for token in types if token in FIRST_CLASSES), default=len(FIRST_CLASSES)
    )


def lead(predicate: str, several: bool, terms: TurtleTerms, indent: str = INDENT) -> str:
    """Give what stands before the first object of a property: one object beside it, several below."""
    if predicate == RDF_TYPE:
        return f"{indent}a "
    return f"{indent}{terms[predicate]}\n{indent}{INDENT}" if several else f"{indent}{terms[predicate]} "


def between(predicate: str, indent: str = INDENT) -> str:
    """Give what stands between two objects of a property."""
    return ", " if predicate == RDF_TYPE else f" ,\n{indent}{INDENT}"


def said_of(graph: Graph, subjects: Set[Key]) -> Graph:
    """Take what is said of some subjects out of a graph, with the blank nodes that they lead to.

    What comes back shares values with the graph: read it only.
    """
    part = about(graph, subjects)
    reached: Set[Key] = subjects
    while missing := blank_nodes(part) - reached:
        reached = reached | missing
        part = about(graph, reached)
    return part


def rows_of(graph: Graph, subjects: Set[Key] | None = None) -> Rows:
    """Turn the columns of a graph into rows, one for each subject, with properties in canonical order.

    Args:
        graph: the triples.
        subjects: only these few.
    """
    rows: Rows = {}
    found = {
        predicate: column.one if subjects is None else column.one.keys() & subjects
        for predicate, column in graph.columns.items()
    }
    for predicate in sorted(filter(found.__getitem__, found), key=PROPERTY_ORDER.__getitem__):
        one, more = graph.columns[predicate].one, graph.columns[predicate].more
        for subject in found[predicate]:
            row = rows.get(subject)
            if row is None:
                row = rows[subject] = {}
            row[predicate] = [one[subject], *more[subject]] if subject in more else [one[subject]]
    return rows


class RowWriter:
    """Lays out subject by subject: small graphs, and what has to do with blank nodes.

    Args:
        graph: the triples.
        terms: gives the texts of terms, and remembers the prefixes in use.
        comments: lines to stand above a subject, by the subject's IRI.
        keep_labels: blank nodes that need a label keep theirs; else they get those of RDFC-1.0.
        subjects: only these few, and the blank nodes that they lead to.
    """

    def __init__(
        self,
        graph: Graph,
        terms: TurtleTerms,
        comments: Mapping[str, Sequence[str]] = MappingProxyType({}),
        *,
        keep_labels: bool = False,
        subjects: Set[Key] | None = None,
    ) -> None:
        self._rows = rows_of(graph, subjects)
        self._nesting = Nesting()
        if _hold_blank_nodes(self._rows):
            part = graph if subjects is None else said_of(graph, subjects)
            self._rows = rows_of(part)
            self._nesting = nest(self._rows)
            if self._nesting.labelled and not keep_labels:
                self._rows = rows_of(labelled(part))
                self._nesting = nest(self._rows)
        self._inline = self._nesting.nested | self._nesting.lists.keys()
        self._terms = terms
        self._comments = comments

    def blocks(self) -> Iterator[str]:
        """Write each subject not nested in another, those without an IRI at the end."""
        iris = [
            (class_rank(row.get(RDF_TYPE, ())), self._terms.kind_rank(subject), subject[1:-1], subject)
            for subject, row in self._rows.items()
            if subject[0] == "<"
        ]
        iris.sort()
        return chain((self.block(subject) for *_, subject in iris), self.blank_blocks())

    def blank_blocks(self) -> Iterator[str]:
        """Write the blank nodes not nested in another subject: first those with a label, then those without."""
        labels = sorted(self._nesting.labelled & self._rows.keys())
        yield from (self._block(label, self._rows[label]) for label in labels)
        hidden = self._nesting.labelled | self._nesting.nested
        alone = (row for subject, row in self._rows.items() if subject[0] == "_" and subject not in hidden)
        yield from sorted(self._block("[]", row) for row in alone)

    def block(self, subject: str) -> str:
        """Write a subject that has an IRI, with the comments above it."""
        block = self._block(self._terms[subject], self._rows[subject])
        above = self._comments.get(subject[1:-1])
        return "\n".join([*above, block]) if above else block

    def _block(self, name: str, properties: Properties) -> str:
        lines = self._properties(properties, INDENT)
        if RDF_TYPE in properties or (len(lines) == 1 and "\n" not in lines[0]):
            lines[0] = lines[0].lstrip()
            return f"{name} {END_OF_PROPERTY.join(lines)}{END_OF_SUBJECT}"
        return f"{name}\n{END_OF_PROPERTY.join(lines)}{END_OF_SUBJECT}"

    def _properties(self, properties: Properties, indent: str) -> list[str]:
        """Write the predicates of a subject with their objects, without what stands between them."""
        written = []
        for predicate, objects in properties.items():
            several = len(objects) > 1
            start = lead(predicate, several, self._terms, indent)
            if several:
                deeper = indent if predicate == RDF_TYPE else indent + INDENT
                texts = between(predicate, indent).join(self._sorted_objects(objects, deeper))
            else:
                texts = self._object(objects[0], indent)
            written.append(start + texts)
        return written

    def _sorted_objects(self, objects: list[str], indent: str) -> list[str]:
        named, nested = objects, []
        if not self._inline.isdisjoint(objects):
            named = [token for token in objects if token not in self._inline]
            # What is nested has no name to sort by, so its text decides; no label is part of it.
            nested = sorted(self._object(token, indent) for token in objects if token in self._inline)
        return [self._terms[token] for token in sorted(named, key=object_key)] + nested

    def _object(self, token: str, indent: str) -> str:
        if token not in self._inline:
            return self._terms[token]
        if token in self._nesting.lists:
            return self._collection(self._nesting.lists[token], indent)
        return self._nested(token, indent)

    def _nested(self, node: str, indent: str) -> str:
        if node not in self._rows:
            return "[]"
        lines = self._properties(self._rows[node], indent + INDENT)
        if len(lines) == 1 and "\n" not in lines[0]:
            return f"[ {lines[0].lstrip()} ]"
        return "[\n" + END_OF_PROPERTY.join(lines) + f"\n{indent}]"

    def _collection(self, members: Sequence[str], indent: str) -> str:
        texts = [self._object(member, indent + INDENT) for member in members]
        line = f"( {' '.join(texts)} )" if texts else "()"
        if len(indent) + len(line) <= WIDTH and "\n" not in line:
            return line
        return "(\n" + "".join(f"{indent}{INDENT}{text}\n" for text in texts) + f"{indent})"


def _hold_blank_nodes(rows: Rows) -> bool:
    values = chain.from_iterable(chain.from_iterable(row.values()) for row in rows.values())
    return "_" in map(itemgetter(0), chain(rows, values))
