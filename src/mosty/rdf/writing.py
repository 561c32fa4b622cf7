"""Canonical Turtle and N-Quads: the same triples always give the same bytes, and small changes small diffs.

Literals are written exactly as they were read. The layout (one triple or object a line, fixed order)
is explained in docs/decisions/canonical-turtle.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import pyoxigraph as ox

from mosty.model.errors import InputError
from mosty.rdf.nesting import Graph, Nesting, nest
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
    *(_SH + name for name in ("path", "name", "message", "severity", "description", "order", "group")),
)
_LAST_PROPERTIES = (
    *(_SH + name for name in ("property", "sparql", "and", "or", "xone", "not")),
    *(_SKOS + name for name in ("inScheme", "topConceptOf", "broader", "related")),
    *(_SKOS + name for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")),
    *(_RDFS + name for name in ("seeAlso", "isDefinedBy")),
    *(_OWL + name for name in ("versionIRI", "versionInfo", "imports", "deprecated")),
)
_PROPERTY_RANK = {f"<{iri}>": rank - len(_FIRST_PROPERTIES) for rank, iri in enumerate(_FIRST_PROPERTIES)} | {
    f"<{iri}>": rank + 1 for rank, iri in enumerate(_LAST_PROPERTIES)
}

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
    kept = triples if isinstance(triples, Sequence) else list(triples)
    graph = _graph(kept)
    nesting = nest(graph)
    if nesting.labelled:
        # Labels must not depend on the input's labels or order: take those of RDFC-1.0.
        dataset = ox.Dataset(ox.Quad(*triple) for triple in kept)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        graph = _graph([quad.triple for quad in dataset])
        nesting = nest(graph)
    writer = _TurtleWriter(graph, nesting, prefixes)
    blocks = writer.blocks(comments or {})
    top = [
        line if line.startswith("#") else f"# {line}".rstrip() for part in header for line in part.split("\n")
    ]
    declared = [f"@prefix {prefix}: <{prefixes[prefix]}> ." for prefix in sorted(writer.terms.used)]
    sections = [*("\n".join(part) for part in (top, declared) if part), *blocks]
    return "\n\n".join(sections) + "\n" if sections else ""


def nquads(quads: Iterable[ox.Quad]) -> str:
    """Write quads as sorted, canonical N-Quads; blank nodes get the labels of RDFC-1.0."""
    kept = quads if isinstance(quads, Sequence) else list(quads)
    lines = _lines(kept, ox.RdfFormat.N_QUADS)
    if any(line.startswith("_:") or " _:" in line for line in lines):
        dataset = ox.Dataset(kept)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        lines = _lines(list(dataset), ox.RdfFormat.N_QUADS)
    return "".join(f"{line}\n" for line in sorted(lines))


def _lines(statements: Sequence[ox.Triple] | Sequence[ox.Quad], rdf_format: ox.RdfFormat) -> set[str]:
    data = ox.serialize(statements, format=rdf_format)
    assert data is not None  # no output was given, so the bytes come back
    lines = set(data.decode("utf-8").split("\n"))
    lines.discard("")
    return lines


def _graph(triples: Sequence[ox.Triple]) -> Graph:
    """Index triples by subject and predicate, each term as its N-Triples token: text hashes fastest."""
    graph: Graph = defaultdict(lambda: defaultdict(list))
    for line in _lines(triples, ox.RdfFormat.N_TRIPLES):
        subject, predicate, rest = line.split(" ", 2)
        if rest.startswith("<<"):
            raise InputError(
                f"a triple term (RDF 1.2) cannot be written as Turtle 1.1: {rest[:-2]}",
                "state it with rdf:subject, rdf:predicate and rdf:object",
            )
        graph[subject][predicate].append(rest[:-2])
    return graph


class _TurtleWriter:
    """Lays out one graph. Tokens in, text out; `terms` remembers which prefixes were used."""

    def __init__(self, graph: Graph, nesting: Nesting, prefixes: Prefixes) -> None:
        self.graph = graph
        self.nesting = nesting
        self.terms = TurtleTerms(prefixes)

    def blocks(self, comments: Mapping[str, Sequence[str]]) -> list[str]:
        """Write each subject not nested in another: IRIs, then labelled, then unlabelled blank nodes."""
        iris: list[tuple[SubjectKey, str]] = []
        labelled: list[str] = []
        unlabelled: list[str] = []
        for subject in self.graph:
            if subject[0] == "<":
                iris.append((self._subject_key(subject), subject))
            elif subject in self.nesting.labelled:
                labelled.append(subject)
            elif subject not in self.nesting.nested:
                unlabelled.append(subject)
        iris.sort()
        blocks = []
        for _, subject in iris:
            block = self._block(self.terms[subject], subject)
            above = comments.get(subject[1:-1])
            blocks.append("\n".join([*above, block]) if above else block)
        blocks += [self._block(subject, subject) for subject in sorted(labelled)]
        blocks += sorted(self._block("[]", subject) for subject in unlabelled)
        return blocks

    def _subject_key(self, subject: str) -> SubjectKey:
        ranks = [
            _FIRST_CLASSES[token]
            for token in self.graph[subject].get(RDF_TYPE, ())
            if token in _FIRST_CLASSES
        ]
        return min(ranks, default=len(_FIRST_CLASSES)), self.terms.kind_rank(subject), subject[1:-1]

    def _block(self, name: str, subject: str) -> str:
        lines = self._properties(subject, _INDENT)
        if RDF_TYPE in self.graph[subject] or (len(lines) == 1 and "\n" not in lines[0]):
            lines[0] = lines[0].lstrip()
            return f"{name} " + " ;\n".join(lines) + " ."
        return f"{name}\n" + " ;\n".join(lines) + " ."

    def _properties(self, subject: str, indent: str) -> list[str]:
        """Write the predicates of a subject with their objects, without the `;` between them."""
        properties = self.graph[subject]
        written = []
        for predicate in sorted(properties, key=lambda token: (_PROPERTY_RANK.get(token, 0), token)):
            objects = properties[predicate]
            if predicate == RDF_TYPE:
                classes = [self._object(token, indent) for token in sorted(objects)]
                written.append(f"{indent}a {', '.join(classes)}")
            elif len(objects) == 1:
                written.append(f"{indent}{self.terms[predicate]} {self._object(objects[0], indent)}")
            else:
                lines = self._sorted_objects(objects, indent + _INDENT)
                written.append(f"{indent}{self.terms[predicate]}\n" + " ,\n".join(lines))
        return written

    def _sorted_objects(self, objects: list[str], indent: str) -> list[str]:
        named = sorted((token for token in objects if not self._is_inline(token)), key=object_key)
        # What is nested has no name to sort by, so its text decides; no label is part of it.
        nested = sorted(self._object(token, indent) for token in objects if self._is_inline(token))
        return [indent + text for text in [*(self.terms[token] for token in named), *nested]]

    def _is_inline(self, token: str) -> bool:
        return token in self.nesting.nested or token in self.nesting.lists

    def _object(self, token: str, indent: str) -> str:
        members = self.nesting.lists.get(token)
        if members is not None:
            return self._collection(members, indent)
        if token in self.nesting.nested:
            return self._nested(token, indent)
        return self.terms[token]

    def _nested(self, node: str, indent: str) -> str:
        if node not in self.graph:
            return "[]"
        lines = self._properties(node, indent + _INDENT)
        if len(lines) == 1 and "\n" not in lines[0]:
            return f"[ {lines[0].lstrip()} ]"
        return "[\n" + " ;\n".join(lines) + f"\n{indent}]"

    def _collection(self, members: Sequence[str], indent: str) -> str:
        texts = [self._object(member, indent + _INDENT) for member in members]
        line = f"( {' '.join(texts)} )" if texts else "()"
        if len(indent) + len(line) <= WIDTH and "\n" not in line:
            return line
        return "(\n" + "".join(f"{indent}{_INDENT}{text}\n" for text in texts) + f"{indent})"
