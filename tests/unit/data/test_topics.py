from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from jixiao.data import find_topics, mentions

EN = [
    *(f"The battery of my phone died after {n} days, a poor battery." for n in range(12)),
    *(f"I love the screen of this phone, number {n}." for n in range(9)),
    *(f"Waited {n} days for the delivery and the delivery driver was rude." for n in range(8)),
    *(f"Good, number {n}." for n in range(20)),
]
ZH = [
    *(f"房间很干净，服务态度也不错，第{n}次入住。" for n in range(12)),
    *(f"早餐太差，品种很少，住了{n}天。" for n in range(9)),
    *(f"位置不错，第{n}次来。" for n in range(20)),
]


def table(texts):
    return pl.DataFrame(
        {"_row": list(range(len(texts))), "column": ["text"] * len(texts), "text": texts},
        schema={"_row": pl.Int64, "column": pl.String, "text": pl.String},
    )


@pytest.mark.parametrize(("texts", "wanted"), [(EN, "battery"), (ZH, "房间")])
def test_topics_are_named_by_their_own_words(texts, wanted):
    found = find_topics(texts)
    assert any(wanted in topic.name for topic in found)
    assert all(word in " ".join(texts).lower() for topic in found for word in topic.words)


@effort(max_examples=20)
@given(order=st.permutations(range(len(EN) + len(ZH))))
def test_the_order_of_the_texts_does_not_matter(order):
    both = EN + ZH
    assert find_topics([both[place] for place in order]) == find_topics(both)


def test_repeated_texts_count_once():
    assert find_topics(EN + EN[:12] * 5) == find_topics(EN)


def test_too_few_texts_have_no_topics():
    assert find_topics(["The battery died.", "A poor battery.", ""]) == []
    assert find_topics([]) == []
    assert mentions(table(["The battery died."]), []).height == 0


def test_a_mention_is_an_exact_piece_of_its_text_and_a_word_of_its_own():
    texts = [*EN, "BATTERY and all", "batteryless things"]
    found = mentions(table(texts), find_topics(texts))
    for row, mention in found.select("_row", "mention").iter_rows():
        assert mention in texts[row]
    battery = found.filter(pl.col("topic").str.contains("battery"))
    assert battery["_row"].to_list() == [*range(12), len(EN)]


def test_one_text_mentions_a_topic_once():
    found = mentions(table(EN), find_topics(EN))
    assert found.select("_row", "topic").is_duplicated().sum() == 0
