"""The pre-commit hooks: what pre-commit would run, run here."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import Run


def hooks(repo: Path) -> dict[str, dict[str, Any]]:
    """The hooks for other repositories, by id."""
    return {hook["id"]: hook for hook in yaml.safe_load((repo / ".pre-commit-hooks.yaml").read_text())}


def arguments(hook: dict[str, Any], files: list[str]) -> list[str]:
    """What the hook's entry is called with, without the program."""
    program, *rest = shlex.split(hook["entry"])
    assert program == "mosty"
    return rest + [
        file for file in files if hook.get("pass_filenames", True) and re.search(hook["files"], file)
    ]


def test_hooks_have_what_pre_commit_needs(repo: Path) -> None:
    assert set(hooks(repo)) == {"mosty-fmt", "mosty-validate"}
    for hook in hooks(repo).values():
        assert {"id", "name", "entry", "language", "files"} <= hook.keys()
        assert hook["language"] == "python"
        re.compile(hook["files"])
    own = yaml.safe_load((repo / ".pre-commit-config.yaml").read_text())
    entries = {hook["id"]: hook["entry"] for hook in own["repos"][0]["hooks"]}
    for name, hook in hooks(repo).items():
        assert entries[name] == hook["entry"]


@pytest.mark.parametrize("name", ["mosty-fmt", "mosty-validate"])
def test_hooks_pass_and_fail(repo: Path, tmp_path: Path, run: Run, name: str) -> None:
    from mosty.workspace.scaffold import create_workspace

    root = create_workspace(tmp_path / "register").root
    hook = hooks(repo)[name]
    record = root / "data/projects/reading-together.ttl"
    files = ["README.md", "data/projects/reading-together.ttl"]
    clean = run(*arguments(hook, files), cwd=root)
    assert clean.exit_code == 0, clean.output

    record.write_text(
        record.read_text().replace(' ;\n    reg:begins "2024"^^xsd:gYear', " ; reg:begins 2024")
    )
    broken = run(*arguments(hook, files), cwd=root)
    assert broken.exit_code == 1, broken.output
    assert "reading-together" in broken.output


def test_a_record_that_no_shape_sees_is_refused(repo: Path, tmp_path: Path, run: Run) -> None:
    from mosty.workspace.scaffold import create_workspace

    root = create_workspace(tmp_path / "register").root
    record = root / "data/projects/reading-together.ttl"
    text = record.read_text()
    twin = re.sub(r"(@prefix reg: <http)s:", r"\1:", text)
    assert twin != text
    record.write_text(twin)
    result = run(*arguments(hooks(repo)["mosty-validate"], []), cwd=root)
    assert (result.exit_code, "reading-together.ttl:" in result.output) == (1, True), result.output
