"""Content negotiation for the IRIs of a release: rules for nginx, Apache, w3id.org and hosts of plain files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from mosty.publish.address import root, stated
from mosty.publish.negotiation import apache, nginx, static
from mosty.publish.negotiation.routes import Document, Inside, Routes, find_inside, find_routes, path_below
from mosty.rdf.keys import Key
from mosty.workspace.config import Config

FOLDER = "negotiation"
_ERROR_PAGE = "404.html"

__all__ = ["Document", "Inside", "Routes", "documents", "find_inside", "find_routes", "rules", "whereabouts"]


def rules(routes: Routes, files: Collection[str]) -> Iterator[tuple[str, str, Iterator[str]]]:
    """The files with rules: path inside the release, title and content.

    Args:
        routes: where the IRIs lead.
        files: the paths of the other files of the release.
    """
    page = _ERROR_PAGE if _ERROR_PAGE in files else None
    yield ".htaccess", "Rules for Apache, for the folder of the release", apache.host(routes, error_page=page)
    yield "_headers", "Headers, for hosts of plain files", static.headers()
    yield "_redirects", "Redirects, for hosts of plain files", static.redirects(routes)
    yield f"{FOLDER}/{nginx.MAPS_FILE}", "Rules for nginx: the http block", nginx.maps(routes)
    yield (
        f"{FOLDER}/{nginx.SERVER_FILE}",
        "Rules for nginx: the server block",
        nginx.server(routes, error_page=page),
    )
    yield (
        f"{FOLDER}/w3id.htaccess",
        "Redirects from the base of the IRIs, for w3id.org",
        apache.redirects(routes),
    )


def whereabouts(config: Config) -> tuple[str, str | None]:
    """The path of the site on its host, and its address; ``/`` and None when mosty.toml does not say where it is."""
    return root(config), stated(config)


def documents(
    config: Config,
    *,
    name: str,
    vocabularies: Mapping[str, Collection[Key]],
    pages: Mapping[str, str],
    files: Collection[str],
    evidence: Iterable[str],
    inside: Sequence[Inside] = (),
) -> list[Document]:
    """The resources of every release that are no records: the dataset, its vocabularies, its evidence.

    Args:
        config: the workspace.
        name: the name of the main files.
        vocabularies: the IRIs of ontologies and shapes graphs, by the name of their files.
        pages: the path of the page of each of those, of the dataset and of the evidence.
        files: the paths of the files of the release.
        evidence: the prefixes of statements and passages, which have no page of their own.
        inside: those of them that have a place on the page of a source.
    """
    found = []
    for vocabulary, keys in vocabularies.items():
        paths = sorted({path for key in keys if (path := path_below(key, config.base)) is not None})
        if paths:
            data = {
                end: f"{vocabulary}.{end}"
                for end in ("ttl", "jsonld", "nt", "rdf")
                if f"{vocabulary}.{end}" in files
            }
            tops = [path for path in paths if not any(path.startswith(f"{other}/") for other in paths)]
            below = [f"{path}/" for path in tops]
            found.append(Document(vocabulary, tops, below, {"html": pages[vocabulary], **data}))
    home = {"html": pages["dataset"]}
    quads = _files(name, ("nq", "trig"), files)
    found.append(
        Document(
            "dataset",
            ["", "dataset", "catalogue", "publisher"],
            ["dataset/part/", "graph/"],
            {**home, "ttl": "dcat.ttl", **quads},
        )
    )
    if prefixes := sorted(evidence):
        found.append(
            Document(
                "evidence",
                [],
                [f"id/{prefix}/" for prefix in prefixes],
                {
                    "html": pages["evidence"],
                    **_files(name, ("ttl", "jsonld", "nt", "rdf", "nq", "trig"), files),
                },
                inside,
            )
        )
    return found


def _files(name: str, ends: Iterable[str], files: Collection[str]) -> dict[str, str]:
    """The files of a name that there are, by extension."""
    return {end: f"{name}.{end}" for end in ends if f"{name}.{end}" in files}
