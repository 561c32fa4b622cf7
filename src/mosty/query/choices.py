"""Which values a parameter of a stored query can take: the records of its class, the concepts of its scheme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mosty.engines.protocol import Engine
from mosty.model.solutions import Solutions
from mosty.model.terms import IRI, Literal
from mosty.query.binding import bind
from mosty.query.builtin import builtin
from mosty.query.frontmatter import Parameter
from mosty.workspace import Workspace


class Choice(NamedTuple):
    """A value that can be given, as CURIE, and its label."""

    curie: str
    label: str


def choices(
    parameter: Parameter, workspace: Workspace, engine: Engine, *, timeout: float | None = None
) -> list[Choice]:
    """List the values of a parameter, sorted; none when they cannot be listed (text, numbers, dates).

    Args:
        parameter: of type iri (the things of its class; without a class, the records) or concept.
        workspace: whose prefixes, kinds and languages count.
        engine: where to ask.
        timeout: seconds that it may take.
    """
    prefixes = workspace.prefixes
    if parameter.type == "concept" and parameter.scheme:
        scheme = IRI(f"{workspace.config.base}id/scheme/{parameter.scheme}")
        text = bind(builtin("concepts"), {"scheme": scheme}, prefixes)
    elif parameter.type == "iri" and parameter.class_:
        text = bind(builtin("instances"), {"class": prefixes.expand(parameter.class_)}, prefixes)
    elif parameter.type == "iri":
        text = builtin("instances").text
    else:
        return []
    answer = engine.run(text, timeout=timeout)
    assert isinstance(answer, Solutions)
    labels: dict[str, tuple[int, str]] = {}
    for iri, label in answer.rows:
        if not isinstance(iri, IRI) or not isinstance(label, Literal):
            continue
        parts = prefixes.split(iri.value)
        if parts is None or (
            parameter.type == "iri" and not parameter.class_ and parts[0] not in workspace.config.kinds
        ):
            continue
        offer = (_rank(label.language, workspace.config.languages), label.lexical)
        curie = f"{parts[0]}:{parts[1]}"
        labels[curie] = min(offer, labels.get(curie, offer))
    return [Choice(curie, label) for curie, (_, label) in sorted(labels.items())]


def _rank(language: str | None, languages: Sequence[str]) -> int:
    return languages.index(language) if language in languages else len(languages)
