"""Adding evidence: one piece or a whole table, and everything that is refused."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mosty
from conftest import Run
from mosty.api import Register
from mosty.ingest.table import read_table
from mosty.model.errors import InputError, UsageError
from mosty.model.evidence import Added
from mosty.rdf.formatting import format_turtle
from mosty.workspace.scaffold import create_workspace

PROJECT = "project:reading-together"
FOUNDATION = "org:example-foundation"


@pytest.fixture
def register(tmp_path: Path) -> Register:
    """A new workspace, with a record that has no evidence yet."""
    register = mosty.open(create_workspace(tmp_path / "register").root)
    (root(register) / "data/projects/second.ttl").write_text(
        "@prefix org: <https://example.org/register/id/org/> .\n"
        "@prefix project: <https://example.org/register/id/project/> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "@prefix reg: <https://example.org/register/ontology#> .\n\n"
        "project:second a reg:Project ;\n"
        '    rdfs:label "Druhý"@cs , "Second"@en , "Second"@de ;\n'
        "    reg:fundedBy org:example-foundation .\n"
    )
    return register


def root(register: Register) -> Path:
    return register.workspace.root


def texts(register: Register) -> Path:
    return root(register) / "texts"


def evidence(register: Register, name: str = "first-page") -> str:
    path = root(register) / "data" / "evidence" / f"{name}.ttl"
    return path.read_text() if path.exists() else ""


def clean(register: Register) -> bool:
    return not register.evidence.check(texts(register)).findings


def quote(register: Register, *triple: str, phrase: str = "Reading Together", **more: Any) -> Added:
    return register.evidence.add(
        *triple,
        source="first-page",
        phrase=phrase,
        texts=texts(register),
        **more,
    )


def test_a_phrase_becomes_a_passage_and_statements(register: Register) -> None:
    assert not clean(register)
    added = quote(register, "project:second", phrase="The Example Foundation pays", basis="inference")
    assert len(added.triples) == 5
    assert added.passage is not None
    assert (added.passage.source, added.passage.start, added.passage.end) == ("first-page", 45, 72)
    assert added.words == "The Example Foundation pays"
    assert clean(register)
    assert added.file == root(register) / "data/evidence/first-page.ttl"
    assert format_turtle(added.file.read_bytes(), "x", register.prefixes) == evidence(register)
    (why,) = register.why("project:second", "reg:fundedBy", texts=texts(register))
    assert why.quote == "The Example Foundation pays"
    assert why.basis is not None


def test_only_what_has_no_evidence_is_taken_unless_it_is_named(register: Register) -> None:
    quote(register, "project:second", "reg:fundedBy")
    assert len(quote(register, "project:second").triples) == 4
    with pytest.raises(UsageError, match="all 5 triples of project:second have evidence") as caught:
        quote(register, "project:second")
    assert caught.value.hint is not None
    assert "--all" in caught.value.hint
    assert len(quote(register, "project:second", every=True).triples) == 5


def test_the_same_evidence_twice_changes_nothing(register: Register) -> None:
    quote(register, "project:second", basis="inference")
    before = evidence(register)
    quote(register, "project:second", every=True, basis="inference")
    assert evidence(register) == before


def test_our_own_statements_have_a_file_of_their_own(register: Register) -> None:
    added = register.evidence.add("project:second", basis="own-words")
    assert added.file.name == "editors.ttl"
    assert clean(register)
    # A passage moves the statement to the file of its source, and the basis goes with it.
    quote(register, "project:second", "reg:fundedBy")
    (why,) = register.why("project:second", "reg:fundedBy")
    assert why.source is not None
    assert why.basis is not None
    assert "reg:fundedBy" not in evidence(register, "editors")
    assert clean(register)


def test_earlier_evidence_can_be_replaced(register: Register) -> None:
    quote(register, PROJECT, "reg:begins", phrase="in 2024", replace=True, basis="inference")
    (why,) = register.why(PROJECT, "reg:begins", texts=texts(register))
    assert why.quote == "in 2024"
    assert "18-43" not in evidence(register)
    register.evidence.add(PROJECT, "reg:begins", basis="identity", replace=True)
    (why,) = register.why(PROJECT, "reg:begins")
    assert why.source is None
    register.evidence.add("project:second", basis="own-words")
    assert clean(register)


def test_which_object_is_meant(register: Register) -> None:
    label = ("project:second", "rdfs:label")
    assert len(quote(register, *label).triples) == 3
    for text in ("Druhý", '"Second"@en', "'Second'@de"):
        assert len(quote(register, *label, text).triples) == 1
    foundation = register.prefixes.expand(FOUNDATION).value
    for text in (FOUNDATION, f"<{foundation}>", foundation):
        assert len(quote(register, "project:second", "reg:fundedBy", text).triples) == 1
    with pytest.raises(UsageError, match="may mean 2 triples") as caught:
        quote(register, *label, "Second")
    assert caught.value.hint == 'write the literal in full: "Second"@de, "Second"@en'


def test_a_workspace_may_have_bases_of_its_own(register: Register) -> None:
    with pytest.raises(UsageError, match="unknown basis"):
        register.evidence.add("project:second", basis="reg:hearsay")
    ontology = root(register) / "ontology" / "register.ttl"
    ontology.write_text(ontology.read_text() + '\nreg:hearsay rdfs:label "hearsay"@en .\n')
    register.evidence.add("project:second", basis="reg:hearsay")
    assert clean(register)


@pytest.mark.parametrize(
    "basis", ["own-words", "basis:own-words", "<https://w3id.org/mosty/id/basis/own-words>"]
)
@pytest.mark.parametrize("checked", ["first-page", "source:first-page", None])
def test_names_of_bases_and_sources(register: Register, basis: str, checked: str | None) -> None:
    register.evidence.add("project:second", basis=basis, checked_against=checked)
    (why,) = register.why("project:second", "a")
    assert str(why.basis) == "https://w3id.org/mosty/id/basis/own-words"
    assert (why.checked_against is None) == (checked is None)


def test_comments_and_unknown_triples_stay(register: Register) -> None:
    path = root(register) / "data/evidence/first-page.ttl"
    text = path.read_text().replace(
        "statement:4941a5a35ed3f547 a", "# typed by hand\nstatement:4941a5a35ed3f547 a"
    )
    path.write_text("# The first page\n# of this register\n\n" + text + "\nreg:note rdfs:label 'kept' .\n")
    quote(register, "project:second")
    after = evidence(register)
    assert after.startswith("# The first page\n# of this register\n\n@prefix")
    assert '"kept"' in after
    register.evidence.prune()
    assert '"kept"' in evidence(register)


REFUSED: dict[str, dict[str, Any]] = {
    "the phrase is not in the text": {"phrase": "Reading Alone"},
    "stands 2 times": {"phrase": "The"},
    "no occurrence 3": {"phrase": "The", "nth": 3},
    "the phrase is empty": {"phrase": " "},
    "unknown source 'first-pag'": {"source": "first-pag"},
    "unknown source 'org:example-foundation'": {"source": FOUNDATION},
    "unknown prefix": {"source": "nope:first-page"},
    "is not the text of source:first-page: its SHA-256 is": {"texts": "mosty.toml"},
    "has no copy of source:first-page": {"texts": "data"},
    "no such file": {"texts": "nowhere.txt"},
    "a phrase needs a copy of the source": {"texts": None},
    "a source and its phrase go together": {"source": None},
    "unknown basis 'ownwords'": {"basis": "ownwords"},
    "a source that was checked needs a basis": {"checked_against": "first-page"},
    "the basis reference needs the source": {"basis": "reference"},
    "unknown source 'page'": {"basis": "reference", "checked_against": "page"},
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_is_refused(register: Register, message: str) -> None:
    before = evidence(register)
    given: dict[str, Any] = {
        "source": "first-page",
        "phrase": "Reading Together",
        "texts": "texts",
    } | REFUSED[message]
    if given["texts"] is not None:
        given["texts"] = root(register) / str(given["texts"])
    with pytest.raises((UsageError, InputError)) as caught:
        register.evidence.add(PROJECT, "a", **given)
    assert message in str(caught.value)
    assert evidence(register) == before


@pytest.mark.parametrize(
    ("triple", "message", "hint"),
    [
        (("project:secnd",), "states anything about project:secnd", "did you mean project:second?"),
        (("project:unlike-all-others",), "states anything", "write the record first"),
        (("project:second", "reg:ends"), "no triple project:second reg:ends", "stated are: a, rdfs:label"),
        (("project:second", "a", "reg:Thing"), "no triple project:second a reg:Thing", "reg:Project"),
        (("project:second", "rdfs:label", "Third"), "stands in the data", '"Druhý"@cs'),
        (("project:second", "rdfs:label", "[" * 5000), "stands in the data", "stated is"),
        (("project:second", "rdfs:label", "<a> . <b> <c> <d>"), "stands in the data", "stated is"),
        (("nope:x",), "unknown prefix", "known prefixes"),
        (("not an iri",), "not an IRI or CURIE", "prefix:name"),
    ],
)
def test_triples_that_do_not_stand(
    register: Register, triple: tuple[str, ...], message: str, hint: str
) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        quote(register, *triple)
    assert caught.value.hint is not None
    assert hint in caught.value.hint


# Tables


def test_a_table_records_all_its_rows(run: Run, register: Register) -> None:
    (root(register) / "evidence.csv").write_text(
        "source,phrase,nth,subject,predicate,object,basis,checked\n"
        'first-page,"The project began in 2024",,project:second,a,,inference,\n'
        "first-page,The,2,project:second,rdfs:label,Druhý,,\n"
        ',,,project:second,rdfs:label,"""Second""@en",translation,\n'
        "\n"
        ",,,project:second,,,reference,first-page\n"
    )
    done = run("evidence", "add", "--table", "evidence.csv", "--texts", "texts", cwd=root(register))
    assert done.exit_code == 0, done.stderr
    assert done.stdout.count("recorded in data/evidence/") == 4
    assert "characters 18 to 43 of source:first-page: “The project began in 2024”" in done.stdout
    assert clean(register)
    (why,) = register.why("project:second", "reg:fundedBy")
    assert why.checked_against == register.prefixes.expand("source:first-page")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_tables_as_spreadsheet_programs_write_them(register: Register, delimiter: str, line_end: str) -> None:
    path = root(register) / "table.csv"
    rows = [["Subject", "Source", "Phrase"], ["project:second", "first-page", '"began in\u00a02024. The"']]
    path.write_bytes(("\ufeff" + line_end.join(delimiter.join(row) for row in rows)).encode())
    (added,) = register.evidence.add_table(path, texts(register))
    assert added.words == "began in 2024. The"


def test_all_rows_or_none(run: Run, register: Register) -> None:
    (root(register) / "t.csv").write_text(
        "subject,source,phrase,basis\n"
        "project:second,first-page,Reading Together,\n"
        "project:second,first-page,Raeding Together,\n"
        "project:third,,,own-words\n"
        "project:second,,,\n"
    )
    before = evidence(register)
    done = run("evidence", "add", "--table", "t.csv", "--texts", "texts", cwd=root(register))
    assert done.exit_code == 3
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert lines[0] == "error: nothing was recorded:"
    assert lines[1].startswith(
        "t.csv:3: the phrase is not in the text: 'Raeding Together' (the nearest is 'Reading"
    )
    assert lines[2].startswith("t.csv:4: no file of records states anything about project:third")
    assert lines[3].startswith("t.csv:5: neither a phrase nor a basis")
    assert evidence(register) == before
    with pytest.raises(InputError) as caught:
        register.evidence.add_table(root(register) / "t.csv", texts(register))
    assert [d.position.line for d in caught.value.diagnostics] == [3, 4, 5]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"\x00\x01", "NUL"),
        (b"subject\n\xff\xfe", "not UTF-8"),
        (b"subject,colour\nproject:x,red\n", "unknown column 'colour'"),
        (b"source,phrase\na,b\n", "no column 'subject'"),
        (b"subject,subject\na,b\n", "named twice"),
        (b"subject\n", "no rows"),
        (b"subject,phrase\n\n,,\n", "no rows"),
        (b'subject,phrase\nx,"open\n', "not CSV"),
        (b"subject,basis\nx,y,z\n", "3 cells, but 2 columns"),
        (b"subject,basis\n,own-words\n", "no subject"),
        (b"subject,object\nx,y\n", "an object without a predicate"),
        (b"subject,nth\nx,1\n", "without a phrase"),
        (b"subject,phrase\nx,y\n", "a phrase without its source"),
        (b"subject,source,phrase,nth\nx,a,y,0\n", "nth must be"),
        (b"subject,source,phrase,nth\nx,a,y," + b"9" * 5000, "nth must be"),
        (b"subject,checked\nx,y\n", "without a basis"),
        (b"subject,basis\nx," + b"y" * 200_000, "not CSV"),
    ],
)
def test_rubbish_tables(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_table(path)
    with pytest.raises(InputError, match="no such file"):
        read_table(tmp_path / "nowhere.csv")


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=80) | st.text(alphabet='subject,;\t\n\r" phrase\x00é', max_size=80).map(str.encode))
def test_any_bytes_are_a_table_or_a_clear_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "table.csv"
    for start in (b"", b"subject,phrase,source\n"):
        path.write_bytes(start + content)
        with suppress(InputError):
            assert read_table(path)
