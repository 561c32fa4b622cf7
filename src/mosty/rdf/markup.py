"""Where RDF/XML and JSON-LD describe a node by its IRI in full: a best effort, for places that are sure."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from xml.sax.saxutils import unescape

import pyoxigraph as ox

from mosty.rdf.keys import Key

_TAG = re.compile(
    rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)"
    rb"|(?P<tag><(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+>)",
    re.DOTALL,
)
_ABOUT = re.compile(rb"\"[^\"]*+\"|'[^']*+'|:about[ \t\r\n]*+=[ \t\r\n]*+(?P<iri>\"[^\"]*+\"|'[^']*+')")
_REFERENCE = re.compile(r"&#(?:x([0-9A-Fa-f]+)|([0-9]+));")

_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_GAP = rb"[ \t\r\n]*+"
# An object with nothing but an @id refers to a node and says nothing about it.
_JSON = re.compile(
    rb"\{" + _GAP + rb'"@id"' + _GAP + rb":" + _GAP + _STRING + _GAP + rb"\}"
    rb'|"@id"' + _GAP + rb":" + _GAP + rb"(?P<iri>" + _STRING + rb")"
    rb"|(?P<key>" + _STRING + rb")" + _GAP + rb":|" + _STRING + rb"|(?P<open>\{)|(?P<close>\})",
    re.DOTALL,
)  # fmt: skip


def places_of_subjects(
    data: bytes, rdf_format: ox.RdfFormat, subjects: Collection[Key]
) -> dict[Key, tuple[int, int]]:
    """Give the first place of each subject whose IRI stands in full where a node is described.

    >>> data = b'{"@id": "http://e.org/a", "@type": "http://e.org/B"}'
    >>> places_of_subjects(data, ox.RdfFormat.JSON_LD, ["<http://e.org/a>"])
    {'<http://e.org/a>': (9, 23)}
    """
    found: dict[Key, tuple[int, int]] = {}
    for iri, place in (
        _described_in_xml(data) if rdf_format == ox.RdfFormat.RDF_XML else _described_in_json(data)
    ):
        key = f"<{iri}>"
        if key in subjects:
            found.setdefault(key, place)
    return found


def _described_in_xml(data: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
    for tag in _TAG.finditer(data):
        if tag["tag"] is None:
            continue
        for match in _ABOUT.finditer(data, *tag.span()):
            if match["iri"] is not None:
                start, end = match.start("iri") + 1, match.end("iri") - 1
                text = _REFERENCE.sub(_character, data[start:end].decode(errors="replace"))
                yield unescape(text, {"&quot;": '"', "&apos;": "'"}), (start, end)


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code) if code < 0x110000 else ""


def _described_in_json(data: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
    depth, context = 0, -1  # a context, whose @id describe nothing, is open above the depth `context`
    for match in _JSON.finditer(data):
        kind = match.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
        elif kind == "key" and (context < 0 or depth <= context):
            context = depth if match["key"] == b'"@context"' else -1
        elif kind == "iri" and (context < 0 or depth <= context):
            start, end = match.span("iri")
            try:
                yield json.loads(data[start:end], strict=False), (start + 1, end - 1)
            except ValueError:
                continue
