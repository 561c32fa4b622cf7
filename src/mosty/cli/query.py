"""`mosty query`: every stored query is a command of its own, made from its front matter."""

from __future__ import annotations

from typing import Any

import click

from mosty.cli import options
from mosty.cli.options import Session
from mosty.model.errors import MostyError, UsageError
from mosty.query.catalogue import Catalogue
from mosty.query.frontmatter import Parameter, StoredQuery

FORMATS = ["table", "csv", "tsv", "json", "xml", "md", "html", "turtle", "nt"]
_METAVARS = {
    "iri": "RECORD",
    "concept": "CONCEPT",
    "string": "TEXT",
    "integer": "N",
    "decimal": "NUMBER",
    "date": "YYYY-MM-DD",
    "language": "TAG",
    "boolean": "true|false",
}


class StoredQueries(click.Group):
    """The group of stored queries; a query file is read only when its name is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the stored queries."""
        return _catalogue(ctx).names()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Make the command of one stored query."""
        catalogue = _catalogue(ctx)
        return _command(catalogue.get(cmd_name)) if cmd_name in catalogue else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the query; for an unknown name say which one was probably meant."""
        name = args[0]
        return name, _command(_catalogue(ctx).get(name)), args[1:]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List each stored query with its question."""
        with formatter.section("Stored queries"):
            formatter.write_dl([(q.name, q.question) for q in _catalogue(ctx).all()])


@click.command(
    "query",
    cls=StoredQueries,
    invoke_without_command=True,
    short_help="Run a stored query; without a name, list them.",
)
@click.option(
    "--tag", "tags", multiple=True, metavar="TAG", help="List only queries with this tag (repeatable)."
)
@click.option(
    "-s", "--search", metavar="WORD", help="List only queries whose name, question or tags hold WORD."
)
@options.format_option(["table", "json"], "table")
@click.pass_context
def command(ctx: click.Context, tags: tuple[str, ...], search: str | None, format_: str) -> None:
    """Run a stored query; without a name, list them.

    \b
    Examples:
      mosty query
      mosty query --tag funding
      mosty query -s partner
      mosty query projects-by-donor --donor org:esf
      mosty query who-funded-what -f csv -o funding.csv
      mosty query projects-by-donor --help
    """
    if ctx.invoked_subcommand is not None:
        return
    from mosty.render.records import render_queries

    session = ctx.ensure_object(Session)
    queries = [q for q in _catalogue(ctx).all() if set(tags) <= set(q.tags) and _mentions(q, search)]
    if tags and not queries:
        raise UsageError(
            f"no stored query has the tag {' and '.join(tags)!r}", "`mosty query` lists all with their tags"
        )
    options.emit(render_queries(queries, format_, width=options.terminal_width()))
    what = "query" if len(queries) == 1 else "queries"
    name = session.workspace.config.name
    session.note(f"{len(queries)} stored {what} of {name}; `mosty query NAME --help` tells more.")


def _mentions(query: StoredQuery, word: str | None) -> bool:
    text = " ".join((query.name, query.title, query.question, query.description, *query.tags))
    return word is None or word.casefold() in text.casefold()


def _catalogue(ctx: click.Context) -> Catalogue:
    # While a shell completes, no callback has run yet that would have made the session.
    session = ctx.find_object(Session) or Session(ctx.find_root().params.get("workspace"), quiet=False)
    catalogue: Catalogue = ctx.find_root().meta.setdefault("mosty.catalogue", Catalogue(session.workspace))
    return catalogue


def _command(query: StoredQuery) -> click.Command:
    parameters: list[click.Parameter] = [
        click.Option(
            [f"--{parameter.option}", f"p_{parameter.name}"],
            metavar=_METAVARS[parameter.type],
            multiple=True,
            required=parameter.required,
            help=_help_of(parameter),
            shell_complete=_completer(parameter),
        )
        for parameter in query.parameters.values()
    ]

    @options.format_option(FORMATS)
    @options.output_option
    @options.endpoint_option
    @options.timeout_option
    @options.limit_option
    @options.iris_option
    @options.safe_csv_option
    @options.network_option
    @click.option(
        "--show-query", is_flag=True, help="Print the SPARQL text with its parameters bound; do not run it."
    )
    @options.pass_session
    def callback(session: Session, /, **given: Any) -> None:
        _run(session, query, given)

    # click collects the options of the decorators, last first, on the function.
    shared: list[click.Parameter] = list(reversed(getattr(callback, "__click_params__", [])))
    return click.Command(
        query.name,
        params=parameters + shared,
        callback=callback,
        help=_help_text(query),
        short_help=query.question,
    )


def _run(session: Session, query: StoredQuery, given: dict[str, Any]) -> None:
    values = {
        name.removeprefix("p_"): value for name, value in given.items() if name.startswith("p_") and value
    }
    register = session.register(
        endpoint=given["endpoint"], timeout=given["timeout"], allow_network=given["allow_network"]
    )
    if given["show_query"]:
        from mosty.query.binding import bind

        options.emit(bind(query, values, register.prefixes, resolve=register.resolve), given["output"])
        return
    answer = register.query(query.name, **values)
    languages = [str(v) for name in ("lang", "language") for v in values.get(name, ())]
    options.emit_answer(
        session,
        register,
        options.limited(session, answer, given["limit"]),
        format_=given["format_"],
        output=given["output"],
        iris=given["iris"],
        safe_csv=given["safe_csv"],
        languages=languages + list(register.workspace.config.languages),
        title=query.title,
    )
    if not answer and not hasattr(answer, "value"):
        for reason in register.explain_empty(query.name, **values):
            session.note(f"Nothing found. {reason}")


def _help_of(parameter: Parameter) -> str:
    kind = {"iri": parameter.class_, "concept": f"a concept of {parameter.scheme}"}.get(parameter.type)
    text = parameter.help[:1].upper() + parameter.help[1:] if parameter.help else ""
    notes = [note for note in (kind, "repeatable") if note]
    if not parameter.required:
        notes.append(
            "default: any" if parameter.default.upper() == "UNDEF" else f"default: {parameter.default}"
        )
    return f"{text} ({'; '.join(notes)})".strip()


def _help_text(query: StoredQuery) -> str:
    example = " ".join(
        f"--{p.option} {_METAVARS[p.type] if p.type in ('iri', 'concept') else '...'}"
        for p in query.parameters.values()
        if p.required
    )
    lines = [query.question]
    if query.description:
        lines.append(query.description)
    lines.append(
        f"\b\nExamples:\n  mosty query {query.name} {example}".rstrip()
        + f"\n  mosty query {query.name} {example}".rstrip()
        + " -f csv -o answer.csv"
    )
    return "\n\n".join(lines)


def _completer(parameter: Parameter) -> Any:
    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[Any]:
        if parameter.type not in ("iri", "concept"):
            return []
        from mosty.cli.completion import complete_terms

        try:
            return complete_terms(ctx, parameter, incomplete)
        except MostyError:
            return []

    return complete
