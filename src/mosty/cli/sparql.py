"""`mosty sparql`: SPARQL as text, file or standard input."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mosty.cli import options
from mosty.cli.options import Session
from mosty.model.errors import UsageError


@click.command("sparql", short_help="Run SPARQL given as text, file or standard input.")
@click.argument("text", required=False)
@click.option("--file", "file", metavar="FILE", type=options.PATH, help="Read the query from FILE.")
@options.format_option(["table", "csv", "tsv", "json", "xml", "md", "html", "turtle", "nt"])
@options.output_option
@options.endpoint_option
@options.timeout_option
@options.limit_option
@options.iris_option
@options.safe_csv_option
@options.network_option
@click.option("--no-prefixes", is_flag=True, help="Do not put the workspace's prefixes before the query.")
@options.pass_session
def command(
    session: Session,
    text: str | None,
    file: Path | None,
    format_: str | None,
    output: str,
    endpoint: str | None,
    timeout: float,
    limit: int | None,
    iris: bool,
    safe_csv: bool,
    allow_network: bool,
    no_prefixes: bool,
) -> None:
    """Run SPARQL given as text, file or standard input.

    The query sees the union of all graphs. Prefixes of the workspace are known without PREFIX lines.

    \b
    Examples:
      mosty sparql 'SELECT ?project WHERE { ?project a mosty:Project }'
      mosty sparql --file query.rq -f csv -o answer.csv
      echo 'ASK { org:esf a mosty:Donor }' | mosty sparql
    """
    query = _query(text, file)
    register = session.register(endpoint=endpoint, timeout=timeout, allow_network=allow_network)
    answer = register.sparql(query, prefixes=not no_prefixes)
    shown = options.limited(session, answer, limit)
    options.emit_answer(
        session, register, shown, format_=format_, output=output, iris=iris, safe_csv=safe_csv
    )
    if not answer and not hasattr(answer, "value"):
        session.note("No solutions.")


def _query(text: str | None, file: Path | None) -> str:
    from mosty.rdf.reading import decode, read_bytes

    if text is not None and file is not None:
        raise UsageError("both a query text and --file are given", "give one of them")
    if file is not None:
        return decode(read_bytes(file), str(file))
    if text is not None and text != "-":
        return text
    if sys.stdin.isatty() and text is None:
        raise UsageError("no query given", "give it as text, with --file FILE, or on standard input")
    return decode(sys.stdin.buffer.read(), "standard input")
