"""`mosty stats`: figures of the graph."""

from __future__ import annotations

import click

from mosty.cli import options
from mosty.cli.options import Session


@click.command("stats", short_help="Figures of the graph.")
@options.format_option(["text", "json"], "text")
@options.output_option
@options.timeout_option
@options.pass_session
def command(session: Session, format_: str, output: str, timeout: float) -> None:
    """Figures of the graph: triples, things of each class, evidence of each source.

    \b
    Examples:
      mosty stats
      mosty stats -f json -o stats.json
    """
    from mosty.render.records import render_statistics

    register = session.register(timeout=timeout)
    found = register.stats()
    named = [c for c, _, _ in found.classes] + [iri for s, b, _ in found.evidence for iri in (s, b) if iri]
    labels = register.labels(named) if format_ == "text" else {}
    options.emit(render_statistics(found, format_, prefixes=register.prefixes, labels=labels), output)
