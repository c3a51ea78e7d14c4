"""Sentences on the same facts, told apart by the words that turn them round."""

from __future__ import annotations

import pytest

from jixiao.gate import stance_of


@pytest.mark.parametrize(
    ("language", "told", "turned", "found"),
    [
        ("zh", "没有明显的升降", "有明显的升降", "denies less"),
        ("zh", "看不出明显的升降趋势", "看出明显的升降趋势", "denies less"),
        ("zh", "数据未说明高低，故不作评价", "数据未说明高低，故作评价", "denies less"),
        ("zh", "还没有商定的改进行动", "还有商定的改进行动", "denies less"),
        ("zh", "已有商定的改进行动", "还没有商定的改进行动", "denies more"),
        ("zh", "最低为，最高为", "最高为，最高为", "highest"),
        ("zh", "有人认可这一评级", "所有人都认可这一评级", "所有人"),
        ("zh", "超过了上限", "少于上限", "the other way"),
        ("en", "no clear trend shows", "some clear trend shows", "denies less"),
        ("en", "its direction is not known", "its direction is known", "denies less"),
        ("en", "the rating stands", "the rating does not stand", "denies more"),
        ("en", "better than before", "better than after", "after"),
        ("en", "the target was met", "the target was nearly met", "nearly"),
        ("en", "the targets were missed", "most of the targets were missed", "most"),
        ("zh", "这与入库评级一致", "这与入库评级不一致", "the other way"),
        ("zh", "两者不一致", "两者一致", "the other way"),
        ("en", "it rose", "it fell", "the other way"),
    ],
)
def test_a_sentence_that_is_turned_round_is_told_from_its_twin(language, told, turned, found):
    one, other = stance_of(told, language), stance_of(turned, language)
    assert other.against(one) == found
    assert one.against(one) == ""


@pytest.mark.parametrize(
    ("language", "told", "other"),
    [
        ("zh", "控制在上限以内", "没有超过上限"),
        ("zh", "未达标", "与目标还有差距"),
        ("zh", "评级与上期持平", "评级与上期相同，没有变化"),
        ("zh", "意见一致", "评分高低不等"),
        ("en", "its direction is not known, so nothing is judged", "it came to"),
        ("en", "the target was missed", "the target was not met"),
        ("en", "is unchanged", "has not changed"),
        ("en", "is at most the limit", "is within the limit"),
    ],
)
def test_other_words_for_the_same_are_no_contradiction(language, told, other):
    assert stance_of(other, language).against(stance_of(told, language)) == ""
