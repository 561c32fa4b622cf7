"""RDF/XML for tools that know nothing newer: sorted, every literal as written.

See https://www.w3.org/TR/rdf-syntax-grammar/. What XML cannot hold is refused, never changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache

from mosty.model.errors import InputError
from mosty.model.terms import RDF
from mosty.rdf.characters import INVISIBLE, language_tag
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key, iri_key, lexical_form
from mosty.rdf.ordering import namespaces, object_order, sorted_subjects
from mosty.rdf.prefixes import Prefixes
from mosty.rdf.rows import Row, about, labelled, pieces, rows
from mosty.rdf.xmlnames import XmlNames, declared

_TYPE = iri_key(RDF + "type")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ESCAPES = {
    **{code: f"&#x{code:X};" for code in INVISIBLE if chr(code) not in "\t\n"},
    **{ord(sign): f"&{name};" for sign, name in zip('&<>"', ("amp", "lt", "gt", "quot"), strict=True)},
}
_ESCAPED = re.compile("[" + "".join(re.escape(chr(code)) for code in _ESCAPES) + "]")


def rdfxml_chunks(graph: Graph, prefixes: Prefixes, *, subjects: Set[Key] | None = None) -> Iterator[str]:
    r"""Write a graph as RDF/XML, subjects by kind and IRI, properties by IRI.

    Args:
        graph: literals are written as its keys have them; blank nodes get the labels of RDFC-1.0.
        prefixes: for the names of elements; only namespaces in use are declared. A namespace without prefix gets one.
        subjects: only what is said of these few.

    Raises:
        InputError: something that XML cannot hold: a control character, a predicate that does not end in a name,
            a text with a direction or a triple term (RDF 1.2).

    >>> graph = Graph([("<http://e.org/a>", "<http://e.org/p>", '"1 < 2"@en')])
    >>> print("".join(rdfxml_chunks(graph, Prefixes({"e": "http://e.org/"}))), end="")
    <?xml version="1.0" encoding="UTF-8"?>
    <rdf:RDF
        xmlns:e="http://e.org/"
        xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <BLANKLINE>
    <rdf:Description rdf:about="http://e.org/a">
        <e:p xml:lang="en">1 &lt; 2</e:p>
    </rdf:Description>
    <BLANKLINE>
    </rdf:RDF>
    """
    chosen = labelled(graph if subjects is None else about(graph, subjects))
    ordered = sorted_subjects(chosen, namespaces(prefixes))
    yield from pieces(_Writer(chosen, ordered, _names(tuple(prefixes.items()))).document())


@lru_cache(maxsize=8)
def _names(prefixes: tuple[tuple[str, str], ...]) -> XmlNames:
    return XmlNames(Prefixes(dict(prefixes)))


class _Writer:
    """Writes one document."""

    def __init__(self, graph: Graph, subjects: Sequence[Key], names: XmlNames) -> None:
        self._graph, self._subjects = graph, subjects
        predicates = {
            predicate: names.property_name(predicate)
            for predicate, column in graph.columns.items()
            if column.one
        }
        types = graph.column(_TYPE)
        classes = {class_: name for class_ in types.distinct() if (name := names.class_name(class_))}
        rdf = names.property_name(_TYPE)
        self._namespaces = declared([rdf, *predicates.values(), *classes.values()], names.prefixes)
        prefixes = {namespace: prefix for prefix, namespace in self._namespaces.items()}
        self._predicates = {
            predicate: f"{prefixes[name.namespace]}:{name.local}" for predicate, name in predicates.items()
        }
        self._classes = {
            class_: f"{prefixes[name.namespace]}:{name.local}" for class_, name in classes.items()
        }

    def document(self) -> Iterator[str]:
        """Give the text, one subject after the other."""
        lines = [
            f'\n    xmlns:{prefix}="{_escaped(namespace)}"' for prefix, namespace in self._namespaces.items()
        ]
        yield f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{"".join(lines)}>\n\n'
        for subject, row in rows(self._graph, self._subjects):
            yield self._block(subject, row)
        yield "</rdf:RDF>\n"

    def _block(self, subject: Key, row: Row) -> str:
        element = "rdf:Description"
        types = sorted(row.pop(_TYPE, ()))
        for class_ in types:
            if class_ in self._classes:
                element = self._classes[class_]
                types.remove(class_)
                break
        where = f'rdf:about="{_iri(subject)}"' if subject[0] == "<" else f'rdf:nodeID="{_label(subject)}"'
        lines = [f"<{element} {where}>\n"]
        if types:
            row = {_TYPE: types, **row}
        for predicate, values in row.items():
            name = self._predicates[predicate]
            link = f'    <{name} rdf:resource="'
            for value in sorted(values, key=object_order) if len(values) > 1 else values:
                if value[0] == "<" and value.isascii() and value.find("&") < 0 and value[1] != "<":
                    lines.append(f'{link}{value[1:-1]}"/>\n')
                    continue
                try:
                    lines.append(_property(name, value))
                except InputError as error:
                    raise InputError(f"{subject} {predicate}: {error.message}", error.hint) from None
        lines.append(f"</{element}>\n\n")
        return "".join(lines)


def _property(name: str, value: Key) -> str:
    if value[0] == '"':
        end = value.rindex('"')
        text, suffix = _text(value, end), value[end + 1 :]
        if not suffix:
            return f"    <{name}>{text}</{name}>\n"
        if suffix[0] == "^":
            return f'    <{name} rdf:datatype="{_iri(suffix[2:])}">{text}</{name}>\n'
        if "--" in suffix:
            raise InputError(f"RDF/XML cannot hold the direction of {value}", "use another format")
        return f'    <{name} xml:lang="{language_tag(suffix[1:])}">{text}</{name}>\n'
    if value[0] == "_":
        return f'    <{name} rdf:nodeID="{_label(value)}"/>\n'
    return f'    <{name} rdf:resource="{_iri(value)}"/>\n'


def _iri(key: Key) -> str:
    if key[0] != "<" or key[1] == "<":
        raise InputError(f"RDF/XML cannot hold a triple term (RDF 1.2): {key}", "use another format")
    return _escaped(key[1:-1])


def _label(key: Key) -> str:
    return key[2:]


def _text(key: Key, end: int) -> str:
    text = lexical_form(key, end)
    if found := _FORBIDDEN.search(text):
        shown = key if len(key) < 80 else f"{key[:79]}…"
        raise InputError(
            f"XML cannot hold the character U+{ord(found[0]):04X} of {shown}",
            "take it out of the text, or use another format",
        )
    return _escaped(text)


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES) if _ESCAPED.search(text) else text
