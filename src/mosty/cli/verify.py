"""`mosty verify`: work out again what a release says about itself."""

from __future__ import annotations

from pathlib import Path

import click

from mosty.cli import options
from mosty.cli.options import Session


@click.command("verify", short_help="Work out again all that a release says about itself.")
@click.argument("place", metavar="DIR|URL")
@options.format_option(["text", "json"], "text")
@options.output_option
@click.option(
    "--hash",
    "expected",
    metavar="SHA256",
    help="The hash that the dataset must have, as its citation gives it.",
)
@click.option(
    "--previous",
    metavar="DIR",
    type=options.PATH,
    help="The release before: the patch is replayed on it.",
)
@click.option(
    "--no-site",
    is_flag=True,
    help="Take the pages of a site as they are: to make them again takes longest.",
)
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=options.Seconds(),
    default=3600.0,
    show_default=True,
    help="Stop after this many seconds; 0 means no deadline.",
)
@click.option(
    "--max-size",
    metavar="MIB",
    type=click.IntRange(min=1),
    default=4096,
    show_default=True,
    help="Mebibytes that are fetched at most.",
)
@options.pass_session
@click.pass_context
def command(
    ctx: click.Context,
    session: Session,
    place: str,
    format_: str,
    output: str,
    expected: str | None,
    previous: Path | None,
    no_site: bool,
    timeout: float,
    max_size: int,
) -> None:
    """Work out again all that a release says about itself.

    Every sum; files that are missing or foreign; the hash of the dataset; each other format; the derived triples,
    by the rules of the release; whether the data conform to the shapes of the release; what changed, from the patch.
    Then the whole release is made again from its own data, and every file compared: tables, descriptions, answers of
    stored queries, pages. A URL is fetched first, from that place only. Needs no workspace.

    Exit status: 0 all is right, 1 something is not, 3 there is no release, 4 it cannot be fetched.

    \b
    Examples:
      mosty verify release
      mosty verify https://example.org/release/ --hash 06d0351350d93de8d645a20522e61ac6...
      mosty verify release --previous release-1.1.0
      mosty verify release -f json -o verification.json
    """
    from mosty.api.verifying import verify
    from mosty.render.verification import render_verification, summary

    found = verify(
        place,
        expected=expected,
        previous=previous,
        site=not no_site,
        timeout=timeout or None,
        most_bytes=max_size << 20,
    )
    options.emit(render_verification(found, format_), output)
    if format_ != "text" or output != "-":
        session.note(summary(found))
    if not found.passed:
        ctx.exit(1)
