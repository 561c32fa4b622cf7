"""What robots and browsers look for: sitemap, OpenSearch description, robots.txt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from mosty.site.paths import localised
from mosty.site.things import Things
from mosty.site.words import words

_MOST = 50_000
"""Addresses in a sitemap (sitemaps.org, protocol 0.9)."""
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def files(things: Things, made: Sequence[str]) -> Iterator[tuple[str, str | Iterator[str]]]:
    """Make them; what needs the address of the release is left out where that is not known.

    Args:
        things: what the pages are about.
        made: the paths of all pages.
    """
    address = things.info.address
    if not address:
        yield "robots.txt", "User-agent: *\nAllow: /\n"
        return
    yield "robots.txt", f"User-agent: *\nAllow: /\n\nSitemap: {address}sitemap.xml\n"
    for language in things.languages:
        path = localised("opensearch.xml", language, things.languages)
        yield path, _opensearch(things, language, address)
    paths = sorted(made)
    slices = [paths[start : start + _MOST] for start in range(0, len(paths), _MOST)]
    if len(slices) <= 1:
        yield "sitemap.xml", _sitemap(things, address, paths)
        return
    for number, some in enumerate(slices, 1):
        yield f"sitemap-{number}.xml", _sitemap(things, address, some)
    names = [f"{address}sitemap-{number}.xml" for number in range(1, len(slices) + 1)]
    entries = "".join(f"<sitemap><loc>{escape(name)}</loc></sitemap>\n" for name in names)
    yield (
        "sitemap.xml",
        f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex {_SPACE}>\n{entries}</sitemapindex>\n',
    )


def _sitemap(things: Things, address: str, paths: Sequence[str]) -> Iterator[str]:
    date = things.info.date
    modified = f"<lastmod>{date.isoformat()}</lastmod>" if date else ""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {_SPACE}>\n'
    for path in paths:
        yield f"<url><loc>{escape(address + path)}</loc>{modified}</url>\n"
    yield "</urlset>\n"


def _opensearch(things: Things, language: str, address: str) -> str:
    config = things.config
    search = address + localised("search.html", language, things.languages)
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">',
            # The specification allows 16 characters for the short name.
            f"<ShortName>{escape(config.name[:16])}</ShortName>",
            f"<Description>{escape(words(language).word('search-names'))}: {escape(config.title)}</Description>",
            f"<Language>{escape(language)}</Language>",
            "<InputEncoding>UTF-8</InputEncoding>",
            f'<Url type="text/html" method="get" template={quoteattr(search + "?q={searchTerms}")}/>',
            "</OpenSearchDescription>",
            "",
        ]
    )
