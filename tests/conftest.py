"""What all tests share: the repository, copies of it, and the command line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

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
    target = tmp_path / "workspace"
    target.mkdir()
    for name in WORKSPACE:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name)
        else:
            shutil.copy(source, target / name)
    return target


@pytest.fixture(scope="session")
def run() -> Run:
    """Run `mosty` as a process of its own: run("query", "-f", "csv", cwd=..., stdin=..., env=...)."""

    def run_mosty(
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

    return run_mosty
