"""Where a command runs: its folder and its environment."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def surroundings(folder: Path, variables: Mapping[str, str]) -> Iterator[None]:
    """Another current folder and more environment variables."""
    here, before = Path.cwd(), dict(os.environ)
    os.chdir(folder)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(before)
