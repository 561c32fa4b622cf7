"""`mosty fmt`: canonical files, no comment lost, the right exit status."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conftest import Run
from mosty.model.errors import InputError
from mosty.rdf.comments import read_comments
from mosty.rdf.formatting import CommentError, format_turtle
from mosty.rdf.prefixes import Prefixes
from register import make_register

EX = "@prefix ex: <https://example.org/> .\n"


def formatted(text: str, prefixes: Prefixes | None = None) -> str:
    result = format_turtle(text.encode(), "x.ttl", prefixes)
    assert format_turtle(result.encode(), "x.ttl", prefixes) == result, "not idempotent"
    return result


# --- comments ---


def test_comments_stay_with_their_subject() -> None:
    text = (
        "# Title\n#\n\n#  more\n" + EX + "\n# about b\n# and more\nex:b ex:p 1 .\n\n"
        '# about a\n<https://example.org/a> ex:p \'#\', """#\n# no comment""", <https://example.org/#x> .\n'
        "#again about b\nex:b ex:q 2 .\n"
    )
    assert formatted(text) == (
        "# Title\n#\n#\n#  more\n\n" + EX + "\n# about a\nex:a\n    ex:p\n"
        '        <https://example.org/#x> ,\n        "#" ,\n        """#\n# no comment""" .\n\n'
        "# about b\n# and more\n#again about b\nex:b\n    ex:p 1 ;\n    ex:q 2 .\n"
    )


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        (EX + "ex:a ex:p 1 . # side\n", 2, 15),
        (EX + "ex:a ex:p 1 ;\n  # inside\n ex:q 2 .\n", 3, 3),
        (EX + "ex:a ex:p (1 # in a list\n 2) .\n", 2, 14),
        (EX + "ex:a ex:p 1 .\n# at the end\n", 3, 1),
        (EX + "# above a directive\n@prefix e: <http://e/> .\nex:a ex:p 1 .\n", 2, 1),
        (EX + "# above a blank node\n[] ex:p 1 .\n", 2, 1),
        (EX + "# above a labelled blank node\n_:b ex:p 1 .\n", 2, 1),
        (EX + "ex:a ex:p 1 .# next to the dot\nex:b ex:p 1 .\n", 2, 14),
    ],
)
def test_a_comment_that_would_be_lost_is_refused(text: str, line: int, column: int) -> None:
    with pytest.raises(CommentError, match=f"x.ttl:{line}:{column}: "):
        format_turtle(text.encode(), "x.ttl")


def test_what_only_looks_like_a_comment() -> None:
    text = (  # an empty fragment in a base, dots and escapes in names
        "PREFIX ex: <https://example.org/>\n@base <https://example.org/x/> .\nprefix l: <y#>\n"
        "ex:a\\#b.c ex:p 'it\\'s #1', '''a'# ''b''' , <#frag> , 1.5 , true ; ex:q ex:x.\n# about l\nl:b ex:p 1.\n"
    )
    comments = read_comments(text, "x.ttl")
    assert comments.elsewhere == ()
    assert comments.above == {"https://example.org/x/y#b": ["# about l"]}
    assert "<https://example.org/a#b.c>" in formatted(text)


def test_carriage_returns_end_comments_and_lines() -> None:
    assert (
        formatted("# a\r\n" + EX.replace("\n", "\r\n") + "ex:a ex:p 1 .\r\n")
        == "# a\n\n" + EX + "\nex:a ex:p 1 .\n"
    )


def test_byte_order_mark_goes() -> None:
    assert format_turtle(b"\xef\xbb\xbf" + EX.encode() + b"ex:a ex:p 1 .", "x.ttl").startswith("@prefix")


def test_comments_stay_in_a_large_file() -> None:
    subjects = "".join(
        f"ex:s{i} a ex:C ; ex:p {i} , {i + 1} ; ex:q ex:s{i + 1} .\n" for i in range(1000, 1600)
    )
    text = f"# top\n{EX}{subjects}# about the first\nex:s1000 ex:r [ ex:p () ] .\n# about the last\nex:s1599 ex:r 1 .\n"
    result = formatted(text)
    assert result.startswith("# top\n\n@prefix ex:")
    assert "\n\n# about the first\nex:s1000 a ex:C ;\n" in result
    assert "    ex:r [ ex:p () ] .\n\nex:s1001 a ex:C ;\n" in result
    assert "\n\n# about the last\nex:s1599 a ex:C ;\n" in result
    assert result.count("#") == 3


# --- prefixes ---


def test_the_workspace_names_its_namespaces() -> None:
    prefixes = Prefixes({"dcterms": "http://purl.org/dc/terms/", "org": "https://example.org/id/org/"})
    text = (
        "@prefix dct: <http://purl.org/dc/terms/> .\n@prefix org: <http://www.w3.org/ns/org#> .\n"
        "@prefix mine: <urn:mine:> .\nmine:a dct:title 'x' ; org:member mine:b .\n"
    )
    result = formatted(text, prefixes)
    assert "dcterms:title" in result
    assert "<http://www.w3.org/ns/org#member>" in result
    assert "mine:a" in result


# --- refused input ---


@pytest.mark.parametrize(
    "text", ["ex:a ex:p 1 .", EX + "ex:a ex:p", "", EX + "ex:a ex:p <<( ex:a ex:p 1 )>> ."]
)
def test_what_is_not_turtle_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        format_turtle(text.encode(), "x.ttl")


# --- the command ---


def test_fmt_check_diff_and_write(tmp_path: Path, run: Run) -> None:
    root = make_register(tmp_path)
    run("fmt", cwd=root)
    clean = run("fmt", "--check", cwd=root)
    assert (clean.exit_code, clean.stdout) == (0, "")
    file = root / "data/projects/bridge.ttl"
    tidy = file.read_bytes()
    file.write_bytes(tidy.replace(b" ;\n    ex:", b"; ex:", 3))
    untidy = file.read_bytes()
    name = str(Path("data/projects/bridge.ttl"))

    check = run("fmt", "--check", cwd=root)
    assert (check.exit_code, check.stdout) == (1, f"{name}\n")
    assert "not in canonical form" in check.stderr
    diff = run("fmt", "--diff", "-", cwd=root, stdin=untidy)
    assert diff.exit_code == 0
    assert diff.stdout.startswith("--- standard input (as it is)\n+++ standard input (canonical)\n@@")
    assert run("fmt", "--diff", "--check", file, cwd=root).exit_code == 1
    assert run("fmt", "-", cwd=root, stdin=untidy).stdout.encode() == tidy
    assert file.read_bytes() == untidy, "only asked, nothing written"

    write = run("fmt", cwd=root)
    assert (write.exit_code, write.stdout) == (0, f"{name}\n")
    assert file.read_bytes() == tidy


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path, run: Run) -> None:
    good, bad, commented = tmp_path / "good.ttl", tmp_path / "bad.ttl", tmp_path / "commented.ttl"
    good.write_text(EX + "ex:a ex:p 1 , 2 .")
    bad.write_text(EX + "ex:a ex:p")
    commented.write_text(EX + "ex:a ex:p 1 . # here")
    before = commented.read_text()
    result = run("fmt", bad, commented, good, cwd=tmp_path)
    assert result.exit_code == 3
    assert "2 files left alone" in result.stderr
    assert "commented.ttl:2:15: ex:a ex:p 1 . # here" in result.stderr
    assert good.read_text() == EX + "\nex:a\n    ex:p\n        1 ,\n        2 .\n"
    assert commented.read_text() == before
    assert run("fmt", commented, cwd=tmp_path).exit_code == 1


@pytest.mark.parametrize(
    ("args", "status"),
    [(["missing.ttl"], 3), (["data.csv"], 2), (["-", "x.ttl"], 2), (["."], 2)],
)
def test_wrong_arguments(tmp_path: Path, run: Run, args: list[str], status: int) -> None:
    (tmp_path / "data.csv").write_text("a,b\n")
    assert run("fmt", *args, cwd=tmp_path).exit_code == status


def test_a_full_disk_leaves_the_file_whole(tmp_path: Path) -> None:
    file = tmp_path / "x.ttl"
    file.write_text(EX + "ex:a ex:p 2 , 1 .")
    before = file.read_bytes()
    done = subprocess.run(
        ["sh", "-c", 'ulimit -f 0; exec "$0" -m mosty fmt x.ttl', sys.executable],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 4
    assert b"x.ttl: cannot be written" in done.stderr
    assert b"Traceback" not in done.stderr
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]
