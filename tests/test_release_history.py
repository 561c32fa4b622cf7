"""A release and the one before: versions, what changed, the patch between them, what went away."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from conftest import Run
from mosty.workspace.scaffold import create_workspace
from test_publish import tree

LABEL = "Reading Together"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return create_workspace(tmp_path / "small").root


def info(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "release.json").read_text())
    return found


def a_project(root: Path) -> Path:
    """A record of a new workspace."""
    return sorted((root / "data" / "projects").glob("*.ttl"))[0]


def test_the_first_release(small: Path, run: Run) -> None:
    done = run("publish", "-o", "out", cwd=small)
    assert done.exit_code == 0, done.stderr
    assert info(small / "out")["version"] == "1.0.0"
    assert info(small / "out")["previous"] is None
    assert "The first release" in (small / "out" / "CHANGES.md").read_text()
    assert not (small / "out" / "changes.rdfp").exists()
    assert "Version 1.0.0" in done.stderr


def test_the_same_again_is_the_same_release(small: Path, run: Run) -> None:
    assert run("publish", "-o", "out", cwd=small).exit_code == 0
    first = tree(small / "out")
    assert run("publish", "-o", "out", cwd=small).exit_code == 0
    assert tree(small / "out") == first
    shutil.copytree(small / "out", small / "before")
    with a_project(small).open("a") as file:
        file.write(
            '\n<https://example.org/id/project/new> <http://www.w3.org/2000/01/rdf-schema#comment> "x" .\n'
        )
    assert run("publish", "-o", "out", cwd=small).exit_code == 0
    second = tree(small / "out")
    assert run("publish", "-o", "out", cwd=small).exit_code == 0
    assert tree(small / "out") == second, "history is carried over"
    assert run("publish", "-o", "elsewhere", "--previous", "before", cwd=small).exit_code == 0
    assert tree(small / "elsewhere") == second, "it does not matter where the release before lies"


def test_what_changed_is_told_and_replayed(small: Path, run: Run) -> None:
    assert run("publish", "-o", "one", "--date", "2025-03-17", cwd=small).exit_code == 0
    for path in (a_project(small), *(small / "data" / "evidence").glob("*.ttl")):
        text = path.read_text()
        path.write_text(text.replace(f'"{LABEL}"', f'"{LABEL} (mended)"'))
    assert LABEL in a_project(small).read_text()
    done = run("publish", "-o", "two", "--previous", "one", "--date", "2025-06-01", cwd=small)
    assert done.exit_code == 0, done.stderr
    one, two = info(small / "one"), info(small / "two")
    assert two["version"] == "1.0.1"
    assert (one["issued"], two["issued"], two["date"]) == ("2025-03-17", "2025-03-17", "2025-06-01")
    assert two["previous"] == {"version": "1.0.0", "hash": one["hash"]}
    assert {reason["level"] for reason in two["reasons"]} == {"patch"}
    assert "patch:" in done.stderr
    assert "(mended)" in (small / "two" / "CHANGES.md").read_text()
    replayed = run("diff", "--apply", "two/changes.rdfp", "one", "-o", "again.nq", cwd=small)
    assert replayed.exit_code == 0, replayed.stderr
    dump = next(path for path in (small / "two").glob("*.nq"))
    assert (small / "again.nq").read_bytes() == dump.read_bytes()


def test_what_went_away_has_a_tombstone(small: Path, run: Run) -> None:
    extra = small / "data" / "projects" / "gone.ttl"
    extra.parent.mkdir(parents=True, exist_ok=True)
    base = "https://example.org/"
    for line in (small / "mosty.toml").read_text().splitlines():
        if line.startswith("base"):
            base = line.split('"')[1]
    extra.write_text(f'<{base}id/project/gone> <http://www.w3.org/2000/01/rdf-schema#label> "Gone"@en .\n')
    assert run("publish", "-o", "out", cwd=small).exit_code == 0
    extra.unlink()
    assert run("publish", "-o", "out", "--date", "2026-01-10", cwd=small).exit_code == 0
    tombstones = (small / "out" / "tombstones.ttl").read_text()
    assert "gone" in tombstones
    assert '"Gone"@en' in tombstones
    with a_project(small).open("a") as file:
        file.write(f'\n<{base}id/project/other> <http://www.w3.org/2000/01/rdf-schema#label> "Other"@en .\n')
    assert run("publish", "-o", "out", "--date", "2026-02-10", cwd=small).exit_code == 0
    stayed = (small / "out" / "tombstones.ttl").read_text()
    assert '"Gone"@en' in stayed
    assert 'dcterms:modified "2026-01-10"^^xsd:date' in stayed, "the day of the first release without it"


def test_a_version_stands_for_one_content(small: Path, run: Run) -> None:
    assert run("publish", "-o", "out", "--version", "1.0.0", cwd=small).exit_code == 0
    assert run("publish", "-o", "out", "--version", "1.0.0", cwd=small).exit_code == 0, "nothing changed"
    with a_project(small).open("a") as file:
        file.write('\n<https://example.org/x> <http://www.w3.org/2000/01/rdf-schema#comment> "x" .\n')
    done = run("publish", "-o", "out", "--version", "1.0.0", cwd=small)
    assert done.exit_code == 2
    assert "1.0.1" in done.stderr
    assert run("publish", "-o", "out", "--version", "../../x", cwd=small).exit_code == 2


def test_the_folder_that_one_is_in_is_no_place(small: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / "empty").mkdir()
    for target in ("", ".", "..", str(tmp_path / "empty")):
        done = run("-C", str(small), "publish", "-o", target, cwd=tmp_path / "empty")
        assert done.exit_code == 2, target
    assert list((tmp_path / "empty").iterdir()) == []


def test_the_pages_of_the_same_release_are_the_same(small: Path, run: Run) -> None:
    assert run("publish", "-o", "out", cwd=small).exit_code == 0
    with a_project(small).open("a") as file:
        file.write('\n<https://example.org/x> <http://www.w3.org/2000/01/rdf-schema#comment> "x" .\n')
    assert run("publish", "--site", "-o", "out", cwd=small).exit_code == 0
    first = tree(small / "out")
    assert run("publish", "--site", "-o", "out", cwd=small).exit_code == 0
    assert tree(small / "out") == first


def test_without_shapes_there_is_nothing_to_violate(small: Path, run: Run) -> None:
    shutil.rmtree(small / "shapes")
    assert run("publish", "-o", "out", cwd=small).exit_code == 0
    assert run("verify", "out", cwd=small).exit_code == 0


def test_facts_without_evidence_are_counted(small: Path, run: Run) -> None:
    with a_project(small).open("a") as file:
        file.write('\n<https://example.org/x> <http://www.w3.org/2000/01/rdf-schema#comment> "x" .\n')
    assert "triples of records have no evidence" in run("publish", "-o", "out", cwd=small).stderr


def test_a_version_that_somebody_chose(small: Path, run: Run) -> None:
    assert run("publish", "-o", "out", "--version", "2026", cwd=small).exit_code == 0
    assert info(small / "out")["version"] == "2026"
    with a_project(small).open("a") as file:
        file.write('\n<https://example.org/x> <http://www.w3.org/2000/01/rdf-schema#comment> "x" .\n')
    done = run("publish", "-o", "out", cwd=small)
    assert done.exit_code == 2
    assert "--version" in done.stderr
    assert info(small / "out")["version"] == "2026", "the release before stays"


def test_the_release_of_another_register_is_not_replaced(small: Path, tmp_path: Path, run: Run) -> None:
    other = create_workspace(tmp_path / "other").root
    toml = other / "mosty.toml"
    lines = [
        'base = "https://other.example/"' if line.startswith("base") else line
        for line in toml.read_text().splitlines()
    ]
    toml.write_text("\n".join(lines) + "\n")
    assert run("publish", "-o", str(tmp_path / "out"), cwd=small).exit_code == 0
    before = tree(tmp_path / "out")
    done = run("publish", "-o", str(tmp_path / "out"), cwd=other)
    assert done.exit_code == 2
    assert "another register" in done.stderr
    assert tree(tmp_path / "out") == before
    assert run("publish", "-o", "x", "--previous", "nowhere", cwd=small).exit_code == 2


def test_formats_are_chosen(small: Path, run: Run) -> None:
    done = run("publish", "-o", "out", "--formats", "csv, nt", cwd=small)
    assert done.exit_code == 0, done.stderr
    kinds = {path.suffix for path in (small / "out").rglob("*") if path.is_file()}
    assert {".nt", ".csv", ".ttl", ".nq", ".gz"} <= kinds
    assert not {".rdf", ".jsonld", ".trig", ".xlsx", ".geojson"} & kinds
    done = run("publish", "-o", "out", "--formats", "doc", cwd=small)
    assert done.exit_code == 2
    assert "annotated" in done.stderr


def test_a_format_that_cannot_hold_the_graph_is_left_out(small: Path, run: Run) -> None:
    with a_project(small).open("a") as file:
        file.write(
            '\n<https://example.org/x> <http://www.w3.org/2000/01/rdf-schema#comment> "bell \\u0007" .\n'
        )
    done = run("publish", "-o", "out", cwd=small)
    assert done.exit_code == 0, done.stderr
    names = {path.name for path in (small / "out").iterdir()}
    assert not {
        name for name in names if name.endswith((".rdf", ".rdf.gz")) and not name.startswith("ontology")
    }
    assert "Not made" in (small / "out" / "README.txt").read_text()


def test_changes_are_told_in_each_language(small: Path, run: Run) -> None:
    config = small / "mosty.toml"
    config.write_text(config.read_text().replace('languages = ["en"]', 'languages = ["en", "cs"]'))
    assert run("publish", "-o", "out", cwd=small).exit_code == 0
    for word in ("One", "Two"):
        with a_project(small).open("a") as file:
            file.write(
                f'\n<https://example.org/id/project/new> <http://www.w3.org/2000/01/rdf-schema#comment> "{word}" .\n'
            )
        assert run("publish", "-o", "out", cwd=small).exit_code == 0
    english, czech = ((small / "out" / name).read_text() for name in ("CHANGES.md", "CHANGES.cs.md"))
    versions = [line for line in english.splitlines() if line.startswith("## ")]
    assert len(versions) == 3
    assert versions == [line for line in czech.splitlines() if line.startswith("## ")]
    assert "The first release." in english
    assert "První vydání." in czech
    assert "### Záznamy" in czech
    assert "### Records" not in czech
