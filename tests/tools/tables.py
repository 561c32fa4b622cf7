"""Reading the tables of a release back: rows as meant, and the triples that they hold."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from mosty.model.formulas import as_meant
from mosty.model.terms import IRI, RDF, XSD, Literal
from mosty.publish.content import Content
from mosty.publish.tables import write_tables
from mosty.rdf.keys import Key, iri_key, to_key
from mosty.workspace.config import Config

Triple = tuple[Key, Key, Key]
Files = dict[str, bytes]


def files_of(content: Content, config: Config, *formats: str, **more: Any) -> Files:
    """All files that a release would have, by path."""
    found: Files = {}

    def add(path: str, title: str, chunks: Iterable[str] | Iterable[bytes]) -> None:
        assert path not in found
        assert title
        found[path] = b"".join(c if isinstance(c, bytes) else c.encode() for c in chunks)

    write_tables(content, config, add, formats=frozenset(formats or ("csv",)), **more)
    return found


def raw_rows(data: bytes) -> list[list[str]]:
    """The rows of a CSV file as they stand there, the header first."""
    return list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))


def rows(files: Files, table: str) -> list[dict[str, str]]:
    """The rows of a table, cells as meant."""
    header, *body = raw_rows(files[f"tables/{table}.csv"])
    return [dict(zip(header, map(as_meant, row), strict=True)) for row in body]


def package(files: Files) -> dict[str, Any]:
    """The description of the CSV files."""
    found: dict[str, Any] = json.loads(files["tables/datapackage.json"])
    return found


def triples(files: Files) -> tuple[set[Triple], set[Triple]]:
    """The stated and the derived triples that CSV files and their description hold."""
    described = package(files)
    ids = _Ids(described["prefixes"])
    stated: set[Triple] = set()
    derived: set[Triple] = set()
    listed: set[tuple[str, str]] = set()
    for row in rows(files, "values"):
        value = ids.key(row["value_id"]) if row["value_id"] else _literal(ids, row)
        triple = (ids.key(row["id"]), ids.key(row["property"]), value)
        (derived if row["derived"] == "true" else stated).add(triple)
        listed.add((row["table"], triple[1]))
    for resource in described["resources"]:
        if resource["name"] not in ("values", "things"):
            stated.update(_told(files, resource, ids, listed))
    return stated, derived


def _told(
    files: Files, resource: dict[str, Any], ids: _Ids, listed: set[tuple[str, str]]
) -> Iterator[Triple]:
    fields = [f for f in resource["schema"]["fields"] if "property" in f and "innerProperty" not in f]
    by_property: dict[Key, list[dict[str, Any]]] = {}
    for field in fields:
        by_property.setdefault(iri_key(field["property"]), []).append(field)
    for row in rows(files, resource["name"]):
        thing = ids.key(row["id"])
        assert thing == iri_key(row["iri"])
        yield from ((thing, iri_key(RDF + "type"), iri_key(one)) for one in resource.get("classes", []))
        for predicate, own in by_property.items():
            if (resource["name"], predicate) not in listed:
                yield from ((thing, predicate, value) for value in _cells(row, own, ids))


def _cells(row: dict[str, str], fields: list[dict[str, Any]], ids: _Ids) -> Iterator[Key]:
    roles = {field["role"] for field in fields}
    beside = {field["role"]: row[field["name"]] for field in fields}
    for field in fields:
        cell = row[field["name"]]
        if not cell:
            continue
        if field["role"] == "link":
            yield ids.key(cell)
        elif field["role"] == "value":
            told = {"value": cell, "language": beside.get("language", ""), "datatype": ""}
            told["datatype"] = beside.get("datatype") or field.get("rdfType", "")
            yield _literal(ids, told)
        elif field["role"] == "words" and "link" not in roles:
            yield to_key(Literal(cell, RDF + "langString", field["language"]))


def _literal(ids: _Ids, row: dict[str, str]) -> Key:
    if row["language"]:
        return to_key(Literal(row["value"], RDF + "langString", row["language"]))
    datatype = row["datatype"] or XSD + "string"
    return to_key(Literal(row["value"], ids.key(datatype)[1:-1]))


class _Ids:
    """Turns ids into keys."""

    def __init__(self, prefixes: dict[str, str]) -> None:
        self._prefixes = prefixes

    def key(self, text: str) -> Key:
        if text.startswith("<"):
            return text
        prefix, _, local = text.partition(":")
        return to_key(IRI(self._prefixes[prefix] + local if prefix in self._prefixes else text))
