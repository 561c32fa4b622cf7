"""Fetching a release from a web server, to verify it: every listed file, from one place, within limits."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPResponse
from pathlib import Path
from threading import Lock
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from mosty.engines.transport import Response, exchange
from mosty.model.errors import DeadlineError, EndpointError, InputError, OutputError, UsageError
from mosty.model.version import __version__
from mosty.publish import sums
from mosty.publish.folder import CHECKSUMS
from mosty.publish.info import FILE as INFO
from mosty.rdf.reading import decode

MOST_BYTES = 4 << 30
"""Bytes that a release may have when nobody says otherwise."""

_AT_ONCE = 4
_MOST_SUMS = 1 << 27
_GONE = re.compile(r" answered (404|410)\b")


class Fetched(NamedTuple):
    """A release that was fetched.

    Attributes:
        address: where its files came from, after redirects.
        files: how many.
        size: bytes.
    """

    address: str
    files: int
    size: int


def is_address(place: str) -> bool:
    """Whether a place is meant as an address on the web.

    >>> is_address("https://example.org/release/"), is_address("release")
    (True, False)
    """
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", place) is not None


def fetch(place: str, folder: Path, *, timeout: float | None = 60, most_bytes: int = MOST_BYTES) -> Fetched:
    """Fetch the files that the checksums of a release list; one that is not there is left out.

    The address itself may be redirected to another host, as permanent addresses are. From then on all files come
    from where the checksums came from.

    Args:
        place: the address of the release, or of a file right in it.
        folder: where the files go.
        timeout: seconds for each file; None for no deadline.
        most_bytes: bytes for all files together.

    Raises:
        UsageError: it is no http or https address.
        InputError: there is no release at that address.
        EndpointError: a file cannot be fetched, or the release is too large.
        OutputError: the files cannot be written.
    """
    address = _release_address(place)
    fetcher = _Fetcher(folder, timeout, most_bytes)
    try:
        response = fetcher.get(address + CHECKSUMS, min(_MOST_SUMS, most_bytes), leave=True)
    except EndpointError as error:
        if _GONE.search(error.message):
            raise InputError(
                f"{address}: no release there: it has no {CHECKSUMS}", "give the address of the folder"
            ) from None
        raise
    if not response.url.endswith(f"/{CHECKSUMS}"):
        raise InputError(f"{address}: {CHECKSUMS} is redirected to {response.url}", "give the final address")
    listed, _ = sums.parse(decode(response.body, CHECKSUMS))
    (folder / CHECKSUMS).write_bytes(response.body)
    fetcher.spent(len(response.body))
    root = response.url.removesuffix(CHECKSUMS)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = list(
            pool.map(partial(fetcher.save, root), sorted(listed, key=lambda path: (path != INFO, path)))
        )
    return Fetched(root, 1 + sum(found), fetcher.size)


class _Fetcher:
    def __init__(self, folder: Path, timeout: float | None, most_bytes: int) -> None:
        self._folder = folder
        self._timeout = timeout
        self._most_bytes = most_bytes
        self._lock = Lock()
        self._failed = False
        self.size = 0

    def spent(self, size: int) -> None:
        """Count bytes.

        Raises:
            EndpointError: it is more than was allowed.
        """
        with self._lock:
            self.size += size
            if self.size > self._most_bytes:
                raise EndpointError(
                    f"the release has more than {self._most_bytes >> 20:,} MiB", "allow more with --max-size"
                )

    def get(
        self, url: str, largest: int, *, leave: bool = False, sink: Callable[[bytes], object] | None = None
    ) -> Response:
        """Fetch a file; for errors see `fetch`."""
        address = urlsplit(url)

        def send(opener: urllib.request.OpenerDirector, seconds: float | None) -> HTTPResponse:
            headers = {"User-Agent": f"mosty/{__version__}", "Accept": "*/*", "Accept-Encoding": "identity"}
            request = urllib.request.Request(url, headers=headers)
            answer = opener.open(request) if seconds is None else opener.open(request, timeout=seconds)
            assert isinstance(answer, HTTPResponse)
            return answer

        try:
            return exchange(
                send, address, shown=url, timeout=self._timeout, largest=largest, sink=sink, leave=leave
            )
        except DeadlineError:
            raise EndpointError(
                f"{url} did not come within {self._timeout:g} s", "allow more with --timeout SECONDS"
            ) from None
        except EndpointError as error:
            raise EndpointError(
                error.message, "check the address and the connection, or fetch the files yourself"
            ) from None

    def save(self, root: str, path: str) -> bool:
        """Fetch a file into the folder; tells whether it was there."""
        if self._failed:
            return False
        target = self._folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as file:
                sink = _Sink(file.write, self.spent)
                try:
                    self.get(root + quote(path), self._most_bytes, sink=sink)
                except EndpointError as error:
                    if sink.error is not None:
                        raise sink.error from None
                    if not _GONE.search(error.message):
                        raise
                    target.unlink()
                    return False
        except OSError as error:
            self._failed = True
            raise OutputError(
                f"{target}: cannot be written: {error.strerror or error}", "free some space"
            ) from None
        except Exception:
            self._failed = True
            raise
        return True


class _Sink:
    """Writes what comes, and remembers why it could not."""

    def __init__(self, write: Callable[[bytes], object], spent: Callable[[int], None]) -> None:
        self._write, self._spent = write, spent
        self.error: OSError | EndpointError | None = None

    def __call__(self, piece: bytes) -> None:
        try:
            self._spent(len(piece))
            self._write(piece)
        except (OSError, EndpointError) as error:
            self.error = error
            raise


def _release_address(place: str) -> str:
    """The address of a release's folder, with a slash at its end."""
    hint = "write it like https://example.org/release/"
    if re.search(r"[\x00-\x20\x7f]", place):
        raise UsageError("the address holds a space or control character", hint)
    try:
        parts = urlsplit(place)
        good = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError as error:
        raise UsageError(f"not an address: {error}", hint) from None
    if "@" in parts.netloc:  # the address is not repeated: it may hold a password
        raise UsageError("the address holds a user name or password", "fetch the files yourself")
    if parts.scheme not in ("http", "https") or not good:
        raise UsageError(f"{place}: not an http or https address", hint)
    if parts.query or parts.fragment:
        raise UsageError(f"{place}: the address of a folder has no ? and no #", hint)
    path = parts.path
    folder, _, name = path.rpartition("/")
    if name in (CHECKSUMS, INFO, "index.html", "README.txt", "dcat.ttl", "void.ttl"):
        path = folder
    return f"{parts.scheme}://{parts.netloc}{path.rstrip('/')}/"
