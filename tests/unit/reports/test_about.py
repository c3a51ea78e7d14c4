from __future__ import annotations

import pytest

from jixiao.contracts import ReportSettings
from jixiao.core import JixiaoError, ReportError
from jixiao.reports import about_of, make_reports


def test_subjects_named_after_people_are_people(lin):
    about = about_of(lin.evidence())
    assert about.kind == "people"
    assert about.levels == ("employee", "team", "organisation")


def test_answers_without_a_subject_come_from_customers(busy):
    about = about_of(busy.evidence())
    assert (about.kind, about.product, about.respondent) == ("customers", "product", None)
    assert about.segments == ("channel",)
    assert about.usual == ("customer", "product")


def test_a_subject_named_after_a_thing_is_the_product(busy):
    about = about_of(busy.evidence(subject="product"))
    assert (about.kind, about.product) == ("products", "product")


def test_a_subject_named_after_customers_is_who_answers(shop):
    one = shop()
    for place in range(12):
        one.answer("5", customer=f"C{place % 6}", product="Lamp" if place < 6 else "Chair")
    about = about_of(one.evidence(subject="customer"))
    assert (about.kind, about.respondent, about.product) == ("customers", "customer", "product")
    assert about.reading.subject == ("customer", "product")


def test_the_settings_decide_before_any_guess(busy):
    settings = ReportSettings(about="products", product="channel", segments=("product",))
    about = about_of(busy.evidence(report=settings))
    assert (about.kind, about.product, about.segments) == ("products", "channel", ("product",))


def test_settings_that_name_no_column_are_all_told_at_once(busy):
    settings = ReportSettings(product="prodct", segments=("chanel",), reasons="why")
    with pytest.raises(JixiaoError) as caught:
        about_of(busy.evidence(report=settings))
    told = str(caught.value)
    assert told.count("[JX-E505]") == 3
    assert "report.product: expected a column of the joined table, got 'prodct'" in told
    assert "name one of: product, channel, text, rating" in told


def test_a_level_that_does_not_fit_is_refused_with_the_reason(busy, lin):
    with pytest.raises(ReportError, match="level employee: expected one of customer, product"):
        list(make_reports(busy.evidence(), levels=["employee"]))
    with pytest.raises(ReportError, match=r"got records about people.*\n.*report.about"):
        list(make_reports(lin.evidence(), levels=["product"]))
