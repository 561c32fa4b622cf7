"""Shell completion, asked the way the shells ask."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT, Run, need
from mosty.cli.completion import SHELLS

BREAKS = " \t\n\"'@><=;|&(:"


def offers(run: Run, shell: str, line: str, cwd: Path = ROOT) -> list[str]:
    """What a shell is offered at the end of a line, without the kinds and help texts."""
    words = line.split(" ")
    env = {"_MOSTY_COMPLETE": f"{shell}_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    if shell == "bash":
        env |= {"COMP_LINE": line, "MOSTY_WORDBREAKS": BREAKS}
    if shell == "fish":
        env["COMP_CWORD"] = words[-1]
    done = run(env=env, cwd=cwd)
    assert done.exit_code == 0, done.stderr
    lines = done.stdout.rstrip("\n").split("\n")
    if shell == "zsh":
        return [value.replace("\\:", ":") for value in lines[1::3]]
    return [line.partition(",")[2].partition("\t")[0] for line in lines]


@pytest.mark.parametrize("shell", SHELLS)
def test_verbs(run: Run, shell: str) -> None:
    assert {"query", "sparql", "validate", "completion"} <= set(offers(run, shell, "mosty "))
    assert offers(run, shell, "mosty spa") == ["sparql"]


@pytest.mark.parametrize("shell", SHELLS)
def test_stored_queries(run: Run, shell: str) -> None:
    assert offers(run, shell, "mosty query projects-by-don") == ["projects-by-donor"]


@pytest.mark.parametrize("shell", SHELLS)
def test_options_and_their_choices(run: Run, shell: str) -> None:
    assert "--donor" in offers(run, shell, "mosty query projects-by-donor --")
    assert offers(run, shell, "mosty query projects-by-donor -f j") == ["json"]


@pytest.mark.parametrize("shell", SHELLS)
def test_records_of_a_class_and_concepts_of_a_scheme(run: Run, shell: str) -> None:
    start = "org:" if shell != "bash" else ""
    assert f"{start}esf" in offers(run, shell, "mosty query projects-by-donor --donor org:e")
    start = "theme:" if shell != "bash" else ""
    assert f"{start}integration" in offers(run, shell, "mosty query projects-by-theme --theme theme:int")


def test_values_are_found_by_a_word_of_their_label(run: Run) -> None:
    assert offers(run, "bash", "mosty query projects-by-donor --donor Fund") == ["org:esf"]


def test_bash_replaces_only_what_follows_the_last_colon(run: Run) -> None:
    assert "org:esf" in offers(run, "bash", "mosty query projects-by-donor --donor org")
    assert "esf" in offers(run, "bash", "mosty query projects-by-donor --donor=org:es")


@pytest.mark.parametrize(
    "line", ["mosty query no-such-query --", "mosty -C /nowhere query ", "mosty query x 'unclosed"]
)
def test_nothing_to_offer_is_no_error(run: Run, line: str, tmp_path: Path) -> None:
    done = run(env={"_MOSTY_COMPLETE": "bash_complete", "COMP_LINE": line}, cwd=tmp_path)
    assert done.stderr == ""


@pytest.mark.parametrize("shell", SHELLS)
def test_scripts(run: Run, shell: str) -> None:
    script = run("completion", shell).stdout
    assert "_MOSTY_COMPLETE" in script
    assert f"{shell}_complete" in script
    assert "%(" not in script


def test_the_shell_is_guessed(run: Run) -> None:
    assert run("completion", env={"SHELL": "/usr/bin/fish"}).stdout == run("completion", "fish").stdout
    assert run("completion", env={"SHELL": "/bin/sh"}).exit_code == 2
    assert run("completion", "tcsh").exit_code == 2


def test_a_real_bash(run: Run, tmp_path: Path) -> None:
    need(shutil.which("bash") is not None, "bash")
    (tmp_path / "script").write_text(run("completion", "bash").stdout)
    (tmp_path / "mosty").write_text(f'#!/bin/sh\nexec {sys.executable} -m mosty "$@"\n')
    (tmp_path / "mosty").chmod(0o755)
    ask = (
        "source ./script; COMP_LINE='mosty query projects-by-donor --donor org:es now'; COMP_POINT=44\n"
        "compopt() { :; }; _mosty_completion ./mosty; printf '%s\\n' \"${COMPREPLY[@]}\"; complete -p mosty"
    )
    env = {"PATH": "/usr/bin:/bin", "MOSTY_CACHE_DIR": str(tmp_path / "cache")}
    done = subprocess.run(
        ["bash", "--norc", "-c", ask], cwd=tmp_path, env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n")[0] == "esf"
    assert "_mosty_completion" in done.stdout
