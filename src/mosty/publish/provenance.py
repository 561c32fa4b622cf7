"""Where a release comes from: its sources, and how much rests on each (PROV-O, https://www.w3.org/TR/prov-o/)."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyoxigraph as ox

from mosty.model.terms import MOSTY, RDF
from mosty.publish.content import Content
from mosty.publish.coverage import labels
from mosty.publish.description import Description, Node, previous_version, read_key, typed
from mosty.publish.info import ReleaseInfo
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key, lexical_form
from mosty.rdf.prefixes import is_iri
from mosty.workspace.config import Config

_DCTERMS = "http://purl.org/dc/terms/"
_TYPE = iri_key(RDF + "type")
_SOURCE_CLASS, _SHA256, _URL = (iri_key(MOSTY + name) for name in ("Source", "sha256", "url"))
_COPIED = ("publisher", "language", "issued", "license", "creator")
_TOOL = "https://w3id.org/mosty/tool/"
_OWN = {
    "derived": "What the rules derive",
    "evidence": "Which source says which triple, and where",
    "ontology": "The ontology",
    "schemes": "The SKOS schemes",
    "without-evidence": "Triples of records that no evidence is recorded for",
}


def describe(content: Content, config: Config, info: ReleaseInfo) -> Description:
    """Describe where a release comes from.

    Args:
        content: what is published.
        config: of the workspace.
        info: what the release says of itself; the number of triples in each named graph is among its counts.
    """
    out, graph = Description(), content.graph
    root = f"{config.base}dataset"
    sources = {*graph.inverse(_TYPE).values(_SOURCE_CLASS)}
    parts, used = [], []
    graphs: Mapping[str, int] = info.counts.get("graphs", {})
    for graph_name, triples in sorted(graphs.items()):
        name = iri_key(graph_name)
        own = graph_name.removeprefix(f"{config.base}graph/")
        if name in sources or own not in _OWN:
            title: list[Node] = [read_key(text) for text in labels(graph, name)]
            origin = ox.NamedNode(graph_name)
            used.append(origin)
            iri = f"{root}/source/{_slug(name, config)}"
        else:
            title, origin = [ox.Literal(_OWN[own], language="en")], None
            iri = f"{root}/graph/{own}"
        parts.append(
            out.say(
                iri,
                "void_Dataset",
                dcterms_title=title,
                dcterms_source=origin,
                prov_wasDerivedFrom=origin,
                void_triples=triples,
            )
        )
    for name in sorted(sources | {iri_key(origin.value) for origin in used}):
        _source(out, graph, name)
    activity = out.say(
        f"{root}/publication",
        "prov_Activity",
        prov_used=used,
        prov_wasAssociatedWith=out.say(
            _TOOL + info.generator.rpartition(" ")[2], "prov_SoftwareAgent", rdfs_label=info.generator
        ),
    )
    out.say(
        root,
        "prov_Entity",
        dcterms_issued=info.issued,
        dcterms_modified=info.date,
        dcterms_license=ox.NamedNode(config.publish["license"]) if "license" in config.publish else None,
        prov_wasDerivedFrom=used,
        prov_wasGeneratedBy=activity,
        prov_wasRevisionOf=info.previous and ox.NamedNode(previous_version(config.base, info.previous)),
        void_subset=parts,
    )
    return out


def _source(out: Description, graph: Graph, name: Key) -> None:
    """Say what is known of a source: name, publisher, address, checksum."""
    iri = name[1:-1]
    copied = {f"dcterms_{word}": _copied(graph, name, f"{_DCTERMS}{word}") for word in _COPIED}
    checksums = [
        out.say(
            f"{iri}#sha256",
            "spdx_Checksum",
            spdx_algorithm=out.say(
                "http://spdx.org/rdf/terms#checksumAlgorithm_sha256", "spdx_ChecksumAlgorithm"
            ),
            spdx_checksumValue=typed(lexical_form(value), "hexBinary"),
        )
        for value in sorted(graph.column(_SHA256).values(name))[:1]
        if value[0] == '"' and re.fullmatch("[0-9a-fA-F]{64}", lexical_form(value))
    ]
    addresses = [
        value[1:-1] if value[0] == "<" else lexical_form(value) for value in _values(graph, name, _URL)
    ]
    out.say(
        iri,
        "prov_Entity",
        dcterms_title=[read_key(text) for text in labels(graph, name)],
        spdx_checksum=checksums,
        foaf_page=[ox.NamedNode(address) for address in addresses if is_iri(address)],
        **copied,
    )


def _copied(graph: Graph, name: Key, iri: str) -> list[Node]:
    return [read_key(value) for value in _values(graph, name, iri_key(iri)) if value[0] != "_"]


def _values(graph: Graph, name: Key, predicate: Key) -> list[Key]:
    return sorted(graph.column(predicate).values(name))


def _slug(name: Key, config: Config) -> str:
    """Make a path of a source's IRI, which is mostly ``<base>id/source/<slug>``."""
    local = name[1:-1].removeprefix(f"{config.base}id/source/")
    return re.sub(
        r"[^A-Za-z0-9._-]", lambda match: "".join(f"~{byte:02X}" for byte in match[0].encode()), local
    )
