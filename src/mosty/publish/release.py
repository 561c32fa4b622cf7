"""Making a release: dumps of the graph, its descriptions and checksums, the same bytes from the same files."""

from __future__ import annotations

import datetime
import hashlib
import os
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from mosty.model.diagnostics import Severity, ValidationReport
from mosty.model.errors import InputError, UsageError, ViolationsError
from mosty.publish import dcat, void
from mosty.publish.content import Content, quads_by_source, read_content
from mosty.publish.description import VOCABULARIES, Description, ReleaseFile
from mosty.publish.folder import CHECKSUMS, refuse_other_folder, write_folder
from mosty.rdf.files import real_path
from mosty.rdf.prefixes import Prefixes, is_iri
from mosty.rdf.reading import read_bytes
from mosty.rdf.writing import nquads, turtle
from mosty.workspace.config import FILE_NAME
from mosty.workspace.workspace import Workspace

_ONTOLOGY = ox.NamedNode(VOCABULARIES["owl"] + "Ontology")
_INPUT_FOLDERS = ("data", "ontology", "shapes", "queries")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_LICENCE = "LICENSE-DATA"


class Release(NamedTuple):
    """A release that was written, or would be.

    Attributes:
        folder: where it is.
        version, date: what it says of itself; None when nothing was given.
        triples: number of asserted triples in the main dump.
        derived: number of derived triples.
        files: sorted by path.
    """

    folder: Path
    version: str | None
    date: datetime.date | None
    triples: int
    derived: int
    files: tuple[ReleaseFile, ...]


def publish(
    workspace: Workspace,
    target: Path,
    *,
    report: ValidationReport,
    date: datetime.date | None = None,
    version: str | None = None,
    dry_run: bool = False,
) -> Release:
    """Write a release of a workspace into a folder, all or nothing.

    Args:
        workspace: the workspace.
        target: the folder; an earlier release there is replaced, anything else is refused.
        report: the validation of the workspace; with a violation nothing is published.
        date: the date of the release; without one that of SOURCE_DATE_EPOCH, and without that none is said.
        version: the version; without one that of ``[publish]`` in mosty.toml, if it has one.
        dry_run: do everything but write.

    Raises:
        ViolationsError: the workspace has violations.
        FindingsError: a public file leads to private data.
        InputError: a file cannot be read, or records hold a blank node.
        UsageError: the folder is no place for a release.
        OutputError: it cannot be written; what was there before still is.
    """
    if not report.conforms:
        count = report.count(Severity.VIOLATION)
        raise ViolationsError(
            f"nothing published: {count} violation{'s' if count != 1 else ''} in the workspace",
            report,
            "`mosty validate` shows them",
        )
    _check_config(workspace)
    _refuse_input_folder(workspace, target)
    refuse_other_folder(target)
    date = date or source_date(os.environ)
    version = version or workspace.config.publish.get("version")
    if version is not None and not version.isprintable():
        raise UsageError("the version holds a line break or control character", "write it like 1.2.0")
    content = read_content(workspace)
    composer = _Composer(workspace, content, date, version)
    files = composer.files()
    if not dry_run:
        write_folder(files, target)
    return Release(
        target, version, date, len(composer.whole), len(composer.derived), tuple(composer.listed())
    )


def source_date(environment: Mapping[str, str]) -> datetime.date | None:
    """Read the date of SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/), in UTC.

    >>> source_date({"SOURCE_DATE_EPOCH": "1742169600"})
    datetime.date(2025, 3, 17)

    Raises:
        UsageError: it is not a number of seconds.
    """
    text = environment.get("SOURCE_DATE_EPOCH", "")
    if not text:
        return None
    try:
        return datetime.datetime.fromtimestamp(int(text), datetime.UTC).date()
    except (ValueError, OverflowError, OSError):
        raise UsageError(
            f"SOURCE_DATE_EPOCH is not a number of seconds since 1970: {text!r}", "unset it, or give --date"
        ) from None


class _Composer:
    """Composes the files of a release in memory."""

    def __init__(
        self, workspace: Workspace, content: Content, date: datetime.date | None, version: str | None
    ) -> None:
        self.workspace = workspace
        self.config = workspace.config
        self.content = content
        self.date = date
        self.version = version
        self.prefixes = Prefixes({**self.config.prefixes, **_missing(self.config.prefixes)})
        self.whole = _triples([*content.all_records, *content.schemes, *content.evidence])
        self.derived = _triples(content.derived)
        self._name = _file_name(self.config.name)
        self._files: dict[str, bytes] = {}
        self._titles: dict[str, str] = {}

    def files(self) -> dict[str, bytes]:
        """Compose all files: content by path."""
        content, name = self.content, self._name
        main, extra, dump = f"{name}.ttl", f"{name}-derived.ttl", f"{name}.nq"
        parts = [
            *self._kinds(),
            void.Part("schemes.ttl", "The SKOS schemes", _triples(content.schemes)),
            void.Part(extra, "Derived triples: what the rules make of the asserted ones", self.derived),
        ]
        self._turtle(main, "The graph: records, sources, schemes and evidence", self.whole)
        for part in parts:
            self._turtle(part.path, part.title, part.triples)
        self._turtle("ontology.ttl", "The ontology", _triples(content.ontology))
        self._turtle("shapes.ttl", "The SHACL shapes that the records conform to", _triples(content.shapes))
        quads = quads_by_source(content, self.config.base, f"{self.config.base}id/source/{name}-editors")
        self._add(dump, "All triples, each in the graph of each source that says it", nquads(quads))

        about = void.describe(self.config, self.whole, parts, [main, dump], date=self.date)
        self._add("void.ttl", "Counts of triples, classes and properties (VoID)", self._described(about))
        catalogue = dcat.describe(
            self.config, self.listed(), conforms_to=self._ontologies(), date=self.date, version=self.version
        )
        self._add("dcat.ttl", "Description for data portals (DCAT-AP 3)", self._described(catalogue))
        if (self.workspace.root / _LICENCE).is_file():
            self._add("LICENSE.txt", "The licence", read_bytes(self.workspace.root / _LICENCE))
        self._add("README.txt", "What the files are", self._readme())
        sums = "".join(f"{file.sha256}  {file.path}\n" for file in self.listed())
        self._add(CHECKSUMS, f"SHA-256 of all files: sha256sum --check {CHECKSUMS}", sums)
        return self._files

    def listed(self) -> list[ReleaseFile]:
        """List the files composed so far, sorted by path."""
        return [
            ReleaseFile(path, self._titles[path], len(data), hashlib.sha256(data).hexdigest())
            for path, data in sorted(self._files.items())
        ]

    def _kinds(self) -> list[void.Part]:
        folders = {kind.folder for kind in self.config.kinds.values()}
        return [
            void.Part(f"kinds/{folder}.ttl", f"{folder.capitalize()} and their parts", _triples(quads))
            for folder, quads in sorted(self.content.records.items())
            if folder in folders
        ]

    def _ontologies(self) -> list[str]:
        headers = [quad.subject for quad in self.content.ontology if quad.object == _ONTOLOGY]
        return sorted({node.value for node in headers if isinstance(node, ox.NamedNode)})

    def _turtle(self, path: str, title: str, triples: Collection[ox.Triple]) -> None:
        self._add(path, title, turtle(list(triples), self.prefixes, self._header(title)))

    def _described(self, description: Description) -> str:
        return description.turtle(self.prefixes, self._header())

    def _header(self, title: str | None = None) -> list[str]:
        known = (
            self.config.publish.get("title", self.config.title),
            self.version,
            self.date and self.date.isoformat(),
        )
        lines = [", ".join(part for part in known if part)]
        if title:
            lines.append(title + ".")
        if licence := self.config.publish.get("license"):
            lines.append(f"Licence: {licence}")
        return [" ".join(line.split()) for line in lines]

    def _readme(self) -> str:
        files = {**self._titles, CHECKSUMS: f"SHA-256 of all files: sha256sum --check {CHECKSUMS}"}
        width = max(map(len, files))
        rows = [f"{path:<{width}}  {title}" for path, title in sorted(files.items())]
        name = self._name
        notes = [
            "Literals are as they were written in the source files. Nothing here is derived but the triples of",
            f"{name}-derived.ttl and of the graph {self.config.derived_graph}.",
            "A query that relies on derived triples or on subclasses needs three files together:",
            f"{name}.ttl, {name}-derived.ttl and ontology.ttl; {name}.nq holds all of them.",
        ]
        return "\n".join([*self._header(), "", *rows, "", *notes]) + "\n"

    def _add(self, path: str, title: str, content: str | bytes) -> None:
        self._files[path] = content.encode("utf-8") if isinstance(content, str) else content
        self._titles[path] = title


def _check_config(workspace: Workspace) -> None:
    """Refuse what cannot stand in a description, before anything is made."""
    config, file = workspace.config, workspace.show_path(workspace.root / FILE_NAME)
    for key in ("license", "download"):
        if key in config.publish and not is_iri(config.publish[key]):
            raise InputError(
                f"{file}: publish.{key} is not an IRI: {config.publish[key]!r}", "write https://..."
            )
    for tag in config.languages:
        if not _LANGUAGE.fullmatch(tag):
            raise InputError(f"{file}: not a language tag: {tag!r}", "write it like en or zh-Hant (RFC 5646)")


def _refuse_input_folder(workspace: Workspace, target: Path) -> None:
    resolved = real_path(target)
    for name in _INPUT_FOLDERS:
        if resolved.is_relative_to(real_path(workspace.root / name)):
            raise UsageError(
                f"{target}: lies in {name}/, so the release would become a part of the workspace",
                "name a folder outside, for example release",
            )


def _missing(prefixes: Mapping[str, str]) -> dict[str, str]:
    known = set(prefixes.values())
    return {p: iri for p, iri in VOCABULARIES.items() if p not in prefixes and iri not in known}


def _file_name(name: str) -> str:
    """Make the main dump's name of the workspace's: no path, and no name that another file has."""
    safe = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-") or "graph"
    return f"{safe}-graph" if safe in ("ontology", "schemes", "shapes", "dcat", "void") else safe


def _triples(quads: Sequence[ox.Quad]) -> list[ox.Triple]:
    return list(dict.fromkeys(quad.triple for quad in quads))
