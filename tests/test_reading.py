"""Reading files: what was written stays, and what is wrong is said with its place."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from mosty.model.errors import InputError
from mosty.rdf.depth import too_deep_at
from mosty.rdf.reading import read_quads

TURTLE = (
    '@prefix ex: <https://example.org/> .\nex:a ex:b "01"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
)


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.ttl", TURTLE),
        (
            "x.nt",
            '<https://example.org/a> <https://example.org/b> "01"^^<http://www.w3.org/2001/XMLSchema#integer> .',
        ),
        (
            "x.nq",
            '<https://example.org/a> <https://example.org/b> "01"^^<http://www.w3.org/2001/XMLSchema#integer> .',
        ),
        ("x.trig", TURTLE),
        (
            "x.jsonld",
            '{"@id":"https://example.org/a","https://example.org/b":'
            '{"@value":"01","@type":"http://www.w3.org/2001/XMLSchema#integer"}}',
        ),
        (
            "x.rdf",
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="https://example.org/">'
            '<rdf:Description rdf:about="https://example.org/a">'
            '<ex:b rdf:datatype="http://www.w3.org/2001/XMLSchema#integer">01</ex:b></rdf:Description></rdf:RDF>',
        ),
    ],
)
def test_every_format_keeps_the_lexical_form(tmp_path: Path, name: str, content: str) -> None:
    (quad,) = read_quads(write(tmp_path, name, content))
    assert str(quad.object) == '"01"^^<http://www.w3.org/2001/XMLSchema#integer>'


def test_byte_order_mark_is_no_content(tmp_path: Path) -> None:
    assert len(read_quads(write(tmp_path, "x.ttl", b"\xef\xbb\xbf" + TURTLE.encode()))) == 1


@pytest.mark.parametrize(
    ("name", "content", "line", "column", "words"),
    [
        ("x.ttl", "", None, None, "empty"),
        ("x.ttl", " \n", None, None, "empty"),
        ("x.ttl", b"\x89PNG\r\n\x1a\n\xff\xff", 1, 1, "UTF-8"),
        ("x.ttl", TURTLE + "ex:c ex:d [", 3, 12, ""),
        (
            "x.ttl",
            "@prefix ex: <https://example.org/> .\nex:a ey:b 1 .",
            2,
            6,
            "prefix ey: has not been declared",
        ),
        ("x.ttl", TURTLE + "ex:c ex:d <relative> .", 3, 11, "relative"),
        ("x.ttl", TURTLE + 'ex:c ex:d "a\0b" .', 3, 13, "NUL"),
        ("x.ttl", TURTLE + "ex:c ex:d " + "[ ex:e " * 10_000 + "]" * 10_000, 3, None, "nested"),
        ("x.ttl", TURTLE + "ex:c ex:d " + "(" * 10_000 + ")" * 10_000, 3, 511, "nested"),
        ("x.jsonld", '{"https://example.org/b":' * 10_000 + "1" + "}" * 10_000, 1, None, "nested"),
        ("x.jsonld", '{"@context": "https://example.org/context"}', None, None, "@context"),
        ("x.rdf", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', 1, 1, "DOCTYPE"),
        ("x.nt", f'<a:a> <a:b> "{"x" * 17_000_000}" .', None, None, "longer than the parser takes"),
        ("x.ttl", "\n<!DOCTYPE html>\n<html></html>", 2, 1, "this is a web page"),
        ("x.rdf", '<?xml version="1.0"?>\n<html lang="en"></html>', 2, 1, "this is a web page"),
        ("x.ttl", '<a:a> <a:b> "never closed\n', 1, 13, ": Unexpected end of file"),
        ("x.rdf", '<!doctype x [<!ENTITY a "b">]><x>&a;</x>', 1, 1, "DOCTYPE"),
        ("x.rdf", "<a>" * 10_000, 1, None, "nested"),
        ("x.nt", "<a:a> <a:a> " + "<<( <a:a> <a:a> " * 10_000, 1, None, "nested"),
        ("x.rdf", "<rdf:RDF", None, None, ""),
        ("x.docx", "x", None, None, "unknown kind of file"),
    ],
)
def test_what_cannot_be_read_says_where(
    tmp_path: Path, name: str, content: str | bytes, line: int | None, column: int | None, words: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_quads(write(tmp_path, name, content))
    assert words in caught.value.message
    if line is not None:
        position = caught.value.diagnostics[0].position
        assert position.line == line
        assert column is None or position.column == column
        assert f"{name}:{line}" in caught.value.message


def test_brackets_inside_strings_do_not_nest(tmp_path: Path) -> None:
    text = TURTLE + 'ex:c ex:d "' + "[(" * 5000 + '" , """' + '["' * 5000 + ' """ .'
    assert len(read_quads(write(tmp_path, "x.ttl", text))) == 3


def test_a_quote_inside_a_name_hides_no_brackets(tmp_path: Path) -> None:
    text = TURTLE + "ex:c ex:d ex:e\\' , " + "[ ex:f " * 10_000 + "]" * 10_000 + ' , "\'" .'
    with pytest.raises(InputError, match="nested"):
        read_quads(write(tmp_path, "x.ttl", text))


@pytest.mark.parametrize(
    ("rdf_format", "text"),
    [
        (ox.RdfFormat.TURTLE, "()" * 600 + '\\"' * 200_000),
        (ox.RdfFormat.TURTLE, "()" * 600 + '"' + '\\"' * 200_000),
        (ox.RdfFormat.JSON_LD, "[]" * 600 + '\\"' * 200_000),
        (ox.RdfFormat.RDF_XML, "<!--" * 200_000),
        (ox.RdfFormat.RDF_XML, "<a b='" * 200_000),
    ],
)
def test_depth_is_found_in_one_pass(rdf_format: ox.RdfFormat, text: str) -> None:
    assert too_deep_at(text, rdf_format) is None  # reading again from every quote would take hours


def test_missing_folder_and_unreadable(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_quads(tmp_path / "x.ttl")
    with pytest.raises(InputError, match="is a folder"):
        read_quads(_folder(tmp_path / "y.ttl"))


def _folder(path: Path) -> Path:
    path.mkdir()
    return path
