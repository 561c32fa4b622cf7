"""Asking the tool's own queries over one engine."""

from __future__ import annotations

from collections.abc import Sequence

from mosty.engines.protocol import Engine
from mosty.model.solutions import Solutions
from mosty.model.terms import IRI, Term
from mosty.query.binding import Value, bind
from mosty.query.builtin import builtin
from mosty.rdf.prefixes import Prefixes
from mosty.workspace import Workspace


class Asker:
    """Asks built-in queries of one engine, for one workspace.

    Args:
        workspace: whose prefixes and kinds count.
        engine: where queries run.
        timeout: seconds that one query may take; None for no deadline.
    """

    def __init__(self, workspace: Workspace, engine: Engine, timeout: float | None) -> None:
        self._workspace = workspace
        self._prefixes: Prefixes = workspace.prefixes
        self._engine = engine
        self._timeout = timeout

    def _ask(
        self, name: str, **values: Value | Sequence[Value] | None
    ) -> tuple[tuple[Term | None, ...], ...]:
        answer = self._engine.run(bind(builtin(name), values, self._prefixes), timeout=self._timeout)
        assert isinstance(answer, Solutions)
        return answer.rows

    def _is_record(self, iri: IRI) -> bool:
        parts = self._prefixes.split(iri.value)
        return parts is not None and parts[0] in self._workspace.config.kinds
