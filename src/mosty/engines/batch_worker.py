"""A child process that answers many queries over one small dataset in memory, one after another.

It runs as a script of its own, as `worker.py` does (``python batch_worker.py SITE``).

Standard input: a line with a JSON object: `queries` (a list of texts), `memory` (bytes, 0 for no bound) and `size`;
then so many bytes of N-Triples, which are loaded in the order given.
Standard output, for each query: a line with the kind of the answer and the number of its bytes, then those.
"""

import os
import sys


def main() -> None:
    """Answer the queries on standard input."""
    sys.path += [sys.argv[1], os.path.dirname(os.path.abspath(__file__))]  # noqa: PTH100, PTH120
    import json

    import pyoxigraph as ox
    import worker  # type: ignore[import-not-found]

    source, out = sys.stdin.buffer, sys.stdout.buffer
    request = json.loads(source.readline() or b"null")
    if request is None:
        return
    data = source.read(request["size"])
    worker.end_with_parent()
    worker.limit_memory(request["memory"])
    store = ox.Store()
    store.bulk_load(data, ox.RdfFormat.N_TRIPLES)
    for text in request["queries"]:
        try:
            answer = store.query(text)
            if isinstance(answer, ox.QueryTriples):
                kind, content = "triples", answer.serialize(format=ox.RdfFormat.N_TRIPLES)
            else:
                kind = "boolean" if isinstance(answer, ox.QueryBoolean) else "solutions"
                content = answer.serialize(format=ox.QueryResultsFormat.JSON)
        except SyntaxError as error:
            kind, content = "syntax", str(error).encode()
        except MemoryError:
            kind, content = "failure", b"out of memory"
        except Exception as error:
            kind, content = "failure", str(error).encode()
        content = content or b""
        out.write(f"{kind} {len(content)}\n".encode() + content)
        out.flush()


if __name__ == "__main__":
    main()
