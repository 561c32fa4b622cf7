r"""The canonical N-Quads of a dataset: one text, and so one hash, for everything that says the same (RDFC-1.0).

RDF Dataset Canonicalization (https://www.w3.org/TR/rdf-canon/, section 5) labels blank nodes by what is said
of them and sorts all quads by code point. Blank nodes are few here, so only their quads go through the algorithm;
all others are sorted in runs that are merged, so that a large dataset never stands in memory as lines.
"""

from __future__ import annotations

import hashlib
import heapq
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import chain, groupby, islice
from typing import IO

import pyoxigraph as ox

from mosty.model.errors import InputError
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key
from mosty.rdf.quads import holds_blank_node
from mosty.rdf.symmetry import is_hard

DEFAULT_GRAPH: Key = ""
"""Stands for the name of the default graph."""

_RUN = 50_000
_CHUNK = 5_000
_SECONDS = 20
_LOADED = 3  # on a busy machine a second of processor time takes longer
_MOST_BYTES = 1 << 30


def canonical_lines(graphs: Iterable[tuple[Key, Graph]], *, run: int = _RUN) -> Iterator[str]:
    r"""Give the lines of the canonical N-Quads of a dataset, sorted, each once, with their line ends.

    Args:
        graphs: each named graph by its key, the default graph by the empty one. They are asked for one after
            another and none is kept. Blank nodes of the same label are the same one.
        run: how many lines are sorted in memory at a time.

    >>> name, graph = "<http://e.org/g>", Graph([("_:x", "<http://e.org/p>", '"1"')])
    >>> list(canonical_lines([(name, graph)]))
    ['_:c14n0 <http://e.org/p> "1" <http://e.org/g> .\n']
    """
    return canonically_sorted(chain.from_iterable(_lines(name, graph) for name, graph in graphs), run=run)


def canonically_sorted(lines: Iterable[str], *, run: int = _RUN) -> Iterator[str]:
    r"""Give N-Quads, in any order, as the lines of the canonical N-Quads of their dataset.

    Args:
        lines: N-Quads with canonical terms, each with its line end; repeated ones count once.
        run: how many lines are sorted in memory at a time.

    >>> list(canonically_sorted(['<http://e.org/s> <http://e.org/p> _:x .\n', '_:x <http://e.org/p> "1" .\n']))
    ['<http://e.org/s> <http://e.org/p> _:c14n0 .\n', '_:c14n0 <http://e.org/p> "1" .\n']
    """
    blank: set[str] = set()
    ground = _without_blank_nodes(lines, blank)
    with ExitStack() as stack:
        runs: list[Iterable[bytes]] = []
        while part := list(islice(ground, run)):
            part.sort()
            if len(part) < run and not runs:
                yield from _unique(heapq.merge(part, canonical_labels(blank)) if blank else part)
                return
            runs.append(_spilled(part, stack))
        if blank:
            runs.append([line.encode() for line in canonical_labels(blank)])
        yield from (line.decode() for line, _ in groupby(heapq.merge(*runs)))


def canonical_labels(lines: Iterable[str]) -> list[str]:
    r"""Give blank nodes the labels of RDFC-1.0.

    Args:
        lines: N-Quads; all that hold a blank node of the dataset, others may be missing.

    Returns:
        The same quads, sorted, each once.

    Raises:
        InputError: too many blank nodes look alike.

    >>> canonical_labels(['_:x <http://e.org/p> _:y .\n'])
    ['_:c14n0 <http://e.org/p> _:c14n1 .\n']
    """
    text = "".join(lines)
    written = _in_time(text) if is_hard(text.split("\n")[:-1]) else _canonical(text)
    return [line + "\n" for line in written.split("\n")[:-1]]


def _canonical(text: str) -> str:
    dataset = ox.Dataset(ox.parse(text, ox.RdfFormat.N_QUADS, lenient=True))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    quads = iter(dataset)
    found: list[str] = []
    while data := ox.serialize(islice(quads, _CHUNK), format=ox.RdfFormat.N_QUADS):
        found += data.decode().split("\n")[:-1]
    return "".join(f"{line}\n" for line in sorted(found))


def _in_time(text: str) -> str:
    """The same in a process of its own, which is bounded: RDFC-1.0 takes exponential time in the worst case."""
    # Without -P the modules in the current folder, which nobody need trust, would come first.
    command = [sys.executable, "-P", "-m", "mosty.rdf.canonical", str(_SECONDS)]
    try:
        done = subprocess.run(
            command, input=text.encode(), capture_output=True, timeout=_LOADED * _SECONDS, check=True
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        raise InputError(
            f"blank nodes that look alike cannot be told apart within {_SECONDS} seconds (RDFC-1.0)",
            "give such nodes IRIs",
        ) from None
    return done.stdout.decode()


def _bound(seconds: int) -> None:
    """Bound the processor time and memory of this process, which then ends even when nobody waits for it."""
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def lines_hash(lines: Iterable[str] | Iterable[bytes]) -> str:
    """Hash lines of canonical N-Quads: the SHA-256 that names the dataset.

    >>> lines_hash([])[:16]
    'e3b0c44298fc1c14'
    """
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode() if isinstance(line, str) else line)
    return digest.hexdigest()


def dataset_hash(graphs: Iterable[tuple[Key, Graph]]) -> str:
    """Hash a dataset, given as for `canonical_lines`; isomorphic datasets have the same hash, others have not."""
    return lines_hash(canonical_lines(graphs))


def _lines(name: Key, graph: Graph) -> Iterator[str]:
    end = f" {name} .\n" if name else " .\n"
    for predicate, column in graph.columns.items():
        middle = f" {predicate} "
        for subject, value in column.pairs():
            yield f"{subject}{middle}{value}{end}"


def _without_blank_nodes(lines: Iterable[str], blank: set[str]) -> Iterator[str]:
    """Give the lines without blank nodes; the others join those of their sort."""
    for line in lines:
        if "_:" in line and holds_blank_node(line):
            blank.add(line)
        else:
            yield line


def _spilled(lines: Iterable[str], stack: ExitStack) -> IO[bytes]:
    file = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
    file.writelines(line.encode() for line in lines)
    file.seek(0)
    return file


def _unique(lines: Iterable[str]) -> Iterator[str]:
    return (line for line, _ in groupby(lines))


if __name__ == "__main__":  # the other end of _in_time
    _bound(int(sys.argv[1]))
    sys.stdout.buffer.write(_canonical(sys.stdin.buffer.read().decode()).encode())
