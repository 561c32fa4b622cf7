"""Making a release: dumps of the graph, its descriptions and checksums, the same bytes from the same files."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple, Unpack

from mosty.diff.texts import texts_of
from mosty.model.diagnostics import Severity, ValidationReport
from mosty.model.errors import UsageError, ViolationsError
from mosty.model.formats import RELEASE_FORMATS, USUAL_FORMATS
from mosty.publish.composing import Composer, Plan, SiteBuilder
from mosty.publish.content import read_content
from mosty.publish.folder import refuse_other_folder, staged
from mosty.publish.history import read_before
from mosty.publish.info import ReleaseInfo
from mosty.publish.options import Options
from mosty.publish.safety import (
    ALLOWANCES,
    DIRTY,
    INPUTS,
    PERSONAL,
    refuse_personal_data,
    refuse_uncommitted,
)
from mosty.publish.settings import refuse_unfit
from mosty.publish.staging import ReleaseFile
from mosty.publish.versioning import Snapshot, next_version
from mosty.rdf.files import real_path
from mosty.rdf.keys import iri_key
from mosty.rdf.reading import decode, read_bytes
from mosty.workspace.config import FILE_NAME
from mosty.workspace.workspace import Workspace

_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,63}")
_LICENCE = "LICENSE-DATA"


class Release(NamedTuple):
    """A release that was written, or would be.

    Attributes:
        folder: where it is.
        info: what it says of itself: version, date, hash, counts, reasons.
        files: sorted by path.
    """

    folder: Path
    info: ReleaseInfo
    files: tuple[ReleaseFile, ...]


def publish(
    workspace: Workspace,
    target: Path,
    *,
    report: ValidationReport,
    site: SiteBuilder | None = None,
    **options: Unpack[Options],
) -> Release:
    """Write a release of a workspace into a folder, all or nothing.

    Args:
        workspace: the workspace.
        target: the folder; an earlier release there is replaced, anything else is refused.
        report: the validation of the workspace; with a violation nothing is published.
        site: makes the pages of a site among the files, when there are to be any.
        options: see `Options`.

    Raises:
        ViolationsError: the workspace has violations.
        FindingsError: a public file leads to private data, there is personal data, or files are not committed.
        InputError: a file cannot be read, or records hold a blank node.
        UsageError: the folder is no place for a release, or an option is wrong.
        OutputError: it cannot be written; what was there before still is.
    """
    if not report.conforms:
        count = report.count(Severity.VIOLATION)
        raise ViolationsError(
            f"nothing published: {count} violation{'s' if count != 1 else ''} in the workspace",
            report,
            "`mosty validate` shows them",
        )
    allow = options.get("allow", ())
    if unknown := sorted(set(allow) - set(ALLOWANCES)):
        raise UsageError(f"nothing can be allowed as {unknown[0]!r}", "allow " + " or ".join(ALLOWANCES))
    refuse_unfit(workspace.config, workspace.show_path(workspace.root / FILE_NAME))
    _refuse_input_folder(workspace, target)
    refuse_other_folder(target)
    date = options.get("date") or source_date(os.environ)
    version = options.get("version") or workspace.config.publish.get("version")
    if version is not None and not _VERSION.fullmatch(version):
        raise UsageError(
            f"{version!r} is no version", "write it like 1.2.0, with letters, digits and . + - _ only"
        )
    formats = _formats(workspace, options.get("formats"))
    if DIRTY not in allow:
        refuse_uncommitted(workspace)
    content = read_content(workspace)
    texts = texts_of(workspace)
    if PERSONAL not in allow:
        said = {
            f"[publish] {key} in {FILE_NAME}": text
            for key, text in workspace.config.publish.items()
            if key != "contact"
        }
        refuse_personal_data(content, {path: decode(text, path) for path, text in texts.items()} | said)
    before = read_before(target, options.get("previous"), workspace.config.base)
    choice = next_version(
        before and before.info,
        before and before.snapshot,
        Snapshot.of(content, {path: decode(text, path) for path, text in texts.items()}),
        classes=frozenset(iri_key(kind.record_class) for kind in workspace.config.kinds.values()),
        prefixes=workspace.prefixes,
        given=version,
    )
    if before is not None and choice.version == before.info.version and choice.reasons != before.info.reasons:
        raise UsageError(
            f"the release before is version {choice.version} too, and says something else",
            f"leave --version out, or give a new one ({choice.needed or 'any other'})",
        )
    plan = Plan(
        date=date,
        choice=choice,
        before=before,
        texts=texts,
        formats=formats,
        licence=read_bytes(licence) if (licence := workspace.root / _LICENCE).is_file() else None,
        site=site,
    )
    with staged(None if options.get("dry_run") else target) as stage:
        info = Composer(workspace.config, content, stage, plan).compose()
        files = tuple(stage.files)
    return Release(target, info, files)


def _formats(workspace: Workspace, chosen: Collection[str] | None) -> frozenset[str]:
    if chosen is None:
        said = workspace.config.publish.get("formats")
        chosen = USUAL_FORMATS if said is None else said.replace(",", " ").split()
    if unknown := sorted(set(chosen) - set(RELEASE_FORMATS)):
        raise UsageError(
            f"no format of releases is called {unknown[0]!r}", "formats: " + ", ".join(RELEASE_FORMATS)
        )
    return frozenset(chosen)


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


def _refuse_input_folder(workspace: Workspace, target: Path) -> None:
    resolved = real_path(target)
    for name in INPUTS:
        if resolved.is_relative_to(real_path(workspace.root / name)):
            raise UsageError(
                f"{target}: lies in {name}/, so the release would become a part of the workspace",
                "name a folder outside, for example release",
            )
