"""Checking evidence: every triple has some, every statement has its triple, every passage reads as it did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from mosty.ingest.evidence import asserted_triples, read_triples
from mosty.ingest.statements import (
    BASIS,
    END,
    OBJECT,
    PASSAGE,
    PASSAGE_CLASS,
    PHRASE_SHA256,
    PREDICATE,
    SHA256,
    SOURCE,
    START,
    STATEMENT,
    SUBJECT,
    TYPE,
    Names,
    Passage,
    phrase_hash,
    read_text,
    texts_by_hash,
)
from mosty.rdf.prefixes import Prefixes
from mosty.workspace.workspace import Workspace

_Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_Properties = Mapping[_Node, Sequence[_Node]]


class Finding(NamedTuple):
    """Something that is wrong with the evidence: its kind, the file, and what it is about."""

    kind: str
    file: str
    message: str


class EvidenceCheck(NamedTuple):
    """What a check of the evidence found.

    Attributes:
        triples: number of asserted triples outside the evidence.
        supported: how many of them have a statement with a passage or a basis.
        statements: number of statements.
        passages: number of passages.
        reread: how many passages were read again in the text of their source.
        findings: what is wrong, sorted.
    """

    triples: int
    supported: int
    statements: int
    passages: int
    reread: int
    findings: tuple[Finding, ...]


def check(workspace: Workspace, texts: Path | None = None) -> EvidenceCheck:
    """Check all evidence of a workspace.

    Args:
        workspace: the workspace.
        texts: a folder with copies of the sources, found by their SHA-256; every passage is then read
            again, and a source without its text is a finding.

    Raises:
        InputError: a file cannot be read.
        UsageError: there is no such folder.
    """
    return _Checker(workspace, texts).result()


class _Checker:
    """The evidence of one workspace, indexed."""

    def __init__(self, workspace: Workspace, texts: Path | None) -> None:
        self.workspace = workspace
        self.names = Names(workspace.config.base)
        self.asserted = asserted_triples(workspace)
        self.nodes: dict[_Node, dict[_Node, list[_Node]]] = {}
        self.files: dict[_Node, str] = {}
        for path in workspace.evidence_files():
            for subject, predicate, value in read_triples(path):
                self.files.setdefault(subject, workspace.show_path(path))
                values = self.nodes.setdefault(subject, {}).setdefault(predicate, [])
                if value not in values:
                    values.append(value)
        self.texts = None if texts is None else texts_by_hash(texts)
        self.read: dict[str, str | None] = {}
        self.reread = 0

    def result(self) -> EvidenceCheck:
        statements = self._of_class(STATEMENT)
        passages = self._of_class(PASSAGE_CLASS)
        findings = [finding for node in statements for finding in self._statement(node)]
        used = {value for node in statements for value in self.nodes[node].get(PASSAGE, ())}
        for node in passages:
            findings += self._passage(node)
            if node not in used:
                findings.append(self._finding("unused passage", node, "no statement rests on it"))
        supported = self._supported(statements)
        for triple, path in self.asserted.items():
            if triple not in supported:
                message = _triple(triple, self.workspace.prefixes)
                findings.append(Finding("no evidence", self.workspace.show_path(path), message))
        return EvidenceCheck(
            triples=len(self.asserted),
            supported=sum(triple in supported for triple in self.asserted),
            statements=len(statements),
            passages=len(passages),
            reread=self.reread,
            findings=tuple(sorted(findings, key=lambda f: (f.file, f.kind, f.message))),
        )

    def _of_class(self, kind: ox.NamedNode) -> list[_Node]:
        return [node for node, properties in self.nodes.items() if kind in properties.get(TYPE, ())]

    def _supported(self, statements: Sequence[_Node]) -> set[ox.Triple]:
        supported = set()
        for node in statements:
            properties = self.nodes[node]
            triple = _stated(properties)
            if triple is not None and (PASSAGE in properties or BASIS in properties):
                supported.add(triple)
        return supported

    def _finding(self, kind: str, node: _Node, message: str) -> Finding:
        return Finding(kind, self.files[node], f"{_short(node, self.workspace.prefixes)}: {message}")

    def _statement(self, node: _Node) -> Iterator[Finding]:
        properties = self.nodes[node]
        triple = _stated(properties)
        if triple is None:
            yield self._finding("incomplete statement", node, "it does not name exactly one triple")
            return
        if node != self.names.statement(triple):
            right = _short(self.names.statement(triple), self.workspace.prefixes)
            yield self._finding("wrong statement IRI", node, f"its triple belongs to {right}")
        if triple not in self.asserted:
            said = _triple(triple, self.workspace.prefixes)
            yield self._finding("stale statement", node, f"no file states {said}")
        if PASSAGE not in properties and BASIS not in properties:
            yield self._finding("empty statement", node, "it has neither a passage nor a basis")
        for passage in properties.get(PASSAGE, ()):
            if passage not in self.nodes:
                missing = _short(passage, self.workspace.prefixes)
                yield self._finding("missing passage", node, f"{missing} is not described")

    def _passage(self, node: _Node) -> Iterator[Finding]:
        passage = self._read_passage(node)
        if passage is None:
            yield self._finding("incomplete passage", node, "it needs one source, start, end and hash")
            return
        if node != self.names.passage(passage):
            right = f"{passage.source}/{passage.start}-{passage.end}"
            yield self._finding("wrong passage IRI", node, f"its source and position make {right}")
        if self.texts is None:
            return
        text = self._text(passage.source)
        if text is None:
            yield self._finding("no text", node, f"no file here is the text of source:{passage.source}")
        elif not passage.start < passage.end <= len(text):
            yield self._finding("wrong position", node, f"the text has {len(text)} characters")
        elif phrase_hash(text[passage.start : passage.end]) != passage.sha256:
            yield self._finding("wrong words", node, "the words there have another SHA-256")
        else:
            self.reread += 1

    def _read_passage(self, node: _Node) -> Passage | None:
        values = _single(self.nodes[node], (SOURCE, START, END, PHRASE_SHA256))
        if values is None:
            return None
        source, start, end, sha256 = values
        space = self.names.source("").value
        if not isinstance(source, ox.NamedNode) or not source.value.startswith(space):
            return None
        if not all(isinstance(value, ox.Literal) and value.value.isdecimal() for value in (start, end)):
            return None
        slug = source.value.removeprefix(space)
        return Passage(slug, int(_text(start)), int(_text(end)), _text(sha256))

    def _text(self, slug: str) -> str | None:
        """The text of a source, found by the hash in its record; None when it is not in the folder."""
        if slug not in self.read:
            source = self.names.source(slug)
            hashes = (t.object for t in self.asserted if t.subject == source and t.predicate == SHA256)
            paths = [
                self.texts[_text(value)] for value in hashes if self.texts and _text(value) in self.texts
            ]
            self.read[slug] = read_text(paths[0]) if paths else None
        return self.read[slug]


def _stated(properties: _Properties) -> ox.Triple | None:
    values = _single(properties, (SUBJECT, PREDICATE, OBJECT))
    if values is None:
        return None
    subject, predicate, value = values
    if isinstance(subject, ox.Literal) or not isinstance(predicate, ox.NamedNode):
        return None
    return ox.Triple(subject, predicate, value)


def _single(properties: _Properties, keys: Sequence[ox.NamedNode]) -> list[_Node] | None:
    """Give the one value of each property, or None when one has none or several."""
    values = [properties.get(key, ()) for key in keys]
    return [value[0] for value in values] if all(len(value) == 1 for value in values) else None


def _text(node: _Node) -> str:
    return node.value if isinstance(node, ox.Literal | ox.NamedNode | ox.BlankNode) else str(node)


def _short(node: _Node, prefixes: Prefixes) -> str:
    return prefixes.compact(node.value) if isinstance(node, ox.NamedNode) else str(node)


def _triple(triple: ox.Triple, prefixes: Prefixes) -> str:
    predicate = "a" if triple.predicate == TYPE else _short(triple.predicate, prefixes)
    return f"{_short(triple.subject, prefixes)} {predicate} {_short(triple.object, prefixes)}"
