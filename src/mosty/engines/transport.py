"""One HTTP exchange with an endpoint: bounded in time and size, on one host, with errors in plain words."""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import Message
from html import unescape
from typing import IO, NamedTuple
from urllib.parse import SplitResult, urlsplit

from mosty.model.errors import DeadlineError, EndpointError, MostyError, UsageError

_LOCAL = (".localhost", ".localdomain", ".local", ".internal", ".home.arpa")
LONGEST_WORDS = 300
"""Characters of a server's own error message that are shown."""

Send = Callable[[urllib.request.OpenerDirector, float | None], http.client.HTTPResponse]


class Response(NamedTuple):
    """What a server sent: status, headers, the whole body, and the address that it came from in the end."""

    status: int
    headers: Message
    body: bytes
    url: str = ""

    @property
    def content_type(self) -> str:
        """Media type without parameters, in lower case; empty when the server names none."""
        return (self.headers.get("Content-Type") or "").partition(";")[0].strip().lower()


def check_address(url: str) -> SplitResult:
    """Take an endpoint's address apart.

    Raises:
        UsageError: not http or https, no host, a password in it, or not an address at all.
    """
    hint = "write it like https://example.org/sparql"
    if re.search(r"[\x00-\x20\x7f]", url):
        raise UsageError("the endpoint's address holds a space or control character", hint)
    try:
        parts = urlsplit(url)
        port_is_good = parts.port is None or parts.port > 0
    except ValueError as error:
        raise UsageError(f"the endpoint's address is not valid: {error}", hint) from None
    if "@" in parts.netloc:
        # The address is not repeated: it may hold a password.
        raise UsageError(
            "the endpoint's address holds a user name or password",
            "keep credentials in ~/.netrc or in the environment; see docs/how-to/query-an-endpoint.md",
        )
    if parts.scheme not in ("http", "https"):
        raise UsageError(f"{url}: an endpoint's address starts with http:// or https://", hint)
    if not parts.hostname or not port_is_good:
        raise UsageError(f"{url}: the endpoint's address names no host or no valid port", hint)
    return parts


def is_loopback(host: str) -> bool:
    """Tell whether a host is this very machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def exchange(
    send: Send,
    address: SplitResult,
    *,
    shown: str,
    timeout: float | None,
    largest: int,
    secret: str | None = None,
    sink: Callable[[bytes], object] | None = None,
    leave: bool = False,
) -> Response:
    """Send one request and read the answer.

    The work is done in a thread of its own, because no socket timeout covers name lookup or a server that
    sends a byte now and then; at the deadline we leave, whatever the thread is waiting for.

    Args:
        send: opens the request with an opener, within a number of seconds.
        address: where it goes.
        shown: how messages call the endpoint.
        timeout: seconds for everything; None for no deadline.
        largest: bytes of answer that are read at most.
        secret: what no message may repeat.
        sink: takes the body piece by piece; then the response holds none.
        leave: follow redirects to other hosts too, but never to plain http or into a private network.

    Raises:
        DeadlineError: it took longer.
        EndpointError: everything else that went wrong on the way, status 4xx and 5xx included.
    """
    work = _Work(send, _opener(address, leave=leave), timeout, largest, sink)
    work.start()
    work.join(timeout)
    if work.is_alive():
        work.abandoned = True
        raise _deadline(shown, timeout)
    if work.response is None:
        raise _explained(work.error, shown, address, timeout, largest) from None
    if work.response.status >= 300:
        raise _refused(work.response, shown, secret)
    return work.response


class _Work(threading.Thread):
    def __init__(
        self,
        send: Send,
        opener: urllib.request.OpenerDirector,
        timeout: float | None,
        largest: int,
        sink: Callable[[bytes], object] | None = None,
    ) -> None:
        super().__init__(daemon=True, name="mosty-endpoint")
        self._send, self._opener, self._timeout, self._largest = send, opener, timeout, largest
        self._sink = sink
        self.abandoned = False
        self.response: Response | None = None
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            try:
                answer = self._send(self._opener, self._timeout)
            except urllib.error.HTTPError as error:
                with error:
                    self.response = Response(error.code, error.headers, error.read(64 * LONGEST_WORDS))
                return
            with answer:
                self.response = Response(answer.status, answer.headers, self._body(answer), answer.url)
        except Exception as error:  # handed to the caller's thread, which explains it
            self.error = error

    def _body(self, answer: http.client.HTTPResponse) -> bytes:
        length = answer.headers.get("Content-Length", "")
        # http.client itself does not notice a body that is shorter than announced.
        announced = int(length) if length.isdigit() and not answer.chunked else None
        if announced is not None and announced > self._largest:
            raise _TooLargeError
        parts: list[bytes] = []
        size = 0
        keep = self._sink or parts.append
        while size != announced and (part := answer.read1(1 << 16)):
            size += len(part)
            if size > self._largest:
                raise _TooLargeError
            if self.abandoned:
                raise TimeoutError
            keep(part)
        body = b"".join(parts)
        if announced is not None and size < announced:
            raise http.client.IncompleteRead(body, announced - size)
        return body


class _TooLargeError(Exception):
    pass


class _LedAwayError(Exception):
    def __init__(self, target: str) -> None:
        super().__init__(target)
        self.target = target


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects within one origin, with the query still in the body; urllib would drop it."""

    max_redirections = 5

    def __init__(self, leave: bool) -> None:
        self._leave = leave

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request:
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        upgraded = _origin(new) == ("https", old.hostname, 443) and _origin(old)[2] == 80
        away = _origin(old) != _origin(new) and not upgraded
        if away and not (self._leave and _is_no_step_down(old, new)):
            raise _LedAwayError(f"{new.scheme}://{new.netloc.rpartition('@')[2]}{new.path}")
        return urllib.request.Request(
            newurl, data=req.data, headers=dict(req.headers), method=req.get_method()
        )

    # urllib's own refuses 308 for POST before 3.13; the rest is the same.
    http_error_308 = urllib.request.HTTPRedirectHandler.http_error_302


def _is_no_step_down(old: SplitResult, new: SplitResult) -> bool:
    """Whether a redirect leads neither from https to http nor from outside into a private network."""
    inward = _is_private(new.hostname or "") and not _is_private(old.hostname or "")
    # urllib would decode a host after we have judged it.
    plain = {"@", "%"}.isdisjoint(new.netloc)
    return new.scheme in ("https", old.scheme) and plain and not inward


def _is_private(host: str) -> bool:
    """Whether a host is, by its name or by any of the addresses that its name has, not of the public internet."""
    name = host.rstrip(".").lower()
    if not {".", ":"} & {*name} or f".{name}".endswith(_LOCAL):
        return True
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):  # nothing to connect to; or only a proxy knows the name
        return False
    return not all(ipaddress.ip_address(address).is_global for address in found)


def _origin(address: SplitResult) -> tuple[str, str | None, int]:
    return address.scheme, address.hostname, address.port or (443 if address.scheme == "https" else 80)


def _opener(address: SplitResult, *, leave: bool = False) -> urllib.request.OpenerDirector:
    """Make an opener that speaks http and https only; requests to this machine go past any proxy."""
    opener = urllib.request.OpenerDirector()
    proxies: dict[str, str] | None = {} if is_loopback(address.hostname or "") else None
    for handler in (
        urllib.request.ProxyHandler(proxies),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),  # verifies certificates by default
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _Redirects(leave),
    ):
        opener.add_handler(handler)
    return opener


def _deadline(shown: str, timeout: float | None) -> DeadlineError:
    seconds = "" if timeout is None else f" within {timeout:g} s"
    return DeadlineError(
        f"{shown} did not answer{seconds}",
        "narrow the query (bind a parameter, add a LIMIT), or allow more with --timeout SECONDS",
    )


def _explained(
    error: Exception | None, shown: str, address: SplitResult, timeout: float | None, largest: int
) -> MostyError:
    """Turn what the network libraries raise into one message with a hint."""
    if isinstance(error, urllib.error.URLError) and isinstance(error.reason, Exception):
        error = error.reason
    host = address.netloc
    match error:
        case TimeoutError():
            return _deadline(shown, timeout)
        case _TooLargeError():
            return EndpointError(
                f"{shown} sent more than {largest >> 20} MiB", "ask for less: add a LIMIT, or fewer columns"
            )
        case _LedAwayError():
            return EndpointError(
                f"{shown} redirects to {_clean(error.target)}, which is not followed",
                "if you trust that address, give it with -e",
            )
        case socket.gaierror() if error.errno == socket.EAI_AGAIN:
            return EndpointError(
                f"the name {address.hostname} could not be looked up",
                "check the network connection, then try again",
            )
        case socket.gaierror():
            return EndpointError(
                f"there is no host named {address.hostname}", "check the address and the network connection"
            )
        case ConnectionRefusedError():
            return EndpointError(
                f"nothing answers at {host}: the connection was refused",
                "is the server running, and on this port?",
            )
        case ssl.SSLCertVerificationError():
            return EndpointError(
                f"{host} could not prove who it is: {error.verify_message}",
                "check the address; a private certificate authority is named with SSL_CERT_FILE",
            )
        case ssl.SSLError():
            return EndpointError(
                f"no secure connection to {host}: {_clean(error.reason or str(error))}",
                "does the server speak https on this port?",
            )
        case http.client.IncompleteRead():
            return EndpointError(
                f"the answer of {shown} broke off",
                "try again; if it happens again, the server has a limit or a fault",
            )
        case http.client.RemoteDisconnected() | ConnectionResetError() | BrokenPipeError():
            return EndpointError(
                f"{shown} closed the connection before it answered", "try again; the server's log may say why"
            )
        case http.client.HTTPException():
            return EndpointError(
                f"{shown} does not speak HTTP: {_clean(str(error) or type(error).__name__)}", "check the port"
            )
        case OSError():
            return EndpointError(
                f"{host} cannot be reached: {_clean(error.strerror or str(error))}",
                "check the network connection",
            )
    return EndpointError(f"{shown} cannot be asked: {_clean(str(error))}", "check the address")


_HINTS = {
    400: "the server did not accept the query; does it need prefixes or functions that it does not know?",
    401: "put a user name and password for this host into ~/.netrc or the environment; "
    "see docs/how-to/query-an-endpoint.md",
    403: "these credentials may not query it",
    404: "check the path: Fuseki answers at /DATASET/query, GraphDB at /repositories/NAME, others at /sparql",
    405: "this address takes no queries by POST: check the path",
    406: "the server gives none of the result formats that mosty reads",
    413: "the query is too long for this server",
    414: "the query is too long for this server",
    429: "wait, then ask less often",
    500: "the server failed; its log says why",
    502: "the server behind the gateway is down or too slow",
    503: "the server is overloaded, or stopped the query because it took too long",
    504: "the query took too long for the gateway: narrow it",
}


def _refused(response: Response, shown: str, secret: str | None) -> EndpointError:
    status = response.status
    meaning = http.client.responses.get(status, "")
    message = f"{shown} answered {status} {meaning}".rstrip()
    if words := server_words(response, secret):
        message += f": {words}"
    if status < 400:
        return EndpointError(
            message, "it redirects to where nothing is followed; give the final address with -e"
        )
    return EndpointError(message, _HINTS.get(status) or _HINTS[500 if status >= 500 else 400])


def server_words(response: Response, secret: str | None = None) -> str:
    """Give the text of an error page, short and harmless."""
    text = response.body.decode("utf-8", errors="replace")
    if "html" in response.content_type or text.lstrip()[:15].lower().startswith(("<!doctype", "<html")):
        text = re.sub(r"(?is)<(script|style|head)\b.*?</\1\s*>", " ", text)
        text = unescape(re.sub(r"<[^<>]*>", " ", text))
    return _clean(text.replace(secret, "***") if secret else text)


def _clean(text: str) -> str:
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return words if len(words) <= LONGEST_WORDS else words[: LONGEST_WORDS - 1].rstrip() + "…"
