"""Writing files so that nothing is ever half-written: write beside, fsync, rename."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from mosty.model.errors import OutputError


def write_atomically(path: Path, content: str | bytes | Iterable[bytes]) -> None:
    """Write a file so that readers see the old content or the new, never a part.

    Args:
        path: the file.
        content: what is to stand in it; what comes in pieces never stands in memory as a whole.

    Raises:
        OutputError: the folder is missing, not writable, or the disk is full.
    """
    write_together({path: content})


def write_together(contents: Mapping[Path, str | bytes | Iterable[bytes] | None]) -> None:
    """Write several files; when there is no room or right for one of them, none is changed.

    Args:
        contents: by path; None takes the file away.

    Raises:
        OutputError: a folder is missing, not writable, or the disk is full.
    """
    staged: dict[Path, Path] = {}
    path = Path()
    try:
        for path, content in contents.items():
            if content is None:
                continue
            data = content.encode("utf-8") if isinstance(content, str) else content
            pieces = [data] if isinstance(data, bytes) else data
            target = real_path(path)  # a symlink's target is replaced, not the link
            if target.exists() and not target.is_file():
                with target.open("wb") as file:  # a device or pipe, such as /dev/null, cannot be renamed over
                    file.writelines(pieces)
                continue
            descriptor, name = tempfile.mkstemp(prefix=f".{target.name[:50]}.", dir=target.parent)
            staged[Path(name)] = target
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(pieces)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
        for temporary, path in staged.items():
            temporary.replace(path)
            sync_folder(path.parent)
        for path in (path for path, content in contents.items() if content is None):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be written: {error.strerror or error}",
            "check the folder, its rights and the free space",
        ) from error
    finally:
        for temporary in staged:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


@contextmanager
def made_folder(folder: Path) -> Iterator[None]:
    """Make a folder, with those above it; when the block fails, those that were made are taken away again."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for path in missing:
            with suppress(OSError):
                path.rmdir()
        raise


def real_path(path: Path) -> Path:
    """Follow the symlinks of a path as far as they lead; Path.resolve raises on a loop before Python 3.13."""
    return Path(os.path.realpath(path))


def sync_folder(folder: Path) -> None:
    """Make renames inside a folder last through a power cut, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
