"""Rules for nginx: maps that choose (they stand in `http`), and locations that answer (they stand in a `server`).

A quality is compared by regular expressions over its digits (see `accept`), so that nothing but nginx is needed.
No location writes a decoded path into an answer: what is no plain name is not found, or stands in a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from mosty.publish.negotiation.accept import GREATER, NONE, Clause
from mosty.publish.negotiation.headers import PLAIN_FILES, SECURITY, TYPES, VARY, WITH_CHARSET
from mosty.publish.negotiation.pieces import (
    WITHDRAWN,
    chunks,
    data_of,
    languages_wanted,
    links,
    media_wanted,
    pattern_of,
    refusal,
)
from mosty.publish.negotiation.routes import (
    BELOW,
    NAME,
    NOT_A_FILE,
    PLAIN,
    SLUG,
    Document,
    Family,
    Routes,
    extension,
)

MAPS_FILE, SERVER_FILE = "nginx-maps.conf", "nginx-server.conf"

_LONGEST = 3000
"""nginx refuses parameters of more than 4096 characters."""


def maps(routes: Routes) -> Iterator[str]:
    """The lines that stand in the `http` block."""
    v = routes.name
    yield f"# What a request wants, by its Accept headers. Stands in the http block:\n#   include .../{MAPS_FILE};\n\n"
    sets = [(resource.name, resource.offers) for resource in routes.resources]
    for short, clauses in media_wanted(routes):
        yield from _quality(f"{v}_q_{short}", short, "$http_accept", clauses)
    for name, offers in sets:
        yield f"\n# What is wanted most of what there is for: {name}\n"
        yield from _best(v, name, {short: extension(short) for short in offers})
    first = next(iter(routes.languages))
    yield f"\n# The folder of the pages in the language that is wanted most; that of {first} when none is.\n"
    folders: dict[str, str] = {}
    for short, folder, clauses in languages_wanted(routes):
        folders[short] = folder
        yield from _quality(f"{v}_q_{short}", short, "$http_accept_language", clauses)
    yield from _best(v, "folder", folders)
    yield "\n# What else there is of a record; nothing, when there is no record.\n"
    for family in routes.families:
        stem = f"${v}_local" if not family.shared else ""
        others = {short: family.shared.get(short, f"{stem}.{short}") for short in data_of(family.offers)}
        alternates = links(
            {short: routes.root + path if family.shared else path for short, path in others.items()}
        )
        if alternates:
            yield f"map $status ${v}_{family.name}_data {{\n    default '';\n"
            yield "".join(f"    {status} '{alternates}';\n" for status in (303, 406)) + "}\n"
    yield from _withdrawn_maps(routes)


def _quality(variable: str, short: str, header: str, clauses: Iterable[Clause]) -> Iterator[str]:
    yield f"map {header} ${variable} {{\n    default 0000{short};\n    '' 1{short};\n"
    for clause in clauses:
        yield f"    '~*{clause.pattern}' {clause.quality.format('$1')}{short};\n"
    yield "}\n"


def _best(v: str, name: str, offers: Mapping[str, str]) -> Iterator[str]:
    """The offers of a resource, compared one after another; the first of equals is kept."""
    best = NONE
    for place, short in enumerate(offers):
        offer, here = f"${v}_q_{short}", f"${v}_{name}_{place}"
        yield f"map \"{best}|{offer}\" {here} {{\n    default {best};\n    '~{GREATER}' {offer};\n}}\n"
        best = here
    yield f"map {best} ${v}_{name} {{\n    default '';\n"
    yield "".join(f"    '~{short}$' '{value}';\n" for short, value in offers.items()) + "}\n"


def _withdrawn_maps(routes: Routes) -> Iterator[str]:
    v, root = routes.name, pattern_of(routes.root)
    without = [pattern_of(path) for path, successor in routes.gone.items() if successor is None]
    yield f"\n# What was withdrawn, and what took the place of something.\nmap $uri ${v}_gone {{\n    default 0;\n"
    yield "".join(f"    '~^{root}(?:{some})$' 1;\n" for some in chunks(without, _LONGEST))
    yield f"}}\nmap $uri ${v}_moved {{\n    default '';\n"
    for path, successor in routes.gone.items():
        if successor is not None:
            yield f"    '~^{root}{pattern_of(path)}$' '{routes.root}{successor}';\n"
    yield "}\n"


def server(routes: Routes, *, error_page: str | None = None) -> Iterator[str]:
    """The lines that stand in a `server` block.

    Args:
        routes: where everything leads.
        error_page: the path of the page for what is not there, if the site has one.
    """
    root, v = routes.root, routes.name
    where = f" (its files are at {root})" if root != "/" else ""
    yield (
        "# Answers for the addresses of a release. Stands in a server block, with the folder of the release as "
        f"root{where}:\n"
        f"#   server {{ listen 80; root /srv/{v}; include .../{SERVER_FILE}; }}\n"
        f"# The maps of {MAPS_FILE} must be there.\n\n"
        "server_tokens off;\nabsolute_redirect off;\nindex index.html;\ngzip_static on;\ngzip_vary on;\n"
        "default_type application/octet-stream;\n"
    )
    yield "types {\n" + "".join(f"    {media} {ending};\n" for ending, media in TYPES.items()) + "}\n"
    kinds = " ".join(TYPES[ending] for ending in WITH_CHARSET if ending != "html")  # text/html always has one
    yield f"charset utf-8;\ncharset_types {kinds};\n"
    yield from _headers(0)
    yield 'if ($request_method !~ "^(?:GET|HEAD)$") { return 405; }\n'
    if error_page:
        yield f"error_page 404 {root}{error_page};\n"
    yield "location ~ /\\. { return 404; }\n"
    yield f"location {root} {{ try_files $uri $uri/ =404; }}\n"
    for name in PLAIN_FILES:
        yield f"location = {root}{name} {{ default_type text/plain; }}\n"
    for document in routes.documents:
        yield from _document(routes, document)
    yield f"location ~ ^{pattern_of(root)}(?:dataset/distribution|release)/(?<{v}_file>{PLAIN}(?:/{PLAIN})*)$ {{\n"
    yield f'    return 303 "{root}${v}_file";\n}}\n'
    yield from _listed(routes)
    for family in routes.families:
        yield from _family(routes, family)
    yield from _parts(routes)


def _document(routes: Routes, document: Document) -> Iterator[str]:
    v, root = routes.name, pattern_of(routes.root)
    for prefix, kind, _ in document.inside:
        stem = f"id/{kind}/${v}_slug.html"
        yield f'location ~ "^{root}id/{prefix}/(?<{v}_slug>{PLAIN})/(?<{v}_local>{PLAIN})$" {{\n'
        yield f'    set ${v}_place "{document.files["html"]}";\n'
        yield f'    if (-f "$document_root{routes.root}{stem}") {{ '
        yield f'set ${v}_place "{stem}#{prefix}/${v}_local"; }}\n'
        yield from _offered(routes, document, f"${v}_place")
    paths = [*map(pattern_of, document.paths), *(pattern_of(folder) + BELOW for folder in document.below)]
    yield f"location ~ ^{root}(?:{'|'.join(paths)})$ {{\n"
    yield from _offered(routes, document, document.files.get("html", ""))


def _offered(routes: Routes, document: Document, page: str) -> Iterator[str]:
    v = routes.name
    data = data_of(document.offers)
    yield from _headers(
        4, vary=True, link=links({short: routes.root + document.file(short) for short in data})
    )
    yield f'    if (${v}_{document.name} = "") {{ return 406 "{refusal(document.offers)}\\n"; }}\n'
    if page:
        there = f"{routes.root}${{{v}_folder}}{page}"
        yield f'    if (${v}_{document.name} = html) {{ return 303 "{there}"; }}\n'
    for short in data:
        yield f'    if (${v}_{document.name} = {short}) {{ return 303 "{routes.root}{document.file(short)}"; }}\n'
    yield "}\n"


def _family(routes: Routes, family: Family) -> Iterator[str]:
    if not family.prefixes:
        return
    v, prefixes = routes.name, "|".join(family.prefixes)
    stem = f"id/${v}_prefix/${v}_local"
    yield f'location ~ "^{pattern_of(routes.root)}id/(?<{v}_prefix>{prefixes})/(?<{v}_local>{NAME})$" {{\n'
    yield from _headers(4, vary=True, link=f"${v}_{family.name}_data" if data_of(family.offers) else "")
    yield from _withdrawn(routes)
    yield f'    if (!-f "$document_root{routes.root}{stem}.html") {{ return 404; }}\n'
    yield from _choice(routes, family, stem, "")
    yield "}\n"


def _parts(routes: Routes) -> Iterator[str]:
    v = routes.name
    by_kinds: dict[Sequence[str], list[str]] = {}
    for prefix, kinds in routes.parts.items():
        by_kinds.setdefault(tuple(kinds), []).append(prefix)
    for kinds, prefixes in by_kinds.items():
        name = rf"{NOT_A_FILE}(?<{v}_local>(?<{v}_slug>{SLUG})(?:\.[A-Za-z0-9_-]+)*)"
        yield f'location ~ "^{pattern_of(routes.root)}id/(?<{v}_prefix>{"|".join(prefixes)})/{name}$" {{\n'
        yield from _headers(4, vary=True)
        yield from _withdrawn(routes)
        yield f'    set ${v}_of "";\n'
        for kind in reversed(kinds):  # the last one that is found counts
            there = f"$document_root{routes.root}id/{kind}/${v}_slug.html"
            yield f'    if (-f "{there}") {{ set ${v}_of {kind}; }}\n'
        yield f'    if (${v}_of = "") {{ return 404; }}\n'
        yield from _choice(routes, routes.families[0], f"id/${v}_of/${v}_slug", f"#${v}_prefix.${v}_local")
        yield "}\n"


def _listed(routes: Routes) -> Iterator[str]:
    families = {family.name: family for family in routes.families}
    for path, (family, stem, fragment) in routes.listed.items():
        yield f'location ~ "^{pattern_of(routes.root + path)}$" {{\n'
        yield from _headers(4, vary=True)
        yield from _choice(routes, families[family], stem, f"#{fragment}" if fragment else "")
        yield "}\n"


def _withdrawn(routes: Routes) -> Iterator[str]:
    v = routes.name
    yield f'    if (${v}_gone) {{ return 410 "{WITHDRAWN}\\n"; }}\n'
    yield f'    if (${v}_moved != "") {{ return 301 ${v}_moved; }}\n'


def _choice(routes: Routes, family: Family, stem: str, fragment: str) -> Iterator[str]:
    wanted = f"${routes.name}_{family.name}"
    yield f'    if ({wanted} = "") {{ return 406 "{refusal(family.offers)}\\n"; }}\n'
    page = f"{routes.root}${{{routes.name}_folder}}{stem}.html{fragment}"
    yield f'    if ({wanted} = html) {{ return 303 "{page}"; }}\n'
    for short in data_of(family.offers):
        yield f'    if ({wanted} = {short}) {{ return 303 "{routes.root}{family.file(stem, short)}"; }}\n'


def _headers(indent: int, *, vary: bool = False, link: str = "") -> Iterator[str]:
    """Lines that add headers; a location with one of its own inherits none, so it has them all."""
    lines = dict(SECURITY)
    if vary:
        lines["Vary"] = VARY
    if link:
        lines["Link"] = link
    for name, value in lines.items():
        quote = "'" if '"' in value else '"'
        yield f"{' ' * indent}add_header {name} {quote}{value}{quote} always;\n"
    if vary:
        yield f"{' ' * indent}default_type text/plain;\n"
