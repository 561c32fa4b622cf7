"""What a host of plain files can do: `_headers` and `_redirects`, as Netlify, Cloudflare Pages and others read them.

Such a host cannot choose by an Accept header. An IRI leads to its page in the first language, and the page links
its data and its other languages.
"""

from __future__ import annotations

from collections.abc import Iterator

from mosty.publish.negotiation.headers import PLAIN_FILES, SECURITY, TYPES, WITH_CHARSET
from mosty.publish.negotiation.routes import Routes

_MOST = 1800
"""Cloudflare Pages reads 2,000 lines of fixed redirects and 100 with a star."""


def headers() -> Iterator[str]:
    """The file `_headers`."""
    yield "/*\n" + "".join(f"  {name}: {value}\n" for name, value in SECURITY.items())
    for ending, media in TYPES.items():
        charset = "; charset=utf-8" if ending in WITH_CHARSET else ""
        yield f"/*.{ending}\n  Content-Type: {media}{charset}\n"
    for name in PLAIN_FILES:
        yield f"/{name}\n  Content-Type: text/plain; charset=utf-8\n"


def redirects(routes: Routes) -> Iterator[str]:
    """The file `_redirects`: fixed paths first, as each host wants it."""
    root = routes.root
    lines = [
        f"{root}{path} {root}{document.files['html']} 303"
        for document in routes.documents
        for path in document.paths
        if path and "html" in document.files
    ]
    for path, (_, stem, fragment) in {**routes.few, **routes.listed}.items():
        lines.append(f"{root}{path} {root}{stem}.html{f'#{fragment}' if fragment else ''} 303")
    # A host of files knows no 410; what was withdrawn is not found, and what has a successor leads there.
    lines += [f"{root}{path} {root}{new} 301" for path, new in routes.gone.items() if new is not None]
    yield "".join(f"{line}\n" for line in lines[:_MOST])
    for document in routes.documents:
        for prefix, kind, _ in document.inside:
            yield f"{root}id/{prefix}/:name/:rest {root}id/{kind}/:name.html#{prefix}/:rest 303\n"
        for folder in document.below:
            if "html" in document.files:
                yield f"{root}{folder}* {root}{document.files['html']} 303\n"
    yield f"{root}release/* {root}:splat 303\n{root}dataset/distribution/* {root}:splat 303\n"
    # One file cannot be told from another by these rules, so the names of records stay as they are: the hosts
    # that read this file answer /a with a.html.
