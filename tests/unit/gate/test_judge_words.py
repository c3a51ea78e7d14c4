"""Words that turn a sentence round: each true sentence has a false twin of the same figures."""

from __future__ import annotations

import pytest

from jixiao.contracts import Claim, Fact, Language, Span
from jixiao.gate import FactSet, check_claim, verify_text

Q4 = Span(start="2025-10-01", end="2026-01-01")


def made(name: str, value: str | float, measure: str = "", **more: str) -> Fact:
    plain = measure or name.replace(".", "_")
    return Fact(id=name, subject="E1", measure=plain, value=value, period=Q4, **more)


FACTS = FactSet(
    [
        made("kpi1", 5.8, "Complaints"),
        made("kpi1.target", 6.0, "Complaints_target"),
        made("kpi2", 132_500.0, "Sales"),
        made("kpi2.target", 120_000.0, "Sales_target"),
        made("kpi3", 90.0, "Quality"),
        made("kpi3.target", 90.0, "Quality_target"),
        made("indicators.best", "Sales", formula="largest share of the target"),
        made("indicators.worst", "Quality", formula="smallest share of the target"),
        made("units.highest", "Optics", formula="largest mean of the shown teams"),
        made("units.lowest", "Lenses", formula="smallest mean of the shown teams"),
        made("rating", 3.0),
        made("rating.previous", 3.0),
        made("rating.steps", 0.0, base="rating.previous"),
        made("data.records", 3.0),
        made("data.needed", 5.0),
    ],
    [],
)
SALES, COMPLAINTS = ("kpi2", "kpi2.target"), ("kpi1", "kpi1.target")
QUALITY, UNITS = ("kpi3", "kpi3.target"), ("units.highest", "units.lowest")


def failing(text: str, facts: tuple[str, ...], language: Language) -> list[str]:
    found = check_claim(Claim(text=text, facts=facts), FACTS, language=language)
    return [one.text for one in found]


@pytest.mark.parametrize(
    ("facts", "true", "false", "word"),
    [
        (SALES, "Sales实际为13.25万，不低于12万的目标。", "不高于", "高于"),
        (SALES, "Sales实际为13.25万，超过12万的目标。", "低于", "低于"),
        (SALES, "Sales实际为13.25万，不少于12万的目标。", "不多于", "多于"),
        (COMPLAINTS, "Complaints实际为5.8，没有超过6的上限。", "有超过", "超过"),
        (COMPLAINTS, "Complaints实际为5.8，不超过6的上限。", "超过了", "超过"),
    ],
)
def test_a_bound_that_is_turned_round_is_found_in_chinese(facts, true, false, word):
    assert failing(true, facts, "zh") == []
    own = next(one for one in ("不低于", "不少于", "没有超过", "不超过", "超过") if one in true)
    assert failing(true.replace(own, false), facts, "zh") == [word]


@pytest.mark.parametrize(
    ("facts", "true", "false"),
    [
        (SALES, "at least", "at most"),
        (SALES, "no less than", "no more than"),
        (SALES, "not below", "not above"),
        (SALES, "above", "below"),
    ],
)
def test_a_bound_that_is_turned_round_is_found_in_english(facts, true, false):
    said = "Sales came to 132,500, {} the target of 120,000."
    assert failing(said.format(true), facts, "en") == []
    assert failing(said.format(false), facts, "en") == [false]


@pytest.mark.parametrize("bound", ["不低于", "不高于", "不少于", "不超过"])
def test_what_equals_its_target_is_neither_above_nor_below_it(bound):
    assert failing(f"Quality实际为90，{bound}90的目标。", QUALITY, "zh") == []


def test_a_bound_on_no_target_is_left_to_the_figures():
    facts = ("data.records", "data.needed")
    assert failing("只有3条记录，至少需要5条。", facts, "zh") == []
    assert failing("There are 3 records; at least 5 are needed.", facts, "en") == []
    assert failing("Sales超过13万。", ("kpi2",), "zh") == []


@pytest.mark.parametrize(
    ("language", "facts", "true", "false"),
    [
        ("zh", ("indicators.best",), "对照目标，Sales完成得最好。", "对照目标，Sales完成得最差。"),
        ("zh", ("indicators.worst",), "与目标差距最大的是Quality。", "与目标差距最小的是Quality。"),
        ("en", ("indicators.best",), "Sales did best on its target.", "Sales did worst on it."),
        ("zh", UNITS, "Optics均值最高，Lenses最低。", "Optics均值最低，Lenses最高。"),
        ("en", UNITS, "Optics is highest, Lenses lowest.", "Optics is lowest, Lenses highest."),
    ],
)
def test_the_best_is_not_the_worst(language, facts, true, false):
    assert failing(true, facts, language) == []
    assert failing(false, facts, language) != []


def test_what_has_not_changed_has_not_changed_in_any_words():
    facts = ("rating", "rating.previous", "rating.steps")
    assert failing("评级为3，没有变化。", facts, "zh") == []
    assert failing("评级为3，没有明显变化。", facts, "zh") == []
    assert failing("评级为3，有变化。", facts, "zh") == ["有变化"]
    assert failing("The rating of 3 has changed.", facts, "en") == ["has changed"]


def test_a_share_in_words_needs_a_fact():
    for text in ("Half of the people met the target.", "Half the people met the target."):
        assert "Half" in [one.text for one in verify_text(text, FACTS).spans if one.fails]
    said = "Sales rose in the second half of the year."
    assert "half" not in [one.text for one in verify_text(said, FACTS).spans if one.fails]
