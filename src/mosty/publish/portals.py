"""The tables of the EU Publications Office that data portals know: file types, languages, themes, licences."""

from __future__ import annotations

from typing import NamedTuple

EU = "http://publications.europa.eu/resource/authority/"
"""What the IRIs of all tables begin with."""

IANA = "https://www.iana.org/assignments/media-types/"
"""What the IRI of a media type begins with."""

_W3C = "https://www.w3.org/TR/"
RDF_12 = _W3C + "rdf12-turtle/"
"""Turtle with triple terms."""

DATA_PACKAGE = "https://specs.frictionlessdata.io/data-package/"
"""What datapackage.json follows."""


class Format(NamedTuple):
    """A format: its IANA media type, its name in the table of file types, and its specification."""

    media: str
    eu: str
    standard: str | None = None


FORMATS = {
    "ttl": Format("text/turtle", "RDF_TURTLE", _W3C + "turtle/"),
    "nt": Format("application/n-triples", "RDF_N_TRIPLES", _W3C + "n-triples/"),
    "nq": Format("application/n-quads", "RDF_N_QUADS", _W3C + "rdf-canon/"),
    "trig": Format("application/trig", "RDF_TRIG", _W3C + "trig/"),
    "jsonld": Format("application/ld+json", "JSON_LD", _W3C + "json-ld11/"),
    "rdf": Format("application/rdf+xml", "RDF_XML", _W3C + "rdf-syntax-grammar/"),
    "csv": Format("text/csv", "CSV", "https://www.rfc-editor.org/rfc/rfc4180"),
    "json": Format("application/json", "JSON"),
    "geojson": Format("application/geo+json", "GEOJSON", "https://www.rfc-editor.org/rfc/rfc7946"),
    "parquet": Format("application/vnd.apache.parquet", "PARQUET"),
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"),
}
"""Formats of data by file name extension."""

PACKED = {"gz": f"{IANA}application/gzip", "zst": f"{IANA}application/zstd"}
"""Formats of compression by file name extension."""


class Licence(NamedTuple):
    """A licence: its name in the SPDX list and in the table of licences, and what it asks for (ADMS)."""

    spdx: str
    eu: str | None
    asks: tuple[str, ...]


_BY, _SHARE_ALIKE = "Attribution", "ViralEffect-ShareAlike"
LICENCES = {
    "creativecommons.org/licenses/by/4.0": Licence("CC-BY-4.0", "CC_BY_4_0", (_BY,)),
    "creativecommons.org/licenses/by-sa/4.0": Licence("CC-BY-SA-4.0", "CC_BYSA_4_0", (_BY, _SHARE_ALIKE)),
    "creativecommons.org/licenses/by-nc/4.0": Licence(
        "CC-BY-NC-4.0", "CC_BYNC_4_0", (_BY, "NonCommercialUseOnly")
    ),
    "creativecommons.org/licenses/by-nd/4.0": Licence(
        "CC-BY-ND-4.0", "CC_BYND_4_0", (_BY, "NoDerivativeWork")
    ),
    "creativecommons.org/licenses/by/3.0": Licence("CC-BY-3.0", None, (_BY,)),
    "creativecommons.org/publicdomain/zero/1.0": Licence("CC0-1.0", "CC0", ("PublicDomain",)),
    "opendatacommons.org/licenses/pddl/1-0": Licence("PDDL-1.0", "ODC_PDDL", ("PublicDomain",)),
    "opendatacommons.org/licenses/odbl/1-0": Licence("ODbL-1.0", "ODC_BL", (_BY, _SHARE_ALIKE)),
    "opendatacommons.org/licenses/by/1-0": Licence("ODC-By-1.0", "ODC_BY", (_BY,)),
}
"""The licences that a dataset of this kind comes under, by their address."""

ASKS = {
    _BY: "Attribution",
    _SHARE_ALIKE: "Viral effect (a.k.a. Share-alike)",
    "NonCommercialUseOnly": "Non-commercial use only",
    "NoDerivativeWork": "No derivative work",
    "PublicDomain": "Public domain",
}
"""What licences ask for, in the words of ADMS."""

THEMES = {
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
"""The data themes that portals sort datasets by."""

FREQUENCIES = frozenset(
    "ANNUAL ANNUAL_2 ANNUAL_3 AS_NEEDED BIENNIAL BIMONTHLY BIWEEKLY CONT DAILY DAILY_2 IRREG MONTHLY MONTHLY_2 "
    "MONTHLY_3 NEVER NOT_PLANNED OTHER QUARTERLY TRIENNIAL UNKNOWN UPDATE_CONT WEEKLY WEEKLY_2 WEEKLY_3".split()
)
"""How often a dataset is published."""

# The table of languages names them by three letters (ISO 639-2/T).
_LANGUAGES = dict(
    pair.split(":")
    for pair in (
        "ar:ARA az:AZE be:BEL bg:BUL bs:BOS cs:CES da:DAN de:DEU el:ELL en:ENG es:SPA et:EST fa:FAS fi:FIN fr:FRA "
        "ga:GLE hr:HRV hu:HUN hy:HYE is:ISL it:ITA ka:KAT kk:KAZ ky:KIR lt:LIT lv:LAV mk:MKD mn:MON mt:MLT nb:NOB "
        "nl:NLD nn:NNO no:NOR pl:POL pt:POR ro:RON ru:RUS sk:SLK sl:SLV sq:SQI sr:SRP sv:SWE tg:TGK tr:TUR uk:UKR "
        "ur:URD uz:UZB vi:VIE zh:ZHO"
    ).split(" ")
)


def language(tag: str) -> str:
    """The IRI of the language of a tag.

    >>> language("cs-CZ")
    'http://publications.europa.eu/resource/authority/language/CES'
    >>> language("ig"), language("rom")
    ('http://id.loc.gov/vocabulary/iso639-1/ig', 'http://id.loc.gov/vocabulary/iso639-2/rom')
    """
    code = tag.partition("-")[0].lower()
    if code in _LANGUAGES:
        return f"{EU}language/{_LANGUAGES[code]}"
    return f"http://id.loc.gov/vocabulary/iso639-{1 if len(code) == 2 else 2}/{code}"


def licence(iri: str) -> Licence | None:
    """What is known of a licence.

    >>> licence("http://creativecommons.org/licenses/by/4.0/legalcode").spdx
    'CC-BY-4.0'
    """
    return LICENCES.get(iri.partition("://")[2].rstrip("/").removesuffix("/legalcode"))
