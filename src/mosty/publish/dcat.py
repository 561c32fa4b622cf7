"""The description of a release for data portals: DCAT-AP 3 (https://semiceu.github.io/DCAT-AP/releases/3.0.1/)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

import pyoxigraph as ox

from mosty.publish.description import Description, typed
from mosty.publish.staging import ReleaseFile
from mosty.workspace.config import Config

_EU = "http://publications.europa.eu/resource/authority/"
_IANA = "https://www.iana.org/assignments/media-types/"
_FORMATS = {".ttl": ("text/turtle", "RDF_TURTLE"), ".nq": ("application/n-quads", "RDF_N_QUADS")}

# The EU's language table names languages by three letters (ISO 639-2/T).
_LANGUAGES = dict(
    pair.split(":")
    for pair in (
        "bg:BUL cs:CES da:DAN de:DEU el:ELL en:ENG es:SPA et:EST fi:FIN fr:FRA ga:GLE hr:HRV hu:HUN it:ITA "
        "lt:LIT lv:LAV mt:MLT nl:NLD pl:POL pt:POR ro:RON ru:RUS sk:SLK sl:SLV sv:SWE uk:UKR"
    ).split(" ")
)


def describe(
    config: Config,
    files: Iterable[ReleaseFile],
    *,
    conforms_to: Iterable[str],
    date: datetime.date | None,
    version: str | None,
) -> Description:
    """Describe a release as a DCAT-AP catalogue with one dataset and a distribution for each file."""
    base, said = config.base, config.publish
    language = config.languages[0]
    title = ox.Literal(said.get("title", config.title), language=language)
    about = ox.Literal(said.get("description", config.title), language=language)
    download = said.get("download", f"{base}release/")

    description = Description()
    publisher = description.say(
        f"{base}publisher",
        "foaf_Agent",
        foaf_name=ox.Literal(said.get("publisher", config.name), language=language),
    )
    license_ = None
    if "license" in said:
        license_ = description.say(said["license"], "dcterms_LicenseDocument")
    languages = [description.say(_language(tag), "dcterms_LinguisticSystem") for tag in config.languages]
    public = description.say(f"{_EU}access-right/PUBLIC", "dcterms_RightsStatement")
    standards = [description.say(iri, "dcterms_Standard") for iri in conforms_to]
    algorithm = description.say(
        "http://spdx.org/rdf/terms#checksumAlgorithm_sha256", "spdx_ChecksumAlgorithm"
    )

    distributions = []
    for file in files:
        media, eu_format = _FORMATS["." + file.path.rsplit(".", 1)[1]]
        iri = f"{base}dataset/distribution/{file.path}"
        checksum = description.say(
            f"{iri}#checksum",
            "spdx_Checksum",
            spdx_algorithm=algorithm,
            spdx_checksumValue=typed(file.sha256, "hexBinary"),
        )
        url = ox.NamedNode(download + file.path)
        distributions.append(
            description.say(
                iri,
                "dcat_Distribution",
                dcterms_title=ox.Literal(file.title, language="en"),
                dcterms_license=license_,
                dcterms_issued=date,
                dcterms_format=description.say(f"{_EU}file-type/{eu_format}", "dcterms_MediaTypeOrExtent"),
                dcat_mediaType=description.say(f"{_IANA}{media}", "dcterms_MediaType"),
                dcat_accessURL=url,
                dcat_downloadURL=url,
                dcat_byteSize=typed(str(file.size), "nonNegativeInteger"),
                spdx_checksum=checksum,
            )
        )
    dataset = description.say(
        f"{base}dataset",
        "dcat_Dataset",
        dcterms_title=title,
        dcterms_description=about,
        dcterms_identifier=f"{base}dataset",
        dcterms_publisher=publisher,
        dcterms_language=languages,
        dcterms_accessRights=public,
        dcterms_conformsTo=standards,
        dcterms_issued=date,
        dcat_version=version,
        dcat_distribution=distributions,
    )
    description.say(
        f"{base}catalogue",
        "dcat_Catalog",
        dcterms_title=title,
        dcterms_description=about,
        dcterms_publisher=publisher,
        dcterms_license=license_,
        dcterms_language=languages,
        dcterms_issued=date,
        dcat_dataset=dataset,
    )
    return description


def _language(tag: str) -> str:
    name = _LANGUAGES.get(tag.partition("-")[0].lower())
    return f"{_EU}language/{name}" if name else f"http://id.loc.gov/vocabulary/iso639-1/{tag.lower()}"
