"""Reading the tables of a release back: rows as meant, and the triples that they hold."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mosty.model.formats import TABLE_FORMATS
from mosty.model.formulas import as_meant
from mosty.model.terms import IRI, RDF, XSD, Literal
from mosty.publish.content import Content, read_content
from mosty.publish.tables import write_tables
from mosty.rdf.keys import Key, iri_key, to_key
from mosty.workspace.config import Config
from mosty.workspace.workspace import Workspace

Triple = tuple[Key, Key, Key]
Files = dict[str, bytes]
MakeContent = Callable[..., tuple[Content, Config]]


NS = "https://example.org/"
TOML = """
name = "small"
base = "https://example.org/"
languages = ["en", "cs"]
[kinds]
project = { folder = "projects", class = "ex:Project" }
place = { folder = "places", class = "ex:Place" }
[prefixes]
ex = "https://example.org/ontology#"
geo = "http://www.opengis.net/ont/geosparql#"
[ids]
parts = ["link"]
"""
PREFIXES = """
@prefix ex: <https://example.org/ontology#> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix link: <https://example.org/id/link/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix place: <https://example.org/id/place/> .
@prefix project: <https://example.org/id/project/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

ODD = """
project:a a ex:Project ;
    rdfs:label "=HYPERLINK(\\"http://x\\")"@en, "'=1"@cs, "@SUM(1)"@de ;
    ex:note "+1+1", "-2", "\\tx", "a | b", "line\\r\\nbreak", "say \\"no\\"; a,b", "", "\\u0001\\u000B" ;
    ex:size 100000000000000000000000000000000001 ;
    ex:share 1.0, "1"^^xsd:boolean, "x" ;
    ex:code "007", "7" ;
    ex:when "2012"^^xsd:gYear, "2012-02-30"^^xsd:date ;
    ex:within place:nowhere, <https://elsewhere.example/x?y=1#z>, <urn:isbn:1>, <project:b> ;
    ex:text "one"@en, "uno"@es, "zwei, drei"@de-at ;
    <https://example.org/other#note> "same word" ;
    <https://example.org/other#\u043f\u0440\u043e\u0435\u043a\u0442> "letters" ;
    <https://example.org/ontology#id> "an id" ;
    <https://example.org/other#iri> "an IRI" .
project:b a ex:Project, ex:Odd ; ex:size -5 ; ex:when "2013"^^xsd:gYear ; ex:code "=1" .
place:p a ex:Place ; rdfs:label "P" .
link:a.b a <https://example.org/../../etc/passwd> ; ex:of project:a .
link:c a <https://example.org/con> ; ex:of project:b .
link:d ex:of project:b .
link:e a ex:Odd ; ex:value -1 .
link:f a <https://example.org/ontology#things>, <https://example.org/ontology#values> ; ex:value 1.50 .
"""


def build(
    root: Path,
    data: str = "",
    *,
    ontology: str = "",
    schemes: str = "",
    shapes: str = "",
    rule: str = "",
    toml: str = TOML,
) -> tuple[Content, Config]:
    """Make a workspace of Turtle texts, and read it."""
    for path, text in (
        ("data/projects/all.ttl", data),
        ("ontology/terms.ttl", ontology),
        ("ontology/schemes/all.ttl", schemes),
        ("shapes/all.ttl", shapes),
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        if text:
            (root / path).write_text(PREFIXES + text, encoding="utf-8")
    if rule:
        (root / "ontology/rules").mkdir()
        (root / "ontology/rules/rule.rq").write_text(rule, encoding="utf-8")
    (root / "mosty.toml").write_text(toml, encoding="utf-8")
    workspace = Workspace(root)
    return read_content(workspace), workspace.config


def files_of(content: Content, config: Config, *formats: str, **more: Any) -> Files:
    """All files that a release would have, by path."""
    found: Files = {}

    def add(path: str, title: str, chunks: Iterable[str] | Iterable[bytes]) -> None:
        assert path not in found
        assert title
        found[path] = b"".join(c if isinstance(c, bytes) else c.encode() for c in chunks)

    write_tables(content, config, add, formats=frozenset(formats or ("csv",)), **more)
    return found


@pytest.fixture
def make_content(tmp_path: Path) -> MakeContent:
    """Make a workspace of Turtle texts: make_content(data, ontology=..., shapes=..., rule=..., toml=...)."""
    numbers = itertools.count()
    return lambda data="", **more: build(tmp_path / str(next(numbers)), data, **more)


@pytest.fixture(scope="session")
def own_content(repo: Path) -> tuple[Content, Config]:
    """The repository's own graph."""
    workspace = Workspace(repo)
    return read_content(workspace), workspace.config


@pytest.fixture(scope="session")
def own_tables(own_content: tuple[Content, Config]) -> Files:
    """Its tables, in all formats."""
    return files_of(*own_content, *TABLE_FORMATS)


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


def column(files: Files, table: str, name: str) -> list[str]:
    return [row[name] for row in rows(files, table)]


def fields(files: Files, table: str) -> dict[str, dict[str, Any]]:
    resource = next(r for r in package(files)["resources"] if r["name"] == table)
    return {field["name"]: field for field in resource["schema"]["fields"]}


def references(files: Files, table: str) -> dict[str, str]:
    resource = next(r for r in package(files)["resources"] if r["name"] == table)
    keys = resource["schema"].get("foreignKeys", [])
    return {key["fields"][0]: key["reference"]["resource"] for key in keys}


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
        if not row["id"]:  # says again what another table says
            continue
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
