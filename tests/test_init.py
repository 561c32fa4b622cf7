"""`mosty init`: a new workspace in which every command works."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Run
from mosty.workspace.scaffold import TEMPLATE

RECORD = "project:reading-together"


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    folder = tmp_path_factory.mktemp("init") / "my register"
    done = run("init", folder, cwd=folder.parent)
    assert done.exit_code == 0, done.stderr
    assert done.stdout == ""
    return folder


@pytest.mark.parametrize(
    ("args", "wanted"),
    [
        (["query"], "projects-by-funder"),
        (["query", "projects-by-funder", "--funder", "org:example-foundation"], "Reading Together"),
        (["query", "projects-by-funder", "-f", "csv"], ",2024\r\n"),
        (["query", "projects-by-funder", "--help"], "The organisation that pays"),
        (["sparql", "ASK { project:reading-together a reg:Project }"], "yes"),
        (["validate"], "conforms"),
        (["validate", "data/projects/reading-together.ttl"], "conforms"),
        (["show", RECORD], "Example Foundation"),
        (["find", "Reading Together"], RECORD),
        (["why", RECORD, "reg:fundedBy", "--texts", "texts"], "The Example Foundation pays for it"),
        (["evidence", "check", "--texts", "texts"], ""),
        (["stats"], "Triples"),
        (["fmt", "--check"], ""),
        (["completion", "bash"], "_MOSTY_COMPLETE"),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, list) else "",
)
def test_every_command_works_there(new: Path, run: Run, args: list[str], wanted: str) -> None:
    done = run(*args, cwd=new)
    assert done.exit_code == 0, done.output
    assert wanted in done.stdout


def test_it_can_be_published(new: Path, run: Run, tmp_path: Path) -> None:
    done = run("-C", new, "publish", "-o", tmp_path / "release")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "release" / "SHA256SUMS").is_file()


def test_a_mistake_is_found(new: Path, run: Run, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.ttl"
    wrong.write_text(
        "@prefix reg: <https://example.org/my-register/ontology#> .\n"
        '<https://example.org/my-register/id/project/wrong> a reg:Project ; reg:begins "soon" .\n'
    )
    done = run("-C", new, "validate", wrong)
    assert done.exit_code == 1
    assert "This project has no title." in done.stdout
    assert "must be one year" in done.stdout


def test_private_records_are_ignored_by_git(new: Path) -> None:
    subprocess.run(["git", "init", "-q", "."], cwd=new, check=True)
    (new / "data" / "private").mkdir()
    (new / "data" / "private" / "person.ttl").write_text("")
    shown = subprocess.run(
        ["git", "status", "--porcelain", "-uall"], cwd=new, check=True, capture_output=True
    )
    assert b"mosty.toml" in shown.stdout
    assert b"private" not in shown.stdout


def test_base_and_title(run: Run, tmp_path: Path) -> None:
    title = 'Projekty "našeho" kraje \\ č'
    base = "http://data.example.cz/kraj/"
    assert run("init", tmp_path / "kraj", "--base", base, "--title", title).exit_code == 0
    files = [path for path in (tmp_path / "kraj").rglob("*") if path.is_file()]
    assert not [path for path in files if "example.org" in path.read_text()]
    assert title in (tmp_path / "kraj" / "README.md").read_text()
    for args in (["validate"], ["fmt", "--check"], ["query", "projects-by-funder"]):
        done = run("-C", tmp_path / "kraj", *args)
        assert done.exit_code == 0, done.output
    assert [path.name for path in tmp_path.iterdir()] == ["kraj"]


def test_the_template_is_a_workspace_as_it_stands(run: Run, tmp_path: Path) -> None:
    assert run("init", tmp_path / "register").exit_code == 0
    for path in (tmp_path / "register").rglob("*"):
        if path.is_file():
            name = "gitignore" if path.name == ".gitignore" else path.name
            source = (TEMPLATE / path.relative_to(tmp_path / "register")).with_name(name)
            assert path.read_bytes() == source.read_bytes()


def test_a_folder_with_other_things_is_kept(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / ".git").mkdir()
    done = run("init", ".", cwd=tmp_path)
    assert done.exit_code == 0, done.output
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert run("validate", cwd=tmp_path).exit_code == 0
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".mosty-init")]


@pytest.mark.parametrize("existing", ["README.md", "data", ".gitignore", "queries"])
def test_nothing_is_overwritten(run: Run, tmp_path: Path, existing: str) -> None:
    (tmp_path / existing).write_text("mine")
    done = run("init", tmp_path)
    assert done.exit_code == 2
    assert f"would overwrite {existing}" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == [existing]


def test_a_workspace_is_not_made_twice(new: Path, run: Run) -> None:
    before = sorted(path for path in new.rglob("*"))
    done = run("init", new)
    assert done.exit_code == 2
    assert "is a workspace already" in done.stderr
    assert sorted(path for path in new.rglob("*")) == before


@pytest.mark.parametrize(
    "options",
    [
        ["--base", "register"],
        ["--base", "https://example.org/x"],
        ["--base", "https://example.org/x#"],
        ["--base", "https://example.org/> <x/"],
        ["--base", "javascript:/"],
        ["--name", "Big Name"],
        ["--name", ""],
        ["--title", "two\nlines"],
    ],
)
def test_unusable_options(run: Run, tmp_path: Path, options: list[str]) -> None:
    done = run("init", tmp_path / "x", *options)
    assert done.exit_code == 2 or options == ["--name", ""]
    assert options == ["--name", ""] or not (tmp_path / "x").exists()


def test_a_folder_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run("init", tmp_path / "file" / "x")
    assert done.exit_code in (2, 4)
    assert done.stderr
    done = run("init", tmp_path / "file")
    assert done.exit_code == 2
    assert "is a file" in done.stderr


def test_a_full_disk_leaves_nothing(run: Run, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            "bash",
            "-c",
            'ulimit -f 1; exec "$@"',
            "-",
            sys.executable,
            "-m",
            "mosty",
            "init",
            str(tmp_path / "x"),
        ],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 4, done.stderr
    assert b"cannot be written" in done.stderr
    assert list(tmp_path.iterdir()) == []
