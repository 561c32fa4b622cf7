"""The description of a release for data portals: DCAT-AP 3 (https://semiceu.github.io/DCAT-AP/releases/3.0.1/)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

import pyoxigraph as ox

from mosty.model.errors import InputError
from mosty.model.terms import RDF
from mosty.publish import coverage
from mosty.publish.address import address
from mosty.publish.content import Content
from mosty.publish.description import VOCABULARIES, Description, Node, previous_version, read_key, typed
from mosty.publish.info import ReleaseInfo
from mosty.publish.portals import (
    ASKS,
    DATA_PACKAGE,
    EU,
    FORMATS,
    FREQUENCIES,
    IANA,
    PACKED,
    RDF_12,
    THEMES,
    language,
    licence,
)
from mosty.publish.staging import ReleaseFile
from mosty.rdf.keys import iri_key
from mosty.rdf.prefixes import is_iri
from mosty.workspace.config import Config

_TYPE, _ONTOLOGY = iri_key(RDF + "type"), iri_key(VOCABULARIES["owl"] + "Ontology")
_FOLDERS = ("", "kinds", "tables")
_NO_DISTRIBUTIONS = ("dcat.ttl", "release.json", "context.jsonld")
_DCAT_AP = "https://semiceu.github.io/DCAT-AP/releases/3.0.1/"


def is_distribution(path: str) -> bool:
    """Whether a file of a release is a form of its data: not a page, a query, or a description of the whole.

    >>> is_distribution("tables/projects.csv"), is_distribution("mosty.ttl.gz"), is_distribution("id/org/esf.ttl")
    (True, True, False)
    """
    folder, _, name = path.rpartition("/")
    plain, _ = _unpacked(name)
    return folder in _FOLDERS and plain not in _NO_DISTRIBUTIONS and plain.rpartition(".")[2] in FORMATS


def check(said: Mapping[str, str]) -> None:
    """Refuse what ``[publish]`` cannot say, before anything is made.

    Raises:
        InputError: it names a theme or frequency that is no IRI, or a contact that is no address.
    """
    _themes(said)
    _frequency(said)
    _contact(said)


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
        InputError: ``[publish]`` says what `check` refuses.
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
        terms = {re.sub("[^/#]*$", "", kind.record_class).rstrip("/#") for kind in config.kinds.values()}
        own = [node for node in self._standards if node.value.rstrip("/#") in terms]
        self._main_standards = own or self._standards

    def described(self, files: Iterable[ReleaseFile]) -> Description:
        """Say everything."""
        out, info, base = self._out, self._info, self._config.base
        title, about = (self._texts(key, self._config.title) for key in ("title", "description"))
        publisher = out.say(f"{base}publisher", "foaf_Agent", foaf_name=self._names())
        license_, frequency = self._license(), _frequency(self._said)
        languages = [out.say(language(tag), "dcterms_LinguisticSystem") for tag in self._config.languages]
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
            dcterms_accessRights=out.say(f"{EU}access-right/PUBLIC", "dcterms_RightsStatement"),
            dcterms_accrualPeriodicity=frequency and out.say(frequency, "dcterms_Frequency"),
            dcterms_conformsTo=[*self._standards, *self._shapes()],
            dcterms_issued=info.issued,
            dcterms_modified=info.date,
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
            dcterms_issued=info.issued,
            dcterms_modified=info.date,
            foaf_homepage=page,
            dcat_themeTaxonomy=self._taxonomy(),
            dcat_dataset=dataset,
            dcat_record=info.date
            and out.say(
                f"{catalogue}/record",
                "dcat_CatalogRecord",
                dcterms_issued=info.issued,
                dcterms_modified=info.date,
                dcterms_conformsTo=out.say(_DCAT_AP, "dcterms_Standard"),
                foaf_primaryTopic=dataset,
            ),
        )
        return out

    def _distribution(self, file: ReleaseFile, license_: ox.NamedNode | None) -> ox.NamedNode:
        out, iri = self._out, f"{self._root}/distribution/{file.path}"
        plain, packed = _unpacked(file.path)
        format_ = FORMATS[plain.rpartition(".")[2]]
        url = ox.NamedNode(self._download + file.path)
        standards = [] if plain.startswith("tables/") else [*self._main_standards]
        standard = format_.standard
        if plain.endswith("-annotated.ttl"):
            standard = RDF_12
        elif plain == "tables/datapackage.json":
            standard = DATA_PACKAGE
        if standard:
            standards.append(out.say(standard, "dcterms_Standard"))
        return out.say(
            iri,
            "dcat_Distribution",
            dcterms_title=ox.Literal(file.title, language="en"),
            dcterms_license=license_,
            dcterms_issued=self._info.date,
            dcterms_modified=self._info.date,
            dcterms_format=out.say(f"{EU}file-type/{format_.eu}", "dcterms_MediaTypeOrExtent"),
            dcterms_conformsTo=standards,
            dcat_mediaType=out.say(IANA + format_.media, "dcterms_MediaType"),
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

    def _license(self) -> ox.NamedNode | None:
        """The licence, with its name in the EU's table and what it asks for."""
        if (iri := self._said.get("license")) is None:
            return None
        known = licence(iri)
        if known is None:
            return self._out.say(iri, "dcterms_LicenseDocument")
        return self._out.say(
            iri,
            "dcterms_LicenseDocument",
            dcterms_type=[
                self._out.say(
                    f"http://purl.org/adms/licencetype/{name}",
                    "skos_Concept",
                    skos_prefLabel=ox.Literal(ASKS[name], language="en"),
                )
                for name in known.asks
            ],
            skos_exactMatch=known.eu and ox.NamedNode(f"{EU}licence/{known.eu}"),
        )

    def _shapes(self) -> list[ox.NamedNode]:
        """The shapes that the data conform to: by their own names, or the file that holds them."""
        shapes = self._content.shapes
        if not shapes.columns:
            return []
        names = sorted(name[1:-1] for name in shapes.inverse(_TYPE).values(_ONTOLOGY) if name[0] == "<")
        return [self._out.say(name, "dcterms_Standard") for name in names or [f"{self._download}shapes.ttl"]]

    def _themes(self) -> Iterator[ox.NamedNode]:
        for name, iri in _themes(self._said).items():
            known = [read_key(text) for text in coverage.labels(self._content.graph, iri_key(iri))]
            default = ox.Literal(THEMES.get(name, iri.rstrip("/#").rpartition("/")[2]), language="en")
            yield self._out.say(iri, "skos_Concept", skos_prefLabel=known or default)

    def _taxonomy(self) -> ox.NamedNode | None:
        """The EU's table of themes, when themes of it are said."""
        if THEMES.keys().isdisjoint(_themes(self._said)):
            return None
        title = ox.Literal("Data theme", language="en")
        return self._out.say(f"{EU}data-theme", "skos_ConceptScheme", dcterms_title=title)

    def _keywords(self) -> Iterator[Node]:
        for tag in self._config.languages:
            key = "keywords" if tag == self._language else f"keywords-{tag}"
            own = {word.strip() for word in self._said.get(key, "").split(",")} - {""}
            yield from (ox.Literal(word, language=tag) for word in sorted(own))
        for text in coverage.subjects_covered(self._content.graph, self._config.languages):
            yield read_key(text)

    def _contact(self) -> ox.NamedNode | None:
        if (contact := _contact(self._said)) is None:
            return None
        node, iri = ox.NamedNode(contact), f"{self._config.base}contact"
        of_office = contact.startswith("mailto:")
        # DCAT-AP asks for a vcard:Kind, and no tool infers that an organisation is one.
        self._out.say(iri, "vcard_Organization")
        return self._out.say(
            iri,
            "vcard_Kind",
            vcard_fn=self._names(),
            vcard_hasEmail=node if of_office else None,
            vcard_hasURL=None if of_office else node,
        )

    def _names(self) -> list[Node]:
        """Who publishes it, in each language."""
        return self._texts("publisher", self._config.name)

    def _texts(self, key: str, default: str) -> list[Node]:
        """What ``[publish]`` says in each language: ``title`` is in the first one, ``title-cs`` in Czech."""
        said = {self._language: self._said.get(key, default)}
        said |= {
            tag: self._said[f"{key}-{tag}"] for tag in self._config.languages if f"{key}-{tag}" in self._said
        }
        return [ox.Literal(text, language=tag) for tag, text in said.items()]

    def _previous(self, title: list[Node], about: list[Node]) -> ox.NamedNode | None:
        previous = self._info.previous
        return previous and self._out.say(
            previous_version(self._config.base, previous),
            "dcat_Dataset",
            dcterms_title=title,
            dcterms_description=about,
            dcterms_identifier=f"sha256:{previous.hash}",
            dcat_version=previous.version,
        )


def _themes(said: Mapping[str, str]) -> dict[str, str]:
    """The IRIs of the themes that are said, each by what is said."""
    return {name: _in_table("themes", "data-theme", name, THEMES) for name in said.get("themes", "").split()}


def _frequency(said: Mapping[str, str]) -> str | None:
    name = said.get("frequency")
    return None if name is None else _in_table("frequency", "frequency", name, FREQUENCIES)


def _in_table(key: str, table: str, name: str, names: Collection[str]) -> str:
    """The IRI of an entry of a table of the EU; any other IRI stands for itself."""
    iri = f"{EU}{table}/{name}" if name in names else name
    if not is_iri(iri):
        raise InputError(
            f"publish.{key}: neither in the EU's table nor an IRI: {name!r}",
            "the table has " + ", ".join(sorted(names)),
        )
    return iri


def _contact(said: Mapping[str, str]) -> str | None:
    contact = said.get("contact")
    if contact is not None and (
        not is_iri(contact) or not contact.startswith(("https://", "http://", "mailto:"))
    ):
        raise InputError(
            f"publish.contact is no address: {contact!r}",
            "write the address of a page, https://..., or of an office, mailto:office@example.org",
        )
    return contact


def _unpacked(path: str) -> tuple[str, str | None]:
    """The path of a file before it was compressed, and the media type of the compression."""
    plain, _, ending = path.rpartition(".")
    return (plain, PACKED[ending]) if ending in PACKED else (path, None)
