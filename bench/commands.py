"""Time the commands that people use most on the repository's graph, beside what they would use instead.

    make bench

Each line is the median of ten runs, process start included, in milliseconds; the alternatives run in the same
minutes on the same machine, so read the ratio. pySHACL is run once: it takes minutes here.
"""

from __future__ import annotations

import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
QUERY = ("query", "projects-by-donor", "--donor", "org:esf")

RDFLIB = """
import sys, rdflib
graph = rdflib.Graph()
graph.parse(sys.argv[1])
print(len(list(graph.query(open(sys.argv[2]).read()))))
"""


def median(command: list[str], runs: int) -> float:
    """Median wall time in milliseconds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main() -> None:
    """Print the table."""
    mosty = str(BIN / "mosty")
    with tempfile.TemporaryDirectory() as folder:
        files = _merged(Path(folder))
        text = Path(folder) / "query.rq"
        text.write_text(
            subprocess.run(
                [mosty, *QUERY, "--show-query"], cwd=ROOT, capture_output=True, text=True, check=True
            ).stdout
        )
        print(f"Python {platform.python_version()}, {platform.machine()}; {files['triples']} triples\n")
        print("| command | median ms | runs |\n|---|---|---|")
        lines: list[tuple[str, list[str], int]] = [
            ("python -c pass (floor)", [sys.executable, "-c", "pass"], 10),
            ("python -c 'import click' (floor)", [sys.executable, "-c", "import click"], 10),
            ("mosty --help", [mosty, "--help"], 10),
            ("mosty query projects-by-donor", [mosty, *QUERY], 10),
            (
                "the same query: rdflib, parse and run",
                [sys.executable, "-c", RDFLIB, files["data"], str(text)],
                3,
            ),
            ("mosty validate", [mosty, "validate"], 10),
        ]
        if "--pyshacl" in sys.argv:
            shacl = [str(BIN / "pyshacl"), "-s", files["shapes"], "--inference", "none", files["data"]]
            lines.append(("the same graph and shapes: pyshacl", shacl, 1))
        for name, command, runs in lines:
            print(f"| {name} | {median(command, runs):.0f} | {runs} |", flush=True)


def _merged(folder: Path) -> dict[str, str]:
    """Write the whole graph and all shapes into one file each, for tools that know no workspace."""
    from mosty.workspace import Workspace

    workspace = Workspace(ROOT)
    dataset = workspace.dataset()
    asserted = dataset.asserted()
    triples = {str(quad.triple) for quad in asserted + dataset.derive(asserted)}
    shapes = {str(quad.triple) for quad in workspace.read(workspace.shape_files())}
    paths = {"data": folder / "data.nt", "shapes": folder / "shapes.nt"}
    paths["data"].write_text("".join(f"{triple} .\n" for triple in sorted(triples)))
    paths["shapes"].write_text("".join(f"{triple} .\n" for triple in sorted(shapes)))
    return {name: str(path) for name, path in paths.items()} | {"triples": str(len(triples))}


if __name__ == "__main__":
    main()
