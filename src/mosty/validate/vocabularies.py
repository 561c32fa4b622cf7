"""Vocabularies that everybody knows: the usual prefixes and what they mean."""

from __future__ import annotations

WELL_KNOWN: dict[str, tuple[str, ...]] = {
    "adms": ("http://www.w3.org/ns/adms#",),
    "as": ("https://www.w3.org/ns/activitystreams#",),
    "bibo": ("http://purl.org/ontology/bibo/",),
    "csvw": ("http://www.w3.org/ns/csvw#",),
    "dbo": ("http://dbpedia.org/ontology/",),
    "dbr": ("http://dbpedia.org/resource/",),
    "dc": ("http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/"),
    "dc11": ("http://purl.org/dc/elements/1.1/",),
    "dcat": ("http://www.w3.org/ns/dcat#",),
    "dct": ("http://purl.org/dc/terms/",),
    "dcterms": ("http://purl.org/dc/terms/",),
    "dcmitype": ("http://purl.org/dc/dcmitype/",),
    "doap": ("http://usefulinc.com/ns/doap#",),
    "dqv": ("http://www.w3.org/ns/dqv#",),
    "foaf": ("http://xmlns.com/foaf/0.1/",),
    "geo": ("http://www.opengis.net/ont/geosparql#", "http://www.w3.org/2003/01/geo/wgs84_pos#"),
    "geosparql": ("http://www.opengis.net/ont/geosparql#",),
    "locn": ("http://www.w3.org/ns/locn#",),
    "oa": ("http://www.w3.org/ns/oa#",),
    "odrl": ("http://www.w3.org/ns/odrl/2/",),
    "org": ("http://www.w3.org/ns/org#",),
    "owl": ("http://www.w3.org/2002/07/owl#",),
    "prov": ("http://www.w3.org/ns/prov#",),
    "qb": ("http://purl.org/linked-data/cube#",),
    "rdf": ("http://www.w3.org/1999/02/22-rdf-syntax-ns#",),
    "rdfs": ("http://www.w3.org/2000/01/rdf-schema#",),
    "schema": ("https://schema.org/", "http://schema.org/"),
    "sdo": ("https://schema.org/", "http://schema.org/"),
    "sh": ("http://www.w3.org/ns/shacl#",),
    "sioc": ("http://rdfs.org/sioc/ns#",),
    "skos": ("http://www.w3.org/2004/02/skos/core#",),
    "skosxl": ("http://www.w3.org/2008/05/skos-xl#",),
    "sosa": ("http://www.w3.org/ns/sosa/",),
    "ssn": ("http://www.w3.org/ns/ssn/",),
    "time": ("http://www.w3.org/2006/time#",),
    "vann": ("http://purl.org/vocab/vann/",),
    "vcard": ("http://www.w3.org/2006/vcard/ns#",),
    "void": ("http://rdfs.org/ns/void#",),
    "wd": ("http://www.wikidata.org/entity/",),
    "wdt": ("http://www.wikidata.org/prop/direct/",),
    "xsd": ("http://www.w3.org/2001/XMLSchema#",),
}
"""What a prefix means to nearly everybody; some have two meanings that are both usual."""

NAMESPACES = frozenset(space for spaces in WELL_KNOWN.values() for space in spaces)


def defines(iri: str) -> bool:
    """Tell whether a well-known vocabulary has this term, as far as rdflib's lists of terms go.

    >>> defines("http://xmlns.com/foaf/0.1/name"), defines("http://xmlns.com/foaf/0.1/nmae")
    (True, False)
    """
    # Imported here: it takes 150 ms, and is wanted only for a term that looks misspelt.
    import rdflib.namespace as vocabularies

    written = iri.replace("http://schema.org/", "https://schema.org/")  # both have the same terms
    for vocabulary in (getattr(vocabularies, name) for name in vocabularies.__all__):
        space = str(getattr(vocabulary, "_NS", ""))
        if space and written.startswith(space):
            lists = (getattr(kind, "__annotations__", {}) for kind in getattr(vocabulary, "__mro__", ()))
            return any(written[len(space) :] in names for names in lists)
    return False
