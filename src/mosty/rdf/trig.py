"""TriG: named graphs for readers, each laid out as canonical Turtle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mosty.model.errors import InputError
from mosty.rdf.graph import Graph
from mosty.rdf.keys import Key
from mosty.rdf.prefixes import Prefixes
from mosty.rdf.rows import blank_nodes, labelled, pieces
from mosty.rdf.tokens import TurtleTerms
from mosty.rdf.writing import turtle_body


def trig_chunks(
    graphs: Iterable[tuple[Key, Graph]], prefixes: Prefixes, header: Sequence[str] = ()
) -> Iterator[str]:
    r"""Write a dataset as TriG: one named graph after the other, each as canonical Turtle.

    Prefixes are declared before the first graph that uses them, so that one graph at a time is enough.

    Args:
        graphs: each named graph by its key, the default graph by the empty one.
        prefixes: namespaces for CURIEs. Their order is the order of the kinds of subjects.
        header: comment lines for the top of the file.

    Raises:
        InputError: a triple term (RDF 1.2), or a blank node that two graphs share.

    >>> graph = Graph([("<http://e.org/a>", "<http://e.org/p>", '"1"')])
    >>> print("".join(trig_chunks([("<http://e.org/g>", graph)], Prefixes({"e": "http://e.org/"}))), end="")
    @prefix e: <http://e.org/> .
    <BLANKLINE>
    e:g {
    <BLANKLINE>
    e:a e:p "1" .
    <BLANKLINE>
    }
    """
    yield from pieces(_trig(graphs, prefixes, header))


def _trig(graphs: Iterable[tuple[Key, Graph]], prefixes: Prefixes, header: Sequence[str]) -> Iterator[str]:
    lines = "\n".join(header).split("\n") if header else []
    gap = ""
    if lines:
        yield "".join(f"{line if line[:1] == '#' else f'# {line}'.rstrip()}\n" for line in lines)
        gap = "\n"
    declared: set[str] = set()
    seen: set[Key] = set()
    for name, graph in graphs:
        final = labelled(graph, len(seen))
        if final is not graph:
            held = blank_nodes(graph)
            if shared := held & seen:
                raise InputError(
                    f"TriG: two graphs share the blank node {min(shared)}", "give it an IRI, or write N-Quads"
                )
            seen |= held
        names = TurtleTerms(prefixes)
        title = f"{names[name]} " if name else ""
        used, body = turtle_body(final, prefixes, keep_labels=True)
        if new := sorted({*used, *names.used} - declared):
            yield gap + "".join(f"@prefix {prefix}: <{prefixes[prefix]}> .\n" for prefix in new)
            declared.update(new)
            gap = "\n"
        yield f"{gap}{title}{{\n\n"
        yield from body
        yield "\n}\n"
        gap = "\n"
