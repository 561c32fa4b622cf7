"""mosty shapes test: which cases are not as they say, and which rules no case breaks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import Run

HEAD = """@prefix ex: <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SHAPES = """
ex:person a sh:NodeShape ; sh:targetClass ex:Person ; sh:property ex:no-name , ex:bad-age .
ex:no-name a sh:PropertyShape ; sh:path ex:name ; sh:minCount 1 ; sh:message "No name."@en .
ex:bad-age a sh:PropertyShape ; sh:path ex:age ; sh:datatype xsd:integer ; sh:severity sh:Warning .
"""
BASE = "ex:b a ex:Person ; ex:name 'B' ; ex:age 3 ."
CASES = {
    "invalid.no-name": "# expect: ex:no-name\n{head} ex:a a ex:Person .",
    "warning.bad-age": "# expect: bad-age\n{head} ex:b ex:age 'old' .",
    "valid.person": "{head} ex:a a ex:Person ; ex:name 'A' .",
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder without a workspace: shapes, and cases that are all right."""
    (tmp_path / "shapes.ttl").write_text(HEAD + SHAPES, "utf-8")
    write(tmp_path, "people/deep/base", HEAD + BASE)
    for name, text in CASES.items():
        write(tmp_path, f"people/deep/{name}", text.format(head=HEAD))
    return tmp_path


def write(place: Path, name: str, text: str) -> None:
    path = place / "cases" / f"{name}.ttl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def test_all_is_well(run: Run, place: Path) -> None:
    result = run("shapes", "test", "cases", "--shapes", "shapes.ttl", cwd=place)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "3 cases, none failed; 2 rules, none broken by no case\n"


@pytest.mark.parametrize("engine", ["compiled", "pyshacl"])
def test_what_is_not_as_the_cases_say(run: Run, place: Path, engine: str) -> None:
    write(place, "invalid.name", f"# expect: ex:no-name ex:no-nmae\n{HEAD} ex:a a ex:Person ; ex:name 'A' .")
    write(place, "valid.nobody", f"# expect: nothing\n{HEAD} ex:a a ex:Person .")
    write(place, "inavlid.name", HEAD)
    command = ["shapes", "test", "cases", "--shapes", "shapes.ttl", "--engine", engine]
    result = run(*command, cwd=place)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "cases/inavlid.name.ttl",
        "  its name does not say what it is: begin it with valid., warning., invalid. or call it base.ttl",
        "",
        "cases/invalid.name.ttl",
        "  ex:no-name should find something, and finds nothing",
        "  it expects ex:no-nmae, which is no shape (did you mean ex:no-name?)",
        "  its name says invalid, but it is valid",
        "",
        "cases/valid.nobody.ttl",
        "  ex:no-name should find nothing, but: No name.",
        "  its name says valid, but it is invalid",
        "",
        "6 cases, 3 failed; 2 rules, none broken by no case",
    ]


def test_rules_that_no_case_breaks(run: Run, place: Path) -> None:
    (place / "cases/people/deep/warning.bad-age.ttl").unlink()
    command = ["shapes", "test", "cases", "--shapes", "shapes.ttl"]
    result = run(*command, cwd=place)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "broken by no case:",
        "  ex:bad-age  (shapes.ttl)",
        "",
        "2 cases, none failed; 2 rules, 1 broken by no case",
    ]
    assert run(*command, "--no-coverage", cwd=place).exit_code == 0


def test_many_rules_that_no_case_breaks_are_cut_and_counted(run: Run, place: Path) -> None:
    more = [f"ex:x{n:02} a sh:NodeShape ; sh:targetClass ex:Person ; sh:nodeKind sh:IRI ." for n in range(22)]
    (place / "more.ttl").write_text(HEAD + "\n".join(more), "utf-8")
    command = ["shapes", "test", "cases", "--shapes", "shapes.ttl", "--shapes", "more.ttl"]
    result = run(*command, cwd=place)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "broken by no case:",
        *(f"  ex:x{n:02}  (more.ttl)" for n in range(20)),
        "  and 2 more (-f json has all; for a part of the cases use --no-coverage)",
        "",
        "3 cases, none failed; 24 rules, 22 broken by no case",
    ]
    assert len(json.loads(run(*command, "-f", "json", cwd=place).stdout)["unbroken"]) == 22


def test_a_base_that_is_not_clean(run: Run, place: Path) -> None:
    write(place, "people/base", f"{HEAD} ex:c a ex:Person .")
    result = run("shapes", "test", "cases", "--shapes", "shapes.ttl", cwd=place)
    assert result.exit_code == 1
    assert "the base must raise nothing, but no-name found something" in result.stdout


def test_bases_above_the_folder_are_context_too(run: Run, place: Path) -> None:
    write(place, "people/base", HEAD + "ex:c a ex:Person ; ex:name 'C' .")
    write(place, "people/deep/warning.other", f"{HEAD} ex:c ex:age 'young' .")
    result = run("shapes", "test", "cases/people/deep", "--shapes", "shapes.ttl", cwd=place)
    assert (result.exit_code, result.stdout[:8]) == (0, "4 cases,")


def test_json(run: Run, place: Path) -> None:
    (place / "cases/people/deep/warning.bad-age.ttl").unlink()
    result = run("shapes", "test", "cases", "--shapes", "shapes.ttl", "-f", "json", cwd=place)
    told = json.loads(result.stdout)
    assert (told["cases"], told["failed"], told["rules"]) == (2, 0, 2)
    unbroken = {"rule": "bad-age", "shape": "http://example.org/bad-age", "file": "shapes.ttl"}
    assert told["unbroken"] == [unbroken]
    assert told["outcomes"][0] == {
        "file": "cases/people/deep/invalid.no-name.ttl",
        "passed": True,
        "found": ["no-name"],
        "problems": [],
    }
    assert result.stderr == "2 cases, none failed; 2 rules, 1 broken by no case\n"


@pytest.mark.parametrize(
    ("folder", "status", "message"),
    [
        ("nowhere", 2, "nowhere: no such folder"),
        ("empty", 2, "empty: no cases here"),
        ("shapes.ttl", 2, "shapes.ttl: is a file, not a folder"),
    ],
)
def test_no_cases(run: Run, place: Path, folder: str, status: int, message: str) -> None:
    (place / "empty").mkdir()
    result = run("shapes", "test", folder, "--shapes", "shapes.ttl", cwd=place)
    assert result.exit_code == status
    assert result.stderr.startswith(f"error: {message}\n  ")


def test_a_case_that_cannot_be_read(run: Run, place: Path) -> None:
    write(place, "invalid.broken", f"{HEAD} ex:a ex:b ;; .")
    result = run("shapes", "test", "cases", "--shapes", "shapes.ttl", cwd=place)
    assert result.exit_code == 3
    assert "cases/invalid.broken.ttl:4" in result.stderr


def test_without_shapes_or_workspace_the_graph_that_mosty_carries_is_meant(run: Run, tmp_path: Path) -> None:
    result = run("shapes", "test", tmp_path, cwd=tmp_path)
    assert (result.exit_code, result.stdout) == (2, "")


def test_names_and_messages_of_any_kind_are_safe_to_show(run: Run, place: Path) -> None:
    shapes = 'ex:x a sh:NodeShape ; sh:targetClass ex:X ; sh:nodeKind sh:Literal ; sh:message "\\u001b[31m" .'
    (place / "shapes.ttl").write_text(HEAD + SHAPES + shapes, "utf-8")
    write(place, "valid.\x1b[31m", f"# expect: nothing \x1b[31m\n{HEAD} ex:x a ex:X .")
    result = run("shapes", "test", "cases", "--shapes", "shapes.ttl", cwd=place)
    assert result.exit_code == 1
    assert "\x1b" not in result.output
    assert "\x1b" not in run("explain", "x", "--shapes", "shapes.ttl", "--cases", "cases", cwd=place).output


def test_a_property_that_is_no_shape(run: Run, place: Path) -> None:
    (place / "shapes.ttl").write_text(HEAD + SHAPES + 'ex:person sh:property "none" .', "utf-8")
    result = run("shapes", "test", "cases", "--shapes", "shapes.ttl", cwd=place)
    assert "Traceback" not in result.stderr
    assert result.exit_code == 3
