"""The front matter of a stored query: `#+` lines of YAML before the SPARQL text.

The lines are comments to SPARQL, so the file runs unchanged in any tool. Unknown keys are errors: a
misspelt key must not silently mean nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, NoReturn

from mosty.model.diagnostics import Position, SyntaxDiagnostic
from mosty.model.errors import InputError
from mosty.rdf.reading import decode, read_bytes

TYPES = ("iri", "concept", "string", "integer", "decimal", "date", "language", "boolean")

_QUERY_KEYS = frozenset(
    {
        "title",
        "question",
        "description",
        "competency",
        "tags",
        "parameters",
        "derives",
        "wider",
        "translations",
    }
)
_SAID = ("title", "question", "description")
_WORDING_KEYS = frozenset((*_SAID, "parameters", "columns"))
_PARAMETER_KEYS = frozenset({"type", "class", "scheme", "help", "required", "unstated", "edge"})
# Options that every query command has; a parameter of this name could not be given.
RESERVED = frozenset(
    {
        "allow-network",
        "endpoint",
        "format",
        "help",
        "iris",
        "limit",
        "output",
        "safe-csv",
        "show-query",
        "timeout",
    }
)

_FRONT = re.compile(r"#\+ ?(.*)")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*\Z")
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*\Z")


class Parameter(NamedTuple):
    """A typed parameter, which stands in the text as ``VALUES ?name { default }``.

    Attributes:
        name: the SPARQL variable without its question mark.
        type: one of TYPES.
        help: what to give, in words.
        required: the query makes no sense without it.
        class_: CURIE of the class that an `iri` belongs to.
        scheme: name of the SKOS scheme that a `concept` belongs to.
        unstated: CURIE of the property by which a record says that what is asked for is not stated.
        edge: which day a year or month stands for when a `date` is given so: its `first` or its `last`.
        default: the terms in the text, as written (``UNDEF`` means any).
    """

    name: str
    type: str
    help: str
    required: bool
    class_: str | None
    scheme: str | None
    unstated: str | None
    edge: str
    default: str

    @property
    def option(self) -> str:
        """The name as a command line option writes it."""
        return re.sub(r"(?<=[a-z0-9])([A-Z])", r"-\1", self.name).replace("_", "-").lower()


class Wording(NamedTuple):
    """The words of a stored query in a further language; what is missing is empty.

    Attributes:
        title, question, description: as in the front matter itself.
        parameters: what to give for a parameter, by its name.
        columns: what a column is called, by its variable, where the usual words do not fit.
    """

    title: str
    question: str
    description: str
    parameters: Mapping[str, str]
    columns: Mapping[str, str]


class StoredQuery(NamedTuple):
    """A stored query: what it answers, its parameters and its SPARQL text.

    Attributes:
        name: the file name without extension; says what the query answers.
        text: the whole file.
        wider: name of the stored query to turn to when this one finds nothing.
        translations: its words in further languages, by their tags.
    """

    name: str
    path: Path
    title: str
    question: str
    description: str
    competency: str | None
    tags: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    text: str
    wider: str | None
    translations: Mapping[str, Wording]


def values_line(name: str) -> re.Pattern[str]:
    """A pattern for the line that holds a parameter: ``VALUES ?name { terms }``."""
    return re.compile(
        r"^([ \t]*VALUES[ \t]+[?$]" + re.escape(name) + r"[ \t]*\{)([^{}\n]*)(\}[ \t]*\.?[ \t]*(?:#.*)?)$",
        re.MULTILINE | re.IGNORECASE,
    )


def read_stored_query(path: Path) -> StoredQuery:
    """Read a stored query and check its front matter.

    Raises:
        InputError: no front matter, not YAML, an unknown key, a parameter without its VALUES line.
    """
    text = decode(read_bytes(path), str(path))
    return _Reader(path, text).query()


class _Reader:
    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text

    def query(self) -> StoredQuery:
        name = self._path.stem
        if not _NAME.match(name):
            self._fail(1, "a stored query is named in small letters, digits and hyphens")
        front = self._front()
        self._known(front, _QUERY_KEYS, "")
        for key in ("title", "question"):
            if not isinstance(front.get(key), str):
                self._fail(self._line(key), f"the front matter needs `{key}:` with text")
        tags = front.get("tags", [])
        if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
            self._fail(self._line("tags"), "tags must be a list of words")
        if not isinstance(front.get("wider", ""), str):
            self._fail(self._line("wider"), "wider must be the name of a stored query")
        parameters = self._mapping(front, "parameters")
        translations = self._mapping(front, "translations")
        known = {key: self._parameter(key, entry) for key, entry in parameters.items()}
        return StoredQuery(
            name=name,
            path=self._path,
            title=front["title"],
            question=front["question"],
            description=str(front.get("description", "")),
            competency=front.get("competency"),
            tags=tuple(tags),
            parameters=MappingProxyType(known),
            text=self._text,
            wider=front.get("wider"),
            translations=MappingProxyType(
                {tag: self._wording(tag, entry, known) for tag, entry in translations.items()}
            ),
        )

    def _front(self) -> dict[str, Any]:
        lines = []
        for line in self._text.split("\n"):
            if not (match := _FRONT.match(line.rstrip("\r"))):
                break
            lines.append(match[1])
        if not lines:
            self._fail(1, "no front matter: the file must begin with `#+ title: ...`")
        import yaml

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            front = yaml.load("\n".join(lines), Loader=loader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            what = getattr(error, "problem", None) or str(error)
            self._fail(mark.line + 1 if mark else 1, f"the front matter is not YAML: {what}")
        if not isinstance(front, dict):
            self._fail(1, "the front matter must be `key: value` lines")
        return dict(front)

    def _parameter(self, name: str, entry: Any) -> Parameter:
        line = self._line(name)
        if not re.match(r"[A-Za-z][A-Za-z0-9_]*\Z", name):
            self._fail(line, f"parameter {name!r}: a SPARQL variable has letters, digits and _ only")
        if not isinstance(entry, dict):
            self._fail(line, f"parameter {name!r} must be a mapping with a type")
        self._known(entry, _PARAMETER_KEYS, f"parameter {name!r}: ")
        if entry.get("type") not in TYPES:
            self._fail(line, f"parameter {name!r}: type must be one of {', '.join(TYPES)}")
        if entry.get("edge", "first") not in ("first", "last") or (
            "edge" in entry and entry["type"] != "date"
        ):
            self._fail(line, f"parameter {name!r}: edge is `first` or `last`, and stands with type date only")
        for key in ("class", "scheme", "unstated", "help"):
            if key in entry and not isinstance(entry[key], str):
                self._fail(line, f"parameter {name!r}: {key} must be text")
        found = values_line(name).findall(self._text)
        if len(found) != 1:
            self._fail(
                line,
                f"parameter {name!r} must stand once in the text, as `VALUES ?{name} {{ ... }}` on a line of its own",
            )
        parameter = Parameter(
            name=name,
            type=entry["type"],
            help=str(entry.get("help", "")),
            required=bool(entry.get("required", False)),
            class_=entry.get("class"),
            scheme=entry.get("scheme"),
            unstated=entry.get("unstated"),
            edge=entry.get("edge", "first"),
            default=found[0][1].strip(),
        )
        if parameter.option in RESERVED:
            self._fail(
                line,
                f"parameter {name!r}: --{parameter.option} is an option of every query; take another name",
            )
        return parameter

    def _wording(self, tag: str, entry: Any, parameters: Mapping[str, Parameter]) -> Wording:
        line, where = self._line(tag), f"translations, {tag}: "
        if not _LANGUAGE.match(tag):
            self._fail(line, f"translations: {tag!r} is not a language tag, such as cs")
        if not isinstance(entry, dict):
            self._fail(line, f"{where}must be a mapping, such as `title: ...`")
        self._known(entry, _WORDING_KEYS, where)
        said, helps, columns = (
            {key: entry[key] for key in _SAID if key in entry},
            self._mapping(entry, "parameters"),
            self._mapping(entry, "columns"),
        )
        self._known(helps, frozenset(parameters), f"{where}parameters: ")
        for key, text in (*said.items(), *helps.items(), *columns.items()):
            if not isinstance(text, str):
                self._fail(line, f"{where}{key} must be text")
        return Wording(
            said.get("title", ""),
            said.get("question", ""),
            said.get("description", ""),
            MappingProxyType(helps),
            MappingProxyType(columns),
        )

    def _mapping(self, entry: dict[str, Any], key: str) -> dict[str, Any]:
        found = entry.get(key) or {}
        if not isinstance(found, dict):
            self._fail(self._line(key), f"{key} must be a mapping")
        for name in found:
            if not isinstance(name, str):  # YAML takes no and on for false and true
                self._fail(self._line(key), f"{key}: YAML reads a name as {name!r}; put it in quotes")
        return found

    def _known(self, entry: dict[str, Any], known: frozenset[str], where: str) -> None:
        for key in entry:
            if key not in known:
                import difflib

                close = difflib.get_close_matches(str(key), known, 1)
                hint = (
                    f"; did you mean {close[0]!r}?" if close else f"; known keys: {', '.join(sorted(known))}"
                )
                self._fail(self._line(str(key)), f"{where}unknown key {key!r}{hint}")

    def _line(self, key: str) -> int:
        match = re.search(rf"^#\+\s*{re.escape(key)}\s*:", self._text, re.MULTILINE)
        return self._text.count("\n", 0, match.start()) + 1 if match else 1

    def _fail(self, line: int, message: str) -> NoReturn:
        source = self._text.split("\n")[line - 1]
        diagnostic = SyntaxDiagnostic(Position(str(self._path), line, 1), message, source[:200])
        raise InputError(str(diagnostic), None, [diagnostic])
