"""Rewriting a Turtle file in canonical form, without losing a triple or a comment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox

from mosty.model.diagnostics import SyntaxDiagnostic
from mosty.model.errors import FindingsError, InputError
from mosty.rdf.canonical import canonically_sorted
from mosty.rdf.comments import Comments, positions, read_comments
from mosty.rdf.prefixes import STANDARD, Prefixes
from mosty.rdf.reading import decode, read_quads
from mosty.rdf.writing import turtle


class CommentError(FindingsError):
    """A file was left alone because rewriting it would lose comments (status 1)."""


def format_turtle(data: bytes, name: str, prefixes: Prefixes | None = None) -> str:
    """Write the content of a Turtle file in canonical form.

    Comments at the top stay there, and comments on lines of their own right before a subject stay with it.

    Args:
        data: the content of the file.
        name: how messages call the file.
        prefixes: the workspace's; prefixes that the file declares are used where these have none.

    Raises:
        InputError: not Turtle, or with triple terms of RDF 1.2.
        CommentError: comments stand elsewhere.
    """
    quads = read_quads(Path(name), data=data, rdf_format=ox.RdfFormat.TURTLE, name=name)
    text = decode(data, name)
    comments = read_comments(text, name)
    _refuse_loss(comments, text)
    triples = [quad.triple for quad in quads]
    result = _write(triples, comments, prefixes)
    if not _keeps(result, name, comments) or not _says(result, triples):
        raise InputError(
            f"{name}: left alone: canonical form would not say the same", "please report this file"
        )
    return result


def rewrite_turtle(
    data: bytes, name: str, triples: Sequence[ox.Triple], prefixes: Prefixes | None = None
) -> str:
    """Write other triples into a Turtle file, and keep its comments and prefixes.

    A comment above a subject that the file no longer holds goes to the top.

    Args:
        data: the content of the file so far.
        name: how messages call the file.
        triples: what it is to hold.
        prefixes: the workspace's; prefixes that the file declares are used where these have none.

    Raises:
        CommentError: comments stand where they cannot be kept.
    """
    text = decode(data, name)
    comments = read_comments(text, name)
    _refuse_loss(comments, text)
    subjects = {t.subject.value for t in triples if isinstance(t.subject, ox.NamedNode)}
    homeless = [line for iri, lines in comments.above.items() if iri not in subjects for line in lines]
    return _write(triples, comments._replace(header=(*comments.header, *homeless)), prefixes)


def _write(triples: Sequence[ox.Triple], comments: Comments, prefixes: Prefixes | None) -> str:
    known = prefixes if prefixes is not None else Prefixes(STANDARD)
    own = {prefix: comments.prefixes[prefix] for prefix in sorted(comments.prefixes) if prefix not in known}
    # Of two prefixes for one namespace the first is used, so the workspace's come first.
    return turtle(triples, Prefixes({**known, **own}), comments.header, comments.above)


def _keeps(result: str, name: str, comments: Comments) -> bool:
    """Whether comments stand where they stood; a text that had none is not searched for them."""
    if not comments.header and not comments.above:
        return True
    again = read_comments(result, name)
    return (again.header, again.above) == (comments.header, comments.above)


def _says(result: str, triples: Sequence[ox.Triple]) -> bool:
    """Whether a text says exactly what the triples say."""
    try:
        read_back = (quad.triple for quad in ox.parse(result, ox.RdfFormat.TURTLE))
        return _canonical(read_back) == _canonical(triples)
    except SyntaxError:
        return False


def _canonical(triples: Iterable[ox.Triple]) -> list[str]:
    data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert data is not None  # no output was given, so the bytes come back
    return list(canonically_sorted(f"{line}\n" for line in data.decode().split("\n")[:-1]))


def _refuse_loss(comments: Comments, text: str) -> None:
    lost = [SyntaxDiagnostic(position, "this comment", line) for position, line in positions(comments, text)]
    if lost:
        raise CommentError(
            "a rewrite would lose comments, so the file is left alone:\n"
            + "\n".join(f"{item.position}: {(item.source_line or '').strip()}" for item in lost),
            "move each to the top of the file, or to lines of its own right above a subject that has an IRI; "
            "or say it in rdfs:comment or skos:editorialNote",
        )
