"""The embedded engine and its guard: answers, deadlines, crashes, refusals."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mosty
from mosty.engines import guard
from mosty.engines.embedded import EmbeddedEngine
from mosty.model.errors import DeadlineError, EngineError, MostyError, QuerySyntaxError, UsageError
from mosty.model.solutions import Boolean, Solutions, Triples
from register import make_register


@pytest.fixture(scope="module")
def engine(repo: Path) -> EmbeddedEngine:
    return mosty.open(repo).embedded


def test_select_ask_construct(engine: EmbeddedEngine) -> None:
    answer = engine.run("SELECT (1 + 1 AS ?two) ?none WHERE {}")
    assert isinstance(answer, Solutions)
    assert answer.dicts() == [{"two": 2, "none": None}]
    assert engine.run("ASK { ?s ?p ?o }") == Boolean(True)
    built = engine.run("CONSTRUCT { ?p ?p ?o } WHERE { ?s ?p ?o } LIMIT 5")
    assert isinstance(built, Triples)
    assert 1 <= len(built.triples) <= 5


def test_deadline_really_ends_the_query(engine: EmbeddedEngine) -> None:
    started = time.monotonic()
    with pytest.raises(DeadlineError, match="stopped"):
        engine.run("SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", timeout=0.5)
    assert time.monotonic() - started < 30  # it would run for hours


def test_hunger_for_memory_is_bounded(engine: EmbeddedEngine) -> None:
    small = EmbeddedEngine(Path(engine.name), memory=300 << 20)
    with pytest.raises(EngineError, match="memory|crashed"):
        small.run("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f ?a", timeout=60)


@pytest.mark.parametrize(
    "text", ["", "hello", "SELECT * {", "SELECT * { ?s nope:p ?o }", "INSERT DATA { <a:b> <a:b> 1 }"]
)
def test_what_is_no_query_is_refused(engine: EmbeddedEngine, text: str) -> None:
    with pytest.raises(QuerySyntaxError, match=r"line \d+, column \d+"):
        engine.run(text)


def test_nesting_does_not_crash_us(engine: EmbeddedEngine) -> None:
    for depth in (150, 5000):
        text = "SELECT (" + "CONCAT('a'," * depth + "'b'" + ")" * depth + " AS ?x) {}"
        if depth < guard.MAX_DEPTH:
            assert engine.run(text)
        else:
            with pytest.raises(QuerySyntaxError, match="nested"):
                engine.run(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { service SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "PREFIX a: <b:> SELECT * { ?s ?p a:b;SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { { SELECT * { SERVICE ?where { ?s ?p ?o } } } }",
        "LOAD <http://127.0.0.1:9/>",
        "# a comment\nSELECT * { # 'open\nSERVICE <http://127.0.0.1:9/> {} }",
        "SELECT * { ?s ?p 1SERVICE <http://127.0.0.1:9/> {} }",
    ],
)
def test_the_network_is_refused(engine: EmbeddedEngine, text: str) -> None:
    with pytest.raises(UsageError, match="refused"):
        engine.run(text)


@pytest.mark.parametrize(
    "text",
    [
        'SELECT * { ?s ?p "SERVICE <x>" }',
        "SELECT * { ?service ?p <http://example.org/#SERVICE> } # SERVICE",
        "PREFIX service: <http://example.org/> SELECT * { ?s service:LOAD ?o }",
        "SELECT * { ?s ?p '''\n it's SERVICE ''' }",
    ],
)
def test_the_words_may_stand_where_they_mean_nothing(text: str) -> None:
    guard.check(text)


@given(st.text(), st.sampled_from(["SERVICE", "service", "Load"]), st.text())
def test_guard_never_fails_otherwise(before: str, word: str, after: str) -> None:
    with suppress(MostyError):
        guard.check(f"{before} {word} {after}")


def test_service_is_tried_when_allowed(engine: EmbeddedEngine) -> None:
    with pytest.raises(EngineError, match="could not run"):
        engine.run("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", timeout=20, allow_network=True)


def test_store_is_built_once_and_follows_the_content(tmp_path: Path) -> None:
    root = make_register(tmp_path)
    first = mosty.open(root).workspace.dataset().store()
    assert mosty.open(root).workspace.dataset().store() == first
    record = root / "data/projects/bridge.ttl"
    record.write_text(record.read_text() + "\n# a comment\n")
    assert mosty.open(root).workspace.dataset().store() != first


def test_a_triple_in_two_graphs_counts_once(tmp_path: Path) -> None:
    root = make_register(tmp_path)
    for name in ("one", "two"):
        (root / f"data/{name}.ttl").write_text("<https://example.org/a> <https://example.org/b> 1 .\n")
    register = mosty.open(root)
    answer = register.sparql("SELECT (COUNT(*) AS ?n) { ?s <https://example.org/b> ?o }")
    assert isinstance(answer, Solutions)
    assert answer.dicts() == [{"n": 1}]
    graphs = register.sparql("SELECT ?g { GRAPH ?g { ?s <https://example.org/b> ?o } }")
    assert isinstance(graphs, Solutions)
    assert len(graphs.rows) == 2
