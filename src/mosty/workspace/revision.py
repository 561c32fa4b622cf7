"""What a git revision said: the files that differ from it, and how they read then."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from mosty.model.errors import EngineError, InputError, UsageError


class Revision(NamedTuple):
    """The difference between a revision and the files as they are now.

    Attributes:
        changed: files that are new, changed or gone since.
        old: how those of them that the revision holds read then.
    """

    changed: frozenset[Path]
    old: Mapping[Path, bytes]


def read_revision(root: Path, revision: str, below: Iterable[Path]) -> Revision:
    """Compare the files below some folders with a revision; files that git ignores are left out.

    Args:
        root: a folder inside the repository.
        revision: a commit, branch or tag, as git names it.
        below: folders or files to look at, absolute or relative to the working directory.

    Raises:
        UsageError: git does not know the revision.
        InputError: the folder is in no git repository.
        EngineError: git is not installed, or failed.
    """
    top, name = commit_of(root, revision)
    paths = [str(path.resolve()) for path in below]
    if not paths:
        return Revision(frozenset(), {})
    differing = run_git(top, "diff", "--no-ext-diff", "--no-renames", "--name-only", "-z", name, "--", *paths)
    untracked = run_git(top, "ls-files", "--others", "--exclude-standard", "-z", "--", *paths)
    files = sorted({*differing.split(b"\0"), *untracked.split(b"\0")} - {b""})
    held = run_git(
        top, "ls-tree", "-r", "-z", "--name-only", "--full-tree", name, "--", *map(os.fsdecode, files)
    )
    there = set(held.split(b"\0")) if files else set()
    old = {
        top / os.fsdecode(file): run_git(top, "cat-file", "blob", f"{name}:{os.fsdecode(file)}")
        for file in files
        if file in there
    }
    return Revision(frozenset(top / os.fsdecode(file) for file in files), old)


def uncommitted(root: Path, below: Iterable[Path]) -> list[Path]:
    """List the files below some folders that differ from the last commit; new ones and those that git ignores too.

    Raises:
        InputError: the folder is in no git repository.
        UsageError: the repository has no commit yet.
        EngineError: git is not installed, or failed.
    """
    paths = list(below)
    changed = read_revision(root, "HEAD", paths).changed
    top = _top(root)
    others = run_git(top, "ls-files", "--others", "-z", "--", *(str(path.resolve()) for path in paths))
    return sorted({*changed, *(top / os.fsdecode(name) for name in others.split(b"\0") if name)})


def commit_of(root: Path, revision: str) -> tuple[Path, str]:
    """Find the folder that a repository begins in, and the name of a commit.

    Args:
        root: a folder inside the repository.
        revision: a commit, branch or tag, as git names it.

    Raises:
        UsageError: git does not know the revision.
        InputError: the folder is in no git repository.
        EngineError: git is not installed, or failed.
    """
    top = _top(root)
    try:
        commit = run_git(
            root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
        )
    except EngineError:
        raise UsageError(f"git knows no revision {revision!r}", "name a commit, branch or tag") from None
    return top, commit.decode().strip()


def _top(root: Path) -> Path:
    return Path(os.fsdecode(run_git(root, "rev-parse", "--show-toplevel").removesuffix(b"\n")))


def run_git(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    """Run git so that nothing that the repository configures runs, and nothing in it is written.

    Args:
        folder: where.
        arguments: the command.
        given: what it reads from standard input.

    Raises:
        InputError: the folder is in no git repository.
        EngineError: git is not installed, or failed.
    """
    command = [
        "git",
        "-c",
        "core.fsmonitor=false",
        "-c",
        "core.quotepath=off",
        "--literal-pathspecs",
        *arguments,
    ]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, input=given, capture_output=True, check=False
        )
    except OSError as error:
        raise EngineError(f"git cannot be run: {error.strerror}", "install git") from None
    if done.returncode:
        said = " ".join(done.stderr.decode("utf-8", "replace").split())
        if "not a git repository" in said:
            raise InputError(
                f"{folder}: is in no git repository",
                "only files in a repository can be compared with a git revision",
            )
        raise EngineError(
            f"git failed: {said[:300] or arguments[0]}", "see what git says about the repository"
        )
    return done.stdout
