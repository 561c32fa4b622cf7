"""A release on disk: all of it or nothing, and never in place of something else."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from mosty.model.errors import OutputError, UsageError
from mosty.rdf.files import made_folder, real_path, sync_folder

CHECKSUMS = "SHA256SUMS"
"""The file that lists all others."""

MARKS = frozenset({"README.txt", "dcat.ttl", "ontology.ttl", "shapes.ttl", "void.ttl"})
"""Files of every release: checksums that list them all make a folder a release; many a download has checksums."""

_STALE = 3600  # seconds after which what a killed run left behind is swept


def write_folder(files: Mapping[str, bytes], target: Path) -> None:
    """Write files into a folder so that readers see the old release or the new one, never a mixture.

    The files are written to a hidden folder beside the target and brought to disk, then the folders change
    places by renaming.

    Args:
        files: content by path inside the folder.
        target: the folder; an earlier release there is replaced.

    Raises:
        UsageError: the target is something else than a release.
        OutputError: it cannot be written, for example because the disk is full; the target stays as it was.
    """
    refuse_other_folder(target)
    target = real_path(target)
    try:
        with made_folder(target.parent):
            temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}.new-", dir=target.parent))
            try:
                _fill(temporary, files)
                with _alone_in(target.parent):
                    previous = target.with_name(f".{target.name}.previous")
                    _recover(target, previous)
                    _exchange(temporary, target, previous)
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
            sync_folder(target.parent)
    except OSError as error:
        raise OutputError(
            f"{target}: the release cannot be written: {error.strerror or error}",
            "check the folder, its rights and the free space; nothing was changed",
        ) from error


def refuse_other_folder(target: Path) -> None:
    """Refuse a target that is not absent, empty, or an earlier release and nothing else.

    Raises:
        UsageError: the target holds something that would be lost.
    """
    try:  # asked once: another run may exchange the folders at any moment
        is_folder = stat.S_ISDIR(target.stat().st_mode)
    except OSError:  # absent, or a link that leads nowhere
        if not target.is_symlink():
            return
        is_folder = False
    if not is_folder:
        raise UsageError(f"{target}: is not a folder", "name a folder for the release")
    try:
        foreign = _foreign(target, _listed(target))
    except FileNotFoundError:  # another run has just put its release in the place of this one
        refuse_other_folder(target)
        return
    except OSError as error:
        raise OutputError(
            f"{target}: cannot be read: {error.strerror or error}", "check its rights"
        ) from error
    if foreign is not None:
        raise UsageError(
            f"{target}: holds files that are not of a release: {foreign}",
            "name a new folder, or move these files away",
        )


def _foreign(target: Path, listed: Set[str]) -> str | None:
    """Find a file that is not listed; the first one is enough, as the folder may be a whole disk."""

    def refuse(error: OSError) -> NoReturn:
        raise error

    for parent, folders, names in os.walk(target, onerror=refuse):
        folders.sort()
        links = [name for name in folders if Path(parent, name).is_symlink()]
        found = {Path(parent, name).relative_to(target).as_posix() for name in (*names, *links)}
        if foreign := sorted(found - listed):
            return foreign[0]
    return None


def _listed(target: Path) -> set[str]:
    """Name the files of a release by its checksums; nothing when these are of something else."""
    checksums = target / CHECKSUMS
    if not checksums.is_file():
        return set()
    files = {line[66:] for line in checksums.read_text("utf-8", "replace").splitlines()}
    return {CHECKSUMS, *files} if files >= MARKS else set()


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other process exchanges folders here; the system ends the lock with the process."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(ImportError, OSError):  # neither Windows nor every network disk has such locks
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _recover(target: Path, previous: Path) -> None:
    """Tidy up after a run that was killed: bring back a release it had moved away, sweep what it left."""
    if previous.is_dir():
        if target.exists():
            shutil.rmtree(previous)
        else:
            previous.rename(target)
    for left in target.parent.glob(f".{target.name}.new-*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _STALE:
                shutil.rmtree(left)


def _fill(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    for inner in folder.rglob("*"):
        if inner.is_dir():
            sync_folder(inner)
    sync_folder(folder)
    mask = os.umask(0)
    os.umask(mask)
    folder.chmod(0o777 & ~mask)  # mkdtemp makes folders that only their owner may open


def _exchange(new: Path, target: Path, previous: Path) -> None:
    if not target.exists():
        new.rename(target)
        return
    target.rename(previous)
    try:
        new.rename(target)
    except BaseException:
        previous.rename(target)
        raise
    shutil.rmtree(previous, ignore_errors=True)
