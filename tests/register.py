"""A small register for tests: two kinds of records, a scheme, a rule, shapes of every severity."""

from __future__ import annotations

from pathlib import Path

BASE = "https://example.org/"

PREFIXES = """\
@prefix project: <https://example.org/id/project/> .
@prefix org: <https://example.org/id/org/> .
@prefix part: <https://example.org/id/part/> .
@prefix theme: <https://example.org/id/theme/> .
@prefix source: <https://example.org/id/source/> .
@prefix source-kind: <https://example.org/id/source-kind/> .
@prefix basis: <https://example.org/id/basis/> .
@prefix ex: <https://example.org/ontology#> .
@prefix mosty: <https://w3id.org/mosty/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix shape: <https://example.org/shapes#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

FILES = {
    "mosty.toml": """\
name = "bridges"
base = "https://example.org/"
languages = ["en", "cs"]

[kinds]
project = { folder = "projects", class = "ex:Project" }
org = { folder = "organisations", class = "ex:Organisation" }
source = { folder = "sources", class = "mosty:Source" }

[prefixes]
ex = "https://example.org/ontology#"
mosty = "https://w3id.org/mosty/ontology#"
shape = "https://example.org/shapes#"
oa = "http://www.w3.org/ns/oa#"

[ids]
parts = ["part", "statement", "passage"]
concepts = ["theme", "basis", "source-kind"]
""",
    "ontology/bridges.ttl": """
ex:Project a owl:Class ; rdfs:label "project"@en .
ex:Organisation a owl:Class ; rdfs:label "organisation"@en .
ex:Ministry a owl:Class ; rdfs:subClassOf ex:Organisation .
ex:Part a owl:Class .
ex:theme a owl:ObjectProperty .
theme:language-courses a skos:Concept ; skos:prefLabel "language courses"@en .
theme:housing a skos:Concept ; skos:prefLabel "housing"@en .
basis:own-words a skos:Concept ; skos:prefLabel "own words"@en .
basis:reference a skos:Concept ; skos:prefLabel "reference"@en .
source-kind:document a skos:Concept ; skos:prefLabel "document"@en .
source-kind:editorial a skos:Concept ; skos:prefLabel "editorial"@en .
""",
    "ontology/rules/partners.rq": """\
PREFIX ex: <https://example.org/ontology#>
CONSTRUCT { ?project ex:hasPartner ?partner }
WHERE { ?part ex:partOf ?project ; ex:partner ?partner }
""",
    "shapes/projects.ttl": """
shape:project a sh:NodeShape ;
    sh:targetClass ex:Project ;
    sh:property shape:project-without-title , shape:project-without-partner ,
        shape:theme-unknown , shape:project-without-summary , shape:begin-that-is-no-year ;
    sh:closed true ;
    sh:ignoredProperties ( rdf:type ex:hasPartner ) ;
    sh:message "A project does not have this property."@en ;
    sh:description "A misspelt property would never be found by a query. Compare it with the ontology."@en .
shape:project-without-title a sh:PropertyShape ;
    sh:path rdfs:label ; sh:minCount 1 ; sh:uniqueLang true ;
    sh:message "The project needs one title in each language."@en , "Projekt potřebuje název."@cs ;
    sh:description "Every list shows the title. Add rdfs:label with its language."@en .
shape:project-without-partner a sh:PropertyShape ;
    sh:path ex:hasPartner ; sh:minCount 1 ; sh:class ex:Organisation ; sh:severity sh:Warning ;
    sh:message "The project has no partner that is an organisation."@en .
shape:project-without-summary a sh:PropertyShape ;
    sh:path ex:summary ; sh:minCount 1 ; sh:severity sh:Info .
shape:begin-that-is-no-year a sh:PropertyShape ;
    sh:path ex:begins ; sh:datatype xsd:gYear ; sh:maxCount 1 .
shape:theme-unknown a sh:PropertyShape ;
    sh:path ex:theme ; sh:class skos:Concept ;
    sh:message "The theme is not a concept of the scheme."@en .
shape:part-without-partner a sh:PropertyShape ;
    sh:targetClass ex:Part ; sh:path ex:partner ; sh:minCount 1 ;
    sh:message "The participation names nobody."@en .
""",
    "data/organisations/charity.ttl": """
org:charity a ex:Organisation ; rdfs:label "Charity"@en .
""",
    "data/organisations/interior.ttl": """
org:interior a ex:Ministry ; rdfs:label "Ministry of the Interior"@en .
""",
    "data/projects/bridge.ttl": """
project:bridge a ex:Project ;
    rdfs:label "Bridge"@en , "Most"@cs ;
    ex:summary "Courses of Czech."@en ;
    ex:begins "2012"^^xsd:gYear ;
    ex:theme theme:language-courses .
part:bridge.interior a ex:Part ;
    ex:partOf project:bridge ;
    ex:partner org:interior .
""",
    "data/sources/sheet.ttl": """
source:sheet a mosty:Source ; rdfs:label "A sheet"@en ; mosty:sourceKind source-kind:document .
""",
    "data/sources/desk.ttl": """
source:desk a mosty:Source ; rdfs:label "Our desk"@en ; mosty:sourceKind source-kind:editorial .
""",
}


def make_register(folder: Path) -> Path:
    """Write the register into a folder and return it."""
    for name, text in FILES.items():
        put(folder / name, text)
    return folder


def put(path: Path, text: str) -> Path:
    """Write a file; Turtle gets the prefixes in front."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text((PREFIXES if path.suffix == ".ttl" else "") + text, encoding="utf-8")
    return path
