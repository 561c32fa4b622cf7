"""As many results as data can have: every format gives them all, in bounded memory; a limit shows the first ones."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest

SHAPES = """
@prefix ex: <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:Thing-shape a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property
    [ sh:path ex:name ; sh:minCount 1 ; sh:message "A thing needs a name."@en , "Chybí jméno."@cs ] ,
    [ sh:path ex:age ; sh:datatype xsd:integer ] ,
    [ sh:path ex:code ; sh:pattern "^[A-Z]+$" ] ,
    [ sh:path ex:friend ; sh:class ex:Thing ] .
"""
RUN = """
import re, resource, sys
from pathlib import Path
from mosty.cli.main import main
status = main(sys.argv[1:])
sys.stdout.flush()
if sys.platform == "linux":  # ru_maxrss begins there with the size of the process that forked this one
    size = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
else:
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # in kilobytes, on a Mac in bytes
print(status, size // (1024 if sys.platform != "darwin" else 1024 * 1024), file=sys.stderr)
"""


class Outcome(NamedTuple):
    status: int
    megabytes: int
    report: Path
    messages: str


def validate(folder: Path, results: int, *options: str) -> Outcome:
    """Validate data with so many results in a process of its own."""
    (folder / "shapes.ttl").write_text(SHAPES, encoding="utf-8")
    with (folder / "data.ttl").open("w", encoding="utf-8") as file:
        file.write("@prefix ex: <http://example.org/> .\n")
        file.writelines(
            f'ex:n{n} a ex:Thing ;\n    ex:age "x{n}" ;\n    ex:code "{n}" ;\n    ex:friend ex:m{n % 999} .\n'
            for n in range(results // 4)
        )
    report = folder / "report"
    arguments = ["validate", "data.ttl", "--shapes", "shapes.ttl", "-o", str(report), *options]
    run = subprocess.run(
        [sys.executable, "-c", RUN, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    *messages, last = run.stderr.splitlines()
    status, megabytes = map(int, last.split())
    return Outcome(status, megabytes, report, "\n".join(messages))


def counted(report: Path, name: str) -> int:
    """How many results a report has."""
    if name == "concise":
        with report.open(encoding="utf-8") as lines:
            return sum(line.startswith("data.ttl:") for line in lines)
    if name == "turtle":
        link = ox.NamedNode("http://www.w3.org/ns/shacl#result")
        return sum(quad.predicate == link for quad in ox.parse(path=str(report), format=ox.RdfFormat.TURTLE))
    with report.open(encoding="utf-8") as lines:  # one result a line
        return sum(
            json.loads(line.rstrip(",\n"))["line"] > 1 for line in lines if line.startswith('{"file":')
        )


@pytest.mark.parametrize("name", ["concise", "turtle"])
def test_twenty_thousand_results(tmp_path: Path, name: str) -> None:
    outcome = validate(tmp_path, 20_000, "-f", name)
    assert outcome.status == 1
    assert counted(outcome.report, name) == 20_000
    assert outcome.megabytes < 200


def test_a_limit_shows_the_first_and_counts_all(tmp_path: Path) -> None:
    every = validate(tmp_path, 2000, "-f", "concise").report.read_text(encoding="utf-8")
    outcome = validate(tmp_path, 2000, "-f", "concise", "--limit", "7")
    assert outcome.report.read_text(encoding="utf-8").splitlines() == every.splitlines()[:7]
    assert "2,000 violations" in outcome.messages
    assert "1,993 results not shown: --limit" in outcome.messages


@pytest.mark.soak
@pytest.mark.parametrize(
    "name", ["concise", "json", "turtle", "full", "csv", "sarif", "junit", "github", "html"]
)
def test_a_million_results(tmp_path: Path, name: str) -> None:
    outcome = validate(tmp_path, 1_000_000, "-f", name)
    assert outcome.status == 1
    assert "1,000,000 violations" in outcome.messages
    if name in ("concise", "json", "turtle"):
        assert counted(outcome.report, name) == 1_000_000
    assert outcome.report.stat().st_size > 50_000_000
    assert outcome.megabytes < 2500
