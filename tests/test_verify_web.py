"""`mosty verify URL`: fetched from one place, within limits, and never led astray."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import mosty
from conftest import Run
from mosty.model.errors import EndpointError, InputError, UsageError
from mosty.publish.fetching import fetch
from releases import failed, make_release


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_release(tmp_path_factory.mktemp("made"))


@pytest.fixture
def release(made: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(made, tmp_path / "release"))


class _Files(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(handler: Callable[..., BaseHTTPRequestHandler], host: str = "127.0.0.1") -> Iterator[str]:
    """Serve on this machine; gives the address."""
    server = ThreadingHTTPServer((host, 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def address(release: Path) -> Iterator[str]:
    with serving(partial(_Files, directory=str(release.parent))) as root:
        yield f"{root}release/"


def test_from_an_address(address: str, release: Path, run: Run) -> None:
    found = mosty.verify(address)
    assert found.passed, found
    assert found.place == address
    assert found.checks[0].name == "fetched"
    for other in (address.rstrip("/"), f"{address}SHA256SUMS", f"{address}index.html"):
        assert mosty.verify(other).passed
    (release / "small.nt").unlink()
    assert failed(mosty.verify(address)) >= {"files"}
    with pytest.raises(InputError, match="no release there"):
        mosty.verify(f"{address}kinds/")
    assert run("verify", "http://127.0.0.1:1/").exit_code == 4


def test_a_permanent_address_leads_on(address: str) -> None:
    class Permanent(_Files):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", address + self.path.rpartition("/")[2])
            self.end_headers()

    with serving(Permanent) as permanent:
        assert mosty.verify(permanent + "release").passed


def test_files_come_from_one_place_only(release: Path, address: str) -> None:
    class Astray(_Files):
        def do_GET(self) -> None:
            if self.path.endswith("void.ttl"):
                self.send_response(302)
                self.send_header("Location", f"{address}void.ttl")
                self.end_headers()
            else:
                super().do_GET()

    with (
        serving(partial(Astray, directory=str(release))) as root,
        pytest.raises(EndpointError, match="redirects to .*void.ttl, which is not followed"),
    ):
        mosty.verify(root)


@pytest.mark.parametrize(
    "host", "127.1 0x7f.1 localhost. 127.0.0.1. localhost.localdomain 127.0.0%2e1 [::ffff:127.0.0.1]".split()
)
def test_nothing_leads_into_a_private_network(
    host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server stands in for the whole web, as a proxy."""

    class Inward(_Files):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", f"http://{host}:1/SHA256SUMS")
            self.end_headers()

    with serving(Inward) as proxy:
        monkeypatch.setenv("http_proxy", proxy)
        monkeypatch.delenv("no_proxy", raising=False)
        with pytest.raises(
            EndpointError, match=f"redirects to http://{re.escape(host)}:1/.* is not followed"
        ):
            fetch("http://8.8.8.8/", tmp_path)


def test_limits(address: str, tmp_path: Path) -> None:
    with pytest.raises(EndpointError, match="more than 0 MiB"):
        fetch(address, tmp_path, most_bytes=50_000)
    assert fetch(address, tmp_path, most_bytes=1_000_000).size < 1_000_000

    class Endless(_Files):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"0" * 64 + b"  a\n")
            while not self.wfile.closed:
                try:
                    self.wfile.write(b"x" * 65536)
                except OSError:
                    return

    with serving(Endless) as root, pytest.raises(EndpointError, match="more than 1 MiB"):
        mosty.verify(root, most_bytes=1 << 20)


def test_a_server_that_never_ends(tmp_path: Path) -> None:
    stop = threading.Event()

    class Slow(_Files):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            while not stop.wait(0.05):
                self.wfile.write(b"x")
                self.wfile.flush()

    try:
        with serving(Slow) as root, pytest.raises(EndpointError, match="did not come within"):
            fetch(root, tmp_path, timeout=0.5)
    finally:
        stop.set()


@pytest.mark.parametrize(
    "place",
    "ftp://e.org/ file:///etc/ http://user:secret@e.org/ https://e.org/?a=b https://e.org/#a http:// https://e\tx/".split(
        " "
    ),
)
def test_addresses_that_are_none(place: str) -> None:
    with pytest.raises(UsageError) as caught:
        mosty.verify(place)
    assert "secret" not in caught.value.message


def test_names_that_lead_out_are_not_fetched(tmp_path: Path) -> None:
    asked: list[str] = []

    class Evil(_Files):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(f"{'0' * 64}  ../../evil\n{'0' * 64}  fine.txt\n".encode())

    with serving(Evil) as root:
        fetch(root, tmp_path)
    assert sorted(asked) == ["/SHA256SUMS", "/fine.txt"]
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["SHA256SUMS", "fine.txt"]
