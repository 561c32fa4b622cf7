"""Jinja2 for the pages: everything is escaped, nothing is undefined, links lead to the web or to the site."""

from __future__ import annotations

import json
import re
from functools import cache

import jinja2
from markupsafe import Markup

# An address that names a user (https://user:password@host/) shows another host than it leads to.
_WEB = re.compile(r"https?://(?![^/?#]*@)[^\s<>\"'\\{}|^`\x00-\x20]+\Z", re.IGNORECASE)
# What could end a script element, or begin a comment in one (HTML, section 4.12.1.3).
_DATA = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


@cache
def environment() -> jinja2.Environment:
    """The environment of all pages."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("mosty.site", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.policies["json.dumps_kwargs"] = {"sort_keys": True, "ensure_ascii": False}
    return made


def web_address(text: str) -> str | None:
    """The address, if it leads to the web and names no user: other schemes (``javascript:``) never become links.

    >>> web_address("https://example.org/"), web_address("javascript:alert(1)"), web_address("https://a@b.org/")
    ('https://example.org/', None, None)
    """
    return text if _WEB.match(text) else None


def data_block(value: object) -> Markup:
    r"""JSON for a ``<script type="application/ld+json">``, which no text in it can end.

    >>> data_block({"a": "</script>"})
    Markup('{"a":"\\u003c/script\\u003e"}')
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Markup(re.sub("[<>&\u2028\u2029]", lambda match: _DATA[match[0]], text))
