"""`mosty verify`: a release that is as it was made passes, and whatever was changed in it is found."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import mosty
from conftest import Run
from mosty.model.errors import DeadlineError, EndpointError, InputError, UsageError
from mosty.model.verification import Verification
from mosty.publish.fetching import fetch
from mosty.publish.sums import is_plain, parse
from mosty.workspace.scaffold import create_workspace

RULE = """
PREFIX reg: <https://example.org/small/ontology#>
CONSTRUCT { ?project reg:isAbout ?project } WHERE { ?project a reg:Project }
"""
Server = Callable[[type[BaseHTTPRequestHandler] | partial[Any]], Any]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of a new workspace, with a rule, after another one."""
    folder = tmp_path_factory.mktemp("made")
    root = create_workspace(folder / "small").root
    (root / "ontology/rules").mkdir()
    (root / "ontology/rules/about.rq").write_text(RULE)
    (root / "ontology/more.ttl").write_text(
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "<urn:A> a owl:Class ; owl:unionOf ( <urn:B> [ a owl:Class ] ) ."
    )
    register = mosty.open(root)
    register.publish(folder / "release", allow={"dirty"})
    shutil.copytree(folder / "release", folder / "first")
    record = root / "data/projects/reading-together.ttl"
    text = record.read_text().rstrip().removesuffix(".").rstrip()
    record.write_text(f'{text} ;\n    rdfs:comment "Writing too"@en .\n')
    register = mosty.open(root)
    register.publish(folder / "release", allow={"dirty"})
    return folder / "release"


@pytest.fixture
def release(made: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(made, tmp_path / "release"))


def failed(found: Verification) -> set[str]:
    return {check.name for check in found.checks if check.status == "failed"}


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def sum_up_again(release: Path) -> None:
    """Make the checksums fit, as somebody would who wants to hide a change; the packed copies too."""
    for packed in release.rglob("*.gz"):
        plain = packed.with_suffix("").read_bytes()
        if gzip.decompress(packed.read_bytes()) != plain:
            packed.write_bytes(gzip.compress(plain, mtime=0))
    files = sorted(path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file())
    files.remove("SHA256SUMS")
    lines = [f"{hashlib.sha256((release / name).read_bytes()).hexdigest()}  {name}\n" for name in files]
    (release / "SHA256SUMS").write_text("".join(lines))


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


def test_one_changed_bit_in_any_file(release: Path) -> None:
    """The first byte, the last and one between, of every file."""
    generator = random.Random(4)
    for path in sorted(path for path in release.rglob("*") if path.is_file()):
        whole = path.read_bytes()
        assert whole, path
        for at in {0, generator.randrange(len(whole)), len(whole) - 1}:
            changed = bytearray(whole)
            changed[at] ^= 1 << generator.randrange(8)
            path.write_bytes(changed)
            name = path.relative_to(release).as_posix()
            try:
                found = mosty.verify(release)
            except InputError:
                assert name == "SHA256SUMS"  # no text any more, so no release
                continue
            assert not found.passed, (name, at)
            assert (
                any(name in finding for check in found.checks for finding in check.findings)
                or name == "SHA256SUMS"
            )
        path.write_bytes(whole)
    assert mosty.verify(release).passed


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
    assert failed(mosty.verify(made, previous=made)) == {"patch"}
    replace(release / "changes.rdfp", "Writing", "Wrating")
    sum_up_again(release)
    assert failed(mosty.verify(release, previous=first)) == {"patch"}


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
    sums, wrong = parse(f"{digest}  b\n{digest}  a\n{digest}  a\n{digest}  c")
    assert [line.rpartition(": ")[2] for line in wrong] == [
        "the last line has no end", "a is listed twice", "is not sorted by file name"
    ]  # fmt: skip


def test_a_release_that_would_keep_us_for_ever_is_left(release: Path, tmp_path: Path) -> None:
    """Rules and shapes of a release are run; a deadline stops them, and a process of its own bears them."""
    nodes = [f"_:b{number}" for number in range(11)]
    ontology = "".join(f"{a} <urn:p> {b} .\n" for a in nodes for b in nodes if a != b)
    (release / "ontology.ttl").write_text(ontology)  # to label these takes hours
    with pytest.raises(DeadlineError, match="did not end within 4 s"):
        mosty.verify(release, timeout=4)


def test_a_process_of_its_own_says_the_same(made: Path, tmp_path: Path) -> None:
    assert mosty.verify(made, timeout=60) == mosty.verify(made)
    with pytest.raises(InputError, match="is no release"):
        mosty.verify(tmp_path, timeout=60)


def test_citations_that_unfold_without_end(release: Path) -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    (release / "CITATION.cff").write_text("\n".join([*lines, "title: *a11", "identifiers: *a11"]))
    assert "citation" in failed(mosty.verify(release))


# --- from the web ---


class _Files(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(handler: Callable[..., BaseHTTPRequestHandler], host: str = "127.0.0.1") -> Iterator[str]:
    """Serve on this machine; gives the address."""
    server = ThreadingHTTPServer((host, 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def address(release: Path) -> Iterator[str]:
    with serving(partial(_Files, directory=str(release.parent))) as root:
        yield f"{root}release/"


def test_from_an_address(address: str, release: Path, run: Run) -> None:
    found = mosty.verify(address)
    assert found.passed, found
    assert found.place == address
    assert found.checks[0].name == "fetched"
    for other in (address.rstrip("/"), f"{address}SHA256SUMS", f"{address}index.html"):
        assert mosty.verify(other).passed
    (release / "small.nt").unlink()
    assert failed(mosty.verify(address)) >= {"files"}
    with pytest.raises(InputError, match="no release there"):
        mosty.verify(f"{address}kinds/")
    assert run("verify", "http://127.0.0.1:1/").exit_code == 4


def test_a_permanent_address_leads_on(address: str) -> None:
    class Permanent(_Files):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", address + self.path.rpartition("/")[2])
            self.end_headers()

    with serving(Permanent) as permanent:
        assert mosty.verify(permanent + "release").passed


def test_files_come_from_one_place_only(release: Path, address: str) -> None:
    class Astray(_Files):
        def do_GET(self) -> None:
            if self.path.endswith("void.ttl"):
                self.send_response(302)
                self.send_header("Location", f"{address}void.ttl")
                self.end_headers()
            else:
                super().do_GET()

    with (
        serving(partial(Astray, directory=str(release))) as root,
        pytest.raises(EndpointError, match="redirects to .*void.ttl, which is not followed"),
    ):
        mosty.verify(root)


def test_limits(address: str, tmp_path: Path) -> None:
    with pytest.raises(EndpointError, match="more than 0 MiB"):
        fetch(address, tmp_path, most_bytes=50_000)
    assert fetch(address, tmp_path, most_bytes=1_000_000).size < 1_000_000

    class Endless(_Files):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"0" * 64 + b"  a\n")
            while not self.wfile.closed:
                try:
                    self.wfile.write(b"x" * 65536)
                except OSError:
                    return

    with serving(Endless) as root, pytest.raises(EndpointError, match="more than 1 MiB"):
        mosty.verify(root, most_bytes=1 << 20)


def test_a_server_that_never_ends(tmp_path: Path) -> None:
    stop = threading.Event()

    class Slow(_Files):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            while not stop.wait(0.05):
                self.wfile.write(b"x")
                self.wfile.flush()

    try:
        with serving(Slow) as root, pytest.raises(EndpointError, match="did not come within"):
            fetch(root, tmp_path, timeout=0.5)
    finally:
        stop.set()


@pytest.mark.parametrize(
    "place",
    "ftp://e.org/ file:///etc/ http://user:secret@e.org/ https://e.org/?a=b https://e.org/#a http:// https://e\tx/".split(
        " "
    ),
)
def test_addresses_that_are_none(place: str) -> None:
    with pytest.raises(UsageError) as caught:
        mosty.verify(place)
    assert "secret" not in caught.value.message


def test_names_that_lead_out_are_not_fetched(tmp_path: Path) -> None:
    asked: list[str] = []

    class Evil(_Files):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(f"{'0' * 64}  ../../evil\n{'0' * 64}  fine.txt\n".encode())

    with serving(Evil) as root:
        fetch(root, tmp_path)
    assert sorted(asked) == ["/SHA256SUMS", "/fine.txt"]
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["SHA256SUMS", "fine.txt"]


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
        assert "records" in failed(mosty.verify(tmp_path / "release"))
        path.write_bytes(whole)
