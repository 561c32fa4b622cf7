"""A release on disk: all of it or nothing, and never in place of something else."""

from __future__ import annotations

import glob
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator, Set
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from mosty.model.errors import OutputError, UsageError
from mosty.publish.staging import SCRATCH, Stage
from mosty.rdf.files import made_folder, real_path, sync_folder

try:
    import fcntl
except ImportError:  # Windows has no such locks
    fcntl = None  # type: ignore[assignment]

CHECKSUMS = "SHA256SUMS"
"""The file that lists all others."""

MARKS = frozenset({"README.txt", "dcat.ttl", "ontology.ttl", "shapes.ttl", "void.ttl"})
"""Files of every release: checksums that list them all make a folder a release; many a download has checksums."""

_STALE = 3600  # seconds after which what a killed run left behind is swept where there are no locks
_MANY = 1000
_WINDOWS = os.name == "nt"


@contextmanager
def staged(target: Path | None) -> Iterator[Stage]:
    """Put a release together so that readers see the old one or the new one, never a mixture.

    The files are written to a hidden folder beside the target and brought to disk; when the block ends well, the
    two folders change places in one step. A run that is killed leaves the target as it was; the next one sweeps
    what it left beside it.

    Args:
        target: the folder; an earlier release there is replaced. None writes nothing: only sums are taken.

    Raises:
        UsageError: the target is something else than a release.
        OutputError: it cannot be written, for example because the disk is full; the target stays as it was.
    """
    if target is None:
        yield Stage(None)
        return
    refuse_other_folder(target)
    shown, target = target, real_path(target)
    try:
        with made_folder(target.parent), _temporary(target) as temporary:
            stage = Stage(temporary)
            yield stage
            shutil.rmtree(temporary / SCRATCH, ignore_errors=True)
            _bring_to_disk(temporary)
            with _locked(target.parent):
                previous = target.with_name(f".{target.name}.previous")
                _recover(target, previous)
                refuse_other_folder(target)  # somebody may have put something there meanwhile
                _exchange(temporary, target, previous)
            sync_folder(target.parent)
    except OSError as error:
        raise OutputError(
            f"{shown}: the release cannot be written: {error.strerror or error}",
            "check the folder, its rights and the free space; nothing was changed",
        ) from error


def refuse_other_folder(target: Path) -> None:
    """Refuse a target that is not absent, empty, or an earlier release and nothing else.

    Raises:
        UsageError: the target holds something that would be lost.
    """
    if real_path(Path.cwd()).is_relative_to(real_path(target)):
        raise UsageError(
            f"{target}: is the folder that you are in, or lies above it",
            "name another folder: this one would change places with the release under your feet",
        )
    try:  # asked once: another run may exchange the folders at any moment
        is_folder = stat.S_ISDIR(target.stat().st_mode)
    except OSError:  # absent, or a link that leads nowhere
        if not target.is_symlink():
            return
        is_folder = False
    if not is_folder:
        raise UsageError(f"{target}: is not a folder", "name a folder for the release")
    try:
        with _held(target) as folder:
            foreign = _foreign(folder, _listed(folder))
            gone = foreign is not None and not folder.samefile(target)
    except FileNotFoundError:
        gone = True
    except OSError as error:
        raise OutputError(
            f"{target}: cannot be read: {error.strerror or error}", "check its rights"
        ) from error
    if gone:  # another run has just put its release in the place of this one
        refuse_other_folder(target)
    elif foreign is not None:
        raise UsageError(
            f"{target}: holds files that are not of a release: {foreign}",
            "name a new folder, or move these files away",
        )


@contextmanager
def _held(folder: Path) -> Iterator[Path]:
    """A path that leads to this folder even when it is moved meanwhile, where the system has such (Linux)."""
    handles = Path("/proc/self/fd")
    if _WINDOWS or not handles.is_dir():
        yield folder
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield handles / str(descriptor)
    finally:
        os.close(descriptor)


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
def _temporary(target: Path) -> Iterator[Path]:
    """A hidden folder beside the target, locked for as long as this process lives; it is gone in the end."""
    with ExitStack() as stack:
        with _locked(target.parent):  # so that nobody sweeps a folder before its lock is there
            _sweep(target)
            folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.new-", dir=target.parent))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            stack.enter_context(_locked(folder))
        yield folder


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Wait until no other process has this folder locked; the system ends a lock with its process."""
    if fcntl is None:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # not every network disk has such locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _is_abandoned(folder: Path) -> bool:
    """Whether the process that made a temporary folder is gone: nobody holds its lock."""
    if fcntl is not None:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            return False
        except OSError:
            pass
        finally:
            os.close(descriptor)
    return time.time() - folder.stat().st_mtime > _STALE  # no locks here, so only age tells


def _sweep(target: Path) -> None:
    """Remove what killed runs left beside the target."""
    for left in target.parent.glob(f".{glob.escape(target.name)}.new-*"):
        with suppress(OSError):
            if _is_abandoned(left):
                shutil.rmtree(left)


def _recover(target: Path, previous: Path) -> None:
    """Bring back a release that a killed run had moved away, or remove it when the new one is there."""
    if previous.is_dir():
        if target.exists():
            shutil.rmtree(previous)
        else:
            previous.rename(target)


def _bring_to_disk(folder: Path) -> None:
    """Make all files of a folder last through a power cut, and open the folder to whom the umask lets in."""
    own = () if _WINDOWS else ("",)  # the folder itself: Windows opens none
    found = [Path(parent, name) for parent, _, names in os.walk(folder) for name in (*own, *names)]
    if len(found) > _MANY and hasattr(os, "sync"):
        os.sync()  # then each of them is on disk already, and asking costs little
    for path in found:
        descriptor = os.open(path, os.O_RDWR if _WINDOWS else os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    mask = os.umask(0)
    os.umask(mask)
    folder.chmod(0o777 & ~mask)  # mkdtemp makes folders that only their owner may open


def _exchange(new: Path, target: Path, previous: Path) -> None:
    if not target.exists():
        new.rename(target)
        return
    if _swapped(new, target):  # the old release goes with the temporary folder
        return
    target.rename(previous)
    try:
        new.rename(target)
    except BaseException:
        previous.rename(target)
        raise
    shutil.rmtree(previous, ignore_errors=True)


def _swapped(one: Path, other: Path) -> bool:
    """Let two folders change places in one step, where the system can (Linux: renameat2)."""
    if not sys.platform.startswith("linux"):
        return False
    import ctypes

    function = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if function is None:
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return bool(function(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0)
