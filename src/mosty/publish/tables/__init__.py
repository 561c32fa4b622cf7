"""The tables of a release, for people and programs without RDF (docs/decisions/tables-in-a-release.md)."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Set
from pathlib import Path

from mosty.model.errors import UsageError
from mosty.model.formats import TABLE_FORMATS, USUAL_FORMATS
from mosty.publish.content import Content
from mosty.publish.tables.datapackage import Sums, package
from mosty.publish.tables.files import csv_chunks
from mosty.publish.tables.layout import Layout
from mosty.publish.tables.naming import file_word
from mosty.workspace.config import Config

Add = Callable[[str, str, Iterable[str] | Iterable[bytes]], object]


def write_tables(
    content: Content,
    config: Config,
    add: Add,
    *,
    formats: Set[str] = frozenset(TABLE_FORMATS).intersection(USUAL_FORMATS),
    name: str | None = None,
    version: str | None = None,
    date: datetime.date | None = None,
    scratch: Path | None = None,
) -> None:
    """Write the tables of a release, file after file.

    Args:
        content: what is released.
        config: the workspace.
        add: takes the path of a file below the release, what it holds, and its content in pieces.
        formats: some of `TABLE_FORMATS`; "csv" comes with datapackage.json.
        name: name of the workbook, without extension; else one made from that of the workspace.
        version, date: what the release says of itself.
        scratch: a folder for files that are made on the way; without one the system's.

    Raises:
        UsageError: an unknown format, or one whose package is not installed.
    """
    if unknown := sorted(formats - set(TABLE_FORMATS)):
        raise UsageError(f"no format for tables: {unknown[0]!r}", "formats: " + ", ".join(TABLE_FORMATS))
    if "parquet" in formats:
        from mosty.publish.tables import parquet

        parquet.require()
    layout = Layout(content, config)
    if "csv" in formats:
        _write_csv(layout, add, version, date)
    if "xlsx" in formats:
        from mosty.publish.tables.workbook import workbook

        stem = name or file_word(config.name) or "tables"
        add(
            f"tables/{stem}.xlsx",
            "All tables in one workbook",
            workbook(layout, version=version, date=date, scratch=scratch),
        )
    if "parquet" in formats:
        for table in layout.tables:
            add(
                f"tables/{table.name}.parquet",
                f"{table.title} (Parquet)",
                parquet.chunks(layout, table, scratch),
            )
    if "geojson" in formats:
        from mosty.publish.tables.geojson import features

        add("tables/places.geojson", "Places, and what is where, for maps (GeoJSON)", features(layout))


def _write_csv(layout: Layout, add: Add, version: str | None, date: datetime.date | None) -> None:
    sums = {}
    for table in layout.tables:
        sums[table.name] = Sums()
        chunks = csv_chunks(table.fields, layout.rows(table))
        add(f"tables/{table.name}.csv", f"{table.title} (table)", sums[table.name].through(chunks))
    described: Iterator[str] = iter((package(layout, sums, version=version, date=date),))
    add("tables/datapackage.json", "Description of the CSV files (Data Package)", described)
