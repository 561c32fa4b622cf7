"""What can be compared: git revisions, releases, folders, a workspace in the middle of work."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import Run
from differing import BRIDGE, change, sentences
from mosty.api.differences import read_place
from mosty.diff import compare, read_files, tombstones
from mosty.rdf.graph import Graph
from mosty.workspace import Workspace
from register import make_register, put


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """A register, and a copy of it to change."""
    return make_register(tmp_path / "old"), make_register(tmp_path / "new")


def git(folder: Path, *arguments: str) -> None:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A register in a subfolder of a git repository, with two commits and an uncommitted change."""
    root = make_register(tmp_path / "deep" / "register")
    put(root / "data/private/person.ttl", 'org:secret a ex:Organisation ; rdfs:label "Secret"@en .')
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "one")
    git(tmp_path, "tag", "one")
    change(root / BRIDGE, '"Bridge"@en', '"Bridges"@en')
    git(tmp_path, "commit", "-q", "-a", "-m", "two")
    change(root / BRIDGE, '"Most"@cs', '"Mosty"@cs')
    return root


def test_git_revisions(repository: Path, run: Run) -> None:
    now = run("diff", cwd=repository)
    assert now.exit_code == 1
    assert "“Most” to “Mosty”" in now.stdout
    assert "Bridges" not in now.stdout.replace("Bridges  project:bridge", "")
    both = run("diff", "one", cwd=repository).stdout
    assert "“Bridge” to “Bridges”" in both
    assert "“Most” to “Mosty”" in both
    first = run("diff", "one", "git:HEAD", cwd=repository).stdout
    assert "“Bridge” to “Bridges”" in first
    assert "Mosty" not in first
    assert "Secret" not in now.stdout + both + first
    assert run("-C", repository, "diff", "HEAD~9").exit_code == 2


def test_no_commit_writes_outside_its_folder(repository: Path, run: Run) -> None:
    """Git's own commands make no such trees; whoever made the repository can."""

    def made(*arguments: str, given: bytes = b"") -> str:
        author = ("-c", "user.name=t", "-c", "user.email=t@example.org")
        command = ["git", *author, *arguments]
        done = subprocess.run(command, cwd=repository, input=given, check=True, capture_output=True)
        return done.stdout.decode().strip()

    def tree(*entries: tuple[str, str]) -> str:
        rows = [name.encode() + b"\0" + bytes.fromhex(value) for name, value in entries]
        return made("hash-object", "-t", "tree", "-w", "--stdin", "--literally", given=b"".join(rows))

    blob = made("rev-parse", "HEAD:./mosty.toml")
    up = tree(("40000 ..", tree(("40000 ..", tree(("100644 evil.ttl", blob))))))
    root = tree(
        ("40000 deep", tree(("40000 register", tree(("40000 data", up), ("100644 mosty.toml", blob)))))
    )
    result = run("diff", made("commit-tree", "-m", "evil", root), cwd=repository)
    assert result.exit_code == 3
    assert "data/../../evil.ttl' in the history of git is no path inside a folder" in result.stderr


def test_nothing_of_a_repository_runs(repository: Path, run: Run, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    for key in ("core.fsmonitor", "filter.x.smudge", "filter.x.clean", "diff.external", "core.pager"):
        git(repository, "config", key, f"touch {mark}; cat")
    (tmp_path / ".git/info/attributes").write_text("*.ttl filter=x\n", encoding="utf-8")
    assert run("diff", "one", cwd=repository).exit_code == 1
    assert not mark.exists()


def test_a_file_named_like_a_revision_comes_first(repository: Path, run: Run) -> None:
    shutil.copy(repository / BRIDGE, repository / "one.ttl")
    shutil.move(repository / "one.ttl", repository / "one")
    result = run("diff", "one", cwd=repository)
    assert (result.exit_code, "unknown kind of file" in result.stderr) == (3, True)
    assert run("diff", "git:one", cwd=repository).exit_code == 1


def test_a_revision_without_workspace(repository: Path, run: Run) -> None:
    git(repository, "rm", "-q", "--cached", "mosty.toml")
    git(repository, "commit", "-q", "-m", "three")
    result = run("diff", "HEAD", cwd=repository)
    assert result.exit_code == 3
    assert "HEAD: held no workspace" in result.stderr


def test_a_workspace_in_the_middle_of_work(pair: tuple[Path, Path]) -> None:
    old, new = pair
    for root in pair:
        put(
            root / "data/evidence/sheet.ttl",
            """<https://example.org/id/statement/1> a mosty:Statement ; rdf:subject project:bridge ;
            rdf:predicate rdfs:label ; rdf:object "Bridge"@en ; mosty:basis basis:own-words .""",
        )
    change(new / BRIDGE, '"Bridge"@en', '"Bridges"@en')
    assert sentences(new, old)["project:bridge"] == [
        "changed",
        "title (en) changed from “Bridge” to “Bridges”",
    ]


def publish(run: Run, root: Path, target: Path, *options: str | Path) -> None:
    result = run("-C", root, "publish", "-o", target, "--formats", "nt", "--allow", "dirty", *options)
    assert result.exit_code == 0, result.stderr


def test_releases_carry_what_changed(pair: tuple[Path, Path], tmp_path: Path, run: Run) -> None:
    root = pair[1]
    one, two, three = (tmp_path / name for name in ("one", "two", "three"))
    charity = root / "data/organisations/charity.ttl"
    text = charity.read_text(encoding="utf-8")
    publish(run, root, one, "--version", "1.0.0")
    charity.unlink()
    change(root / BRIDGE, '"Most"@cs', '"Mosty"@cs')
    publish(run, root, two, "--version", "1.1.0", "--previous", one)
    (root / BRIDGE).unlink()
    put(
        root / "data/organisations/aid.ttl",
        'org:aid a ex:Organisation ; rdfs:label "Aid"@en ; <http://purl.org/dc/terms/replaces> org:charity .',
    )
    publish(run, root, three, "--version", "2.0.0", "--previous", two)
    for old, new in ((one, two), (two, three)):
        target = tmp_path / "replayed.nq"
        assert run("diff", "--apply", new / "changes.rdfp", old, "-o", target, cwd=root).exit_code == 0
        assert target.read_bytes() == (new / "bridges.nq").read_bytes()
        assert run("diff", target, new, cwd=root).exit_code == 0
    assert run("diff", three, root, cwd=root).exit_code == 0
    changes = (three / "CHANGES.md").read_text(encoding="utf-8")
    assert re.findall("^## .*", changes, re.MULTILINE) == ["## 2.0.0", "## 1.1.0", "## 1.0.0"]
    assert "From 1.1.0 to 2.0.0" in changes
    assert "- removed: **Bridge** (`project:bridge`)" in changes
    assert "title (cs) changed from “Most” to “Mosty”" in changes
    graves = read_files([three / "tombstones.ttl"]).quads
    assert {quad.split()[0] for quad in graves} == {
        f"<https://example.org/id/{name}>"
        for name in ("org/charity", "project/bridge", "part/bridge.interior")
    }
    said = {
        quad.predicate.rpartition("/")[2]: quad.value
        for quad in graves.about("<https://example.org/id/org/charity>")
    }
    assert said["dcat#version>"] == '"1.0.0"'
    assert said["isReplacedBy>"] == "<https://example.org/id/org/aid>"
    charity.write_text(text, encoding="utf-8")
    publish(run, root, tmp_path / "four", "--previous", three)
    back = read_files([tmp_path / "four" / "tombstones.ttl"]).quads
    assert not back.about("<https://example.org/id/org/charity>")
    assert back.about("<https://example.org/id/project/bridge>")


def test_a_tombstone_keeps_the_day_of_the_first_release_without_the_iri(pair: tuple[Path, Path]) -> None:
    old, new = pair
    config = Workspace(new).config
    charity = new / "data/organisations/charity.ttl"
    text = charity.read_text(encoding="utf-8")
    days = [datetime.date(2026, month, 1) for month in (1, 2, 3, 4)]

    def buried(since: Path, earlier: Graph, day: datetime.date) -> tuple[Graph, set[str]]:
        workspace = Workspace(new)
        before, after = (read_place(str(root), workspace).state for root in (since, new))
        graph = tombstones(compare(before, after, config), earlier, day)
        said = graph.column("<http://purl.org/dc/terms/modified>")
        return graph, {value[1:11] for value in said.values("<https://example.org/id/org/charity>")}

    charity.unlink()
    graph, said = buried(old, Graph(), days[0])
    assert said == {"2026-01-01"}
    change(new / BRIDGE, '"Most"@cs', '"Mosty"@cs')
    graph, said = buried(new, graph, days[1])
    assert said == {"2026-01-01"}
    charity.write_text(text, encoding="utf-8")
    graph, said = buried(new, graph, days[2])
    assert said == set(), "it came back"
    charity.unlink()
    assert buried(old, graph, days[3])[1] == {"2026-04-01"}


def test_a_release_whose_dump_was_touched_is_read_anew(
    pair: tuple[Path, Path], tmp_path: Path, run: Run
) -> None:
    root = pair[1]
    publish(run, root, tmp_path / "one")
    dump = tmp_path / "one" / "bridges.nq"
    lines = dump.read_text(encoding="utf-8").splitlines(keepends=True)
    dump.write_text("".join(lines[::-1]), encoding="utf-8")
    assert run("diff", tmp_path / "one", root, cwd=root).exit_code == 0
    dump.write_text("".join(lines[1:]), encoding="utf-8")
    assert run("diff", tmp_path / "one", root, cwd=root).exit_code == 1


def test_a_release_that_vouches_for_a_dump_out_of_order(tmp_path: Path, run: Run) -> None:
    lines = [f"<a:{name}> <a:p> <a:o> .\n" for name in "abc"]
    for name, text in (("one", "".join(lines)), ("two", "".join(lines[::-1]).rstrip("\n"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "SHA256SUMS").touch()
        (tmp_path / name / "all.nq").write_text(text, encoding="utf-8")
        digest = hashlib.sha256(text.encode()).hexdigest()
        (tmp_path / name / "release.json").write_text(json.dumps({"hash": digest}), encoding="utf-8")
    assert run("diff", "one", "two", cwd=tmp_path).exit_code == 0


def test_folders_of_files_are_one_dataset(tmp_path: Path, run: Run) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    (tmp_path / "one/all.ttl").write_text("<a:s> <a:p> 1 . [] <a:p> 2 .", encoding="utf-8")
    (tmp_path / "two/a.nt").write_text(
        '_:x <a:p> "2"^^<http://www.w3.org/2001/XMLSchema#integer> .\n', "utf-8"
    )
    (tmp_path / "two/b.jsonld").write_text('{"@id": "a:s", "a:p": 1}', encoding="utf-8")
    assert run("diff", "one", "two", cwd=tmp_path).exit_code == 0
    (tmp_path / "two/c.ttl").write_text("[] <a:p> 2 .", encoding="utf-8")
    assert run("diff", "one", "two", cwd=tmp_path).exit_code == 1
