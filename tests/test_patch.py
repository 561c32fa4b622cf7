"""RDF Patch: what is written replays to the same hash, and nothing else is replayed."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import Run
from mosty.api.differences import differences, read_place
from mosty.diff import State, compare
from mosty.diff.lines import Lines
from mosty.diff.replay import apply, parse
from mosty.diff.undoing import undo
from mosty.model.errors import FindingsError, InputError
from mosty.rdf.canonical import canonical_lines, canonically_sorted, dataset_hash
from mosty.rdf.graph import Graph
from mosty.workspace import Workspace
from mosty.workspace.config import read_config
from random_edits import edit
from register import make_register

CONFIG = read_config(Path(__file__).resolve().parents[1] / "mosty.toml")
NODES = [f"<https://example.org/{name}>" for name in "abcd"] + [f"_:b{number}" for number in range(5)]
VALUES = [
    *NODES,
    '"1"',
    '"a _:b0 <x> ."@en',
    '"\\"\\\\\\n"',
    '"01"^^<http://www.w3.org/2001/XMLSchema#integer>',
]
PREDICATES = [f"<https://example.org/ontology#{name}>" for name in "pq"]
GRAPHS = ["", "<https://example.org/g>", "<https://example.org/h>"]

QUADS = st.lists(
    st.tuples(*map(st.sampled_from, (NODES, PREDICATES, VALUES, GRAPHS))).map(
        lambda quad: " ".join(term for term in quad if term) + " .\n"
    ),
    max_size=14,
)


def state(lines: Sequence[str], name: str = "a state") -> State:
    return State(name, Lines.of(canonically_sorted(lines)))


def patch_text(old: State, new: State) -> str:
    return "".join(compare(old, new, CONFIG).patch())


@settings(max_examples=300, deadline=None)
@given(QUADS, QUADS)
def test_replaying_a_difference_gives_the_other_state(one: list[str], other: list[str]) -> None:
    old, new = state(one), state(other)
    patch = parse(patch_text(old, new))
    result = apply(patch, old)
    assert result.hash() == new.hash
    assert list(result) == list(new.quads)
    assert list(undo(patch, result)) == list(old.quads), "taken back"


@settings(max_examples=100, deadline=None)
@given(QUADS, QUADS)
def test_a_few_changes_of_a_state_replay(common: list[str], other: list[str]) -> None:
    old, new = state(common), state([*common[2:], *other[:2]])
    assert apply(parse(patch_text(old, new)), old).hash() == new.hash


@settings(max_examples=100, deadline=None)
@given(QUADS)
def test_the_same_with_other_labels_is_no_difference(lines: list[str]) -> None:
    again = [line.replace("_:b", "_:other") for line in lines if "_:b0 <x>" not in line]
    found = compare(state([line for line in lines if "_:b0 <x>" not in line]), state(again[::-1]), CONFIG)
    assert found.empty
    assert "TX" not in "".join(found.patch())


@settings(max_examples=50, deadline=None)
@given(QUADS)
def test_equal_hashes_mean_isomorphic(lines: list[str]) -> None:
    quads = [*ox.parse("".join(lines), ox.RdfFormat.N_QUADS)]
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    written = (ox.serialize(dataset, format=ox.RdfFormat.N_QUADS) or b"").decode()
    assert list(state(lines).quads) == sorted(line + "\n" for line in written.split("\n")[:-1])


def test_many_runs_are_merged_into_one_order() -> None:
    p = PREDICATES[0]
    triples = [(f"<https://example.org/{n % 7}>", p, f'"{n}"') for n in range(50)]
    graphs = [("<https://example.org/g>", Graph(triples)), ("", Graph([*triples[:9], ("_:x", p, "_:y")]))]
    whole = list(canonical_lines(graphs))
    assert list(canonical_lines(graphs, run=4)) == whole == sorted(whole)
    assert dataset_hash(graphs) == dataset_hash(graphs[::-1])


def test_an_unchanged_component_is_not_in_the_patch() -> None:
    p, q = PREDICATES
    same = [
        f"<https://example.org/a> {p} _:x .\n",
        f'_:x {q} "1" .\n',
        f"_:x {q} _:y .\n",
        f'_:y {q} "2" .\n',
    ]
    old, new = state([*same, f'_:z {p} "old" .\n']), state([*same, f'_:z {p} "new" .\n'])
    rows = [line for line in patch_text(old, new).splitlines() if line[:2] in ("A ", "D ")]
    assert len(rows) == 2
    assert rows[0].endswith('"old" .')
    assert rows[0].split()[1] in "".join(old.quads)
    assert rows[1] == f'A _:new0 {p} "new" .'


def test_graphs_keep_their_names(tmp_path: Path, run: Run) -> None:
    (tmp_path / "old.trig").write_text("<a:g> { <a:s> <a:p> 1 . _:x <a:p> 2 } <a:s> <a:p> 3 .", "utf-8")
    (tmp_path / "new.trig").write_text(
        "<a:g> { <a:s> <a:p> 1 . _:x <a:p> 4 } <a:h> { <a:s> <a:p> 3 }", "utf-8"
    )
    patch = run("diff", "old.trig", "new.trig", "-f", "patch", cwd=tmp_path)
    assert patch.exit_code == 1
    assert 'A <a:s> <a:p> "3"^^<http://www.w3.org/2001/XMLSchema#integer> <a:h> .' in patch.stdout
    (tmp_path / "p.rdfp").write_text(patch.stdout, "utf-8")
    for name in ("out.nq", "out.trig"):
        assert run("diff", "--apply", "p.rdfp", "old.trig", "-o", name, cwd=tmp_path).exit_code == 0
        assert run("diff", name, "new.trig", cwd=tmp_path).exit_code == 0
    assert run("diff", "--apply", "p.rdfp", "old.trig", "-o", "out.ttl", cwd=tmp_path).exit_code == 2
    assert not (tmp_path / "out.ttl").exists()


def test_prefixes_that_a_file_declares_are_in_the_patch(tmp_path: Path, run: Run) -> None:
    (tmp_path / "old.ttl").write_text(
        "@prefix a: <http://a.example/> . @prefix b: <http://b.example/> . a:s a:p 1 ."
    )
    (tmp_path / "new.ttl").write_text(
        "@prefix a: <http://a.example/> . @prefix c: <http://c.example/> . a:s a:p 2 ."
    )
    result = run("diff", "old.ttl", "new.ttl", "-f", "patch", cwd=tmp_path)
    rows = result.stdout.splitlines()
    assert rows[3:6] == ["TX .", 'PD "b" .', 'PA "c" <http://c.example/> .']
    (tmp_path / "p.rdfp").write_text(result.stdout, "utf-8")
    assert run("diff", "--apply", "p.rdfp", "old.ttl", "-o", "out.ttl", cwd=tmp_path).exit_code == 0
    assert run("diff", "out.ttl", "new.ttl", cwd=tmp_path).exit_code == 0


def replayed_edits(root: Path, edits: int, seed: int) -> None:
    """Edit a workspace again and again; each patch leads to the next state, backwards too, and over several steps."""
    dice = random.Random(seed)
    workspace = Workspace(root)
    first = before = read_place(str(root), workspace).state
    changed = 0
    for number in range(edits):
        said = edit(root, dice)
        after = read_place(str(root), workspace).state
        forth, back = patch_text(before, after), patch_text(after, before)
        assert apply(parse(forth), before).hash() == after.hash, (number, said)
        assert apply(parse(back), after).hash() == before.hash, (number, said)
        changed += before.hash != after.hash
        before = after
    assert apply(parse(patch_text(first, before)), first).hash() == before.hash
    assert changed >= edits / 3  # shapes are no part of the dataset


def test_fifty_edits_of_a_workspace_replay(tmp_path: Path) -> None:
    replayed_edits(make_register(tmp_path), 50, 11)


def test_edits_of_this_repository_replay(workspace_copy: Path) -> None:
    replayed_edits(workspace_copy, 3, 5)


@pytest.mark.soak
def test_fifty_edits_of_this_repository_replay(workspace_copy: Path) -> None:
    replayed_edits(workspace_copy, 50, 7)


@pytest.fixture
def ends(tmp_path: Path) -> tuple[Path, Path, str]:
    """Two files, and the patch between them."""
    old, new = tmp_path / "old.nq", tmp_path / "new.nq"
    old.write_text('<a:s> <a:p> "1" .\n<a:s> <a:p> "2" .\n_:x <a:p> "3" .\n', encoding="utf-8")
    new.write_text('<a:s> <a:p> "1" .\n<a:t> <a:p> "2" <a:g> .\n_:x <a:p> "4" .\n', encoding="utf-8")
    text = "".join(differences(Workspace(Path(__file__).resolve().parents[1]), str(old), str(new)).patch())
    return old, new, text


def broken(text: str) -> dict[str, str]:
    lines = text.splitlines(keepends=True)
    swapped = [lines[3], *lines[:3], *lines[4:]]
    return {
        "empty": "",
        "rubbish": "\x01\x02 what?\n",
        "a web page": "<!DOCTYPE html><html><body>404</body></html>",
        "Turtle": '@prefix a: <a:> . a:s a:p "1" .',
        "truncated after a row": "".join(lines[:-1]),
        "truncated in a row": text[: len(text) - 12],
        "header after the transaction began": "".join(swapped),
        "no transaction": "".join(line for line in lines if line[:2] not in ("TX", "TC")),
        "two begins": text.replace("TX .\n", "TX .\nTX .\n"),
        "aborted": text.replace("TC .", "TA ."),
        "unknown code": text.replace("TX .\n", "TX .\nX <a:s> .\n"),
        "no hash of the old end": re.sub(r"H from .*\n", "", text),
        "no hash of the new end": re.sub(r"H to .*\n", "", text),
        "two hashes of one end": text.replace("H from", "H to"),
        "a hash that is none": re.sub(r'H to ".*"', 'H to "12"', text),
        "no term": text.replace("D <a:s>", "D a:s"),
        "two terms": text.replace("D <a:s> <a:p>", "D <a:s>"),
        "two triples in a row": text.replace("TC .", 'A <a:u> <a:p> "1" . <a:v> <a:p> "1" .\nTC .'),
        "an open quote": text.replace('"2" .', '"2 .', 1),
        "a prefix that is none": text.replace("TX .\n", "TX .\nPA a b c .\n"),
        "a prefix without IRI": text.replace("TX .\n", 'TX .\nPA "a" .\n'),
    }


def altered(text: str) -> dict[str, str]:
    return {
        "a row is missing": text.replace('A <a:t> <a:p> "2" <a:g> .\n', ""),
        "a row more": text.replace("TC .", 'A <a:u> <a:p> "1" .\nTC .'),
        "rows in another order of add and delete": text.replace("TC .", 'D <a:t> <a:p> "2" <a:g> .\nTC .'),
        "other labels": text.replace("D _:c14n0", "D _:c14n9"),
        "made for something else": re.sub(r'(H from ")..', r"\g<1>00", text),
        "promises something else": re.sub(r'(H to ")..', r"\g<1>00", text),
        "after its transaction": text + "TX .\nA <a:u> <a:p> <a:o> .\nTC .\n",
    }


def test_every_broken_patch_is_refused_whole(ends: tuple[Path, Path, str]) -> None:
    old, _, text = ends
    before = read_place(str(old), Workspace(Path(__file__).resolve().parents[1])).state
    parse(text)
    for name, hostile in broken(text).items():
        with pytest.raises(InputError) as error:
            parse(hostile, name)
        assert error.value.message.startswith(name), name
    for name, hostile in altered(text).items():
        assert hostile != text, name
        with pytest.raises(FindingsError):
            apply(parse(hostile, name), before)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='HTXCADP <>":_.\n#abp0\\', max_size=60))
def test_any_text_is_a_patch_or_refused(text: str) -> None:
    head = f'H from "{"0" * 64}" .\nH to "{"1" * 64}" .\n'
    for attempt in (text, head + text, head + "TX .\n" + text + "\nTC .\n"):
        with suppress(InputError):
            assert parse(attempt).old == "0" * 64


def test_endless_rows_are_refused_at_once() -> None:
    for row in (
        "A" + " " * 200_000,
        "A" + " ." * 100_000 + "x",
        "H " + '"' * 200_000,
        "PA " + "a" * 200_000 + "!",
    ):
        with pytest.raises(InputError):
            parse(f"TX .\n{row}\nTC .\n")


def test_a_refused_patch_leaves_what_was_there(
    ends: tuple[Path, Path, str], tmp_path: Path, run: Run
) -> None:
    old, new, text = ends
    patch, target = tmp_path / "p.rdfp", tmp_path / "target.nq"
    target.write_text("<a:kept> <a:p> <a:o> .\n", encoding="utf-8")
    for hostile, status, said in (
        (text[:-12], 3, "p.rdfp:"),
        (altered(text)["a row more"], 1, "altered after it was made"),
    ):
        patch.write_text(hostile, encoding="utf-8")
        result = run("diff", "--apply", patch, old, "-o", target)
        assert (result.exit_code, result.stdout) == (status, "")
        assert said in result.stderr
        assert target.read_text(encoding="utf-8") == "<a:kept> <a:p> <a:o> .\n"
    patch.write_text(text, encoding="utf-8")
    result = run("diff", "--apply", patch, new)
    assert result.exit_code == 1
    assert "was replayed already" in result.stderr
    assert run("diff", "--apply", patch, old, "-o", target).exit_code == 0
    assert run("diff", target, new).exit_code == 0


def test_blank_nodes_that_all_look_alike_are_no_trap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mosty.rdf.canonical._SECONDS", 1)
    with pytest.raises(InputError, match="cannot be told apart within 1 seconds"):
        state([f"_:a{i} <a:p> _:a{j} .\n" for i in range(12) for j in range(12) if i != j])


def test_blank_nodes_that_look_alike_are_told_apart() -> None:
    cube = [(i, i ^ (1 << bit)) for i in range(8) for bit in range(3)]
    one = state([f"_:a{i} <a:p> _:a{j} .\n" for i, j in cube])
    other = state([f"_:b{(i + 4) % 8} <a:p> _:b{(j + 4) % 8} .\n" for i, j in cube])
    assert one.hash == other.hash
    assert len(one.quads.with_blank_nodes()) == 24
