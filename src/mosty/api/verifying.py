"""Verifying a release: where it lies, what it says of itself, and whether its data conform to its own shapes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mosty.model import errors
from mosty.model.errors import DeadlineError, EngineError, MostyError, UsageError
from mosty.model.verification import Check, Verification

if TYPE_CHECKING:
    from mosty.api.releases import SiteBuilder
    from mosty.rdf.graph import Graph
    from mosty.workspace.config import Config
    from mosty.workspace.derivation import KeyTriple

_HASH = re.compile(r"(?:sha256:)?([0-9A-Fa-f]{64})")
_SLOWEST = 600.0
_CHILD = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from mosty.api.verifying import answer
answer()
"""


def verify(
    place: str | PathLike[str],
    *,
    expected: str | None = None,
    previous: str | PathLike[str] | None = None,
    site: bool = True,
    timeout: float | None = None,
    most_bytes: int | None = None,
) -> Verification:
    """Verify a release: everything that it says about itself is worked out again from its files.

    Args:
        place: its folder, or its address on the web.
        expected: the hash that its dataset must have, as a citation gives it (with or without ``sha256:``).
        previous: the folder of the release before; the patch is replayed on it.
        site: make its pages again too, which takes longest.
        timeout: seconds after which the verification is stopped; the work is then done in a process of its own,
            for rules and shapes of a release that is not trusted could run for ever. None for no deadline.
        most_bytes: bytes that are fetched at most.

    Raises:
        UsageError: neither a folder nor an http address, or no hash.
        InputError: there is no release.
        EndpointError: it cannot be fetched.
        DeadlineError: the deadline passed.
        EngineError: the process broke down.
        OutputError: there is no room for what is fetched.
    """
    if expected is not None:
        match = _HASH.fullmatch(expected)
        if match is None:
            raise UsageError(f"not a SHA-256: {expected!r}", "it has 64 digits and letters from a to f")
        expected = match[1].lower()
    before = None if previous is None else str(previous)
    if timeout is None:
        return _verify(str(place), expected, before, site, _SLOWEST, most_bytes)
    return _read(_asked([str(place), expected, before, site, timeout, most_bytes], timeout))


def answer() -> None:
    """Answer the one request on standard input; what the child process does."""
    from mosty.engines.worker import end_with_parent

    place, expected, before, site, timeout, most_bytes = json.loads(sys.stdin.readline())
    end_with_parent()
    result: dict[str, Any]
    try:
        found = _verify(place, expected, before, site, timeout, most_bytes)
        result = {**found._asdict(), "checks": [list(check) for check in found.checks]}
    except MostyError as error:
        result = {"error": type(error).__name__, "message": error.message, "hint": error.hint}
    sys.stdout.write(json.dumps(result))


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


def pages(config: Config, folder: Path, files: Iterable[str]) -> SiteBuilder | str:
    """Give what makes the pages of a release, or say why they cannot be made here.

    Args:
        config: the settings that the release was made with.
        folder: of the release.
        files: what it holds; its stored queries have pages.

    Raises:
        InputError: a stored query cannot be read.
    """
    from mosty.api.releases import SiteBuilder
    from mosty.query.frontmatter import read_stored_query
    from mosty.site import assets

    ours = dict(assets.pages(assets.find_assets()))
    carried = {path for path in files if path.startswith(f"{assets.PUBLISHED}/")}
    if carried != ours.keys() or any(not _holds(folder / path, data) for path, data in ours.items()):
        return (
            "made with other outlines, or another query engine for browsers, than `make assets` has made here"
        )
    queries = [folder / path for path in files if path.startswith("queries/") and path.endswith(".rq")]
    return SiteBuilder(
        config, [read_stored_query(path) for path in sorted(queries, key=lambda path: path.stem)]
    )


def _holds(path: Path, data: bytes) -> bool:
    return path.stat().st_size == len(data) and path.read_bytes() == data


def _no_pages(*_: object) -> str:
    return "the pages of the site are taken as they are, as --no-site says"


def _verify(
    place: str, expected: str | None, previous: str | None, site: bool, timeout: float, most_bytes: int | None
) -> Verification:
    from mosty.publish.fetching import MOST_BYTES, fetch, is_address
    from mosty.publish.verifying import verify as verify_folder

    before = None if previous is None else Path(previous)
    if not is_address(place):
        return verify_folder(
            Path(place),
            conforms=conformance,
            pages=pages if site else _no_pages,
            expected=expected,
            previous=before,
        )
    with tempfile.TemporaryDirectory(prefix="mosty-verify-") as temporary:
        folder = Path(temporary)
        fetched = fetch(place, folder, timeout=timeout, most_bytes=most_bytes or MOST_BYTES)
        text = f"{fetched.files:,} files with {fetched.size:,} bytes fetched from {fetched.address}"
        return verify_folder(
            folder,
            conforms=conformance,
            pages=pages if site else _no_pages,
            expected=expected,
            previous=before,
            place=place,
            before=[Check("fetched", "passed", text)],
        )


def _asked(request: Sequence[object], timeout: float) -> Mapping[str, Any]:
    """Have a child process do the work: neither a query nor the labelling of blank nodes can be stopped otherwise."""
    with tempfile.TemporaryDirectory(
        prefix="mosty-verify-"
    ) as folder:  # what a child that was stopped leaves
        environment = {**os.environ, "TMPDIR": folder, "PYTHONIOENCODING": "utf-8"}
        # Without -P a json.py in the current folder, which may be the release, would be run.
        command = [sys.executable, "-P", "-c", _CHILD, json.dumps([str(path) for path in sys.path])]
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            encoding="utf-8",
            start_new_session=True,
        ) as process:
            # The pipe stays open until the result is there: when it closes, the child ends.
            pipe, process.stdin = process.stdin, None
            assert pipe is not None
            try:
                with suppress(BrokenPipeError):
                    pipe.write(json.dumps(request) + "\n")
                    pipe.flush()
                text, _ = process.communicate(timeout=timeout)
            except subprocess.TimeoutExpired:
                raise DeadlineError(
                    f"the verification did not end within {timeout:g} s and was stopped",
                    "allow more with --timeout",
                ) from None
            finally:
                process.kill()
                with suppress(BrokenPipeError):
                    pipe.close()
    try:
        result = json.loads(text)
    except ValueError:
        raise EngineError(
            "the verification broke down", "is there enough memory? a release of a million triples needs 2 GB"
        ) from None
    assert isinstance(result, dict)
    return result


def _read(result: Mapping[str, Any]) -> Verification:
    if "error" in result:
        kind = getattr(errors, result["error"])
        assert issubclass(kind, MostyError)
        raise kind(result["message"], result["hint"])
    checks = tuple(
        Check(name, status, text, tuple(findings)) for name, status, text, findings in result["checks"]
    )
    return Verification(**{**result, "checks": checks})
