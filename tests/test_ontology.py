"""The ontology as its readers meet it: every term is explained, in its module, and in use."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

REPO = Path(__file__).parents[1]
ONTOLOGY = REPO / "ontology"
ONTOLOGY_IRI = "https://w3id.org/mosty/ontology"
NAMESPACE = ONTOLOGY_IRI + "#"
VERSION = "0.1.0"

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
SDG_GOAL = r"http://metadata\.un\.org/sdg/(1[0-7]|[1-9])"
TERM_TYPES = {OWL + kind for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")}

# W3C OWL 2 Structural Specification, section 4: xsd:date and the like are not among them.
XSD = "http://www.w3.org/2001/XMLSchema#"
OWL_DATATYPES = {
    XSD + name
    for name in (
        "anyURI",
        "boolean",
        "dateTime",
        "decimal",
        "integer",
        "language",
        "nonNegativeInteger",
        "string",
    )
}


class Description(defaultdict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]):
    """What one file, or all, say about one subject: property to values."""

    def iris(self, prop: str) -> set[str]:
        return {value.value for value in self[prop] if isinstance(value, ox.NamedNode)}

    def languages(self, prop: str) -> list[str | None]:
        return sorted((value.language for value in self[prop] if isinstance(value, ox.Literal)), key=str)


def describe(paths: Iterable[Path]) -> dict[str, Description]:
    found: dict[str, Description] = {}
    for path in paths:
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
            assert not isinstance(quad.subject, ox.Triple)
            assert not isinstance(quad.object, ox.Triple)
            found.setdefault(quad.subject.value, Description(list))[quad.predicate.value].append(quad.object)
    return found


MODULES = sorted(path for path in ONTOLOGY.glob("*.ttl") if path.stem not in {"mosty", "alignments"})
SCHEMES = sorted((ONTOLOGY / "schemes").glob("*.ttl"))
RULES = sorted((ONTOLOGY / "rules").glob("*.rq"))
ALL = describe([ONTOLOGY / "mosty.ttl", *MODULES])
TERMS = {iri: said for iri, said in ALL.items() if iri.startswith(NAMESPACE)}


def module_iri(path: Path) -> str:
    return ONTOLOGY_IRI if path.stem == "mosty" else f"{ONTOLOGY_IRI}/{path.stem}"


# ---------------------------------------------------------------- files and headers


@pytest.mark.parametrize("path", sorted(ONTOLOGY.glob("*.ttl")), ids=lambda path: path.stem)
def test_header(path: Path) -> None:
    iri = module_iri(path)
    said = describe([path])[iri]
    assert said.iris(RDF_TYPE) == {OWL + "Ontology"}
    assert said.languages(RDFS + "label") == ["cs", "en"]
    assert said.languages(DCTERMS + "abstract") == ["cs", "en"]
    assert said.iris(DCTERMS + "license") == {"https://creativecommons.org/licenses/by/4.0/"}
    assert said.iris(OWL + "versionIRI") == {f"{iri}/{VERSION}"}
    assert [value.value for value in said[OWL + "versionInfo"]] == [VERSION]


def test_the_whole_imports_every_module() -> None:
    assert ALL[ONTOLOGY_IRI].iris(OWL + "imports") == {module_iri(path) for path in MODULES}


def test_catalog_names_every_file() -> None:
    catalog = (ONTOLOGY / "catalog-v001.xml").read_text("utf-8")
    entries = dict(re.findall(r'<uri name="([^"]+)" uri="([^"]+)"/>', catalog))
    assert entries == {module_iri(path): path.name for path in ONTOLOGY.glob("*.ttl")}


# ---------------------------------------------------------------- terms


@pytest.mark.parametrize("iri", sorted(TERMS), ids=lambda iri: iri.removeprefix(NAMESPACE))
def test_term_is_explained(iri: str) -> None:
    said = TERMS[iri]
    assert len(said.iris(RDF_TYPE) & TERM_TYPES) == 1
    assert said.languages(RDFS + "label") == ["cs", "en"]
    assert said.languages(SKOS + "definition") == ["cs", "en"]
    for definition in said[SKOS + "definition"]:
        assert definition.value.endswith("."), "a definition is a sentence"
        assert definition.value != definition.value.lower()
    [module] = said.iris(RDFS + "isDefinedBy")
    assert module in {module_iri(path) for path in MODULES}
    name = iri.removeprefix(NAMESPACE)
    is_class = OWL + "Class" in said.iris(RDF_TYPE)
    assert re.fullmatch(r"[A-Z][A-Za-z0-9]*" if is_class else r"[a-z][A-Za-z0-9]*", name)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_term_stands_in_the_module_that_defines_it(path: Path) -> None:
    for iri, said in describe([path]).items():
        if iri.startswith(NAMESPACE):
            assert said.iris(RDFS + "isDefinedBy") == {module_iri(path)}, iri


def test_no_definition_is_given_twice() -> None:
    seen: dict[str, str] = {}
    for iri, said in TERMS.items():
        for text in said[SKOS + "definition"]:
            assert seen.setdefault(text.value, iri) == iri


def test_ranges_of_datatype_properties_are_datatypes_of_owl() -> None:
    for iri, said in TERMS.items():
        if OWL + "DatatypeProperty" in said.iris(RDF_TYPE):
            assert said.iris(RDFS + "range") <= OWL_DATATYPES, iri


def test_terms_that_terms_refer_to_exist() -> None:
    named = {
        value.value
        for said in ALL.values()
        for values in said.values()
        for value in values
        if isinstance(value, ox.NamedNode) and value.value.startswith(NAMESPACE)
    }
    assert named <= {*TERMS, NAMESPACE}


# ---------------------------------------------------------------- use


def graph_files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in (REPO / folder).rglob("*.ttl")]


def names_in_text(paths: Iterable[Path]) -> set[str]:
    """Terms of our namespace named in queries and rules, which are text and not RDF."""
    text = "\n".join(path.read_text("utf-8") for path in paths)
    return {NAMESPACE + name for name in re.findall(r"\bmosty:(\w+)", text)}


def names_in_rdf(paths: Iterable[Path]) -> set[str]:
    found: set[str] = set()
    for path in paths:
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
            for term in (quad.predicate, quad.object):
                if isinstance(term, ox.NamedNode) and term.value.startswith(NAMESPACE):
                    found.add(term.value)
    return found


def used_terms() -> set[str]:
    used = names_in_rdf([*graph_files("data", "shapes"), *SCHEMES])
    used |= names_in_text([*(REPO / "queries").rglob("*.rq"), *RULES])
    used.add(NAMESPACE + "derivedBy")  # used by the ontology itself
    grown = True
    while grown:  # an abstract class is in use when a subclass is
        parents = {
            parent
            for iri in used & TERMS.keys()
            for prop in ("subClassOf", "subPropertyOf")
            for parent in TERMS[iri].iris(RDFS + prop)
        }
        grown = not parents <= used
        used |= parents
    return used


def test_every_term_is_used() -> None:
    assert sorted(TERMS.keys() - used_terms()) == []


def test_data_shapes_queries_and_rules_use_only_terms_that_exist() -> None:
    files = {path: names_in_rdf([path]) for path in graph_files("data", "shapes")}
    files |= {path: names_in_text([path]) for path in [*(REPO / "queries").rglob("*.rq"), *RULES]}
    unknown = {
        (str(path.relative_to(REPO)), name.removeprefix(NAMESPACE))
        for path, names in files.items()
        for name in names - TERMS.keys() - {NAMESPACE}
    }
    assert sorted(unknown) == []


# ---------------------------------------------------------------- rules


def expand(curie: str) -> str:
    prefix, name = curie.split(":")
    return {"mosty": NAMESPACE, "prov": "http://www.w3.org/ns/prov#"}[prefix] + name


def derives(rule: Path) -> set[str]:
    [listed] = re.findall(r"^#\+ derives: \[(.+)\]$", rule.read_text("utf-8"), re.MULTILINE)
    return {expand(curie) for curie in listed.split(", ")}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.stem)
def test_a_rule_makes_what_it_says(rule: Path) -> None:
    text = rule.read_text("utf-8")
    [head] = re.findall(r"CONSTRUCT \{(.*?)\}", text, re.DOTALL)
    assert {expand(curie) for curie in re.findall(r"\b\w+:\w+", head)} == derives(rule)
    assert re.search(r"^#\+ question: .+\?$", text, re.MULTILINE)


def test_derived_terms_and_rules_agree() -> None:
    by_rule = {rule.name: derives(rule) for rule in RULES}
    by_term: dict[str, set[str]] = {rule.name: set() for rule in RULES}
    for iri, said in ALL.items():
        for rule in said[NAMESPACE + "derivedBy"]:
            by_term.setdefault(rule.value, set()).add(iri)
    assert by_term == by_rule


# ---------------------------------------------------------------- schemes


@pytest.mark.parametrize("path", SCHEMES, ids=lambda path: path.stem)
def test_scheme(path: Path) -> None:
    said = describe([path])
    scheme = f"https://w3id.org/mosty/id/scheme/{path.stem}"
    assert said[scheme].languages(SKOS + "prefLabel") == ["cs", "en"]
    assert said[scheme].languages(SKOS + "definition") == ["cs", "en"]
    concepts = {iri: facts for iri, facts in said.items() if iri != scheme}
    assert all(facts.iris(RDF_TYPE) == {SKOS + "Concept"} for facts in concepts.values())
    tops = {iri for iri, facts in concepts.items() if facts[SKOS + "topConceptOf"]}
    assert said[scheme].iris(SKOS + "hasTopConcept") == tops
    assert len({iri.rsplit("/", 1)[0] for iri in concepts}) == 1, "one prefix a scheme"
    for iri, facts in concepts.items():
        assert facts.languages(SKOS + "prefLabel") == ["cs", "en"], iri
        assert facts.languages(SKOS + "definition") == ["cs", "en"], iri
        assert facts.iris(SKOS + "inScheme") == {scheme}, iri
        assert bool(facts[SKOS + "topConceptOf"]) != bool(facts[SKOS + "broader"]), iri
        assert facts.iris(SKOS + "broader") <= concepts.keys(), iri


@pytest.mark.parametrize("path", SCHEMES, ids=lambda path: path.stem)
def test_labels_of_a_scheme_are_unique(path: Path) -> None:
    labels = [
        (label.value, label.language)
        for facts in describe([path]).values()
        if SKOS + "Concept" in facts.iris(RDF_TYPE)
        for label in facts[SKOS + "prefLabel"]
        if isinstance(label, ox.Literal)
    ]
    assert sorted({label for label in labels if labels.count(label) > 1}) == []


def test_no_cycle_among_concepts() -> None:
    broader = {iri: facts.iris(SKOS + "broader") for iri, facts in describe(SCHEMES).items()}
    for start in broader:
        seen, step = set[str](), broader[start]
        while step:
            assert start not in step, start
            seen |= step
            step = {wider for iri in step for wider in broader.get(iri, ())} - seen


def test_mappings_point_to_concepts_that_exist() -> None:
    said = describe(SCHEMES)
    for iri, facts in said.items():
        for relation in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"):
            for target in facts.iris(SKOS + relation):
                assert target in said or re.fullmatch(SDG_GOAL, target), iri


def test_identifier_schemes_match_their_examples() -> None:
    for iri, facts in describe([ONTOLOGY / "schemes" / "id-schemes.ttl"]).items():
        if facts.iris(RDF_TYPE) != {SKOS + "Concept"}:
            continue
        [pattern] = facts[NAMESPACE + "pattern"]
        assert pattern.value.startswith("^"), iri
        assert pattern.value.endswith("$"), iri
        for example in facts[SKOS + "example"]:
            assert re.search(pattern.value, example.value), (iri, example.value)
        for template in facts[NAMESPACE + "urlTemplate"]:
            assert template.value.count("{code}") == 1, iri


def test_concepts_that_the_data_use_exist() -> None:
    said = describe(SCHEMES)
    bases = {iri.rsplit("/", 1)[0] + "/" for iri in said}
    missing = {
        (str(path.relative_to(REPO)), quad.object.value)
        for path in graph_files("data")
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
        if isinstance(quad.object, ox.NamedNode)
        and quad.object.value.rsplit("/", 1)[0] + "/" in bases
        and quad.object.value not in said
    }
    assert sorted(missing) == []
