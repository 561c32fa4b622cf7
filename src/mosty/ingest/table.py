"""A table of evidence, as a steward writes fifty pieces at once: read from CSV into requests."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path

from mosty.ingest.evidence import Own, Quotation, Request
from mosty.ingest.patterns import TriplePattern
from mosty.model.diagnostics import Position, SyntaxDiagnostic
from mosty.model.errors import InputError, UsageError
from mosty.rdf.reading import decode, read_bytes

COLUMNS = ("source", "phrase", "nth", "subject", "predicate", "object", "basis", "checked")
"""What the columns of a table are called; only subject must be there."""

_DELIMITERS = ",;\t"


def read_table(path: Path) -> list[tuple[Position, Request]]:
    """Read a table of evidence: one piece a row, empty cells for what does not apply.

    Commas, semicolons or tabs stand between the columns; the first row names them.

    Raises:
        InputError: not a table of that form; `diagnostics` has every row that is wrong.
    """
    text = decode(read_bytes(path), str(path))
    # Spreadsheet programs write semicolons where the comma is the decimal sign.
    first = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    wrong: list[SyntaxDiagnostic] = []
    requests: list[tuple[Position, Request]] = []
    header: list[str] | None = None
    before = 0
    try:
        for cells in reader:
            at, before = Position(str(path), before + 1), reader.line_num
            if header is None:
                header = _header(cells, path)
            elif any(cell.strip() for cell in cells):
                try:
                    requests.append((at, _request(header, cells)))
                except UsageError as error:
                    wrong.append(SyntaxDiagnostic(at, error.message))
    except csv.Error as error:
        wrong.append(SyntaxDiagnostic(Position(str(path), reader.line_num), f"not CSV: {error}"))
    if wrong:
        raise InputError("\n".join(map(str, wrong)), "mend these rows and run it again", wrong)
    if not requests:
        raise InputError(f"{path}: no rows below the names of the columns")
    return requests


def _header(cells: list[str], path: Path) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    unknown = [name for name in names if name not in COLUMNS]
    problem = (
        f"unknown column {unknown[0]!r}"
        if unknown
        else "no column 'subject'"
        if "subject" not in names
        else "a column is named twice"
        if len(set(names)) < len(names)
        else None
    )
    if problem:
        diagnostic = SyntaxDiagnostic(Position(str(path), 1), problem)
        raise InputError(
            str(diagnostic), "the first row names the columns: " + ", ".join(COLUMNS), [diagnostic]
        )
    return names


def _request(header: list[str], cells: list[str]) -> Request:
    if len(cells) > len(header):
        raise UsageError(f"{len(cells)} cells, but {len(header)} columns; put cells with commas in quotes")
    # A phrase may begin or end with white space that matters; nothing else may.
    row = {
        name: cell if name == "phrase" else cell.strip()
        for name, cell in zip(header, cells, strict=False)
        if cell.strip()
    }
    return Request(_pattern(row), _quotation(row), _own(row))


def _pattern(row: Mapping[str, str]) -> TriplePattern:
    if "subject" not in row:
        raise UsageError("no subject")
    if "object" in row and "predicate" not in row:
        raise UsageError("an object without a predicate")
    return TriplePattern(row["subject"], row.get("predicate"), row.get("object"))


def _quotation(row: Mapping[str, str]) -> Quotation | None:
    if "phrase" not in row:
        if "source" in row or "nth" in row:
            raise UsageError("a source or nth without a phrase")
        return None
    if "source" not in row:
        raise UsageError("a phrase without its source")
    nth = row.get("nth")
    if nth is not None and not re.fullmatch(r"[1-9][0-9]{0,8}", nth):
        raise UsageError(f"nth must be 1, 2, 3 ..., not {nth!r}")
    return Quotation(row["source"], row["phrase"], int(nth) if nth else None)


def _own(row: Mapping[str, str]) -> Own | None:
    if "basis" not in row:
        if "checked" in row:
            raise UsageError("a checked source without a basis")
        return None
    return Own(row["basis"], row.get("checked"))
