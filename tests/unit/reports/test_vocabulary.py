from __future__ import annotations

import pytest

from jixiao.reports.usage import misplaced
from jixiao.reports.vocabulary import foreign_words, vocabulary


@pytest.mark.parametrize(
    ("text", "language", "foreign"),
    [
        ("The rating on record is steady.", "en", []),
        ("A natural leader rose above targets.", "en", ["natural", "leader"]),
        ("half of the ratings", "en", ["half"]),
        ("与上期相比，评级没有变化。", "zh", []),
        ("天生的领导者。", "zh", ["天生的领导者"]),
        ("有twelve人提到。", "zh", ["twelve"]),
        ("一半的评语提到目标。", "zh", ["一半的评语提到目标"]),
    ],
)
def test_only_words_of_reports_pass(text, language, foreign):
    assert foreign_words(text, language) == foreign


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_figure_in_words_is_a_word_of_reports(language):
    figures = {"half", "twice", "double", "two", "ten", "dozen", "一半", "两成", "翻倍", "十"}
    assert not figures & vocabulary(language)


@pytest.mark.parametrize(
    ("template", "language", "told"),
    [
        ("{{fact:indicators.met}} of {{fact:indicators.judged}} targets were met.", "en", []),
        (
            "{{fact:indicators.judged}} of {{fact:indicators.met}} targets were met.",
            "en",
            ["CONTEXT indicators.judged out of place", "CONTEXT indicators.met out of place"],
        ),
        ("With {{fact:kpi1}}, {{name:kpi1}} met its target of {{fact:kpi1.target}}.", "en", []),
        (
            "With {{fact:kpi1.target}}, {{name:kpi1}} met its target of {{fact:kpi1}}.",
            "en",
            ["CONTEXT kpi out of place"],
        ),
        (
            "与目标差距最大的是{{fact:rating.position}}。",
            "zh",
            ["CONTEXT rating.position out of place"],
        ),
    ],
)
def test_a_fact_stands_only_beside_words_it_has_in_some_outline(template, language, told):
    assert list(misplaced(template, language)) == told
