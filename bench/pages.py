"""Measure the static site: of the repository's graph, and of a register of 20,000 records.

    make bench-site
    python bench/pages.py --records 20000

The graph is loaded before the clock starts; then all pages and the data of each record are written to disk. Memory is
the peak of what the process and its children hold together (proportional set size): while the graph is loaded, which
takes most when nothing of it is in the cache and the rules must run, and from then on. Linux only.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from workspace import write

ROOT = Path(__file__).resolve().parents[1]
_PAUSE = 0.2

_MAKE = """
import sys, time
from pathlib import Path
import mosty
from mosty.publish.content import read_content
from mosty.publish.staging import Stage
from mosty.site.build import build
from mosty.site.things import Info
register = mosty.open(sys.argv[1])
content = read_content(register.workspace)
queries = [register.queries.get(name) for name in register.queries.names()]
stage = Stage(Path(sys.argv[2]))
Path(sys.argv[3]).touch()
start = time.perf_counter()
build(content, register.workspace.config, queries, Info("mosty", "1.0.0", address="https://example.org/"), stage)
print(time.perf_counter() - start, len(stage.files), len(content.graph))
"""


class Measured(NamedTuple):
    """Seconds that the site took, its files, the triples asserted, and the peaks of memory in bytes."""

    seconds: float
    files: int
    triples: int
    loading: int
    making: int


def measured(workspace: Path) -> Measured:
    """Make the site of a workspace, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-c", _MAKE, str(workspace), f"{folder}/site", f"{folder}/loaded"],
            stdout=subprocess.PIPE,
            text=True,
        )
        peaks = {False: 0, True: 0}
        while process.poll() is None:
            loaded = Path(folder, "loaded").exists()
            peaks[loaded] = max(peaks[loaded], sum(map(_held, _family(process.pid))))
            time.sleep(_PAUSE)
        assert process.stdout is not None
        seconds, files, triples = process.stdout.read().split()
    return Measured(float(seconds), int(files), int(triples), peaks[False], peaks[True])


def _family(process: int) -> list[int]:
    """A process with all its children."""
    found = [process]
    try:
        for thread in Path(f"/proc/{process}/task").iterdir():
            for child in (thread / "children").read_text().split():
                found += _family(int(child))
    except OSError:  # it has ended meanwhile
        pass
    return found


def _held(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "bench")
    given = parser.parse_args()
    large = write(given.records, given.folder / f"workspace-{given.records}")
    print(f"{os.cpu_count()} cores\n")
    print("| site of | triples | files | seconds | memory | while loading |\n|---|---|---|---|---|---|")
    for name, workspace in (("the repository's graph", ROOT), (f"{given.records:,} records", large)):
        found = measured(workspace)
        memory = f"{found.making / 1e9:.2f} GB | {found.loading / 1e9:.2f} GB"
        print(
            f"| {name} | {found.triples:,} | {found.files:,} | {found.seconds:.1f} | {memory} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
