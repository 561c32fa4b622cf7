"""SPARQL 1.1 Query Results JSON, and SPARQL Query Results XML."""

from __future__ import annotations

import json
import re

from mosty.model.solutions import Boolean, Solutions
from mosty.model.terms import IRI, XSD_STRING, BlankNode, Term

# What no XML 1.0 document may hold, not even escaped (section 2.2).
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
_XML_SPECIAL = re.compile('[&<>"\t\n\r]')


def json_text(answer: Solutions | Boolean) -> str:
    """Write JSON results, one solution a line."""
    if isinstance(answer, Boolean):
        return json.dumps({"head": {}, "boolean": answer.value}) + "\n"
    dumps = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode
    rows = ",\n".join(
        dumps(
            {
                name: _json_term(term)
                for name, term in zip(answer.variables, row, strict=True)
                if term is not None
            }
        )
        for row in answer.rows
    )
    body = f"\n{rows}\n" if rows else ""
    return f'{{"head": {dumps({"vars": answer.variables})}, "results": {{"bindings": [{body}]}}}}\n'


def xml_text(answer: Solutions | Boolean) -> str:
    """Write XML results, one solution a line.

    XML cannot carry most control characters (NUL, ESC): each becomes U+FFFD; use json or tsv to keep them.
    """
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">\n'
    ]
    if isinstance(answer, Boolean):
        parts.append(f"<head/>\n<boolean>{str(answer.value).lower()}</boolean>\n</sparql>\n")
        return "".join(parts)
    names = [xml_escape(name) for name in answer.variables]
    parts.append("<head>" + "".join(f'<variable name="{name}"/>' for name in names) + "</head>\n<results>\n")
    for row in answer.rows:
        bindings = (
            f'<binding name="{name}">{_xml_term(term)}</binding>'
            for name, term in zip(names, row, strict=True)
            if term is not None
        )
        parts.append(f"<result>{''.join(bindings)}</result>\n")
    parts.append("</results>\n</sparql>\n")
    return "".join(parts)


def xml_escape(text: str) -> str:
    """Escape text for XML content and attributes; forbidden characters become U+FFFD."""
    return only_xml(_XML_SPECIAL.sub(lambda match: _XML[match[0]], text))


def only_xml(text: str) -> str:
    r"""Put U+FFFD for every character that no XML document may hold.

    >>> only_xml("a\x00b") == "a\ufffdb"
    True
    """
    return _NOT_XML.sub("\ufffd", text)


def _json_term(term: Term) -> dict[str, str]:
    if isinstance(term, IRI):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.label}
    if term.language:
        return {"type": "literal", "value": term.lexical, "xml:lang": term.language}
    if term.datatype == XSD_STRING:
        return {"type": "literal", "value": term.lexical}
    return {"type": "literal", "value": term.lexical, "datatype": term.datatype}


def _xml_term(term: Term) -> str:
    if isinstance(term, IRI):
        return f"<uri>{xml_escape(term.value)}</uri>"
    if isinstance(term, BlankNode):
        return f"<bnode>{xml_escape(term.label)}</bnode>"
    mark = ""
    if term.language:
        mark = f' xml:lang="{xml_escape(term.language)}"'
    elif term.datatype != XSD_STRING:
        mark = f' datatype="{xml_escape(term.datatype)}"'
    text = xml_escape(term.lexical)
    if text.strip(" ") != text:
        # Some readers trim elements, though they may not; a character reference survives that.
        text = re.sub("^ +| +$", lambda match: "&#32;" * len(match[0]), text)
    return f"<literal{mark}>{text}</literal>"
