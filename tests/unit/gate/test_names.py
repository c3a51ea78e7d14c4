import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.gate import verify_text
from jixiao.gate.names import _as_written

WORD = st.from_regex(r"[A-Z][a-z]{1,8}", fullmatch=True)


@given(st.lists(st.one_of(WORD, st.sampled_from(["J.", "D.J.", "TJ", "Jr."])), min_size=1), WORD)
def test_a_name_is_found_as_it_is_written(words, last):
    name = " ".join([*words, last])
    assert re.fullmatch(_as_written(name), name)


@pytest.mark.parametrize("name", ["D.J. Fox", "DJ Fox", "D. J. Fox"])
def test_initials_may_be_written_in_many_ways(name, shops):
    found = verify_text(f"Yesterday {name} had 5 orders .", shops).spans
    assert [(one.text, one.verdict) for one in found if one.type == "NAME"] == [(name, "supported")]


def test_a_suffix_may_be_left_out(shops):
    for name in ("Eve Ray Jr.", "Eve Ray"):
        found = verify_text(f"The best was {name} with 12 orders .", shops).spans
        assert [one.text for one in found if one.type == "NAME" and not one.fails] == [name]
        assert not any(one.fails for one in found if one.type == "NAME")


def test_a_name_behind_a_second_word_of_comparison_is_not_set_against_itself(shops):
    found = verify_text("North outsold South , and outsold South by far .", shops).spans
    assert not any(one.fails for one in found if one.type == "NAME")
    wrong = verify_text("North outsold North .", shops).spans
    assert [one.expected for one in wrong if one.type == "NAME" and one.fails] == ["South"]
