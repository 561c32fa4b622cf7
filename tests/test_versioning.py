"""The version of a release: which changes ask for which number, and that no stricter shape goes unnoticed."""

from __future__ import annotations

import datetime
import itertools
from pathlib import Path

import pyoxigraph as ox
import pytest

from mosty.model.errors import InputError, UsageError
from mosty.publish.info import Previous, Reason, ReleaseInfo, count, read_info, to_json
from mosty.publish.versioning import FIRST, Snapshot, compare, next_version, read_snapshot
from mosty.rdf.graph import Graph
from mosty.rdf.prefixes import Prefixes

PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix e: <http://e.org/> .
"""
CLASSES = frozenset({"<http://e.org/Project>"})
NAMES = Prefixes({"e": "http://e.org/"})


def quads(text: str) -> list[ox.Quad]:
    return list(ox.parse(PREFIXES + text, ox.RdfFormat.TURTLE, rename_blank_nodes=True))


def graph(text: str) -> Graph:
    return Graph.of(quads(text))


ONTOLOGY = """
e:Project a owl:Class ; rdfs:label "project"@en ; rdfs:subClassOf e:Thing .
e:Thing a owl:Class . e:Other a owl:Class . e:title a owl:DatatypeProperty .
"""
RECORDS = """
e:p1 a e:Project ; e:title "One" . e:t1 a skos:Concept ; skos:prefLabel "theme"@en .
e:f1 e:funds e:p1 .
"""
SHAPES = """
e:project a sh:NodeShape ; sh:targetClass e:Project ;
  sh:property e:title-missing , [ sh:path e:funds ; sh:maxCount 2 ] .
e:title-missing a sh:PropertyShape ; sh:path e:title ; sh:minCount 1 ; sh:message "No title."@en .
e:title-short a sh:PropertyShape ; sh:targetClass e:Project ;
  sh:path e:title ; sh:minLength 3 ; sh:severity sh:Warning .
e:colour sh:targetClass e:Project ; sh:property [ sh:path e:colour ; sh:in ( "red" "blue" ) ] ; sh:not e:wrong .
e:wrong a sh:NodeShape ; sh:property [ sh:path e:broken ; sh:minCount 2 ] .
"""


def snapshot(
    *, ontology: str = ONTOLOGY, records: str = RECORDS, shapes: str = SHAPES, **texts: str
) -> Snapshot:
    named = {name.replace("__", "/") + ".rq": text for name, text in texts.items()}
    return Snapshot(graph(records), Graph(), graph(ontology), graph(shapes), named)


def level(old: Snapshot, new: Snapshot) -> str | None:
    reasons = compare(old, new, classes=CLASSES, prefixes=NAMES)
    return reasons[0].level if reasons else None


BASE = snapshot(queries__all="SELECT * {}", rules__donors="CONSTRUCT {} {}")
SAME = {"queries__all": "SELECT * {}", "rules__donors": "CONSTRUCT {} {}"}


def edited(part: str, old: str, new: str) -> Snapshot:
    text = {"ontology": ONTOLOGY, "records": RECORDS, "shapes": SHAPES}[part]
    assert old in text
    return snapshot(**{part: text.replace(old, new)}, **SAME)


# --- which change asks for what ---


@pytest.mark.parametrize(
    ("expected", "part", "old", "new"),
    [
        (None, "ontology", "e:Other", "e:Other"),
        ("major", "ontology", "e:Other a owl:Class .", ""),
        ("major", "ontology", "e:title a owl:DatatypeProperty", "e:title a owl:ObjectProperty"),
        ("major", "ontology", "; rdfs:subClassOf e:Thing", ""),
        ("major", "ontology", "e:Other a owl:Class", "e:Other a owl:Class ; rdfs:subClassOf e:Project"),
        ("minor", "ontology", "e:Other a owl:Class", "e:Other a owl:Class ; rdfs:subClassOf e:Thing"),
        ("minor", "ontology", "e:Other a owl:Class", "e:Other a owl:Class . e:More a owl:Class"),
        ("minor", "ontology", "e:Other a owl:Class", "e:Other a owl:Class ; owl:deprecated true"),
        ("patch", "ontology", '"project"@en', '"a project"@en'),
        ("major", "records", 'e:t1 a skos:Concept ; skos:prefLabel "theme"@en .', ""),
        ("minor", "records", "e:f1", "e:p2 a e:Project . e:f1"),
        ("minor", "records", 'e:p1 a e:Project ; e:title "One" .', ""),
        ("minor", "records", "e:f1", "e:t2 a skos:Concept . e:f1"),
        ("patch", "records", '"One"', '"Two"'),
        ("patch", "records", "e:f1 e:funds e:p1 .", "e:f1 e:funds e:p1 . e:f2 e:funds e:p1 ."),
        ("patch", "records", "e:f1 e:funds e:p1 .", ""),
        ("patch", "shapes", '"No title."@en', '"There is no title."@en'),
        ("minor", "shapes", "sh:minCount 1", "sh:minCount 0"),
        ("major", "shapes", "sh:minCount 1", "sh:minCount 2"),
        ("minor", "shapes", "sh:minCount 1 ;", ""),
        ("major", "shapes", "sh:minCount 1", "sh:minCount 1 ; sh:datatype xsd:string"),
        ("minor", "shapes", "sh:minCount 1", "sh:minCount 1 ; sh:severity sh:Warning"),
        ("major", "shapes", "sh:minCount 1", "sh:minCount 1 ; sh:targetClass e:Thing"),
        ("minor", "shapes", "sh:minCount 1", "sh:minCount 1 ; sh:deactivated true"),
        ("major", "shapes", "sh:path e:title ; sh:minCount 1", "sh:path e:label ; sh:minCount 1"),
        ("minor", "shapes", "sh:minLength 3", "sh:minLength 4"),  # a warning only
        ("major", "shapes", "sh:severity sh:Warning", "sh:severity sh:Violation"),
        ("minor", "shapes", "sh:severity sh:Warning", "sh:severity sh:Info"),
        ("major", "shapes", "sh:maxCount 2", "sh:maxCount 1"),
        ("minor", "shapes", "sh:maxCount 2", "sh:maxCount 3"),
        ("major", "shapes", '( "red" "blue" )', '( "red" )'),
        ("minor", "shapes", '( "red" "blue" )', '( "green" "red" "blue" )'),
        (None, "shapes", '( "red" "blue" )', '( "blue" "red" )'),
        ("major", "shapes", '( "red" "blue" )', '( "red" "green" )'),
        ("major", "shapes", "sh:minCount 2", "sh:minCount 1"),  # below sh:not, what allows more forbids more
        ("minor", "shapes", "sh:not e:wrong", "sh:severity sh:Violation"),
        ("major", "shapes", "e:wrong a", "e:new sh:targetClass e:Thing ; sh:closed true . e:wrong a"),
        (
            "minor",
            "shapes",
            "e:wrong a",
            "e:new sh:targetClass e:Thing ; sh:closed true ; sh:severity sh:Info . e:wrong a",
        ),
        ("minor", "shapes", "e:wrong a", "e:new a sh:NodeShape ; sh:closed true . e:wrong a"),
    ],
)
def test_level(expected: str | None, part: str, old: str, new: str) -> None:
    assert level(BASE, edited(part, old, new)) in ((expected,) if expected else (None, "patch"))


def test_closed_shapes_count_what_they_allow() -> None:
    closed = "e:s sh:targetClass e:Project ; sh:closed true ; sh:ignoredProperties ( e:x ) ; "
    closed += "sh:property [ sh:path e:a ] {} ."
    one, two = (snapshot(shapes=closed.format(more)) for more in ("", ", [ sh:path e:b ]"))
    assert level(two, one) == "major"  # e:b is no longer allowed
    assert any("allows" in reason.text for reason in compare(two, one))
    without = snapshot(shapes=closed.format("").replace("( e:x )", "()"))
    assert level(one, without) == "major"
    assert level(without, one) == "minor"


@pytest.mark.parametrize(
    ("expected", "texts"),
    [
        ("major", {"rules__donors": "CONSTRUCT {} {}"}),
        ("minor", {**SAME, "queries__more": "ASK {}"}),
        ("patch", {**SAME, "queries__all": "SELECT ?s {}"}),
        ("minor", {"queries__all": "SELECT * {}"}),
        ("minor", {**SAME, "rules__donors": "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"}),
        ("minor", {**SAME, "rules__more": "CONSTRUCT {} {}"}),
        (None, SAME),
    ],
)
def test_queries_and_rules(expected: str | None, texts: dict[str, str]) -> None:
    assert level(BASE, snapshot(**texts)) == expected


def test_reasons_name_what_changed() -> None:
    new = snapshot(
        ontology=ONTOLOGY.replace("e:Other a owl:Class .", ""),
        shapes=SHAPES.replace("sh:minCount 1", "sh:minCount 2"),
        records=RECORDS.replace('"One"', '"Two"'),
        **SAME,
    )
    reasons = compare(BASE, new, classes=CLASSES, prefixes=NAMES)
    assert [tuple(reason) for reason in reasons] == [
        ("major", "1 term removed: e:Other"),
        ("major", "shape e:title-missing: sh:minCount is raised"),
        ("patch", "other values changed: e:p1"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('rdfs:label "One"', 'rdfs:label "Two"', ["names changed: e:p1"]),
        ("e:amount 10 ; e:from 2019", "e:amount 20 ; e:from 2019", ["amounts and figures changed: e:p1"]),
        ('e:from "2019"^^xsd:gYear', 'e:from "2020"^^xsd:gYear', ["dates and periods changed: e:p1"]),
        ("e:by e:a", "e:by e:b", ["links changed: e:p1"]),
        ('e:note "x"@en ; e:by e:a', 'e:note "y"@en', ["descriptions changed: e:p1", "links changed: e:p1"]),
        (
            'e:from "a" . e:f e:of e:p1',
            'e:from "a" . e:g e:of e:p1',
            ["1 new part: e:g", "1 part removed: e:f"],
        ),
        (
            'e:from "a" . e:s a m:Statement ; m:passage e:w . e:w a m:Passage',
            'e:from "a" . e:s a m:Statement ; m:passage e:v . e:v a m:Passage . e:t a m:Statement ; m:passage e:v',
            ["evidence: 1 new, 1 changed"],
        ),
    ],
)
def test_reasons_say_what_was_corrected(old: str, new: str, told: list[str]) -> None:
    before, after = (
        snapshot(records=f"@prefix m: <https://w3id.org/mosty/ontology#> . e:p1 a e:Project ; {text} .")
        for text in (old, new)
    )
    assert [reason.text for reason in compare(before, after, classes=CLASSES, prefixes=NAMES)] == told


@pytest.mark.parametrize(
    ("renames", "expected"),
    [
        ({"e:title-missing": "e:untitled"}, "minor"),
        ({"e:title-missing": "e:untitled", "e:project": "e:every-project", "e:wrong": "e:bad"}, "minor"),
        ({"e:title-missing": "e:untitled", "sh:minCount 1 ;": "sh:minCount 2 ;"}, "major"),
    ],
)
def test_a_shape_with_another_name_is_the_same_shape(renames: dict[str, str], expected: str) -> None:
    shapes = SHAPES
    for old, new in renames.items():
        shapes = shapes.replace(old, new)
    reasons = compare(BASE, snapshot(shapes=shapes, **SAME), classes=CLASSES, prefixes=NAMES)
    assert reasons[0].level == expected
    if expected == "minor":
        told = {f"shape {new}: was called {old}" for old, new in renames.items()}
        assert {reason.text for reason in reasons} == told


def test_an_instance_of_a_class_below_is_a_record() -> None:
    ontology = f"{ONTOLOGY} e:Pilot a owl:Class ; rdfs:subClassOf e:Project ."
    without, with_pilot = (
        snapshot(ontology=ontology, records=RECORDS + more, **SAME) for more in ("", "e:p9 a e:Pilot .")
    )
    for old, new, told in (
        (without, with_pilot, "1 new record: e:p9"),
        (with_pilot, without, "1 record removed: e:p9"),
    ):
        assert compare(old, new, classes=CLASSES, prefixes=NAMES) == [("minor", told)]


@pytest.mark.parametrize(
    "shapes",
    [
        "e:n a owl:Class , sh:NodeShape ; sh:property [ sh:path e:p ; sh:minCount 1 ] .",
        "e:s sh:targetClass e:Project ; sh:path e:p ; sh:in ( e:n ) . e:n a sh:NodeShape ; sh:nodeKind sh:IRI .",
        "e:s sh:targetClass e:Project ; sh:class e:n . e:n a sh:NodeShape ; sh:nodeKind sh:IRI .",
    ],
)
def test_a_name_that_says_something_is_no_mere_name(shapes: str) -> None:
    assert level(snapshot(shapes=shapes), snapshot(shapes=shapes.replace("e:n", "e:m"))) == "major"


def test_many_shapes_are_told_together() -> None:
    shapes = "".join(
        f"e:s{n} sh:targetClass e:Project ; sh:property [ sh:path e:p{n} ; sh:maxCount 2 ] .\n"
        for n in range(9)
    )
    old, new = (snapshot(shapes=text) for text in (shapes, shapes.replace("maxCount 2", "maxCount 1")))
    [reason] = compare(old, new, prefixes=NAMES)
    assert reason == ("major", "9 shapes ask for more: e:s0, e:s1, e:s2, e:s3, e:s4 and 4 more")


# --- the number itself ---


def info(version: str | None) -> ReleaseInfo:
    return ReleaseInfo(
        "small", "Small", "urn:e:small/", version, datetime.date(2025, 3, 17), Previous("0.9.0", "0" * 64), "small.nq",
        "1" * 64, "2" * 64, {"triples": 3}, (Reason("minor", "1 new record: e:p1"),),
    )  # fmt: skip


def test_next_version() -> None:
    assert next_version(None, None, BASE).version == FIRST
    assert next_version(None, None, BASE, given="0.1.0").version == "0.1.0"
    changed = {
        "2.0.0": edited("ontology", "e:Other a owl:Class .", ""),
        "1.3.0": edited("records", "e:f1", "e:p2 a e:Project . e:f1"),
        "1.2.4": edited("records", '"One"', '"Two"'),
    }
    for version, new in changed.items():
        choice = next_version(info("1.2.3"), BASE, new, classes=CLASSES)
        assert (choice.version, choice.needed) == (version, version)
        told = next_version(info("1.2.3"), BASE, new, classes=CLASSES, given="1.2.9")
        assert (told.version, told.needed, told.reasons) == ("1.2.9", version, choice.reasons)
    same = next_version(info("1.2.3"), BASE, snapshot(**SAME), classes=CLASSES)
    assert same.version == "1.2.3"
    assert same.reasons == info("1.2.3").reasons


@pytest.mark.parametrize("version", ["2025-03", "1.2", "1.02.0", "v1.2.3", "1.2.3-rc1", None])
def test_a_version_that_has_no_next(version: str | None) -> None:
    new = edited("records", '"One"', '"Two"')
    with pytest.raises(UsageError, match="the next version cannot be found"):
        next_version(info(version), BASE, new)
    assert next_version(info(version), BASE, new, given="2025-04").version == "2025-04"
    assert next_version(info(version), BASE, snapshot(**SAME)).version == (version or FIRST)


def test_release_json_reads_back(tmp_path: Path) -> None:
    assert read_info(tmp_path) is None
    (tmp_path / "release.json").write_text(to_json(info("1.2.3")))
    assert read_info(tmp_path) == info("1.2.3")
    for wrong in (
        "",
        "[]",
        "{}",
        to_json(info("1")).replace("1" * 64, "z"),
        to_json(info("1")).replace("minor", "huge"),
    ):
        (tmp_path / "release.json").write_text(wrong)
        with pytest.raises(InputError, match=r"release\.json"):
            read_info(tmp_path)


def test_counts_are_those_of_the_graph() -> None:
    found = count(BASE.graph, 2, BASE.ontology, BASE.shapes, {"<urn:g>": 9})
    assert (found["triples"], found["derived"], found["ontology"], found["subjects"]) == (5, 2, 6, 3)
    assert (found["quads"], found["graphs"]) == (9, {"urn:g": 9})
    assert found["classes"] == {"http://www.w3.org/2004/02/skos/core#Concept": 1, "http://e.org/Project": 1}


def test_a_release_reads_back_as_what_it_was(tmp_path: Path) -> None:
    for name, part in (("small", BASE.graph), ("ontology", BASE.ontology), ("shapes", BASE.shapes)):
        (tmp_path / f"{name}.ttl").write_text("".join(f"{s} {p} {o} .\n" for s, p, o in part.triples()))
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries/all.rq").write_text("SELECT * {}")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/donors.rq").write_text("CONSTRUCT {} {}")
    with pytest.raises(InputError, match=r"small-derived\.ttl: is missing"):
        read_snapshot(tmp_path, info("1.0.0"))
    (tmp_path / "small-derived.ttl").touch()
    assert compare(read_snapshot(tmp_path, info("1.0.0")), BASE, classes=CLASSES) == []


# --- properties ---

_EDITS = (
    ("ontology", "e:Other a owl:Class .", ""),
    ("ontology", '"project"@en', '"a project"@en'),
    ("records", "e:f1", "e:p2 a e:Project . e:f1"),
    ("records", '"One"', '"Two"'),
    ("shapes", "sh:minCount 1", "sh:minCount 2"),
    ("shapes", "sh:maxCount 2", "sh:maxCount 3"),
    ("shapes", "No title", "There is no title"),
)


def test_more_changes_never_ask_for_less() -> None:
    """For every set of edits: none of its subsets asks for a higher number."""
    weight = {None: 0, "patch": 1, "minor": 2, "major": 3}
    found: dict[frozenset[int], int] = {}
    for size in range(len(_EDITS) + 1):
        for chosen in itertools.combinations(range(len(_EDITS)), size):
            parts = {"ontology": ONTOLOGY, "records": RECORDS, "shapes": SHAPES}
            for index in chosen:
                part, before, after = _EDITS[index]
                parts[part] = parts[part].replace(before, after)
            found[frozenset(chosen)] = weight[level(BASE, snapshot(**parts, **SAME))]
    for chosen_set, number in found.items():
        for index in chosen_set:
            assert found[chosen_set - {index}] <= number


# --- as releases are made ---


def test_one_release_after_another(tmp_path: Path) -> None:
    import mosty
    from mosty.workspace.scaffold import create_workspace

    root = create_workspace(tmp_path / "small").root

    def publish(version: str | None = None) -> ReleaseInfo:
        mosty.open(root).publish(tmp_path / "release", allow={"dirty"}, version=version)
        found = read_info(tmp_path / "release")
        assert found is not None
        return found

    def edit(path: str, old: str, new: str) -> None:
        text = (root / path).read_text()
        assert old in text
        (root / path).write_text(text.replace(old, new, 1))

    first = publish()
    assert (first.version, first.previous) == (FIRST, None)
    assert publish() == first
    edit("shapes/projects.ttl", "The beginning must be", "The first year must be")
    worded = publish()
    assert (worded.version, worded.hash, worded.previous) == (
        "1.0.1",
        first.hash,
        Previous("1.0.0", first.hash),
    )
    edit(
        "shapes/projects.ttl",
        "sh:minCount 1 ;\n    sh:severity sh:Warning",
        "sh:minCount 1 ;\n    sh:maxCount 9 ;\n    sh:severity sh:Warning",
    )
    assert publish().version == "1.1.0"  # a warning more
    edit("shapes/projects.ttl", "sh:datatype xsd:gYear", "sh:datatype xsd:gYear ;\n    sh:minCount 1")
    stricter = publish()
    assert stricter.version == "2.0.0"
    assert stricter.reasons == (Reason("major", "shape shape:beginning-that-is-no-year: sh:minCount is new"),)
    (root / "data/organisations/another.ttl").write_text(
        "<https://example.org/small/id/org/another> a <https://example.org/small/ontology#Organisation> ;\n"
        '    <http://www.w3.org/2000/01/rdf-schema#label> "Another"@en .\n'
    )
    assert publish().version == "2.1.0"
    assert publish("5.0.0").version == "5.0.0"
    (root / "queries/projects-by-funder.rq").unlink()
    gone = publish()
    assert (gone.version, gone.reasons[0].text) == ("6.0.0", "1 stored query removed: projects-by-funder")
    assert mosty.verify(tmp_path / "release").passed
