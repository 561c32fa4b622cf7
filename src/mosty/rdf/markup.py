"""Where RDF/XML and JSON-LD state a subject by its IRI in full: a best effort, for places that are sure."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from xml.sax.saxutils import unescape

import pyoxigraph as ox

from mosty.rdf.keys import Key

_ABOUT = re.compile(
    rb"[\w.\-]+:about\s*=\s*(?:\"([^\"<]*)\"|'([^'<]*)')|<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL
)
_ENTITY = re.compile(r"&#(?:x([0-9A-Fa-f]+)|([0-9]+));")
# Strings outside and inside; an object with nothing but an @id refers to a node and says nothing about it.
_ID = re.compile(
    rb'\{\s*"@id"\s*:\s*"(?:[^"\\]|\\.)*+"\s*\}|"@id"\s*:\s*("(?:[^"\\]|\\.)*+")|"(?:[^"\\]|\\.)*+"',
    re.DOTALL,
)


def places_of_subjects(
    data: bytes, rdf_format: ox.RdfFormat, subjects: Collection[Key]
) -> dict[Key, tuple[int, int]]:
    """Give the first place of each subject whose IRI stands in full where a node is described.

    >>> places_of_subjects(b'{"@id": "http://e.org/a", "@type": "http://e.org/B"}', ox.RdfFormat.JSON_LD, ["<http://e.org/a>"])
    {'<http://e.org/a>': (9, 23)}
    """
    found: dict[Key, tuple[int, int]] = {}
    pattern = _ABOUT if rdf_format == ox.RdfFormat.RDF_XML else _ID
    for match in pattern.finditer(data):
        group = match.lastindex
        if group is None:
            continue
        start, end = match.span(group)
        text = data[start:end].decode(errors="replace")
        if rdf_format == ox.RdfFormat.RDF_XML:
            iri = unescape(_ENTITY.sub(_character, text), {"&quot;": '"', "&apos;": "'"})
        else:
            start, end = start + 1, end - 1
            try:
                iri = json.loads(text, strict=False)
            except ValueError:
                continue
        key = f"<{iri}>"
        if key in subjects:
            found.setdefault(key, (start, end))
    return found


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code) if code < 0x110000 else ""
