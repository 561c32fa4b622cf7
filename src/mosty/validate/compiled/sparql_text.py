"""The text of a SPARQL constraint: what Appendix A of SHACL forbids, what it reads, and how variables are pre-bound.

Nothing is parsed here. The text is cut into tokens (SPARQL 1.1, section 19.8), which tells keywords, brackets and
variables for sure; whatever needs the grammar is put to the parser of the engine as a question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import pyoxigraph as ox

from mosty.model.terms import RDF
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
      | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<mark>\^\^|&&|\|\||!=|<=|>=|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_FORBIDDEN = ("MINUS", "VALUES", "SERVICE")
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
        self.prefixes = prefixes
        self._end = _matching(self.tokens)
        self.variables = _projected(self.text(), prefixes)
        words = [token.word for token in self.tokens]
        at = next(
            (i for i, word in enumerate(words) if word in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")), None
        )
        if at is None or words[at] not in ("SELECT", "ASK"):
            raise IllFormed("is neither a SELECT nor an ASK query")
        self.start = at
        self.is_ask = words[at] == "ASK"
        self.opening = next(i for i in range(at, len(words)) if self.tokens[i].text == "{")
        if {"FROM", "BASE"} & set(words[: self.opening]):
            raise Unsupported("FROM or BASE in a SPARQL constraint")

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

    def bound_to(self, pattern: str, projection: str | None = None, *, fast: bool = True) -> str:
        """The query with variables bound before all else, so that every part of it sees them.

        Args:
            pattern: a graph pattern that binds the variables.
            projection: what takes the place of ASK.
            fast: whether nested groups are joined row by row where that changes nothing.
        """
        head = self.tokens[: self.opening]
        if projection is not None:
            head = [*head[: self.start], Token("", f"SELECT {projection}"), *head[self.start + 1 :]]
        close = self._end[self.opening]
        inner = _Rewriter(self, fast).group(self.opening, close)
        return (
            f"{self.text(head)} {{ {pattern} LATERAL {{ {inner} }} }} {self.text(self.tokens[close + 1 :])}"
        )

    def predicates(self) -> frozenset[Key] | None:
        """The predicates that it can read in the data: too many rather than too few; None for any."""
        spaces = dict(self.prefixes)
        for i, token in enumerate(self.tokens[: self.start]):
            if token.word == "PREFIX":
                spaces[self.tokens[i + 1].text[:-1]] = self.tokens[i + 2].text[1:-1]
        found = {token.text for token in self.tokens if token.kind == "iri"}
        for token in self.tokens[self.start :]:
            if token.kind == "name":
                prefix, _, local = token.text.partition(":")
                found.add(iri_key(spaces.get(prefix, "") + local.replace("\\", "")))
            elif token.text == "a":
                found.add(iri_key(RDF + "type"))
        if (
            any(self._is_open_verb(i) for i in range(self.opening, len(self.tokens) - 1))
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
            steps = self.text(self.tokens[left : right + 1])
            if "/" in steps and steps.count("*") + steps.count("?") < 2:
                continue
            if not any(
                end.variable == "this"
                or (end.kind in _TERMS and (not end.variable or direct.count(end.variable) > 1))
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


class _Rewriter:
    """Writes a group anew: the same solutions, found faster by this engine.

    It joins a nested group by building it whole, even where that is a cross product; and it walks the body of
    NOT EXISTS from the wrong end. LATERAL goes row by row.
    """

    def __init__(self, query: Query, fast: bool) -> None:
        self._query = query
        self._tokens = query.tokens
        self._fast = fast
        self._flags = 0

    def group(self, opening: int, close: int) -> str:
        parts: list[str] = []
        tail: list[str] = []
        at = opening + 1
        while at < close:
            token = self._tokens[at]
            if token.word == "FILTER":
                end = self._query.expression_end(at)
                if self._fast and [t.word for t in self._tokens[at + 1 : at + 3]] == ["NOT", "EXISTS"]:
                    self._flags += 1
                    flag = f"?mosty_{self._flags}"
                    body = self.group(at + 3, end)
                    parts.append(" FILTER(true)")  # keeps the dots around it right
                    tail.append(
                        f"LATERAL {{ OPTIONAL {{ {body} BIND(1 AS {flag}) }} }} FILTER(!BOUND({flag}))"
                    )
                else:
                    parts.append(self._query.text(self._tokens[at : end + 1]))
                at = end + 1
            elif token.text == "{":
                end = self._chain(at)
                text = self._query.text(self._tokens[at : end + 1])
                lateral = self._fast and any(parts) and self._stands_alone(at, end)
                parts.append(f" LATERAL {{ {text} }}" if lateral else text)
                at = end + 1
            elif token.word in ("OPTIONAL", "BIND", "GRAPH"):
                end = self._query.expression_end(at)
                parts.append(self._query.text(self._tokens[at : end + 1]))
                at = end + 1
            elif token.word == "SELECT":
                return self._query.text(self._tokens[opening + 1 : close])
            else:
                parts.append(self._query.text([token]))
                at += 1
        return "".join([*parts, *tail])

    def _chain(self, at: int) -> int:
        """The end of a group and those that UNION adds to it."""
        end = self._query.end(at)
        while end + 2 < len(self._tokens) and self._tokens[end + 1].word == "UNION":
            end = self._query.end(end + 2)
        return end

    def _stands_alone(self, opening: int, end: int) -> bool:
        """Whether groups hold but triple patterns, and filters over the variables of these."""
        while True:
            close = self._query.end(opening)
            matched: set[str] = {"this"}
            tested: set[str] = set()
            at = opening + 1
            while at < close:
                token = self._tokens[at]
                if token.word == "FILTER":
                    after = self._query.expression_end(at)
                    inside = self._tokens[at:after]
                    if (
                        any(t.text == "{" or t.word == "BOUND" for t in inside)
                        or self._tokens[after].text == "}"
                    ):
                        return False
                    tested |= {t.variable for t in inside}
                    at = after
                elif token.text == "{" or (token.kind == "word" and token.text not in ("a", "true", "false")):
                    return False
                else:
                    matched.add(token.variable)
                at += 1
            if not tested - {""} <= matched:
                return False
            if close == end:
                return True
            opening = close + 2


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
        raise IllFormed(f"is no SPARQL: {error}") from None
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
