"""The description of the CSV files for programs: a Data Package (https://datapackage.org, version 2)."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from mosty.model.terms import MOSTY
from mosty.publish.portals import licence
from mosty.publish.tables.columns import Column
from mosty.publish.tables.layout import Field, Layout, Table
from mosty.publish.tables.naming import file_word
from mosty.rdf.keys import iri_key, lexical_form

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_SOURCES = tuple(iri_key(iri) for iri in (MOSTY + "source", "http://www.w3.org/ns/prov#wasDerivedFrom"))
_ADDRESSES = tuple(iri_key(iri) for iri in (MOSTY + "url", "https://schema.org/url"))


class Sums:
    """Counts and digests what passes through."""

    def __init__(self) -> None:
        self.size = 0
        self._digest = hashlib.sha256()

    def through(self, chunks: Iterable[str]) -> Iterator[bytes]:
        """Pass text on as bytes."""
        for chunk in chunks:
            data = chunk.encode()
            self.size += len(data)
            self._digest.update(data)
            yield data

    @property
    def sha256(self) -> str:
        """The digest so far."""
        return self._digest.hexdigest()


def package(
    layout: Layout,
    sums: dict[str, Sums],
    *,
    version: str | None = None,
    date: datetime.date | None = None,
) -> str:
    """Describe the CSV files.

    Args:
        layout: the tables.
        sums: size and digest of the file of each table.
        version, date: of the release.
    """
    config = layout.config
    publish = config.publish
    found: dict[str, Any] = {
        "$schema": PROFILE,
        "name": file_word(config.name) or "tables",
        "id": config.base,
        "title": publish.get("title", config.title),
        "description": publish.get("description"),
        "version": version,
        "created": f"{date.isoformat()}T00:00:00Z" if date else None,
        "licenses": [_licence(publish["license"])] if "license" in publish else None,
        "contributors": (
            [{"title": publish["publisher"], "roles": ["publisher"]}] if "publisher" in publish else None
        ),
        "sources": _sources(layout),
        "prefixes": dict(sorted(config.prefixes.items())),
        "resources": [_resource(layout, table, sums[table.name]) for table in layout.tables],
    }
    return json.dumps(_told(found), ensure_ascii=False, indent=2) + "\n"


def _resource(layout: Layout, table: Table, sums: Sums) -> dict[str, Any]:
    return _told(
        {
            "name": table.name,
            "type": "table",
            "path": f"{table.name}.csv",
            "title": table.title,
            "description": table.description,
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": sums.size,
            "hash": f"sha256:{sums.sha256}",
            "rows": table.size,
            "classes": [one[1:-1] for one in table.classes],
            "dialect": {"delimiter": ",", "doubleQuote": True, "lineTerminator": "\r\n"},
            "schema": {
                "fields": [_field(table, field) for field in table.fields],
                "missingValues": [""],
                **({"primaryKey": [table.key]} if table.key else {}),
                **_foreign_keys(table.fields),
            },
        }
    )


def _foreign_keys(fields: Sequence[Field]) -> dict[str, Any]:
    keys = [
        {"fields": [field.name], "reference": {"resource": field.refers, "fields": ["id"]}}
        for field in fields
        if field.refers
    ]
    return {"foreignKeys": keys} if keys else {}


def _field(table: Table, field: Field) -> dict[str, Any]:
    constraints = {"required": True, "unique": True} if field.name == table.key else None
    found = {
        "name": field.name,
        "type": field.type,
        "title": field.title,
        "description": field.description,
        "constraints": constraints,
    }
    return _told(found | (_property(field.column) if field.column else {}))


def _property(column: Column) -> dict[str, Any]:
    """What a program needs to make triples of a column again."""
    return {
        "rdfType": column.datatype if column.role == "value" else None,
        "role": column.role,
        "property": column.predicate and column.predicate[1:-1],
        "innerProperty": column.inner and column.inner[1:-1],
        "language": column.language,
        "severalValues": True if column.many else None,
        "derived": None if column.derived == "no" else column.derived,
    }


def _licence(iri: str) -> dict[str, Any]:
    known = licence(iri)
    return _told({"name": known and known.spdx, "path": iri})


def _sources(layout: Layout) -> list[dict[str, str]]:
    graphs = (layout.graph, layout.derived)
    targets = {v for graph in graphs for predicate in _SOURCES for v in graph.column(predicate).distinct()}
    language = layout.readable.languages[0]
    found = []
    for source in sorted(one for one in targets if one[0] == "<"):
        addresses = [v for address in _ADDRESSES for v in layout.graph.column(address).values(source)]
        paths = sorted(text for v in addresses if (text := _text(v)).startswith(("https://", "http://")))
        found.append(
            _told({"title": layout.readable.label(source, language), "path": next(iter(paths), None)})
        )
    return found


def _text(key: str) -> str:
    return key[1:-1] if key[0] == "<" else lexical_form(key)


def _told(table: dict[str, Any]) -> dict[str, Any]:
    """Leave out what nobody said."""
    return {name: value for name, value in table.items() if value not in (None, "", [])}
