"""`mosty find`: records and concepts by name."""

from __future__ import annotations

import click

from mosty.cli import options
from mosty.cli.options import Session


@click.command("find", short_help="Find records and concepts by name.")
@click.argument("name")
@options.format_option(["table", "csv", "json"], "table")
@options.output_option
@click.option(
    "--limit",
    metavar="N",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="At most N things.",
)
@options.timeout_option
@options.pass_session
def command(session: Session, name: str, format_: str, output: str, limit: int, timeout: float) -> None:
    """Find records and concepts by name.

    Looks through labels, name variants and identifiers; forgives accents, case and typing errors.

    \b
    Examples:
      mosty find "ministry of interior"
      mosty find CZ.1.04/5.1.01/77.00030
    """
    from mosty.render.records import render_matches

    register = session.register(timeout=timeout)
    matches = register.find(name, limit=limit)
    labels = register.labels({iri for m in matches for iri in (m.iri, *m.classes)})
    width = options.terminal_width()
    options.emit(
        render_matches(matches, format_, prefixes=register.prefixes, labels=labels, width=width), output
    )
    if not matches:
        session.note(f"Nothing is called {name!r}, nor anything like it.")
