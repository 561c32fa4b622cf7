"""Verifying a release: where it lies, what it says of itself, and whether its data conform to its own shapes."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from mosty.model.errors import UsageError
from mosty.model.verification import Check, Verification

if TYPE_CHECKING:
    from mosty.rdf.graph import Graph
    from mosty.workspace.derivation import KeyTriple

_HASH = re.compile(r"(?:sha256:)?([0-9A-Fa-f]{64})")


def verify(
    place: str | PathLike[str],
    *,
    expected: str | None = None,
    previous: str | PathLike[str] | None = None,
    timeout: float | None = 60,
    most_bytes: int | None = None,
) -> Verification:
    """Verify a release: everything that it says about itself is worked out again from its files.

    Args:
        place: its folder, or its address on the web.
        expected: the hash that its dataset must have, as a citation gives it (with or without ``sha256:``).
        previous: the folder of the release before; the patch is replayed on it.
        timeout: seconds for each file that is fetched; None for no deadline.
        most_bytes: bytes that are fetched at most.

    Raises:
        UsageError: neither a folder nor an http address, or no hash.
        InputError: there is no release.
        EndpointError: it cannot be fetched.
        OutputError: there is no room for what is fetched.
    """
    from mosty.publish.fetching import MOST_BYTES, fetch, is_address
    from mosty.publish.verifying import verify as verify_folder

    if expected is not None:
        match = _HASH.fullmatch(expected)
        if match is None:
            raise UsageError(f"not a SHA-256: {expected!r}", "it has 64 digits and letters from a to f")
        expected = match[1].lower()
    before = None if previous is None else Path(previous)
    name = str(place)
    if not is_address(name):
        return verify_folder(Path(place), conforms=conformance, expected=expected, previous=before)
    with tempfile.TemporaryDirectory(prefix="mosty-verify-") as temporary:
        folder = Path(temporary)
        fetched = fetch(name, folder, timeout=timeout, most_bytes=most_bytes or MOST_BYTES)
        text = f"{fetched.files:,} files with {fetched.size:,} bytes fetched from {fetched.address}"
        return verify_folder(
            folder,
            conforms=conformance,
            expected=expected,
            previous=before,
            place=name,
            before=[Check("fetched", "passed", text)],
        )


def conformance(graph: Graph, derived: Sequence[KeyTriple], shapes: Path) -> Iterator[str]:
    """Tell the violations of data by some shapes.

    Args:
        graph: what is asserted, with the ontology; derived triples join it.
        derived: what rules derive.
        shapes: the file of the shapes.

    Raises:
        InputError: the shapes are ill-formed.
    """
    from mosty.model.diagnostics import Severity
    from mosty.rdf.prefixes import STANDARD, Prefixes
    from mosty.validate.derived import asserted_by_hand, derived_terms
    from mosty.validate.planning import foreign_prefixes, planned, shapes_of
    from mosty.validate.validation import choose_engine

    files = shapes_of(None, [shapes])
    plan = planned(files, foreign_prefixes(files))
    found = [*asserted_by_hand(plan, graph, derived_terms(graph))]
    for triple in derived:
        graph.add(*triple)
    found += choose_engine(None).run(plan, graph)
    prefixes = Prefixes({**STANDARD, **plan.prefixes})
    lines = {
        f"{prefixes.compact(str(result.focus))}: {result.message} [{result.rule}]"
        for result in found
        if result.severity is Severity.VIOLATION
    }
    yield from sorted(lines)
