"""RDF 1.2 Turtle in which the evidence stands beside the fact that it is for, as an annotation.

A statement, which RDF 1.1 has to describe by rdf:subject, rdf:predicate and rdf:object, is a reifier here: ``s p o ~
statement {| ... |}`` (RDF 1.2 Turtle, section 2.11). Nothing else differs from canonical Turtle.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from itertools import islice

from mosty.model.terms import RDF
from mosty.rdf.characters import visible
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key
from mosty.rdf.layout import (
    END_OF_PROPERTY,
    END_OF_SUBJECT,
    FIRST_CLASSES,
    INDENT,
    PROPERTY_ORDER,
    between,
    class_rank,
    lead,
)
from mosty.rdf.prefixes import Prefixes
from mosty.rdf.rows import Row, labelled, pieces, rows
from mosty.rdf.tokens import RDF_TYPE, TurtleTerms, object_key

_PARTS = tuple(iri_key(RDF + name) for name in ("subject", "predicate", "object"))
_SUBJECT = _PARTS[0]
_REIFIES = iri_key(RDF + "reifies")
_BATCH = 2_000


def annotated_chunks(graph: Graph, prefixes: Prefixes, header: Sequence[str] = ()) -> Iterator[str]:
    r"""Write a graph as RDF 1.2 Turtle with statements as reifiers of the triples that they are about.

    A statement is any node with exactly one rdf:subject, rdf:predicate and rdf:object; these three are what
    ``rdf:reifies`` says instead. It is an annotation where its triple is in the graph, else a block of its own.

    Args:
        graph: literals are written as its keys have them; blank nodes get the labels of RDFC-1.0.
        prefixes: namespaces for CURIEs; only those in use are declared. Their order is the order of the kinds.
        header: comment lines for the top of the file.

    Raises:
        InputError: a triple term, for it would be told apart from a statement no more.
    """
    yield from pieces(_Writer(labelled(graph), prefixes).document(prefixes, header))


class _Writer:
    """Writes one document."""

    def __init__(self, graph: Graph, prefixes: Prefixes) -> None:
        self._graph = graph
        self._terms = TurtleTerms(prefixes)
        columns = [graph.column(part) for part in _PARTS]
        self._subjects_of, self._predicates_of, self._objects_of = (column.one for column in columns)
        self._statements = {
            node
            for node in self._subjects_of.keys() & self._predicates_of.keys() & self._objects_of.keys()
            if not any(node in column.more for column in columns)
            and self._subjects_of[node][0] != '"'
            and self._predicates_of[node][0] == "<"
        }
        self._about = graph.inverse(_SUBJECT)
        # Few, mostly none: statements whose triple will not stand in the text.
        self._apart = {node for node in self._statements if not self._is_asserted(node)}

    def document(self, prefixes: Prefixes, header: Sequence[str]) -> Iterator[str]:
        """Give the text, some subjects at a time."""
        if header:
            lines = "\n".join(header).split("\n")
            yield "\n".join(line if line[:1] == "#" else f"# {line}".rstrip() for line in lines) + "\n\n"
        used = sorted(self._used_prefixes())
        yield '@version "1.2" .\n' + "".join(f"@prefix {name}: <{prefixes[name]}> .\n" for name in used)
        subjects = iter(self._subjects())
        while batch := list(islice(subjects, _BATCH)):
            beside = [
                node for subject in batch for node in self._about.values(subject) if self._is_inline(node)
            ]
            notes = {node: self._note(node, row) for node, row in rows(self._graph, beside)}
            for subject, row in rows(self._graph, batch):
                if lines := self._lines(subject, row, notes):
                    yield f"\n{self._block(subject, row, lines)}"

    def _subjects(self) -> list[Key]:
        """All subjects that get a block, in canonical order."""
        graph, terms = self._graph, self._terms
        found = set().union(*(column.one for column in graph.columns.values()))
        found = {subject for subject in found if not self._is_inline(subject)}
        types = graph.column(RDF_TYPE)
        ranks = {node: class_rank(types.values(node)) for node in types.subjects_of(FIRST_CLASSES.keys())}
        last = len(FIRST_CLASSES)
        blank = sorted((node for node in found if node[0] == "_"), key=lambda node: (len(node), node))
        return [
            *sorted(
                found.difference(blank),
                key=lambda node: (ranks.get(node, last), terms.kind_rank(node), node[1:-1]),
            ),
            *blank,
        ]

    def _used_prefixes(self) -> Set[str]:
        """Ask for every term that the text will hold; that tells which prefixes it needs."""
        terms = self._terms
        for predicate, column in self._graph.columns.items():
            subjects = column.one.keys() - self._statements if predicate in _PARTS else column.one.keys()
            if not subjects:
                continue
            values = column.distinct()
            if len(subjects) < len(column.one):
                values = {value for subject in subjects for value in column.values(subject)}
            for key in (() if predicate == RDF_TYPE else (predicate,), subjects, values):
                for term in key:
                    if term[-1] == ">":
                        terms[term]
        for node in self._statements:
            terms[node]
            if node in self._apart:
                terms[_REIFIES]
                self._triple_term(node)
        return terms.used

    def _is_asserted(self, statement: Key) -> bool:
        """Whether the triple of a statement will stand in the text."""
        subject, predicate = self._subjects_of[statement], self._predicates_of[statement]
        if predicate in _PARTS and subject in self._statements:
            return False
        return self._graph.column(predicate).has(subject, self._objects_of[statement])

    def _is_inline(self, node: Key) -> bool:
        """Whether what is said of a node stands in an annotation; not if there is evidence of the evidence."""
        return node in self._statements and node not in self._about.one and node not in self._apart

    def _note(self, statement: Key, row: Row) -> str:
        lines = []
        for predicate in sorted(row.keys() - _PARTS, key=PROPERTY_ORDER.__getitem__):
            texts = [self._terms[value] for value in sorted(row[predicate], key=object_key)]
            lines.append(f"{self._verb(predicate)} {' , '.join(texts)}")
        return f" {{| {' ; '.join(lines)} |}}" if lines else ""

    def _lines(self, subject: Key, row: Row, notes: Mapping[Key, str]) -> list[str]:
        """Write the properties of a subject; none are left of a statement that is annotated and nothing else."""
        beside: dict[tuple[Key, Key], list[Key]] = {}
        for node in self._about.values(subject):
            if node in self._statements and node not in self._apart:
                beside.setdefault((self._predicates_of[node], self._objects_of[node]), []).append(node)
        written: dict[Key, list[str]] = {}
        for predicate, values in row.items():
            if predicate in _PARTS and subject in self._statements:
                continue
            ordered = sorted(values, key=object_key) if len(values) > 1 else values
            written[predicate] = [
                self._terms[value] + self._annotations(beside.get((predicate, value), ()), notes)
                for value in ordered
            ]
        if subject in self._apart:
            written.setdefault(_REIFIES, []).append(self._triple_term(subject))
        lines = []
        for predicate in sorted(written, key=PROPERTY_ORDER.__getitem__):
            texts = written[predicate]
            lines.append(lead(predicate, len(texts) > 1, self._terms) + between(predicate).join(texts))
        return lines

    def _block(self, subject: Key, row: Row, lines: list[str]) -> str:
        beside = RDF_TYPE in row or (len(lines) == 1 and "\n" not in lines[0])
        text = END_OF_PROPERTY.join(lines)
        return f"{self._terms[subject]}{' ' + text.lstrip() if beside else chr(10) + text}{END_OF_SUBJECT}"

    def _annotations(self, statements: Collection[Key], notes: Mapping[Key, str]) -> str:
        return "".join(
            f"\n{INDENT * 3}~ {self._terms[node]}{notes.get(node, '')}" for node in sorted(statements)
        )

    def _triple_term(self, statement: Key) -> str:
        subject, verb = self._terms[self._subjects_of[statement]], self._verb(self._predicates_of[statement])
        value = self._objects_of[statement]
        # As in N-Triples: pyoxigraph takes no texts in three quotation marks here.
        written = visible(value) if value[0] == '"' else self._terms[value]
        return f"<<( {subject} {verb} {written} )>>"

    def _verb(self, predicate: Key) -> str:
        return "a" if predicate == RDF_TYPE else self._terms[predicate]
