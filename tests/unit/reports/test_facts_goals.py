from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from jixiao.reports import make_reports

SCHEMA = {
    "_row": pl.Int64, "column": pl.String, "text": pl.String,
    "progress": pl.Float64, "due": pl.Date,
}  # fmt: skip


def goals(*rows):
    made = [(row, "Goal", text, progress, due) for row, text, progress, due in rows]
    return pl.DataFrame(made, schema=SCHEMA, orient="row")


@pytest.mark.parametrize(("progress", "state"), [(100.0, "reached"), (80.0, "open")])
def test_a_goal_is_reached_at_its_full_progress_and_stands_beside_the_one_before(
    lin, progress, state
):
    own = goals((2, "Old goal", 60.0, None), (3, "New goal", progress, date(2025, 12, 31)))
    (made,) = make_reports(lin.evidence(goals=own), levels=["employee"], languages=["en"])
    facts = {fact.id: fact for fact in made.facts}
    assert facts["goal1.state"].value == state
    assert facts["goals.change"].value == progress - 60
    texts = [c.text for s in made.sections if s.id == "goals" for c in s.claims]
    assert "“New goal”" in texts[0]
    assert all("Old goal" not in text for text in texts)


def test_a_group_tells_the_share_of_people_who_reached_theirs(company):
    one = company()
    rows = [one.rate(f"E{n}", "2025Q1", "良好", team="North", rater="M") for n in range(8)]
    own = goals(*((row, "g", 100.0 if place < 2 else 50.0, None) for place, row in enumerate(rows)))
    (made,) = make_reports(one.evidence(goals=own), levels=["team"], languages=["zh"])
    facts = {fact.id: fact.value for fact in made.facts}
    assert (facts["goals.n"], facts["goals.reached"], facts["goals.mean"]) == (8, 25, 62.5)


def test_a_small_group_tells_nothing_of_its_goals(company):
    one = company()
    rows = [one.rate(f"E{n}", "2025Q1", "良好", team="North", rater="M") for n in range(8)]
    own = goals(*((row, "g", 100.0, None) for row in rows[:4]))
    (made,) = make_reports(one.evidence(goals=own), levels=["team"], languages=["zh"])
    assert not any(fact.id.startswith("goals.") for fact in made.facts)
