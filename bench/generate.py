"""Write a register of our own model of any size, the same each time, with known faults in it.

    python bench/generate.py 1000000 --folder build/bench

writes ``data-1000000.ttl`` and beside it ``faults-1000000.json``: the validation results that a right engine
gives for ``bench/shapes.ttl``, all of them and no other.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path

from faults import COPIES, FAULTS, Expected

PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "mosty": "https://w3id.org/mosty/ontology#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
ID = "https://w3id.org/mosty/id/"
KINDS = (
    "activity activity-type amount-kind bound disclosure extent figure funding id-scheme identifier name objective "
    "objective-level org org-kind output output-type participation period place place-kind place-purpose placelink "
    "precision programme project record-status role scheme source source-kind target-group theme"
)
PREFIXES |= {kind: f"{ID}{kind}/" for kind in KINDS.split()}

CONCEPTS = {
    "theme": 24,
    "target-group": 16,
    "activity-type": 10,
    "org-kind": 8,
    "output-type": 8,
    "place-purpose": 4,
    "objective-level": 3,
    "source-kind": 4,
    "amount-kind": 3,
    "id-scheme": 4,
}
NAMED_CONCEPTS = {
    "role": ("lead", "partner", "implementer", "coordinator"),
    "place-kind": ("continent", "country", "region", "town"),
    "record-status": ("full", "thin"),
    "disclosure": ("stated", "not-stated"),
    "bound": ("exact", "more-than"),
    "precision": ("day", "month", "year"),
    "extent": ("most-regions", "whole"),
}
SUBCLASSES = {
    "Event": "Activity",
    "Organisation": "Agent",
    "OrganisationalUnit": "Organisation",
    "UnnamedGroup": "Agent",
    "Website": "Output",
}
WORDS = (
    "integration of labour migrants support for cities training return advice diaspora health school".split()
)

CURIE = re.compile(r"([a-z-]+):([\w.]+(?:-[\w.]+)*)")

Bundle = dict[str, list[tuple[str, str]]]


def common() -> Bundle:
    """What all projects refer to: classes, concepts, the place that holds all others."""
    found: Bundle = {}
    for name, parent in SUBCLASSES.items():
        found[f"mosty:{name}"] = [("rdfs:subClassOf", f"mosty:{parent}")]
    schemes = {kind: [f"c{i}" for i in range(size)] for kind, size in CONCEPTS.items()} | NAMED_CONCEPTS
    for kind, names in schemes.items():
        found[f"scheme:{kind}s"] = [("rdf:type", "skos:ConceptScheme")]
        for number, name in enumerate(names):
            found[f"{kind}:{name}"] = [
                ("rdf:type", "skos:Concept"),
                ("skos:inScheme", f"scheme:{kind}s"),
                ("skos:prefLabel", f'"{kind} {name}"@en'),
                ("skos:prefLabel", f'"{kind} {name} česky"@cs'),
            ]
            if number and kind not in NAMED_CONCEPTS:
                found[f"{kind}:{name}"].append(("skos:broader", f"{kind}:{names[(number - 1) // 2]}"))
    found["place:europe"] = [
        ("rdf:type", "mosty:Place"),
        *_titles("Europe"),
        ("mosty:placeKind", "place-kind:continent"),
    ]
    return found


def bundle(number: int) -> Bundle:
    """One project with its parts and with the organisation, place, output ... that came with it."""
    n = number

    def pick(salt: int, size: int) -> int:
        return ((n * 2654435761 + salt * 2246822519) >> 7) % size

    def other(salt: int) -> int:
        return pick(salt, n + 1)

    project, period, place, org = f"project:p{n}", f"period:p{n}", f"place:c{n}", f"org:o{n}"
    output, source, programme = f"output:x{n}", f"source:s{n - n % 10}", f"programme:g{n - n % 20}"
    year, begin_day, end_day = 2000 + pick(1, 20), 1 + pick(2, 28), 1 + pick(3, 28)
    b: Bundle = {}
    if n % 20 == 0:
        b[programme] = [("rdf:type", "mosty:Programme"), *_titles(f"Programme {n}")]
        b[programme] += [("dcterms:description", f'"Programme {n}, in short."@en')]
        if n:
            b[programme].append(("mosty:inProgramme", f"programme:g{n // 40 * 20}"))
    if n % 10 == 0:
        b[source] = [
            ("rdf:type", "mosty:Source"),
            *_titles(f"Source {n}"),
            ("mosty:sourceKind", f"source-kind:c{pick(4, 4)}"),
            ("dcterms:created", f'"{year}-01-{begin_day:02}T08:00:00Z"^^xsd:dateTime'),
            ("dcterms:modified", f'"{year}-02-{end_day:02}T08:00:00Z"^^xsd:dateTime'),
            ("mosty:sha256", f'"{n * 11400714819323198485 + 1:064x}"'),
        ]
    b[place] = [
        ("rdf:type", "mosty:Place"),
        *_titles(f"Place {n}"),
        ("mosty:placeKind", f"place-kind:{('region', 'town')[n % 2]}"),
        ("mosty:inside", f"place:c{n // 8}" if n else "place:europe"),
        ("geo:asWKT", f'"POINT({pick(5, 180)}.{pick(6, 90)} {pick(7, 90)}.{pick(8, 90)})"^^geo:wktLiteral'),
    ]
    b[org] = [
        ("rdf:type", f"mosty:{'OrganisationalUnit' if n % 4 == 3 else 'Organisation'}"),
        *_titles(f"Organisation {n}"),
        ("mosty:orgKind", f"org-kind:c{pick(9, 8)}"),
        ("mosty:locatedIn", place),
        ("mosty:officialUrl", f'"https://www.example.org/{n}"^^xsd:anyURI'),
    ]
    title = " ".join(WORDS[pick(salt, len(WORDS))] for salt in range(20, 25))
    funder = f"org:o{other(10)}"
    b[project] = [
        ("rdf:type", "mosty:Project"),
        *_titles(f"{title} {n}"),
        ("dcterms:description", f'"A project for {title}, which ended as it was planned."@en'),
        ("dcterms:description", f'"Projekt {n}, který skončil, jak byl plánován."@cs'),
        ("mosty:period", period),
        ("mosty:recordStatus", f"record-status:{('full', 'thin')[n % 2]}"),
        ("mosty:theme", f"theme:c{n % 24}"),
        ("mosty:theme", f"theme:c{(n + 1 + pick(11, 22)) % 24}"),
        ("mosty:targetGroup", f"target-group:c{pick(12, 16)}"),
        ("mosty:underProgramme", programme),
        ("mosty:relatedTo", f"project:p{other(13)}"),
        ("mosty:hasDonor", funder),
    ]
    b[period] = [
        ("rdf:type", "mosty:Period"),
        ("mosty:begins", f'"{year}-03-{begin_day:02}"^^xsd:date'),
        ("mosty:ends", f'"{year + 1}-05-{end_day:02}"^^xsd:date'),
        ("mosty:earliestStart", f'"{year}-02-{begin_day:02}T00:00:00Z"^^xsd:dateTime'),
        ("mosty:latestEnd", f'"{year + 1}-06-{end_day:02}T00:00:00Z"^^xsd:dateTime'),
        ("mosty:precision", "precision:day"),
    ]
    for place_in_list, role in enumerate(("lead", "partner", "implementer")):
        b[f"participation:p{n}.{place_in_list}"] = [
            ("rdf:type", "mosty:Participation"),
            ("mosty:participant", org if place_in_list == 0 else f"org:o{other(30 + place_in_list)}"),
            ("mosty:participatesIn", project),
            ("mosty:role", f"role:{role}"),
        ]
    b[f"funding:p{n}"] = [
        ("rdf:type", "mosty:Funding"),
        ("mosty:funds", project),
        ("mosty:funder", funder),
        ("mosty:scheme", programme),
        ("mosty:amount", f'"{1000 + pick(14, 900000)}.5"^^xsd:decimal'),
        ("mosty:currency", '"EUR"' if n % 3 else '"CZK"'),
        ("mosty:amountStatus", "disclosure:stated"),
    ]
    b[f"placelink:p{n}"] = [
        ("rdf:type", "mosty:PlaceLink"),
        ("mosty:linkOf", project),
        ("mosty:place", f"place:c{other(15)}"),
        ("mosty:purpose", f"place-purpose:c{pick(16, 4)}"),
        ("mosty:extent", "extent:whole"),
    ]
    for k in range(2):
        b[f"activity:p{n}.{k}"] = [
            ("rdf:type", f"mosty:{'Event' if n % 7 == k else 'Activity'}"),
            *_titles(f"Activity {k} of {n}"),
            ("mosty:activityOf", project),
            ("mosty:activityType", f"activity-type:c{pick(17 + k, 10)}"),
            ("mosty:order", f'"{k + 1}"^^xsd:integer'),
            ("mosty:produces", output),
        ]
    b[f"objective:p{n}"] = [
        ("rdf:type", "mosty:Objective"),
        ("dcterms:description", f'"Objective of project {n}: {title}."@en'),
        ("mosty:objectiveLevel", f"objective-level:c{pick(19, 3)}"),
        ("mosty:objectiveOf", project),
        ("mosty:order", '"1"^^xsd:integer'),
    ]
    b[f"figure:p{n}"] = [
        ("rdf:type", "mosty:StatedFigure"),
        ("mosty:figureOf", project),
        ("mosty:bound", "bound:exact"),
        ("mosty:value", f'"{pick(25, 5000)}.5"^^xsd:decimal'),
        ("mosty:unit", '"people"'),
        ("mosty:subject", f'"people who were reached by {n}"@en'),
    ]
    b[f"name:o{n}"] = [
        ("rdf:type", "mosty:NameVariant"),
        ("mosty:nameOf", org),
        ("mosty:nameText", f'"Org. no. {n}"@en'),
        ("mosty:usedIn", source),
    ]
    b[f"identifier:o{n}"] = [
        ("rdf:type", "mosty:Identifier"),
        ("skos:notation", f'"CZ{n}"'),
        ("mosty:identifies", org),
        ("mosty:sameIdentity", f'"http://example.org/org/{n}"^^xsd:anyURI'),
    ]
    b[output] = [
        ("rdf:type", "mosty:Website" if n % 9 == 0 else "mosty:Output"),
        *_titles(f"Output {n}"),
        ("mosty:outputOf", f"activity:p{n}.0" if n % 2 else project),
        ("mosty:outputType", f"output-type:c{pick(26, 8)}"),
        ("mosty:language", '"en"^^xsd:language' if n % 2 else '"cs"^^xsd:language'),
        ("mosty:copies", f'"{pick(27, 9000)}"^^xsd:nonNegativeInteger'),
    ]
    return b


def _titles(text: str) -> list[tuple[str, str]]:
    return [("rdfs:label", f'"{text}"@en'), ("rdfs:label", f'"{text} (česky)"@cs')]


def count(b: Bundle) -> int:
    """Number of its triples."""
    return sum(map(len, b.values()))


def places_of_faults(bundles: int, seed: int) -> dict[int, str]:
    """Which project gets which fault: spread over the whole data, at seeded places."""
    names = sorted(FAULTS) * COPIES
    room = bundles - 1
    if len(names) > room:
        names = sorted(FAULTS)[:room]
    chosen: dict[int, str] = {}
    step = 2654435761 + 2 * seed
    for index, name in enumerate(names):
        place = index * step % room
        while place in chosen or not place:
            place = (place + 1) % (room + 1)
        chosen[place] = name
    return chosen


def generate(triples: int, seed: int = 1) -> Iterator[tuple[Bundle, list[Expected]]]:
    """Give about so many triples, bundle by bundle, each with the results that are expected of it."""
    shared = common()
    yield shared, []
    # Twenty bundles in a row always hold the same number of triples, but for the very first.
    twenty = sum(count(bundle(number)) for number in range(20, 40))
    bundles = max(20, (triples - count(shared)) * 20 // twenty)
    faulty = places_of_faults(bundles, seed)
    for number in range(bundles):
        made = bundle(number)
        yield made, FAULTS[faulty[number]](made, number) if number in faulty else []


def write(triples: int, folder: Path, seed: int = 1) -> tuple[Path, Path, int]:
    """Write data and expected results; what is there already is kept.

    Returns:
        The data file, the file of expected results and the true number of triples.
    """
    folder.mkdir(parents=True, exist_ok=True)
    data, expected = folder / f"data-{triples}.ttl", folder / f"faults-{triples}.json"
    if not (data.is_file() and expected.is_file()):
        results: list[Expected] = []
        total = 0
        with data.with_suffix(".new").open("w", encoding="utf-8") as file:
            file.writelines(f"@prefix {prefix}: <{space}> .\n" for prefix, space in PREFIXES.items())
            for made, found in generate(triples, seed):
                results += found
                for subject, pairs in made.items():
                    total += len(pairs)
                    lines = " ;\n    ".join(f"{predicate} {value}" for predicate, value in pairs)
                    file.write(f"\n{subject} {lines} .\n")
        keys = sorted([expand(part) for part in result] for result in results)
        text = {"triples": total, "seed": seed, "results": keys}
        expected.write_text(json.dumps(text, ensure_ascii=False, indent=0), encoding="utf-8")
        data.with_suffix(".new").rename(data)
    return data, expected, json.loads(expected.read_text(encoding="utf-8"))["triples"]


def expand(term: str) -> str:
    """Write a term or path of the bundles as in N-Triples; a blank node loses its label, which engines change."""
    if term.startswith('"') and "^^" in term:
        text, _, datatype = term.rpartition("^^")
        return f"{text}^^{expand(datatype)}"
    if term.startswith(('"', "<")):
        return term
    return "_:" if term.startswith("_:") else CURIE.sub(lambda m: f"<{PREFIXES[m[1]]}{m[2]}>", term)


def main() -> None:
    """Write the files that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("triples", type=int, nargs="+")
    parser.add_argument("--folder", type=Path, default=Path("build/bench"))
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for triples in given.triples:
        data, expected, total = write(triples, given.folder, given.seed)
        print(
            f"{data}: {total} triples; {expected}: {len(json.loads(expected.read_text())['results'])} results"
        )


if __name__ == "__main__":
    main()
