"""Prefixes that mean something else than everybody thinks, and namespaces that are nearly like a known one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Protocol

from mosty.model.diagnostics import Position, Remark
from mosty.rdf.keys import Key
from mosty.rdf.prefixes import Prefixes
from mosty.validate.near import split
from mosty.validate.vocabularies import NAMESPACES, WELL_KNOWN

_HEAD = 16_384
"""So many bytes of a file are read for its prefixes: they stand at the top."""

# A directive of Turtle, TriG or SPARQL style, a comment, or blanks; at anything else the head ends.
_DIRECTIVE = re.compile(
    r"\s+|#[^\n]*(?:\n|\Z)|@?prefix\s+(?P<prefix>[^\s:]*):\s*<(?P<space>[^>\s]*)>\s*\.?|@?base\s+<[^>\s]*>\s*\.?",
    re.IGNORECASE,
)
_XMLNS = re.compile(r"""\bxmlns:(?P<prefix>[\w.-]+)\s*=\s*["'](?P<space>[^"']*)["']""")
_WITH_DIRECTIVES = frozenset({".ttl", ".turtle", ".trig"})
_XML = frozenset({".rdf", ".owl", ".xml"})
_SCHEME = re.compile(r"https?://(?:www\.)?")
_NAMED = 3


class Source(Protocol):
    """A file that was read."""

    @property
    def path(self) -> Path:
        """Where it lies."""

    @property
    def name(self) -> str:
        """How messages call it."""

    @property
    def prefixes(self) -> Mapping[str, str]:
        """The prefixes that it declares."""


def _position(source: Source, prefix: str, space: str) -> Position:
    """Find where a file declares a prefix: at its head, in the formats that declare prefixes there."""
    for match in _head(source):
        if (match["prefix"], match["space"]) == (prefix, space):
            text, start = match.string, match.start("prefix")
            column = start - text.rfind("\n", 0, start)
            return Position(source.name, text.count("\n", 0, start) + 1, column, len(prefix) + 1)
    return Position(source.name)


def _head(source: Source) -> Iterator[re.Match[str]]:
    extension = source.path.suffix.lower()
    if extension in _WITH_DIRECTIVES | _XML:
        with suppress(OSError), source.path.open("rb") as file:
            text = file.read(_HEAD).decode("utf-8", "replace").removeprefix("\ufeff")
            yield from _XMLNS.finditer(text) if extension in _XML else _directives(text)


def _directives(text: str) -> Iterator[re.Match[str]]:
    at = 0
    while (match := _DIRECTIVE.match(text, at)) and match.end() > at:
        at = match.end()
        yield match


def namespace_remarks(
    sources: Iterable[Source], prefixes: Prefixes, *, used: Iterable[Key], known: Callable[[], Iterable[Key]]
) -> Iterator[Remark]:
    """Tell which prefixes are bound to something else, and which namespaces are twins of known ones.

    Args:
        sources: files, whose heads are read.
        prefixes: those of the workspace.
        used: classes and properties of the data.
        known: gives classes and properties of the shapes and the ontology; asked only where others are used.
    """
    twins = _Twins(known, prefixes)
    told: set[str] = set()
    for (prefix, space), files in _declared(sources).items():
        right = {prefixes[prefix]} if prefix in prefixes else set()
        right.update(WELL_KNOWN.get(prefix, ()))
        also = "" if len(files) == 1 else f", and in {len(files) - 1} more files"
        if right and space not in right:
            told.add(space)
            meant = prefixes.get(prefix) or WELL_KNOWN[prefix][0]
            message = f"the prefix {prefix}: is bound to <{space}> here{also}; it stands for <{meant}>"
            hint = f"write `@prefix {prefix}: <{meant}>`, or choose another prefix for what you mean"
            yield Remark("prefix-with-wrong-namespace", message, hint, _position(files[0], prefix, space))
        elif (twin := twins.of(space)) is not None:
            told.add(space)
            message = (
                f"the prefix {prefix}: is bound to <{space}> here{also}; the known namespace is <{twin}>"
            )
            yield Remark("namespace-twin", message, f"write <{twin}>", _position(files[0], prefix, space))
    by_space: dict[str, list[str]] = {}
    for key in used:
        space, name = split(key)
        by_space.setdefault(space[1:], []).append(name)
    for space, names in by_space.items():
        twin = None if space in told else twins.of(space)
        if twin is not None:
            some = ", ".join(names[:_NAMED]) + (" ..." if len(names) > _NAMED else "")
            message = f"the data use <{space}> ({some}); the known namespace is <{twin}>"
            yield Remark("namespace-twin", message, f"write <{twin}>")


def _declared(sources: Iterable[Source]) -> Mapping[tuple[str, str], list[Source]]:
    found: dict[tuple[str, str], list[Source]] = {}
    for source in sources:
        declared = source.prefixes.items()
        if source.path.suffix.lower() in _XML:  # there a prefix ends with its element
            declared = {match["prefix"]: match["space"] for match in _head(source)}.items()
        for prefix, space in declared:
            found.setdefault((prefix, space), []).append(source)
    return found


def _core(space: str) -> str:
    return _SCHEME.sub("", space, count=1).rstrip("#/").lower()


_CORES = Counter(_core(space) for space in NAMESPACES)
_WITHOUT_TWIN = frozenset(space for space in NAMESPACES if _CORES[_core(space)] == 1)


class _Twins:
    """Finds the known namespace that another differs from only in http or https, www, case, or its last character."""

    def __init__(self, known: Callable[[], Iterable[Key]], prefixes: Prefixes) -> None:
        self._known = known
        self._declared = frozenset(prefixes.values())

    @cached_property
    def _ours(self) -> Set[str]:
        return {split(key)[0][1:] for key in self._known()} | self._declared

    @cached_property
    def _by_core(self) -> Mapping[str, str]:
        # What the shapes use goes before what is merely usual.
        spaces = (*sorted(NAMESPACES), *sorted(self._ours))
        return {_core(space): space for space in spaces if _SCHEME.match(space)}

    def of(self, space: str) -> str | None:
        if space in self._declared or space in _WITHOUT_TWIN or not _SCHEME.match(space):
            return None
        if space in self._ours:
            return None
        twin = self._by_core.get(_core(space))
        if twin is None or twin == space or (twin not in self._ours and space in NAMESPACES):
            return None
        return twin
