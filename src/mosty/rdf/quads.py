"""Lines of canonical N-Quads, and the keys in them."""

from __future__ import annotations

from typing import NamedTuple

from mosty.rdf.keys import Key


class Quad(NamedTuple):
    """A quad of keys; the graph is empty for the default graph."""

    subject: Key
    predicate: Key
    value: Key
    graph: Key


def cut(line: str) -> Quad:
    r"""Cut a line of canonical N-Quads into its terms.

    >>> cut('<http://e.org/s> <http://e.org/p> "a <b> c" <http://e.org/g> .\n').graph
    '<http://e.org/g>'
    """
    subject, predicate, rest = line[:-3].split(" ", 2)
    value, _, graph = rest.rpartition(" ")
    if value and (graph[0] == "<" or graph[:2] == "_:") and '"' not in graph:
        return Quad(subject, predicate, value, graph)
    return Quad(subject, predicate, rest, "")


def write(quad: Quad) -> str:
    r"""Write a quad as a line.

    >>> write(Quad("<http://e.org/s>", "<http://e.org/p>", '"1"', ""))
    '<http://e.org/s> <http://e.org/p> "1" .\n'
    """
    return " ".join(term for term in quad if term) + " .\n"


def blank_nodes(quad: Quad) -> list[Key]:
    """The blank nodes of a quad, in the order of its terms."""
    return [term for term in quad if term[:1] == "_"]


def holds_blank_node(line: str) -> bool:
    r"""Tell whether subject, object or graph of a line is a blank node.

    >>> holds_blank_node('<http://e.org/s> <http://e.org/p> "a _:b" .\n')
    False
    """
    return line[0] == "_" or (" _:" in line and bool(blank_nodes(cut(line))))
