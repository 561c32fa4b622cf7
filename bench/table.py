"""The figures of bench/validation.py as tables in Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import Any

NAMES = {"mosty": "mosty", "jena": "Jena", "pyshacl": "pySHACL"}

Figures = Mapping[str, Any]


def print_tables(figures: Figures) -> None:
    """Print what was measured, then what had to be reached."""
    print(f"Python {figures['python']}, {figures['machine']}, one of {figures['cores']} cores;", end=" ")
    print(f"load average {figures['load']:.1f} before and {figures['load_after']:.1f} after\n")
    for size, row in figures["sizes"].items():
        _print_size(int(size), row)
    _print_sparql(figures)
    _print_goals(figures)


def _print_size(size: int, row: Figures) -> None:
    print(f"## {row['triples']:,} triples\n")
    head = ("", "load s", "first validation s", "later s", "file to report s", "peak MB", "faults found")
    # Wall, and in brackets processor.
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for engine, name in NAMES.items():
        if found := row.get(engine):
            cells = [f"{name}, in process", f"{found['load']:.2f}", _first(found), _later(found)]
            cells += [_whole(found), f"{found['megabytes']:.0f}", found["verdict"]]
            print("| " + " | ".join(cells) + " |")
        if found := row.get(f"{engine}_command"):
            cells = [f"{name}, command", "", "", "", _whole(found), f"{found['megabytes']:.0f}"]
            print("| " + " | ".join([*cells, found.get("verdict", "")]) + " |")
    if found := row.get("record"):
        times = sorted(found["milliseconds"])
        print(
            f"\nOne new record of {found['triples']} triples, parsed and checked, {len(times)} records:",
            end=" ",
        )
        print(
            f"median {statistics.median(times):.2f} ms, 95 % within {times[len(times) * 95 // 100]:.2f} ms,",
            end=" ",
        )
        print(f"{found['wrong']} judged wrongly")
    print()


def _first(found: Figures) -> str:
    return f"{found['validate'][0]:.2f} ({found['validate_cpu'][0]:.2f})"


def _later(found: Figures) -> str:
    wall, cpu = found["validate"][1:], found["validate_cpu"][1:]
    return f"{statistics.median(wall):.2f} ({statistics.median(cpu):.2f})" if wall else ""


def _whole(found: Figures) -> str:
    return f"{found['whole']:.1f} ({found['whole_cpu']:.1f})"


def _print_sparql(figures: Figures) -> None:
    print(f"## SPARQL constraints apart ({figures['sparql_size']:,} triples)\n")
    print("| | first validation s | later s | results | left to pySHACL |\n|---|---|---|---|---|")
    for engine, found in figures["sparql"].items():
        left = len(found.get("fallbacks", ())) if engine == "mosty" else ""
        print(f"| {NAMES[engine]} | {_first(found)} | {_later(found)} | {len(found['found'])} | {left} |")
    reports = [found["found"] for found in figures["sparql"].values()]
    print(f"\nAll engines tell the same: {'yes' if all(r == reports[0] for r in reports) else 'no'}.\n")


def _print_goals(figures: Figures) -> None:
    print("## Goals\n\n| measure | must reach | reached |\n|---|---|---|")
    for measure, goal, reached in _goals(figures):
        print(f"| {measure} | {goal} | {reached} |")


def _goals(figures: Figures) -> list[tuple[str, str, str]]:
    sizes = figures["sizes"]
    goals = []
    million, small, five = sizes.get("1000000", {}), sizes.get("100000", {}), sizes.get("5000000", {})
    if mosty := million.get("mosty"):
        text = f"{_first(mosty)} s"
        if jena := million.get("jena"):
            warm, cpu = (statistics.median(jena[name][2:]) for name in ("validate", "validate_cpu"))
            text += f", Jena {warm:.2f} ({cpu:.2f}) s warm: {warm / mosty['validate'][0]:.1f} x"
        goals.append(("1 M triples, data loaded: full validation", "<= 5 s, faster than warm Jena", text))
    if command := million.get("mosty_command"):
        text = f"{_whole(command)} s, {command['megabytes'] / 1024:.2f} GB"
        goals.append(("the same, file to report", "<= 10 s, <= 1.2 GB", text))
    if million and five and "mosty" in five:

        def ratio(engine: str, name: str) -> float:
            one, other = million[engine][name], five[engine][name]
            return float(other[0] / one[0] if isinstance(one, list) else other / one)

        text = f"{ratio('mosty', 'validate'):.1f} ({ratio('mosty', 'validate_cpu'):.1f}) x in process, "
        text += (
            f"{ratio('mosty_command', 'whole'):.1f} ({ratio('mosty_command', 'whole_cpu'):.1f}) x to report, "
        )
        text += f"{five['mosty_command']['megabytes'] / 1024:.2f} GB"
        goals.append(("5 M triples", "<= 5.5 x the 1 M time, <= 4 GB", text))
    if (mosty := small.get("mosty")) and (pyshacl := small.get("pyshacl")):
        text = f"{pyshacl['validate'][0] / mosty['validate'][0]:.0f} x in process, "
        text += f"{pyshacl['whole'] / small['mosty_command']['whole']:.0f} x from file to report"
        goals.append(("against pySHACL at 100 k", ">= 50 x", text))
    if record := million.get("record"):
        text = f"{statistics.median(record['milliseconds']):.2f} ms"
        goals.append((f"one new record of {record['triples']} triples", "<= 5 ms median", text))
    if repository := figures.get("repository"):
        wall, cpu = (statistics.median(repository[name]) * 1000 for name in ("seconds", "cpu"))
        text = f"{wall:.0f} ({cpu:.0f}) ms"
        goals.append(("the repository's own graph", "<= 400 ms", text))
    verdicts = [f"{row['mosty_command']['verdict']}" for row in sizes.values() if "mosty_command" in row]
    if verdicts:
        goals.append(("injected faults found", "all, none beside", "; ".join(verdicts)))
    return goals
