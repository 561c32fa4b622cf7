"""A workspace as a git revision held it, written into a folder of its own."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mosty.model.errors import EngineError, InputError
from mosty.workspace.config import FILE_NAME
from mosty.workspace.dataset import cache_folder
from mosty.workspace.revision import commit_of, run_git
from mosty.workspace.workspace import PRIVATE, Workspace

_HELD = (FILE_NAME, "ontology", "data", "shapes", "queries")
_DISTRUST = "the repository was tampered with: get it from elsewhere"
_FILE_MODES = (b"100644", b"100755")


@contextmanager
def checked_out(root: Path, revision: str) -> Iterator[Workspace]:
    """Give the workspace of a folder as it was at a revision, while the block lasts.

    Links and submodules are left out, and so is what is private.

    Args:
        root: a workspace in a git repository.
        revision: a commit, branch or tag, as git names it.

    Raises:
        UsageError: git does not know the revision.
        InputError: the folder is in no git repository, was no workspace then, or held files that no folder can.
        EngineError: git is not installed, or failed.
    """
    top, commit = commit_of(root, revision)
    inside = Path(os.path.realpath(root)).relative_to(os.path.realpath(top))
    files = _files(top, commit, inside)
    if not any(path == Path(FILE_NAME) for path, _ in files):
        raise InputError(
            f"{revision}: held no workspace (no {FILE_NAME})",
            "name a revision in which the workspace was there",
        )
    with tempfile.TemporaryDirectory(prefix="mosty-") as name:
        folder = Path(name)
        try:
            _write(top, folder, files)
            yield Workspace(folder)
        finally:
            shutil.rmtree(cache_folder(folder), ignore_errors=True)


def _files(top: Path, commit: str, inside: Path) -> list[tuple[Path, bytes]]:
    """The files of the workspace, each with the name of its content in git."""
    paths = [str(inside / name) for name in _HELD]
    listed = run_git(top, "ls-tree", "-r", "-z", "--full-tree", commit, "--", *paths)
    files = []
    for entry in listed.split(b"\0")[:-1]:
        about, _, name = entry.partition(b"\t")
        mode, *_, blob = about.split(b" ")
        # Only git's own commands refuse such names; a commit that somebody made by hand can hold them.
        if {"", ".", ".."} & {*os.fsdecode(name).replace(os.sep, "/").split("/")}:
            raise InputError(
                f"{os.fsdecode(name)!r} in the history of git is no path inside a folder", _DISTRUST
            )
        path = Path(os.fsdecode(name))
        if mode in _FILE_MODES and path.is_relative_to(inside):
            relative = path.relative_to(inside)
            if relative.parts[:2] != ("data", PRIVATE):
                files.append((relative, blob))
    return files


def _write(top: Path, folder: Path, files: Sequence[tuple[Path, bytes]]) -> None:
    asked = b"".join(blob + b"\n" for _, blob in files)
    answer = run_git(top, "cat-file", "--batch", given=asked)
    at = 0
    for path, _ in files:
        end = answer.index(b"\n", at)
        _, kind, size = (*answer[at:end].split(b" "), b"")[:3]
        if kind != b"blob":
            raise EngineError(f"git does not hold the content of {path}", "fetch the whole history")
        at = end + 1
        target = folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(answer[at : at + int(size)])
        except (OSError, RecursionError) as error:
            reason = getattr(error, "strerror", None) or error
            raise InputError(
                f"{str(path)[:300]!r} in the history of git cannot be written: {reason}"
            ) from None
        at += int(size) + 1
