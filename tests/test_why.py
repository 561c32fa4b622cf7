"""why: quotes only from the very text, says what has no evidence, names rules; in any workspace."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import mosty
from conftest import Run
from mosty.model.errors import InputError, UsageError
from mosty.workspace.texts import Texts, read_text

PROJECT = "project:reading-together"
RULE = """PREFIX reg: <https://example.org/register/ontology#>
CONSTRUCT { ?funder reg:funds ?project } WHERE { ?project reg:fundedBy ?funder }
"""


@pytest.fixture
def register(run: Run, tmp_path: Path) -> Path:
    """A new workspace with a copy of its source in texts/."""
    folder = tmp_path / "register"
    assert run("init", folder, cwd=tmp_path).exit_code == 0
    return folder


def test_quotes_are_read_from_the_copy_with_the_right_sha256(register: Path) -> None:
    (evidence,) = mosty.open(register).why(PROJECT, "reg:begins", texts=register / "texts")
    assert evidence.quote == "The project began in 2024"


def test_another_text_is_never_quoted(run: Run, register: Path) -> None:
    copy = register / "texts" / "first-page.txt"
    copy.write_text(copy.read_text() + " ")
    result = run("-C", register, "why", PROJECT, "reg:begins", "--texts", register / "texts")
    assert result.exit_code == 0
    assert "characters 18 to 43" in result.stdout
    assert "“" not in result.stdout
    assert "no copy of the text: source:first-page" in result.stderr


def test_asserted_without_evidence(run: Run, register: Path) -> None:
    record = register / "data" / "projects" / "reading-together.ttl"
    record.write_text(record.read_text().replace('"2024"', '"2023"'))
    result = run("-C", register, "why", PROJECT, "reg:begins", "2023")
    assert "no evidence is recorded" in result.stdout
    assert result.exit_code == 0


@pytest.mark.parametrize("named", [True, False])
def test_rules_are_named_where_the_ontology_names_them(run: Run, register: Path, named: bool) -> None:
    rules = register / "ontology" / "rules"
    rules.mkdir()
    (rules / "funders.rq").write_text(
        RULE.replace("https://example.org/register/", mosty.open(register).workspace.config.base)
    )
    if named:
        ontology = register / "ontology" / "register.ttl"
        ontology.write_text(
            "@prefix mosty: <https://w3id.org/mosty/ontology#> .\n"
            + ontology.read_text()
            + '\nreg:funds mosty:derivedBy "funders.rq" .\n'
        )
    stdout = run("-C", register, "why", "org:example-foundation", "reg:funds").stdout
    assert ("derived by the rule funders.rq" if named else "derived by a rule\n") in stdout


def test_a_stands_for_rdf_type(run: Run, register: Path) -> None:
    result = run("-C", register, "why", PROJECT, "a", "-f", "json")
    assert [e["object"]["iri"].endswith("#Project") for e in json.loads(result.stdout)] == [True]


def test_folders_without_texts(register: Path, tmp_path: Path) -> None:
    for folder in (tmp_path / "nowhere", register / "data" / "private", register / "mosty.toml"):
        with pytest.raises(UsageError, match="no such folder|no texts here"):
            Texts(folder)


def test_texts_are_found_in_folders_inside_and_the_first_of_equal_copies(register: Path) -> None:
    folder = register / "texts"
    digest = next(str(e.object) for e in mosty.open(register).why("source:first-page", "mosty:sha256"))
    (folder / "deep").mkdir()
    shutil.copy(folder / "first-page.txt", folder / "deep" / "copy.txt")
    assert Texts(folder).path(digest) == folder / "deep" / "copy.txt"
    (folder / "first-page.txt").unlink()
    assert Texts(folder).find(digest) == read_text(folder / "deep" / "copy.txt")
    assert Texts(folder).find("0" * 64) is None


def test_texts_are_read_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(b"\xef\xbb\xbfa\r\nb\r")
    assert read_text(path) == "\ufeffa\r\nb\r"
    path.write_bytes(b"ab\xff")
    with pytest.raises(InputError, match=r"not UTF-8 text \(byte 2\)"):
        read_text(path)
