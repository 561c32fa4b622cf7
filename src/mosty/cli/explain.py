"""`mosty explain`: what a rule checks, why, and how to mend what it finds."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import CompletionItem

from mosty.cli import options
from mosty.cli.options import Session


def complete_rules(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the names of the rules."""
    from mosty.validate.explaining import rules
    from mosty.validate.plan import plainest
    from mosty.validate.planning import plan_of

    session = ctx.find_object(Session) or Session(ctx.find_root().params.get("workspace"), quiet=True)
    shapes = rules(plan_of(session.workspace))
    return [
        CompletionItem(shape.rule, help=plainest(shape.messages))
        for shape in sorted(shapes, key=lambda shape: shape.rule)
        if shape.rule.startswith(incomplete)
    ]


@click.command("explain", short_help="Tell what a rule checks, why, and how to mend what it finds.")
@click.argument("rule", required=False, shell_complete=complete_rules)
@click.option(
    "--shapes",
    multiple=True,
    metavar="FILE",
    type=options.PATH,
    help="Explain the rules of these shapes instead of the workspace's; may be repeated.",
)
@click.option(
    "--cases",
    metavar="DIR",
    type=options.PATH,
    help="Take the examples from these cases. Default: tests/shapes in the workspace.",
)
@options.format_option(["table", "json", "md"], "table")
@options.output_option
@options.pass_session
def command(
    session: Session,
    rule: str | None,
    shapes: tuple[Path, ...],
    cases: Path | None,
    format_: str,
    output: str,
) -> None:
    """Tell what a rule checks, why, and how to mend what it finds.

    RULE is the name that `mosty validate` tells, or the CURIE or IRI of a shape. Shown are what the shape is
    applied to and what it demands, in plain words, where it stands, which shapes refer to it, and a failing and
    a correct example from the cases of the shapes (see `mosty shapes test`). Without RULE: a list of all rules.

    \b
    Examples:
      mosty explain
      mosty explain end-before-start
      mosty explain shape:project-without-title -f md
      mosty explain ex:person-without-name --shapes shapes.ttl --cases cases/
    """
    from mosty.render.explanations import render_explanation, render_rules
    from mosty.validate.cases import CASES, engine_called, is_folder
    from mosty.validate.explaining import explain, find_rule, rules
    from mosty.validate.planning import plan_of

    workspace = None if shapes and session.alone else session.workspace
    plan = plan_of(workspace, shapes)
    width = options.terminal_width() if output == "-" else None
    if rule is None:
        options.emit(render_rules(rules(plan), format_, width=width), output)
        return
    if cases is not None and not is_folder(cases):
        raise click.UsageError(f"{cases} is no folder.")
    folder = cases or (workspace.root / CASES if workspace is not None and not shapes else None)
    told = explain(find_rule(rule, plan), plan, folder, engine_called("compiled"))
    show_path = workspace.show_path if workspace is not None else str
    text = render_explanation(told, format_, prefixes=plan.prefixes, show_path=show_path, width=width)
    options.emit(text, output)
