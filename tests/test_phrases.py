"""From a phrase to a position and back: whatever the text holds, what is found reads as the phrase."""

from __future__ import annotations

import hashlib
import unicodedata
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mosty.ingest.phrases import find_phrase, find_words, phrase_hash
from mosty.ingest.statements import BASES, BASIS_SPACE, Names
from mosty.model.errors import UsageError
from mosty.model.evidence import Passage
from mosty.model.terms import n_triples
from mosty.rdf.reading import read_quads
from mosty.rdf.terms import fingerprint, to_model
from mosty.workspace.texts import read_text

# Everything that makes counting characters hard: astral letters, combining marks, line ends, no-break spaces.
LETTERS = st.sampled_from(
    [*"abžÀ1 .\n", "\r\n", "\r", "\u0301", "\u0327", "\U0001f600", "\U00010400", "\u00a0", "漢"]
)
TEXTS = st.lists(LETTERS | st.characters(codec="utf-8"), max_size=60).map("".join)


@settings(deadline=None)
@given(TEXTS, st.data())
def test_what_is_found_reads_as_the_phrase(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    phrase = text[start : data.draw(st.integers(start, len(text)))]
    nth = 1
    places = []
    while True:
        try:
            place = find_phrase(text, phrase, nth)
        except UsageError:
            break
        places.append(place)
        nth += 1
    assert places == sorted(set(places))
    read = [text[first:last] for first, last in places]
    # Either the very phrase everywhere, or nowhere and then with other white space.
    assert set(read) <= {phrase} or all(r != phrase and r.split() == phrase.split() for r in read)
    assert not any(last < len(text) and unicodedata.combining(text[last]) for _, last in places)


@settings(deadline=None)
@given(TEXTS, TEXTS, TEXTS)
@example("a\r\n", "b\r\nc", "\r\n")
def test_a_phrase_of_its_own_is_found_in_any_text(before: str, phrase: str, after: str) -> None:
    text = f"{before} {phrase} {after}"
    if not phrase.strip() or unicodedata.combining(phrase[0]):
        return
    place = find_phrase(text, phrase, 1)
    assert text[slice(*place)] == phrase


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS)
def test_positions_count_in_the_file_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(text.encode())
    assert read_text(path) == text


@settings(deadline=None)
@given(st.text(max_size=40), st.integers(0, 20), st.integers(1, 5))
def test_words_that_moved_are_found_when_they_stand_once(text: str, at: int, length: int) -> None:
    words = text[at : at + length]
    if len(words) < length:
        return
    place = find_words(text, length, phrase_hash(words))
    assert place == (
        None if sum(text.startswith(words, i) for i in range(len(text))) > 1 else (at, at + length)
    )


def test_places_in_a_text_with_line_ends_and_combining_marks() -> None:
    text = "Dobr\u030ci\u0301s\u030c\r\n\U0001f600 Dob\u0159\u00ed\u0161"
    assert text[slice(*find_phrase(text, "\U0001f600"))] == "\U0001f600"
    assert find_phrase(text, "Dobříš") == (13, 19)
    assert find_phrase(text, "Dobr\u030ci\u0301s\u030c") == (0, 9)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Dobr\u030cis", "Dobr"),  # the letter goes on with its mark
        ("The projects", "project"),
        ("Towns in 2012", "201"),
        ("Towns", "towns"),
        ("Towns", " \n"),
        ("Towns", ""),
        ("", "Towns"),
    ],
)
def test_parts_of_letters_words_and_numbers_are_refused(text: str, phrase: str) -> None:
    with pytest.raises(UsageError):
        find_phrase(text, phrase)


def test_white_space_that_nobody_sees_is_forgiven_and_the_text_decides() -> None:
    text = "the overall objective\u00a0of this\r\nproject"
    assert find_phrase(text, "objective of this project") == (12, len(text))
    # What stands there exactly so comes first.
    assert find_phrase("a\u00a0b a b", "a b") == (4, 7)


def test_several_places_are_told_apart() -> None:
    text = "from Berlin to Dresden, and from Dresden to Berlin"
    with pytest.raises(UsageError, match="stands 2 times") as caught:
        find_phrase(text, "Dresden")
    assert caught.value.hint is not None
    assert (
        "1: from Berlin to Dresden, and from Dresden to …; 2: … to Dresden, and from Dresden to Berlin"
        in caught.value.hint
    )
    assert find_phrase(text, "Dresden", 2) == (33, 40)
    with pytest.raises(UsageError, match="no occurrence 3"):
        find_phrase(text, "Dresden", 3)


@pytest.mark.parametrize(
    ("phrase", "near"),
    [
        ("Duration of project May 2012", "Duration of the project: May 2012"),
        ("supported by the Social Fund", "supported by the European Social Fund"),
        ("DURATION OF THE PROJECT", "Duration of the project:"),
    ],
)
def test_the_nearest_words_are_named(phrase: str, near: str) -> None:
    text = (
        "Duration of the project: May 2012 - April 2015. It is supported by the European Social Fund in the"
    )
    with pytest.raises(UsageError, match="not in the text") as caught:
        find_phrase(text, phrase)
    assert caught.value.hint is not None
    assert repr(near) in caught.value.hint


def test_nothing_near_and_a_text_too_long_to_look_for_it() -> None:
    for text in ("something else", "word " * 500_000):
        with pytest.raises(UsageError) as caught:
            find_phrase(text, "qqq zzz")
        assert caught.value.hint == "copy it exactly as it is written, errors included"
    assert find_words("word " * 500_000, 4, phrase_hash("none")) is None


@settings(deadline=None)
@given(st.text(), st.sampled_from(["en", "cs", "pt-BR", None]))
def test_the_name_of_a_statement_follows_the_contract(text: str, language: str | None) -> None:
    node = ox.NamedNode("https://w3id.org/mosty/id/org/esf")
    value = ox.Literal(text, language=language) if language else ox.Literal(text)
    triple = ox.Triple(node, ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label"), value)
    line = " ".join(n_triples(to_model(term)) for term in (node, triple.predicate, value)) + " ."
    name = Names("https://w3id.org/mosty/").statement(triple).value
    assert name == "https://w3id.org/mosty/id/statement/" + hashlib.sha256(line.encode()).hexdigest()[:16]


def test_names_stay_as_they_were_published() -> None:
    node = ox.NamedNode("https://w3id.org/mosty/id/org/esf")
    label = ox.Literal("Evropský sociální fond", language="cs")
    triple = ox.Triple(node, ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label"), label)
    assert fingerprint(triple) == "7fc55cc06ef2621e"
    assert (
        Names("https://w3id.org/mosty/").passage(Passage("a", 3, 7, "")).value.endswith("/id/passage/a/3-7")
    )


def test_the_bases_are_those_of_the_scheme(repo: Path) -> None:
    scheme = repo / "ontology" / "schemes" / "bases.ttl"
    slugs = {
        quad.subject.value.removeprefix(BASIS_SPACE)
        for quad in read_quads(scheme)
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(BASIS_SPACE)
    }
    assert slugs == set(BASES)
