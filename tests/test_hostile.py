"""A hostile world: what may lie in a workspace, stand on a command line or happen while we run.

Each case ends with a clear message and the right exit status, leaves nothing half-written, and never hangs.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from pyoxigraph import Quad

import mosty
from conftest import Result, Run, need
from mosty.model.errors import OutputError
from mosty.publish import folder
from mosty.publish.folder import refuse_other_folder
from mosty.rdf.files import write_together
from mosty.workspace.dataset import Dataset
from mosty.workspace.scaffold import create_workspace

RECORD = "<https://example.org/register/id/project/new> a <https://example.org/register/ontology#Project> ."


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small workspace, not to be changed."""
    return create_workspace(tmp_path_factory.mktemp("made") / "register").root


@pytest.fixture
def small(made: Path, tmp_path: Path) -> Path:
    """A small workspace that a test may change."""
    return Path(shutil.copytree(made, tmp_path / "register"))


def assert_says(result: Result, status: int, *words: str) -> None:
    """Check the exit status and that the message holds these words."""
    assert result.exit_code == status, result.output
    for word in words:
        assert word in result.stderr


@pytest.mark.parametrize(
    "name",
    [b"two words.ttl", b'a"b<c>{d}\\.ttl', b"line\nbreak\x1b[31m.ttl", b"latin-\xe9.ttl", b"100%41#?.ttl"],
)
def test_files_of_any_name_are_read(run: Run, small: Path, name: bytes) -> None:
    (Path(os.fsdecode(os.fsencode(small / "data/projects") + b"/" + name))).write_text(RECORD)
    shown = run("-C", small, "show", "project:new")
    assert_says(shown, 0)
    assert "\x1b" not in shown.stdout
    graphs = run("-C", small, "sparql", "SELECT ?g { GRAPH ?g { project:new a reg:Project } }", "-f", "csv")
    assert "https://example.org/register/graph/projects/" in graphs.stdout
    assert_says(run("-C", small, "validate", "-f", "json"), 1)
    assert_says(run("-C", small, "fmt"), 0, "1 file rewritten")


def test_a_pipe_among_the_files_does_not_hang(run: Run, small: Path) -> None:
    os.mkfifo(small / "data" / "projects" / "pipe.ttl")
    for verb in ("stats", "validate", "fmt"):
        assert_says(run("-C", small, verb), 3, "pipe.ttl: is not a regular file")


def test_a_loop_of_links_is_named(run: Run, small: Path) -> None:
    loop = small / "loop.ttl"
    loop.symlink_to("loop.ttl")
    assert_says(run("-C", small, "validate", loop), 3, "loop.ttl: cannot be read")
    assert_says(run("-C", small, "publish", "-o", loop), 2, "is not a folder")
    assert_says(run("init", loop), 4, "cannot be written")
    loop.rename(small / "data" / "projects" / "loop.ttl")
    for args in (["stats"], ["validate"], ["fmt"], ["evidence", "check"]):
        assert_says(run("-C", small, *args), 3, "loop.ttl: cannot be read")


def bound(*args: str | Path, cwd: Path) -> Result:
    """Run `mosty` as a user whom file rights bind: as root, without the capabilities that pass over them."""
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    need(not drop or shutil.which("setpriv") is not None, "setpriv, to run without root's rights")
    done = subprocess.run(
        [*drop, sys.executable, "-m", "mosty", *map(str, args)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Result(done.returncode, done.stdout, done.stderr)


def test_what_may_not_be_read_is_no_wrong_usage(small: Path) -> None:
    record = small / "data" / "projects" / "reading-together.ttl"
    record.chmod(0)
    for args in (["stats"], ["validate"], ["validate", record], ["fmt", record], ["evidence", "check"]):
        assert_says(bound(*args, cwd=small), 3, "reading-together.ttl: cannot be read: Permission denied")
    assert_says(bound("sparql", "--file", record, cwd=small), 3, "cannot be read")


@pytest.mark.parametrize("folder", ["data/projects", "ontology", "queries", "texts"])
def test_a_folder_that_cannot_be_listed_is_not_passed_over(small: Path, folder: str) -> None:
    (small / folder).chmod(0)
    verb = {"queries": ["query"], "texts": ["evidence", "check", "--texts", "texts"]}.get(folder, ["stats"])
    assert_says(bound(*verb, cwd=small), 3, f"{folder}: cannot be read: Permission denied")
    (small / folder).chmod(0o755)


def test_fmt_does_not_name_what_it_could_not_write(small: Path) -> None:
    record = small / "data" / "projects" / "reading-together.ttl"
    record.write_text(record.read_text() + "\n\n")
    record.parent.chmod(0o555)
    result = bound("fmt", cwd=small)
    assert_says(result, 4, "reading-together.ttl: cannot be written", "0 files rewritten")
    assert result.stdout == ""


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too, with its content."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
    }


def run_with_room(room: int, *args: str | Path, cwd: Path, cache: Path | None = None) -> Result:
    """Run `mosty` where no file can grow beyond some bytes: writing fails half-way, as on a full disk."""
    resource = pytest.importorskip("resource", reason="Windows sets no limits to the size of files")
    done = subprocess.run(
        [sys.executable, "-m", "mosty", *map(str, args)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **({"MOSTY_CACHE_DIR": str(cache)} if cache else {})},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Result(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize(
    "args",
    [
        ["query", "projects-by-funder", "-o", "answer.csv"],
        ["validate", "-f", "json", "-o", "report.json"],
        ["stats", "-f", "json", "-o", "stats.json"],
        ["fmt"],
        ["publish", "-o", "new/release"],
        ["publish", "-o", "release"],
        ["init", "new/one"],
        ["init", "empty"],
        ["evidence", "add", "--basis", "own-words", "--all", "--replace", "project:reading-together"],
        ["evidence", "check", "-f", "json", "-o", "evidence.json"],
    ],
    ids=" ".join,
)
def test_a_full_disk_changes_nothing(run: Run, small: Path, args: list[str]) -> None:
    (small / "empty").mkdir()
    assert_says(run("-C", small, "publish", "-o", small / "release"), 0)
    if args == ["fmt"]:
        for path in (small / "data").rglob("*.ttl"):
            path.write_bytes(b"\n\n" + path.read_bytes())
    before = snapshot(small)
    assert_says(run_with_room(20, *args, cwd=small), 4, "cannot be written")
    assert snapshot(small) == before


def test_a_full_disk_leaves_no_store_behind(small: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    for room in (20, 2000):
        result = run_with_room(room, "stats", cwd=small, cache=cache)
        assert_says(result, 4, "query store cannot be written: File too large", "MOSTY_CACHE_DIR")
        assert not [path for path in cache.rglob("*") if path.is_file()]
    assert_says(run_with_room(10_000_000, "stats", cwd=small, cache=cache), 0)


def test_several_files_are_written_together_or_not_at_all(tmp_path: Path) -> None:
    kept, gone = tmp_path / "kept", tmp_path / "gone"
    kept.write_text("before")
    gone.write_text("before")
    with pytest.raises(OutputError, match="cannot be written"):
        write_together({kept: "after", gone: None, tmp_path / "no" / "folder": "x"})
    assert snapshot(tmp_path) == {"gone": b"before", "kept": b"before"}
    write_together({kept: "after", gone: None})
    assert snapshot(tmp_path) == {"kept": b"after"}


def test_rules_that_never_end_are_stopped(run: Run, small: Path) -> None:
    rule = small / "ontology" / "rules" / "next.rq"
    rule.parent.mkdir()
    head = "PREFIX reg: <https://example.org/register/ontology#>\n"
    rule.write_text(head + "CONSTRUCT { ?s reg:next [] } WHERE { ?s ?p ?o }")
    for verb in ("stats", "validate"):
        assert_says(run("-C", small, verb), 3, "next.rq: derive without end", "property path")


def test_one_rule_alone_may_feed_itself(run: Run, small: Path) -> None:
    rule = small / "ontology" / "rules" / "within.rq"
    rule.parent.mkdir()
    head = "PREFIX reg: <https://example.org/register/ontology#>\n"
    rule.write_text(head + "CONSTRUCT { ?a reg:in ?c } WHERE { ?a reg:in ?b . ?b reg:in ?c }")
    chain = "".join(f"<x:{i}> <https://example.org/register/ontology#in> <x:{i + 1}> .\n" for i in range(9))
    (small / "data" / "chain.ttl").write_text(chain)
    assert run("-C", small, "sparql", "ASK { <x:0> reg:in <x:9> }").stdout == "yes\n"


def test_a_damaged_store_says_what_to_delete(run: Run, small: Path, tmp_path: Path) -> None:
    cache = {"MOSTY_CACHE_DIR": str(tmp_path / "cache")}
    assert_says(run("-C", small, "stats", env=cache), 0)
    (table, *_) = (tmp_path / "cache").rglob("*.sst")
    table.write_bytes(table.read_bytes()[:20])
    assert_says(run("-C", small, "stats", env=cache), 4, "store is damaged", f"delete {table.parent}")
    shutil.rmtree(table.parent)
    assert_says(run("-C", small, "stats", env=cache), 0)


def test_a_file_saved_while_the_store_is_built_is_not_mistaken(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store of the old content must not hold the new."""
    record = small / "data" / "projects" / "reading-together.ttl"
    old = record.read_text()
    asserted = Dataset.asserted

    def saved_meanwhile(self: Dataset) -> list[Quad]:
        record.write_text(old.replace("Reading Together", "Saved Meanwhile"))
        return asserted(self)

    monkeypatch.setattr(Dataset, "asserted", saved_meanwhile)
    assert mosty.open(small).find("Saved Meanwhile")
    record.write_text(old)
    monkeypatch.undo()
    assert mosty.open(small).find("Saved Meanwhile") == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent is gone")
@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGINT"])
def test_no_query_goes_on_without_its_parent(small: Path, name: str) -> None:
    kind = signal.Signals[name]
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
    parent = subprocess.Popen(
        [sys.executable, "-m", "mosty", "sparql", text, "--timeout", "0"],
        cwd=small,
        stderr=subprocess.PIPE,
        text=True,
    )
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
    while not (child := children.read_text().split()) or "worker.py" not in command_of(child[0]):
        time.sleep(0.01)
    time.sleep(0.3)  # the query runs now
    parent.send_signal(kind)
    _, errors = parent.communicate(timeout=30)
    assert "Traceback" not in errors
    assert parent.returncode == (130 if kind == signal.SIGINT else -kind)
    for _ in range(500):
        if not command_of(child[0]):
            return
        time.sleep(0.01)
    pytest.fail("the query still runs")


def command_of(process: str) -> str:
    """The command line of a process; empty when it has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_text()
    except OSError:
        return ""


def test_a_release_is_written_where_folders_cannot_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, which has no locks for folders either."""
    open_file = os.open

    def refuse(path: Path, flags: int, *args: int, **kwargs: int) -> int:
        if not kwargs and Path(path).is_dir():  # with a descriptor it is rmtree, which asks for none there
            raise PermissionError(13, "Permission denied")
        return open_file(path, flags, *args, **kwargs)

    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr(folder, "fcntl", None)
    monkeypatch.setattr(folder, "_WINDOWS", True)
    monkeypatch.setattr(folder, "_swapped", lambda *_: False)
    for text in ("one", "two"):
        with folder.staged(tmp_path / "release") as stage:
            for name in (*folder.MARKS, folder.CHECKSUMS):
                lines = "".join(f"{'0' * 64}  {mark}\n" for mark in sorted(folder.MARKS))
                stage.add(name, "", lines if name == folder.CHECKSUMS else text)
        assert (tmp_path / "release" / "README.txt").read_text() == text
    assert [path.name for path in tmp_path.iterdir()] == ["release"]


def test_a_download_with_checksums_is_no_release(run: Run, small: Path, tmp_path: Path) -> None:
    """A listed file is not ours for that: it would be lost."""
    other = tmp_path / "download"
    other.mkdir()
    (other / "disk.iso").write_text("precious")
    (other / "SHA256SUMS").write_text(f"{'0' * 64}  disk.iso\n")
    before = snapshot(other)
    assert_says(run("-C", small, "publish", "-o", other), 2, "not of a release: SHA256SUMS")
    assert snapshot(other) == before


def test_a_release_that_changes_places_meanwhile_is_still_one(small: Path, run: Run) -> None:
    """Another run exchanges the folders while this one looks whether the target is a release."""
    assert run("publish", "-o", "release", cwd=small).exit_code == 0
    target, aside, done = small / "release", small / "aside", threading.Event()

    def exchange() -> None:
        while not done.is_set():
            target.rename(aside)
            aside.rename(target)

    other = threading.Thread(target=exchange)
    other.start()
    try:
        for _ in range(400):
            refuse_other_folder(target)
    finally:
        done.set()
        other.join()


def test_several_may_publish_at_once(small: Path) -> None:
    command = [sys.executable, "-m", "mosty", "publish", "-o", "release", "--version"]
    runs = [
        subprocess.Popen([*command, f"1.{i}"], cwd=small, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for i in range(5)
    ]
    assert [(r.communicate(timeout=120)[1].decode(), r.returncode)[1] for r in runs] == [0] * 5
    assert not list(small.glob(".release*"))
    for line in (small / "release" / "SHA256SUMS").read_text().splitlines():
        content = (small / "release" / line[66:]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == line[:64]
