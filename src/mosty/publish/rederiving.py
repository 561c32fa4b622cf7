"""A release made again from a part of its files, to hold the other files against."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from itertools import chain
from pathlib import Path

import pyoxigraph as ox

from mosty.diff import replay
from mosty.diff.states import read_files, read_release
from mosty.model.errors import InputError
from mosty.model.terms import RDF
from mosty.publish.claims import read
from mosty.publish.content import Content
from mosty.publish.info import ReleaseInfo, count, counted, subjects
from mosty.publish.sources import named_graphs
from mosty.rdf.canonical import canonically_sorted, dataset_hash, lines_hash
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key
from mosty.rdf.reading import read_bytes
from mosty.workspace.derivation import KeyTriple, derive, read_rules

Findings = Iterator[str]
Conforms = Callable[[Graph, Sequence[KeyTriple], Path], Iterable[str]]
"""Tells what is wrong with data: what is asserted and the ontology, what is derived, and the file of the shapes."""

_SUBJECT, _PREDICATE, _OBJECT = (iri_key(RDF + name) for name in ("subject", "predicate", "object"))


class Remade:
    """What the Turtle files of a release hold, and what follows from it.

    Args:
        folder: of the release.
        info: what it says of itself.
    """

    def __init__(self, folder: Path, info: ReleaseInfo) -> None:
        self.folder = folder
        self.info = info
        self.stem = info.dump.removesuffix(".nq")
        self.graphs: dict[Key, int] = {}
        """Triples of each named graph, once the dataset was made again."""
        self.sizes: dict[str, int] = {}
        """Triples of the files that hold parts, once these were read."""
        self._subjects: dict[str, set[Key]] = {}

    @cached_property
    def asserted(self) -> Graph:
        """What is asserted."""
        return read(self.folder / f"{self.stem}.ttl")

    @cached_property
    def ontology(self) -> Graph:
        """The ontology."""
        return read(self.folder / "ontology.ttl")

    @cached_property
    def derived(self) -> Sequence[KeyTriple]:
        """What is said to be derived, sorted."""
        return sorted(read(self.folder / f"{self.stem}-derived.ttl").triples())

    @cached_property
    def shapes(self) -> Graph:
        """The shapes."""
        return read(self.folder / "shapes.ttl")

    @cached_property
    def whole(self) -> Graph:
        """What is asserted, with the ontology."""
        return Graph(chain(self.asserted.triples(), self.ontology.triples()))

    @cached_property
    def content(self) -> Content:
        """All of it, as it was published."""
        paths = sorted((self.folder / "kinds").glob("*.ttl"))
        kinds = {path.stem: self._subjects_of(f"kinds/{path.name}") for path in paths}
        known = self._without_kinds
        # Records in no folder of a kind have no file of their own.
        if rest := subjects(self.asserted).difference(known.schemes, known.evidence, *kinds.values()):
            kinds[""] = rest
        return known._replace(kinds=kinds, shapes=self.shapes)

    @cached_property
    def _without_kinds(self) -> Content:
        """What the dataset is made of, for which neither shapes nor kinds matter."""
        base = self.info.base
        return Content(
            graph=self.asserted,
            derived=self.derived,
            ontology=self.ontology,
            shapes=Graph(),
            kinds={},
            schemes=self._subjects_in(f"{base}graph/schemes"),
            evidence=self._subjects_in(f"{base}graph/evidence"),
        )

    def _subjects_of(self, path: str) -> set[Key]:
        found = self._subjects.get(path)
        return subjects(read(self.folder / path)) if found is None else found

    def dump(self) -> Findings:
        """The dump is canonical, and the hash is that of what it says."""
        path = self.folder / self.info.dump
        written = hash_of_file(path)
        if written != self.info.hash:
            yield f"{path.name} has the hash {written}, release.json says {self.info.hash}"
        if (canonical := graph_hash(path)) != written:
            yield f"{path.name} is not in canonical form: its dataset has the hash {canonical}"

    def dataset(self) -> Findings:
        """The dump holds what the Turtle files and the evidence in them make, each triple in the right graphs."""
        base = self.info.base
        graphs = named_graphs(self._without_kinds, base, f"{base}id/source/{self.stem}-editors")
        if (made := dataset_hash(counted(graphs, self.graphs))) != self.info.hash:
            yield (
                f"{self.stem}.ttl, {self.stem}-derived.ttl and ontology.ttl make a dataset with the hash {made}, "
                f"release.json says {self.info.hash}"
            )

    def _subjects_in(self, graph: str) -> set[Key]:
        end = f" <{graph}> .\n".encode()
        try:
            with (self.folder / self.info.dump).open("rb") as lines:
                return {line.split(b" ", 1)[0].decode() for line in lines if line.endswith(end)}
        except UnicodeDecodeError:
            raise InputError(f"{self.info.dump}: is not UTF-8") from None

    def formats(self, origins: Mapping[str, str]) -> Findings:
        """Files in other formats say what the files say that they were made from."""
        expected: dict[str, str] = {}
        for path, origin in sorted(origins.items()):
            if origin not in expected:
                expected[origin] = graph_hash(self.folder / origin)
            try:
                if graph_hash(self.folder / path) != expected[origin]:
                    yield f"{path}: does not say what {origin} says"
            except InputError as error:
                yield error.message

    def parts(self, paths: Iterable[str]) -> Findings:
        """The parts hold all that the graph says about their subjects, and nothing else."""
        self.sizes[f"{self.stem}-derived.ttl"] = len(self.derived)
        for path in paths:
            try:
                part = read(self.folder / path)
            except InputError as error:
                yield error.message
                continue
            self.sizes[path] = len(part)
            about = subjects(part)
            if path.startswith("kinds/"):
                self._subjects[path] = about
            if not self._holds(part, about):
                yield f"{path}: does not hold what {self.stem}.ttl says about its subjects"

    def _holds(self, part: Graph, about: Set[Key]) -> bool:
        """Whether a graph is all that is asserted about its subjects."""
        held = 0
        for predicate, column in self.asserted.columns.items():
            for subject in about & column.one.keys():
                values = column.values(subject)
                if {*values} != {*part.column(predicate).values(subject)}:
                    return False
                held += len(values)
        return held == len(part)

    def derivation(self) -> Findings:
        """The rules derive what is said to be derived."""
        rules = sorted((self.folder / "rules").rglob("*.rq"))
        made = derive(self.whole, read_rules(rules, read_bytes))
        added, gone = set(made) - set(self.derived), set(self.derived) - set(made)
        for triples, what in ((added, "is not there"), (gone, "is not derived by the rules")):
            if triples:
                more = f", and {len(triples) - 1:,} more" if len(triples) > 1 else ""
                yield f"{self.stem}-derived.ttl: {' '.join(min(triples))} {what}{more}"

    def counts(self) -> Findings:
        """The figures of release.json are right."""
        found = count(self.asserted, len(self.derived), self.ontology, self.shapes, self.graphs)
        for name in sorted(found.keys() | self.info.counts.keys()):
            claimed, actual = self.info.counts.get(name), found.get(name)
            if claimed != actual:
                yield f"{name}: {_shown(claimed, actual)}"

    def shapes_hash(self) -> Findings:
        """The shapes are those that release.json names."""
        if (found := dataset_hash([("", self.shapes)])) != self.info.shapes_hash:
            yield f"shapes.ttl has the hash {found}, release.json says {self.info.shapes_hash}"

    def patch(self, previous: Path | None) -> Findings:
        """The patch leads from the release before to this one; it is replayed when that one is at hand."""
        patch, before = replay.read(self.folder / "changes.rdfp"), self.info.previous
        if before is None:
            yield "changes.rdfp: release.json names no release before"
        elif patch.old != before.hash:
            yield f"changes.rdfp: applies to {patch.old}, release.json says {before.hash} is the release before"
        if patch.new != self.info.hash:
            yield f"changes.rdfp: leads to {patch.new}, release.json says {self.info.hash}"
        if previous is not None:
            replay.apply(patch, read_release(previous))

    def tombstones(self) -> Findings:
        """What is said to be gone is gone."""
        path = self.folder / "tombstones.ttl"
        gone = subjects(read(path)) & subjects(self.asserted)
        yield from (f"{name[1:-1]} is said to be gone and is there" for name in sorted(gone))


def graph_hash(path: Path) -> str:
    """The RDFC-1.0 hash of what a file says, in any format; the reifiers of RDF 1.2 count as statements of RDF 1.1.

    Raises:
        InputError: it cannot be read.
    """
    if path.is_file() and not path.stat().st_size:
        return lines_hash([])
    if path.name.endswith("-annotated.ttl"):
        return lines_hash(canonically_sorted(_annotated(path)))
    return read_files([path], path.name).quads.hash()


def hash_of_file(path: Path) -> str:
    """The SHA-256 of a file.

    Raises:
        InputError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return lines_hash(iter(lambda: file.read(1 << 20), b""))
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read: {error.strerror}") from None


def _annotated(path: Path) -> Iterator[str]:
    """The triples of RDF 1.2 Turtle, with each reifier spelt out as a statement."""
    try:
        for quad in ox.parse(read_bytes(path), ox.RdfFormat.TURTLE):
            if isinstance(quad.object, ox.Triple):
                for predicate, term in zip((_SUBJECT, _PREDICATE, _OBJECT), quad.object, strict=True):
                    yield f"{quad.subject} {predicate} {term} .\n"
            else:
                yield f"{quad.subject} {quad.predicate} {quad.object} .\n"
    except (SyntaxError, ValueError) as error:
        raise InputError(f"{path.name}: {error}") from None


def _shown(claimed: object, actual: object) -> str:
    if not isinstance(claimed, dict) or not isinstance(actual, dict):
        return f"{claimed} claimed, {actual} found"
    names = sorted(name for name in claimed.keys() | actual.keys() if claimed.get(name) != actual.get(name))
    first = f"{names[0]}: {claimed.get(names[0])} claimed, {actual.get(names[0])} found"
    return first + (f", and {len(names) - 1} more" if len(names) > 1 else "")
