import random
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.data.invented import column, contract, reviews

from jixiao.contracts import CleanSettings, Role
from jixiao.core import ContractError
from jixiao.data.clean import near_duplicate_report, near_duplicates


def shingles(text: str) -> set[str]:
    plain = " ".join(text.split()).lower()
    return {plain[at : at + 5] for at in range(len(plain) - 4)} or {plain}


def by_brute_force(texts: list[str], threshold: float) -> list[list[int]]:
    """All pairs, compared one by one; a second way to the same groups."""
    parent = list(range(len(texts)))

    def root(at: int) -> int:
        while parent[at] != at:
            at = parent[at]
        return at

    sets = [shingles(text) for text in texts]
    for i in range(len(texts)):
        for j in range(i):
            shared = len(sets[i] & sets[j])
            near = shared >= threshold * len(sets[i] | sets[j]) - 1e-9
            if near and texts[i].strip() and texts[j].strip():
                parent[root(i)] = root(j)
    groups: dict[int, list[int]] = {}
    for at in range(len(texts)):
        groups.setdefault(root(at), []).append(at)
    return sorted(group for group in groups.values() if len(group) > 1)


@given(
    st.lists(st.text(alphabet="ab c好", max_size=24), min_size=1, max_size=25),
    st.sampled_from([0.5, 0.7, 0.9]),
)
def test_groups_are_those_of_comparing_every_pair(texts, threshold):
    assert near_duplicates(texts, threshold) == by_brute_force(texts, threshold)


def test_case_blanks_and_missing_texts():
    texts = ["Good  work", "good work ", None, "", "  ", "无", "无", "other"]
    assert near_duplicates(texts) == [[0, 1], [5, 6]]


def test_one_changed_word_in_a_long_text_is_near():
    text = (
        "The team delivered every milestone on time and helped two others to finish theirs early. "
        * 3
    )
    assert near_duplicates([text, text.replace("early", "later", 1), "quite another"]) == [[0, 1]]


def test_an_impossible_threshold_is_refused():
    with pytest.raises(ContractError) as caught:
        near_duplicates(["a"], 1.5)
    assert "near_duplicate: expected a share above 0 and up to 1, got 1.5" in str(caught.value)


def test_a_phrase_that_everybody_uses_does_not_slow_it_down():
    rng = random.Random(0)
    texts = [f"本季度工作认真负责，完成全部目标。编号{rng.random()}" for _ in range(5_000)]
    started = time.perf_counter()
    near_duplicates(texts, 0.9)
    assert time.perf_counter() - started < 20


def test_the_report_lists_groups_and_says_what_happens():
    frame, made = reviews(4, 1)
    frame = frame[[0, 1, 2, 3, 0]]
    groups, report = near_duplicate_report(frame, made, CleanSettings())
    assert groups == [[0, 4]]
    assert report.note == "1 texts repeat or nearly repeat another; listed only"
    assert report.details == {"threshold": 0.9, "groups": [[0, 4]]}
    no_text = contract(column("x", Role.NUMBER))
    assert (
        near_duplicate_report(frame, no_text, CleanSettings())[1].note
        == "no text column to compare"
    )


def test_groups_do_not_depend_on_the_order_of_the_texts():
    rng = np.random.default_rng(0)
    base = ["".join(rng.choice(list("abcdefgh "), 60)) for _ in range(40)]
    texts = [*base, *(text[:-1] + "z" for text in base[:20])]
    order = rng.permutation(len(texts))
    shuffled = near_duplicates([texts[at] for at in order])
    back = sorted(sorted(int(order[at]) for at in group) for group in shuffled)
    assert back == near_duplicates(texts)
