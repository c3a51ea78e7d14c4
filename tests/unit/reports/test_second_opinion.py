from __future__ import annotations

import pytest

from jixiao.reports import make_reports, render_html, to_json
from jixiao.reports.facts_opinion import likely_range, likely_set


def build(company, last):
    one = company()
    for quarter, level in enumerate(("合格", "良好", last), start=1):
        row = one.rate("E1", f"2025Q{quarter}", level)
        one.opine(row, [0.031, 0.047, 0.811, 0.111])
    return one.evidence(model="stack.v1 secretname")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_trace_of_a_second_opinion_before_the_rating_is_stored(company, language):
    evidence = build(company, None)
    for level in ("employee", "team", "organisation"):
        for report in make_reports(evidence, levels=[level], languages=[language]):
            for page in (to_json(report), render_html(report)):
                assert "opinion." not in page
                assert "81.1" not in page
                assert "secretname" not in page
                assert "模型的参考意见" not in page
            assert not report.analyst_only


def test_an_analyst_sees_it_and_the_report_says_for_whom_it_is(company):
    (report,) = make_reports(
        build(company, None), levels=["employee"], languages=["en"], analyst=True
    )
    assert report.analyst_only
    assert "For analysts only" in render_html(report)
    assert report.provenance["model"] == "stack.v1 secretname"


def test_a_stored_rating_lets_everybody_see_it_beside_the_rating(company):
    (report,) = make_reports(build(company, "合格"), levels=["employee"], languages=["en"])
    facts = {fact.id: fact.value for fact in report.facts}
    assert not report.analyst_only
    assert facts["opinion.level"] == "良好"
    assert facts["opinion.share"] == pytest.approx(81.1)
    assert facts["opinion.agreement"] == "outside"
    assert facts["opinion.expected"] == pytest.approx(0.031 + 2 * 0.047 + 3 * 0.811 + 4 * 0.111)
    (section,) = [section for section in report.sections if section.id == "opinion"]
    assert all(claim.kind == "opinion" for claim in section.claims)


def test_a_record_that_was_not_scored_says_so_instead_of_zero(company):
    one = company()
    for quarter in (1, 2, 3):
        row = one.rate("E1", f"2025Q{quarter}", "良好")
        one.opine(row, [0.1, 0.2, 0.6, 0.1])
    scores = [row | {"status": "abstained"} for row in one.scores]
    one.scores = scores
    (report,) = make_reports(one.evidence(), levels=["employee"], languages=["en"])
    assert "abstained" in to_json(report)
    assert not any(fact.id == "opinion.level" for fact in report.facts)


def test_likely_levels_hold_the_mass_with_the_fewest_levels():
    shares = [0.05, 0.5, 0.06, 0.39]
    assert likely_set(shares) == [1, 2, 3]
    assert likely_range(shares) == [1, 2, 3]
    assert likely_range([0.95, 0.02, 0.02, 0.01]) == [0]
    assert likely_range([0.25, 0.25, 0.25, 0.25]) == [0, 1, 2, 3]
