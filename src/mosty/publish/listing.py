"""The files of a release for people: what would fill pages stands in one line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from mosty.publish.staging import ReleaseFile

SITE = "site"
"""The part of a release that is for browsers."""

_MOST = 5
_FOLDERS = {
    "kinds": "The graph by kind of record",
    "queries": "Stored queries",
    "rules": "Rules that derive triples",
    "tables": "Tables for people without RDF",
}


class Row(NamedTuple):
    """A file, or a folder with many: its path, what it holds, its size in bytes."""

    path: str
    title: str
    size: int


def rows(files: Iterable[ReleaseFile]) -> list[Row]:
    """List files sorted by path; compressed copies are left out, folders with many files and the site are one row each.

    >>> rows([ReleaseFile("a.ttl", "A", 5, ""), ReleaseFile("a.ttl.gz", "A (gzip)", 3, "")])
    [Row(path='a.ttl', title='A', size=5)]
    """
    by_folder: dict[str, list[ReleaseFile]] = defaultdict(list)
    files = list(files)
    paths = {file.path for file in files}
    site = [file for file in files if file.part == SITE]
    for file in files:
        if file.part != SITE and file.path.removesuffix(".gz") not in paths - {file.path}:
            by_folder[file.path.partition("/")[0] if "/" in file.path else ""].append(file)
    listed = [Row("index.html", f"The site: {len(site):,} files", sum(f.size for f in site))] if site else []
    for folder, held in by_folder.items():
        if folder and len(held) > _MOST:
            title = f"{_FOLDERS.get(folder, 'More')}: {len(held):,} files"
            listed.append(Row(f"{folder}/", title, sum(file.size for file in held)))
        else:
            listed += [Row(file.path, file.title, file.size) for file in held]
    return sorted(listed)
