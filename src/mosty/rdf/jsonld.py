"""JSON-LD: a list of nodes with names as in Turtle; every document holds the context that it needs.

See https://www.w3.org/TR/json-ld11/. Numbers and truth values are strings, so that ``01`` stays ``01``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Set

from mosty.model.errors import InputError
from mosty.model.terms import RDF
from mosty.rdf.characters import language_tag, visible
from mosty.rdf.context import LINK, TEXT, Context, Term
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key
from mosty.rdf.ordering import object_order, sorted_subjects
from mosty.rdf.rows import Row, about, labelled, pieces, rows

_TYPE = iri_key(RDF + "type")
_SMALL = 1_000
"""Documents of so many subjects declare the prefixes in use only; larger ones, all of the context."""


def jsonld_chunks(graph: Graph, context: Context, *, subjects: Set[Key] | None = None) -> Iterator[str]:
    r"""Write a graph as JSON-LD, subjects by kind and IRI, properties by IRI.

    Args:
        graph: literals are written as its keys have them; blank nodes get the labels of RDFC-1.0.
        context: made from this graph or one that holds it.
        subjects: only what is said of these few.

    Raises:
        InputError: a text with a direction or a triple term (RDF 1.2), or an IRI that the context forbids.

    >>> from mosty.rdf.context import context_of
    >>> from mosty.rdf.prefixes import Prefixes
    >>> graph = Graph([("<http://e.org/a>", "<http://e.org/p>", '"x"@en')])
    >>> print("".join(jsonld_chunks(graph, context_of(Prefixes({"e": "http://e.org/"}), Graph(), graph))), end="")
    {
      "@context": {
        "e": "http://e.org/",
        "e:p": {"@container": "@language"}
      },
      "@graph": [
        {
          "@id": "e:a",
          "e:p": {"en": "x"}
        }
      ]
    }
    """
    chosen = labelled(graph if subjects is None else about(graph, subjects))
    yield from pieces(_document(chosen, context))


def _document(graph: Graph, context: Context) -> Iterator[str]:
    subjects = sorted_subjects(graph, context.order)
    writer = _Writer(context)
    nodes: Iterator[str] = (writer.node(subject, row) for subject, row in rows(graph, subjects))
    prefixes: Set[str] = context.prefixes.keys()
    if len(subjects) <= _SMALL:
        nodes = iter(list(nodes))
        prefixes = writer.used - {""}
    predicates = (predicate for predicate, column in graph.columns.items() if column.one)
    entries = context.entries((predicate for predicate in predicates if predicate != _TYPE), prefixes)
    listed = ",\n    ".join(entries)
    yield '{\n  "@context": ' + (f"{{\n    {listed}\n  }}" if entries else "{}") + ',\n  "@graph": ['
    between = "\n    "
    for node in nodes:
        yield between + node
        between = ",\n    "
    yield "\n  ]\n}\n" if subjects else "]\n}\n"


class _Writer:
    """Writes nodes; `used` holds the prefixes of their IRIs."""

    def __init__(self, context: Context) -> None:
        self._names, self._terms = context.names, context.terms
        self.used: set[str] = set()

    def node(self, subject: Key, row: Row) -> str:
        """One subject with all its properties."""
        try:
            lines = [f'"@id": {self._iri(subject)}']
            for predicate, values in row.items():
                if predicate == _TYPE:
                    types = sorted(value for value in values if value[0] != '"')
                    if types:
                        lines.insert(1, f'"@type": {_listed([self._iri(value) for value in types])}')
                    if len(types) == len(values):
                        continue
                    values = [value for value in values if value[0] == '"']
                    self.used |= self._terms[predicate].prefixes
                term = self._terms[predicate]
                lines.append(f"{term.name}: {self._values(term, values)}")
        except InputError as error:
            raise InputError(f"{subject}: {error.message}", error.hint) from None
        return "{\n      " + ",\n      ".join(lines) + "\n    }"

    def _values(self, term: Term, values: Collection[Key]) -> str:
        if len(values) > 1:
            values = sorted(values, key=object_order)
        elif term.definition != TEXT:
            (value,) = values
            if value[0] == "<" and term.definition is LINK:
                text, prefix = self._names[value]
                self.used.add(prefix)
                return text
            return self._value(term, value)
        if term.definition == TEXT:
            by_language = self._by_language(values)
            if by_language is not None:
                return by_language
        # In a list a value is what it says it is; alone it could be read as a map of languages.
        return _listed([self._value(term, value) for value in values], alone=False)

    def _by_language(self, values: Collection[Key]) -> str | None:
        texts: dict[str, list[str]] = {}
        for value in values:
            end = value.rindex('"') + 1 if value[0] == '"' else 0
            if value[end : end + 1] != "@":
                return None
            texts.setdefault(_language(value, end), []).append(visible(value[:end]))
        if len(texts) == 1:
            ((tag, alone),) = texts.items()
            return f'{{"{tag}": {_listed(alone, depth=8)}}}'
        lines = ",\n        ".join(f'"{tag}": {_listed(texts[tag], depth=10)}' for tag in texts)
        return f"{{\n        {lines}\n      }}"

    def _value(self, term: Term, value: Key) -> str:
        if value[0] != '"':
            return self._iri(value) if term.definition == LINK else f'{{"@id": {self._iri(value)}}}'
        end = value.rindex('"') + 1
        text, suffix = visible(value[:end]), value[end:]
        if suffix == term.datatype and term.definition != LINK:
            return text
        if not suffix:
            return f'{{"@value": {text}}}'
        if suffix[0] == "@":
            return f'{{"@language": "{_language(value, end)}", "@value": {text}}}'
        return f'{{"@type": {self._iri(suffix[2:])}, "@value": {text}}}'

    def _iri(self, key: Key) -> str:
        if key[0] == "_":
            return f'"{key}"'
        name, prefix = self._names[key]
        self.used.add(prefix)
        return name


def _language(value: Key, end: int) -> str:
    if "--" in value[end:]:
        raise InputError(f"JSON-LD cannot hold the direction of {value}", "use another format")
    return language_tag(value[end + 1 :])


def _listed(texts: list[str], *, depth: int = 8, alone: bool = True) -> str:
    """One value as it is, several as a list with a line for each."""
    if len(texts) == 1 and alone:
        return texts[0]
    space = " " * depth
    return "[\n" + ",\n".join(f"{space}{text}" for text in texts) + f"\n{space[:-2]}]"
