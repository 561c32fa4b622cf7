"""What a release says of the one before, worked out again: from its patch, taken back, or from that release itself."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from mosty.diff import Differences, State, changes_markdown, compare, dumped, read_release, replay, tombstones
from mosty.diff.telling import Teller
from mosty.diff.texts import texts_in
from mosty.diff.undoing import undo
from mosty.model.errors import InputError
from mosty.publish.composing import MOST_HEADLINES
from mosty.publish.content import Content
from mosty.publish.history import CHANGES, PATCH, TOMBSTONES, Before, changes_path, read_before
from mosty.publish.info import ReleaseInfo
from mosty.publish.remaking import first_difference
from mosty.publish.staging import pieces
from mosty.publish.versioning import Snapshot, next_version
from mosty.rdf.graph import Graph
from mosty.rdf.keys import iri_key
from mosty.rdf.loading import load
from mosty.rdf.reading import decode, read_bytes
from mosty.workspace.config import Config

Findings = Iterator[str]
_SECTION = "\n## "
_DATE = re.compile(r"(?:.*, )?([0-9]{4}-[0-9]{2}-[0-9]{2})\Z")


class Growth:
    """How a release grew out of the one before.

    Args:
        folder: of the release.
        info: what it says of itself.
        config: the settings that it was made with.
        content: what it holds.
        previous: the folder of the release before; without it, that is what the patch makes when it is taken back,
            and nobody knows its shapes, its queries, and what it said itself.
    """

    def __init__(
        self, folder: Path, info: ReleaseInfo, config: Config, content: Content, previous: Path | None
    ) -> None:
        self._folder = folder
        self._info = info
        self._config = config
        self._content = content
        self._before = None if previous is None else read_before(folder, previous, info.base)

    def findings(self) -> Findings:
        """Say what does not follow.

        Raises:
            MostyError: a file cannot be read, or the patch does not fit.
        """
        info, previous = self._info, self._info.previous
        if self._before is not None and previous is not None:
            yield from self._said(self._before, previous.version)
        if (differences := self._differences) is not None:
            if (found := first_difference(*self._beside(PATCH, "".join(differences.patch())))) is not None:
                yield f"{PATCH}{found}"
        elif previous is not None:
            yield f"{PATCH}: is missing"
        for language in dict.fromkeys(self._config.languages):
            yield from self._told(differences, language)
        made: Mapping[str, Sequence[str]] = {}
        if differences is not None:
            made = {
                language: tuple(Teller(differences, language, curies=False).headlines()[:MOST_HEADLINES])
                for language in self._config.languages
            }
        for language in sorted(made.keys() | info.changes.keys()):
            if info.changes.get(language) != made.get(language):
                yield f"release.json: says other changes ({language}) than follow from {PATCH}"
        yield from self._gone(differences)

    @cached_property
    def _differences(self) -> Differences | None:
        if not (self._folder / PATCH).is_file():
            return None
        info, name = self._info, self._config.name
        new = dumped(
            name,
            self._folder / info.dump,
            self._content.shapes,
            version=info.version,
            texts=texts_in(self._folder),
        )
        if self._before is not None:
            return compare(read_release(self._before.folder), new, self._config)
        old = undo(replay.read(self._folder / PATCH), new.quads)
        version = info.previous and info.previous.version
        # With the shapes of now on both sides, and queries on one, nothing is said of them.
        return compare(State(name, old, new.shapes, version=version), new, self._config)

    def _said(self, before: Before, version: str | None) -> Findings:
        """Version, reasons and day of the first release follow from the release before."""
        info = self._info
        if before.info.version != version:
            yield f"release.json: {version} is not the version of the release before, {before.info.version}"
        choice = next_version(
            before.info,
            before.snapshot,
            Snapshot.of(self._content, self._texts()),
            classes=frozenset(iri_key(kind.record_class) for kind in self._config.kinds.values()),
            prefixes=self._config.prefixes,
            given=info.version,
        )
        for reason in sorted({*choice.reasons} ^ {*info.reasons}):
            what = "does not say" if reason in choice.reasons else "says wrongly"
            yield f"release.json: {what} why the version is {info.version}: {reason.text}"
        if info.issued != (before.info.issued or info.date):
            yield f"release.json: {info.issued} is not the day of the first release, {before.info.issued}"

    def _texts(self) -> dict[str, str]:
        return {path: decode(data, path) for path, data in texts_in(self._folder).items()}

    def _told(self, differences: Differences | None, language: str) -> Findings:
        """What changed, in words: the newest section, and with the release before also the others."""
        info, first = self._info, self._config.languages[0]
        path = changes_path(language, first)
        there = _text(self._folder / path)
        heading, _, rest = there.partition(_SECTION)[2].partition("\n")
        earlier = _SECTION + after if (after := rest.partition(_SECTION)[2]) else ""
        if self._before is not None:
            earlier = self._before.changes(path) or self._before.changes(CHANGES)
        made = "".join(
            changes_markdown(
                differences,
                self._config,
                version=info.version,
                date=self._day(heading),
                previous=info.previous and info.previous.version,
                earlier=earlier,
                language=language,
            )
        )
        if differences is not None and self._before is None:
            there, made = _without_unknown(there, made, differences, language)
        found = first_difference(io.BytesIO(there.encode()), iter([made.encode()]))
        if found is not None:
            yield f"{path}{found}"

    def _day(self, heading: str) -> datetime.date | None:
        """The day in a heading: it may be older than the release, which may have been published again since."""
        match = _DATE.fullmatch(heading.replace("\\", ""))
        try:
            day = datetime.date.fromisoformat(match[1]) if match else None
        except ValueError:
            return self._info.date
        return day if day is None or self._info.date is None else min(day, self._info.date)

    def _gone(self, differences: Differences | None) -> Findings:
        """What went away since the release before has a tombstone; older ones stay until it comes back."""
        there = _graph(self._folder / TOMBSTONES)
        earlier = there if self._before is None else self._before.tombstones
        day = self._day(_text(self._folder / CHANGES).partition(_SECTION)[2].partition("\n")[0])
        made = Graph() if differences is None else tombstones(differences, earlier, day)
        if wrong := {*there.triples()} ^ {*made.triples()}:
            triple = min(wrong)
            yield f"{TOMBSTONES}: {' '.join(triple)} is {'wrong' if triple in there else 'not there'}"

    def _beside(self, name: str, made: str) -> tuple[io.BytesIO, Iterator[bytes]]:
        return io.BytesIO(read_bytes(self._folder / name)), pieces(made)


def _without_unknown(there: str, made: str, differences: Differences, language: str) -> tuple[str, str]:
    """Leave out what is said of shapes, queries and rules, and that nothing else changed when it is alone."""
    teller = Teller(differences, language)
    end = there.find(_SECTION, there.find(_SECTION) + 1)
    newest, rest = (there, "") if end < 0 else (there[:end], there[end:])
    headings = "|".join(re.escape(teller.word(name)) for name in ("shapes", "texts"))
    told = rf"\n### (?:{headings})\n\n[^\n]*\n(?:\n#### [^\n]*\n\n(?:(?:  )?- [^\n]*\n)+)+"
    left, cuts = re.subn(told, "", newest, count=2)
    if cuts and differences.empty:
        made = made.replace(f"\n{teller.word('none')}\n", "", 1)
    return left + rest, made


def _text(path: Path) -> str:
    if not path.is_file():
        raise InputError(f"{path.name}: is missing")
    return decode(read_bytes(path), path.name)


def _graph(path: Path) -> Graph:
    return load([(path, path.name)]).graph if path.is_file() and path.stat().st_size else Graph()
