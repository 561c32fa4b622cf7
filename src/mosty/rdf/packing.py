"""Loaded files as bytes and back: terms as lines of text, triples as their numbers.

Nothing in such bytes can run: it is text and numbers, and a digest tells whether they are whole.
"""

from __future__ import annotations

import hashlib
import json
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count, islice
from pathlib import Path
from typing import Any

from mosty.rdf.graph import Column, Graph
from mosty.rdf.keys import Key
from mosty.rdf.loading import Loaded, Source, collector_paused
from mosty.rdf.reading import format_of

LAYOUT = f"1 {sys.byteorder}"
"""Changes whenever the bytes would be read differently."""

_DIGEST = 16
_NUMBERS = "I"
_LINES = 10_000


def pack(loaded: Loaded, key: str) -> list[bytes]:
    """Write what was loaded, and what was derived from it, as bytes, in pieces that belong one after the other.

    Args:
        loaded: the files; their paths and names are left out.
        key: what the bytes are good for; they can be read only with the same key.
    """
    columns = loaded.graph.columns
    terms: dict[Key, None] = dict.fromkeys(columns)
    for column in columns.values():
        terms.update(dict.fromkeys(chain(column.one, column.one.values(), *column.more.values())))
    for source in loaded.sources:
        terms.update(dict.fromkeys(source.blank_nodes))
    terms.update(dict.fromkeys(chain.from_iterable(loaded.derived)))
    number = dict(zip(terms, count())).__getitem__
    rows: list[Iterable[Key]] = []
    for column in columns.values():
        further = [(subject, value) for subject, more in column.more.items() for value in more]
        rows += [column.one, column.one.values(), [s for s, _ in further], [v for _, v in further]]
    rows += [keys for source in loaded.sources for keys in (source.subjects, source.blank_nodes)]
    rows.append(chain.from_iterable(loaded.derived))
    arrays = [array(_NUMBERS, map(number, row)) for row in rows]
    head = {
        "key": key,
        "predicates": len(columns),
        "prefixes": [dict(source.prefixes) for source in loaded.sources],
        "lengths": [len(numbers) for numbers in arrays],
    }
    # In pieces: one text of all terms, its bytes, and those with the numbers would be three copies of everything.
    lines = chain((json.dumps(head),), (f"\n{term}" for term in terms))
    text = list(iter(lambda: "".join(islice(lines, _LINES)).encode(), b""))
    body = [sum(map(len, text)).to_bytes(8, "big"), *text, *map(array.tobytes, arrays)]
    return [_digest(body), *body]


def unpack(data: bytes, key: str, files: Sequence[tuple[Path, str]]) -> Loaded | None:
    """Read back what `pack` wrote.

    Args:
        data: the bytes.
        key: what they must have been written for.
        files: path and name of each file, in the order in which they were loaded.

    Returns:
        What was loaded; None when the bytes are damaged or were written for another key.
    """
    if data[:_DIGEST] != _digest((memoryview(data)[_DIGEST:],)):
        return None
    try:
        with collector_paused():
            return _unpacked(data, key, files)
    except (ValueError, LookupError, TypeError):
        return None


def _unpacked(data: bytes, key: str, files: Sequence[tuple[Path, str]]) -> Loaded | None:
    start = _DIGEST + 8
    end = start + int.from_bytes(data[_DIGEST:start], "big")
    written, *terms = data[start:end].decode().split("\n")
    head: dict[str, Any] = json.loads(written)
    if head["key"] != key or len(head["prefixes"]) != len(files):
        return None
    rows = _rows(memoryview(data)[end:], head["lengths"], terms)
    graph = Graph()
    for predicate in terms[: head["predicates"]]:
        column = graph.columns[predicate] = Column()
        column.one = dict(zip(next(rows), next(rows), strict=True))
        for subject, value in zip(next(rows), next(rows), strict=True):
            column.more.setdefault(subject, {})[value] = None
    sources = [
        Source(path, name, format_of(path), prefixes, next(rows), next(rows))
        for (path, name), prefixes in zip(files, head["prefixes"], strict=True)
    ]
    derived = iter(next(rows))
    return Loaded(graph, sources, list(zip(derived, derived, derived, strict=True)))


def _rows(data: memoryview, lengths: Iterable[int], terms: Sequence[Key]) -> Iterator[list[Key]]:
    at = 0
    for length in lengths:
        numbers = array(_NUMBERS)
        end = at + length * numbers.itemsize
        numbers.frombytes(data[at:end])
        at = end
        yield [terms[number] for number in numbers]


def _digest(pieces: Iterable[bytes | memoryview]) -> bytes:
    digest = hashlib.blake2b(digest_size=_DIGEST, person=LAYOUT.encode())
    for piece in pieces:
        digest.update(piece)
    return digest.digest()
