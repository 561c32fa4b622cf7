"""Where a triple stands: every triple of many layouts and of all files at hand, against places known beforehand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import ROOT, SHARED, need
from mosty.model.diagnostics import Position
from mosty.rdf.keys import Key
from mosty.rdf.positions import Positions, Question

E = "http://example.org/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
HEAD = f"@prefix : <{E}> .\n@prefix ex: <{E}ex/> . @prefix x: <{E}x/> .\n"
TURTLE, TRIG = ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG
N_TRIPLES, N_QUADS = ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS
JSON_LD, RDF_XML = ox.RdfFormat.JSON_LD, ox.RdfFormat.RDF_XML

Keys = tuple[Key, Key, Key]

LONG = re.compile(r"""'''(?:[^\\]|\\.)*?'''|"{3}(?:[^\\]|\\.)*?"{3}""", re.DOTALL)


def read(data: bytes, rdf_format: ox.RdfFormat) -> tuple[list[Keys], list[Key]]:
    """The triples of a file, and its blank nodes in the order of their first appearance."""
    triples: list[Keys] = []
    blanks: dict[Key, None] = {}
    for quad in ox.parse(data.removeprefix(b"\xef\xbb\xbf"), rdf_format, rename_blank_nodes=True):
        value = f"<<( {quad.object} )>>" if isinstance(quad.object, ox.Triple) else str(quad.object)
        triple = (str(quad.subject), str(quad.predicate), value)
        blanks.update(dict.fromkeys(key for key in (triple[0], triple[2]) if key.startswith("_:")))
        triples.append(triple)
    return triples, list(blanks)


def text_at(positions: Positions, position: Position) -> str:
    assert position.line is not None
    assert position.column is not None
    assert position.length is not None
    start = position.column - 1
    return positions.line(position.line)[start : start + position.length]


def key(text: str) -> Key:
    return f"<{E}{text}>" if text[:1] not in ('"', "<", "_") else text


# -- Layouts: the text with the token that is asked for between guillemets, and what it is the object of.

LAYOUTS = {
    "turtle": (HEAD + ":a :p «:o» .", "a p o"),
    "absolute": (f"<{E}a> <{E}p> «<{E}o>» .", "a p o"),
    "nothing between": (HEAD + f":a<{E}p>«'x'».:b:p.q<{E}p><{E}o>.", 'a p "x"'),
    "second object": (HEAD + ":a :p :n ,\n  «:o» ; :q :r .", "a p o"),
    "second property": (HEAD + ":a :p :o ; ;\n\t:q «:o» ; .", "a q o"),
    "type": (HEAD + f":a\ta «:O» ; <{E}a> :O .", f"a <{RDF}type> O"),
    "second statement of a subject": (HEAD + ":a :p :n .\n:b :p :o . :a :p «:o» .", "a p o"),
    "first of two": (HEAD + ":a :p «:o» .\n:a :p :o .", "a p o"),
    "comments": (HEAD + "# :a :p :o .\n:a # . \" ''' \n:p # <\n«:o» .", "a p o"),
    "comment without end of line": (HEAD + ":a :p «:o» . # :a", "a p o"),
    "stops in names": (HEAD + ":a.1.b :p.q «:o.2c.d.:a.1» .", "a.1.b p.q o.2c.d.:a.1"),
    "stop after name": (HEAD + ":a :p :n.\n:b :p «:o».", "b p o"),
    "stop after empty local name": (HEAD + ":a :p :.ex:s :p «:o» .", "ex/s p o"),
    "stop after label": (HEAD + ":a :p _:b1.:s :p «:o» .", "s p o"),
    "stop after integer": (HEAD + ":a :p 5.:s :p «:o» .", "s p o"),
    "stop after decimal": (HEAD + ":a :p 5.0.x:s :p «:o» .", "x/s p o"),
    "stop after double": (HEAD + ":a :p 5.e0.x:s :p «:o» .", "x/s p o"),
    "stop after language": (HEAD + ":a :p 'x'@en.ex:s :p «:o» .", "ex/s p o"),
    "stop after string": (HEAD + ":a :p 'x'.ex:s :p «:o» .", "ex/s p o"),
    "integer": (HEAD + ":a :p 1 , «01» .", f'a p "01"^^<{XSD}integer>'),
    "decimal": (HEAD + ":a :p .5 , «-1.50».", f'a p "-1.50"^^<{XSD}decimal>'),
    "double": (HEAD + ":a :p 1e0 , «1.e-5» .", f'a p "1.e-5"^^<{XSD}double>'),
    "boolean": (HEAD + ":a :p false,«true» .", f'a p "true"^^<{XSD}boolean>'),
    "language in capitals": (HEAD + ":a :p 'x' , «'x'@EN-gb» .", 'a p "x"@en-gb'),
    "language apart": (HEAD + ":a :p «'x' @en» .", 'a p "x"@en'),
    "direction": (HEAD + ":a :p 'x'@ar , «'x'@ar--rtl» .", 'a p "x"@ar--rtl'),
    "datatype": (HEAD + ":a :p 'x'^^ex:d , «'x' ^^ :d» .", f'a p "x"^^<{E}d>'),
    "plain beside its datatype": (HEAD + ":a :p 'x'^^:d, «'x'» .", 'a p "x"'),
    "string is plain": (HEAD + f":a :p «'x'^^<{XSD}string>» .", 'a p "x"'),
    "long string": (HEAD + ":a :p «'''a»\nb''' , \"\"\"x\ny . :a :p \"\" \\\"\"\"\" .", 'a p "a\\nb"'),
    "after a long string": (HEAD + ":a :p \"\"\"a\nb ''' \"\" .\n\"\"\" , «:o» .", "a p o"),
    "escapes in a string": (HEAD + r""":a :p "\"\\", «"\u0161\n\U0001F600"» .""", 'a p "š\\n😀"'),
    "escapes in an IRI": (HEAD + f":a :p <{E}o> , «<{E}\\u00e9>» .", "a p é"),
    "escapes in the subject": (HEAD + f"<{E}\\u0061> :p «:o» .", "a p o"),
    "escapes in a name": (HEAD + r":a\,b\.:c :p :x\;y.z , «ex:o\-» .", "a,b.:c p ex/o-"),
    "stop after an escape": (HEAD + r":a :p :b\,.c , :d\,1.e ; :q «:o» .", "a q o"),
    "percent in a name": (HEAD + ":a%2Eb :p «:o%41» .", "a%2Eb p o%41"),
    "a prefix named prefix": (HEAD + f"@prefix prefix: <{E}> . prefix:a :p «:o» .", "a p o"),
    "prefix without stop": (f"prefix :<{E}>:a :p «:o».", "a p o"),
    "comment in a prefix": (f"PREFIX # :\n : #\n <{E}> :a :p «:o» .", "a p o"),
    "prefix that changes": (
        f"@prefix : <{E}x/> . :a :p :o .\n@prefix : <{E}> . :a :p «:o» .\nPREFIX : <{E}y/> :a :p :o .", "a p o"
    ),
    "base": (f"@base <{E}x/y> .\n<../a> <../p> <z>, «<../o>» .", "a p o"),
    "base that changes": (f"BASE <{E}x/> <a> <p> <o>.base <../>\n<a> <p> «<o>» .", "a p o"),
    "relative namespace": (f"@base <{E}x#y> . @prefix : <#> .\n:a :p «:o» .", "x#a x#p x#o"),
    "the base itself": (f"@base <{E}a> . <> <p> «<o>» .", "a p o"),
    "version": (f'VERSION "1.2" PREFIX : <{E}> @version "1.2" . :a :p «:o» .', "a p o"),
    "carriage returns": ((HEAD + ":a :p :n ,\n  «:o» .").replace("\n", "\r\n"), "a p o"),
    "byte order mark": (f"\ufeffPREFIX : <{E}> :a :p «:o» .", "a p o"),
    "wide characters": (HEAD + ":a :p '𝔘é' , «:o» .", "a p o"),
    "inside brackets of others": (HEAD + "[ :p :o ] :q [ :r ( :s :a :p :o ) ] . :a :p «:o» .", "a p o"),
    "annotation": (HEAD + ":a :p :n {| :q :r ; :s [ :t :u ] |} , «:o» ~ :i .", "a p o"),
    "of a named reifier": (HEAD + ":a :q :o ; :p :n ~ :i {| :q :r , «:o» |} .", "i q o"),
    "quoted triple": (HEAD + "<< :a :p :n ~ :i >> :p << :x :y 'z' >> , «:o» .", "i p o"),
    "after a triple term": (HEAD + ":a :p <<( :b :p <<( :c :q 'x' )>> )>> , «:o» .", "a p o"),
}  # fmt: skip
GRAPHS = {
    "named": ":g { :a :p :n . :b :p «:o» } :c :p :o .",
    "keyword": "GRAPH :g { :a :p :n. :b :p «:o» . } {:b :p :o}",
    "blank": "graph _:g {:a :p :n} [] { :b :p «:o» } _:g { }",
    "no stop at the end": "{ } { :a :p [ :q :r ] } :g {:b :p «:o» .:c :p :o}",
    "after an annotation": ":g{:a :p :n {| :q :r |} } :b :p «:o» .",
    "a string before": ":g{:a :p '}'}:b :p «:o» .",
}
LINES = {
    "one": f"<{E}a> <{E}p> «<{E}o>» .",
    "comment, tabs, no space": f"# <{E}a>\n\n  <{E}a>\t<{E}p>\t«<{E}o>».#",
    "no space at all": f"<{E}a><{E}p>«<{E}o>».",
    "escapes and carriage returns": f"<{E}b> <{E}p> <{E}o> .\r\n<{E}\\u0061> <{E}p> «<{E}o>» .\r\n",
    "string before": f'<{E}a> <{E}p> "<{E}o>" .\n<{E}a> <{E}p> «<{E}\\U0000006f>» .',
    "others before": f'<{E}b> <{E}p> "é" .\n_:b <{E}p> <{E}o> .\n<{E}a> <{E}p> «<{E}o>» . # end',
}


def check(marked: str, triple: str, rdf_format: ox.RdfFormat) -> None:
    before, token, after = marked.replace("»", "«").split("«")
    data = (before + token + after).encode()
    triples, blanks = read(data, rdf_format)
    subject, predicate, value = triple.split(" ", 2)
    question = (key(subject), key(predicate), key(value))
    assert question in triples
    positions = Positions(data, rdf_format, "x.ttl", blanks)
    found = positions.find([question])[question]
    before = before.removeprefix("\ufeff")
    assert text_at(positions, found) == token
    assert found == Position("x.ttl", before.count("\n") + 1, len(before.split("\n")[-1]) + 1, len(token))


@pytest.mark.parametrize("rdf_format", [TURTLE, TRIG], ids=["turtle", "trig"])
@pytest.mark.parametrize(("marked", "triple"), LAYOUTS.values(), ids=LAYOUTS)
def test_layouts(marked: str, triple: str, rdf_format: ox.RdfFormat) -> None:
    check(marked, triple, rdf_format)


@pytest.mark.parametrize("marked", GRAPHS.values(), ids=GRAPHS)
def test_graphs_of_trig(marked: str) -> None:
    check(f"@prefix : <{E}> .\n{marked}", "b p o", TRIG)


@pytest.mark.parametrize(
    "graph", ["", f" <{E}g>", " _:g"], ids=["triples", "quads", "quads of a blank graph"]
)
@pytest.mark.parametrize("marked", LINES.values(), ids=LINES)
def test_lines_of_n_triples_and_n_quads(marked: str, graph: str) -> None:
    check(marked.replace(" .", graph + " ."), "a p o", N_QUADS if graph else N_TRIPLES)


def test_property_and_subject() -> None:
    text = HEAD + ":x :p :a .\n:a :q 1 ;\n   :p :o ,\n   :o2 ; :p 3 .\n:a :p 4 ."
    positions = Positions(text.encode(), TURTLE, "x.ttl")
    a, p, q = key("a"), key("p"), key("q")
    questions: list[Question] = [
        (a, None, None),
        (a, p, None),
        (a, p, f'"3"^^<{XSD}integer>'),
        (a, p, f'"4"^^<{XSD}integer>'),
        (a, p, key("gone")),
        (a, key("gone"), key("o")),
        (a, key("gone"), None),
        (key("o"), None, None),
        (key("x"), q, None),
    ]
    found = positions.find(questions)
    places = [found[question][1:] if question in found else None for question in questions]
    assert places == [
        (4, 1, 2), (5, 4, 2), (6, 13, 1), (7, 7, 1), (5, 4, 2), (4, 1, 2), (4, 1, 2), None, (3, 1, 2)
    ]  # fmt: skip
    assert Positions(b"", TURTLE, "x.ttl").find(questions) == {}
    assert positions.find([]) == {}


def test_lines_of_the_source() -> None:
    long = "x" * 200_000
    data = b"\xef\xbb\xbf" + f"first\r\nšé\n{long}\n\nlast".encode()
    positions = Positions(data, TURTLE, "x.ttl")
    assert [positions.line(number) for number in range(7)] == ["", "first", "šé", long, "", "last", ""]
    many = "".join(f"line {number}\n" for number in range(1, 30_001)).encode()
    positions = Positions(many, TURTLE, "x.ttl")
    assert all(
        positions.line(number) == f"line {number}" for number in (1, 2, 5_000, 5_461, 5_462, 29_999, 30_000)
    )
    assert positions.line(30_001) == ""


# -- Blank nodes.

SHAPES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix : <http://example.org/> .
:S a sh:NodeShape ;
    sh:property [ sh:path :p ; sh:minCount 1 ] , [
        sh:path [ sh:inversePath :q ] ;
        sh:or ( [ sh:datatype :d ] [ sh:node [ sh:property [ sh:path :r ] ] ] )
    ] ;
    sh:xone ( :A _:named ) .
_:named sh:property [ sh:path ( :u [ sh:zeroOrMorePath :v ] ) ; sh:message "m" ] .
"""


def test_shapes_without_name() -> None:
    triples, blanks = read(SHAPES.encode(), TURTLE)
    positions = Positions(SHAPES.encode(), TURTLE, "s.ttl", blanks)
    sh = "http://www.w3.org/ns/shacl#"
    found = positions.find([(s, None, None) for s in blanks] + [(s, f"<{sh}path>", None) for s in blanks])
    telling = {f"<{sh}{name}>" for name in ("path", "inversePath", "datatype", "zeroOrMorePath", "message")}
    shown = {
        value: found[subject, None, None][1:]
        for subject, predicate, value in triples
        if predicate in telling and not value.startswith("_:")
    }
    assert shown == {
        key("p"): (4, 17, 1),
        key("q"): (5, 17, 1),
        key("d"): (6, 17, 1),
        key("r"): (6, 60, 1),
        key("v"): (9, 36, 1),
        '"m"': (9, 21, 1),
    }
    holders = {s for s, p, _ in triples if p == f"<{sh}property>" and s.startswith("_:")}
    assert {found[holder, None, None][1:] for holder in holders} == {(6, 46, 1), (9, 1, 7)}
    assert {found[s, f"<{sh}path>", None][1:3] for s, p, _ in triples if p == f"<{sh}path>"} == {
        (4, 19), (5, 9), (6, 62), (9, 23)
    }  # fmt: skip


def test_blank_nodes_that_only_others_use() -> None:
    text = HEAD + ":a :p [] , [ :q [ ] ] , _:x , ( ) , ( _:y ) ."
    triples, blanks = read(text.encode(), TURTLE)
    found = Positions(text.encode(), TURTLE, "x.ttl", blanks).find([(blank, None, None) for blank in blanks])
    assert sorted(position.column or 0 for position in found.values()) == [7, 12, 17, 25, 37, 39]
    assert len(triples) == 8


def test_blank_nodes_of_which_too_few_are_known_are_not_guessed() -> None:
    text = HEAD + ":a :p [ :q 1 ] , [ :q 2 ] , :o ."
    triples, blanks = read(text.encode(), TURTLE)
    positions = Positions(text.encode(), TURTLE, "x.ttl", blanks[:1])
    found = positions.find(triples)
    assert {question[0] for question in found} == {key("a")}
    assert found[key("a"), key("p"), key("o")].column == 29
    assert found[key("a"), key("p"), blanks[0]].column == 4  # the property


def test_labels_are_keys_when_none_are_given() -> None:
    text = HEAD + "_:b.1 :p [ :p _:c ] . _:c :p :o ."
    found = Positions(text.encode(), TURTLE, "x.ttl").find(
        [("_:b.1", None, None), ("_:c", key("p"), key("o"))]
    )
    assert [position.column for position in found.values()] == [1, 30]


# -- Whole files: the token at each place, read back, is the object.


def check_whole(data: bytes, rdf_format: ox.RdfFormat, name: str) -> int:
    """Ask for all triples of a file whose prefixes do not change; read the tokens back."""
    triples, blanks = read(data, rdf_format)
    positions = Positions(data, rdf_format, name, blanks)
    found = positions.find(triples)
    assert not [triple for triple in triples if triple not in found]
    parser = ox.parse(data.removeprefix(b"\xef\xbb\xbf"), rdf_format)
    for _ in parser:
        pass
    head = f"@base <{parser.base_iri}> .\n" if parser.base_iri else ""
    head += "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in parser.prefixes.items())
    text = data.decode("utf-8-sig")
    lines = [0, *(match.end() for match in re.finditer("\n", text))]
    wanted: list[Key] = []
    tokens: list[str] = []
    for triple in dict.fromkeys(triples):
        place = found[triple]
        token = text_at(positions, place)
        assert place.line is not None
        assert place.column is not None
        long = LONG.match(text, lines[place.line - 1] + place.column - 1)
        if triple[2].startswith("_:"):
            assert token[:1] in ("[", "(", "_") or triple[1] == f"<{RDF}rest>", (place, token)
        elif token == ")":
            assert triple[1:] == (f"<{RDF}rest>", f"<{RDF}nil>")
        elif long and not token.startswith(long[0]):
            (quad,) = ox.parse(f"<x:s> <x:p> {long[0]} .", TURTLE)
            assert triple[2].startswith(str(quad.object)), (place, token)
        else:
            wanted.append(triple[2])
            tokens.append(token)
    text = head + "<x:s> <x:p> " + " ,\n".join(tokens) + " ."
    assert [str(quad.object) for quad in ox.parse(text, TURTLE)] == wanted
    return len(triples)


def turtle_files(folders: Iterable[Path]) -> list[Path]:
    return [path for folder in folders for path in sorted(folder.rglob("*.ttl"))]


def test_every_triple_of_the_repository() -> None:
    paths = turtle_files(ROOT / name for name in ("data", "ontology", "shapes"))
    assert sum(check_whole(path.read_bytes(), TURTLE, path.name) for path in paths) > 1000


@pytest.mark.parametrize("folder", ["suites", "real"])
def test_every_triple_of_files_of_others(folder: str) -> None:
    need((SHARED / folder).is_dir(), f"../shared/{folder}")
    triples = 0
    for path in turtle_files([SHARED / folder]):
        if path.stat().st_size > 500_000:
            continue
        data = path.read_bytes()
        try:
            read(data, TURTLE)
        except SyntaxError:
            data = f"@base <{E}{path.name}> . ".encode() + data  # on the line that is there: no line moves
            try:
                read(data, TURTLE)
            except SyntaxError:
                continue
        triples += check_whole(data, TURTLE, path.name)
    assert triples > 5000


@pytest.mark.parametrize("rdf_format", [TURTLE, TRIG, N_TRIPLES, N_QUADS], ids=str)
def test_every_triple_as_others_write_it(rdf_format: ox.RdfFormat) -> None:
    quads: list[ox.Quad] = []
    for path in turtle_files([ROOT / "shapes"]):
        quads += ox.parse(path.read_bytes(), TURTLE, rename_blank_nodes=True)
    if rdf_format in (TRIG, N_QUADS):
        graph = ox.NamedNode(E + "g")
        quads = [ox.Quad(q.subject, q.predicate, q.object, graph) for q in quads]
    data = ox.serialize(quads, format=rdf_format, prefixes={"sh": "http://www.w3.org/ns/shacl#"}
                        if rdf_format in (TURTLE, TRIG) else None)  # fmt: skip
    assert data is not None
    assert check_whole(data, rdf_format, "x") == len(quads)


# -- Generated files: the generator knows where it wrote what.

GAPS = (" ", "  ", "\n", "\t", "\r\n", " # . ( [ \" ''' ;\n", "\n#\n")
LITERALS = (
    ("'{}'", '"{}"'), ('"{}"', '"{}"'), ('"{} . ; [ # "', '"{} . ; [ # "'), ("'''{}\n.'''", '"{}\\n."'),
    ('"""{}""\\""""', '"{}\\"\\"\\""'), ("'{}'@En", '"{}"@en'), ("'{}'^^ex:d", f'"{{}}"^^<{E}ex/d>'),
    ('"{}\\u00e9"', '"{}é"'), ("1{}", f'"1{{}}"^^<{XSD}integer>'), ("-.5{}", f'"-.5{{}}"^^<{XSD}decimal>'),
    ("1{}.e3", f'"1{{}}.e3"^^<{XSD}double>'),
)  # fmt: skip
IRIS = (
    (":n{}", "n{}"), ("ex:n{}", "ex/n{}"), (":n.x{}", "n.x{}"), (":{}a", "{}a"), (":n\\,{}", "n,{}"),
    (":n{}.b", "n{}.b"), (f"<{E}n{{}}#x>", "n{}#x"), (f"<{E}\\u00e9{{}}>", "é{}"), (":č{}", "č{}"),
    (":n:_:{}", "n:_:{}"),
)  # fmt: skip

Named = Key | tuple[str, int]  # a blank node is known by a number until the parser has named it


class Writer:
    """Writes statements; notes each triple with the places of its tokens, in characters."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.text = HEAD
        self.triples: list[tuple[Named, Key, Named, int, int, int]] = []
        self.count = 0
        self.reified = 0
        self.open_subjects = [key("s1"), key("s2")]

    def number(self) -> int:
        self.count += 1
        return self.count

    def write(self, token: str) -> int:
        at = len(self.text)
        self.text += token
        return at

    def gap(self) -> None:
        self.text += self.draw(st.sampled_from(GAPS))

    def pick(self, most: int) -> int:
        return self.draw(st.integers(0, most))

    def properties(self, subject: Named, at: int, depth: int) -> None:
        for first in range(1 + self.pick(2)):
            if first:
                self.write(";" * (1 + self.pick(1)))
                self.gap()
            if self.pick(3):
                predicate, place = key("p"), self.write(":p")
            else:
                predicate, place = f"<{RDF}type>", self.write("a")
            for second in range(1 + self.pick(2)):
                if second:
                    self.write(",")
                self.gap()
                number = len(self.triples)
                value, where = self.term(depth)
                self.triples.insert(number, (subject, predicate, value, at, place, where))
                self.gap()
                self.annotations(depth)

    def annotations(self, depth: int) -> None:
        """RDF 1.2: reifiers, each with or without properties."""
        for further in range(max(0, self.pick(8) - 6)):
            self.reified += 1
            node: Named = ("blank", self.number())
            kind, at = (1 + self.pick(1) if further else self.pick(2)), len(self.text)
            if kind:
                self.write("~")
                self.gap()
            if kind == 2:
                node, at = key(f"i{self.count}"), self.write(f":i{self.count}")
                self.gap()
            if not kind or self.pick(1):
                block = self.write("{|")
                self.gap()
                place = self.write(":id")
                self.gap()
                where = self.write(f"'id{self.count}'")
                at = block if kind == 0 else at
                self.triples.append((node, key("id"), f'"id{self.count}"', at, place, where))
                if self.pick(1) and depth:
                    self.write(";")
                    self.properties(node, at, depth - 1)
                self.write("|}")
                self.gap()

    def term(self, depth: int) -> tuple[Named, int]:
        kind = self.pick(3 if depth == 0 else 6)
        number = self.number()
        if kind < 2:
            written, meant = self.draw(st.sampled_from(LITERALS))
            return meant.format(number), self.write(written.format(number))
        if kind == 2:
            written, meant = self.draw(st.sampled_from(IRIS))
            return key(meant.format(number)), self.write(written.format(number))
        if kind == 3:
            label = 1 + self.pick(3)
            at = self.write(f"_:l{label}.x")
            return ("label", label), at
        if kind == 4:
            return self.members(depth)
        return self.bracket(depth)

    def bracket(self, depth: int) -> tuple[Named, int]:
        node = ("blank", self.number())
        at = self.write("[")
        self.gap()
        place = self.write(":id")
        self.gap()
        where = self.write(f"'id{node[1]}'")
        self.triples.append((node, key("id"), f'"id{node[1]}"', at, place, where))
        if self.pick(1):
            self.write(";")
            self.properties(node, at, depth - 1)
        self.write("]")
        return node, at

    def members(self, depth: int) -> tuple[Named, int]:
        start = self.write("(")
        cells: list[tuple[Named, int]] = []
        for position in range(self.pick(3)):
            self.gap()
            cell: Named = ("blank", self.number())
            here = start if position == 0 else len(self.text)
            label = f"'m{cell[1]}'"
            if cells:
                self.triples.append(
                    (cells[-1][0], f"<{RDF}rest>", cell, cells[-1][1], len(self.text), len(self.text))
                )
            number = len(self.triples)
            if self.pick(1) or position == 0:
                value: Named = f'"m{cell[1]}"'
                where = self.write(label)
            else:
                value, where = self.term(depth - 1) if self.pick(1) else self.bracket(depth - 1)
            self.triples.insert(number, (cell, f"<{RDF}first>", value, here, where, where))
            cells.append((cell, here))
        self.gap()
        end = self.write(")")
        if not cells:
            return f"<{RDF}nil>", start
        self.triples.append((cells[-1][0], f"<{RDF}rest>", f"<{RDF}nil>", cells[-1][1], end, end))
        return cells[0][0], start

    def statement(self) -> None:
        kind = self.pick(4)
        subject: Named
        if kind == 0:
            subject, at = self.bracket(2)
        elif kind == 1:
            subject, at = self.members(2)
        elif kind == 2:
            subject, at = ("label", 1 + self.pick(3)), len(self.text)
            self.write(f"_:l{subject[1]}.x")
        else:
            subject = self.draw(st.sampled_from(self.open_subjects))
            at = self.write(":" + subject[len(E) + 1 : -1])
        self.gap()
        if kind or self.pick(1):
            self.properties(subject, at, 2)
        self.write(".")
        self.gap()


@st.composite
def written(draw: st.DrawFn) -> Writer:
    writer = Writer(draw)
    for _ in range(1 + writer.pick(4)):
        writer.statement()
    return writer


def names(triples: Sequence[Keys], writer: Writer) -> dict[Named, Key]:
    """What the parser calls each blank node: it is told by a value that no other has, or by where it is used."""
    by_value = {(p, o): s for s, p, o in triples}
    found: dict[Named, Key] = {}
    for _ in range(len(writer.triples) + 1):
        before = len(found)
        for subject, predicate, value, *_ in writer.triples:
            known = value if isinstance(value, str) else found.get(value)
            unique = predicate in (key("id"), f"<{RDF}first>", f"<{RDF}rest>") and known not in (
                None,
                f"<{RDF}nil>",
            )
            if isinstance(subject, tuple) and subject[0] == "blank" and unique and known is not None:
                found.setdefault(subject, by_value[predicate, known])
            if isinstance(value, tuple) and isinstance(subject, tuple) and subject in found:
                rest = [o for s, p, o in triples if s == found[subject] and p == predicate]
                if predicate in (f"<{RDF}rest>", f"<{RDF}first>") and len(rest) == 1:
                    found.setdefault(value, rest[0])
        if len(found) == before:
            break
    return found


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(writer=written(), trig=st.booleans())
def test_generated_files(writer: Writer, trig: bool) -> None:
    text = writer.text + (" :g { :s9 :p :o }" if trig else "")
    rdf_format = TRIG if trig else TURTLE
    data = text.encode()
    triples, blanks = read(data, rdf_format)
    positions = Positions(data, rdf_format, "x.ttl", blanks)
    found = positions.find(
        [*triples, *((s, None, None) for s, _, _ in triples), *((s, p, None) for s, p, _ in triples)]
    )
    assert len(triples) == len(writer.triples) + writer.reified + trig
    called = names(triples, writer)
    first: dict[Question, int] = {}
    for subject, predicate, value, *places in sorted(writer.triples, key=lambda row: row[3:]):
        s, o = (called.get(term) if isinstance(term, tuple) else term for term in (subject, value))
        if s is not None:
            first.setdefault((s, predicate, None), places[1])
            if o is not None:
                first.setdefault((s, predicate, o), places[2])
    for question, at in first.items():
        line, start = text.count("\n", 0, at) + 1, text.rfind("\n", 0, at) + 1
        if isinstance(question[0], str) and question[0].startswith("_:") and question[2] is None:
            continue  # labels are described in several places
        assert found[question][1:3] == (line, at - start + 1), (question, text)
    labels: dict[str, Key] = {}
    for triple in triples:
        token = text_at(positions, found[triple])
        if triple[1] != f"<{RDF}reifies>":
            assert (triple[2][0], token[:1]) in KINDS, (triple, found[triple])
        if token[:2] == "_:" and triple[1] not in (f"<{RDF}rest>", f"<{RDF}reifies>"):
            assert labels.setdefault(token, triple[2]) == triple[2]
    assert len(set(labels.values())) == len(labels)


KINDS = {
    (kind, start)
    for kind, starts in (("<", "<:ea()"), ("_", "[(_\"'<:e1-"), ('"', "\"'1-:"))
    for start in starts
}


# -- Odd input.


@settings(max_examples=150, deadline=None)
@given(
    text=st.lists(st.sampled_from([*"<>[](){}|.;,~@:_\"'\\#a1 \n", "_:b", "<a:a>", "@prefix", ":a", '"""', "<<", "{|"]))
    .map("".join),
    rdf_format=st.sampled_from([TURTLE, TRIG, N_TRIPLES, N_QUADS, JSON_LD, RDF_XML]),
)  # fmt: skip
def test_what_no_parser_accepts_is_no_error(text: str, rdf_format: ox.RdfFormat) -> None:
    questions: list[Question] = [("<a:a>", "<a:a>", "_:x"), ("_:x", None, None), ("<a:b>", "<a:c>", None)]
    found = Positions((HEAD + text).encode(), rdf_format, "x", ["_:x"]).find(questions)
    assert {position.file for position in found.values()} <= {"x"}


@pytest.mark.parametrize(
    ("text", "rdf_format"),
    [
        (HEAD + "".join(f"_:b{n} :p _:b{n + 1} .\n" for n in range(20_000)), TURTLE),
        (HEAD + ":a :p " + "[ :p " * 400 + ":o" + " ]" * 400 + " .", TURTLE),
        (HEAD + ":a :p " + "( " * 400 + ":o" + " )" * 400 + " .", TURTLE),
        (HEAD + ":a :p " + ", ".join(f":o{n}" for n in range(10_000)) + " .", TURTLE),
        (HEAD + ":a :p :" + "b1." * 50_000 + "c .", TURTLE),
        (HEAD + ":a :p '''" + "''\n" * 50_000 + "''' .", TURTLE),
        (HEAD + ":a :p :o ." + "#" * 200_000, TURTLE),
        (f"<{E}a> <{E}p> <{E}o> .\n" + "# " * 100_000, N_TRIPLES),
        ("".join(f"@prefix a{n}: <{E}{n}> .\n" for n in range(300)) + HEAD + ":a :p :o .", TURTLE),
        (
            HEAD + f"@base <{E}> ." + "".join(f"<{n}> :p '{n}' .\n" for n in range(3000)) + ":a :p :o .",
            TURTLE,
        ),
    ],
    ids=[
        "labels",
        "brackets",
        "lists",
        "objects",
        "name",
        "string",
        "comment",
        "comment of lines",
        "prefixes",
        "relative",
    ],
)
def test_odd_but_valid(text: str, rdf_format: ox.RdfFormat) -> None:
    data = text.encode()
    triples, blanks = read(data, rdf_format)
    asked = [triple for triple in triples if triple[0] == key("a")] + [
        (blank, None, None) for blank in blanks
    ]
    found = Positions(data, rdf_format, "x", blanks).find(asked)
    assert all(question in found for question in asked)


# -- RDF/XML and JSON-LD: sure or not at all.


def test_rdf_xml_names_the_line_of_the_subject() -> None:
    data = f"""<?xml version="1.0"?>
<!-- <rdf:Description rdf:about="{E}a?b=1&amp;c=2"/> -->
<rdf:RDF xmlns:rdf="{RDF}" xmlns:ex="{E}">
  <ex:T rdf:about='{E}a?b=1&amp;c=2'><ex:p>x:about="{E}b"</ex:p></ex:T>
  <ex:T rdf:ID="b" xml:base="{E}"/>
</rdf:RDF>""".encode()
    triples, _ = read(data, RDF_XML)
    found = Positions(data, RDF_XML, "x.rdf").find(triples)
    assert found[triples[1]] == Position("x.rdf", 4, 20, 32)
    assert found[triples[2]] == Position("x.rdf")


def test_json_ld_names_the_line_of_the_subject() -> None:
    data = f"""{{
  "@context": {{ "knows": {{ "@id": "{E}knows", "@type": "@id" }}, "label": "{E}label" }},
  "@graph": [
    {{ "label": "{E}b", "knows": {{ "@id": "{E}b" }} , "@id": "{E}a" }},
    {{ "@id": "{E}b", "knows": "{E}knows" }},
    {{ "@id": "{E}knows", "label": "\\"@id\\": \\"{E}c\\"" }}
  ]
}}""".encode()
    found = Positions(data, JSON_LD, "x.jsonld").find(
        [(key(name), None, None) for name in ("a", "b", "c", "knows")]
    )
    assert [position[:2] for position in found.values()] == [
        ("x.jsonld", 4), ("x.jsonld", 5), ("x.jsonld", None), ("x.jsonld", 6)
    ]  # fmt: skip
