"""`mosty publish`: what is in a release, that it is reproducible, refused when it must be, and never half-written."""

from __future__ import annotations

import datetime
import errno
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

import mosty
from conftest import SHARED, Published, Run, need
from mosty.model.diagnostics import ValidationReport
from mosty.model.errors import FindingsError, InputError, OutputError, UsageError, ViolationsError
from mosty.publish import Release, folder, publish
from mosty.publish.content import read_content
from mosty.publish.dcat import is_distribution
from mosty.publish.description import with_vocabularies
from mosty.publish.release import source_date
from mosty.workspace import Workspace

MOSTY = "https://w3id.org/mosty/ontology#"
ID = "https://w3id.org/mosty/id/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
FINE = ValidationReport(())
DATE = datetime.date(2025, 3, 17)


def triples(path: Path) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(path=str(path))}


def is_ground(triple: ox.Triple) -> bool:
    return not isinstance(triple.subject, ox.BlankNode) and not isinstance(triple.object, ox.BlankNode)


def tree(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def beside(folder: Path) -> list[str]:
    """What lies beside a folder and looks left behind."""
    return [path.name for path in folder.parent.iterdir() if path.name.startswith(f".{folder.name}")]


@pytest.fixture(scope="module")
def workspace(published_once: Published) -> Workspace:
    """The repository's own graph, as it was when the tests began."""
    return Workspace(published_once.root)


@pytest.fixture(scope="module")
def release(published_once: Published) -> Path:
    """A release of the repository's own graph."""
    return published_once.folder


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A new workspace as `mosty init` makes it: small, so that many releases are quick."""
    from mosty.workspace.scaffold import create_workspace

    return create_workspace(tmp_path / "small").root


# --- what is in it ---


def test_the_main_dump_holds_what_the_files_say(workspace: Workspace, release: Path) -> None:
    schemes = [path for path in workspace.ontology_files() if path.parent.name == "schemes"]
    asserted = {
        q.triple for q in workspace.read([*workspace.data_files(), *workspace.evidence_files(), *schemes])
    }
    dump = triples(release / "mosty.ttl")
    assert dump == asserted
    assert all(map(is_ground, dump))


def test_each_kind_has_a_file_with_its_parts(workspace: Workspace, release: Path) -> None:
    folders = {kind.folder for kind in workspace.config.kinds.values()}
    assert {path.stem for path in (release / "kinds").iterdir()} == folders
    found = triples(release / "kinds" / "projects.ttl")
    subjects = {triple.subject.value for triple in found if isinstance(triple.subject, ox.NamedNode)}
    assert f"{ID}project/czech-towns" in subjects
    assert any(subject.startswith(f"{ID}participation/czech-towns.") for subject in subjects)
    everything = set().union(*(triples(path) for path in (release / "kinds").iterdir()))
    assert everything == {quad.triple for quad in workspace.read(workspace.data_files())}


def test_derived_triples_are_told_apart(release: Path) -> None:
    derived = triples(release / "mosty-derived.ttl")
    donor = ox.Triple(ox.NamedNode(f"{ID}org/esf"), ox.NamedNode(RDF + "type"), ox.NamedNode(MOSTY + "Donor"))
    assert donor in derived
    assert not derived & triples(release / "mosty.ttl")


def test_nquads_name_the_source_of_each_triple(release: Path) -> None:
    lines = (release / "mosty.nq").read_text().splitlines()
    assert lines == sorted(set(lines))
    graphs: dict[ox.Triple, set[str]] = {}
    for quad in ox.parse(path=str(release / "mosty.nq")):
        assert isinstance(quad.graph_name, ox.NamedNode)
        graphs.setdefault(quad.triple, set()).add(quad.graph_name.value)

    evidence = triples(release / "mosty.ttl")
    passages = {t.subject: t.object for t in evidence if t.predicate.value == MOSTY + "source"}
    statements: dict[object, dict[str, list[object]]] = {}
    for triple in evidence:
        statements.setdefault(triple.subject, {}).setdefault(triple.predicate.value, []).append(triple.object)
    checked = 0
    for said in statements.values():
        if RDF + "subject" not in said:
            continue
        subject, predicate, value = (said[RDF + name][0] for name in ("subject", "predicate", "object"))
        expected = {passages[p].value for p in said.get(MOSTY + "passage", ())}  # type: ignore[index, union-attr]
        if MOSTY + "basis" in said:
            expected.add(f"{ID}source/mosty-editors")
        assert graphs[ox.Triple(subject, predicate, value)] == expected  # type: ignore[arg-type]
        checked += 1
    assert checked > 1000
    names = set().union(*graphs.values())
    own = {f"https://w3id.org/mosty/graph/{name}" for name in ("evidence", "schemes", "ontology", "derived")}
    assert own <= names
    assert "https://w3id.org/mosty/graph/without-evidence" not in names
    files = ("mosty.ttl", "mosty-derived.ttl", "ontology.ttl")
    union = set().union(*(triples(release / name) for name in files))
    assert {t for t in graphs if is_ground(t)} == {t for t in union if is_ground(t)}


def test_the_stored_queries_answer_from_the_dump(workspace: Workspace, release: Path) -> None:
    """mosty.ttl, mosty-derived.ttl and ontology.ttl together answer what the workspace answers."""
    register = mosty.open(workspace.root)
    store = ox.Store()
    for name in ("mosty.ttl", "mosty-derived.ttl", "ontology.ttl"):
        store.bulk_load(path=str(release / name))
    text = register.queries.get("projects-by-donor").text
    solutions = store.query(text, prefixes=dict(register.prefixes))
    assert isinstance(solutions, ox.QuerySolutions)
    answer = register.query("projects-by-donor")
    assert len(list(solutions)) == len(answer.rows)  # type: ignore[union-attr]


def test_literals_are_as_written(small: Path, tmp_path: Path) -> None:
    record = small / "data/projects/reading-together.ttl"
    extra = ' ;\n    reg:amount 01 , 1.00 , "5"^^xsd:int , "x"@en-GB .'
    text = record.read_text().rstrip().removesuffix(".").rstrip() + extra
    record.write_text("@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n" + text)
    publish(Workspace(small), tmp_path / "release", report=FINE)
    dump = (tmp_path / "release/small.ttl").read_text()
    for written in ("        01 ,", "        1.00 ,", '"5"^^xsd:int', '"x"@en-GB'):
        assert written in dump


def test_checksums_cover_every_file(release: Path) -> None:
    lines = (release / "SHA256SUMS").read_text().splitlines()
    listed = {line[66:]: line[:64] for line in lines}
    assert lines == sorted(lines, key=lambda line: line[66:])
    files = tree(release)
    del files["SHA256SUMS"]
    assert listed == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    if shutil.which("sha256sum"):
        subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=release, check=True)


def test_every_turtle_file_is_canonical(workspace: Workspace, release: Path) -> None:
    from mosty.rdf.formatting import format_turtle

    known = with_vocabularies(workspace.prefixes)
    for path in release.rglob("*.ttl"):
        if path.name == "mosty-annotated.ttl":
            continue  # RDF 1.2 has no canonical form here
        assert format_turtle(path.read_bytes(), path.name, known) == path.read_text()


def test_dcat_describes_each_distribution(release: Path) -> None:
    dcat, spdx = "http://www.w3.org/ns/dcat#", "http://spdx.org/rdf/terms#"
    found = triples(release / "dcat.ttl")
    value = {(t.subject, t.predicate.value): t.object for t in found}
    distributions = {t.subject for t in found if t.object == ox.NamedNode(dcat + "Distribution")}
    assert {s.value.partition("/distribution/")[2] for s in distributions if isinstance(s, ox.NamedNode)} == {
        name for name in tree(release) if is_distribution(name)
    }
    assert {"mosty.ttl", "mosty.nq.gz", "tables/projects.csv"} <= set(filter(is_distribution, tree(release)))
    for subject in distributions:
        assert isinstance(subject, ox.NamedNode)
        data = (release / subject.value.partition("/distribution/")[2]).read_bytes()
        assert value[subject, dcat + "byteSize"].value == str(len(data))  # type: ignore[union-attr]
        checksum = value[subject, spdx + "checksum"]
        assert value[checksum, spdx + "checksumValue"].value == hashlib.sha256(data).hexdigest()  # type: ignore[index, union-attr]
    dataset = ox.NamedNode("https://w3id.org/mosty/dataset")
    assert value[dataset, dcat + "version"] == ox.Literal("1.2.0")
    assert value[dataset, "http://purl.org/dc/terms/issued"].value == "2025-03-17"  # type: ignore[union-attr]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_dcat_conforms_to_dcat_ap(release: Path) -> None:
    shapes = SHARED / "real/vocab/dcat-ap-SHACL.ttl"
    need(shapes.is_file(), "the DCAT-AP 3 shapes of SEMIC (dcat-ap-SHACL.ttl)")
    import pyshacl

    conforms, _, text = pyshacl.validate(
        str(release / "dcat.ttl"),
        shacl_graph=str(shapes),
        data_graph_format="turtle",
        shacl_graph_format="turtle",
    )
    assert conforms, text


def test_void_counts_are_right(release: Path) -> None:
    void = "http://rdfs.org/ns/void#"
    whole = triples(release / "mosty.ttl")
    value = {(t.subject, t.predicate.value): t.object.value for t in triples(release / "void.ttl")}  # type: ignore[union-attr]
    dataset = ox.NamedNode("https://w3id.org/mosty/dataset")
    assert value[dataset, void + "triples"] == str(len(whole))
    assert value[dataset, void + "distinctSubjects"] == str(len({t.subject for t in whole}))
    project = ox.NamedNode("https://w3id.org/mosty/dataset/class/mosty-Project")
    members = {
        t.subject
        for t in whole
        if t.object == ox.NamedNode(MOSTY + "Project") and t.predicate.value == RDF + "type"
    }
    assert value[project, void + "entities"] == str(len(members))
    partitions = {int(n) for (s, p), n in value.items() if "/property/" in str(s) and p == void + "triples"}
    assert max(partitions) <= len(whole)
    assert sum(
        int(n) for (s, p), n in value.items() if "/property/" in str(s) and p == void + "triples"
    ) == len(whole)
    links = ox.NamedNode("https://w3id.org/mosty/dataset/links/id-scheme-geonames")
    assert int(value[links, void + "triples"]) > 0


def test_the_date_comes_from_outside() -> None:
    assert source_date({}) is None
    assert source_date({"SOURCE_DATE_EPOCH": ""}) is None
    assert source_date({"SOURCE_DATE_EPOCH": "0"}) == datetime.date(1970, 1, 1)
    for wrong in ("yesterday", "1e9", "9" * 30):
        with pytest.raises(UsageError):
            source_date({"SOURCE_DATE_EPOCH": wrong})


# --- refused ---


def test_violations_stop_it(workspace_copy: Path, run: Run) -> None:
    record = workspace_copy / "data/projects/czech-towns.ttl"
    record.write_text(record.read_text().replace("mosty:underProgramme", "mosty:underProgram"))
    result = run("publish", "-o", "release", cwd=workspace_copy)
    assert result.exit_code == 1
    assert "nothing published" in result.stderr
    assert not (workspace_copy / "release").exists()
    with pytest.raises(ViolationsError) as caught:
        mosty.open(workspace_copy).publish(workspace_copy / "release")
    assert not caught.value.report.conforms


def test_private_data_stays_at_home(small: Path, tmp_path: Path) -> None:
    private = small / "data/private/secret.ttl"
    private.parent.mkdir()
    private.write_text(
        '<https://example.org/small/id/person/x> <http://xmlns.com/foaf/0.1/name> "Somebody Secret" .'
    )
    publish(Workspace(small), tmp_path / "release", report=FINE)
    assert not [name for name, data in tree(tmp_path / "release").items() if b"Secret" in data]

    link = small / "data/projects/link.ttl"
    link.symlink_to(private)
    with pytest.raises(FindingsError, match="never published"):
        publish(Workspace(small), tmp_path / "release", report=FINE)


def test_evidence_of_what_is_not_published_is_refused(small: Path, tmp_path: Path) -> None:
    """Evidence repeats the triple it is about, so it would give a private record away."""
    (small / "data/organisations/example-foundation.ttl").unlink()
    with pytest.raises(FindingsError, match="evidence of .* triples that are not published"):
        publish(Workspace(small), tmp_path / "release", report=FINE)
    assert not (tmp_path / "release").exists()


def test_triples_without_evidence_are_told_apart(small: Path, tmp_path: Path) -> None:
    shutil.rmtree(small / "data/evidence")
    publish(Workspace(small), tmp_path / "release", report=FINE)
    assert (
        "<https://example.org/small/graph/without-evidence> ." in (tmp_path / "release/small.nq").read_text()
    )


def test_blank_nodes_in_records_are_refused(small: Path, tmp_path: Path) -> None:
    record = small / "data/projects/reading-together.ttl"
    record.write_text(record.read_text() + "\n[] <http://www.w3.org/2000/01/rdf-schema#label> 'x' .\n")
    with pytest.raises(InputError, match=r"reading-together\.ttl: a blank node"):
        publish(Workspace(small), tmp_path / "release", report=FINE)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ('license = "CC BY"', 'license = "https://creativecommons.org/licenses/by/4.0/"'),
        ('languages = ["en us"]', 'languages = ["en"]'),
        ('download = "release"\nlicense', "license"),
        ('frequency = "often"\nlicense', "license"),
        ('contact = "me"\nlicense', "license"),
    ],
)
def test_what_cannot_stand_in_a_description_is_refused(
    small: Path, tmp_path: Path, wrong: str, right: str
) -> None:
    config = small / "mosty.toml"
    config.write_text(config.read_text().replace(right, wrong, 1))
    with pytest.raises(InputError, match=r"mosty\.toml: "):
        publish(Workspace(small), tmp_path / "release", report=FINE)


def test_a_workspace_with_nothing_but_a_name(tmp_path: Path) -> None:
    (tmp_path / "mosty.toml").write_text('name = "../void"\nbase = "https://example.org/"\n')
    publish(Workspace(tmp_path), tmp_path / "release", report=FINE)
    assert (tmp_path / "release/void-graph.nq").read_bytes() == b""
    assert triples(tmp_path / "release/dcat.ttl")


def test_blank_nodes_of_two_files_stay_apart(small: Path, tmp_path: Path) -> None:
    """A label means something only inside its file: here `_:x` is two nodes."""
    for name in ("one", "two"):
        text = f"_:x <urn:p> '{name}' . <urn:{name}a> <urn:q> _:x . <urn:{name}b> <urn:q> _:x .\n"
        (small / f"ontology/{name}.ttl").write_text(text)
    publish(Workspace(small), tmp_path / "release", report=FINE)
    nodes = [t.subject for t in triples(tmp_path / "release/ontology.ttl") if t.predicate.value == "urn:p"]
    assert len(set(nodes)) == 2


def test_the_ontology_imports_nothing_that_it_holds(release: Path) -> None:
    """The modules are one file there; whoever opens it must not be sent to the web for its parts."""
    for name in ("ontology.ttl", "ontology.rdf"):
        graph = rdflib.Graph().parse(release / name)
        modules = set(graph.subjects(rdflib.RDF.type, rdflib.OWL.Ontology))
        assert len(modules) > 10
        assert modules.isdisjoint(graph.objects(None, rdflib.OWL.imports))


def test_the_ontology_imports_what_it_does_not_hold(small: Path) -> None:
    module, other, elsewhere = (
        f"<https://example.org/{name}>" for name in ("more", "more/part", "elsewhere")
    )
    header = f"{module} a owl:Ontology ; owl:imports {other}, {elsewhere} . {other} a owl:Ontology ."
    (small / "ontology/more.ttl").write_text(f"@prefix owl: <http://www.w3.org/2002/07/owl#> . {header}\n")
    imports = read_content(Workspace(small)).ontology.column(f"<{rdflib.OWL.imports}>")
    assert set(imports.pairs()) == {(module, elsewhere)}


@pytest.mark.parametrize("name", ["data/release", "ontology", "shapes/x/y", "queries"])
def test_a_release_inside_the_workspace_folders_is_refused(small: Path, name: str) -> None:
    with pytest.raises(UsageError):
        publish(Workspace(small), small / name, report=FINE)


def test_a_folder_that_is_no_release_is_refused(small: Path, tmp_path: Path) -> None:
    workspace, target = Workspace(small), tmp_path / "release"
    target.mkdir()
    publish(workspace, target, report=FINE)  # an empty folder may become one
    publish(workspace, target, report=FINE, version="2")  # and be replaced
    assert b'"2"' in (target / "dcat.ttl").read_bytes()
    before = tree(target)
    (target / "kinds" / "my-notes.txt").write_text("precious")
    with pytest.raises(UsageError, match=r"kinds/my-notes\.txt"):
        publish(workspace, target, report=FINE)
    assert tree(target) == {**before, "kinds/my-notes.txt": b"precious"}
    file = tmp_path / "file"
    file.write_text("x")
    for other in (file, small, tmp_path):
        with pytest.raises(UsageError):
            publish(workspace, other, report=FINE)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError):
        publish(workspace, tmp_path / "dangling", report=FINE)


def test_a_link_to_a_release_stays_a_link(small: Path, tmp_path: Path) -> None:
    publish(Workspace(small), tmp_path / "release", report=FINE)
    (tmp_path / "latest").symlink_to(tmp_path / "release")
    publish(Workspace(small), tmp_path / "latest", report=FINE, version="3")
    assert (tmp_path / "latest").is_symlink()
    assert b'"3"' in (tmp_path / "release/dcat.ttl").read_bytes()


def test_command(small: Path, run: Run) -> None:
    dry = run("publish", "-o", "out", "--dry-run", cwd=small)
    assert dry.exit_code == 0, dry.stderr
    assert "SHA256SUMS" in dry.stdout
    assert "would be written" in dry.stderr
    assert not (small / "out").exists()
    done = run("publish", "-o", "out", "--date", "2025-03-17", "--version", "1.0", cwd=small)
    assert done.exit_code == 0
    shown = [line.split()[1] for line in done.stdout.splitlines()]
    assert shown == sorted(shown)
    assert {path.split("/")[0] for path in tree(small / "out") if not path.endswith(".gz")} == {
        path.split("/")[0] for path in shown
    }
    assert "no date" not in done.stderr
    assert run("publish", cwd=small).exit_code == 2
    assert run("publish", "-o", "out", "--date", "17.3.2025", cwd=small).exit_code == 2
    assert run("publish", "-o", "out", "--version", "1\n2", cwd=small).exit_code == 2


# --- all or nothing ---


@pytest.fixture
def published(small: Path, tmp_path: Path) -> tuple[Workspace, Path, dict[str, bytes]]:
    target = tmp_path / "release"
    publish(Workspace(small), target, report=FINE, version="old")
    return Workspace(small), target, tree(target)


def _raise_enospc(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("call", range(1, 12))
def test_a_full_disk_changes_nothing(
    published: tuple[Workspace, Path, dict[str, bytes]], monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    """The disk is full at the n-th file."""
    workspace, target, before = published
    calls = iter(range(1, 100))
    sync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: _raise_enospc() if next(calls) == call else sync(fd))
    with pytest.raises(OutputError, match="No space left"):
        publish(workspace, target, report=FINE, version="new")
    assert tree(target) == before
    assert beside(target) == []


@pytest.mark.parametrize("failing", ["first", "second"])
def test_a_failing_rename_restores_the_old_release(
    published: tuple[Workspace, Path, dict[str, bytes]], monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    workspace, target, before = published
    rename: Callable[[Path, Path], Path] = Path.rename
    renames: Iterator[str] = iter(["first", "second", "restore"])

    def failing_rename(self: Path, to: Path) -> Path:
        if next(renames) == failing:
            raise OSError(errno.EACCES, "Permission denied")
        return rename(self, to)

    monkeypatch.setattr(folder, "_swapped", lambda *_: False)  # as where no system call does both at once
    monkeypatch.setattr(Path, "rename", failing_rename)
    with pytest.raises(OutputError, match="Permission denied"):
        publish(workspace, target, report=FINE, version="new")
    assert tree(target) == before
    assert beside(target) == []


def test_file_size_limit_as_a_process(small: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", 'ulimit -f 4; exec "$0" -m mosty publish -o out', sys.executable],
        cwd=small,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 4, done.stderr
    assert b"Traceback" not in done.stderr
    assert b"out: the release cannot be written" in done.stderr
    assert not (small / "out").exists()
    assert beside(small / "out") == []


def test_an_unwritable_place(small: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(OutputError):
        publish(Workspace(small), file / "release", report=FINE)


_PUBLISH = """
import sys, time
from pathlib import Path
from mosty.model.diagnostics import ValidationReport
from mosty.publish import publish
from mosty.workspace import Workspace
workspace = Workspace(Path(sys.argv[1]))
print("ready", flush=True)
while True:
    publish(workspace, Path(sys.argv[2]), report=ValidationReport(()), version=sys.argv[3])
"""


def is_whole(folder: Path) -> bool:
    """Whether a folder holds all files that its checksums name, as they name them, and no others."""
    files = tree(folder)
    lines = files.pop("SHA256SUMS").decode().splitlines()
    return {line[66:]: line[:64] for line in lines} == {
        name: hashlib.sha256(data).hexdigest() for name, data in files.items()
    }


def kill(workspace: Workspace, target: Path, times: int) -> None:
    """Kill runs that publish again and again, at random moments; what is there is whole each time."""
    generator = random.Random(5)
    for round_ in range(times):
        process = subprocess.Popen(
            [sys.executable, "-c", _PUBLISH, str(workspace.root), str(target), ("old", "new")[round_ % 2]],
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(generator.uniform(0, 0.6))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        if sys.platform.startswith("linux") or target.exists():
            assert is_whole(target)
        else:  # between two renames: the release has stepped aside, whole
            assert is_whole(target.with_name(".release.previous"))
    publish(workspace, target, report=FINE, version="new")
    assert is_whole(target)
    assert beside(target) == []


def test_killed_at_random_moments(published: tuple[Workspace, Path, dict[str, bytes]]) -> None:
    """Whatever the moment, what is there afterwards is a whole release, and the next run sweeps the rest."""
    kill(published[0], published[1], 8)


@pytest.mark.soak
def test_killed_a_hundred_times(published: tuple[Workspace, Path, dict[str, bytes]]) -> None:
    kill(published[0], published[1], 100)


def test_a_release_that_stepped_aside_comes_back(published: tuple[Workspace, Path, dict[str, bytes]]) -> None:
    """A run was killed between its two renames, and the next one fails for another reason."""
    workspace, target, before = published
    target.rename(target.with_name(".release.previous"))
    stale = target.with_name(".release.new-killed")
    stale.mkdir()
    os.utime(stale, (0, 0))
    release: Release = publish(workspace, target, report=FINE, version="old")
    assert tree(target) == before
    assert beside(target) == []
    assert [file.path for file in release.files] == sorted(before)
