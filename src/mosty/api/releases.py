"""Making releases: the operations meet here, so that they need not know each other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from mosty.publish import Release, publish
from mosty.publish.options import Options

if TYPE_CHECKING:
    from mosty.api.register import Register


def publish_release(
    register: Register, folder: Path, *, site: bool = False, **options: Unpack[Options]
) -> Release:
    """Validate the workspace, then write a release of it, with or without a site."""
    return publish(register.workspace, folder, report=register.validate(), **options)
