from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.contracts import Fact, Report, ReportSettings
from jixiao.core import ReportError, parse_period
from jixiao.reports import from_json, make_reports, report_id, to_json
from jixiao.reports.formats import period_text, value_text
from jixiao.reports.words import words_of


def one(evidence, language, **options) -> Report:
    (report,) = make_reports(evidence, levels=["employee"], languages=[language], **options)
    return report


def sentences(report: Report, section: str) -> list[str]:
    return [c.text for s in report.sections if s.id == section for c in s.claims]


def test_the_chinese_report_says_what_the_small_table_holds(lin):
    report = one(lin.evidence(), "zh", seed=1)
    everything = "\n".join(c.text for s in report.sections for c in s.claims)
    assert "2025年第四季度" in everything
    assert re.search(r"“良好”.*4级.*第3级|4级.*第3级", everything)
    assert re.search(r"“合格”.*1级|上升了1级|提高1级|升高1级", everything)
    assert "14万" in everything
    assert "“按时交付了全部版本”" in everything
    assert "“跨部门沟通需要加强”" in everything
    assert "“建议下季度参加培训”" in everything
    assert re.search(r"2项.*全部|全部达标", everything)


def test_the_english_report_counts_and_uses_singular_and_plural(lin):
    report = one(lin.evidence(), "en", seed=1)
    everything = "\n".join(c.text for s in report.sections for c in s.claims)
    assert "Q4 2025" in everything
    assert "level 3" in everything
    assert re.search(r"\b1 level\b", everything)
    assert not re.search(r"\b1 levels|\b1 records|\b1 raters|\b1 periods", everything)
    assert re.search(r"4 records from 4 periods and 1 rater\b|4 records from 4 periods", everything)
    assert "¥140,000" in everything


def test_facts_are_computed_as_their_formulas_say(lin):
    facts = {fact.id: fact for fact in one(lin.evidence(), "en").facts}
    assert facts["rating"].value == "良好"
    assert facts["rating.position"].value == 3
    assert facts["rating.change"].value == 1.0
    assert facts["rating.mean"].value == pytest.approx((2 + 3 + 2 + 3) / 4)
    assert facts["kpi1"].measure == "complaints"
    assert facts["kpi1.met"].value == "met"
    assert facts["kpi1.move"].value == "better"
    assert facts["kpi2.share"].value == pytest.approx(100 * 140000 / 130000, abs=1e-6)
    assert facts["kpi2.few"].value == 5
    assert "kpi2.trend" not in facts
    assert facts["kpi2.target"].unit == "CNY"
    assert facts["rating.change"].rows == (2, 3)


def test_every_sentence_cites_facts_or_quotations_that_the_report_holds(lin):
    for language in ("zh", "en"):
        report = one(lin.evidence(), language)
        facts = {fact.id for fact in report.facts}
        comments = {comment.id for comment in report.comments}
        for section in report.sections:
            for claim in section.claims:
                assert claim.facts or claim.comments
                assert set(claim.facts) <= facts
                assert set(claim.comments) <= comments


def test_quotations_are_exact_pieces_of_the_masked_text(lin):
    texts = dict(lin.texts)
    report = one(lin.evidence(), "zh")
    assert {comment.id for comment in report.comments} == {"strength1", "growth1", "action1"}
    assert all(comment.text in texts[comment.row] for comment in report.comments)


def test_texts_of_the_frame_are_never_quoted_without_masked_comments(lin):
    report = one(lin.evidence(comments=None), "zh")
    assert report.comments == ()
    assert not sentences(report, "strengths") or "“" not in "".join(sentences(report, "strengths"))


def test_unknown_direction_is_stated_and_not_judged(company):
    one_person = company()
    for quarter in (1, 2, 3):
        one_person.rate("E1", f"2025Q{quarter}", "良好")
        one_person.point("E1", f"2025Q{quarter}", "tickets", 10.0 + quarter, 12.0)
    report = one(one_person.evidence(), "en")
    ids = {fact.id for fact in report.facts}
    assert "kpi1.gap" in ids
    assert not ids & {"kpi1.met", "kpi1.move", "indicators.met", "kpi1.aim"}
    assert any("direct" in text for text in sentences(report, "indicators"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_too_few_records_are_said_aloud_and_nothing_is_judged(company, language):
    small = company()
    small.rate("E1", "2025Q1", "良好", text="工作认真负责，主动帮助新同事。")
    report = one(small.evidence(), language)
    assert report.too_little_data
    assert [section.id for section in report.sections] == ["missing", "known", "data"]
    assert report.highlights == ()
    assert report.comments == ()
    words = " ".join(sentences(report, "missing"))
    assert {"zh": "1条记录", "en": "1 record"}[language] in words
    assert "3" in words


def test_no_rating_of_the_period_is_too_little_data(company):
    unrated = company()
    for quarter in (1, 2, 3):
        unrated.rate("E1", f"2025Q{quarter}", "良好" if quarter < 3 else None)
    report = one(unrated.evidence(), "en")
    assert report.too_little_data
    assert "no rating" in " ".join(sentences(report, "missing"))


def test_settings_decide_how_many_records_are_enough(company):
    small = company()
    small.rate("E1", "2025Q1", "良好")
    report = one(small.evidence(report=ReportSettings(min_records=1)), "en")
    assert not report.too_little_data


def test_a_chosen_period_uses_nothing_that_came_after_it(lin):
    report = one(lin.evidence(period=parse_period("2025Q2")), "en")
    assert report.period is not None
    assert report.period.end == "2025-07-01"
    ends = [fact.period.end for fact in report.facts if fact.period]
    assert max(ends) == "2025-07-01"
    facts = {fact.id: fact.value for fact in report.facts}
    assert facts["kpi2"] == 120000.0


def test_a_level_the_records_say_nothing_on_names_those_they_do(lin):
    with pytest.raises(ReportError, match="employee, team, organisation, got records about people"):
        list(make_reports(lin.evidence(), levels=["customer"]))


def test_the_same_seed_gives_the_same_report_and_another_other_words(lin):
    first, again = one(lin.evidence(), "en", seed=5), one(lin.evidence(), "en", seed=5)
    assert first == again
    others = [one(lin.evidence(), "en", seed=seed) for seed in range(6)]
    assert len({tuple(sentences(report, "rating")) for report in others}) > 1
    assert len({report.facts for report in others}) == 1


def test_json_gives_an_equal_report_back(lin):
    for language in ("zh", "en"):
        report = one(lin.evidence(), language)
        assert from_json(to_json(report)) == report


def test_damaged_json_is_named():
    with pytest.raises(ReportError, match=r"JX-E503.*expected a report as written by jixiao"):
        from_json('{"id": 3}')


@given(subject=st.text(min_size=1, max_size=80))
def test_report_ids_are_safe_file_names(subject):
    name = report_id("employee", subject, parse_period("2025Q1"))
    assert re.fullmatch(r"employee-[\w.-]+-2025Q1", name)
    assert not name.startswith(".")


@given(a=st.text(min_size=1, max_size=30), b=st.text(min_size=1, max_size=30))
def test_different_subjects_never_share_a_report_id(a, b):
    assert (report_id("team", a, None) == report_id("team", b, None)) == (a == b)


LETTERS = st.sampled_from(["E1", "E2"])
RATINGS = st.sampled_from(["待改进", "合格", "良好", "优秀", None])
FIGURES = st.floats(-1e7, 1e7, allow_nan=False).map(lambda value: round(value, 3))


@given(
    rows=st.lists(st.tuples(LETTERS, st.integers(1, 4), RATINGS), min_size=3, max_size=14),
    figures=st.lists(st.tuples(st.integers(1, 4), FIGURES, FIGURES | st.none()), max_size=8),
    language=st.sampled_from(["zh", "en"]),
    seed=st.integers(0, 99),
)
def test_every_number_in_a_sentence_is_a_formatted_value_of_its_facts(
    rows, figures, language, seed
):
    from tests.unit.reports.conftest import Company

    company = Company()
    for subject, quarter, level in rows:
        row = company.rate(subject, f"2025Q{quarter}", level, rater=f"M{quarter}")
        company.opine(row, [0.1, 0.2, 0.6, 0.1])
    for quarter, value, target in figures:
        company.point("E1", f"2025Q{quarter}", "sales", value, target)
        company.point("E1", f"2025Q{quarter}", "complaints", value / 3, target)
    reports = list(make_reports(company.evidence(), languages=[language], analyst=True, seed=seed))
    for report in reports:
        facts = {fact.id: fact for fact in report.facts}
        for claim in (claim for section in report.sections for claim in section.claims):
            assert_numbers(claim.text, [facts[name] for name in claim.facts], language)


def assert_numbers(text: str, facts: list[Fact], language: str) -> None:
    words = words_of(language)
    known = []
    for fact in facts:
        if fact.value is not None:
            known += [
                value_text(fact, words, how=how) for how in ("", "abs", "signed", "plain", "bare")
            ]
        known.append(fact.measure)
        if fact.period:
            known.append(period_text(fact.period, language))
    for piece in sorted(known, key=len, reverse=True):
        text = text.replace(piece, "")
    assert not re.search(r"\d", text), text
