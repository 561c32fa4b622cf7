"""`mosty shapes`: what concerns the shapes themselves."""

from __future__ import annotations

from pathlib import Path

import click

from mosty.cli import options
from mosty.cli.options import Session


@click.group("shapes", short_help="Test the shapes.")
def command() -> None:
    """Test the shapes.

    \b
    Examples:
      mosty shapes test
      mosty shapes test cases/ --shapes shapes.ttl
    """


@command.command("test")
@click.argument("folder", required=False, metavar="[FOLDER]", type=options.PATH)
@click.option(
    "--shapes",
    multiple=True,
    metavar="FILE",
    type=options.PATH,
    help="Test these shapes instead of the workspace's; may be repeated.",
)
@click.option(
    "--no-coverage", is_flag=True, help="Let rules be that no case breaks; for a part of the cases."
)
@options.format_option(["text", "json"], "text")
@options.output_option
@click.option(
    "--engine",
    type=click.Choice(["compiled", "pyshacl"]),
    default="compiled",
    show_default=True,
    help="What applies the shapes; what cannot be compiled goes to pySHACL.",
)
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=options.Seconds(),
    default=0.0,
    help="Stop when one case takes this many seconds; 0, the default, means never.",
)
@options.pass_session
@click.pass_context
def test(
    ctx: click.Context,
    session: Session,
    folder: Path | None,
    shapes: tuple[Path, ...],
    no_coverage: bool,
    format_: str,
    output: str,
    engine: str,
    timeout: float,
) -> None:
    """Run the cases of FOLDER against the shapes.

    A case is a small Turtle file that says by its name what the shapes make of it: valid.<case>.ttl (nothing),
    warning.<case>.ttl (warnings or infos only), invalid.<case>.ttl (violations). Its first line may name the
    rules that must find something, `# expect: shape:rule ...`, and then no others may. The files base.ttl beside
    it and in the folders above are its context. Without FOLDER: tests/shapes in the workspace.

    Told are the cases that are not as they say, and the rules that no case breaks; exit status 1 for either.

    \b
    Examples:
      mosty shapes test
      mosty shapes test tests/shapes/periods --no-coverage
      mosty shapes test cases/ --shapes shapes.ttl -f json
    """
    from mosty.render.cases import render_cases, summary
    from mosty.validate.cases import CASES, engine_called, run_cases
    from mosty.validate.planning import plan_of

    workspace = None if folder and shapes and session.alone else session.workspace
    place = folder or session.workspace.root / CASES
    plan = plan_of(workspace, shapes)
    report = run_cases(place, plan, engine_called(engine), coverage=not no_coverage, timeout=timeout or None)
    options.emit(render_cases(report, format_, workspace.show_path if workspace else str), output)
    if format_ != "text" or output != "-":
        session.note(summary(report))
    if report.failed or report.unbroken:
        ctx.exit(1)
