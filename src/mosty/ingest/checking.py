"""Checking evidence: every triple has some, every statement has its triple, every passage reads as it did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pyoxigraph as ox

from mosty.ingest.ledger import Ledger, Node, Source, number, stated_triple
from mosty.ingest.patterns import compact
from mosty.ingest.phrases import find_words, phrase_hash
from mosty.ingest.statements import (
    BASIS,
    END,
    PASSAGE,
    PASSAGE_CLASS,
    PHRASE_SHA256,
    SOURCE,
    START,
    STATEMENT,
    TYPE,
)
from mosty.model.errors import InputError
from mosty.model.evidence import EvidenceCheck, Finding, Passage
from mosty.model.terms import IRI
from mosty.workspace.texts import Texts
from mosty.workspace.workspace import Workspace


def check(workspace: Workspace, texts: Path | None = None, *, missing_ok: bool = False) -> EvidenceCheck:
    """Check all evidence of a workspace.

    Args:
        workspace: the workspace.
        texts: a folder with copies of the sources, found by their SHA-256; every passage is then read again,
            and a document without its copy is a finding.
        missing_ok: pass over documents without a copy.

    Raises:
        InputError: a file cannot be read.
        UsageError: there is no such folder.
    """
    return _Checker(Ledger(workspace), Texts(texts) if texts else None, missing_ok).result()


class _Checker:
    """Looks at every triple, statement, passage and source once."""

    def __init__(self, ledger: Ledger, texts: Texts | None, missing_ok: bool) -> None:
        self.ledger = ledger
        self.prefixes = ledger.workspace.prefixes
        self.texts = texts
        self.missing_ok = missing_ok
        self.nodes: dict[Node, dict[Node, list[Node]]] = {}
        self.files: dict[Node, Path] = {}
        for path, file in ledger.files.items():
            for node, triples in file.items():
                self.files.setdefault(node, path)
                properties = self.nodes.setdefault(node, {})
                for triple in sorted(triples, key=str):
                    values = properties.setdefault(triple.predicate, [])
                    if triple.object not in values:
                        values.append(triple.object)

    def result(self) -> EvidenceCheck:
        """Check everything."""
        statements = self._of_class(STATEMENT)
        passages = {node: self._read(node) for node in self._of_class(PASSAGE_CLASS)}
        supported, quoted = self._supported(statements)
        findings = [*self._triples(supported)]
        for node in statements:
            findings += self._statement(node, passages)
        used = {value for node in statements for value in self.nodes[node].get(PASSAGE, ())}
        read = self._texts_of({p.source for p in passages.values() if p}, findings)
        reread = 0
        for node, passage in passages.items():
            wrong = list(self._passage(node, passage, read))
            if node not in used:
                wrong.append(self._finding("unused passage", node, "no statement rests on it", _PRUNE))
            reread += not wrong and passage is not None and passage.source in read
            findings += wrong
        return EvidenceCheck(
            triples=len(self.ledger.asserted),
            supported=len(supported),
            quoted=len(quoted),
            statements=len(statements),
            passages=len(passages),
            documents=len({p.source for p in passages.values() if p}),
            reread=None if self.texts is None else reread,
            findings=tuple(sorted(findings, key=lambda f: (f.file, f.subject, f.kind, f.message))),
        )

    def _of_class(self, kind: ox.NamedNode) -> list[Node]:
        return [node for node, properties in self.nodes.items() if kind in properties.get(TYPE, ())]

    def _stated(self, node: Node) -> ox.Triple | None:
        return stated_triple(_as_triples(node, self.nodes[node]))

    def _supported(self, statements: Sequence[Node]) -> tuple[set[ox.Triple], set[ox.Triple]]:
        """Asserted triples with any evidence, and those with a passage."""
        supported, quoted = set(), set()
        for node in statements:
            properties, triple = self.nodes[node], self._stated(node)
            if triple in self.ledger.asserted and (PASSAGE in properties or BASIS in properties):
                assert triple is not None
                supported.add(triple)
                if PASSAGE in properties:
                    quoted.add(triple)
        return supported, quoted

    def _triples(self, supported: set[ox.Triple]) -> Iterator[Finding]:
        for triple, path in self.ledger.asserted.items():
            if triple in supported:
                continue
            kind, hint = "no evidence", "add some with `mosty evidence add`"
            if isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode):
                kind, hint = "blank node", "give it an IRI: evidence needs a name that stays"
            yield self._about(kind, path, triple.subject, self._words(triple), hint)

    def _statement(self, node: Node, passages: Mapping[Node, Passage | None]) -> Iterator[Finding]:
        properties, triple = self.nodes[node], self._stated(node)
        if triple is None:
            yield self._finding("incomplete statement", node, "it does not name exactly one triple")
            return
        name = self.ledger.names.statement(triple)
        if node != name:
            what = f"{self._name(node)}: its triple makes it {self._name(name)}: {self._words(triple)}"
            yield self._finding("wrong statement IRI", node, what, "record it anew with `mosty evidence add`")
        if triple in self.ledger.private:
            what = f"only data/private states {self._words(triple)}"
            yield self._finding("private triple", node, what, f"evidence is published; {_PRUNE}")
        elif triple not in self.ledger.asserted:
            yield self._finding("stale statement", node, f"no file states {self._words(triple)}", _PRUNE)
        if PASSAGE not in properties and BASIS not in properties:
            what = f"neither a passage nor a basis for {self._words(triple)}"
            yield self._finding("empty statement", node, what)
        for passage in properties.get(PASSAGE, ()):
            if passage not in passages:
                what = f"{self._name(passage)} is not described; needed for {self._words(triple)}"
                yield self._finding("missing passage", node, what)

    def _texts_of(self, quoted: set[str], findings: list[Finding]) -> dict[str, str]:
        """Read the texts of the documents that are at hand; what is wrong with them goes to the findings."""
        read: dict[str, str] = {}
        if self.texts is None:
            return read
        for node, source in sorted(self.ledger.sources.items(), key=lambda item: item[0].value):
            if source.slug not in quoted and not source.is_document:
                continue
            home = next(path for triple, path in self.ledger.asserted.items() if triple.subject == node)
            wrong = self._text_of(source, read)
            if wrong is not None:
                kind, message, hint = wrong
                findings.append(self._about(kind, home, node, message, hint))
        return read

    def _text_of(self, source: Source, read: dict[str, str]) -> tuple[str, str, str] | None:
        assert self.texts is not None
        if source.sha256 is None:
            return "no hash", "its record has no mosty:sha256", "a copy is recognised by it"
        try:
            text = self.texts.find(source.sha256)
        except InputError as error:
            return "unreadable text", error.message, error.hint or ""
        if text is None:
            if self.missing_ok:
                return None
            what = f"no file in {self.texts.folder} has its SHA-256 ({source.sha256[:12]}…)"
            return (
                "no text",
                what,
                "take the copy that the record describes, or pass over it with --missing-ok",
            )
        read[source.slug] = text
        if source.characters != len(text):
            stated = "no number" if source.characters is None else f"{source.characters} characters"
            return (
                "wrong length",
                f"its record states {stated}, the text has {len(text)}",
                "mend mosty:characters",
            )
        return None

    def _passage(self, node: Node, passage: Passage | None, read: Mapping[str, str]) -> Iterator[Finding]:
        if passage is None:
            yield self._finding("incomplete passage", node, "it needs one source, start, end and hash")
            return
        if node != self.ledger.names.passage(passage):
            right = f"{passage.source}/{passage.start}-{passage.end}"
            yield self._finding("wrong passage IRI", node, f"its source and position make {right}")
        source = self.ledger.sources.get(self.ledger.names.source(passage.source))
        if source is None:
            yield self._finding("unknown source", node, f"source:{passage.source} has no record")
            return
        text = read.get(passage.source)
        length = source.characters if text is None else len(text)
        if passage.start >= passage.end or (length is not None and passage.end > length):
            where = f"characters {passage.start} to {passage.end}"
            yield self._finding("wrong position", node, f"{where} of a text of {length or 'some'} characters")
        elif text is not None and phrase_hash(text[passage.start : passage.end]) != passage.sha256:
            place = find_words(text, passage.end - passage.start, passage.sha256)
            moved = f"they stand at characters {place[0]} to {place[1]}" if place else "find them anew"
            yield self._finding("wrong words", node, "the words there have another SHA-256", moved)

    def _read(self, node: Node) -> Passage | None:
        properties = self.nodes[node]
        values = [properties.get(key, []) for key in (SOURCE, START, END, PHRASE_SHA256)]
        if any(len(value) != 1 for value in values):
            return None
        source, start, end, sha256 = (value[0] for value in values)
        space = self.ledger.names.source("").value
        first, last = number(start), number(end)
        if not isinstance(source, ox.NamedNode) or not source.value.startswith(space):
            return None
        if first is None or last is None or not isinstance(sha256, ox.Literal):
            return None
        return Passage(source.value.removeprefix(space), first, last, sha256.value)

    def _finding(self, kind: str, node: Node, message: str, hint: str | None = None) -> Finding:
        triple = self._stated(node)
        return self._about(kind, self.files[node], triple.subject if triple else node, message, hint)

    def _about(self, kind: str, path: Path, subject: Node, message: str, hint: str | None = None) -> Finding:
        name = subject.value if isinstance(subject, ox.NamedNode) else str(subject)
        return Finding(kind, self.ledger.workspace.show_path(path), IRI(name), message, hint)

    def _name(self, node: Node) -> str:
        return compact(node, self.prefixes)

    def _words(self, triple: ox.Triple) -> str:
        return " ".join(self._name(term) for term in (triple.subject, triple.predicate, triple.object))


_PRUNE = "take it away with `mosty evidence prune`"


def _as_triples(node: Node, properties: Mapping[Node, Iterable[Node]]) -> list[ox.Triple]:
    return [
        ox.Triple(node, predicate, value)
        for predicate, values in properties.items()
        for value in values
        if isinstance(predicate, ox.NamedNode) and not isinstance(node, ox.Literal)
    ]
