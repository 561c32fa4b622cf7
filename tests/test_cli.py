"""The command line as people meet it: help, streams, exit statuses, hostile input."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import pytest

from conftest import ROOT, Run
from mosty.cli.main import VERBS, command
from mosty.query import Catalogue
from mosty.query.frontmatter import StoredQuery
from mosty.workspace import Workspace
from query_cases import dealt

DONOR = ("query", "projects-by-donor", "--donor", "org:esf")


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_has_help_with_examples(run: Run, verb: str) -> None:
    result = run(verb, "--help")
    assert result.exit_code == 0
    assert result.stderr == ""
    examples = result.stdout.split("Examples:\n", 1)[1]
    assert len(re.findall(rf"mosty (?:-C \S+ )?{verb}\b", examples)) >= 2
    context = click.Context(command)
    sub = command.get_command(context, verb)
    assert sub is not None
    assert sub.short_help == VERBS[verb]


def test_help_lists_all_verbs(run: Run) -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert all(verb in result.stdout for verb in VERBS)
    assert run("-h").stdout == result.stdout
    assert run("--version").stdout.startswith("mosty, version ")


@pytest.mark.parametrize(
    ("args", "status"),
    [
        (DONOR, 0),
        (("-q", "query"), 0),
        (("validate", "new.ttl"), 1),
        (("query", "projects-by-doner"), 2),
        (("validate", "no-such-file.ttl"), 3),
        (("sparql", "ASK {}", "-o", "no-such-folder/x.csv"), 4),
    ],
)
def test_a_process_of_its_own_does_the_same(
    run: Run, run_apart: Run, tmp_path: Path, args: tuple[str, ...], status: int
) -> None:
    """Most tests call the command inside their own process."""
    (tmp_path / "new.ttl").write_text(
        "<https://w3id.org/mosty/id/project/new> a <https://w3id.org/mosty/ontology#Project> ."
    )
    done = run_apart("-C", ROOT, *args, cwd=tmp_path)
    assert done.exit_code == status
    assert done == run("-C", ROOT, *args, cwd=tmp_path)


def test_data_on_stdout_and_the_rest_on_stderr(run: Run, tmp_path: Path) -> None:
    rows = json.loads(run(*DONOR, "-f", "json").stdout)["results"]["bindings"]
    assert any(row["project"]["value"].endswith("/czech-towns") for row in rows)
    listing = run("query")
    assert "stored queries of mosty" in listing.stderr
    assert run("-q", "query").stderr == ""
    target = tmp_path / "answer.csv"
    assert run(*DONOR, "-o", target) == (0, "", "")
    assert target.read_text().startswith("donor,donorLabel,")
    assert [p.name for p in tmp_path.iterdir()] == ["answer.csv"]


def test_labels_by_default_and_curies_with_iris(run: Run) -> None:
    assert "European Social Fund" in run(*DONOR).stdout
    assert "org:esf" in run(*DONOR, "--iris").stdout


def test_show_query_prints_the_bound_text(run: Run) -> None:
    text = run(*DONOR, "--show-query").stdout
    assert "VALUES ?donor { <https://w3id.org/mosty/id/org/esf> }" in text
    assert (
        run("sparql", "--file", "-", stdin=text).exit_code == 3
    )  # "-" is no file; standard input needs no option
    assert "czech-towns" in run("sparql", "-f", "csv", stdin=text).stdout


def test_an_empty_answer_says_why(run: Run) -> None:
    unknown = run("query", "projects-by-donor", "--donor", "org:nobody-at-all")
    assert unknown.exit_code == 0
    assert "org:nobody-at-all is unknown" in unknown.stderr
    wrong = run("query", "projects-by-donor", "--donor", "place:prague")
    assert "not a mosty:Organisation" in wrong.stderr


@pytest.mark.parametrize(
    ("args", "status", "words"),
    [
        (("nonsense",), 2, "no command is called"),
        (("quer",), 2, "did you mean `query`"),
        (("query", "projects-by-doner"), 2, "did you mean"),
        (("query", "projects-by-donor", "--doner", "x"), 2, "--donor"),
        (("query", "projects-by-donor", "--donor", "x y"), 2, "--donor"),
        (("query", "projects-by-donor", "--donor", "nope:x"), 2, "unknown prefix"),
        (("query", "projects-by-donor", "-f", "docx"), 2, "docx"),
        (("query", "projects-by-donor", "--timeout", "soon"), 2, "soon"),
        (("query", "--tag", "no-such-tag"), 2, "no stored query has the tag"),
        (("-C", "no-such-folder", "query"), 2, "no workspace here"),
        (("sparql", "SELECT * {"), 2, "line 1"),
        (("sparql", "SELECT * { SERVICE <http://127.0.0.1:9/> {} }"), 2, "--allow-network"),
        (("sparql", "--file", "no-such-file.rq"), 3, "no such file"),
        (("show", "org:nobody-at-all"), 2, "unknown"),
        (("show", "nobody"), 2, "not an IRI"),
        (("why", "org:nobody-at-all"), 2, "nothing is stated"),
        (("why", "org:esf", "--texts", "no-such-folder"), 2, "no texts"),
        (("validate", "no-such-file.ttl"), 3, "no such file"),
        (("sparql", "ASK {}", "-o", "no-such-folder/x.csv"), 4, "cannot be written"),
        (
            ("sparql", "SELECT (COUNT(*) AS ?n) {?a ?b ?c. ?d ?e ?f. ?g ?h ?i}", "--timeout", "0.3"),
            4,
            "stopped",
        ),
        (("sparql", "ASK {}", "-e", "ftp://example.org"), 2, "ftp"),
        (("sparql", "ASK {}", "-e", "http://127.0.0.1:9/ds"), 4, "127.0.0.1:9"),
    ],
)
def test_exit_statuses(run: Run, args: tuple[str, ...], status: int, words: str) -> None:
    result = run(*args)
    assert words in result.stderr
    assert result.exit_code == status
    assert result.stdout == ""


BAD_FILES: dict[str, tuple[str, bytes]] = {
    "empty": ("x.ttl", b""),
    "binary": ("x.ttl", bytes(range(256))),
    "truncated": (
        "x.ttl",
        b"@prefix project: <https://w3id.org/mosty/id/project/> .\nproject:x a project:y ;",
    ),
    "wrong prefix": ("x.ttl", b"@prefix a: <https://example.org/> .\nb:x a a:y ."),
    "deep nesting": ("x.ttl", b"<https://example.org/a> <https://example.org/b> " + b"(" * 10_000),
    "deep JSON-LD": ("x.jsonld", b'{"https://example.org/b":' * 10_000),
    "NUL": ("x.ttl", b'<https://example.org/a> <https://example.org/b> "\0" .'),
    "entity bomb": (
        "x.rdf",
        b'<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><rdf:RDF>&b;</rdf:RDF>',
    ),
    "UTF-16": ("x.ttl", "<https://example.org/a> a <https://example.org/b> .".encode("utf-16")),
    "unknown kind": ("x.docx", b"PK"),
}


@pytest.mark.parametrize("what", BAD_FILES)
def test_bad_files_are_named_and_nothing_else_happens(run: Run, tmp_path: Path, what: str) -> None:
    name, content = BAD_FILES[what]
    path = tmp_path / name
    path.write_bytes(content)
    result = run("validate", path)
    assert result.exit_code == 3, result
    assert name in result.output
    assert path.read_bytes() == content


@pytest.mark.parametrize("what", [w for w, (name, _) in BAD_FILES.items() if name != "x.docx"])
def test_a_bad_file_in_the_workspace_stops_every_command(run: Run, workspace_copy: Path, what: str) -> None:
    name, content = BAD_FILES[what]
    (workspace_copy / "data/places" / name).write_bytes(content)
    out = workspace_copy.parent / "release"
    for args in (DONOR, ("show", "org:esf"), ("validate",), ("publish", "-o", out)):
        result = run("-C", workspace_copy, *args)
        assert result.exit_code == 3, (args, result)
        assert name in result.output
    assert not out.exists()


def test_byte_order_mark_is_fine(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_bytes(b"\xef\xbb\xbf<https://example.org/a> <https://example.org/b> 1 .")
    assert run("validate", path).exit_code in (0, 1)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "empty"),
        ("name = ", "not TOML"),
        ('name = "x"\n', "base must be"),
        ('base = "https://example.org/"\nbsae = 1\n', "unknown key"),
        ('base = "https://example.org/"\nkinds = 3\n', "must be a table"),
        ('base = "https://example.org/"\n[kinds]\nx = { folder = 1 }\n', "kinds.x"),
        ('base = "https://example.org/"\n[kinds]\nx = { folder = "x", class = "y" }\n', "kinds.x"),
        ('base = "https://example.org/"\n[prefixes]\nx = "not an IRI"\n', "prefixes.x"),
    ],
)
def test_a_wrong_mosty_toml_is_said(run: Run, tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "mosty.toml").write_text(content)
    for args in (("query",), ("validate",), ("stats",)):
        result = run("-C", tmp_path, *args)
        assert words in result.stderr
        assert result.exit_code == 3


def test_an_empty_workspace_answers_every_command(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mosty.toml").write_text('base = "https://example.org/"\n')
    for args, status in (
        (("query",), 0),
        (("stats",), 0),
        (("find", "x"), 0),
        (("sparql", "ASK {}"), 0),
        (("show", "<https://example.org/x>"), 2),
    ):
        assert run("-C", tmp_path, *args).exit_code == status, args


def test_a_stored_query_that_calls_the_network_needs_leave(run: Run, workspace_copy: Path) -> None:
    text = "#+ title: T\n#+ question: Q?\nSELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }\n"
    (workspace_copy / "queries/calls.rq").write_text(text)
    refused = run("-C", workspace_copy, "query", "calls")
    assert (refused.exit_code, "--allow-network" in refused.stderr) == (2, True)
    tried = run("-C", workspace_copy, "query", "calls", "--allow-network", "--timeout", "20")
    assert tried.exit_code == 4


def test_two_queries_of_one_name_are_refused(run: Run, workspace_copy: Path) -> None:
    (workspace_copy / "queries/more").mkdir()
    (workspace_copy / "queries/more/projects-by-donor.rq").write_text(
        "#+ title: T\n#+ question: Q?\nASK {}\n"
    )
    result = run("-C", workspace_copy, "query")
    assert result.exit_code == 3
    assert "another query is called projects-by-donor" in result.stderr


def test_a_triple_term_in_an_answer_is_no_crash(run: Run) -> None:
    select = run("sparql", "SELECT (TRIPLE(<x:a>, <x:b>, <x:c>) AS ?t) {}")
    assert (select.exit_code, "RDF 1.2" in select.stderr) == (4, True)


def test_terminal_escapes_in_data_never_reach_the_terminal(run: Run) -> None:
    result = run("sparql", 'SELECT ("a\\u001b[31mred" AS ?x) {}')
    assert "\x1b" not in result.stdout
    assert "\x1b" not in run("show", "org:\x1b[31m").stderr


INJECTIONS = [
    '" } } #',
    "x> } UNION { ?s ?p ?o } #",
    "a\nVALUES ?x { <x:y> }",
    "\\",
    "'''",
    "‮",
    "x" * 100_000,
    "; rm -rf {}",
    "\0",
]


def assert_bound_whole(run: Run, query: StoredQuery, texts: dict[str, list[str]]) -> None:
    """Give the parameters of a query these texts: each is refused, or one literal that leaves the query whole."""
    for parameter in query.parameters.values():
        for text in texts[parameter.name]:
            status, out, err = run("query", query.name, f"--{parameter.option}", text, "--show-query")
            if status == 2:
                assert f"--{parameter.option}" in err
                continue
            assert status == 0
            assert parameter.type == "string"
            # Only the parameter's own line differs, and it is still one line.
            ours, theirs = out.splitlines(), query.text.splitlines()
            assert len(ours) == len(theirs)
            assert sum(a != b for a, b in zip(ours, theirs, strict=True)) == 1


def test_injection_text_in_every_query(run: Run) -> None:
    """Each parameter meets some of the texts, and each type of parameter all of them."""
    queries = Catalogue(Workspace(ROOT))
    hands = dealt(queries, INJECTIONS)
    assert len(hands) >= 30
    for query in queries.all():
        assert_bound_whole(run, query, hands[query.name])


@pytest.mark.soak
def test_every_injection_text_in_every_parameter(run: Run) -> None:
    for query in Catalogue(Workspace(ROOT)).all():
        assert_bound_whole(run, query, dict.fromkeys(query.parameters, INJECTIONS))


def test_a_full_disk_leaves_nothing_half_written(run: Run, tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("needs /dev/full")
    result = run(*DONOR, "-o", full)
    assert result.exit_code == 4
    assert "cannot be written" in result.stderr


def test_a_closed_pipe_is_no_error(repo: Path) -> None:
    import subprocess
    import sys

    done = subprocess.run(
        f"'{sys.executable}' -m mosty sparql 'SELECT ?s ?p ?o {{?s ?p ?o}}' -f tsv | head -1",
        shell=True,
        cwd=repo,
        capture_output=True,
        check=False,
    )
    assert done.stdout.decode().strip() == "?s\t?p\t?o"
    assert done.stderr == b""
