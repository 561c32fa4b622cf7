"""Tables as Parquet files, with typed columns and lists."""

from __future__ import annotations

import datetime
import importlib.util
import tempfile
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from mosty.model.errors import UsageError
from mosty.publish.tables.layout import Field, Layout, Table

_BATCH = 10_000
_PIECE = 1 << 16
_MOST_DIGITS = 38
_FLOATS = ("http://www.w3.org/2001/XMLSchema#double", "http://www.w3.org/2001/XMLSchema#float")


def require() -> None:
    """Refuse early when the package is not there.

    Raises:
        UsageError: pyarrow is not installed.
    """
    if importlib.util.find_spec("pyarrow") is None:
        raise UsageError("Parquet needs the package pyarrow", "pip install 'mosty[parquet]'")


class _Typed(NamedTuple):
    """A column of a file: its type, and how a value of it is read."""

    type: Any
    read: Callable[[str], object]


def chunks(layout: Layout, table: Table, scratch: Path | None = None) -> Iterator[bytes]:
    """Write a table to a temporary file, batch after batch, and give its bytes.

    Numbers, dates and truth values have types of their own where every value of the column fits; a column whose
    cells may hold several values is one of lists.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    typed = _types(layout, table)
    fields = [_field(field, kind) for field, kind in zip(table.fields, typed, strict=True)]
    schema = pa.schema(fields, metadata=_told({"title": table.title, "description": table.description}))
    with tempfile.TemporaryDirectory(prefix="mosty-", dir=scratch) as folder:
        path = Path(folder) / "table.parquet"
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            rows = layout.rows(table)
            while batch := list(islice(rows, _BATCH)):
                arrays = [
                    pa.array([_value(row[place], field, kind) for row in batch], kind.type)
                    for place, (field, kind) in enumerate(zip(table.fields, typed, strict=True))
                ]
                writer.write_batch(pa.record_batch(arrays, schema=schema))
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece


def _value(values: Sequence[str], field: Field, kind: _Typed) -> object:
    if field.many:
        return list(values)
    return kind.read(values[0]) if values else None


def _field(field: Field, kind: _Typed) -> Any:
    import pyarrow as pa

    predicate = field.column.predicate if field.column else None
    told = {"title": field.title, "description": field.description, "property": (predicate or "")[1:-1]}
    return pa.field(field.name, kind.type, metadata=_told(told))


def _told(table: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in table.items() if value}


def _types(layout: Layout, table: Table) -> list[_Typed]:
    import pyarrow as pa

    spans = _spans(layout, table)
    plain: dict[str, _Typed] = {
        "boolean": _Typed(pa.bool_(), lambda text: text == "true"),
        "date": _Typed(pa.date32(), datetime.date.fromisoformat),
        "datetime": _Typed(pa.timestamp("us", tz="UTC"), datetime.datetime.fromisoformat),
        "year": _Typed(pa.int32(), int),
    }
    found = []
    for place, field in enumerate(table.fields):
        if field.many:
            found.append(_Typed(pa.list_(pa.string()), str))
        elif place in spans:
            found.append(_number(field, spans[place]))
        else:
            found.append(plain.get(field.type, _Typed(pa.string(), str)))
    return found


class _Span:
    """How many digits the numbers of a column have before and behind the point."""

    def __init__(self) -> None:
        self.before = self.behind = 1

    def see(self, text: str) -> None:
        before, _, behind = text.lstrip("-").partition(".")
        self.before = max(self.before, len(before.lstrip("0")))
        self.behind = max(self.behind, len(behind))


def _spans(layout: Layout, table: Table) -> dict[int, _Span]:
    """Look at all numbers of a table first: the type must fit every one of them."""
    numbers = {
        place: _Span()
        for place, field in enumerate(table.fields)
        if field.type in ("integer", "number") and not field.many
    }
    for row in layout.rows(table) if numbers else ():
        for place, span in numbers.items():
            for text in row[place]:
                span.see(text)
    return numbers


def _number(field: Field, span: _Span) -> _Typed:
    import pyarrow as pa

    if field.column is not None and field.column.datatype in _FLOATS:
        return _Typed(pa.float64(), float)
    if field.type == "integer" and span.before <= 18:
        return _Typed(pa.int64(), int)
    if field.type == "number" and span.before + span.behind <= _MOST_DIGITS:
        return _Typed(pa.decimal128(span.before + span.behind, span.behind), Decimal)
    return _Typed(pa.string(), str)
