"""What does not get out by mistake: personal data, and what no commit holds."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from conftest import Run
from mosty.workspace.scaffold import create_workspace

HEAD = """
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix ex: <https://example.org/id/> .
"""


SHAPE = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <https://example.org/id/> .
ex:shape a sh:NodeShape ; sh:targetNode ex:a ; sh:nodeKind sh:IRI .
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    root = create_workspace(tmp_path / "small").root
    for path in (root / "shapes").glob("*.ttl"):
        path.unlink()  # what shapes say of personal data is tested elsewhere
    (root / "shapes" / "one.ttl").write_text(SHAPE)
    return root


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
    )


@pytest.mark.parametrize(
    ("triple", "what"),
    [
        ('ex:a rdfs:comment "write to someone@example.org" .', "an e-mail address"),
        ('ex:a rdfs:comment "someone.else+x@mail.example.org"@en .', "an e-mail address"),
        ('ex:a rdfs:comment "call +420 222 333 444"@en .', "a phone number"),
        ('ex:a rdfs:comment "call +420222333444" .', "a phone number"),
        ("ex:a rdfs:seeAlso <mailto:someone@example.org> .", "a contact address"),
        ("ex:a rdfs:seeAlso <tel:+420222333444> .", "a contact address"),
        ("ex:a a foaf:Person .", "a natural person"),
    ],
)
def test_personal_data_is_refused(small: Path, run: Run, triple: str, what: str) -> None:
    (small / "data" / "contact.ttl").write_text(HEAD + triple)
    done = run("publish", "-o", "out", cwd=small)
    assert done.exit_code == 1
    assert "<https://example.org/id/a> <" in done.stderr
    assert f": {what}" in done.stderr
    assert "--allow personal-data" in done.stderr
    assert not (small / "out").exists()
    assert run("publish", "-o", "out", "--allow", "personal-data", cwd=small).exit_code == 0


@pytest.mark.parametrize(
    "text",
    [
        "a price of 100@en",
        "@example",
        "user@host",
        "+5",
        "CZ.1.04/5.1.01/77.00030",
        "from +1 000 to +2 000",
        "2012-05-01+02:00",
        "3+420222333444",
    ],
)
def test_what_only_looks_like_personal_data(small: Path, run: Run, text: str) -> None:
    (small / "data" / "x.ttl").write_text(HEAD + f'ex:a rdfs:comment "{text}"@en .')
    assert run("publish", "-o", "out", cwd=small).exit_code == 0


def test_what_no_commit_holds_is_refused(small: Path, run: Run) -> None:
    git(small, "init", "-q")
    done = run("publish", "-o", "../out", cwd=small)
    assert done.exit_code == 0, "a repository without commits says nothing about what is committed"
    git(small, "add", ".")
    git(small, "commit", "-qm", "all")
    assert run("publish", "-o", "../out", cwd=small).exit_code == 0
    (small / "notes.txt").write_text("no part of a release")
    assert run("publish", "-o", "../out", cwd=small).exit_code == 0
    (small / "data" / "new.ttl").write_text(HEAD + 'ex:a rdfs:label "new" .')
    done = run("publish", "-o", "../out", cwd=small)
    assert done.exit_code == 1
    assert "data/new.ttl is not committed" in done.stderr
    assert run("publish", "-o", "../out", "--allow", "dirty", cwd=small).exit_code == 0
    (small / ".gitignore").write_text("new.ttl\n")
    assert run("publish", "-o", "../out", cwd=small).exit_code == 1, "git ignores it, a release would not"
    (small / "data" / "private").mkdir()
    (small / "data" / "new.ttl").rename(small / "data" / "private" / "new.ttl")
    assert run("publish", "-o", "../out", cwd=small).exit_code == 0, "private files are not published"
    (small / "mosty.toml").write_text((small / "mosty.toml").read_text() + "# a change\n")
    assert "mosty.toml is not committed" in run("publish", "-o", "../out", cwd=small).stderr


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("ontology/more.ttl", HEAD + 'ex:T rdfs:comment "ask someone@example.org" .'),
        ("shapes/more.ttl", HEAD + 'ex:s rdfs:comment "ask someone@example.org" .'),
        ("queries/more.rq", "#+ question: Who is someone@example.org?\nSELECT ?s WHERE { ?s ?p ?o }\n"),
    ],
)
def test_personal_data_anywhere_is_refused(small: Path, run: Run, file: str, text: str) -> None:
    (small / file).parent.mkdir(exist_ok=True)
    (small / file).write_text(text)
    done = run("publish", "-o", "out", cwd=small)
    assert done.exit_code == 1
    assert "an e-mail address" in done.stderr
    assert not (small / "out").exists()


def test_many_addresses_in_one_text_do_not_take_long(small: Path, run: Run) -> None:
    (small / "data" / "x.ttl").write_text(HEAD + f'ex:a rdfs:comment "{"a@b.example " * 50_000}" .')
    done = run("publish", "-o", "out", cwd=small)
    assert "1 place:" in done.stderr


def test_a_repository_that_cannot_be_read_is_no_clean_one(small: Path, run: Run) -> None:
    git(small, "init", "-q")
    git(small, "add", ".")
    git(small, "commit", "-qm", "all")
    (small / ".git" / "index").write_bytes(b"rubbish")
    done = run("publish", "-o", "../out", cwd=small)
    assert done.exit_code == 1
    assert "--allow dirty" in done.stderr
    assert run("publish", "-o", "../out", "--allow", "dirty", cwd=small).exit_code == 0


@pytest.mark.parametrize(
    "address", ["https://x/a;b", "https://x/a'b/", "https://x/?q", "ftp://x/", "https://x/(a)/"]
)
def test_an_address_that_cannot_stand_in_rules_is_refused(small: Path, run: Run, address: str) -> None:
    toml = small / "mosty.toml"
    toml.write_text(toml.read_text().replace("[publish]", f'[publish]\ndownload = "{address}"'))
    done = run("publish", "-o", "out", cwd=small)
    assert done.exit_code == 3
    assert "publish.download" in done.stderr


def test_a_query_whose_name_is_no_name_for_a_file(small: Path, run: Run) -> None:
    (small / "queries" / "a\nb.rq").write_text("#+ question: Who?\nSELECT ?s WHERE { ?s ?p ?o }\n")
    done = run("publish", "-o", "out", cwd=small)
    assert done.exit_code == 3
    assert "rename the file" in done.stderr


def test_what_cannot_be_allowed(small: Path, run: Run) -> None:
    assert run("publish", "-o", "out", "--allow", "violations", cwd=small).exit_code == 2
