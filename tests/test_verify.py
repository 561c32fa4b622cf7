"""`mosty verify`: a release that is as it was made passes, and whatever was changed in it is found."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import shutil
from itertools import permutations
from pathlib import Path

import pytest

import mosty
from conftest import Run
from mosty.model.errors import DeadlineError, InputError, UsageError
from mosty.publish.staging import is_plain
from mosty.publish.sums import parse
from mosty.rdf.canonical import canonical_labels
from mosty.workspace.scaffold import create_workspace
from releases import failed, make_release, replace, sum_up_again


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_release(tmp_path_factory.mktemp("made"))


@pytest.fixture
def release(made: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(made, tmp_path / "release"))


# --- as it was made ---


def test_a_release_passes(made: Path) -> None:
    found = mosty.verify(made)
    assert found.passed, found
    names = [check.name for check in found.checks if check.status == "passed"]
    assert set(names) >= set(
        "files sums copies release hash dataset formats parts derived counts void provenance dcat citation tables "
        "context patch shapes conformance".split()
    )
    assert (found.name, found.version) == ("small", "1.0.1")
    assert mosty.verify(made, expected=found.hash).passed
    assert failed(mosty.verify(made, expected="sha256:" + "0" * 64)) == {"expected"}
    with pytest.raises(UsageError):
        mosty.verify(made, expected="abc")
    with pytest.raises(InputError, match="no such folder"):
        mosty.verify(made / "absent")


def test_the_hash_is_that_of_the_dump(made: Path) -> None:
    assert mosty.verify(made).hash == hashlib.sha256((made / "small.nq").read_bytes()).hexdigest()


def test_command(made: Path, release: Path, run: Run, tmp_path: Path) -> None:
    done = run("verify", made)
    assert done.exit_code == 0, done
    assert done.stdout.splitlines()[-1].startswith(f"{made} (small 1.0.1): verified")
    (release / "small.nt").unlink()
    (release / "notes.txt").write_text("mine")
    done = run("verify", release, "-f", "json")
    assert done.exit_code == 1
    document = json.loads(done.stdout)
    assert document["passed"] is False
    files = next(check for check in document["checks"] if check["name"] == "files")
    assert files["findings"] == ["small.nt: is missing", "notes.txt: is not of this release"]
    assert "NOT verified" in done.stderr
    assert run("verify", tmp_path).exit_code == 3
    assert run("verify", made, "--hash", "xyz").exit_code == 2


def test_findings_are_shown_safely(release: Path, run: Run) -> None:
    (release / "a\x1b[31m\nb").write_text("x")
    done = run("verify", release)
    assert done.exit_code == 1
    assert "\x1b" not in done.output


# --- whatever was changed ---


@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_one_changed_bit_in_any_file(release: Path, place: str) -> None:
    """In all files at once, but for those without which nothing else is looked at."""
    generator = random.Random(4)
    paths = [path for path in release.rglob("*") if path.is_file() and path.name != "SHA256SUMS"]
    for path in sorted(paths):
        changed = bytearray(path.read_bytes())
        assert changed, path
        at = {"first": 0, "last": len(changed) - 1}.get(place, generator.randrange(len(changed)))
        changed[at] ^= 1 << generator.randrange(8)
        path.write_bytes(changed)
    found = mosty.verify(release)
    said = {line.split(":")[0] for check in found.checks for line in check.findings}
    assert said >= {path.relative_to(release).as_posix() for path in paths}


def test_one_changed_bit_in_the_sums(release: Path) -> None:
    path = release / "SHA256SUMS"
    whole = path.read_bytes()
    for at in (0, len(whole) // 2, len(whole) - 1):
        changed = bytearray(whole)
        changed[at] ^= 1
        path.write_bytes(changed)
        assert failed(mosty.verify(release)) & {"files", "sums"}


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("small.ttl", "Writing", "Wrating", {"dataset", "formats", "parts"}),
        ("small.ttl", '"Writing', '"x" , "Writing', {"dataset", "formats", "parts", "counts", "void"}),
        ("small.nq", "Writing", "Wrating", {"hash", "formats"}),
        ("small.nt", "Writing", "Wrating", {"formats"}),
        ("small.rdf", "Writing", "Wrating", {"formats"}),
        ("small.jsonld", "Writing", "Wrating", {"formats"}),
        ("small.trig", "Writing", "Wrating", {"formats"}),
        ("small-annotated.ttl", "Writing", "Wrating", {"formats"}),
        ("small-derived.ttl", "reg:isAbout", "reg:isFor", {"derived", "dataset"}),
        ("rules/about.rq", "reg:isAbout", "reg:isFor", {"derived"}),
        ("kinds/projects.ttl", "Writing", "Wrating", {"parts"}),
        ("ontology.ttl", "owl:unionOf", "owl:intersectionOf", {"dataset"}),
        ("shapes.ttl", "sh:minCount 1", "sh:minCount 0", {"shapes"}),
        ("shapes.ttl", "sh:path rdfs:label ;", "sh:path rdfs:label ; sh:minCount 7 ;", {"shapes", "conformance"}),
        ("release.json", '"triples": ', '"triples": 1', {"counts"}),
        ("release.json", '"version": "1.0.1"', '"version": "1.0.2"', {"citation", "dcat"}),
        ("release.json", '"hash": "', '"hash": "0', {"release"}),
        ("release.json", '"name"', "name", {"release"}),
        ("void.ttl", "void:entities ", "void:entities 1", {"void"}),
        ("void.ttl", "void:distinctObjects ", "void:distinctObjects 1", {"void"}),
        ("provenance.ttl", "void:triples ", "void:triples 1", {"provenance"}),
        ("dcat.ttl", "dcat:byteSize ", "dcat:byteSize 1", {"dcat"}),
        ("dcat.ttl", "spdx:checksumValue \"", "spdx:checksumValue \"0", {"dcat"}),
        ("dcat.ttl", 'dcat:version "1.0.1"', 'dcat:version "1.0.2"', {"dcat"}),
        ("CITATION.cff", "1.0.1", "1.0.2", {"citation"}),
        ("CITATION.cff", "title:", "date-released: 2025-13-45\ntitle:", {"citation"}),
        ("release.json", '"base": "', '"base": "\\ud800', {"release"}),
        ("release.json", '"base": "', '"base": ">', {"release"}),
        ("void.ttl", "void:entities ", f"void:entities {'1' * 5_000}", {"void"}),
        ("context.jsonld", "https://example.org/small/ontology#", "https://example.org/other#", {"context"}),
        ("changes.rdfp", 'H to "', 'H to "0', {"patch"}),
        ("release.json", '"previous": {', '"previous": null, "before": {', {"patch"}),
        ("tables/datapackage.json", '"bytes": ', '"bytes": 1', {"tables", "dcat"}),
    ],
)  # fmt: skip
def test_changes_with_sums_that_fit(release: Path, file: str, old: str, new: str, expected: set[str]) -> None:
    """Whoever changes a file and its checksum is found by what the other files say."""
    replace(release / file, old, new)
    sum_up_again(release)
    found = failed(mosty.verify(release))
    assert found >= expected
    assert not found & {"files", "sums", "copies"}


def test_a_table_that_was_changed_with_its_sum(release: Path) -> None:
    replace(release / "tables/projects.csv", "Writing", "Wrating")
    sum_up_again(release)
    assert failed(mosty.verify(release)) >= {"tables", "dcat"}


def test_a_dump_that_is_no_text(release: Path) -> None:
    """Even in the name of a record with evidence, which is looked up in the bytes."""
    dump = release / "small.nq"
    dump.write_bytes(dump.read_bytes() + b"<\xff> <a:p> <a:o> <https://example.org/small/graph/evidence> .\n")
    sum_up_again(release)
    assert failed(mosty.verify(release)) >= {"hash", "dataset", "formats"}


def test_packed_copies_are_looked_into(release: Path) -> None:
    packed = release / "small.ttl.gz"
    whole = packed.read_bytes()
    for content in (
        gzip.compress(b"other"),
        gzip.compress(b"\0" * (1 << 24)),
        whole[:-9],
        b"x",
        whole + b"x",
    ):
        packed.write_bytes(content)
        assert "copies" in failed(mosty.verify(release))
    packed.write_bytes(whole)
    (release / "foreign.ttl.gz").write_bytes(whole)
    assert "copies" in failed(mosty.verify(release))


def test_the_patch_is_replayed_on_the_release_before(made: Path, release: Path) -> None:
    first = made.with_name("first")
    assert mosty.verify(made, previous=first).passed
    assert failed(mosty.verify(made, previous=made)) == {"patch", "history"}
    replace(release / "changes.rdfp", "Writing", "Wrating")
    sum_up_again(release)
    assert failed(mosty.verify(release, previous=first)) == {"patch", "history"}


def test_a_workspace_with_nothing_but_a_name(tmp_path: Path) -> None:
    (tmp_path / "mosty.toml").write_text('name = "void"\nbase = "https://example.org/"\n')
    (tmp_path / "shapes").mkdir()
    (tmp_path / "shapes/any.ttl").write_text("<urn:s> a <http://www.w3.org/ns/shacl#NodeShape> .")
    mosty.open(tmp_path).publish(tmp_path / "release", allow={"dirty"})
    assert mosty.verify(tmp_path / "release").passed, mosty.verify(tmp_path / "release")


def test_a_record_that_came_back_is_found(release: Path) -> None:
    (release / "tombstones.ttl").write_text(
        "<https://example.org/small/id/project/reading-together> <http://www.w3.org/2002/07/owl#deprecated> true ."
    )
    assert "tombstones" in failed(mosty.verify(release))


def test_what_is_missing(release: Path) -> None:
    """Each check says which file it lacks; the others are made all the same."""
    for name in ("ontology.ttl", "shapes.ttl", "void.ttl", "small.nq", "dcat.ttl"):
        path = release / name
        data = path.read_bytes()
        path.unlink()
        found = mosty.verify(release)
        assert "files" in failed(found)
        assert [check for check in found.checks if f"{name}: is missing" in check.findings][1:]
        path.write_bytes(data)
    (release / "release.json").unlink()
    assert [check.name for check in mosty.verify(release).checks][-1] == "release"


def test_links_are_not_followed(release: Path, tmp_path: Path) -> None:
    shutil.move(release / "void.ttl", tmp_path / "void.ttl")
    (release / "void.ttl").symlink_to(tmp_path / "void.ttl")
    (release / "tables").rename(tmp_path / "tables")
    (release / "tables").symlink_to(tmp_path / "tables")
    files = next(check for check in mosty.verify(release).checks if check.name == "files")
    assert {"void.ttl: is a link", "tables: is a link", "void.ttl: is missing"} <= {*files.findings}


def test_checksums_that_lead_astray() -> None:
    digest = "0" * 64
    for name in ("../a", "/etc/passwd", "a/../../b", "./a", "a//b", "SHA256SUMS", "a\\b", "C:a", "", "a/"):
        sums, wrong = parse(f"{digest}  {name}\n")
        assert not sums
        assert wrong
        assert not is_plain(name) or name == "SHA256SUMS"
    deep = "/".join("a" * 500)
    sums, wrong = parse(f"{digest}  {deep}\n{digest}  a\n{digest}  a/b\n{digest}  b/c\n{digest}  b\n")
    assert (list(sums), [line.rpartition(": ")[2] for line in wrong[1:3]]) == (
        ["a", "b/c"], ["a file cannot be a folder too"] * 2
    )  # fmt: skip
    sums, wrong = parse(f"{digest}  b\n{digest}  a\n{digest}  a\n{digest}  c")
    assert [line.rpartition(": ")[2] for line in wrong] == [
        "the last line has no end", "a is listed twice", "is not sorted by file name"
    ]  # fmt: skip


def test_a_release_that_would_keep_us_for_ever_is_left(release: Path, tmp_path: Path) -> None:
    """Rules and shapes of a release are run; a deadline stops them, and a process of its own bears them."""
    pattern = " . ".join(f"?s{n} ?p{n} ?o{n}" for n in range(6))
    texts = ", ".join(f"STR(?o{n})" for n in range(1, 6))
    (release / "rules/about.rq").write_text(
        f"CONSTRUCT {{ ?s0 ?p0 ?o0 }} WHERE {{ {pattern} FILTER(STR(?o0) = CONCAT({texts})) }}"
    )
    with pytest.raises(DeadlineError, match="did not end within 4 s"):
        mosty.verify(release, timeout=4)


def test_nothing_that_lies_in_the_release_is_run(
    release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "ran"
    for name in ("json", "hashlib", "runpy"):
        (release / f"{name}.py").write_text(f"open({str(mark)!r}, 'w')\nraise SystemExit")
    monkeypatch.chdir(release)
    assert failed(mosty.verify(".", timeout=60)) == {"files"}
    alike = [f"_:{one} <a:p> _:{other} .\n" for one, other in permutations("abcde", 2)]
    assert len(canonical_labels(alike)) == len(alike)
    assert not mark.exists()


def test_a_process_of_its_own_says_the_same(made: Path, tmp_path: Path) -> None:
    assert mosty.verify(made, timeout=60) == mosty.verify(made)
    with pytest.raises(InputError, match="is no release"):
        mosty.verify(tmp_path, timeout=60)


def test_citations_that_unfold_without_end(release: Path) -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    (release / "CITATION.cff").write_text("\n".join([*lines, "title: *a11", "identifiers: *a11"]))
    assert "citation" in failed(mosty.verify(release))


# --- with a site ---


def test_files_of_single_records_are_held_against_the_graph(tmp_path: Path) -> None:
    root = create_workspace(tmp_path / "small").root
    mosty.open(root).publish(tmp_path / "release", site=True, allow={"dirty"})
    found = mosty.verify(tmp_path / "release")
    assert found.passed, found
    assert "records" in {check.name for check in found.checks if check.status == "passed"}
    for ending in ("ttl", "nt", "jsonld", "rdf"):
        path = tmp_path / "release/id/project" / f"reading-together.{ending}"
        whole = path.read_bytes()
        replace(path, "Reading", "Writing")
        sum_up_again(tmp_path / "release")
        assert "records" in failed(mosty.verify(tmp_path / "release", site=False))
        path.write_bytes(whole)
