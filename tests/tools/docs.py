"""Run what the documentation shows, and write the outputs anew: `python tests/tools/docs.py [PAGE...]`.

What a page may hold, in fenced blocks, run in their order in one scratch copy of the workspace:

- ``console``: lines ``$ command`` (``> `` goes on with the command), each followed by its output, standard error
  included; a line ``...`` stands for any lines, and ``...`` in a line for any text. ``$ echo $?`` tells the exit
  status of the command before.
- ``python`` with ``>>>``: a doctest; the page's blocks share their names.
- any language with ``file=PATH``: the block is written to that file of the copy.
- ``turtle from=PATH``: every triple of the block stands in that file of the repository.

Other blocks (``sh``, ``text``) are only read.
"""

from __future__ import annotations

import difflib
import doctest
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from surroundings import surroundings

from mosty.cli.main import VERBS, main

ROOT = Path(__file__).resolve().parents[2]
WORKSPACE = ("mosty.toml", "LICENSE-DATA", "ontology", "data", "shapes", "queries")
ENVIRONMENT = {
    "COLUMNS": "100",
    "NO_COLOR": "1",
    "SOURCE_DATE_EPOCH": "1795305600",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
}
ANY = "..."
FENCE = re.compile(r"(?P<indent> *)```(?P<info>.*)")
QUOTED = re.compile(r"'[^']*'|\"[^\"$`]*\"")
FOR_A_SHELL = re.compile(r"[|<>;&$`*~\\\n]")


@dataclass
class Step:
    """A command of a console block, and what the page says it prints."""

    line: int
    command: str
    shown: list[str] = field(default_factory=list)


@dataclass
class Block:
    """A fenced block: where its text begins and ends, what its first line says."""

    language: str
    options: dict[str, str]
    start: int
    indent: str
    lines: list[str]

    @property
    def end(self) -> int:
        return self.start + len(self.lines)

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)

    def steps(self) -> list[Step]:
        """The commands of a console block.

        Raises:
            ValueError: output stands before the first command.
        """
        steps: list[Step] = []
        for number, line in enumerate(self.lines, self.start + 1):
            if line.startswith("$ "):
                steps.append(Step(number, line[2:]))
            elif not steps:
                raise ValueError(f"line {number}: output without a command")
            elif line.startswith("> ") and not steps[-1].shown:
                steps[-1].command += "\n" + line[2:]
            else:
                steps[-1].shown.append(line)
        for step in steps:
            step.shown = trimmed(step.shown)
        return steps


def pages() -> list[Path]:
    """Every page whose blocks are run; the generated reference is compared as a whole instead."""
    found = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    return sorted(p for p in found if "reference" not in p.relative_to(ROOT).parts)


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page."""
    found: list[Block] = []
    inside: Block | None = None
    for number, line in enumerate(page.splitlines(), 1):
        fence = FENCE.fullmatch(line)
        if inside is None and fence:
            language, *options = fence["info"].split() or [""]
            inside = Block(
                language, dict(o.partition("=")[::2] for o in options), number, fence["indent"], []
            )
        elif inside is not None and fence and not fence["info"]:
            found.append(inside)
            inside = None
        elif inside is not None:
            inside.lines.append(line.removeprefix(inside.indent))
    return found


def verbs_used(page: str) -> set[str]:
    """The verbs of `mosty` in the console blocks of a page."""
    commands = [
        step.command for block in blocks(page) if block.language == "console" for step in block.steps()
    ]
    pattern = re.compile(rf"\bmosty (?:-C \S+ |-q |--quiet )*({'|'.join(VERBS)})\b")
    return {verb for command in commands for verb in pattern.findall(command)}


class Sandbox:
    """A scratch copy of the workspace, and commands run in it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "mosty"
        self.cwd = self.root
        self.status = 0
        self.names: dict[str, Any] = {}
        self.root.mkdir()
        for name in WORKSPACE:
            source = ROOT / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, self.root / name)
        self._bin = folder / "bin"
        self._bin.mkdir()
        for name, call in (("mosty", f"{shlex.quote(sys.executable)} -m mosty"), ("python", sys.executable)):
            (self._bin / name).write_text(f'#!/bin/sh\nexec {call} "$@"\n', encoding="utf-8")
            (self._bin / name).chmod(0o755)

    def run(self, command: str) -> list[str]:
        """Run one command; what it prints, line by line."""
        with self._inside():
            if command.startswith("cd "):
                self.cwd = (self.cwd / command[3:].strip()).resolve(strict=True)
                return []
            command = command.replace("$?", str(self.status))
            if command.startswith("mosty ") and not FOR_A_SHELL.search(QUOTED.sub("", command)):
                output = self._in_process(shlex.split(command)[1:])
            else:
                output = self._in_a_shell(command)
        return trimmed([line.rstrip() for line in output.replace(str(self.root), "~/mosty").splitlines()])

    def python(self, block: Block, page: str) -> str:
        """Run a doctest; the report of what failed, empty when all is well."""
        examples = doctest.DocTestParser().get_doctest(block.text, self.names, page, page, block.start)
        report: list[str] = []
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS, verbose=False)
        with self._inside():
            runner.run(examples, out=report.append, clear_globs=False)
        self.names.update(examples.globs)
        return "".join(report)

    def write(self, name: str, text: str) -> None:
        """Put a file of the page into the copy."""
        path = self.cwd / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    @contextmanager
    def _inside(self) -> Iterator[None]:
        path = f"{self._bin}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        with surroundings(self.cwd, {**ENVIRONMENT, "PATH": path}):
            yield

    def _in_process(self, args: list[str]) -> str:
        # Both streams into one buffer, as on a terminal. Saves the start of an interpreter for each command.
        buffer = io.BytesIO()
        streams = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = (
            io.TextIOWrapper(buffer, encoding="utf-8", write_through=True) for _ in streams
        )
        try:
            try:
                self.status = main(args)
            except Exception:
                traceback.print_exc()
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
            return buffer.getvalue().decode()
        finally:
            sys.stdout, sys.stderr = streams

    def _in_a_shell(self, command: str) -> str:
        done = subprocess.run(
            ["bash", "-c", command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
            check=False,
        )
        self.status = done.returncode
        return done.stdout.decode(errors="replace")


@contextmanager
def sandbox() -> Iterator[Sandbox]:
    """A sandbox that is removed afterwards; always the same folder, whose query store is built once."""
    folder = Path(tempfile.gettempdir()).resolve() / f"mosty-docs-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)  # of a process of this number that was killed
    folder.mkdir(mode=0o700)
    try:
        yield Sandbox(folder)
    finally:
        shutil.rmtree(folder)


def play(page: str, name: str, place: Sandbox) -> Iterator[tuple[Block, Step, list[str]]]:
    """Run the blocks of a page: each step with what it printed; doctests that fail come as a step too."""
    for block in blocks(page):
        if block.language == "console":
            for step in block.steps():
                yield block, step, place.run(step.command)
        elif block.language == "python" and ">>>" in block.text:
            yield block, Step(block.start, "python"), place.python(block, name).splitlines()
        elif "file" in block.options:
            place.write(block.options["file"], block.text)


def mistakes(path: Path) -> list[str]:
    """Run a page; what is not as it shows, empty when all is well."""
    wrong: list[str] = []
    page, name = path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()
    if not any(block.language == "console" or ">>>" in block.text for block in blocks(page)):
        return []
    with sandbox() as place:
        for block, step, printed in play(page, name, place):
            if block.language == "python":
                wrong += printed
            elif not agrees(step.shown, printed):
                difference = difflib.unified_diff(step.shown, printed, "page", "now", lineterm="")
                wrong += [f"{name}:{step.line}: $ {step.command}", *difference]
    return wrong


def agrees(shown: Sequence[str], printed: Sequence[str]) -> bool:
    """Whether an output is what the page shows, where `...` stands for any lines, in a line for any text.

    >>> agrees(["a", "...", "d (...)"], ["a", "b", "c", "d (5)"]), agrees(["a", "d"], ["a", "b", "d"])
    (True, False)
    """
    pattern = "".join("(?:.*\n)*" if line == ANY else _pattern(line) + "\n" for line in shown)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


def _pattern(line: str) -> str:
    return re.escape(line).replace(re.escape(ANY), ".*")


def abridged(shown: Sequence[str], printed: Sequence[str]) -> list[str]:
    """What the page shall show: as it is where it agrees, else as much left out as before, where that is plain.

    >>> abridged(["x", "...", "z (...)"], ["a", "b", "c", "z (5)"])
    ['a', '...', 'z (...)']
    """
    if agrees(shown, printed):
        return list(shown)
    partly = [line for line in shown if ANY in line and line != ANY]
    now = [next((old for old in partly if re.fullmatch(_pattern(old), line)), line) for line in printed]
    if ANY not in shown:
        return now
    head, tail = shown.index(ANY), shown[::-1].index(ANY)
    return [*now[:head], ANY, *now[len(now) - tail :]] if head + tail < len(now) else now


def rewritten(page: str, name: str) -> str:
    """The page with the outputs that its commands have now.

    Raises:
        ValueError: a Python example fails, or a command crashes; those are mended by hand.
    """
    lines = page.splitlines()
    replaced: dict[int, tuple[Block, list[str]]] = {}
    with sandbox() as place:
        for block, step, printed in play(page, name, place):
            if block.language == "python":
                if printed:
                    raise ValueError("\n".join(printed))
                continue
            if any(line.startswith("Traceback (most recent call last)") for line in printed):
                raise ValueError("\n".join([f"$ {step.command}", *printed]))
            first, *more = step.command.split("\n")
            text = [f"$ {first}", *(f"> {line}" for line in more), *abridged(step.shown, printed)]
            replaced.setdefault(block.start, (block, []))[1].extend(text)
    for block, text in reversed(replaced.values()):
        lines[block.start : block.end] = [(block.indent + line).rstrip() for line in text]
    return "\n".join(lines) + "\n"


def trimmed(lines: list[str]) -> list[str]:
    """Lines without empty ones at the end."""
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as cache:
        os.environ.setdefault("MOSTY_CACHE_DIR", cache)
        for path in [Path(p).resolve() for p in sys.argv[1:]] or pages():
            old = path.read_text(encoding="utf-8")
            new = rewritten(old, path.name)
            if new != old:
                path.write_text(new, encoding="utf-8")
                print(path.relative_to(ROOT), file=sys.stderr)
