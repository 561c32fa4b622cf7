"""Rules for Apache's mod_rewrite: for the folder of a release, and for the redirects of w3id.org.

Qualities are compared by regular expressions over their digits (see `accept`); mod_negotiation would compare them
too, but knows neither 303 nor the pages of a part, and wants a file for each resource.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mosty.publish.negotiation.accept import GREATER, NONE, Clause
from mosty.publish.negotiation.headers import PLAIN_FILES, SECURITY, TYPES, VARY, WITH_CHARSET
from mosty.publish.negotiation.pieces import chunks, languages_wanted, media_wanted, pattern_of
from mosty.publish.negotiation.routes import (
    BELOW,
    NAME,
    NOT_A_FILE,
    PLAIN,
    SLUG,
    Document,
    Family,
    Inside,
    Routes,
)

UNKNOWN = "https://download.invalid/"
"""Stands for the address of the release when nobody said it."""

_LONGEST = 4000
"""Apache refuses lines of more than 8192 characters."""


def host(routes: Routes, *, error_page: str | None = None) -> Iterator[str]:
    """The .htaccess of the folder of a release."""
    yield (
        "# Answers for the addresses of a release, for Apache 2.4 with mod_rewrite, mod_headers and mod_mime\n"
        "# (AllowOverride FileInfo, Options FollowSymLinks). It works in whatever folder it lies.\n\n"
        "<IfModule mod_mime.c>\nRemoveEncoding .gz .zst\n"
    )
    yield "".join(f"AddType {media} .{ending}\n" for ending, media in TYPES.items())
    yield "".join(f"AddCharset UTF-8 .{ending}\n" for ending in WITH_CHARSET)
    yield f"<FilesMatch \"^(?:{'|'.join(PLAIN_FILES)})$\">\nForceType 'text/plain; charset=utf-8'\n</FilesMatch>\n"
    texts = " ".join(f".{ending}" for ending in WITH_CHARSET)
    yield f'<FilesMatch "\\.(?:gz|zst)$">\nRemoveCharset {texts}\n</FilesMatch>\n'
    yield "</IfModule>\n<IfModule mod_headers.c>\n"
    yield "".join(f'Header always set {name} "{value}"\n' for name, value in SECURITY.items())
    yield f'Header always set Vary "{VARY}" env=NEGOTIATED\n</IfModule>\nAddDefaultCharset Off\n'
    if error_page:
        yield f"ErrorDocument 404 {routes.root}{error_page}\n"
    yield "<IfModule mod_rewrite.c>\nRewriteEngine On\n"
    yield "RewriteCond %{REQUEST_METHOD} !^(?:GET|HEAD)$\nRewriteRule ^ - [R=405,L]\n"
    yield "RewriteRule (?:^|/)\\. - [R=404,L]\n"
    yield from _leave_files(routes)
    yield "# The folder of this file, as addresses name it.\n"
    yield "RewriteCond %{REQUEST_URI}::$1 ^(.*?/)(.*)::\\2$\nRewriteRule ^(.*)$ - [E=ROOT:%1]\n"
    yield from _choosing(routes)
    yield from _answers(routes, looks=True)
    yield "</IfModule>\n"


def redirects(routes: Routes) -> Iterator[str]:
    """The .htaccess of the base of the IRIs: it redirects to where the release lies."""
    said = (
        ""
        if routes.address
        else "# NOBODY SAID WHERE THE RELEASE LIES: put its address into the line below.\n"
    )
    yield (
        "# Redirects from the IRIs of a graph to its release. For w3id.org: a folder of this name there, see\n"
        "# https://github.com/perma-id/w3id.org\n\n"
        "<IfModule mod_headers.c>\nHeader always set Access-Control-Allow-Origin *\n"
        f'Header always set Vary "{VARY}" env=NEGOTIATED\n</IfModule>\n'
        "RewriteEngine On\n"
    )
    yield f"{said}# Where the release lies.\nRewriteRule ^ - [E=ROOT:{_substitution(routes.address or UNKNOWN)}]\n"
    yield from _choosing(routes)
    yield from _answers(routes, looks=False)


def _leave_files(routes: Routes) -> Iterator[str]:
    """Whatever is a file of the release, or no address of a resource, is left alone."""
    yield "RewriteCond %{REQUEST_FILENAME} -f\nRewriteRule ^ - [L]\n"
    yield "RewriteCond %{REQUEST_FILENAME} -d\nRewriteRule . - [L]\n"
    exact = [pattern_of(path) for document in routes.documents for path in document.paths]
    exact += [pattern_of(path) for path in (*routes.listed, *routes.gone) if not path.startswith("id/")]
    below = [pattern_of(folder) for document in routes.documents for folder in document.below]
    begins = dict.fromkeys(["id/", "release/", "dataset/distribution/", *below])
    yield "".join(f"RewriteRule ^(?:{some})$ - [E=OURS:1]\n" for some in chunks(exact, _LONGEST))
    yield f"RewriteRule ^(?:{'|'.join(begins)}) - [E=OURS:1]\n"
    yield "RewriteCond %{ENV:OURS} ^$\nRewriteRule ^ - [L]\n"


def _choosing(routes: Routes) -> Iterator[str]:
    sets = [(resource.name.upper(), resource.offers) for resource in routes.resources]
    yield "# How much each format is wanted: the digits of its quality, and its name.\n"
    for short, clauses in media_wanted(routes):
        yield from _quality(f"Q_{short}", short, "Accept", clauses)
    for name, offers in sets:
        yield f"# What is wanted most of what there is for: {name.lower()}\n"
        yield from _best(f"BEST_{name}", offers)
    yield "# The folder of the language that is wanted most.\n"
    folders: dict[str, str] = {}
    for short, folder, clauses in languages_wanted(routes):
        folders[short] = folder
        yield from _quality(f"Q_{short}", short, "Accept-Language", clauses)
    yield from _best("BEST_LANGUAGE", folders)
    for short, folder in folders.items():
        if folder:
            yield f"RewriteCond %{{ENV:BEST_LANGUAGE}} {short}$\nRewriteRule ^ - [E=FOLDER:{folder}]\n"


def _quality(variable: str, short: str, header: str, clauses: Iterable[Clause]) -> Iterator[str]:
    yield f"RewriteRule ^ - [E={variable}:0000{short}]\n"
    yield f"RewriteCond %{{HTTP:{header}}} ^$\nRewriteRule ^ - [E={variable}:1{short}]\n"
    for clause in reversed(list(clauses)):  # the last one that fits counts
        yield f"RewriteCond %{{HTTP:{header}}} '{clause.pattern}' [NC]\n"
        yield f"RewriteRule ^ - [E={variable}:{clause.quality.format('%1')}{short}]\n"


def _best(variable: str, offers: Iterable[str]) -> Iterator[str]:
    yield f"RewriteRule ^ - [E={variable}:{NONE}]\n"
    for short in offers:
        yield f"RewriteCond %{{ENV:{variable}}}|%{{ENV:Q_{short}}} '{GREATER}'\n"
        yield f"RewriteRule ^ - [E={variable}:%{{ENV:Q_{short}}}]\n"


def _answers(routes: Routes, *, looks: bool) -> Iterator[str]:
    yield "# What was withdrawn, and what took the place of something.\n"
    without = [pattern_of(path) for path, successor in routes.gone.items() if successor is None]
    yield from (f"RewriteRule ^(?:{some})$ - [G]\n" for some in chunks(without, _LONGEST))
    for path, successor in routes.gone.items():
        if successor is not None:
            yield f"RewriteRule ^{pattern_of(path)}$ %{{ENV:ROOT}}{_substitution(successor)} [R=301,NE,L]\n"
    for document in routes.documents:
        yield from _document(document, looks=looks)
    yield (
        f"RewriteRule ^(?:dataset/distribution|release)/({PLAIN}(?:/{PLAIN})*)$ %{{ENV:ROOT}}$1 [R=303,NE,L]\n"
        "# Records, parts of records, and those in a list: the path of the page.\n"
    )
    for family in routes.families:
        if family.prefixes:
            who = f"E=FAMILY:{family.name}"
            yield f"RewriteRule ^id/(?:{'|'.join(family.prefixes)})/{NAME}$ - [E=STEM:$0,{who}]\n"
    yield from _parts(routes, looks=looks)
    for path, (name, stem, fragment) in routes.listed.items():
        inner = f",E=INNER:#{fragment}" if fragment else ""
        yield f"RewriteRule ^{pattern_of(path)}$ - [E=STEM:{stem},E=FAMILY:{name}{inner}]\n"
    if not looks:
        yield "# Whatever else there is.\nRewriteCond %{ENV:STEM} ^$\n"
        yield f"RewriteRule ^{PLAIN}(?:/{PLAIN})*$ %{{ENV:ROOT}}$0 [R=303,NE,L]\n"
    yield "RewriteCond %{ENV:STEM} ^$\nRewriteRule ^ - [R=404,L]\n"
    if looks:
        yield "RewriteCond %{DOCUMENT_ROOT}%{ENV:ROOT}%{ENV:STEM}.html !-f\nRewriteRule ^ - [R=404,L]\n"
    yield "RewriteRule ^ - [E=NEGOTIATED:1]\n"
    for family in routes.families:
        yield from _choice(family)


def _choice(family: Family) -> Iterator[str]:
    here, best = (
        f"RewriteCond %{{ENV:FAMILY}} ={family.name}\n",
        f"RewriteCond %{{ENV:BEST_{family.name.upper()}}}",
    )
    yield f"{here}{best} ^{NONE}$\nRewriteRule ^ - [R=406,L]\n"
    page = "%{ENV:ROOT}%{ENV:FOLDER}%{ENV:STEM}.html%{ENV:INNER}"
    yield f"{here}{best} html$\nRewriteRule ^ {page} [R=303,NE,L]\n"
    for short in family.offers:
        if short != "html":
            file = family.file("%{ENV:STEM}", short)
            yield f"{here}{best} \\d{short}$\nRewriteRule ^ %{{ENV:ROOT}}{file} [R=303,NE,L]\n"


def _document(document: Document, *, looks: bool) -> Iterator[str]:
    paths = [*map(pattern_of, document.paths), *(pattern_of(folder) + BELOW for folder in document.below)]
    pattern, best = f"^(?:{'|'.join(paths)})$", f"%{{ENV:BEST_{document.name.upper()}}}"
    yield f"RewriteRule {pattern} - [E=NEGOTIATED:1]\n"
    yield f"RewriteCond {best} ^{NONE}$\nRewriteRule {pattern} - [R=406,L]\n"
    for inside in document.inside:
        yield from _inside(inside, f"RewriteCond {best} html$\n", looks=looks)
    if "html" in document.files:
        yield f"RewriteCond {best} html$\n"
        yield f"RewriteRule {pattern} %{{ENV:ROOT}}%{{ENV:FOLDER}}{document.files['html']} [R=303,NE,L]\n"
    for short in document.offers:
        if short != "html":
            yield f"RewriteCond {best} \\d{short}$\n"
            yield f"RewriteRule {pattern} %{{ENV:ROOT}}{document.file(short)} [R=303,NE,L]\n"


def _inside(inside: Inside, condition: str, *, looks: bool) -> Iterator[str]:
    prefix, kind, names = inside
    rule = f"RewriteRule ^id/{prefix}/({{}})/({PLAIN})$ %{{{{ENV:ROOT}}}}"
    there = f"%{{ENV:FOLDER}}id/{kind}/$1.html#{prefix}/$2 [R=303,NE,L]\n"
    if looks:
        condition += f"RewriteCond %{{DOCUMENT_ROOT}}%{{ENV:ROOT}}id/{kind}/$1.html -f\n"
        yield condition + rule.format(PLAIN) + there
    elif names is None:
        yield f"# Too many to list: the host of the release knows.\n{rule.format(PLAIN)}$0 [R=303,NE,L]\n"
    else:
        for some in chunks(map(pattern_of, names), _LONGEST):
            yield condition + rule.format(some) + there


def _parts(routes: Routes, *, looks: bool) -> Iterator[str]:
    for prefix, kinds in routes.parts.items():
        whole = rf"^id/({prefix})/{NOT_A_FILE}(({SLUG})(?:\.[A-Za-z0-9_-]+)*)$"
        owners: Mapping[str, object] | None = routes.owners[prefix]
        if looks:
            for kind in reversed(kinds):  # the last one that is found counts
                yield f"RewriteCond %{{DOCUMENT_ROOT}}%{{ENV:ROOT}}id/{kind}/$3.html -f\n"
                yield f"RewriteRule {whole} - [E=STEM:id/{kind}/$3,E=INNER:#$1.$2,E=FAMILY:record]\n"
        elif owners is None:
            yield "# Too many to list: the host of the release knows.\n"
            yield f"RewriteRule {whole} %{{ENV:ROOT}}$0 [R=303,NE,L]\n"
        else:
            yield f"RewriteRule {whole} - [E=STEM:id/{kinds[0]}/$3,E=INNER:#$1.$2,E=FAMILY:record]\n"
            for kind, slugs in routes.owners[prefix].items():  # type: ignore[union-attr]
                for some in chunks(map(pattern_of, slugs), _LONGEST):
                    listed = rf"^id/({prefix})/{NOT_A_FILE}(({some})(?:\.[A-Za-z0-9_-]+)*)$"
                    yield f"RewriteRule {listed} - [E=STEM:id/{kind}/$3,E=INNER:#$1.$2,E=FAMILY:record]\n"


def _substitution(text: str) -> str:
    """A text that mod_rewrite leaves as it is: no back-references in it."""
    return text.replace("\\", "").replace("%", "\\%").replace("$", "\\$")
