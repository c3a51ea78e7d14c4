from __future__ import annotations

from datetime import date

import pytest

from jixiao.contracts import PrivacySettings, Report, ReportSettings, TaskKind
from jixiao.core import ReportError
from jixiao.reports import make_reports


def reports(evidence, level, language="en") -> dict[str, Report]:
    made = make_reports(evidence, levels=[level], languages=[language])
    return {report.subject: report for report in made}


def facts(evidence, level, subject="customers"):
    return {fact.id: fact for fact in reports(evidence, level)[subject].facts}


def test_satisfaction_is_the_share_of_the_upper_quarter_with_its_interval(busy):
    found = facts(busy.evidence(), "customer")
    good = sum(answer["rating"] == "5" for answer in busy.answers)
    assert found["csat.n"].value == 73
    assert found["csat.share"].value == pytest.approx(100 * good / 73, abs=1e-6)
    assert found["csat.low"].value < found["csat.share"].value < found["csat.high"].value
    assert found["csat.levels"].value == "4–5"
    assert "csat.against" not in found  # all others are dissatisfied, which says nothing new


def test_a_product_stands_beside_the_answers_about_all_others(busy):
    found = facts(busy.evidence(), "product", "Lamp")
    rest = [a["rating"] == "5" for a in busy.answers if a["product"] != "Lamp"]
    assert found["csat.rest_n"].value == len(rest) == 33
    assert found["csat.rest"].value == pytest.approx(100 * sum(rest) / 33, abs=1e-6)
    assert found["csat.verdict"].value == "higher"
    shown = found["csat.share"].value, found["csat.rest"].value
    assert found["csat.difference"].value == pytest.approx(round(shown[0], 1) - round(shown[1], 1))


def test_a_product_of_few_answers_has_no_report_and_is_counted_in_the_whole(busy):
    assert set(reports(busy.evidence(), "product")) == {"Lamp"}  # Chair would give Rug away
    measures = {fact.measure for fact in facts(busy.evidence(), "customer").values()}
    assert not measures & {"Rug", "Chair"}


def test_total_less_shown_products_is_never_about_few_people(busy):
    whole = facts(busy.evidence(), "customer")["csat.n"].value
    shown = [
        next(f.value for f in report.facts if f.id == "csat.n")
        for report in reports(busy.evidence(), "product").values()
    ]
    assert whole - sum(shown) == 0 or whole - sum(shown) >= 5


def test_eleven_steps_from_zero_are_a_net_promoter_question(shop):
    one = shop(levels=tuple(str(step) for step in range(11)))
    for level, count in (("10", 30), ("9", 20), ("8", 30), ("3", 20)):
        for _ in range(count):
            one.answer(level, text="x")
    found = facts(one.evidence(), "customer")
    assert found["nps"].value == 30
    assert found["nps.low"].value == pytest.approx(30 - 100 * 1.96 * 0.0781, abs=0.1)
    assert (found["nps.promoters"].value, found["nps.detractors"].value) == (50, 20)
    text = " ".join(
        c.text for s in reports(one.evidence(), "customer")["customers"].sections for c in s.claims
    )
    assert "+30" in text


@pytest.mark.parametrize(
    "classes", [("negative", "neutral", "positive"), ("0", "1"), ("差评", "好评")]
)
def test_classes_whose_name_says_so_count_as_satisfied(shop, classes):
    one = shop(levels=classes, kind=TaskKind.CLASS)
    for place in range(40):
        one.answer(classes[-1] if place < 10 else classes[0], text="x")
    found = facts(one.evidence(), "customer")
    assert found["csat.share"].value == 25
    assert found["csat.levels"].value == classes[-1]


def test_the_settings_name_who_is_satisfied(shop):
    one = shop(levels=("bronze", "gold", "silver"), kind=TaskKind.CLASS)
    for place in range(20):
        one.answer("gold" if place < 5 else "bronze", text="x")
    assert "csat.share" not in facts(one.evidence(), "customer")
    named = one.evidence(report=ReportSettings(satisfied=("gold",)))
    assert facts(named, "customer")["csat.share"].value == 25
    wrong = one.evidence(report=ReportSettings(satisfied=("golden",)))
    with pytest.raises(ReportError, match=r"JX-E506.*bronze, gold, silver, got 'golden'"):
        facts(wrong, "customer")


def test_months_of_answers_give_a_trend_and_small_months_are_left_out(shop):
    one = shop()
    for month in range(1, 11):
        for place in range(3 if month == 4 else 20):
            good = place < 2 * month
            one.answer("5" if good else "2", day=date(2025, month, 1 + place), text="x")
    found = facts(one.evidence(), "customer")
    months = [f.period.start[5:7] for f in found.values() if f.id.startswith("csat.history")]
    assert "04" not in months
    assert found["csat.periods"].value == len(months) == 8  # April, and March or May beside it
    assert found["csat.trend"].value == "up"


def test_one_person_who_answers_often_is_one_respondent(shop):
    one = shop()
    for place in range(40):
        one.answer("5", customer=f"C{place % 4}", product="Lamp" if place % 2 else "Chair")
    evidence = one.evidence(subject="customer")
    report = reports(evidence, "customer")["customers"]
    assert report.too_little_data
    assert {fact.id for fact in report.facts} == {"rating.hidden", "data.too_little"}
    loose = one.evidence(subject="customer", privacy=PrivacySettings(min_scores=2))
    assert facts(loose, "customer")["data.people"].value == 4


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_sentence_on_customers_cites_what_the_report_holds(busy, language):
    for level in ("customer", "product"):
        for report in reports(busy.evidence(), level, language).values():
            known = {fact.id for fact in report.facts}
            quotes = {comment.id for comment in report.comments}
            for claim in (c for s in report.sections for c in s.claims):
                assert claim.facts or claim.comments
                assert set(claim.facts) <= known
                assert set(claim.comments) <= quotes
