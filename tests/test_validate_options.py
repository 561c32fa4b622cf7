"""`mosty validate`: its options, from the command line."""

from __future__ import annotations

import json
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from mosty.cli.main import main
from register import make_register, put
from report_values import read

NEW = """
project:new a ex:Project ;
    rdfs:label "New"@en , "Newer"@en ;
    ex:theme theme:language-corses ;
    ex:sumary "In short."@en ;
    ex:begins "2012-05"^^xsd:gYear .
"""
FINDINGS = 4
WRITE = ["--write-baseline", "known.yaml", "--reason", "being mended", "--expires", "2999-12-31"]


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A register with one new record that breaks four rules, and the current folder in it."""
    monkeypatch.chdir(make_register(tmp_path))
    put(tmp_path / "data/projects/new.ttl", NEW)
    return tmp_path


Captured = pytest.CaptureFixture[str]


def results(capsys: Captured, *args: str) -> list[dict[str, object]]:
    main(["-q", "validate", "-f", "json", *args])
    return list(json.loads(capsys.readouterr().out)["results"])


@pytest.mark.parametrize(
    "name", ["full", "concise", "json", "turtle", "sarif", "junit", "github", "csv", "html"]
)
def test_every_format_comes_with_a_summary(name: str, register: Path, capsys: Captured) -> None:
    assert main(["validate", "data/projects/new.ttl", "-f", name]) == 1
    out, err = capsys.readouterr()
    read(name, out)
    assert "theme:language-corses" in out or name in ("turtle", "json", "csv", "html", "sarif", "github")
    assert "does not conform: 4 violations" in (out if name == "full" else err)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("r.json", "json"),
        ("r.ttl", "turtle"),
        ("r.sarif", "sarif"),
        ("r.XML", "junit"),
        ("r.csv", "csv"),
        ("r.html", "html"),
        ("r.txt", "full"),
        ("r.log", "full"),
    ],
)
def test_the_name_of_the_output_tells_the_format(
    file: str, name: str, register: Path, capsys: Captured
) -> None:
    assert main(["validate", "data/projects/new.ttl", "-o", file]) == 1
    by_name = (register / file).read_bytes().decode()
    main(["-q", "validate", "data/projects/new.ttl", "--format", name])
    assert by_name == capsys.readouterr().out


def test_the_engines_find_the_same(register: Path, capsys: Captured) -> None:
    found = {
        engine: {entry["fingerprint"] for entry in results(capsys, "--engine", engine)}
        for engine in ("auto", "compiled", "pyshacl")
    }
    assert len(found["auto"]) >= FINDINGS
    assert found["auto"] == found["compiled"] == found["pyshacl"]


def test_explain_names_the_engine_of_each_shape(register: Path, capsys: Captured) -> None:
    assert main(["-q", "validate", "--explain", "--engine", "pyshacl", "-f", "json"]) == 1
    out, err = capsys.readouterr()
    json.loads(out)
    assert "pyshacl checked" in err
    assert any(line.split()[:2] == ["project", "pyshacl"] for line in err.splitlines()), err


def test_limits_and_groups(register: Path, capsys: Captured) -> None:
    everything = results(capsys, "--severity", "info")
    assert len(results(capsys, "--limit", "2")) == 2
    each = [str(entry["rule"]) for entry in results(capsys, "--limit-per-rule", "1")]
    assert sorted(set(each)) == sorted(each)
    assert set(each) == {entry["rule"] for entry in everything}
    grouped = [entry["rule"] for entry in results(capsys, "--group-by", "rule")]
    changes = sum(before != after for before, after in pairwise(grouped))
    assert changes == len(set(grouped)) - 1
    main(["-q", "validate", "--group-by", "file"])
    assert "data/projects/new.ttl\n\n" in capsys.readouterr().out


def test_a_baseline_tells_known_findings_apart(register: Path, capsys: Captured) -> None:
    run = ["validate", "--baseline", "known.yaml"]
    assert main(["validate", *WRITE]) == 0
    assert f"{FINDINGS} waivers added to known.yaml" in capsys.readouterr().err
    assert main(run) == 0
    assert f"{FINDINGS} waived results" in capsys.readouterr().out

    put(register / "data/projects/other.ttl", NEW.replace("project:new", "project:other"))
    assert main([*run, "-f", "json"]) == 1
    shown = json.loads(capsys.readouterr().out)
    assert {entry["file"] for entry in shown["results"] if entry["severity"] == "violation"} == {
        "data/projects/other.ttl"
    }
    assert len(shown["waived"]) == FINDINGS
    assert shown["waived"][0]["reason"] == "being mended"


def test_a_waiver_that_expired_or_matches_nothing_fails(register: Path, capsys: Captured) -> None:
    run = ["validate", "--baseline", "known.yaml"]
    main(["validate", *WRITE])
    known = register / "known.yaml"
    text = known.read_text()
    known.write_text(text.replace("2999-12-31", "2020-01-01"))
    assert main(run) == 1
    assert "stale waiver: " in capsys.readouterr().out
    known.write_text(text)
    (register / "data/projects/new.ttl").unlink()
    assert main([*run, "-f", "sarif"]) == 1
    run_ = json.loads(capsys.readouterr().out)["runs"][0]
    assert {entry["level"] for entry in run_["results"]} >= {"error"}


def test_since_a_revision(register: Path, capsys: Captured) -> None:
    def git(*args: str) -> None:
        settings = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        subprocess.run(["git", *settings, *args], cwd=register, check=True, capture_output=True)

    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "one")
    assert main(["-q", "validate", "--since", "HEAD"]) == 0
    put(register / "data/projects/other.ttl", NEW.replace("project:new", "project:other"))
    capsys.readouterr()
    found = results(capsys, "--since", "HEAD")
    assert len(found) >= FINDINGS
    assert {entry["file"] for entry in found} == {"data/projects/other.ttl"}


def test_remarks_fail_when_strict(register: Path, capsys: Captured) -> None:
    put(register / "data/projects/new.ttl", 'project:new a ex:Projct ; rdfs:label "New"@en .')
    args = ["validate", "data/projects/new.ttl", "-f", "concise"]
    loose, strict = main(args), main([*args, "--strict"])
    out = capsys.readouterr().out
    assert (loose, strict) == (0, 1)
    assert "remark: " in out


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--since", "HEAD", "data/projects/new.ttl"], "--since"),
        ([*WRITE[:4]], "--expires"),
        ([*WRITE[:2], *WRITE[4:]], "--reason"),
        (WRITE[2:], "--write-baseline"),
        ([*WRITE[:5], "soon"], "soon"),
        ([*WRITE, "--baseline", "known.yaml"], "--baseline"),
        ([*WRITE[:3], " ", *WRITE[4:]], "reason"),
        (["--limit-per-rule", "-1"], "--limit-per-rule"),
        (["--group-by", "severity"], "severity"),
        (["--engine", "jena"], "jena"),
        (["--format", "yaml"], "yaml"),
    ],
)
def test_options_that_make_no_sense_are_usage_errors(
    args: list[str], words: str, register: Path, capsys: Captured
) -> None:
    assert main(["validate", *args]) == 2
    out, err = capsys.readouterr()
    assert words in err
    assert out == ""


@pytest.mark.parametrize("name", ["full", "concise", "github", "junit", "sarif", "csv", "json", "html"])
def test_a_name_of_a_file_that_means_harm(name: str, register: Path, capsys: Captured) -> None:
    odd = register / "data/projects/\x1b[31m,::error file=x::y\n::stop-commands::x%0A<b>.ttl"
    (register / "data/projects/new.ttl").rename(odd)
    assert main(["-q", "validate", "-f", name]) == 1
    out = capsys.readouterr().out
    read(name, out)
    if name not in ("json", "csv"):
        assert "\x1b" not in out
        assert "\n::stop-commands" not in out


def test_the_report_fits_the_terminal(
    register: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    title = f'project:long a ex:Project ; rdfs:label "{"word " * 30}end"@en ; ex:theme theme:{"x" * 30} .'
    put(register / "data/projects/long.ttl", title)
    assert main(["validate", "data/projects/new.ttl", "data/projects/long.ttl"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert max(len(line) for line in lines if line.startswith("    ")) <= 60
    assert main(["-q", "validate", "data/projects/new.ttl", "-f", "full", "-o", "report.txt"]) == 1
    assert max(map(len, (register / "report.txt").read_text("utf-8").splitlines())) > 60


def test_a_value_that_breaks_one_rule_twice_is_told_once(tmp_path: Path, capsys: Captured) -> None:
    put(
        tmp_path / "shapes.ttl",
        "ex:code-malformed sh:targetClass ex:A ; sh:path ex:code ; sh:message 'No code.' ; sh:maxLength 2 ; "
        "sh:pattern '^[A-Z]+$' .",
    )
    put(tmp_path / "data.ttl", 'ex:a a ex:A ; ex:code "abc" , "ABC" .')
    command = ["validate", str(tmp_path / "data.ttl"), "--shapes", str(tmp_path / "shapes.ttl")]
    assert main(command) == 1
    out = capsys.readouterr().out
    assert out.count("No code.") == 2
    assert out.count("code-malformed  (2 results)") == 1
    assert "3 violations" in out


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["-"], "standard input"),
        (["--write-baseline", "known.yaml", "--reason", "x", "--expires", "2020-01-01"], "in the past"),
    ],
)
def test_what_cannot_work_is_a_wrong_command(
    register: Path, capsys: Captured, args: list[str], message: str
) -> None:
    assert main(["validate", *args]) == 2
    assert message in capsys.readouterr().err
    assert not (register / "known.yaml").exists()


def test_what_the_message_says_is_not_said_again(tmp_path: Path, capsys: Captured) -> None:
    put(tmp_path / "shapes.ttl", "ex:a sh:targetClass ex:A ; sh:path ex:p ; sh:in ( 6 ) .")
    put(tmp_path / "data.ttl", "ex:x a ex:A ; ex:p 5 .")
    command = ["validate", str(tmp_path / "data.ttl"), "--shapes", str(tmp_path / "shapes.ttl")]
    for name in ("concise", "full"):
        assert main([*command, "-f", name]) == 1
        out = capsys.readouterr().out
        assert out.count('"5"^^xsd:integer') == 1
        assert "found" not in out


def test_a_folder_without_workspace_is_told(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody in the wrong folder must see that the file was judged as part of another register."""
    monkeypatch.chdir(tmp_path)
    put(tmp_path / "data.ttl", "ex:x ex:p 5 .")
    main(["validate", "data.ttl"])
    assert "no workspace here" in capsys.readouterr().err


def test_a_folder_without_workspace_that_is_named_is_as_one_that_is_entered(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    put(tmp_path / "data.ttl", "ex:x ex:p 5 .")
    put(tmp_path / "shapes.ttl", "shape:x a sh:NodeShape ; sh:targetNode ex:x ; sh:nodeKind sh:Literal .")
    command = ["data.ttl", "--shapes", "shapes.ttl", "-f", "concise"]
    assert main(["validate", *command]) == 1
    inside = capsys.readouterr()
    assert main(["-C", ".", "validate", *command]) == 1
    named = capsys.readouterr()
    assert named.out == inside.out
    assert named.err == ".: no workspace here: the files are judged alone\n" + inside.err

    for wrong in ("nowhere", "data.ttl"):
        assert main(["-C", wrong, "validate", *command]) == 2


def test_shapes_of_a_named_folder_without_workspace_can_be_explained_and_tested(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cases").mkdir()
    put(tmp_path / "cases/invalid.x.ttl", "ex:x ex:p 5 .")
    put(tmp_path / "shapes.ttl", "shape:x a sh:NodeShape ; sh:targetNode ex:x ; sh:nodeKind sh:Literal .")
    for command in (["shapes", "test", "cases"], ["explain", "x"]):
        said = []
        for folder in ([], ["-C", "."]):
            assert main([*folder, *command, "--shapes", "shapes.ttl"]) == 0
            said.append(capsys.readouterr())
        assert said[0] == said[1]


def test_a_folder_within_a_workspace_is_none_of_its_own(register: Path, capsys: Captured) -> None:
    put(register / "shapes.ttl", "shape:x a sh:NodeShape ; sh:targetNode ex:x ; sh:nodeKind sh:Literal .")
    assert main(["-C", "data", "validate", "data/projects/new.ttl", "--shapes", "shapes.ttl"]) == 2
    assert "no workspace here" in capsys.readouterr().err
