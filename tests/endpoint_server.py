"""A small SPARQL endpoint on loopback that does what a test lays down for it, right or wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

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


@contextmanager
def running() -> Iterator[Server]:
    """Start a server, and stop it in the end."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
