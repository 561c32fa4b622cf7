"""Measure every form of a dump: the processor's seconds, and how much memory it takes beyond the graph.

    python bench/formats.py --sizes 100000 1000000

Data come from bench/generate.py. Each form is written to /dev/null in a process of its own on one core, after the
data are loaded. Memory must not grow as the text does: it holds a list of subjects, and of statements where there
are some. Linux only.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from generate import PREFIXES, write

MEGABYTE = 1 << 20
ROOT = Path(__file__).resolve().parents[1]
FORMS = ("Turtle", "N-Triples", "N-Quads", "TriG", "annotated", "JSON-LD", "RDF/XML")


def chunks(form: str, data: Path) -> Callable[[], Iterator[str]]:
    """Load the data; what comes back writes them in one form."""
    from mosty.rdf.annotated import annotated_chunks
    from mosty.rdf.context import context_of
    from mosty.rdf.dumps import nquads_chunks, ntriples_chunks
    from mosty.rdf.graph import Graph
    from mosty.rdf.jsonld import jsonld_chunks
    from mosty.rdf.loading import load
    from mosty.rdf.prefixes import Prefixes
    from mosty.rdf.rdfxml import rdfxml_chunks
    from mosty.rdf.trig import trig_chunks
    from mosty.rdf.writing import turtle_chunks

    graph, prefixes, name = load([(data, data.name)]).graph, Prefixes(PREFIXES), "<https://example.org/graph>"
    writers: dict[str, Callable[[], Iterator[str]]] = {
        "Turtle": lambda: turtle_chunks(graph, prefixes),
        "N-Triples": lambda: ntriples_chunks(graph),
        "N-Quads": lambda: nquads_chunks([(name, graph)]),
        "TriG": lambda: trig_chunks([(name, graph)], prefixes),
        "annotated": lambda: annotated_chunks(graph, prefixes),
        "JSON-LD": lambda: jsonld_chunks(graph, context_of(prefixes, Graph(), graph)),
        "RDF/XML": lambda: rdfxml_chunks(graph, prefixes),
    }
    return writers[form]


def status(name: str) -> float:
    """A line of /proc/self/status, in megabytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) * 1024 / MEGABYTE


def measured(form: str, data: Path) -> dict[str, float]:
    """Write once: seconds, megabytes of text, megabytes of memory that writing adds."""
    writer = chunks(form, data)
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew (Linux, proc(5))
    loaded, start, size = status("VmRSS"), time.process_time(), 0
    for text in writer():
        size += len(text.encode())
    seconds = time.process_time() - start
    return {"seconds": seconds, "text": size / MEGABYTE, "loaded": loaded, "added": status("VmHWM") - loaded}


def main() -> None:
    """Print the table, or do what the measuring process asks for."""
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(measured(sys.argv[2], Path(sys.argv[3]))))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)))
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "bench")
    given = parser.parse_args()
    print(f"load average {os.getloadavg()[0]:.1f}\n")
    print("| triples | form | seconds | text MB | loaded MB | writing adds MB |\n|---|---|---|---|---|---|")
    for size in sorted(given.sizes):
        data, _, triples = write(size, given.folder.resolve())
        for form in FORMS:
            done = subprocess.run(
                [sys.executable, __file__, "--child", form, str(data)],
                stdout=subprocess.PIPE,
                check=True,
                preexec_fn=lambda: os.sched_setaffinity(0, {given.core}),
            )
            row = json.loads(done.stdout)
            print(f"| {triples:,} | {form} | {row['seconds']:.2f} | {row['text']:.0f}", end=" ")
            print(f"| {row['loaded']:.0f} | {row['added']:.0f} |", flush=True)


if __name__ == "__main__":
    main()
