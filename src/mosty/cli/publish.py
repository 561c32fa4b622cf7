"""`mosty publish`: write a release."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from mosty.cli import options
from mosty.cli.options import Session
from mosty.model.formats import RELEASE_FORMATS


@click.command("publish", short_help="Write a release: dumps, description, checksums.")
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=options.PATH,
    required=True,
    help="Folder of the release; an earlier release there is replaced, anything else is refused.",
)
@click.option(
    "--date",
    metavar="DATE",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Date of the release (2025-03-17). Default: SOURCE_DATE_EPOCH; without it the release has no date.",
)
@click.option(
    "--version",
    metavar="TEXT",
    help="Version of the release. Default: [publish] version in mosty.toml; without it the version follows from "
    "what changed since the previous release.",
)
@click.option(
    "--previous",
    metavar="DIR",
    type=options.PATH,
    help="The release before, which this one is compared with. Default: the one that is replaced.",
)
@click.option("--site", is_flag=True, help="Make the pages of a static site among the files.")
@click.option(
    "--formats",
    metavar="LIST",
    help=f"What to write beside Turtle and N-Quads, by commas: {', '.join(RELEASE_FORMATS)}. "
    "Default: [publish] formats in mosty.toml, or all but parquet.",
)
@click.option(
    "--allow",
    multiple=True,
    type=click.Choice(["dirty", "personal-data"]),
    help="Publish all the same: files that no commit holds, or what looks like personal data.",
)
@click.option("--dry-run", is_flag=True, help="Do everything but write.")
@options.pass_session
def command(
    session: Session,
    output: Path,
    date: datetime.datetime | None,
    version: str | None,
    previous: Path | None,
    site: bool,
    formats: str | None,
    allow: tuple[str, ...],
    dry_run: bool,
) -> None:
    """Write a release: the graph in each RDF format and as tables, its descriptions, what changed, a site.

    Validates first and refuses when there are violations, what looks like personal data, or files that no commit
    holds. The release appears as a whole or not at all; the same files, date and previous release give the same
    bytes. Nothing under data/private is published.

    \b
    Examples:
      mosty publish -o release
      mosty publish -o release --site
      mosty publish -o release --version 1.2.0 --date 2025-03-17
      mosty publish -o release --dry-run
    """
    release = session.register().publish(
        output,
        site=site,
        date=date.date() if date else None,
        version=version,
        previous=previous,
        formats=None if formats is None else [name.strip() for name in formats.split(",") if name.strip()],
        allow=allow,
        dry_run=dry_run,
    )
    from mosty.publish.listing import rows

    lines = [(f"{row.size:,}", row.path, row.title) for row in rows(release.files)]
    sizes, paths = (max(len(line[i]) for line in lines) for i in (0, 1))
    options.emit("".join(f"{size:>{sizes}}  {path:<{paths}}  {title}\n" for size, path, title in lines))
    info, what = release.info, "would be written" if dry_run else "written"
    session.note(
        f"{info.counts['triples']:,} asserted and {info.counts['derived']:,} derived triples {what} to {output}."
    )
    session.note(f"Version {info.version}, dataset {info.hash[:16]}...")
    for reason in info.reasons:
        session.note(f"  {reason.level}: {reason.text}")
    if unstated := next(
        (n for name, n in info.counts["graphs"].items() if name.endswith("/without-evidence")), 0
    ):
        session.note(
            f"{unstated:,} triples of records have no evidence: they are in the graph without-evidence."
        )
    if site and "download" not in session.workspace.config.publish:
        session.note("[publish] download is not set: redirects from the base of the IRIs lead nowhere yet.")
    if info.date is None:
        session.note("The release says no date: give --date or SOURCE_DATE_EPOCH to have one.")
