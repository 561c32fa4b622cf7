"""The words of a stored query on a page: in its language where the front matter has them, else in English."""

from __future__ import annotations

from mosty.model.wording import in_words
from mosty.query.frontmatter import StoredQuery, Wording
from mosty.site.labels import Text
from mosty.site.words import words

_ENGLISH = "en"
_NONE = Wording("", "", "", {}, {})


class QueryWords:
    """What a stored query is called and asks.

    Args:
        query: the query.
        language: of the page.

    Attributes:
        name: its name, which is the same in all languages.
        title, question, description: in words.
    """

    def __init__(self, query: StoredQuery, language: str) -> None:
        known = {tag.lower(): tag for tag in query.translations}
        full = language.lower()
        self._tag = known.get(full) or known.get(full.partition("-")[0])
        self._said = query.translations[self._tag] if self._tag else _NONE
        self._query, self._language = query, language
        self.name = query.name
        self.title = self._text(self._said.title, query.title)
        self.question = self._text(self._said.question, query.question)
        self.description = self._text(self._said.description, query.description)

    def help(self, parameter: str) -> Text:
        """What to give for a parameter."""
        return self._text(self._said.parameters.get(parameter), self._query.parameters[parameter].help)

    def column(self, variable: str) -> Text:
        """What a column, or a parameter, is called."""
        own = self._said.columns.get(variable)
        return Text(own, self._tag) if own else heading(variable, self._language)

    def _text(self, translated: str | None, written: str) -> Text:
        return Text(translated, self._tag) if translated else Text(written, _ENGLISH)


def heading(variable: str, language: str) -> Text:
    """What a variable is called where nothing else is said.

    >>> heading("checkedAgainst", "cs"), heading("myOwnCount", "cs")
    (Text(text='ověřeno podle', language='cs'), Text(text='my own count', language='en'))
    """
    known = words(language)
    if known.has(f"column-{variable}"):
        return Text(known.word(f"column-{variable}"), known.language)
    return Text(in_words(variable), _ENGLISH)
