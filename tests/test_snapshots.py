"""The snapshot of loaded files: quicker, and never anything else than what the files say now."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mosty.model.diagnostics import ValidationReport
from mosty.rdf.graph import Graph
from mosty.rdf.loading import Loaded, load
from mosty.rdf.packing import pack, unpack
from mosty.validate import validate_files, validate_workspace
from mosty.workspace import Workspace
from mosty.workspace.dataset import cache_folder
from register import make_register, put

KEYS = st.one_of(
    st.sampled_from(["<urn:a>", "<urn:b>", "_:x", '"1"', '"ž"@cs']),
    st.text("ab\\\U0001f600\u2028", max_size=4).map(lambda text: f'"{text}"'),
)
TRIPLES = st.lists(st.tuples(KEYS, st.sampled_from(["<urn:p>", "<urn:q>"]), KEYS), max_size=30)


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return make_register(tmp_path / "register")


def report(register: Path) -> ValidationReport:
    return validate_workspace(Workspace(register))


def snapshots(register: Path) -> list[Path]:
    return sorted(cache_folder(register).glob("*.loaded"))


def content(loaded: Loaded) -> object:
    sources = [
        (s.path, s.name, s.format, s.prefixes, [*s.subjects], [*s.blank_nodes]) for s in loaded.sources
    ]
    columns = {
        p: (c.one, {s: [*more] for s, more in c.more.items()}) for p, c in loaded.graph.columns.items()
    }
    return columns, sources, [*loaded.derived]


@settings(max_examples=60, deadline=None)
@given(TRIPLES, TRIPLES)
def test_what_is_packed_comes_back(
    triples: list[tuple[str, str, str]], derived: list[tuple[str, str, str]]
) -> None:
    loaded = Loaded(Graph(triples), (), derived)
    back = unpack(b"".join(pack(loaded, "key")), "key", [])
    assert back is not None
    assert content(back) == content(loaded)
    assert unpack(b"".join(pack(loaded, "key")), "another key", []) is None


def test_files_that_are_packed_come_back(register: Path) -> None:
    put(register / "data/projects/blank.ttl", "project:blank ex:about [ ex:x [] ] , _:y , 1 .")
    files = [(path, path.name) for path in Workspace(register).data_files()]
    loaded = load(files)
    back = unpack(b"".join(pack(loaded, "key")), "key", files)
    assert back is not None
    assert content(back) == content(loaded)
    assert unpack(b"".join(pack(loaded, "key")), "key", files[:-1]) is None


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_damaged_bytes_are_told(data: st.DataObject) -> None:
    packed = b"".join(pack(Loaded(Graph([("<urn:a>", "<urn:p>", '"1"')]), ()), "key"))
    at = data.draw(st.integers(0, len(packed) - 1))
    assert unpack(packed[:at], "key", []) is None
    changed = bytes([packed[at] ^ data.draw(st.integers(1, 255))])
    assert unpack(packed[:at] + changed + packed[at + 1 :], "key", []) is None


def test_the_second_run_gives_the_same(register: Path) -> None:
    put(register / "data/projects/old.ttl", "project:old a ex:Project ; ex:hasPartner [ a ex:Part ] .")
    first = report(register)
    (kept,) = snapshots(register)
    before = kept.stat().st_mtime_ns
    again = report(register)
    assert [r._replace(focus=r.shape) for r in again.results] == [
        r._replace(focus=r.shape) for r in first.results
    ]
    assert again.triples == first.triples
    assert kept.stat().st_mtime_ns == before


def _edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(register: Path) -> None:
        path = register / name
        assert old in path.read_text()
        stamp = path.stat()
        path.write_text(path.read_text().replace(old, new))
        os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))  # what counts is what it says

    return edit


def _remove(register: Path) -> None:
    (register / "data/projects/bridge.ttl").unlink()


def _add(register: Path) -> None:
    put(register / "data/projects/new.ttl", "project:new a ex:Project .")


def _rename(register: Path) -> None:
    (register / "data/projects/bridge.ttl").rename(register / "data/projects/other.ttl")


@pytest.mark.parametrize(
    "change",
    [
        _edit("data/projects/bridge.ttl", "2012", "2O12"),
        _edit("ontology/rules/partners.rq", "ex:hasPartner", "ex:hasFriend"),
        _remove,
        _add,
        _rename,
    ],
)
def test_whatever_changes_is_seen(register: Path, change: Callable[[Path], None], tmp_path: Path) -> None:
    report(register)
    change(register)
    found = report(register)
    for kept in snapshots(register):
        kept.unlink()
    assert found == report(register)


@pytest.mark.parametrize("damage", [b"", b"x", b"\0" * 5000])
def test_a_damaged_snapshot_is_made_anew(register: Path, damage: bytes) -> None:
    first = report(register)
    (kept,) = snapshots(register)
    whole = kept.read_bytes()
    kept.write_bytes(whole[:100] + damage)
    assert report(register) == first
    assert kept.read_bytes() == whole


def test_a_snapshot_of_something_else_is_not_taken(register: Path) -> None:
    first = report(register)
    (kept,) = snapshots(register)
    put(register / "data/projects/new.ttl", "project:new a ex:Project .")
    second = report(register)
    assert second != first
    (newer,) = set(snapshots(register)) - {kept}
    newer.write_bytes(kept.read_bytes())
    assert report(register) == second


def test_old_snapshots_go(register: Path) -> None:
    for number in range(7):
        put(register / f"data/projects/n{number}.ttl", f"project:n{number} a ex:Project .")
        report(register)
    assert len(snapshots(register)) == 4


def test_where_nothing_can_be_kept_validation_works(
    register: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = report(register)
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("MOSTY_CACHE_DIR", str(tmp_path / "file"))
    assert report(register) == first


def test_private_data_is_in_no_snapshot(register: Path) -> None:
    put(register / "data/private/notes.ttl", 'project:secret rdfs:label "Secret" .')
    report(register)
    (kept,) = snapshots(register)
    assert b"ecret" not in kept.read_bytes()


def test_a_file_is_judged_again_and_again_with_one_snapshot_of_all_others(register: Path) -> None:
    path = register / "data/projects/bridge.ttl"
    good = path.read_text()
    found = []
    for text in (good, good.replace("2012", "2O12"), good):
        path.write_text(text)
        found.append({result.rule for result in validate_files(Workspace(register), [path]).results})
        assert len(snapshots(register)) == 1
    assert found[0] == found[2]
    assert found[1] - found[0] == {"begin-that-is-no-year"}
