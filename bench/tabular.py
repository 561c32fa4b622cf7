"""Time the tables of a release of many records, and what they add to the memory of the loaded graph (Linux).

python bench/tabular.py --records 20000 --folder build/bench/workspace
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable
from pathlib import Path

from mosty.model.formats import TABLE_FORMATS
from mosty.publish.content import Content, read_content
from mosty.publish.tables import write_tables
from mosty.workspace.workspace import Workspace
from workspace import write


class Counter:
    """Takes files, and counts their bytes."""

    def __init__(self) -> None:
        self.size = 0

    def __call__(self, path: str, title: str, chunks: Iterable[str] | Iterable[bytes]) -> None:
        """Take a file, as a stage does."""
        self.size += sum(len(chunk) for chunk in chunks)


def memory(name: str) -> int:
    """Megabytes of this process: VmRSS now, or VmHWM at most since it was reset."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) // 1024


def timed(content: Content, workspace: Workspace, kind: str) -> tuple[float, int, int]:
    """Processor seconds, megabytes written, and megabytes of memory beyond what there was."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before, start, counter = memory("VmRSS"), time.process_time(), Counter()
    write_tables(content, workspace.config, counter, formats={kind})
    return time.process_time() - start, counter.size >> 20, memory("VmHWM") - before


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--folder", type=Path, default=Path("build/bench/workspace"))
    options = parser.parse_args()
    workspace = Workspace(write(options.records, options.folder))
    content = read_content(workspace)
    triples = len(content.graph) + len(content.derived)
    print(f"{triples} triples, {memory('VmRSS')} MB loaded\n")
    print("| format | s of processor | MB written | MB of memory beside |\n|---|---|---|---|")
    for kind in TABLE_FORMATS:
        seconds, written, beside = timed(content, workspace, kind)
        print(f"| {kind} | {seconds:.1f} | {written} | {beside} |", flush=True)


if __name__ == "__main__":
    main()
