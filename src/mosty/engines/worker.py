"""The embedded engine's child process: opens a finished store read-only and runs one query.

It runs as a script of its own (``python worker.py SITE``) and imports nothing of mosty, so that it starts
fast. A process can be stopped at a deadline, and its crash or hunger for memory hurts nobody else.

Standard input: a JSON object with `store`, `query`, `prefixes` and `memory` (bytes, 0 for no bound).
Standard output: a line that names the kind of the answer (`solutions`, `boolean`, `triples`, `syntax`,
`failure`), then the answer: SPARQL JSON results, N-Triples, or the message.
"""

import sys


def main() -> None:
    """Answer the one request on standard input."""
    sys.path.append(sys.argv[1])
    import json

    import pyoxigraph as ox

    request = json.loads(sys.stdin.buffer.read())
    _limit_memory(request["memory"])
    out = sys.stdout.buffer
    try:
        store = ox.Store.read_only(request["store"])
        answer = store.query(request["query"], prefixes=request["prefixes"])
        if isinstance(answer, ox.QueryTriples):
            kind, content = b"triples", answer.serialize(format=ox.RdfFormat.N_TRIPLES)
        else:
            kind = b"boolean" if isinstance(answer, ox.QueryBoolean) else b"solutions"
            content = answer.serialize(format=ox.QueryResultsFormat.JSON)
    except SyntaxError as error:
        kind, content = b"syntax", str(error).encode()
    except MemoryError:
        kind, content = b"failure", b"out of memory"
    except Exception as error:
        kind, content = b"failure", str(error).encode()
    out.write(kind + b"\n")
    out.write(content or b"")
    out.flush()


def _limit_memory(limit: int) -> None:
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
