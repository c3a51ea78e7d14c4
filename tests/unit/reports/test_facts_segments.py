from __future__ import annotations

from jixiao.contracts import ReportSettings
from jixiao.reports import make_reports, to_json


def whole(evidence):
    (report,) = make_reports(evidence, levels=["customer"], languages=["en"])
    return report


def test_each_segment_tells_its_ends_and_whether_they_differ_by_more_than_chance(shop):
    one = shop()
    for place in range(120):
        channel = "web" if place < 60 else "shop"
        good = place % 10 < (9 if channel == "web" else 4)
        one.answer("5" if good else "1", channel=channel, text="x")
    facts = {fact.id: fact for fact in whole(one.evidence()).facts}
    assert facts["segment1"].measure == "channel"
    assert (facts["segment1.best"].value, facts["segment1.worst"].value) == ("web", "shop")
    assert (facts["segment1.best_share"].value, facts["segment1.worst_share"].value) == (90, 40)
    assert facts["segment1.gap"].value == 50
    assert facts["segment1.sure"].value == "yes"


def test_segments_alike_are_said_to_differ_by_chance_at_most(shop):
    one = shop()
    for place in range(120):
        one.answer(
            "5" if place % 3 else "1", channel=("web", "shop", "call")[place // 40], text="x"
        )
    facts = {fact.id: fact for fact in whole(one.evidence()).facts}
    assert facts["segment1.sure"].value == "no" if "segment1.sure" in facts else True


def test_a_value_of_few_respondents_never_stands_in_a_report(shop):
    one = shop()
    for place in range(63):
        channel = "fax" if place < 3 else ("web" if place < 33 else "shop")
        one.answer("5" if place % 3 else "1", channel=channel, text="x")
    report = whole(one.evidence(report=ReportSettings(segments=("channel",))))
    assert "fax" not in to_json(report)
    assert not any(fact.id.startswith("segment1.share") for fact in report.facts) or any(
        fact.id == "segment1.hidden" for fact in report.facts
    )


def test_two_columns_that_differ_by_few_respondents_do_not_give_them_away(shop):
    one = shop()
    for place in range(60):
        product = "Lamp" if place < 30 else "Chair"
        channel = "web" if place < 28 else "shop"
        one.answer("5" if place % 3 else "1", product=product, channel=channel, text="x")
    facts = {fact.id: fact for fact in whole(one.evidence()).facts}
    told = {fact.measure for name, fact in facts.items() if ".n" in name and "segment" in name}
    assert not {"Lamp", "web"} <= told  # Lamp less web would be two respondents


def test_reasons_are_counted_where_the_settings_name_their_column(shop):
    one = shop()
    for place in range(50):
        reason = (
            "late" if place < 20 else ("rude" if place < 32 else ("lost" if place < 34 else None))
        )
        one.answer("1" if reason else "5", reason=reason, text="x")
    facts = {f.id: f for f in whole(one.evidence(report=ReportSettings(reasons="reason"))).facts}
    assert facts["reasons.n"].value == 34
    assert (facts["reason1"].measure, round(facts["reason1"].value, 1)) == ("late", 58.8)
    assert "lost" not in {fact.measure for fact in facts.values()}
