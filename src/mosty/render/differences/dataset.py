"""The dataset that a patch leads to, as RDF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mosty.diff import State
from mosty.model.errors import UsageError
from mosty.rdf.prefixes import Prefixes
from mosty.rdf.quads import cut

EXTENSIONS = (".nq", ".nt", ".ttl", ".trig")


def write(state: State, extension: str, prefixes: Prefixes) -> Iterable[str]:
    """Write a dataset by the extension of its file: N-Quads unless it is one of the others.

    Raises:
        UsageError: a format of one graph, and the dataset has named graphs.
    """
    if extension not in EXTENSIONS[1:]:
        return state.quads
    known = Prefixes({**prefixes, **state.prefixes})
    if extension == ".trig":
        return _trig(state, known)
    graph = next((quad.graph for quad in map(cut, state.quads) if quad.graph), None)
    if graph is not None:
        raise UsageError(
            f"the dataset has named graphs, such as {graph}, which a {extension} file cannot hold",
            "write .nq or .trig",
        )
    return state.quads if extension == ".nt" else _turtle(state, known)


def _turtle(state: State, prefixes: Prefixes) -> Iterator[str]:
    from mosty.rdf.graph import Graph
    from mosty.rdf.writing import turtle_chunks

    yield from turtle_chunks(Graph(cut(line)[:3] for line in state.quads), prefixes)


def _trig(state: State, prefixes: Prefixes) -> Iterator[str]:
    from mosty.rdf.graph import Graph
    from mosty.rdf.trig import trig_chunks

    graphs: dict[str, Graph] = {}
    for quad in map(cut, state.quads):
        graphs.setdefault(quad.graph, Graph()).add(*quad[:3])
    yield from trig_chunks(sorted(graphs.items()), prefixes)
