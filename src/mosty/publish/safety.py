"""What must not get out by mistake: personal data, and what is in no commit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mosty.model.errors import EngineError, FindingsError, InputError, UsageError
from mosty.model.terms import RDF
from mosty.publish.content import Content
from mosty.rdf.graph import Column, Graph
from mosty.rdf.keys import Key, iri_key
from mosty.workspace.config import FILE_NAME
from mosty.workspace.revision import uncommitted
from mosty.workspace.workspace import Workspace

DIRTY, PERSONAL = "dirty", "personal-data"
ALLOWANCES = (DIRTY, PERSONAL)
"""What may be published all the same when somebody says so."""

INPUTS = ("data", "ontology", "shapes", "queries")
"""The folders of a workspace that a release is made from."""

_SHOWN = 5
_TYPE = iri_key(RDF + "type")
_FOAF, _VCARD = "http://xmlns.com/foaf/0.1/", "http://www.w3.org/2006/vcard/ns#"
_SCHEMA, _PERSON = "https://schema.org/", "http://www.w3.org/ns/person#"
_CLASSES = frozenset(
    map(
        iri_key,
        (
            *(_FOAF + "Person", _VCARD + "Individual", _PERSON + "Person"),
            *(_SCHEMA + "Person", "http://schema.org/Person", "http://www.w3.org/ns/prov#Person"),
        ),
    )
)
# Each begins with a character that texts seldom hold, so a search runs at the speed of memory.
_MARKS = (
    ("an e-mail address", re.compile(r"@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"), re.compile(r"[\w.%+-]\Z")),
    ("a phone number", re.compile(r"\+[0-9]{1,3}(?:[ ./-]?[0-9]{2,4}){3,4}(?![0-9])"), re.compile(r"(?:\A|[^\w+])\Z")),
    ("a contact address", re.compile(r"<(?:mailto|tel|sms):[^>]"), re.compile(r"\Z")),
)  # fmt: skip


def refuse_uncommitted(workspace: Workspace) -> None:
    """Refuse to publish what no commit holds: nobody could make such a release again.

    A workspace outside of git is not asked.

    Raises:
        FindingsError: files of the workspace differ from the last commit.
    """
    paths = [workspace.root / name for name in (FILE_NAME, "LICENSE-DATA", *INPUTS)]
    try:
        changed = uncommitted(workspace.root, [path for path in paths if path.exists()])
    except (
        InputError,
        EngineError,
        UsageError,
    ):  # in no repository, in one without commits, or git is not here
        return
    if changed:
        names = [workspace.show_path(path) for path in changed]
        raise FindingsError(
            f"nothing published: {_listed(names)} not committed, so nobody could make this release again",
            f"commit them, or say --allow {DIRTY}",
        )


def refuse_personal_data(content: Content) -> None:
    """Refuse what looks like personal data: natural persons, e-mail addresses, phone numbers.

    Shapes can say more; this looks at whatever is about to be published, whatever the shapes are.

    Raises:
        FindingsError: there is such a triple.
    """
    found = sorted(set(_personal(content.graph)))
    if found:
        places = [f"{subject} {predicate}: {what}" for subject, predicate, what in found]
        raise FindingsError(
            f"nothing published: what looks like personal data in {len(found)} triple"
            + ("s:\n" if len(found) > 1 else ":\n")
            + "\n".join(places[:_SHOWN])
            + (f"\n... and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""),
            f"take it out; if it is the contact of an office and meant to be public, say --allow {PERSONAL}",
        )


def _personal(graph: Graph) -> Iterator[tuple[Key, Key, str]]:
    for subject in graph.column(_TYPE).subjects_of(_CLASSES):
        yield subject, _TYPE, "a natural person"
    for predicate, column in graph.columns.items():
        for what, value in _suspicious(column):
            for subject in column.subjects_of({value}):
                yield subject, predicate, what


def _suspicious(column: Column) -> Iterator[tuple[str, Key]]:
    """The values with a mark of personal data, found in one search through all of them."""
    values = list(column.distinct())
    text = "\n".join(values)
    for what, mark, before in _MARKS:
        for match in mark.finditer(text):
            start = text.rfind("\n", 0, match.start()) + 1
            if before.search(text, start, match.start()):
                end = text.find("\n", match.end())
                yield what, text[start : end if end >= 0 else len(text)]


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{shown}{more} {'is' if len(names) == 1 else 'are'}"
