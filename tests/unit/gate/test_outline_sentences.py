"""Sentences as the outlines write them: the true one passes, the false twin beside it does not."""

import pytest

from jixiao.contracts import Claim, Fact, Span
from jixiao.gate import FactSet, check_claim

Q4 = Span(start="2025-10-01", end="2026-01-01")
DUE = Span(start="2025-12-31", end="2026-01-01")


def fact(name, measure, value, unit=None, formula="", period=Q4):
    return Fact(
        id=name, subject="S1", measure=measure, value=value, unit=unit, period=period,
        formula=formula,
    )  # fmt: skip


GROWTH = "Survey Growth"
SURVEY = [
    fact("conf3", GROWTH, "confidential"),
    fact("conf3.mean", f"{GROWTH}_mean", 3.857143, formula="mean(last answer)"),
    fact("conf3.n", f"{GROWTH}_n", 14.0, formula="count(respondents)"),
    fact("conf3.share", f"{GROWTH}_share", 71.428571, "%", "100 × a ÷ b"),
    fact("conf3.share_low", f"{GROWTH}_share_low", 45.350916, "%", "95 % interval"),
    fact("conf3.share_high", f"{GROWTH}_share_high", 88.278621, "%", "95 % interval"),
    fact("conf3.best", GROWTH, "yes", formula="largest share of the upper end"),
]
SEASON = [
    fact("kpi4", "Output", 307.0),
    fact("kpi4.season_up", "Output_season_up", 29.416667),
    fact("kpi4.season_top", "Output_season_top", "month7", formula="largest seasonal effect"),
    fact("kpi4.season_down", "Output_season_down", -53.145833),
    fact("kpi4.season_low", "Output_season_low", "month1", formula="smallest seasonal effect"),
]
GOAL = [
    fact("goal1.progress", "goal1_progress", 80.0, "%"),
    fact("goal1.state", "goal1_state", "open"),
    fact("goal1.due", "goal1_due", "2025-12-31", period=DUE),
]
GOALS = [
    fact("goals.reached", "goals_reached", 20.0, "%"),
    fact("goals.n", "goals_n", 15.0),
    fact("goals.mean", "goals_mean", 86.666667, "%"),
]
UNITS = [
    fact("units.lowest", "units_lowest", "Assembly/Line Three", formula="smallest mean"),
    fact("units.lowest_mean", "units_lowest_mean", 2.461538),
]
ROWS = [
    fact("data.used", "data_used", 401.0),
    fact("data.read", "data_read", 432.0),
    fact("data.duplicate", "data_duplicate", 4.0),
    fact("data.quarantined", "data_quarantined", 27.0),
]
THEMES = [fact("theme1", "delivery", 5.0), fact("themes.people", "themes_people", 15.0)]
DELIVERY = "On-time delivery (%)"
MOVED = [
    fact("kpi3", DELIVERY, 98.1, "%"),
    fact("kpi3.previous", DELIVERY, 98.0, "%", period=Span(start="2025-07-01", end="2025-10-01")),
]
LEVEL = [
    fact("rating", "rating", "Exceeds"),
    fact("opinion.agreement", "opinion_agreement", "inside"),
]


def failing(text, facts, language):
    claim = Claim(text=text, facts=tuple(one.id for one in facts))
    found = check_claim(claim, FactSet(facts), language=language)
    return [one.text for one in found]


TWINS = [
    ("en", SURVEY, "Answers are highest for Survey Growth: 71.4% chose the upper end.",
     "Answers are lowest for Survey Growth: 71.4% chose the upper end.", "lowest"),
    ("en", SURVEY, "Survey Growth gets the highest answers, 71.4% of them (45.4% to 88.3%).",
     "Survey Growth gets the highest answers, 71.4% of them (45.4% to 83.3%).", "83.3%"),
    ("zh", SURVEY, "各题平均为Survey Growth为3.86（14人）。",
     "各题平均为Survey Growth为3.68（14人）。", "3.68"),
    ("en", SEASON, "Output follows the calendar: usually 29.42 above its course in July and 53.15"
     " below it in January.", "Output follows the calendar: usually 29.42 below its course in July"
     " and 53.15 below it in January.", "below"),
    ("en", SEASON, "Output is usually 29.42 above its course in July.",
     "Output is usually 29.42 above its course in June.", "June"),
    ("zh", SEASON, "Output有季节规律：7月通常偏高29.42，1月通常偏低53.15。",
     "Output有季节规律：7月通常偏高29.42，1月通常偏高53.15。", "高"),
    ("zh", SEASON, "Output往往在7月走高、1月走低。", "Output往往在1月走高、7月走低。", "走高"),
    ("en", GOAL, "The goal stands at 80%; it was due on 31 December 2025.",
     "The goal stands at 80%; it was due on 30 November 2025.", "30 November 2025"),
    ("zh", GOAL, "目前进度80%，还没有完成。", "目前进度80%，已达标。", "已达标"),
    ("en", GOALS, "20% of 15 people reached their goals, whose mean progress is 86.7%.",
     "20% of 16 people reached their goals, whose mean progress is 86.7%.", "16 people"),
    ("en", GOALS, "15 people worked towards goals and got to 86.7% on average.",
     "15 people worked towards goals and got to 68.7% on average.", "68.7%"),
    ("en", UNITS, "Assembly/Line Three has the lowest mean with 2.46.",
     "Assembly/Line Four has the lowest mean with 2.46.", "Four"),
    ("en", ROWS, "401 of 432 rows could be used, 4 were duplicates, 27 are in quarantine.",
     "401 of 432 rows could be used, 5 were duplicates, 27 are in quarantine.", "5"),
    ("en", THEMES, "Delivery is named as a strength in the reviews of 5 people.",
     "Delivery is named as a strength in the reviews of 6 people.", "6 people"),
    ("en", MOVED, "On-time delivery rose from 98% to 98.1%.",
     "On-time delivery fell from 98% to 98.1%.", "fell"),
    ("en", LEVEL, "The stored rating, Exceeds, lies within the likely levels.",
     "The stored rating exceeds the likely levels.", "exceeds"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "facts", "true", "false", "word"), TWINS)
def test_a_true_sentence_passes_and_its_false_twin_does_not(language, facts, true, false, word):
    assert failing(true, facts, language) == []
    assert word in failing(false, facts, language)


def test_a_season_says_nothing_about_rising_or_falling():
    assert failing("Output rose.", SEASON, "en") == ["rose"]
    assert failing("Output fell.", SEASON, "en") == ["fell"]
