"""Measure validation side by side: mosty, pySHACL, and Jena where it is (tests/tools/fetch-fuseki, a JDK).

    make bench-validation
    python bench/validation.py --sizes 100000 1000000 5000000 --pyshacl-up-to 100000 --json build/bench/table.json

Data come from bench/generate.py with known faults; every report is compared with them. Each measurement is a
process of its own on one core; "file to report" is its whole life as the shell sees it, "peak" its largest
resident memory. In brackets the time of the processor, which other programs on that core do not lengthen.
Nothing is taken from earlier runs.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from generate import write
from reports import Verdict, compare, read_report
from table import print_tables

ROOT = Path(__file__).resolve().parents[1]
HERE = Path(__file__).resolve().parent
BIN = Path(sys.executable).parent
SHAPES = HERE / "shapes.ttl"
SPARQL_SHAPES = HERE / "shapes-sparql.ttl"

# As users have it: compiled modules are kept.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class Run(NamedTuple):
    """What a process took and printed."""

    seconds: float
    cpu: float
    megabytes: float
    output: str


def measured(command: Sequence[object], core: int, folder: Path, ok: Sequence[int] = (0,)) -> Run:
    """Run a process on one core and wait for it.

    Raises:
        SystemExit: it ended with another exit status than expected.
    """
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            env=ENVIRONMENT,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        output = out.read().decode(errors="replace")
    if process.returncode not in ok:
        raise SystemExit(f"{command}: exit status {process.returncode}\n{output[-2000:]}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output)


class Bench:
    """The measurements, in one folder."""

    def __init__(self, folder: Path, core: int, runs: int) -> None:
        self.folder, self.core, self.runs = folder, core, runs
        jars = sorted((ROOT / ".tools" / "fuseki").glob("*.jar"))
        self.jar = jars[0] if jars and shutil.which("javac") else None

    def mosty(self, data: Path, faults: Path, shapes: Path = SHAPES) -> dict[str, Any]:
        """In process, data loaded."""
        return self._python("mosty", data, faults, shapes, self.runs)

    def pyshacl(self, data: Path, faults: Path, shapes: Path = SHAPES) -> dict[str, Any]:
        """In process, data loaded; once, for it takes minutes."""
        return self._python("pyshacl", data, faults, shapes, 1)

    def _python(self, engine: str, data: Path, faults: Path, shapes: Path, runs: int) -> dict[str, Any]:
        report = _fresh(self.folder / f"report-{engine}.{'json' if engine == 'mosty' else 'nt'}")
        command = [sys.executable, HERE / "engines.py", engine, data, shapes, str(runs), report]
        run = measured(command, self.core, self.folder)
        found: dict[str, Any] = json.loads(run.output.splitlines()[-1])
        return found | _whole(run) | _verdict(report, faults, shapes)

    def mosty_command(self, data: Path, faults: Path) -> dict[str, Any]:
        """``mosty validate``, file to report."""
        report = _fresh(self.folder / "report-command.ttl")
        command = [BIN / "mosty", "-q", "validate", data, "--shapes", SHAPES, "-f", "turtle", "-o", report]
        with tempfile.TemporaryDirectory() as alone:
            run = measured(command, self.core, Path(alone), ok=(1,))
        return _whole(run) | _verdict(report, faults, SHAPES)

    def jena(self, data: Path, faults: Path, shapes: Path = SHAPES) -> dict[str, Any]:
        """Jena in one virtual machine, data loaded: the first validation and later ones."""
        assert self.jar
        source = ROOT / "tests" / "tools" / "JenaShacl.java"
        subprocess.run(["javac", "-cp", self.jar, "-d", self.folder, source], check=True)
        report = _fresh(self.folder / "report-jena.nt")
        path = f"{self.jar}{os.pathsep}{self.folder}"
        command = ["java", "-cp", path, "JenaShacl", "time", data, shapes, str(self.runs + 2), report]
        run = measured(command, self.core, self.folder)
        times: dict[str, list[float]] = {"load": [], "validate": [], "validate_cpu": []}
        for line in run.output.splitlines():
            what, milliseconds = line.split()
            times[what].append(float(milliseconds) / 1000)
        return times | {"load": times["load"][0]} | _whole(run) | _verdict(report, faults, shapes)

    def jena_command(self, data: Path) -> dict[str, Any]:
        """``shacl validate``, file to report."""
        command = ["java", "-cp", self.jar, "shacl.shacl", "validate", "--shapes", SHAPES, "--data", data]
        return _whole(measured([part for part in command if part], self.core, self.folder))

    def record(self, data: Path, records: int = 200) -> dict[str, Any]:
        """New records against loaded data."""
        command = [sys.executable, HERE / "record.py", data, SHAPES, str(records)]
        found: dict[str, Any] = json.loads(measured(command, self.core, self.folder).output)
        return found

    def repository(self, runs: int = 11) -> dict[str, Any]:
        """``mosty validate`` in the repository itself, process start included."""
        command = [BIN / "mosty", "-q", "validate", "-f", "json", "-o", os.devnull]
        took = [measured(command, self.core, ROOT) for _ in range(runs)]
        return {"seconds": [run.seconds for run in took], "cpu": [run.cpu for run in took]}


def _fresh(report: Path) -> Path:
    report.unlink(missing_ok=True)
    return report


def _whole(run: Run) -> dict[str, Any]:
    return {"whole": run.seconds, "whole_cpu": run.cpu, "megabytes": run.megabytes}


def _verdict(report: Path, faults: Path, shapes: Path) -> dict[str, Any]:
    if not report.is_file():
        raise SystemExit(f"{report}: not written")
    found = read_report(report)
    if shapes != SHAPES:
        return {"found": sorted(found)}
    verdict: Verdict = compare(found, faults)
    return {"verdict": str(verdict), "missed": verdict.missed, "beside": verdict.beside}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--engines", nargs="+", choices=["mosty", "jena", "pyshacl"], default=None)
    parser.add_argument("--pyshacl-up-to", type=int, default=100_000, help="largest size for pySHACL")
    parser.add_argument("--runs", type=int, default=5, help="validations in one process")
    parser.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)))
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "bench")
    parser.add_argument("--json", type=Path, help="write every figure to this file")
    given = parser.parse_args()
    bench = Bench(given.folder.resolve(), given.core, given.runs)
    engines = given.engines or ["mosty", "pyshacl", *(["jena"] if bench.jar else [])]
    if "jena" in engines and not bench.jar:
        raise SystemExit("Jena is not there: run tests/tools/fetch-fuseki, and install a JDK")

    figures: dict[str, Any] = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "sizes": {},
    }
    for size in sorted(given.sizes):
        data, faults, triples = write(size, bench.folder)
        row = figures["sizes"][str(size)] = {"triples": triples}
        for name in ("mosty", "mosty_command", "record", "jena", "jena_command", "pyshacl"):
            engine = name.partition("_")[0].replace("record", "mosty")
            if engine in engines and not (engine == "pyshacl" and size > given.pyshacl_up_to):
                print(f"{size} {name} ...", file=sys.stderr, flush=True)
                measure = getattr(bench, name)
                row[name] = measure(data) if name in ("record", "jena_command") else measure(data, faults)
    smallest = str(min(given.sizes))
    data, faults, _ = write(int(smallest), bench.folder)
    figures["sparql"] = {engine: getattr(bench, engine)(data, faults, SPARQL_SHAPES) for engine in engines}
    figures["sparql_size"] = int(smallest)
    if "mosty" in engines:
        figures["repository"] = bench.repository()
    figures["load_after"] = os.getloadavg()[0]
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    print_tables(figures)


if __name__ == "__main__":
    main()
