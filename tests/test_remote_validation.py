"""The same plan over a graph that lies in an engine."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from mosty.engines.embedded import EmbeddedEngine
from mosty.model.diagnostics import ValidationResult
from mosty.rdf.graph import Graph
from mosty.rdf.prefixes import Prefixes
from mosty.validate.changes import Checker
from mosty.validate.compiled.engine import CompiledEngine
from mosty.validate.plan import Plan, make_plan
from mosty.validate.planning import plan_of
from mosty.validate.remote import RemoteGraph
from mosty.workspace import Workspace
from register import make_register, put

EX = "http://example.org/"
SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
ex:person sh:targetClass ex:Person ; sh:closed true ; sh:ignoredProperties ( rdf:type ) ;
    sh:property [ sh:path ex:name ; sh:minCount 1 ; sh:maxCount 1 ] ,
        [ sh:path ( ex:knows [ sh:inversePath ex:knows ] ) ; sh:class ex:Person ] .
"""
DATA = """
@prefix ex: <http://example.org/> .
ex:a a ex:Person ; ex:name "A", "a"@en ; ex:knows ex:b .
ex:b a ex:Person ; ex:age 3 .
ex:c ex:knows ex:b .
"""


def identities(results: Iterable[ValidationResult]) -> list[tuple[str, ...]]:
    return sorted(tuple(map(str, (r.rule, r.component, r.focus, r.path, r.value))) for r in results)


def plan() -> Plan:
    return make_plan([("shapes", list(ox.parse(SHAPES, ox.RdfFormat.TURTLE)))], Prefixes())


def store_of(folder: Path) -> EmbeddedEngine:
    store = ox.Store(str(folder))
    store.load(DATA.encode(), ox.RdfFormat.TURTLE)
    store.flush()
    del store
    return EmbeddedEngine(folder)


def test_an_engine_answers_what_the_shapes_read(tmp_path: Path) -> None:
    remote = RemoteGraph(store_of(tmp_path / "store"))
    expected = CompiledEngine().run(plan(), Graph.of(ox.parse(DATA, ox.RdfFormat.TURTLE)))
    assert len(expected) == 5
    assert identities(CompiledEngine().run(plan(), remote)) == identities(expected)


def test_a_new_record_is_judged_against_a_graph_elsewhere(tmp_path: Path) -> None:
    checker = Checker(plan(), RemoteGraph(store_of(tmp_path / "store")))
    name, person, kind = f"<{EX}name>", f"<{EX}Person>", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    assert not checker.check([(f"<{EX}d>", kind, person), (f"<{EX}d>", name, '"D"')])
    (missing,) = checker.check([(f"<{EX}d>", kind, person)])
    assert str(missing.focus) == EX + "d"


def test_a_register_in_its_query_store(tmp_path: Path) -> None:
    folder = make_register(tmp_path / "register")
    put(folder / "data/projects/old.ttl", "project:old a ex:Project ; ex:theme theme:nowhere ; ex:other 1 .")
    workspace = Workspace(folder)
    dataset = workspace.dataset(private=False)
    loaded = dataset.load()
    for triple in loaded.derived:
        loaded.graph.add(*triple)
    shapes = plan_of(workspace)
    expected = CompiledEngine().run(shapes, loaded.graph)
    assert len(expected) > 3
    remote = RemoteGraph(EmbeddedEngine(dataset.store()))
    assert identities(CompiledEngine().run(shapes, remote)) == identities(expected)
