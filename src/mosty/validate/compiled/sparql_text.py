"""The text of a SPARQL constraint: what Appendix A of SHACL forbids, what it reads, and how variables are pre-bound.

Nothing is parsed here. The text is cut into tokens (SPARQL 1.1, section 19.8), which tells keywords, brackets and
variables for sure; whatever needs the grammar is put to the parser of the engine as a question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import pyoxigraph as ox

from mosty.model.terms import RDF, XSD, XSD_STRING
from mosty.rdf.keys import Key, iri_key
from mosty.validate.compiled.constraint import Unsupported

_LOCAL = r"[\w:-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"
_TOKEN = re.compile(
    rf"""(?P<space>\s+|\#[^\n\r]*)
      | (?P<text>\"{{3}}(?:[^"\\]|\\.|"(?!""))*\"{{3}} | '{{3}}(?:[^'\\]|\\.|'(?!''))*'{{3}}
        | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*')
      | (?P<iri><[^<>"{{}}|^`\\\x00-\x20]*>)
      | (?P<variable>[?$]\w+)
      | (?P<tag>@[A-Za-z][A-Za-z0-9-]*)
      | (?P<label>_:[\w.-]*\w)
      | (?P<name>(?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:(?:\.|{_LOCAL})*(?:{_LOCAL}))?)
      | (?P<number>(?:[0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+)
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<mark>\^\^|&&|\|\||!=|<=|>=|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_FORBIDDEN = ("MINUS", "VALUES", "SERVICE")
_JOINTS = frozenset({".", ";", "{", "AS"})
_MOST_PARTS = 500
"""The engine's planner overflows its stack at some 2,000 parts that hang on one another."""
_WRITTEN = frozenset({"STR", "DATATYPE", "SAMETERM", "GROUP_CONCAT"})
_BEHIND_GROUP = ("HAVING", "ORDER", "LIMIT", "OFFSET")
_STRING, _BOOLEAN = iri_key(XSD_STRING), iri_key(XSD + "boolean")
_NUMBERS = {iri_key(XSD + name) for name in ("integer", "decimal", "double")}
_TERMS = frozenset({"variable", "iri", "name", "text", "number", "label"})
_EMPTY = ox.Store()


class IllFormed(Exception):  # noqa: N818 - it becomes an InputError that names the shape
    """A query that SHACL does not allow; the text says why."""


class Token(NamedTuple):
    """A token: its kind, its text, and whether there was space before it."""

    kind: str
    text: str
    apart: bool = True

    @property
    def word(self) -> str:
        """A keyword in capitals; nothing for other tokens."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def variable(self) -> str:
        """The name of a variable; nothing for other tokens."""
        return self.text[1:] if self.kind == "variable" else ""


class Query:
    """The SELECT or ASK query of a constraint.

    Args:
        text: the query as written.
        prefixes: what the shapes graph declares for it.
        path: the SPARQL text of the shape's path, which replaces ``$PATH``.

    Attributes:
        constants: datatypes of literals that patterns hold; complete when `sees_writing` was asked for.
        is_limited: whether it returns only some of its solutions, so many for each focus node.

    Raises:
        IllFormed: it is not SPARQL, or neither SELECT nor ASK.
        Unsupported: it uses something that must be left to the other engine.
    """

    def __init__(self, text: str, prefixes: Mapping[str, str], path: str | None) -> None:
        if "\\u" in text or "\\U" in text:
            raise Unsupported("a SPARQL query with code point escapes")
        self.tokens = list(_cut(text))
        if path is not None and self.mentions("PATH"):
            with_path = [Token("", path) if t.variable == "PATH" else t for t in self.tokens]
            self.tokens = list(_cut(self.text(with_path)))
        if sum(token.text.upper() in _JOINTS for token in self.tokens) > _MOST_PARTS:
            raise Unsupported(f"a SPARQL query of more than {_MOST_PARTS} patterns")
        self.prefixes = prefixes
        self._end = _matching(self.tokens)
        words = [token.word for token in self.tokens]
        at = next(
            (i for i, word in enumerate(words) if word in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")), None
        )
        if at is None or words[at] not in ("SELECT", "ASK"):
            raise IllFormed("is neither a SELECT nor an ASK query")
        self.start = at
        self.is_ask = words[at] == "ASK"
        used = {token.text.partition(":")[0] for token in self.tokens[at:] if token.kind == "name"}
        if missing := sorted(used - self._spaces.keys()):
            raise IllFormed(f"uses the prefix {missing[0]}: that no sh:prefixes declares")
        self.variables = _projected(self.text(), prefixes)
        self.opening = self._group_behind(at)
        if {"FROM", "BASE"} & set(words[: self.opening]):
            raise Unsupported("FROM or BASE in a SPARQL constraint")
        behind = self.tokens[self._end[self.opening] + 1 :]
        if self.is_ask and behind:
            raise Unsupported("an ASK query with solution modifiers")
        self.constants: set[Key] = set()
        self.is_limited = any(token.word in ("LIMIT", "OFFSET") for token in behind)

    def _group_behind(self, at: int) -> int:
        """Where the outermost group opens: not inside an expression that SELECT returns."""
        while self.tokens[at].text != "{":
            at = (self._end[at] if self.tokens[at].text == "(" else at) + 1
        return at

    def text(self, tokens: Sequence[Token] | None = None) -> str:
        """Some of its tokens as text."""
        return _joined(self.tokens if tokens is None else tokens)

    def mentions(self, name: str) -> bool:
        """Whether a variable occurs."""
        return any(token.variable == name for token in self.tokens)

    def check(self, bound: Collection[str], optional: Collection[str]) -> None:
        """Refuse what cannot be pre-bound (SHACL, Appendix A).

        Args:
            bound: the variables that may be pre-bound.
            optional: those of them that a nested SELECT need not return.

        Raises:
            IllFormed: MINUS, VALUES or SERVICE, `AS` a pre-bound variable, or a nested SELECT that loses one.
            Unsupported: GRAPH for anything but the shapes graph.
        """
        needed = set(bound) - set(optional)
        for i, token in enumerate(self.tokens):
            following = self.tokens[i + 1] if i + 1 < len(self.tokens) else Token("", "")
            if token.word in _FORBIDDEN:
                raise IllFormed(f"uses {token.word}, which is not allowed with pre-bound variables")
            if token.word == "AS" and following.variable in bound:
                raise IllFormed(f"assigns to {following.text}, which is pre-bound")
            if token.word == "GRAPH" and following.variable != "shapesGraph":
                raise Unsupported("GRAPH in a SPARQL constraint")
            if token.text == "{" and following.word == "SELECT":
                nested = self.tokens[: self.start] + self.tokens[i + 1 : self._end[i]]
                if lost := sorted(needed - _projected(self.text(nested), self.prefixes)):
                    raise IllFormed(f"has a nested SELECT that does not return ${lost[0]}")

    def bound_to(
        self, pattern: str, projection: str | None = None, body: str | None = None, each: str = ""
    ) -> str:
        """The query with variables bound before all else, so that every part of it sees them.

        Args:
            pattern: a graph pattern that binds the variables.
            projection: what takes the place of ASK.
            body: what takes the place of the outermost group.
            each: a graph pattern for each solution of which the whole query runs.
        """
        head = self.tokens[: self.opening]
        if projection is not None:
            head = [*head[: self.start], Token("", f"SELECT {projection}"), *head[self.start + 1 :]]
        close = self._end[self.opening]
        inner = self.text(self.tokens[self.opening + 1 : close]) if body is None else body
        group = f"{{ {pattern} LATERAL {{ {inner} }} }} {self.text(self.tokens[close + 1 :])}"
        if not each:
            return f"{self.text(head)} {group}"
        prologue, select = self.text(head[: self.start]), self.text(head[self.start :])
        return f"{prologue} SELECT * {{ {each} LATERAL {{ {select} {group} }} }}"

    def key_of(self, token: Token) -> Key | None:
        """The IRI that a token stands for."""
        if token.kind == "iri":
            return token.text
        if token.kind == "name":
            prefix, _, local = token.text.partition(":")
            return iri_key(self._spaces.get(prefix, "") + local.replace("\\", ""))
        return iri_key(RDF + "type") if token.text == "a" else None

    @cached_property
    def _spaces(self) -> Mapping[str, str]:
        spaces = dict(self.prefixes)
        for i, token in enumerate(self.tokens[: self.start]):
            if token.word == "PREFIX":
                spaces[self.tokens[i + 1].text[:-1]] = self.tokens[i + 2].text[1:-1]
        return spaces

    def predicates(self) -> frozenset[Key] | None:
        """The predicates that it can read in the data: too many rather than too few; None for any."""
        found = {key for token in self.tokens[self.start :] if (key := self.key_of(token)) is not None}
        if (
            any(self._is_open_verb(i) for i in range(self.start + 1, len(self.tokens) - 1))
            or self._open_ended()
        ):
            return None
        return frozenset(found)

    def _is_open_verb(self, at: int) -> bool:
        """Whether a variable stands where a predicate does, or a path begins that excludes predicates."""
        before, token, after = self.tokens[at - 1 : at + 2]
        if token.kind == "variable":
            if before.kind not in _TERMS and before.text not in (";", "]", ")"):
                return False
            if after.kind not in _TERMS and after.text not in ("[", "(", "true", "false", "+", "-"):
                return False
            other = Token("", "(<x:a>|<x:b>)")  # only a path may stand here
        elif token.text == "!" and (after.kind in ("iri", "name") or after.text in ("(", "^", "a")):
            other = Token("", "^")
        else:
            return False
        if token.text == "!" and self.tokens[at + 2 : at + 3] == [Token("mark", ")")]:
            return True
        return _parses(self.text([*self.tokens[:at], other, *self.tokens[at + 1 :]]), self.prefixes)

    @cached_property
    def sees_writing(self) -> bool:
        """Whether it can tell how a literal is written, and not only what it means."""
        return self._objects is None or any(
            token.word in _WRITTEN or self.key_of(token) == _STRING for token in self.tokens
        )

    def matches(self, name: str) -> bool:
        """Whether what a variable is bound to must be the object of a triple, or the same as another one."""
        return self._objects is None or name in self._objects

    @cached_property
    def _objects(self) -> frozenset[str] | None:
        """The variables that are objects; None when two literals of the data may have to be the same term."""
        objects, subjects, twice = set[str](), set[str](), set[str]()
        grouped = False
        open_ = [""]
        for at in range(self.start + 1, len(self.tokens)):
            before, token = self.tokens[at - 1 : at + 1]
            after = self.tokens[at + 1] if at + 1 < len(self.tokens) else Token("", "")
            if token.kind == "mark" and token.text in "([{":
                open_.append(token.text)
            elif token.kind == "mark" and token.text in ")]}":
                open_.pop()
            grouped = token.word == "GROUP" or (grouped and token.word not in _BEHIND_GROUP)
            if token.word == "DISTINCT" and open_[-1] == "(":
                return None
            if not grouped and open_[-1] not in ("{", "["):
                continue
            if token.variable and before.text in (".", "{", "}") and _is_verb(after):
                subjects.add(token.variable)
            elif token.variable:
                (twice if token.variable in objects else objects).add(token.variable)
            elif token.kind == "number" and before.word not in ("LIMIT", "OFFSET"):
                self.constants |= _NUMBERS
            elif token.word in ("TRUE", "FALSE"):
                self.constants.add(_BOOLEAN)
            elif token.kind == "text" and after.text == "^^":
                self.constants.add(self.key_of(self.tokens[at + 2]) or "")
        return frozenset(objects) if twice <= subjects | {"this"} else None

    def zero_length(self) -> Iterator[int]:
        """Where a path may have no step at all: the places of ``*`` and ``?``."""
        for i in range(1, len(self.tokens)):
            before = self.tokens[i - 1]
            if self.tokens[i].text in ("*", "?") and (
                before.kind in ("iri", "name") or before.text in (")", "a")
            ):
                yield i

    def _open_ended(self) -> bool:
        """Whether a path without any step may start at each node of the data, wherever it occurs."""
        direct = [token.variable for token in self.outside_expressions()]
        for at in self.zero_length():
            left, right = at, at
            while self._in_path(left - 1):
                left -= 1
            while self._in_path(right + 1) and right + 2 < len(self.tokens):
                right += 1
            ends = self.tokens[left - 1], self.tokens[right + 1]
            own = 2 if ends[0].variable == ends[1].variable else 1
            steps = self.text(self.tokens[left : right + 1])
            if "/" in steps and steps.count("*") + steps.count("?") < 2:
                continue
            if not any(
                end.variable == "this"
                or (end.kind in _TERMS and (not end.variable or direct.count(end.variable) > own))
                for end in ends
            ):
                return True
        return False

    def _in_path(self, at: int) -> bool:
        token = self.tokens[at]
        return token.text in ("/", "|", "^", "*", "+", "?", "(", ")", "!", "a") or (
            token.kind in ("iri", "name")
            and (
                self.tokens[at - 1].text in ("/", "|", "^", "(", "!")
                or self.tokens[at + 1].text in ("/", "|", "*", "+", "?", ")")
            )
        )

    def outside_expressions(self) -> Iterator[Token]:
        """The tokens of triple patterns (and what stands between them)."""
        at = self.opening
        while at < len(self.tokens):
            if self.tokens[at].word in ("FILTER", "BIND", "HAVING"):
                at = self.expression_end(at)
            else:
                yield self.tokens[at]
            at += 1

    def expression_end(self, at: int) -> int:
        """The last token of the expression that follows FILTER or BIND."""
        at += 1
        while self.tokens[at].text not in ("(", "{"):
            at += 1
        return self._end[at]

    def end(self, at: int) -> int:
        """The bracket that closes the one at this place."""
        return self._end[at]


def _is_verb(token: Token) -> bool:
    return token.kind in _TERMS or token.text in ("a", "^", "(", "!")


def fill_in(template: str, value_of: Callable[[str], str | None]) -> str:
    """Replace ``{?name}`` and ``{$name}`` in a message by what they stand for.

    >>> fill_in("{?value} is {$unknown}", {"value": "5"}.get)
    '5 is {$unknown}'
    """

    def replace(match: re.Match[str]) -> str:
        found = value_of(match[1])
        return match[0] if found is None else found

    return re.sub(r"\{[?$](\w+)\}", replace, template)


def _cut(text: str) -> Iterator[Token]:
    """Cut a text into tokens, without comments."""
    apart = False
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "space":
            apart = True
        else:
            yield Token(str(match.lastgroup), match[0], apart)
            apart = False


def _joined(tokens: Sequence[Token]) -> str:
    return "".join(f" {token.text}" if token.apart else token.text for token in tokens)


def _matching(tokens: Sequence[Token]) -> dict[int, int]:
    ends: dict[int, int] = {}
    open_: list[int] = []
    for i, token in enumerate(tokens):
        if token.kind == "mark" and token.text in "([{":
            open_.append(i)
        elif token.kind == "mark" and token.text in ")]}" and open_:
            ends[open_.pop()] = i
    return ends


def _projected(text: str, prefixes: Mapping[str, str]) -> set[str]:
    try:
        answer = _EMPTY.query(text, prefixes=dict(prefixes))
    except SyntaxError as error:
        where = re.match(r"error at [0-9:]+", str(error))
        raise IllFormed(f"is no SPARQL: {where[0] if where else error}") from None
    except (ValueError, RuntimeError, OSError) as error:
        raise Unsupported(f"a SPARQL query that cannot be evaluated: {error}") from None
    return {v.value for v in answer.variables} if isinstance(answer, ox.QuerySolutions) else set()


def _parses(text: str, prefixes: Mapping[str, str]) -> bool:
    try:
        _EMPTY.query(text, prefixes=dict(prefixes))
    except SyntaxError:
        return False
    except (ValueError, RuntimeError, OSError):
        return True
    return True


def parses(query: Query, text: str) -> bool:
    """Whether the engine takes a text with the prefixes of a query."""
    return _parses(text, query.prefixes)
