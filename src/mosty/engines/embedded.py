"""The embedded engine: pyoxigraph on a finished store, in a child process that can be stopped.

pyoxigraph has neither deadline nor cancel, and hostile nesting crashes it: both end the child, not us.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mosty.engines import guard
from mosty.model.errors import DeadlineError, EngineError, QuerySyntaxError
from mosty.model.solutions import Answer, Boolean, Solutions, Triples
from mosty.model.terms import IRI, XSD_STRING, BlankNode, Literal, Term, literal

# Character classes in the parser's "expected one of": noise to people.
_CHARACTERS = re.compile(r"""(?:\s*\|)?\s*\[(?:'(?:\\.[^']*|[^'])'|[^\]'])*\],?""", re.DOTALL)

DEFAULT_MEMORY = 4 << 30
"""Address space, in bytes, that one query may take."""


class EmbeddedEngine:
    """Runs queries over a store on disk, read-only; the default graph of the store holds all.

    Args:
        store: folder of a finished pyoxigraph store.
        memory: bytes of address space that one query may take; 0 for no bound.
    """

    def __init__(self, store: Path, *, memory: int = DEFAULT_MEMORY) -> None:
        self._store = store
        self._memory = memory

    @property
    def name(self) -> str:
        """The folder of the store."""
        return str(self._store)

    def run(
        self,
        text: str,
        *,
        timeout: float | None = None,
        allow_network: bool = False,
        prefixes: Mapping[str, str] | None = None,
    ) -> Answer:
        """Run one query; see :class:`mosty.engines.protocol.Engine`."""
        return self.start(text, allow_network=allow_network, prefixes=prefixes).answer(timeout)

    def start(
        self, text: str, *, allow_network: bool = False, prefixes: Mapping[str, str] | None = None
    ) -> RunningQuery:
        """Start a query and return at once; the caller can do other work until it needs the answer."""
        guard.check(text, allow_network=allow_network)
        request = {
            "store": str(self._store),
            "query": text,
            "memory": self._memory,
            "prefixes": dict(prefixes or {}),
        }
        return RunningQuery(json.dumps(request).encode(), text, self.name)


class RunningQuery:
    """A query that runs in a child process."""

    def __init__(self, request: bytes, text: str, store: str) -> None:
        self._text = text
        self._store = store
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__).with_name("worker.py")), site_of_pyoxigraph()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        # The pipe stays open until the answer is there: when it closes, the child ends.
        self._request, self._process.stdin = self._process.stdin, None
        assert self._request is not None
        with suppress(BrokenPipeError):  # the child is gone already; answer() says why
            self._request.write(request + b"\n")
            self._request.flush()

    def answer(self, timeout: float | None = None) -> Answer:
        """Wait for the answer, at most `timeout` seconds.

        Raises:
            DeadlineError, QuerySyntaxError, EngineError: as in the Engine protocol.
        """
        try:
            out, err = self._process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            raise DeadlineError(
                f"the query did not end within {timeout:g} s and was stopped",
                "narrow it (bind a parameter, add a LIMIT), or allow more with --timeout SECONDS",
            ) from None
        finally:
            if self._process.poll() is None:
                self._process.kill()
                self._process.communicate()
            self._close()
        kind, _, content = out.partition(b"\n")
        if kind == b"syntax":
            raise syntax_error(content.decode(errors="replace"), self._text)
        if kind in (b"solutions", b"boolean", b"triples"):
            return parse_answer(kind, content)
        if kind == b"damage":
            raise EngineError(
                f"the query store is damaged: {content.decode(errors='replace')}",
                f"delete {self._store}; the next query builds it anew",
            )
        if kind == b"failure":
            message = content.decode(errors="replace")
        elif b"memory allocation" in err or self._process.returncode == -9:
            message = "it needed more memory than allowed"
        else:
            message = f"it crashed (status {self._process.returncode})"
        raise EngineError(
            f"the embedded engine could not run the query: {message}", "simplify or narrow the query"
        )

    def _close(self) -> None:
        if self._request is not None:
            with suppress(BrokenPipeError):
                self._request.close()


def syntax_error(message: str, text: str) -> QuerySyntaxError:
    """Make an error with line, column and the line itself from the parser's message."""
    match = re.match(r"error at (\d+):(\d+): (.*)", message, re.DOTALL)
    if not match:
        return QuerySyntaxError(f"not a SPARQL 1.1 query: {message}")
    number, column, what = int(match[1]), int(match[2]), _CHARACTERS.sub("", match[3]).strip(" ,")
    what = re.sub(r"^expected one of (?=[A-Z][a-z])", "", what)
    if what in ("expected", "expected CONSTRUCT"):
        what = "a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE; updates are refused"
    lines = text.split("\n")
    line = lines[number - 1] if number <= len(lines) else ""
    shown = "".join(c if c.isprintable() else " " for c in line[:200])
    caret = f"\n    {' ' * (column - 1)}^" if column <= 201 else ""
    return QuerySyntaxError(
        f"not a SPARQL 1.1 query: line {number}, column {column}: {what}\n    {shown}{caret}"
    )


def site_of_pyoxigraph() -> str:
    """The folder that pyoxigraph is imported from."""
    spec = find_spec("pyoxigraph")
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).parent.parent)


def parse_answer(kind: bytes, content: bytes) -> Answer:
    """Read what a child process answered."""
    if kind == b"triples":
        import pyoxigraph as ox

        from mosty.rdf.terms import to_triple

        triples = {to_triple(quad) for quad in ox.parse(content, ox.RdfFormat.N_TRIPLES)}
        return Triples(tuple(sorted(triples, key=repr)))
    results = json.loads(content)
    if kind == b"boolean":
        return Boolean(bool(results["boolean"]))
    return solutions_from_json(results)


def solutions_from_json(results: dict[str, Any]) -> Solutions:
    """Read SPARQL 1.1 Query Results JSON of a SELECT query.

    Raises:
        KeyError, TypeError: the object is not such a result.
    """
    variables = tuple(results["head"]["vars"])
    rows = tuple(
        tuple(term_from_json(binding[name]) if name in binding else None for name in variables)
        for binding in results["results"]["bindings"]
    )
    return Solutions(variables, rows)


def term_from_json(value: dict[str, str]) -> Term:
    """Read one RDF term of SPARQL 1.1 Query Results JSON (section 3.2.2)."""
    kind = value["type"]
    if kind == "uri":
        return IRI(value["value"])
    if kind == "triple":
        raise EngineError(
            "the answer holds a triple term (RDF 1.2), which cannot be shown yet",
            "ask for its parts with SUBJECT(), PREDICATE() and OBJECT()",
        )
    if kind == "bnode":
        return BlankNode(value["value"])
    if language := value.get("xml:lang"):
        return literal(value["value"], language=language)
    return Literal(value["value"], value.get("datatype", XSD_STRING))
