"""Evidence: that of the repository holds, and whatever breaks in a workspace is found, named and mended."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

import mosty
from conftest import SHARED, Run, need
from mosty.api import Register
from mosty.model.errors import InputError, OutputError, UsageError
from mosty.rdf.formatting import CommentError, format_turtle
from mosty.render.evidence import summary
from mosty.workspace.scaffold import create_workspace

PROJECT = "project:reading-together"
FOUNDATION = "org:example-foundation"
SEEDS = SHARED / "seeds"


@pytest.fixture
def register(tmp_path: Path) -> Register:
    """A new workspace, whose evidence holds."""
    return mosty.open(create_workspace(tmp_path / "register").root)


def root(register: Register) -> Path:
    return register.workspace.root


def evidence(register: Register) -> Path:
    return root(register) / "data" / "evidence" / "first-page.ttl"


def kinds(register: Register, *, texts: bool = False, missing_ok: bool = False) -> list[str]:
    folder = root(register) / "texts" if texts else None
    return [finding.kind for finding in register.evidence.check(folder, missing_ok=missing_ok).findings]


def change(path: Path, old: str, new: str, count: int = -1) -> None:
    before = path.read_text()
    assert old in before
    path.write_text(before.replace(old, new, count))


# What CI holds: the repository


def test_each_triple_of_the_repository_has_evidence(repo: Path) -> None:
    result = mosty.open(repo).evidence.check()
    assert result.findings == ()
    assert result.supported == result.triples > 3000
    assert result.quoted > result.triples / 2


def test_each_position_of_the_repository_is_read_again(repo: Path) -> None:
    need(SEEDS.is_dir(), "the source documents in ../shared/seeds")
    result = mosty.open(repo).evidence.check(SEEDS)
    assert result.findings == ()
    assert result.reread == result.passages > 400
    assert result.documents == 5
    assert "all with evidence" in summary(result)
    assert "5 documents (all read again)" in summary(result)


def test_no_file_of_evidence_changes_by_being_looked_at(repo: Path) -> None:
    for path in mosty.open(repo).workspace.evidence_files():
        assert format_turtle(path.read_bytes(), path.name, mosty.open(repo).prefixes) == path.read_text()


# What a check finds


def test_a_new_workspace_is_clean(register: Register) -> None:
    result = register.evidence.check(root(register) / "texts")
    assert result.findings == ()
    assert (result.triples, result.supported, result.reread) == (10, 10, 4)


def test_a_triple_without_evidence_and_a_statement_without_triple(register: Register) -> None:
    change(root(register) / "data/projects/reading-together.ttl", "2024", "2023")
    bare, stale = sorted(register.evidence.check().findings)[::-1]
    assert (bare.kind, stale.kind) == ("stale statement", "no evidence")
    assert '"2023"^^xsd:gYear' in stale.message
    assert {bare.subject, stale.subject} == {register.prefixes.expand(PROJECT)}
    assert bare.file.endswith("data/evidence/first-page.ttl")
    assert stale.file.endswith("data/projects/reading-together.ttl")


BREAKS: dict[str, tuple[str, str, list[str]]] = {
    "statement IRI": (
        "statement:4941a5a35ed3f547",
        "statement:0000000000000000",
        ["wrong statement IRI"],
    ),
    "two objects": (
        "rdf:object mosty:Source ;",
        'rdf:object mosty:Source , "x" ;',
        ["incomplete statement", "no evidence"],
    ),
    "passage IRI": ("first-page/0-16> a", "first-page/0-15> a", ["missing passage"] * 2),
    "no start": ('oa:start "0"', 'oa:end "0"', ["incomplete passage"]),
    "start is no number": ('oa:start "0"', 'oa:start "none"', ["incomplete passage"]),
    "beyond the text": ('oa:end "16"', 'oa:end "1600"', ["wrong passage IRI", "wrong position"]),
    "ends before it starts": ('oa:start "18"', 'oa:start "44"', ["wrong passage IRI", "wrong position"]),
    "unknown source": ("mosty:source source:first-page", "mosty:source source:other", ["unknown source"]),
}


@pytest.mark.parametrize("name", BREAKS)
def test_broken_evidence_is_found(register: Register, name: str) -> None:
    path = evidence(register)
    old, new, expected = BREAKS[name]
    own = statement_of(register, "source:first-page", "a")
    change(path, own if old.startswith("statement:") else old, new, 1)
    found = kinds(register)
    for kind in expected:
        assert kind in found, found


def statement_of(register: Register, subject: str, predicate: str) -> str:
    """The CURIE of a statement, read from the file of evidence."""
    verb = "rdf:type" if predicate == "a" else predicate
    blocks = evidence(register).read_text().split("\n\n")
    (block,) = [b for b in blocks if f"rdf:subject {subject} ;" in b and f"rdf:predicate {verb} ;" in b]
    return block.split(" ", 1)[0]


def test_a_statement_with_neither_passage_nor_basis(register: Register) -> None:
    change(evidence(register), "mosty:basis basis:own-words", "rdfs:comment basis:own-words")
    assert kinds(register) == ["empty statement", "no evidence"]


def test_a_passage_that_nobody_uses(register: Register) -> None:
    change(
        evidence(register),
        "    mosty:passage <https://example.org/register/id/passage/first-page/18-43>",
        "    mosty:basis basis:identity",
    )
    assert kinds(register) == ["unused passage"]
    register.evidence.prune()
    assert kinds(register) == []
    assert "18-43" not in evidence(register).read_text()


def test_evidence_of_private_triples_would_be_published(register: Register) -> None:
    private = root(register) / "data" / "private"
    private.mkdir(exist_ok=True)
    (root(register) / "data/projects/reading-together.ttl").rename(private / "reading-together.ttl")
    assert kinds(register) == ["private triple"] * 4
    with pytest.raises(UsageError, match="only data/private states anything"):
        register.evidence.add(PROJECT, basis="own-words")
    register.evidence.prune()
    assert kinds(register) == []


def test_blank_nodes_cannot_have_evidence(register: Register) -> None:
    record = root(register) / "data/projects/reading-together.ttl"
    record.write_text(record.read_text() + "project:reading-together reg:note [ rdfs:label 'x' ] .\n")
    assert kinds(register) == ["blank node"] * 2
    with pytest.raises(UsageError, match="blank node"):
        register.evidence.add(PROJECT, "reg:note", basis="own-words")


# What a check finds in the texts


def rewrite_text(register: Register, turn: Callable[[str], str]) -> None:
    """Give the source another text, as when it was fetched again: hash and length follow in its record."""
    path = root(register) / "texts" / "first-page.txt"
    old = path.read_bytes()
    new = turn(old.decode()).encode()
    path.write_bytes(new)
    record = root(register) / "data/sources/first-page.ttl"
    change(record, hashlib.sha256(old).hexdigest(), hashlib.sha256(new).hexdigest())
    change(record, f"mosty:characters {len(old.decode())}", f"mosty:characters {len(new.decode())}")
    register.evidence.prune()
    register.evidence.add("source:first-page", basis="acquisition")
    assert kinds(register) == []


def test_a_changed_text_is_no_copy(register: Register) -> None:
    path = root(register) / "texts" / "first-page.txt"
    path.write_bytes(path.read_bytes().replace(b"2024", b"2025"))
    (finding,) = register.evidence.check(path.parent).findings
    assert (finding.kind, finding.subject) == ("no text", register.prefixes.expand("source:first-page"))
    assert kinds(register, texts=True, missing_ok=True) == []


def test_a_document_without_any_passage_must_be_there_too(register: Register) -> None:
    record = root(register) / "data/sources/first-page.ttl"
    for line in (
        "<https://w3id.org/mosty/id/source-kind/document>",
        "<https://w3id.org/mosty/id/source-kind/consulted>",
    ):
        text = record.read_text().split("\nsource:second-page", 1)[0]
        record.write_text(text + f"\nsource:second-page a mosty:Source ; mosty:sourceKind {line} .\n")
        register.evidence.prune()
        register.evidence.add("source:second-page", basis="structure", every=True)
        assert kinds(register, texts=True) == (["no hash"] if "document" in line else [])


def test_words_that_have_moved_are_named(register: Register) -> None:
    rewrite_text(register, lambda text: "\U0001f600 " + text)
    findings = register.evidence.check(root(register) / "texts").findings
    assert [f.kind for f in findings] == ["wrong words"] * 4
    assert "they stand at characters 2 to 18" in {f.hint for f in findings}


def test_words_that_are_gone(register: Register) -> None:
    rewrite_text(register, lambda text: text.replace("Foundation", "Fund".ljust(10)))
    findings = register.evidence.check(root(register) / "texts").findings
    assert [f.hint for f in findings] == ["find them anew"] * 2


@pytest.mark.parametrize("slug", ["../../escaped", ".hidden", "a/b"])
def test_a_source_never_names_a_file_outside_the_folder(register: Register, slug: str) -> None:
    record = root(register) / "data/sources/first-page.ttl"
    iri = f"<https://example.org/register/id/source/{slug}>"
    record.write_text(record.read_text().replace("source:first-page a", f"{iri} a"))
    with pytest.raises(UsageError, match="unknown source"):
        register.evidence.add(PROJECT, "a", source=iri, phrase="The", nth=1, texts=root(register) / "texts")


def test_a_length_that_is_wrong(register: Register) -> None:
    change(root(register) / "data/sources/first-page.ttl", "mosty:characters 81", "mosty:characters 82")
    register.evidence.prune()
    register.evidence.add("source:first-page", basis="acquisition")
    assert kinds(register) == []
    assert kinds(register, texts=True) == ["wrong length"]


def test_a_text_that_is_not_utf_8(register: Register) -> None:
    path = root(register) / "texts" / "first-page.txt"
    change(
        root(register) / "data/sources/first-page.ttl",
        hashlib.sha256(path.read_bytes()).hexdigest(),
        hashlib.sha256(b"\xff\xfe").hexdigest(),
    )
    path.write_bytes(b"\xff\xfe")
    register.evidence.prune()
    register.evidence.add("source:first-page", basis="acquisition")
    assert kinds(register, texts=True) == ["unreadable text"]
    with pytest.raises(InputError, match="not UTF-8"):
        register.evidence.add(PROJECT, source="first-page", phrase="x", texts=path, every=True)


def test_an_evidence_file_that_cannot_be_read(run: Run, register: Register) -> None:
    evidence(register).write_text("statement:x a mosty:Statement .")
    result = run("-C", root(register), "evidence", "check")
    assert result.exit_code == 3
    assert "first-page.ttl:1" in result.stderr


# The command line


def test_check_says_it_in_words_and_in_json(run: Run, register: Register) -> None:
    clean = run("evidence", "check", "--texts", "texts", cwd=root(register))
    assert clean == (
        0,
        "10 triples, all with evidence: 6 in 4 passages of 1 document (all read again), 4 of our own\n",
        "",
    )
    change(root(register) / "data/projects/reading-together.ttl", "2024", "2023")
    words = run("evidence", "check", cwd=root(register))
    assert words.exit_code == 1
    assert words.stdout.splitlines()[:3] == [
        "data/evidence/first-page.ttl",
        "  project:reading-together",
        '    stale statement: no file states project:reading-together reg:begins "2024"^^xsd:gYear',
    ]
    assert words.stdout.splitlines()[-1].startswith("2 findings; 10 triples, 1 without evidence: ")
    table = run("evidence", "check", "-f", "json", "-o", "out.json", cwd=root(register))
    assert (table.exit_code, table.stdout) == (1, "")
    told = json.loads((root(register) / "out.json").read_text())
    assert [f["kind"] for f in told["findings"]] == ["stale statement", "no evidence"]
    assert told["supported"] == 9
    prune = run("evidence", "prune", cwd=root(register))
    assert prune == (0, "data/evidence/first-page.ttl: 2 taken away\n", "")
    assert run("evidence", "prune", cwd=root(register)) == (0, "", "nothing to take away\n")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["check", "--missing-ok"], "--missing-ok needs --texts"),
        (["check", "--texts", "nowhere"], "no such folder"),
        (["add"], "--phrase WORDS, or --basis NAME"),
        (["add", "--basis", "own-words"], "SUBJECT"),
        (["add", PROJECT], "--phrase WORDS, or --basis NAME"),
        (["add", PROJECT, "--basis", "own-words", "--nth", "1"], "need --phrase"),
        (["add", "first-page", PROJECT, "--phrase", "x"], "needs --text FILE"),
        (["add", "first-page", "--phrase", "x", "--texts", "texts"], "SOURCE and SUBJECT"),
        (["add", "first-page", PROJECT, "--phrase", "x", "--texts", "a", "--text", "b"], "not both"),
        (["add", PROJECT, "a", "b", "c", "--basis", "own-words"], "Too many arguments"),
        (["add", PROJECT, "a", "--checked-against", "first-page"], "--basis"),
        (["add", PROJECT, "--table", "x.csv"], "everything else stands in the table"),
    ],
)
def test_wrong_usage(run: Run, register: Register, args: list[str], words: str) -> None:
    result = run("evidence", *args, cwd=root(register))
    assert result.exit_code == 2
    assert words in result.stderr


def test_a_rewrite_that_would_lose_a_comment_is_refused(register: Register) -> None:
    path = evidence(register)
    text = path.read_text() + "\n# at the end\n"
    path.write_text(text)
    with pytest.raises(CommentError, match="at the end"):
        register.evidence.add(PROJECT, "a", basis="own-words")
    assert path.read_text() == text


def test_nothing_is_half_written(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(contents: dict[Path, str | None]) -> None:
        raise OutputError(f"{min(contents)}: cannot be written: No space left on device")

    before = evidence(register).read_bytes()
    monkeypatch.setattr("mosty.ingest.ledger.write_together", full)
    with pytest.raises(OutputError, match="No space left"):
        register.evidence.add(PROJECT, "a", basis="own-words")
    assert evidence(register).read_bytes() == before
