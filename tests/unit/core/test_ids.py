from hypothesis import given
from hypothesis import strategies as st

from jixiao.core import content_hash, json_hash, pseudonym
from jixiao.core.seeds import rng


def test_a_pseudonym_is_stable_under_one_salt_and_another_under_another():
    assert pseudonym("E0001", salt="a") == pseudonym("E0001", salt="a")
    assert pseudonym("E0001", salt="a") != pseudonym("E0001", salt="b")
    assert pseudonym("王芳", salt="a").startswith("P_")
    assert "王芳" not in pseudonym("王芳", salt="a")


@given(st.lists(st.binary(), max_size=4), st.lists(st.binary(), max_size=4))
def test_two_lists_of_parts_share_a_hash_only_when_they_are_equal(first, second):
    assert (content_hash(first) == content_hash(second)) == (first == second)


def test_the_order_of_keys_does_not_change_a_json_hash():
    assert json_hash({"a": 1, "b": [2]}) == json_hash({"b": [2], "a": 1})


def test_each_purpose_has_its_own_stream_of_random_numbers():
    assert rng(1, "a").integers(2**60) == rng(1, "a").integers(2**60)
    assert rng(1, "a").integers(2**60) != rng(1, "b").integers(2**60)
    assert rng(1, "a").integers(2**60) != rng(2, "a").integers(2**60)
