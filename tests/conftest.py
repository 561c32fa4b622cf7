"""What all tests share: the repository, copies of it, and the command line."""

from __future__ import annotations

import datetime
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import hypothesis
import pytest
from surroundings import surroundings
from tables import make_content, own_content, own_tables  # noqa: F401

import mosty

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
WORKSPACE = ("mosty.toml", "ontology", "data", "shapes", "queries")


class Result(NamedTuple):
    """What a command did."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        return self.stdout + self.stderr


Run = Callable[..., Result]

# No test fails because the machine is busy.
hypothesis.settings.register_profile("mosty", hypothesis.settings.default, deadline=None)
hypothesis.settings.load_profile("mosty")

# The files that take longest, in the order in which they begin: one that began last would keep the others waiting.
LONGEST = "docs browser fuseki hostile publish queries cli differential publish_reproducible hostile_validation".split()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest files begin first."""
    ranks = {f"test_{name}.py": rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path.name, len(ranks)))


def need(present: bool, what: str) -> None:
    """Skip a test for want of a component, with the reason; where MOSTY_STRICT=1, fail instead."""
    if present:
        return
    if os.environ.get("MOSTY_STRICT") == "1":
        pytest.fail(f"needs {what}, and MOSTY_STRICT=1 forbids skipping")
    pytest.skip(f"needs {what}")


@pytest.fixture(scope="session", autouse=True)
def _environment(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep query stores away from the user's own cache, and the width of a terminal away from the tests."""
    os.environ.pop("COLUMNS", None)
    os.environ["MOSTY_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def repo() -> Path:
    """The root of the repository."""
    return ROOT


@pytest.fixture
def workspace_copy(tmp_path: Path) -> Path:
    """A copy of the repository's workspace that a test may change."""
    return copy_workspace(tmp_path / "workspace")


def copy_workspace(target: Path) -> Path:
    """Copy the repository's workspace into a new folder."""
    target.mkdir(parents=True)
    for name in WORKSPACE:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name)
        else:
            shutil.copy(source, target / name)
    return target


class Published(NamedTuple):
    """A release, and the workspace that it was made from."""

    root: Path
    folder: Path


@pytest.fixture(scope="session")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """A release of the repository's graph with its site, made once for the tests of all workers; not to be changed."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "made-once"
    made = Published(folder / "workspace", folder / "release")
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.folder.exists():
            register = mosty.open(copy_workspace(made.root))
            register.publish(made.folder, site=True, date=datetime.date(2025, 3, 17), version="1.2.0")
    return made


@pytest.fixture(scope="session")
def run() -> Run:
    """Run `mosty` as a command: run("query", "-f", "csv", cwd=..., stdin=..., env=...).

    It runs in this process, with standard streams and an environment of its own: most of the time of a short
    command is the start of an interpreter. What must be a process of its own takes `run_apart`.
    """
    from mosty.cli.main import main

    def run_mosty(
        *args: str | Path, cwd: Path = ROOT, stdin: str | bytes = b"", env: dict[str, str] | None = None
    ) -> Result:
        with surroundings(cwd, {"NO_COLOR": "1", **(env or {})}):
            return with_streams(lambda: main([str(argument) for argument in args]), stdin)

    return run_mosty


def with_streams(call: Callable[[], int], stdin: str | bytes) -> Result:
    """Call a command with files as standard streams, its child processes too; what it returned and wrote."""
    with ExitStack() as files:
        streams = [files.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
        streams[0].write(stdin.encode() if isinstance(stdin, str) else stdin)
        streams[0].seek(0)
        before, kept = (sys.stdin, sys.stdout, sys.stderr), [os.dup(number) for number in range(3)]
        for number, stream in enumerate(streams):
            os.dup2(stream.fileno(), number)
        own = [open(number, mode, closefd=False) for number, mode in enumerate("rww")]  # noqa: SIM115
        sys.stdin, sys.stdout, sys.stderr = own
        try:
            status = call()
        finally:
            for one in own:
                one.close()
            sys.stdin, sys.stdout, sys.stderr = before
            for number, copy in enumerate(kept):
                os.dup2(copy, number)
                os.close(copy)
        for stream in streams:
            stream.seek(0)
        return Result(status, *(stream.read().decode(errors="replace") for stream in streams[1:]))


@pytest.fixture(scope="session")
def run_apart() -> Run:
    """Run `mosty` as `run` does, but as a process of its own."""

    def run_process(
        *args: str | Path,
        cwd: Path = ROOT,
        stdin: str | bytes = b"",
        env: dict[str, str] | None = None,
        timeout: float = 120,
    ) -> Result:
        done = subprocess.run(
            [sys.executable, "-m", "mosty", *map(str, args)],
            cwd=cwd,
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            env={**os.environ, "NO_COLOR": "1", **(env or {})},
            timeout=timeout,
            check=False,
        )
        stdout, stderr = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
        assert "Traceback (most recent call last)" not in stderr, stderr
        return Result(done.returncode, stdout, stderr)

    return run_process
