"""`mosty why`: which source says a triple."""

from __future__ import annotations

from pathlib import Path

import click

from mosty.cli import options
from mosty.cli.options import Session
from mosty.model.terms import IRI


@click.command("why", short_help="Tell which source says a triple, and where in its text.")
@click.argument("subject")
@click.argument("predicate", required=False)
@click.argument("object_", metavar="[OBJECT]", required=False)
@click.option(
    "--texts",
    metavar="DIR",
    type=options.PATH,
    help="Quote the passages from copies of the sources in DIR, where their hash agrees.",
)
@options.format_option(["text", "json"], "text")
@options.output_option
@options.iris_option
@options.timeout_option
@options.pass_session
def command(
    session: Session,
    subject: str,
    predicate: str | None,
    object_: str | None,
    texts: Path | None,
    format_: str,
    output: str,
    iris: bool,
    timeout: float,
) -> None:
    """Tell which source says a triple, and where in its text.

    SUBJECT is a CURIE, an IRI or a name; PREDICATE a CURIE or IRI (a means rdf:type); OBJECT one of them, or the
    text of a literal. What is left out stands for any. For a derived triple the rule is named.

    \b
    Examples:
      mosty why project:czech-towns
      mosty why project:czech-towns mosty:period
      mosty why project:czech-towns mosty:period --texts sources/
    """
    from mosty.render.records import render_evidence

    register = session.register(timeout=timeout)
    found = register.why(subject, predicate, object_, texts=texts)
    terms = {t for e in found for t in (e.predicate, e.object, e.source, e.basis, e.checked_against)}
    labels = (
        register.labels({t for t in terms if isinstance(t, IRI)}) if format_ == "text" and not iris else {}
    )
    width = options.terminal_width()
    text = render_evidence(found, format_, prefixes=register.prefixes, labels=labels, iris=iris, width=width)
    options.emit(text, output)
    unquoted = {e.source for e in found if e.start is not None and e.quote is None}
    if texts and unquoted:
        missing = sorted(register.prefixes.compact(source) for source in unquoted if source)
        session.note(f"Not quoted, as {texts} has no copy of the text: " + ", ".join(missing))
