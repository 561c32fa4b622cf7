"""Writing files so that nothing is ever half-written: write beside, fsync, rename."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from mosty.model.errors import OutputError


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file so that readers see the old content or the new, never a part.

    Raises:
        OutputError: the folder is missing, not writable, or the disk is full.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    path = real_path(path)  # a symlink's target is replaced, not the link
    temporary: Path | None = None
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)  # a device or pipe, such as /dev/null, cannot be renamed over
            return
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
        raise OutputError(
            f"{path}: cannot be written: {error.strerror or error}",
            "check the folder, its rights and the free space",
        ) from error


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
