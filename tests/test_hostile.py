"""A hostile world: what may lie in a workspace, stand on a command line or happen while we run.

Each case ends with a clear message and the right exit status, leaves nothing half-written, and never hangs.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from conftest import Result, Run
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
