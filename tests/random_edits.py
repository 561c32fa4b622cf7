"""Random edits of a workspace's files, as people make them: of records, ontology, shapes, labels and blank nodes."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox

from mosty.rdf.reading import read_quads

LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
RANGE = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#range")
OWL = "http://www.w3.org/2002/07/owl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def edit(root: Path, dice: random.Random) -> str:
    """Make one edit and say which."""
    kind = dice.choice([*EDITS])
    EDITS[kind](root, dice)
    return kind


def _files(root: Path, folder: str) -> list[Path]:
    return sorted(path for path in (root / folder).rglob("*.ttl") if "evidence" not in path.parts)


def _change(path: Path, change: Callable[[list[ox.Triple]], list[ox.Triple]]) -> None:
    triples = change([quad.triple for quad in read_quads(path)])
    path.write_bytes(ox.serialize(triples, format=ox.RdfFormat.TURTLE) or b"")


def _drop(root: Path, dice: random.Random, folder: str) -> None:
    path = dice.choice(_files(root, folder))
    _change(path, lambda triples: dice.sample(triples, max(1, len(triples) - dice.randrange(1, 4))))


def _add_record(root: Path, dice: random.Random) -> None:
    path = dice.choice(_files(root, "data"))
    name = f"{path.stem}-{dice.randrange(10_000)}"
    text = ox.serialize([quad.triple for quad in read_quads(path)], format=ox.RdfFormat.N_TRIPLES) or b""
    copied = text.decode().replace(f"/{path.stem}>", f"/{name}>").replace(f"/{path.stem}.", f"/{name}.")
    (path.parent / f"{name}.ttl").write_text(copied, encoding="utf-8")


def _remove_record(root: Path, dice: random.Random) -> None:
    files = _files(root, "data")
    if len(files) > 3:
        dice.choice(files).unlink()


def _relabel(root: Path, dice: random.Random) -> None:
    path = dice.choice([*_files(root, "data"), *_files(root, "ontology")])

    def change(triples: list[ox.Triple]) -> list[ox.Triple]:
        at = dice.randrange(len(triples))
        tag = dice.choice(["en", "cs", "de"])
        label = ox.Literal(f'Říčka "{dice.random()}" \\ \n\t\u2028', language=tag)
        return [*triples, ox.Triple(triples[at].subject, LABEL, label)]

    _change(path, change)


def _nest(root: Path, dice: random.Random) -> None:
    """A class made of others, as a list of blank nodes; sometimes twice the same."""
    modules = [path for path in _files(root, "ontology") if path.parent.name != "schemes"]
    path = dice.choice(modules)  # schemes are published without blank nodes

    def change(triples: list[ox.Triple]) -> list[ox.Triple]:
        new = []
        for _ in range(dice.randrange(1, 3)):
            node, rest = ox.BlankNode(), ox.NamedNode(RDF + "nil")
            for number in range(dice.randrange(1, 4)):
                cell = ox.BlankNode()
                new.append(ox.Triple(cell, ox.NamedNode(RDF + "rest"), rest))
                new.append(
                    ox.Triple(
                        cell, ox.NamedNode(RDF + "first"), ox.NamedNode(f"https://example.org/c{number}")
                    )
                )
                rest = cell  # type: ignore[assignment]
            new.append(ox.Triple(node, ox.NamedNode(OWL + "unionOf"), rest))
            if dice.random() < 0.8:
                owner = ox.NamedNode(f"https://example.org/ontology#p{dice.randrange(3)}")
                new.append(ox.Triple(owner, RANGE, node))
        return [*triples, *new]

    _change(path, change)


EDITS: dict[str, Callable[[Path, random.Random], None]] = {
    "add a record": _add_record,
    "remove a record": _remove_record,
    "drop facts": lambda root, dice: _drop(root, dice, "data"),
    "drop axioms": lambda root, dice: _drop(root, dice, "ontology"),
    "drop constraints": lambda root, dice: _drop(root, dice, "shapes"),
    "label": _relabel,
    "nest": _nest,
}
