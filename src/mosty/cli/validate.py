"""`mosty validate`: check data against shapes."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mosty.cli import options
from mosty.cli.options import Session

if TYPE_CHECKING:
    from mosty.model.diagnostics import Severity, ValidationReport

_SEVERITIES = click.Choice(["violation", "warning", "info"])
_FORMATS = ["full", "concise", "json", "turtle", "sarif", "junit", "github", "csv", "html"]
# What would be nice to have is much to read and little to do; programs get everything.
_FOR_PEOPLE = ("full", "concise", "github")


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
@click.option(
    "--since",
    metavar="REV",
    help="Report only what the changes since this git revision can affect, deletions included.",
)
@click.option(
    "--baseline",
    metavar="FILE",
    type=options.PATH,
    help="Tell findings that this file accepts apart; expired and unmatched waivers are findings.",
)
@click.option(
    "--write-baseline",
    metavar="FILE",
    type=options.PATH,
    help="Add the findings that this file does not know to it; needs --reason and --expires.",
)
@click.option("--reason", metavar="TEXT", help="With --write-baseline: why they are accepted.")
@click.option(
    "--expires",
    metavar="DAY",
    type=click.DateTime(["%Y-%m-%d"]),
    help="With --write-baseline: the last day on which they are, as in 2027-06-30.",
)
@click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(_FORMATS),
    help="Format of the report. Default: by the extension of -o, else full.",
)
@options.output_option
@click.option(
    "--severity",
    type=_SEVERITIES,
    help="The mildest results to show; the counts cover all. Default: warning in full, concise and github, "
    "else info.",
)
@click.option(
    "--fail-on",
    type=_SEVERITIES,
    default="violation",
    show_default=True,
    help="The mildest result that ends with exit status 1.",
)
@click.option("--strict", is_flag=True, help="Remarks on what no shape sees count as findings too.")
@click.option("--limit", metavar="N", type=click.IntRange(min=0), help="Show at most N results.")
@click.option(
    "--limit-per-rule", metavar="N", type=click.IntRange(min=0), help="Show at most N results of each rule."
)
@click.option(
    "--group-by",
    type=click.Choice(["rule", "record", "file"]),
    help="What results stand together by. Default: record in full, rule in junit and html.",
)
@options.safe_csv_option
@click.option(
    "--engine",
    type=click.Choice(["auto", "compiled", "pyshacl"]),
    default="auto",
    show_default=True,
    help="What judges: auto leaves to pyshacl only the shapes that the compiled engine cannot do.",
)
@click.option("--explain", is_flag=True, help="Tell which engine checked which shape, and why.")
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
    /,
    format_: str | None,
    output: str,
    severity: str | None,
    fail_on: str,
    strict: bool,
    limit: int | None,
    limit_per_rule: int | None,
    group_by: str | None,
    safe_csv: bool,
    explain: bool,
    baseline: Path | None,
    write_baseline: Path | None,
    reason: str | None,
    expires: datetime | None,
    **what: Any,
) -> None:
    """Check the workspace, or new files in its context, against the shapes.

    Files may be Turtle, N-Triples, N-Quads, TriG, JSON-LD or RDF/XML. They are judged together with the
    workspace's records, ontology and schemes; reported is what they bring, in themselves and elsewhere in the
    graph. A file of the workspace that is named counts once. With --shapes and no workspace around, the files
    are judged alone.

    Exit status: 0 no violation, 1 findings (violations, see --fail-on; stale waivers of the baseline; with
    --strict remarks too), 2 usage, 3 a file cannot be read, 4 the validation failed or ran out of time.

    \b
    Examples:
      mosty validate
      mosty validate data/projects/czech-towns.ttl
      mosty validate new.jsonld --fail-on warning -f concise
      mosty validate data.ttl --shapes shapes.ttl -f turtle -o report.ttl
      mosty validate --since origin/main -f github
      mosty validate --baseline baseline.yaml -o report.sarif
      mosty validate --write-baseline baseline.yaml --reason 'being mended' --expires 2027-06-30
    """
    from mosty.model.diagnostics import Severity
    from mosty.render.report import EXTENSIONS, GroupBy, View, explanation, pieces, summary

    if bool(write_baseline) != (reason is not None) or bool(write_baseline) != (expires is not None):
        raise click.UsageError("--write-baseline FILE, --reason TEXT and --expires DAY go together.")
    if expires is not None and expires.date() < date.today():
        raise click.UsageError("--expires lies in the past: every waiver would be stale at once.")
    if baseline and write_baseline:
        raise click.UsageError("--write-baseline reads the baseline too: leave out --baseline.")
    chosen = format_ or (EXTENSIONS.get(Path(output).suffix.lower()) if output != "-" else None) or "full"
    view = View(
        severity=Severity(severity or ("warning" if chosen in _FOR_PEOPLE else "info")),
        fail_on=Severity(fail_on),
        limit=limit,
        limit_per_rule=limit_per_rule,
        group_by=GroupBy(group_by) if group_by else None,
        strict=strict,
        safe_csv=safe_csv,
        width=options.terminal_width() if output == "-" else None,
    )
    report = _validate(session, **what)
    if write_baseline and reason is not None and expires is not None:
        _write_baseline(session, report, write_baseline, reason, expires, view.fail_on)
    if known := baseline or write_baseline:
        from mosty.validate.baseline import apply

        # Of a part of the data nobody can tell that a waiver matches nothing.
        partial = bool(what["files"]) or what["since"] is not None
        report = apply(report, known, date.today(), partial=partial)
    options.emit(pieces(report, chosen, view), output)
    if chosen != "full" or output != "-":
        session.note(summary(report, view))
    if explain:
        click.echo(options.safe(explanation(report)), err=True)
    failed = any(result.severity.rank <= view.fail_on.rank for result in report.results)
    if failed or report.stale or (strict and report.remarks):
        ctx.exit(1)


def _validate(
    session: Session,
    *,
    files: tuple[Path, ...],
    shapes: tuple[Path, ...],
    no_context: bool,
    since: str | None,
    engine: str,
    timeout: float,
) -> ValidationReport:
    from mosty.model.errors import UsageError
    from mosty.validate import validate_files, validate_workspace

    deadline = timeout or None
    if Path("-") in files:
        raise UsageError(
            "standard input has no name that tells its format", "save it into a file, such as new.ttl"
        )
    if not files:
        return validate_workspace(session.workspace, shapes, timeout=deadline, engine=engine, since=since)
    if since is not None:
        raise click.UsageError(
            "--since is about the workspace's own changes: leave out the files, or --since."
        )
    workspace = None if session.alone and shapes else session.workspace
    if session.alone and not shapes:
        session.note("no workspace here: judged with the shapes and the graph that mosty carries")
    if workspace is None and session.folder is not None:
        session.note(f"{session.folder}: no workspace here: the files are judged alone")
    return validate_files(workspace, files, shapes, context=not no_context, timeout=deadline, engine=engine)


def _write_baseline(
    session: Session, report: ValidationReport, path: Path, reason: str, expires: datetime, mildest: Severity
) -> None:
    from mosty.validate.baseline import add

    added = add(report, path, reason=reason, expires=expires.date(), mildest=mildest)
    session.note(f"{added} {'waiver' if added == 1 else 'waivers'} added to {path}")
