"""What describes a release for portals and for people: DCAT-AP, provenance, CITATION.cff."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import yaml

from conftest import ROOT, SHARED, need
from mosty.model.errors import InputError
from mosty.model.terms import RDF
from mosty.publish import dcat, provenance
from mosty.publish.citation import cff
from mosty.publish.content import Content, read_content
from mosty.publish.description import Description
from mosty.publish.info import Previous, Reason, ReleaseInfo, counts
from mosty.publish.sources import dataset
from mosty.publish.staging import ReleaseFile
from mosty.rdf.graph import Graph
from mosty.workspace import Workspace
from mosty.workspace.config import Config

BASE = "https://w3id.org/mosty/"
DCAT, DCTERMS = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
FILES = [
    ReleaseFile(path, f"The file {path}", 10 + number, f"{number:064x}")
    for number, path in enumerate(
        "mosty.ttl mosty.ttl.gz mosty.nt mosty.nq mosty.nq.gz mosty.trig mosty.jsonld mosty.rdf mosty-annotated.ttl "
        "ontology.ttl shapes.ttl kinds/projects.ttl tables/projects.csv tables/mosty.xlsx tables/places.geojson "
        "tables/projects.parquet tables/datapackage.json void.ttl index.html id/org/esf.ttl id/org/esf.html "
        "queries/all.rq static/site.css README.txt release.json context.jsonld changes.rdfp".split()
    )
]
NO_DISTRIBUTIONS = {
    "index.html", "id/org/esf.ttl", "id/org/esf.html", "queries/all.rq", "static/site.css", "README.txt",
    "release.json", "context.jsonld", "changes.rdfp",
}  # fmt: skip


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    return Workspace(ROOT)


@pytest.fixture(scope="module")
def content(workspace: Workspace) -> Content:
    return read_content(workspace)


def info_of(
    content: Content, config: Config, *, version: str | None = "1.2.0", previous: Previous | None = None
) -> ReleaseInfo:
    return ReleaseInfo(
        name=config.name,
        title=config.publish.get("title", config.title),
        base=config.base,
        version=version,
        date=datetime.date(2025, 3, 17),
        previous=previous,
        dump="mosty.nq",
        hash="a" * 64,
        shapes_hash="b" * 64,
        counts=counts(content, {name: len(graph) for name, graph in dataset(content, config)}),
        reasons=(Reason("minor", "1 new record: project:x"),),
        issued=datetime.date(2024, 1, 31),
    )


def described(
    content: Content, config: Config, *, previous: Previous | None = None, **publish: str
) -> Description:
    changed = config._replace(publish={**config.publish, **publish})
    info = info_of(content, changed, previous=previous)
    return dcat.describe(content, changed, FILES, info, conforms_to=["https://w3id.org/mosty/ontology"])


def values(description: Description, subject: str, predicate: str) -> list[str]:
    return sorted(
        t.object.value
        for t in description.triples
        if t.subject == ox.NamedNode(subject) and t.predicate == ox.NamedNode(predicate)
        if isinstance(t.object, (ox.NamedNode, ox.Literal))
    )


@pytest.fixture(scope="module")
def full(workspace: Workspace, content: Content) -> Description:
    """With everything that can be said."""
    return described(
        content,
        workspace.config,
        previous=Previous("1.1.0", "c" * 64),
        themes="SOCI INTR https://w3id.org/mosty/id/theme/asylum",
        keywords="migration, development cooperation",
        contact="mailto:register@example.org",
        frequency="QUARTERLY",
        **{"keywords-cs": "migrace", "publisher-cs": "Tým mosty"},
    )


# --- DCAT-AP ---


def variants(workspace: Workspace, content: Content, full: Description) -> list[Description]:
    """With everything, with an earlier release that had no version, and with the least that there can be."""
    bare = Config("bare", "Bare", "https://example.org/", ("en",), {}, workspace.prefixes, {}, {})
    nothing = Content(Graph(), (), Graph(), Graph(), {}, set(), set())
    info = info_of(nothing, bare, version=None)._replace(date=None, reasons=())
    elsewhere = {"license": "https://e.org/licence", "frequency": "https://e.org/sometimes", "themes": ""}
    return [
        full,
        described(
            content,
            workspace.config,
            previous=Previous(None, "c" * 64),
            contact="https://e.org/",
            **elsewhere,
        ),
        dcat.describe(nothing, bare, FILES, info, conforms_to=[]),
    ]


def test_it_conforms_to_dcat_ap(
    workspace: Workspace, content: Content, full: Description, tmp_path: Path
) -> None:
    """To the shapes of SEMIC, by pySHACL and by our own engine."""
    shapes = SHARED / "real/vocab/dcat-ap-SHACL.ttl"
    need(shapes.is_file(), "the DCAT-AP 3 shapes of SEMIC (dcat-ap-SHACL.ttl)")
    import pyshacl

    from mosty.validate import validate_files

    for number, one in enumerate(variants(workspace, content, full)):
        file = tmp_path / f"dcat-{number}.ttl"
        file.write_text(one.turtle(workspace.prefixes))
        report = validate_files(None, [file], [shapes], engine="compiled")
        assert report.results == (), report.results
        conforms, _, text = pyshacl.validate(str(file), shacl_graph=str(shapes))
        assert conforms, text


def test_a_fault_would_be_found(workspace: Workspace, full: Description, tmp_path: Path) -> None:
    """The check above can fail: without its titles the description does not conform."""
    shapes = SHARED / "real/vocab/dcat-ap-SHACL.ttl"
    need(shapes.is_file(), "the DCAT-AP 3 shapes of SEMIC (dcat-ap-SHACL.ttl)")
    from mosty.validate import validate_files

    file, without = tmp_path / "dcat.ttl", Description()
    without.triples = [t for t in full.triples if t.predicate.value != f"{DCTERMS}title"]
    file.write_text(without.turtle(workspace.prefixes))
    assert not validate_files(None, [file], [shapes], engine="compiled").conforms


def test_each_file_of_data_is_a_distribution(full: Description) -> None:
    start = f"{BASE}dataset/distribution/"
    found = {iri.removeprefix(start) for iri in values(full, f"{BASE}dataset", f"{DCAT}distribution")}
    assert found == {file.path for file in FILES} - NO_DISTRIBUTIONS
    assert found == {file.path for file in FILES if dcat.is_distribution(file.path)}
    for file in FILES:
        if file.path in NO_DISTRIBUTIONS:
            continue
        iri = start + file.path
        assert values(full, iri, f"{DCAT}byteSize") == [str(file.size)]
        assert values(full, f"{iri}#checksum", "http://spdx.org/rdf/terms#checksumValue") == [file.sha256]
        assert values(full, iri, f"{DCAT}downloadURL") == [f"{BASE}{file.path}"]
        assert len(values(full, iri, f"{DCAT}mediaType")) == 1
        packed = values(full, iri, f"{DCAT}compressFormat")
        gzip = ["https://www.iana.org/assignments/media-types/application/gzip"]
        assert packed == (gzip if file.path.endswith(".gz") else [])


def test_media_types(full: Description) -> None:
    start, iana = f"{BASE}dataset/distribution/", "https://www.iana.org/assignments/media-types/"
    expected: Mapping[str, str] = {
        "mosty.ttl.gz": "text/turtle",
        "mosty.nq": "application/n-quads",
        "mosty.jsonld": "application/ld+json",
        "tables/projects.csv": "text/csv",
        "tables/places.geojson": "application/geo+json",
        "tables/mosty.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
    for path, media in expected.items():
        assert values(full, start + path, f"{DCAT}mediaType") == [iana + media]
    assert values(full, start + "mosty-annotated.ttl", f"{DCTERMS}conformsTo") == [
        f"{BASE}ontology",
        "https://www.w3.org/TR/rdf12-turtle/",
    ]


def test_dates_of_the_first_release_and_of_this_one(full: Description) -> None:
    for node in ("dataset", "catalogue", "catalogue/record"):
        assert values(full, BASE + node, f"{DCTERMS}issued") == ["2024-01-31"]
        assert values(full, BASE + node, f"{DCTERMS}modified") == ["2025-03-17"]


def test_what_portals_ask_for_beyond_the_files(full: Description) -> None:
    """Licence, themes, frequency and languages by the names that the EU's tables give them."""
    eu, skos = "http://publications.europa.eu/resource/authority/", "http://www.w3.org/2004/02/skos/core#"
    root, licence = f"{BASE}dataset", "https://creativecommons.org/licenses/by/4.0/"
    assert values(full, licence, f"{skos}exactMatch") == [f"{eu}licence/CC_BY_4_0"]
    assert values(full, licence, f"{DCTERMS}type") == ["http://purl.org/adms/licencetype/Attribution"]
    assert values(full, f"{BASE}catalogue", f"{DCAT}themeTaxonomy") == [f"{eu}data-theme"]
    assert values(full, root, f"{DCTERMS}accrualPeriodicity") == [f"{eu}frequency/QUARTERLY"]
    assert f"{BASE}shapes" in values(full, root, f"{DCTERMS}conformsTo")
    types = values(full, f"{BASE}contact", f"{RDF}type")
    assert "http://www.w3.org/2006/vcard/ns#Organization" in types
    assert values(full, f"{BASE}publisher", "http://xmlns.com/foaf/0.1/name") == [
        "The mosty team",
        "Tým mosty",
    ]


def test_what_the_data_say_is_said(full: Description, content: Content) -> None:
    """Countries, years and keywords come from the records."""
    root = f"{BASE}dataset"
    countries = [iri.rpartition("/")[2] for iri in values(full, root, f"{DCTERMS}spatial")]
    assert {"CZE", "MDA", "DEU"} <= {*countries}
    assert "AUS" not in countries
    starts = sorted(value[1:11] for _, p, value in content.derived if p.endswith("#earliestStart>"))
    assert values(full, f"{root}/period", f"{DCAT}startDate") == starts[:1]
    keywords = values(full, root, f"{DCAT}keyword")
    assert {"migration", "development cooperation", "migrace", "asylum", "azyl"} <= {*keywords}
    themes = values(full, root, f"{DCAT}theme")
    assert "http://publications.europa.eu/resource/authority/data-theme/SOCI" in themes
    label = values(full, f"{BASE}id/theme/asylum", "http://www.w3.org/2004/02/skos/core#prefLabel")
    assert "asylum" in label
    assert values(full, root, f"{DCAT}version") == ["1.2.0"]
    assert values(full, root, f"{DCAT}previousVersion") == [f"{root}/version/1.1.0"]
    notes = values(full, root, "http://www.w3.org/ns/adms#versionNotes")
    assert notes == ["minor: 1 new record: project:x"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("themes", "SOCIETY"),
        ("themes", "SOCI no iri"),
        ("contact", "me"),
        ("contact", "javascript:alert(1)"),
        ("frequency", "often"),
    ],
)
def test_what_cannot_be_said_is_refused(workspace: Workspace, content: Content, key: str, value: str) -> None:
    with pytest.raises(InputError, match=f"publish.{key}"):
        described(content, workspace.config, previous=None, **{key: value})


# --- provenance ---


def test_each_source_with_what_rests_on_it(workspace: Workspace, content: Content) -> None:
    config = workspace.config
    found = provenance.describe(content, config, info_of(content, config))
    root, spdx, void = f"{BASE}dataset", "http://spdx.org/rdf/terms#", "http://rdfs.org/ns/void#"
    prov = "http://www.w3.org/ns/prov#"
    assert len(values(found, root, f"{prov}wasDerivedFrom")) > 3
    for name, graph in dataset(content, config):
        slug = name[1:-1].rpartition("/")[2]
        own = name[1:-1].startswith(f"{BASE}graph/")
        part = f"{root}/{'graph' if own else 'source'}/{slug}"
        assert values(found, part, f"{void}triples") == [str(len(graph))]
        assert values(found, part, f"{DCTERMS}source") == ([] if own else [name[1:-1]])
    sheet = f"{BASE}id/source/czech-towns-sheet"
    assert values(found, f"{sheet}#sha256", f"{spdx}checksumValue") == [
        "ae20399185a1ac871e2001b8296e87b083b6a6dadc8d65fc979783d7ee0c272e"
    ]
    euaa = f"{BASE}id/source/euaa-bridges-to-integration"
    assert values(found, euaa, f"{DCTERMS}publisher") == [f"{BASE}id/org/euaa"]
    codes = f"{BASE}id/source/country-codes"
    assert values(found, codes, "http://xmlns.com/foaf/0.1/page") == [
        "https://github.com/datasets/country-codes"
    ]


# --- CITATION.cff ---


def test_the_citation_of_the_repository() -> None:
    assert read_citation((ROOT / "CITATION.cff").read_text())["type"] in {"software", "dataset"}


def read_citation(text: str) -> dict[str, Any]:
    """Read a CITATION.cff that keeps to the schema of the Citation File Format."""
    import jsonschema
    from check_jsonschema.builtin_schemas import get_builtin_schema

    said: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)  # to YAML a date is no text
    jsonschema.validate(said, get_builtin_schema("vendor.citation-file-format"))
    return said


def test_citation(workspace: Workspace, content: Content) -> None:
    config = workspace.config
    said = read_citation(cff(content, config, info_of(content, config)))
    assert (said["cff-version"], said["type"], said["version"]) == ("1.2.0", "dataset", "1.2.0")
    assert said["date-released"] == "2025-03-17"
    assert said["license"] == "CC-BY-4.0"
    assert said["authors"] == [{"name": "The mosty team"}]
    assert said["identifiers"][0]["value"] == "sha256:" + "a" * 64
    assert said["identifiers"][0]["type"] == "other"


def test_citation_of_awkward_texts(workspace: Workspace, content: Content) -> None:
    title = 'A: "b" # c\\d\n- e\u2028f {g}'
    config = workspace.config._replace(publish={"title": title, "license": "https://e.org/licence"})
    info = info_of(content, config, version=None)._replace(date=None)
    said = read_citation(cff(content, config, info))
    assert said["title"] == title
    assert said["license-url"] == "https://e.org/licence"
    assert not {"license", "version", "date-released"} & said.keys()
