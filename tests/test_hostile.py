"""A hostile world: what may lie in a workspace, stand on a command line or happen while we run.

Each case ends with a clear message and the right exit status, leaves nothing half-written, and never hangs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Result, Run, need
from mosty.workspace.scaffold import create_workspace

RECORD = "<https://example.org/register/id/project/new> a <https://example.org/register/ontology#Project> ."


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small workspace, not to be changed."""
    return create_workspace(tmp_path_factory.mktemp("made") / "register").root


@pytest.fixture
def small(made: Path, tmp_path: Path) -> Path:
    """A small workspace that a test may change."""
    return Path(shutil.copytree(made, tmp_path / "register"))


def assert_says(result: Result, status: int, *words: str) -> None:
    """Check the exit status and that the message holds these words."""
    assert result.exit_code == status, result.output
    for word in words:
        assert word in result.stderr


@pytest.mark.parametrize(
    "name",
    [b"two words.ttl", b'a"b<c>{d}\\.ttl', b"line\nbreak\x1b[31m.ttl", b"latin-\xe9.ttl", b"100%41#?.ttl"],
)
def test_files_of_any_name_are_read(run: Run, small: Path, name: bytes) -> None:
    (Path(os.fsdecode(os.fsencode(small / "data/projects") + b"/" + name))).write_text(RECORD)
    shown = run("-C", small, "show", "project:new")
    assert_says(shown, 0)
    assert "\x1b" not in shown.stdout
    graphs = run("-C", small, "sparql", "SELECT ?g { GRAPH ?g { project:new a reg:Project } }", "-f", "csv")
    assert "https://example.org/register/graph/projects/" in graphs.stdout
    assert_says(run("-C", small, "validate", "-f", "json"), 1)
    assert_says(run("-C", small, "fmt"), 0, "1 file rewritten")


def test_a_pipe_among_the_files_does_not_hang(run: Run, small: Path) -> None:
    os.mkfifo(small / "data" / "projects" / "pipe.ttl")
    for verb in ("stats", "validate", "fmt"):
        assert_says(run("-C", small, verb), 3, "pipe.ttl: is not a regular file")


def test_a_loop_of_links_is_named(run: Run, small: Path) -> None:
    loop = small / "loop.ttl"
    loop.symlink_to("loop.ttl")
    assert_says(run("-C", small, "validate", loop), 3, "loop.ttl: cannot be read")
    assert_says(run("-C", small, "publish", "-o", loop), 2, "is not a folder")
    assert_says(run("init", loop), 4, "cannot be written")
    loop.rename(small / "data" / "projects" / "loop.ttl")
    for args in (["stats"], ["validate"], ["fmt"], ["evidence", "check"]):
        assert_says(run("-C", small, *args), 3, "loop.ttl: cannot be read")


def bound(*args: str | Path, cwd: Path) -> Result:
    """Run `mosty` as a user whom file rights bind: as root, without the capabilities that pass over them."""
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    need(not drop or shutil.which("setpriv") is not None, "setpriv, to run without root's rights")
    done = subprocess.run(
        [*drop, sys.executable, "-m", "mosty", *map(str, args)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Result(done.returncode, done.stdout, done.stderr)


def test_what_may_not_be_read_is_no_wrong_usage(small: Path) -> None:
    record = small / "data" / "projects" / "reading-together.ttl"
    record.chmod(0)
    for args in (["stats"], ["validate"], ["validate", record], ["fmt", record], ["evidence", "check"]):
        assert_says(bound(*args, cwd=small), 3, "reading-together.ttl: cannot be read: Permission denied")
    assert_says(bound("sparql", "--file", record, cwd=small), 3, "cannot be read")


@pytest.mark.parametrize("folder", ["data/projects", "ontology", "queries", "texts"])
def test_a_folder_that_cannot_be_listed_is_not_passed_over(small: Path, folder: str) -> None:
    (small / folder).chmod(0)
    verb = {"queries": ["query"], "texts": ["evidence", "check", "--texts", "texts"]}.get(folder, ["stats"])
    assert_says(bound(*verb, cwd=small), 3, f"{folder}: cannot be read: Permission denied")
    (small / folder).chmod(0o755)


def test_fmt_does_not_name_what_it_could_not_write(small: Path) -> None:
    record = small / "data" / "projects" / "reading-together.ttl"
    record.write_text(record.read_text() + "\n\n")
    record.parent.chmod(0o555)
    result = bound("fmt", cwd=small)
    assert_says(result, 4, "reading-together.ttl: cannot be written", "0 files rewritten")
    assert result.stdout == ""
