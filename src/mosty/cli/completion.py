"""`mosty completion`: the completion script of a shell, and the values that completion offers."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    ZshComplete,
    add_completion_class,
    get_completion_class,
    split_arg_string,
)

from mosty.cli import options
from mosty.cli.options import Session
from mosty.model.errors import MostyError

if TYPE_CHECKING:
    from mosty.query.frontmatter import Parameter

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_MOSTY_COMPLETE"
_SECONDS = 5.0

# click's own script hands over bash's words, which bash splits at the colon of every CURIE; ours hands over
# the line, and what bash splits at, so that only the part after the last colon is offered.
_BASH = """\
%(complete_func)s() {
    local IFS=$'\\n' completion type value
    COMPREPLY=()
    for completion in $(env COMP_LINE="${COMP_LINE:0:COMP_POINT}" MOSTY_WORDBREAKS="$COMP_WORDBREAKS" \
%(complete_var)s=bash_complete "$1" 2>/dev/null); do
        IFS=',' read -r type value <<< "$completion"
        case $type in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain) COMPREPLY+=("$value") ;;
        esac
    done
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""


@click.command("completion", short_help="Print the completion script of a shell.")
@click.argument("shell", type=click.Choice(SHELLS), required=False)
def command(shell: str | None) -> None:
    """Print the completion script of a shell: SHELL is bash, zsh or fish; without it, the one you use.

    It completes verbs, options, the names of stored queries, and the values of their parameters.

    \b
    Examples:
      eval "$(mosty completion bash)"                                     for this session
      mosty completion bash > ~/.local/share/bash-completion/completions/mosty
      mosty completion zsh > "${fpath[1]}/_mosty"
      mosty completion fish > ~/.config/fish/completions/mosty.fish
    """
    from mosty.cli.main import command as root

    name = shell or Path(os.environ.get("SHELL", "")).name
    if name not in SHELLS:
        raise click.UsageError(f"Name the shell: {', '.join(SHELLS)}.")
    completion = get_completion_class(name)
    assert completion is not None
    options.emit(completion(root, {}, "mosty", VARIABLE).source())


def complete(root: click.Command) -> int:
    """Answer a shell that asks for completions; with trouble of any kind there is nothing to offer."""
    try:
        root.main([], prog_name="mosty", complete_var=VARIABLE)
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0
    except (MostyError, click.ClickException, OSError):
        pass  # a message would land in the middle of the line that is being typed
    return 1


def complete_terms(ctx: click.Context, parameter: Parameter, incomplete: str) -> list[CompletionItem]:
    """Offer the records or concepts that a parameter can take.

    They match by the start of their CURIE; when none does, by the start of a word of their label.
    """
    session = ctx.find_object(Session) or Session(ctx.find_root().params.get("workspace"), quiet=True)
    offers = session.register(timeout=_SECONDS).choices(parameter)
    found = [offer for offer in offers if offer.curie.startswith(incomplete)]
    if not found:
        start = _fold(incomplete)
        found = [
            offer
            for offer in offers
            if any(
                word.startswith(start)
                for word in _fold(f"{offer.curie.partition(':')[2]} {offer.label}").split()
            )
        ]
    return [CompletionItem(offer.curie, help=_one_line(offer.label)) for offer in found]


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _one_line(text: str) -> str:
    from mosty.render.people import readable

    line = readable(text)
    return line if len(line) <= 60 else line[:59] + "…"


class _Bash(BashComplete):
    """Bash, with words that hold colons."""

    source_template = _BASH

    def source(self) -> str:
        return self.source_template % self.source_vars()

    def get_completion_args(self) -> tuple[list[str], str]:
        line = os.environ.get("COMP_LINE")
        if line is None:
            return super().get_completion_args()
        words = split_arg_string(line)
        if not words or line != line.rstrip():
            words.append("")
        return words[1:-1], words[-1]

    def complete(self) -> str:
        args, incomplete = self.get_completion_args()
        word = incomplete.partition("=")[2] if incomplete.startswith("-") else incomplete
        kept = (
            word.rpartition(":")[0] + ":"
            if ":" in word and ":" in os.environ.get("MOSTY_WORDBREAKS", "")
            else ""
        )
        items = self.get_completions(args, incomplete)
        return "\n".join(f"{item.type},{item.value.removeprefix(kept)}" for item in items)


class _Zsh(ZshComplete):
    """Zsh, with colons escaped where its script would take them for the end of the value (click < 8.2 does not)."""

    def format_completion(self, item: CompletionItem) -> str:
        if not item.help:
            return f"{item.type}\n{item.value}\n_"
        value = item.value.replace(":", "\\:")
        return f"{item.type}\n{value}\n{item.help}"


add_completion_class(_Bash)
add_completion_class(_Zsh)
