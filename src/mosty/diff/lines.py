r"""A dataset as the text of its canonical N-Quads: two are compared, and one subject found, without an index.

The text lies in memory when it is small, else in a file that the system maps: a dataset of any size costs no more
memory than what is looked at.
"""

from __future__ import annotations

import hashlib
import mmap
import re
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from operator import lt
from pathlib import Path

from mosty.rdf.keys import Key
from mosty.rdf.loading import is_utf8
from mosty.rdf.quads import Quad, cut, holds_blank_node

_SMALL = 1 << 25
_BLOCK = 1 << 16
_AFTER = 400
_SLICE = 1 << 22
_FEW = 8

_NODE = r'(?:<[^\x00-\x20<>"\\]++>|_:[^\x00-\x20<>"]++)'
_IRI = _NODE.partition("|")[0] + ")"
_ESCAPED = r"\\(?:[tbnrf\"\\]|u00[01][0-9A-F]|u007F)"  # half a surrogate pair is no character
_TEXT = rf'"(?:[^"\\\n\r]++|{_ESCAPED})*+"(?:@[\w-]++|\^\^{_IRI})?+'
_QUADS = re.compile(rf"(?:{_NODE} {_IRI} (?:{_NODE}|{_TEXT})(?: {_NODE})?+ \.\n)*+".encode(), re.ASCII)


class Lines:
    r"""The lines of canonical N-Quads.

    Args:
        data: the text, in UTF-8; every line with its end.

    >>> lines = Lines(b'<http://e.org/a> <http://e.org/p> "1" .\n<http://e.org/b> <http://e.org/p> "2" .\n')
    >>> [quad.value for quad in lines.about("<http://e.org/b>")]
    ['"2"']
    """

    def __init__(self, data: bytes | mmap.mmap = b"") -> None:
        self.data = data

    @classmethod
    def of(cls, lines: Iterable[str]) -> Lines:
        """Keep lines that are canonical and sorted already."""
        return cls.joined(line.encode() for line in lines)

    @classmethod
    def joined(cls, data: Iterable[bytes]) -> Lines:
        """Keep a text that comes in pieces."""
        pieces: list[bytes] = []
        size = 0
        iterator = iter(data)
        for piece in iterator:
            pieces.append(piece)
            size += len(piece)
            if size > _SMALL:
                break
        else:
            return cls(b"".join(pieces))
        with tempfile.TemporaryFile() as file:
            file.writelines(pieces)
            pieces.clear()
            file.writelines(iterator)
            file.flush()
            return cls(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))

    @classmethod
    def at(cls, path: Path) -> Lines:
        """Look at a file of canonical N-Quads where it lies.

        Raises:
            OSError: it cannot be opened.
        """
        with path.open("rb") as file:
            if path.stat().st_size <= _SMALL:
                return cls(file.read())
            return cls(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))

    def hash(self) -> str:
        """The SHA-256 of the text, which names the dataset."""
        digest = hashlib.sha256()
        for start in range(0, len(self.data), _SLICE):
            digest.update(self.data[start : start + _SLICE])
        return digest.hexdigest()

    def count(self) -> int:
        """How many lines there are."""
        return sum(
            self.data[start : start + _SLICE].count(b"\n") for start in range(0, len(self.data), _SLICE)
        )

    def __iter__(self) -> Iterator[str]:
        return self.following(0)

    def following(self, at: int) -> Iterator[str]:
        """The lines from an offset on."""
        for piece in self._whole_lines(at):
            yield from (line.decode() + "\n" for line in piece[:-1].split(b"\n"))

    def are_sorted_quads(self) -> bool:
        r"""Whether these are N-Quads, each line with its end, in ascending order; it does not look for blank nodes.

        >>> a, b = b'<a:s> <a:p> "1" .\n', b'<a:s> <a:p> <a:o> <a:g> .\n'
        >>> [Lines(data).are_sorted_quads() for data in (b"", a + b, b + a, a + a, a + b[:-1], b"\n" + a, b"x\n")]
        [True, True, False, False, False, False, False]
        """
        last = b""
        for piece in self._whole_lines(0):
            if _QUADS.fullmatch(piece) is None or not is_utf8(piece):
                return False
            lines = [last, *piece.split(b"\n")]
            lines.pop()
            if not all(map(lt, lines, islice(lines, 1, None))):
                return False
            last = lines[-1]
        return True

    def _whole_lines(self, at: int) -> Iterator[bytes]:
        """The text from an offset on, many lines at a time."""
        data = self.data
        while at < len(data):
            piece = data[at : at + _SLICE]
            end = piece.rfind(b"\n") + 1
            if not end:  # a line that is longer than that
                end = data.find(b"\n", at) + 1 - at
                end = end if end > 0 else len(data) - at
            at += end
            yield data[at - end : at] if end > len(piece) else piece[:end]

    def about(self, subject: Key) -> list[Quad]:
        """The quads of one subject, in their order."""
        begin = (subject + " ").encode()
        at = self._first_not_before(begin)
        found = []
        while self.data[at : at + len(begin)] == begin:
            end = self.data.find(b"\n", at) + 1
            found.append(cut(self.data[at:end].decode()))
            at = end
        return found

    def edited(self, removed: Collection[str], added: Collection[str]) -> Lines:
        r"""The text without some lines and with some more; what is not there cannot be removed, nor added twice.

        >>> list(Lines(b"a\nb\nd\n").edited({"b\n", "x\n"}, {"c\n", "d\n"}))
        ['a\n', 'c\n', 'd\n']
        """
        edits = []
        for line in sorted({*removed, *added}):
            data = line.encode()
            at = self._first_not_before(data)
            there = self.data[at : at + len(data)] == data
            if there and line in removed and line not in added:
                edits.append((at, at + len(data), b""))
            elif not there and line in added:
                edits.append((at, at, data))
        return Lines.joined(self._pieces(edits))

    def _pieces(self, edits: Sequence[tuple[int, int, bytes]]) -> Iterator[bytes]:
        at = 0
        for start, end, inserted in (*edits, (len(self.data), len(self.data), b"")):
            yield from (self.data[i : min(i + _SLICE, start)] for i in range(at, start, _SLICE))
            yield inserted
            at = end

    def pointing_at(self, values: Collection[Key]) -> Iterator[Quad]:
        """The quads that have one of some terms as their object; the whole text is searched."""
        if len(values) > _FEW:
            yield from (quad for quad in map(cut, self) if quad.value in values)
            return
        for value in values:
            yield from (quad for quad in self._holding(f" {value} ") if quad.value == value)

    def with_predicate(self, predicate: Key) -> Iterator[Quad]:
        """The quads of one property; the whole text is searched."""
        return (quad for quad in self._holding(f" {predicate} ") if quad.predicate == predicate)

    def _holding(self, text: str) -> Iterator[Quad]:
        sought, end = text.encode(), 0
        while (at := self.data.find(sought, end)) >= 0:
            start, end = self.data.rfind(b"\n", 0, at) + 1, self.data.find(b"\n", at) + 1
            yield cut(self.data[start:end].decode())

    def with_blank_nodes(self) -> list[str]:
        """The lines that hold a blank node, sorted."""
        found, at = [], 0
        named = self._first_not_before(b"_:")  # blank nodes come after IRIs
        while 0 <= (hit := self.data.find(b" _:", at)) < named:
            start, at = self.data.rfind(b"\n", 0, hit) + 1, self.data.find(b"\n", hit) + 1
            line = self.data[start:at].decode()
            if holds_blank_node(line):
                found.append(line)
        return [*found, *self.following(named)]

    def _first_not_before(self, begin: bytes) -> int:
        """Where the first line starts that is not sorted before a text."""
        data = self.data
        low, high = 0, len(data)
        while low < high:
            middle = data.rfind(b"\n", low, (low + high) // 2) + 1 or low
            if data[middle : middle + len(begin)] < begin:
                low = data.find(b"\n", middle) + 1 or high
            else:
                high = middle
        return low


def changed(old: Lines, new: Lines) -> Iterator[tuple[bool, str]]:
    r"""Give the lines that only one of two texts has: whether it is the new one, and the line; in their order.

    >>> a, b = Lines(b"a\nb\n"), Lines(b"b\nc\n")
    >>> list(changed(a, b))
    [(False, 'a\n'), (True, 'c\n')]
    """
    one, other = old.data, new.data
    i = j = single = 0
    while i < len(one) and j < len(other):
        if not single:
            block = one[i : i + _BLOCK]
            end = block.rfind(b"\n") + 1
            if end and block[:end] == other[j : j + end]:
                i, j = i + end, j + end
                continue
            single = _AFTER  # a difference is near: line by line for a while
        single -= 1
        next_i, next_j = one.find(b"\n", i) + 1, other.find(b"\n", j) + 1
        mine, theirs = one[i:next_i], other[j:next_j]
        if mine <= theirs:
            i = next_i
        if theirs <= mine:
            j = next_j
        if mine < theirs:
            yield False, mine.decode()
        elif theirs < mine:
            yield True, theirs.decode()
    yield from ((False, line) for line in old.following(i))
    yield from ((True, line) for line in new.following(j))
