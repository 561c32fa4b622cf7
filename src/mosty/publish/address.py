"""Where a release lies on the web."""

from __future__ import annotations

from urllib.parse import urlsplit

from mosty.workspace.config import Config


def stated(config: Config) -> str | None:
    """The address that mosty.toml states (``[publish] download``), with ``/`` at the end."""
    said = config.publish.get("download")
    return said if said is None or said.endswith("/") else f"{said}/"


def address(config: Config) -> str:
    """The address of the folder; where none is stated the base of the IRIs, which leads to wherever it lies."""
    return stated(config) or f"{config.base.rstrip('#/')}/"


def root(config: Config) -> str:
    """The path of the folder on its host; ``/`` where no address is stated."""
    said = stated(config)
    return "/" if said is None else urlsplit(said).path or "/"
