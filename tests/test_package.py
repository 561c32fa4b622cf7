"""What users install: the wheel carries the graph, and answers in an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import mosty
from conftest import ROOT, WORKSPACE


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (path,) = folder.glob("mosty-*.whl")
    return path


def test_the_wheel_holds_the_workspace_and_nothing_private(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for folder in WORKSPACE:
        assert any(name.startswith(f"mosty/_workspace/{folder}") for name in names), folder
    assert "mosty/py.typed" in names
    cases = "mosty/_workspace/tests/shapes/"  # the examples of `mosty explain`
    others = [name for name in names if not name.startswith(cases)]
    assert not [
        name for name in others if "/private/" in name or "/tests/" in name or name.startswith("tests")
    ]
    data = {
        p.relative_to(ROOT).as_posix() for p in (ROOT / "data").rglob("*.ttl") if "private" not in p.parts
    }
    assert {f"mosty/_workspace/{path}" for path in data} <= set(names)


def test_the_wheel_answers_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    site, here = tmp_path / "site", tmp_path / "here"
    here.mkdir()
    zipfile.ZipFile(wheel).extractall(site)
    env = {**os.environ, "PYTHONPATH": str(site), "MOSTY_CACHE_DIR": str(tmp_path / "cache")}
    for args, words in (
        (("query",), "projects-by-donor"),
        (("query", "projects-by-donor"), "European Social Fund"),
        (("explain", "end-before-start"), "invalid.end-before-start.ttl"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "mosty", *args],
            cwd=here,
            env=env,
            capture_output=True,
            text=True,
            check=True,
        )
        assert words in done.stdout
    where = subprocess.run(
        [sys.executable, "-c", "import mosty; print(mosty.__file__)"],
        cwd=here,
        env=env,
        capture_output=True,
        text=True,
    )
    assert str(site) in where.stdout


def test_one_version_everywhere() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == mosty.__version__
    assert f"## [{mosty.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"version: {mosty.__version__}" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_the_wheel_holds_what_reports_are_made_of(wheel: Path) -> None:
    assert "mosty/render/report/templates/page.html" in zipfile.ZipFile(wheel).namelist()
