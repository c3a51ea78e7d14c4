from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.golden.sample import sample

from jixiao.contracts import Fact, Report, Span
from jixiao.reports import changes_between, render, with_changes

QUARTERS = [Span(start=f"2025-{m:02}-01", end=f"2025-{m + 3:02}-01") for m in (1, 4, 7)]


def report(*facts: Fact, language: str = "en") -> Report:
    return sample(language).model_copy(update={"facts": facts})


def fact(name: str, value: float | str | None, **more) -> Fact:
    return Fact(id=name, subject="E1", measure=more.pop("measure", name), value=value, **more)


def told(last: Report, now: Report) -> list[tuple[str, str, str, str]]:
    return [(c.kind, c.label, c.old_text, c.new_text) for c in changes_between(last, now)]


def test_added_gone_and_changed_facts_are_told_with_both_values():
    last = report(fact("rating", "3"), fact("data.texts", 2.0))
    now = report(fact("rating", "4"), fact("data.raters", 1.0))
    assert told(last, now) == [
        ("changed", "Rating", "3", "4"),
        ("new", "Raters", "", "1"),
        ("gone", "Texts", "2", ""),
    ]


def test_an_indicator_that_moved_to_another_place_has_not_changed():
    sales = {"measure": "Sales", "unit": "CNY"}
    last = report(fact("kpi1", 5.0, **sales), fact("kpi2", 1.0, measure="Errors"))
    now = report(fact("kpi1", 1.0, measure="Errors"), fact("kpi2", 6.0, **sales))
    assert told(last, now) == [("changed", "Sales · Value", "¥5", "¥6")]


def test_a_row_of_periods_is_compared_period_by_period():
    def rated(place: int, value: str, period: Span) -> Fact:
        return fact(f"rating.history{place}", value, measure="rating", period=period)

    row = [rated(i, "3", quarter) for i, quarter in enumerate(QUARTERS, 1)]
    later = [rated(i, "3", quarter) for i, quarter in enumerate(QUARTERS[1:], 1)]
    later.append(rated(3, "5", Span(start="2025-10-01", end="2026-01-01")))
    found = told(report(*row), report(*later))
    assert found == [
        ("new", "Rating (Q4 2025)", "", "5"),
        ("gone", "Rating (Q1 2025)", "3", ""),
    ]


@given(
    st.lists(st.sampled_from(["rating", "data.raters", "kpi1", "kpi2", "rating.n"]), unique=True)
)
def test_nothing_changes_between_a_report_and_itself(names):
    one = report(*(fact(name, 1.0) for name in names))
    assert changes_between(one, one) == ()
    assert with_changes(one, ()) is one


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_tells_its_changes_in_a_last_section_that_rests_on_facts(language):
    last = report(fact("rating", "3"), fact("data.texts", 2.0), language=language)
    now = report(fact("rating", "4"), language=language)
    shown = with_changes(now, changes_between(last, now))
    section = shown.sections[-1]
    assert section.id == "changes"
    assert [claim.facts for claim in section.claims] == [
        ("rating", "was.rating"),
        ("was.data.texts",),
    ]
    assert {"was.rating", "was.data.texts"} <= {known.id for known in shown.facts}
    assert changes_between(shown, now) == ()
    page = render(shown, "html").decode()
    assert {"zh": "评级（上一份报告）", "en": "Rating, in the last report"}[language] in page
