"""What a release says of itself for machines: release.json."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from mosty.diff.about import INFO, broken, read_about
from mosty.model.terms import MOSTY, RDF
from mosty.model.version import __version__
from mosty.publish.content import Content
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key
from mosty.workspace.config import is_base

GENERATOR = f"mosty {__version__}"
"""What makes releases here."""

FILE = INFO
"""Where it stands in a release."""

LEVELS = ("patch", "minor", "major")
"""What a change means for those who rely on the release before, the smallest first."""

_TYPE = iri_key(RDF + "type")
_STATEMENT, _PASSAGE = (iri_key(MOSTY + name) for name in ("Statement", "Passage"))
_HASH = re.compile(r"[0-9a-f]{64}")


class Reason(NamedTuple):
    """Why a release has its version: what changed, and how much that matters (one of `LEVELS`)."""

    level: str
    text: str


class Previous(NamedTuple):
    """The release before: its version, and the hash of its dataset."""

    version: str | None
    hash: str


class ReleaseInfo(NamedTuple):
    """A release in figures.

    Attributes:
        name: short name of the workspace.
        title: one line for people.
        base: IRI that every record, graph and term of the workspace starts with.
        version: None when the release has none.
        date: None when the release says none.
        previous: the release before, if there was one.
        dump: the file with the whole dataset, as canonical N-Quads; its name without extension is that of all dumps.
        hash: SHA-256 of the dataset's RDFC-1.0 canonical N-Quads, which is that of the dump.
        shapes_hash: the same of the shapes graph.
        counts: figures by name; see `counts`.
        reasons: why it has this version, the weightiest first.
        changes: what changed since the release before, in sentences, by language; the first ones.
        generator: what made it.
        inputs_hash: the hash of settings, licence, stored queries and rules; None in releases of early days.
        issued: the date of the first release, as far as the releases before tell.
    """

    name: str
    title: str
    base: str
    version: str | None
    date: datetime.date | None
    previous: Previous | None
    dump: str
    hash: str
    shapes_hash: str
    counts: Mapping[str, Any]
    reasons: tuple[Reason, ...] = ()
    changes: Mapping[str, Sequence[str]] = MappingProxyType({})
    generator: str = GENERATOR
    inputs_hash: str | None = None
    issued: datetime.date | None = None


def counted(graphs: Iterable[tuple[Key, Graph]], into: dict[Key, int]) -> Iterator[tuple[Key, Graph]]:
    """Pass named graphs on, and note how many triples each has.

    Args:
        graphs: one named graph after the other.
        into: where the numbers go, by the name of the graph.
    """
    for name, graph in graphs:
        into[name] = len(graph)
        yield name, graph


def counts(content: Content, graphs: Mapping[Key, int]) -> dict[str, Any]:
    """Count what a release holds; each figure can be found again from its files.

    Args:
        content: what is published.
        graphs: the number of triples in each named graph of the dataset; `counted` takes it on the way.
    """
    return count(content.graph, len(content.derived), content.ontology, content.shapes, graphs)


def count(
    graph: Graph, derived: int, ontology: Graph, shapes: Graph, graphs: Mapping[Key, int]
) -> dict[str, Any]:
    """Count what a release holds.

    Args:
        graph: what is asserted.
        derived: the number of derived triples.
        ontology: the ontology.
        shapes: the shapes.
        graphs: the number of triples in each named graph.

    Returns:
        ``triples`` (asserted), ``derived``, ``ontology``, ``shapes``: triples of each; ``quads`` of the dataset;
        ``subjects`` of asserted triples; ``statements`` and ``passages`` of the evidence; ``classes``: instances by
        class; ``graphs``: triples by named graph.
    """
    types = graph.inverse(_TYPE)
    classes = {kind[1:-1]: 1 + len(types.more.get(kind, ())) for kind in sorted(types.one) if kind[0] == "<"}
    return {
        "triples": len(graph),
        "derived": derived,
        "ontology": len(ontology),
        "shapes": len(shapes),
        "quads": sum(graphs.values()),
        "subjects": len(subjects(graph)),
        "statements": classes.get(_STATEMENT[1:-1], 0),
        "passages": classes.get(_PASSAGE[1:-1], 0),
        "classes": classes,
        "graphs": {name[1:-1]: number for name, number in sorted(graphs.items())},
    }


def subjects(graph: Graph) -> set[Key]:
    """All subjects of a graph."""
    return set().union(*(column.one for column in graph.columns.values()))


def to_json(info: ReleaseInfo) -> str:
    """Write release.json."""
    previous = info.previous and {
        "version": info.previous.version,
        "hash": info.previous.hash,
    }
    document = {
        "name": info.name,
        "title": info.title,
        "base": info.base,
        "version": info.version,
        "date": info.date and info.date.isoformat(),
        "issued": info.issued and info.issued.isoformat(),
        "previous": previous,
        "dump": info.dump,
        "algorithm": "SHA-256 of RDFC-1.0 canonical N-Quads",
        "hash": info.hash,
        "shapes_hash": info.shapes_hash,
        "inputs_hash": info.inputs_hash,
        "counts": info.counts,
        "reasons": [reason._asdict() for reason in info.reasons],
        "changes": {language: list(sentences) for language, sentences in info.changes.items()},
        "generator": info.generator,
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def read_info(folder: Path) -> ReleaseInfo | None:
    """Read what a release says of itself.

    Args:
        folder: of the release.

    Returns:
        None when it has no release.json, as releases of early days.

    Raises:
        InputError: its release.json cannot be read.
    """
    document = read_about(folder)
    if document is None:
        return None
    try:
        return _Reader(document).info()
    except ValueError as error:
        raise broken(folder, str(error)) from None


class _Reader:
    """Takes release.json apart; ValueError says what is wrong."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def info(self) -> ReleaseInfo:
        given = self._document
        previous = given.get("previous")
        if previous is not None:
            before = self._mapping(previous, "previous")
            previous = Previous(self._maybe(before, "version"), self._hash(before, "hash"))
        reasons = given.get("reasons", [])
        if not isinstance(reasons, list):
            raise ValueError("reasons is not a list")
        return ReleaseInfo(
            name=self._text(given, "name"),
            title=self._text(given, "title"),
            base=self._iri(given, "base"),
            version=self._maybe(given, "version"),
            date=self._date(given, "date"),
            previous=previous,
            dump=self._file(given),
            hash=self._hash(given, "hash"),
            shapes_hash=self._hash(given, "shapes_hash"),
            inputs_hash=None if given.get("inputs_hash") is None else self._hash(given, "inputs_hash"),
            counts=self._mapping(given.get("counts"), "counts"),
            reasons=tuple(self._reason(self._mapping(one, "a reason")) for one in reasons),
            changes=self._sentences(given.get("changes", {})),
            generator=self._text(given, "generator"),
            issued=self._date(given, "issued"),
        )

    def _sentences(self, value: object) -> dict[str, tuple[str, ...]]:
        found = self._mapping(value, "changes")
        if not all(
            isinstance(texts, list) and all(isinstance(t, str) for t in texts) for texts in found.values()
        ):
            raise ValueError("changes does not hold lists of texts")
        return {language: tuple(texts) for language, texts in found.items()}

    def _mapping(self, value: object, what: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValueError(f"{what} is not an object")
        return value

    def _text(self, table: Mapping[str, Any], key: str) -> str:
        value = table.get(key)
        if not isinstance(value, str):
            raise ValueError(f"{key} is not text")
        return value

    def _maybe(self, table: Mapping[str, Any], key: str) -> str | None:
        return None if table.get(key) is None else self._text(table, key)

    def _date(self, table: Mapping[str, Any], key: str) -> datetime.date | None:
        text = self._maybe(table, key)
        return None if text is None else datetime.date.fromisoformat(text)

    def _hash(self, table: Mapping[str, Any], key: str) -> str:
        value = self._text(table, key)
        if not _HASH.fullmatch(value):
            raise ValueError(f"{key} is not a SHA-256")
        return value

    def _iri(self, table: Mapping[str, Any], key: str) -> str:
        value = self._text(table, key)
        if not is_base(value):
            raise ValueError(f"{key} is no absolute IRI that ends in / or #")
        return value

    def _file(self, table: Mapping[str, Any]) -> str:
        value = self._text(table, "dump")
        if not re.fullmatch(r"[A-Za-z0-9_-]+\.nq", value):
            raise ValueError(f"the dataset is in {value!r}, not in a file of N-Quads")
        return value

    def _reason(self, table: Mapping[str, Any]) -> Reason:
        reason = Reason(self._text(table, "level"), self._text(table, "text"))
        if reason.level not in LEVELS:
            raise ValueError(f"no such level: {reason.level!r}")
        return reason
