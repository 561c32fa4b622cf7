"""The embedded engine's child process: opens a finished store read-only and runs one query.

It runs as a script of its own (``python worker.py SITE``) and imports nothing of mosty, so that it starts
fast. A process can be stopped at a deadline, and its crash or hunger for memory hurts nobody else.

Standard input: a line with a JSON object: `store`, `query`, `prefixes` and `memory` (bytes, 0 for no bound).
It stays open as long as somebody waits for the answer.
Standard output: a line that names the kind of the answer (`solutions`, `boolean`, `triples`, `syntax`,
`failure`, `damage` of the store), then the answer: SPARQL JSON results, N-Triples, or the message.
"""

import os
import sys

TYPE_CHECKING = False  # as in typing, which takes long to import
if TYPE_CHECKING:
    import pyoxigraph as ox


def main() -> None:
    """Answer the one request on standard input."""
    sys.path.append(sys.argv[1])
    import json

    import pyoxigraph as ox

    request = json.loads(sys.stdin.buffer.readline() or b"null")
    if request is None:
        return
    end_with_parent()
    limit_memory(request["memory"])
    out = sys.stdout.buffer
    try:
        store = ox.Store.read_only(request["store"])
        kind, content = ask(store, request["query"], request["prefixes"])
    except SyntaxError as error:
        kind, content = b"syntax", str(error).encode()
    except MemoryError:
        kind, content = b"failure", b"out of memory"
    except Exception as error:
        # So RocksDB begins its messages.
        kind = b"damage" if str(error).startswith(("IO error:", "Corruption:")) else b"failure"
        content = str(error).encode()
    out.write(kind + b"\n")
    out.write(content)
    out.flush()


def ask(store: "ox.Store", query: str, prefixes: dict[str, str]) -> tuple[bytes, bytes]:
    """Run a query; the kind of its answer, and the answer."""
    import pyoxigraph as ox

    answer = store.query(query, prefixes=prefixes)
    if isinstance(answer, ox.QueryTriples):
        return b"triples", answer.serialize(format=ox.RdfFormat.N_TRIPLES) or b""
    kind = b"boolean" if isinstance(answer, ox.QueryBoolean) else b"solutions"
    return kind, answer.serialize(format=ox.QueryResultsFormat.JSON) or b""


def end_with_parent() -> None:
    """End when standard input is closed: a parent that was killed cannot stop us any more.

    The kernel does it, with a signal: the query engine does not let other threads of Python run.
    """
    try:
        import fcntl
        import select
    except ImportError:  # Windows
        return
    if not hasattr(fcntl, "F_SETOWN"):
        return
    fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([0], [], [], 0)[0]:  # closed before the signal was asked for
        sys.exit(0)


def limit_memory(limit: int) -> None:
    """Bound the address space of this process, in bytes; 0 for no bound."""
    if not limit:
        return
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
