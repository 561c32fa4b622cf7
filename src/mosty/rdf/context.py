"""The JSON-LD context of a workspace: its prefixes, and what the values of each property are.

Names are CURIEs, the same as in Turtle and SPARQL; nothing needs more than JSON-LD 1.0.
Why: docs/decisions/dump-formats.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple, TypeAlias

from mosty.model.errors import InputError
from mosty.model.terms import RDF, RDF_LANG_STRING, XSD, XSD_STRING
from mosty.rdf.characters import visible
from mosty.rdf.graph import Column, Graph
from mosty.rdf.keys import Key, iri_key
from mosty.rdf.ordering import Namespaces
from mosty.rdf.prefixes import Prefixes

_OWL = "http://www.w3.org/2002/07/owl#"
_TYPE, _RANGE = iri_key(RDF + "type"), iri_key("http://www.w3.org/2000/01/rdf-schema#range")
_OBJECT, _DATATYPE, _ANNOTATION = (
    iri_key(_OWL + name) for name in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")
)
_WEB = ("<http://", "<https://")
_PREFIX = re.compile(r"[^\W_][\w.-]*")
_MANY = 50_000

Definition: TypeAlias = tuple[str, str]
"""A keyword of a context and its value."""

LINK: Definition = ("@type", "@id")
TEXT: Definition = ("@container", "@language")


class Term(NamedTuple):
    """How a property stands in JSON-LD.

    Attributes:
        name: its name in a node, in quotation marks: a CURIE, or the IRI where no prefix fits.
        definition: what the context says of it, if anything.
        datatype: what follows the text of those literals (``^^<...>``) that are written as plain strings.
        said: the definition as JSON.
        prefixes: the prefixes that name and definition need.
    """

    name: str
    definition: Definition | None
    datatype: str
    said: str
    prefixes: frozenset[str]


class Names(dict[Key, tuple[str, str]]):
    """How an IRI is written, in quotation marks: as CURIE, with its prefix, or in full, with an empty text.

    Raises:
        InputError: asked for a triple term, or an IRI that the context would turn into another one.
    """

    def __init__(self, prefixes: Prefixes) -> None:
        super().__init__()
        self._prefixes = prefixes
        self._split = Namespaces(prefixes).split

    def __missing__(self, key: Key) -> tuple[str, str]:
        if len(self) >= _MANY:
            self.clear()
        found = self[key] = self._named(key)
        return found

    def _named(self, key: Key) -> tuple[str, str]:
        if key[1] == "<":
            raise InputError(f"JSON-LD cannot hold a triple term (RDF 1.2): {key}", "use another format")
        iri = key[1:-1]
        parts = self._split(iri)
        if parts and parts[1] and not parts[1].startswith("//"):
            return f'"{parts[0]}:{visible(parts[1])}"', parts[0]
        scheme, _, rest = iri.partition(":")
        if scheme in self._prefixes and not rest.startswith("//"):
            raise InputError(
                f"{key} would be read as a CURIE in JSON-LD: {scheme} is a prefix",
                "make the context from the graph that is written",
            )
        return f'"{visible(iri)}"', ""


class Terms(dict[Key, Term]):
    """How each property is written, worked out once; raises what `Names` raises."""

    def __init__(self, names: Names, definitions: Mapping[Key, Definition]) -> None:
        super().__init__()
        self._names = names
        self._definitions = definitions

    def __missing__(self, predicate: Key) -> Term:
        name, prefix = self._names[predicate]
        # A full IRI as a term of a context is not known to every reader.
        definition = self._definitions.get(predicate) if prefix else None
        needed, datatype, said = {prefix}, "", ""
        if definition is not None:
            keyword, value = definition
            said = f'"{value}"'
            if value[0] != "@":
                datatype = f"^^<{value}>"
                said, other = self._names[iri_key(value)]
                needed.add(other)
            said = f'{{"{keyword}": {said}}}'
        found = self[predicate] = Term(name, definition, datatype, said, frozenset(needed - {""}))
        return found


class Context:
    """Prefixes and typed properties; `context_of` makes it.

    Attributes:
        prefixes: those that a document may use; they end in ``/`` or ``#``.
        order: the namespaces of all prefixes, in the order of the kinds.
        names: how IRIs are written.
        terms: how properties are written.
    """

    def __init__(self, prefixes: Prefixes, order: Namespaces, definitions: Mapping[Key, Definition]) -> None:
        self.prefixes = prefixes
        self.order = order
        self._definitions = definitions
        self.names = Names(prefixes)
        self.terms = Terms(self.names, definitions)

    def entries(self, predicates: Iterable[Key], prefixes: Iterable[str]) -> list[str]:
        """The entries of a context for some properties, with some prefixes beside those that they need."""
        terms = sorted(map(self.terms.__getitem__, predicates))
        needed = set(prefixes).union(*(term.prefixes for term in terms))
        return [
            *(f'"{prefix}": "{visible(self.prefixes[prefix])}"' for prefix in sorted(needed)),
            *(f"{term.name}: {term.said}" for term in terms if term.said),
        ]

    def chunks(self) -> Iterator[str]:
        """The whole context as a document of its own, for those who write JSON for this graph."""
        entries = ",\n    ".join(self.entries(self._definitions, self.prefixes))
        yield f'{{\n  "@context": {{\n    {entries}\n  }}\n}}\n'


def context_of(prefixes: Prefixes, ontology: Graph, graph: Graph) -> Context:
    """Make the context of a graph.

    Values of a property are links where the ontology says so or some value is an IRI, texts by language where some
    value has a language tag, and plain strings where all are of one datatype or the ontology names it.

    Args:
        prefixes: of the workspace. One that is also the scheme of an IRI in the graph is left out, for that IRI
            would be read as a CURIE.
        ontology: what it says of properties counts more than what the graph shows.
        graph: what is to be written.
    """
    schemes = _schemes(graph) | _schemes(ontology)
    usable = {
        prefix: namespace
        for prefix, namespace in prefixes.items()
        if _PREFIX.fullmatch(prefix) and namespace[-1:] in ("/", "#") and prefix not in schemes
    }
    types = ontology.column(_TYPE)
    declared = types.subjects_of({_OBJECT, _DATATYPE, _ANNOTATION})
    definitions = {}
    for predicate in sorted(declared | graph.columns.keys()):
        kinds = types.values(predicate) if predicate in declared else ()
        if predicate != _TYPE and predicate[0] == "<":
            ranges = ontology.column(_RANGE).values(predicate)
            if definition := _definition(kinds, ranges, graph.column(predicate)):
                definitions[predicate] = definition
    return Context(Prefixes(usable), Namespaces(prefixes), definitions)


def _definition(kinds: Iterable[Key], ranges: Iterable[Key], column: Column) -> Definition | None:
    if _OBJECT in kinds:
        return LINK
    if _DATATYPE in kinds:
        range_, *others = *ranges, ""
        iri = range_[1:-1]
        if not any(others) and iri == RDF_LANG_STRING:
            return TEXT
        if not any(others) and iri.startswith(XSD) and iri != XSD_STRING:
            return "@type", iri
    suffixes: set[str] = set()
    for value in chain(column.one.values(), *column.more.values()):
        if value[0] != '"':
            return LINK
        suffixes.add(value[value.rindex('"') + 1 :])
    if any(suffix[:1] == "@" for suffix in suffixes):
        return TEXT
    only = suffixes.pop() if len(suffixes) == 1 else ""
    return ("@type", only[3:-1]) if only else None


def _schemes(graph: Graph) -> set[str]:
    """The schemes of all IRIs that are not of the web."""
    iris = {
        key
        for predicate, column in graph.columns.items()
        for part in ((predicate,), column.one, column.one.values(), *column.more.values())
        for key in part
        if key[-1] == ">" and not key.startswith(_WEB)
    }
    ends = {key[key.rindex('"') + 3 :] if key[0] == '"' else key for key in iris}
    return {key[1 : key.index(":")] for key in ends if not key.startswith(_WEB) and key[1] != "<"}
