"""Prefix maps: CURIEs for people, IRIs for the machine (SPARQL 1.1, section 4.1.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mosty.model.errors import UsageError
from mosty.model.terms import IRI

STANDARD: dict[str, str] = {
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

# The part of PN_LOCAL that needs no escape; a name that does not match is written as a full IRI.
_LOCAL = re.compile(r"(?:[^\W_]|_)(?:[\w.-]*[\w-])?\Z")
# RFC 3987: characters that no IRI may hold, and a scheme in front.
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+\Z")


def is_iri(text: str) -> bool:
    """Tell whether a text is an absolute IRI that can stand in a query; endpoints send others too.

    >>> is_iri("doi:10.1000/1"), is_iri("https://example.org/a b")
    (True, False)
    """
    return _ABSOLUTE.match(text) is not None


class Prefixes(Mapping[str, str]):
    """An immutable map from prefix to namespace.

    >>> p = Prefixes({"org": "https://w3id.org/mosty/id/org/"})
    >>> p.compact("https://w3id.org/mosty/id/org/esf")
    'org:esf'
    >>> p.expand("org:esf")
    IRI(value='https://w3id.org/mosty/id/org/esf')
    """

    def __init__(self, namespaces: Mapping[str, str] = STANDARD) -> None:
        self._namespaces = dict(namespaces)
        self._prefixes = {namespace: prefix for prefix, namespace in reversed(self._namespaces.items())}

    def __getitem__(self, prefix: str) -> str:
        return self._namespaces[prefix]

    def __iter__(self) -> Iterator[str]:
        return iter(self._namespaces)

    def __len__(self) -> int:
        return len(self._namespaces)

    def split(self, iri: str) -> tuple[str, str] | None:
        """Split an IRI into prefix and local name, or None when no prefix fits."""
        for cut in (iri.rfind("#"), iri.rfind("/")):
            if cut > 0 and (prefix := self._prefixes.get(iri[: cut + 1])) is not None:
                local = iri[cut + 1 :]
                if _LOCAL.match(local):
                    return prefix, local
        return None

    def compact(self, iri: str | IRI) -> str:
        """Write an IRI as a CURIE, or as ``<IRI>`` when no prefix fits."""
        text = iri.value if isinstance(iri, IRI) else iri
        parts = self.split(text)
        return f"{parts[0]}:{parts[1]}" if parts else f"<{text}>"

    def expand(self, text: str) -> IRI:
        """Read a CURIE, ``<IRI>`` or absolute IRI.

        Raises:
            UsageError: unknown prefix, or not an IRI.
        """
        name = text.strip()
        if name.startswith("<") and name.endswith(">"):
            name = name[1:-1]
        else:
            prefix, colon, local = name.partition(":")
            if colon and not local.startswith("//") and prefix in self._namespaces:
                name = self._namespaces[prefix] + local
            elif (
                colon and not local.startswith("//") and prefix not in ("urn", "mailto", "tel", "tag", "info")
            ):
                raise UsageError(
                    f"unknown prefix in {text!r}", "known prefixes: " + ", ".join(sorted(self._namespaces))
                )
        if not is_iri(name):
            raise UsageError(f"not an IRI or CURIE: {text!r}", "write it as prefix:name or <https://...>")
        return IRI(name)
