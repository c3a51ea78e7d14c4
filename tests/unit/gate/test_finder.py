import re

from hypothesis import given
from hypothesis import strategies as st

from jixiao.gate.finder import Finder, holds_none


@given(st.text(alphabet="ab 高于", max_size=12), st.text(alphabet="ab 高于", max_size=12))
def test_a_phrase_set_apart_is_always_found_at_its_place(left, right):
    text = f"{left} upper {right}"
    (hit,) = Finder(["upper"]).hits(text)
    assert text[hit.start : hit.end] == "upper"


def test_the_longest_phrase_wins_and_latin_words_are_whole():
    finder = Finder(["more", "more than", "高", "高于"])
    assert [hit.phrase for hit in finder.hits("More than moreover; 高于")] == ["more than", "高于"]
    assert "moreover" not in finder


@given(st.text(alphabet="twoTWO2-_ 高ſıİ\0", max_size=12))
def test_a_word_that_a_search_finds_is_never_said_to_be_missing(text):
    if re.search(r"\btwo\b", text, re.IGNORECASE):
        assert not holds_none(text, frozenset({"two"}))
