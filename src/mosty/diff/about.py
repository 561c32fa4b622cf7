"""The files by which a release is known, and release.json as it stands: what it says is weighed by who reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mosty.model.errors import InputError
from mosty.rdf.reading import read_bytes

CHECKSUMS, INFO, SHAPES = "SHA256SUMS", "release.json", "shapes.ttl"
"""Files of a release."""

_MOST_BYTES = 1 << 22


def read_about(folder: Path) -> dict[str, Any] | None:
    """Read release.json.

    Args:
        folder: of the release.

    Returns:
        None when it has none, as releases of early days.

    Raises:
        InputError: it cannot be read, or is no JSON object.
    """
    path = folder / INFO
    if not path.is_file():
        return None
    if path.stat().st_size > _MOST_BYTES:
        raise broken(folder, "it is too large")
    try:
        document = json.loads(read_bytes(path))
        json.dumps(document, ensure_ascii=False).encode()  # half a surrogate pair is no character
    except (ValueError, RecursionError) as error:
        raise broken(folder, str(error)) from None
    if not isinstance(document, dict):
        raise broken(folder, "it is not an object")
    return document


def broken(folder: Path, why: str) -> InputError:
    """The error that release.json is not what a release says of itself."""
    return InputError(f"{folder / INFO}: not what a release says of itself: {why}", "take the release anew")
