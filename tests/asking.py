"""Queries answered in this process: what the child process does for each, without its start.

For tests that ask many questions; the child process, its deadline and its bounds are tested in test_engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

import mosty
from mosty.api import Register
from mosty.engines import guard, worker
from mosty.engines.embedded import EmbeddedEngine, parse_answer
from mosty.model.solutions import Answer


class EngineHere(EmbeddedEngine):
    """Opens its store once and answers in this process."""

    def run(
        self,
        text: str,
        *,
        timeout: float | None = None,
        allow_network: bool = False,
        prefixes: Mapping[str, str] | None = None,
    ) -> Answer:
        """Run one query, without deadline."""
        guard.check(text, allow_network=allow_network)
        return parse_answer(*worker.ask(self._opened, text, dict(prefixes or {})))

    @cached_property
    def _opened(self) -> ox.Store:
        return ox.Store.read_only(self.name)


def open_here(root: Path) -> Register:
    """Open a workspace whose embedded engine answers in this process."""
    register = mosty.open(root)
    register.__dict__["embedded"] = EngineHere(register.workspace.dataset().store())
    return register
