"""What the files of a release hold, in the words of the page's language."""

from __future__ import annotations

import re

from mosty.publish.staging import ReleaseFile
from mosty.publish.tables.naming import file_word, local_name
from mosty.rdf.keys import iri_key
from mosty.site.labels import Text, capitalised
from mosty.site.page import Page
from mosty.site.reference.terms import terms
from mosty.site.reference.wording import QueryWords
from mosty.site.words import words

_ENGLISH = "en"
_APART = re.compile(r"[^a-z0-9]+")


def file_title(page: Page, file: ReleaseFile) -> Text:
    """What a file holds; the release says it in English."""
    if page.ui != _ENGLISH:
        folder, _, name = file.path.rpartition("/")
        path = f"{folder}/{name.replace(page.things.info.name, 'register', 1)}"
        known, word = words(page.language), f"file-{_APART.sub('-', path.lower()).strip('-')}"
        if known.has(word):
            return Text(page.t(word), page.ui)
        word, named = _named(page, folder, name)
        if named and known.has(word):
            return Text(page.t(word, name=named), page.ui)
    return Text(file.title, _ENGLISH)


def _named(page: Page, folder: str, name: str) -> tuple[str, str | None]:
    """The word for a file that is one of many, and what tells it apart."""
    things, (stem, _, ending) = page.things, name.partition(".")
    kinds = {kind.folder: iri_key(kind.record_class) for kind in things.config.kinds.values()}
    if folder == "kinds":
        return "file-in-kinds", page.plural(kinds[stem]) if stem in kinds else None
    if folder == "queries":
        found = (QueryWords(query, page.language) for query in things.queries if query.name == stem)
        return "file-in-queries", next((said.title.text for said in found), None)
    if folder == "tables":
        classes = {file_word(local_name(key, things.prefixes)[1]): key for key in terms(things)} | kinds
        label = things.label(classes[stem], page.language) if stem in classes else None
        return f"file-in-tables-{ending}", label and capitalised(label.text)
    if folder == "rules":
        return "file-in-rules", stem
    language = ending.removesuffix("md").rstrip(".") or things.languages[0]
    return "file-changes-in", str(page.language_name(language)) if stem == "CHANGES" else None
