"""Standard streams that are closed, full or no longer read, and a current folder that is gone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Result
from mosty.workspace.scaffold import create_workspace


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small workspace, not to be changed."""
    return create_workspace(tmp_path_factory.mktemp("made") / "register").root


def shell(cwd: Path, line: str) -> Result:
    """Run a line of shell, in which `mosty` is ours."""
    done = subprocess.run(
        ["bash", "-c", f'mosty() {{ "{sys.executable}" -m mosty "$@"; }}; {line}'],
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert "Exception ignored" not in done.stderr, done.stderr
    return Result(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("verb", ["sparql", "sparql -", "fmt -"])
def test_closed_input_is_empty(small: Path, verb: str) -> None:
    result = shell(small, f"mosty {verb} <&-")
    assert result.exit_code == 3
    assert "standard input: the file is empty" in result.stderr


@pytest.mark.parametrize("verb", ["stats", "query", "--help", "validate", "sparql ASK{}", "completion bash"])
@pytest.mark.parametrize("where", [">&-", "> /dev/full"])
def test_output_that_cannot_be_written_is_an_error(small: Path, verb: str, where: str) -> None:
    result = shell(small, f"mosty {verb} {where}")
    assert result.exit_code == 4
    assert "error: " in result.stderr


def test_a_file_does_not_take_the_place_of_a_closed_stream(small: Path, tmp_path: Path) -> None:
    assert shell(small, f"mosty stats -o '{tmp_path}/stats.txt' <&- >&- 2>&-").exit_code == 0
    assert (tmp_path / "stats.txt").read_text().startswith("Triples")


@pytest.mark.parametrize(
    ("verb", "status"),
    [
        ("stats", 0),
        ("find nothing-like-it", 0),
        ("show no:prefix", 2),
        ("--no-option", 2),
        ("validate no.ttl", 3),
    ],
)
@pytest.mark.parametrize("where", ["2>&-", "2> /dev/full"])
def test_messages_nobody_can_read_change_no_status(small: Path, verb: str, status: int, where: str) -> None:
    assert shell(small, f"mosty {verb} {where}").exit_code == status


def test_a_reader_who_has_enough_changes_no_status(small: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.ttl"
    wrong.write_text("<x:a> a <https://example.org/register/ontology#Project> .")
    for verb, status in (("query", 0), ("--help", 0), ("validate -f json", 0), (f"validate {wrong}", 1)):
        result = shell(small, f"mosty {verb} | true; exit ${{PIPESTATUS[0]}}")
        assert (result.exit_code, "error" in result.stderr) == (status, False), result.stderr


def test_the_current_folder_is_gone(small: Path, tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    for verb in ("stats", "validate x.ttl", "fmt x.ttl", "init here"):
        result = shell(tmp_path, f"mkdir -p gone && cd gone && rmdir ../gone && mosty {verb}")
        assert result.exit_code == 4
        assert "the current folder is gone" in result.stderr


@pytest.mark.parametrize("seconds", ["nan", "inf", "1e308", "-1"])
def test_a_deadline_is_a_number_of_seconds(small: Path, seconds: str) -> None:
    for verb in ("sparql ASK{}", "validate"):
        assert shell(small, f"mosty {verb} --timeout {seconds}").exit_code == 2


def test_a_message_does_not_repeat_what_fills_the_screen(small: Path) -> None:
    result = shell(small, "mosty show $(printf 'x%.0s' $(seq 50000))")
    assert result.exit_code == 2
    assert len(result.stderr) < 2000
