"""The ontology is OWL 2 DL and consistent, as ROBOT sees it. Jars come from tests/tools/fetch-robot."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest

REPO = Path(__file__).parents[1]
ONTOLOGY = REPO / "ontology"
CATALOG = ONTOLOGY / "catalog-v001.xml"
JARS = REPO / ".tools" / "robot" / "lib"
# A proxy that is not there: an import that the catalog does not know fails at once.
NO_NETWORK = [
    f"-D{kind}.{what}" for kind in ("http", "https") for what in ("proxyHost=127.0.0.1", "proxyPort=9")
]
# Most of the time is the start: quick compilation beats good code.
QUICK = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
OWL = "http://www.w3.org/2002/07/owl#"


def robot(*arguments: str | Path) -> str:
    """Run ROBOT and return what it printed; no request leaves the machine."""
    reason = None
    if shutil.which("java") is None:
        reason = "no Java on this machine"
    elif not JARS.is_dir():
        reason = "ROBOT is not here: run tests/tools/fetch-robot"
    if reason and os.environ.get("MOSTY_STRICT") == "1":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    command = ["java", *QUICK, *NO_NETWORK, "-cp", f"{JARS}/*", "org.obolibrary.robot.CommandLineInterface"]
    done = subprocess.run([*command, *map(str, arguments)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def in_profile(source: Path) -> bool:
    report = robot("--catalog", CATALOG, "merge", "--input", source, "validate-profile", "--profile", "DL")
    return "[Ontology and imports closure in profile]" in report


@pytest.mark.parametrize("name", ["mosty", "alignments"])
def test_owl_2_dl(name: str) -> None:
    assert in_profile(ONTOLOGY / f"{name}.ttl")


def test_owl_2_dl_check_finds_what_is_wrong(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.ttl"
    wrong.write_text(
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        "<https://example.org/o> a owl:Ontology .\n"
        "<https://example.org/day> a owl:DatatypeProperty ; rdfs:range xsd:date .\n"
    )
    with pytest.raises(AssertionError, match="undeclared datatype"):
        in_profile(wrong)


def test_owl_2_dl_with_the_schemes(tmp_path: Path) -> None:
    """Schemes carry no ontology header: they are checked as one file with the declarations."""
    assert in_profile(one_file(tmp_path, "schemes"))


def is_consistent(folder: Path, source: Path) -> None:
    robot("reason", "--reasoner", "hermit", "--input", source, "--output", folder / "reasoned.ttl")


def test_consistent_with_the_data(tmp_path: Path) -> None:
    """Nothing in the data contradicts a domain, range or disjointness, and every class can have members."""
    is_consistent(tmp_path, one_file(tmp_path, "schemes", "data"))


def test_consistency_check_finds_a_funder_that_is_a_place(tmp_path: Path) -> None:
    source = one_file(tmp_path)
    terms = "https://w3id.org/mosty/ontology#"
    with source.open("a", encoding="utf-8") as file:
        file.write(f"\n<urn:x:funding> <{terms}funder> <urn:x:prague> .\n<urn:x:prague> a <{terms}Place> .\n")
    with pytest.raises(AssertionError, match="inconsistent"):
        is_consistent(tmp_path, source)


def one_file(folder: Path, *what: str) -> Path:
    """Modules, alignments and more as one ontology: one header, no imports."""
    paths = [*ONTOLOGY.glob("*.ttl")]
    if "schemes" in what:
        paths += (ONTOLOGY / "schemes").glob("*.ttl")
    if "data" in what:
        evidence = REPO / "data" / "evidence"
        paths += (path for path in (REPO / "data").rglob("*.ttl") if evidence not in path.parents)
    lines = ["<https://w3id.org/mosty/ontology> a <http://www.w3.org/2002/07/owl#Ontology> ."]
    for number, path in enumerate(sorted(paths)):
        triples = [quad.triple for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)]
        headers = {triple.subject for triple in triples if triple.object == ox.NamedNode(OWL + "Ontology")}
        for triple in triples:
            # HermiT knows the datatypes of OWL 2 only, and literals play no part in what is asked here.
            literal_of_data = "data" in what and isinstance(triple.object, ox.Literal)
            if triple.subject not in headers and not literal_of_data:
                lines.append(f"{triple} .".replace("_:", f"_:f{number}x"))
    target = folder / "all.ttl"
    target.write_text("\n".join(lines), "utf-8")
    return target
