"""Measure canonical Turtle beside dumps that neither sort nor group: pyoxigraph's, and rdflib's at the smallest size.

    make bench-writing
    python bench/writing.py --sizes 100000 1000000 5000000 --json build/bench/writing.json

Data come from bench/generate.py, with its odd IRIs and literals. Everything is loaded before the clock starts, and
written to /dev/null. mosty and pyoxigraph take turns in one process on one core, so read the ratio: what else runs
on the machine slows both. Times are the processor's, the median of all turns. Memory is that of a process that does
nothing else: its resident size once the data are loaded, and how far its peak (VmHWM) rises above that while it
writes. "Copied" is a floor: the keys of subjects and objects as they lie, joined, encoded, written. A writer is
linear when a triple costs the same at every size; what outgrows the processor's cache costs more. Linux only.
"""

from __future__ import annotations

import argparse
import gc
import json
import logging
import os
import platform
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

from generate import PREFIXES, write

ROOT = Path(__file__).resolve().parents[1]
BATCH = 10_000
MEGABYTE = 1 << 20


def by_mosty(data: Path) -> Callable[[], object]:
    """Load the data for mosty; what comes back writes them."""
    from mosty.rdf.loading import load
    from mosty.rdf.prefixes import Prefixes
    from mosty.rdf.writing import turtle_chunks

    graph, prefixes = load([(data, data.name)]).graph, Prefixes(PREFIXES)
    return lambda: _send(turtle_chunks(graph, prefixes))


def by_copying(data: Path) -> Callable[[], object]:
    """Load the data as mosty does; what comes back copies their keys, unsorted, as they lie."""
    from mosty.rdf.loading import load

    columns = [column.one for column in load([(data, data.name)]).graph.columns.values()]

    def copied() -> Iterator[str]:
        for column in columns:
            pairs = chain.from_iterable(column.items())
            while part := "".join(islice(pairs, BATCH)):
                yield part

    return lambda: _send(copied())


def by_pyoxigraph(data: Path) -> Callable[[], object]:
    """Load the data into a store in memory; what comes back dumps them as Turtle with prefixes."""
    import pyoxigraph as ox

    store = ox.Store()
    store.bulk_load(path=str(data), format=ox.RdfFormat.TURTLE)
    form, default = ox.RdfFormat.TURTLE, ox.DefaultGraph()

    def dump() -> None:
        with Path(os.devnull).open("wb") as file:
            store.dump(file, form, from_graph=default, prefixes=PREFIXES)

    return dump


def by_rdflib(data: Path) -> Callable[[], object]:
    """Load the data into a graph of rdflib; what comes back serializes them as Turtle."""
    import rdflib

    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # odd literals are meant to be there
    warnings.simplefilter("ignore")
    graph = rdflib.Graph()
    graph.parse(data, format="turtle")
    return lambda: graph.serialize(os.devnull, format="turtle")


ENGINES = {"mosty": by_mosty, "pyoxigraph": by_pyoxigraph, "copied": by_copying, "rdflib": by_rdflib}


def timed(data: Path, engines: Iterable[str], runs: int) -> dict[str, list[float]]:
    """Let the engines write in turns; give the processor's seconds of each turn."""
    writers = {name: ENGINES[name](data) for name in engines}
    seconds: dict[str, list[float]] = {name: [] for name in writers}
    for _ in range(runs):
        for name, writer in writers.items():
            start = time.process_time()
            writer()
            seconds[name].append(time.process_time() - start)
    return seconds


def memory(data: Path, engine: str) -> dict[str, float]:
    """Give the resident memory with the data loaded, and how much higher it rose while they were written."""
    writer = ENGINES[engine](data)
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew (Linux, proc(5))
    loaded = _status("VmRSS")
    writer()
    return {"loaded": loaded, "added": _status("VmHWM") - loaded}


def child(what: str, core: int, *arguments: object) -> Any:
    """Run one measurement in a process of its own on one core."""
    command = [sys.executable, __file__, "--child", what, *map(str, arguments)]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, check=True, preexec_fn=lambda: os.sched_setaffinity(0, {core})
    )
    return json.loads(done.stdout)


def main() -> None:
    """Measure and print, or do what the measuring process asks for."""
    if sys.argv[1:2] == ["--child"]:
        _child(*sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--rdflib-up-to", type=int, default=100_000, help="largest size for rdflib")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)))
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "bench")
    parser.add_argument("--json", type=Path, help="write every figure to this file")
    given = parser.parse_args()
    figures: dict[str, Any] = {"load": os.getloadavg()[0], "sizes": {}}
    for size in sorted(given.sizes):
        data, _, triples = write(size, given.folder.resolve())
        engines = [name for name in ENGINES if name != "rdflib" or size <= given.rdflib_up_to]
        print(f"{size} ...", file=sys.stderr, flush=True)
        figures["sizes"][str(size)] = {
            "triples": triples,
            "seconds": child("timed", given.core, data, given.runs, *engines),
            "memory": {name: child("memory", given.core, data, name) for name in engines},
        }
    figures["load_after"] = os.getloadavg()[0]
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    _print(figures)


def _child(what: str, data: str, *rest: str) -> None:
    if what == "timed":
        print(json.dumps(timed(Path(data), rest[1:], int(rest[0]))))
    else:
        print(json.dumps(memory(Path(data), rest[0])))


def _send(texts: Iterable[str]) -> None:
    with Path(os.devnull).open("wb") as file:
        for text in texts:
            file.write(text.encode())


def _status(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    line = next(line for line in lines if line.startswith(name))
    return int(line.split()[1]) * 1024 / MEGABYTE


def _print(figures: dict[str, Any]) -> None:
    print(
        f"Python {platform.python_version()}, {platform.machine()}, one of {os.cpu_count()} cores;", end=" "
    )
    print(f"load average {figures['load']:.1f} before and {figures['load_after']:.1f} after\n")
    print(
        "| triples | writer | seconds (fastest) | µs a triple | x pyoxigraph | loaded MB | writing adds MB |"
    )
    print("|---|---|---|---|---|---|---|")
    for row in figures["sizes"].values():
        base = statistics.median(row["seconds"]["pyoxigraph"])
        for name, seconds in row["seconds"].items():
            took, held = statistics.median(seconds), row["memory"][name]
            print(f"| {row['triples']:,} | {name} | {took:.2f} ({min(seconds):.2f})", end=" ")
            print(f"| {took / row['triples'] * 1e6:.2f} | {took / base:.1f}", end=" ")
            print(f"| {held['loaded']:.0f} | {held['added']:.0f} |")


if __name__ == "__main__":
    main()
