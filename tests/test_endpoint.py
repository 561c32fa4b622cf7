"""The endpoint engine against a small server on loopback that misbehaves on request."""

from __future__ import annotations

import base64
import json
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from conftest import Run
from mosty.engines.endpoint import EndpointEngine
from mosty.engines.forms import query_form
from mosty.model.errors import DeadlineError, EndpointError, PartialResultError, QuerySyntaxError, UsageError
from mosty.model.solutions import Boolean, Solutions, Triples
from mosty.model.terms import IRI, XSD, BlankNode, literal

SELECT = "SELECT ?s WHERE { ?s ?p ?o }"
ASK = "ASK { ?s ?p ?o }"
CONSTRUCT = "CONSTRUCT WHERE { ?s ?p ?o }"
JSON = "application/sparql-results+json"
EMPTY = {"head": {"vars": ["s"]}, "results": {"bindings": []}}

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Records the request and does what the test has laid down for it."""

    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.requests.append((self.path, dict(self.headers), parse_qs(body, keep_blank_values=True)))
        self.server.answer(self)

    def do_GET(self) -> None:
        self.server.requests.append((self.path, dict(self.headers), {}))
        self.server.answer(self)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer: Answer = send(json.dumps(EMPTY))
        self.requests: list[tuple[str, dict[str, str], dict[str, list[str]]]] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # clients that leave early are what these tests are about

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/ds/query"


def send(body: str | bytes, *, content_type: str | None = JSON, status: int = 200, **headers: str) -> Answer:
    content = body.encode() if isinstance(body, str) else body

    def answer(handler: Handler) -> None:
        handler.send_response(status)
        if content_type:
            handler.send_header("Content-Type", content_type)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def results(*bindings: dict[str, dict[str, str]], variables: tuple[str, ...] = ("s",)) -> Answer:
    return send(json.dumps({"head": {"vars": list(variables)}, "results": {"bindings": list(bindings)}}))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("USER", "PASSWORD", "HOST"):
        monkeypatch.delenv(f"MOSTY_ENDPOINT_{name}", raising=False)
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def failure(server: Server, text: str = SELECT, **options: Any) -> EndpointError:
    with pytest.raises(EndpointError) as caught:
        EndpointEngine(server.url, **options).run(text, timeout=5)
    assert caught.value.hint or "packed" in caught.value.message
    return caught.value


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
    assert time.monotonic() - start < 2


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


def test_a_server_that_repeats_the_password(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOSTY_ENDPOINT_HOST", "127.0.0.1")
    monkeypatch.setenv("MOSTY_ENDPOINT_USER", "me")
    monkeypatch.setenv("MOSTY_ENDPOINT_PASSWORD", "hunter2")
    server.answer = send("wrong password hunter2", status=403, content_type="text/plain")
    error = failure(server)
    assert "403 Forbidden: wrong password ***" in error.message


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


# -- failures ----------------------------------------------------------------------------------------------


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
    assert time.monotonic() - start < 2
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
