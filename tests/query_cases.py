"""The cases of the stored queries: what each is asked on the small dataset, and where its answer stands.

After a change, `python tests/query_cases.py` writes the answers anew; read the difference before it is kept.
"""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

import mosty
from mosty.model.solutions import Answer, Boolean, Solutions
from mosty.model.terms import n_triples
from mosty.query import Catalogue

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "tests" / "queries"
EXPECTED = FOLDER / "expected"


class Case(NamedTuple):
    """One question: a stored query and its parameters.

    Attributes:
        query: name of the stored query.
        name: name of the case; empty for the defaults.
        parameters: what is bound.
    """

    query: str
    name: str
    parameters: dict[str, Any]

    def __str__(self) -> str:
        return ".".join(filter(None, (self.query, self.name)))

    def expected(self) -> Path:
        """The file with the expected answer: .csv, or .nt for a graph."""
        graph = EXPECTED / f"{self}.nt"
        return graph if graph.exists() else EXPECTED / f"{self}.csv"


def all_cases() -> list[Case]:
    """Every case: the defaults of each query that has an answer for them, then those of cases.yaml."""
    written = yaml.safe_load((FOLDER / "cases.yaml").read_text(encoding="utf-8"))
    names = sorted(path.stem for path in (ROOT / "queries").glob("*.rq"))
    cases = [Case(name, "", {}) for name in names if name not in written["without-default"]]
    for query, entries in written["cases"].items():
        cases += [Case(query, name, parameters) for name, parameters in entries.items()]
    return sorted(cases)


def make_workspace(folder: Path) -> Path:
    """Make a workspace that holds the small dataset beside the repository's ontology and queries."""
    shutil.copytree(FOLDER / "dataset", folder / "data")
    shutil.copy(ROOT / "mosty.toml", folder)
    for name in ("ontology", "queries", "shapes"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def dealt(queries: Catalogue, texts: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    """Deal texts out to the parameters of all queries: each gets some, those of each type together get all.

    Returns:
        By query and parameter.
    """
    by_type: dict[str, list[list[str]]] = {}
    hands: dict[str, dict[str, list[str]]] = {}
    for query in queries.all():
        hands[query.name] = {name: [] for name in query.parameters}
        for name, parameter in query.parameters.items():
            by_type.setdefault(parameter.type, []).append(hands[query.name][name])
    for of_type in by_type.values():
        for number in range(max(len(of_type), len(texts))):
            of_type[number % len(of_type)].append(texts[number % len(texts)])
    return hands


def as_text(answer: Answer) -> tuple[str, str]:
    """Write an answer as it is kept: the suffix of its file and its text."""
    if isinstance(answer, Solutions | Boolean):
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        if isinstance(answer, Solutions):
            rows.writerow(answer.variables)
            rows.writerows(["" if term is None else str(term) for term in row] for row in answer.rows)
        else:
            rows.writerows([["boolean"], ["true" if answer.value else "false"]])
        return ".csv", text.getvalue()
    lines = sorted(" ".join(map(n_triples, triple)) + " .\n" for triple in answer.triples)
    return ".nt", "".join(lines)


def write_expected() -> None:
    """Write the answers of all cases anew."""
    with tempfile.TemporaryDirectory() as folder:
        register = mosty.open(make_workspace(Path(folder)))
        for path in EXPECTED.iterdir():
            path.unlink()
        for case in all_cases():
            suffix, text = as_text(register.query(case.query, **case.parameters))
            (EXPECTED / f"{case}{suffix}").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_expected()
