"""Real web servers on the loopback interface, each a process of its own with a folder of its own."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from conftest import need

_MODULES = Path("/usr/lib/apache2/modules")


class Answer(NamedTuple):
    """What a server answered; names of headers in small letters."""

    status: int
    headers: Mapping[str, str]
    body: str


class Server(NamedTuple):
    """A server that runs."""

    port: int

    def ask(self, path: str, headers: Mapping[str, str] | None = None, method: str = "GET") -> Answer:
        """Send one request; the path goes out as it is."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in (headers or {}).items():
                connection.putheader(name, value)
            connection.endheaders()
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, response.read().decode("utf-8", "replace"))
        finally:
            connection.close()


@contextmanager
def nginx(root: Path, rules: Path) -> Iterator[Server]:
    """Debian's nginx over a folder, with the two files of rules that a release carries."""
    program = _program("nginx")
    with tempfile.TemporaryDirectory() as folder, _free_port() as port:
        temporary = "".join(
            f"{part}_temp_path {folder}/{part};"
            for part in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = (
            "user root;" if os.geteuid() == 0 else ""
        )  # whoever runs the test must be able to read the folder
        config = Path(folder, "nginx.conf")
        config.write_text(
            f"daemon off; {user} pid {folder}/pid; error_log {folder}/error.log; events {{}}\n"
            f"http {{ access_log off; {temporary} include {rules}/nginx-maps.conf;\n"
            f"server {{ listen 127.0.0.1:{port}; root {root}; include {rules}/nginx-server.conf; }} }}\n"
        )
        with _running([program, "-p", folder, "-c", str(config)], port):
            yield Server(port)


@contextmanager
def apache(root: Path) -> Iterator[Server]:
    """Debian's Apache over a folder, which the .htaccess files in it rule."""
    program = _program("apache2")
    with tempfile.TemporaryDirectory() as folder, _free_port() as port:
        modules = "\n".join(
            f"LoadModule {name}_module {_MODULES}/mod_{name}.so"
            for name in ("mpm_event", "authz_core", "dir", "mime", "headers", "rewrite")
        )
        user = "User www-data\nGroup www-data" if os.geteuid() == 0 else ""
        config = Path(folder, "httpd.conf")
        config.write_text(
            f"ServerRoot {folder}\nServerName localhost\nPidFile {folder}/pid\nErrorLog {folder}/error.log\n"
            f"Listen 127.0.0.1:{port}\nMutex file:{folder} default\n{user}\n{modules}\nTypesConfig /dev/null\n"
            f"DocumentRoot {root}\n<Directory {root}>\nAllowOverride FileInfo\nOptions FollowSymLinks\n"
            "Require all granted\n</Directory>\n"
        )
        with _running([program, "-f", str(config), "-DFOREGROUND"], port):
            yield Server(port)


def _program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    need(found is not None, name)
    assert found is not None
    return found


@contextmanager
def _free_port() -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    yield port


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            for _ in range(200):
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    if process.poll() is not None:
                        break
                    time.sleep(0.05)
            if process.poll() is not None:
                assert process.stderr is not None
                raise AssertionError(process.stderr.read().decode())
            yield
        finally:
            process.terminate()
            process.wait(timeout=10)
