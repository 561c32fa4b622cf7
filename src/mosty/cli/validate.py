"""`mosty validate`: check data against shapes."""

from __future__ import annotations

from pathlib import Path

import click

from mosty.cli import options
from mosty.cli.options import Session

_SEVERITIES = click.Choice(["violation", "warning", "info"])


@click.command("validate", short_help="Check the workspace, or new files in its context, against the shapes.")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=options.PATH)
@click.option(
    "--shapes",
    multiple=True,
    metavar="FILE",
    type=options.PATH,
    help="Use these shapes instead of the workspace's; may be repeated.",
)
@click.option("--no-context", is_flag=True, help="Judge the files without the workspace's own records.")
@options.format_option(["full", "concise", "json", "turtle"], "full")
@options.output_option
@click.option(
    "--severity",
    type=_SEVERITIES,
    help="The mildest results to show; the counts cover all. Default: warning in full and concise, else info.",
)
@click.option(
    "--fail-on",
    type=_SEVERITIES,
    default="violation",
    show_default=True,
    help="The mildest result that ends with exit status 1.",
)
@click.option("--limit", metavar="N", type=click.IntRange(min=0), help="Show at most N results.")
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=options.Seconds(),
    default=0.0,
    help="Stop after this many seconds; 0, the default, means never.",
)
@options.pass_session
@click.pass_context
def command(
    ctx: click.Context,
    session: Session,
    files: tuple[Path, ...],
    shapes: tuple[Path, ...],
    no_context: bool,
    format_: str,
    output: str,
    severity: str | None,
    fail_on: str,
    limit: int | None,
    timeout: float,
) -> None:
    """Check the workspace, or new files in its context, against the shapes.

    Files may be Turtle, N-Triples, N-Quads, TriG, JSON-LD or RDF/XML. They are judged together with the
    workspace's records, ontology and schemes; reported is what concerns the nodes that they describe, other
    parts of those records, and nodes that they name but nobody describes. A file of the workspace that is
    named counts once. With --shapes and no workspace around, the files are judged alone.

    Exit status: 0 no violation, 1 violations (see --fail-on), 2 usage, 3 a file cannot be read, 4 the
    validation failed or ran out of time.

    \b
    Examples:
      mosty validate
      mosty validate data/projects/czech-towns.ttl
      mosty validate new.jsonld --fail-on warning -f concise
      mosty validate data.ttl --shapes shapes.ttl -f turtle -o report.ttl
    """
    from mosty.model.diagnostics import Severity
    from mosty.render.report import render_report, summary
    from mosty.validate import validate_files, validate_workspace
    from mosty.workspace import Workspace

    alone = files and shapes and session.folder is None and Workspace.nearest() is None
    if files:
        workspace = None if alone else session.workspace
        report = validate_files(workspace, files, shapes, context=not no_context, timeout=timeout or None)
    else:
        report = validate_workspace(session.workspace, shapes, timeout=timeout or None)
    # What would be nice to have is much to read and little to do; programs get everything.
    mildest = Severity(severity or ("warning" if format_ in ("full", "concise") else "info"))
    options.emit(render_report(report, format_, severity=mildest, limit=limit), output)
    if format_ != "full" or output != "-":
        session.note(summary(report, mildest))
    if any(result.severity.rank <= Severity(fail_on).rank for result in report.results):
        ctx.exit(1)
