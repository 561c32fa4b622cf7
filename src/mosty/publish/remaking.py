"""A release made again from what it holds, as `publish` made it, and held against what lies there."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, NamedTuple

from mosty.model.errors import InputError
from mosty.publish.cells import HAS_CELLS, different_cell
from mosty.publish.composing import Composer, Plan, SiteBuilder
from mosty.publish.content import Content
from mosty.publish.folder import CHECKSUMS
from mosty.publish.history import Before
from mosty.publish.info import ReleaseInfo
from mosty.publish.listing import SITE
from mosty.publish.settings import LICENCE, SITE_MARK, formats_of, is_input
from mosty.publish.staging import ReleaseFile, Stage, pieces
from mosty.publish.sums import Lying
from mosty.publish.versioning import Choice, Snapshot
from mosty.rdf.graph import Graph
from mosty.rdf.reading import read_bytes
from mosty.workspace.config import Config

_BEFORE, _AFTER = 30, 50  # characters that are shown of a line, before and after the place where it differs


class Comparison(NamedTuple):
    """A release held against what is made of it again.

    Attributes:
        files, pages: how many files were made, without those of the site and of the site.
        findings: which files lie there otherwise, with the first difference of each.
        page_findings: the same of the site.
    """

    files: int
    pages: int
    findings: list[str]
    page_findings: list[str]


def remake(
    folder: Path,
    files: Mapping[str, Lying],
    content: Content,
    info: ReleaseInfo,
    config: Config,
    site: SiteBuilder | None,
) -> Comparison:
    """Make a release again, each file in the place of none: it is compared while it is made.

    What it says of the release before is taken over, as when the same data are published twice.

    Args:
        folder: of the release.
        files: what lies there.
        content: what it says.
        info: what it says of itself.
        config: the settings that it was made with.
        site: makes its pages; without it, those that lie there are taken as they are.

    Raises:
        MostyError: it cannot be made of that.
    """
    if info.version is None:
        raise InputError("release.json: says no version")
    stage = _Held(folder, files)
    texts = {
        path: read_bytes(folder / path) for path in sorted(files) if path.endswith(".rq") and is_input(path)
    }
    plan = Plan(
        date=info.date,
        choice=Choice(info.version, info.reasons, None),
        before=Before(folder, info, Snapshot(Graph(), Graph(), Graph(), Graph(), {})),
        texts=texts,
        formats=formats_of(config),
        licence=read_bytes(folder / LICENCE) if LICENCE in files else None,
        site=(site or stage.take_over) if SITE_MARK in files else None,
    )
    Composer(config, content, stage, plan).compose()
    pages = {file.path for file in stage.files if file.part == SITE}
    made = {file.path for file in stage.files} | {CHECKSUMS}
    differences = {path: text for path, text in stage.differences.items() if path != CHECKSUMS}
    differences |= dict.fromkeys(files.keys() - made, ": is nothing that mosty makes of its data")
    told = [(path in pages, f"{path}{text}") for path, text in sorted(differences.items())]
    return Comparison(
        len(made - pages),
        len(pages),
        [text for is_page, text in told if not is_page],
        [text for is_page, text in told if is_page],
    )


class _Held(Stage):
    """Holds each file that comes against the one that lies there; the sums are those of what lies there.

    So one file that differs does not make another one differ that speaks of it.
    """

    def __init__(self, release: Path, lying: Mapping[str, Lying]) -> None:
        super().__init__(None)
        self._release = release
        self._lying = lying
        self.differences: dict[str, str] = {}

    def add(
        self,
        path: str,
        title: str,
        content: str | bytes | Iterable[str] | Iterable[bytes],
        *,
        gzip: bool = False,
    ) -> ReleaseFile:
        if path not in self._lying:
            super().add(path, title, content, gzip=gzip)
            self.differences[path] = ": is missing"
        else:
            self._refuse(path)
            compare = _different_values if path.endswith(HAS_CELLS) else first_difference
            with (self._release / path).open("rb") as there:
                found = compare(there, pieces(content))
            if found is not None:
                self.differences[path] = found
            self._take_over(path, title)
            if gzip and f"{path}.gz" in self._lying:
                self._take_over(f"{path}.gz", f"{title} (gzip)")
            elif gzip:
                self.differences[f"{path}.gz"] = ": is missing"
        return self._files[path]

    def take_over(self, *_: object) -> None:
        """Take everything for a page that was not made yet and will not be; stands in for who makes pages."""
        for path in self._lying.keys() - self._files.keys() - {CHECKSUMS, "README.txt", "dcat.ttl"}:
            self._take_over(path, "A page of the site")

    def _take_over(self, path: str, title: str) -> None:
        self._files[path] = ReleaseFile(path, title, *self._lying[path], self.part)

    def sibling(self) -> Stage:
        return _Held(self._release, self._lying)

    def result(self) -> object:
        return self.files, self.differences

    def join(self, result: Any) -> None:
        files, differences = result
        super().join(files)
        self.differences.update(differences)


def _different_values(there: IO[bytes], made: Iterator[bytes]) -> str | None:
    """Compare files whose bytes depend on a library: where these differ, by what stands in them."""
    path = Path(there.name)
    with tempfile.NamedTemporaryFile(suffix=path.suffix) as file:
        for piece in made:
            file.write(piece)
        file.flush()
        with Path(file.name).open("rb") as again:
            if first_difference(there, iter(lambda: again.read(1 << 16), b"")) is None:
                return None
        return different_cell(path, Path(file.name))


def first_difference(file: IO[bytes], made: Iterator[bytes]) -> str | None:
    """Say where a file differs from what was made; nothing when it does not.

    Args:
        file: the file.
        made: what was made, all of which is drawn: who makes it may count it on the way.
    """
    line, begun, found = 1, b"", None
    for piece in made:
        if found is not None:
            continue
        there = file.read(len(piece))
        if there != piece:
            at = next((i for i, (a, b) in enumerate(zip(there, piece, strict=False)) if a != b), len(there))
            found = _told(line, begun, there + file.read(_AFTER * 4), piece, at)
        else:
            line += piece.count(b"\n")
            _, end, tail = piece.rpartition(b"\n")
            begun = (tail if end else begun + tail)[-_BEFORE * 4 :]
    if found is None and (there := file.read(_AFTER * 4)):
        found = _told(line, begun, there, b"", 0)
    return found


def _told(line: int, begun: bytes, there: bytes, made: bytes, at: int) -> str:
    line += there[:at].count(b"\n")
    head = (begun + there[:at]).rpartition(b"\n")[2][-_BEFORE * 4 :].decode("utf-8", "ignore")[-_BEFORE:]
    shown = (
        repr(head + text[at : at + _AFTER * 4].split(b"\n")[0].decode("utf-8", "replace")[:_AFTER])
        if at < len(text)
        else "the end"
        for text in (there, made)
    )
    return ":{}: {}, made again {}".format(line, *shown)
