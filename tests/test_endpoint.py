"""The endpoint engine: what is sent, to whom, with which password, and how answers are read."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Run
from endpoint_server import (
    ASK,
    CONSTRUCT,
    EMPTY,
    JSON,
    SELECT,
    Handler,
    Server,
    results,
    running,
    send,
)
from mosty.engines.endpoint import EndpointEngine
from mosty.engines.forms import query_form
from mosty.model.errors import EndpointError, QuerySyntaxError, UsageError
from mosty.model.solutions import Boolean, Solutions, Triples
from mosty.model.terms import IRI, XSD, BlankNode, literal


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("USER", "PASSWORD", "HOST"):
        monkeypatch.delenv(f"MOSTY_ENDPOINT_{name}", raising=False)
    with running() as started:
        yield started


# -- what is sent ------------------------------------------------------------------------------------------


def test_the_query_travels_by_post_with_our_name(server: Server) -> None:
    text = 'SELECT ?s WHERE { ?s ?p "č & = + %20 \'" }'
    EndpointEngine(server.url).run(text, timeout=5)
    path, headers, form = server.requests[0]
    assert path == "/ds/query"
    assert form == {"query": [text]}
    assert headers["User-Agent"].startswith("mosty/")
    assert JSON in headers["Accept"]
    assert "Authorization" not in headers


def test_triples_are_asked_for_as_triples(server: Server) -> None:
    server.answer = send("", content_type="application/n-triples")
    EndpointEngine(server.url).run("# SELECT\n" + CONSTRUCT, timeout=5)
    assert server.requests[0][1]["Accept"].startswith("application/n-triples")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("select * {}", "SELECT"),
        ("# CONSTRUCT\nASK {}", "ASK"),
        ("PREFIX select: <http://example.org/describe#construct> ASK { ?s select:ask 'DESCRIBE' }", "ASK"),
        ("PREFIX : <http://e/#a>#x\nBASE <http://e/SELECT>DESCRIBE<x>", "DESCRIBE"),
        ("prefix# ASK\n e:#b\n<http://e/>\r\nCONSTRUCT{}WHERE{}", "CONSTRUCT"),
        ("\ufeff\n\tSELECT(1 AS ?x){}", "SELECT"),
    ],
)
def test_the_form_is_read_from_the_grammar(text: str, form: str) -> None:
    assert query_form(text) == form


def test_updates_and_no_query_are_told_apart() -> None:
    for text in ("INSERT DATA {}", "PREFIX a: <b> delete where {}", "DROP ALL"):
        with pytest.raises(UsageError, match="update"):
            query_form(text)
    for text in ("", "# SELECT", "SELECTED", "{}", "PREFIX a: SELECT"):
        with pytest.raises(QuerySyntaxError):
            query_form(text)


def test_a_long_prologue_is_read_in_linear_time() -> None:
    start = time.monotonic()
    for text in ("# x\n" * 100_000, "PREFIX a: <b> " * 50_000 + "<", " \n" * 200_000 + "#"):
        with pytest.raises(QuerySyntaxError):
            query_form(text)
    assert time.monotonic() - start < 8  # the server takes ten


def test_prefixes_that_the_query_leaves_out_are_declared(server: Server) -> None:
    known = {"org": "http://e/org/", "rdf": "http://e/rdf#", "": "http://e/", "a-b": "http://e/ab/"}
    text = "# PREFIX org: <x>\nPREFIX rdf: <http://mine/>\nASK { org:esf a rdf:Thing, :x . ?s a-b:c 'x' }"
    server.answer = send('{"boolean": false}')
    EndpointEngine(server.url).run(text, timeout=5, prefixes=known)
    sent = server.requests[0][2]["query"][0]
    assert sent == ("PREFIX : <http://e/> PREFIX a-b: <http://e/ab/> PREFIX org: <http://e/org/> " + text)


def test_the_guard_stands_before_the_network(server: Server) -> None:
    text = "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }"
    with pytest.raises(UsageError, match="SERVICE"):
        EndpointEngine(server.url).run(text, timeout=5)
    assert not server.requests
    EndpointEngine(server.url).run(text, timeout=5, allow_network=True)
    assert server.requests


@pytest.mark.parametrize("text", ["SELECT * { ?s ?p '\0' }", "SELECT * { ?s ?p '\ud800' }"])
def test_what_cannot_be_sent_is_refused(server: Server, text: str) -> None:
    with pytest.raises(UsageError):
        EndpointEngine(server.url).run(text)
    assert not server.requests


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "javascript:alert(1)",
        "example.org/sparql",
        "http://",
        "http:///sparql",
        "http://example.org:0x50/",
        "http://example.org:99999/",
        "http://[::1/",
        "http://example.org/a b",
        "http://example.org/\r\nX: y",
        "",
    ],
)
def test_addresses_that_cannot_be_asked(url: str) -> None:
    with pytest.raises(UsageError):
        EndpointEngine(url)


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        EndpointEngine("https://me:hunter2@example.org/sparql")
    assert "hunter2" not in f"{caught.value.message}{caught.value.hint}"


def test_a_key_in_the_address_is_sent_but_not_shown(server: Server) -> None:
    server.answer = send("no", status=500, content_type="text/plain")
    with pytest.raises(EndpointError) as caught:
        EndpointEngine(server.url + "?apikey=hunter2").run(SELECT, timeout=5)
    assert server.requests[0][0] == "/ds/query?apikey=hunter2"
    assert "hunter2" not in f"{caught.value.message}{caught.value.hint}"


def test_addresses_beyond_ascii() -> None:
    assert EndpointEngine("https://žluť.example/č?q=ž")._url == "https://xn--lu-yta1h.example/%C4%8D?q=%C5%BE"


# -- credentials -------------------------------------------------------------------------------------------


def sent_credentials(server: Server) -> str | None:
    EndpointEngine(server.url).run(SELECT, timeout=5)
    value = server.requests[-1][1].get("Authorization")
    return base64.b64decode(value.removeprefix("Basic ")).decode() if value else None


def test_credentials_of_the_environment_go_to_their_host_only(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOSTY_ENDPOINT_USER", "me")
    monkeypatch.setenv("MOSTY_ENDPOINT_PASSWORD", "hunter2")
    assert sent_credentials(server) is None
    monkeypatch.setenv("MOSTY_ENDPOINT_HOST", "example.org")
    assert sent_credentials(server) is None
    monkeypatch.setenv("MOSTY_ENDPOINT_HOST", f"127.0.0.1:{server.server_address[1]}")
    assert sent_credentials(server) == "me:hunter2"
    monkeypatch.setenv("MOSTY_ENDPOINT_HOST", "127.0.0.1")
    assert sent_credentials(server) == "me:hunter2"


def test_credentials_of_netrc(server: Server, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("default login x password y\n")
    assert sent_credentials(server) is None
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password hunter2\n")
    assert sent_credentials(server) == "me:hunter2"
    (tmp_path / "netrc").write_text("machine machine \x00")
    assert sent_credentials(server) is None


def test_no_password_over_plain_http_to_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    from mosty.engines.credentials import credentials_for
    from mosty.engines.transport import check_address

    monkeypatch.setenv("MOSTY_ENDPOINT_HOST", "example.org")
    monkeypatch.setenv("MOSTY_ENDPOINT_USER", "me")
    monkeypatch.setenv("MOSTY_ENDPOINT_PASSWORD", "hunter2")
    assert credentials_for(check_address("http://example.org/sparql")) is None
    found = credentials_for(check_address("https://example.org/sparql"))
    assert found == ("me", "hunter2")
    assert "hunter2" not in repr(found)


# -- answers -----------------------------------------------------------------------------------------------


def test_every_kind_of_term(server: Server) -> None:
    server.answer = results(
        {"s": {"type": "uri", "value": "https://example.org/ž"}, "t": {"type": "bnode", "value": "b0"}},
        {
            "s": {"type": "literal", "value": "a\n\u0000b"},
            "t": {"type": "literal", "value": "č", "xml:lang": "cs"},
        },
        {"t": {"type": "literal", "value": "01", "datatype": XSD + "integer"}},
        {"t": {"type": "typed-literal", "value": "1", "datatype": XSD + "int"}},
        variables=("s", "t"),
    )
    assert EndpointEngine(server.url).run(SELECT, timeout=5) == Solutions(
        ("s", "t"),
        (
            (IRI("https://example.org/ž"), BlankNode("b0")),
            (literal("a\n\0b"), literal("č", language="cs")),
            (None, literal("01", datatype=XSD + "integer")),
            (None, literal("1", datatype=XSD + "int")),
        ),
    )


def test_ask(server: Server) -> None:
    server.answer = send('{"head": {}, "boolean": true}', content_type="application/json; charset=utf-8")
    assert EndpointEngine(server.url).run(ASK, timeout=5) == Boolean(True)


def test_ask_as_virtuoso_answers_it(server: Server) -> None:
    for value, expected in (("1", True), ("0", False)):
        server.answer = results(
            {"__ask_retval": {"type": "typed-literal", "datatype": XSD + "integer", "value": value}},
            variables=("__ask_retval",),
        )
        assert EndpointEngine(server.url).run(ASK, timeout=5) == Boolean(expected)


@pytest.mark.parametrize(
    "content_type", ["application/n-triples", "text/turtle; charset=UTF-8", "text/plain"]
)
def test_triples(server: Server, content_type: str) -> None:
    lines = '<http://e/b> <http://e/p> "01" .\n<http://e/a> <http://e/p> "ž"@cs .\n'
    server.answer = send(lines * 2, content_type=content_type)
    answer = EndpointEngine(server.url).run(CONSTRUCT, timeout=5)
    assert isinstance(answer, Triples)
    assert [str(t.object) for t in answer.triples] == ["ž", "01"]


def test_no_triples(server: Server) -> None:
    server.answer = send("", content_type="application/n-triples")
    assert EndpointEngine(server.url).run("DESCRIBE <http://e/x>", timeout=5) == Triples(())


def test_chunked_answers(server: Server) -> None:
    def chunked(handler: Handler) -> None:
        handler.protocol_version = "HTTP/1.1"
        handler.send_response(200)
        handler.send_header("Content-Type", JSON)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        text = json.dumps(EMPTY).encode()
        for part in (text[:7], text[7:]):
            handler.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        handler.wfile.write(b"0\r\n\r\n")
        handler.close_connection = True

    server.answer = chunked
    assert EndpointEngine(server.url).run(SELECT, timeout=5) == Solutions(("s",), ())


def test_iris_that_are_none_are_shown_and_never_put_into_a_query(server: Server, run: Run) -> None:
    server.answer = results(
        {"s": {"type": "uri", "value": "https://example.org/> } DROP ALL #\x1b[31m"}},
        {"s": {"type": "uri", "value": "doi:10.1000/1"}},
        {"s": {"type": "uri", "value": "https://w3id.org/mosty/id/org/esf"}},
    )
    done = run("sparql", SELECT, "-e", server.url)
    assert done.exit_code == 0, done.stderr
    assert "https://example.org/> } DROP ALL #\\u001B[31m" in done.stdout
    assert "doi:10.1000/1" in done.stdout
    assert "European Social Fund" in done.stdout
    for kind in ("csv", "tsv", "json", "xml", "md", "html"):
        assert run("sparql", SELECT, "-e", server.url, "-f", kind).exit_code == 0
