from __future__ import annotations

import pytest

from jixiao.core import JixiaoError, ReportError
from jixiao.reports import BUILDERS, packaged_outline, parse_outline
from jixiao.reports.outline import Condition

BASE = {
    "version": 1,
    "level": "employee",
    "language": "en",
    "title": "{subject}",
    "builders": ["data.v1"],
}


def with_sentence(**sentence):
    return BASE | {"sections": [{"id": "a", "title": "A", "sentences": [sentence]}]}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("level", ["employee", "team", "organisation"])
def test_packaged_outlines_are_valid_and_name_known_builders(level, language):
    outline = packaged_outline(level, language)
    assert outline.level == level
    assert outline.language == language
    assert all(name in BUILDERS for name in outline.builders)


@pytest.mark.parametrize("level", ["employee", "team", "organisation"])
def test_both_languages_have_the_same_sections_and_conditions(level):
    zh, en = packaged_outline(level, "zh"), packaged_outline(level, "en")
    assert [section.id for section in zh.sections] == [section.id for section in en.sections]
    for ours, theirs in zip(zh.sections, en.sections, strict=True):
        assert [s.when for s in ours.sentences] == [s.when for s in theirs.sentences]
        assert [s.each for s in ours.sentences] == [s.each for s in theirs.sentences]
        assert [chart.id for chart in ours.charts] == [chart.id for chart in theirs.charts]


def test_digits_in_the_words_are_refused():
    with pytest.raises(ReportError, match="digits and single braces belong into slots"):
        parse_outline(with_sentence(variants=["{rating} of 5"]), "own.yaml")


def test_an_unknown_key_is_refused_and_named():
    with pytest.raises(ReportError, match=r"own.yaml: sections.0.sentences.0.varaints"):
        parse_outline(with_sentence(varaints=["x"], variants=["y"]), "own.yaml")


def test_all_faults_are_named_at_once():
    content = with_sentence(variants=["level 3"]) | {"version": 2, "language": "fr"}
    with pytest.raises(JixiaoError) as caught:
        parse_outline(content, "own.yaml")
    assert str(caught.value).count("[JX-E510]") == 3


def test_conditions_are_read_strictly():
    assert Condition.model_validate("rating.change > 0.5").value == 0.5
    assert Condition.model_validate("not team.mean").absent
    with pytest.raises(ValueError, match="a condition reads"):
        Condition.model_validate("rating >> 3")
