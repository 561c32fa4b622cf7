"""What every engine can do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from mosty.model.solutions import Answer


class Engine(Protocol):
    """Answers SPARQL 1.1 queries over one dataset, whose default graph holds everything."""

    @property
    def name(self) -> str:
        """How messages call the engine: a folder or an address."""

    def run(
        self,
        text: str,
        *,
        timeout: float | None = None,
        allow_network: bool = False,
        prefixes: Mapping[str, str] | None = None,
    ) -> Answer:
        """Run one query.

        Args:
            text: SPARQL 1.1 query text, parameters bound.
            timeout: seconds after which the query is stopped; None means no deadline.
            allow_network: let SERVICE call other endpoints.
            prefixes: prefixes that are known without a PREFIX line.

        Raises:
            QuerySyntaxError: the text is not a SPARQL query.
            UsageError: the text calls the network and that is not allowed.
            DeadlineError: the deadline passed; the query was stopped.
            EngineError: the engine failed.
        """
