"""`mosty validate FILE` and `--since`: what a change breaks, wherever that is."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from conftest import Run
from mosty.model.diagnostics import ValidationReport
from mosty.model.errors import InputError, UsageError
from mosty.validate import validate_files, validate_workspace
from mosty.workspace import Workspace
from register import make_register, put

ENGINES = ("compiled", "pyshacl")


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=steward", "-c", "user.email=steward@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def register(tmp_path: Path) -> Path:
    folder = make_register(tmp_path / "register")
    put(folder / "data/projects/old.ttl", "project:old a ex:Project .")  # wrong from the beginning
    git(tmp_path, "init", "--quiet", "register")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "begin")
    return folder


def since(register: Path, engine: str = "compiled", revision: str = "HEAD") -> ValidationReport:
    return validate_workspace(Workspace(register), since=revision, engine=engine)


def told(report: ValidationReport) -> set[tuple[str, str]]:
    return {(result.rule, str(result.focus).rpartition("/")[2]) for result in report.results}


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_changed_nothing_told(register: Path, engine: str) -> None:
    report = since(register, engine)
    assert report.results == ()
    assert report.remarks == ()


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_deleted_breaks_what_pointed_to_it(register: Path, engine: str) -> None:
    """The rule's partner is derived from the part, so the deletion reaches the project through a rule."""
    path = register / "data/projects/bridge.ttl"
    path.write_text(path.read_text().replace(" ;\n    ex:partner org:interior", ""))
    assert told(since(register, engine)) == {
        ("part-without-partner", "bridge.interior"),
        ("project-without-partner", "bridge"),
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_a_file_that_is_gone_breaks_records_elsewhere(register: Path, engine: str) -> None:
    (register / "data/organisations/interior.ttl").unlink()
    report = since(register, engine)
    assert told(report) == told(validate_workspace(Workspace(register))) - {
        ("project-without-title", "old"),
        ("project-without-partner", "old"),
        ("project-without-summary", "old"),
    }
    files = {Path(result.position.file).name for result in report.results if result.position}
    assert files == {"bridge.ttl"}


def test_an_untracked_file_counts_and_a_private_one_does_not(register: Path) -> None:
    put(register / "data/projects/new.ttl", "project:new a ex:Project .")
    put(register / "data/private/secret.ttl", "project:secret a ex:Project .")
    assert {focus for _, focus in told(since(register))} == {"new"}


def test_a_commit_that_mends_tells_nothing_of_what_is_left(register: Path) -> None:
    put(register / "data/projects/old.ttl", 'project:old a ex:Project ; rdfs:label "Old"@en .')
    git(register, "commit", "--quiet", "-am", "title")
    assert since(register, revision="HEAD~1").results == ()


def test_the_command(run: Run, register: Path) -> None:
    put(register / "data/projects/new.ttl", "project:new a ex:Project .")
    done = run("-C", str(register), "validate", "--since", "HEAD", "-f", "concise")
    assert done.exit_code == 1
    assert "data/projects/new.ttl:" in done.stdout
    assert "old.ttl" not in done.stdout


@pytest.mark.parametrize("revision", ["nowhere", "--help", "-n1", "HEAD:data", ""])
def test_a_revision_that_git_does_not_know(register: Path, revision: str) -> None:
    with pytest.raises(UsageError, match="git knows no revision"):
        since(register, revision=revision)


def test_a_workspace_outside_git(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="in no git repository"):
        since(make_register(tmp_path / "bare"))


def test_a_new_file_breaks_a_record_of_the_graph(register: Path, tmp_path: Path) -> None:
    new = put(tmp_path / "more.ttl", 'project:bridge rdfs:label "Another"@en .')
    report = validate_files(Workspace(register), [new])
    assert told(report) == {("project-without-title", "bridge")}
