"""SPARQL 1.1 Query Results CSV and TSV."""

from __future__ import annotations

import csv
import io
import re

from mosty.model.formulas import no_formula
from mosty.model.solutions import Solutions
from mosty.model.terms import RDF_LANG_STRING, XSD, XSD_STRING, Literal, Term
from mosty.render.triples import n_triples_term

_TEXTS = (XSD_STRING, RDF_LANG_STRING)
# Numbers that Turtle, and so TSV, may write bare (Turtle, section 2.5.2).
_BARE = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+\Z"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+\Z"),
    XSD + "double": re.compile(r"[+-]?(?:[0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+\Z"),
}


def csv_text(solutions: Solutions, *, safe: bool = False) -> str:
    r"""Write CSV as SPARQL 1.1 has it: values without type or language, lines ending in CR LF.

    Args:
        solutions: what to write.
        safe: put an apostrophe before text that a spreadsheet program would run as a formula. The values are
            then no longer exactly those of the graph.

    >>> from mosty.model.terms import literal
    >>> csv_text(Solutions(("x",), ((literal("=1+1"),),)), safe=True)
    "x\r\n'=1+1\r\n"
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(solutions.variables)
    value = _safe_value if safe else _value
    writer.writerows([value(term) for term in row] for row in solutions.rows)
    return out.getvalue()


def tsv_text(solutions: Solutions) -> str:
    """Write TSV as SPARQL 1.1 has it: terms in Turtle syntax, so that nothing is lost."""
    lines = ["\t".join(f"?{name}" for name in solutions.variables)]
    lines += ["\t".join(map(_turtle_term, row)) for row in solutions.rows]
    return "\n".join(lines) + "\n"


def _value(term: Term | None) -> str:
    return "" if term is None else str(term)


def _safe_value(term: Term | None) -> str:
    return no_formula(_value(term), number=isinstance(term, Literal) and term.datatype not in _TEXTS)


def _turtle_term(term: Term | None) -> str:
    if term is None:
        return ""
    if isinstance(term, Literal) and (bare := _BARE.get(term.datatype)) and bare.match(term.lexical):
        return term.lexical
    return n_triples_term(term)
