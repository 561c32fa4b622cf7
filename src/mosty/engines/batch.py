"""Many queries over one small dataset in memory, in one child process with one deadline."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from mosty.engines import guard
from mosty.engines.embedded import DEFAULT_MEMORY, parse_answer, site_of_pyoxigraph, syntax_error
from mosty.model.errors import DeadlineError, EngineError
from mosty.model.solutions import Answer


class Written(NamedTuple):
    """An answer as it was written: SPARQL 1.1 results in JSON, or N-Triples.

    Attributes:
        kind: solutions, boolean or triples.
        content: the text, in UTF-8.
    """

    kind: str
    content: bytes

    def answer(self) -> Answer:
        """The answer as a value."""
        return parse_answer(self.kind.encode(), self.content)


def answers(
    lines: Iterable[str],
    queries: Mapping[str, str],
    *,
    timeout: float,
    memory: int = DEFAULT_MEMORY,
) -> dict[str, Written]:
    """Answer queries, all of them or none.

    Args:
        lines: the dataset: lines of N-Triples, which go into the default graph in this order.
        queries: the text of each query, by name.
        timeout: seconds for all of them together.
        memory: bytes of address space that they may take; 0 for no bound.

    Raises:
        UsageError: a query would call the network.
        QuerySyntaxError: a query is none.
        DeadlineError: they take longer; the message says at which query they were.
        EngineError: a query cannot be answered.

    >>> line = "<http://example.org/a> <http://example.org/b> <http://example.org/c> .\\n"
    >>> answers([line], {"all": "ASK { ?s ?p ?o }"}, timeout=60)["all"].answer()
    Boolean(value=True)
    """
    for text in queries.values():
        guard.check(text)
    data = "".join(lines).encode()
    request = {"queries": list(queries.values()), "memory": memory, "size": len(data)}
    script = Path(__file__).with_name("batch_worker.py")
    with subprocess.Popen(
        [sys.executable, "-I", "-S", str(script), site_of_pyoxigraph()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        # The pipe stays open until the answers are there: when it closes, the child ends.
        pipe, process.stdin = process.stdin, None
        assert pipe is not None
        late = False
        try:
            with suppress(BrokenPipeError):
                pipe.write(json.dumps(request).encode() + b"\n" + data)
                pipe.flush()
            out, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            late = True
            process.kill()
            out, _ = process.communicate()
        finally:
            if process.poll() is None:
                process.kill()
            with suppress(BrokenPipeError):
                pipe.close()
    return _read(out, queries, timeout if late else None)


def _read(out: bytes, queries: Mapping[str, str], late: float | None) -> dict[str, Written]:
    found, position = dict[str, Written](), 0
    for name, text in queries.items():
        end = out.find(b"\n", position)
        kind, _, size = out[position:end].decode().partition(" ") if end >= 0 else ("", "", "0")
        position = end + 1 + int(size)
        if end < 0 or len(out) < position:
            if late is not None:
                raise DeadlineError(
                    f"{name}: the queries did not end within {late:g} s, and this one was running",
                    "narrow it",
                )
            raise EngineError(f"{name}: the embedded engine crashed, or needed more memory than allowed")
        content = out[end + 1 : position]
        if kind == "syntax":
            raise syntax_error(content.decode(errors="replace"), text)
        if kind == "failure":
            raise EngineError(f"{name}: {content.decode(errors='replace')}", "simplify or narrow the query")
        found[name] = Written(kind, content)
    return found
