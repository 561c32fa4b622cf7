"""User names and passwords for endpoints: from the environment or netrc, for one host, on a safe line."""

from __future__ import annotations

import netrc
import os
from typing import NamedTuple
from urllib.parse import SplitResult

from mosty.engines.transport import is_loopback


class Credentials(NamedTuple):
    """A user name and password; never shown."""

    user: str
    password: str

    def __repr__(self) -> str:
        return "Credentials(...)"


def credentials_for(address: SplitResult) -> Credentials | None:
    """Find the credentials for an endpoint.

    MOSTY_ENDPOINT_USER and MOSTY_ENDPOINT_PASSWORD count only for the host that MOSTY_ENDPOINT_HOST names, so
    that no workspace can draw a password to a host of its own; then netrc (`default` does not count there).
    Over plain http to another machine nothing is sent: anybody on the way could read it.
    """
    host = address.hostname or ""
    if address.scheme != "https" and not is_loopback(host):
        return None
    wanted = os.environ.get("MOSTY_ENDPOINT_HOST", "").lower()
    if wanted and wanted in (host, address.netloc.lower()):
        user, password = os.environ.get("MOSTY_ENDPOINT_USER"), os.environ.get("MOSTY_ENDPOINT_PASSWORD")
        if user and password:
            return Credentials(user, password)
    return _from_netrc(host)


def _from_netrc(host: str) -> Credentials | None:
    path = os.environ.get("NETRC") or os.path.expanduser("~/.netrc")  # noqa: PTH111 - Path.home() may raise
    try:
        entry = netrc.netrc(path).hosts.get(host)
    except (OSError, netrc.NetrcParseError, UnicodeDecodeError):
        return None  # without credentials the endpoint answers 401, and the hint there leads here
    if entry is None or not entry[0] or not entry[2]:
        return None
    return Credentials(entry[0], entry[2])
