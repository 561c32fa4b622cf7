"""Evidence of what no record states: `mosty validate` reports what `mosty publish` would refuse."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import mosty
from conftest import Run
from mosty.workspace.scaffold import create_workspace

RULE = "evidence-of-nothing-stated"
RECORD = "data/projects/reading-together.ttl"
EVIDENCE = "data/evidence/first-page.ttl"
OLD, NEW = '"Reading Together"@en', '"Reading on"@en'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in git; its title is changed since the commit, and the evidence is that of the old one."""
    root = create_workspace(tmp_path_factory.mktemp("made") / "register").root
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x", *command], cwd=root, check=True)
    record = root / RECORD
    assert OLD in record.read_text()
    record.write_text(record.read_text().replace(OLD, NEW))
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "register"))


@pytest.mark.parametrize("since", [[], ["--since", "HEAD"]])
def test_it_is_reported_where_it_stands_and_nothing_is_published(
    made: Path, run: Run, since: list[str]
) -> None:
    done = run("validate", *since, cwd=made)
    assert done.exit_code == 1
    lines = (made / EVIDENCE).read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if OLD in text)
    column = lines[line - 1].index(OLD) + 1
    assert f"{EVIDENCE}:{line}:{column}  violation  {RULE}" in done.stdout
    assert f"project:reading-together rdfs:label {OLD}" in " ".join(done.stdout.split())
    assert "mosty evidence prune" in done.stdout
    refused = run("publish", "-o", "../out", "--allow", "dirty", cwd=made)
    assert refused.exit_code == 1
    assert "mosty validate" in refused.stderr


def test_pruned_evidence_is_no_finding_and_lets_publish(root: Path, tmp_path: Path, run: Run) -> None:
    assert run("evidence", "prune", cwd=root).exit_code == 0
    assert run("validate", cwd=root).exit_code == 0
    assert run("publish", "-o", tmp_path / "out", "--allow", "dirty", "--dry-run", cwd=root).exit_code == 0


def test_evidence_of_a_private_record_is_reported(root: Path) -> None:
    private = root / "data" / "private" / "project.ttl"
    private.parent.mkdir()
    (root / RECORD).rename(private)
    report = mosty.open(root).validate()
    assert {result.rule for result in report.results} >= {RULE}


def test_new_evidence_is_judged_with_the_records_beside_it(root: Path) -> None:
    register = mosty.open(root)
    assert register.validate(root / RECORD).conforms, "that the old title is gone is no news of this file"
    found = register.validate(root / EVIDENCE).results
    assert [result.rule for result in found] == [RULE]


def test_a_record_that_is_described_anew_leaves_its_evidence_behind(root: Path) -> None:
    (root / RECORD).write_text((root / RECORD).read_text().replace(NEW, OLD))
    checker = mosty.open(root).checker()
    text = (root / RECORD).read_text()
    project = "project:reading-together"
    assert checker.check_text(text, replaces=project) == ()
    found = checker.check_text(text.replace(OLD, NEW), replaces=project)
    assert [result.rule for result in found] == [RULE]
    statement = str(found[0].focus)
    assert checker.check_text(text.replace(OLD, NEW), replaces=[project, statement]) == ()


def test_it_is_explained_as_a_rule_that_no_shape_can_state(made: Path, run: Run) -> None:
    told = run("explain", RULE, cwd=made).stdout
    assert "`mosty validate` itself looks" in told
    assert "checks nothing" not in told
