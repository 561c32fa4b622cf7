"""SHACL property paths as values (SHACL, section 2.3.1), and their text as SPARQL 1.1 property paths.

No tuples: two tuples with the same parts are equal, and ``a/b`` is not ``a|b``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from mosty.model.terms import IRI, n_triples


@dataclass(frozen=True, slots=True)
class Inverse:
    """The path walked backwards: ``^path``."""

    path: Path


@dataclass(frozen=True, slots=True)
class Sequence:
    """One path after another: ``a/b``."""

    steps: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Any one of several paths: ``a|b``.

    >>> steps = (IRI("http://example.org/p"), IRI("http://example.org/q"))
    >>> Alternative(steps) == Sequence(steps)
    False
    """

    choices: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A path walked several times: ``path*``, ``path+`` or ``path?``."""

    path: Path
    mark: str


Path: TypeAlias = IRI | Inverse | Sequence | Alternative | Repeat


def path_text(path: Path, name: Callable[[IRI], str] = n_triples) -> str:
    """Write a path as a SPARQL property path.

    Args:
        path: the path.
        name: how to write an IRI; in full when not given.

    >>> step = IRI("http://example.org/p")
    >>> path_text(Sequence((Inverse(step), Repeat(step, "*"))))
    '^<http://example.org/p>/<http://example.org/p>*'
    """
    if isinstance(path, IRI):
        return name(path)
    if isinstance(path, Inverse):
        return "^" + _group(path.path, name)
    if isinstance(path, Repeat):
        return _group(path.path, name) + path.mark
    if isinstance(path, Sequence):
        return "/".join(
            _group(step, name) if isinstance(step, Alternative | Sequence) else path_text(step, name)
            for step in path.steps
        )
    return "|".join(path_text(choice, name) for choice in path.choices)


def _group(path: Path, name: Callable[[IRI], str]) -> str:
    text = path_text(path, name)
    return text if isinstance(path, IRI) else f"({text})"


def properties_of(path: Path) -> Iterator[IRI]:
    """Give the properties that a path walks along.

    >>> [str(p) for p in properties_of(Sequence((IRI("http://example.org/p"), Inverse(IRI("http://example.org/q")))))]
    ['http://example.org/p', 'http://example.org/q']
    """
    if isinstance(path, IRI):
        yield path
    elif isinstance(path, Inverse | Repeat):
        yield from properties_of(path.path)
    else:
        for part in path.steps if isinstance(path, Sequence) else path.choices:
            yield from properties_of(part)
