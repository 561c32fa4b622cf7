"""A graph that lies on a SPARQL endpoint: the columns that the shapes read come over when they are asked for.

The same compiled plan runs over it. An endpoint gives literals as it keeps them, so constraints that must see what was
written (`Constraint.reads_written`) judge what the endpoint made of it.
"""

from __future__ import annotations

from mosty.engines.protocol import Engine
from mosty.model.errors import EngineError
from mosty.model.solutions import Solutions
from mosty.rdf.graph import Column, Graph
from mosty.rdf.keys import Key, to_key


class RemoteGraph(Graph):
    """The default graph of an engine, read column by column.

    Args:
        engine: where the data are.
        timeout: seconds for each query; None means no deadline.

    Raises:
        EngineError: the engine failed, or answered something else than solutions.
        DeadlineError: the deadline passed.
        PartialResultError: the engine cut its answer short.
    """

    def __init__(self, engine: Engine, *, timeout: float | None = None) -> None:
        self._engine = engine
        self._timeout = timeout
        self._predicates: tuple[Key, ...] | None = None
        self._read: dict[Key, Column] = {}
        super().__init__()

    @property
    def columns(self) -> dict[Key, Column]:
        """Every column; this reads the whole graph."""
        return {predicate: self.column(predicate) for predicate in self.predicates()}

    @columns.setter
    def columns(self, columns: dict[Key, Column]) -> None:
        self._read = columns

    def predicates(self) -> tuple[Key, ...]:
        """The predicates that occur."""
        if self._predicates is None:
            rows = self._rows("SELECT DISTINCT ?p WHERE { ?s ?p ?o }")
            self._predicates = tuple(predicate for (predicate,) in rows)
        return self._predicates

    def column(self, predicate: Key) -> Column:
        """The pairs of a predicate, read once."""
        column = self._read.get(predicate)
        if column is None:
            column = self._read[predicate] = Column()
            for subject, value in self._rows(f"SELECT ?s ?o WHERE {{ ?s {predicate} ?o }}"):
                column.add(subject, value)
        return column

    def _own(self, predicate: Key) -> Column:
        return self.column(predicate)

    def _rows(self, query: str) -> list[tuple[Key, ...]]:
        answer = self._engine.run(query, timeout=self._timeout)
        if not isinstance(answer, Solutions):
            raise EngineError(
                f"{self._engine.name}: no solutions for a SELECT query", "is it a SPARQL endpoint?"
            )
        return [tuple(to_key(term) for term in row if term is not None) for row in answer.rows]
