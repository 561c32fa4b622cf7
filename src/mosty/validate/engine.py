"""What every validation engine can do: a plan and data in, results out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from mosty.model.diagnostics import ValidationResult
from mosty.model.terms import Term
from mosty.rdf.graph import Graph
from mosty.validate.plan import Plan


class ValidationEngine(Protocol):
    """Validates a data graph against a plan (SHACL core and SHACL-SPARQL constraints)."""

    @property
    def name(self) -> str:
        """How messages call the engine."""

    @property
    def fallbacks(self) -> Mapping[str, str]:
        """Rules of the last run that another engine judged, each with the reason."""

    def run(
        self,
        plan: Plan,
        graph: Graph,
        *,
        focus: Collection[Term] | None = None,
        timeout: float | None = None,
    ) -> tuple[ValidationResult, ...]:
        """Validate a data graph.

        Args:
            plan: the shapes.
            graph: the triples with literals as written; blank nodes of different files have different labels.
            focus: focus nodes to look at; None means every node that a shape targets.
            timeout: seconds after which the run is stopped; None means no deadline.

        Returns:
            The results, in any order, without record, positions and suggestion.

        Raises:
            InputError: the shapes are ill-formed.
            DeadlineError: the deadline passed.
            EngineError: the engine failed.
        """
