"""IRIs as names in XML: RDF/XML writes each predicate as an element, so it needs one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from xml.parsers import expat

from mosty.model.errors import InputError
from mosty.model.terms import RDF
from mosty.rdf.keys import Key
from mosty.rdf.prefixes import Prefixes

# Namespaces in XML 1.0, section 3: no prefix may be bound to these.
_FORBIDDEN_NAMESPACES = frozenset({"http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/"})
# RDF/XML, section 6.1.4: words of the syntax itself; rdf:li would be read as rdf:_1, rdf:_2 ...
_SYNTAX = frozenset(
    RDF + name
    for name in (
        *("RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "Description", "li"),
        *("aboutEach", "aboutEachPrefix", "bagID"),
    )
)
_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd"
)
_NAME = re.compile(rf"[{_START}][{_START}.0-9\u00b7\u0300-\u036f\u203f-\u2040-]*")
_CUT_ESCAPE = re.compile("%[0-9A-Fa-f]?$")


class Name(NamedTuple):
    """An IRI as namespace and local name; the prefix is None where the document must make one up."""

    prefix: str | None
    namespace: str
    local: str


class XmlNames:
    """Names for IRIs, with prefixes of a map where it has one that fits."""

    def __init__(self, prefixes: Prefixes) -> None:
        self.prefixes = Prefixes({**prefixes, "rdf": RDF})
        self._by_namespace = {
            namespace: prefix
            for prefix, namespace in reversed(list(self.prefixes.items()))
            if prefix[:3].lower() != "xml" and namespace not in _FORBIDDEN_NAMESPACES and is_name(prefix)
        }
        self._by_namespace[RDF] = "rdf"
        self._longest_first = sorted(self._by_namespace, key=len, reverse=True)
        self._known: dict[Key, Name | None] = {}

    def property_name(self, predicate: Key) -> Name:
        """The name of a predicate.

        Raises:
            InputError: XML has no name for it, or RDF/XML would read it as something else.
        """
        name = self._name(predicate)
        if name is None or predicate[1:-1] in _SYNTAX:
            raise InputError(
                f"{predicate} cannot be a property in RDF/XML: "
                + ("it is a word of the syntax" if name else "it does not end in a name of XML"),
                "use another property, or another format",
            )
        return name

    def class_name(self, class_: Key) -> Name | None:
        """The name of a class for the element of its instances; None when rdf:type must say it."""
        name = self._name(class_) if class_[0] == "<" and class_[1] != "<" else None
        return name if name and name.prefix and name.namespace != RDF else None

    def _name(self, key: Key) -> Name | None:
        if key not in self._known:
            self._known[key] = self._split(key[1:-1])
        return self._known[key]

    def _split(self, iri: str) -> Name | None:
        for namespace in self._longest_first:
            if iri.startswith(namespace) and is_name(iri[len(namespace) :]):
                return Name(self._by_namespace[namespace], namespace, iri[len(namespace) :])
        usual = max(iri.rfind("#"), iri.rfind("/")) + 1
        for cut in (usual, *range(len(iri) - 1, 0, -1)):
            namespace, local = iri[:cut], iri[cut:]
            if (
                namespace
                and namespace not in _FORBIDDEN_NAMESPACES
                and not _CUT_ESCAPE.search(namespace)
                and is_name(local)
            ):
                return Name(None, namespace, local)
        return None


def is_name(text: str) -> bool:
    """Whether a text is a name without a colon, for parsers of every edition of XML 1.0.

    >>> is_name("label"), is_name("1st"), is_name("a:b"), is_name("štítek")
    (True, False, False, True)
    """
    if not _NAME.fullmatch(text):
        return False
    if text.isascii():
        return True
    # The fifth edition allows more than many parsers know; expat is one of those.
    try:
        expat.ParserCreate("UTF-8").Parse(f"<{text}/>".encode(), True)
    except expat.ExpatError:
        return False
    return True


def declared(names: Iterable[Name], taken: Prefixes) -> dict[str, str]:
    """The namespaces of a document by prefix, sorted; those without a prefix get one that is not taken."""
    found = {name.prefix: name.namespace for name in names if name.prefix}
    number = 0
    for namespace in sorted({name.namespace for name in names if not name.prefix}):
        number += 1
        while f"ns{number}" in taken:
            number += 1
        found[f"ns{number}"] = namespace
    return dict(sorted(found.items()))
