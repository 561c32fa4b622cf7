"""`mosty show`: one record."""

from __future__ import annotations

import click

from mosty.cli import options
from mosty.cli.options import Session


@click.command("show", short_help="Show one record with its parts and what points at it.")
@click.argument("record")
@options.format_option(["text", "json"], "text")
@options.output_option
@options.iris_option
@options.timeout_option
@options.pass_session
def command(session: Session, record: str, format_: str, output: str, iris: bool, timeout: float) -> None:
    """Show one record with its parts and what points at it.

    RECORD is a CURIE, an IRI, or a name that only one thing has. Derived properties are marked with an asterisk.

    \b
    Examples:
      mosty show project:czech-towns
      mosty show 'IOM Prague'
      mosty show org:iom-czechia -f json
    """
    from mosty.render.records import iris_of, render_record

    register = session.register(timeout=timeout)
    found = register.show(record)
    labels = register.labels(iris_of(found)) if format_ == "text" else {}
    width = options.terminal_width()
    options.emit(
        render_record(found, format_, prefixes=register.prefixes, labels=labels, iris=iris, width=width),
        output,
    )
