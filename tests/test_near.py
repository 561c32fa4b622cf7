"""Names one edit apart, against the distance that rapidfuzz counts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from mosty.validate.near import Near, one_edit

NAMES = st.text("abc", min_size=4, max_size=8)


@given(NAMES, NAMES)
def test_one_edit_is_a_distance_of_one_at_most(one: str, other: str) -> None:
    assert one_edit(one, other) == (OSA.distance(one, other) <= 1)


@given(st.sets(NAMES, max_size=8), NAMES)
def test_what_is_found_is_near_and_nothing_near_is_missed(known: set[str], wanted: str) -> None:
    key = f"<http://e/{wanted}>"
    found = Near([f"<http://e/{name}>" for name in known], [key]).find(key)
    near = {f"<http://e/{name}>" for name in known - {wanted} if OSA.distance(name, wanted) <= 1}
    assert found in near if near else found is None
