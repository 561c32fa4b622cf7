"""Regular expressions of sh:pattern: those of XPath, in linear time."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mosty.model.errors import InputError
from mosty.validate.patterns import UnsupportedPattern, compile_pattern

# pattern, flags, a text that matches, one that does not (XPath Functions and Operators, section 5.6.1)
CASES = [
    (r"^\d{2}$", "", "١٢", "1a"),
    (r"^\w+$", "", "Žižkov+2", "a b"),
    (r"^\w$", "", "a", "_"),  # "_" is punctuation (XML Schema, part 2, appendix G.4.2.5)
    (r"^\W$", "", "-", "a"),
    (r"^[\W]$", "", "_", "9"),
    (r"^[^\W]$", "", "9", "-"),
    (r"^[\w.-]+$", "", "a.b-c", "a_b"),
    (r"^\S+$", "", "a\u00a0b", "a b"),
    (r"^[\S]+$", "i", "a\u00a0b", "a b"),
    (r"^[^\s/]+$", "", "a.b", "a/b"),
    (r"^\i\c*$", "", "mosty:a-1", "1a"),
    (r"^[\I]$", "", "1", ":"),
    (r"^\C$", "", " ", "a"),
    (r"^[a-z-[aeiou]]+$", "", "xyz", "xay"),
    (r"^[a-z-[aeiou]]+$", "i", "XyZ", "XAy"),
    (r"^[\p{L}-[\p{Lu}]]+$", "", "žab", "Žab"),
    (r"^[^a-c-[x]]$", "", "y", "x"),
    (r"^\p{Lu}$", "i", "A", "a"),
    (r"^[\p{Lu}b]+$", "i", "AbB", "a"),
    (r"^[^\p{Lu}]$", "i", "a", "A"),
    (r"^\p{IsGreek}+$", "", "αβ", "a"),
    (r"^\P{C}+$", "", "ab", "a\u0007"),
    (r"^[\p{Cn}]$", "", "\U000e0fff", "a"),
    (r"^É$", "i", "é", "e"),
    ("^a.c$", "", "abc", "a\nc"),
    ("^a.c$", "s", "a\nc", "ac"),
    ("^b$", "m", "a\nb", "ab"),
    ("^b$", "", "b", "b\n"),
    ("^ a b [ ] $", "x", "ab ", "a b"),
    ("a.c", "q", "a.c", "abc"),
    ("A.C", "qi", "xa.cx", "abc"),
    ("^(a|b)*?$", "", "abab", "abc"),
    (r"^a\/b$", "", "a/b", "ab"),
    (r"^[a-c-e]$", "", "-", "d"),
    (r"^[\-+]\^\{$", "", "+^{", "a^{"),
    ("^a{2500}$", "", "a" * 2500, "a" * 2499),
    ("^.{0,5000}$", "", "a" * 5000, "a" * 5001),
    ("^(ab){1001,}$", "", "ab" * 1001, "ab" * 1000),
    (r"^([a-z0-9-]{1,63}\.){1,127}[a-z]{2,63}$", "", "www.example.org", "a..b"),
    ("^((a{2}){40}){50}$", "", "a" * 4000, "a" * 3999),
    ("^((ab?){3,40}c){2,50}$", "", "aabaca" + "b" * 1 + "aac", "aac"),
    (r"^[\w \-]{1,200}$", "", "ž" * 200, "ž" * 201),
    ("", "", "anything", None),
    ("(a+)+$", "", "a" * 1_000_000, "a" * 1_000_000 + "b"),
]


@pytest.mark.parametrize(("pattern", "flags", "good", "bad"), CASES)
def test_patterns_of_xpath(pattern: str, flags: str, good: str, bad: str | None) -> None:
    compiled = compile_pattern(pattern, flags)
    assert compiled.matches(good)
    assert bad is None or not compiled.matches(bad)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (r"(a)\1", "refers back"),
        ("a(?=b)", r"\(\? is not used"),
        ("(?i)a", r"\(\? is not used"),
        (r"\bword\b", "means nothing"),
        ("a]", "must be written"),
        ("a{,3}", "must be written"),
    ],
)
def test_patterns_of_other_engines_are_told_apart(pattern: str, reason: str) -> None:
    with pytest.raises(UnsupportedPattern, match=reason):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(", "without a"),
        ("a)", "without a"),
        ("[a", "without a"),
        ("[]", "without a|holds nothing"),
        ("a**", "nothing to repeat"),
        ("*", "nothing to repeat"),
        ("a{2,1}", "from more to less"),
        ("[b-a]", "runs backwards"),
        (r"[\d-z]", "cannot begin a range"),
        (r"[a-\d]", "cannot end a range"),
        ("a\\", r"ends with"),
        ("[a\\", r"ends with|without a"),
        (r"\p{Foo}", "not a category"),
        (r"\pL", "in braces"),
        (r"\2", "refers back"),
        (r"\e", "means nothing"),
        ("a{99999999999}", "too often"),
        ("^.{0,100000}$", "too often"),
        ("(((a{9}){999}){999}){999}", "too often"),
        (r"\p{L}" * 30_000, "too large"),
        ("(a{1000}){1000}", "too often"),
        ("[a-" * 5000, "without a|must be written|too many"),
    ],
)
def test_no_regular_expression_at_all(pattern: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as error:
        compile_pattern(pattern)
    assert error.value.hint
    assert len(error.value.message) < 200


def test_flags_that_do_not_exist() -> None:
    with pytest.raises(InputError, match='has the flag "g"'):
        compile_pattern("a", "gi")


_ATOMS = [
    *("a", "b", "A", "é", "-", "1", " ", r"\.", ".", r"\d", r"\s", r"\S", r"\D", r"\(", r"\n"),
    *(
        "[ab]",
        "[^a]",
        "[a-c]",
        "[a-zA-Z]",
        r"[\d-]",
        r"[^\s]",
        r"[\-a]",
        "[^a-c1]",
        "[.]",
        r"[a\]]",
        r"[\s\S]",
    ),
    *(r"\p{L}", r"\P{L}", r"[\p{L}1]", r"[^\D]"),
]
_PATTERNS = st.recursive(
    st.sampled_from(_ATOMS),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda two: f"({two[0]}|{two[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,2}", "{0,3}", "{1,}", "*?", "+?"])).map(
            lambda piece: f"({piece[0]}){piece[1]}"
        ),
    ),
    max_leaves=6,
)
_TEXTS = st.lists(st.text("aabbcA1é-. (]\nÉ١", max_size=7), min_size=1, max_size=6)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["", "^"]), _PATTERNS, st.sampled_from(["", "$"]), st.sets(st.sampled_from("smi")), _TEXTS
)
def test_other_engines_agree(begin: str, middle: str, end: str, marks: set[str], texts: list[str]) -> None:
    pattern, flags = begin + middle + end, "".join(sorted(marks))
    found = [compile_pattern(pattern, flags).matches(text) for text in texts]
    rows = " ".join(f"({index} {ox.Literal(text)})" for index, text in enumerate(texts))
    call = f"REGEX(?t, {ox.Literal(pattern)}, {ox.Literal(flags)})"
    query = f"SELECT ({call} AS ?r) {{ VALUES (?i ?t) {{ {rows} }} }} ORDER BY ?i"
    solutions = ox.Store().query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    assert found == [solution["r"].value == "true" for solution in solutions]
    if r"\p" not in pattern and r"\P" not in pattern:
        python = re.compile(
            # In Python "$" is also the place before a last line end.
            pattern if "m" in flags else re.sub(r"\$\Z", r"\\Z", pattern),
            sum((re.S if mark == "s" else re.M if mark == "m" else re.I) for mark in marks),
        )
        assert found == [python.search(text) is not None for text in texts]
