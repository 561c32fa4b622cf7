"""What must not get out by mistake: personal data, and what is in no commit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mosty.model.errors import EngineError, FindingsError, InputError, UsageError
from mosty.model.terms import RDF
from mosty.publish.content import Content
from mosty.rdf.graph import Column, Graph
from mosty.rdf.keys import Key, iri_key
from mosty.workspace.config import FILE_NAME
from mosty.workspace.revision import uncommitted
from mosty.workspace.workspace import PRIVATE, Workspace

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
    ("a phone number", re.compile(r"\+[0-9]{1,3}(?:[ ./-]?[0-9]{2,4}){3,4}(?![0-9])"), re.compile(r"[^\w+]?\Z")),
    ("a contact address", re.compile(r"<(?:mailto|tel|sms):[^>]"), re.compile(r"\n?\Z")),
)  # fmt: skip


def refuse_uncommitted(workspace: Workspace) -> None:
    """Refuse to publish what no commit holds: nobody could make such a release again.

    A workspace outside of git is not asked.

    Raises:
        FindingsError: files of the workspace differ from the last commit.
    """
    if not any(
        (folder / ".git").exists() for folder in (workspace.root.resolve(), *workspace.root.resolve().parents)
    ):
        return
    paths = [workspace.root / name for name in (FILE_NAME, "LICENSE-DATA", *INPUTS)]
    try:
        changed = uncommitted(workspace.root, [path for path in paths if path.exists()])
    except UsageError:  # a repository without commits says nothing of what is committed
        return
    except (EngineError, InputError) as error:
        raise FindingsError(
            f"nothing published: it cannot be found out whether all is committed: {error.message}",
            f"mend that, or say --allow {DIRTY}",
        ) from None
    private = (workspace.root / "data" / PRIVATE).resolve()
    changed = [path for path in changed if not path.is_relative_to(private)]
    if changed:
        names = [workspace.show_path(path) for path in changed]
        raise FindingsError(
            f"nothing published: {_listed(names)} not committed, so nobody could make this release again",
            f"commit them, or say --allow {DIRTY}",
        )


def refuse_personal_data(content: Content, texts: Mapping[str, str]) -> None:
    """Refuse what looks like personal data: natural persons, e-mail addresses, phone numbers.

    Shapes can say more; this looks at whatever is about to be published, whatever the shapes are.

    Args:
        content: what is published.
        texts: further texts that are, each by what to call it: queries, rules, what mosty.toml says of the release.

    Raises:
        FindingsError: there is such a triple or text.
    """
    graphs = (content.graph, content.ontology, content.shapes)
    found = sorted({place for graph in graphs for place in _personal(graph)})
    found += [f"{name}: {what}" for name in sorted(texts) for what, _ in _marked(texts[name])]
    if found:
        raise FindingsError(
            f"nothing published: what looks like personal data in {len(found)} place{'s' if len(found) > 1 else ''}:\n"
            + "\n".join(found[:_SHOWN])
            + (f"\n... and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""),
            f"take it out; if it is the contact of an office and meant to be public, say --allow {PERSONAL}",
        )


def _personal(graph: Graph) -> Iterator[str]:
    for subject in graph.column(_TYPE).subjects_of(_CLASSES):
        yield f"{subject} {_TYPE}: a natural person"
    for predicate, column in graph.columns.items():
        suspicious = dict(_suspicious(column))
        for subject in column.subjects_of(suspicious.keys()) if suspicious else ():
            for value in column.values(subject):
                if value in suspicious:
                    yield f"{subject} {predicate}: {suspicious[value]}"


def _suspicious(column: Column) -> Iterator[tuple[Key, str]]:
    """The values with a mark of personal data, found in one search through all of them."""
    text = "\n".join(column.distinct())
    for what, position in _marked(text):
        end = text.find("\n", position)
        yield text[text.rfind("\n", 0, position) + 1 : end if end >= 0 else len(text)], what


def _marked(text: str) -> Iterator[tuple[str, int]]:
    """The first mark of each kind in each line of a text, and where it stands."""
    for what, mark, before in _MARKS:
        start = 0
        while match := mark.search(text, start):
            start = match.end()
            if before.match(text[max(match.start() - 1, 0) : match.start()]):
                yield what, match.start()
                start = text.find("\n", start)
                if start < 0:
                    break


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{shown}{more} {'is' if len(names) == 1 else 'are'}"
