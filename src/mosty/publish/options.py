"""What can be said about a release that is to be made."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from pathlib import Path
from typing import TypedDict


class Options(TypedDict, total=False):
    """What can be said about a release; everything may be left out.

    Attributes:
        date: the date of the release; without one that of SOURCE_DATE_EPOCH, and without that none is said.
        version: the version; without one that of ``[publish]`` in mosty.toml, and without that it is worked out
            from what changed since the previous release.
        previous: the folder of the previous release; without one the release that is replaced.
        formats: which of `mosty.model.formats.RELEASE_FORMATS` to write; without them those of ``[publish]``, or the
            usual ones.
        allow: what is published all the same: ``dirty`` (files that no commit holds), ``personal-data``.
        dry_run: do everything but write.
    """

    date: datetime.date | None
    version: str | None
    previous: Path | None
    formats: Collection[str] | None
    allow: Collection[str]
    dry_run: bool
