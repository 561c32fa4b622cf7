"""One new record against a loaded graph, in process: parsed, checked, thrown away, many times.

    python bench/record.py DATA SHAPES RECORDS

prints one line of JSON: milliseconds of each record, its number of triples, and what was found wrongly.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from pathlib import Path

import pyoxigraph as ox

from engines import plan_of
from generate import PREFIXES, bundle, expand
from mosty.rdf.loading import load
from mosty.validate.changes import Checker
from reports import Result, result_key

PARTS = ("project:p", "period:p", "participation:p", "funding:p", "placelink:p")
FAULTY = 7


def record(number: int) -> tuple[str, list[Result]]:
    """A project with its period, participations, funding and place in Turtle; each seventh has a fault."""
    made = {subject: pairs for subject, pairs in bundle(number).items() if subject.startswith(PARTS)}
    # What the record refers to is in the graph: a programme of the first project.
    made[f"project:p{number}"] = [
        (predicate, "programme:g0" if predicate == "mosty:underProgramme" else value)
        for predicate, value in made[f"project:p{number}"]
    ]
    made[f"funding:p{number}"][3] = ("mosty:scheme", "programme:g0")
    earlier = number // 2
    made[f"placelink:p{number}"][2] = ("mosty:place", f"place:c{earlier % 100}")
    for predicate in ("mosty:funder", "mosty:hasDonor"):
        subject = f"funding:p{number}" if predicate == "mosty:funder" else f"project:p{number}"
        made[subject] = [(name, "org:o1" if name == predicate else value) for name, value in made[subject]]
    for k in range(3):
        made[f"participation:p{number}.{k}"][1] = ("mosty:participant", f"org:o{k}")
    expected: list[Result] = []
    if number % FAULTY == 0:
        made[f"funding:p{number}"][4] = ("mosty:amount", '"-5.0"^^xsd:decimal')
        keys = ("bench#amount", f"id/funding/p{number}", "ontology#amount")
        shape, focus, path = (f"<https://w3id.org/mosty/{key}>" for key in keys)
        component = "<http://www.w3.org/ns/shacl#MinExclusiveConstraintComponent>"
        expected.append((shape, focus, path, component, expand('"-5.0"^^xsd:decimal')))
    head = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in PREFIXES.items())
    lines = (f"{s} {p} {o} .\n" for s, pairs in made.items() for p, o in pairs)
    return head + "".join(lines), expected


def main() -> None:
    """Time the records."""
    data, shapes, records = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    graph = load([(data, data.name)]).graph
    start = time.perf_counter()
    checker = Checker(plan_of(shapes), graph)
    ready = time.perf_counter() - start
    gc.freeze()
    first = 10_000_000
    times, wrong, triples = [], 0, 0
    for number in range(first, first + records):
        text, expected = record(number)
        start = time.perf_counter()
        parsed = ox.parse(text, format=ox.RdfFormat.TURTLE)
        added = [(str(quad.subject), str(quad.predicate), str(quad.object)) for quad in parsed]
        found = checker.check(added)
        times.append((time.perf_counter() - start) * 1000)
        triples = len(added)
        wrong += sorted(result_key(result) for result in found) != sorted(expected)
    print(json.dumps({"compile": ready, "milliseconds": times, "triples": triples, "wrong": wrong}))


if __name__ == "__main__":
    main()
