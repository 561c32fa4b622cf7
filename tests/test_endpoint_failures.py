"""The endpoint engine when things go wrong: every kind of failure has a message and a hint."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from endpoint_server import (
    ASK,
    CONSTRUCT,
    EMPTY,
    JSON,
    SELECT,
    Answer,
    Handler,
    Server,
    running,
    send,
)
from mosty.engines.endpoint import EndpointEngine
from mosty.model.errors import DeadlineError, EndpointError, PartialResultError
from mosty.model.solutions import Solutions


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("USER", "PASSWORD", "HOST"):
        monkeypatch.delenv(f"MOSTY_ENDPOINT_{name}", raising=False)
    with running() as started:
        yield started


def failure(server: Server, text: str = SELECT, **options: Any) -> EndpointError:
    with pytest.raises(EndpointError) as caught:
        EndpointEngine(server.url, **options).run(text, timeout=5)
    assert caught.value.hint or "packed" in caught.value.message
    return caught.value


def test_refused_connection() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(EndpointError, match=f"nothing answers at 127.0.0.1:{port}"):
        EndpointEngine(f"http://127.0.0.1:{port}/").run(SELECT, timeout=5)


def test_unknown_host() -> None:
    with pytest.raises(EndpointError, match=r"no host named|could not be looked up"):
        EndpointEngine("http://nobody.invalid/sparql").run(SELECT, timeout=20)


def slow(delay: float) -> Answer:
    def answer(handler: Handler) -> None:
        time.sleep(delay)

    return answer


def dripping(handler: Handler) -> None:
    """Send a byte now and then: no single read ever times out."""
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)


def dripping_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.0 200 OK\r\n")
    for number in range(100):
        handler.wfile.write(f"X-{number}: y\r\n".encode())
        handler.wfile.flush()
        time.sleep(0.1)


@pytest.mark.parametrize("answer", [slow(10), dripping, dripping_headers])
def test_the_deadline_bounds_the_whole_call(server: Server, answer: Answer) -> None:
    server.answer = answer
    start = time.monotonic()
    with pytest.raises(DeadlineError, match=r"within 0\.5 s") as caught:
        EndpointEngine(server.url).run(SELECT, timeout=0.5)
    assert time.monotonic() - start < 8  # the server takes ten
    assert "--timeout" in str(caught.value.hint)


def test_a_host_that_swallows_connections() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(1)
        with pytest.raises(DeadlineError):
            EndpointEngine(f"http://127.0.0.1:{deaf.getsockname()[1]}/").run(SELECT, timeout=0.3)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 406, 413, 429, 500, 502, 503, 504])
def test_every_status_has_a_message_and_a_hint(server: Server, status: int) -> None:
    server.answer = send("the server's own words", status=status, content_type="text/plain")
    error = failure(server)
    assert f"answered {status} " in error.message
    assert error.message.endswith(": the server's own words")


def test_server_words_are_shortened_and_harmless(server: Server) -> None:
    page = (
        "<html><head><title>t</title></head><script>x()</script><h1>Bad &amp; worse\x1b[31m</h1>"
        + "long " * 900
    )
    server.answer = send(page, status=400, content_type="text/html")
    message = failure(server).message
    assert "Bad & worse [31m long" in message
    assert "\x1b" not in message
    assert "x()" not in message
    assert len(message) < 450
    assert message.endswith("…")


def test_an_html_page_is_not_an_answer(server: Server) -> None:
    server.answer = send("<html><title>x</title><h1>Welcome to our workbench</h1>", content_type="text/html")
    for text in (SELECT, ASK, CONSTRUCT):
        error = failure(server, text)
        assert "answered with text/html, not with" in error.message
        assert "Welcome to our workbench" in error.message


@pytest.mark.parametrize("content_type", [None, "application/sparql-results+xml", "application/octet-stream"])
def test_other_content_types(server: Server, content_type: str | None) -> None:
    server.answer = send("{}", content_type=content_type)
    assert f"answered with {content_type or 'no content type'}" in failure(server).message


def test_a_packed_answer(server: Server) -> None:
    server.answer = send(b"\x1f\x8b", Content_Encoding="gzip")
    assert "packed" in failure(server).message


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(EMPTY)[:-5],
        "",
        '{"a": \x00}',
        b'{"a": "\xff"}',
        "[" * 100_000,
        json.dumps({**EMPTY, "surrogate": "\ud800"}),
    ],
)
def test_invalid_json(server: Server, body: str | bytes) -> None:
    server.answer = send(body)
    assert "valid JSON" in failure(server).message


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "text",
        {},
        {"boolean": "yes"},
        {"head": {}, "results": {"bindings": []}},
        {"head": {"vars": [1]}, "results": {"bindings": []}},
        {
            "head": {"vars": ["s"]},
            "results": {"bindings": [{"s": {"type": "literal", "value": "", "xml:lang": 1}}]},
        },
        {"head": {"vars": ["s"]}, "results": {"bindings": [[]]}},
        {"head": {"vars": ["s"]}, "results": {"bindings": [{"s": "x"}]}},
        {"head": {"vars": ["s"]}, "results": {"bindings": [{"s": {"type": "uri"}}]}},
        {"head": {"vars": ["s"]}, "results": {"bindings": [{"s": {"type": "uri", "value": 1}}]}},
        {"head": {"vars": ["s"]}, "results": {"bindings": [{"s": {"type": "triple", "value": {}}}]}},
    ],
)
def test_json_that_is_no_answer(server: Server, value: object) -> None:
    server.answer = send(json.dumps(value))
    assert "not SPARQL results" in failure(server).message
    assert "not SPARQL results" in failure(server, ASK).message or value == {"head": {}, "boolean": True}


def test_an_answer_that_breaks_off(server: Server) -> None:
    server.answer = send(json.dumps(EMPTY), Content_Length="1000")
    assert "broke off" in failure(server).message
    line = "<http://e/a> <http://e/p> <http://e/o> .\n"
    server.answer = send(line + line[:20], content_type="application/n-triples")
    assert "cannot be read" in failure(server, CONSTRUCT).message


def test_a_chunked_answer_that_breaks_off(server: Server) -> None:
    def broken(handler: Handler) -> None:
        headers = f"HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\nTransfer-Encoding: chunked\r\n\r\n"
        handler.wfile.write(headers.encode() + b"5\r\n{\r\n")
        handler.close_connection = True

    server.answer = broken
    assert "broke off" in failure(server).message


def test_an_answer_that_is_too_large(server: Server) -> None:
    server.answer = send(" " * 3_000_000)
    assert "sent more than 2 MiB" in failure(server, largest=2 << 20).message


def test_a_server_that_hangs_up_or_speaks_no_http(server: Server) -> None:
    server.answer = lambda handler: None
    assert "closed the connection" in failure(server).message
    server.answer = lambda handler: void(handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n"))
    assert "does not speak HTTP" in failure(server).message


def void(_: object) -> None:
    """Drop a value, for lambdas that must give none."""


def test_redirects_within_the_host_keep_the_query(server: Server) -> None:
    for status in (301, 302, 303, 307, 308):
        server.requests.clear()

        def answer(handler: Handler, status: int = status) -> None:
            if handler.path == "/ds/query":
                send("", status=status, Location="/other")(handler)
            else:
                send(json.dumps(EMPTY))(handler)

        server.answer = answer
        assert EndpointEngine(server.url).run(SELECT, timeout=5) == Solutions(("s",), ())
        assert [(path, form) for path, _, form in server.requests][1] == ("/other", {"query": [SELECT]})


@pytest.mark.parametrize(
    "target",
    ["http://localhost:1/x", "https://127.0.0.1/x", "file:///etc/passwd", "http://u:p@example.org/x?k=1"],
)
def test_redirects_elsewhere_are_not_followed(server: Server, target: str) -> None:
    server.answer = send("", status=307, Location=target)
    message = failure(server).message
    assert "redirect" in message or "answered 307" in message
    assert "u:p" not in message
    assert len(server.requests) == 1


def test_redirects_in_a_circle(server: Server) -> None:
    server.answer = send("", status=307, Location="/ds/query")
    assert "307" in failure(server).message
    assert len(server.requests) < 10


def test_partial_answers_are_not_passed_off_as_whole(server: Server) -> None:
    rows = json.dumps({"head": {"vars": ["s"]}, "results": {"bindings": [{}] * 3}})
    server.answer = send(rows, X_SPARQL_MaxRows="10")
    assert EndpointEngine(server.url).run(SELECT, timeout=5)
    server.answer = send(rows, X_SPARQL_MaxRows="3")
    with pytest.raises(PartialResultError, match="3 rows at most"):
        EndpointEngine(server.url).run(SELECT, timeout=5)
    server.answer = send(rows, X_SPARQL_MaxRows="9" * 5000)
    assert EndpointEngine(server.url).run(SELECT, timeout=5)
    server.answer = send(rows, X_SQL_State="S1TAT")
    with pytest.raises(PartialResultError, match="time limit"):
        EndpointEngine(server.url).run(SELECT, timeout=5)


def test_tls_errors(server: Server, tmp_path: Path) -> None:
    plain = server.url.replace("http:", "https:")
    with pytest.raises(EndpointError, match="no secure connection"):
        EndpointEngine(plain).run(SELECT, timeout=5)
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    made = subprocess.run(
        [*command, "-keyout", str(key), "-out", str(certificate)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("openssl is not installed")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with pytest.raises(EndpointError, match="could not prove who it is"):
        EndpointEngine(plain).run(SELECT, timeout=5)


def test_requests_to_this_machine_go_past_proxies(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    monkeypatch.delenv("no_proxy", raising=False)
    assert EndpointEngine(server.url).run(SELECT, timeout=5) == Solutions(("s",), ())


def test_a_server_that_repeats_the_password(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOSTY_ENDPOINT_HOST", "127.0.0.1")
    monkeypatch.setenv("MOSTY_ENDPOINT_USER", "me")
    monkeypatch.setenv("MOSTY_ENDPOINT_PASSWORD", "hunter2")
    server.answer = send("wrong password hunter2", status=403, content_type="text/plain")
    error = failure(server)
    assert "403 Forbidden: wrong password ***" in error.message
