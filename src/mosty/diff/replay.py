"""Replaying an RDF Patch: all of it, on the dataset that it was made for, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

import pyoxigraph as ox

from mosty.diff.lines import Lines
from mosty.diff.patch import FROM, TO
from mosty.diff.states import State
from mosty.model.diagnostics import Position, SyntaxDiagnostic
from mosty.model.errors import FindingsError, InputError
from mosty.rdf.canonical import canonical_labels
from mosty.rdf.quads import holds_blank_node
from mosty.rdf.reading import decode, read_bytes

_HASH = re.compile(r'"([0-9a-f]{64})"')
_HEADER = re.compile(r'(?:"([^"\\\s]+)"|([A-Za-z][\w.-]*))\s+(\S.*)')
_PREFIX = re.compile(
    r'(?:"([^"\\\s:]*)"|([A-Za-z][\w.-]*)):?(?:\s+(?:<[^\x00-\x20<>"{}|^`\\]*>|"[^"\\\s]*"))?'
)
_CHUNK = 5_000


class Patch(NamedTuple):
    """A patch that was read whole and is well-formed.

    Attributes:
        name: the file.
        old, new: RDFC-1.0 hash of the dataset that it applies to, and of the one that it makes.
        changes: whether it adds, and the canonical line of N-Quads, in the order of the rows.
    """

    name: str
    old: str
    new: str
    changes: Sequence[tuple[bool, str]]


def read(path: Path) -> Patch:
    """Read a patch.

    Raises:
        InputError: it is not an RDF Patch, breaks off, aborts, or does not say what it applies to.
    """
    name = str(path)
    return parse(decode(read_bytes(path), name), name)


def parse(text: str, name: str = "patch") -> Patch:
    """Read the text of a patch; for errors see `read`.

    >>> parse(f'H from "{64 * "0"}" .\\nH to "{64 * "1"}" .\\nTX .\\nA <a:s> <a:p> "1" .\\nTC .\\n').changes
    [(True, '<a:s> <a:p> "1" .\\n')]
    """
    return _Reader(text, name).patch()


def apply(patch: Patch, old: State) -> Lines:
    """Replay a patch.

    Returns:
        The new dataset, as canonical N-Quads.

    Raises:
        FindingsError: the patch was made for another dataset, or does not lead to the one that it promises.
    """
    if old.hash == patch.new != patch.old:
        raise FindingsError(
            f"{patch.name}: was replayed already: {old.name} is the dataset that it leads to",
            "nothing was changed",
        )
    if old.hash != patch.old:
        raise FindingsError(
            f"{patch.name}: is not for {old.name}: it applies to a dataset with the hash {patch.old}, "
            f"and this one has {old.hash}",
            "nothing was changed; find the dataset that the patch was made from, or the patch for this one",
        )
    last = {line: adds for adds, line in patch.changes}  # of several rows about a quad the last one holds
    new = _changed(old.quads, last)
    if new.hash() != patch.new:
        raise FindingsError(
            f"{patch.name}: does not lead to the dataset that it promises: the result has the hash {new.hash()}, "
            f"the patch says {patch.new}",
            "nothing was changed; the patch was altered after it was made: get it anew",
        )
    return new


def _changed(old: Lines, last: Mapping[str, bool]) -> Lines:
    """Change a dataset; only where blank nodes change are all of them labelled anew."""
    removed = {line for line, adds in last.items() if not adds}
    added = {line for line, adds in last.items() if adds}
    if any(map(holds_blank_node, last)):
        before = set(old.with_blank_nodes())
        after = set(canonical_labels((before - removed) | {line for line in added if holds_blank_node(line)}))
        removed, added = (
            {line for line in lines if not holds_blank_node(line)} for lines in (removed, added)
        )
        removed |= before - after
        added |= after - before
    return old.edited(removed, added)


class _Reader:
    """Reads rows, in the only order that makes sense: header, transactions, nothing after them."""

    def __init__(self, text: str, name: str) -> None:
        self._name = name
        self._rows = text.split("\n")
        self._hashes: dict[str, str] = {}
        self._pending: list[tuple[int, bool, str]] = []
        self._changes: list[tuple[bool, str]] = []

    def patch(self) -> Patch:
        inside = started = False
        number = 0
        for number, row in enumerate(self._rows, 1):
            row = row.rstrip("\r")
            if not row.strip() or row.lstrip().startswith("#"):
                continue
            code, rest = self._cut(number, row)
            if code in ("A", "D", "PA", "PD", "TC", "TA") and not inside:
                self._fail(number, f"{code} outside a transaction", "a transaction begins with TX")
            if code in ("A", "D"):
                self._pending.append((number, code == "A", rest))
            elif code in ("PA", "PD"):
                match = _PREFIX.fullmatch(rest)
                if match is None or (code == "PA") != (len(rest.split()) == 2):
                    self._fail(number, f"not a prefix: {row}", 'write PA "name" <IRI> . or PD "name" .')
            elif code == "TX":
                if inside or rest:
                    self._fail(number, "a transaction inside another one" if inside else f"TX with {rest}")
                inside = started = True
            elif code == "TC":
                if rest:
                    self._fail(number, f"TC with {rest}")
                self._changes += self._quads()
                inside = False
            elif code == "TA":
                self._fail(number, "the transaction was aborted (TA)", "get the patch anew")
            elif code == "H":
                if started:
                    self._fail(number, "a header row after the first transaction")
                self._header(number, rest)
            else:
                self._fail(
                    number, f"unknown code {code!r}", "an RDF Patch has the codes H, TX, PA, PD, A, D, TC"
                )
        if inside:
            self._fail(number, "the patch breaks off: TC is missing", "get it anew")
        if not {FROM, TO} <= self._hashes.keys():
            self._fail(
                1,
                f"the header does not say the hash of both ends (H {FROM}, H {TO})",
                "`mosty diff -f patch` writes them; without them a patch cannot be checked",
            )
        return Patch(self._name, self._hashes[FROM], self._hashes[TO], self._changes)

    def _cut(self, number: int, row: str) -> tuple[str, str]:
        body = row.strip()
        code, *rest = body[:-1].split(None, 1)[:2] or [""]
        if not body.endswith(".") or not (code.isascii() and code.isalpha()):
            self._fail(
                number,
                "not a row of an RDF Patch: a code, terms and a full stop",
                "is it a patch, and whole?",
            )
        return code, rest[0].rstrip() if rest else ""

    def _header(self, number: int, rest: str) -> None:
        match = _HEADER.fullmatch(rest)
        if match is None:
            self._fail(number, "not a header row", "write H name value .")
        key = match[1] or match[2]
        if key not in (FROM, TO):
            return
        stated = _HASH.fullmatch(match[3])
        if stated is None or key in self._hashes:
            self._fail(number, f"H {key} needs one SHA-256 of 64 hexadecimal digits, once")
        self._hashes[key] = stated[1]

    def _quads(self) -> Iterator[tuple[bool, str]]:
        """Parse the pending rows, thousands at a time; where one is wrong, find it row by row."""
        pending, self._pending = self._pending, []
        for start in range(0, len(pending), _CHUNK):
            rows = pending[start : start + _CHUNK]
            lines = self._lines("".join(f"{rest} .\n" for _, _, rest in rows))
            if lines is None or len(lines) != len(rows):
                lines = [self._line(number, rest) for number, _, rest in rows]
            yield from ((adds, line) for (_, adds, _), line in zip(rows, lines, strict=True))

    def _line(self, number: int, rest: str) -> str:
        lines = self._lines(f"{rest} .\n")
        if lines is None or len(lines) != 1:
            self._fail(number, f"not a triple or quad: {rest[:200]}", "the terms are those of N-Quads")
        return lines[0]

    @staticmethod
    def _lines(text: str) -> list[str] | None:
        try:
            quads = list(ox.parse(text, ox.RdfFormat.N_QUADS))
        except (SyntaxError, ValueError, MemoryError):
            return None
        written = ox.serialize(quads, format=ox.RdfFormat.N_QUADS) if quads else b""
        assert written is not None
        return [line + "\n" for line in written.decode().split("\n")[:-1]]

    def _fail(self, number: int, message: str, hint: str | None = None) -> NoReturn:
        line = self._rows[number - 1][:200]
        shown = "".join(c if c.isprintable() else " " for c in line)
        diagnostic = SyntaxDiagnostic(Position(self._name, number, 1), message, shown)
        raise InputError(str(diagnostic), hint, [diagnostic])
