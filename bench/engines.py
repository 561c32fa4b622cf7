"""One engine, one data file, in a process of its own: what bench/validation.py starts, pins and measures.

Each prints one line of JSON: seconds of loading, seconds of each validation, number of results.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from reports import result_key


class Clock:
    """Takes the time of a block, again and again: on the wall, and of the processor (other programs may run)."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {"validate": [], "validate_cpu": []}

    def __enter__(self) -> None:
        self._start = time.perf_counter(), time.process_time()

    def __exit__(self, *_: object) -> None:
        self.times["validate"].append(time.perf_counter() - self._start[0])
        self.times["validate_cpu"].append(time.process_time() - self._start[1])


def mosty(data: Path, shapes: Path, runs: int, report: Path) -> dict[str, Any]:
    """The compiled engine in process: data loaded once, validated several times."""
    from mosty.rdf.loading import load
    from mosty.validate.compiled.engine import CompiledEngine

    start = time.perf_counter()
    graph = load([(data, data.name)]).graph
    loaded = time.perf_counter() - start
    clock = Clock()
    results: Sequence[Any] = ()
    engine = CompiledEngine()
    for _ in range(runs):
        # The plan too is made anew: a validation is shapes read, compiled and run.
        with clock:
            results = engine.run(plan_of(shapes), graph)
    report.write_text(json.dumps([result_key(result) for result in results]), encoding="utf-8")
    return {"load": loaded, **clock.times, "results": len(results), "fallbacks": dict(engine.fallbacks)}


def pyshacl(data: Path, shapes: Path, runs: int, report: Path) -> dict[str, Any]:
    """PySHACL as its documentation shows it: rdflib graphs, `validate`."""
    import logging

    import rdflib
    from pyshacl import validate

    logging.getLogger("rdflib.term").disabled = True
    start = time.perf_counter()
    data_graph, shapes_graph = rdflib.Graph(), rdflib.Graph()
    data_graph.parse(str(data))
    shapes_graph.parse(str(shapes))
    loaded = time.perf_counter() - start
    clock = Clock()
    for _ in range(runs):
        with clock:
            _, results, _ = validate(data_graph, shacl_graph=shapes_graph)
    results.serialize(str(report), format="nt", encoding="utf-8")
    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    return {"load": loaded, **clock.times, "results": len(set(results.subjects(sh.resultSeverity, None)))}


def plan_of(shapes: Path) -> Any:
    """Read a shapes file."""
    from mosty.rdf.prefixes import STANDARD, Prefixes
    from mosty.validate.plan import make_plan

    return make_plan([(shapes.name, list(ox.parse(path=str(shapes))))], Prefixes(STANDARD))


ENGINES: dict[str, Callable[[Path, Path, int, Path], dict[str, Any]]] = {"mosty": mosty, "pyshacl": pyshacl}


def main() -> None:
    """Run one engine."""
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("data", type=Path)
    parser.add_argument("shapes", type=Path)
    parser.add_argument("runs", type=int)
    parser.add_argument("report", type=Path)
    given = parser.parse_args()
    print(json.dumps(ENGINES[given.engine](given.data, given.shapes, given.runs, given.report)))


if __name__ == "__main__":
    main()
