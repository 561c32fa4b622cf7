"""What search engines read: the things of a page in the vocabulary of schema.org (JSON-LD)."""

from __future__ import annotations

from mosty.model.terms import MOSTY
from mosty.publish.tables.wkt import point
from mosty.rdf.keys import Key, iri_key, literal_parts
from mosty.site.environment import web_address
from mosty.site.labels import shown
from mosty.site.page import Page

_TYPES = {
    iri_key(MOSTY + name): schema
    for name, schema in {
        "Project": "Project",
        "Programme": "Project",
        "Organisation": "Organization",
        "OrganisationalUnit": "Organization",
        "Place": "Place",
        "Event": "Event",
        "Output": "CreativeWork",
        "Website": "WebSite",
        "Source": "CreativeWork",
        "Section": "CreativeWork",
        "Agreement": "DigitalDocument",
    }.items()
}
_URL, _PERIOD, _EARLIEST, _LATEST, _HAS_DONOR, _HAS_PLACE, _WITHIN, _UNIT = (
    iri_key(MOSTY + name)
    for name in "url period earliestStart latestEnd hasDonor hasPlace within unitOf".split()
)
_NOTATION = iri_key("http://www.w3.org/2004/02/skos/core#notation")
_WKT = iri_key("http://www.opengis.net/ont/geosparql#asWKT")
_MOST = 30


def of_thing(page: Page, thing: Key, *, concept: bool = False) -> dict[str, object]:
    """Describe a record or a concept."""
    things = page.things
    label = things.label(thing, page.language)
    schema = "DefinedTerm" if concept else _TYPES.get(things.class_of(thing) or "", "Thing")
    said: dict[str, object] = {
        "@context": "https://schema.org/",
        "@id": thing[1:-1],
        "@type": schema,
        "name": label.text,
    }
    if page.address:
        said["mainEntityOfPage"] = page.address
    others = sorted({name.text for name in things.labels.names(thing)} - {label.text})
    _put(said, "alternateName", others)
    if text := things.description(thing, page.language):
        said["description"] = text.text
    codes = [
        shown(literal_parts(v)[0]) for part in things.parts_of(thing) for v in things.values(part, _NOTATION)
    ]
    _put(said, "termCode" if concept else "identifier", codes[:_MOST])
    urls = (literal_parts(value)[0] for value in things.values(thing, _URL) if value[0] == '"')
    _put(said, "url", [web for url in urls if (web := web_address(url))])
    if schema == "Event":
        for name, predicate in (("startDate", _EARLIEST), ("endDate", _LATEST)):
            values = [
                v for p in things.values(thing, _PERIOD) for v in things.derived.column(predicate).values(p)
            ]
            _put(said, name, sorted(literal_parts(value)[0] for value in values)[:1])
    if schema == "Project":
        _put(said, "funder", [_named(page, v, "Organization") for v in _derived(page, thing, _HAS_DONOR)])
    if schema in ("Project", "Event"):
        places = [_named(page, v, "Place") for v in _derived(page, thing, _HAS_PLACE)]
        _put(said, "location" if schema == "Event" else "areaServed", places)
    if schema == "Place":
        for value in things.values(thing, _WKT):
            if position := point(value):
                said["geo"] = {
                    "@type": "GeoCoordinates",
                    "longitude": position[0],
                    "latitude": position[1],
                }
        _put(said, "containedInPlace", [_named(page, v, "Place") for v in things.values(thing, _WITHIN)])
    if schema == "Organization":
        _put(
            said, "parentOrganization", [_named(page, v, "Organization") for v in things.values(thing, _UNIT)]
        )
    return said


def of_release(page: Page) -> dict[str, object]:
    """Describe the register as a data set, with its downloads."""
    config, info = page.things.config, page.things.info
    publish = config.publish
    said: dict[str, object] = {
        "@context": "https://schema.org/",
        "@id": config.base,
        "@type": "Dataset",
        "name": publish.get("title", config.title),
        "description": publish.get("description", config.title),
        "inLanguage": list(config.languages),
        "isAccessibleForFree": True,
    }
    _put(said, "license", [publish["license"]] if "license" in publish else [])
    if "publisher" in publish:
        said["creator"] = {"@type": "Organization", "name": publish["publisher"]}
    if info.version:
        said["version"] = info.version
    if info.date:
        said["dateModified"] = info.date.isoformat()
    if info.address:
        said["url"] = info.address
        said["distribution"] = [
            {"@type": "DataDownload", "contentUrl": f"{info.address}{file.path}", "name": file.title}
            for file in info.files
            if "/" not in file.path and not file.path.endswith((".txt", ".md", ".cff"))
        ]
    return said


def _derived(page: Page, thing: Key, predicate: Key) -> list[Key]:
    return sorted(page.things.derived.column(predicate).values(thing))[:_MOST]


def _named(page: Page, thing: Key, schema: str) -> dict[str, str]:
    return {"@id": thing[1:-1], "@type": schema, "name": page.things.label(thing, page.language).text}


def _put(said: dict[str, object], name: str, values: list[object] | list[str] | list[dict[str, str]]) -> None:
    if values:
        said[name] = values[0] if len(values) == 1 else values
