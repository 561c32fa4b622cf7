"""The benchmark's data and rules: the same each time, every component broken, every fault found and nothing else."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

import generate
from conftest import ROOT
from engines import plan_of
from faults import COPIES, FAULTS
from mosty.rdf.loading import load
from mosty.validate.changes import Checker
from mosty.validate.compiled.engine import CompiledEngine
from record import FAULTY, record
from reports import compare, result_key

SH = "http://www.w3.org/ns/shacl#"
SHAPES = ROOT / "bench" / "shapes.ttl"
CORE = (
    "And Class Closed Datatype Disjoint Equals HasValue In LanguageIn LessThan LessThanOrEquals MaxCount MaxExclusive "
    "MaxInclusive MaxLength MinCount MinExclusive MinInclusive MinLength Node NodeKind Not Or Pattern "
    "QualifiedMaxCount QualifiedMinCount UniqueLang Xone"
).split()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Data in which most kinds of fault occur once."""
    data, faults, _ = generate.write(20_000, tmp_path_factory.mktemp("bench"))
    return data, faults


def test_data_are_the_same_each_time(small: tuple[Path, Path], tmp_path: Path) -> None:
    again = generate.write(20_000, tmp_path)
    assert [path.read_bytes() for path in again[:2]] == [path.read_bytes() for path in small]


def test_size_is_as_asked_for() -> None:
    for size in (20_000, 100_000):
        made = sum(generate.count(bundle) for bundle, _ in generate.generate(size))
        assert abs(made - size) < size / 50


def test_every_fault_occurs_so_often() -> None:
    placed = generate.places_of_faults(5000, 1)
    assert sorted(placed.values()) == sorted(list(FAULTS) * COPIES)


def test_every_component_is_broken() -> None:
    expected = {result.component for _, found in generate.generate(100_000) for result in found}
    names = {component.removeprefix(f"<{SH}").removesuffix("ConstraintComponent>") for component in expected}
    assert sorted(names) == CORE, "all but sh:property, whose results are those of the property shapes"


def test_rules_are_about_as_many_as_ours() -> None:
    triples = list(ox.parse(path=str(SHAPES)))
    targeted = {t.subject for t in triples if t.predicate.value.startswith(SH + "target")}
    others = {"path", "property", "severity", "deactivated", "flags", "ignoredProperties"}
    names = [t.predicate.value.removeprefix(SH) for t in triples if t.predicate.value.startswith(SH)]
    parameters = [
        name for name in names if name not in others and not name.startswith("target") and "Path" not in name
    ]
    assert len(targeted) == 16
    assert 140 <= len(parameters) <= 160


def test_every_fault_is_found_and_nothing_beside(small: tuple[Path, Path]) -> None:
    data, faults = small
    engine = CompiledEngine(fall_back=False)
    results = engine.run(plan_of(SHAPES), load([(data, data.name)]).graph)
    verdict = compare([result_key(result) for result in results], faults)
    assert (verdict.missed, verdict.beside) == ([], [])
    assert verdict.expected > len(FAULTS) - 20


def test_a_new_record_is_judged_rightly(small: tuple[Path, Path]) -> None:
    data, _ = small
    checker = Checker(plan_of(SHAPES), load([(data, data.name)]).graph)
    for number in range(10 * FAULTY, 11 * FAULTY):
        text, expected = record(10_000_000 + number)
        added = [
            (str(q.subject), str(q.predicate), str(q.object)) for q in ox.parse(text, ox.RdfFormat.TURTLE)
        ]
        assert sorted(map(result_key, checker.check(added))) == sorted(expected)
