"""What the descriptions of a release claim, held against what its files are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mosty.model.errors import InputError
from mosty.publish import void
from mosty.publish.dcat import is_distribution
from mosty.publish.description import VOCABULARIES
from mosty.publish.info import ReleaseInfo
from mosty.publish.sums import Lying
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key, lexical_form
from mosty.rdf.loading import load
from mosty.rdf.reading import decode, read_bytes

_MOST_CONTEXT = 1 << 24
_NUMBER = re.compile(r"[0-9]{1,100}")


def _term(prefix: str, name: str) -> Key:
    return iri_key(VOCABULARIES[prefix] + name)


_TRIPLES, _ENTITIES, _SUBJECTS, _OBJECTS, _CLASSES, _PROPERTIES = (
    _term("void", name)
    for name in "triples entities distinctSubjects distinctObjects classes properties".split()
)
_CLASS, _PROPERTY, _DUMP, _SUBSET = (
    _term("void", name) for name in ("class", "property", "dataDump", "subset")
)
_FROM, _TO, _BY = (_term("void", name) for name in ("subjectsTarget", "objectsTarget", "linkPredicate"))
_SOURCE = _term("dcterms", "source")


def read(path: Path) -> Graph:
    """Read a file of RDF; one without a byte holds no triple.

    Raises:
        InputError: it cannot be read.
    """
    if path.is_file() and not path.stat().st_size:
        return Graph()
    return load([(path, path.name)]).graph


def void_findings(said: Graph, base: str, whole: Graph, sizes: Mapping[str, int]) -> Iterator[str]:
    """Count again what void.ttl says.

    Args:
        said: what it says.
        base: the base IRI of the workspace.
        whole: what is asserted.
        sizes: the number of triples in files of the release, by path.
    """
    found, dataset = void.count(whole), iri_key(f"{base}dataset")
    totals = {
        _TRIPLES: found.triples,
        _ENTITIES: found.entities,
        _SUBJECTS: found.subjects,
        _OBJECTS: found.objects,
        _CLASSES: len(found.classes),
        _PROPERTIES: len(found.properties),
    }
    yield from _unequal("the dataset", totals, {name: _number(said, dataset, name) for name in totals})
    classes = {kind: _number(said, node, _ENTITIES) for node, kind in said.column(_CLASS).pairs()}
    yield from _unequal("entities of", found.classes, classes)
    for place, predicate in enumerate((_TRIPLES, _SUBJECTS, _OBJECTS)):
        actual = {name: numbers[place] for name, numbers in found.properties.items()}
        claimed = {name: _number(said, node, predicate) for node, name in said.column(_PROPERTY).pairs()}
        yield from _unequal(f"{_short(predicate)} of", actual, claimed)
    links = {
        (source or dataset, target, predicate): triples
        for source, target, predicate, triples in void.crosswalks(whole)
    }
    claimed_links = {
        (said.column(_FROM).one.get(node, ""), said.column(_TO).one.get(node, ""), predicate): _number(
            said, node, _TRIPLES
        )
        for node, predicate in said.column(_BY).pairs()
    }
    for link in sorted(links.keys() | claimed_links.keys()):
        if links.get(link) != claimed_links.get(link):
            yield f"links {' '.join(link)}: {claimed_links.get(link)} claimed, {links.get(link)} found"
    for node in sorted(said.column(_SUBSET).values(dataset)):
        for dump in said.column(_DUMP).values(node):
            path = next((path for path in sizes if dump[1:-1].endswith(f"/{path}")), None)
            if path is not None and _number(said, node, _TRIPLES) != sizes[path]:
                yield f"{path}: {_number(said, node, _TRIPLES)} triples claimed, {sizes[path]} found"


def provenance_findings(said: Graph, base: str, graphs: Mapping[Key, int]) -> Iterator[str]:
    """Hold the numbers of provenance.ttl against the named graphs of the dataset.

    Args:
        said: what it says.
        base: the base IRI of the workspace.
        graphs: triples of each named graph.
    """
    claimed: dict[Key, int | None] = {}
    for node in said.column(_SUBSET).values(iri_key(f"{base}dataset")):
        own = iri_key(f"{base}graph/{node[1:-1].removeprefix(f'{base}dataset/graph/')}")
        claimed[said.column(_SOURCE).one.get(node, own)] = _number(said, node, _TRIPLES)
    yield from _unequal("triples of", dict(graphs), claimed)


def dcat_findings(said: Graph, base: str, files: Mapping[str, Lying], info: ReleaseInfo) -> Iterator[str]:
    """Hold dcat.ttl against the files.

    Args:
        said: what it says.
        base: the base IRI of the workspace.
        files: the files of the release.
        info: what the release says of itself.
    """
    dataset, start = iri_key(f"{base}dataset"), f"<{base}dataset/distribution/"
    one = {name: said.column(_term(*name.split(":"))).one for name in ("dcat:byteSize", "spdx:checksum")}
    values = said.column(_term("spdx", "checksumValue")).one
    claimed = {
        node[len(start) : -1]: node
        for node in said.column(_term("dcat", "distribution")).values(dataset)
        if node.startswith(start)
    }
    actual = {path for path in files if is_distribution(path)}
    yield from (f"{path}: is not described" for path in sorted(actual - claimed.keys()))
    yield from (f"{path}: is described, and no distribution" for path in sorted(claimed.keys() - actual))
    for path in sorted(actual & claimed.keys()):
        size = _text(one["dcat:byteSize"].get(claimed[path]))
        checksum = _text(values.get(one["spdx:checksum"].get(claimed[path], "")))
        if size != str(files[path].size):
            yield f"{path}: {size} bytes claimed, {files[path].size} found"
        if checksum != files[path].sha256:
            yield f"{path}: another SHA-256 is claimed"
    version = _text(said.column(_term("dcat", "version")).one.get(dataset))
    if version != info.version:
        yield f"version {version} claimed, release.json says {info.version}"
    for name, date in (("modified", info.date), ("issued", info.issued)):
        claimed_date = _text(said.column(_term("dcterms", name)).one.get(dataset))
        if claimed_date != (date and date.isoformat()):
            yield f"{name} {claimed_date} claimed, release.json says {date}"


def citation_findings(path: Path, info: ReleaseInfo) -> Iterator[str]:
    """Hold CITATION.cff against release.json."""
    import yaml

    try:
        # Everything as text: dates and numbers that are none would break the reading of the rest.
        said = yaml.load(decode(read_bytes(path), path.name), Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as error:
        raise InputError(f"{path.name}: is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(said, dict):
        raise InputError(f"{path.name}: is no citation file")
    identifiers = said.get("identifiers")
    named = identifiers if isinstance(identifiers, list) else []
    for key, claimed, value in (
        ("title", said.get("title"), info.title),
        ("version", said.get("version"), info.version),
        ("date-released", said.get("date-released"), info.date and info.date.isoformat()),
        (
            "hash",
            next((one.get("value") for one in named if isinstance(one, dict)), None),
            f"sha256:{info.hash}",
        ),
    ):
        if claimed != value:  # what it is may be endless: YAML can repeat itself
            shown = repr(claimed) if claimed is None or isinstance(claimed, str) else "something else"
            yield f"{key} is {shown}, release.json says {value!r}"


def table_findings(path: Path, files: Mapping[str, Lying]) -> Iterator[str]:
    """Hold tables/datapackage.json against the tables."""
    try:
        resources = json.loads(read_bytes(path))["resources"]
        claimed: dict[str, Any] = {f"tables/{one['path']}": one for one in resources}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(f"tables/{path.name}: is no data package: {error}") from None
    for name, said in sorted(claimed.items()):
        lying = files.get(name)
        if lying is None:
            yield f"{name}: is described and not there"
        elif said.get("bytes", lying.size) != lying.size:
            yield f"{name}: {said['bytes']} bytes claimed, {lying.size} found"
        elif said.get("hash", f"sha256:{lying.sha256}") != f"sha256:{lying.sha256}":
            yield f"{name}: another SHA-256 is claimed"
    tables = {name for name in files if name.startswith("tables/") and name.endswith(".csv")}
    yield from (f"{name}: is not described" for name in sorted(tables - claimed.keys()))


def context_findings(context: Path, document: Path) -> Iterator[str]:
    """Hold the published JSON-LD context against the one that the dump carries."""
    published, used = (_context(path) for path in (context, document))
    for name in sorted(used):
        if published.get(name) != used[name]:
            yield f"context.jsonld: does not say of {name} what {document.name} says"


def _context(path: Path) -> dict[str, Any]:
    """The context of a JSON-LD document; it stands at its top."""
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_CONTEXT).decode("utf-8", "ignore")  # it may end inside a character
        found, _ = json.JSONDecoder().raw_decode(text, text.index(":", text.index('"@context"')) + 2)
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path.name}: has no context that can be read: {error}") from None
    if not isinstance(found, dict):
        raise InputError(f"{path.name}: its context is no object")
    return found


def _unequal(what: str, actual: Mapping[Key, int], claimed: Mapping[Key, int | None]) -> Iterator[str]:
    for name in sorted(actual.keys() | claimed.keys()):
        if actual.get(name) != claimed.get(name):
            yield f"{what} {_short(name)}: {claimed.get(name)} claimed, {actual.get(name)} found"


def _number(graph: Graph, subject: Key, predicate: Key) -> int | None:
    values = graph.column(predicate).values(subject)
    text = _text(next(iter(values), None)) if len(values) == 1 else None
    return int(text) if text is not None and _NUMBER.fullmatch(text) else None


def _text(value: Key | None) -> str | None:
    return None if value is None or value[0] != '"' else lexical_form(value)


def _short(key: Key) -> str:
    return key[1:-1].removeprefix(VOCABULARIES["void"]) if key[:1] == "<" else key
