"""The evidence of a workspace: what its files hold, what they are about, and how they change."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pyoxigraph as ox

from mosty.ingest.statements import (
    BASIS,
    CHARACTERS,
    OBJECT,
    PASSAGE,
    PASSAGE_CLASS,
    PREDICATE,
    SHA256,
    SOURCE_CLASS,
    SOURCE_KIND,
    STATEMENT,
    SUBJECT,
    TYPE,
    Names,
    passage_triples,
    statement_triples,
)
from mosty.model.errors import UsageError
from mosty.model.evidence import Passage
from mosty.rdf.files import made_folder, write_together
from mosty.rdf.formatting import rewrite_turtle
from mosty.rdf.reading import read_bytes, read_quads
from mosty.rdf.writing import turtle
from mosty.workspace.workspace import EVIDENCE, Workspace

Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
File: TypeAlias = dict[Node, set[ox.Triple]]
"""The triples of a file of evidence by their subject."""

# The slug of a source names its file of evidence, so it must not lead out of the folder.
_SLUG = re.compile(r"\w[\w.~%-]*\Z")
_NUMBER = re.compile(r"\+?[0-9]{1,15}\Z", re.ASCII)


class Source(NamedTuple):
    """What the record of a source says about its text."""

    slug: str
    sha256: str | None = None
    characters: int | None = None
    kind: str | None = None

    @property
    def is_document(self) -> bool:
        """Whether it is a document whose facts are recorded, so that a copy of its text must exist."""
        return self.kind is not None and self.kind.endswith("/document")


class Ledger:
    """The files of evidence of a workspace. Changes are kept in memory until `write`.

    Args:
        workspace: whose evidence it is.

    Raises:
        InputError: a file cannot be read.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.names = Names(workspace.config.base)
        self.files: dict[Path, File] = {
            path: _grouped(_triples(path, workspace)) for path in workspace.evidence_files()
        }
        self._changed: set[Path] = set()

    @cached_property
    def asserted(self) -> dict[ox.Triple, Path]:
        """All public triples outside the evidence, each with the file that states it."""
        return self._triples(self.workspace.data_files())

    @cached_property
    def private(self) -> dict[ox.Triple, Path]:
        """Triples that only data/private states."""
        triples = self._triples(self.workspace.private_files())
        return {triple: path for triple, path in triples.items() if triple not in self.asserted}

    @cached_property
    def sources(self) -> dict[ox.NamedNode, Source]:
        """The sources that have a record."""
        space = self.names.source("").value
        found: dict[ox.NamedNode, Source] = {}
        for triple in self.asserted:
            node = triple.subject
            if (
                triple.predicate != TYPE
                or triple.object != SOURCE_CLASS
                or not isinstance(node, ox.NamedNode)
            ):
                continue
            slug = node.value.removeprefix(space)
            if _SLUG.match(slug):
                found[node] = Source(slug)
        for subject, predicate, value in self.asserted:
            if not isinstance(subject, ox.NamedNode) or (source := found.get(subject)) is None:
                continue
            if predicate == SHA256 and isinstance(value, ox.Literal):
                found[subject] = source._replace(sha256=value.value)
            elif predicate == CHARACTERS:
                found[subject] = source._replace(characters=number(value))
            elif predicate == SOURCE_KIND and isinstance(value, ox.NamedNode):
                found[subject] = source._replace(kind=value.value)
        return found

    def supported(self) -> set[Node]:
        """The statements that have a passage or a basis."""
        return {
            node
            for file in self.files.values()
            for node, triples in file.items()
            if any(t.predicate in (PASSAGE, BASIS) for t in triples)
        }

    def say(
        self,
        triple: ox.Triple,
        *,
        passage: Passage | None = None,
        basis: ox.NamedNode | None = None,
        checked_against: ox.NamedNode | None = None,
    ) -> Path:
        """Record evidence of a triple beside what is there already.

        A statement with passages stands in the files of their sources, its bases in each of them; one
        without stands in the file of our own statements.

        Returns:
            The file of the passage, or of the statement of our own.
        """
        node = self.names.statement(triple)
        homes = [path for path, file in self.files.items() if node in file]
        known = {t for path in homes for t in self.files[path][node]}
        known.update(statement_triples(self.names, triple, basis=basis, checked_against=checked_against))
        own = homes[0] if homes else self._file(self._editors)
        if passage is not None:
            place = self.names.passage(passage)
            own = self._home(place) or self._file(passage.source)
            self._put(own, place, passage_triples(self.names, passage))
            known.add(ox.Triple(node, PASSAGE, place))
        links = {t for t in known if t.predicate == PASSAGE}
        targets: dict[Path, set[ox.Triple]] = {}
        for link in links:
            targets.setdefault(self._home(link.object) or own, set()).add(link)
        targets = targets or {own: set()}
        for path in homes:
            if path not in targets:
                self._take(path, node)
        for path, passages in targets.items():
            self._put(path, node, (known - links) | passages, replace=True)
        return own

    def forget(self, triples: Iterable[ox.Triple]) -> set[Node]:
        """Take away the statements of triples, and return the passages that they rested on."""
        passages: set[Node] = set()
        for node in [self.names.statement(triple) for triple in triples]:
            for path in [path for path, file in self.files.items() if node in file]:
                passages |= {t.object for t in self.files[path][node] if t.predicate == PASSAGE}
                self._take(path, node)
        return passages

    def drop_unused(self, among: set[Node] | None = None) -> dict[Path, int]:
        """Take away passages that no statement rests on any more, and say how many from which file."""
        used = {
            t.object
            for file in self.files.values()
            for triples in file.values()
            for t in triples
            if t.predicate == PASSAGE
        }
        return self._drop(
            (path, node)
            for path, file in self.files.items()
            for node, triples in file.items()
            if node not in used
            and (among is None or node in among)
            and any(t.predicate == TYPE and t.object == PASSAGE_CLASS for t in triples)
        )

    def drop_stale(self) -> dict[Path, int]:
        """Take away statements whose triple no public file states, and say how many from which file."""
        return self._drop(
            (path, node)
            for path, file in self.files.items()
            for node, triples in file.items()
            if (stated := stated_triple(triples)) is not None and stated not in self.asserted
        )

    def write(self) -> list[Path]:
        """Write the files that have changed, all or none, with the comments that they had.

        Raises:
            CommentError: comments stand where they cannot be kept; nothing is written then.
            OutputError: a file cannot be written; none is changed then.
        """
        texts = {path: self._text(path) for path in sorted(self._changed)}
        with made_folder(self.workspace.root / "data" / EVIDENCE):
            write_together(
                {
                    path: text
                    for path, text in texts.items()
                    if text is None or not path.exists() or text.encode() != read_bytes(path)
                }
            )
        self._changed.clear()
        return list(texts)

    def _text(self, path: Path) -> str | None:
        triples = [t for ts in self.files[path].values() for t in ts]
        if not path.exists():
            return turtle(triples, self.workspace.prefixes) if triples else None
        before, name = read_bytes(path), self.workspace.show_path(path)
        text = rewrite_turtle(before, name, triples, self.workspace.prefixes)
        return text if triples or "#" in text else None

    @property
    def _editors(self) -> str:
        """The slug of the source that stands for ourselves."""
        slugs = (s.slug for s in self.sources.values() if s.kind and s.kind.endswith("/editorial"))
        return min(slugs, default="editors")

    def _file(self, slug: str) -> Path:
        return self.workspace.root / "data" / EVIDENCE / f"{slug}.ttl"

    def _home(self, passage: Node) -> Path | None:
        return next((path for path, file in self.files.items() if passage in file), None)

    def _put(self, path: Path, node: Node, triples: Iterable[ox.Triple], *, replace: bool = False) -> None:
        file = self.files.setdefault(path, {})
        before = file.get(node, set())
        after = set(triples) if replace else before | set(triples)
        if after != before:
            file[node] = after
            self._change(path)

    def _take(self, path: Path, node: Node) -> None:
        del self.files[path][node]
        self._change(path)

    def _drop(self, nodes: Iterable[tuple[Path, Node]]) -> dict[Path, int]:
        gone: dict[Path, int] = {}
        for path, node in list(nodes):
            self._take(path, node)
            gone[path] = gone.get(path, 0) + 1
        return gone

    def _change(self, path: Path) -> None:
        if path.suffix != ".ttl":
            name = self.workspace.show_path(path)
            raise UsageError(
                f"{name}: only evidence in Turtle is rewritten", "save the file as Turtle (.ttl)"
            )
        self._changed.add(path)

    def _triples(self, paths: Iterable[Path]) -> dict[ox.Triple, Path]:
        return {triple: path for path in paths for triple in _triples(path, self.workspace)}


def number(value: Node) -> int | None:
    """The whole number that a literal states; None when it states none, or one that no text is long enough for."""
    if not isinstance(value, ox.Literal) or not _NUMBER.match(value.value):
        return None
    return int(value.value)


def stated_triple(triples: Iterable[ox.Triple]) -> ox.Triple | None:
    """The one triple that a statement names; None when it names none or several."""
    values: dict[Node, set[Node]] = {}
    for triple in triples:
        values.setdefault(triple.predicate, set()).add(triple.object)
    if STATEMENT not in values.get(TYPE, ()):
        return None
    parts = [values.get(key, set()) for key in (SUBJECT, PREDICATE, OBJECT)]
    if any(len(part) != 1 for part in parts):
        return None
    subject, predicate, value = (next(iter(part)) for part in parts)
    if isinstance(subject, ox.Literal) or not isinstance(predicate, ox.NamedNode):
        return None
    return ox.Triple(subject, predicate, value)


def _triples(path: Path, workspace: Workspace) -> list[ox.Triple]:
    return [quad.triple for quad in read_quads(path, name=workspace.show_path(path))]


def _grouped(triples: Iterable[ox.Triple]) -> File:
    file: File = {}
    for triple in triples:
        file.setdefault(triple.subject, set()).add(triple)
    return file
