"""The description of a release for data portals: DCAT-AP 3 (https://semiceu.github.io/DCAT-AP/releases/3.0.1/)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pyoxigraph as ox

from mosty.model.errors import InputError
from mosty.publish import coverage
from mosty.publish.address import address
from mosty.publish.content import Content
from mosty.publish.description import Description, Node, read_key, typed
from mosty.publish.info import ReleaseInfo
from mosty.publish.staging import ReleaseFile
from mosty.rdf.keys import iri_key
from mosty.rdf.prefixes import is_iri
from mosty.workspace.config import Config

_EU = "http://publications.europa.eu/resource/authority/"
_IANA = "https://www.iana.org/assignments/media-types/"
_IMPORTS = iri_key("http://www.w3.org/2002/07/owl#imports")
_DCAT_AP = "https://semiceu.github.io/DCAT-AP/releases/3.0.1/"


class _Format(NamedTuple):
    """A format: its IANA media type, its name in the EU's table of file types, and its specification."""

    media: str
    eu: str
    standard: str | None = None


_W3C = "https://www.w3.org/TR/"
_FORMATS = {
    "ttl": _Format("text/turtle", "RDF_TURTLE", _W3C + "turtle/"),
    "nt": _Format("application/n-triples", "RDF_N_TRIPLES", _W3C + "n-triples/"),
    "nq": _Format("application/n-quads", "RDF_N_QUADS", _W3C + "rdf-canon/"),
    "trig": _Format("application/trig", "RDF_TRIG", _W3C + "trig/"),
    "jsonld": _Format("application/ld+json", "JSON_LD", _W3C + "json-ld11/"),
    "rdf": _Format("application/rdf+xml", "RDF_XML", _W3C + "rdf-syntax-grammar/"),
    "csv": _Format("text/csv", "CSV", "https://www.rfc-editor.org/rfc/rfc4180"),
    "json": _Format("application/json", "JSON"),
    "geojson": _Format("application/geo+json", "GEOJSON", "https://www.rfc-editor.org/rfc/rfc7946"),
    "parquet": _Format("application/vnd.apache.parquet", "PARQUET"),
    "xlsx": _Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"),
}
_PACKED = {"gz": f"{_IANA}application/gzip", "zst": f"{_IANA}application/zstd"}
_FOLDERS = ("", "kinds", "tables")
_NO_DISTRIBUTIONS = ("dcat.ttl", "release.json", "context.jsonld")
_DATA_PACKAGE = "https://specs.frictionlessdata.io/data-package/"
_RDF_12 = _W3C + "rdf12-turtle/"

# The EU's language table names languages by three letters (ISO 639-2/T).
_LANGUAGES = dict(
    pair.split(":")
    for pair in (
        "bg:BUL cs:CES da:DAN de:DEU el:ELL en:ENG es:SPA et:EST fi:FIN fr:FRA ga:GLE hr:HRV hu:HUN it:ITA "
        "lt:LIT lv:LAV mt:MLT nl:NLD pl:POL pt:POR ro:RON ru:RUS sk:SLK sl:SLV sv:SWE uk:UKR"
    ).split(" ")
)
# The EU's data themes, which portals sort datasets by.
_THEMES = {
    "AGRI": "Agriculture, fisheries, forestry and food",
    "ECON": "Economy and finance",
    "EDUC": "Education, culture and sport",
    "ENER": "Energy",
    "ENVI": "Environment",
    "GOVE": "Government and public sector",
    "HEAL": "Health",
    "INTR": "International issues",
    "JUST": "Justice, legal system and public safety",
    "REGI": "Regions and cities",
    "SOCI": "Population and society",
    "TECH": "Science and technology",
    "TRAN": "Transport",
}


def is_distribution(path: str) -> bool:
    """Whether a file of a release is a form of its data: not a page, a query, or a description of the whole.

    >>> is_distribution("tables/projects.csv"), is_distribution("mosty.ttl.gz"), is_distribution("id/org/esf.ttl")
    (True, True, False)
    """
    folder, _, name = path.rpartition("/")
    plain, _ = _unpacked(name)
    return folder in _FOLDERS and plain not in _NO_DISTRIBUTIONS and plain.rpartition(".")[2] in _FORMATS


def describe(
    content: Content,
    config: Config,
    files: Iterable[ReleaseFile],
    info: ReleaseInfo,
    *,
    conforms_to: Iterable[str],
) -> Description:
    """Describe a release as a DCAT-AP catalogue with one dataset and a distribution for each file of data.

    Args:
        content: what is published: says which countries, years and themes are covered.
        config: of the workspace; ``[publish]`` says the rest (themes, keywords, contact, license ...).
        files: the files of the release; those that are no distributions are passed over.
        info: what the release says of itself.
        conforms_to: the IRIs of the ontologies that the data use.

    Raises:
        InputError: ``[publish]`` names a theme or contact that is no IRI.
    """
    return _Catalogue(content, config, info, list(conforms_to)).described(files)


class _Catalogue:
    def __init__(self, content: Content, config: Config, info: ReleaseInfo, conforms_to: list[str]) -> None:
        self._content, self._config, self._info = content, config, info
        self._said = config.publish
        self._language = config.languages[0]
        self._out = Description()
        self._root = f"{config.base}dataset"
        self._download = address(config)
        self._standards = [self._out.say(iri, "dcterms_Standard") for iri in conforms_to]
        imported = content.ontology.column(_IMPORTS).distinct()
        roots = [node for node in self._standards if iri_key(node.value) not in imported]
        self._main_standards = roots or self._standards

    def described(self, files: Iterable[ReleaseFile]) -> Description:
        """Say everything."""
        out, said, info, base = self._out, self._said, self._info, self._config.base
        title, about = self._texts("title"), self._texts("description")
        publisher = out.say(
            f"{base}publisher",
            "foaf_Agent",
            foaf_name=ox.Literal(said.get("publisher", self._config.name), language=self._language),
        )
        license_ = out.say(said["license"], "dcterms_LicenseDocument") if "license" in said else None
        languages = [out.say(_language(tag), "dcterms_LinguisticSystem") for tag in self._config.languages]
        page = out.say(self._download, "foaf_Document")
        distributions = [self._distribution(file, license_) for file in files if is_distribution(file.path)]
        out.say(
            self._root, "dcat_Resource"
        )  # a record of the catalogue is about a resource, and no tool infers that
        dataset = out.say(
            self._root,
            "dcat_Dataset",
            dcterms_title=title,
            dcterms_description=about,
            dcterms_identifier=self._root,
            dcterms_publisher=publisher,
            dcterms_language=languages,
            dcterms_accessRights=out.say(f"{_EU}access-right/PUBLIC", "dcterms_RightsStatement"),
            dcterms_conformsTo=self._standards,
            dcterms_issued=info.date,
            dcterms_provenance=self._provenance(),
            dcterms_spatial=self._spatial(),
            dcterms_temporal=self._temporal(),
            dcat_theme=[*self._themes()],
            dcat_keyword=[*self._keywords()],
            dcat_contactPoint=self._contact(),
            dcat_landingPage=page,
            dcat_version=info.version,
            dcat_previousVersion=self._previous(title, about),
            dcat_distribution=distributions,
            adms_versionNotes=[ox.Literal(f"{one.level}: {one.text}", language="en") for one in info.reasons],
        )
        catalogue = f"{base}catalogue"
        out.say(
            catalogue,
            "dcat_Catalog",
            dcterms_title=title,
            dcterms_description=about,
            dcterms_publisher=publisher,
            dcterms_license=license_,
            dcterms_language=languages,
            dcterms_issued=info.date,
            foaf_homepage=page,
            dcat_dataset=dataset,
            dcat_record=info.date
            and out.say(
                f"{catalogue}/record",
                "dcat_CatalogRecord",
                dcterms_modified=info.date,
                dcterms_conformsTo=out.say(_DCAT_AP, "dcterms_Standard"),
                foaf_primaryTopic=dataset,
            ),
        )
        return out

    def _distribution(self, file: ReleaseFile, license_: ox.NamedNode | None) -> ox.NamedNode:
        out, iri = self._out, f"{self._root}/distribution/{file.path}"
        plain, packed = _unpacked(file.path)
        format_ = _FORMATS[plain.rpartition(".")[2]]
        url = ox.NamedNode(self._download + file.path)
        standards = [] if plain.startswith("tables/") else [*self._main_standards]
        standard = format_.standard
        if plain.endswith("-annotated.ttl"):
            standard = _RDF_12
        elif plain == "tables/datapackage.json":
            standard = _DATA_PACKAGE
        if standard:
            standards.append(out.say(standard, "dcterms_Standard"))
        return out.say(
            iri,
            "dcat_Distribution",
            dcterms_title=ox.Literal(file.title, language="en"),
            dcterms_license=license_,
            dcterms_issued=self._info.date,
            dcterms_format=out.say(f"{_EU}file-type/{format_.eu}", "dcterms_MediaTypeOrExtent"),
            dcterms_conformsTo=standards,
            dcat_mediaType=out.say(_IANA + format_.media, "dcterms_MediaType"),
            dcat_compressFormat=packed and out.say(packed, "dcterms_MediaType"),
            dcat_accessURL=url,
            dcat_downloadURL=url,
            dcat_byteSize=typed(str(file.size), "nonNegativeInteger"),
            spdx_checksum=out.say(
                f"{iri}#checksum",
                "spdx_Checksum",
                spdx_algorithm=out.say(
                    "http://spdx.org/rdf/terms#checksumAlgorithm_sha256", "spdx_ChecksumAlgorithm"
                ),
                spdx_checksumValue=typed(file.sha256, "hexBinary"),
            ),
        )

    def _provenance(self) -> ox.NamedNode:
        statements = self._info.counts.get("statements", 0)
        text = f"{statements:,} statements tell which source says a triple; see provenance.ttl."
        if not statements:
            text = "No evidence is recorded."
        return self._out.say(
            f"{self._root}/provenance",
            "dcterms_ProvenanceStatement",
            rdfs_label=ox.Literal(text, language="en"),
        )

    def _spatial(self) -> list[ox.NamedNode]:
        return [
            self._out.say(
                country.iri, "dcterms_Location", skos_prefLabel=[read_key(text) for text in country.labels]
            )
            for country in coverage.countries(self._content.graph)
        ]

    def _temporal(self) -> ox.NamedNode | None:
        first, last = (
            None if day is None else typed(day, "date") for day in coverage.period(self._content.derived)
        )
        if first is None and last is None:
            return None
        iri = f"{self._root}/period"
        return self._out.say(iri, "dcterms_PeriodOfTime", dcat_startDate=first, dcat_endDate=last)

    def _themes(self) -> Iterator[ox.NamedNode]:
        for name in self._said.get("themes", "").split():
            iri = f"{_EU}data-theme/{name}" if name in _THEMES else name
            if not is_iri(iri):
                raise InputError(
                    f"publish.themes: neither a data theme of the EU nor an IRI: {name!r}",
                    "data themes are " + ", ".join(_THEMES),
                )
            known = [read_key(text) for text in coverage.labels(self._content.graph, iri_key(iri))]
            default = ox.Literal(_THEMES.get(name, iri.rstrip("/#").rpartition("/")[2]), language="en")
            yield self._out.say(iri, "skos_Concept", skos_prefLabel=known or default)

    def _keywords(self) -> Iterator[Node]:
        own = {word.strip() for word in self._said.get("keywords", "").split(",")} - {""}
        yield from (ox.Literal(word, language=self._language) for word in sorted(own))
        for text in coverage.subjects_covered(self._content.graph, self._config.languages):
            yield read_key(text)

    def _contact(self) -> ox.NamedNode | None:
        address = self._said.get("contact")
        if address is None:
            return None
        if not is_iri(address):
            raise InputError(
                f"publish.contact is not an IRI: {address!r}",
                "write mailto:somebody@example.org or https://...",
            )
        node, iri = ox.NamedNode(address), f"{self._config.base}contact"
        name = ox.Literal(self._said.get("publisher", self._config.name), language=self._language)
        if address.startswith("mailto:"):
            return self._out.say(iri, "vcard_Kind", vcard_fn=name, vcard_hasEmail=node)
        return self._out.say(iri, "vcard_Kind", vcard_fn=name, vcard_hasURL=node)

    def _texts(self, key: str) -> list[Node]:
        """What ``[publish]`` says in each language: ``title`` is in the first one, ``title-cs`` in Czech."""
        said = {self._language: self._said.get(key, self._config.title)}
        said |= {
            tag: self._said[f"{key}-{tag}"] for tag in self._config.languages if f"{key}-{tag}" in self._said
        }
        return [ox.Literal(text, language=tag) for tag, text in said.items()]

    def _previous(self, title: list[Node], about: list[Node]) -> ox.NamedNode | None:
        previous = self._info.previous
        if previous is None:
            return None
        name = previous.version if previous.version and _is_plain(previous.version) else previous.hash
        return self._out.say(
            f"{self._root}/version/{name}",
            "dcat_Dataset",
            dcterms_title=title,
            dcterms_description=about,
            dcterms_identifier=f"sha256:{previous.hash}",
            dcat_version=previous.version,
        )


def _unpacked(path: str) -> tuple[str, str | None]:
    """The path of a file before it was compressed, and the media type of the compression."""
    plain, _, ending = path.rpartition(".")
    return (plain, _PACKED[ending]) if ending in _PACKED else (path, None)


def _is_plain(version: str) -> bool:
    return all(character.isascii() and (character.isalnum() or character in "._-") for character in version)


def _language(tag: str) -> str:
    name = _LANGUAGES.get(tag.partition("-")[0].lower())
    return f"{_EU}language/{name}" if name else f"http://id.loc.gov/vocabulary/iso639-1/{tag.lower()}"
