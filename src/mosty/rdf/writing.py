"""Canonical Turtle and N-Quads: the same triples always give the same bytes, and small changes small diffs.

Literals are written exactly as they were read. The layout (one triple or object a line, fixed order)
is explained in docs/decisions/canonical-turtle.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TypeAlias

import pyoxigraph as ox

from mosty.model.errors import InputError
from mosty.rdf.nesting import Graph, Nesting, Properties, nest
from mosty.rdf.prefixes import Prefixes
from mosty.rdf.tokens import RDF_TYPE, TurtleTerms, object_key

WIDTH = 100
"""Collections (sh:in lists) that fit into this many columns stay on one line."""

_INDENT = "    "

# Subjects of these classes come first in a file, in this order; all others follow.
_FIRST_CLASSES = {
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
_NO_RANK = len(_FIRST_CLASSES)

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


_PROPERTY_ORDER = _PropertyOrder(
    {f"<{iri}>": (rank - len(_FIRST_PROPERTIES), iri) for rank, iri in enumerate(_FIRST_PROPERTIES)}
    | {f"<{iri}>": (rank, iri) for rank, iri in enumerate(_LAST_PROPERTIES, 1)}
)

SubjectKey: TypeAlias = tuple[int, int, str]


def turtle(
    triples: Iterable[ox.Triple],
    prefixes: Prefixes,
    header: Sequence[str] = (),
    comments: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """Write triples as canonical Turtle.

    Args:
        triples: in any order; repeated ones are written once.
        prefixes: namespaces for CURIEs; only those in use are declared. Their order is the order of
            the kinds of subjects.
        header: comment lines for the top of the file, with or without their ``#``.
        comments: comment lines to stand above a subject, by the subject's IRI.

    Raises:
        InputError: a triple term of RDF 1.2, which not every Turtle reader knows.
    """
    lines = _lines(triples, ox.RdfFormat.N_TRIPLES)
    graph: Graph = {}
    nesting = Nesting()
    if any(map(_may_hold_blank_node, lines)):
        graph = dict(_subjects(lines))
        nesting = nest(graph)
    if nesting.labelled:
        graph = dict(_subjects(_with_canonical_labels(lines, ox.RdfFormat.N_TRIPLES)))
        nesting = nest(graph)
    writer = _TurtleWriter(graph, nesting, prefixes)
    # Without blank nodes no index is needed: a million triples then pass through one subject at a time.
    blocks = writer.blocks(graph.items() if graph else _subjects(lines), comments or {})
    head = "\n".join(header).split("\n") if header else []
    top = [line if line.startswith("#") else f"# {line}".rstrip() for line in head]
    declared = [f"@prefix {prefix}: <{prefixes[prefix]}> ." for prefix in sorted(writer.terms.used)]
    sections = [*("\n".join(part) for part in (top, declared) if part), *blocks]
    return "\n\n".join(sections) + "\n" if sections else ""


def nquads(quads: Iterable[ox.Quad]) -> str:
    """Write quads as sorted, canonical N-Quads; blank nodes get the labels of RDFC-1.0."""
    lines = _with_canonical_labels(_lines(quads, ox.RdfFormat.N_QUADS), ox.RdfFormat.N_QUADS)
    return "".join(f"{line}\n" for line, _ in groupby(lines))


def _lines(statements: Iterable[ox.Triple] | Iterable[ox.Quad], rdf_format: ox.RdfFormat) -> list[str]:
    """Give the sorted lines of N-Triples or N-Quads; repeated statements are still there."""
    data = ox.serialize(statements, format=rdf_format)
    assert data is not None  # no output was given, so the bytes come back
    lines = data.decode("utf-8").split("\n")
    lines.pop()  # what follows the last line end: nothing
    lines.sort()
    return lines


def _with_canonical_labels(lines: list[str], rdf_format: ox.RdfFormat) -> list[str]:
    """Give blank nodes the labels of RDFC-1.0, which do not depend on the labels or order of the input."""
    labelled = [line for line in lines if _may_hold_blank_node(line)]
    if not labelled:
        return lines
    # Only statements with blank nodes count for RDFC-1.0, so the many others need not go through it.
    dataset = ox.Dataset(ox.parse("\n".join(labelled), rdf_format))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted([*set(lines).difference(labelled), *_lines(dataset, rdf_format)])


def _may_hold_blank_node(line: str) -> bool:
    return " _:" in line or line.startswith("_:")


def _subjects(lines: Iterable[str]) -> Iterator[tuple[str, Properties]]:
    """Group sorted N-Triples by subject and predicate; every term stays its token, for text is fast to compare."""
    subject, previous = "", ""
    properties: Properties = {}
    for line in lines:
        if line == previous:
            continue
        previous = line
        this, predicate, value = line.split(" ", 2)
        if value.startswith("<<"):
            raise InputError(
                f"a triple term (RDF 1.2) cannot be written as Turtle 1.1: {value[:-2]}",
                "state it with rdf:subject, rdf:predicate and rdf:object",
            )
        if this != subject:
            if properties:
                yield subject, properties
            subject, properties = this, {}
        if predicate in properties:
            properties[predicate].append(value[:-2])
        else:
            properties[predicate] = [value[:-2]]
    if properties:
        yield subject, properties


class _TurtleWriter:
    """Lays out one graph. Tokens in, text out; `terms` remembers which prefixes were used."""

    def __init__(self, graph: Graph, nesting: Nesting, prefixes: Prefixes) -> None:
        self.graph = graph
        self.nesting = nesting
        self._inline = nesting.nested | nesting.lists.keys()
        self.terms = TurtleTerms(prefixes)

    def blocks(
        self, subjects: Iterable[tuple[str, Properties]], comments: Mapping[str, Sequence[str]]
    ) -> list[str]:
        """Write each subject not nested in another: IRIs, then labelled, then unlabelled blank nodes."""
        iris: list[tuple[SubjectKey, str]] = []
        labelled: list[tuple[str, str]] = []
        unlabelled: list[str] = []
        for subject, properties in subjects:
            if subject[0] == "<":
                block = self._block(self.terms[subject], properties)
                if above := comments.get(subject[1:-1]):
                    block = "\n".join([*above, block])
                iris.append((self._subject_key(subject, properties), block))
            elif subject in self.nesting.labelled:
                labelled.append((subject, self._block(subject, properties)))
            elif subject not in self.nesting.nested:
                unlabelled.append(self._block("[]", properties))
        iris.sort()
        labelled.sort()
        return [*(block for _, block in iris), *(block for _, block in labelled), *sorted(unlabelled)]

    def _subject_key(self, subject: str, properties: Properties) -> SubjectKey:
        rank = _NO_RANK
        for token in properties.get(RDF_TYPE, ()):
            rank = min(rank, _FIRST_CLASSES.get(token, _NO_RANK))
        return rank, self.terms.kind_rank(subject), subject[1:-1]

    def _block(self, name: str, properties: Properties) -> str:
        lines = self._properties(properties, _INDENT)
        if RDF_TYPE in properties or (len(lines) == 1 and "\n" not in lines[0]):
            lines[0] = lines[0].lstrip()
            return f"{name} " + " ;\n".join(lines) + " ."
        return f"{name}\n" + " ;\n".join(lines) + " ."

    def _properties(self, properties: Properties, indent: str) -> list[str]:
        """Write the predicates of a subject with their objects, without the `;` between them."""
        written = []
        for predicate in sorted(properties, key=_PROPERTY_ORDER.__getitem__):
            objects = properties[predicate]
            if predicate == RDF_TYPE:
                written.append(f"{indent}a {', '.join(self._sorted_objects(objects, indent))}")
            elif len(objects) == 1:
                written.append(f"{indent}{self.terms[predicate]} {self._object(objects[0], indent)}")
            else:
                deeper = indent + _INDENT
                texts = f" ,\n{deeper}".join(self._sorted_objects(objects, deeper))
                written.append(f"{indent}{self.terms[predicate]}\n{deeper}{texts}")
        return written

    def _sorted_objects(self, objects: list[str], indent: str) -> list[str]:
        named, nested = objects, []
        if not self._inline.isdisjoint(objects):
            named = [token for token in objects if token not in self._inline]
            # What is nested has no name to sort by, so its text decides; no label is part of it.
            nested = sorted(self._object(token, indent) for token in objects if token in self._inline)
        return [self.terms[token] for token in sorted(named, key=object_key)] + nested

    def _object(self, token: str, indent: str) -> str:
        if token not in self._inline:
            return self.terms[token]
        if token in self.nesting.lists:
            return self._collection(self.nesting.lists[token], indent)
        return self._nested(token, indent)

    def _nested(self, node: str, indent: str) -> str:
        if node not in self.graph:
            return "[]"
        lines = self._properties(self.graph[node], indent + _INDENT)
        if len(lines) == 1 and "\n" not in lines[0]:
            return f"[ {lines[0].lstrip()} ]"
        return "[\n" + " ;\n".join(lines) + f"\n{indent}]"

    def _collection(self, members: Sequence[str], indent: str) -> str:
        texts = [self._object(member, indent + _INDENT) for member in members]
        line = f"( {' '.join(texts)} )" if texts else "()"
        if len(indent) + len(line) <= WIDTH and "\n" not in line:
            return line
        return "(\n" + "".join(f"{indent}{_INDENT}{text}\n" for text in texts) + f"{indent})"
