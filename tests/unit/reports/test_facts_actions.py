from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from jixiao.core import parse_period
from jixiao.reports import make_reports

SCHEMA = {
    "_row": pl.Int64, "subject": pl.String, "about": pl.String, "text": pl.String,
    "owner": pl.String, "due": pl.Date, "done": pl.Boolean,
    "period_start": pl.Date, "period_end": pl.Date,
}  # fmt: skip


def steps(*rows):
    """Rows of subject, about, text, owner, due, done, agreed period."""
    made = []
    for place, (*cells, period) in enumerate(rows):
        span = parse_period(period)
        made.append((place, *cells, span.start, span.end))
    return pl.DataFrame(made, schema=SCHEMA, orient="row")


def report(evidence, language="en"):
    (made,) = make_reports(evidence, levels=["employee"], languages=[language])
    return made


def sentences(made):
    return [c.text for s in made.sections if s.id == "actions" for c in s.claims]


def test_a_done_step_is_checked_in_the_next_period_with_what_it_was_about(lin):
    actions = steps(("E1", "sales", "Call ten customers", "M1", date(2025, 11, 30), True, "2025Q3"))
    made = report(lin.evidence(actions=actions))
    facts = {fact.id: fact for fact in made.facts}
    assert facts["step1"].value == "done"
    assert (facts["step1.before"].value, facts["step1.now"].value) == (130000, 140000)
    assert facts["step1.move"].value == "better"
    assert facts["steps.done"].value == 1
    text = " ".join(sentences(made))
    assert "“Call ten customers”" in text
    assert "¥130,000" in text


@pytest.mark.parametrize(
    ("due", "state"), [(date(2025, 12, 1), "overdue"), (date(2026, 3, 1), "open")]
)
def test_what_is_not_done_is_open_or_overdue_by_the_end_of_the_period(lin, due, state):
    actions = steps(("E1", "rating", "Take the course", "M1", due, False, "2025Q2"))
    made = report(lin.evidence(actions=actions))
    facts = {fact.id: fact for fact in made.facts}
    assert facts["step1"].value == state
    assert (facts["step1.before"].value, facts["step1.now"].value) == (3, 3)
    assert facts["step1.owner"].value == "M1"


def test_a_step_agreed_in_the_period_itself_is_a_plan(lin):
    actions = steps(
        ("E1", "complaints", "Answer within a day", "M1", date(2026, 2, 1), False, "2025Q4")
    )
    made = report(lin.evidence(actions=actions))
    ids = {fact.id for fact in made.facts}
    assert {"plan1", "plan1.owner", "plan1.due"} <= ids
    assert not any(name.startswith("step") for name in ids)
    assert any("Answer within a day" in text for text in sentences(made))


def test_old_steps_that_are_done_and_steps_of_others_are_left_out(lin):
    actions = steps(
        ("E1", "", "Long ago", "M1", None, True, "2025Q1"),
        ("E1", "", "Just now", "M1", None, True, "2025Q3"),
        ("E2", "", "Of another", "M1", None, False, "2025Q3"),
        ("E1", "", "Of the future", "M1", None, False, "2026Q1"),
    )
    made = report(lin.evidence(actions=actions))
    assert {comment.text for comment in made.comments if comment.id.startswith("step")} == {
        "Just now"
    }


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_missed_target_without_a_step_is_a_candidate_without_an_owner(lin, language):
    lin.point("E1", "2025Q4", "sales", 100000.0, 130000.0)
    made = report(lin.evidence(), language)
    facts = {fact.id: fact for fact in made.facts}
    assert facts["candidate1"].measure == "sales"
    assert not any(name.startswith("candidate1.") for name in facts)
    assert any("sales" in text for text in sentences(made))
    taken = steps(("E1", "sales", "Call", "M1", None, False, "2025Q4"))
    ids = {fact.id for fact in report(lin.evidence(actions=taken)).facts}
    assert "candidate1" not in ids
