"""Workbooks and Parquet files compared by their cells: the bytes depend on the library that wrote them."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import IO
from zlib import error as ZlibError  # noqa: N812

HAS_CELLS = (".xlsx", ".parquet")
"""What the names of such files end with."""

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MOST_BYTES = 1 << 30
_SHOWN = 80


def different_cell(there: Path, made: Path) -> str | None:
    """Say in which cell a file differs from the one that was made; nothing when all cells are the same.

    Args:
        there: a workbook, or a Parquet file.
        made: the same, made again.
    """
    compare = _workbooks if there.suffix == ".xlsx" else _parquet
    return compare(there, made)


def _workbooks(there: Path, made: Path) -> str | None:
    try:
        with zipfile.ZipFile(there) as left, zipfile.ZipFile(made) as right:
            if foreign := sorted({*left.namelist()} - {*right.namelist()}):
                return f": holds {foreign[0]}, which mosty does not write"
            for one, other in zip_longest(_cells(left), _cells(right)):
                if one != other:
                    place, value = one or other or ("", "")
                    again = other[1] if other and other[0] == place else "nothing"
                    return f": {place}: {(value if one else 'nothing')[:_SHOWN]!r}, made again {again[:_SHOWN]!r}"
    except (
        OSError,
        zipfile.BadZipFile,
        ElementTree.ParseError,
        ZlibError,
        ValueError,
        LookupError,
        EOFError,
    ) as error:
        return f": is no workbook that can be read: {error}"
    return None


def _cells(book: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Every cell: sheet and place, and what stands in it; a formula begins with ``=``."""
    targets = {
        node.get("Id"): node.get("Target", "") for node in _tree(book, "xl/_rels/workbook.xml.rels").iter()
    }
    shared = []
    if "xl/sharedStrings.xml" in book.namelist():
        shared = [_text(node) for node in _tree(book, "xl/sharedStrings.xml").iter(f"{_MAIN}si")]
    for sheet in _tree(book, "xl/workbook.xml").iter(f"{_MAIN}sheet"):
        name = sheet.get("name", "")
        yield f"sheet {name}", sheet.get("state", "")
        with _opened(book, f"xl/{targets[sheet.get(_RELATION)]}") as file:
            for _, node in ElementTree.iterparse(file):
                if node.tag == f"{_MAIN}c":
                    yield f"sheet {name}, cell {node.get('r')}", _value(node, shared)
                elif node.tag == f"{_MAIN}row":
                    node.clear()
    yield from (
        (f"link {node.get('Target')}", "")
        for part in book.namelist()
        if part.endswith(".rels")
        for node in _tree(book, part).iter()
        if node.get("TargetMode") == "External"
    )


def _value(cell: ElementTree.Element, shared: list[str]) -> str:
    formula, value = cell.find(f"{_MAIN}f"), cell.findtext(f"{_MAIN}v", "")
    if formula is not None:
        return f"={formula.text}"
    kind = cell.get("t")
    return shared[int(value)] if kind == "s" else _text(cell) if kind == "inlineStr" else value


def _text(node: ElementTree.Element) -> str:
    return "".join(part.text or "" for part in node.iter(f"{_MAIN}t"))


def _tree(book: zipfile.ZipFile, name: str) -> ElementTree.Element:
    with _opened(book, name) as file:
        return ElementTree.parse(file).getroot()


def _opened(book: zipfile.ZipFile, name: str) -> IO[bytes]:
    """Open a part; one that would unfold to more than any workbook of ours is refused."""
    if book.getinfo(name).file_size > _MOST_BYTES:
        raise ValueError(f"{name} is too large")
    return book.open(name)


def _parquet(there: Path, made: Path) -> str | None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(there) as left, pq.ParquetFile(made) as right:
            if not left.schema_arrow.equals(right.schema_arrow, check_metadata=True):
                return ": has other columns than the table"
            if left.metadata.num_rows != right.metadata.num_rows:
                return f": has {left.metadata.num_rows:,} rows, made again {right.metadata.num_rows:,}"
            start = 1
            for one, other in zip_longest(left.iter_batches(), right.iter_batches()):
                if not one.equals(other):
                    return _first_cell(one, other, start)
                start += one.num_rows
    except (OSError, pa.ArrowException, AttributeError, ValueError) as error:
        return f": is no Parquet file that can be read: {error}"
    return None


def _first_cell(one: object, other: object, start: int) -> str:
    rows = zip(one.to_pylist(), other.to_pylist(), strict=False)  # type: ignore[attr-defined]
    for number, (left, right) in enumerate(rows, start):
        for name, value in left.items():
            if value != right.get(name):
                return (
                    f": row {number}, {name}: {value!r:.{_SHOWN}}, made again {right.get(name)!r:.{_SHOWN}}"
                )
    return ": has other rows"
