"""File names and addresses of the site: safe, distinct and right, whatever the data say."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from links import joined

from mosty.rdf.prefixes import Prefixes
from mosty.site.paths import fragment, is_plain, record_paths, relative, safe_name


@given(st.lists(st.text(max_size=30), max_size=8, unique=True))
def test_paths_are_safe_and_distinct_whatever_the_names(names: list[str]) -> None:
    prefixes = Prefixes({"thing": "https://e.org/id/thing/"})
    keys = [f"<https://e.org/id/thing/{name}>" for name in names]
    paths = record_paths(keys, prefixes, ["thing"])
    assert len({path.lower() for path in paths.values()}) == len(keys)
    for path in paths.values():
        assert re.fullmatch(r"id/(thing|other)/[A-Za-z0-9][A-Za-z0-9._~-]{0,99}", path)
        assert ".." not in path
    for key in keys:
        assert re.fullmatch(r"[A-Za-z0-9._~-]+", fragment(key, prefixes))


@given(st.text(max_size=60), st.text(max_size=60))
def test_safe_names_tell_things_apart(one: str, other: str) -> None:
    assert (safe_name(one, one) == safe_name(other, other)) == (one == other)
    assert re.fullmatch(r"[a-z0-9-]+~[0-9a-f]{13}", safe_name(one, one))
    assert not is_plain(safe_name(one, one)), "no plain name is ever like a safe one"


_PATHS = st.lists(st.sampled_from(["a", "b", "c.html"]), min_size=1, max_size=4).map("/".join)


@given(_PATHS, _PATHS)
def test_relative_addresses_lead_back(target: str, start: str) -> None:
    assert joined(start, relative(target, start)) == target
