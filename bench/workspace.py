"""Write a whole workspace of our own model of any size, the same each time: what a release and a site are timed on.

    python bench/workspace.py 20000 build/bench/workspace

makes about so many records, a file for each, with the ontology, rules and queries of the repository, the shapes of
the benchmark, which the records conform to, and evidence for each fourth triple.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from generate import PREFIXES, Bundle, bundle, common

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = {
    "project": "projects",
    "programme": "programmes",
    "org": "organisations",
    "place": "places",
    "output": "outputs",
    "source": "sources",
}
_PER_BUNDLE = 4.15  # records in twenty bundles, by twenty
_EACH = 4  # every so-manieth triple has a statement
# The data name the concepts of its own schemes, and state already what this rule derives.
_LEFT_OUT = ("schemes", "period-bounds.rq")
_STATEMENTS_IN_A_FILE = 5_000
_HEAD = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in PREFIXES.items()) + (
    "@prefix statement: <https://w3id.org/mosty/id/statement/> .\n@prefix oa: <http://www.w3.org/ns/oa#> .\n"
)


def write(records: int, folder: Path) -> Path:
    """Write the workspace; one that is there already is kept.

    Args:
        records: how many, about.
        folder: where; it is made anew when it holds a workspace of another size.

    Returns:
        The folder.
    """
    mark = folder / f".records-{records}"
    if mark.is_file():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "ontology", folder / "ontology", ignore=shutil.ignore_patterns(*_LEFT_OUT))
    shutil.copytree(ROOT / "queries", folder / "queries")
    shutil.copy(ROOT / "mosty.toml", folder)
    (folder / "shapes").mkdir()
    # The records of the benchmark are closed, and know nothing of what the rules derive.
    shapes = (ROOT / "bench" / "shapes.ttl").read_text("utf-8").replace("sh:closed true", "sh:closed false")
    (folder / "shapes" / "shapes.ttl").write_text(shapes, "utf-8")
    shared = common()
    place = {"place:europe": shared.pop("place:europe")}
    concepts = {subject: pairs for subject, pairs in shared.items() if not subject.startswith("mosty:")}
    _write(folder / "ontology" / "schemes" / "generated.ttl", concepts)
    _write(folder / "data" / "places" / "europe.ttl", place)
    for number in range(round(records / _PER_BUNDLE)):
        for path, held in _files(bundle(number)):
            _write(folder / "data" / path, held)
    for number, statements in enumerate(_evidence(round(records / _PER_BUNDLE))):
        _write(folder / "data" / "evidence" / f"part-{number}.ttl", statements)
    mark.touch()
    return folder


def _files(made: Bundle) -> Iterator[tuple[str, Bundle]]:
    """Each record of a bundle with its parts; a part belongs to the first record whose name it bears."""
    files: dict[str, Bundle] = defaultdict(dict)
    owners = {}
    for subject in made:
        prefix, _, name = subject.partition(":")
        if prefix in FOLDERS:
            owners[name] = subject
    for subject, pairs in made.items():
        owner = owners[subject.partition(":")[2].partition(".")[0]]
        prefix, _, name = owner.partition(":")
        files[f"{FOLDERS[prefix]}/{name}.ttl"][subject] = pairs
    yield from files.items()


def _evidence(bundles: int) -> Iterator[Bundle]:
    statements: Bundle = {}
    seen = 0
    for number in range(bundles):
        source = f"source:s{number - number % 10}"
        for subject, pairs in bundle(number).items():
            for predicate, value in pairs:
                seen += 1
                if seen % _EACH:
                    continue
                name = hashlib.sha256(f"{subject} {predicate} {value}".encode()).hexdigest()[:16]
                start = seen % 9000
                passage = f"<https://w3id.org/mosty/id/passage/s{number - number % 10}/{start}-{start + 40}>"
                statements[f"statement:{name}"] = [
                    ("rdf:type", "mosty:Statement"),
                    ("rdf:subject", subject),
                    ("rdf:predicate", predicate),
                    ("rdf:object", value),
                    ("mosty:passage", passage),
                ]
                statements[passage] = [
                    ("rdf:type", "mosty:Passage"),
                    ("oa:start", f'"{start}"^^xsd:nonNegativeInteger'),
                    ("oa:end", f'"{start + 40}"^^xsd:nonNegativeInteger'),
                    ("mosty:source", source),
                ]
        if len(statements) > _STATEMENTS_IN_A_FILE:
            yield statements
            statements = {}
    if statements:
        yield statements


def _write(path: Path, held: Bundle) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        for subject, pairs in held.items():
            file.write(f"\n{subject} " + " ;\n    ".join(f"{p} {value}" for p, value in pairs) + " .\n")


def main() -> None:
    """Write the workspace that the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("records", type=int)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    print(write(given.records, given.folder))


if __name__ == "__main__":
    main()
